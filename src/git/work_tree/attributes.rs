//! The files of attributes that count. Git takes one that is not checked out
//! from the index; one that was deleted it has removed from the index by the
//! time it reads content.

use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::State;
use gix::index::entry::Stage;

use super::super::Result;
use super::is_unwatched;
use super::on_disk::{Disk, Seen};

const NAME: &[u8] = b".gitattributes";

/// The files of attributes in the index that were deleted on disk.
pub(super) fn deleted(index: &State, disk: &Disk) -> Result<Vec<BString>> {
    let mut deleted = Vec::new();
    for entry in index.entries() {
        let path = entry.path(index);
        if is_attributes(path)
            && !is_unwatched(entry)
            && entry.stage() == Stage::Unconflicted
            && matches!(disk.look_inside(path, None)?, Seen::Nothing | Seen::Folder)
        {
            deleted.push(path.to_owned());
        }
    }
    Ok(deleted)
}

/// An index with nothing but the files of attributes that are not `deleted`.
pub(super) fn left(index: &State, deleted: &[BString]) -> State {
    let mut left = State::new(index.object_hash());
    for entry in index.entries() {
        let path = entry.path(index);
        if is_attributes(path) && !deleted.iter().any(|deleted| deleted == path) {
            left.dangerously_push_entry(entry.stat, entry.id, entry.flags, entry.mode, path);
        }
    }
    left
}

fn is_attributes(path: &BStr) -> bool {
    let folder = path.strip_suffix(NAME);
    folder.is_some_and(|folder| folder.is_empty() || folder.ends_with_str("/"))
}
