//! How the working tree differs from the index.

use std::collections::BTreeMap;
use std::sync::atomic::AtomicBool;

use gix::bstr::{BStr, BString, ByteSlice};
use gix::dir::entry::Kind;
use gix::index::entry::{Mode, Stage};
use gix::index::{Entry, State};
use gix::progress::Discard;
use gix::status::index_worktree::Options;
use gix::status::plumbing::index_as_worktree::traits::{CompareBlobs, FastEq, ReadData};
use gix::status::plumbing::index_as_worktree::{Change, EntryStatus};
use gix::status::plumbing::index_as_worktree_with_renames::{self as walk, VisitEntry};

use super::super::{EntryKind, Error, Oid, Repo, Result};
use super::nested::{self, Nested};
use super::on_disk::{Disk, Seen};
use super::{WorkTreeOptions, attributes, walk_error};

/// What is on disk at the paths where the index has something else.
pub(super) type Found = BTreeMap<BString, OnDisk>;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum OnDisk {
    Gone,
    File { kind: EntryKind, size: u64 },
    Repository(Oid),
}

impl Repo {
    pub(super) fn walk_work_tree(&self, index: &State, options: WorkTreeOptions) -> Result<Found> {
        let disk = self.disk()?;
        let deleted = attributes::deleted(index, &disk)?;
        let compare = MayDiffer {
            attributes_gone: !deleted.is_empty(),
        };
        let walked = self.compare(index, &disk, compare, options)?;
        let mut found: Found = walked.decided.into_iter().collect();
        for (path, mode) in walked.candidates {
            let seen = present(&disk, path.as_bstr(), mode)?;
            found.insert(path, seen);
        }
        for (path, mode) in walked.touched {
            let seen = present(&disk, path.as_bstr(), mode)?;
            if !matches!(seen, OnDisk::File { kind, .. } if is(kind, mode)) {
                found.insert(path, seen);
            }
        }
        for (path, mode) in conflicts(index) {
            let seen = present(&disk, path, mode)?;
            found.insert(path.to_owned(), seen);
        }
        // What is in conflict the library calls untracked too, at times.
        let mut untracked_paths = walked.untracked;
        untracked_paths.retain(|(path, _)| index.entry_index_by_path(path.as_bstr()).is_err());
        for (path, kind) in untracked_paths {
            if let Some(new) = untracked(&disk, path.as_bstr(), kind)? {
                found.insert(path, new);
            }
        }
        Ok(found)
    }

    fn compare(
        &self,
        index: &State,
        disk: &Disk,
        compare: MayDiffer,
        options: WorkTreeOptions,
    ) -> Result<Walked> {
        let mut walked = Walked::default();
        let dirwalk = self.git.dirwalk_options().map_err(walk_error)?;
        let dirwalk = dirwalk.emit_untracked(gix::dir::walk::EmissionMode::Matching);
        self.git
            .index_worktree_status(
                index,
                std::iter::empty::<&BStr>(),
                &mut walked,
                compare,
                nested::CheckedOut { root: &disk.root },
                &mut Discard,
                &AtomicBool::new(false),
                Options {
                    dirwalk_options: options.untracked.then_some(dirwalk),
                    ..Options::default()
                },
            )
            .map_err(walk_error)?;
        Ok(walked)
    }
}

/// What the library reports, unsorted.
#[derive(Default)]
struct Walked {
    decided: Vec<(BString, OnDisk)>,
    /// Tracked, and gone or probably of another content or kind.
    candidates: Vec<(BString, Mode)>,
    /// Tracked, with the same content; written anew since.
    touched: Vec<(BString, Mode)>,
    untracked: Vec<(BString, Option<Kind>)>,
}

impl<'index> VisitEntry<'index> for Walked {
    type ContentChange = ();
    type SubmoduleStatus = Oid;

    fn visit_entry(&mut self, entry: walk::Entry<'index, (), Oid>) {
        match entry {
            walk::Entry::Modification {
                entry,
                rela_path,
                status,
                ..
            } => self.tracked(entry, rela_path.to_owned(), &status),
            walk::Entry::DirectoryContents { entry, .. }
            | walk::Entry::Rewrite {
                dirwalk_entry: entry,
                ..
            } => {
                if entry.status == gix::dir::entry::Status::Untracked {
                    self.untracked.push((entry.rela_path, entry.disk_kind));
                }
            }
        }
    }
}

impl Walked {
    fn tracked(&mut self, entry: &Entry, path: BString, status: &EntryStatus<(), Oid>) {
        match status {
            // Looked at apart, all stages together.
            EntryStatus::Conflict { .. } => {}
            EntryStatus::NeedsUpdate(_) => self.touched.push((path, entry.mode)),
            EntryStatus::Change(Change::SubmoduleModification(commit)) => {
                self.decided.push((path, OnDisk::Repository(*commit)));
            }
            EntryStatus::IntentToAdd
            | EntryStatus::Change(
                Change::Removed | Change::Type { .. } | Change::Modification { .. },
            ) => self.candidates.push((path, entry.mode)),
        }
    }
}

/// Finds out whether content is the same, where its size is. What cannot be
/// read may differ: whoever reads it next can say which file it was. An empty
/// file may not be one at all, and opening it could take forever.
#[derive(Clone)]
struct MayDiffer {
    /// The library would still take them from the index: then it cannot say.
    attributes_gone: bool,
}

impl CompareBlobs for MayDiffer {
    type Output = ();

    fn compare_blobs<'a, 'b>(
        &mut self,
        entry: &Entry,
        size: u64,
        data: impl ReadData<'a>,
        buffer: &mut Vec<u8>,
    ) -> gix::Result<Option<()>> {
        if size == 0 || self.attributes_gone {
            return Ok(Some(()));
        }
        let compared = FastEq.compare_blobs(entry, size, data, buffer);
        Ok(compared.unwrap_or(Some(())))
    }
}

/// The paths in conflict, each with the mode that Git goes by.
fn conflicts(index: &State) -> BTreeMap<&BStr, Mode> {
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
fn present(disk: &Disk, path: &BStr, mode: Mode) -> Result<OnDisk> {
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
fn untracked(disk: &Disk, path: &BStr, kind: Option<Kind>) -> Result<Option<OnDisk>> {
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

fn is(kind: EntryKind, mode: Mode) -> bool {
    let mode = mode.to_tree_entry_mode();
    mode.is_some_and(|mode| EntryKind::from(mode.kind()) == kind)
}
