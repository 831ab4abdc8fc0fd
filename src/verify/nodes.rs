//! Reading the nodes of a syntax tree: walking it, calls, and what stands in string literals.
//!
//! A tree is as deep as its text likes: nothing here calls itself without a bound.

use std::ops::Range;

use tree_sitter::{Node, Tree};

/// How far up or along a chain of calls is looked.
pub const REACH: usize = 128;

/// Visits every node, those before their children, each with those that it is in, the outermost
/// first.
pub fn walk<'t>(tree: &'t Tree, mut visit: impl FnMut(Node<'t>, &[Node<'t>])) {
    let mut cursor = tree.walk();
    let mut above = Vec::new();
    loop {
        let node = cursor.node();
        visit(node, &above);
        if cursor.goto_first_child() {
            above.push(node);
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return;
            }
            above.pop();
        }
    }
}

/// The text of a node.
pub fn words<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    text.get(node.byte_range()).unwrap_or_default()
}

/// A part of a node's text on one line, without the comments in it.
pub fn line(node: Node<'_>, part: &Range<usize>, text: &str) -> String {
    let mut plain = String::new();
    let mut at = part.start;
    let mut waiting = vec![node];
    while let Some(node) = waiting.pop() {
        if node.end_byte() <= at || node.start_byte() >= part.end {
            continue;
        }
        if node.kind().ends_with("comment") {
            plain.push_str(text.get(at..node.start_byte().max(at)).unwrap_or_default());
            at = node.end_byte().min(part.end);
            continue;
        }
        let mut cursor = node.walk();
        let start = waiting.len();
        waiting.extend(node.children(&mut cursor));
        waiting[start..].reverse();
    }
    plain.push_str(text.get(at..part.end).unwrap_or_default());
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The first of these fields that a node has.
pub fn field<'t>(node: Node<'t>, names: &[&str]) -> Option<Node<'t>> {
    names
        .iter()
        .find_map(|name| node.child_by_field_name(name.as_bytes()))
}

/// The named children that are no comments.
pub fn children(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    let named = node.named_children(&mut cursor);
    named
        .filter(|child| !child.kind().ends_with("comment"))
        .collect()
}

/// A call of a function or a method, or of a constructor.
pub struct Call<'t> {
    /// What it is called on: `app` of `app.get(…)`, `web` of `web::get(…)`.
    pub receiver: Option<Node<'t>>,
    /// The last name of what is called.
    pub name: &'t str,
    /// Its arguments, in order; those with names are nodes of their own kind.
    pub arguments: Vec<Node<'t>>,
    /// The bytes of its arguments.
    pub within: Range<usize>,
}

/// What is called where a node is a call: the function, with what it is called on.
fn called(node: Node<'_>) -> Option<Node<'_>> {
    Some(match node.kind() {
        "call_expression" | "call" => {
            let function = node.child_by_field_name("function")?;
            match function.kind() {
                "generic_function" => function.child_by_field_name("function")?,
                _ => function,
            }
        }
        "new_expression" => field(node, &["constructor", "type"])?,
        "object_creation_expression" => node.child_by_field_name("type")?,
        "method_invocation" => node,
        _ => return None,
    })
}

/// What a call is called on, and the last name of what is called.
pub fn callee<'t>(node: Node<'t>, text: &'t str) -> Option<(Option<Node<'t>>, &'t str)> {
    const ON: [&str; 6] = ["object", "value", "operand", "argument", "path", "scope"];
    let called = called(node)?;
    let name = match called.named_child_count() {
        0 => Some(called),
        _ => field(called, &NAME).or((called.kind() == "identifier").then_some(called)),
    };
    let name = name.map(|name| words(name, text)).unwrap_or_default();
    Some((field(called, &ON), name))
}

/// The fields that a node's own name is in.
const NAME: [&str; 4] = ["property", "attribute", "field", "name"];

/// The call that a node is.
pub fn call<'t>(node: Node<'t>, text: &'t str) -> Option<Call<'t>> {
    let (receiver, name) = callee(node, text)?;
    let arguments = node.child_by_field_name("arguments");
    Some(Call {
        receiver,
        name,
        within: arguments.map(|list| list.byte_range()).unwrap_or_default(),
        arguments: arguments.map(children).unwrap_or_default(),
    })
}

/// The calls in whose arguments a place is, the outermost first.
pub fn around<'t>(above: &[Node<'t>], at: usize, text: &'t str) -> Vec<Call<'t>> {
    let near = above.iter().skip(above.len().saturating_sub(REACH));
    let calls = near.filter_map(|node| call(*node, text));
    calls.filter(|call| call.within.contains(&at)).collect()
}

impl<'t> Call<'t> {
    /// The last name of what it is called on: `router` of `this.router.get(…)`.
    pub fn on(&self, text: &'t str) -> Option<&'t str> {
        self.receiver.map(|receiver| last_name(receiver, text))
    }

    /// The value of a named argument.
    pub fn named(&self, names: &[&str], text: &str) -> Option<Node<'t>> {
        let mut named = self.arguments.iter().filter(|argument| {
            let name = argument.child_by_field_name("name");
            argument.kind() == "keyword_argument"
                && name.is_some_and(|name| names.contains(&words(name, text)))
        });
        named.next()?.child_by_field_name("value")
    }
}

/// The last name of an expression such as `this.router` or `self.app`; empty where it is none.
pub fn last_name<'t>(node: Node<'_>, text: &'t str) -> &'t str {
    let is_call = matches!(
        node.kind(),
        "call_expression" | "call" | "method_invocation"
    );
    match field(node, &NAME) {
        Some(name) if !is_call => words(name, text),
        _ if node.named_child_count() == 0 => words(node, text),
        _ => "",
    }
}

/// The string literals in a list such as `["GET", "POST"]`, or the one that a node is.
pub fn literals(node: Node<'_>, text: &str) -> Vec<Literal> {
    match literal(node, text) {
        Some(one) => vec![one],
        None => children(node)
            .into_iter()
            .filter_map(|child| literal(child, text))
            .collect(),
    }
}

/// What a string literal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Literal {
    /// Its content; what is only known when the program runs is `{}`.
    pub value: String,
    /// The bytes of the whole literal.
    pub range: Range<usize>,
}

/// What a node says where it is a string literal, or some of them put together.
pub fn literal(node: Node<'_>, text: &str) -> Option<Literal> {
    Some(Literal {
        value: value(node, text, 8)?,
        range: node.byte_range(),
    })
}

fn value(node: Node<'_>, text: &str, depth: usize) -> Option<String> {
    let parts = |nodes: Vec<Node<'_>>| {
        let parts = nodes.into_iter().map(|part| value(part, text, depth - 1));
        parts.collect::<Vec<_>>()
    };
    if depth == 0 {
        return None;
    }
    match node.kind() {
        kind if is_string(kind) => Some(content(node, text)),
        "concatenated_string" => parts(children(node)).into_iter().collect(),
        "parenthesized_expression" => parts(children(node)).into_iter().next()?,
        "binary_expression" | "binary_operator" => {
            let both = parts(children(node));
            let known = both.iter().any(Option::is_some);
            let or_unknown = |part: Option<String>| part.unwrap_or_else(|| "{}".to_owned());
            known.then(|| both.into_iter().map(or_unknown).collect())
        }
        _ => None,
    }
}

/// Whether a node of this kind is one string literal.
pub fn is_string(kind: &str) -> bool {
    matches!(
        kind,
        "string"
            | "string_literal"
            | "raw_string_literal"
            | "template_string"
            | "interpreted_string_literal"
    )
}

/// Whether a node of this kind stands for what is put into a string when the program runs.
pub fn is_put_in(kind: &str) -> bool {
    matches!(
        kind,
        "interpolation" | "template_substitution" | "string_interpolation"
    )
}

fn content(node: Node<'_>, text: &str) -> String {
    let mut content = String::new();
    for child in children(node) {
        let kind = child.kind();
        if kind.ends_with("content") || kind.ends_with("fragment") {
            content.push_str(words(child, text));
        } else if kind == "escape_sequence" {
            content.push_str(escaped(words(child, text)));
        } else if is_put_in(kind) {
            content.push_str("{}");
        }
    }
    content
}

fn escaped(sequence: &str) -> &str {
    match sequence {
        "\\n" | "\\r" | "\\t" => " ",
        "\\/" => "/",
        "\\\\" => "\\",
        other => other,
    }
}
