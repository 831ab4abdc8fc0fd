//! A checkpoint, and the way back to it.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{
    Checkpoint, CheckpointFile, CheckpointId, CheckpointRow, FileStatus, Slug, TaskId, Time,
};

/// A checkpoint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckpointView {
    /// Names the checkpoint; never changes.
    pub id: CheckpointId,
    /// Its number within the plan.
    pub sequence: u32,
    /// What people call it.
    pub name: String,
    /// The plan.
    pub plan: Slug,
    /// The phase that was worked on.
    pub phase: Option<Slug>,
    /// The task that was worked on.
    pub task: Option<TaskId>,
    /// What there is to say about it.
    pub note: Option<String>,
    /// Whether the plan was archived with it.
    #[serde(rename = "final")]
    pub is_final: bool,
    /// `HEAD`'s commit; `null` on a branch without commits.
    pub base: Option<String>,
    /// The branch that was checked out; `null` where `HEAD` was detached.
    pub branch: Option<String>,
    /// The tree of everything that was in the working tree.
    pub tree: String,
    /// The commit of that tree, whose only parent is the base.
    pub snapshot: String,
    /// The blob of the patch that leads from the base to the tree.
    pub patch: String,
    /// What Git was in the middle of.
    pub during: Option<String>,
    /// Whether files that Git does not track were left out.
    pub without_untracked: bool,
    /// Whether what looks like a secret was taken in all the same.
    pub with_secrets: bool,
    /// Files that were left out for their size.
    pub skipped: Vec<String>,
    /// Who, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(rename = "as")]
    pub agent: Option<String>,
    /// When.
    pub when: Time,
    /// Whether it is never shared.
    pub private: bool,
    /// Whether the snapshot's commit is in this repository.
    pub here: bool,
    /// What differs between base and snapshot.
    pub files: Vec<CheckpointFileView>,
}

/// One file that differs between base and snapshot.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckpointFileView {
    /// Its path; quoted as in C, with the quotes, where it is not plain UTF-8 text.
    pub path: String,
    /// `A` added, `M` modified, `D` deleted, `T` its type changed.
    pub status: FileStatus,
    /// Its mode in the base.
    pub old_mode: Option<String>,
    /// Its mode in the snapshot.
    pub new_mode: Option<String>,
    /// Its object in the base.
    pub old: Option<String>,
    /// Its object in the snapshot.
    pub new: Option<String>,
    /// Lines added.
    pub added: u64,
    /// Lines removed.
    pub removed: u64,
    /// Whether it has no lines.
    pub binary: bool,
}

impl CheckpointView {
    /// The checkpoint in full, with its files.
    pub fn of(plan: &Slug, checkpoint: Checkpoint, private: bool, here: bool) -> Self {
        Self {
            id: checkpoint.id,
            sequence: checkpoint.sequence,
            name: checkpoint.name,
            plan: plan.clone(),
            phase: checkpoint.phase,
            task: checkpoint.task,
            note: checkpoint.note,
            is_final: checkpoint.is_final,
            base: checkpoint.base,
            branch: checkpoint.branch,
            tree: checkpoint.tree,
            snapshot: checkpoint.snapshot,
            patch: checkpoint.patch,
            during: checkpoint.during,
            without_untracked: checkpoint.without_untracked,
            with_secrets: checkpoint.with_secrets,
            skipped: checkpoint.skipped,
            who: checkpoint.who,
            agent: checkpoint.agent,
            when: checkpoint.when,
            private,
            here,
            files: checkpoint.files.into_iter().map(Into::into).collect(),
        }
    }
}

impl From<CheckpointFile> for CheckpointFileView {
    fn from(file: CheckpointFile) -> Self {
        Self {
            path: file.path,
            status: file.status,
            old_mode: file.old_mode,
            new_mode: file.new_mode,
            old: file.old,
            new: file.new,
            added: file.added,
            removed: file.removed,
            binary: file.binary,
        }
    }
}

/// How to go back to a checkpoint, in this repository as it is.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RewindView {
    /// The checkpoint.
    pub checkpoint: CheckpointId,
    /// Its name.
    pub name: String,
    /// What the repository is like, one word.
    pub situation: String,
    /// The same, as a sentence.
    pub explanation: String,
    /// The commands, in order, each only after the one before succeeded; empty where there are none.
    pub steps: Vec<StepView>,
    /// The commands that undo those.
    pub back: Vec<StepView>,
    /// Where the commands stopped half-way: what brings back the start, in order, each only after
    /// the one before succeeded.
    pub if_stopped: Vec<StepView>,
    /// What is as it was afterwards, whatever the checkpoint held.
    pub not_restored: Vec<String>,
    /// What to do first, or what to know.
    pub advice: Vec<String>,
}

/// One command of a way back.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StepView {
    /// The command, quoted for `sh`.
    pub command: String,
    /// What it is for.
    pub purpose: String,
}

/// What `checkpoints --prune`, `--restore-objects` or `--privatize` did with one checkpoint.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CheckpointActView {
    /// The checkpoint.
    pub id: CheckpointId,
    /// Its number.
    pub sequence: u32,
    /// Its name.
    pub name: String,
    /// Whether it is never shared.
    pub private: bool,
    /// `kept`, `pruned`, `dropped`, `restored`, `privatized`, `failed`.
    pub outcome: String,
    /// Why, where there is more to say.
    pub reason: Option<String>,
}

impl CheckpointActView {
    /// What became of a checkpoint.
    pub fn of(row: &CheckpointRow, private: bool, outcome: &str, reason: Option<String>) -> Self {
        Self {
            id: row.checkpoint.id,
            sequence: row.checkpoint.sequence,
            name: row.checkpoint.name.clone(),
            private,
            outcome: outcome.to_owned(),
            reason,
        }
    }
}
