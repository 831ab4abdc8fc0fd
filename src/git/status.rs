//! What differs between `HEAD`, the index and the working tree, as `git status` sees it.

use gix::bstr::{BString, ByteSlice};

use super::program::{run, usable_message};
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
        /// Whether it is a submodule.
        submodule: bool,
    },
    /// A merge left it undecided.
    Conflicted,
    /// Not in the index, and not ignored.
    Untracked,
}

impl Repo {
    /// Every path that differs or is untracked, whatever the configuration of `git status` says.
    /// What changed within a submodule, and not in its commit, is left out, and so is what is
    /// ignored. The index is not refreshed on disk.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`].
    pub fn status(&self) -> Result<Vec<StatusEntry>> {
        let words = [
            "status",
            "--porcelain=v2",
            "-z",
            "--no-renames",
            "--untracked-files=all",
            "--ignore-submodules=dirty",
            "--no-ahead-behind",
        ];
        let failed = |message| Error::Git {
            command: "status".to_owned(),
            message,
        };
        let output = run(&mut self.program(words))?;
        if !output.status.success() {
            return Err(failed(usable_message(&output.stderr)));
        }
        let records = output
            .stdout
            .split_str("\0")
            .filter(|line| !line.is_empty());
        let entries = records.map(|record| {
            let text = || String::from_utf8_lossy(record).into_owned();
            parse(record).ok_or_else(|| failed(format!("cannot understand \"{}\"", text())))
        });
        entries.collect()
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
            let state = PathState::Tracked {
                staged: staged.into(),
                unstaged: unstaged.into(),
                submodule: fields.get(1)?.starts_with(b"S"),
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
