//! What stands above the lines of a changed file: its name, its modes, its ids.

use super::shown;
use crate::git::EntryKind;
use crate::git::Oid;
use crate::patch::{Body, Piece, Side};
use crate::render::style::{Paint, Tone};

/// Digits of an id that are shown.
const DIGITS: usize = 7;

/// Adds the heading of a piece of a change, as `git diff` has it; for binary content also a line
/// with its sizes.
pub(super) fn push(path: &[u8], piece: &Piece<'_>, paint: Paint, out: &mut String) {
    for line in lines(path, piece) {
        out.push_str(&paint.apply(Tone::Strong, &line));
        out.push('\n');
    }
    if matches!(piece.body, Body::Binary) {
        let size = |side: Option<&Side<'_>>| side.map_or(0, |side| side.content.len());
        let (old, new) = (size(piece.before), size(piece.after));
        out.push_str(&format!("Binary file: {old} -> {new} bytes\n"));
    }
}

fn lines(path: &[u8], piece: &Piece<'_>) -> Vec<String> {
    let name = |prefix: &[u8]| shown::path(&[prefix, path].concat());
    let (old, new) = (name(b"a/"), name(b"b/"));
    let mut lines = vec![format!("diff --git {old} {new}")];
    lines.extend(modes(piece));
    lines.extend(index(piece));
    if matches!(&piece.body, Body::Text(diff) if diff.hunks().len() > 0) {
        let or_none = |side: Option<&Side<'_>>, name| side.map_or("/dev/null".to_owned(), |_| name);
        lines.push(format!("--- {}", or_none(piece.before, old)));
        lines.push(format!("+++ {}", or_none(piece.after, new)));
    }
    lines
}

/// The modes, where they say something.
fn modes(piece: &Piece<'_>) -> Vec<String> {
    match (kind(piece.before), kind(piece.after)) {
        (None, Some(new)) => vec![format!("new file mode {}", new.mode())],
        (Some(old), None) => vec![format!("deleted file mode {}", old.mode())],
        (Some(old), Some(new)) if old != new => vec![
            format!("old mode {}", old.mode()),
            format!("new mode {}", new.mode()),
        ],
        _ => Vec::new(),
    }
}

fn index(piece: &Piece<'_>) -> Option<String> {
    let (old, new) = (short(piece.before), short(piece.after));
    let is_same = piece.before.map(|side| side.oid) == piece.after.map(|side| side.oid);
    let mode = match (kind(piece.before), kind(piece.after)) {
        (Some(old), Some(new)) if old == new => format!(" {}", new.mode()),
        _ => String::new(),
    };
    (!is_same).then(|| format!("index {old}..{new}{mode}"))
}

fn kind(side: Option<&Side<'_>>) -> Option<EntryKind> {
    side.map(|side| side.kind)
}

fn short(side: Option<&Side<'_>>) -> String {
    let hex = |oid: Oid| oid.to_hex_with_len(DIGITS).to_string();
    side.map_or_else(|| "0".repeat(DIGITS), |side| hex(side.oid))
}
