//! Whether history kept its records: they are only ever added, and what a commit by hand does to one
//! stays to be seen, unless it was mended.

use std::collections::BTreeMap;

use super::check::{Finding, Repair};
use super::{Place, Result, Snapshot, paths};
use crate::format::read;
use crate::git::{Commit, Oid, Repo};
use crate::model::{Slug, limits};

/// The records that a commit of the plan ref changed or removed, and that are not as they were.
///
/// # Errors
/// Those of reading history.
pub fn check(snapshot: &Snapshot<'_>, place: &Place, only: Option<&Slug>) -> Result<Vec<Finding>> {
    let repo = snapshot.repo();
    let tip = snapshot.source.commit;
    // Newest first: what stays is what each record was at first, and the commit that touched that.
    let mut first: BTreeMap<String, (Slug, Oid, Oid)> = BTreeMap::new();
    for commit in tip.into_iter().flat_map(|tip| repo.walk(tip)) {
        let commit = commit?;
        for (path, was) in touched(repo, &commit)? {
            if let Some(plan) = plan_of_record(repo, &path, was)? {
                first.insert(path, (plan, was, commit.oid));
            }
        }
    }
    let mut findings = Vec::new();
    for (path, (plan, was, commit)) in first {
        let now = match snapshot.root {
            Some(root) => repo.entry(root, &path)?.map(|entry| entry.oid),
            None => None,
        };
        if only.is_some_and(|only| *only != plan) || now == Some(was) {
            continue;
        }
        let what = now.map_or("removed", |_| "changed");
        let oid = commit.to_string();
        let text = format!("it was {what} in {oid:.12}: records are only ever added");
        let repair = format!("git log -p {} -- {path}   shows what it was", place.short());
        let finding = Finding::problem(&plan, path, text);
        findings.push(finding.with(Repair::ByHand(repair)));
    }
    Ok(findings)
}

/// The paths of evidence that a commit takes from one of its parents, with what was there.
fn touched(repo: &Repo, commit: &Commit) -> Result<Vec<(String, Oid)>> {
    let mut found = Vec::new();
    for parent in &commit.parents {
        let before = repo.commit(*parent)?.tree;
        for change in repo.tree_changes(before, commit.tree)? {
            let path = change.path.to_string();
            if let (true, Some((_, was))) = (paths::is_evidence(&path), change.old) {
                found.push((path, was));
            }
        }
    }
    Ok(found)
}

/// The plan of the record that a file was; none where it was no record.
fn plan_of_record(repo: &Repo, path: &str, oid: Oid) -> Result<Option<Slug>> {
    let paths::Owner::Record(plan, id) = paths::owner(path) else {
        return Ok(None);
    };
    let Ok(bytes) = repo.blob(oid, limits::EVIDENCE) else {
        return Ok(None);
    };
    Ok(read::record(&bytes, id.as_str(), &plan)
        .is_ok()
        .then_some(plan))
}
