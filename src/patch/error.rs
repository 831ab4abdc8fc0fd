//! Why a patch is refused, or does not apply.

use crate::git::UnsafePath;

/// Where a patch is refused, or does not apply, and why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the patch: {cause}")]
pub struct PatchError {
    /// The line of the patch, from 1.
    pub line: usize,
    /// Why.
    pub cause: Cause,
}

/// Why a patch is refused, or does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Cause {
    /// Something else should stand there.
    #[error("{0} should stand there")]
    Expected(&'static str),
    /// The last line has no line break.
    #[error("it ends within a line")]
    Truncated,
    /// The headers contradict each other.
    #[error("{0}")]
    Header(&'static str),
    /// A path leads out of the working tree, or into the repository.
    #[error("the path {path} is refused: {reason}")]
    Path {
        /// The path, quoted.
        path: String,
        /// Why.
        reason: UnsafePath,
    },
    /// No file system takes the path.
    #[error("a path of {0} bytes is refused")]
    LongPath(usize),
    /// Two changes of one path.
    #[error("{0} is changed twice")]
    Twice(String),
    /// A path leads through something that is no folder.
    #[error("{path} lies behind {other}, which is no folder")]
    Behind {
        /// The path, quoted.
        path: String,
        /// What it lies behind, quoted.
        other: String,
    },
    /// The file is not the one that the patch was made for.
    #[error("the file has another line {0}")]
    Differs(usize),
    /// The file is not the one that the patch was made for.
    #[error("the file has no line {0}")]
    Ends(usize),
    /// A hunk's numbers do not fit those before.
    #[error("the hunk is not where its numbers say")]
    Misplaced,
    /// A line without a line break, and then another one.
    #[error("a line without a line break is not the last one")]
    Unbroken,
    /// A file is deleted, but not all of its lines.
    #[error("the file is deleted, but lines of it are left")]
    Leftover,
    /// Packed bytes cannot be unpacked.
    #[error("the packed bytes are damaged")]
    Damaged,
    /// The result would be larger than was allowed.
    #[error("the file would have more than {0} bytes")]
    TooLarge(u64),
}
