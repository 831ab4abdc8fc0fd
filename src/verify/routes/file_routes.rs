//! Routes that are named by where a file is: Next.js's `app/users/[id]/route.ts` and
//! `pages/api/users.ts`.
//!
//! The rule: in `app/…/route.*`, every exported function named as a method; in `pages/api/…`, what
//! the file exports as its default, for any method.

use tree_sitter::Node;

use super::mounts::{Declared, Found};
use super::{Source, method};
use crate::verify::nodes;

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    let Some((path, by_method)) = path(source.path) else {
        return;
    };
    for node in nodes::children(source.tree.root_node()) {
        if node.kind() != "export_statement" {
            continue;
        }
        let names = match by_method {
            true => exported(node, source.text),
            false => default(node),
        };
        found.declared.extend(names.into_iter().map(|name| {
            Declared {
                methods: name
                    .and_then(|name| method(nodes::words(name, source.text)))
                    .map(str::to_owned)
                    .into_iter()
                    .collect(),
                path: path.clone(),
                range: name.unwrap_or(node).byte_range(),
                declaration: node.byte_range(),
                ..Declared::default()
            }
        }));
    }
}

/// The route that a file is, and whether what it exports is named as methods.
fn path(path: &str) -> Option<(String, bool)> {
    let path = format!("/{path}");
    let (whole, _) = path.rsplit_once('.')?;
    if let Some((_, inner)) = whole.rsplit_once("/pages/api/") {
        let inner = inner.strip_suffix("index").unwrap_or(inner);
        return Some((format!("/api/{}", segments(inner)), false));
    }
    let inner = whole.strip_suffix("/route")?;
    let (_, inner) = format!("{inner}/")
        .split_once("/app/")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))?;
    Some((format!("/{}", segments(&inner)), true))
}

/// The parts that are in the address: no groups such as `(admin)` and no slots such as `@side`.
fn segments(inner: &str) -> String {
    let shown = |part: &&str| !part.starts_with(['(', '@']) && !part.is_empty();
    let parts = inner
        .split('/')
        .filter(shown)
        .map(|part| match part.contains("...") {
            true => "*",
            false => part,
        });
    parts.collect::<Vec<_>>().join("/")
}

/// The names of exported functions that are methods.
fn exported<'t>(node: Node<'t>, text: &str) -> Vec<Option<Node<'t>>> {
    let Some(declaration) = node.child_by_field_name("declaration") else {
        return Vec::new();
    };
    let mut declarators = vec![declaration];
    declarators.extend(nodes::children(declaration));
    let names = declarators
        .into_iter()
        .filter_map(|node| node.child_by_field_name("name"));
    let is_method = |name: &Node<'_>| {
        let name = nodes::words(*name, text);
        method(name).is_some_and(|method| method == name)
    };
    names.filter(is_method).map(Some).collect()
}

fn default(node: Node<'_>) -> Vec<Option<Node<'_>>> {
    let mut cursor = node.walk();
    let is_default = node
        .children(&mut cursor)
        .any(|child| child.kind() == "default");
    is_default.then_some(None).into_iter().collect()
}
