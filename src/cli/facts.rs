//! Facts about the code, for judging gates.

use std::collections::BTreeMap;

use super::error::Result;
use crate::gate::{self, Facts};
use crate::git::{Oid, Repo};
use crate::model::Plan;

/// The facts at HEAD; before the first commit, those of the empty tree.
///
/// # Errors
/// Those of reading the repository.
pub fn at_head(repo: &Repo, plan: &Plan) -> Result<Facts> {
    match repo.head()?.commit {
        Some(commit) => at(repo, plan, commit),
        None => Ok(Facts {
            tree: repo.empty_tree().to_string(),
            ..Facts::default()
        }),
    }
}

/// The facts at a commit.
///
/// # Errors
/// Those of reading the repository.
pub fn at(repo: &Repo, plan: &Plan, commit: Oid) -> Result<Facts> {
    let tree = repo.commit(commit)?.tree;
    let mut inputs = BTreeMap::new();
    for path in gate::input_paths(plan) {
        if let Some(entry) = repo.entry(tree, path.trim_end_matches('/'))? {
            inputs.insert(path, format!("{} {}", entry.kind.mode(), entry.oid));
        }
    }
    Ok(Facts {
        commit: Some(commit.to_string()),
        tree: tree.to_string(),
        inputs,
    })
}
