//! An open repository: where it is and what kind it is.

use std::cell::{Cell, OnceCell};
use std::path::{Path, PathBuf};

use gix::hash::Kind;

use super::database::Databases;
use super::environment::Environment;
use super::{Oid, Result};

/// An open Git repository, seen from one worktree or from none.
///
/// Reading sees the state on disk at each call, except for the configuration,
/// which is read once. Not shared between threads; see
/// [`Repo::read_blobs`] for reading in parallel.
pub struct Repo {
    pub(super) git: gix::Repository,
    pub(super) common_dir: PathBuf,
    /// Where objects are written: in the repository, or in a push's quarantine.
    pub(super) object_dir: PathBuf,
    pub(super) objects: Databases,
    pub(super) environment: Environment,
    pub(super) program_version: OnceCell<(u32, u32)>,
    pub(super) offline: Cell<bool>,
}

impl Repo {
    /// The folder with this worktree's `HEAD` and index; absolute.
    pub fn git_dir(&self) -> &Path {
        self.git.git_dir()
    }

    /// The folder that all worktrees share: refs, objects, configuration.
    pub fn common_dir(&self) -> &Path {
        &self.common_dir
    }

    /// The checked-out files' folder, if there is one.
    pub fn work_tree(&self) -> Option<&Path> {
        self.git.workdir()
    }

    /// From now on nothing is fetched: what a partial clone left out counts as missing.
    pub fn stay_offline(&self) {
        self.offline.set(true);
    }

    /// Whether there is no working tree.
    pub fn is_bare(&self) -> bool {
        self.work_tree().is_none()
    }

    /// `main` for the main worktree or a bare repository, else the name under
    /// which Git keeps the linked worktree.
    pub fn worktree_name(&self) -> String {
        if !self.is_linked_worktree() {
            return "main".to_owned();
        }
        let name = self.git_dir().file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    pub(super) fn is_linked_worktree(&self) -> bool {
        self.git.kind() == gix::repository::Kind::LinkedWorkTree
    }

    /// The hash that names objects here.
    pub fn object_format(&self) -> Kind {
        self.git.object_hash()
    }

    /// The id of the tree without entries. It need not be stored.
    pub fn empty_tree(&self) -> Oid {
        Oid::empty_tree(self.object_format())
    }

    /// Whether history was cut off when this repository was cloned or fetched.
    pub fn is_shallow(&self) -> Result<bool> {
        Ok(!self.shallow_commits()?.is_empty())
    }
}
