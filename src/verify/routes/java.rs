//! Routes of Spring, JAX-RS, Micronaut, and of Javalin and Spark.
//!
//! The rule: `@GetMapping` and its like and `@RequestMapping` on a method are routes, with the
//! class's `@RequestMapping` before them; so is `@GET` with JAX-RS's `@Path`, and `@Get("/x")` in
//! Micronaut's `@Controller`. An interface that is a `@FeignClient` asks, and declares none; nor do
//! Retrofit's `@GET("/x")`. `app.get("/path", …)` is one where a lambda or `X::method` follows.

use tree_sitter::Node;

use super::mounts::{Declared, Found};
use super::segments::join;
use super::{Source, listed, method, methods};
use crate::verify::nodes::{self, REACH};

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    nodes::walk(source.tree, |node, above| match node.kind() {
        "method_declaration" => annotated(node, above, source.text, found),
        "method_invocation" => called(node, source.text, found),
        _ => {}
    });
}

/// An annotation.
struct Annotation<'t> {
    name: &'t str,
    node: Node<'t>,
    arguments: Vec<Node<'t>>,
}

fn annotations<'t>(declaration: Node<'t>, text: &'t str) -> Vec<Annotation<'t>> {
    let children = nodes::children(declaration).into_iter();
    let modifiers = children.filter(|child| child.kind() == "modifiers");
    let inner = modifiers.flat_map(nodes::children);
    let annotations = inner.filter(|node| node.kind().ends_with("annotation"));
    let one = |node: Node<'t>| Annotation {
        name: node
            .child_by_field_name("name")
            .map(|name| nodes::last_name(name, text))
            .unwrap_or_default(),
        node,
        arguments: node
            .child_by_field_name("arguments")
            .map(nodes::children)
            .unwrap_or_default(),
    };
    annotations.map(one).collect()
}

impl<'t> Annotation<'t> {
    /// The value of an argument: the only one, or that of this name.
    fn value(&self, names: &[&str], text: &str) -> Option<Node<'t>> {
        self.arguments
            .iter()
            .find_map(|argument| match argument.kind() {
                "element_value_pair" => {
                    let key = argument.child_by_field_name("key")?;
                    let is_named = names.contains(&nodes::words(key, text));
                    is_named
                        .then(|| argument.child_by_field_name("value"))
                        .flatten()
                }
                _ => names.contains(&"value").then_some(*argument),
            })
    }

    fn paths(&self, text: &str) -> Vec<nodes::Literal> {
        let value = self.value(&["value", "path", "uri"], text);
        let literals = value
            .map(|value| nodes::literals(value, text))
            .unwrap_or_default();
        match literals.is_empty() {
            false => literals,
            true => vec![nodes::Literal {
                value: String::new(),
                range: self.node.byte_range(),
            }],
        }
    }
}

/// What is put before the routes of a class, for each of its paths; none where it declares none.
fn prefixes(above: &[Node<'_>], text: &str) -> Vec<String> {
    let is_type = |node: &&Node<'_>| {
        matches!(
            node.kind(),
            "class_declaration" | "interface_declaration" | "record_declaration"
        )
    };
    let Some(class) = above.iter().rev().take(REACH).find(is_type) else {
        return vec![String::new()];
    };
    let all = annotations(*class, text);
    if all.iter().any(|one| {
        matches!(
            one.name,
            "FeignClient" | "HttpExchange" | "RegisterRestClient"
        )
    }) {
        return Vec::new();
    }
    let prefix = all
        .iter()
        .find(|one| matches!(one.name, "RequestMapping" | "Path" | "Controller"));
    // The value of Spring's own `@Controller` is the name of a bean.
    let prefix = prefix.filter(|one| one.name != "Controller" || text.contains("micronaut"));
    match prefix {
        Some(prefix) => prefix
            .paths(text)
            .into_iter()
            .map(|path| path.value)
            .collect(),
        None => vec![String::new()],
    }
}

fn annotated(node: Node<'_>, above: &[Node<'_>], text: &str, found: &mut Found) {
    let all = annotations(node, text);
    let Some((methods, at)) = all.iter().find_map(|one| {
        let methods = mapped(one, &all, text)?;
        let path = all
            .iter()
            .find(|path| path.name == "Path" && one.arguments.is_empty());
        Some((methods, path.unwrap_or(one)))
    }) else {
        return;
    };
    let name = node.child_by_field_name("name");
    for prefix in prefixes(above, text) {
        for path in at.paths(text) {
            found.declared.push(Declared {
                methods: methods.clone(),
                path: path.value,
                range: path.range,
                declaration: node.byte_range(),
                handler: name.map(|name| nodes::words(name, text).to_owned()),
                owner: None,
                inside: join("", &prefix),
            });
        }
    }
}

/// The methods that an annotation maps, where it is one that does.
fn mapped(one: &Annotation<'_>, all: &[Annotation<'_>], text: &str) -> Option<Vec<String>> {
    if one.name == "RequestMapping" {
        let named = one.value(&["method"], text);
        let words = named
            .map(|named| nodes::words(named, text))
            .unwrap_or_default();
        return Some(listed(words.split(|c: char| !c.is_ascii_alphabetic())));
    }
    if let Some(word) = one.name.strip_suffix("Mapping") {
        return method(word).map(|method| vec![method.to_owned()]);
    }
    let is_capitals = one.name.bytes().all(|byte| byte.is_ascii_uppercase());
    let is_of_class = text.contains("ws.rs") || all.iter().any(|one| one.name == "Path");
    let fits = match is_capitals {
        // JAX-RS; with a value, it is Retrofit's.
        true => one.arguments.is_empty() && is_of_class,
        false => text.contains("micronaut"),
    };
    method(one.name)
        .filter(|_| fits)
        .map(|method| vec![method.to_owned()])
}

/// `app.get("/path", ctx -> …)`.
fn called(node: Node<'_>, text: &str, found: &mut Found) {
    let Some(call) = nodes::call(node, text) else {
        return;
    };
    let (Some(methods), [path, .., handler]) = (methods(call.name), call.arguments.as_slice())
    else {
        return;
    };
    let handles = matches!(handler.kind(), "lambda_expression" | "method_reference");
    let on = call.on(text).unwrap_or_default().to_ascii_lowercase();
    let Some(path) = nodes::literal(*path, text) else {
        return;
    };
    if handles && path.value.starts_with('/') && !on.ends_with("client") {
        found.declared.push(Declared {
            methods,
            path: path.value,
            range: path.range,
            declaration: node.byte_range(),
            ..Declared::default()
        });
    }
}
