//! What can go wrong with trust.

use std::path::{Path, PathBuf};

use crate::git;

/// The result of everything in this layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why it cannot be told, or kept, what is trusted.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Git.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// A file or folder cannot be read or written.
    #[error("could not {attempt} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        attempt: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Somebody else may have written what is there.
    #[error("{} does not count as a list of what is trusted: {why}", path.display())]
    Refused {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        why: &'static str,
    },
    /// Neither `XDG_STATE_HOME` nor `HOME` is set.
    #[error(
        "neither XDG_STATE_HOME nor HOME is an absolute path: there is no place for what is trusted"
    )]
    NoHome,
    /// The list is one that somebody else has handed in.
    #[error("what is trusted comes from {} here, and cannot be changed", .0.display())]
    ReadOnly(PathBuf),
    /// There is no plan yet.
    #[error("there is no plan yet")]
    NoPlans,
    /// The history of the plans does not reach back to its first commit.
    #[error("the history of the plans is not all here: its first commit tells what is trusted")]
    CutOff,
    /// A file that a command names is larger than anybody could look at.
    #[error("{path} is too large to be looked at: {size} bytes")]
    TooLarge {
        /// The file, from the top.
        path: String,
        /// Its size in bytes.
        size: u64,
    },
}

impl Error {
    pub(super) fn io(attempt: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            attempt,
            path,
            source,
        }
    }
}
