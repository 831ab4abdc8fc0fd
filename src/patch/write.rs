//! A changed file as the text that `git apply` takes.

use std::io::Write as _;

use super::binary;
use super::change::{Body, FileDiff, Piece, Side};
use super::lines::{Diff, Hunk, Part};
use super::quote::push_name;
use crate::git::Oid;

/// What stands behind a last line without a line break.
const NO_BREAK: &[u8] = b"\n\\ No newline at end of file\n";

impl FileDiff<'_> {
    /// Adds the change to a patch. A patch is made of files in the order of their paths.
    pub fn write(&self, out: &mut Vec<u8>) {
        for piece in &self.pieces {
            write_piece(&self.change.path, piece, out);
        }
    }
}

fn write_piece(path: &[u8], piece: &Piece<'_>, out: &mut Vec<u8>) {
    out.extend(b"diff --git ");
    push_name(b"a/", path, out);
    out.push(b' ');
    push_name(b"b/", path, out);
    out.push(b'\n');
    write_modes(piece, out);
    write_index(piece, out);
    match &piece.body {
        Body::Same => {}
        Body::Text(diff) => write_text(path, piece, diff, out),
        Body::Binary => write_binary(piece, out),
    }
}

fn write_modes(piece: &Piece<'_>, out: &mut Vec<u8>) {
    let mut line = |word: &str, side: &Side<'_>| {
        let _ = writeln!(out, "{word} {}", side.kind.mode());
    };
    match (piece.before, piece.after) {
        (None, Some(after)) => line("new file mode", after),
        (Some(before), None) => line("deleted file mode", before),
        (Some(before), Some(after)) if before.kind != after.kind => {
            line("old mode", before);
            line("new mode", after);
        }
        _ => {}
    }
}

/// The ids, in full; with the mode where it stays. Where the content stays there is no such line.
fn write_index(piece: &Piece<'_>, out: &mut Vec<u8>) {
    let null = |side: &Side<'_>| Oid::null(side.oid.kind());
    let (old, new, mode) = match (piece.before, piece.after) {
        (Some(a), Some(b)) if a.oid == b.oid => return,
        (Some(a), Some(b)) if a.kind == b.kind => (a.oid, b.oid, Some(a.kind.mode())),
        (Some(a), Some(b)) => (a.oid, b.oid, None),
        (Some(a), None) => (a.oid, null(a), None),
        (None, Some(b)) => (null(b), b.oid, None),
        (None, None) => return,
    };
    let _ = write!(out, "index {old}..{new}");
    if let Some(mode) = mode {
        let _ = write!(out, " {mode}");
    }
    out.push(b'\n');
}

fn write_text(path: &[u8], piece: &Piece<'_>, diff: &Diff<'_>, out: &mut Vec<u8>) {
    let mut hunks = diff.hunks().peekable();
    if hunks.peek().is_some() {
        write_name(b"--- ", b"a/", piece.before.map(|_| path), out);
        write_name(b"+++ ", b"b/", piece.after.map(|_| path), out);
    }
    hunks.for_each(|hunk| write_hunk(hunk, out));
}

/// The name of a side. A TAB ends one with blanks in it, so that nobody takes what follows a
/// blank for a date.
fn write_name(sign: &[u8], prefix: &[u8], path: Option<&[u8]>, out: &mut Vec<u8>) {
    out.extend(sign);
    match path {
        Some(path) => push_name(prefix, path, out),
        None => out.extend(b"/dev/null"),
    }
    if path.is_some_and(|path| path.contains(&b' ')) {
        out.push(b'\t');
    }
    out.push(b'\n');
}

fn write_hunk(hunk: Hunk<'_, '_>, out: &mut Vec<u8>) {
    out.extend(b"@@ -");
    write_range(hunk.old_start(), hunk.old_lines(), out);
    out.extend(b" +");
    write_range(hunk.new_start(), hunk.new_lines(), out);
    out.extend(b" @@\n");
    for part in hunk.parts() {
        match part {
            Part::Same(lines) => write_lines(b' ', lines, out),
            Part::Changed { removed, added } => {
                write_lines(b'-', removed, out);
                write_lines(b'+', added, out);
            }
        }
    }
}

fn write_range(start: usize, count: usize, out: &mut Vec<u8>) {
    let _ = match count {
        1 => write!(out, "{start}"),
        _ => write!(out, "{start},{count}"),
    };
}

fn write_lines(sign: u8, lines: &[&[u8]], out: &mut Vec<u8>) {
    for line in lines {
        out.push(sign);
        out.extend(*line);
        if line.last() != Some(&b'\n') {
            out.extend(NO_BREAK);
        }
    }
}

fn write_binary(piece: &Piece<'_>, out: &mut Vec<u8>) {
    let content = |side: Option<&Side<'_>>| binary::literal(side.map_or(&[], |side| &side.content));
    out.extend(b"GIT binary patch\n");
    out.extend(content(piece.after));
    out.extend(content(piece.before));
}
