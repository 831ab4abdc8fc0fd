//! What a person wrote → edits: for `edit` and `apply`.
//!
//! A text that tells the state it was made from is compared with that state, so that what others
//! changed since is neither lost nor taken back; what it leaves out goes. A text without that
//! line only adds and changes.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value};

use super::error::{Error, Result};
use crate::format::text::{self, WholePlan};
use crate::model::edit::fields;
use crate::model::{
    Change, Edit, Header, ItemId, NoteId, Plan, Refusal, Slug, Target, Task, TaskId, refer,
};
use crate::store::{Draft, Error as StoreError, Snapshot, Store};

/// The state that a text is compared with.
pub struct Base {
    header: Header,
    tasks: BTreeMap<TaskId, Task>,
    plan: Plan,
}

impl Base {
    /// The plan in a snapshot, with every task in full.
    ///
    /// # Errors
    /// Those of reading.
    pub fn of(snapshot: &Snapshot<'_>, plan: &Slug) -> Result<Self> {
        let tasks = snapshot
            .tasks(plan)?
            .into_iter()
            .map(|(task, _)| (task.id, task))
            .collect();
        let plan = snapshot.plan(plan)?;
        Ok(Self {
            header: plan.header.clone(),
            tasks,
            plan,
        })
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

/// Applies a text to a draft.
///
/// # Errors
/// Where the text is no valid plan, names what is not there, or a rule forbids a change.
pub fn apply(
    store: &Store<'_>,
    draft: &mut Draft<'_>,
    base: &Base,
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
    for (task, _) in &tasks {
        seen.insert(task.id);
        edits.extend(task_edits(base, task));
    }
    if replaces {
        let gone = base.tasks.values().filter(|task| !seen.contains(&task.id));
        edits.extend(gone.map(Edit::remove_task));
    }
    edits.extend(last);
    let count = edits.len();
    if header != base.header && replaces {
        draft.write_over(&plan, Target::Plan, whole.header_text);
    }
    for (task, text) in tasks {
        if replaces && base.tasks.get(&task.id).is_none_or(|old| *old != task) {
            draft.write_over(&plan, Target::Task(task.id), text);
        }
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
        Some(word) => word.parse::<TaskId>()?,
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
    for list in ["item", "note"] {
        for member in keys
            .get_mut(list)
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
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
    Ok((id, keys))
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
