//! Routes of Express, Fastify, Koa's router, Hono, restify, polka and hapi.
//!
//! The rule: `R.get('/path', …)` declares a route where `R` is a router (`receiver`) and
//! something that can handle it follows the path: a function, a name, a list, or an object with a
//! `handler`. Where it is not known what `R` is, a function must follow, and take a request rather
//! than an error. `R.use('/path', …)` on a router declares one of any method.
//! `R.route({ method, url })` is Fastify's and hapi's, `R.route('POST', '/path', …)` find-my-way's,
//! `R.route('/path').get(…)` Express's. `R` may be what a plugin is given. What stands before a path: `javascript_prefix`.

use tree_sitter::Node;

use super::javascript_prefix::{call, inside, is_given, own_prefix, plugin, prefix};
use super::mounts::{Declared, Found, Mount, scope};
use super::receiver::{Names, Receiver, root};
use super::{Source, listed, methods};
use crate::verify::nodes::{self, Call, REACH};

/// Collects them.
pub(super) fn find<'t>(source: Source<'t>, found: &mut Found) {
    let names = Names::of(source);
    nodes::walk(source.tree, |node, above| {
        if node.kind() == "variable_declarator" {
            own_prefix(node, above, source.text, found);
        }
        if node.kind() != "call_expression" {
            return;
        }
        if let Some(call) = call(node, source.text) {
            let seen = Seen {
                node,
                above,
                text: source.text,
                names: &names,
            };
            seen.route(&call, found);
            seen.mount(&call, found);
        }
    });
}

/// A call, and what is around it.
struct Seen<'a, 't> {
    node: Node<'t>,
    above: &'a [Node<'t>],
    text: &'t str,
    names: &'a Names<'t>,
}

impl<'t> Seen<'_, 't> {
    fn route(&self, call: &Call<'t>, found: &mut Found) {
        let (Some(on), Some(first)) = (call.receiver, call.arguments.first()) else {
            return;
        };
        if call.name == "route" && matches!(first.kind(), "object" | "array") {
            return self.described(on, *first, found);
        }
        if matches!(call.name, "route" | "on" | "add" | "addRoute" | "method") {
            return self.by_method(on, call, found);
        }
        let methods = match call.name {
            "use" => Some(Vec::new()),
            name => methods(name),
        };
        let Some(methods) = methods else { return };
        let receiver = self.receiver(on);
        if let Some(path) = routed(on, self.text) {
            if receiver != Receiver::Client && self.handles(receiver, &call.arguments) {
                found.declared.push(self.declared(methods, path, on, call));
            }
            return;
        }
        if call.name == "use" && receiver != Receiver::Router
            || !self.handles(receiver, &call.arguments[1..])
        {
            return;
        }
        for path in nodes::literals(*first, self.text) {
            let is_path = path.value.is_empty() || path.value.starts_with(['/', '*', '{']);
            let is_literal = !matches!(first.kind(), "object" | "call_expression");
            if is_path && is_literal {
                found
                    .declared
                    .push(self.declared(methods.clone(), path, on, call));
            }
        }
    }

    fn receiver(&self, on: Node<'t>) -> Receiver {
        let known = self.names.receiver(on, self.text);
        let name = nodes::words(root(on, self.text), self.text);
        match known {
            Receiver::Unknown if is_given(self.above, name, self.text) => Receiver::Router,
            known => known,
        }
    }

    fn declared(
        &self,
        methods: Vec<String>,
        path: nodes::Literal,
        on: Node<'t>,
        call: &Call<'t>,
    ) -> Declared {
        let handler = call.arguments.last();
        let handler = handler.map(|last| nodes::last_name(*last, self.text));
        // In a chain of calls, its own begins behind the others.
        let start = match on.kind() {
            "call_expression" => on.end_byte(),
            _ => self.node.start_byte(),
        };
        Declared {
            methods,
            path: path.value,
            range: path.range,
            declaration: start..self.node.end_byte(),
            handler: handler.filter(|name| !name.is_empty()).map(str::to_owned),
            owner: self.owner(on),
            inside: inside(self.above, self.node.start_byte(), self.text),
        }
    }

    fn owner(&self, on: Node<'t>) -> Option<String> {
        let root = root(on, self.text);
        if matches!(root.kind(), "identifier" | "member_expression") {
            let name = nodes::words(root, self.text);
            return Some(
                plugin(self.above, name, self.text)
                    .unwrap_or(name)
                    .to_owned(),
            );
        }
        // `new Hono().get(…)`, of which a variable is made.
        let made = self.above.iter().rev().take(REACH);
        let made = made.take_while(|node| !node.kind().ends_with("function"));
        let mut made = made.filter(|node| node.kind() == "variable_declarator");
        let name = made.next()?.child_by_field_name("name")?;
        Some(nodes::words(name, self.text).to_owned())
    }

    /// Whether what follows a path can handle a route.
    fn handles(&self, receiver: Receiver, rest: &[Node<'t>]) -> bool {
        let Some(last) = rest.last() else {
            return false;
        };
        match receiver {
            Receiver::Client => false,
            Receiver::Router => match last.kind() {
                "object" => property(*last, &["handler"], self.text).is_some(),
                kind => !nodes::is_string(kind) && !matches!(kind, "number" | "true" | "false"),
            },
            Receiver::Unknown => takes_request(*last, self.text),
        }
    }

    /// `router.route('POST', '/path', handler)`, `router.on(['GET'], '/path', handler)`.
    fn by_method(&self, on: Node<'t>, call: &Call<'t>, found: &mut Found) {
        let [first, path, _, ..] = call.arguments.as_slice() else {
            return;
        };
        let words = nodes::literals(*first, self.text);
        let methods = listed(words.iter().map(|word| word.value.as_str()));
        let path = nodes::literal(*path, self.text).filter(|path| path.value.starts_with('/'));
        if let Some(path) = path.filter(|_| !methods.is_empty()) {
            found.declared.push(self.declared(methods, path, on, call));
        }
    }

    /// `fastify.route({ method, url })`, `server.route([{ method, path }])`.
    fn described(&self, on: Node<'t>, description: Node<'t>, found: &mut Found) {
        let several = match description.kind() {
            "array" => nodes::children(description),
            _ => vec![description],
        };
        for one in several {
            let method = property(one, &["method", "methods"], self.text);
            let path = property(one, &["url", "path"], self.text);
            let (Some(method), Some(path)) = (method, path) else {
                continue;
            };
            let words = nodes::literals(method, self.text);
            for path in nodes::literals(path, self.text) {
                found.declared.push(Declared {
                    methods: listed(words.iter().map(|word| word.value.as_str())),
                    path: path.value,
                    range: path.range,
                    declaration: self.node.byte_range(),
                    handler: property(one, &["handler"], self.text)
                        .map(|node| nodes::last_name(node, self.text).to_owned())
                        .filter(|name| !name.is_empty()),
                    owner: self.owner(on),
                    inside: inside(self.above, self.node.start_byte(), self.text),
                });
            }
        }
    }

    /// `app.use('/api', router)`, `fastify.register(routes, { prefix: '/api' })`.
    fn mount(&self, call: &Call<'t>, found: &mut Found) {
        let Some(on) = call.receiver else { return };
        if !matches!(call.name, "use" | "register" | "route" | "mount") {
            return;
        }
        let Some(prefix) = prefix(call, self.text) else {
            return;
        };
        let owner = self.owner(on);
        for argument in &call.arguments {
            if matches!(argument.kind(), "identifier" | "member_expression") {
                let name = nodes::words(*argument, self.text);
                found.mounts.push(Mount {
                    name: name.to_owned(),
                    prefix: prefix.clone(),
                    owner: owner.clone(),
                    scope: scope(self.above),
                    own: false,
                });
            }
        }
    }
}

/// The path of `router.route('/path')` in a chain of calls on it.
fn routed(on: Node<'_>, text: &str) -> Option<nodes::Literal> {
    let mut at = on;
    for _ in 0..REACH {
        let (on, name) = nodes::callee(at, text)?;
        if name == "route" {
            return nodes::literal(*nodes::call(at, text)?.arguments.first()?, text);
        }
        methods(name)?;
        at = on?;
    }
    None
}

/// The value of a property of an object; of a method, the method.
pub(super) fn property<'t>(object: Node<'t>, names: &[&str], text: &str) -> Option<Node<'t>> {
    if object.kind() != "object" {
        return None;
    }
    nodes::children(object).into_iter().find_map(|pair| {
        let key = nodes::field(pair, &["key", "name"]).unwrap_or(pair);
        let key = nodes::words(key, text).trim_matches(['\'', '"']);
        let value = pair.child_by_field_name("value").unwrap_or(pair);
        names.contains(&key).then_some(value)
    })
}

/// Whether a node is a function whose first argument is a request.
fn takes_request(node: Node<'_>, text: &str) -> bool {
    if !matches!(
        node.kind(),
        "arrow_function" | "function_expression" | "function"
    ) {
        return false;
    }
    let first = match nodes::field(node, &["parameter", "parameters"]) {
        Some(many) if many.kind() == "formal_parameters" => many.named_child(0),
        one => one,
    };
    let words = first
        .map(|first| nodes::words(first, text))
        .unwrap_or_default();
    let name = words
        .split([':', '=', '?'])
        .next()
        .unwrap_or_default()
        .trim();
    let name = name.trim_start_matches('_');
    matches!(name, "req" | "request" | "ctx" | "context" | "c")
}
