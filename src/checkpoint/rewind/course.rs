//! Where the commands lead, and back: the commits, and the names of the backups.

use crate::git::{Oid, PushTarget, Repo, Result, Signature};

use super::Target;
use super::backup::{Names, free_names};
use super::decide::Aim;
use super::facts::Facts;

/// All that the commands need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Course {
    /// The full name of the branch; `None` where `HEAD` is detached.
    pub(super) branch: Option<String>,
    pub(super) start: End,
    pub(super) goal: End,
    /// What the way back leads to: the start or, where the goal was published, a commit with its
    /// files on top of the goal.
    pub(super) again: Oid,
    /// Whether something has to be stashed.
    pub(super) is_dirty: bool,
    /// Where the goal is to be published.
    pub(super) push: Option<PushTarget>,
    pub(super) names: Names,
}

/// One end of the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct End {
    /// The commit of the branch, or of the detached `HEAD`.
    pub(super) tip: Oid,
    /// The commit whose files are checked out.
    pub(super) files: Oid,
}

impl Course {
    /// Writes the commits that the way needs; no ref names them.
    pub(super) fn set(
        repo: &Repo,
        facts: &Facts,
        target: &Target,
        aim: &Aim,
        who: &Signature,
    ) -> Result<Self> {
        let head = facts.head.unwrap_or(target.snapshot);
        let (tip, again) = match aim {
            Aim::Backward => (target.base.unwrap_or(target.snapshot), head),
            Aim::Stay => (head, head),
            Aim::Forward => forward(repo, facts, target, head, who)?,
        };
        let is_as_base = target.base.is_none() || facts.trees.base == facts.trees.snapshot;
        Ok(Self {
            branch: facts.branch.clone(),
            start: End {
                tip: head,
                files: head,
            },
            goal: End {
                tip,
                files: if is_as_base { tip } else { target.snapshot },
            },
            again,
            is_dirty: facts.is_dirty(),
            push: push(facts, target, aim),
            names: free_names(facts.branch.as_deref(), target, &facts.branches, who.time),
        })
    }
}

/// The commit with the files of the base, or of the snapshot where there is none, and the one that
/// takes it back.
fn forward(
    repo: &Repo,
    facts: &Facts,
    target: &Target,
    head: Oid,
    who: &Signature,
) -> Result<(Oid, Oid)> {
    let trees = facts.trees;
    let tree = target.base.map_or(trees.snapshot, |_| trees.base);
    let name = &target.name;
    let mut writer = repo.writer()?;
    let message = format!(
        "Go back to the checkpoint \"{name}\"\n\nCheckpoint: {}\n",
        target.id
    );
    let there = writer.write_commit(tree, &[head], who, &message)?;
    let message = format!(
        "Return from the checkpoint \"{name}\"\n\nCheckpoint: {}\n",
        target.id
    );
    let again = writer.write_commit(trees.head, &[there], who, &message)?;
    writer.finish()?;
    Ok((there, again))
}

/// Only what others have seen is answered by a push, and never with files that are private.
fn push(facts: &Facts, target: &Target, aim: &Aim) -> Option<PushTarget> {
    let publishes = *aim == Aim::Forward
        && facts.dropped.published > 0
        && !(target.private && target.base.is_none());
    facts.push.clone().filter(|_| publishes)
}
