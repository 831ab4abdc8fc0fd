//! A change as data, key by key, with the value that it expects to find.
//!
//! Commands, `edit`, `apply`, `batch` and `undo` all end in a list of [`Edit`]s, which
//! [`Plan::apply`](crate::model::Plan::apply) carries out under one set of rules. Because an edit
//! names what it expects, it can be applied again to a newer state after a lost race: where the
//! expectation no longer holds, it is a conflict, and never a silent overwrite.
//!
//! * [`shape`]: which keys belong together, which lists are sets, which have members with ids.
//! * [`diff`](mod@diff): two values of an entity → the edits that lead from one to the other.
//! * [`patch`]: one edit applied to a value.

pub mod diff;
pub mod patch;
pub mod shape;

use serde_json::{Map, Value};

use super::{
    Checkpoint, CheckpointId, Entry, EntryId, Header, Record, RecordId, Slug, SpecText, Task,
    TaskId,
};

/// Keys and values of an entity, as in its file.
pub type Fields = Map<String, Value>;

/// The file that an edit is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// `plan.toml`.
    Plan,
    /// A task's file.
    Task(TaskId),
    /// A record's file.
    Record(RecordId),
    /// A checkpoint's folder.
    Checkpoint(CheckpointId),
    /// The file of an entry of the register.
    Register(EntryId),
    /// The file of a specification.
    Spec(Slug),
}

/// The way from a file's top to a member of one of its lists: `(list, id)` a level.
pub type Place = Vec<(String, String)>;

/// One change.
#[derive(Debug, Clone, PartialEq)]
pub struct Edit {
    /// The file.
    pub target: Target,
    /// The entity within it; empty for the file itself.
    pub place: Place,
    /// What happens to that entity.
    pub change: Change,
    /// Whether it takes another edit back: what it restores was there before, so no reason is
    /// asked for.
    pub restores: bool,
}

/// What happens to an entity.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// It comes to be; in a list, after the member named (none: as the first).
    Add {
        /// What it is.
        value: Value,
        /// The member before it.
        after: Option<String>,
    },
    /// It goes.
    Remove {
        /// What it was.
        value: Value,
        /// The member before it.
        after: Option<String>,
    },
    /// Keys that belong together change their values; an absent key has none.
    Set {
        /// What the edit expects.
        from: Fields,
        /// What it makes of it.
        to: Fields,
    },
    /// A set gains a member.
    Include {
        /// The set.
        key: String,
        /// The member.
        member: Value,
    },
    /// A set loses a member.
    Exclude {
        /// The set.
        key: String,
        /// The member.
        member: Value,
    },
    /// The members of a list change places.
    Order {
        /// The list.
        list: String,
        /// The ids before.
        from: Vec<String>,
        /// The ids after.
        to: Vec<String>,
    },
}

impl Change {
    /// The change that takes this one back.
    pub fn inverse(&self) -> Self {
        match self.clone() {
            Self::Add { value, after } => Self::Remove { value, after },
            Self::Remove { value, after } => Self::Add { value, after },
            Self::Set { from, to } => Self::Set { from: to, to: from },
            Self::Include { key, member } => Self::Exclude { key, member },
            Self::Exclude { key, member } => Self::Include { key, member },
            Self::Order { list, from, to } => Self::Order {
                list,
                from: to,
                to: from,
            },
        }
    }
}

impl Edit {
    /// A new task. Where its number is 0, it is given the next one.
    pub fn add_task(task: &Task) -> Self {
        let change = Change::Add {
            value: fields(task),
            after: None,
        };
        Self {
            target: Target::Task(task.id),
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// A task goes.
    pub fn remove_task(task: &Task) -> Self {
        let change = Change::Remove {
            value: fields(task),
            after: None,
        };
        Self {
            target: Target::Task(task.id),
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// A new record.
    pub fn add_record(record: &Record) -> Self {
        let change = Change::Add {
            value: fields(record),
            after: None,
        };
        Self {
            target: Target::Record(record.id),
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// A new checkpoint. Its sequence is the least that it is given.
    pub fn add_checkpoint(checkpoint: &Checkpoint) -> Self {
        let change = Change::Add {
            value: fields(checkpoint),
            after: None,
        };
        Self {
            target: Target::Checkpoint(checkpoint.id),
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// A checkpoint goes.
    pub fn remove_checkpoint(checkpoint: &Checkpoint) -> Self {
        let add = Self::add_checkpoint(checkpoint);
        Self {
            change: add.change.inverse(),
            ..add
        }
    }

    /// A new entry of the register. The number of its label is the least that it is given.
    pub fn add_entry(entry: &Entry) -> Self {
        let change = Change::Add {
            value: fields(entry),
            after: None,
        };
        Self {
            target: Target::Register(entry.id),
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// The edits that make `new` of `old`.
    pub fn between_entries(old: &Entry, new: &Entry) -> Vec<Self> {
        let target = Target::Register(old.id);
        Self::between(&target, &shape::ENTRY, &fields(old), &fields(new))
    }

    /// A new specification.
    pub fn add_spec(spec: &SpecText) -> Self {
        let change = Change::Add {
            value: fields(spec),
            after: None,
        };
        Self {
            target: Target::Spec(spec.name.clone()),
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// A specification goes.
    pub fn remove_spec(spec: &SpecText) -> Self {
        let add = Self::add_spec(spec);
        Self {
            change: add.change.inverse(),
            ..add
        }
    }

    /// The edits that make `new` of `old`, which has the same name.
    pub fn between_specs(old: &SpecText, new: &SpecText) -> Vec<Self> {
        let target = Target::Spec(old.name.clone());
        Self::between(&target, &shape::SPEC, &fields(old), &fields(new))
    }

    /// A new plan.
    pub fn add_plan(header: &Header) -> Self {
        let change = Change::Add {
            value: fields(header),
            after: None,
        };
        Self {
            target: Target::Plan,
            place: Place::new(),
            change,
            restores: false,
        }
    }

    /// The edits that make `new` of `old`.
    pub fn between_tasks(old: &Task, new: &Task) -> Vec<Self> {
        Self::between(
            &Target::Task(old.id),
            &shape::TASK,
            &fields(old),
            &fields(new),
        )
    }

    /// The edits that make `new` of `old`.
    pub fn between_headers(old: &Header, new: &Header) -> Vec<Self> {
        Self::between(&Target::Plan, &shape::PLAN, &fields(old), &fields(new))
    }

    fn between(target: &Target, shape: &shape::Shape, old: &Value, new: &Value) -> Vec<Self> {
        diff::diff(shape, old, new)
            .into_iter()
            .map(|(place, change)| Self {
                target: target.clone(),
                place,
                change,
                restores: false,
            })
            .collect()
    }

    /// The edit that takes this one back.
    pub fn inverse(&self) -> Self {
        Self {
            change: self.change.inverse(),
            restores: true,
            ..self.clone()
        }
    }
}

/// An entity as keys and values; absent keys are absent, not null.
pub fn fields<T: serde::Serialize>(entity: &T) -> Value {
    let mut value = serde_json::to_value(entity).unwrap_or_default();
    if let Value::Object(fields) = &mut value {
        fields.retain(|_, value| !value.is_null());
    }
    value
}
