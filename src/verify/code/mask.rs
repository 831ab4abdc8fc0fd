//! A text without its comments and without what is in its strings.
//!
//! Blanks stand for them, so that every byte keeps its place. Code within a string (`${…}`, the
//! `{…}` of an f-string) is code.

use std::ops::Range;
use std::sync::OnceLock;

use tree_sitter::{Node, Tree};

use super::preprocessor;
use crate::model::spec::Language;
use crate::verify::grammar;

/// What a kind of node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    /// Code, or something with code and other things in it.
    Code,
    /// A comment, a string, or text.
    Text,
    /// Code within a string.
    Within,
    /// Tokens that the grammar leaves as they are, but for comments and strings.
    Tokens,
    /// A line that it leaves as it is, with comments and strings.
    Line,
}

/// What comes of it.
pub struct Masked {
    /// The text with its blanks.
    pub text: String,
    /// How many nodes lie in each other at most.
    pub depth: usize,
    /// Where tokens are left as they are.
    pub unparsed: Vec<Range<usize>>,
}

/// The text without comments and strings. A stack of our own is not needed: the cursor has one.
pub fn mask(language: Language, tree: &Tree, text: &str) -> Masked {
    let classes = classes(language);
    let mut bytes = text.as_bytes().to_vec();
    let (mut depth, mut deepest, mut unparsed) = (0, 0, Vec::<Range<usize>>::new());
    let mut cursor = tree.walk();
    loop {
        let node = cursor.node();
        let class = classes.get(usize::from(node.kind_id())).copied();
        apply(
            class.unwrap_or(Class::Code),
            node,
            text,
            &mut bytes,
            &mut unparsed,
        );
        if cursor.goto_first_child() {
            depth += 1;
            deepest = deepest.max(depth);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return Masked {
                    // Nothing but whole characters was replaced.
                    text: String::from_utf8(bytes).unwrap_or_default(),
                    depth: deepest,
                    unparsed,
                };
            }
            depth -= 1;
        }
    }
}

fn apply(
    class: Class,
    node: Node<'_>,
    text: &str,
    bytes: &mut [u8],
    unparsed: &mut Vec<Range<usize>>,
) {
    let range = node.byte_range();
    let Some(part) = text.get(range.clone()) else {
        return;
    };
    match class {
        Class::Code => {}
        Class::Text => blank(part, &mut bytes[range]),
        Class::Within => bytes[range].copy_from_slice(part.as_bytes()),
        Class::Tokens => tokens(range, unparsed),
        Class::Line if is_message(node, text) => blank(part, &mut bytes[range]),
        Class::Line => line(range.start, text, bytes, unparsed),
    }
}

/// A directive's line: the grammars see its end at the first comment.
fn line(start: usize, text: &str, bytes: &mut [u8], unparsed: &mut Vec<Range<usize>>) {
    if unparsed.last().is_some_and(|last| last.end > start) {
        return;
    }
    let rest = text.get(start..).unwrap_or_default();
    let range = start..start + preprocessor::length(rest);
    if let Some(part) = text.get(range.clone()) {
        preprocessor::mask(part, &mut bytes[range.clone()]);
    }
    tokens(range, unparsed);
}

/// Remembers tokens, unless they are part of others.
fn tokens(range: Range<usize>, unparsed: &mut Vec<Range<usize>>) {
    if unparsed.last().is_none_or(|last| last.end <= range.start) {
        unparsed.push(range);
    }
}

/// Whether a line is for people: `#error` and `#warning`.
fn is_message(node: Node<'_>, text: &str) -> bool {
    let before = text.get(..node.start_byte()).unwrap_or_default();
    let word = before.trim_end();
    word.ends_with("error") || word.ends_with("warning")
}

/// Blanks a part out, but for its lines and the quotes around it.
pub(super) fn blank(part: &str, bytes: &mut [u8]) {
    let is_quote = |byte: Option<&u8>| matches!(byte, Some(b'"' | b'\'' | b'`'));
    let (first, last) = (part.as_bytes().first(), part.as_bytes().last());
    let is_quoted = part.len() > 1 && is_quote(first) && first == last;
    for byte in bytes.iter_mut() {
        if !matches!(byte, b'\n' | b'\r') {
            *byte = b' ';
        }
    }
    if let (true, Some(quote)) = (is_quoted, first) {
        let end = bytes.len() - 1;
        (bytes[0], bytes[end]) = (*quote, *quote);
    }
}

/// The class of each kind of node, by its number.
fn classes(language: Language) -> &'static [Class] {
    static KNOWN: [OnceLock<Vec<Class>>; Language::ALL.len()] =
        [const { OnceLock::new() }; Language::ALL.len()];
    let at = Language::ALL.iter().position(|other| *other == language);
    let Some(known) = at.and_then(|at| KNOWN.get(at)) else {
        return &[];
    };
    known.get_or_init(|| {
        let grammar = grammar::of(language);
        let kinds = 0..u16::try_from(grammar.node_kind_count()).unwrap_or(u16::MAX);
        let class = |id| match grammar.node_kind_is_named(id) {
            true => grammar.node_kind_for_id(id).map_or(Class::Code, class_of),
            false => Class::Code,
        };
        kinds.map(class).collect()
    })
}

/// What the nodes of a name are, in any of the grammars.
fn class_of(kind: &str) -> Class {
    match kind {
        "comment" | "line_comment" | "block_comment" | "html_comment" | "hash_bang_line"
        | "shebang" => Class::Text,
        "string"
        | "string_literal"
        | "raw_string_literal"
        | "interpreted_string_literal"
        | "template_string"
        | "template_literal_type"
        | "regex"
        | "jsx_text"
        | "html_character_reference"
        | "char_literal"
        | "character_literal"
        | "rune_literal"
        | "system_lib_string"
        | "format_specifier" => Class::Text,
        "format_expression"
        | "template_substitution"
        | "template_type"
        | "interpolation"
        | "string_interpolation" => Class::Within,
        "token_tree" => Class::Tokens,
        "preproc_arg" => Class::Line,
        _ => Class::Code,
    }
}
