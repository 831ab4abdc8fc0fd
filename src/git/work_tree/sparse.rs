//! A sparse checkout, as Git itself sees it.

use gix::index::State;

use super::super::{Error, Oid, Repo, Result};
use super::{WorkTreeChange, WorkTreeOptions};

impl Repo {
    /// Whether only part of the files is checked out. Then patterns decide what
    /// Git would add, and the index may hold folders in one entry.
    pub(super) fn is_sparse(&self, index: &State) -> Result<bool> {
        let wanted = self.config_bool("core.sparseCheckout")?;
        Ok(index.is_sparse() || wanted.unwrap_or(false))
    }

    pub(super) fn sparse_changes(
        &self,
        _tree: Oid,
        _index: &State,
        _options: WorkTreeOptions,
    ) -> Result<Vec<WorkTreeChange>> {
        Err(Error::NoWorkTree)
    }
}
