//! Strings in the body of a `#define`, which the grammars of C and C++ leave as it is written.

use std::ops::Range;

use tree_sitter::Node;

use super::tokens::{self, Kind, Token};

/// The tokens of the strings in a body, those that stand side by side as one text.
pub(super) fn of<'t>(node: Node<'_>, text: &'t str) -> Vec<Token<'t>> {
    let mut found = Vec::new();
    let mut end = node.start_byte();
    for quoted in strings(text, node.byte_range()) {
        found.extend(between(text, end..quoted.start - 1));
        end = quoted.end + 1;
        found.append(&mut tokens::of(text, quoted, true));
    }
    found
}

/// What stands between two strings: a call or a comma begins another statement, a name is not
/// known.
fn between<'t>(text: &str, part: Range<usize>) -> Option<Token<'t>> {
    let written = text.get(part.clone()).unwrap_or_default();
    let kind = match written {
        written if written.contains([',', '(', ')', ';']) => Kind::Sign(b';'),
        written if written.contains(|c: char| c.is_alphanumeric()) => Kind::Hole,
        _ => return None,
    };
    Some(Token { kind, range: part })
}

/// What is between double quotes.
fn strings(text: &str, part: Range<usize>) -> Vec<Range<usize>> {
    let (mut open, mut escaped, mut found) = (None, false, Vec::new());
    let bytes = text.bytes().enumerate().take(part.end).skip(part.start);
    for (at, byte) in bytes {
        if byte == b'"' && !escaped {
            match open.take() {
                Some(start) => found.push(start..at),
                None => open = Some(at + 1),
            }
        }
        escaped = byte == b'\\' && !escaped;
    }
    found
}
