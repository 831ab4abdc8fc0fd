//! What the names in a JavaScript file are bound to: a router, a client of HTTP, or neither.
//!
//! The rule, from the surest sign to the weakest: what the name is made by (`express()`,
//! `new Hono()`; `axios.create()`), which module it is imported from, what it is called.

use std::collections::HashMap;

use tree_sitter::Node;

use super::Source;
use crate::verify::nodes::{self, REACH};

/// What a call of `get` on something means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Receiver {
    /// A route is declared.
    Router,
    /// Something is asked for.
    Client,
    /// It is not told by the name.
    Unknown,
}

/// What the names in a file are bound to.
pub(super) struct Names<'t> {
    bound: HashMap<&'t str, Receiver>,
}

/// What makes routers.
const MAKERS: [&str; 21] = [
    "express",
    "Router",
    "fastify",
    "Fastify",
    "Hono",
    "OpenAPIHono",
    "Koa",
    "KoaRouter",
    "Elysia",
    "createServer",
    "restify",
    "polka",
    "createApp",
    "createRouter",
    "AutoRouter",
    "IttyRouter",
    "PromiseRouter",
    "hapi",
    "tinyhttp",
    "HyperExpress",
    "withTypeProvider",
];

/// Modules that ask for things, or that stand in for those who answer.
const CLIENTS: [&str; 26] = [
    "axios",
    "http",
    "https",
    "node:http",
    "node:https",
    "supertest",
    "superagent",
    "request",
    "request-promise",
    "got",
    "ky",
    "nock",
    "msw",
    "jquery",
    "node-fetch",
    "undici",
    "needle",
    "chai-http",
    "axios-mock-adapter",
    "fetch-mock",
    "pactum",
    "frisby",
    "wretch",
    "ofetch",
    "@angular/common/http",
    "@nestjs/axios",
];

/// What clients are called.
const CLIENT_NAMES: [&str; 32] = [
    "axios",
    "http",
    "https",
    "$",
    "jquery",
    "request",
    "superagent",
    "agent",
    "client",
    "got",
    "ky",
    "fetch",
    "fetcher",
    "nock",
    "mock",
    "rest",
    "cy",
    "cache",
    "storage",
    "session",
    "supertest",
    "chai",
    "httpservice",
    "httpclient",
    "apiclient",
    "page",
    "params",
    "headers",
    "cookies",
    "config",
    "map",
    "redis",
];

impl<'t> Names<'t> {
    /// Of a file.
    pub(super) fn of(source: Source<'t>) -> Self {
        let mut bound = HashMap::new();
        nodes::walk(source.tree, |node, _| match node.kind() {
            "variable_declarator" => variable(node, source.text, &mut bound),
            "import_statement" => import(node, source.text, &mut bound),
            _ => {}
        });
        Self { bound }
    }

    /// What an expression that `get` is called on is.
    pub(super) fn receiver(&self, node: Node<'t>, text: &'t str) -> Receiver {
        let root = root(node, text);
        if let Some(call) = nodes::call(root, text) {
            return made_by(
                call.name,
                call.receiver.map(|node| nodes::words(node, text)),
            );
        }
        let name = nodes::last_name(root, text);
        match self.bound.get(name) {
            Some(known) if *known != Receiver::Unknown => *known,
            _ => by_name(name),
        }
    }
}

/// What a chain of calls such as `router.get(…).post(…)` starts at.
pub(super) fn root<'t>(node: Node<'t>, text: &'t str) -> Node<'t> {
    let mut at = node;
    for _ in 0..REACH {
        let below = match at.kind() {
            "call_expression" => nodes::callee(at, text)
                .filter(|(_, name)| !MAKERS.contains(name))
                .and_then(|(on, _)| on),
            "parenthesized_expression"
            | "non_null_expression"
            | "as_expression"
            | "await_expression" => at.named_child(0),
            _ => None,
        };
        match below {
            Some(below) => at = below,
            None => break,
        }
    }
    at
}

fn variable<'t>(node: Node<'t>, text: &'t str, bound: &mut HashMap<&'t str, Receiver>) {
    let (Some(name), Some(value)) = (
        node.child_by_field_name("name"),
        node.child_by_field_name("value"),
    ) else {
        return;
    };
    if let Some(call) = nodes::call(root(value, text), text) {
        let module = (call.name == "require")
            .then(|| call.arguments.first())
            .flatten();
        let made = match module.and_then(|module| nodes::literal(*module, text)) {
            Some(module) => by_module(&module.value),
            None => made_by(
                call.name,
                call.receiver.map(|node| nodes::words(node, text)),
            ),
        };
        bound.insert(nodes::words(name, text), made);
    }
}

fn import<'t>(node: Node<'t>, text: &'t str, bound: &mut HashMap<&'t str, Receiver>) {
    let module = node.child_by_field_name("source");
    let Some(module) = module.and_then(|module| nodes::literal(module, text)) else {
        return;
    };
    if by_module(&module.value) == Receiver::Client {
        let clause = node.named_child(0).map(|clause| nodes::words(clause, text));
        let names = clause.unwrap_or_default().split(|c: char| !is_name(c));
        bound.extend(names.map(|name| (name, Receiver::Client)));
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$')
}

fn by_module(module: &str) -> Receiver {
    match CLIENTS.contains(&module) {
        true => Receiver::Client,
        false => Receiver::Unknown,
    }
}

fn made_by(name: &str, on: Option<&str>) -> Receiver {
    let whole = on.unwrap_or(name);
    let is_client = |name: &str| by_name(name) == Receiver::Client || name == "useFetch";
    if is_client(name) || CLIENTS.contains(&whole) && name != "createServer" {
        Receiver::Client
    } else if MAKERS.contains(&name) || name == "server" && on.is_some() {
        Receiver::Router
    } else {
        Receiver::Unknown
    }
}

fn by_name(name: &str) -> Receiver {
    let name = name.trim_start_matches(['_', '#']).to_ascii_lowercase();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    if CLIENT_NAMES.contains(&name.as_str()) || ends(&["client", "request", "mock", "axios"]) {
        Receiver::Client
    } else if ends(&[
        "app", "router", "server", "fastify", "express", "routes", "koa", "hono",
    ]) {
        Receiver::Router
    } else {
        Receiver::Unknown
    }
}
