//! What a reader of a report has to know of single files.

use std::collections::BTreeMap;

use super::inspect::{Found, MOST, State};
use super::report::{Note, What};
use super::wanted::Wanted;
use crate::git::{EntryKind, TreeFile};

/// The notes of a search; by path.
pub fn notes(wanted: &Wanted<'_>, files: &[TreeFile], found: &[Found]) -> Vec<Note> {
    let (mut notes, mut plain) = (Vec::new(), BTreeMap::<String, (String, usize)>::new());
    for (file, found) in files.iter().zip(found) {
        let path = || String::from_utf8_lossy(&file.path).into_owned();
        let mut add = |what| notes.push(Note { path: path(), what });
        if let Some(what) = elsewhere(file.kind)
            && wanted.names(&file.path)
        {
            add(what);
        }
        match &found.state {
            State::TooLarge(size) => add(What::TooLarge(*size)),
            State::Unreadable(cause) => add(What::Unreadable(cause.clone())),
            _ => {}
        }
        if found.errors {
            add(What::SyntaxErrors);
        }
        if found.out_of_time {
            add(What::OutOfTime);
        } else if found.plain {
            plain
                .entry(ending(&path()))
                .or_insert_with(|| (path(), 0))
                .1 += 1;
        }
        if found.too_many {
            add(What::TooMany(MOST));
        }
    }
    notes.extend(plain.into_iter().map(|(ending, (path, files))| Note {
        path,
        what: What::PlainWords { ending, files },
    }));
    notes.sort();
    notes
}

/// Something whose content is in another place.
fn elsewhere(kind: EntryKind) -> Option<What> {
    match kind {
        EntryKind::Symlink => Some(What::Link),
        EntryKind::Commit => Some(What::Submodule),
        EntryKind::Tree | EntryKind::Blob | EntryKind::Executable => None,
    }
}

/// What the names of files of a kind end with.
fn ending(path: &str) -> String {
    let name = path.rsplit('/').next().unwrap_or(path);
    match name.rfind('.') {
        Some(at) if at > 0 => name[at..].to_owned(),
        _ => name.to_owned(),
    }
}
