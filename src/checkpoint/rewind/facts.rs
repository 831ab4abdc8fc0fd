//! What has to be known about the repository, asked once.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use crate::git::{
    Dropped, EntryKind, IndexMarks, Oid, Operation, PathState, PushTarget, Repo, Result,
    StatusEntry, TreeChange,
};

use super::Target;

/// The repository, as far as a rewind is concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Facts {
    /// The top of the working tree.
    pub(super) top: PathBuf,
    /// Where this worktree keeps `HEAD`: from `top`, or absolute.
    pub(super) head_file: PathBuf,
    /// The full name of the branch that `HEAD` is on.
    pub(super) branch: Option<String>,
    /// The commit that is checked out.
    pub(super) head: Option<Oid>,
    pub(super) trees: Trees,
    pub(super) operation: Option<Operation>,
    pub(super) index_is_locked: bool,
    /// Another worktree that uses the branch.
    pub(super) elsewhere: Option<PathBuf>,
    pub(super) marks: IndexMarks,
    /// What differs from `HEAD` or is untracked, without what is only in submodules or in
    /// repositories of their own.
    pub(super) dirt: Vec<StatusEntry>,
    /// Paths that `git stash` would refuse or bring back otherwise; as text for people.
    pub(super) not_stashable: Vec<String>,
    /// Paths that are on disk, not tracked, and where the checkpoint has something.
    pub(super) in_the_way: Vec<String>,
    pub(super) dropped: Dropped,
    pub(super) push: Option<PushTarget>,
    /// The short names of all branches.
    pub(super) branches: Vec<String>,
    pub(super) has_inner_repositories: bool,
    pub(super) has_lfs: bool,
    /// A hook of the user may run after `git switch`, and fail.
    pub(super) may_run_hook: bool,
    /// `git switch` would go into submodules.
    pub(super) enters_submodules: bool,
}

/// The trees between which a rewind goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Trees {
    /// That of the commit that is checked out; the empty one where there is none.
    pub(super) head: Oid,
    /// That of the checkpoint's base; the empty one where there is none.
    pub(super) base: Oid,
    /// All files of the checkpoint.
    pub(super) snapshot: Oid,
}

impl Facts {
    /// # Errors
    /// [`crate::git::Error::Missing`] where an object of the checkpoint is not here.
    pub(super) fn of(repo: &Repo, target: &Target) -> Result<Self> {
        // By far the slowest of all questions, so that the others are asked meanwhile.
        let status = repo.begin_status()?;
        let head = repo.head()?;
        let trees = Trees::read(repo, head.commit, target)?;
        let changes = repo.tree_changes(trees.head, trees.snapshot)?;
        require_blobs(repo, trees, &changes)?;
        let short = head.branch.as_deref().map(short_name);
        let elsewhere = head.branch.as_ref();
        let elsewhere = elsewhere.map(|branch| repo.checked_out_elsewhere(branch));
        let dropped = head.commit.map(|commit| repo.dropped(commit, target.base));
        let push = short.map(|branch| repo.push_target(branch));
        let top = repo.work_tree().unwrap_or(Path::new("")).to_owned();
        let branches = repo.refs("refs/heads/")?.into_iter();
        let marks = repo.index_marks()?;
        let status = status.finish()?;
        Ok(Self {
            head_file: head_file(repo, &top),
            top,
            trees,
            operation: repo.operation(),
            index_is_locked: repo.index_is_locked(),
            elsewhere: elsewhere.transpose()?.flatten(),
            marks,
            not_stashable: not_stashable(repo, &status),
            in_the_way: in_the_way(repo, &status, &changes)?,
            has_inner_repositories: status.iter().any(is_inner_repository),
            dirt: status.into_iter().filter(is_dirt).collect(),
            dropped: dropped.transpose()?.unwrap_or_default(),
            push: push.transpose()?.flatten(),
            branches: branches
                .map(|(name, _)| short_name(&name).to_owned())
                .collect(),
            has_lfs: repo.common_dir().join("lfs").is_dir(),
            may_run_hook: may_run_hook(repo),
            enters_submodules: repo.config_bool("submodule.recurse")?.unwrap_or_default(),
            branch: head.branch,
            head: head.commit,
        })
    }

    /// Whether anything is not committed.
    pub(super) fn is_dirty(&self) -> bool {
        !self.dirt.is_empty()
    }
}

/// `main` for `refs/heads/main`.
pub(super) fn short_name(branch: &str) -> &str {
    branch.strip_prefix("refs/heads/").unwrap_or(branch)
}

impl Trees {
    fn read(repo: &Repo, head: Option<Oid>, target: &Target) -> Result<Self> {
        let tree = |commit: Option<Oid>| match commit {
            Some(commit) => Ok(repo.commit(commit)?.tree),
            None => Ok(repo.empty_tree()),
        };
        Ok(Self {
            head: tree(head)?,
            base: tree(target.base)?,
            snapshot: tree(Some(target.snapshot))?,
        })
    }
}

/// Everything that would have to be checked out must be here. What the base has a partial clone
/// can still get when it is needed, what only the snapshot has it cannot.
fn require_blobs(repo: &Repo, trees: Trees, changes: &[TreeChange]) -> Result<()> {
    let own = repo.tree_changes(trees.base, trees.snapshot)?;
    require(repo, &own)?;
    match repo.promisor_remote() {
        Some(_) => Ok(()),
        None => require(repo, changes),
    }
}

fn require(repo: &Repo, changes: &[TreeChange]) -> Result<()> {
    let files = changes.iter().filter_map(|change| change.new);
    for (kind, oid) in files {
        if kind != EntryKind::Commit {
            repo.object_size(oid)?;
        }
    }
    Ok(())
}

fn head_file(repo: &Repo, top: &Path) -> PathBuf {
    let file = repo.git_dir().join("HEAD");
    let within = file.strip_prefix(top).map(Path::to_owned);
    within.unwrap_or(file)
}

/// A repository within the working tree that is no submodule.
fn is_inner_repository(entry: &StatusEntry) -> bool {
    entry.state == PathState::Untracked && entry.path.ends_with(b"/")
}

fn is_dirt(entry: &StatusEntry) -> bool {
    let stays_in_submodule = matches!(
        entry.state,
        PathState::Tracked {
            staged: '.',
            submodule: true,
            ..
        }
    );
    !stays_in_submodule && !is_inner_repository(entry)
}

/// What was tried, and found wanting, with Git 2.47: `git stash` refuses a file that is only
/// intended to be added, leaves a staged submodule, brings back a file that was added and then
/// deleted, and where something else took the place of a tracked file it loses or overwrites it.
fn not_stashable(repo: &Repo, status: &[StatusEntry]) -> Vec<String> {
    let is_odd = |entry: &&StatusEntry| match entry.state {
        PathState::Tracked {
            staged,
            unstaged,
            submodule,
        } => {
            unstaged == 'A'
                || (submodule && staged != '.')
                || (staged == 'A' && unstaged == 'D')
                || ((staged == 'D' || unstaged == 'D')
                    && repo.occupied(entry.path.as_ref()).is_some())
        }
        PathState::Conflicted | PathState::Untracked => false,
    };
    let odd = status.iter().filter(is_odd);
    odd.map(|entry| entry.path.to_string()).collect()
}

/// What is neither in `HEAD` nor among what the stash takes away, and stands in a place that the
/// checkpoint needs: ignored files, mostly.
fn in_the_way(repo: &Repo, status: &[StatusEntry], changes: &[TreeChange]) -> Result<Vec<String>> {
    let ignores_case = repo.config_bool("core.ignoreCase")?.unwrap_or_default();
    let key = |path: &[u8]| match ignores_case {
        true => path.to_ascii_lowercase(),
        false => path.to_vec(),
    };
    let goes = changes.iter().filter(|change| change.old.is_some());
    let mut going: HashSet<_> = goes.map(|change| key(&change.path)).collect();
    going.extend(status.iter().map(|entry| key(&entry.path)));
    let mut found = Vec::new();
    for change in changes {
        if change.old.is_some() || change.new.is_none() {
            continue;
        }
        let at = match repo.occupied(change.path.as_ref()) {
            None => continue,
            Some((path, true)) => repo.files_below(path.as_ref()),
            Some((path, false)) => vec![path],
        };
        let stays = at.iter().filter(|path| !going.contains(&key(path)));
        found.extend(stays.map(ToString::to_string));
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// Where the folder of hooks was moved, it is not looked into: to suspect too much is safe here.
fn may_run_hook(repo: &Repo) -> bool {
    repo.config("core.hooksPath").is_some()
        || repo.common_dir().join("hooks/post-checkout").exists()
}
