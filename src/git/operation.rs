//! What the user is in the middle of: a merge, a rebase and the like.

use gix::state::InProgress;

use super::Repo;

/// Something that Git has begun and that waits to be finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// `git merge`.
    Merge,
    /// `git rebase`, whichever kind.
    Rebase,
    /// `git am`.
    Mailbox,
    /// `git cherry-pick`.
    CherryPick,
    /// `git revert`.
    Revert,
    /// `git bisect`.
    Bisect,
}

impl Operation {
    /// The name of the command that began it.
    pub fn command(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Rebase => "rebase",
            Self::Mailbox => "am",
            Self::CherryPick => "cherry-pick",
            Self::Revert => "revert",
            Self::Bisect => "bisect",
        }
    }
}

impl Repo {
    /// What is under way in this worktree, if anything.
    pub fn operation(&self) -> Option<Operation> {
        Some(match self.git.state()? {
            InProgress::ApplyMailbox => Operation::Mailbox,
            InProgress::ApplyMailboxRebase | InProgress::Rebase | InProgress::RebaseInteractive => {
                Operation::Rebase
            }
            InProgress::Bisect => Operation::Bisect,
            InProgress::CherryPick | InProgress::CherryPickSequence => Operation::CherryPick,
            InProgress::Merge => Operation::Merge,
            InProgress::Revert | InProgress::RevertSequence => Operation::Revert,
        })
    }

    /// Whether another process is writing the index now, or was killed when it did.
    pub fn index_is_locked(&self) -> bool {
        let mut lock = self.git.index_path().into_os_string();
        lock.push(".lock");
        std::path::Path::new(&lock).symlink_metadata().is_ok()
    }
}
