//! Trees of `use`, leaf by leaf.

use tree_sitter::Node;

use super::Found;
use crate::verify::calling::Name;
use crate::verify::importing::Import;

impl Found<'_, '_> {
    /// A tree of `use`: each leaf with the path to it. A list of what is still to be opened stands
    /// in for our own stack.
    pub(super) fn rust(mut self, tree: Option<Node<'_>>) {
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
                    let parts = path(field("path"));
                    self.rust_leaf(node, parts);
                }
                "use_wildcard" => {
                    let parts = path(node.named_child(0));
                    self.rust_leaf(node, parts);
                }
                "line_comment" | "block_comment" => {}
                _ => {
                    let parts = path(Some(node));
                    self.rust_leaf(node, parts);
                }
            }
        }
    }

    fn rust_leaf(&mut self, node: Node<'_>, parts: Vec<Name>) {
        if let Some(written) = self.name(node.byte_range()) {
            self.add(Import {
                is_named: node.kind() != "use_wildcard",
                parts,
                names: Vec::new(),
                separator: "::",
                written,
            });
        }
    }
}
