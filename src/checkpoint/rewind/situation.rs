//! The situations that a rewind can meet.

/// What the repository is like, as far as a rewind is concerned.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Situation {
    /// Everything is as the checkpoint has it.
    AlreadyThere,
    /// Nothing is uncommitted; no commit that would be dropped was pushed.
    Clean,
    /// There are uncommitted changes or untracked files; nothing that would be dropped was pushed.
    Dirty,
    /// Others have seen commits that would be dropped.
    Pushed,
    /// The checkpoint was taken before the first commit.
    NoBase,
    /// `HEAD` is on no branch.
    Detached,
    /// There is no working tree.
    NoWorkTree,
    /// An object of the checkpoint is not here.
    MissingObjects,
    /// A merge, a rebase or the like is under way.
    OperationUnderWay,
    /// Another process is writing the index.
    IndexLocked,
    /// A name that the commands would need cannot be printed safely.
    UnprintableName,
    /// `HEAD` is on a branch without commits.
    UnbornBranch,
    /// Paths wait for a decision after a merge.
    Conflicts,
    /// Another worktree uses the branch.
    BranchElsewhere,
    /// Files were changed that Git was told not to look at.
    HiddenChanges,
    /// There are changes that `git stash` would not bring back as they are.
    NotStashable,
    /// Files that Git does not track are where the checkpoint has some.
    InTheWay,
}

impl Situation {
    /// All of them.
    pub const ALL: [Self; 17] = [
        Self::AlreadyThere,
        Self::Clean,
        Self::Dirty,
        Self::Pushed,
        Self::NoBase,
        Self::Detached,
        Self::NoWorkTree,
        Self::MissingObjects,
        Self::OperationUnderWay,
        Self::IndexLocked,
        Self::UnprintableName,
        Self::UnbornBranch,
        Self::Conflicts,
        Self::BranchElsewhere,
        Self::HiddenChanges,
        Self::NotStashable,
        Self::InTheWay,
    ];

    /// The word that scripts can count on.
    pub fn word(self) -> &'static str {
        match self {
            Self::AlreadyThere => "already_there",
            Self::Clean => "clean",
            Self::Dirty => "dirty",
            Self::Pushed => "pushed",
            Self::NoBase => "no_base",
            Self::Detached => "detached",
            Self::NoWorkTree => "no_work_tree",
            Self::MissingObjects => "missing_objects",
            Self::OperationUnderWay => "operation_under_way",
            Self::IndexLocked => "index_locked",
            Self::UnprintableName => "unprintable_name",
            Self::UnbornBranch => "unborn_branch",
            Self::Conflicts => "conflicts",
            Self::BranchElsewhere => "branch_elsewhere",
            Self::HiddenChanges => "hidden_changes",
            Self::NotStashable => "not_stashable",
            Self::InTheWay => "in_the_way",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::Situation;

    #[test]
    fn every_word_is_one_of_its_own() {
        let words: HashSet<_> = Situation::ALL.iter().map(|it| it.word()).collect();
        assert_eq!(words.len(), Situation::ALL.len());
        let is_snake = |word: &&str| word.bytes().all(|c| c == b'_' || c.is_ascii_lowercase());
        assert!(words.iter().all(is_snake));
    }
}
