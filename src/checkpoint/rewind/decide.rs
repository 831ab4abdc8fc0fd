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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checkpoint::rewind::facts::Trees;
    use crate::git::{Dropped, IndexMarks, Oid, Operation, PathState, StatusEntry};

    fn oid(digit: u8) -> Oid {
        Oid::from_hex(&[digit; 40]).unwrap()
    }

    /// A clean branch, one commit after the base `b`, whose tree is `1`.
    fn facts() -> Facts {
        Facts {
            top: "/work/repo".into(),
            head_file: ".git/HEAD".into(),
            branch: Some("refs/heads/main".to_owned()),
            head: Some(oid(b'c')),
            trees: Trees {
                head: oid(b'2'),
                base: oid(b'1'),
                snapshot: oid(b'1'),
            },
            operation: None,
            index_is_locked: false,
            elsewhere: None,
            marks: IndexMarks::default(),
            dirt: Vec::new(),
            not_stashable: Vec::new(),
            in_the_way: Vec::new(),
            dropped: Dropped {
                commits: 1,
                published: 0,
            },
            push: None,
            branches: Vec::new(),
            has_inner_repositories: false,
            has_lfs: false,
            may_run_hook: false,
            enters_submodules: false,
        }
    }

    fn target(base: Option<Oid>) -> Target {
        Target {
            name: "any".to_owned(),
            id: "k3v9x2m4p7".to_owned(),
            base,
            snapshot: oid(b'e'),
            private: false,
        }
    }

    fn decided(facts: &Facts, base: Option<Oid>) -> (Situation, Option<Aim>) {
        match decide(facts, &target(base)) {
            Decision::Obstacle(rewind) => (rewind.situation, None),
            Decision::Go(situation, aim) => (situation, Some(aim)),
        }
    }

    fn untracked() -> Vec<StatusEntry> {
        let (path, state) = ("new".into(), PathState::Untracked);
        vec![StatusEntry { path, state }]
    }

    #[test]
    fn what_others_have_seen_is_never_dropped() {
        let base = Some(oid(b'b'));
        let mut facts = facts();
        assert_eq!(
            decided(&facts, base),
            (Situation::Clean, Some(Aim::Backward))
        );
        facts.dirt = untracked();
        assert_eq!(
            decided(&facts, base),
            (Situation::Dirty, Some(Aim::Backward))
        );
        facts.dropped.published = 1;
        assert_eq!(
            decided(&facts, base),
            (Situation::Pushed, Some(Aim::Forward))
        );
        facts.trees.head = facts.trees.base;
        assert_eq!(decided(&facts, base), (Situation::Pushed, Some(Aim::Stay)));
        facts.branch = None;
        assert_eq!(
            decided(&facts, base),
            (Situation::Detached, Some(Aim::Backward))
        );
    }

    #[test]
    fn without_a_base_the_way_leads_forward_only() {
        let mut facts = facts();
        assert_eq!(
            decided(&facts, None),
            (Situation::NoBase, Some(Aim::Forward))
        );
        facts.trees.head = facts.trees.snapshot;
        assert_eq!(decided(&facts, None), (Situation::AlreadyThere, None));
        facts.dirt = untracked();
        assert_eq!(decided(&facts, None), (Situation::NoBase, Some(Aim::Stay)));
    }

    #[test]
    fn there_is_where_commit_and_files_are_the_checkpoint_s() {
        let mut facts = facts();
        facts.head = Some(oid(b'b'));
        facts.trees.head = facts.trees.base;
        facts.dropped = Dropped::default();
        let base = Some(oid(b'b'));
        assert_eq!(decided(&facts, base).0, Situation::AlreadyThere);
        // What it had not committed is not there.
        facts.trees.snapshot = oid(b'3');
        assert_eq!(decided(&facts, base).0, Situation::Clean);
        // The same files, but not the same commit.
        facts.trees.snapshot = facts.trees.base;
        facts.head = Some(oid(b'c'));
        assert_eq!(decided(&facts, base).0, Situation::Clean);
    }

    /// The later ones of these would be misjudged, or cost something, while an earlier one holds.
    #[test]
    fn obstacles_come_in_their_order() {
        let mut facts = facts();
        let mut found = Vec::new();
        let mut meet = |facts: &Facts| found.push(decided(facts, Some(oid(b'b'))).0);
        facts.in_the_way = vec!["a".to_owned()];
        meet(&facts);
        facts.not_stashable = vec!["a".to_owned()];
        meet(&facts);
        facts.marks.hidden = vec!["a".into()];
        meet(&facts);
        facts.elsewhere = Some("/elsewhere".into());
        meet(&facts);
        facts.branch = Some("refs/heads/a\u{202e}b".to_owned());
        meet(&facts);
        facts.head = None;
        meet(&facts);
        let (path, state) = ("a".into(), PathState::Conflicted);
        facts.dirt = vec![StatusEntry { path, state }];
        meet(&facts);
        facts.index_is_locked = true;
        meet(&facts);
        facts.operation = Some(Operation::Merge);
        meet(&facts);
        let expected = [
            Situation::InTheWay,
            Situation::NotStashable,
            Situation::HiddenChanges,
            Situation::BranchElsewhere,
            Situation::UnprintableName,
            Situation::UnbornBranch,
            Situation::Conflicts,
            Situation::IndexLocked,
            Situation::OperationUnderWay,
        ];
        assert_eq!(found, expected);
    }
}
