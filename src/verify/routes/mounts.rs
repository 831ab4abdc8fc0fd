//! What stands before a path: the prefixes of the routers and functions that it is declared in.

use std::ops::Range;

use tree_sitter::Node;

use super::Route;
use super::segments::join;
use crate::verify::nodes::REACH;

/// How many mounts one inside another are followed, and how many of one router.
const DEPTH: usize = 8;

/// A route as it is declared, before it is known what it is mounted on.
#[derive(Default)]
pub(super) struct Declared {
    pub methods: Vec<String>,
    pub path: String,
    pub range: Range<usize>,
    pub declaration: Range<usize>,
    pub handler: Option<String>,
    /// The variable or the function whose mount is this route's.
    pub owner: Option<String>,
    /// What the blocks around it put before it.
    pub inside: String,
}

/// A router, or a function that makes one, that has a prefix.
pub(super) struct Mount {
    /// The variable or the function.
    pub name: String,
    /// What stands before its routes.
    pub prefix: String,
    /// What it is mounted on.
    pub owner: Option<String>,
    /// Where the name means it.
    pub scope: Range<usize>,
    /// Whether the router says it of itself, rather than who mounts it.
    pub own: bool,
}

/// All that was found in a file.
#[derive(Default)]
pub(super) struct Found {
    pub declared: Vec<Declared>,
    pub mounts: Vec<Mount>,
}

impl Found {
    /// A router says of itself what stands before its routes.
    pub(super) fn own_prefix(&mut self, name: &str, prefix: String, scope: Range<usize>) {
        self.mounts.push(Mount {
            name: name.to_owned(),
            prefix,
            owner: None,
            scope,
            own: true,
        });
    }

    /// The routes, by place.
    pub(super) fn routes(mut self) -> Vec<Route> {
        let mut declared = std::mem::take(&mut self.declared);
        declared.sort_by_key(|one| (one.range.start, one.declaration.end));
        declared.into_iter().map(|one| self.route(one)).collect()
    }

    fn route(&self, one: Declared) -> Route {
        let prefixes = self.prefixes(one.owner.as_deref(), one.declaration.start, DEPTH);
        let inside = join(&one.inside, &one.path);
        let mut paths: Vec<String> = prefixes
            .iter()
            .map(|prefix| join(prefix, &inside))
            .collect();
        let own = self.own(one.owner.as_deref(), one.declaration.start);
        paths.push(join(own, &inside));
        paths.push(join("", &one.path));
        paths.dedup();
        Route {
            methods: one.methods,
            paths,
            range: one.range,
            declaration: one.declaration,
            handler: one.handler,
        }
    }

    /// What stands before the routes of a router; an empty text where nothing does.
    fn prefixes(&self, name: Option<&str>, at: usize, depth: usize) -> Vec<String> {
        let Some(name) = name.filter(|_| depth > 0) else {
            return vec![String::new()];
        };
        let own = self.own(Some(name), at);
        let outer = |mount: &&Mount| -> Vec<String> {
            let above = mount.owner.as_deref().filter(|above| *above != name);
            let above = self.prefixes(above, at, depth / 2);
            let whole = above
                .iter()
                .map(|above| join(&join(above, &mount.prefix), own));
            whole.collect()
        };
        let mounts = self.nearest(name, at, false);
        let mut all: Vec<String> = mounts.iter().take(DEPTH).flat_map(outer).collect();
        if all.is_empty() {
            all.push(own.to_owned());
        }
        all.truncate(DEPTH);
        all
    }

    /// What a router says of itself that stands before its routes.
    fn own(&self, name: Option<&str>, at: usize) -> &str {
        let own = name.map(|name| self.nearest(name, at, true));
        let first = own.unwrap_or_default().first().copied();
        first.map_or("", |mount| mount.prefix.as_str())
    }

    /// The mounts that a name means at a place: those of the innermost function around it.
    fn nearest(&self, name: &str, at: usize, own: bool) -> Vec<&Mount> {
        let fits =
            |mount: &&Mount| mount.own == own && mount.name == name && mount.scope.contains(&at);
        let size = |mount: &Mount| mount.scope.len();
        let smallest = self.mounts.iter().filter(fits).map(size).min();
        let fitting = self.mounts.iter().filter(fits);
        fitting
            .filter(|mount| Some(size(mount)) == smallest)
            .collect()
    }
}

/// Where a name that is bound here means the same: in the innermost function around it.
pub(super) fn scope(above: &[Node<'_>]) -> Range<usize> {
    let is_function = |node: &&Node<'_>| {
        matches!(
            node.kind(),
            "function_declaration"
                | "function_expression"
                | "arrow_function"
                | "method_definition"
                | "function_definition"
                | "function_item"
                | "func_literal"
                | "method_declaration"
                | "lambda_expression"
        )
    };
    let inner = above.iter().rev().take(REACH).find(is_function);
    inner.map_or(EVERYWHERE, Node::byte_range)
}

/// The scope of what a whole file knows.
pub(super) const EVERYWHERE: Range<usize> = 0..usize::MAX;
