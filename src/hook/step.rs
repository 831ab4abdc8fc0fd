//! What is done to the file of one hook, and doing it.

use std::fs;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::present::is_same_file;
use super::{Error, Hook, Result};

/// The names of files that are being written begin so.
const UNFINISHED: &str = ".git-plan-hook-";

/// After this long nobody writes a file any more.
const ABANDONED: Duration = Duration::from_secs(60);

/// What is done to a hook.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// It is in place already.
    Nothing,
    /// Somebody else's hook calls this program: that will do. The file with the call.
    Called(PathBuf),
    /// Put in place.
    Install,
    /// Put in the place of an older script of ours, or of one that names another program.
    Renew,
    /// Put in place; the one that was there is put aside, and runs first.
    Chain,
    /// Taken away.
    Remove,
    /// Taken away, and what was there before is put back.
    Restore,
    /// Left, since somebody edited it.
    LeaveEdited,
    /// Left with what is put aside beside it, since somebody wrote over it.
    LeaveBoth,
}

impl Act {
    /// What happened, in a word for programs.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Nothing => "unchanged",
            Self::Called(_) => "called",
            Self::Install => "installed",
            Self::Renew => "renewed",
            Self::Chain => "chained",
            Self::Remove => "removed",
            Self::Restore => "restored",
            Self::LeaveEdited => "left edited",
            Self::LeaveBoth => "left both",
        }
    }
}

/// What is done to a hook, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The hook.
    pub hook: Hook,
    /// Its file.
    pub path: PathBuf,
    /// What is done.
    pub act: Act,
}

impl Step {
    /// The file in which the hook that was there before is kept.
    pub fn before(&self) -> PathBuf {
        self.path.with_file_name(self.hook.before())
    }

    /// Does it. `text` is the script, for those acts that put one in place.
    ///
    /// # Errors
    /// [`Error::Io`]. What was done until then stays sound, and the same command goes on from there.
    pub(super) fn carry_out(&self, text: &str) -> Result<()> {
        match self.act {
            Act::Nothing | Act::Called(_) | Act::LeaveEdited | Act::LeaveBoth => Ok(()),
            Act::Install | Act::Renew => self.write(text),
            Act::Chain => self.put_aside().and_then(|()| self.write(text)),
            Act::Remove => remove(&self.path),
            Act::Restore => self.put_back(),
        }
    }

    /// Gives the old hook its first name again. To rename a file to another name of its own does
    /// nothing at all, so that the second name would stay.
    fn put_back(&self) -> Result<()> {
        let before = self.before();
        match is_same_file(&self.path, &before) {
            true => remove(&before),
            false => fs::rename(&before, &self.path).map_err(Error::io("put back", &before)),
        }
    }

    /// Gives the hook its second name. It keeps the first until ours takes it over at once, unless
    /// the file system knows no second names.
    fn put_aside(&self) -> Result<()> {
        let before = self.before();
        if is_same_file(&self.path, &before) {
            return Ok(());
        }
        match fs::hard_link(&self.path, &before) {
            // Somebody was faster: what is there now is not what was looked at.
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
            Err(_) => fs::rename(&self.path, &before),
            linked => linked,
        }
        .map_err(Error::io("put aside", &self.path))
    }

    /// Writes the script beside its place, and moves it there.
    fn write(&self, text: &str) -> Result<()> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let failed = || Error::io("write", &self.path);
        fs::create_dir_all(folder).map_err(failed())?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(UNFINISHED);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            builder.permissions(fs::Permissions::from_mode(0o755));
        }
        let mut file = builder.tempfile_in(folder).map_err(failed())?;
        file.write_all(text.as_bytes()).map_err(failed())?;
        file.as_file().sync_all().map_err(failed())?;
        if self.act != Act::Install {
            let persisted = file.persist(&self.path);
            return persisted.map(drop).map_err(|error| failed()(error.error));
        }
        match file.persist_noclobber(&self.path) {
            // Another process put the same one in place at the same time.
            Err(error) if fs::read(&self.path).is_ok_and(|other| other == text.as_bytes()) => {
                drop(error);
                Ok(())
            }
            persisted => persisted.map(drop).map_err(|error| failed()(error.error)),
        }
    }
}

fn remove(path: &Path) -> Result<()> {
    fs::remove_file(path).map_err(Error::io("remove", path))
}

/// Removes what a kill left half-written in a folder; what another process writes now is left.
pub(super) fn sweep(folder: &Path) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let is_unfinished = entry.file_name().to_string_lossy().starts_with(UNFINISHED);
        let age = || entry.metadata().ok()?.modified().ok()?.elapsed().ok();
        if is_unfinished && age().is_some_and(|age| age > ABANDONED) {
            let _ = fs::remove_file(entry.path());
        }
    }
}
