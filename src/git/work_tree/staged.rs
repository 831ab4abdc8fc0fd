//! How the index differs from HEAD's tree.

use std::ops::ControlFlow;

use gix::bstr::{BStr, BString};
use gix::index::{Entry, State};
use gix::status::tree_index::TrackRenames;
use gix::worktree::stack::state::attributes::Source;

use super::super::{EntryKind, Oid, Repo, Result, TreeSide};
use super::walk_error;

/// HEAD's tree, seen from the index.
pub(super) struct Staged {
    /// HEAD's tree in full; none where the index is the same.
    head: Option<State>,
    /// The paths on which the two differ; but not those in conflict, nor those
    /// that are only meant to be added.
    pub(super) changed: Vec<BString>,
}

impl Repo {
    pub(super) fn staged(&self, tree: Oid, index: &State) -> Result<Staged> {
        if matches_tree(index, tree) {
            return Ok(Staged {
                head: None,
                changed: Vec::new(),
            });
        }
        if tree == self.empty_tree() {
            let paths = index.entries().iter().map(|entry| entry.path(index));
            return Ok(Staged {
                head: Some(State::new(tree.kind())),
                changed: paths.map(ToOwned::to_owned).collect(),
            });
        }
        // The library's own would leave out what is not below the current folder.
        let mut everything = self
            .git
            .pathspec(
                false,
                None::<&str>,
                false,
                &State::new(tree.kind()),
                Source::IdMapping,
            )
            .map_err(walk_error)?;
        let mut changed = Vec::new();
        let outcome = self
            .git
            .tree_index_status(
                &tree,
                index,
                Some(&mut everything),
                TrackRenames::Disabled,
                |change, _, _| {
                    changed.push(change.fields().0.to_owned());
                    Ok(ControlFlow::Continue(()))
                },
            )
            .map_err(walk_error)?;
        Ok(Staged {
            head: Some(outcome.tree_index),
            changed,
        })
    }
}

/// Whether the index remembers that it is `tree`.
pub(super) fn matches_tree(index: &State, tree: Oid) -> bool {
    let root = index.tree();
    root.is_some_and(|root| root.num_entries.is_some() && root.id == tree)
}

impl Staged {
    /// What HEAD's tree has at `path`.
    pub(super) fn before(&self, index: &State, path: &BStr) -> Option<TreeSide> {
        let head = self.head.as_ref().unwrap_or(index);
        head.entry_by_path(path).and_then(side)
    }
}

/// What an entry without conflict says of its path.
pub(super) fn side(entry: &Entry) -> Option<TreeSide> {
    let mode = entry.mode.to_tree_entry_mode()?;
    Some(TreeSide {
        kind: EntryKind::from(mode.kind()),
        oid: entry.id,
    })
}
