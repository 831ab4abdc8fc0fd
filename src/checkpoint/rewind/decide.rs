//! Which situation it is, and what is to become of `HEAD` and the branch. Pure.

use crate::model::visible::is_deceptive;

use super::facts::Facts;
use super::{Rewind, Situation, Target, obstacles};

/// What was decided.
pub(super) enum Decision {
    /// There is no sequence.
    Obstacle(Box<Rewind>),
    /// There is one, to this aim.
    Go(Situation, Aim),
}

/// What `HEAD` is to be afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Aim {
    /// The base of the checkpoint, or its snapshot where it has no base.
    Backward,
    /// A new commit on top of what is there.
    Forward,
    /// What it is: others have seen it, and its files are those of the base.
    Stay,
}

pub(super) fn decide(facts: &Facts, target: &Target) -> Decision {
    if let Some(obstacle) = obstacle(facts, target) {
        return Decision::Obstacle(Box::new(obstacle));
    }
    let (situation, aim) = direction(facts, target);
    Decision::Go(situation, aim)
}

/// The first that is found: what has to be dealt with before the others are even looked at.
fn obstacle(facts: &Facts, target: &Target) -> Option<Rewind> {
    if let Some(operation) = facts.operation {
        return Some(obstacles::operation_under_way(operation));
    }
    if facts.index_is_locked {
        return Some(obstacles::index_locked());
    }
    let conflicts = obstacles::conflicted(&facts.dirt);
    if !conflicts.is_empty() {
        return Some(obstacles::conflicts(&conflicts));
    }
    if facts.head.is_none() {
        return Some(obstacles::unborn_branch());
    }
    if let Some(name) = unprintable(facts) {
        return Some(obstacles::unprintable_name(&name));
    }
    if let Some(folder) = &facts.elsewhere {
        return Some(obstacles::branch_elsewhere(folder));
    }
    if !facts.marks.hidden.is_empty() {
        return Some(obstacles::hidden_changes(&facts.marks.hidden));
    }
    if !facts.not_stashable.is_empty() {
        return Some(obstacles::not_stashable(&facts.not_stashable));
    }
    if is_there(facts, target) {
        return Some(obstacles::already_there());
    }
    let blocked = !facts.in_the_way.is_empty();
    blocked.then(|| obstacles::in_the_way(&facts.in_the_way))
}

fn direction(facts: &Facts, target: &Target) -> (Situation, Aim) {
    let dirty = facts.is_dirty();
    match (&facts.branch, target.base) {
        (None, _) => (Situation::Detached, Aim::Backward),
        (Some(_), None) if facts.trees.head == facts.trees.snapshot => {
            (Situation::NoBase, Aim::Stay)
        }
        (Some(_), None) => (Situation::NoBase, Aim::Forward),
        _ if is_published(facts) && facts.trees.head == facts.trees.base => {
            (Situation::Pushed, Aim::Stay)
        }
        _ if is_published(facts) => (Situation::Pushed, Aim::Forward),
        _ if dirty => (Situation::Dirty, Aim::Backward),
        _ => (Situation::Clean, Aim::Backward),
    }
}

fn is_published(facts: &Facts) -> bool {
    facts.dropped.published > 0
}

/// Whether files and commit are the checkpoint's. A commit that others have seen may stay if its
/// files are right.
fn is_there(facts: &Facts, target: &Target) -> bool {
    let trees = facts.trees;
    let is_at = match target.base {
        Some(base) => facts.head == Some(base) || (facts.branch.is_some() && is_published(facts)),
        None => facts.branch.is_some() || facts.head == Some(target.snapshot),
    };
    let had_changes = target.base.is_some() && trees.base != trees.snapshot;
    is_at && !had_changes && !facts.is_dirty() && trees.head == trees.snapshot
}

/// A name that the commands would hold and that a terminal, or quoting, could not show as it is.
fn unprintable(facts: &Facts) -> Option<String> {
    let path = |path: &std::path::Path| path.to_str().map(str::to_owned);
    let push = facts.push.as_ref();
    let names = [
        path(&facts.top).or(Some(LOST.to_string())),
        path(&facts.head_file).or(Some(LOST.to_string())),
        facts.branch.clone(),
        push.map(|push| push.remote.clone()),
        push.map(|push| push.reference.clone()),
    ];
    names.into_iter().flatten().find(|name| !is_printable(name))
}

/// What stands for bytes that are not UTF-8.
const LOST: char = char::REPLACEMENT_CHARACTER;

fn is_printable(name: &str) -> bool {
    !name.chars().any(|c| c == LOST || is_deceptive(c))
}
