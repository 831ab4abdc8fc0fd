//! HEAD's tree, the index and the disk, put together: pure.

use std::collections::BTreeMap;

use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::State;

use super::on_disk::folders;
use super::present::{Found, OnDisk};
use super::staged::{Staged, side};
use super::{After, WorkTreeChange};

/// The changes from HEAD's tree to the working tree, sorted by path.
pub(super) fn changes(index: &State, staged: &Staged, mut found: Found) -> Vec<WorkTreeChange> {
    give_way(index, &mut found);
    let staged_paths = staged.changed.iter().map(|path| (path.as_bstr(), None));
    let mut paths: BTreeMap<&BStr, Option<OnDisk>> = staged_paths.collect();
    for (path, on_disk) in &found {
        paths.insert(path.as_bstr(), Some(*on_disk));
    }
    let changes = paths.into_iter().map(|(path, on_disk)| WorkTreeChange {
        before: staged.before(index, path),
        after: after(index, path, on_disk),
        tracked: is_tracked(index, path),
        path: path.to_owned(),
    });
    changes.filter(is_change).collect()
}

fn after(index: &State, path: &BStr, on_disk: Option<OnDisk>) -> Option<After> {
    use super::super::{EntryKind, TreeSide};
    match on_disk {
        None => index.entry_by_path(path).and_then(side).map(After::Stored),
        Some(OnDisk::Gone) => None,
        Some(OnDisk::File { kind, size }) => Some(After::OnDisk { kind, size }),
        Some(OnDisk::Repository(oid)) => Some(After::Stored(TreeSide {
            kind: EntryKind::Commit,
            oid,
        })),
    }
}

fn is_change(change: &WorkTreeChange) -> bool {
    match change.after {
        None => change.before.is_some(),
        Some(After::Stored(side)) => change.before != Some(side),
        Some(After::OnDisk { .. }) => true,
    }
}

fn is_tracked(index: &State, path: &BStr) -> bool {
    index.entry_index_by_path(path).is_ok()
}

/// Entries that are not watched give way to what is new in their place: a
/// folder to a file, a file to a folder.
fn give_way(index: &State, found: &mut Found) {
    let new = found
        .keys()
        .filter(|path| !is_tracked(index, path.as_bstr()));
    let mut gone: Vec<BString> = Vec::new();
    for path in new {
        let below = [path.as_slice(), b"/"].concat();
        let below = index.prefixed_entries(below.as_bstr()).unwrap_or_default();
        gone.extend(below.iter().map(|entry| entry.path(index).to_owned()));
        let above = folders(path.as_bstr());
        gone.extend(
            above
                .filter(|above| is_tracked(index, above))
                .map(ToOwned::to_owned),
        );
    }
    for path in gone {
        found.entry(path).or_insert(OnDisk::Gone);
    }
}
