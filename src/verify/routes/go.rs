//! Routes of `net/http`, Gin, echo, chi, gorilla/mux, fiber and httprouter.
//!
//! The rule: `X.HandleFunc("GET /path", …)` and `X.Handle` are routes; so is a method in capitals
//! with a handler, `r.GET("/path", h)`. One in title case, `r.Get("/path", h)`, is where the file
//! imports a router that has such methods or `r` is called as one, and not as a client is:
//! `http.Get(url)` and `client.Post(url, kind, body)` are no routes. `r.Group("/x")`,
//! `PathPrefix("/x")` and `r.Route("/x", func…)` put a prefix before theirs.

use tree_sitter::Node;

use super::mounts::{Declared, Found, Mount, scope};
use super::segments::join;
use super::{Source, listed, method, methods};
use crate::verify::nodes::{self, Call, Literal, REACH};

/// Routers whose methods are written in title case.
const TITLE_CASE: [&str; 10] = [
    "go-chi/chi",
    "gofiber/fiber",
    "goji.io",
    "macaron",
    "martini",
    "go-zoo/bone",
    "bmizerany/pat",
    "gorilla/pat",
    "kataras/iris",
    "flamego",
];

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    let title_case = TITLE_CASE.iter().any(|module| source.text.contains(module));
    nodes::walk(source.tree, |node, above| match node.kind() {
        "call_expression" => {
            if let Some(call) = nodes::call(node, source.text) {
                let seen = Seen {
                    node,
                    above,
                    text: source.text,
                    title_case,
                };
                seen.route(&call, found);
                seen.mount(&call, found);
            }
        }
        "short_var_declaration" | "assignment_statement" | "var_spec" => {
            group(node, above, source.text, found);
        }
        _ => {}
    });
}

/// A call, and what is around it.
struct Seen<'a, 't> {
    node: Node<'t>,
    above: &'a [Node<'t>],
    text: &'t str,
    title_case: bool,
}

impl<'t> Seen<'_, 't> {
    fn route(&self, call: &Call<'t>, found: &mut Found) {
        let Some((methods, path)) = self.declared(call) else {
            return;
        };
        let (word, rest) = path.value.split_once(' ').unwrap_or(("", &path.value));
        let (methods, written) = match method(word) {
            Some(method) => (vec![method.to_owned()], rest.trim_start()),
            None => (methods, path.value.as_str()),
        };
        // `net/http` takes a host before the path.
        let start = written.find('/').unwrap_or(0);
        let handler = call.arguments.last();
        let handler = handler.map(|last| nodes::last_name(*last, self.text).to_owned());
        found.declared.push(Declared {
            methods,
            path: written[start..].to_owned(),
            range: path.range,
            declaration: self.node.byte_range(),
            handler: handler.filter(|name| !name.is_empty()),
            owner: call.receiver.and_then(|on| base(on, self.text)),
            inside: join(&self.inside(), &groups(call.receiver, self.text)),
        });
    }

    /// The methods and the path that a call declares.
    fn declared(&self, call: &Call<'t>) -> Option<(Vec<String>, Literal)> {
        let on = call.on(self.text)?;
        let literal = |at: usize| nodes::literal(*call.arguments.get(at)?, self.text);
        let is_path = |path: &Literal| {
            let bare = path.value.rsplit(' ').next().unwrap_or_default();
            bare.contains('/') && !bare.contains("://") || path.value.is_empty()
        };
        let handled = call.arguments.len() > 1 && self.handles(*call.arguments.last()?);
        match call.name {
            "HandleFunc" | "Handle" | "Handler" | "HandlerFunc" | "Add" | "Method"
            | "MethodFunc" | "Match"
                if call.arguments.len() > 2 =>
            {
                let methods = self.method_words(call.arguments[0]);
                literal(1).filter(is_path).map(|path| (methods, path))
            }
            "HandleFunc" | "Handle" if handled => {
                let methods = self.of_chain("Methods");
                literal(0).filter(is_path).map(|path| (methods, path))
            }
            name => {
                let methods = methods(name)?;
                let capitals = name.len() > 2 && name.bytes().all(|b| b.is_ascii_uppercase());
                let is_title = name.starts_with(|c: char| c.is_ascii_uppercase())
                    && (self.title_case || is_router(on) || self.is_given(on) || name == "Any");
                let is_route = capitals || is_title && !is_client(on);
                let path = literal(0).filter(|path| is_path(path) || path.value == "*");
                path.filter(|_| handled && is_route)
                    .map(|path| (methods, path))
            }
        }
    }

    /// Whether a function around it takes a router by this name.
    fn is_given(&self, name: &str) -> bool {
        let lists = self.above.iter().rev().take(REACH);
        let lists = lists.filter_map(|node| node.child_by_field_name("parameters"));
        let mut given = lists.flat_map(nodes::children).filter(|one| {
            let own = one.child_by_field_name("name");
            own.is_some_and(|own| nodes::words(own, self.text) == name)
        });
        let kind = given.next().and_then(|one| one.child_by_field_name("type"));
        let kind = kind.map(|kind| nodes::words(kind, self.text));
        kind.is_some_and(|kind| kind.ends_with("Router") || kind.ends_with("Mux"))
    }

    /// Whether a node can handle a route: a function or the name of one.
    fn handles(&self, node: Node<'t>) -> bool {
        matches!(
            node.kind(),
            "identifier"
                | "selector_expression"
                | "func_literal"
                | "call_expression"
                | "type_conversion_expression"
                | "unary_expression"
                | "composite_literal"
        ) && !(node.kind() == "unary_expression" && self.title_case)
    }

    /// `"GET"`, `http.MethodGet`, `[]string{"GET"}`.
    fn method_words(&self, node: Node<'t>) -> Vec<String> {
        let words = nodes::words(node, self.text);
        let words = words.split(|c: char| !c.is_ascii_alphabetic());
        listed(words.map(|word| word.strip_prefix("Method").unwrap_or(word)))
    }

    /// The methods of `.Methods("GET", "POST")` behind a call of gorilla/mux.
    fn of_chain(&self, name: &str) -> Vec<String> {
        let links = self.above.iter().rev().take(4);
        let links = links.take_while(|node| node.start_byte() == self.node.start_byte());
        let mut calls = links.filter_map(|node| nodes::call(*node, self.text));
        let Some(call) = calls.find(|call| call.name == name) else {
            return Vec::new();
        };
        let words = call.arguments.into_iter();
        words.flat_map(|word| self.method_words(word)).collect()
    }

    /// What chi's `r.Route("/x", func…)` around it puts before it.
    fn inside(&self) -> String {
        let around = nodes::around(self.above, self.node.start_byte(), self.text);
        let grouping = around
            .iter()
            .filter(|call| matches!(call.name, "Route" | "Group" | "Mount"));
        let prefixes =
            grouping.filter_map(|call| nodes::literal(*call.arguments.first()?, self.text));
        prefixes.fold(String::new(), |before, prefix| join(&before, &prefix.value))
    }

    /// chi's `r.Mount("/x", users)`.
    fn mount(&self, call: &Call<'t>, found: &mut Found) {
        let (Some(on), "Mount", [path, router]) =
            (call.receiver, call.name, call.arguments.as_slice())
        else {
            return;
        };
        if let Some(path) = nodes::literal(*path, self.text) {
            found.mounts.push(Mount {
                name: nodes::last_name(*router, self.text).to_owned(),
                prefix: join(&self.inside(), &path.value),
                owner: base(on, self.text),
                scope: scope(self.above),
                own: false,
            });
        }
    }
}

/// Names of what declares routes.
fn is_router(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = ["router", "mux", "routes", "group", "app", "server"];
    matches!(name.as_str(), "r" | "e" | "g" | "api" | "v1" | "v2" | "srv")
        || ends.iter().any(|end| name.ends_with(end))
}

/// Names that ask for things.
fn is_client(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let ends = [
        "client", "http", "resty", "req", "request", "cache", "store", "header", "params",
    ];
    ends.iter().any(|end| name.ends_with(end))
}

/// The variable that a route is declared on: `r` of `r.With(auth).Get(…)`.
fn base(on: Node<'_>, text: &str) -> Option<String> {
    let mut at = on;
    for _ in 0..REACH {
        match nodes::callee(at, text).and_then(|(on, _)| on) {
            Some(below) => at = below,
            None => break,
        }
    }
    let name = nodes::last_name(at, text);
    (!name.is_empty()).then(|| name.to_owned())
}

/// `v1 := r.Group("/v1")`, `s := r.PathPrefix("/x").Subrouter()`.
fn group(node: Node<'_>, above: &[Node<'_>], text: &str, found: &mut Found) {
    let left = nodes::field(node, &["left", "name"]);
    let right = nodes::field(node, &["right", "value"]);
    let (Some(left), Some(right)) = (left, right) else {
        return;
    };
    let first = |list: Node<'_>| match list.kind() {
        "expression_list" => nodes::words(list, text)
            .split(',')
            .next()
            .unwrap_or_default()
            .to_owned(),
        _ => nodes::words(list, text).to_owned(),
    };
    let value = match right.kind() {
        "expression_list" => right.named_child(0),
        _ => Some(right),
    };
    let Some(value) = value else { return };
    let prefix = groups(Some(value), text);
    if let (Some(on), true) = (base(value, text), prefix.len() > 1) {
        let name = first(left);
        found.mounts.push(Mount {
            name: name
                .rsplit('.')
                .next()
                .unwrap_or_default()
                .trim()
                .to_owned(),
            prefix,
            owner: Some(on),
            scope: scope(above),
            own: false,
        });
    }
}

/// What a chain of calls such as `r.Group("/a").Group("/b")` puts before what is declared on it.
fn groups(on: Option<Node<'_>>, text: &str) -> String {
    let mut prefixes = Vec::new();
    let mut at = on.and_then(|on| nodes::call(on, text));
    for _ in 0..REACH {
        let Some(call) = at else { break };
        let path = call.arguments.first();
        let path = path.and_then(|path| nodes::literal(*path, text));
        let is_group = matches!(call.name, "Group" | "PathPrefix" | "Party" | "Route");
        prefixes.extend(path.filter(|_| is_group && call.receiver.is_some()));
        at = call.receiver.and_then(|below| nodes::call(below, text));
    }
    let outer_first = prefixes.iter().rev();
    outer_first.fold(String::new(), |before, prefix| join(&before, &prefix.value))
}
