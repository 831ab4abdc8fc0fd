//! An index of a commit's tree, with what the real index knows of the files on disk.

use std::time::{Duration, SystemTime};

use gix::bstr::BString;
use gix::index::State;
use gix::index::entry::{Flags, Stage, Stat};

use super::super::program::{run, usable_message};
use super::super::work_tree::parse_raw;
use super::super::{Error, Oid, Repo, Result};

/// What Git was told not to look at, or has not recorded.
const MARKS: Flags = Flags::ASSUME_VALID
    .union(Flags::SKIP_WORKTREE)
    .union(Flags::FSMONITOR_VALID);

/// The commit's files, as an index has them.
pub(super) struct Fresh {
    /// Everything that the tree has, submodules too.
    pub(super) index: State,
    /// When the real index was written: what was changed at that time or later has to be read.
    pub(super) written: SystemTime,
    /// Where the real index is not the tree.
    pub(super) staged: Vec<BString>,
}

impl Repo {
    pub(super) fn fresh(&self, tree: Oid) -> Result<Fresh> {
        let real = self.git.index_or_empty().map_err(failed)?;
        let written = real.timestamp();
        let since = Duration::new(
            written.unix_seconds().try_into().unwrap_or(0),
            written.nanoseconds(),
        );
        let mut staged = Vec::new();
        let mut index = if is_of_tree(&real, tree) {
            State::clone(&real)
        } else {
            let mut index = self.index_of(tree)?;
            staged = self.take_over(&real, &mut index, tree)?;
            index
        };
        index.remove_entries(|_, _, entry| entry.flags.contains(Flags::INTENT_TO_ADD));
        for entry in index.entries_mut() {
            // To Git times are whole seconds, and that of the last change can be set: within the
            // second in which the index was written a change can go unseen. And where Git was told
            // not to look it wrote what had been before.
            let may_be_old = u64::from(entry.stat.ctime.secs) >= since.as_secs();
            if may_be_old || entry.flags.intersects(MARKS) {
                entry.flags.remove(MARKS);
                entry.stat = Stat::default();
            }
        }
        Ok(Fresh {
            index,
            written: SystemTime::UNIX_EPOCH + since,
            staged,
        })
    }

    fn index_of(&self, tree: Oid) -> Result<State> {
        if tree == self.empty_tree() {
            return Ok(State::new(tree.kind()));
        }
        State::from_tree(&tree, &self.objects, Default::default()).map_err(failed)
    }

    /// Takes over times and sizes for what is the same; tells what is not.
    fn take_over(&self, real: &State, index: &mut State, tree: Oid) -> Result<Vec<BString>> {
        let mut staged = Vec::new();
        let is_sparse = real.is_sparse();
        for (entry, path) in index.entries_mut_with_paths() {
            let same = real.entry_by_path_and_stage(path, Stage::Unconflicted);
            let same = same.filter(|real| {
                real.id == entry.id
                    && real.mode == entry.mode
                    && !real.flags.contains(Flags::INTENT_TO_ADD)
            });
            match same {
                Some(same) => {
                    entry.stat = same.stat;
                    entry.flags |= same.flags & MARKS;
                }
                None => staged.push(path.to_owned()),
            }
        }
        if is_sparse {
            return self.staged_by_git(tree);
        }
        for entry in real.entries() {
            let path = entry.path(real);
            if index.entry_index_by_path(path).is_err() {
                staged.push(path.to_owned());
            }
        }
        Ok(staged)
    }

    /// The library cannot look into the folders of a sparse index.
    fn staged_by_git(&self, tree: Oid) -> Result<Vec<BString>> {
        let words = [
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
        ];
        let mut command = self.program(words);
        let output = run(command.args(["--ignore-submodules=none", &tree.to_string()]))?;
        if !output.status.success() {
            return Err(Error::Git {
                command: "diff-index".to_owned(),
                message: usable_message(&output.stderr),
            });
        }
        let lines = parse_raw(&output.stdout);
        lines.map(|line| Ok(line?.path.to_owned())).collect()
    }
}

/// Whether the index remembers that it is `tree`, and nothing else is in it.
fn is_of_tree(index: &State, tree: Oid) -> bool {
    let root = index.tree();
    !index.is_sparse() && root.is_some_and(|root| root.num_entries.is_some() && root.id == tree)
}

pub(super) fn failed(source: gix::Error) -> Error {
    Error::WorkTree {
        source: source.into(),
    }
}
