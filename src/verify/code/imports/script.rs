//! Modules of JavaScript and TypeScript.

use std::ops::Range;

use tree_sitter::Node;

use super::{Found, inside};
use crate::verify::importing::Import;

impl Found<'_, '_> {
    /// `import … from 'x'`, `export … from 'x'`, `import x = require('x')`, `require('x')`,
    /// `import('x')`.
    pub(super) fn script(mut self, node: Node<'_>, kind: &str) {
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
        let names = names.iter().filter_map(|range| self.name(range.clone()));
        let names = names.collect();
        self.add(Import {
            is_named: false,
            parts,
            names,
            separator: "/",
            written,
        });
    }
}

/// The names in the clause of an import: those that things have in their module, and the one that
/// what it exports by default is given. Other names that the file gives to them do not count.
fn clause_names(statement: Node<'_>) -> Vec<Range<usize>> {
    let mut names = Vec::new();
    let mut open = vec![statement];
    while let Some(node) = open.pop() {
        let mut cursor = node.walk();
        let inside: Vec<Node<'_>> = node.named_children(&mut cursor).collect();
        for child in inside.into_iter().rev() {
            match (node.kind(), child.kind()) {
                (_, "import_clause" | "named_imports" | "export_clause") => open.push(child),
                (_, "import_specifier" | "export_specifier") => {
                    names.extend(
                        child
                            .child_by_field_name("name")
                            .map(|name| name.byte_range()),
                    );
                }
                ("import_clause", "identifier") => names.push(child.byte_range()),
                _ => {}
            }
        }
    }
    names
}
