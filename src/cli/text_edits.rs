//! What a person wrote → edits: for `edit` and `apply`.
//!
//! A text that tells the state it was made from is compared with that state, so that what others
//! changed since is neither lost nor taken back; what it leaves out goes. A text without that
//! line only adds and changes. Its comments, and keys that are not known here, take the place of
//! the stored ones where they differ from those of the text that it was made from.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::commands::show;
use super::error::{Error, Result};
use super::status_author::StatusAuthor;
use crate::format::FormatError;
use crate::format::text::{self, WholePlan};
use crate::format::{document, layout};
use crate::model::edit::fields;
use crate::model::{
    Change, Edit, Header, ItemId, NoteId, Plan, Refusal, Slug, Target, Task, TaskId, refer,
};
use crate::store::{Draft, Error as StoreError, Snapshot, Store, Written, paths};

/// The state that a text is compared with.
pub struct Base {
    header: Header,
    tasks: BTreeMap<TaskId, Task>,
    plan: Plan,
    header_text: String,
    texts: BTreeMap<TaskId, String>,
    /// The same texts as they come out of the text of the whole plan, where that was made.
    shown: BTreeMap<Target, String>,
}

impl Base {
    /// The plan in a snapshot, with every task in full.
    ///
    /// # Errors
    /// Those of reading.
    pub fn of(snapshot: &Snapshot<'_>, plan: &Slug) -> Result<Self> {
        let (mut tasks, mut texts) = (BTreeMap::new(), BTreeMap::new());
        for (task, text) in snapshot.tasks(plan)? {
            texts.insert(task.id, text);
            tasks.insert(task.id, task);
        }
        let plan = snapshot.plan(plan)?;
        Ok(Self {
            header: plan.header.clone(),
            header_text: snapshot.text(&paths::header(&plan.id))?.unwrap_or_default(),
            tasks,
            plan,
            texts,
            shown: BTreeMap::new(),
        })
    }

    /// As [`Base::of`], for a text that was made from the whole plan.
    ///
    /// # Errors
    /// Those of reading.
    pub fn of_whole(snapshot: &Snapshot<'_>, plan: &Slug) -> Result<Self> {
        let mut base = Self::of(snapshot, plan)?;
        let whole = read("the stored plan", &show::whole_plan(snapshot, &base.plan)?)?;
        base.shown.insert(Target::Plan, whole.header_text);
        for (value, text) in whole.tasks {
            let id = value.get("id").and_then(Value::as_str);
            if let Some(id) = id.and_then(|id| id.parse().ok()) {
                base.shown.insert(Target::Task(id), text);
            }
        }
        Ok(base)
    }

    /// What a person wrote in place of a stored text, where more than values of known keys
    /// differs from what was shown.
    fn written(&self, target: &Target, text: String) -> Option<Written> {
        let write = |text: &str| match target {
            Target::Task(id) => text::task(Some(text), self.tasks.get(id)?).ok(),
            _ => text::header(Some(text), &self.header).ok(),
        };
        let from = match target {
            Target::Task(id) => self.texts.get(id)?,
            _ => &self.header_text,
        };
        let shown = self.shown.get(target)?;
        let from = Some(from.clone());
        (*shown != text && write(shown) != write(&text)).then_some(Written { text, from })
    }
}

/// Reads a text, and says of an error where it is.
///
/// # Errors
/// Where it is not TOML.
pub fn read(name: &str, text: &str) -> Result<WholePlan> {
    text::read(text).map_err(|source| {
        StoreError::Text {
            what: name.to_owned(),
            source,
        }
        .into()
    })
}

/// The keys of a text that this version does not know: a later version's, or slips of the pen.
pub fn unknown_keys(whole: &WholePlan) -> BTreeSet<String> {
    let tasks = whole.tasks.iter();
    let of_tasks = tasks.flat_map(|(_, text)| document::unknown_keys(text, &layout::TASK));
    let of_plan = document::unknown_keys(&whole.header_text, &layout::PLAN);
    of_tasks.chain(of_plan).collect()
}

/// Applies a text to a draft.
///
/// # Errors
/// Where the text is no valid plan, names what is not there, or a rule forbids a change.
pub fn apply(
    store: &Store<'_>,
    draft: &mut Draft<'_>,
    base: &Base,
    by: &StatusAuthor,
    whole: WholePlan,
) -> Result<usize> {
    let replaces = whole.origin.is_some();
    let plan = base.plan.id.clone();
    let header = new_header(base, whole.header.as_ref(), replaces)?;
    let tasks = new_tasks(store, base, whole.tasks, replaces)?;
    let (first, last): (Vec<Edit>, Vec<Edit>) = Edit::between_headers(&base.header, &header)
        .into_iter()
        .partition(|edit| !removes_phase(edit));
    let mut edits = first;
    let mut seen = BTreeSet::new();
    let mut written: Vec<(Target, Written)> = Vec::new();
    if whole.header.is_some() {
        let text = base.written(&Target::Plan, whole.header_text);
        written.extend(text.map(|text| (Target::Plan, text)));
    }
    for (mut task, text) in tasks {
        by.complete(base.tasks.get(&task.id), &mut task);
        if !seen.insert(task.id) {
            let name = base.plan.name_of(task.id);
            return Err(Error::data(format!("task {name} is in the text twice")));
        }
        edits.extend(task_edits(base, &task));
        let target = Target::Task(task.id);
        let text = match base.tasks.contains_key(&task.id) {
            true => base.written(&target, text),
            false => Some(Written { text, from: None }),
        };
        written.extend(text.map(|text| (target, text)));
    }
    if replaces {
        let gone = base.tasks.values().filter(|task| !seen.contains(&task.id));
        edits.extend(gone.map(Edit::remove_task));
    }
    edits.extend(last);
    let is_of_known = |(_, text): &&(Target, Written)| text.from.is_some();
    let count = edits.len() + written.iter().filter(is_of_known).count();
    for (target, text) in written {
        draft.write_over(&plan, target, text);
    }
    apply_in_any_order(draft, &plan, edits)?;
    Ok(count)
}

fn removes_phase(edit: &Edit) -> bool {
    let is_phase = edit.place.last().is_some_and(|(list, _)| list == "phase");
    is_phase && matches!(edit.change, Change::Remove { .. })
}

/// A new task comes without its dependencies first, so that those may be new as well.
fn task_edits(base: &Base, task: &Task) -> Vec<Edit> {
    match base.tasks.get(&task.id) {
        Some(old) => Edit::between_tasks(old, task),
        None => {
            let bare = Task {
                depends_on: Vec::new(),
                ..task.clone()
            };
            let mut edits = vec![Edit::add_task(&bare)];
            edits.extend(Edit::between_tasks(&bare, task));
            edits
        }
    }
}

/// Applies edits that may depend on each other: those that are refused wait for the others.
fn apply_in_any_order(draft: &mut Draft<'_>, plan: &Slug, edits: Vec<Edit>) -> Result<()> {
    let mut waiting = edits;
    loop {
        let before = waiting.len();
        let mut refused = Vec::new();
        let mut first_refusal = None;
        for edit in waiting {
            match draft.apply(plan, edit.clone()) {
                Ok(()) => {}
                Err(StoreError::Refused(refusal)) if may_pass_later(&refusal) => {
                    first_refusal.get_or_insert(refusal);
                    refused.push(edit);
                }
                Err(other) => return Err(other.into()),
            }
        }
        match first_refusal {
            None => return Ok(()),
            Some(refusal) if refused.len() == before => return Err(refusal.into()),
            Some(_) => waiting = refused,
        }
    }
}

fn may_pass_later(refusal: &Refusal) -> bool {
    !matches!(refusal, Refusal::Archived(_) | Refusal::NeedsReason { .. })
}

fn invalid(what: &str, error: &serde_json::Error) -> Error {
    Error::data(format!("{what}: {error}"))
}

fn new_header(base: &Base, text: Option<&Value>, replaces: bool) -> Result<Header> {
    let Some(text) = text else {
        return Ok(base.header.clone());
    };
    let value = if replaces {
        text.clone()
    } else {
        overlaid(&fields(&base.header), text)
    };
    serde_json::from_value(value).map_err(|error| invalid("the plan", &error))
}

/// The old keys and values with the new ones over them; members of lists with ids one by one.
fn overlaid(old: &Value, new: &Value) -> Value {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            let mut both = old.clone();
            for (key, value) in new {
                let value = old
                    .get(key)
                    .map_or_else(|| value.clone(), |old| overlaid(old, value));
                both.insert(key.clone(), value);
            }
            Value::Object(both)
        }
        (Value::Array(old), Value::Array(new)) if has_ids(old) && has_ids(new) => {
            let mut both = old.clone();
            for member in new {
                match both
                    .iter_mut()
                    .find(|other| other.get("id") == member.get("id"))
                {
                    Some(other) => *other = overlaid(other, member),
                    None => both.push(member.clone()),
                }
            }
            Value::Array(both)
        }
        _ => new.clone(),
    }
}

fn has_ids(members: &[Value]) -> bool {
    members.iter().all(|member| member.get("id").is_some())
}

/// The tasks of the text, each with its text. A task without an id is found by its number, or is
/// new; dependencies may be ids, numbers or keys.
fn new_tasks(
    store: &Store<'_>,
    base: &Base,
    texts: Vec<(Value, String)>,
    replaces: bool,
) -> Result<Vec<(Task, String)>> {
    let mut named = Vec::new();
    for (value, text) in texts {
        let Value::Object(keys) = value else { continue };
        named.push((with_ids(store, base, keys)?, text));
    }
    let known = words_of(&named);
    named
        .into_iter()
        .map(|((id, mut keys), text)| {
            resolve_dependencies(base, &known, &mut keys)?;
            let value = match (replaces, base.tasks.get(&id)) {
                (false, Some(old)) => overlaid(&fields(old), &Value::Object(keys)),
                _ => Value::Object(keys),
            };
            let task = serde_json::from_value(value)
                .map_err(|error| invalid(&format!("task {id}"), &error))?;
            Ok((task, text))
        })
        .collect()
}

type Keys = Map<String, Value>;

fn with_ids(store: &Store<'_>, base: &Base, mut keys: Keys) -> Result<(TaskId, Keys)> {
    let number = keys.get("number").and_then(Value::as_u64);
    let id = match keys.get("id").and_then(Value::as_str) {
        Some(word) => word
            .parse::<TaskId>()
            .map_err(|error| Error::data(error.to_string()))?,
        None => match number {
            Some(number)
                if base
                    .plan
                    .tasks
                    .values()
                    .any(|task| u64::from(task.number) == number) =>
            {
                refer::task(&base.plan, &number.to_string())?
            }
            _ => store.new_task_id()?,
        },
    };
    keys.insert("id".to_owned(), Value::from(id.as_str()));
    if !base.tasks.contains_key(&id) {
        keys.entry("number").or_insert(Value::from(0));
    }
    add_member_ids(store, &mut keys)?;
    Ok((id, keys))
}

/// Gives ids to items and notes that have none.
fn add_member_ids(store: &Store<'_>, keys: &mut Keys) -> Result<()> {
    for list in ["item", "note"] {
        let members = keys.get_mut(list).and_then(Value::as_array_mut);
        for member in members.into_iter().flatten() {
            let Some(member) = member.as_object_mut() else {
                continue;
            };
            if !member.contains_key("id") {
                let id: String = match list {
                    "item" => ItemId::to_string(&store.new_item_id()?),
                    _ => NoteId::to_string(&store.new_note_id()?),
                };
                member.insert("id".to_owned(), Value::from(id));
            }
        }
    }
    Ok(())
}

/// Reads the text of one task; items and notes without an id are given one.
///
/// # Errors
/// Where it is no task, with line and column, or not the task with that id.
pub fn read_task(store: &Store<'_>, text: &str, id: TaskId) -> Result<Task> {
    let failed = |source: FormatError| {
        Error::from(StoreError::Text {
            what: "the edited text".to_owned(),
            source,
        })
    };
    let whole = text::read_task(text, id);
    let Err(error) = whole else {
        return whole.map_err(failed);
    };
    let Ok(Value::Object(mut keys)) = text::keys(text) else {
        return Err(failed(error));
    };
    add_member_ids(store, &mut keys)?;
    let text = text::of_keys(keys).map_err(failed)?;
    text::read_task(&text, id).map_err(|_| failed(error))
}

/// The names by which the tasks of the text can name each other.
fn words_of(named: &[((TaskId, Keys), String)]) -> HashMap<String, TaskId> {
    let mut words = HashMap::new();
    for ((id, keys), _) in named {
        words.insert(id.to_string(), *id);
        if let Some(key) = keys.get("key").and_then(Value::as_str) {
            words.insert(key.to_owned(), *id);
        }
        if let Some(number) = keys
            .get("number")
            .and_then(Value::as_u64)
            .filter(|number| *number > 0)
        {
            words.insert(number.to_string(), *id);
        }
    }
    words
}

fn resolve_dependencies(
    base: &Base,
    known: &HashMap<String, TaskId>,
    keys: &mut Keys,
) -> Result<()> {
    let Some(words) = keys.get_mut("depends_on").and_then(Value::as_array_mut) else {
        return Ok(());
    };
    for value in words.iter_mut() {
        let word = match value.as_str() {
            Some(word) => word.to_owned(),
            None => value.to_string(),
        };
        let id = match (known.get(&word), word.parse::<TaskId>()) {
            (Some(id), _) => *id,
            (None, Ok(id)) => id,
            (None, Err(_)) => refer::task(&base.plan, &word)?,
        };
        *value = Value::from(id.as_str());
    }
    Ok(())
}
