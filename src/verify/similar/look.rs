//! The closer look: files are parsed, and the pieces that may be wanted are taken out.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use tree_sitter::Tree;

use super::features::{self, Features};
use super::item::{self, Item};
use super::sift::{Sifted, on_all_cores};
use super::target::Target;
use super::{Query, Search, handlers, quality, words};
use crate::model::spec::Language;
use crate::verify::grammar;

/// So many pieces of one file are kept.
const MOST: usize = 60;

/// A piece that may be wanted.
#[derive(Debug)]
pub(super) struct Piece {
    pub file: usize,
    pub item: Item,
    pub line: usize,
    pub end_line: usize,
    /// The words of its name.
    pub words: Vec<String>,
    pub features: Features,
    /// Whether a program wrote the file.
    pub is_generated: bool,
    /// Of a route.
    pub route: Option<crate::verify::routes::Route>,
}

/// Parses the best files; their pieces, by place.
pub(super) fn run(search: &Search<'_>, target: &Target, sifted: &Sifted) -> Vec<Piece> {
    let next = AtomicUsize::new(0);
    let pieces = Mutex::new(Vec::new());
    let paths = search.paths;
    on_all_cores(search, &|mut read| {
        let mut own = Vec::new();
        while let Some(file) = sifted.best.get(next.fetch_add(1, Ordering::Relaxed)) {
            let text = read(*file);
            own.extend(
                text.into_iter()
                    .flat_map(|text| look(&paths[*file], target, *file, &text)),
            );
        }
        if let Ok(mut pieces) = pieces.lock() {
            pieces.append(&mut own);
        }
    });
    let mut pieces = pieces.into_inner().unwrap_or_default();
    pieces.sort_by_key(|piece: &Piece| (piece.file, piece.item.range.start));
    pieces
}

fn look(path: &str, target: &Target, file: usize, text: &str) -> Vec<Piece> {
    let tree = Language::of_path(path).and_then(|language| {
        let tree = grammar::parse(language, text.as_bytes(), grammar::BUDGET)?;
        Some((language, tree))
    });
    let Some((language, tree)) = tree else {
        return Vec::new();
    };
    let parsed = Parsed {
        file,
        text,
        tree: &tree,
        ends: text.match_indices('\n').map(|(at, _)| at).collect(),
        is_generated: quality::is_written_by_a_program(text),
    };
    match &target.query {
        Query::Route { .. } => handlers::find(&parsed, language, path, target),
        _ => parsed.pieces(target),
    }
}

/// A file that was parsed.
pub(super) struct Parsed<'t> {
    pub file: usize,
    pub text: &'t str,
    pub tree: &'t Tree,
    /// Where its lines end.
    pub ends: Vec<usize>,
    pub is_generated: bool,
}

impl Parsed<'_> {
    fn pieces(&self, target: &Target) -> Vec<Piece> {
        let items = item::find(self.text, self.tree).into_iter();
        let fitting = items.filter(|item| target.may_be(item.kind));
        let mut scored: Vec<(f64, Item)> = fitting
            .map(|item| (first_score(&item, target), item))
            .filter(|(score, _)| *score > 0.0)
            .collect();
        scored.sort_by(|a, b| {
            b.0.total_cmp(&a.0)
                .then(a.1.range.start.cmp(&b.1.range.start))
        });
        scored.truncate(MOST);
        let pieces = scored.into_iter().map(|(_, item)| self.piece(item));
        pieces.collect()
    }

    pub(super) fn piece(&self, item: Item) -> Piece {
        let line = |at: usize| 1 + self.ends.partition_point(|end| *end < at);
        let last = item.range.end.max(item.range.start + 1) - 1;
        Piece {
            file: self.file,
            line: line(item.range.start),
            end_line: line(last),
            words: words::split(&item.name),
            features: features::of(self.tree, self.text, item.range.clone()),
            is_generated: self.is_generated,
            route: None,
            item,
        }
    }
}

/// What can be told of a piece before it is taken apart; 0 where it is not worth that.
fn first_score(item: &Item, target: &Target) -> f64 {
    let even = words::Weights::default();
    let name = words::likeness(&target.words, &words::split(&item.name), &even);
    match &target.code {
        // The size tells which are worth it: something as long is likelier to be alike.
        Some(code) => {
            let (own, wanted) = (item.range.len() as f64, code.item.range.len() as f64);
            name + (own.min(wanted) / own.max(wanted).max(1.0)) + 0.01
        }
        None if matches!(target.query, Query::Component(_)) => name + 0.01,
        None => name,
    }
}
