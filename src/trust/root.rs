//! The first commit of the plans: what is trusted for it is trusted in every clone.

use super::{Error, Result};
use crate::git::{self, Oid, Repo};

/// The commit that the plans began with, by first parents from one of their commits.
///
/// # Errors
/// [`Error::CutOff`] where the way there is not all here.
pub fn root(repo: &Repo, tip: Oid) -> Result<Oid> {
    let mut oid = tip;
    loop {
        let commit = repo.commit(oid).map_err(|error| match error {
            git::Error::Missing(_) => Error::CutOff,
            other => other.into(),
        })?;
        match commit.parents.first() {
            Some(parent) => oid = *parent,
            None => return Ok(oid),
        }
    }
}
