//! What is called in a file, and under which path: by the grammar, and in plain text by what it
//! looks like.

use std::ops::Range;

use tree_sitter::Node;

use super::Code;
use crate::model::spec::Language;
use crate::verify::calling::{Call, Name, scan};
use crate::verify::nodes;

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
        "call_expression" | "call" => (bare(field("function")?, code)?, false, false),
        // With types in brackets, Go's grammar takes a call for a conversion.
        "type_conversion_expression" => {
            let generic = field("type").filter(|node| node.kind() == "generic_type")?;
            let types = generic.child_by_field_name("type_arguments")?;
            let is_one = types.named_child_count() == 1;
            if is_one && !is_type(types.named_child(0), code) {
                return None;
            }
            let made = generic.child_by_field_name("type")?;
            (made.byte_range(), false, false)
        }
        "macro_invocation" => (field("macro")?.byte_range(), true, false),
        "new_expression" => {
            let made = field("constructor").or_else(|| field("type"))?;
            (bare(made, code)?, false, true)
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

/// The path that is called, without parentheses around it and types in brackets behind it; none
/// where something else stands between the parentheses.
fn bare(callee: Node<'_>, code: &Code<'_>) -> Option<Range<usize>> {
    let (mut node, mut is_inside) = (callee, false);
    loop {
        node = match node.kind() {
            "parenthesized_expression" => {
                is_inside = true;
                nodes::children(node).pop()?
            }
            "sequence_expression"
            | "comma_expression"
            | "pointer_expression"
            | "unary_expression"
                if is_inside =>
            {
                nodes::children(node).pop()?
            }
            "index_expression" if is_type(node.child_by_field_name("index"), code) => {
                node.child_by_field_name("operand")?
            }
            kind if is_inside && !is_path(kind) => return None,
            _ => return Some(node.byte_range()),
        }
    }
}

fn is_path(kind: &str) -> bool {
    let other = [
        "member_expression",
        "field_expression",
        "selector_expression",
        "attribute",
        "generic_function",
        "template_function",
        "non_null_expression",
    ];
    kind.ends_with("identifier") || other.contains(&kind)
}

/// Whether what stands in brackets looks like a type of Go rather than a place in a list.
fn is_type(index: Option<Node<'_>>, code: &Code<'_>) -> bool {
    const KNOWN: [&str; 19] = [
        "any",
        "bool",
        "byte",
        "complex128",
        "complex64",
        "error",
        "float32",
        "float64",
        "int",
        "int16",
        "int32",
        "int64",
        "int8",
        "rune",
        "string",
        "uint",
        "uint32",
        "uint64",
        "uint8",
    ];
    let text = index.and_then(|index| code.masked.get(index.byte_range()));
    let Some(text) = text.filter(|_| code.language == Language::Go) else {
        return false;
    };
    let name = text.trim_start_matches('*');
    let last = name.rsplit('.').next().unwrap_or(name);
    KNOWN.contains(&last) || last.starts_with(char::is_uppercase)
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
        let before = without_types(text, text[..begin].trim_end());
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

/// What stands before a name, without the types that Java has there: `List.<String>of`.
fn without_types<'t>(text: &str, before: &'t str) -> &'t str {
    let end = without_generics(text, before.len());
    let rest = before.get(..end).unwrap_or(before);
    match before.ends_with('>') && rest.ends_with('.') {
        true => rest,
        false => before,
    }
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
