//! Files in two states → what changed: each edit of an entity, what is weaker, and whatever else
//! differs, so that nothing is hidden.

use std::collections::BTreeMap;
use std::rc::Rc;

use serde_json::Value;

use super::around::Around;
use super::change::{Account, Change, Changes, Entity, Kind, Rank, Sort};
use super::file::{Content, File, Owner};
use super::{Matter, Weakening, consequences, names, recorded, rows, weakenings};
use crate::model::edit::Fields;
use crate::model::{
    self, CheckpointId, Edit, Header, Record, RecordId, Slug, Target, Task, TaskId,
};

/// What changed between two states, told from the files that differ.
pub fn compare(files: &[File], around: &dyn Around) -> Changes {
    let mut comparer = Comparer {
        around,
        added: added_records(files),
        checkpoints: checkpoints(files),
        tasks: tasks(files),
        found: Vec::new(),
    };
    files.iter().for_each(|file| comparer.file(file));
    let mut found = comparer.found;
    consequences::add(&mut found, around);
    Changes::new(found)
}

struct Comparer<'a> {
    around: &'a dyn Around,
    /// Records that came, by plan.
    added: BTreeMap<Slug, Vec<&'a Record>>,
    /// Records of checkpoints that came or went: whether each was there, and is.
    checkpoints: BTreeMap<CheckpointId, (bool, bool)>,
    /// Tasks that differ, as they are, or were.
    tasks: BTreeMap<TaskId, &'a Task>,
    found: Vec<Change>,
}

fn added_records(files: &[File]) -> BTreeMap<Slug, Vec<&Record>> {
    let mut added: BTreeMap<Slug, Vec<&Record>> = BTreeMap::new();
    for file in files.iter().filter(|file| file.old.is_none()) {
        if let Some(Content::Record(record)) = file.new.as_ref().map(|side| &side.content) {
            added.entry(record.plan.clone()).or_default().push(record);
        }
    }
    added
}

fn checkpoints(files: &[File]) -> BTreeMap<CheckpointId, (bool, bool)> {
    let of_file = |file: &File| match &file.owner {
        Owner::Checkpoint(_, id) => Some((*id, (file.old.is_some(), file.new.is_some()))),
        _ => None,
    };
    let all = files.iter().filter_map(of_file);
    all.filter(|(_, is)| *is != (true, true)).collect()
}

fn tasks(files: &[File]) -> BTreeMap<TaskId, &Task> {
    let sides = files
        .iter()
        .flat_map(|file| file.old.iter().chain(&file.new));
    let tasks = sides.filter_map(|side| match &side.content {
        Content::Task(task) => Some((task.id, &**task)),
        _ => None,
    });
    tasks.collect()
}

/// A file with what all of its changes share.
struct Of<'f> {
    file: &'f File,
    entity: Entity,
    rank: Rank,
}

impl Of<'_> {
    fn change(&self, kind: Kind, place: usize) -> Change {
        Change {
            plan: self.file.owner.plan().cloned(),
            file: self.file.path.clone(),
            entity: self.entity.clone(),
            kind,
            key: None,
            from: None,
            to: None,
            names: BTreeMap::new(),
            along: Fields::new(),
            weakening: None,
            consequences: Vec::new(),
            rank: Rank {
                place,
                ..self.rank.clone()
            },
        }
    }

    /// That its text is another one, as a whole.
    fn text(&self, (from, to): (Option<&str>, Option<&str>)) -> Change {
        let kind = match (from, to) {
            (None, _) => Kind::Added,
            (_, None) => Kind::Removed,
            _ => Kind::Changed,
        };
        Change {
            from: from.map(Value::from),
            to: to.map(Value::from),
            key: Some("text".to_owned()),
            ..self.change(kind, 0)
        }
    }

    fn whole_text(&self) -> Change {
        let text = |side: &'_ Option<super::Side>| side.as_ref().map(shown);
        let (old, new) = (text(&self.file.old), text(&self.file.new));
        self.text((old.as_deref(), new.as_deref()))
    }
}

/// A text as it is shown: what is none, by its size.
fn shown(side: &super::Side) -> String {
    let text = match &side.content {
        Content::Bytes { size, id } => format!("{size} bytes that are no text ({id:.12})"),
        Content::Broken { cause, .. } if side.text.is_empty() => format!("({cause})"),
        _ => side.text.clone(),
    };
    match side.mark {
        Some(mark) => format!("({mark})\n{text}"),
        None => text,
    }
}

impl Change {
    fn weaker(mut self, why: impl Into<String>, account: Account) -> Self {
        self.weakening = Some((why.into(), account));
        self
    }
}

impl<'a> Comparer<'a> {
    fn file(&mut self, file: &'a File) {
        let entity = names::of_file(file);
        let rank = self.rank(file, &entity);
        let of = Of { file, entity, rank };
        if let Some(change) = self.unreadable(&of) {
            return self.found.push(change);
        }
        match &file.owner {
            Owner::Record(..) => self.record(&of),
            Owner::Header(plan) if file.new.is_none() => self.lost_plan(&of, plan),
            Owner::Header(plan) => self.header(&of, plan),
            Owner::Task(..) => self.edits(&of, &[]),
            Owner::Register(..) => self.entry(&of),
            Owner::Checkpoint(..) => self.checkpoint(&of),
            owner => {
                if !self.goes_along(file) {
                    let why = rows::file(owner, file.old.is_none());
                    self.found.push(weaker_if(of.whole_text(), why));
                }
            }
        }
        self.rest(&of);
    }

    /// Whether it is a patch that comes, or goes, with its checkpoint's record.
    fn goes_along(&self, file: &File) -> bool {
        let Owner::Patch(_, id) = &file.owner else {
            return false;
        };
        let record = self.checkpoints.get(id);
        record.is_some_and(|record| *record == (file.old.is_some(), file.new.is_some()))
    }

    fn rank(&self, file: &File, entity: &Entity) -> Rank {
        let plan = file.owner.plan();
        let side = file.new.as_ref().or(file.old.as_ref());
        let (phase, number) = match side.map(|side| &side.content) {
            Some(Content::Task(task)) => (self.phase(plan, task.phase.as_ref()), task.number),
            Some(Content::Record(record)) => (self.phase(plan, record.phase.as_ref()), 0),
            Some(Content::Entry(entry)) => (usize::MAX, entry.label.number),
            Some(Content::Checkpoint(checkpoint)) => (usize::MAX, checkpoint.sequence),
            Some(Content::Header(_)) => (0, 0),
            _ => (usize::MAX, 0),
        };
        Rank {
            is_file: entity.sort == Sort::File,
            plan: plan.cloned(),
            phase,
            sort: entity.sort as u8,
            number,
            file: file.path.clone(),
            place: 0,
        }
    }

    fn phase(&self, plan: Option<&Slug>, phase: Option<&Slug>) -> usize {
        let header = plan.and_then(|plan| self.around.header(plan));
        let place = header
            .zip(phase)
            .and_then(|(header, phase)| header.position(phase));
        place.map_or(usize::MAX, |place| place + 1)
    }

    /// A file that cannot be read in one of the states.
    fn unreadable(&self, of: &Of<'_>) -> Option<Change> {
        let broken = |side: &Option<super::Side>| {
            let (line, cause) = side.as_ref()?.broken()?;
            let line = line.map(|line| format!(" (line {line})"));
            Some(format!("{cause}{}", line.unwrap_or_default()))
        };
        let (old, new) = (broken(&of.file.old), broken(&of.file.new));
        let why = match (&old, &new) {
            (_, Some(cause)) => format!("it cannot be read: {cause}"),
            (Some(cause), None) => format!("before, it could not be read: {cause}"),
            (None, None) => return None,
        };
        let change = of.whole_text();
        let is_mended_task = new.is_none() && matches!(of.file.owner, Owner::Task(..));
        Some(match is_mended_task {
            true => change,
            false => change.weaker(why, Account::Missing),
        })
    }

    /// Records are only ever added.
    fn record(&mut self, of: &Of<'_>) {
        let side = |side: &'_ Option<super::Side>| match side.as_ref().map(|side| &side.content) {
            Some(Content::Record(record)) => Some(record.clone()),
            _ => None,
        };
        let (None, Some(record)) = (side(&of.file.old), side(&of.file.new)) else {
            let what = match of.file.new {
                Some(_) => "a record is never changed",
                None => "a record is never removed",
            };
            return self
                .found
                .push(of.whole_text().weaker(what, Account::Missing));
        };
        let revoked = record
            .revokes
            .and_then(|id| self.record_of(&record.plan, id));
        let why = rows::record(&record, revoked.as_ref());
        let mut change = Change {
            to: Some(model::edit::fields(&*record)),
            ..of.change(Kind::Added, 0)
        };
        if let Some(revoked) = &revoked {
            change.entity.name = format!("revocation of {}", names::record(revoked));
        }
        self.found.push(match why {
            Some(why) => change.weaker(why, Account::Itself),
            None => change,
        });
    }

    fn record_of(&self, plan: &Slug, id: RecordId) -> Option<Record> {
        let mut added = self.added.get(plan).into_iter().flatten();
        let found = added
            .find(|record| record.id == id)
            .map(|&record| record.clone());
        found.or_else(|| {
            let plan = self.around.plan(plan)?;
            plan.records.iter().find(|record| record.id == id).cloned()
        })
    }

    fn lost_plan(&mut self, of: &Of<'_>, plan: &Slug) {
        let header = match of.file.old.as_ref().map(|side| &side.content) {
            Some(Content::Header(header)) => Some(model::edit::fields(&**header)),
            _ => None,
        };
        let change = Change {
            from: header,
            ..of.change(Kind::Removed, 0)
        };
        let why =
            format!("plan {plan} is gone with all of its gates; plans are archived, never removed");
        self.found.push(change.weaker(why, Account::Missing));
    }

    fn header(&mut self, of: &Of<'_>, plan: &Slug) {
        let (old, new) = (header_of(&of.file.old), header_of(&of.file.new));
        let found = match (old, new) {
            (Some(old), Some(new)) => weakenings(old, new),
            _ => Vec::new(),
        };
        for weakening in &found {
            let change = self.weakening(of, plan, weakening, new);
            self.found.push(change);
        }
        let told: Vec<&Matter> = found.iter().map(|weakening| &weakening.matter).collect();
        self.edits(of, &told);
    }

    fn weakening(
        &self,
        of: &Of<'_>,
        plan: &Slug,
        weakening: &Weakening,
        new: Option<&Header>,
    ) -> Change {
        let phase = match &weakening.matter {
            Matter::Gate(phase, _) | Matter::Phase(phase) => Some(phase),
            _ => None,
        };
        let (sort, id, key) = match &weakening.matter {
            Matter::Gate(phase, gate) => (Sort::Gate, format!("{phase}/{gate}"), None),
            Matter::Phase(phase) => (Sort::Phase, phase.to_string(), Some("after")),
            Matter::Protect => (Sort::Plan, plan.to_string(), Some("protect")),
            Matter::Branches => (Sort::Plan, plan.to_string(), Some("branches")),
            Matter::Policy => (Sort::Plan, plan.to_string(), Some("policy")),
        };
        let kind = match (&weakening.matter, &weakening.to) {
            (Matter::Gate(..), None) => Kind::Removed,
            (Matter::Phase(_), _) => Kind::Reordered,
            _ => Kind::Changed,
        };
        let mut change = of.change(kind, 0);
        change.entity = Entity {
            name: format!("{} {id}", sort.as_str()),
            id,
            part_of: None,
            sort,
        };
        change.rank.sort = sort as u8;
        change.rank.phase = self.phase_in(new, phase);
        change.rank.place = match &weakening.matter {
            Matter::Gate(phase, gate) => {
                let header = header_of(&of.file.old);
                let gates = header
                    .and_then(|header| header.phase(phase))
                    .map(|of| &of.gates);
                let place = gates.and_then(|gates| gates.iter().position(|one| one.id == *gate));
                place.unwrap_or_default()
            }
            _ => 0,
        };
        change.key = key.map(str::to_owned);
        change.from.clone_from(&weakening.from);
        change.to.clone_from(&weakening.to);
        change.weaker(weakening.why.clone(), self.account(plan, weakening))
    }

    fn phase_in(&self, header: Option<&Header>, phase: Option<&Slug>) -> usize {
        match (header, phase) {
            (_, None) => 0,
            (Some(header), Some(phase)) => {
                header.position(phase).map_or(usize::MAX, |place| place + 1)
            }
            (None, Some(_)) => usize::MAX,
        }
    }

    fn account(&self, plan: &Slug, weakening: &Weakening) -> Account {
        if !self.around.is_stored() {
            return Account::Asked;
        }
        let records = self.added.get(plan).map(Vec::as_slice).unwrap_or_default();
        let revoked: Vec<RecordId> = records.iter().filter_map(|one| one.revokes).collect();
        let standing: Vec<&Record> = records
            .iter()
            .copied()
            .filter(|record| !revoked.contains(&record.id))
            .collect();
        match recorded::account(weakening, &standing) {
            Some(steps) => Account::Recorded(steps.into_iter().cloned().collect()),
            None => Account::Missing,
        }
    }

    fn entry(&mut self, of: &Of<'_>) {
        let side = |side: &'_ Option<super::Side>| match side.as_ref().map(|side| &side.content) {
            Some(Content::Entry(entry)) => Some(entry.clone()),
            _ => None,
        };
        let (old, new) = (side(&of.file.old), side(&of.file.new));
        let why = match (&old, &new) {
            (Some(old), Some(new)) => rows::entry(old, new),
            (Some(_), None) => Some("an entry of the register is resolved, never removed"),
            _ => None,
        };
        let from = self.found.len();
        self.edits(of, &[]);
        if let (Some(why), Some(first)) = (why, self.found.get_mut(from)) {
            first
                .weakening
                .get_or_insert((why.to_owned(), Account::Missing));
        }
    }

    fn checkpoint(&mut self, of: &Of<'_>) {
        let is_changed = of.file.old.is_some() && of.file.new.is_some();
        match is_changed {
            true => {
                let why = "the record of a checkpoint is never changed";
                self.found
                    .push(of.whole_text().weaker(why, Account::Missing));
            }
            false => self.edits(of, &[]),
        }
    }

    /// A change for each edit, but for those of matters that are told as weaker.
    fn edits(&mut self, of: &Of<'_>, told: &[&Matter]) {
        let edits = &of.file.edits;
        let is_nested = edits.iter().any(|edit| !edit.place.is_empty());
        let after = if is_nested {
            after(of.file)
        } else {
            Value::Null
        };
        for (place, edit) in edits.iter().enumerate() {
            if !told.iter().any(|matter| is_about(edit, matter)) {
                let change = self.edit(of, &after, (place, edit));
                let within = self.within(&change);
                self.found.push(change);
                self.found.extend(within);
            }
        }
    }

    fn edit(&self, of: &Of<'_>, after: &Value, (place, edit): (usize, &Edit)) -> Change {
        let mut change = of.change(Kind::Changed, place + 1);
        if !edit.place.is_empty() {
            let value = member_of(after, edit);
            change.entity = names::of_member(&of.entity, &edit.place, value);
            let phase = match edit.place.first() {
                Some((list, id)) if list == "phase" => id.parse().ok(),
                _ => None,
            };
            if let Some(phase) = phase {
                let header = header_of(&of.file.new).or_else(|| header_of(&of.file.old));
                change.rank.phase = self.phase_in(header, Some(&phase));
                change.rank.sort = change.entity.sort as u8;
            }
        }
        match &edit.change {
            model::Change::Add { value, .. } => {
                change.kind = Kind::Added;
                change.to = Some(value.clone());
            }
            model::Change::Remove { value, .. } => {
                change.kind = Kind::Removed;
                change.from = Some(value.clone());
            }
            model::Change::Include { key, member } => {
                change.key = Some(key.clone());
                change.to = Some(member.clone());
            }
            model::Change::Exclude { key, member } => {
                change.key = Some(key.clone());
                change.from = Some(member.clone());
            }
            model::Change::Order { list, from, to } => {
                change.kind = Kind::Reordered;
                change.key = Some(list.clone());
                change.from = Some(from.clone().into());
                change.to = Some(to.clone().into());
            }
            model::Change::Set { from, to } => set(&mut change, from, to),
        }
        change.names = self.names(of, &change);
        match self.homeless(of, &change) {
            Some(why) => change.weaker(why, Account::Missing),
            None => self.without_row(change),
        }
    }

    /// What comes to less where tasks are left in a phase that is not there: none of its gates holds
    /// for them.
    fn homeless(&self, of: &Of<'_>, change: &Change) -> Option<String> {
        let plan = of.file.owner.plan()?;
        match (change.entity.sort, change.kind, change.key.as_deref()) {
            (Sort::Phase, Kind::Removed, _) => {
                let phase: Slug = change.entity.id.parse().ok()?;
                let plan = self.around.plan(plan)?;
                let rows = plan
                    .tasks
                    .values()
                    .filter(|row| row.phase.as_ref() == Some(&phase));
                let names: Vec<String> =
                    rows.map(|row| plan.called(Target::Task(row.id))).collect();
                let is_left = !names.is_empty() && plan.phase(&phase).is_none();
                is_left.then(|| format!("it is gone, and {} still in it", names.join(", ")))
            }
            (Sort::Task, Kind::Moved, _) => {
                let phase: Slug = change.to.as_ref()?.as_str()?.parse().ok()?;
                let header = self.around.header(plan)?;
                header
                    .phase(&phase)
                    .is_none()
                    .then(|| format!("phase {phase} is not there"))
            }
            _ => None,
        }
    }

    /// The phases and gates of a plan or a phase that came: each is a change of its own.
    fn within(&self, change: &Change) -> Vec<Change> {
        let list = match (change.kind, change.entity.sort) {
            (Kind::Added, Sort::Plan) => Sort::Phase,
            (Kind::Added, Sort::Phase) => Sort::Gate,
            _ => return Vec::new(),
        };
        let members = change
            .to
            .as_ref()
            .and_then(|to| to.get(list.as_str())?.as_array());
        let mut found = Vec::new();
        for (place, member) in members.into_iter().flatten().enumerate() {
            let own = member.get("id").and_then(Value::as_str).unwrap_or_default();
            let id = match list {
                Sort::Gate => format!("{}/{own}", change.entity.id),
                _ => own.to_owned(),
            };
            let mut part = Change {
                to: Some(member.clone()),
                ..change.clone()
            };
            part.entity = Entity {
                name: format!("{} {id}", list.as_str()),
                id,
                sort: list,
                part_of: None,
            };
            part.rank.sort = list as u8;
            part.rank.place = place;
            if list == Sort::Phase {
                part.rank.phase = place + 1;
            }
            let within = self.within(&part);
            found.push(part);
            found.extend(within);
        }
        found
    }

    /// What people call the tasks that a change names by their ids.
    fn names(&self, of: &Of<'_>, change: &Change) -> BTreeMap<String, String> {
        let is_of_ids = |key: &str| matches!(key, "depends_on" | "concerns");
        let values = [&change.from, &change.to].into_iter().flatten();
        let ids = values.flat_map(|value| match (&change.key, value) {
            (Some(key), Value::String(id)) if is_of_ids(key) => vec![id.clone()],
            (None, Value::Object(fields)) => ["depends_on", "concerns"]
                .iter()
                .filter_map(|key| fields.get(*key)?.as_array())
                .flatten()
                .filter_map(|id| Some(id.as_str()?.to_owned()))
                .collect(),
            _ => Vec::new(),
        });
        ids.filter_map(|id| Some((id.clone(), self.called(of, &id)?)))
            .collect()
    }

    fn called(&self, of: &Of<'_>, id: &str) -> Option<String> {
        let id: TaskId = id.parse().ok()?;
        if let Some(task) = self.tasks.get(&id) {
            return Some(names::task(task));
        }
        let plan = self.around.plan(of.file.owner.plan()?)?;
        plan.tasks.get(&id)?;
        Some(plan.called(Target::Task(id)))
    }

    /// What is in no row of the table counts as weakening.
    fn without_row(&self, change: Change) -> Change {
        let sort = change.entity.sort;
        let is_whole = change.key.is_none();
        match &change.key {
            _ if is_whole => change,
            Some(key) if rows::has_row(sort, key) => change,
            _ => change.weaker("nobody can tell what it comes to", Account::Missing),
        }
    }

    /// Keys that are not known here, comments, the form.
    fn rest(&mut self, of: &Of<'_>) {
        let place = usize::MAX;
        for (key, (from, to)) in &of.file.rest.unknown {
            let change = Change {
                key: Some(key.clone()),
                from: from.clone(),
                to: to.clone(),
                ..of.change(Kind::Changed, place)
            };
            let why = "a key that is not known here";
            self.found.push(change.weaker(why, Account::Missing));
        }
        if let Some((from, to)) = &of.file.rest.texts {
            let mut change = of.text((Some(from), Some(to)));
            change.rank.place = place;
            self.found.push(change);
        }
    }
}

fn weaker_if(change: Change, why: Option<&str>) -> Change {
    match why {
        Some(why) => change.weaker(why, Account::Missing),
        None => change,
    }
}

fn header_of(side: &Option<super::Side>) -> Option<&Header> {
    match side.as_ref().map(|side| &side.content) {
        Some(Content::Header(header)) => Some(header),
        _ => None,
    }
}

/// Whether an edit is a part of what a matter says.
fn is_about(edit: &Edit, matter: &Matter) -> bool {
    match (matter, edit.place.as_slice(), &edit.change) {
        (Matter::Gate(phase, gate), [(_, in_phase), (list, id)], _) => {
            list == "gate" && in_phase == phase.as_str() && id == gate.as_str()
        }
        (Matter::Phase(phase), [(list, id)], model::Change::Set { to, from }) => {
            let is_after = to.contains_key("after") || from.contains_key("after");
            list == "phase" && id == phase.as_str() && is_after
        }
        (Matter::Policy, [], model::Change::Set { from, to }) => {
            from.contains_key("policy") || to.contains_key("policy")
        }
        (Matter::Protect, [], model::Change::Exclude { key, .. }) => key == "protect",
        (Matter::Branches, [], model::Change::Exclude { key, .. }) => key == "branches",
        _ => false,
    }
}

/// The keys of one value, told by the one that says most.
fn set(change: &mut Change, from: &Fields, to: &Fields) {
    // A gate, a remark: all of it is one value.
    if matches!(change.entity.sort, Sort::Gate | Sort::Note) {
        change.from = Some(Value::Object(from.clone()));
        change.to = Some(Value::Object(to.clone()));
        return;
    }
    let keys: Vec<&String> = from.keys().chain(to.keys()).collect();
    let differs = |key: &&String| from.get(*key) != to.get(*key);
    let leading = ["status", "resolution"];
    let first = |key: &&&String| leading.contains(&key.as_str());
    let mut changed = keys.iter().copied().filter(differs);
    let lead = keys.iter().copied().filter(differs).find(|key| first(&key));
    let Some(key) = lead.or_else(|| changed.next()) else {
        return;
    };
    change.kind = match (change.entity.sort, key.as_str()) {
        (_, "title") => Kind::Renamed,
        (Sort::Task, "number") => Kind::Renumbered,
        (Sort::Task, "phase") => Kind::Moved,
        _ => Kind::Changed,
    };
    change.from = from.get(key).cloned();
    change.to = to.get(key).cloned();
    let along = keys.iter().filter(|other| **other != key && differs(other));
    change.along = along
        .map(|other| {
            let value = to.get(*other).cloned().unwrap_or_default();
            ((*other).clone(), value)
        })
        .collect();
    change.key = Some(key.clone());
}

/// The keys and values of a file's entity as it is afterwards.
fn after(file: &File) -> Value {
    match file.new.as_ref().map(|side| &side.content) {
        Some(Content::Header(header)) => model::edit::fields(&**header),
        Some(Content::Task(task)) => model::edit::fields(&**task),
        _ => Value::Null,
    }
}

/// The member of a list that an edit is about, as it is afterwards, else as it was.
fn member_of<'v>(after: &'v Value, edit: &'v Edit) -> &'v Value {
    if let model::Change::Add { value, .. } | model::Change::Remove { value, .. } = &edit.change {
        return value;
    }
    let step = |value: &'v Value, (list, id): &(String, String)| {
        let mut members = value
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let has_id = |member: &&Value| member.get("id").and_then(Value::as_str) == Some(id);
        members.find(has_id).unwrap_or(&Value::Null)
    };
    edit.place.iter().fold(after, step)
}

/// Plans around nothing: where only the files are known.
pub struct Nothing;

impl Around for Nothing {
    fn header(&self, _: &Slug) -> Option<Rc<Header>> {
        None
    }

    fn plan(&self, _: &Slug) -> Option<Rc<model::Plan>> {
        None
    }
}
