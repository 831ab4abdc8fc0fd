//! All files of the tree that the working tree would be recorded as.

use std::collections::BTreeSet;
use std::num::NonZero;

use gix::bstr::{BString, ByteSlice};
use gix::index::State;
use gix::index::entry::{Flags, Stage};

use super::super::{FileSource, Repo, Result, TreeFile};
use super::staged::{matches_tree, side};
use super::{After, WorkTreeChange, WorkTreeOptions, is_unwatched, walk_error};

impl Repo {
    /// The files that `git add -A` and `git write-tree` would record, in the order of their paths'
    /// bytes: ignored ones are none of them, tracked ones are, and so is what is new.
    ///
    /// # Errors
    /// Those of [`Repo::work_tree_changes`] and [`Repo::tree_files`].
    pub fn work_tree_files(&self) -> Result<Vec<TreeFile>> {
        let found = self.work_tree_changes(WorkTreeOptions::default())?;
        let index = self.git.index_or_empty().map_err(walk_error)?;
        if self.is_sparse(&index)? {
            // Much of it is not on disk, and what is there in its place is not looked at.
            let base = self.tree_files(found.base_tree)?;
            return Ok(changed(base, found.changes));
        }
        let base = match matches_tree(&index, found.base_tree) {
            true => index_files(&index),
            false => self.tree_files(found.base_tree)?,
        };
        let mut files = changed(base, found.changes);
        let unwatched = index.entries().iter().filter(|entry| is_unwatched(entry));
        let unwatched: BTreeSet<_> = unwatched.map(|entry| entry.path(&index)).collect();
        for file in &mut files {
            // What is watched and did not change is on disk as well.
            if let FileSource::Stored(oid) = file.source
                && !unwatched.contains(file.path.as_bstr())
            {
                file.source = FileSource::Clean(oid);
            }
        }
        Ok(files)
    }
}

/// The files of an index that is the same as HEAD's tree.
fn index_files(index: &State) -> Vec<TreeFile> {
    let entries = index.entries().iter().filter(|entry| {
        entry.stage() == Stage::Unconflicted && !entry.flags.contains(Flags::INTENT_TO_ADD)
    });
    let file = |entry: &gix::index::Entry| {
        let kind = side(entry)?.kind;
        Some(TreeFile {
            path: entry.path(index).to_owned(),
            kind,
            source: FileSource::Stored(entry.id),
            size: NonZero::new(entry.stat.size),
        })
    };
    entries.filter_map(file).collect()
}

/// The files with the changes made to them; both by path.
fn changed(base: Vec<TreeFile>, changes: Vec<WorkTreeChange>) -> Vec<TreeFile> {
    if changes.is_empty() {
        return base;
    }
    let changed: BTreeSet<BString> = changes.iter().map(|change| change.path.clone()).collect();
    let kept = base
        .into_iter()
        .filter(|file| !changed.contains(&file.path));
    let new = changes.into_iter().filter_map(|change| {
        let (kind, source) = match change.after? {
            After::Stored(side) => (side.kind, FileSource::Stored(side.oid)),
            After::OnDisk { kind, .. } => (kind, FileSource::OnDisk),
        };
        Some(TreeFile {
            path: change.path,
            kind,
            source,
            size: None,
        })
    });
    let mut files: Vec<TreeFile> = kept.chain(new).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}
