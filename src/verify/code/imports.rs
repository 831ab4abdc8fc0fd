//! What a file imports, by its grammar.

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

    /// A tree of `use`: each leaf with the path to it. A list of what is still to be opened stands
    /// in for our own stack.
    fn rust(mut self, tree: Option<Node<'_>>) {
        let mut open: Vec<(Node<'_>, Vec<Name>)> =
            tree.map(|tree| (tree, Vec::new())).into_iter().collect();
        while let Some((node, before)) = open.pop() {
            let path = |node: Option<Node<'_>>| {
                let own = node
                    .map(|node| self.parts(node.byte_range(), "::"))
                    .unwrap_or_default();
                [before.clone(), own].concat()
            };
            let field = |name: &str| node.child_by_field_name(name);
            match node.kind() {
                "scoped_use_list" => {
                    let before = path(field("path"));
                    open.extend(field("list").map(|list| (list, before)));
                }
                "use_list" => {
                    let mut cursor = node.walk();
                    let inside: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
                    open.extend(inside.into_iter().rev().map(|node| (node, before.clone())));
                }
                "use_as_clause" => {
                    let aliases = self.node(field("alias")).into_iter().collect();
                    let parts = path(field("path"));
                    self.rust_leaf(node, parts, aliases);
                }
                "use_wildcard" => {
                    let parts = path(node.named_child(0));
                    self.rust_leaf(node, parts, Vec::new());
                }
                "line_comment" | "block_comment" => {}
                _ => {
                    let parts = path(Some(node));
                    self.rust_leaf(node, parts, Vec::new());
                }
            }
        }
    }

    fn rust_leaf(&mut self, node: Node<'_>, parts: Vec<Name>, aliases: Vec<Name>) {
        if let Some(written) = self.name(node.byte_range()) {
            self.add(Import {
                is_named: node.kind() != "use_wildcard",
                parts,
                aliases,
                separator: "::",
                written,
            });
        }
    }

    fn python(mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let named: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
        for module in named {
            let alias = self.node(module.child_by_field_name("alias"));
            let path = module.child_by_field_name("name").unwrap_or(module);
            let parts = self.parts(path.byte_range(), ".");
            if let Some(written) = self.name(path.byte_range()) {
                self.add(Import {
                    is_named: parts.len() == 1,
                    parts,
                    aliases: alias.into_iter().collect(),
                    separator: ".",
                    written,
                });
            }
        }
    }

    fn python_from(mut self, node: Node<'_>) {
        let module = node.child_by_field_name("module_name");
        let range = module.map_or(node.start_byte()..node.start_byte(), |module| {
            module.byte_range()
        });
        let before = match module {
            Some(_) => self.parts(range.clone(), "."),
            None => Vec::new(),
        };
        let Some(written) = self.name(range) else {
            return;
        };
        let mut cursor = node.walk();
        let names: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
        if names.is_empty() {
            self.add(whole(before.clone(), ".", written.clone()));
        }
        for name in names {
            let alias = self.node(name.child_by_field_name("alias"));
            let own = name.child_by_field_name("name").unwrap_or(name);
            let parts = [before.clone(), self.parts(own.byte_range(), ".")].concat();
            self.add(Import {
                is_named: true,
                parts,
                aliases: alias.into_iter().collect(),
                separator: ".",
                written: written.clone(),
            });
        }
    }

    /// `import … from 'x'`, `export … from 'x'`, `import x = require('x')`, `require('x')`,
    /// `import('x')`.
    fn script(mut self, node: Node<'_>, kind: &str) {
        match kind {
            "import_statement" | "export_statement" | "import_require_clause" => {
                if let Some(source) = node.child_by_field_name("source") {
                    let names = clause_names(node);
                    self.module(source, &names);
                }
            }
            "call_expression" => {
                let callee = self.node(node.child_by_field_name("function"));
                let imports = callee.is_some_and(|name| {
                    matches!(name.text.as_str(), "require" | "import" | "require.resolve")
                });
                let arguments = node.child_by_field_name("arguments");
                if imports && let Some(first) = arguments.and_then(|list| list.named_child(0)) {
                    self.module(first, &[]);
                }
            }
            _ => {}
        }
    }

    fn module(&mut self, source: Node<'_>, names: &[Range<usize>]) {
        let Some(range) = inside(source, self.code.text) else {
            return;
        };
        let parts = self.parts(range.clone(), "/");
        let Some(written) = self.name(range) else {
            return;
        };
        let aliases = names.iter().filter_map(|range| self.name(range.clone()));
        let aliases = aliases.collect();
        self.add(Import {
            is_named: false,
            parts,
            aliases,
            separator: "/",
            written,
        });
    }

    fn go(mut self, node: Node<'_>) {
        let alias = self.node(node.child_by_field_name("name"));
        let path = node.child_by_field_name("path");
        let Some(range) = path.and_then(|path| inside(path, self.code.text)) else {
            return;
        };
        if let Some(written) = self.name(range.clone()) {
            self.add(Import {
                aliases: alias.into_iter().collect(),
                ..named(self.parts(range, "/"), "/", written)
            });
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
        aliases: Vec::new(),
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

/// The names in the clause of an import, those that things have in their module and here.
fn clause_names(statement: Node<'_>) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut cursor = statement.walk();
    let clauses: Vec<Node<'_>> = statement.named_children(&mut cursor).collect();
    let mut open: Vec<Node<'_>> = clauses
        .into_iter()
        .filter(|node| {
            matches!(
                node.kind(),
                "import_clause" | "export_clause" | "namespace_export" | "identifier"
            )
        })
        .collect();
    open.reverse();
    while let Some(node) = open.pop() {
        if node.kind() == "identifier" {
            names.push(node.byte_range());
        }
        let mut cursor = node.walk();
        let inside: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        open.extend(inside.into_iter().rev());
    }
    names
}
