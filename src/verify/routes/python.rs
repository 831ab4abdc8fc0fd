//! Routes of Flask, `FastAPI`, Starlette, Sanic, Bottle, aiohttp, Falcon and Pyramid.
//!
//! The rule: a decorator `@X.get("/path")` or `@X.route("/path", methods=[…])` is a route whatever
//! `X` is; so is one without `X` (Bottle, Litestar) whose path starts with a slash. Besides, calls
//! that say what they do: `add_url_rule`, `add_api_route`, `add_resource`, `add_route`,
//! `router.add_get`, `web.get("/path", handler)`, `Route("/path", endpoint)`. A call of `get` that
//! is no decorator is a client's.

use tree_sitter::Node;

use super::mounts::{Declared, EVERYWHERE, Found, Mount, scope};
use super::segments::join;
use super::{Source, listed, methods};
use crate::verify::nodes::{self, Call, Literal};

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    nodes::walk(source.tree, |node, above| match node.kind() {
        "decorator" => decorator(node, above, source.text, found),
        "call" => {
            if let Some(call) = nodes::call(node, source.text) {
                let seen = Seen {
                    node,
                    above,
                    text: source.text,
                };
                seen.added(&call, found);
                seen.mounted(&call, found);
            }
        }
        "assignment" => own_prefix(node, above, source.text, found),
        _ => {}
    });
}

/// `@app.get("/path")`.
fn decorator(node: Node<'_>, above: &[Node<'_>], text: &str, found: &mut Found) {
    let call = node
        .named_child(0)
        .and_then(|inner| nodes::call(inner, text));
    let Some(call) = call else { return };
    let own = match call.name {
        "route" | "api_route" => named_methods(&call, text).or(Some(vec!["GET".to_owned()])),
        "websocket" | "websocket_route" => Some(vec!["GET".to_owned()]),
        name => methods(name),
    };
    let (Some(methods), Some(path)) = (own, path(&call, text)) else {
        return;
    };
    let is_path = path.value.is_empty() || path.value.starts_with(['/', '{', '<']);
    if !is_path || call.receiver.is_none() && !path.value.starts_with('/') {
        return;
    }
    let decorated = above.last().copied().unwrap_or(node);
    let handler = decorated.child_by_field_name("definition");
    let handler = handler.and_then(|handler| handler.child_by_field_name("name"));
    found.declared.push(Declared {
        methods,
        path: path.value,
        range: path.range,
        declaration: node.start_byte()..decorated.end_byte(),
        handler: handler.map(|name| nodes::words(name, text).to_owned()),
        owner: call.receiver.map(|on| nodes::words(on, text).to_owned()),
        inside: String::new(),
    });
}

/// The path of a route: its first argument, or one that is named.
fn path(call: &Call<'_>, text: &str) -> Option<Literal> {
    let named = call.named(&["path", "rule", "uri"], text);
    nodes::literal(named.or(call.arguments.first().copied())?, text)
}

fn named_methods(call: &Call<'_>, text: &str) -> Option<Vec<String>> {
    let named = call.named(&["methods", "method"], text)?;
    let words = nodes::literals(named, text);
    Some(listed(words.iter().map(|word| word.value.as_str())))
}

/// A call, and what is around it.
struct Seen<'a, 't> {
    node: Node<'t>,
    above: &'a [Node<'t>],
    text: &'t str,
}

impl<'t> Seen<'_, 't> {
    fn added(&self, call: &Call<'t>, found: &mut Found) {
        let text = self.text;
        let named = || named_methods(call, text);
        let on = call.on(text);
        let (methods, first) = match call.name {
            "add_url_rule" | "add_api_route" => (named().unwrap_or(listed(["GET"])), 0),
            "add_resource" => return self.resource(call, found),
            "add_route" => self.added_route(call),
            "Route" | "APIRoute" | "WebSocketRoute" => (named().unwrap_or(listed(["GET"])), 0),
            name if on == Some("web") => match methods(name) {
                Some(methods) => (methods, 0),
                None => return,
            },
            name if name.starts_with("add_") => match methods(&name["add_".len()..]) {
                Some(methods) => (methods, 0),
                None => return,
            },
            _ => return,
        };
        let path = call
            .arguments
            .get(first)
            .and_then(|path| nodes::literal(*path, text));
        let path = path.or_else(|| self::path(call, text));
        if let Some(path) = path.filter(|path| path.value.starts_with(['/', '{'])) {
            let handler = call.arguments.get(first + 1);
            let handler = handler.map(|node| nodes::last_name(*node, text).to_owned());
            self.declare(methods, path, handler, call, found);
        }
    }

    /// `app.add_route("/path", resource)`, aiohttp's `add_route("GET", "/path", handler)`, and
    /// Pyramid's `config.add_route("name", "/path")`.
    fn added_route(&self, call: &Call<'t>) -> (Vec<String>, usize) {
        let first = call.arguments.first();
        let first = first.and_then(|first| nodes::literal(*first, self.text));
        match first {
            Some(first) if first.value.starts_with('/') => {
                (named_methods(call, self.text).unwrap_or_default(), 0)
            }
            Some(first) => (listed([first.value.as_str()]), 1),
            None => (named_methods(call, self.text).unwrap_or_default(), 1),
        }
    }

    /// Flask-RESTful's `api.add_resource(Users, "/users", "/people")`.
    fn resource(&self, call: &Call<'t>, found: &mut Found) {
        let handler = call.arguments.first();
        let handler = handler.map(|node| nodes::last_name(*node, self.text).to_owned());
        let paths = call.arguments.iter().skip(1);
        for path in paths.filter_map(|path| nodes::literal(*path, self.text)) {
            self.declare(Vec::new(), path, handler.clone(), call, found);
        }
    }

    fn declare(
        &self,
        methods: Vec<String>,
        path: Literal,
        handler: Option<String>,
        call: &Call<'t>,
        found: &mut Found,
    ) {
        found.declared.push(Declared {
            methods,
            path: path.value,
            range: path.range,
            declaration: self.node.byte_range(),
            handler: handler.filter(|name| !name.is_empty()),
            owner: call
                .receiver
                .map(|on| nodes::words(on, self.text).to_owned()),
            inside: inside(self.above, self.node.start_byte(), self.text),
        });
    }

    /// `app.include_router(router, prefix="/x")`, `app.register_blueprint(bp, url_prefix="/x")`.
    fn mounted(&self, call: &Call<'t>, found: &mut Found) {
        if !matches!(
            call.name,
            "include_router" | "register_blueprint" | "mount" | "blueprint"
        ) {
            return;
        }
        let named = call.named(&["prefix", "url_prefix"], self.text);
        let first = || {
            call.arguments
                .first()
                .copied()
                .filter(|_| call.name == "mount")
        };
        let prefix = named
            .or_else(first)
            .and_then(|node| nodes::literal(node, self.text));
        let prefix = prefix.map(|prefix| prefix.value).unwrap_or_default();
        let routers = call
            .arguments
            .iter()
            .filter(|node| matches!(node.kind(), "identifier" | "attribute"));
        found.mounts.extend(routers.map(|router| {
            Mount {
                name: nodes::words(*router, self.text).to_owned(),
                prefix: prefix.clone(),
                owner: call
                    .receiver
                    .map(|on| nodes::words(on, self.text).to_owned()),
                scope: EVERYWHERE,
                own: false,
            }
        }));
    }
}

/// What Starlette's `Mount("/x", routes=[…])` around a route puts before it.
fn inside(above: &[Node<'_>], at: usize, text: &str) -> String {
    let calls = nodes::around(above, at, text).into_iter();
    let mounts = calls.filter(|call| call.name == "Mount");
    let prefixes = mounts.filter_map(|call| path(&call, text));
    prefixes.fold(String::new(), |before, prefix| join(&before, &prefix.value))
}

/// `bp = Blueprint("name", __name__, url_prefix="/x")`, `router = APIRouter(prefix="/x")`.
fn own_prefix(node: Node<'_>, above: &[Node<'_>], text: &str, found: &mut Found) {
    let name = node.child_by_field_name("left");
    let call = node
        .child_by_field_name("right")
        .and_then(|call| nodes::call(call, text));
    let (Some(name), Some(call)) = (name, call) else {
        return;
    };
    let prefix = call.named(&["prefix", "url_prefix"], text);
    if let Some(prefix) = prefix.and_then(|prefix| nodes::literal(prefix, text)) {
        found.own_prefix(nodes::words(name, text), prefix.value, scope(above));
    }
}
