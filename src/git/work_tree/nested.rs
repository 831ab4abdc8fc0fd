//! Repositories inside the working tree: submodules, and others. What counts of
//! them is the commit that they have checked out.

use std::path::Path;

use gix::bstr::BStr;
use gix::index::Entry;
use gix::status::plumbing::index_as_worktree::traits::SubmoduleStatus;

use super::super::{Error, Oid, Result};

/// The commit that the repository in `folder` has checked out; none if there is
/// no repository, or no commit.
pub(super) fn head(folder: &Path) -> Result<Option<Oid>> {
    let Ok(nested) = gix::open(folder) else {
        return Ok(None);
    };
    let format = nested.config_snapshot().string("extensions.refStorage");
    if let Some(format) = format.filter(|format| !format.eq_ignore_ascii_case(b"files")) {
        return Err(Error::RefStorage {
            format: format.to_string(),
        });
    }
    Ok(nested.head_id().ok().map(gix::Id::detach))
}

/// Compares the commits of the index with those that are checked out. Without
/// one Git sees no change either.
#[derive(Clone)]
pub(super) struct CheckedOut<'tree> {
    pub(super) root: &'tree Path,
}

impl SubmoduleStatus for CheckedOut<'_> {
    type Output = Oid;

    fn status(&mut self, entry: &Entry, path: &BStr) -> gix::Result<Option<Oid>> {
        let folder = self.root.join(gix::path::from_bstr(path)?);
        let commit = head(&folder).map_err(gix::Error::from_error)?;
        Ok(commit.filter(|commit| *commit != entry.id))
    }
}
