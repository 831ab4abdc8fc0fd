//! Routes of Django: `path`, `re_path` and `url`, and the routers of its REST framework.
//!
//! The rule: a call of `path`, `re_path` or `url` by that name alone, with a literal and a view, in
//! a file that names Django. `include([…])` within one puts its path before those in it. What
//! `router.register(r'users', …)` declares is a route where the file names `rest_framework`.

use tree_sitter::Node;

use super::Source;
use super::mounts::{Declared, Found};
use super::segments::join;
use crate::verify::nodes::{self, Call};

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    let is_django = source.text.contains("django") || source.text.contains("urlpatterns");
    let has_routers = source.text.contains("rest_framework");
    if !is_django && !has_routers {
        return;
    }
    nodes::walk(source.tree, |node, above| {
        let call = (node.kind() == "call").then(|| nodes::call(node, source.text));
        let Some(call) = call.flatten() else { return };
        let path = pattern(&call, source.text).or_else(|| {
            (has_routers && is_register(&call))
                .then(|| first(&call, source.text))
                .flatten()
        });
        if let Some(path) = path {
            let handler = call.arguments.get(1);
            let handler = handler.map(|node| view(*node, source.text).to_owned());
            found.declared.push(Declared {
                path: path.value,
                range: path.range,
                declaration: node.byte_range(),
                handler: handler.filter(|name| !name.is_empty()),
                inside: inside(above, node.start_byte(), source.text),
                ..Declared::default()
            });
        }
    });
}

/// The view of `views.index`, or of `Index.as_view()`.
fn view<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    match nodes::call(node, text).and_then(|call| call.receiver) {
        Some(class) => nodes::last_name(class, text),
        None => nodes::last_name(node, text),
    }
}

fn is_register(call: &Call<'_>) -> bool {
    call.name == "register" && call.receiver.is_some() && call.arguments.len() > 1
}

fn first(call: &Call<'_>, text: &str) -> Option<nodes::Literal> {
    nodes::literal(*call.arguments.first()?, text)
}

fn pattern(call: &Call<'_>, text: &str) -> Option<nodes::Literal> {
    let is_pattern = matches!(call.name, "path" | "re_path" | "url");
    if !is_pattern || call.receiver.is_some() || call.arguments.len() < 2 {
        return None;
    }
    let mut literal = first(call, text)?;
    if call.name != "path" {
        literal.value = plain(&literal.value);
    }
    Some(literal)
}

/// A regular expression as a path: without anchors, its groups as parameters.
fn plain(pattern: &str) -> String {
    let bare = pattern.trim_start_matches('^').trim_end_matches('$');
    let bare = bare
        .trim_end_matches("/?")
        .replace("\\.", ".")
        .replace("\\-", "-");
    bare.replace("\\/", "/")
}

fn inside(above: &[Node<'_>], at: usize, text: &str) -> String {
    let calls = nodes::around(above, at, text).into_iter();
    let paths = calls.filter_map(|call| pattern(&call, text));
    paths.fold(String::new(), |before, path| join(&before, &path.value))
}
