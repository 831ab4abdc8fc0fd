//! A whole plan in memory: its header, an index of its tasks, its records, and what is broken.

use std::collections::{BTreeMap, BTreeSet};

use super::{Header, Phase, Record, RecordId, Slug, Task, TaskId, TaskRow};

/// A file under `.plans/` that cannot be read, and why.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Broken {
    /// Its path on the plan ref.
    pub path: String,
    /// Line, from 1, where that is known.
    pub line: Option<u32>,
    /// What is wrong with it.
    pub cause: String,
}

/// What changed since the plan was loaded, by file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Touched {
    /// `plan.toml`.
    pub header: bool,
    /// Tasks that were added, changed or removed.
    pub tasks: BTreeSet<TaskId>,
    /// Records that were added.
    pub records: BTreeSet<RecordId>,
}

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The name of its folder.
    pub id: Slug,
    /// What `plan.toml` holds.
    pub header: Header,
    /// Every readable task, without long texts.
    pub tasks: BTreeMap<TaskId, TaskRow>,
    /// Tasks in full, as far as they were needed. Edits apply only to these.
    pub full: BTreeMap<TaskId, Task>,
    /// Every readable record.
    pub records: Vec<Record>,
    /// Files that could not be read.
    pub broken: Vec<Broken>,
    /// The highest task number in a file that could not be read, as far as it can be made out.
    pub reserved_number: Option<u32>,
    /// What changed since the plan was loaded.
    pub touched: Touched,
}

impl Plan {
    /// A plan with a header and nothing else.
    pub fn new(id: Slug, header: Header) -> Self {
        Self {
            id,
            header,
            tasks: BTreeMap::new(),
            full: BTreeMap::new(),
            records: Vec::new(),
            broken: Vec::new(),
            reserved_number: None,
            touched: Touched::default(),
        }
    }

    /// The highest task number ever given.
    pub fn highest_number(&self) -> u32 {
        let present = self.tasks.values().map(|task| task.number).max();
        present
            .max(self.header.last_number)
            .max(self.reserved_number)
            .unwrap_or(0)
    }

    /// The tasks of a phase; of none, those that belong to no phase.
    pub fn tasks_in<'a>(&'a self, phase: Option<&'a Slug>) -> impl Iterator<Item = &'a TaskRow> {
        self.tasks
            .values()
            .filter(move |task| task.phase.as_ref() == phase)
    }

    /// The tasks that wait for this one.
    pub fn dependents(&self, id: TaskId) -> impl Iterator<Item = &TaskRow> {
        self.tasks
            .values()
            .filter(move |task| task.depends_on.contains(&id))
    }

    /// The dependencies of a task that are not over; one that is missing counts as open.
    pub fn open_dependencies(&self, task: &TaskRow) -> Vec<TaskId> {
        let is_open = |id: &TaskId| {
            self.tasks
                .get(id)
                .is_none_or(|other| !other.status.is_over())
        };
        task.depends_on.iter().copied().filter(is_open).collect()
    }

    /// What people call a task: `4`, or `4-k3v9` where two share the number.
    pub fn name_of(&self, id: TaskId) -> String {
        let Some(task) = self.tasks.get(&id) else {
            return id.to_string();
        };
        let twins = || {
            self.tasks
                .values()
                .filter(|other| other.number == task.number)
        };
        if twins().count() == 1 {
            return task.number.to_string();
        }
        let mine = id.as_str();
        let shared = |other: &TaskRow| {
            let theirs = other.id.as_str();
            mine.bytes()
                .zip(theirs.bytes())
                .take_while(|(a, b)| a == b)
                .count()
        };
        let length = twins()
            .filter(|other| other.id != id)
            .map(shared)
            .max()
            .unwrap_or(0)
            + 1;
        format!("{}-{}", task.number, &mine[..length.max(3).min(mine.len())])
    }

    /// Where a phase stands among the others, for sorting; tasks without a phase come last.
    pub fn phase_rank(&self, phase: Option<&Slug>) -> usize {
        phase
            .and_then(|id| self.header.position(id))
            .unwrap_or(usize::MAX)
    }

    /// The phase of that name.
    pub fn phase(&self, id: &Slug) -> Option<&Phase> {
        self.header.phase(id)
    }
}
