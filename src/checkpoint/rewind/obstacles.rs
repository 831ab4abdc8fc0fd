//! Situations without a sequence: why, and what to do first. Pure, but for the question which
//! object it is that is missing.

use std::path::Path;

use crate::git::{Error, Oid, Operation, PathState, Repo, Result, StatusEntry};

use super::{Rewind, Situation, Target};

/// How many paths are listed before the rest is counted.
const SHOWN: usize = 20;

fn obstacle(situation: Situation, summary: String, advice: Vec<String>) -> Rewind {
    Rewind {
        situation,
        summary,
        steps: Vec::new(),
        back: Vec::new(),
        if_stopped: Vec::new(),
        not_restored: Vec::new(),
        advice,
    }
}

fn with_paths<P: ToString>(first: &str, paths: &[P]) -> Vec<String> {
    let mut advice = vec![first.to_owned()];
    advice.extend(paths.iter().take(SHOWN).map(ToString::to_string));
    if paths.len() > SHOWN {
        advice.push(format!("and {} more", paths.len() - SHOWN));
    }
    advice
}

pub(super) fn already_there() -> Rewind {
    let summary = "everything is as the checkpoint has it";
    obstacle(Situation::AlreadyThere, summary.to_owned(), Vec::new())
}

pub(super) fn no_work_tree() -> Rewind {
    let summary = "there is no working tree here";
    let advice = "run it in a clone or in a worktree that has the files checked out";
    obstacle(
        Situation::NoWorkTree,
        summary.to_owned(),
        vec![advice.to_owned()],
    )
}

pub(super) fn missing_objects(repo: &Repo, target: &Target, missing: Oid) -> Result<Rewind> {
    let summary = format!("the object {missing} of the checkpoint is not in this repository");
    let mut advice = Vec::new();
    if let Some(base) = target.base
        && is_missing(repo, base)?
    {
        let remote = repo.remotes().into_iter().next();
        let remote = remote.unwrap_or_else(|| "<remote>".to_owned());
        if repo.is_shallow()? {
            advice.push(format!(
                "get the older commits: git fetch --unshallow {remote}"
            ));
        } else {
            advice.push(format!(
                "get the commit it was taken on: git fetch {remote} {base}"
            ));
        }
    }
    advice.push("rebuild the snapshot: git plan checkpoints --restore-objects".to_owned());
    Ok(obstacle(Situation::MissingObjects, summary, advice))
}

fn is_missing(repo: &Repo, oid: Oid) -> Result<bool> {
    match repo.object_size(oid) {
        Err(Error::Missing(_)) => Ok(true),
        size => size.map(|_| false),
    }
}

pub(super) fn operation_under_way(operation: Operation) -> Rewind {
    let command = operation.command();
    let summary = format!("`git {command}` is under way");
    let advice = "finish it or give it up first; `git status` says how";
    obstacle(
        Situation::OperationUnderWay,
        summary,
        vec![advice.to_owned()],
    )
}

pub(super) fn index_locked() -> Rewind {
    let summary = "another Git process is writing the index, or one was killed when it did";
    let advice = "wait for it; if none is running, remove the file index.lock in the Git folder";
    obstacle(
        Situation::IndexLocked,
        summary.to_owned(),
        vec![advice.to_owned()],
    )
}

pub(super) fn conflicted(status: &[StatusEntry]) -> Vec<String> {
    let conflicts = status
        .iter()
        .filter(|entry| entry.state == PathState::Conflicted);
    conflicts.map(|entry| entry.path.to_string()).collect()
}

pub(super) fn conflicts(paths: &[String]) -> Rewind {
    let summary = "a merge left conflicts that nobody has decided";
    let advice = with_paths("decide them and `git add` the files first:", paths);
    obstacle(Situation::Conflicts, summary.to_owned(), advice)
}

pub(super) fn unborn_branch() -> Rewind {
    let summary = "the branch has no commit yet, so that there is nothing to keep the files in";
    let advice = "commit what is there, or switch to a branch that has commits";
    obstacle(
        Situation::UnbornBranch,
        summary.to_owned(),
        vec![advice.to_owned()],
    )
}

pub(super) fn unprintable_name(name: &str) -> Rewind {
    let summary = "a name that the commands would hold cannot be printed as it is";
    let advice = format!(
        "rename it, or switch to a branch of another name: \"{}\"",
        name.escape_debug()
    );
    obstacle(Situation::UnprintableName, summary.to_owned(), vec![advice])
}

pub(super) fn branch_elsewhere(folder: &Path) -> Rewind {
    let summary = "another worktree uses the branch too";
    let advice = format!(
        "let it use another branch, or none, first: {}",
        folder.display()
    );
    obstacle(Situation::BranchElsewhere, summary.to_owned(), vec![advice])
}

pub(super) fn hidden_changes<P: ToString>(paths: &[P]) -> Rewind {
    let summary = "files were changed that Git was told not to look at, and could be lost";
    let first = "let Git look at them again (`git update-index --no-assume-unchanged`, or \
                 `--no-skip-worktree`) and commit them:";
    obstacle(
        Situation::HiddenChanges,
        summary.to_owned(),
        with_paths(first, paths),
    )
}

pub(super) fn not_stashable(paths: &[String]) -> Rewind {
    let summary = "there are changes that `git stash` would not bring back as they are";
    let advice = with_paths(
        "commit them first, on a branch of their own perhaps:",
        paths,
    );
    obstacle(Situation::NotStashable, summary.to_owned(), advice)
}

pub(super) fn in_the_way(paths: &[String]) -> Rewind {
    let summary = "files that Git does not track are where the checkpoint has some";
    let advice = with_paths("move them to another place first:", paths);
    obstacle(Situation::InTheWay, summary.to_owned(), advice)
}
