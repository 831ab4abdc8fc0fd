//! What a reviewer has to know of the plans, as plain data: sorted, and the same from run to run.

use super::{Changed, Since};
use crate::enforce::{GateSeen, Report};
use crate::git::Oid;
use crate::model::{FileStatus, Slug, Status, TaskId};
use crate::verify::Violation;

/// A proposed change, beside the plans.
#[derive(Debug, Clone)]
pub struct Proposal {
    /// What it is to land on.
    pub base: Oid,
    /// The change.
    pub head: Oid,
    /// The full name of the branch that it is to land on.
    pub branch: String,
    /// The commit that landing would leave there; none where base and head do not merge without
    /// conflict. Gates are judged at it, else at the head.
    pub merged: Option<Oid>,
    /// The commit of the plan ref that it is judged by.
    pub plans: Oid,
    /// What a push of it would be told.
    pub report: Report,
    /// How many commits it brings.
    pub commits: usize,
    /// The tasks that its commits are linked to: by plan, phase and number.
    pub tasks: Vec<LinkedTask>,
    /// The commits that name what is not there, newest first.
    pub wrong: Vec<WrongLink>,
    /// The commits that bring something and name no task, newest first.
    pub unlinked: Vec<NamedCommit>,
    /// The gates that it is held to: by plan, in the order of the plan.
    pub gates: Vec<GateSeen>,
    /// The scripts of gates that it changes, by path.
    pub scripts: Vec<ChangedScript>,
    /// Where it breaks specifications, in the files that it touches: by plan, specification and rule,
    /// then by place.
    pub violations: Vec<BrokenRule>,
    /// The plans that cannot be read, or not whole.
    pub unreadable: Vec<Unreadable>,
    /// The state of the plans that it started from.
    pub since: Since,
    /// What has changed in them since; none where that cannot be told.
    pub changed: Option<Changed>,
}

impl Proposal {
    /// Whether it would land: it merges, and no rule refuses it.
    pub fn lands(&self) -> bool {
        self.merged.is_some() && !self.report.is_refused()
    }
}

/// A commit, as people call it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedCommit {
    /// The commit.
    pub oid: Oid,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it, as `Name <e-mail>`.
    pub author: String,
}

/// A task, and the commits that name it.
#[derive(Debug, Clone)]
pub struct LinkedTask {
    /// Its plan.
    pub plan: Slug,
    /// The task.
    pub id: TaskId,
    /// What people call it: its number, and more where two share that.
    pub name: String,
    /// What is to be done.
    pub title: String,
    /// Where it stands in the plans that are judged by.
    pub status: Status,
    /// The phase it belongs to.
    pub phase: Option<Slug>,
    /// The commits, newest first.
    pub commits: Vec<NamedCommit>,
}

/// A commit that names what is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrongLink {
    /// The commit.
    pub commit: NamedCommit,
    /// What is wrong with it.
    pub why: String,
}

/// A file that gates run, and that the change touches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedScript {
    /// Its path from the top.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
    /// The gates that run it, as `phase/gate`, each with its plan.
    pub gates: Vec<(Slug, String)>,
}

/// A rule of a specification, and where a change breaks it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BrokenRule {
    /// The plan.
    pub plan: Slug,
    /// The specification.
    pub spec: Slug,
    /// The completed task that carries it, where there is one: what was done no longer holds.
    pub regression: Option<String>,
    /// Where, and by what.
    pub violation: Violation,
}

/// A plan that cannot be read, or a file of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The plan.
    pub plan: Slug,
    /// What cannot be read, and why.
    pub why: String,
}
