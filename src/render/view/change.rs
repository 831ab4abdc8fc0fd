//! What was done, and what would change.

use schemars::JsonSchema;
use serde::Serialize;

use super::TaskLine;
use crate::model::Time;

/// An operation on the plans.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OperationView {
    /// The commit on the plan ref.
    pub id: String,
    /// When.
    pub when: Time,
    /// Who, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(rename = "as")]
    pub agent: Option<String>,
    /// The command.
    pub operation: Option<String>,
    /// What was done.
    pub subject: String,
    /// The entities.
    pub entities: Vec<String>,
    /// The operation that it took back.
    pub undoes: Option<String>,
    /// Whether it is a merge.
    pub merge: bool,
}

/// A change between two states.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeView {
    /// `added`, `removed`, `changed` or `moved`.
    pub kind: String,
    /// What kind of thing: `plan`, `phase`, `gate`, `task`, `item`, `note`, `record`,
    /// `checkpoint`, `entry` (of the register).
    pub entity: String,
    /// Its id.
    pub id: String,
    /// The plan, and the key within the entity where one changed.
    pub path: String,
    /// What it was.
    pub from: serde_json::Value,
    /// What it is.
    pub to: serde_json::Value,
    /// `weakening` where less has to hold afterwards, else `change`.
    pub severity: String,
}

/// How many changes of each kind.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct ChangeCounts {
    /// Things that came.
    pub added: usize,
    /// Things that went.
    pub removed: usize,
    /// Keys that changed.
    pub changed: usize,
    /// Things that changed places.
    pub moved: usize,
    /// Changes after which less has to hold.
    pub weakened: usize,
}

/// The changes between two states.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffView {
    /// The commit of the plan ref before.
    pub base: Option<String>,
    /// The commit after; `null` where nothing is stored.
    pub head: Option<String>,
    /// How many.
    pub summary: ChangeCounts,
    /// Each.
    pub changes: Vec<ChangeView>,
}

/// What `batch` and `apply` did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BatchView {
    /// The commit; `null` where nothing changed.
    pub commit: Option<String>,
    /// How many operations, or edits.
    pub operations: usize,
    /// The tasks that were added, in order.
    pub added: Vec<TaskLine>,
}

/// What `undo` did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UndoView {
    /// The operation that was taken back.
    pub undone: OperationView,
    /// The new commit; `null` where nothing was left to take back.
    pub commit: Option<String>,
    /// What was left as it is, and why.
    pub left: Vec<String>,
}

/// Something that `doctor` found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView {
    /// `problem` (wrong in the stored plans) or `note`.
    pub severity: String,
    /// The file on the plan ref, or what else it is about.
    pub place: String,
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub text: String,
    /// What repairs it.
    pub repair: Option<String>,
    /// Whether `--fix` repaired it now.
    pub fixed: bool,
}
