//! A proposed change as it is named on a command line: what it is, where it is to land, and by which
//! plans it is judged. What `ci check` refuses and what `review` shows starts here.

use std::time::Duration;

use super::context::Context;
use super::error::{Error, Result};
use crate::enforce::{Plans, Update};
use crate::git::{Oid, Repo};
use crate::proposal;
use crate::render::quote;
use crate::store::{self, Snapshot, Store};

/// What is not judged within this time is refused.
pub const TIME: Duration = Duration::from_secs(120);

/// The words by which a change is named.
#[derive(Debug, clap::Args)]
pub struct Words {
    /// What the change is to land on
    #[arg(long, value_name = "REV")]
    pub base: String,
    /// The change
    #[arg(long, value_name = "REV")]
    pub head: String,
    /// The branch that it is to land on; without it, the one that --base names
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<String>,
    /// The state of the plans to judge by; without it, the plan ref
    #[arg(long, value_name = "REV")]
    pub plans: Option<String>,
}

/// A proposed change.
pub struct Proposed {
    /// What it is to land on.
    pub base: Oid,
    /// The change.
    pub head: Oid,
    /// The full name of the branch that it is to land on.
    pub branch: String,
    /// The state of the plans to judge by.
    pub plans: Oid,
    /// What landing would leave on the branch; none where base and head do not merge without conflict.
    pub merged: Option<Oid>,
}

impl Words {
    /// The change that the words name.
    ///
    /// # Errors
    /// Where a revision names no commit; where there are no plans; where nobody can tell the branch.
    pub fn proposed(&self, cx: &Context, store: &Store<'_>) -> Result<Proposed> {
        let repo = store.repo;
        let (base, head) = (repo.resolve(&self.base)?, repo.resolve(&self.head)?);
        Ok(Proposed {
            plans: self.plans_at(store)?,
            branch: self.branch_name(repo)?,
            merged: proposal::merged(repo, base, head, cx.now)?,
            base,
            head,
        })
    }

    fn plans_at(&self, store: &Store<'_>) -> Result<Oid> {
        if let Some(revision) = &self.plans {
            let commit = store.repo.resolve(revision)?;
            // Plans that are broken there are judged by all the same; it is those of another branch
            // that were named by mistake.
            return match Plans::at(store.repo, &store.place, Some(commit)) {
                Err(error @ store::Error::NotAPlanRef { .. }) => Err(no_state(revision, &error)),
                _ => Ok(commit),
            };
        }
        let found = store.source()?.commit;
        found.ok_or_else(|| no_plans(store))
    }

    /// The full name of the branch that the change is to land on.
    fn branch_name(&self, repo: &Repo) -> Result<String> {
        if let Some(name) = &self.branch {
            return Ok(match name.starts_with("refs/") {
                true => name.to_owned(),
                false => format!("refs/heads/{name}"),
            });
        }
        let is_ref = |name: &String| matches!(repo.reference(name), Ok(Some(_)));
        let local = format!("refs/heads/{}", self.base);
        if is_ref(&local) {
            return Ok(local);
        }
        let tracking = format!("refs/remotes/{}", self.base);
        let there = self.base.split_once('/').filter(|_| is_ref(&tracking));
        match there {
            Some((_, name)) => Ok(format!("refs/heads/{name}")),
            None => Err(Error::usage(format!(
                "'{}' names no branch, so that nobody can tell where the change is to land",
                self.base
            ))
            .hint("--branch NAME   names it")),
        }
    }
}

fn no_plans(store: &Store<'_>) -> Error {
    let (repo, place) = (store.repo, &store.place);
    let error = Error::environment(format!(
        "there are no plans to judge by: {} is not here",
        place.reference
    ));
    let Some(remote) = &place.remote else {
        return error.hint("git plan init \"TITLE\"   makes the first plan");
    };
    let tracking = repo.tracking_ref(remote, &place.reference);
    let tracking = tracking.unwrap_or_else(|| format!("refs/remotes/{remote}/{}", place.short()));
    let refspec = format!("{}:{tracking}", place.reference);
    let words = ["fetch".to_owned(), remote.clone(), refspec];
    error.hint(format!("git {}   brings them", quote::command(&words)))
}

/// Refuses a commit that is no state of the plans.
///
/// # Errors
/// Then.
pub fn require_plans(store: &Store<'_>, word: &str, commit: Oid) -> Result<()> {
    let read = Snapshot::to_enforce(store.repo, &store.place, commit);
    read.map(drop).map_err(|error| no_state(word, &error))
}

fn no_state(word: &str, error: &store::Error) -> Error {
    Error::data(format!("'{word}' is no state of the plans: {error}"))
}

/// What landing does to a ref.
pub fn update(name: &str, base: Oid, tip: Oid) -> Update {
    Update {
        local_ref: String::new(),
        local: Some(tip),
        remote_ref: name.to_owned(),
        remote: Some(base),
    }
}
