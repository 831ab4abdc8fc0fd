//! What stands before the paths of routes in JavaScript: prefixes of routers, and of plugins, with
//! the functions that are given a router.

use tree_sitter::Node;

use super::javascript::property;
use super::mounts::{Found, scope};
use super::segments::join;
use crate::verify::nodes::{self, Call, REACH};

/// What the calls around a route put before it: `register(app => …, { prefix: '/api' })`.
pub(super) fn inside(above: &[Node<'_>], at: usize, text: &str) -> String {
    let calls = nodes::around(above, at, text).into_iter();
    let grouping = calls.filter(|call| matches!(call.name, "register" | "group" | "path"));
    let prefixes = grouping.filter_map(|call| prefix(&call, text));
    prefixes.fold(String::new(), |before, prefix| join(&before, &prefix))
}

/// What a call puts before the routes that it is given.
pub(super) fn prefix(call: &Call<'_>, text: &str) -> Option<String> {
    let first = call.arguments.first()?;
    let described = call.arguments.iter().find_map(|argument| {
        let prefix = property(*argument, &["prefix"], text)?;
        nodes::literal(prefix, text)
    });
    let literal = described.or_else(|| nodes::literal(*first, text))?;
    Some(literal.value)
}

/// `const router = new Router({ prefix: '/x' })`, `const app = new Hono().basePath('/x')`.
pub(super) fn own_prefix(node: Node<'_>, above: &[Node<'_>], text: &str, found: &mut Found) {
    let name = node.child_by_field_name("name");
    let value = node.child_by_field_name("value");
    let (Some(name), Some(value)) = (name, value) else {
        return;
    };
    let Some(call) = base(value, text).and_then(|call| nodes::call(call, text)) else {
        return;
    };
    let is_base = call.name == "basePath";
    let prefix = match is_base {
        true => call.arguments.first().copied(),
        false => call
            .arguments
            .first()
            .and_then(|first| property(*first, &["prefix"], text)),
    };
    if let Some(prefix) = prefix.and_then(|prefix| nodes::literal(prefix, text)) {
        found.own_prefix(nodes::words(name, text), prefix.value, scope(above));
    }
}

/// What a chain of calls starts with: what makes a router, or the base of its paths.
fn base<'t>(value: Node<'t>, text: &'t str) -> Option<Node<'t>> {
    let mut at = value;
    for _ in 0..REACH {
        match nodes::callee(at, text)? {
            (Some(below), name) if name != "basePath" && below.kind() != "identifier" => at = below,
            _ => break,
        }
    }
    Some(at)
}

/// The name of the function that a router is given to, as a plugin is: its routes are mounted with
/// the function.
pub(super) fn plugin<'t>(above: &[Node<'_>], router: &str, text: &'t str) -> Option<&'t str> {
    let near = above.iter().enumerate().rev().take(REACH);
    let takes_it = |node: &Node<'_>| {
        let parameters = nodes::field(*node, &["parameters", "parameter"]);
        let words = parameters
            .map(|list| nodes::words(list, text))
            .unwrap_or_default();
        let mut names = words.split(|c: char| !c.is_alphanumeric() && c != '_');
        names.any(|name| name == router)
    };
    let (at, function) = near.into_iter().find(|(_, node)| takes_it(node))?;
    let named = function.child_by_field_name("name");
    let variable = || above.get(at.checked_sub(1)?)?.child_by_field_name("name");
    Some(nodes::words(named.or_else(variable)?, text))
}

/// Whether a name is the router that a function around is given: one that is registered, as
/// `register(async (f) => …)`, or a plugin that a file exports, as
/// `module.exports = async function (f, opts) { … }`.
pub(super) fn is_given(above: &[Node<'_>], name: &str, text: &str) -> bool {
    let near = above.iter().enumerate().rev().take(REACH);
    let mut functions = near.filter(|(_, node)| first_parameter(**node, text) == Some(name));
    let Some((at, function)) = functions.next() else {
        return false;
    };
    let outer = above[..at].iter().rev().take(3);
    let calls = outer.filter_map(|node| nodes::callee(*node, text));
    let mut calls = calls.map(|(_, name)| name);
    calls.any(|name| matches!(name, "register" | "fp" | "fastifyPlugin" | "plugin"))
        || takes_options(*function, text)
            && above[..at]
                .iter()
                .rev()
                .take(2)
                .any(|node| exports(*node, text))
}

/// The name of the first parameter of a function.
fn first_parameter<'t>(function: Node<'_>, text: &'t str) -> Option<&'t str> {
    let first = match nodes::field(function, &["parameters", "parameter"])? {
        one if one.kind() == "identifier" => one,
        many => many.named_child(0)?,
    };
    let name = first.child_by_field_name("pattern").unwrap_or(first);
    Some(nodes::words(name, text))
}

/// Whether the second parameter of a function is called as options are.
fn takes_options(function: Node<'_>, text: &str) -> bool {
    let parameters = function.child_by_field_name("parameters");
    let second = parameters.and_then(|many| many.named_child(1));
    let words = second.map(|second| nodes::words(second, text));
    words.is_some_and(|words| {
        let name = words.trim_start_matches('_');
        name.is_empty() || name == "o" || name.starts_with("opt")
    })
}

/// `module.exports = …`, `export default …`.
fn exports(node: Node<'_>, text: &str) -> bool {
    let left = node.child_by_field_name("left");
    let left = left.map(|left| nodes::words(left, text));
    node.kind() == "export_statement"
        || left.is_some_and(|left| left == "module.exports" || left.starts_with("exports."))
}

/// The call that a node is, of `app["get"]` as well.
pub(super) fn call<'t>(node: Node<'t>, text: &'t str) -> Option<Call<'t>> {
    let mut call = nodes::call(node, text)?;
    let function = node.child_by_field_name("function");
    let index = function
        .filter(|function| function.kind() == "subscript_expression")
        .and_then(|function| function.child_by_field_name("index"))
        .filter(|index| nodes::is_string(index.kind()));
    if let Some(index) = index {
        call.name = nodes::words(index, text).trim_matches(['"', '\'', '`']);
    }
    Some(call)
}
