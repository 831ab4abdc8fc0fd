//! The routes that code declares, by the ways of the usual web frameworks.
//!
//! A file of each language's frameworks tells the rule by which a declaration is told from a call
//! of a client: `app.get('/x', handler)` from `axios.get('/x')`. Languages without a built-in
//! grammar have no routes.
//!
//! A tour:
//!
//! * `term`: a route that a specification names, and whether a declared one is it.
//! * `mounts`: what stands before a path because of where its router is mounted.
//! * `javascript`, `decorators`, `file_routes`: Express, Fastify, Koa, Hono, hapi; `NestJS`;
//!   Next.js.
//! * `python`, `django`: Flask, `FastAPI`, aiohttp and their like; Django.
//! * `rust`: axum, actix, Rocket. `go`: Gin, `net/http`, chi, echo, gorilla, fiber.
//! * `java`: Spring, JAX-RS, Micronaut, Javalin. `cpp`: cpp-httplib, Crow.

mod cpp;
mod decorators;
mod django;
mod file_routes;
mod go;
mod java;
mod javascript;
mod javascript_prefix;
mod mounts;
mod python;
mod receiver;
mod rust;
mod segments;
mod term;

use std::ops::Range;

use tree_sitter::Tree;

use crate::model::spec::Language;
use mounts::Found;
pub use term::RouteTerm;

/// A declared route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// The methods that it answers, in capitals; none where it answers any.
    pub methods: Vec<String>,
    /// Its path: first with all that the file says stands before it, then with what its router and
    /// the blocks around it say, then as it is written. A router that is mounted twice has its
    /// routes twice.
    pub paths: Vec<String>,
    /// The bytes of the path's literal; of the declaration, where that has no path.
    pub range: Range<usize>,
    /// The bytes of the whole declaration, with the function that handles it where that is there.
    pub declaration: Range<usize>,
    /// The name of the function that handles it, where it has one.
    pub handler: Option<String>,
}

/// A file that may declare routes.
#[derive(Clone, Copy)]
struct Source<'t> {
    text: &'t str,
    tree: &'t Tree,
    path: &'t str,
}

/// The routes that a file declares, in order of their places.
pub fn find(language: Language, text: &str, tree: &Tree, path: &str) -> Vec<Route> {
    let source = Source { text, tree, path };
    let mut found = Found::default();
    match language {
        Language::JavaScript | Language::TypeScript | Language::Tsx => {
            javascript::find(source, &mut found);
            decorators::find(source, &mut found);
            file_routes::find(source, &mut found);
        }
        Language::Python => {
            python::find(source, &mut found);
            django::find(source, &mut found);
        }
        Language::Rust => rust::find(source, &mut found),
        Language::Go => go::find(source, &mut found),
        Language::Java => java::find(source, &mut found),
        Language::C | Language::Cpp => cpp::find(source, &mut found),
    }
    found.routes()
}

/// A method of HTTP in capitals, where a word names one.
fn method(word: &str) -> Option<&'static str> {
    const METHODS: [&str; 8] = [
        "GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE",
    ];
    let named = METHODS
        .into_iter()
        .find(|method| method.eq_ignore_ascii_case(word));
    named.or_else(|| word.eq_ignore_ascii_case("del").then_some("DELETE"))
}

/// The methods that a function of a router is named for: an empty list where it takes any of them,
/// none where it is named for something else.
fn methods(word: &str) -> Option<Vec<String>> {
    match method(word) {
        Some(method) => Some(vec![method.to_owned()]),
        None => matches!(word, "all" | "any" | "Any" | "ALL" | "All").then(Vec::new),
    }
}

/// The methods in a list of words.
fn listed<'w>(words: impl IntoIterator<Item = &'w str>) -> Vec<String> {
    let known = words.into_iter().filter_map(method);
    known.map(str::to_owned).collect()
}
