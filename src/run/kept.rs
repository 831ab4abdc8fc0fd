//! The end of what a command printed, on this machine alone: output may hold secrets.

use std::fs::{self, DirBuilder};
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::PathBuf;
use std::time::SystemTime;

use super::{Error, Result};
use crate::git::Repo;
use crate::model::RecordId;

/// As many are kept; the oldest go.
const MOST: usize = 200;

/// Keeps the end of the output that belongs to a record.
///
/// # Errors
/// Where it cannot be written.
pub fn keep(repo: &Repo, record: RecordId, end: &[u8]) -> Result<()> {
    let folder = folder(repo);
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(&folder);
    made.map_err(Error::at("make", &folder))?;
    let path = folder.join(record.to_string());
    // Nobody but its owner can read a temporary file, and it keeps that when it gets its name.
    let mut file =
        tempfile::NamedTempFile::new_in(&folder).map_err(Error::at("write to", &folder))?;
    file.write_all(end).map_err(Error::at("write", &path))?;
    let kept = file.persist(&path).map_err(|error| error.error);
    kept.map_err(Error::at("write", &path))?;
    forget_oldest(repo);
    Ok(())
}

/// The end of the output that belongs to a record, where this machine has it.
pub fn end_of(repo: &Repo, record: RecordId) -> Option<Vec<u8>> {
    fs::read(folder(repo).join(record.to_string())).ok()
}

fn folder(repo: &Repo) -> PathBuf {
    repo.common_dir().join("git-plan").join("output")
}

fn forget_oldest(repo: &Repo) {
    let Ok(entries) = fs::read_dir(folder(repo)) else {
        return;
    };
    let aged = |entry: fs::DirEntry| -> Option<(SystemTime, PathBuf)> {
        Some((entry.metadata().ok()?.modified().ok()?, entry.path()))
    };
    let mut files: Vec<_> = entries.flatten().filter_map(aged).collect();
    files.sort();
    let surplus = files.len().saturating_sub(MOST);
    for (_, path) in files.into_iter().take(surplus) {
        // Another process may have been faster.
        let _ = fs::remove_file(path);
    }
}
