//! The working tree's own tree, by its id alone.

use super::super::tree_edit::TreeSide;
use super::super::{Oid, Repo, Result};
use super::{After, WorkTreeChange, WorkTreeOptions, WorkTreeReader};

impl Repo {
    /// The id of the tree that `git add -A` would record now; nothing is written, so that the tree
    /// need not be there.
    ///
    /// # Errors
    /// As [`Repo::work_tree_changes`] and [`WorkTreeReader::read`].
    pub fn work_tree_id(&self) -> Result<Oid> {
        let found = self.work_tree_changes(WorkTreeOptions::default())?;
        let mut reader = self.work_tree_reader()?;
        let mut edits = Vec::with_capacity(found.changes.len());
        for change in &found.changes {
            edits.push((change.path.clone(), self.side(&mut reader, change)?));
        }
        let mut writer = self.dry_writer()?;
        writer.edit_snapshot_tree(Some(found.base_tree), &edits)
    }

    fn side(
        &self,
        reader: &mut WorkTreeReader,
        change: &WorkTreeChange,
    ) -> Result<Option<TreeSide>> {
        match change.after {
            None => Ok(None),
            Some(After::Stored(side)) => Ok(Some(side)),
            Some(After::OnDisk { .. }) => {
                let Some(content) = reader.read(change)? else {
                    return Ok(None);
                };
                let oid = self.blob_id(&content.bytes)?;
                let kind = content.kind;
                Ok(Some(TreeSide { kind, oid }))
            }
        }
    }
}
