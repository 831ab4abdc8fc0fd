//! What is called in a file, and under which path: by the grammar, and in plain text by what it
//! looks like.

use std::ops::Range;

use tree_sitter::Node;

use super::Code;
use crate::verify::calling::{Call, Name, scan};

/// All calls of a file, in order.
pub fn all(code: &Code<'_>) -> Vec<Call> {
    let mut calls = Vec::new();
    let mut cursor = code.tree.walk();
    loop {
        calls.extend(call(cursor.node(), code));
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                for range in &code.unparsed {
                    calls.extend(scan(&code.masked, range.clone()));
                }
                calls.sort_by_key(|call| call.names.first().map(|name| name.range.start));
                return calls;
            }
        }
    }
}

fn call(node: Node<'_>, code: &Code<'_>) -> Option<Call> {
    let field = |name: &str| node.child_by_field_name(name);
    let (callee, is_macro, is_new) = match node.kind() {
        "call_expression" | "call" => (field("function")?.byte_range(), false, false),
        "macro_invocation" => (field("macro")?.byte_range(), true, false),
        "new_expression" => {
            let made = field("constructor").or_else(|| field("type"))?;
            (made.byte_range(), false, true)
        }
        "object_creation_expression" => (field("type")?.byte_range(), false, true),
        "method_invocation" => (node.start_byte()..field("name")?.end_byte(), false, false),
        "explicit_constructor_invocation" => (field("constructor")?.byte_range(), false, false),
        _ => return None,
    };
    let names = path(&code.masked, callee)?;
    Some(Call {
        names,
        is_macro,
        is_new,
    })
}

/// The names at the end of what is called, as far as they follow each other: `b`, `c` in
/// `a().b.c`. What is called and has no name is none.
fn path(masked: &str, callee: Range<usize>) -> Option<Vec<Name>> {
    let start = callee.start;
    let text = masked.get(callee)?;
    let (mut names, mut end) = (Vec::new(), text.len());
    loop {
        end = without_generics(text, text[..end].trim_end().len());
        let begin = text[..end].trim_end_matches(is_name).len();
        if begin == end {
            break;
        }
        names.push(Name {
            text: text[begin..end].to_owned(),
            range: start + begin..start + end,
        });
        let before = text[..begin].trim_end();
        let separated = SEPARATORS
            .iter()
            .find_map(|separator| before.strip_suffix(separator));
        let Some(before) = separated else {
            break;
        };
        end = before.len();
    }
    names.reverse();
    (!names.is_empty()).then_some(names)
}

const SEPARATORS: [&str; 6] = ["::", "->", "?.", "!.", ".", "!"];

fn is_name(c: char) -> bool {
    crate::verify::words::is_word(c) || matches!(c, '$' | '#')
}

/// The end without `::<…>`, `<…>`, or a `!` of TypeScript behind a name.
fn without_generics(text: &str, end: usize) -> usize {
    let trimmed = text[..end].trim_end_matches('!');
    if !trimmed.ends_with('>') || trimmed.ends_with("->") {
        return trimmed.len();
    }
    let mut open = 0_usize;
    for (at, byte) in trimmed.bytes().enumerate().rev() {
        match byte {
            b'>' => open += 1,
            b'<' => open = open.saturating_sub(1),
            _ => {}
        }
        if open == 0 {
            let before = trimmed[..at].trim_end();
            return before.strip_suffix("::").unwrap_or(before).len();
        }
    }
    trimmed.len()
}
