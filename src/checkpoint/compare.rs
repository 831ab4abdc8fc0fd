//! What differs between two states of the code: snapshots, commits, the working tree.

use std::collections::BTreeMap;

use super::restore;
use crate::git::{
    self, After, BString, EntryKind, Oid, Repo, TreeSide, WorkTreeChange, WorkTreeOptions,
    WorkTreeReader,
};
use crate::model::Checkpoint;
use crate::patch::{FileChange, Side};

/// A state of the code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// A tree that is in the repository.
    Tree(Oid),
    /// The files as they are on disk, with those that Git does not track.
    WorkTree,
}

/// A changed file whose content is read when it is asked for.
pub struct Changed {
    /// Where it is, separated by `/`.
    pub path: BString,
    before: Option<TreeSide>,
    after: Now,
}

/// What is there after a change.
enum Now {
    Stored(Option<TreeSide>),
    OnDisk(WorkTreeChange),
}

/// The files in which `new` differs from the tree `old`, by path.
///
/// # Errors
/// Those of reading the repository and the working tree.
pub fn changes(repo: &Repo, old: Oid, new: State) -> Result<Vec<Changed>, git::Error> {
    match new {
        State::Tree(new) => {
            let found = repo.tree_changes(old, new)?.into_iter();
            let mut found: Vec<Changed> = found
                .map(|change| Changed {
                    path: change.path,
                    before: change.old.map(side),
                    after: Now::Stored(change.new.map(side)),
                })
                .collect();
            found.sort_by(|a, b| a.path.cmp(&b.path));
            Ok(found)
        }
        State::WorkTree => to_work_tree(repo, old),
    }
}

fn side((kind, oid): (EntryKind, Oid)) -> TreeSide {
    TreeSide { kind, oid }
}

/// From a tree to `HEAD`'s, and from there to the files on disk, in one step.
fn to_work_tree(repo: &Repo, old: Oid) -> Result<Vec<Changed>, git::Error> {
    let seen = repo.work_tree_changes(WorkTreeOptions::default())?;
    let to_head = changes(repo, old, State::Tree(seen.base_tree))?;
    let mut found: BTreeMap<BString, Changed> = to_head
        .into_iter()
        .map(|change| (change.path.clone(), change))
        .collect();
    for change in seen.changes {
        let path = change.path.clone();
        let before = match found.get(&path) {
            Some(known) => known.before,
            None => change.before,
        };
        let changed = Changed {
            path: path.clone(),
            before,
            after: Now::OnDisk(change),
        };
        found.insert(path, changed);
    }
    Ok(found.into_values().collect())
}

/// Reads the contents of changed files.
pub struct Contents<'r> {
    repo: &'r Repo,
    files: Option<WorkTreeReader>,
}

impl<'r> Contents<'r> {
    /// A reader for one repository.
    pub fn new(repo: &'r Repo) -> Self {
        Self { repo, files: None }
    }

    /// In a partial clone: brings what is not here, all at once.
    ///
    /// # Errors
    /// Those of the network.
    pub fn bring(&self, changes: &[Changed]) -> Result<(), git::Error> {
        let after = |change: &Changed| match &change.after {
            Now::Stored(side) => *side,
            Now::OnDisk(_) => None,
        };
        let sides = changes
            .iter()
            .flat_map(|change| [change.before, after(change)])
            .flatten();
        let blobs = sides.filter(|side| side.kind != EntryKind::Commit);
        self.repo
            .bring(&blobs.map(|side| side.oid).collect::<Vec<_>>())
    }

    /// The change with both contents; none where a file on disk turns out to be what was there.
    ///
    /// # Errors
    /// Those of reading.
    pub fn read<'c>(&mut self, change: &'c Changed) -> Result<Option<FileChange<'c>>, git::Error> {
        let before = change.before.map(|side| self.stored(side)).transpose()?;
        let after = match &change.after {
            Now::Stored(side) => side.map(|side| self.stored(side)).transpose()?,
            Now::OnDisk(on_disk) => self.on_disk(on_disk)?,
        };
        let key = |side: &Option<Side<'_>>| side.as_ref().map(|side| (side.kind, side.oid));
        if key(&before) == key(&after) {
            return Ok(None);
        }
        Ok(Some(FileChange {
            path: change.path.as_slice().into(),
            before,
            after,
        }))
    }

    fn stored(&self, side: TreeSide) -> Result<Side<'static>, git::Error> {
        whole(side, || self.repo.blob(side.oid, u64::MAX))
    }

    fn on_disk(&mut self, change: &WorkTreeChange) -> Result<Option<Side<'static>>, git::Error> {
        match change.after {
            None => Ok(None),
            Some(After::Stored(side)) => self.stored(side).map(Some),
            Some(After::OnDisk { .. }) => {
                let files = match &mut self.files {
                    Some(files) => files,
                    None => self.files.insert(self.repo.work_tree_reader()?),
                };
                let Some(content) = files.read(change)? else {
                    return Ok(None);
                };
                let oid = self.repo.dry_writer()?.write_blob(&content.bytes)?;
                Ok(Some(Side::new(content.kind, oid, content.bytes)))
            }
        }
    }
}

/// The changes of a checkpoint from its base and its patch alone, for a repository that lacks its
/// snapshot.
///
/// # Errors
/// As [`restore::rebuild`], but for those of writing.
pub fn of_patch(
    repo: &Repo,
    checkpoint: &Checkpoint,
    limit: u64,
) -> Result<Vec<FileChange<'static>>, restore::Error> {
    let mut changes: Vec<FileChange<'static>> = Vec::new();
    restore::each_patched(repo, checkpoint, limit, &mut repo.dry_writer()?, |file| {
        let side =
            |(side, content): (TreeSide, Vec<u8>)| whole(side, || Ok::<_, restore::Error>(content));
        let before = file.before.map(side).transpose()?;
        let after = file.after.map(side).transpose()?;
        match changes.last_mut() {
            Some(last) if *last.path == **file.path && before.is_none() => last.after = after,
            _ => changes.push(FileChange {
                path: Vec::from(file.path).into(),
                before,
                after,
            }),
        }
        Ok(())
    })?;
    Ok(changes)
}

/// A side with its content, which `read` gets; what there is of a submodule is its commit.
pub(super) fn whole<E>(
    side: TreeSide,
    read: impl FnOnce() -> Result<Vec<u8>, E>,
) -> Result<Side<'static>, E> {
    match side.kind {
        EntryKind::Commit => Ok(Side::submodule(side.oid)),
        kind => Ok(Side::new(kind, side.oid, read()?)),
    }
}
