//! Reading the content of a change in the form in which Git records it.

use std::fs;
use std::num::NonZero;
use std::path::PathBuf;

use gix::bstr::{BStr, ByteSlice};

use super::super::file_reader::{Room, is_no_text, read_small};
use super::super::{EntryKind, Error, Repo, Result};
use super::clean::{Cleaner, Converts};
use super::on_disk::{Disk, Seen, is_gone, link_target};
use super::present::indexed_mode;
use super::{WorkTreeChange, walk_error};

/// What was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// What it was when it was read.
    pub kind: EntryKind,
    /// Its bytes as Git records them; the target of a link.
    pub bytes: Vec<u8>,
}

/// Reads files of the working tree; one for each thread. Filter programs that
/// serve many files are started once for each reader and end with it.
pub struct WorkTreeReader {
    disk: Disk,
    index: gix::worktree::Index,
    cleaner: Cleaner,
}

impl Repo {
    /// Begins to read files of the working tree.
    ///
    /// # Errors
    /// [`Error::NoWorkTree`]; [`Error::WorkTree`] if the index or the
    /// configuration of filters cannot be read.
    pub fn work_tree_reader(&self) -> Result<WorkTreeReader> {
        Ok(WorkTreeReader {
            disk: self.disk()?,
            index: self.git.index_or_empty().map_err(walk_error)?,
            cleaner: self.cleaner()?,
        })
    }
}

impl WorkTreeReader {
    /// What is at the path of `change` now: the file may have changed since it
    /// was listed. `None` if it is gone.
    ///
    /// # Errors
    /// [`Error::Io`], [`Error::CleanFilter`], [`Error::Convert`],
    /// [`Error::NotAFile`]; each names the path.
    pub fn read(&mut self, change: &WorkTreeChange) -> Result<Option<Content>> {
        self.read_path(change.path.as_bstr())
    }

    /// As [`WorkTreeReader::read`], by path.
    pub(in super::super) fn read_path(&mut self, path: &BStr) -> Result<Option<Content>> {
        let seen = self
            .disk
            .look_inside(path, indexed_mode(&self.index, path))?;
        let Seen::File { kind, .. } = seen else {
            return Ok(None);
        };
        let file = self.disk.path(path)?;
        let link = fs::symlink_metadata(&file).is_ok_and(|metadata| metadata.is_symlink());
        let read = if link {
            link_target(&file)
        } else {
            fs::read(&file)
        };
        let bytes = match read {
            Err(error) if is_gone(&error) => return Ok(None),
            read => read.map_err(Error::io("read", &file))?,
        };
        let bytes = if link {
            bytes
        } else {
            self.cleaner.clean(path, bytes)?
        };
        Ok(Some(Content { kind, bytes }))
    }

    /// The bytes that the file at `path` has on disk now; none where there is no file.
    pub(in super::super) fn size(&self, path: &BStr) -> Result<u64> {
        match self.disk.look_inside(path, None)? {
            Seen::File { size, .. } => Ok(size),
            Seen::Nothing | Seen::Folder => Ok(0),
        }
    }

    /// Where the file at `path` is.
    pub(in super::super) fn file(&self, path: &BStr) -> Result<PathBuf> {
        self.disk.path(path)
    }

    /// Reads the file at `path`, which the index has and which is not changed, into `room`.
    /// False where its bytes may not be those that Git has, or are more than `limit`: whether something
    /// stands between is for the attributes to say, and line endings are only converted
    /// where there is a carriage return. What is no text on disk is none in Git.
    ///
    /// # Errors
    /// [`Error::Convert`] if attributes cannot be read.
    pub(in super::super) fn as_stored(
        &mut self,
        path: &BStr,
        size: Option<NonZero<u32>>,
        limit: u64,
        room: &mut Room,
    ) -> Result<bool> {
        let converts = self.cleaner.converts(path)?;
        if converts == Converts::Anything {
            return Ok(false);
        }
        let known = size.and_then(|size| usize::try_from(size.get()).ok());
        let Ok(mut file) = fs::File::open(self.disk.path(path)?) else {
            return Ok(false);
        };
        let read = read_small(&mut file, known, limit, room);
        let bytes = room.bytes();
        let is_same =
            converts == Converts::Nothing || is_no_text(bytes) || bytes.find_byte(b'\r').is_none();
        Ok(read.unwrap_or(false) && is_same)
    }

    /// The filter that the attributes name for the path of `change`: `lfs` for
    /// files whose content Git LFS keeps elsewhere.
    ///
    /// # Errors
    /// [`Error::Convert`] if attributes cannot be read.
    pub fn filter(&mut self, change: &WorkTreeChange) -> Result<Option<String>> {
        self.cleaner.filter(change.path.as_bstr())
    }
}
