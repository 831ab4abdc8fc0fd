//! Files in two states → what changed: each edit of an entity, what is weaker, and whatever else
//! differs, so that nothing is hidden.
//!
//! * `headers`: a plan's header. `records`: what is only ever added. `specs`: specifications. `edits`: all
//!   else that is an entity.

mod edits;
mod headers;
mod records;
mod specs;

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::edit::Fields;
use crate::model::{CheckpointId, Entry, Header, Record, Slug, Task, TaskId};
use crate::review::around::Around;
use crate::review::change::{Account, Change, Changes, Entity, Kind, Rank, Sort};
use crate::review::file::{Content, File, Owner};
use crate::review::{Matter, Side, consequences, names, rows, weakening};

/// What changed between two states, told from the files that differ.
pub fn compare(files: &[File], around: &dyn Around) -> Changes {
    let mut comparer = Comparer {
        around,
        added: added_records(files),
        checkpoints: checkpoints(files),
        tasks: tasks(files),
        specs: specs(files),
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
    /// Files of specifications that differ.
    specs: Vec<&'a File>,
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

fn specs(files: &[File]) -> Vec<&File> {
    let is_spec = |file: &&File| matches!(file.owner, Owner::Spec(..));
    files.iter().filter(is_spec).collect()
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
        let text = |side: &'_ Option<Side>| side.as_ref().map(shown);
        let (old, new) = (text(&self.file.old), text(&self.file.new));
        self.text((old.as_deref(), new.as_deref()))
    }
}

/// A text as it is shown: what is none, by its size.
fn shown(side: &Side) -> String {
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
        if let Owner::Spec(plan, name, _) = &file.owner {
            return self.spec(&of, (plan, name));
        }
        if let Some(change) = self.unreadable(&of) {
            return self.found.push(change);
        }
        match &file.owner {
            Owner::Record(..) => self.record(&of),
            Owner::Header(plan) if file.new.is_none() => self.lost_plan(&of, plan),
            Owner::Header(plan) => self.header(&of, plan),
            Owner::Task(plan, _) => self.task(&of, plan),
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
        phase.map_or(usize::MAX, |phase| place_of(header.as_deref(), phase))
    }

    /// A file that cannot be read in one of the states.
    fn unreadable(&self, of: &Of<'_>) -> Option<Change> {
        let broken = |side: &Option<Side>| {
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

    /// A task: less has to hold where it carries fewer specifications.
    fn task(&mut self, of: &Of<'_>, plan: &Slug) {
        let both = task_of(&of.file.old).zip(task_of(&of.file.new));
        let found = both.and_then(|(old, new)| weakening::of_task(new.id, &old.specs, &new.specs));
        if let Some(weakening) = &found {
            let change = Change {
                key: Some("specs".to_owned()),
                from: weakening.from.clone(),
                to: weakening.to.clone(),
                ..of.change(Kind::Changed, 0)
            };
            let account = self.account(plan, weakening);
            self.found
                .push(change.weaker(weakening.why.clone(), account));
        }
        let told: Vec<&Matter> = found.iter().map(|weakening| &weakening.matter).collect();
        self.edits(of, &told);
    }

    fn entry(&mut self, of: &Of<'_>) {
        let why = match (entry_of(&of.file.old), entry_of(&of.file.new)) {
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

/// The place of a phase in its plan, from 1; the largest where it is not there.
fn place_of(header: Option<&Header>, phase: &Slug) -> usize {
    let place = header.and_then(|header| header.position(phase));
    place.map_or(usize::MAX, |place| place + 1)
}

fn entry_of(side: &Option<Side>) -> Option<&Entry> {
    match side.as_ref().map(|side| &side.content) {
        Some(Content::Entry(entry)) => Some(entry),
        _ => None,
    }
}

fn task_of(side: &Option<Side>) -> Option<&Task> {
    match side.as_ref().map(|side| &side.content) {
        Some(Content::Task(task)) => Some(task),
        _ => None,
    }
}

fn header_of(side: &Option<Side>) -> Option<&Header> {
    match side.as_ref().map(|side| &side.content) {
        Some(Content::Header(header)) => Some(header),
        _ => None,
    }
}
