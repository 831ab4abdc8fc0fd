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
        let Some(state) = self.git.state() else {
            return self.sequence();
        };
        Some(match state {
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

    /// Between two commits of a sequence nothing but its list of what is to be done tells of it.
    fn sequence(&self) -> Option<Operation> {
        let todo = std::fs::read(self.git_dir().join("sequencer/todo")).ok()?;
        let reverts = todo.starts_with(b"revert");
        Some(if reverts {
            Operation::Revert
        } else {
            Operation::CherryPick
        })
    }

    /// Whether another process is writing the index now, or was killed when it did.
    pub fn index_is_locked(&self) -> bool {
        let mut lock = self.git.index_path().into_os_string();
        lock.push(".lock");
        std::path::Path::new(&lock).symlink_metadata().is_ok()
    }
}
