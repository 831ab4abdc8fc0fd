//! What stands in files, made harmless: the boundary that `render::escape` is, for bytes.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::patch::quote_path;
use crate::render::escape;

/// Adds a line of a file, or a piece of one, without its line break. Tabs stay; bytes that are no
/// UTF-8 are shown as `\xff`.
pub(super) fn push(bytes: &[u8], out: &mut String) {
    let is_plain = |plain: bool, byte: &u8| plain & (matches!(byte, b' '..=b'~' | b'\t'));
    match str::from_utf8(bytes) {
        Ok(text) if bytes.iter().fold(true, is_plain) => out.push_str(text),
        Ok(text) => out.push_str(&escape::block(text)),
        Err(_) => push_chunks(bytes, out),
    }
}

fn push_chunks(bytes: &[u8], out: &mut String) {
    for chunk in bytes.utf8_chunks() {
        out.push_str(&escape::block(chunk.valid()));
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
}

/// A path, in quotes where it has to be.
pub(super) fn path(path: &[u8]) -> String {
    match quote_path(path) {
        Cow::Borrowed(text) => escape::line(text).into_owned(),
        // Quoted, it is ASCII without control characters.
        Cow::Owned(quoted) => quoted,
    }
}

/// The line without its line break.
pub(super) fn without_break(line: &[u8]) -> &[u8] {
    line.strip_suffix(b"\n").unwrap_or(line)
}
