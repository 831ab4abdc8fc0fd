//! Commits of a phase's tasks that the code it is closed at does not contain.

use std::collections::BTreeSet;

use super::error::{Error, Kind, Result};
use crate::git::{Commit, Oid, Repo};
use crate::model::{Phase, Plan, Status, TaskId, linked, refer};
use crate::render::quote;
use crate::store::Place;

/// Refuses to close a phase at a commit while commits that are linked to its completed tasks are on
/// other branches alone. A branch whose merge would change nothing has nothing to bring.
///
/// # Errors
/// [`Kind::No`], naming the commits and their branches; those of reading history.
pub fn require_none(
    repo: &Repo,
    place: &Place,
    (plan, phase): (&Plan, &Phase),
    at: Oid,
) -> Result<()> {
    let tasks = completed(plan, phase);
    let branches = branches(repo, place)?;
    let tips: Vec<Oid> = branches.iter().map(|(_, tip)| *tip).collect();
    let is_linked = |commit: &Commit| names_one_of(plan, &tasks, commit);
    if !repo.introduced(&tips, &[at], None)?.iter().any(is_linked) {
        return Ok(());
    }
    let mut missing = Vec::new();
    for (name, tip) in branches {
        let commits = repo.introduced(&[tip], &[at], None)?;
        let count = commits.iter().filter(|commit| is_linked(commit)).count();
        let last = commits.into_iter().find(is_linked);
        if let Some(commit) = last.filter(|_| count > 0)
            && !repo.contains_changes_of(at, tip)?
        {
            missing.push((name, commit, count));
        }
    }
    match missing.is_empty() {
        true => Ok(()),
        false => Err(refusal(phase, &missing)),
    }
}

fn completed(plan: &Plan, phase: &Phase) -> BTreeSet<TaskId> {
    let tasks = plan.tasks_in(Some(&phase.id));
    let completed = tasks.filter(|task| task.status == Status::Completed);
    completed.map(|task| task.id).collect()
}

/// Branches here, and those of the remotes that no branch here is at.
fn branches(repo: &Repo, place: &Place) -> Result<Vec<(String, Oid)>> {
    let mut branches = repo.refs("refs/heads/")?;
    let seen: BTreeSet<Oid> = branches.iter().map(|(_, tip)| *tip).collect();
    let remote = repo.refs("refs/remotes/")?;
    branches.extend(remote.into_iter().filter(|(_, tip)| !seen.contains(tip)));
    let is_plans =
        |name: &String| *name == place.reference || place.tracking.as_ref() == Some(name);
    branches.retain(|(name, _)| !is_plans(name));
    Ok(branches)
}

fn names_one_of(plan: &Plan, tasks: &BTreeSet<TaskId>, commit: &Commit) -> bool {
    let links = linked::linked(&commit.message).unwrap_or_default();
    let of_plan = links.into_iter().filter(|link| {
        link.plan == plan.id.as_str() || plan.header.key.as_ref() == Some(&link.plan)
    });
    let mut found = of_plan.filter_map(|link| refer::task(plan, &link.task).ok());
    found.any(|id| tasks.contains(&id))
}

fn refusal(phase: &Phase, missing: &[(String, Commit, usize)]) -> Error {
    let mut message = format!(
        "phase {} cannot be closed: work on its tasks is not in what it would be closed at:",
        phase.id
    );
    let mut hints = Vec::new();
    for (name, commit, count) in missing {
        let short = ["refs/heads/", "refs/remotes/"]
            .iter()
            .find_map(|at| name.strip_prefix(at));
        let short = short.unwrap_or(name);
        let text = String::from_utf8_lossy(&commit.message);
        let subject = text.lines().next().unwrap_or_default();
        let commits = crate::gate::counted(*count, "commit");
        let oid = commit.oid.to_string();
        message.push_str(&format!(
            "\n  {short}: {commits}, {oid:.12} \"{subject}\" last"
        ));
        hints.push(format!("git merge {}   brings them in", quote::word(short)));
    }
    let error = Error::new(Kind::No, message);
    let error = hints.into_iter().take(3).fold(error, Error::hint);
    error.hint("--at REV   closes it at a commit that has them")
}
