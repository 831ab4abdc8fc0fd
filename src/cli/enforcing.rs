//! The say that plans have in a push.

use super::context::Context;
use super::error::{Error, Kind, Result};
use crate::git::Repo;
use crate::hook::updates::Update;
use crate::render::quote;

/// What is below this is private, and reaches no other repository.
const PRIVATE: &str = "refs/plans/private/";

/// Judges a push from here.
///
/// # Errors
/// [`Kind::No`] where it is refused.
pub fn pre_push(cx: &Context, remote: &str, _url: &str, updates: &[Update]) -> Result<()> {
    let repo = cx.repo()?;
    refuse_private(&repo, updates, Some(remote))
}

/// Judges a push that arrives here.
///
/// # Errors
/// [`Kind::No`] where it is refused.
pub fn pre_receive(cx: &Context, updates: &[Update]) -> Result<()> {
    let repo = cx.repo()?;
    refuse_private(&repo, updates, None)
}

/// Refuses what is private, under its own name or another. A deletion takes it away again, and is let
/// through.
fn refuse_private(repo: &Repo, updates: &[Update], remote: Option<&str>) -> Result<()> {
    let kept = repo.refs(PRIVATE)?;
    let is_private = |update: &&Update| {
        let names = [&update.local_ref, &update.remote_ref];
        let is_named = names.iter().any(|name| name.starts_with(PRIVATE));
        let is_kept = kept.iter().any(|(_, oid)| Some(*oid) == update.local);
        update.local.is_some() && (is_named || is_kept)
    };
    let Some(update) = updates.iter().find(is_private) else {
        return Ok(());
    };
    let error = Error::new(
        Kind::No,
        format!(
            "{} holds private checkpoints, which are never pushed: nothing is",
            update.remote_ref
        ),
    );
    Err(match remote {
        Some(remote) => error.hint(format!(
            "git push --prune --force {} '+refs/*:refs/*' '^{PRIVATE}*'   mirrors all but those",
            quote::word(remote)
        )),
        None => error.hint(format!("leave {PRIVATE}* out of what you push")),
    })
}
