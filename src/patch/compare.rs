//! The search for what two texts have in common, in time that the number of their lines bounds.
//!
//! Myers' search, even with Git's bounds, takes minutes for a million shuffled lines. Texts beyond
//! [`LIMIT`] are first cut at lines that are found once in each of them, in the same order; what
//! is still beyond it between two such lines is taken as replaced.

use std::collections::HashMap;
use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff};

/// The most lines of both texts that Myers' search is given at once.
const LIMIT: usize = 200_000;

/// Lines of a text that are to be compared.
#[derive(Debug, Clone)]
pub(super) struct Section<'t, 'a> {
    pub(super) lines: &'t [&'a [u8]],
    pub(super) range: Range<usize>,
}

/// What becomes of the lines of `old` and `new`, without a gap, from the top.
pub(super) fn ops(old: &Section<'_, '_>, new: &Section<'_, '_>) -> Vec<DiffOp> {
    ops_within(LIMIT, old, new)
}

fn ops_within(limit: usize, old: &Section<'_, '_>, new: &Section<'_, '_>) -> Vec<DiffOp> {
    if old.range.len() + new.range.len() <= limit {
        return search(old, new);
    }
    let mut ops = Vec::new();
    let (mut old_at, mut new_at) = (old.range.start, new.range.start);
    for (old_end, new_end) in anchors(old, new) {
        gap(
            limit,
            &old.part(old_at..old_end),
            &new.part(new_at..new_end),
            &mut ops,
        );
        push_equal(&mut ops, old_end, new_end, 1);
        (old_at, new_at) = (old_end + 1, new_end + 1);
    }
    let (old_rest, new_rest) = (old_at..old.range.end, new_at..new.range.end);
    gap(limit, &old.part(old_rest), &new.part(new_rest), &mut ops);
    ops
}

fn search(old: &Section<'_, '_>, new: &Section<'_, '_>) -> Vec<DiffOp> {
    let (old_range, new_range) = (old.range.clone(), new.range.clone());
    capture_diff(Algorithm::Myers, old.lines, old_range, new.lines, new_range)
}

/// Adds what is between two anchors.
fn gap(limit: usize, old: &Section<'_, '_>, new: &Section<'_, '_>, ops: &mut Vec<DiffOp>) {
    match old.range.len() + new.range.len() {
        0 => {}
        count if count > limit && !old.range.is_empty() && !new.range.is_empty() => {
            ops.push(DiffOp::Replace {
                old_index: old.range.start,
                old_len: old.range.len(),
                new_index: new.range.start,
                new_len: new.range.len(),
            });
        }
        _ => search(old, new).into_iter().for_each(|op| push(ops, op)),
    }
}

fn push(ops: &mut Vec<DiffOp>, op: DiffOp) {
    match op {
        DiffOp::Equal {
            old_index,
            new_index,
            len,
        } => push_equal(ops, old_index, new_index, len),
        op => ops.push(op),
    }
}

/// Adds lines that both texts have; those that follow others become one with them.
pub(super) fn push_equal(ops: &mut Vec<DiffOp>, old_index: usize, new_index: usize, count: usize) {
    match ops.last_mut() {
        Some(DiffOp::Equal { len, .. }) => *len += count,
        _ if count > 0 => ops.push(DiffOp::Equal {
            old_index,
            new_index,
            len: count,
        }),
        _ => {}
    }
}

impl Section<'_, '_> {
    fn part(&self, range: Range<usize>) -> Self {
        Self { range, ..*self }
    }
}

/// Where a line is found in each text, and how often.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    old: (usize, usize),
    new: (usize, usize),
}

/// As many lines as there can be that each text has once, and both have in the same order.
fn anchors(old: &Section<'_, '_>, new: &Section<'_, '_>) -> Vec<(usize, usize)> {
    let mut found: HashMap<&[u8], Found> = HashMap::new();
    for index in old.range.clone() {
        let found = found.entry(old.lines[index]).or_default();
        found.old = (index, found.old.1 + 1);
    }
    for index in new.range.clone() {
        if let Some(found) = found.get_mut(new.lines[index]) {
            found.new = (index, found.new.1 + 1);
        }
    }
    let once = found
        .into_values()
        .filter(|found| found.old.1 == 1 && found.new.1 == 1);
    let mut pairs: Vec<_> = once.map(|found| (found.old.0, found.new.0)).collect();
    pairs.sort_unstable();
    longest_rise(&pairs)
}

/// The longest selection of the pairs in which the second members rise as the first ones do.
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each length, the selection of that length that ends lowest: the index of its last pair.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = Vec::with_capacity(pairs.len());
    for (index, pair) in pairs.iter().enumerate() {
        let length = ends.partition_point(|end| pairs[*end].1 < pair.1);
        before.push(length.checked_sub(1).map(|shorter| ends[shorter]));
        match ends.get_mut(length) {
            Some(end) => *end = index,
            None => ends.push(index),
        }
    }
    let last = ends.last().copied();
    let back = std::iter::successors(last, |index| before[*index]);
    let mut rise: Vec<_> = back.map(|index| pairs[index]).collect();
    rise.reverse();
    rise
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(numbers: &[u64]) -> Vec<Vec<u8>> {
        numbers
            .iter()
            .map(|number| number.to_string().into_bytes())
            .collect()
    }

    /// The operations; each line of both texts is in exactly one of them, and equal ones are equal.
    fn checked(limit: usize, old: &[u64], new: &[u64]) -> Vec<DiffOp> {
        let (old, new) = (lines(old), lines(new));
        let old: Vec<&[u8]> = old.iter().map(Vec::as_slice).collect();
        let new: Vec<&[u8]> = new.iter().map(Vec::as_slice).collect();
        let section = |lines| -> Section<'_, '_> { whole(lines) };
        let ops = ops_within(limit, &section(&old), &section(&new));
        let mut at = (0, 0);
        for op in &ops {
            assert_eq!((op.old_range().start, op.new_range().start), at, "{ops:?}");
            if let DiffOp::Equal { .. } = op {
                assert_eq!(old[op.old_range()], new[op.new_range()]);
            }
            at = (op.old_range().end, op.new_range().end);
        }
        assert_eq!(at, (old.len(), new.len()), "{ops:?}");
        ops
    }

    fn whole<'t, 'a>(lines: &'t [&'a [u8]]) -> Section<'t, 'a> {
        let range = 0..lines.len();
        Section { lines, range }
    }

    #[test]
    fn beyond_the_limit_lines_that_are_found_once_hold_the_texts_together() {
        let ops = checked(4, &[1, 2, 2, 3, 4], &[9, 1, 2, 3, 5, 4]);
        let same: usize = ops
            .iter()
            .filter(|op| matches!(op, DiffOp::Equal { .. }))
            .map(|op| op.old_range().len())
            .sum();
        assert_eq!(same, 4);
    }

    #[test]
    fn without_such_lines_all_is_replaced() {
        let ops = checked(3, &[1, 1, 2, 2], &[2, 2, 1, 1]);
        assert!(matches!(ops[..], [DiffOp::Replace { .. }]));
        assert!(matches!(
            checked(3, &[], &[1, 1, 1, 1])[..],
            [DiffOp::Insert { .. }]
        ));
    }

    #[test]
    fn every_line_has_its_place_whatever_the_limit() {
        let mut seed = 1_u64;
        let mut random = move |below: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % below
        };
        for _ in 0..500 {
            let kinds = 1 + random(30);
            let old: Vec<u64> = (0..random(30)).map(|_| random(kinds)).collect();
            let new: Vec<u64> = (0..random(30)).map(|_| random(kinds)).collect();
            for limit in [0, 5, 20, 1000] {
                checked(limit, &old, &new);
            }
        }
    }

    #[test]
    fn the_longest_rise_is_found() {
        let pairs = [(0, 5), (1, 1), (2, 2), (3, 9), (4, 3), (5, 4)];
        assert_eq!(longest_rise(&pairs), [(1, 1), (2, 2), (4, 3), (5, 4)]);
        assert_eq!(longest_rise(&[]), []);
    }
}
