//! What differs between `HEAD`, the index and the working tree, as `git status` sees it.

use std::process::Child;

use gix::bstr::{BString, ByteSlice};

use super::program::{start, usable_message};
use super::{Error, Repo, Result};

/// One path that differs, or that Git does not know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusEntry {
    /// From the top of the working tree, as bytes. An untracked repository ends in `/`.
    pub path: BString,
    /// What the path is.
    pub state: PathState,
}

/// How a path differs; letters as `git status` prints them, `.` for no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathState {
    /// A path that `HEAD` or the index has.
    Tracked {
        /// The index against `HEAD`.
        staged: char,
        /// The working tree against the index.
        unstaged: char,
        /// Whether it is a submodule, or was one in `HEAD` or in the index.
        submodule: bool,
    },
    /// A merge left it undecided.
    Conflicted,
    /// Not in the index, and not ignored.
    Untracked,
}

/// A look at the working tree that is under way in another process.
pub struct PendingStatus {
    child: Option<Child>,
}

impl Repo {
    /// Every path that differs or is untracked, whatever the configuration of `git status` says.
    /// What changed within a submodule, and not in its commit, is left out, and so is what is
    /// ignored. The index is not refreshed on disk.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`].
    pub fn status(&self) -> Result<Vec<StatusEntry>> {
        self.begin_status()?.finish()
    }

    /// Like [`Repo::status`], while this process can do something else.
    ///
    /// # Errors
    /// [`Error::GitMissing`].
    pub fn begin_status(&self) -> Result<PendingStatus> {
        let mut command = self.program([
            "status",
            "--porcelain=v2",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=dirty",
            "--no-ahead-behind",
        ]);
        let child = start(&mut command)?;
        Ok(PendingStatus { child: Some(child) })
    }
}

impl PendingStatus {
    /// Waits for it.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`].
    pub fn finish(mut self) -> Result<Vec<StatusEntry>> {
        let Some(child) = self.child.take() else {
            return Ok(Vec::new());
        };
        let missing = |source| Error::GitMissing { source };
        let output = child.wait_with_output().map_err(missing)?;
        if !output.status.success() {
            return Err(failed(usable_message(&output.stderr)));
        }
        let records = output.stdout.split_str("\0");
        let records = records.filter(|record| !record.is_empty());
        records
            .map(|record| parse(record).ok_or_else(|| strange(record)))
            .collect()
    }
}

/// Nobody wants to know any more: then nothing goes on in the background.
impl Drop for PendingStatus {
    fn drop(&mut self) {
        if let Some(child) = &mut self.child {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn strange(record: &[u8]) -> Error {
    failed(format!(
        "cannot understand \"{}\"",
        String::from_utf8_lossy(record)
    ))
}

fn failed(message: String) -> Error {
    Error::Git {
        command: "status".to_owned(),
        message,
    }
}

/// A record of `--porcelain=v2 -z`, without renames:
/// `1 XY sub mH mI mW hH hI path`, `u XY sub m1 m2 m3 mW h1 h2 h3 path`, `? path`.
fn parse(record: &[u8]) -> Option<StatusEntry> {
    let (kind, rest) = record.split_once_str(" ")?;
    let (state, path) = match kind {
        b"?" => (PathState::Untracked, rest),
        b"u" => (PathState::Conflicted, rest.splitn_str(10, " ").nth(9)?),
        b"1" => {
            let fields: Vec<_> = rest.splitn_str(8, " ").collect();
            let [staged, unstaged] = **fields.first()? else {
                return None;
            };
            let is_submodule = |mode: &&[u8]| *mode == b"160000";
            let state = PathState::Tracked {
                staged: staged.into(),
                unstaged: unstaged.into(),
                submodule: fields.get(2..5)?.iter().any(is_submodule),
            };
            (state, *fields.get(7)?)
        }
        _ => return None,
    };
    let path = path.into();
    Some(StatusEntry { path, state })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_may_hold_anything() {
        let record = b"1 AM N... 000000 100644 100644 0 1 a b\n\xff";
        let entry = parse(record).expect("understood");
        assert_eq!(entry.path, b"a b\n\xff".as_bstr());
        let state = PathState::Tracked {
            staged: 'A',
            unstaged: 'M',
            submodule: false,
        };
        assert_eq!(entry.state, state);
        assert_eq!(parse(b"? x y").map(|entry| entry.path), Some("x y".into()));
        let conflict = parse(b"u UU N... 1 2 3 4 5 6 7 a b").expect("understood");
        assert_eq!(
            (conflict.state, conflict.path),
            (PathState::Conflicted, "a b".into())
        );
        assert_eq!(parse(b"2 R. what"), None);
    }
}
