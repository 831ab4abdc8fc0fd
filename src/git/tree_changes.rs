//! What differs between two trees, read side by side; folders that are equal are not opened.

use std::cmp::Ordering;

use gix::bstr::{BString, ByteSlice as _, ByteVec};
use gix::objs::TreeRefIter;
use gix::objs::tree::EntryRef;

use super::{EntryKind, Error, Oid, Repo, Result};

/// A file that one of two trees has otherwise than the other. A folder is none, its files are; but for
/// one that [`Repo::bounded_tree_changes`] does not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// From the top, as bytes.
    pub path: BString,
    /// What it was; `None` if it was not there.
    pub old: Option<(EntryKind, Oid)>,
    /// What it is; `None` if it is gone.
    pub new: Option<(EntryKind, Oid)>,
}

/// Folders below so many others are not opened.
const DEEPEST: usize = 500;
/// So many differences are looked at: a few folders can hold each other over and over.
const MOST: usize = 100_000;

/// A file or a folder that is still to be looked at.
struct Open {
    path: BString,
    depth: usize,
    old: Item,
    new: Item,
}

impl Open {
    fn below(&self, (name, old, new): (BString, Item, Item)) -> Self {
        let mut path = self.path.clone();
        if !path.is_empty() {
            path.push_byte(b'/');
        }
        path.push_str(&name);
        Self {
            path,
            depth: self.depth + 1,
            old,
            new,
        }
    }

    fn unopened(self) -> TreeChange {
        TreeChange {
            path: self.path,
            old: self.old,
            new: self.new,
        }
    }
}

impl Repo {
    /// The files in which the tree `new` differs from `old`, folder by folder.
    ///
    /// # Errors
    /// Those of [`Repo::tree`].
    pub fn tree_changes(&self, old: Oid, new: Oid) -> Result<Vec<TreeChange>> {
        self.changes(old, new, (usize::MAX, usize::MAX))
    }

    /// The same for trees that anybody may have made to be without an end: a folder that is very deep,
    /// or comes after very many differences, is not opened, and told as one itself.
    ///
    /// # Errors
    /// Those of [`Repo::tree`].
    pub fn bounded_tree_changes(&self, old: Oid, new: Oid) -> Result<Vec<TreeChange>> {
        self.changes(old, new, (DEEPEST, MOST))
    }

    fn changes(
        &self,
        old: Oid,
        new: Oid,
        (deepest, most): (usize, usize),
    ) -> Result<Vec<TreeChange>> {
        let mut found = Vec::new();
        let (old, new) = ((EntryKind::Tree, old), (EntryKind::Tree, new));
        // The next one last: a stack of our own, since trees may be deeper than ours.
        let mut open = vec![Open {
            path: BString::default(),
            depth: 0,
            old: Some(old),
            new: Some(new),
        }];
        while let Some(one) = open.pop() {
            if one.old == one.new {
                continue;
            }
            if one.depth > deepest || found.len() + open.len() > most {
                found.push(one.unopened());
                continue;
            }
            let (old_file, old_tree) = apart(one.old);
            let (new_file, new_tree) = apart(one.new);
            if old_file.is_some() || new_file.is_some() {
                found.push(TreeChange {
                    path: one.path.clone(),
                    old: old_file,
                    new: new_file,
                });
            }
            let below = self.side_by_side(old_tree, new_tree)?;
            open.extend(below.into_iter().rev().map(|below| one.below(below)));
        }
        Ok(found)
    }

    /// The entries in which two folders differ, in the order of trees: a file and a folder of one
    /// name are two entries.
    fn side_by_side(
        &self,
        old: Option<Oid>,
        new: Option<Oid>,
    ) -> Result<Vec<(BString, Item, Item)>> {
        let (mut old_bytes, mut new_bytes) = (Vec::new(), Vec::new());
        let mut old = self.entries_of(old, &mut old_bytes)?;
        let mut new = self.entries_of(new, &mut new_bytes)?;
        let mut found = Vec::new();
        loop {
            skip_equal(&mut old, &mut new);
            let (left, right) = (old.first()?, new.first()?);
            let order = match (&left, &right) {
                (None, None) => return Ok(found),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(right)) => left.cmp(right),
            };
            let from = left.filter(|_| order.is_le());
            let to = right.filter(|_| order.is_ge());
            if from.is_some() {
                old.advance();
            }
            if to.is_some() {
                new.advance();
            }
            let item =
                |entry: &EntryRef<'_>| (EntryKind::from(entry.mode.kind()), entry.oid.to_owned());
            let (before, after) = (from.as_ref().map(item), to.as_ref().map(item));
            if let Some(entry) = from.or(to) {
                found.push((entry.filename.to_owned(), before, after));
            }
        }
    }

    fn entries_of<'b>(&self, tree: Option<Oid>, bytes: &'b mut Vec<u8>) -> Result<Entries<'b>> {
        let oid = tree.unwrap_or_else(|| self.empty_tree());
        self.read_tree(oid, bytes)?;
        Ok(Entries { oid, rest: bytes })
    }
}

type Item = Option<(EntryKind, Oid)>;

/// The entries of a tree that are still to come, as they are stored.
struct Entries<'b> {
    oid: Oid,
    rest: &'b [u8],
}

impl<'b> Entries<'b> {
    fn first(&self) -> Result<Option<EntryRef<'b>>> {
        let first = TreeRefIter::from_bytes(self.rest, self.oid.kind()).next();
        first.transpose().map_err(Error::object(self.oid))
    }

    /// How many bytes the entry has that begins there; none where there is none.
    fn length(&self, start: usize) -> Option<usize> {
        let name = self.rest.get(start..)?.find_byte(0)?;
        Some(name + 1 + self.oid.kind().len_in_bytes())
    }

    fn advance(&mut self) {
        let end = self.length(0).unwrap_or(usize::MAX);
        self.rest = self.rest.get(end..).unwrap_or_default();
    }
}

/// Goes past the entries that both begin with: of large folders, few differ.
fn skip_equal(old: &mut Entries<'_>, new: &mut Entries<'_>) {
    let pairs = old.rest.chunks(BLOCK).zip(new.rest.chunks(BLOCK));
    let blocks = pairs.take_while(|(old, new)| old == new).count();
    let start = (blocks * BLOCK).min(old.rest.len()).min(new.rest.len());
    let bytes = old.rest[start..].iter().zip(&new.rest[start..]);
    let common = start + bytes.take_while(|(old, new)| old == new).count();
    let mut end = 0;
    while let Some(length) = old.length(end) {
        if end + length > common {
            break;
        }
        end += length;
    }
    old.rest = &old.rest[end..];
    new.rest = &new.rest[end..];
}

/// So many bytes are compared at once.
const BLOCK: usize = 1024;

/// An entry as a file, or as a folder.
fn apart(item: Item) -> (Item, Option<Oid>) {
    match item {
        Some((EntryKind::Tree, tree)) => (None, Some(tree)),
        file => (file, None),
    }
}
