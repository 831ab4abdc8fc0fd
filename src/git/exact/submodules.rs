//! The commit's submodules: where one is checked out, it must be its commit, and clean.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use gix::index::entry::Mode;

use super::super::{Error, Oid, Repo, Result};
use super::fresh::{Fresh, failed};
use super::inputs::Inputs;
use super::{Difference, Found};

impl Repo {
    pub(super) fn submodules(
        &self,
        fresh: &Fresh,
        root: &Path,
        inputs: &Inputs,
        found: &mut Found,
    ) -> Result<()> {
        for entry in fresh.index.entries() {
            let path = entry.path(&fresh.index);
            if entry.mode != Mode::COMMIT || !inputs.reach(path) {
                continue;
            }
            let folder = root.join(gix::path::from_bstr(path).map_err(failed)?);
            if let Some(how) = difference(&folder, entry.id)? {
                found.insert(path.to_owned(), how);
            }
        }
        Ok(())
    }
}

/// How the folder of a submodule differs from `commit`.
fn difference(folder: &Path, commit: Oid) -> Result<Option<Difference>> {
    let mut listed = match fs::read_dir(folder) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(Difference::Missing)),
        Err(error) if error.kind() == ErrorKind::NotADirectory => {
            return Ok(Some(Difference::Modified));
        }
        listed => listed.map_err(Error::io("read the folder", folder))?,
    };
    let metadata = fs::symlink_metadata(folder).map_err(Error::io("look at", folder))?;
    if metadata.is_symlink() {
        return Ok(Some(Difference::Modified));
    }
    if listed.next().is_none() {
        return Ok(None);
    }
    if folder.join(".git").symlink_metadata().is_err() {
        // Files where nothing was checked out.
        return Ok(Some(Difference::SubmoduleDirty));
    }
    let inside = Repo::open_inside(folder)?;
    if inside.head()?.commit != Some(commit) {
        return Ok(Some(Difference::SubmoduleCommit));
    }
    let dirty = !inside.not_as_in(commit, None)?.is_empty();
    Ok(dirty.then_some(Difference::SubmoduleDirty))
}
