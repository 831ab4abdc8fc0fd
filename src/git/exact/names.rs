//! The names that the commit has in a folder.

use std::collections::HashMap;
use std::ops::Range;

use gix::bstr::{BStr, BString, ByteSlice, ByteVec};
use gix::index::State;
use gix::index::entry::Mode;

/// What the commit has under a name in a folder.
pub(super) enum Tracked {
    /// A file, a link, or a submodule: not looked into here.
    Leaf { is_submodule: bool },
    /// A folder, with the places of its entries in the index.
    Folder(Range<usize>),
}

/// The names in a folder that the commit has.
pub(super) fn tracked<'index>(
    index: &'index State,
    folder: &BStr,
    entries: Range<usize>,
) -> HashMap<&'index BStr, Tracked> {
    let skipped = folder.len() + usize::from(!folder.is_empty());
    let mut tracked: HashMap<&BStr, Tracked> = HashMap::new();
    for place in entries {
        let entry = index.entry(place);
        let below = entry.path(index)[skipped..].as_bstr();
        match below.find_byte(b'/') {
            None => {
                let is_submodule = entry.mode == Mode::COMMIT;
                tracked.insert(below, Tracked::Leaf { is_submodule });
            }
            Some(end) => {
                let name = below[..end].as_bstr();
                let alone = || Tracked::Folder(place..place);
                if let Tracked::Folder(range) = tracked.entry(name).or_insert_with(alone) {
                    range.end = place + 1;
                }
            }
        }
    }
    tracked
}

/// A path from a folder (empty for the top) and a name in it.
pub(super) fn joined(folder: &BStr, name: &BStr) -> BString {
    let mut path = folder.to_vec();
    if !path.is_empty() {
        path.push_byte(b'/');
    }
    path.push_str(name);
    path.into()
}
