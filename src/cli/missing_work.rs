//! Commits of a phase's tasks that the code it is closed at does not contain.

use std::collections::BTreeSet;

use super::error::{Error, Kind, Result};
use crate::git::{Commit, Oid, Repo};
use crate::model::{Phase, Plan, linked};
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
    let branches = branches(repo, place)?;
    let tips: Vec<Oid> = branches.iter().map(|(_, tip)| *tip).collect();
    let is_linked = |commit: &Commit| linked::is_work_done_in(plan, &phase.id, &commit.message);
    if !repo.introduced(&tips, &[at], None)?.iter().any(is_linked) {
        return Ok(());
    }
    let mut missing = Vec::new();
    for (name, tip) in branches {
        let commits = repo.introduced(&[tip], &[at], None)?;
        let count = commits.iter().filter(|commit| is_linked(commit)).count();
        if let Some(commit) = commits.into_iter().find(is_linked)
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
