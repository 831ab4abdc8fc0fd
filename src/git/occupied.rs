//! What is on disk where a tree wants to put something.

use std::path::Path;

use gix::bstr::{BStr, BString, ByteSlice, ByteVec};

use super::Repo;

impl Repo {
    /// What is in the working tree at `path`, or instead of one of the folders on the way to it:
    /// its path, and whether it is a folder. `None` if the place is free.
    pub fn occupied(&self, path: &BStr) -> Option<(BString, bool)> {
        let parents = path.find_iter("/").map(|end| path[..end].as_bstr());
        for parent in parents {
            if !self.on_disk(parent)?.is_dir() {
                return Some((parent.to_owned(), false));
            }
        }
        let found = self.on_disk(path)?;
        Some((path.to_owned(), found.is_dir()))
    }

    /// Every file below the folder `path` of the working tree, a repository with all it holds as
    /// one of them. What cannot be read counts as a file.
    pub fn files_below(&self, path: &BStr) -> Vec<BString> {
        let mut found = Vec::new();
        if let (Some(top), Ok(inner)) = (self.work_tree(), gix::path::from_bstr(path)) {
            collect(&top.join(inner), path, &mut found);
        }
        found
    }
}

/// A name that Git cannot hold either.
const LOST: &str = "\u{fffd}";

fn collect(folder: &Path, path: &BStr, found: &mut Vec<BString>) {
    let Ok(entries) = folder.read_dir() else {
        found.push(path.to_owned());
        return;
    };
    if folder.join(".git").symlink_metadata().is_ok() {
        found.push(path.to_owned());
        return;
    }
    for entry in entries.flatten() {
        let mut below = path.to_owned();
        below.push_byte(b'/');
        below.push_str(gix::path::os_str_into_bstr(&entry.file_name()).unwrap_or(LOST.into()));
        match entry.file_type() {
            Ok(kind) if kind.is_dir() => collect(&entry.path(), below.as_bstr(), found),
            _ => found.push(below),
        }
    }
}
