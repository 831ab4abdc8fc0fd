//! Git at work aside: on a copy of the index, with a place of its own for
//! objects, both removed in the end. Nothing of it reaches the repository.

use std::ffi::OsString;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use gix::bstr::BStr;
use tempfile::TempDir;

use super::super::program::{Programs, run, usable_message};
use super::super::{Error, Repo, Result};
use super::walk_error;

/// What it takes to let Git work aside; for use in any thread.
#[derive(Clone)]
pub(super) struct Aside {
    programs: Programs,
    index: PathBuf,
    /// The places to read objects from, as `objects/info/alternates` has them.
    alternates: Vec<u8>,
}

impl Repo {
    pub(super) fn aside(&self) -> Aside {
        Aside {
            programs: self.programs(),
            index: self.git.index_path(),
            alternates: self.borrowed_objects(),
        }
    }
}

impl Aside {
    /// Makes the copy.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(super) fn open(&self) -> Result<OpenAside<'_>> {
        let folder = tempfile::tempdir();
        let folder = folder.map_err(Error::io("create", &std::env::temp_dir()))?;
        let opened = OpenAside {
            aside: self,
            folder,
        };
        if self.index.exists() {
            copy_with_time(&self.index, &opened.path("index"))?;
        }
        let info = opened.path("objects/info");
        fs::create_dir_all(&info).map_err(Error::io("create", &info))?;
        let alternates = info.join("alternates");
        let written = fs::write(&alternates, &self.alternates);
        written.map_err(Error::io("write", &alternates))?;
        Ok(opened)
    }
}

/// One place aside.
pub(super) struct OpenAside<'aside> {
    aside: &'aside Aside,
    folder: TempDir,
}

impl OpenAside<'_> {
    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The content of the file at `path` as Git records it.
    ///
    /// # Errors
    /// [`Error::Git`] with Git's own message, [`Error::GitMissing`].
    pub(super) fn content(&self, path: &BStr) -> Result<Vec<u8>> {
        let path = gix::path::from_bstr(path).map_err(walk_error)?;
        let joined = |start: &str| {
            let mut word = OsString::from(start);
            word.push(path.as_os_str());
            word
        };
        let add = ["add", "--force", "--sparse", "--"].map(OsString::from);
        let add = [&add[..], &[joined(":(top,literal)")]].concat();
        self.git(&add, |code| code == 0)?;
        let show = ["cat-file", "blob"].map(OsString::from);
        let show = [&show[..], &[joined(":0:")]].concat();
        self.git(&show, |code| code == 0)
    }

    /// What `git` prints, if it ends with a code that is `fine`. No hook is
    /// started.
    ///
    /// # Errors
    /// [`Error::Git`] with Git's own message, [`Error::GitMissing`].
    pub(super) fn git(
        &self,
        words: &[impl AsRef<std::ffi::OsStr>],
        fine: fn(i32) -> bool,
    ) -> Result<Vec<u8>> {
        let mut hooks = OsString::from("core.hooksPath=");
        hooks.push(self.path("hooks"));
        let mut command = self.aside.programs.command([OsString::from("-c"), hooks]);
        command
            .args([
                "-c",
                "core.splitIndex=false",
                "-c",
                "add.ignoreErrors=false",
            ])
            .args(words)
            .env("GIT_INDEX_FILE", self.path("index"))
            .env("GIT_OBJECT_DIRECTORY", self.path("objects"))
            .env_remove("GIT_ALTERNATE_OBJECT_DIRECTORIES");
        let output = run(&mut command)?;
        if output.status.code().is_some_and(fine) {
            return Ok(output.stdout);
        }
        let command = words.first().map(|word| word.as_ref().to_string_lossy());
        Err(Error::Git {
            command: command.unwrap_or_default().into_owned(),
            message: usable_message(&output.stderr),
        })
    }
}

/// Git compares the time of the index with those of the files.
fn copy_with_time(from: &Path, to: &Path) -> Result<()> {
    let time = fs::metadata(from).and_then(|metadata| metadata.modified());
    let time = time.map_err(Error::io("read", from))?;
    fs::copy(from, to).map_err(Error::io("copy", from))?;
    let copy = File::options().write(true).open(to);
    let set = copy.and_then(|copy| copy.set_modified(time));
    set.map_err(Error::io("write", to))
}
