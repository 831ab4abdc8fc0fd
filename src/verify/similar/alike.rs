//! Pieces that are nearly the same are told once: the best of them, with where the others are.

use std::ops::Range;

use super::Similar;
use super::rank::Ranked;

/// So alike in shape are pieces that are nearly the same.
const SAME_SHAPE: f64 = 0.85;

/// So many of the best are compared with each other.
const COMPARED: usize = 400;

/// So many signs a piece has at least whose shape says something.
const TELLING: usize = 12;

/// Each piece once.
pub(super) fn collapse(ranked: Vec<Ranked>) -> Vec<Similar> {
    let mut kept: Vec<Ranked> = Vec::new();
    for one in ranked {
        let compared = kept.iter_mut().take(COMPARED);
        match compared.into_iter().find(|first| is_same(first, &one)) {
            Some(first) if is_within(first, &one) => {}
            Some(first) => first.similar.others.push(one.similar.place),
            None => kept.push(one),
        }
    }
    kept.into_iter().map(|one| one.similar).collect()
}

fn is_same(a: &Ranked, b: &Ranked) -> bool {
    if is_within(a, b) {
        return true;
    }
    let (a, b) = (&a.piece, &b.piece);
    let telling = a.features.signs.min(b.features.signs) >= TELLING;
    let lengths = a.features.signs.abs_diff(b.features.signs) * 5 <= a.features.signs;
    a.item.kind == b.item.kind
        && telling
        && lengths
        && a.features.shape_likeness(&b.features) >= SAME_SHAPE
}

/// Whether one is a part of the other.
fn is_within(a: &Ranked, b: &Ranked) -> bool {
    let (a, b) = (&a.piece, &b.piece);
    let holds = |outer: &Range<usize>, inner: &Range<usize>| {
        outer.start <= inner.start && inner.end <= outer.end
    };
    let (one, other) = (&a.item.range, &b.item.range);
    a.file == b.file && (holds(one, other) || holds(other, one))
}
