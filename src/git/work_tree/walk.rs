//! How the working tree differs from the index.

use gix::bstr::{BStr, ByteSlice};
use gix::index::State;
use gix::index::entry::Mode;

use super::super::{EntryKind, Repo, Result};
use super::compare::MayDiffer;
use super::on_disk::{Disk, Seen};
use super::present::{Found, OnDisk, conflicts, present, untracked};
use super::{WorkTreeOptions, attributes};

impl Repo {
    pub(super) fn walk_work_tree(&self, index: &State, options: WorkTreeOptions) -> Result<Found> {
        let disk = self.disk()?;
        let deleted = attributes::deleted(index, &disk)?;
        let compare = MayDiffer {
            attributes_gone: !deleted.is_empty(),
        };
        let walked = self.compare(index, &disk, compare, options)?;
        let mut found = Found::new();
        for (path, commit) in walked.moved {
            found.insert(path, OnDisk::Repository(commit));
        }
        for (path, mode) in walked.candidates {
            let seen = present(&disk, path.as_bstr(), mode)?;
            found.insert(path, seen);
        }
        for (path, mode) in walked.touched {
            if let Some(seen) = other_kind(&disk, path.as_bstr(), mode)? {
                found.insert(path, seen);
            }
        }
        for (path, mode) in conflicts(index) {
            let seen = present(&disk, path, mode)?;
            found.insert(path.to_owned(), seen);
        }
        for (path, kind) in walked.untracked {
            // What is in conflict the library calls untracked too, at times.
            let is_new = index.entry_index_by_path(path.as_bstr()).is_err();
            if is_new && let Some(new) = untracked(&disk, path.as_bstr(), kind)? {
                found.insert(path, new);
            }
        }
        Ok(found)
    }
}

/// A file with the same content, if its kind is another: the library looks at
/// more executable bits than Git does.
fn other_kind(disk: &Disk, path: &BStr, mode: Mode) -> Result<Option<OnDisk>> {
    match disk.look(path, Some(mode))? {
        Seen::File { kind, size } if !is(kind, mode) => Ok(Some(OnDisk::File { kind, size })),
        _ => Ok(None),
    }
}

fn is(kind: EntryKind, mode: Mode) -> bool {
    let mode = mode.to_tree_entry_mode();
    mode.is_some_and(|mode| EntryKind::from(mode.kind()) == kind)
}
