//! Folders and files that only the person themselves can have written.

use std::fs::{self, DirBuilder, Metadata};
use std::io::ErrorKind;
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use super::{Error, Result};

/// Makes a folder that only the person themselves may use, and those above it, where they are not
/// there.
pub(super) fn make(path: &Path) -> Result<()> {
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(path);
    made.map_err(Error::io("make", path))
}

/// Whether a folder is there; one that others could write is refused.
pub(super) fn is_there(path: &Path) -> Result<bool> {
    match look(path)? {
        None => Ok(false),
        Some(data) if !data.is_dir() => Err(refused(path, "it is no folder")),
        Some(data) => only_ours(path, &data).map(|()| true),
    }
}

/// Whether a file is there; one that others could write, or that is a link, is refused.
pub(super) fn has_file(path: &Path) -> Result<bool> {
    match look(path)? {
        None => Ok(false),
        Some(data) if !data.is_file() => Err(refused(path, "it is no plain file")),
        Some(data) => only_ours(path, &data).map(|()| true),
    }
}

/// The same for a file that was handed in: the administrator of the machine may own it, too.
pub(super) fn has_file_from_outside(path: &Path) -> Result<bool> {
    match look(path)? {
        Some(data) if data.is_file() && data.uid() == 0 => {
            only_its_owner_s(path, &data).map(|()| true)
        }
        _ => has_file(path),
    }
}

fn look(path: &Path) -> Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(data) => Ok(Some(data)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io("look at", path)(error)),
    }
}

fn only_ours(path: &Path, data: &Metadata) -> Result<()> {
    let me = rustix::process::geteuid().as_raw();
    if data.uid() != me {
        return Err(refused(path, "it belongs to somebody else"));
    }
    only_its_owner_s(path, data)
}

fn only_its_owner_s(path: &Path, data: &Metadata) -> Result<()> {
    if data.mode() & 0o022 != 0 {
        return Err(refused(path, "others may write to it"));
    }
    Ok(())
}

fn refused(path: &Path, why: &'static str) -> Error {
    Error::Refused {
        path: path.to_owned(),
        why,
    }
}
