//! Repositories inside the working tree: submodules, and others. What counts of
//! them is the commit that they have checked out.

use std::path::Path;

use gix::bstr::BStr;
use gix::index::Entry;
use gix::status::plumbing::index_as_worktree::traits::SubmoduleStatus;

use super::super::program::{clear_repository, plain_git, run};
use super::super::{Oid, Result};

/// What a folder is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Nested {
    /// No repository of its own.
    No,
    /// A repository without a commit.
    WithoutCommit,
    /// A repository with this commit checked out.
    At(Oid),
}

pub(super) fn look(folder: &Path) -> Result<Nested> {
    let Ok(nested) = gix::open(folder) else {
        return Ok(Nested::No);
    };
    let format = nested.config_snapshot().string("extensions.refStorage");
    let commit = match format.is_some_and(|format| !format.eq_ignore_ascii_case(b"files")) {
        true => ask_git(folder)?,
        false => nested.head_id().ok().map(gix::Id::detach),
    };
    Ok(commit.map_or(Nested::WithoutCommit, Nested::At))
}

/// For a storage of refs that the library does not know.
fn ask_git(folder: &Path) -> Result<Option<Oid>> {
    let mut command = plain_git();
    clear_repository(&mut command);
    command
        .args(["rev-parse", "--verify", "--quiet", "HEAD"])
        .current_dir(folder);
    let output = run(&mut command)?;
    Ok(Oid::from_hex(output.stdout.trim_ascii()).ok())
}

/// Compares the commits of the index with those that are checked out. Where
/// none is, the index counts: a submodule that is not initialised is no change.
#[derive(Clone)]
pub(super) struct CheckedOut<'tree> {
    pub(super) root: &'tree Path,
}

impl SubmoduleStatus for CheckedOut<'_> {
    type Output = Oid;

    fn status(&mut self, entry: &Entry, path: &BStr) -> gix::Result<Option<Oid>> {
        let folder = self.root.join(gix::path::from_bstr(path)?);
        match look(&folder).map_err(gix::Error::from_error)? {
            Nested::At(commit) if commit != entry.id => Ok(Some(commit)),
            _ => Ok(None),
        }
    }
}
