//! What differs between two trees, read side by side; folders that are equal are not opened.

use std::cmp::Ordering;

use gix::bstr::{BString, ByteVec};
use gix::objs::TreeRefIter;
use gix::objs::tree::EntryRef;

use super::{EntryKind, Error, Oid, Repo, Result};

/// A file that one of two trees has otherwise than the other. A folder is none, its files are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeChange {
    /// From the top, as bytes.
    pub path: BString,
    /// What it was; `None` if it was not there.
    pub old: Option<(EntryKind, Oid)>,
    /// What it is; `None` if it is gone.
    pub new: Option<(EntryKind, Oid)>,
}

impl Repo {
    /// The files in which the tree `new` differs from `old`, folder by folder.
    ///
    /// # Errors
    /// Those of [`Repo::tree`].
    pub fn tree_changes(&self, old: Oid, new: Oid) -> Result<Vec<TreeChange>> {
        let mut found = Vec::new();
        let (old, new) = ((EntryKind::Tree, old), (EntryKind::Tree, new));
        self.changes_below(&BString::default(), Some(old), Some(new), &mut found)?;
        Ok(found)
    }

    fn changes_below(
        &self,
        path: &BString,
        old: Option<(EntryKind, Oid)>,
        new: Option<(EntryKind, Oid)>,
        found: &mut Vec<TreeChange>,
    ) -> Result<()> {
        if old == new {
            return Ok(());
        }
        let (old_file, old_tree) = apart(old);
        let (new_file, new_tree) = apart(new);
        if old_file.is_some() || new_file.is_some() {
            found.push(TreeChange {
                path: path.clone(),
                old: old_file,
                new: new_file,
            });
        }
        for (name, old, new) in self.side_by_side(old_tree, new_tree)? {
            let mut below = path.clone();
            if !below.is_empty() {
                below.push_byte(b'/');
            }
            below.push_str(&name);
            self.changes_below(&below, old, new, found)?;
        }
        Ok(())
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
        let (mut left, mut right) = (next(&mut old)?, next(&mut new)?);
        let mut found = Vec::new();
        loop {
            let order = match (&left, &right) {
                (None, None) => return Ok(found),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(left), Some(right)) => left.cmp(right),
            };
            let (from, to) = match order {
                Ordering::Less => (left.take(), None),
                Ordering::Greater => (None, right.take()),
                Ordering::Equal => (left.take(), right.take()),
            };
            let item = |entry: &Option<EntryRef<'_>>| {
                let entry = entry.as_ref()?;
                Some((EntryKind::from(entry.mode.kind()), entry.oid.to_owned()))
            };
            let name = from.as_ref().or(to.as_ref()).map(|entry| entry.filename);
            let (before, after) = (item(&from), item(&to));
            if let Some(name) = name.filter(|_| before != after) {
                found.push((name.to_owned(), before, after));
            }
            if left.is_none() {
                left = next(&mut old)?;
            }
            if right.is_none() {
                right = next(&mut new)?;
            }
        }
    }

    fn entries_of<'b>(&self, tree: Option<Oid>, bytes: &'b mut Vec<u8>) -> Result<Entries<'b>> {
        let oid = tree.unwrap_or_else(|| self.empty_tree());
        self.read_tree(oid, bytes)?;
        Ok(Entries {
            oid,
            rest: TreeRefIter::from_bytes(bytes, oid.kind()),
        })
    }
}

type Item = Option<(EntryKind, Oid)>;

/// The entries of a tree that are still to come.
struct Entries<'b> {
    oid: Oid,
    rest: TreeRefIter<'b>,
}

fn next<'b>(entries: &mut Entries<'b>) -> Result<Option<EntryRef<'b>>> {
    let next = entries.rest.next().transpose();
    next.map_err(Error::object(entries.oid))
}

/// An entry as a file, or as a folder.
fn apart(item: Item) -> (Item, Option<Oid>) {
    match item {
        Some((EntryKind::Tree, tree)) => (None, Some(tree)),
        file => (file, None),
    }
}
