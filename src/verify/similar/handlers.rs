//! Declared routes as pieces of code: with the function that handles them, where the file has it.

use super::item::{self, Item, ItemKind};
use super::look::{Parsed, Piece};
use super::target::Target;
use super::{Query, words};
use crate::model::spec::Language;
use crate::verify::nodes;
use crate::verify::routes::{self, Route};

/// The routes of a file that may be wanted.
pub(super) fn find(
    parsed: &Parsed<'_>,
    language: Language,
    path: &str,
    target: &Target,
) -> Vec<Piece> {
    let Query::Route { method, .. } = &target.query else {
        return Vec::new();
    };
    let answers = |route: &Route| {
        let any = route.methods.is_empty();
        let own = |wanted: &String| any || route.methods.contains(wanted);
        method.as_ref().is_none_or(own)
    };
    let routes = routes::find(language, parsed.text, parsed.tree, path).into_iter();
    let items = item::find(parsed.text, parsed.tree);
    let piece = |route: Route| piece(parsed, route, &items);
    routes.filter(answers).map(piece).collect()
}

fn piece(parsed: &Parsed<'_>, route: Route, items: &[Item]) -> Piece {
    let named = |item: &&Item| route.handler.as_ref() == Some(&item.name) && item.has_body;
    let handler = items.iter().find(named);
    let inner = body_start(parsed, &route);
    let method = match route.methods.is_empty() {
        true => "ANY".to_owned(),
        false => route.methods.join(","),
    };
    let path = route.paths.first().map(String::as_str).unwrap_or_default();
    let end = inner.unwrap_or(route.declaration.end);
    let root = parsed.tree.root_node();
    let around = root.descendant_for_byte_range(route.declaration.start, route.declaration.end);
    let declared = route.declaration.start..end;
    let declared = item::signature(around.unwrap_or(root), &declared, parsed.text);
    let item = Item {
        kind: ItemKind::Route,
        name: format!("{method} {path}"),
        of: None,
        signature: signature(declared, handler, inner.is_some()),
        range: route.declaration.clone(),
        has_body: inner.is_some() || handler.is_some(),
    };
    let mut piece = parsed.piece(item);
    if let Some(handler) = handler.filter(|_| inner.is_none()) {
        // What it is made of is what the function is made of.
        let body = parsed.piece(handler.clone());
        piece.features = body.features;
        piece.end_line = piece.end_line.max(piece.line + (body.end_line - body.line));
    }
    piece.words = path_words(path);
    piece.route = Some(route);
    piece
}

/// The words of a path, without those of its parameters.
pub(super) fn path_words(path: &str) -> Vec<String> {
    let fixed = path
        .split('/')
        .filter(|part| !part.starts_with([':', '{', '<', '*', '[', '$', '(']));
    fixed.flat_map(words::split).collect()
}

/// The declaration on a line, and behind it the function that handles it.
fn signature(declared: String, handler: Option<&Item>, is_inline: bool) -> String {
    match handler {
        Some(handler) if !is_inline => format!("{declared}  → {}", handler.signature),
        _ => declared,
    }
}

/// Where the body of the function begins that stands in the declaration.
fn body_start(parsed: &Parsed<'_>, route: &Route) -> Option<usize> {
    let range = route.declaration.clone();
    let root = parsed
        .tree
        .root_node()
        .descendant_for_byte_range(range.start, range.end)?;
    let mut waiting = vec![root];
    let mut left = 2_000;
    while let Some(node) = waiting.pop() {
        let is_inside = node.start_byte() >= range.start && node.end_byte() <= range.end;
        let body = node.child_by_field_name("body").filter(|_| is_inside);
        if let Some(body) = body.filter(|body| body.end_byte() - body.start_byte() > 2) {
            return Some(body.start_byte());
        }
        left -= 1;
        if left == 0 {
            return None;
        }
        waiting.extend(nodes::children(node).into_iter().rev());
    }
    None
}
