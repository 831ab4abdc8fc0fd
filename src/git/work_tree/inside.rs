//! What a snapshot does not hold: content inside submodules that is in no
//! commit of theirs.

use std::collections::BTreeSet;

use gix::bstr::{BString, ByteSlice};

use super::super::program::{clear_repository, plain_git, run, usable_message};
use super::super::{EntryKind, Error, Repo, Result};
use super::nested::{self, Nested};
use super::{After, WorkTreeChanges, walk_error};

impl Repo {
    /// The paths of submodules, and of other repositories inside the working
    /// tree, in which something is changed, staged or new: `found` and every
    /// snapshot hold only the commit that they have checked out. One program is
    /// started for each.
    ///
    /// # Errors
    /// [`Error::Git`] with Git's own message, [`Error::GitMissing`],
    /// [`Error::WorkTree`].
    pub fn changed_inside(&self, found: &WorkTreeChanges) -> Result<Vec<BString>> {
        let disk = self.disk()?;
        let mut changed = Vec::new();
        for path in self.repositories_inside(found)? {
            let folder = disk.path(path.as_bstr())?;
            if nested::look(&folder)? != Nested::No && is_changed(&folder)? {
                changed.push(path);
            }
        }
        Ok(changed)
    }

    fn repositories_inside(&self, found: &WorkTreeChanges) -> Result<BTreeSet<BString>> {
        let index = self.git.index_or_empty().map_err(walk_error)?;
        let entries = index.entries().iter();
        let submodules = entries.filter(|entry| entry.mode.is_submodule());
        let submodules = submodules.map(|entry| entry.path(&index).to_owned());
        let new = found.changes.iter().filter(|change| match change.after {
            Some(After::Stored(side)) => side.kind == EntryKind::Commit,
            _ => false,
        });
        let new = new.map(|change| change.path.clone());
        Ok(submodules.chain(new).collect())
    }
}

fn is_changed(folder: &std::path::Path) -> Result<bool> {
    let mut command = plain_git();
    clear_repository(&mut command);
    command
        .args(["-c", "core.fsmonitor=false", "status", "--porcelain"])
        .args(["--untracked-files=normal", "--ignore-submodules=none"])
        .env("GIT_OPTIONAL_LOCKS", "0")
        .current_dir(folder);
    let output = run(&mut command)?;
    if output.status.success() {
        return Ok(!output.stdout.is_empty());
    }
    Err(Error::Git {
        command: "status".to_owned(),
        message: usable_message(&output.stderr),
    })
}
