//! Whether history kept its records: they are only ever added, and what a commit by hand does to one
//! stays to be seen.

use super::check::{Finding, Repair};
use super::{Place, Result, Snapshot, paths};
use crate::git::{Commit, Repo, TreeChange};
use crate::model::Slug;

/// The records that a commit of the plan ref changed or removed.
///
/// # Errors
/// Those of reading history.
pub fn check(snapshot: &Snapshot<'_>, place: &Place, only: Option<&Slug>) -> Result<Vec<Finding>> {
    let repo = snapshot.repo();
    let tip = snapshot.source.commit;
    let mut findings = Vec::new();
    for commit in tip.into_iter().flat_map(|tip| repo.walk(tip)) {
        let commit = commit?;
        for (path, what) in touched(repo, &commit)? {
            let Some(plan) = plan_of(&path).filter(|plan| only.is_none_or(|only| only == plan))
            else {
                continue;
            };
            let text = format!(
                "it was {what} in {:.12}: records are only ever added",
                commit.oid.to_string()
            );
            let repair = format!("git log -p {} -- {path}   shows what it was", place.short());
            let finding = Finding::problem(&plan, path, text);
            findings.push(finding.with(Repair::ByHand(repair)));
        }
    }
    Ok(findings)
}

/// The records that a commit takes from one of its parents, and whether it changed or removed them.
fn touched(repo: &Repo, commit: &Commit) -> Result<Vec<(String, &'static str)>> {
    let mut found = Vec::new();
    for parent in &commit.parents {
        let before = repo.commit(*parent)?.tree;
        let changes = repo.tree_changes(before, commit.tree)?;
        let records = changes
            .into_iter()
            .filter(|change| change.old.is_some() && paths::is_evidence(&change.path.to_string()));
        let what = |change: &TreeChange| match change.new {
            Some(_) => "changed",
            None => "removed",
        };
        found.extend(records.map(|change| (change.path.to_string(), what(&change))));
    }
    Ok(found)
}

fn plan_of(path: &str) -> Option<Slug> {
    path.split('/').nth(1)?.parse().ok()
}
