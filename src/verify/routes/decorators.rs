//! Routes of `NestJS`, routing-controllers and tsoa: decorators of a class and of its methods.
//!
//! The rule: `@Get('x')` on a method is a route where the class is a `@Controller('y')`,
//! `@JsonController`, or a `@Route` of tsoa. `@Controller({ path })` is the same.

use tree_sitter::Node;

use super::javascript::property;
use super::mounts::{Declared, Found};
use super::segments::join;
use super::{Source, methods};
use crate::verify::nodes;

/// Collects them.
pub(super) fn find(source: Source<'_>, found: &mut Found) {
    nodes::walk(source.tree, |node, above| {
        if node.kind() != "class_body" {
            return;
        }
        for prefix in prefixes(above, source.text) {
            members(node, &prefix, source.text, found);
        }
    });
}

/// What the class's decorator puts before its routes; nothing where it declares none.
fn prefixes(above: &[Node<'_>], text: &str) -> Vec<String> {
    let class_and_export = above.iter().rev().take(2);
    let decorators = class_and_export.flat_map(|node| nodes::children(*node));
    let named = decorators.filter_map(|node| Decorator::of(node, text));
    let mut controllers = named
        .filter(|decorator| matches!(decorator.name, "Controller" | "JsonController" | "Route"));
    controllers
        .next()
        .map(|decorator| decorator.paths(text))
        .unwrap_or_default()
}

fn members(body: Node<'_>, prefix: &str, text: &str, found: &mut Found) {
    let mut waiting: Vec<Decorator<'_>> = Vec::new();
    for member in nodes::children(body) {
        match Decorator::of(member, text) {
            Some(decorator) => waiting.push(decorator),
            None => {
                for decorator in waiting.drain(..) {
                    declare(&decorator, member, prefix, text, found);
                }
            }
        }
    }
}

fn declare(
    decorator: &Decorator<'_>,
    member: Node<'_>,
    prefix: &str,
    text: &str,
    found: &mut Found,
) {
    let capital = decorator.name.starts_with(|c: char| c.is_ascii_uppercase());
    let Some(methods) = methods(decorator.name).filter(|_| capital) else {
        return;
    };
    let handler = member.child_by_field_name("name");
    for path in decorator.paths(text) {
        found.declared.push(Declared {
            methods: methods.clone(),
            path,
            range: decorator.range.clone(),
            declaration: decorator.range.start..member.end_byte(),
            handler: handler.map(|name| nodes::words(name, text).to_owned()),
            owner: None,
            inside: join("", prefix),
        });
    }
}

/// `@Get('x')`.
struct Decorator<'t> {
    name: &'t str,
    first: Option<Node<'t>>,
    range: std::ops::Range<usize>,
}

impl<'t> Decorator<'t> {
    fn of(node: Node<'t>, text: &'t str) -> Option<Self> {
        if node.kind() != "decorator" {
            return None;
        }
        let call = nodes::call(node.named_child(0)?, text)?;
        let first = call.arguments.first().copied();
        let literal = first.and_then(|first| nodes::literal(first, text));
        Some(Self {
            name: call.name,
            first,
            range: literal.map_or(node.byte_range(), |literal| literal.range),
        })
    }

    /// The paths that it names; an empty one where it names none.
    fn paths(&self, text: &str) -> Vec<String> {
        let Some(first) = self.first else {
            return vec![String::new()];
        };
        let named = property(first, &["path"], text).unwrap_or(first);
        let literals = match named.kind() {
            "object" => Vec::new(),
            _ => nodes::literals(named, text),
        };
        match literals.is_empty() {
            true => vec![String::new()],
            false => literals.into_iter().map(|literal| literal.value).collect(),
        }
    }
}
