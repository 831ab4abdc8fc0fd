//! Routes of axum, actix-web, Rocket, poem, salvo and tide.
//!
//! The rule: an attribute `#[get("/path")]` is a route (actix, Rocket); so is `.route("/path", …)`
//! with a second argument (axum, actix), `.at("/path", …)` (poem), and `resource("/path")` (actix),
//! whose methods are those that are named in what handles it: `get(…)`, `web::post()`. Clients have
//! neither. `.nest("/x", …)`, `scope("/x")` and `.mount("/x", routes![…])` put a prefix before
//! what is in them: written there, or in the variable or function that is named there.

use tree_sitter::Node;

use super::mounts::{Declared, EVERYWHERE, Found, Mount, scope};
use super::segments::join;
use super::{Source, listed, method};
use crate::verify::nodes::{self, Call, Literal, REACH};

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    nodes::walk(source.tree, |node, above| match node.kind() {
        "attribute_item" => attribute(node, source.text, found),
        "call_expression" => {
            if let Some(call) = nodes::call(node, source.text) {
                let seen = Seen {
                    node,
                    above,
                    text: source.text,
                };
                seen.route(&call, found);
                seen.mount(&call, found);
            }
        }
        _ => {}
    });
}

/// `#[get("/path")]`, `#[route("/path", method = "GET")]`.
fn attribute(item: Node<'_>, text: &str, found: &mut Found) {
    let Some(attribute) = item.named_child(0) else {
        return;
    };
    let Some(arguments) = attribute.child_by_field_name("arguments") else {
        return;
    };
    let name = attribute
        .named_child(0)
        .map(|name| nodes::last_name(name, text));
    let name = name.unwrap_or_default();
    let words = nodes::literals(arguments, text);
    let Some((path, rest)) = words.split_first() else {
        return;
    };
    let methods = match (method(name), name) {
        (Some(method), _) if method.to_lowercase() == name => vec![method.to_owned()],
        (_, "route") => listed(rest.iter().map(|word| word.value.as_str())),
        _ => return,
    };
    if !path.value.starts_with('/') && !path.value.is_empty() {
        return;
    }
    let function = function_behind(item);
    let handler = function.and_then(|function| function.child_by_field_name("name"));
    let handler = handler.map(|name| nodes::words(name, text).to_owned());
    found.declared.push(Declared {
        methods,
        path: path.value.clone(),
        range: path.range.clone(),
        declaration: item.start_byte()..function.unwrap_or(item).end_byte(),
        owner: handler.clone(),
        handler,
        inside: String::new(),
    });
}

/// The function that an attribute is of.
fn function_behind(item: Node<'_>) -> Option<Node<'_>> {
    let mut at = item.next_named_sibling();
    for _ in 0..REACH {
        match at?.kind() {
            "function_item" => return at,
            "attribute_item" | "line_comment" | "block_comment" => {
                at = at?.next_named_sibling();
            }
            _ => return None,
        }
    }
    None
}

/// A call, and what is around it.
struct Seen<'a, 't> {
    node: Node<'t>,
    above: &'a [Node<'t>],
    text: &'t str,
}

impl<'t> Seen<'_, 't> {
    fn route(&self, call: &Call<'t>, found: &mut Found) {
        let Some(path) = self.path(call) else { return };
        let handled = match (call.name, call.arguments.get(1)) {
            ("route" | "route_service" | "at", Some(handler)) => *handler,
            ("resource" | "at", None) => self.chain(),
            _ => return,
        };
        let (mut methods, mut handler) = (Vec::new(), None);
        handling(handled, self.text, 6, &mut methods, &mut handler);
        methods.reverse();
        found.declared.push(Declared {
            methods,
            range: path.range.clone(),
            declaration: path.range.start..handled.end_byte(),
            path: path.value,
            handler,
            owner: self.owner(),
            inside: join(
                &self.inside(),
                &scope_of(call, self.text).unwrap_or_default(),
            ),
        });
    }

    fn path(&self, call: &Call<'t>) -> Option<Literal> {
        let path = nodes::literal(*call.arguments.first()?, self.text)?;
        (path.value.is_empty() || path.value.starts_with(['/', '{', '*'])).then_some(path)
    }

    /// The whole chain of calls that starts with this one.
    fn chain(&self) -> Node<'t> {
        let links = self.above.iter().rev().take(REACH);
        let links = links.take_while(|node| {
            matches!(node.kind(), "field_expression" | "call_expression")
                && node.start_byte() == self.node.start_byte()
        });
        links.last().copied().unwrap_or(self.node)
    }

    /// The variable or the function that it is in.
    fn owner(&self) -> Option<String> {
        let name = self.above.iter().rev().find_map(|node| match node.kind() {
            "let_declaration" => node.child_by_field_name("pattern"),
            "function_item" => node.child_by_field_name("name"),
            _ => None,
        })?;
        Some(
            nodes::words(name, self.text)
                .trim_start_matches("mut ")
                .to_owned(),
        )
    }

    fn inside(&self) -> String {
        let around = nodes::around(self.above, self.node.start_byte(), self.text);
        let prefixes = around.iter().filter_map(|call| own_prefix(call, self.text));
        prefixes.fold(String::new(), |before, prefix| join(&before, &prefix))
    }

    /// `.nest("/x", users())`, `.service(users)`, `.mount("/x", routes![users])`.
    fn mount(&self, call: &Call<'t>, found: &mut Found) {
        let is_local = match call.name {
            "nest" | "nest_service" | "merge" => true,
            "service" | "configure" | "mount" => false,
            _ => return,
        };
        let prefix = own_prefix(call, self.text).unwrap_or_default();
        let prefix = join(&self.inside(), &prefix);
        for argument in &call.arguments {
            for name in mounted(*argument, self.text) {
                let is_variable = is_local && argument.kind() == "identifier";
                found.mounts.push(Mount {
                    name,
                    prefix: prefix.clone(),
                    owner: self.owner(),
                    scope: match is_variable {
                        true => scope(self.above),
                        false => EVERYWHERE,
                    },
                    own: false,
                });
            }
        }
    }
}

/// What a call puts before the routes in its arguments: `nest("/x", …)`, and `service(…)` of a
/// `scope("/x")`.
fn own_prefix(call: &Call<'_>, text: &str) -> Option<String> {
    if matches!(call.name, "nest" | "nest_service" | "mount") {
        let literal = nodes::literal(*call.arguments.first()?, text)?;
        return Some(literal.value);
    }
    scope_of(call, text)
}

/// The path of the `scope("/x")` that a call is made on, in a chain of calls.
fn scope_of(call: &Call<'_>, text: &str) -> Option<String> {
    let mut on = call.receiver?;
    for _ in 0..REACH {
        let (below, name) = nodes::callee(on, text)?;
        if name == "scope" {
            let path = *nodes::call(on, text)?.arguments.first()?;
            return nodes::literal(path, text).map(|path| path.value);
        }
        on = below?;
    }
    None
}

/// The names of variables and functions in an argument.
fn mounted(argument: Node<'_>, text: &str) -> Vec<String> {
    match argument.kind() {
        "identifier" | "scoped_identifier" => vec![nodes::last_name(argument, text).to_owned()],
        "call_expression" => nodes::call(argument, text)
            .map(|call| call.name.to_owned())
            .into_iter()
            .collect(),
        "macro_invocation" => {
            let list = nodes::children(argument).into_iter().last();
            let names = list.map(nodes::children).unwrap_or_default().into_iter();
            names
                .map(|name| nodes::words(name, text).to_owned())
                .collect()
        }
        _ => Vec::new(),
    }
}

/// The methods that are named in what handles a route, and the function's name.
fn handling(
    node: Node<'_>,
    text: &str,
    depth: usize,
    methods: &mut Vec<String>,
    handler: &mut Option<String>,
) {
    let mut at = Some(node);
    for _ in 0..REACH {
        let Some(call) = at
            .filter(|_| depth > 0)
            .and_then(|node| nodes::call(node, text))
        else {
            return;
        };
        let named = method(call.name).filter(|method| method.to_lowercase() == call.name);
        methods.extend(named.map(str::to_owned));
        if let Some(first) = call.arguments.first() {
            let name = nodes::last_name(*first, text);
            if (named.is_some() || call.name == "to") && !name.is_empty() {
                handler.get_or_insert(name.to_owned());
            }
            if call.name == "route" {
                handling(*first, text, depth - 1, methods, handler);
            }
        }
        at = call.receiver;
    }
}
