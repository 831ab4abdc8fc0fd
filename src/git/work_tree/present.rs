//! What Git makes of a path, given what is there.

use std::collections::BTreeMap;

use gix::bstr::{BStr, BString};
use gix::dir::entry::Kind;
use gix::index::State;
use gix::index::entry::{Mode, Stage};

use super::super::{EntryKind, Error, Oid, Result};
use super::nested::{self, Nested};
use super::on_disk::{Disk, Seen};

/// What is on disk at the paths where the index has something else.
pub(super) type Found = BTreeMap<BString, OnDisk>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDisk {
    Gone,
    File { kind: EntryKind, size: u64 },
    Repository(Oid),
}

/// The paths in conflict, each with the mode that Git goes by.
pub(super) fn conflicts(index: &State) -> BTreeMap<&BStr, Mode> {
    let entries = index.entries().iter();
    let staged = entries.filter(|entry| entry.stage() != Stage::Unconflicted);
    let paths = staged.map(|entry| entry.path(index));
    let modes = paths.filter_map(|path| Some((path, indexed_mode(index, path)?)));
    modes.collect()
}

/// What the index has at `path`; in a conflict what `index_name_pos_also_unmerged`
/// of Git would find: ours rather than the base, the base rather than theirs.
pub(super) fn indexed_mode(index: &State, path: &BStr) -> Option<Mode> {
    let stages = [Stage::Unconflicted, Stage::Ours, Stage::Base, Stage::Theirs];
    let mut entries = stages
        .into_iter()
        .filter_map(|stage| index.entry_by_path_and_stage(path, stage));
    entries.next().map(|entry| entry.mode)
}

/// What `git add` makes of a path that the index has: what is there now. A
/// folder in its place counts if it is a repository.
pub(super) fn present(disk: &Disk, path: &BStr, mode: Mode) -> Result<OnDisk> {
    match disk.look_inside(path, Some(mode))? {
        Seen::Nothing => Ok(OnDisk::Gone),
        Seen::File { kind, size } => Ok(OnDisk::File { kind, size }),
        Seen::Folder => match nested::look(&disk.path(path)?)? {
            Nested::At(commit) => Ok(OnDisk::Repository(commit)),
            Nested::No if !mode.is_submodule() => Ok(OnDisk::Gone),
            Nested::No | Nested::WithoutCommit => Err(without_commit(path)),
        },
    }
}

/// A path that is new to the index; none if it is nothing that Git records.
pub(super) fn untracked(disk: &Disk, path: &BStr, kind: Option<Kind>) -> Result<Option<OnDisk>> {
    match kind {
        Some(Kind::Repository) => match nested::look(&disk.path(path)?)? {
            Nested::At(commit) => Ok(Some(OnDisk::Repository(commit))),
            Nested::No | Nested::WithoutCommit => Err(without_commit(path)),
        },
        Some(Kind::File | Kind::Symlink) => match disk.look(path, None)? {
            Seen::File { kind, size } => Ok(Some(OnDisk::File { kind, size })),
            Seen::Nothing | Seen::Folder => Ok(None),
        },
        Some(Kind::Untrackable | Kind::Directory) | None => Ok(None),
    }
}

fn without_commit(path: &BStr) -> Error {
    Error::NestedWithoutCommit {
        path: path.to_string(),
    }
}
