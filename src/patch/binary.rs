//! Content that is no text, as Git's binary patches have it: deflated, in base 85; whole, or as
//! a delta of the other side.

use std::io::{Read as _, Write as _};

use flate2::Compression;
use flate2::read::ZlibDecoder;
use flate2::write::ZlibEncoder;

use super::base85;
use super::cursor::Cursor;
use super::delta;
use super::error::{Cause, PatchError};

/// Packed bytes of a patch.
#[derive(Debug)]
pub(super) struct Packed {
    /// Where they begin in the patch.
    pub(super) line: usize,
    method: Method,
    /// How many they are when unpacked.
    size: u64,
    deflated: Vec<u8>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    /// The content.
    Literal,
    /// What makes the content out of the other side's.
    Delta,
}

/// The lines of a patch that hold the content as it is.
pub(super) fn literal(content: &[u8]) -> Vec<u8> {
    let mut out = format!("literal {}\n", content.len()).into_bytes();
    base85::write(&deflate(content), &mut out);
    out.push(b'\n');
    out
}

/// Writing to memory does not fail.
fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    let _ = encoder.write_all(content);
    encoder.finish().unwrap_or_default()
}

/// Reads packed bytes; none where other lines follow.
pub(super) fn read(cursor: &mut Cursor<'_>) -> Result<Option<Packed>, PatchError> {
    let line = cursor.number();
    let expected = cursor.expected("\"literal SIZE\" or \"delta SIZE\"");
    let (method, size) = if let Some(size) = cursor.after(b"literal ") {
        (Method::Literal, size)
    } else if let Some(size) = cursor.after(b"delta ") {
        (Method::Delta, size)
    } else {
        return Ok(None);
    };
    let is_number = size.iter().all(u8::is_ascii_digit);
    let size = str::from_utf8(size).ok().and_then(|size| size.parse().ok());
    let size = size.filter(|_| is_number).ok_or(expected)?;
    Ok(Some(Packed {
        line,
        method,
        size,
        deflated: read_deflated(cursor)?,
    }))
}

/// The lines in base 85, up to an empty one.
fn read_deflated(cursor: &mut Cursor<'_>) -> Result<Vec<u8>, PatchError> {
    let mut deflated = Vec::new();
    loop {
        let expected = cursor.expected("a line in base 85");
        match cursor.next_line() {
            b"\n" => return Ok(deflated),
            line => {
                let line = line.strip_suffix(b"\n").unwrap_or_default();
                base85::read(line, &mut deflated).ok_or(expected)?;
            }
        }
    }
}

impl Packed {
    /// The content, of at most `limit` bytes; `other` is what a delta is applied to.
    pub(super) fn unpack(&self, other: &[u8], limit: u64) -> Result<Vec<u8>, PatchError> {
        let content = self.inflate(limit).and_then(|bytes| match self.method {
            Method::Literal => Ok(bytes),
            Method::Delta => delta::apply(&bytes, other, limit),
        });
        let line = self.line;
        content.map_err(|cause| PatchError { line, cause })
    }

    fn inflate(&self, limit: u64) -> Result<Vec<u8>, Cause> {
        if self.size > limit {
            return Err(Cause::TooLarge(limit));
        }
        let mut decoder = ZlibDecoder::new(self.deflated.as_slice());
        let mut bytes = Vec::new();
        let read = (&mut decoder)
            .take(self.size.saturating_add(1))
            .read_to_end(&mut bytes);
        let is_whole = decoder.total_in() == self.deflated.len() as u64;
        match read {
            Ok(count) if count as u64 == self.size && is_whole => Ok(bytes),
            _ => Err(Cause::Damaged),
        }
    }
}
