//! Where Git looks for hooks.

use std::path::{Path, PathBuf};

use super::{Error, Repo, Result};

/// The folder that `core.hooksPath` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HooksPath {
    /// The value as it stands.
    pub value: String,
    /// The folder; a relative one as seen from this worktree or, without one, from the Git folder.
    /// None where the value switches all hooks off.
    pub folder: Option<PathBuf>,
    /// Where it stands, as in [`ConfigEntry`](super::ConfigEntry).
    pub origin: String,
}

impl Repo {
    /// The folder of hooks that all worktrees share: where Git looks, unless `core.hooksPath` is set.
    pub fn shared_hooks(&self) -> PathBuf {
        self.common_dir().join("hooks")
    }

    /// What `core.hooksPath` says, where it is set.
    ///
    /// # Errors
    /// [`Error::Config`] where the value is no path.
    pub fn hooks_path(&self) -> Result<Option<HooksPath>> {
        const KEY: &str = "core.hooksPath";
        let entries = self.config_section("core").into_iter();
        let mut set = entries.filter(|entry| entry.key.eq_ignore_ascii_case(KEY));
        let Some(entry) = set.next_back() else {
            return Ok(None);
        };
        let is_off = entry.value.is_empty() || entry.value == "/dev/null";
        let folder = if is_off { None } else { self.config_path(KEY)? };
        let base = self.work_tree().unwrap_or(self.git_dir());
        Ok(Some(HooksPath {
            folder: folder.map(|folder| base.join(folder)),
            value: entry.value,
            origin: entry.origin,
        }))
    }

    /// The value of `key` as a path, with `~` and `%(prefix)` resolved; relative ones as they stand.
    ///
    /// # Errors
    /// [`Error::Config`] if the value is none.
    pub fn config_path(&self, key: &str) -> Result<Option<PathBuf>> {
        let path = self.git.config_snapshot().trusted_path(key);
        path.map_err(|source| Error::Config {
            key: key.to_owned(),
            source: source.into(),
        })
    }
}

/// The path without links, as far as it is there: two ways to one folder are equal.
pub fn resolved(path: &Path) -> PathBuf {
    if let Ok(whole) = path.canonicalize() {
        return whole;
    }
    match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => path.to_owned(),
    }
}
