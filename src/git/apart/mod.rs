//! Git at work apart: in an empty repository that borrows the objects of this one, and is removed
//! in the end. It shares nothing else with it, so that no configuration file, no attribute, no
//! hook, no replacement and no remote of the repository has a say, and whatever is written is gone
//! afterwards. Nor, where the answer has to be the same everywhere, has the configuration of
//! whoever runs it.

mod files;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use gix::bstr::ByteSlice;
use gix::hash::Kind;
use tempfile::TempDir;

use super::program::{clear_repository, plain_git};
use super::{Error, Repo, Result};

pub(super) use files::ApartForFiles;

/// Configuration in the environment.
const CONFIGURATION: [&str; 2] = ["GIT_CONFIG_COUNT", "GIT_CONFIG_PARAMETERS"];

/// What names other places than those here.
const CLEARED: [&str; 5] = [
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_ATTR_SOURCE",
    "GIT_SHALLOW_FILE",
    "GIT_NAMESPACE",
];

#[cfg(windows)]
const NOTHING: &str = "NUL";
#[cfg(not(windows))]
const NOTHING: &str = "/dev/null";

/// An empty repository with the objects of another one.
pub(super) struct Apart {
    folder: TempDir,
}

impl Repo {
    /// Makes one, outside of this repository.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn apart(&self) -> Result<Apart> {
        let folder = tempfile::tempdir();
        let folder = folder.map_err(Error::io("create", &std::env::temp_dir()))?;
        let apart = Apart { folder };
        for inside in ["refs", "objects/info"] {
            let path = apart.path(inside);
            fs::create_dir_all(&path).map_err(Error::io("create", &path))?;
        }
        apart.write("HEAD", b"ref: refs/heads/none\n")?;
        apart.write("config", config(self.object_format()).as_bytes())?;
        apart.write("objects/info/alternates", &self.borrowed_objects())?;
        let cut: String = self
            .shallow_commits()?
            .iter()
            .map(|oid| format!("{oid}\n"))
            .collect();
        if !cut.is_empty() {
            apart.write("shallow", cut.as_bytes())?;
        }
        Ok(apart)
    }

    /// The places to read objects from, as `objects/info/alternates` has them.
    pub(super) fn borrowed_objects(&self) -> Vec<u8> {
        let own = self.common_dir.join("objects");
        let folders = [&self.object_dir, &own].into_iter();
        let folders = folders.chain(&self.environment.alternates);
        folders.flat_map(|folder| line(folder)).collect()
    }
}

fn line(folder: &Path) -> Vec<u8> {
    let folder = gix::path::into_bstr(folder);
    folder.map_or_else(|_| Vec::new(), |folder| [folder.as_bytes(), b"\n"].concat())
}

fn config(hash: Kind) -> String {
    format!(
        "[core]\n\trepositoryformatversion = 1\n\tbare = true\n\
         [extensions]\n\tobjectFormat = {hash}\n"
    )
}

impl Apart {
    /// A place inside it.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// `git` with `args`, ready to run there, with nobody's configuration.
    pub(super) fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = self.start();
        for variable in CONFIGURATION {
            command.env_remove(variable);
        }
        command
            .args(["-c", &format!("core.attributesFile={NOTHING}")])
            .args(["-c", &format!("core.excludesFile={NOTHING}")])
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_CONFIG_GLOBAL", NOTHING)
            .env("GIT_ATTR_NOSYSTEM", "1")
            .args(args);
        command
    }

    fn start(&self) -> Command {
        let mut command = plain_git();
        clear_repository(&mut command);
        for variable in CLEARED {
            command.env_remove(variable);
        }
        command
            .arg("--git-dir")
            .arg(self.folder.path())
            .env("GIT_NO_REPLACE_OBJECTS", "1")
            .env("GIT_NO_LAZY_FETCH", "1")
            .env("GIT_OPTIONAL_LOCKS", "0")
            .current_dir(self.folder.path());
        command
    }

    fn write(&self, name: &str, text: &[u8]) -> Result<()> {
        let path = self.path(name);
        fs::write(&path, text).map_err(Error::io("write", &path))
    }
}
