//! The working tree as a snapshot: what `git add -A` in a copy of the index and
//! `git write-tree` would record, without touching the index and without
//! writing an object.
//!
//! - [`Repo::work_tree_changes`] lists what differs from HEAD's tree. It reads
//!   content only where the index cannot tell (`walk`, `compare`, `present`,
//!   `staged`, `assemble`); a sparse checkout is listed by Git itself
//!   (`sparse`, `aside`).
//! - [`WorkTreeReader`] reads the content of a change in Git's form: clean
//!   filters, line endings, encodings, the targets of links (`read`, `clean`).
//! - What a snapshot cannot hold: [`Repo::changed_inside`] (`inside`).
//! - What is read can be prepared as objects by any thread
//!   ([`super::Preparer`]) and stored or thrown away, once it has been looked at.
//!
//! ```no_run
//! # use git_plan::git::{After, Repo, Result, TreeSide, WorkTreeOptions};
//! # fn snapshot(repo: &Repo) -> Result<()> {
//! let found = repo.work_tree_changes(WorkTreeOptions::default())?;
//! let mut reader = repo.work_tree_reader()?;
//! let mut preparer = repo.preparer()?;
//! let mut blobs = Vec::new();
//! let mut edits = Vec::new();
//! for change in &found.changes {
//!     let side = match change.after {
//!         Some(After::OnDisk { .. }) => match reader.read(change)? {
//!             Some(content) => {
//!                 let blob = preparer.blob(&content.bytes)?;
//!                 let side = TreeSide { kind: content.kind, oid: blob.oid() };
//!                 blobs.push(blob);
//!                 Some(side)
//!             }
//!             None => None,
//!         },
//!         Some(After::Stored(side)) => Some(side),
//!         None => None,
//!     };
//!     edits.push((change.path.clone(), side));
//! }
//! let mut writer = repo.writer()?;
//! for blob in &blobs {
//!     writer.store(blob)?;
//! }
//! let tree = writer.edit_snapshot_tree(Some(found.base_tree), &edits)?;
//! # Ok(()) }
//! ```

mod aside;
mod assemble;
mod attributes;
mod clean;
mod compare;
mod files;
mod id;
mod inside;
mod nested;
mod on_disk;
mod present;
mod read;
mod sparse;
mod staged;
mod walk;

use gix::bstr::BString;
use gix::index::entry::Flags;
use gix::index::{Entry, State};

use super::tree_edit::TreeSide;
use super::{EntryKind, Error, Oid, Repo, Result};

pub use read::{Content, WorkTreeReader};
pub(super) use sparse::parse as parse_raw;

/// What counts as part of the working tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkTreeOptions {
    /// Whether files that the index does not know count (`git add -A`) or not
    /// (`git add -u`).
    pub untracked: bool,
}

impl Default for WorkTreeOptions {
    fn default() -> Self {
        Self { untracked: true }
    }
}

/// How the working tree differs from HEAD.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTreeChanges {
    /// HEAD's commit; none on a branch without commits.
    pub base: Option<Oid>,
    /// Its tree, or the empty tree.
    pub base_tree: Oid,
    /// From `base_tree` to the working tree, by path, in the order of its bytes.
    /// Content was read where the index could not tell, but not more: what
    /// turns out to be `before` once it is read is no change.
    pub changes: Vec<WorkTreeChange>,
    /// How many files are taken as they stand in the index because the user
    /// said so: `git update-index --assume-unchanged`, `--skip-worktree`,
    /// and what a sparse checkout leaves out.
    pub unwatched: usize,
}

/// One path of [`WorkTreeChanges`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkTreeChange {
    /// From the top of the working tree, separated by `/`; any bytes.
    pub path: BString,
    /// What HEAD's tree has there.
    pub before: Option<TreeSide>,
    /// What the snapshot has there; nothing if it was deleted.
    pub after: Option<After>,
    /// Whether the index knows the path.
    pub tracked: bool,
}

/// What the snapshot has at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum After {
    /// An object whose id is known: the file on disk is the one in the index,
    /// or a repository of its own has this commit checked out.
    Stored(TreeSide),
    /// Content that [`WorkTreeReader::read`] gets from the disk.
    OnDisk {
        /// What it was at the last look.
        kind: EntryKind,
        /// Bytes on disk, before any filter.
        size: u64,
    },
}

impl Repo {
    /// How the working tree differs from HEAD's tree.
    ///
    /// # Errors
    /// [`Error::NoWorkTree`], [`Error::WorkTree`]; as Git refuses them:
    /// [`Error::NotAFile`], [`Error::NestedWithoutCommit`]. Also those of
    /// [`Repo::head`] and of reading HEAD's commit and trees.
    pub fn work_tree_changes(&self, options: WorkTreeOptions) -> Result<WorkTreeChanges> {
        let base = self.head()?.commit;
        let base_tree = match base {
            Some(commit) => self.commit(commit)?.tree,
            None => self.empty_tree(),
        };
        let index = self.git.index_or_empty().map_err(walk_error)?;
        let changes = if self.is_sparse(&index)? {
            self.sparse_changes(base_tree, &index, options)?
        } else {
            let staged = self.staged(base_tree, &index)?;
            let found = self.walk_work_tree(&index, options)?;
            assemble::changes(&index, &staged, found)
        };
        Ok(WorkTreeChanges {
            base,
            base_tree,
            changes,
            unwatched: unwatched(&index),
        })
    }
}

fn unwatched(index: &State) -> usize {
    let entries = index.entries().iter();
    entries.filter(|entry| is_unwatched(entry)).count()
}

/// Whether the user said that the file need not be looked at.
fn is_unwatched(entry: &Entry) -> bool {
    let flags = Flags::ASSUME_VALID | Flags::SKIP_WORKTREE;
    entry.flags.intersects(flags)
}

fn walk_error(source: gix::Error) -> Error {
    Error::WorkTree {
        source: source.into(),
    }
}
