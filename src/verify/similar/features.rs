//! What a piece of code is made of: its shape, and the names that it uses.

use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet};
use std::hash::Hasher as _;
use std::ops::Range;

use tree_sitter::{Node, Tree};

use super::words::Weights;
use crate::verify::nodes;

/// So many signs in a row make a piece of the shape.
const ROW: usize = 5;

/// Of so many rows one after the other, one is kept.
const WINDOW: usize = 4;

/// So many signs of a piece of code are looked at.
const MOST: usize = 4_000;

/// What a piece of code is made of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Features {
    /// Fingerprints of its shape, in which every name is like every other.
    pub shape: BTreeSet<u64>,
    /// The names that it calls and uses, each once.
    pub names: BTreeSet<String>,
    /// How many signs it has.
    pub signs: usize,
}

/// Of a part of a file.
pub fn of(tree: &Tree, text: &str, part: Range<usize>) -> Features {
    let mut signs: Vec<u64> = Vec::new();
    let mut names = BTreeSet::new();
    let root = tree
        .root_node()
        .descendant_for_byte_range(part.start, part.end);
    let mut waiting: Vec<Node<'_>> = root.into_iter().collect();
    while let Some(node) = waiting.pop() {
        let is_outside = node.end_byte() <= part.start || node.start_byte() >= part.end;
        if is_outside || node.kind().ends_with("comment") || signs.len() >= MOST {
            continue;
        }
        let is_text = nodes::is_string(node.kind());
        if is_text || node.child_count() == 0 {
            signs.push(sign(node, is_text));
            let word = nodes::words(node, text);
            if node.kind().ends_with("identifier") && word.len() > 1 {
                names.insert(word.to_owned());
            }
            continue;
        }
        let mut cursor = node.walk();
        let start = waiting.len();
        waiting.extend(node.children(&mut cursor));
        waiting[start..].reverse();
    }
    Features {
        shape: winnow(&signs),
        names,
        signs: signs.len(),
    }
}

/// The types that are words of a language: a function of `int` is like one of `long`.
const TYPES: [&str; 10] = [
    "int",
    "long",
    "short",
    "byte",
    "char",
    "float",
    "double",
    "boolean_type",
    "primitive_type",
    "sized_type_specifier",
];

/// Names are alike, and so are literals of a kind; every other sign is itself.
fn sign(node: Node<'_>, is_text: bool) -> u64 {
    let kind = match node.kind() {
        _ if is_text => "string",
        kind if kind.ends_with("identifier") || TYPES.contains(&kind) => "name",
        kind => kind,
    };
    hash(kind)
}

fn hash(value: impl std::hash::Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    value.hash(&mut hasher);
    hasher.finish()
}

/// The smallest of each few rows: of two texts that share a longer part, both keep the same ones.
fn winnow(signs: &[u64]) -> BTreeSet<u64> {
    let rows: Vec<u64> = match signs.len() {
        0 => Vec::new(),
        few if few < ROW => vec![hash(signs)],
        _ => signs.windows(ROW).map(hash).collect(),
    };
    let windows = rows.windows(WINDOW.min(rows.len().max(1)));
    windows
        .filter_map(|window| window.iter().min().copied())
        .collect()
}

impl Features {
    /// How alike two shapes are, from 0 to 1.
    pub fn shape_likeness(&self, other: &Self) -> f64 {
        let shared = self.shape.intersection(&other.shape).count();
        let all = self.shape.len() + other.shape.len() - shared;
        match all {
            0 => 0.0,
            all => shared as f64 / all as f64,
        }
    }

    /// How many of the same names two use, from 0 to 1, by what they tell.
    pub fn names_likeness(&self, other: &Self, weights: &Weights) -> f64 {
        let shared: f64 = self
            .names
            .intersection(&other.names)
            .map(|name| weights.of(name))
            .sum();
        let sum =
            |names: &BTreeSet<String>| -> f64 { names.iter().map(|name| weights.of(name)).sum() };
        let all = sum(&self.names) + sum(&other.names) - shared;
        match all > 0.0 {
            true => shared / all,
            false => 0.0,
        }
    }
}

/// How much each name tells among some pieces of code.
pub fn weights<'f>(all: impl Iterator<Item = &'f Features>) -> Weights {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut count = 0;
    for features in all {
        count += 1;
        for name in &features.names {
            *seen.entry(name.clone()).or_default() += 1;
        }
    }
    Weights::new(seen, count)
}
