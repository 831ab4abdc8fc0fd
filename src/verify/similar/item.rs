//! The functions, methods, classes and components of a file.

use std::ops::Range;

use tree_sitter::{Node, Tree};

use crate::verify::nodes;

/// What kind of thing a piece of code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ItemKind {
    /// A function.
    Function,
    /// A function of a class or a type.
    Method,
    /// A class, a structure, an interface.
    Class,
    /// A function or a class that gives a piece of a page.
    Component,
    /// A declared route.
    Route,
}

impl ItemKind {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Method => "method",
            Self::Class => "class",
            Self::Component => "component",
            Self::Route => "route",
        }
    }
}

/// A piece of code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What it is.
    pub kind: ItemKind,
    /// Its name; of a route, its methods and its path.
    pub name: String,
    /// The class or the type that it belongs to.
    pub of: Option<String>,
    /// What stands before its body, on one line.
    pub signature: String,
    /// Its bytes.
    pub range: Range<usize>,
    /// Whether it has a body.
    pub has_body: bool,
}

/// So many characters of a signature are told.
const SIGNATURE: usize = 200;

/// The pieces of a file, in order, those in others as well.
pub fn find(text: &str, tree: &Tree) -> Vec<Item> {
    let mut found = Vec::new();
    nodes::walk(tree, |node, above| {
        found.extend(item(node, above, text));
    });
    found
}

fn item(node: Node<'_>, above: &[Node<'_>], text: &str) -> Option<Item> {
    let class = enclosing(above, text);
    let (kind, name) = match node.kind() {
        "function_item"
        | "function_declaration"
        | "generator_function_declaration"
        | "function_definition"
        | "function_signature_item" => (ItemKind::Function, declared_name(node, text)?),
        "method_definition" | "method_declaration" | "constructor_declaration" => {
            (ItemKind::Method, declared_name(node, text)?)
        }
        "variable_declarator"
        | "pair"
        | "public_field_definition"
        | "field_definition"
        | "assignment_expression" => (ItemKind::Function, bound_name(node, text)?),
        "class_definition"
        | "class_declaration"
        | "abstract_class_declaration"
        | "struct_item"
        | "enum_item"
        | "trait_item"
        | "interface_declaration"
        | "record_declaration"
        | "enum_declaration"
        | "type_spec"
        | "class_specifier"
        | "struct_specifier" => (ItemKind::Class, declared_name(node, text)?),
        _ => return None,
    };
    let body = body(node);
    // A class without a body only names it.
    if kind == ItemKind::Class && body.is_none() {
        return None;
    }
    let outer = outer(node, above);
    let kind = match kind {
        _ if is_component(node, name, kind, text) => ItemKind::Component,
        ItemKind::Function if class.is_some() => ItemKind::Method,
        kind => kind,
    };
    let end = body.map_or(node.end_byte(), |body| body.start_byte());
    Some(Item {
        kind,
        name: name.to_owned(),
        of: receiver(node, text).or(class).map(str::to_owned),
        signature: signature(outer, &(signature_start(node, outer)..end), text),
        range: outer.start_byte()..node.end_byte(),
        has_body: body.is_some(),
    })
}

/// The name in a declaration; of C, within what declares it.
fn declared_name<'t>(node: Node<'_>, text: &'t str) -> Option<&'t str> {
    if let Some(name) = node.child_by_field_name("name") {
        return Some(nodes::words(name, text));
    }
    let mut at = node.child_by_field_name("declarator")?;
    for _ in 0..nodes::REACH {
        match nodes::field(at, &["declarator", "name"]) {
            Some(inner) => at = inner,
            None => break,
        }
    }
    let name = nodes::words(at, text);
    Some(name.rsplit("::").next().unwrap_or(name))
}

/// The name that a function without one of its own is bound to.
fn bound_name<'t>(node: Node<'_>, text: &'t str) -> Option<&'t str> {
    let value = nodes::field(node, &["value", "right"])?;
    function_of(value, text)?;
    let name = nodes::field(node, &["name", "key", "property", "left"])?;
    let name = nodes::last_name(name, text);
    (!name.is_empty()).then_some(name)
}

/// The function that a value is, also within a call that wraps it: `memo(() => …)`.
fn function_of<'t>(value: Node<'t>, text: &'t str) -> Option<Node<'t>> {
    match value.kind() {
        "arrow_function" | "function_expression" | "function" | "generator_function" => Some(value),
        "call_expression" => {
            let call = nodes::call(value, text)?;
            const WRAPS: [&str; 7] = [
                "memo",
                "forwardRef",
                "observer",
                "defineComponent",
                "useCallback",
                "asyncHandler",
                "catchAsync",
            ];
            let wraps = WRAPS.contains(&call.name);
            let inner = call.arguments.first().copied().filter(|_| wraps)?;
            match inner.kind() {
                "call_expression" => nodes::call(inner, text)?.arguments.first().copied(),
                _ => Some(inner),
            }
        }
        _ => None,
    }
}

/// The body: what the signature ends before.
fn body(node: Node<'_>) -> Option<Node<'_>> {
    if let Some(body) = node.child_by_field_name("body") {
        return Some(body);
    }
    if node.kind() == "type_spec" {
        let body = node.child_by_field_name("type")?;
        return matches!(body.kind(), "struct_type" | "interface_type").then_some(body);
    }
    let mut value = nodes::field(node, &["value", "right"])?;
    for _ in 0..3 {
        if let Some(body) = value.child_by_field_name("body") {
            return Some(body);
        }
        let arguments = value.child_by_field_name("arguments")?;
        value = arguments.named_child(0)?;
    }
    None
}

/// The class or the type around it.
fn enclosing<'t>(above: &[Node<'_>], text: &'t str) -> Option<&'t str> {
    let near = above.iter().rev().take(4);
    let mut named = near.filter_map(|node| match node.kind() {
        "class_definition"
        | "class_declaration"
        | "abstract_class_declaration"
        | "trait_item"
        | "interface_declaration"
        | "record_declaration"
        | "enum_declaration"
        | "class_specifier"
        | "struct_specifier" => node.child_by_field_name("name"),
        "impl_item" => node.child_by_field_name("type"),
        _ => None,
    });
    named.next().map(|name| nodes::words(name, text))
}

/// Go's `func (s *Server) Run()`, and C++'s `void Server::run()`.
fn receiver<'t>(node: Node<'_>, text: &'t str) -> Option<&'t str> {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if let Some(receiver) = node.child_by_field_name("receiver") {
        let mut words = nodes::words(receiver, text).split(|c| !is_name(c));
        return words.rfind(|word| !word.is_empty());
    }
    let declarator = node.child_by_field_name("declarator")?;
    let (path, _) = nodes::words(declarator, text)
        .split('(')
        .next()?
        .rsplit_once("::")?;
    path.rsplit(|c| !is_name(c))
        .next()
        .filter(|name| !name.is_empty())
}

/// The whole statement that it is: with its decorators, `export` and `const`.
fn outer<'t>(node: Node<'t>, above: &[Node<'t>]) -> Node<'t> {
    let mut outer = node;
    for around in above.iter().rev().take(3) {
        let is_part = matches!(
            around.kind(),
            "decorated_definition"
                | "export_statement"
                | "lexical_declaration"
                | "variable_declaration"
                | "expression_statement"
                | "type_declaration"
        ) && around.end_byte() <= outer.end_byte() + 2;
        if !is_part {
            break;
        }
        outer = *around;
    }
    outer
}

/// Where the signature begins: behind decorators, attributes and annotations.
fn signature_start(node: Node<'_>, outer: Node<'_>) -> usize {
    let is_before =
        |child: &Node<'_>| child.kind() == "decorator" && child.start_byte() < node.start_byte();
    let mut cursor = outer.walk();
    let last = outer.children(&mut cursor).filter(is_before).last();
    let start = match last {
        Some(decorator) => decorator.end_byte(),
        None => outer.start_byte(),
    };
    let modifiers = node
        .named_child(0)
        .filter(|first| first.kind() == "modifiers");
    let annotation = modifiers.and_then(|modifiers| {
        let mut annotations = nodes::children(modifiers).into_iter();
        annotations.rfind(|node| node.kind().ends_with("annotation"))
    });
    annotation.map_or(start, |annotation| annotation.end_byte())
}

/// A part of a node on one line, without what comes after the signature.
pub(super) fn signature(node: Node<'_>, part: &Range<usize>, text: &str) -> String {
    let text = nodes::line(node, part, text);
    let text = text
        .trim_end_matches(['{', ' ', ':', '='])
        .trim_end_matches("=>")
        .trim_end();
    match text.char_indices().nth(SIGNATURE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Whether it gives a piece of a page: a function with JSX in it, or a class that extends one.
fn is_component(node: Node<'_>, name: &str, kind: ItemKind, text: &str) -> bool {
    if !name.starts_with(|c: char| c.is_uppercase()) {
        return false;
    }
    if kind == ItemKind::Class {
        let mut cursor = node.walk();
        let mut children = node.children(&mut cursor);
        let heritage = children.find(|child| child.kind() == "class_heritage");
        let heritage = heritage
            .map(|node| nodes::words(node, text))
            .unwrap_or_default();
        return heritage.contains("Component");
    }
    body(node).is_some_and(has_jsx)
}

fn has_jsx(body: Node<'_>) -> bool {
    let mut waiting = vec![body];
    let mut left = 5_000;
    while let Some(node) = waiting.pop() {
        if node.kind().starts_with("jsx_") {
            return true;
        }
        left -= 1;
        if left == 0 {
            return false;
        }
        let mut cursor = node.walk();
        waiting.extend(node.named_children(&mut cursor));
    }
    false
}
