//! Changing files deep in a tree: only the trees on the way are read and
//! written.

use std::collections::BTreeMap;

use gix::bstr::BString;
use gix::objs::tree::{Entry, EntryKind, EntryMode};
use gix::objs::{Tree, TreeRefIter};
use gix::validate::path::component;

use super::{Error, Oid, Result, Writer};

impl Writer<'_> {
    /// The tree `root` (or none) with `changes`: each path, separated by `/`,
    /// is set to a blob or, with `None`, removed; a folder with all it holds.
    /// Where a path occurs twice, the last change counts. A file gives way to a
    /// folder that is needed, and the other way round. Folders that become
    /// empty vanish; the result may be the empty tree.
    ///
    /// # Errors
    /// [`Error::TreePath`] for a path that some system cannot check out (`..`,
    /// `.git`, `con`) or that is to be a file and a folder at once;
    /// [`Error::Missing`], [`Error::Object`], [`Error::Io`].
    pub fn edit_tree(
        &mut self,
        root: Option<Oid>,
        changes: &[(String, Option<Oid>)],
    ) -> Result<Oid> {
        let mut edit = Folder::default();
        for (path, blob) in changes {
            edit.add(path, *blob)?;
        }
        let tree = self.edit_folder(root, &edit)?;
        tree.map_or_else(|| self.write_object(&Tree::empty()), Ok)
    }

    /// The changed tree, or `None` if nothing is left of it.
    fn edit_folder(&mut self, old: Option<Oid>, edit: &Folder<'_>) -> Result<Option<Oid>> {
        let mut entries = self.entries(old)?;
        for (&name, change) in &edit.changes {
            let before = entries.get(name.as_bytes());
            let after = match change {
                Change::Remove => None,
                Change::Set(blob) => Some((EntryKind::Blob.into(), *blob)),
                Change::Within(folder) => self.edit_within(before.copied(), folder)?,
            };
            match after {
                Some(after) => entries.insert(name.into(), after),
                None => entries.remove(name.as_bytes()),
            };
        }
        if entries.is_empty() {
            return Ok(None);
        }
        self.write_object(&sorted(entries)).map(Some)
    }

    /// What becomes of an entry when something below it changes.
    fn edit_within(&mut self, before: Option<Item>, edit: &Folder<'_>) -> Result<Option<Item>> {
        let folder = before.filter(|(mode, _)| mode.is_tree());
        if folder.is_none() && edit.only_removes() {
            return Ok(before);
        }
        let tree = self.edit_folder(folder.map(|(_, oid)| oid), edit)?;
        Ok(tree.map(|tree| (EntryKind::Tree.into(), tree)))
    }

    fn entries(&self, tree: Option<Oid>) -> Result<BTreeMap<BString, Item>> {
        let Some(tree) = tree else {
            return Ok(BTreeMap::new());
        };
        let mut buffer = Vec::new();
        self.repo.read_tree(tree, &mut buffer)?;
        TreeRefIter::from_bytes(&buffer, tree.kind())
            .map(|entry| {
                let entry = entry.map_err(Error::object(tree))?;
                Ok((
                    entry.filename.to_owned(),
                    (entry.mode, entry.oid.to_owned()),
                ))
            })
            .collect()
    }
}

/// What a tree says of a name.
type Item = (EntryMode, Oid);

/// Puts folders where Git wants them: as if their names ended in `/`.
fn sorted(entries: BTreeMap<BString, Item>) -> Tree {
    let entries = entries.into_iter().map(|(filename, (mode, oid))| Entry {
        mode,
        filename,
        oid,
    });
    let mut entries: Vec<_> = entries.collect();
    entries.sort();
    Tree { entries }
}

/// The changes in one folder, by name.
#[derive(Default)]
struct Folder<'path> {
    changes: BTreeMap<&'path str, Change<'path>>,
}

enum Change<'path> {
    Remove,
    Set(Oid),
    Within(Folder<'path>),
}

impl<'path> Folder<'path> {
    fn add(&mut self, path: &'path str, blob: Option<Oid>) -> Result<()> {
        let mut folder = self;
        let mut rest = path;
        while let Some((name, below)) = rest.split_once('/') {
            require_usable(name, path)?;
            let within = folder.changes.entry(name);
            let within = within.or_insert_with(|| Change::Within(Folder::default()));
            let Change::Within(next) = within else {
                return Err(contradiction(path));
            };
            folder = next;
            rest = below;
        }
        require_usable(rest, path)?;
        let change = blob.map_or(Change::Remove, Change::Set);
        match folder.changes.insert(rest, change) {
            Some(Change::Within(_)) => Err(contradiction(path)),
            _ => Ok(()),
        }
    }

    fn only_removes(&self) -> bool {
        self.changes.values().all(|change| match change {
            Change::Remove => true,
            Change::Set(_) => false,
            Change::Within(folder) => folder.only_removes(),
        })
    }
}

fn require_usable(name: &str, path: &str) -> Result<()> {
    let usable = gix::validate::path::component(name.into(), None, component::Options::default());
    usable.map(|_| ()).map_err(|source| Error::TreePath {
        path: path.to_owned(),
        reason: source.to_string(),
    })
}

fn contradiction(path: &str) -> Error {
    Error::TreePath {
        path: path.to_owned(),
        reason: "it would be a file and a folder at once".to_owned(),
    }
}
