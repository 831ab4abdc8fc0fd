//! The code of a commit in a folder of its own, gone with the value.

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::{Error, Result};
use crate::git::{Oid, Repo};

/// The files of a commit as a fresh checkout would have them.
pub struct Export {
    top: PathBuf,
    _folder: TempDir,
}

impl Export {
    /// Writes the files of a commit into a new temporary folder.
    ///
    /// # Errors
    /// Where they cannot be written.
    pub fn of(repo: &Repo, commit: Oid) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("git-plan-run-")
            .tempdir()
            .map_err(Error::io("make a temporary folder"))?;
        let top = folder.path().join("code");
        std::fs::create_dir(&top).map_err(Error::at("make", &top))?;
        repo.export(commit, &top)?;
        Ok(Self {
            top,
            _folder: folder,
        })
    }

    /// The folder.
    pub fn top(&self) -> &Path {
        &self.top
    }
}
