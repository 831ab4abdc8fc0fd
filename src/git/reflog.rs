//! Reading and extending a ref's log.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::Path;

use gix::refs::FullName;
use gix::tempfile::{create_dir, remove_dir};

use super::refs::full_name;
use super::sharing::Sharing;
use super::{Error, Oid, Repo, Result, Signature};

/// One line of a reflog: one move of the ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReflogEntry {
    /// Where the ref pointed before; the null id if it did not exist.
    pub old: Oid,
    /// Where it pointed then.
    pub new: Oid,
    /// Who moved it, and when.
    pub who: Signature,
    /// Why, in one line.
    pub message: String,
}

impl Repo {
    /// The log of the ref with this full name, newest first; empty if it has
    /// none. Lines that cannot be read are left out.
    ///
    /// # Errors
    /// [`Error::RefName`], [`Error::Io`].
    pub fn reflog(&self, name: &str) -> Result<Vec<ReflogEntry>> {
        let path = self.reflog_path(&full_name(name)?);
        let bytes = match fs::read(&path) {
            Err(error) if is_absent(&error) => return Ok(Vec::new()),
            read => read.map_err(Error::io("read the reflog", &path))?,
        };
        let lines = gix::refs::file::log::iter::forward(&bytes).flatten();
        let mut entries: Vec<_> = lines.map(ReflogEntry::from).collect();
        entries.reverse();
        Ok(entries)
    }

    /// Adds a line, with the ref's lock held. The log is created where it is
    /// missing, whatever `core.logAllRefUpdates` says: `undo` reads it.
    pub(super) fn extend_reflog(&self, name: &FullName, entry: &ReflogEntry) -> Result<()> {
        let path = self.reflog_path(name);
        let line = entry.line()?;
        append(&path, &line, self.sharing()).map_err(Error::io("extend the reflog", &path))
    }
}

impl ReflogEntry {
    fn line(&self) -> Result<Vec<u8>> {
        let mut line = format!("{} {} ", self.old, self.new).into_bytes();
        let written = self.who.to_git().write_to(&mut line);
        written.map_err(|source| Error::Encode {
            kind: "reflog entry".to_owned(),
            source: source.into(),
        })?;
        line.push(b'\t');
        let words: Vec<_> = self.message.split_whitespace().collect();
        line.extend_from_slice(words.join(" ").as_bytes());
        line.push(b'\n');
        Ok(line)
    }
}

impl From<gix::refs::file::log::LineRef<'_>> for ReflogEntry {
    fn from(line: gix::refs::file::log::LineRef<'_>) -> Self {
        Self {
            old: line.previous_oid(),
            new: line.new_oid(),
            who: line.signature.into(),
            message: line.message.to_string(),
        }
    }
}

/// Adds a line, or nothing: on a full disk no half of it stays. The ref's lock
/// keeps other writers away.
fn append(path: &Path, line: &[u8], sharing: Sharing) -> io::Result<()> {
    let mut file = open(path, sharing)?;
    sharing.apply(path)?;
    let before = file.metadata()?.len();
    file.write_all(line).inspect_err(|_| {
        // The first error is the one to report.
        let _ = file.set_len(before);
    })
}

fn open(path: &Path, sharing: Sharing) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    match options.open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            if let Some(folder) = path.parent() {
                create_dir::all(folder, create_dir::Retries::default(), sharing.code())?;
            }
            options.open(path)
        }
        // Empty folders, where deleted refs had their logs.
        Err(error) if error.kind() == ErrorKind::IsADirectory => {
            remove_dir::empty_depth_first(path.to_owned())?;
            options.open(path)
        }
        opened => opened,
    }
}

/// Nothing is there, or something that is no log of this ref.
fn is_absent(error: &io::Error) -> bool {
    let absent = [
        ErrorKind::NotFound,
        ErrorKind::NotADirectory,
        ErrorKind::IsADirectory,
    ];
    absent.contains(&error.kind())
}
