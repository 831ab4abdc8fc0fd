//! `import a.b as c` and `from a import b`.

use tree_sitter::Node;

use super::{Found, whole};
use crate::verify::importing::Import;

impl Found<'_, '_> {
    pub(super) fn python(mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        let named: Vec<Node<'_>> = node.children_by_field_name("name", &mut cursor).collect();
        for module in named {
            let path = module.child_by_field_name("name").unwrap_or(module);
            let parts = self.parts(path.byte_range(), ".");
            if let Some(written) = self.name(path.byte_range()) {
                self.add(Import {
                    is_named: parts.len() == 1,
                    parts,
                    names: Vec::new(),
                    separator: ".",
                    written,
                });
            }
        }
    }

    pub(super) fn python_from(mut self, node: Node<'_>) {
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
            let own = name.child_by_field_name("name").unwrap_or(name);
            let parts = [before.clone(), self.parts(own.byte_range(), ".")].concat();
            self.add(Import {
                is_named: true,
                parts,
                names: Vec::new(),
                separator: ".",
                written: written.clone(),
            });
        }
    }
}
