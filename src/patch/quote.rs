//! Paths as text: in the headers of a patch as Git quotes them, and in records.

use std::borrow::Cow;

/// A path as records and JSON hold it: as it is where it is UTF-8 without control characters,
/// quotes and backslashes; anything else in quotes, with escapes as in C. No two paths give the
/// same text.
pub fn quote_path(path: &[u8]) -> Cow<'_, str> {
    let is_odd = |c: char| c.is_control() || matches!(c, '"' | '\\');
    match str::from_utf8(path) {
        Ok(text) if !text.contains(is_odd) => Cow::Borrowed(text),
        _ => {
            let mut quoted = Vec::with_capacity(path.len() + 16);
            push_quoted(b"", path, &mut quoted);
            Cow::Owned(quoted.into_iter().map(char::from).collect())
        }
    }
}

/// The path that [`quote_path`] gives `text` for; none where there is no such path.
pub fn unquote_path(text: &str) -> Option<Vec<u8>> {
    let path = match text.strip_prefix('"') {
        Some(quoted) => match unquote(quoted.as_bytes())? {
            (path, []) => path,
            _ => return None,
        },
        None => text.as_bytes().to_vec(),
    };
    (quote_path(&path) == text).then_some(path)
}

/// Adds `prefix` and `path` as a header has them: in quotes where a byte of the path asks for it
/// under `core.quotePath`, Git's default.
pub(super) fn push_name(prefix: &[u8], path: &[u8], out: &mut Vec<u8>) {
    let is_plain = |byte: &u8| (b' '..0x7f).contains(byte) && !matches!(byte, b'"' | b'\\');
    if path.iter().all(is_plain) {
        out.extend(prefix);
        out.extend(path);
    } else {
        push_quoted(prefix, path, out);
    }
}

fn push_quoted(prefix: &[u8], path: &[u8], out: &mut Vec<u8>) {
    out.push(b'"');
    out.extend(prefix);
    path.iter().for_each(|byte| push_byte(*byte, out));
    out.push(b'"');
}

fn push_byte(byte: u8, out: &mut Vec<u8>) {
    match letter(byte) {
        Some(letter) => out.extend([b'\\', letter]),
        None if (b' '..0x7f).contains(&byte) => out.push(byte),
        None => {
            let digit = |shift: u8| b'0' + ((byte >> shift) & 7);
            out.extend([b'\\', digit(6), digit(3), digit(0)]);
        }
    }
}

/// The bytes that have an escape of one letter, with it.
const LETTERS: [(u8, u8); 9] = [
    (7, b'a'),
    (8, b'b'),
    (b'\t', b't'),
    (b'\n', b'n'),
    (11, b'v'),
    (12, b'f'),
    (b'\r', b'r'),
    (b'"', b'"'),
    (b'\\', b'\\'),
];

fn letter(byte: u8) -> Option<u8> {
    let found = LETTERS.iter().find(|(raw, _)| *raw == byte);
    found.map(|(_, letter)| *letter)
}

/// What stands in quotes, behind the first one: its bytes, and what comes after the last quote.
pub(super) fn unquote(text: &[u8]) -> Option<(Vec<u8>, &[u8])> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        match rest {
            [b'"', rest @ ..] => return Some((out, rest)),
            [
                b'\\',
                a @ b'0'..=b'3',
                b @ b'0'..=b'7',
                c @ b'0'..=b'7',
                after @ ..,
            ] => {
                out.push(((a - b'0') << 6) | ((b - b'0') << 3) | (c - b'0'));
                rest = after;
            }
            [b'\\', escaped, after @ ..] => {
                let found = LETTERS.iter().find(|(_, letter)| letter == escaped)?;
                out.push(found.0);
                rest = after;
            }
            [b'\\'] | [] => return None,
            [byte, after @ ..] => {
                out.push(*byte);
                rest = after;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_stands_as_it_is_where_it_can() {
        for path in ["a/b c.txt", "é/登录", "", "'$x`"] {
            assert_eq!(quote_path(path.as_bytes()), path);
            assert_eq!(unquote_path(path).unwrap(), path.as_bytes());
        }
    }

    #[test]
    fn any_other_path_is_quoted_as_git_does() {
        for (path, text) in [
            (&b"a\tb"[..], r#""a\tb""#),
            (b"\"q\"\\", r#""\"q\"\\""#),
            (b"\xff", r#""\377""#),
            (b"\xc3\xa9\n", r#""\303\251\n""#),
            (b"\x07\x08\x0b\x0c\r\x01\x7f", r#""\a\b\v\f\r\001\177""#),
        ] {
            assert_eq!(quote_path(path), text);
            assert_eq!(unquote_path(text).unwrap(), path);
        }
    }

    #[test]
    fn a_text_that_no_path_gives_is_none() {
        for text in [
            r#""plain""#,
            r#""a\tb"#,
            r#""a\tb"x"#,
            r#""\q""#,
            r#""\400""#,
            r#""\11""#,
            r#"a"b"#,
            "a\tb",
            r"a\b",
            r#"""#,
        ] {
            assert_eq!(unquote_path(text), None, "{text}");
        }
    }

    #[test]
    fn a_header_keeps_to_ascii() {
        let name = |path: &str| {
            let mut out = Vec::new();
            push_name(b"a/", path.as_bytes(), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(name("x y"), "a/x y");
        assert_eq!(name("é"), r#""a/\303\251""#);
        assert_eq!(name("\u{7f}"), r#""a/\177""#);
    }
}
