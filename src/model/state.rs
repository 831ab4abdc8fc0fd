//! A whole plan in memory: its header, an index of its tasks, its records, and what is broken.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use super::{
    Checkpoint, CheckpointId, CheckpointRow, Entry, EntryId, Header, Phase, Record, RecordId, Rows,
    Slug, SpecRow, SpecText, Task, TaskId, TaskRow,
};

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
    /// Checkpoints that were added, in full; none for one that was removed.
    pub checkpoints: BTreeMap<CheckpointId, Option<Checkpoint>>,
    /// Entries of the register that were added or changed.
    pub register: BTreeSet<EntryId>,
    /// Specifications that were added, changed or removed.
    pub specs: BTreeSet<Slug>,
}

/// A plan.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The name of its folder.
    pub id: Slug,
    /// What `plan.toml` holds.
    pub header: Header,
    /// Every readable task, without long texts. Only edits change it: [`Plan::apply`].
    pub tasks: Rows,
    numbers: OnceCell<Numbers>,
    /// Tasks in full, as far as they were needed. Edits apply only to these.
    pub full: BTreeMap<TaskId, Task>,
    /// Every readable record.
    pub records: Vec<Record>,
    /// Every readable checkpoint on the plan ref, without its files, by id.
    pub checkpoints: Vec<CheckpointRow>,
    /// Every readable entry of the register, by id.
    pub register: Vec<Entry>,
    /// Every readable specification, by name.
    pub specs: Vec<SpecRow>,
    /// Specifications in full, as far as they were needed. Edits apply only to these.
    pub full_specs: BTreeMap<Slug, SpecText>,
    /// Files that could not be read.
    pub broken: Vec<Broken>,
    /// The highest task number in a file that could not be read, as far as it can be made out.
    pub reserved_number: Option<u32>,
    /// The highest number in the label of an entry whose file could not be read, of any kind.
    pub reserved_label: Option<u32>,
    /// What changed since the plan was loaded.
    pub touched: Touched,
}

impl Plan {
    /// A plan with a header and nothing else.
    pub fn new(id: Slug, header: Header) -> Self {
        Self {
            id,
            header,
            tasks: Rows::default(),
            numbers: OnceCell::new(),
            full: BTreeMap::new(),
            records: Vec::new(),
            checkpoints: Vec::new(),
            register: Vec::new(),
            specs: Vec::new(),
            full_specs: BTreeMap::new(),
            broken: Vec::new(),
            reserved_number: None,
            reserved_label: None,
            touched: Touched::default(),
        }
    }

    /// Puts a task in, or another one in its place.
    pub(super) fn insert(&mut self, row: TaskRow) {
        let (id, number) = (row.id, row.number);
        let old = self.tasks.insert(row);
        if let Some(numbers) = self.numbers.get_mut() {
            if let Some(old) = old {
                numbers.remove(old.number, id);
            }
            numbers.insert(number, id);
        }
    }

    /// Takes a task out.
    pub(super) fn remove(&mut self, id: TaskId) {
        let old = self.tasks.remove(id);
        if let (Some(old), Some(numbers)) = (old, self.numbers.get_mut()) {
            numbers.remove(old.number, id);
        }
    }

    fn numbers(&self) -> &Numbers {
        self.numbers.get_or_init(|| Numbers::of(&self.tasks))
    }

    /// The tasks with that number: one, unless two clones gave it at the same time.
    pub fn with_number(&self, number: u32) -> impl Iterator<Item = TaskId> {
        self.numbers().of_number(number).iter().map(|(_, id)| *id)
    }

    /// The highest task number ever given.
    pub fn highest_number(&self) -> u32 {
        let present = self.numbers().sorted.last().map(|(number, _)| *number);
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
        if !self.shares_number(task) {
            return task.number.to_string();
        }
        let twins = self.numbers().of_number(task.number);
        let mine = id.as_str();
        let shared = |theirs: &str| {
            mine.bytes()
                .zip(theirs.bytes())
                .take_while(|(a, b)| a == b)
                .count()
        };
        let others = twins.iter().filter(|(_, other)| *other != id);
        let length = others
            .map(|(_, other)| shared(other.as_str()))
            .max()
            .unwrap_or(0)
            + 1;
        format!("{}-{}", task.number, &mine[..length.max(3).min(mine.len())])
    }

    /// Whether another task has the same number.
    pub fn shares_number(&self, task: &TaskRow) -> bool {
        let numbers = self.numbers();
        numbers.doubles > 0 && numbers.of_number(task.number).len() > 1
    }

    /// Where a phase stands among the others, for sorting; tasks without a phase come last.
    pub fn phase_rank(&self, phase: Option<&Slug>) -> usize {
        phase
            .and_then(|id| self.header.position(id))
            .unwrap_or(usize::MAX)
    }

    /// A record that cannot be read, where there is one.
    pub fn broken_record(&self) -> Option<&Broken> {
        self.broken_in("evidence").next()
    }

    /// The task files that cannot be read.
    pub fn broken_tasks(&self) -> impl Iterator<Item = &Broken> {
        self.broken_in("tasks")
    }

    /// The broken files below `.plans/<plan>/<folder>`, and that folder itself where it is none.
    pub(super) fn broken_in<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Broken> {
        self.broken
            .iter()
            .filter(move |file| file.path.split('/').nth(2) == Some(folder))
    }

    /// The phase of that name.
    pub fn phase(&self, id: &Slug) -> Option<&Phase> {
        self.header.phase(id)
    }
}

/// The tasks by number, sorted; found once for a plan, and kept up to date by its edits.
#[derive(Debug, Clone)]
struct Numbers {
    sorted: Vec<(u32, TaskId)>,
    /// How many tasks have the number of the one before them: mostly none, and then nobody has to
    /// look.
    doubles: usize,
}

impl Numbers {
    fn of(tasks: &Rows) -> Self {
        // Sorted as single numbers (the task's number, then its place by id): ten times as fast.
        let ids: Vec<TaskId> = tasks.keys().collect();
        let places = (0u64..).zip(tasks.values());
        let mut keys: Vec<u64> = places
            .map(|(place, task)| u64::from(task.number) << 32 | place)
            .collect();
        keys.sort_unstable();
        let pair = |key: u64| {
            let place = usize::try_from(key & u64::from(u32::MAX)).ok()?;
            Some((u32::try_from(key >> 32).ok()?, *ids.get(place)?))
        };
        let sorted: Vec<(u32, TaskId)> = keys.into_iter().filter_map(pair).collect();
        let doubles = sorted
            .windows(2)
            .filter(|pair| pair[0].0 == pair[1].0)
            .count();
        Self { sorted, doubles }
    }

    fn of_number(&self, number: u32) -> &[(u32, TaskId)] {
        let from = self.sorted.partition_point(|(other, _)| *other < number);
        let length = self.sorted[from..].partition_point(|(other, _)| *other == number);
        &self.sorted[from..from + length]
    }

    fn insert(&mut self, number: u32, id: TaskId) {
        self.doubles += usize::from(!self.of_number(number).is_empty());
        if let Err(at) = self.sorted.binary_search(&(number, id)) {
            self.sorted.insert(at, (number, id));
        }
    }

    fn remove(&mut self, number: u32, id: TaskId) {
        if let Ok(at) = self.sorted.binary_search(&(number, id)) {
            self.sorted.remove(at);
            self.doubles -= usize::from(!self.of_number(number).is_empty());
        }
    }
}
