//! What a file imports, by its grammar.
//!
//! * `rust`: trees of `use`. `python`: `import` and `from`. `script`: modules of JavaScript and
//!   TypeScript. The others, whose imports are one path each, are here.

mod python;
mod rust;
mod script;

use std::ops::Range;

use tree_sitter::Node;

use super::Code;
use crate::model::spec::Language;
use crate::verify::calling::Name;
use crate::verify::importing::{Import, split};

/// All imports of a file, in order.
pub fn all(code: &Code<'_>) -> Vec<Import> {
    let mut imports = Vec::new();
    let mut cursor = code.tree.walk();
    loop {
        statement(cursor.node(), code, &mut imports);
        if cursor.goto_first_child() {
            continue;
        }
        while !cursor.goto_next_sibling() {
            if !cursor.goto_parent() {
                return imports;
            }
        }
    }
}

fn statement(node: Node<'_>, code: &Code<'_>, imports: &mut Vec<Import>) {
    let found = Found { code, imports };
    match (code.language, node.kind()) {
        (Language::Rust, "use_declaration") => found.rust(node.child_by_field_name("argument")),
        (Language::Rust, "extern_crate_declaration") => {
            found.rust(node.child_by_field_name("name"));
        }
        (Language::Python, "import_statement") => found.python(node),
        (Language::Python, "import_from_statement" | "future_import_statement") => {
            found.python_from(node);
        }
        (Language::JavaScript | Language::TypeScript | Language::Tsx, kind) => {
            found.script(node, kind);
        }
        (Language::Go, "import_spec") => found.go(node),
        (Language::Java, "import_declaration") => found.java(node),
        (Language::C | Language::Cpp, "preproc_include") => found.include(node),
        _ => {}
    }
}

struct Found<'f, 'a> {
    code: &'f Code<'a>,
    imports: &'f mut Vec<Import>,
}

impl Found<'_, '_> {
    fn name(&self, range: Range<usize>) -> Option<Name> {
        let text = self.code.text.get(range.clone())?.to_owned();
        Some(Name { text, range })
    }

    fn node(&self, node: Option<Node<'_>>) -> Option<Name> {
        self.name(node?.byte_range())
    }

    /// The parts of a path that stands in one place.
    fn parts(&self, range: Range<usize>, separator: &str) -> Vec<Name> {
        let Some(text) = self.code.text.get(range.clone()) else {
            return Vec::new();
        };
        let skipped: usize = {
            let kept: usize = split(text, separator)
                .map(|part| part.len() + separator.len())
                .sum();
            (text.len() + separator.len()).saturating_sub(kept)
        };
        let mut at = range.start + skipped;
        let named = split(text, separator).map(|part| {
            let inner = part.trim();
            let start = at + (part.len() - part.trim_start().len());
            at += part.len() + separator.len();
            Name {
                text: inner.to_owned(),
                range: start..start + inner.len(),
            }
        });
        named.filter(|name| !name.text.is_empty()).collect()
    }

    fn add(&mut self, import: Import) {
        if !import.parts.is_empty() {
            self.imports.push(import);
        }
    }

    fn go(mut self, node: Node<'_>) {
        let path = node.child_by_field_name("path");
        let Some(range) = path.and_then(|path| inside(path, self.code.text)) else {
            return;
        };
        if let Some(written) = self.name(range.clone()) {
            self.add(named(self.parts(range, "/"), "/", written));
        }
    }

    fn java(mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let children: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        let all = children.iter().any(|child| child.kind() == "asterisk");
        let path = children
            .iter()
            .find(|child| child.kind().ends_with("identifier"));
        let Some(range) = path.map(Node::byte_range) else {
            return;
        };
        if let Some(written) = self.name(range.clone()) {
            self.add(Import {
                is_named: !all,
                ..whole(self.parts(range, "."), ".", written)
            });
        }
    }

    fn include(mut self, node: Node<'_>) {
        let path = node.child_by_field_name("path");
        let Some(range) = path.and_then(|path| inside(path, self.code.text)) else {
            return;
        };
        if let Some(written) = self.name(range.clone()) {
            self.add(named(self.parts(range, "/"), "/", written));
        }
    }
}

/// A module as a whole.
fn whole(parts: Vec<Name>, separator: &'static str, written: Name) -> Import {
    Import {
        parts,
        is_named: false,
        names: Vec::new(),
        separator,
        written,
    }
}

/// A module whose last part is the name that it goes by.
fn named(parts: Vec<Name>, separator: &'static str, written: Name) -> Import {
    Import {
        is_named: true,
        ..whole(parts, separator, written)
    }
}

/// What is between the quotes, or the angle brackets.
fn inside(string: Node<'_>, text: &str) -> Option<Range<usize>> {
    let range = string.byte_range();
    let first = text.get(range.clone())?.chars().next()?;
    let quoted = matches!(first, '"' | '\'' | '`' | '<') && range.len() > 2;
    quoted.then(|| range.start + 1..range.end - 1)
}
