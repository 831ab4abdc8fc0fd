//! The files of a commit, as a fresh checkout would have them, in a folder of their own.

use std::fs;
use std::io;
use std::path::Path;

use super::program::{run, usable_message};
use super::{Error, Oid, Repo, Result};

impl Repo {
    /// Writes the files of `commit` into the folder `into`, which is made if it is not there, and
    /// must be empty. They are as Git would check them out here: line endings, encodings, modes,
    /// links; through filters only where the user's own configuration defines them. Submodules are
    /// empty folders. Neither an index nor a ref nor anything else of the repository is touched,
    /// no hook is started, and nothing is fetched.
    ///
    /// # Errors
    /// [`Error::Git`] with Git's own message, for one where an object is missing; [`Error::Io`],
    /// also if the folder is not empty; [`Error::GitMissing`], [`Error::GitTooOld`], and those of
    /// [`Repo::commit`].
    pub fn export(&self, commit: Oid, into: &Path) -> Result<()> {
        self.require_git()?;
        let tree = self.commit(commit)?.tree;
        let into = std::path::absolute(into).map_err(Error::io("find", into))?;
        make_empty(&into).map_err(Error::io("write into", &into))?;
        if tree == self.empty_tree() {
            return Ok(());
        }
        let apart = self.apart_for_files()?;
        let git = |words: &[&str]| {
            let mut command = apart.command(&into);
            let media = self.common_dir().join("lfs");
            if media.is_dir() {
                // Where Git LFS has what it has fetched before.
                let mut storage = std::ffi::OsString::from("lfs.storage=");
                storage.push(&media);
                command.arg("-c").arg(storage);
            }
            let output = run(command.args(words))?;
            if output.status.success() {
                return Ok(());
            }
            Err(Error::Git {
                command: words.first().copied().unwrap_or_default().to_owned(),
                message: usable_message(&output.stderr),
            })
        };
        git(&["read-tree", &tree.to_string()])?;
        git(&["checkout-index", "--all"])
    }
}

fn make_empty(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    match fs::read_dir(folder)?.next() {
        None => Ok(()),
        Some(_) => Err(io::Error::other("it is not empty")),
    }
}
