//! The commits of a change, and the tasks that they name.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Slug, Status, TaskId};
use crate::proposal::LinkedTask;
use crate::proposal::NamedCommit;

/// A commit of the change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewCommitView {
    /// The commit.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it, as `Name <e-mail>`.
    pub author: String,
}

/// A commit that names what is not there.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WrongLinkView {
    /// The commit.
    #[serde(flatten)]
    pub commit: ReviewCommitView,
    /// What is wrong with what it names.
    pub why: String,
}

/// A task, and the commits of the change that name it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewTaskView {
    /// Its plan.
    pub plan: Slug,
    /// Names the task; never changes.
    pub id: TaskId,
    /// What commands take for it: the number, or `4-k3v` where two share one.
    pub name: String,
    /// What is to be done.
    pub title: String,
    /// Where it stands, in the plans that are judged by.
    pub status: Status,
    /// Its phase.
    pub phase: Option<Slug>,
    /// The commits, newest first.
    pub commits: Vec<ReviewCommitView>,
}

/// Commits as scripts read them.
pub(super) fn commits(commits: &[NamedCommit]) -> Vec<ReviewCommitView> {
    commits.iter().map(ReviewCommitView::of).collect()
}

impl ReviewCommitView {
    /// As scripts read it.
    pub(super) fn of(commit: &NamedCommit) -> Self {
        Self {
            commit: commit.oid.to_string(),
            subject: commit.subject.clone(),
            author: commit.author.clone(),
        }
    }
}

impl ReviewTaskView {
    /// As scripts read it.
    pub(super) fn of(task: &LinkedTask) -> Self {
        Self {
            plan: task.plan.clone(),
            id: task.id,
            name: task.name.clone(),
            title: task.title.clone(),
            status: task.status,
            phase: task.phase.clone(),
            commits: commits(&task.commits),
        }
    }
}
