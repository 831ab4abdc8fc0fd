//! Why a command is not run. What becomes of one that is run is no error, see [`super::Ended`].

use std::path::PathBuf;

use crate::git;

/// The result of everything in this layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a command is not run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Git.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// The gate has no command.
    #[error("it has no command")]
    NoCommand,
    /// The folder to run in is not there, or leads out of the working tree.
    #[error("its folder '{0}' is no folder of the working tree")]
    Folder(String),
    /// The program leads out of the working tree.
    #[error("its program '{0}' leads out of the working tree")]
    Outside(String),
    /// The program is a file of the working tree, named in a way that trust does not look at.
    #[error("its program '{0}' lies in the working tree, and has to be named from its top")]
    Absolute(String),
    /// An environment variable that it needs is not set.
    #[error("the environment variable {0} is not set, and it needs it")]
    Unset(String),
    /// The code cannot be read.
    #[error("{0}")]
    Code(String),
    /// A file, folder, process or signal cannot be had.
    #[error("could not {attempt}: {source}")]
    Io {
        /// What was attempted.
        attempt: String,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl Error {
    pub(super) fn io(attempt: impl Into<String>) -> impl FnOnce(std::io::Error) -> Self {
        let attempt = attempt.into();
        move |source| Self::Io { attempt, source }
    }

    pub(super) fn at(attempt: &str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path: PathBuf = path.to_owned();
        Self::io(format!("{attempt} {}", path.display()))
    }
}
