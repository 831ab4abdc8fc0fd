//! What the index keeps from the eyes of `git status`: paths that Git was told not to look at.

use std::fs::Metadata;
use std::path::Path;

use gix::bstr::{BString, ByteSlice};
use gix::index::entry::{Flags, Mode, Stat};

use super::{Error, Repo, Result};

/// What is special in the index of this worktree.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IndexMarks {
    /// Files that Git was told not to look at (`assume-unchanged`, `skip-worktree`), and that are
    /// on disk otherwise than the index has them. `git status` shows none of them.
    pub hidden: Vec<BString>,
    /// Whether some files are left out of the working tree: a sparse checkout.
    pub has_skipped: bool,
    /// Whether there are submodules.
    pub has_submodules: bool,
}

impl Repo {
    /// Looks through the index for what is special in it.
    ///
    /// # Errors
    /// [`Error::Open`] if the index cannot be read.
    pub fn index_marks(&self) -> Result<IndexMarks> {
        let path = self.git.index_path();
        let index = self.git.index_or_empty().map_err(|source| Error::Open {
            path,
            source: source.into(),
        })?;
        let mut marks = IndexMarks::default();
        for entry in index.entries() {
            marks.has_submodules |= entry.mode == Mode::COMMIT;
            marks.has_skipped |= entry.flags.contains(Flags::SKIP_WORKTREE);
            if !(entry.flags).intersects(Flags::SKIP_WORKTREE | Flags::ASSUME_VALID) {
                continue;
            }
            let may_be_absent = entry.flags.contains(Flags::SKIP_WORKTREE);
            let path = entry.path(&index);
            if entry.mode.is_submodule() || entry.mode.is_sparse() {
                continue;
            }
            if self.is_hidden_change(path.as_bytes(), &entry.stat, may_be_absent) {
                marks.hidden.push(path.to_owned());
            }
        }
        Ok(marks)
    }

    /// By size and time alone, as Git does at first: to suspect too much is safe here.
    fn is_hidden_change(&self, path: &[u8], stat: &Stat, may_be_absent: bool) -> bool {
        let on_disk = self.on_disk(path);
        on_disk.map_or(!may_be_absent, |metadata| !is_as(stat, &metadata))
    }

    /// What is at `path`, from the top of the working tree; a symbolic link is not followed.
    pub(super) fn on_disk(&self, path: &[u8]) -> Option<Metadata> {
        let path = gix::path::from_byte_slice(path).ok()?;
        let top: &Path = self.work_tree()?;
        top.join(path).symlink_metadata().ok()
    }
}

fn is_as(stat: &Stat, metadata: &Metadata) -> bool {
    let modified = metadata.modified().ok();
    let since = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    let Some(since) = since else {
        return false;
    };
    u64::from(stat.size) == metadata.len() & u64::from(u32::MAX)
        && u64::from(stat.mtime.secs) == since.as_secs()
        && (stat.mtime.nsecs == 0 || stat.mtime.nsecs == since.subsec_nanos())
}
