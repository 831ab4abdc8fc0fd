//! Private checkpoints leave no clone.

use super::{Finding, Request, Rule, Side, Update};
use crate::git::{self, Oid};
use crate::store::paths;

/// Refuses what is private, under its own name or another. A deletion takes it away again, and is let
/// through.
pub(super) fn judge(request: &Request<'_>) -> git::Result<Vec<Finding>> {
    let kept = request.repo.refs(paths::PRIVATE)?;
    let is_private = |update: &&Update| {
        let names = [&update.local_ref, &update.remote_ref];
        let is_named = names.iter().any(|name| name.starts_with(paths::PRIVATE));
        let is_kept = |new: Oid| kept.iter().any(|(_, oid)| *oid == new);
        let is_one = |new: Oid| is_named || is_kept(new) || is_log(request.repo, new);
        update.local.is_some_and(is_one)
    };
    let refused = |update: &Update| {
        let text = "private checkpoints are never pushed";
        let finding = Finding::refused(Rule::Refs, &update.remote_ref, text);
        let but = format!("^{}*", paths::PRIVATE);
        match &request.side {
            // A mirror: the same without them.
            Side::Client(remote) if update.remote_ref == update.local_ref => {
                finding.git(&["push", "--prune", "--force", remote, "+refs/*:refs/*", &but])
            }
            _ => finding,
        }
    };
    Ok(request
        .updates
        .iter()
        .filter(is_private)
        .map(refused)
        .collect())
}

/// Whether a commit holds the records of private checkpoints, of whatever clone.
fn is_log(repo: &git::Repo, oid: Oid) -> bool {
    let commit = repo.commit(oid);
    commit.is_ok_and(|commit| {
        commit.parents.is_empty() && commit.message == paths::PRIVATE_LOG_MESSAGE.as_bytes()
    })
}
