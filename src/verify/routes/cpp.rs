//! Routes of cpp-httplib and Crow.
//!
//! The rule: `svr.Get("/path", …)` with a lambda or a name behind the path, on what is not called a
//! client; `CROW_ROUTE(app, "/path")`.

use super::mounts::{Declared, Found};
use super::{Source, methods};
use crate::verify::nodes;

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    let text = source.text;
    nodes::walk(source.tree, |node, _| {
        let Some(call) = nodes::call(node, text) else {
            return;
        };
        let is_crow = matches!(call.name, "CROW_ROUTE" | "CROW_BP_ROUTE");
        let path = call.arguments.get(usize::from(is_crow));
        let path = path.and_then(|path| nodes::literal(*path, text));
        let Some(path) = path.filter(|path| path.value.starts_with('/')) else {
            return;
        };
        let methods = match is_crow {
            true => Some(Vec::new()),
            false => methods(call.name).filter(|_| handled(&call, text)),
        };
        if let Some(methods) = methods {
            found.declared.push(Declared {
                methods,
                path: path.value,
                range: path.range,
                declaration: node.byte_range(),
                ..Declared::default()
            });
        }
    });
}

fn handled(call: &nodes::Call<'_>, text: &str) -> bool {
    let on = call.on(text).unwrap_or_default().to_ascii_lowercase();
    let is_client = on.is_empty() || on.starts_with("cl") || on.ends_with("client");
    let last = call.arguments.get(1).map(tree_sitter::Node::kind);
    !is_client && matches!(last, Some("lambda_expression" | "identifier"))
}
