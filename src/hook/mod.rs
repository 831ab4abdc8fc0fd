//! Git's hooks: putting them in place and taking them away, and what they read and write.
//!
//! A tour:
//!
//! * [`Hook`]: the hooks that there are.
//! * What is put in place: a small script (`shim`, its text in the top-level folder `hooks/`) in the
//!   folder that all worktrees share. [`place`] tells where Git looks, [`present`] what is there,
//!   [`foreign`] which program wrote it; [`status`] all of that together.
//! * [`install`], [`uninstall`]: decide first, for all hooks, then act: a hook of somebody else in the
//!   way stops everything, and names the line that would call this program from there.
//! * What the hooks read: [`updates`] (what a push is about to change), [`message`] (what of a
//!   message's file is the message); what one of them writes: [`trailer`].
//! * [`task_here`]: the task that this worktree works on.
//!
//! A foreign hook is never written over: with `--chain` it is put aside in the same folder, by a
//! link first, so that at no moment neither of the two is in force. After a kill, both `install` and
//! `uninstall` go on from whatever is there.

pub mod foreign;
pub mod install;
pub mod message;
pub mod place;
pub mod present;
mod shim;
pub mod status;
pub mod step;
pub mod task_here;
pub mod trailer;
pub mod uninstall;
pub mod updates;

use std::fmt;
use std::path::PathBuf;

pub use shim::VERSION;

/// A hook that this program has something to do in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Hook {
    /// Adds the task to a commit's message.
    PrepareCommitMsg,
    /// Refuses a message that names an unknown task.
    CommitMsg,
    /// Refuses a push that the plans do not allow.
    PrePush,
    /// Says where the plan of the branch stands.
    PostCheckout,
    /// The same, after a merge.
    PostMerge,
    /// On a server: refuses a push that the plans do not allow.
    PreReceive,
}

impl Hook {
    /// Those of whoever works in the repository.
    pub const CLIENT: [Self; 5] = [
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PrePush,
        Self::PostCheckout,
        Self::PostMerge,
    ];

    /// Those of a server.
    pub const SERVER: [Self; 1] = [Self::PreReceive];

    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::PrepareCommitMsg,
        Self::CommitMsg,
        Self::PrePush,
        Self::PostCheckout,
        Self::PostMerge,
        Self::PreReceive,
    ];

    /// Its name, which is that of its file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PrepareCommitMsg => "prepare-commit-msg",
            Self::CommitMsg => "commit-msg",
            Self::PrePush => "pre-push",
            Self::PostCheckout => "post-checkout",
            Self::PostMerge => "post-merge",
            Self::PreReceive => "pre-receive",
        }
    }

    /// Whether Git tells it on standard input what it is about.
    pub fn takes_input(self) -> bool {
        matches!(self, Self::PrePush | Self::PreReceive)
    }

    /// The file beside it in which a hook that was there before is kept.
    pub fn before(self) -> String {
        format!("{}.before-git-plan", self.as_str())
    }
}

impl fmt::Display for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// What went wrong with the files of hooks.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The repository itself.
    #[error(transparent)]
    Git(#[from] crate::git::Error),
    /// The plans.
    #[error(transparent)]
    Store(#[from] crate::store::Error),
    /// A file cannot be read or written.
    #[error("could not {action} {}: {source}", path.display())]
    Io {
        /// What was attempted.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A path that a script cannot hold.
    #[error("{} cannot be written into a hook: it is not text", .0.display())]
    NotText(PathBuf),
}

impl Error {
    fn io(action: &'static str, path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io {
            action,
            path,
            source,
        }
    }
}

/// The result of everything in this layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;
