//! What a patch says of a file before its content: path, modes, ids.

use super::change::is_same_type;
use super::cursor::Cursor;
use super::error::{Cause, PatchError};
use super::quote::unquote;
use crate::git::EntryKind;
use crate::git::Oid;

/// A side of a change, as a patch names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its blob or commit; none where only the mode changes, for which a patch names no ids.
    pub oid: Option<Oid>,
}

/// What a patch says of a file before its content.
#[derive(Debug)]
pub(super) struct Header {
    /// Where it begins in the patch.
    pub(super) line: usize,
    pub(super) path: Vec<u8>,
    pub(super) before: Option<Entry>,
    pub(super) after: Option<Entry>,
}

/// The lines about modes.
#[derive(Debug, Clone, Copy)]
enum Modes {
    Same,
    New(EntryKind),
    Deleted(EntryKind),
    Changed(EntryKind, EntryKind),
}

/// The line `index`; the mode where it stays.
#[derive(Debug, Clone, Copy)]
struct Index {
    old: Oid,
    new: Oid,
    kind: Option<EntryKind>,
}

/// Reads up to the content.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Header, PatchError> {
    let line = cursor.number();
    let expected = cursor.expected("\"diff --git a/PATH b/PATH\"");
    let names = cursor.after(b"diff --git ");
    let path = names.and_then(common_path).ok_or(expected)?;
    let modes = read_modes(cursor)?;
    let index = read_index(cursor)?;
    let (before, after) = sides(modes, index).map_err(|cause| PatchError { line, cause })?;
    Ok(Header {
        line,
        path,
        before,
        after,
    })
}

/// The path that both names have behind `a/` and `b/`.
fn common_path(names: &[u8]) -> Option<Vec<u8>> {
    let (old, new) = if names.starts_with(b"\"") {
        let (old, rest) = read_name(names)?;
        let (new, rest) = read_name(rest.strip_prefix(b" ")?)?;
        rest.is_empty().then_some((old, new))?
    } else {
        // Blanks are not quoted, so that only their equal length tells the two names apart.
        let middle = names.len() / 2;
        let (old, new) = names.split_at_checked(middle)?;
        (old.to_vec(), new.strip_prefix(b" ")?.to_vec())
    };
    let path = old.strip_prefix(b"a/")?;
    (new.strip_prefix(b"b/") == Some(path)).then(|| path.to_vec())
}

/// A name, and what comes after it: the rest of the line for one that is not quoted.
fn read_name(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    match text.strip_prefix(b"\"") {
        Some(quoted) => unquote(quoted),
        None => Some((text.to_vec(), &[])),
    }
}

/// Whether the rest of a line `---` or `+++` is the name that `path` has there.
pub(super) fn is_name(text: &[u8], prefix: &[u8], path: Option<&[u8]>) -> bool {
    let text = text.strip_suffix(b"\t").unwrap_or(text);
    match (path, read_name(text)) {
        (None, _) => text == b"/dev/null",
        (Some(path), Some((name, []))) => name.strip_prefix(prefix) == Some(path),
        _ => false,
    }
}

fn read_modes(cursor: &mut Cursor<'_>) -> Result<Modes, PatchError> {
    let mut mode = |word: &[u8]| -> Result<Option<EntryKind>, PatchError> {
        let expected = cursor.expected("one of the modes 100644, 100755, 120000, 160000");
        let text = cursor.after(word);
        text.map(|text| kind(text).ok_or(expected)).transpose()
    };
    if let Some(kind) = mode(b"new file mode ")? {
        return Ok(Modes::New(kind));
    }
    if let Some(kind) = mode(b"deleted file mode ")? {
        return Ok(Modes::Deleted(kind));
    }
    let Some(old) = mode(b"old mode ")? else {
        return Ok(Modes::Same);
    };
    let new = mode(b"new mode ")?;
    let new = new.ok_or_else(|| cursor.expected("\"new mode\""))?;
    Ok(Modes::Changed(old, new))
}

fn kind(mode: &[u8]) -> Option<EntryKind> {
    let kinds = [
        EntryKind::Blob,
        EntryKind::Executable,
        EntryKind::Symlink,
        EntryKind::Commit,
    ];
    let mut kinds = kinds.into_iter();
    kinds.find(|kind| kind.mode().as_bytes() == mode)
}

fn read_index(cursor: &mut Cursor<'_>) -> Result<Option<Index>, PatchError> {
    let expected = cursor.expected("\"index\" with two ids in full");
    let text = cursor.after(b"index ");
    text.map(|text| index(text).ok_or(expected)).transpose()
}

fn index(text: &[u8]) -> Option<Index> {
    let text = str::from_utf8(text).ok()?;
    let (ids, mode) = match text.split_once(' ') {
        Some((ids, mode)) => (ids, Some(mode)),
        None => (text, None),
    };
    let (old, new) = ids.split_once("..")?;
    let id = |hex: &str| Oid::from_hex(hex.as_bytes()).ok();
    let kind = match mode {
        Some(mode) => Some(kind(mode.as_bytes())?),
        None => None,
    };
    let (old, new) = (id(old)?, id(new)?);
    (old.kind() == new.kind()).then_some(Index { old, new, kind })
}

/// Both sides; what cannot be is refused.
fn sides(modes: Modes, index: Option<Index>) -> Result<(Option<Entry>, Option<Entry>), Cause> {
    let entry = |kind, oid| Some(Entry { kind, oid });
    let ids = index.map(|index| (index.old, index.new));
    let is_new = ids.is_some_and(|(old, new)| old.is_null() && !new.is_null());
    let is_gone = ids.is_some_and(|(old, new)| !old.is_null() && new.is_null());
    let both = ids.is_none_or(|(old, new)| !old.is_null() && !new.is_null());
    let (old, new) = (ids.map(|ids| ids.0), ids.map(|ids| ids.1));
    match (modes, index.and_then(|index| index.kind)) {
        (Modes::New(kind), None) if is_new => Ok((None, entry(kind, new))),
        (Modes::Deleted(kind), None) if is_gone => Ok((entry(kind, old), None)),
        (Modes::Changed(a, b), None) if both && a != b && is_same_type(a, b) => {
            Ok((entry(a, old), entry(b, new)))
        }
        (Modes::Same, Some(kind)) if both => Ok((entry(kind, old), entry(kind, new))),
        _ => Err(Cause::Header("modes and ids do not fit each other")),
    }
}
