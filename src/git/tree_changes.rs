//! What differs between two trees, read side by side; folders that are equal are not opened.

use std::collections::BTreeMap;

use gix::bstr::{BString, ByteVec};

use super::{EntryKind, Oid, Repo, Result, TreeEntry};

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
        for (name, (old, new)) in self.side_by_side(old_tree, new_tree)? {
            let mut below = path.clone();
            if !below.is_empty() {
                below.push_byte(b'/');
            }
            below.push_str(&name);
            self.changes_below(&below, old, new, found)?;
        }
        Ok(())
    }

    fn side_by_side(&self, old: Option<Oid>, new: Option<Oid>) -> Result<Pairs> {
        let mut pairs = Pairs::new();
        for entry in self.entries_of(old)? {
            pairs.entry(entry.name).or_default().0 = Some((entry.kind, entry.oid));
        }
        for entry in self.entries_of(new)? {
            pairs.entry(entry.name).or_default().1 = Some((entry.kind, entry.oid));
        }
        Ok(pairs)
    }

    fn entries_of(&self, tree: Option<Oid>) -> Result<Vec<TreeEntry>> {
        tree.map_or_else(|| Ok(Vec::new()), |tree| self.tree(tree))
    }
}

type Item = Option<(EntryKind, Oid)>;
type Pairs = BTreeMap<BString, (Item, Item)>;

/// An entry as a file, or as a folder.
fn apart(item: Item) -> (Item, Option<Oid>) {
    match item {
        Some((EntryKind::Tree, tree)) => (None, Some(tree)),
        file => (file, None),
    }
}
