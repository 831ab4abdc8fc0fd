//! What a path is on disk, in Git's eyes.

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, ByteSlice};
use gix::index::entry::Mode;

use super::super::{EntryKind, Error, Repo, Result};

/// The files of the working tree, seen as its file system is configured.
#[derive(Clone)]
pub(super) struct Disk {
    pub(super) root: PathBuf,
    /// `core.symlinks`: whether links are links, or files with their target.
    links: bool,
    /// `core.fileMode`: whether the executable bit means anything.
    executable_bits: bool,
}

/// What is at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Seen {
    Nothing,
    Folder,
    File { kind: EntryKind, size: u64 },
}

impl Repo {
    pub(super) fn disk(&self) -> Result<Disk> {
        let root = self.work_tree().ok_or(Error::NoWorkTree)?;
        let options = self.git.filesystem_options().map_err(super::walk_error)?;
        Ok(Disk {
            root: root.to_owned(),
            links: options.symlink,
            executable_bits: options.executable_bit,
        })
    }
}

impl Disk {
    pub(super) fn path(&self, path: &BStr) -> Result<PathBuf> {
        let relative = gix::path::from_bstr(path).map_err(super::walk_error)?;
        Ok(self.root.join(relative))
    }

    /// Looks at `path`, which the index has as `indexed`.
    ///
    /// # Errors
    /// [`Error::NotAFile`], [`Error::Io`].
    pub(super) fn look(&self, path: &BStr, indexed: Option<Mode>) -> Result<Seen> {
        let file = self.path(path)?;
        match fs::symlink_metadata(&file) {
            Err(error) if is_gone(&error) => Ok(Seen::Nothing),
            Err(error) => Err(Error::io("look at", &file)(error)),
            Ok(metadata) if metadata.is_dir() => Ok(Seen::Folder),
            Ok(metadata) => self
                .kind(&metadata, indexed)
                .map(|kind| Seen::File {
                    kind,
                    size: metadata.len(),
                })
                .ok_or_else(|| Error::NotAFile {
                    path: path.to_string(),
                }),
        }
    }

    /// Like [`Disk::look`]; what lies behind a link is not there.
    pub(super) fn look_inside(&self, path: &BStr, indexed: Option<Mode>) -> Result<Seen> {
        for folder in folders(path) {
            if self.look(folder, None)? != Seen::Folder {
                return Ok(Seen::Nothing);
            }
        }
        self.look(path, indexed)
    }

    /// As `ce_mode_from_stat` of Git.
    fn kind(&self, metadata: &Metadata, indexed: Option<Mode>) -> Option<EntryKind> {
        if metadata.is_symlink() {
            return Some(EntryKind::Symlink);
        }
        if !metadata.is_file() {
            return None;
        }
        let indexed = indexed.map(|mode| mode.bits());
        let executable = if self.executable_bits {
            owner_may_execute(metadata)
        } else {
            indexed == Some(Mode::FILE_EXECUTABLE.bits())
        };
        Some(match executable {
            _ if !self.links && indexed == Some(Mode::SYMLINK.bits()) => EntryKind::Symlink,
            true => EntryKind::Executable,
            false => EntryKind::Blob,
        })
    }
}

/// The folders on the way to `path`, from the top.
pub(super) fn folders(path: &BStr) -> impl Iterator<Item = &BStr> {
    path.find_iter(b"/").map(|end| path[..end].as_bstr())
}

/// Whether the path is not there; also because a folder on the way is a file.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}

/// Git looks at the owner's bit only.
#[cfg(unix)]
fn owner_may_execute(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.permissions().mode() & 0o100 != 0
}

#[cfg(not(unix))]
fn owner_may_execute(_: &Metadata) -> bool {
    false
}

/// The target of a link, as Git records it.
pub(super) fn link_target(file: &Path) -> io::Result<Vec<u8>> {
    let target = fs::read_link(file)?;
    let target = gix::path::into_bstr(target).map_err(io::Error::other)?;
    Ok(gix::path::to_unix_separators_on_windows(target)
        .into_owned()
        .into())
}
