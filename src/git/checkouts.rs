//! Which worktree uses a branch. As for `git branch --force`, a branch that a
//! rebase or a bisection will come back to is in use too.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::refs::full_name;
use super::{Error, Repo, Result};

impl Repo {
    /// The folder of a worktree that uses the branch `name`, or `None`. A
    /// linked worktree whose folder is gone counts until `git worktree prune`.
    ///
    /// # Errors
    /// [`Error::RefName`], [`Error::Io`].
    pub fn checked_out_at(&self, name: &str) -> Result<Option<PathBuf>> {
        full_name(name)?;
        let common_dir = self.common_dir();
        if uses(common_dir, name)? && !self.main_is_bare() {
            return Ok(Some(self.main_work_tree()));
        }
        for worktree in linked_worktrees(common_dir)? {
            if uses(&worktree, name)? {
                return Ok(Some(linked_work_tree(&worktree)));
            }
        }
        Ok(None)
    }

    /// The folder of another worktree than this one that uses the branch `name`, or `None`.
    ///
    /// # Errors
    /// [`Error::RefName`], [`Error::Io`].
    pub fn checked_out_elsewhere(&self, name: &str) -> Result<Option<PathBuf>> {
        full_name(name)?;
        let common_dir = self.common_dir();
        if self.is_linked_worktree() && uses(common_dir, name)? && !self.main_is_bare() {
            return Ok(Some(self.main_work_tree()));
        }
        for worktree in linked_worktrees(common_dir)? {
            let is_this =
                self.is_linked_worktree() && worktree.file_name() == self.git_dir().file_name();
            if !is_this && uses(&worktree, name)? {
                return Ok(Some(linked_work_tree(&worktree)));
            }
        }
        Ok(None)
    }

    /// Whether there is no main worktree. Its own configuration file, where
    /// there is one, is not loaded in a linked worktree.
    fn main_is_bare(&self) -> bool {
        if !self.is_linked_worktree() {
            return self.is_bare();
        }
        let own = self.common_dir().join("config.worktree");
        let own = gix::config::File::from_path_no_includes(own, gix::config::Source::Worktree);
        let own = own.ok().and_then(|file| file.boolean("core.bare").ok()?);
        own.or_else(|| self.config_bool("core.bare").ok()?)
            .unwrap_or(false)
    }

    fn main_work_tree(&self) -> PathBuf {
        match self.work_tree() {
            Some(folder) if !self.is_linked_worktree() => folder.to_owned(),
            _ => without_git_folder(self.common_dir()),
        }
    }
}

/// Whether the worktree with this Git folder has the branch checked out, or is
/// in the middle of something that ends with moving it or going back to it.
fn uses(git_dir: &Path, branch: &str) -> Result<bool> {
    let head = read(&git_dir.join("HEAD"))?;
    if head.strip_prefix("ref:").map(str::trim) == Some(branch) {
        return Ok(true);
    }
    for rebased in ["rebase-merge/head-name", "rebase-apply/head-name"] {
        if read(&git_dir.join(rebased))?.trim() == branch {
            return Ok(true);
        }
    }
    let updated = read(&git_dir.join("rebase-merge/update-refs"))?;
    if updated.lines().step_by(3).any(|line| line == branch) {
        return Ok(true);
    }
    let bisected = read(&git_dir.join("BISECT_START"))?;
    Ok(branch.strip_prefix("refs/heads/") == Some(bisected.trim()))
}

fn linked_worktrees(common_dir: &Path) -> Result<Vec<PathBuf>> {
    let folder = common_dir.join("worktrees");
    let failed = || Error::io("list the worktrees in", &folder);
    let entries = match fs::read_dir(&folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed())?,
    };
    entries
        .map(|entry| entry.map(|entry| entry.path()).map_err(failed()))
        .collect()
}

/// A linked worktree's folder, from the path of its `.git` file.
fn linked_work_tree(git_dir: &Path) -> PathBuf {
    let pointer = read(&git_dir.join("gitdir")).unwrap_or_default();
    match pointer.trim() {
        "" => git_dir.to_owned(),
        pointer => without_git_folder(&git_dir.join(pointer)),
    }
}

fn without_git_folder(path: &Path) -> PathBuf {
    match path.parent() {
        Some(parent) if path.ends_with(".git") => parent.to_owned(),
        _ => path.to_owned(),
    }
}

/// The file's text; empty if there is none.
fn read(path: &Path) -> Result<String> {
    let absent = [ErrorKind::NotFound, ErrorKind::NotADirectory];
    match fs::read(path) {
        Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
        Err(error) if absent.contains(&error.kind()) => Ok(String::new()),
        Err(error) => Err(Error::io("read", path)(error)),
    }
}
