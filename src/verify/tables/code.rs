//! Tables in the strings of a file that was parsed.
//!
//! Strings that are put together, side by side or with `+`, are one text; what is put between them
//! when the program runs is not known.

use tree_sitter::{Node, Tree};

use super::tokens::{Kind, Token};
use super::{Table, defines, models, shape, statements, tokens, told};
use crate::model::spec::Language;
use crate::verify::nodes;

/// The tables that a file of code names, in order.
pub fn in_code(language: Language, text: &str, tree: &Tree) -> Vec<Table> {
    let mut found = models::find(language, text, tree);
    let before = found.len();
    let mut short = Vec::new();
    nodes::walk(tree, |node, above| {
        let is_text = nodes::is_string(node.kind()) || joins(node) || is_body(node);
        if !is_text || above.last().is_some_and(|above| joins(*above)) {
            return;
        }
        let pieces = match is_body(node) {
            true => defines::of(node, text),
            false => collect(node, text),
        };
        if shape::is_sql(&pieces, false)
            || shape::is_sql(&pieces, true) && told::is_told(above, text)
        {
            found.append(&mut statements::tables(&pieces));
        } else if shape::is_short(&pieces) {
            short.append(&mut statements::tables(&pieces));
        }
    });
    // Where the file writes SQL, what may be SQL is.
    if found.len() > before {
        found.append(&mut short);
    }
    found.sort_by_key(|table| (table.range.start, table.range.end));
    found.dedup_by(|a, b| a.range == b.range);
    found
}

/// Whether a node is what a `#define` stands for.
fn is_body(node: Node<'_>) -> bool {
    node.kind() == "preproc_arg"
}

/// Whether a node puts strings together.
fn joins(node: Node<'_>) -> bool {
    match node.kind() {
        "concatenated_string" => true,
        "binary_expression" | "binary_operator" => {
            let operator = node.child_by_field_name("operator");
            operator.is_some_and(|operator| matches!(operator.kind(), "+" | "%"))
        }
        _ => false,
    }
}

/// The tokens of all strings that a node puts together.
fn collect<'t>(node: Node<'_>, text: &'t str) -> Vec<Token<'t>> {
    let mut tokens = Vec::new();
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if nodes::is_string(node.kind()) {
            string(node, text, &mut tokens);
        } else if joins(node) {
            waiting.extend(nodes::children(node).into_iter().rev());
        } else {
            tokens.push(hole(node));
        }
    }
    tokens
}

fn hole<'t>(node: Node<'_>) -> Token<'t> {
    // A word apart: what follows in another string does not touch it.
    let kind = Kind::Hole;
    let range = node.byte_range();
    Token { kind, range }
}

/// The tokens of one string.
fn string<'t>(node: Node<'_>, text: &'t str, found: &mut Vec<Token<'t>>) {
    let is_inner = |node: &Node<'_>| !matches!(node.kind(), "string_start" | "string_end");
    let parts: Vec<_> = nodes::children(node).into_iter().filter(is_inner).collect();
    if let (Some(first), Some(last)) = (parts.first(), parts.last()) {
        let inner = first.start_byte()..last.end_byte();
        found.append(&mut tokens::of(text, inner, true));
    }
}
