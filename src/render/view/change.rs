//! What was done, and what would change.

use schemars::JsonSchema;
use serde::Serialize;

use super::TaskLine;
use crate::model::{Record, Time};
use crate::review::{Account, Change, Changes};

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
    /// What was done, as the commit says of itself.
    pub subject: String,
    /// What changed, told from the files; `null` for a merge that has nothing of its own, where a state
    /// before it is not here, and where only the operation is named.
    pub changed: Option<String>,
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
    /// `added`, `removed`, `changed`, `renamed`, `renumbered`, `moved` (to another phase) or
    /// `reordered`.
    pub kind: String,
    /// What kind of thing: `plan`, `phase`, `gate`, `task`, `item`, `note`, `record`,
    /// `checkpoint`, `entry` (of the register), `spec`, `rule` (of a specification), or another `file`.
    pub entity: String,
    /// Its id; of a gate `phase/gate`, of a rule `spec/rule`, of a file its path.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The plan; `null` for what stands beside the plans.
    pub plan: Option<String>,
    /// The plan, and the key within the entity where one changed.
    pub path: String,
    /// The key; `null` where the thing itself came or went, or is one value.
    pub key: Option<String>,
    /// The file on the plan ref.
    pub file: String,
    /// What it was.
    pub from: serde_json::Value,
    /// What it is.
    pub to: serde_json::Value,
    /// Keys that are one value with it and changed too: what they are now.
    pub along: serde_json::Map<String, serde_json::Value>,
    /// `weakening` where less has to hold afterwards, else `change`.
    pub severity: String,
    /// What a weakening comes to.
    pub why: Option<String>,
    /// The records that say why a weakening is; empty where nobody said, `null` where it is none, or a
    /// record itself.
    pub recorded: Option<Vec<ReasonView>>,
    /// What follows from it, a sentence each.
    pub consequences: Vec<String>,
}

/// Why a weakening is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReasonView {
    /// The record.
    pub id: String,
    /// Who, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(rename = "as")]
    pub agent: Option<String>,
    /// When.
    pub when: Time,
    /// What they said.
    pub reason: Option<String>,
}

/// How many changes there are. Each is counted once: as weakened where less has to hold, else as
/// what it is.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct ChangeCounts {
    /// Things that came.
    pub added: usize,
    /// Things that went, and tasks that were cancelled.
    pub removed: usize,
    /// Keys that changed, names and numbers too.
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

impl DiffView {
    /// Changes between two commits.
    pub fn of(changes: &Changes, base: Option<String>, head: Option<String>) -> Self {
        let counts = changes.counts();
        Self {
            base,
            head,
            summary: ChangeCounts {
                added: counts.added,
                removed: counts.removed,
                changed: counts.changed,
                moved: counts.moved,
                weakened: counts.weakened,
            },
            changes: changes.all().iter().map(ChangeView::of).collect(),
        }
    }
}

impl ChangeView {
    /// One change.
    pub fn of(change: &Change) -> Self {
        let plan = change.plan.as_ref().map(ToString::to_string);
        let words = [plan.as_deref(), change.key.as_deref()];
        let path: Vec<&str> = words.into_iter().flatten().collect();
        let (why, account) = change.weakening.clone().unzip();
        Self {
            kind: change.kind.as_str().to_owned(),
            entity: change.entity.sort.as_str().to_owned(),
            id: change.entity.id.clone(),
            name: change.entity.name.clone(),
            path: path.join("/"),
            plan,
            key: change.key.clone(),
            file: change.file.clone(),
            from: change.from.clone().unwrap_or_default(),
            to: change.to.clone().unwrap_or_default(),
            along: change.along.clone(),
            severity: match why {
                Some(_) => "weakening".to_owned(),
                None => "change".to_owned(),
            },
            why,
            recorded: account.and_then(|account| reasons(&account)),
            consequences: change.consequences.clone(),
        }
    }
}

fn reasons(account: &Account) -> Option<Vec<ReasonView>> {
    let records = match account {
        Account::Recorded(records) => records,
        Account::Missing | Account::Asked => return Some(Vec::new()),
        Account::Itself => return None,
    };
    let reason = |record: &Record| ReasonView {
        id: record.id.to_string(),
        who: record.who.clone(),
        agent: record.agent.clone(),
        when: record.when,
        reason: record.note.clone(),
    };
    Some(records.iter().map(reason).collect())
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
    /// What of it alone: a key, or `of` and an entity; empty: all of it.
    pub only: Vec<String>,
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
