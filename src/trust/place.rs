//! Where a person's own list of what is trusted lies: where no repository can write.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use super::{Error, Result, folder};
use crate::git::{Oid, Repo};

/// `$XDG_STATE_HOME/git-plan/trust/<root>`.
pub(super) fn own_folder(
    repo: &Repo,
    root: Oid,
    variable: &impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf> {
    let folder = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    let path = state.ok_or(Error::NoHome)?.join("git-plan/trust");
    refuse_inside(repo, &path)?;
    Ok(path.join(root.to_string()))
}

/// Whether the folder is there, and neither it nor those of ours above it can be written by others.
pub(super) fn is_there(path: &Path) -> Result<bool> {
    let ours: Vec<&Path> = path.ancestors().take(3).collect();
    for part in ours.into_iter().rev() {
        if !folder::is_there(part)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses what the repository itself could bring along.
pub(super) fn refuse_inside(repo: &Repo, path: &Path) -> Result<()> {
    let plain = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // What is not there yet lies where the nearest folder above it lies.
    let there = path.ancestors().find(|part| part.exists());
    let place = plain(there.unwrap_or(path));
    let tops = repo.work_tree().into_iter();
    let mut tops = tops.chain([repo.common_dir(), repo.git_dir()]);
    match tops.any(|top| place.starts_with(plain(top))) {
        true => Err(Error::Refused {
            path: path.to_owned(),
            why: "it lies within the repository",
        }),
        false => Ok(()),
    }
}
