//! What changed between two states of the plans: a list in an order that a reader can trust.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::edit::Fields;
use crate::model::{Record, Slug};

/// What happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// It came.
    Added,
    /// It went.
    Removed,
    /// A key has another value.
    Changed,
    /// It is called otherwise.
    Renamed,
    /// It has another number.
    Renumbered,
    /// It is in another phase.
    Moved,
    /// The members of a list stand in another order.
    Reordered,
}

impl Kind {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
            Self::Renamed => "renamed",
            Self::Renumbered => "renumbered",
            Self::Moved => "moved",
            Self::Reordered => "reordered",
        }
    }
}

/// The five groups of a diff, in their order. Each change is in one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// Less has to hold.
    Weakened,
    /// Things that went, and tasks that were cancelled.
    Removed,
    /// Things that came.
    Added,
    /// Things that are otherwise.
    Changed,
    /// Things that are elsewhere.
    Moved,
}

impl Class {
    /// All of them, in their order.
    pub const ALL: [Self; 5] = [
        Self::Weakened,
        Self::Removed,
        Self::Added,
        Self::Changed,
        Self::Moved,
    ];

    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Weakened => "weakened",
            Self::Removed => "removed",
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved => "moved",
        }
    }
}

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sort {
    /// A plan, and what stands in its header beside the phases.
    Plan,
    /// A phase.
    Phase,
    /// A gate.
    Gate,
    /// A task.
    Task,
    /// A line of a checklist.
    Item,
    /// A remark.
    Note,
    /// An entry of the register.
    Entry,
    /// A record.
    Record,
    /// A checkpoint.
    Checkpoint,
    /// A specification.
    Spec,
    /// A rule of a specification.
    Rule,
    /// Any other file.
    File,
}

impl Sort {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Phase => "phase",
            Self::Gate => "gate",
            Self::Task => "task",
            Self::Item => "item",
            Self::Note => "note",
            Self::Entry => "entry",
            Self::Record => "record",
            Self::Checkpoint => "checkpoint",
            Self::Spec => "spec",
            Self::Rule => "rule",
            Self::File => "file",
        }
    }

    /// The kind of thing that the members of a list are.
    pub(super) fn of_list(list: &str) -> Self {
        match list {
            "phase" => Self::Phase,
            "gate" => Self::Gate,
            "item" => Self::Item,
            _ => Self::Note,
        }
    }
}

/// A thing that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    /// What kind of thing it is.
    pub sort: Sort,
    /// Its id; of a gate `phase/gate`, of a file its path.
    pub id: String,
    /// What people call it: `task 4 "Add login route"`.
    pub name: String,
    /// What people call the thing that it is a part of; none where it stands for itself.
    pub part_of: Option<String>,
}

/// Whether change records account for a weakening.
#[derive(Debug, Clone, PartialEq)]
pub enum Account {
    /// Nobody said why.
    Missing,
    /// These did.
    Recorded(Vec<Record>),
    /// The change is not stored yet; a reason is asked for when it is.
    Asked,
    /// It is a record itself, and says who and why.
    Itself,
}

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The plan; none for what stands beside the plans.
    pub plan: Option<Slug>,
    /// The file on the plan ref.
    pub file: String,
    /// What changed.
    pub entity: Entity,
    /// What happened to it.
    pub kind: Kind,
    /// The key; none where it is all of it.
    pub key: Option<String>,
    /// What it was; none where it was not there.
    pub from: Option<Value>,
    /// What it is; none where it is gone.
    pub to: Option<Value>,
    /// What people call the tasks whose ids stand in these.
    pub names: BTreeMap<String, String>,
    /// Keys that are one value with it: what they are now.
    pub along: Fields,
    /// Where it is a weakening: what it comes to, and whether it is accounted for.
    pub weakening: Option<(String, Account)>,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
    /// Where it stands within its class.
    pub(super) rank: Rank,
}

/// What orders changes within a class: plan, phase, what kind of thing, number, then what is left.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank {
    /// What is no entity comes last.
    pub(super) is_file: bool,
    pub(super) plan: Option<Slug>,
    pub(super) phase: usize,
    pub(super) sort: u8,
    pub(super) number: u32,
    pub(super) file: String,
    /// The place among the changes of the file.
    pub(super) place: usize,
}

impl Change {
    /// The group that it is told in.
    pub fn class(&self) -> Class {
        match self.kind {
            _ if self.weakening.is_some() => Class::Weakened,
            Kind::Removed => Class::Removed,
            Kind::Added => Class::Added,
            Kind::Moved | Kind::Reordered => Class::Moved,
            _ if self.is_cancellation() => Class::Removed,
            Kind::Changed | Kind::Renamed | Kind::Renumbered => Class::Changed,
        }
    }

    /// Whether a task was given up.
    pub fn is_cancellation(&self) -> bool {
        let is_status = self.entity.sort == Sort::Task && self.key.as_deref() == Some("status");
        is_status && self.to.as_ref().and_then(Value::as_str) == Some("cancelled")
    }

    /// What it is told under: the thing, or the one that it is a part of.
    pub fn heading(&self) -> &str {
        self.entity.part_of.as_ref().unwrap_or(&self.entity.name)
    }

    /// The place of its phase in its plan, from 1: 0 where it is about the plan, the largest where it
    /// is in no phase.
    pub fn phase(&self) -> usize {
        self.rank.phase
    }
}

/// How many changes there are of each class.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// [`Class::Weakened`].
    pub weakened: usize,
    /// [`Class::Removed`].
    pub removed: usize,
    /// [`Class::Added`].
    pub added: usize,
    /// [`Class::Changed`].
    pub changed: usize,
    /// [`Class::Moved`].
    pub moved: usize,
}

impl Counts {
    /// How many there are in all.
    pub fn total(&self) -> usize {
        Class::ALL.iter().map(|class| self.of(*class)).sum()
    }

    /// How many there are of a class.
    pub fn of(&self, class: Class) -> usize {
        match class {
            Class::Weakened => self.weakened,
            Class::Removed => self.removed,
            Class::Added => self.added,
            Class::Changed => self.changed,
            Class::Moved => self.moved,
        }
    }
}

/// All changes between two states, in order: by class, plan, phase, number.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Changes(Vec<Change>);

impl Changes {
    pub(super) fn new(mut changes: Vec<Change>) -> Self {
        changes.sort_by_cached_key(|change| (change.class(), change.rank.clone()));
        Self(changes)
    }

    /// Each.
    pub fn all(&self) -> &[Change] {
        &self.0
    }

    /// Those of a class.
    pub fn of(&self, class: Class) -> &[Change] {
        let start = self.0.partition_point(|change| change.class() < class);
        let end = self.0.partition_point(|change| change.class() <= class);
        &self.0[start..end]
    }

    /// How many.
    pub fn counts(&self) -> Counts {
        let count = |class| self.of(class).len();
        Counts {
            weakened: count(Class::Weakened),
            removed: count(Class::Removed),
            added: count(Class::Added),
            changed: count(Class::Changed),
            moved: count(Class::Moved),
        }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}
