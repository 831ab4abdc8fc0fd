//! Where the working tree is not the code that an outcome would be recorded for.

use super::{Error, Result};
use crate::gate::{Code, subject};
use crate::git::{NotAsIn, Oid, Repo};
use crate::model::Gate;

/// The paths among those that a gate depends on in which the working tree differs from a commit.
///
/// # Errors
/// Where the working tree or the commit cannot be read.
pub fn unlike(repo: &Repo, commit: Oid, gate: &Gate, code: &dyn Code) -> Result<Vec<NotAsIn>> {
    let inputs = subject::inputs(gate, code).map_err(Error::Code)?;
    let inputs: Option<Vec<String>> = inputs.map(|paths| paths.into_iter().collect());
    Ok(repo.not_as_in(commit, inputs.as_deref())?)
}
