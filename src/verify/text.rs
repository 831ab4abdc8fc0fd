//! The bytes of a file as a text.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8};

use crate::model::spec::Language;

/// A NUL among so many bytes, and it is no text: as Git sees it.
const LOOKED_AT: usize = 8_000;

/// The encoding that a mark at the beginning tells; of those that are no ASCII.
pub fn marked(bytes: &[u8]) -> Option<&'static Encoding> {
    let (encoding, _) = Encoding::for_bom(bytes)?;
    (encoding != UTF_8).then_some(encoding)
}

/// Whether these are the first bytes of something that is no text.
pub fn is_binary(bytes: &[u8]) -> bool {
    let head = bytes.get(..LOOKED_AT).unwrap_or(bytes);
    head.contains(&0) && marked(bytes).is_none()
}

/// Whether the file at `path`, which begins with these bytes, is searched. One with the name of a
/// program is: a NUL in a comment of it is no reason to pass over what runs.
pub fn is_searched(path: &[u8], bytes: &[u8]) -> bool {
    !is_binary(bytes) || Language::of_path(&String::from_utf8_lossy(path)).is_some()
}

/// The text. Bytes that are not UTF-8 are taken for Latin letters, one each.
pub fn decode(bytes: &[u8]) -> Cow<'_, str> {
    if let Some(encoding) = marked(bytes) {
        return encoding.decode_with_bom_removal(bytes).0;
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => Cow::Borrowed(text),
        Err(_) => Cow::Owned(letters(bytes)),
    }
}

fn letters(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 8);
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| char::from(*byte)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_a_text_or_none() {
        assert_eq!(decode(b"a\xffb"), "a\u{ff}b");
        assert_eq!(decode("\u{feff}é".as_bytes()), "é");
        assert_eq!(decode(b"\xff\xfea\0b\0"), "ab");
        assert_eq!(decode(b"\xfe\xff\0a"), "a");
        assert!(!is_binary(b"\xff\xfea\0b\0"));
        assert!(is_binary(b"a\0"));
        assert!(!is_binary(&[b"a".repeat(9_000), vec![0]].concat()));
        assert!(is_searched(b"a.js", b"a\0"));
        assert!(!is_searched(b"a.png", b"a\0"));
    }
}
