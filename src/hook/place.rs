//! Where Git looks for hooks, and which of these folders may be written to.

use std::path::{Path, PathBuf};

use super::{Hook, Result};
use crate::git::{HooksPath, Repo, resolved};

/// Whose the folder is that Git looks into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one that all worktrees share, where hooks are unless somebody moved them.
    Shared,
    /// Another one within the Git folder: this clone's own.
    InGitFolder,
    /// One among the files of the project: its code, which is never written to.
    InWorkTree,
    /// One somewhere else, such as one for all repositories of this person: never written to.
    Elsewhere,
    /// None: hooks are switched off.
    Nowhere,
}

/// The folders of hooks of a repository.
#[derive(Debug, Clone)]
pub struct Place {
    /// The one that all worktrees share.
    pub shared: PathBuf,
    /// What `core.hooksPath` says, where it is set.
    pub configured: Option<HooksPath>,
    /// Whose the folder is that Git looks into.
    pub kind: Kind,
    /// The top of the working tree, where there is one.
    pub work_tree: Option<PathBuf>,
}

impl Place {
    /// Looks where hooks are.
    ///
    /// # Errors
    /// Where `core.hooksPath` is no path.
    pub fn of(repo: &Repo) -> Result<Self> {
        let configured = repo.hooks_path()?;
        let kind = match &configured {
            None => Kind::Shared,
            Some(HooksPath { folder: None, .. }) => Kind::Nowhere,
            Some(HooksPath {
                folder: Some(folder),
                ..
            }) => kind(repo, folder),
        };
        Ok(Self {
            shared: repo.shared_hooks(),
            configured,
            kind,
            work_tree: repo.work_tree().map(Path::to_owned),
        })
    }

    /// The folder that Git looks into, where hooks are not switched off.
    pub fn looked_into(&self) -> Option<&Path> {
        match &self.configured {
            Some(configured) if self.kind != Kind::Shared => configured.folder.as_deref(),
            _ => Some(&self.shared),
        }
    }

    /// The folder that Git looks into, where it is one that may be written to.
    pub fn writable(&self) -> Option<&Path> {
        let is_ours = matches!(self.kind, Kind::Shared | Kind::InGitFolder);
        self.looked_into().filter(|_| is_ours)
    }

    /// Every folder that something of ours may be in.
    pub fn folders(&self) -> Vec<&Path> {
        let other = self.writable().filter(|folder| *folder != self.shared);
        [self.shared.as_path()].into_iter().chain(other).collect()
    }

    /// The file that Git runs for a hook, where it would look for it.
    pub fn file(&self, hook: Hook) -> PathBuf {
        let folder = self.looked_into().unwrap_or(&self.shared);
        folder.join(hook.as_str())
    }
}

fn kind(repo: &Repo, folder: &Path) -> Kind {
    let folder = resolved(folder);
    let is_below = |parent: &Path| folder.starts_with(resolved(parent));
    if folder == resolved(&repo.shared_hooks()) {
        Kind::Shared
    } else if is_below(repo.common_dir()) {
        Kind::InGitFolder
    } else if repo.work_tree().is_some_and(is_below) {
        Kind::InWorkTree
    } else {
        Kind::Elsewhere
    }
}
