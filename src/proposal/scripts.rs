//! The files that gates run, as far as a change touches them: who changes what a gate runs can make it
//! pass, and no word of the plan changes.

use std::collections::{BTreeMap, BTreeSet};

use super::ChangedScript;
use crate::enforce::Plans;
use crate::gate::scripts::{inside, named_paths};
use crate::git::{EntryKind, Oid, Repo, Result, TreeChange};
use crate::model::{FileStatus, Gate, Slug};

/// So many symbolic links are followed on the way to a file, as systems do.
const LINKS: usize = 40;
/// The most bytes that the target of a link has.
const TARGET: u64 = 4096;

/// The scripts of all gates in which two trees differ, by path.
///
/// # Errors
/// Those of reading the trees.
pub(super) fn changed(
    repo: &Repo,
    plans: &Plans<'_>,
    (before, after): (Oid, Oid),
) -> Result<Vec<ChangedScript>> {
    let changes = repo.tree_changes(before, after)?.into_iter();
    let changes: BTreeMap<String, FileStatus> = changes
        .map(|change| (change.path.to_string(), status(&change)))
        .collect();
    let mut found: BTreeMap<String, BTreeSet<(Slug, String)>> = BTreeMap::new();
    for (id, plan) in &plans.all {
        for phase in &plan.header.phases {
            for gate in &phase.gates {
                let mut paths = run_by(repo, gate, before)?;
                paths.extend(run_by(repo, gate, after)?);
                for path in paths.into_iter().filter(|path| changes.contains_key(path)) {
                    let name = format!("{}/{}", phase.id, gate.id);
                    found.entry(path).or_default().insert((id.clone(), name));
                }
            }
        }
    }
    let script = |(path, gates): (String, BTreeSet<_>)| ChangedScript {
        status: changes.get(&path).copied().unwrap_or(FileStatus::Modified),
        path,
        gates: gates.into_iter().collect(),
    };
    Ok(found.into_iter().map(script).collect())
}

fn status(change: &TreeChange) -> FileStatus {
    let is_file = |kind| matches!(kind, EntryKind::Blob | EntryKind::Executable);
    match (change.old, change.new) {
        (None, _) => FileStatus::Added,
        (_, None) => FileStatus::Deleted,
        (Some((old, _)), Some((new, _))) if old == new || is_file(old) && is_file(new) => {
            FileStatus::Modified
        }
        _ => FileStatus::TypeChanged,
    }
}

/// The paths of a tree by which a gate comes to what it runs: the files, and the symbolic links and
/// submodules on the way to them.
fn run_by(repo: &Repo, gate: &Gate, tree: Oid) -> Result<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    for (path, is_run) in named_paths(gate) {
        let (passed, kind) = passed(repo, tree, &path)?;
        if is_run || kind == Some(EntryKind::Executable) {
            found.extend(passed);
        }
    }
    Ok(found)
}

/// The links and the submodule on the way to a path, with what is at its end, and of what kind that is.
fn passed(repo: &Repo, tree: Oid, path: &str) -> Result<(Vec<String>, Option<EntryKind>)> {
    let (mut passed, mut path) = (Vec::new(), path.to_owned());
    for _ in 0..LINKS {
        let Some((stop, kind, oid)) = first_stop(repo, tree, &path)? else {
            passed.push(path);
            return Ok((passed, None));
        };
        let rest = path[stop.len()..].trim_start_matches('/').to_owned();
        passed.push(stop.clone());
        if kind != EntryKind::Symlink {
            return Ok((passed, Some(kind)));
        }
        let target = repo.blob(oid, TARGET).unwrap_or_default();
        let target = format!("{}/{rest}", String::from_utf8_lossy(&target));
        let folder = stop.rsplit_once('/').map_or("", |(folder, _)| folder);
        match inside(folder, &target) {
            Some(next) => path = next,
            None => return Ok((passed, None)),
        }
    }
    Ok((passed, None))
}

/// The first part of a path, from the top, at which there is something else than a folder.
fn first_stop(repo: &Repo, tree: Oid, path: &str) -> Result<Option<(String, EntryKind, Oid)>> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    for end in ends.chain([path.len()]) {
        let part = &path[..end];
        match repo.entry(tree, part)? {
            Some(entry) if entry.kind != EntryKind::Tree => {
                return Ok(Some((part.to_owned(), entry.kind, entry.oid)));
            }
            Some(_) => {}
            None => return Ok(None),
        }
    }
    Ok(None)
}
