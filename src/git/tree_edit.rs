//! Changing files deep in a tree: only the trees on the way are read and
//! written.

use std::collections::BTreeMap;

use gix::bstr::{BStr, BString, ByteSlice};
use gix::objs::tree::{Entry, EntryKind as Mode, EntryMode};
use gix::objs::{Tree, TreeRefIter};
use gix::validate::path::component;

use super::{EntryKind, Error, Oid, Result, Writer};

/// What a tree, or the index, says of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeSide {
    /// What is there.
    pub kind: EntryKind,
    /// Its object.
    pub oid: Oid,
}

/// Which paths may be stored.
#[derive(Clone, Copy)]
enum Names {
    /// Those that every system can check out.
    Portable,
    /// Those that Git takes into an index.
    Index,
}

impl Writer<'_> {
    /// The tree `root` (or none) with `changes`: each path, separated by `/`,
    /// is set to a blob or, with `None`, removed; a folder with all it holds.
    /// Where a path occurs twice, the last change counts. A file gives way to a
    /// folder that is needed, and the other way round; their removal may be
    /// said as well. Folders that become
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
            let item = blob.map(|oid| (Mode::Blob.into(), oid));
            edit.add(path.as_str().into(), item, Names::Portable)?;
        }
        self.edit_root(root, &edit)
    }

    /// Like [`Writer::edit_tree`], for whatever a working tree may hold: paths
    /// of any bytes that Git takes into its index, entries of every kind.
    ///
    /// # Errors
    /// [`Error::TreePath`] for a path that is absolute, has an empty component,
    /// `.`, `..` or something that a file system may take for `.git`, or that is
    /// to be a file and a folder at once; [`Error::Missing`],
    /// [`Error::Object`], [`Error::Io`].
    pub fn edit_snapshot_tree(
        &mut self,
        root: Option<Oid>,
        changes: &[(BString, Option<TreeSide>)],
    ) -> Result<Oid> {
        let mut edit = Folder::default();
        for (path, side) in changes {
            let item = side.map(|side| (side.kind.to_git().into(), side.oid));
            edit.add(path.as_bstr(), item, Names::Index)?;
        }
        self.edit_root(root, &edit)
    }

    fn edit_root(&mut self, root: Option<Oid>, edit: &Folder<'_>) -> Result<Oid> {
        let tree = self.edit_folder(root, edit)?;
        tree.map_or_else(|| self.write_object(&Tree::empty()), Ok)
    }

    /// The changed tree, or `None` if nothing is left of it.
    fn edit_folder(&mut self, old: Option<Oid>, edit: &Folder<'_>) -> Result<Option<Oid>> {
        let mut entries = self.entries(old)?;
        for (&name, change) in &edit.changes {
            let before = entries.get(name);
            let after = match change {
                Change::Remove => None,
                Change::Set(item) => Some(*item),
                Change::Within(folder) => self.edit_within(before.copied(), folder)?,
            };
            match after {
                Some(after) => entries.insert(name.to_owned(), after),
                None => entries.remove(name),
            };
        }
        if entries.is_empty() {
            return Ok(None);
        }
        self.write_object(&sorted(entries)).map(Some)
    }

    /// What becomes of an entry when something below it changes.
    fn edit_within(&mut self, before: Option<Item>, edit: &Folder<'_>) -> Result<Option<Item>> {
        let folder = before.filter(|(mode, _)| mode.is_tree() && !edit.anew);
        if folder.is_none() && edit.only_removes() {
            return Ok(before);
        }
        let tree = self.edit_folder(folder.map(|(_, oid)| oid), edit)?;
        Ok(tree.map(|tree| (Mode::Tree.into(), tree)))
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
    changes: BTreeMap<&'path BStr, Change<'path>>,
    /// Whether what was there before it is removed.
    anew: bool,
}

enum Change<'path> {
    Remove,
    Set(Item),
    Within(Folder<'path>),
}

impl<'path> Folder<'path> {
    fn anew() -> Self {
        Self {
            anew: true,
            ..Self::default()
        }
    }

    fn add(&mut self, path: &'path BStr, item: Option<Item>, names: Names) -> Result<()> {
        let mut folder = self;
        let mut rest = path;
        while let Some((name, below)) = rest.split_once_str("/") {
            require_usable(name.as_bstr(), path, None, names)?;
            let within = folder.changes.entry(name.as_bstr());
            let within = within.or_insert_with(|| Change::Within(Folder::default()));
            if matches!(within, Change::Remove) && item.is_some() {
                *within = Change::Within(Folder::anew());
            }
            folder = match within {
                Change::Within(next) => next,
                // What lies below is gone with it.
                _ if item.is_none() => return Ok(()),
                _ => return Err(contradiction(path)),
            };
            rest = below.as_bstr();
        }
        require_usable(rest, path, item, names)?;
        let change = item.map_or(Change::Remove, Change::Set);
        match folder.changes.insert(rest, change) {
            Some(Change::Within(folder)) if !folder.only_removes() => Err(contradiction(path)),
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

fn require_usable(name: &BStr, path: &BStr, item: Option<Item>, names: Names) -> Result<()> {
    let link = item.filter(|(mode, _)| mode.is_link());
    let link = link.map(|_| component::Mode::Symlink);
    let usable = gix::validate::path::component(name, link, names.into());
    usable.map(|_| ()).map_err(|source| Error::TreePath {
        path: path.to_string(),
        reason: source.to_string(),
    })
}

impl From<Names> for component::Options {
    fn from(names: Names) -> Self {
        let strictest = Self::default();
        match names {
            Names::Portable => strictest,
            Names::Index => Self {
                protect_windows: cfg!(windows),
                ..strictest
            },
        }
    }
}

fn contradiction(path: &BStr) -> Error {
    Error::TreePath {
        path: path.to_string(),
        reason: "it would be a file and a folder at once".to_owned(),
    }
}
