//! What can go wrong between a command and the plan ref.

use std::path::PathBuf;

use crate::format::FormatError;
use crate::format::version::VersionError;
use crate::git;
use crate::model::{Broken, Refusal, Slug};

/// Why plans could not be read or written.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The repository itself.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// The plans were written by another version.
    #[error("the plans at {reference} cannot be read: {source}")]
    Version {
        /// The plan ref.
        reference: String,
        /// Why.
        source: VersionError,
    },
    /// There are no plans in this repository.
    #[error("there is no plan in this repository: {reference} does not exist")]
    NoPlans {
        /// The plan ref.
        reference: String,
        /// The remote that could be asked for some.
        remote: Option<String>,
    },
    /// The name given to the plan ref cannot be used.
    #[error("{name} cannot be the plan ref: {why}")]
    BadRef {
        /// The name.
        name: String,
        /// Why not.
        why: String,
    },
    /// A branch of the plan ref's name is something else.
    #[error("{reference} exists and holds no plans (.plans/format.toml is not in it)")]
    NotAPlanRef {
        /// The plan ref.
        reference: String,
    },
    /// There is no plan of that name.
    #[error("there is no plan '{word}'")]
    UnknownPlan {
        /// The name.
        word: String,
        /// Names that are like it.
        similar: Vec<String>,
    },
    /// A plan of that name is there already.
    #[error("there is a plan '{0}' already")]
    PlanExists(Slug),
    /// A repository holds no more plans than this.
    #[error("this repository has {0} plans, the most it may have")]
    TooManyPlans(usize),
    /// The files that an operation depends on cannot be read.
    #[error("{path}{}: {}", line.map(|line| format!(":{line}")).unwrap_or_default(), cause)]
    Broken {
        /// The file's path on the plan ref.
        path: String,
        /// Line, from 1, where it is known.
        line: Option<u32>,
        /// What is wrong with it.
        cause: String,
    },
    /// The edit is against the rules, or no longer fits.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// A file would be larger than any may be.
    #[error("{path} would have {size} bytes; the limit is {limit}")]
    TooLarge {
        /// The file.
        path: String,
        /// Its size in bytes.
        size: usize,
        /// The limit in bytes.
        limit: u64,
    },
    /// Somebody has the plan ref checked out as a branch.
    #[error("{reference} is checked out in {}", worktree.display())]
    CheckedOut {
        /// The plan ref.
        reference: String,
        /// The worktree.
        worktree: PathBuf,
        /// Whether the branch has no commit yet: a repository just made, with that first branch.
        unborn: bool,
    },
    /// A file that is no entity is not the one that was expected.
    #[error("{0} on the plan ref is another one by now")]
    AnotherFile(String),
    /// Others were faster, every time.
    #[error("gave up after {tries} tries: {reference} kept moving")]
    LostRace {
        /// The plan ref.
        reference: String,
        /// How often it was tried.
        tries: u32,
    },
    /// A text could not be read.
    #[error("{what}{}: {source}", source.place())]
    Text {
        /// What text it is.
        what: String,
        /// Why.
        source: FormatError,
    },
    /// A commit of the plan ref is meant, and this is none.
    #[error("'{0}' is no operation on the plans")]
    NoOperation(String),
    /// No randomness is to be had.
    #[error("could not get random bytes: {0}")]
    Random(String),
}

impl From<Broken> for Error {
    fn from(file: Broken) -> Self {
        Self::Broken {
            path: file.path,
            line: file.line,
            cause: file.cause,
        }
    }
}
