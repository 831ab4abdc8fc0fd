//! Repositories that lie inside the working tree of another one. A clone may have brought them:
//! Git refuses to store a path that is called `.git`, but not the files of a bare repository, with
//! a configuration that starts programs.

use std::fs;
use std::path::{Path, PathBuf};

use super::{Error, Result};

/// Refuses the repository at `git_dir`, to which the search upwards from `cwd` led, if it is
/// embedded in another one. What a `.git` entry leads to is not: a linked worktree, a submodule,
/// or a bare repository with worktrees beside it. Nor is what lies inside a `.git` folder.
///
/// # Errors
/// [`Error::Unsafe`].
pub(super) fn refuse_embedded(git_dir: &Path, cwd: &Path) -> Result<()> {
    let (git_dir, cwd) = (real(git_dir), real(cwd));
    let is_inside = cwd.starts_with(&git_dir);
    let is_in_git_folder = git_dir.iter().any(|part| part == ".git");
    if !is_inside || is_in_git_folder {
        return Ok(());
    }
    match enclosing(&git_dir) {
        Some((_, leads_to)) if leads_to == git_dir => Ok(()),
        Some((outer, _)) => Err(Error::Unsafe {
            hint: format!(
                "{} lies inside the working tree of {}, and may have come with it; \
                 if it is yours, name it: GIT_DIR={0}",
                git_dir.display(),
                outer.display()
            ),
        }),
        None => Ok(()),
    }
}

/// The nearest folder above with a `.git` entry, and the Git folder that this leads to.
fn enclosing(git_dir: &Path) -> Option<(PathBuf, PathBuf)> {
    let mut above = git_dir.ancestors().skip(1);
    above.find_map(|folder| {
        let leads_to = followed(&folder.join(".git"))?;
        Some((folder.to_owned(), leads_to))
    })
}

/// The repository that a `.git` entry is, or names.
fn followed(entry: &Path) -> Option<PathBuf> {
    if entry.is_file() {
        let text = fs::read_to_string(entry).ok()?;
        let named = text.strip_prefix("gitdir:")?.trim();
        return Some(real(&entry.parent()?.join(named)));
    }
    gix::discover::is_git(entry).is_ok().then(|| real(entry))
}

fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}
