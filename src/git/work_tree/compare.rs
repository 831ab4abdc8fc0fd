//! The library's comparison of the index with the disk.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use gix::bstr::{BStr, BString};
use gix::dir::entry::Kind;
use gix::index::entry::Mode;
use gix::index::{Entry, State};
use gix::progress::Discard;
use gix::status::index_worktree::Options;
use gix::status::plumbing::index_as_worktree::traits::{CompareBlobs, FastEq, ReadData};
use gix::status::plumbing::index_as_worktree::{Change, EntryStatus};
use gix::status::plumbing::index_as_worktree_with_renames::{self as walk, VisitEntry};

use super::super::{Oid, Repo, Result};
use super::on_disk::Disk;
use super::{WorkTreeOptions, nested, walk_error};

impl Repo {
    /// All tracked files are looked at, by all processors, while one of them
    /// walks the folders for those that are new.
    pub(super) fn compare(
        &self,
        index: &State,
        disk: &Disk,
        compare: MayDiffer,
        options: WorkTreeOptions,
    ) -> Result<Walked> {
        let mut walked = Walked::default();
        let dirwalk = self.git.dirwalk_options().map_err(walk_error)?;
        let dirwalk = dirwalk.emit_untracked(gix::dir::walk::EmissionMode::Matching);
        self.seen_from_here()
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

    /// The repository with the working tree as `.`, where that is the current folder: then a look
    /// at each of its files is a short way for the file system.
    fn seen_from_here(&self) -> gix::Repository {
        let mut git = self.git.clone();
        let real = |path: &Path| path.canonicalize().ok();
        let here = std::env::current_dir().ok();
        if here.is_some() && here == self.work_tree().and_then(real) {
            let _ = git.set_workdir(PathBuf::from("."));
        }
        git
    }
}

/// What the library reports, unsorted.
#[derive(Default)]
pub(super) struct Walked {
    /// Submodules with another commit than the one in the index.
    pub(super) moved: Vec<(BString, Oid)>,
    /// Tracked, and gone or probably of another content or kind.
    pub(super) candidates: Vec<(BString, Mode)>,
    /// Tracked, with the same content; written anew since.
    pub(super) touched: Vec<(BString, Mode)>,
    pub(super) untracked: Vec<(BString, Option<Kind>)>,
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
                self.moved.push((path, *commit));
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
pub(super) struct MayDiffer {
    /// The library would still take them from the index: then it cannot say.
    pub(super) attributes_gone: bool,
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
