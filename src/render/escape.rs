//! Every word that came from a repository passes here before it is printed.
//!
//! Control characters could move the cursor, change colours or retitle the window; bidirectional
//! controls could show a text in another order than it has. Both become visible escapes.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::model::visible::is_deceptive;

fn write_escape(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if u32::from(c) < 0x100 => {
            let _ = write!(out, "\\x{:02x}", u32::from(c));
        }
        c => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
    }
}

/// A text for a line of its own.
pub fn line(text: &str) -> Cow<'_, str> {
    escape(text, |_| false)
}

/// A text of several lines; line breaks and tabs stay.
pub fn block(text: &str) -> Cow<'_, str> {
    escape(text, |c| matches!(c, '\n' | '\t'))
}

/// A TOML text of several lines: escapes as a TOML string has them, so that it is still one.
pub fn toml(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !is_deceptive(c) || matches!(c, '\n' | '\t');
    if text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.replace("\r\n", "\n").chars() {
        match u32::from(c) {
            _ if is_plain(c) => out.push(c),
            code @ ..0x10000 => {
                let _ = write!(out, "\\u{code:04X}");
            }
            code => {
                let _ = write!(out, "\\U{code:08X}");
            }
        }
    }
    Cow::Owned(out)
}

/// A JSON text: the same value, but no character of it deceives a terminal that it is shown on.
pub fn json(text: &str) -> Cow<'_, str> {
    let is_plain = |c: char| !is_deceptive(c) || c == '\n';
    let is_ascii = |byte: u8| (b' '..0x7f).contains(&byte) || byte == b'\n';
    if text.bytes().all(is_ascii) || text.chars().all(is_plain) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_plain(c) {
            out.push(c);
        } else {
            for unit in c.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
    }
    Cow::Owned(out)
}

fn escape(text: &str, keep: impl Fn(char) -> bool) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..0x7f).contains(&byte)) {
        return Cow::Borrowed(text);
    }
    let needs_escape = |c: char| is_deceptive(c) && !keep(c);
    if !text.chars().any(needs_escape) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if needs_escape(c) {
            write_escape(&mut out, c);
        } else {
            out.push(c);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_words_are_not_copied() {
        assert!(matches!(line("Añadir ruta — 登录"), Cow::Borrowed(_)));
    }

    #[test]
    fn json_keeps_its_value() {
        let value = "a\u{1b}\u{7f}\u{9b}\u{202e}\u{e0001}\n登录";
        let text = serde_json::to_string(value).unwrap();
        let escaped = json(&text);
        assert_eq!(escaped, r#""a\u001b\u007f\u009b\u202e\udb40\udc01\n登录""#);
        assert_eq!(serde_json::from_str::<String>(&escaped).unwrap(), value);
        assert!(matches!(json("{}\n"), Cow::Borrowed(_)));
    }

    #[test]
    fn no_control_character_passes() {
        for c in (0..=0x10_ffff)
            .filter_map(char::from_u32)
            .filter(|c| is_deceptive(*c))
        {
            let text = format!("a{c}b");
            assert!(!line(&text).contains(c), "{:x}", u32::from(c));
        }
        assert_eq!(
            line("\u{1b}]0;x\u{7}\u{202e}\n"),
            "\\x1b]0;x\\x07\\u{202e}\\n"
        );
        assert_eq!(block("a\n\tb\r"), "a\n\tb\\r");
    }
}
