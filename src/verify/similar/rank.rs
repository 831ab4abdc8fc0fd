//! How like each piece is to what is wanted.

use super::features;
use super::look::Piece;
use super::sift::{Sifted, is_about_tests};
use super::target::{Code, Target};
use super::words::{self, Weights};
use super::{Place, Query, Similar, quality};

/// A piece with its score.
pub(super) struct Ranked {
    pub piece: Piece,
    pub similar: Similar,
}

/// So many names are told that a piece shares.
const SHARED: usize = 6;

/// A piece is compared with so many others to tell how usual it is.
const OTHERS: usize = 40;

/// Below this, a piece is not like what is wanted.
const LEAST: f64 = 0.12;

/// The pieces that are like it, the most alike first; those alike are in order of their places.
pub(super) fn rank(
    target: &Target,
    sifted: &Sifted,
    pieces: Vec<Piece>,
    paths: &[String],
) -> Vec<Ranked> {
    let names = features::weights(pieces.iter().map(|piece| &piece.features));
    let judge = Judge {
        target,
        sifted,
        names,
        paths,
        pieces: &pieces,
    };
    let usual = judge.usual();
    let scores = pieces.iter().zip(usual);
    let scores: Vec<(f64, Vec<String>)> = scores
        .map(|(piece, usual)| judge.score(piece, usual))
        .collect();
    let mut ranked: Vec<Ranked> = pieces
        .into_iter()
        .zip(scores)
        .filter(|(_, (score, _))| *score >= LEAST)
        .map(|(piece, (score, shared))| ranked(piece, score, shared, paths))
        .collect();
    ranked.sort_by(|a, b| {
        let by_score = b.similar.score.total_cmp(&a.similar.score);
        by_score.then_with(|| a.similar.place.cmp(&b.similar.place))
    });
    ranked
}

fn ranked(piece: Piece, score: f64, shared: Vec<String>, paths: &[String]) -> Ranked {
    let similar = Similar {
        kind: piece.item.kind,
        name: piece.item.name.clone(),
        of: piece.item.of.clone(),
        signature: piece.item.signature.clone(),
        place: Place {
            path: paths[piece.file].clone(),
            line: piece.line,
            end_line: piece.end_line,
        },
        score,
        shared,
        others: Vec::new(),
    };
    Ranked { piece, similar }
}

struct Judge<'a> {
    target: &'a Target,
    sifted: &'a Sifted,
    names: Weights,
    paths: &'a [String],
    pieces: &'a [Piece],
}

impl Judge<'_> {
    fn score(&self, piece: &Piece, usual: f64) -> (f64, Vec<String>) {
        let (likeness, shared) = match (&self.target.query, &self.target.code) {
            (Query::Like { path, line }, Some(code)) => self.like(piece, code, path, *line),
            (Query::Route { path, .. }, _) => self.route(piece, path.as_deref(), usual),
            (Query::Component(_), _) => self.component(piece, usual),
            _ => self.named(piece),
        };
        (likeness * self.quality(piece), shared)
    }

    fn quality(&self, piece: &Piece) -> f64 {
        let path = quality::of_path(&self.paths[piece.file], is_about_tests(self.target));
        let lines = piece.end_line + 1 - piece.line;
        let written = if piece.is_generated { 0.3 } else { 1.0 };
        let length = match piece.route {
            // What handles a route is often elsewhere, and how it is declared is what is copied.
            Some(_) if !piece.item.has_body => 0.85,
            Some(_) => quality::of_length(lines.max(4), true),
            None => quality::of_length(lines, piece.item.has_body),
        };
        path * written * length
    }

    fn named(&self, piece: &Piece) -> (f64, Vec<String>) {
        let likeness = words::likeness(&self.target.words, &piece.words, &self.sifted.weights);
        (likeness, self.shared_words(piece))
    }

    fn shared_words(&self, piece: &Piece) -> Vec<String> {
        let shared = self
            .target
            .words
            .iter()
            .filter(|word| piece.words.contains(word));
        shared.cloned().collect()
    }

    /// By the name, and by how usual it is.
    fn component(&self, piece: &Piece, usual: f64) -> (f64, Vec<String>) {
        let (named, shared) = self.named(piece);
        (0.75 * named + 0.25 * usual, shared)
    }

    /// By the path, and by how usual it is among those of its kind.
    fn route(&self, piece: &Piece, wanted: Option<&str>, usual: f64) -> (f64, Vec<String>) {
        let exact = match piece
            .route
            .as_ref()
            .is_some_and(|route| route.methods.is_empty())
        {
            true => 0.5,
            false => 1.0,
        };
        let Some(wanted) = wanted else {
            return (exact * (0.6 + 0.4 * usual), Vec::new());
        };
        let own = piece.route.as_ref().and_then(|route| route.paths.first());
        let paths = path_likeness(wanted, own.map(String::as_str).unwrap_or_default());
        (
            exact * (0.35 + 0.5 * paths + 0.15 * usual),
            self.shared_words(piece),
        )
    }

    /// How much each piece has in common with others, from 0 to 1, which the most usual one has.
    fn usual(&self) -> Vec<f64> {
        let step = (self.pieces.len() / OTHERS).max(1);
        let others: Vec<&Piece> = self.pieces.iter().step_by(step).collect();
        let asks = matches!(self.target.query, Query::Route { .. } | Query::Component(_));
        let common = self.pieces.iter().map(|piece| match asks {
            true => self.in_common(piece, &others),
            false => 0.0,
        });
        let common: Vec<f64> = common.collect();
        let most = common.iter().copied().fold(1e-9, f64::max);
        common.into_iter().map(|one| one / most).collect()
    }

    fn in_common(&self, piece: &Piece, others: &[&Piece]) -> f64 {
        let others = others.iter().filter(|other| !std::ptr::eq(**other, piece));
        let likeness = others.map(|other| {
            let names = piece.features.names_likeness(&other.features, &self.names);
            let place = quality::of_path(&self.paths[other.file], false);
            place * (names + piece.features.shape_likeness(&other.features))
        });
        likeness.sum()
    }

    fn like(&self, piece: &Piece, code: &Code, path: &str, line: usize) -> (f64, Vec<String>) {
        let own = &self.paths[piece.file];
        if own == path && (piece.line..=piece.end_line).contains(&line) {
            return (0.0, Vec::new());
        }
        let names = code.features.names_likeness(&piece.features, &self.names);
        let shape = code.features.shape_likeness(&piece.features);
        let title = words::likeness(&self.target.words, &piece.words, &Weights::default());
        let kind = f64::from(u8::from(code.item.kind == piece.item.kind));
        let near = nearness(own, path);
        let same_class = f64::from(u8::from(
            code.item.of.is_some() && code.item.of == piece.item.of,
        ));
        let score = 0.35 * (2.0 * names).min(1.0)
            + 0.3 * (1.5 * shape).min(1.0)
            + 0.2 * title
            + 0.05 * kind
            + 0.05 * near
            + 0.05 * same_class;
        // What has only its kind and its place in common is not like it.
        let is_like = names + shape + title > 0.15;
        (
            if is_like { score } else { 0.0 },
            self.shared_names(piece, code),
        )
    }

    fn shared_names(&self, piece: &Piece, code: &Code) -> Vec<String> {
        let shared = code.features.names.intersection(&piece.features.names);
        let mut shared: Vec<&String> = shared.collect();
        shared.sort_by(|a, b| self.names.of(b).total_cmp(&self.names.of(a)).then(a.cmp(b)));
        shared.into_iter().take(SHARED).cloned().collect()
    }
}

/// 1 in the same file, less with each folder between.
fn nearness(a: &str, b: &str) -> f64 {
    if a == b {
        return 1.0;
    }
    let folders = |path: &str| path.split('/').map(str::to_owned).collect::<Vec<_>>();
    let (a, b) = (folders(a), folders(b));
    let shared = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let deepest = a.len().max(b.len());
    0.8 * (shared + 1) as f64 / deepest.max(1) as f64
}

/// How alike two paths are, from 0 to 1: by their parts from the start, the last, and how many.
fn path_likeness(wanted: &str, own: &str) -> f64 {
    let parts = |path: &str| -> Vec<String> {
        let parts = path.split('/').filter(|part| !part.is_empty());
        let plain = |part: &str| match part.starts_with([':', '{', '<', '*', '[', '$']) {
            true => "*".to_owned(),
            false => part.to_lowercase(),
        };
        parts.map(plain).collect()
    };
    let (wanted, own) = (parts(wanted), parts(own));
    let longest = wanted.len().max(own.len()).max(1) as f64;
    let from_start = wanted.iter().zip(&own).take_while(|(a, b)| a == b).count() as f64;
    let from_end = wanted
        .iter()
        .rev()
        .zip(own.iter().rev())
        .take_while(|(a, b)| a == b)
        .count() as f64;
    let anywhere = wanted.iter().filter(|part| own.contains(part)).count() as f64;
    let shape = f64::from(u8::from(wanted.len() == own.len()));
    (0.35 * from_start + 0.25 * from_end + 0.25 * anywhere) / longest + 0.15 * shape
}
