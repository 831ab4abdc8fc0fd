//! Which words of lines that changed are other ones.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::shown::without_break;

/// Beyond so many bytes nobody looks for single words.
const LARGEST: usize = 32 * 1024;

/// How fine the words are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grain {
    /// What is between blanks.
    Blanks,
    /// Names and numbers; each sign is a word of its own.
    Names,
}

/// Words of some lines, and of those that they gave way to.
#[derive(Debug)]
pub(super) struct Words<'a> {
    old: Vec<&'a [u8]>,
    new: Vec<&'a [u8]>,
    runs: Vec<Run>,
}

/// Words that follow each other, and are in both texts or not.
#[derive(Debug, Clone)]
struct Run {
    is_same: bool,
    old: Range<usize>,
    new: Range<usize>,
}

/// A run as its words: in both texts, those of the new one are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate<'w, 'a> {
    Same(&'w [&'a [u8]]),
    Changed {
        removed: &'w [&'a [u8]],
        added: &'w [&'a [u8]],
    },
}

/// A piece of a line, and whether it is not in the other text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span<'a> {
    pub(super) is_marked: bool,
    pub(super) text: &'a [u8],
}

impl<'a> Words<'a> {
    /// Compares the words of lines; none where they are too many.
    pub(super) fn of(removed: &[&'a [u8]], added: &[&'a [u8]], grain: Grain) -> Option<Self> {
        let size: usize = removed.iter().chain(added).map(|line| line.len()).sum();
        if size > LARGEST {
            return None;
        }
        let (old, new) = (split(removed, grain), split(added, grain));
        let ops = capture_diff_slices(Algorithm::Myers, &old, &new);
        let runs = runs(&ops, &new);
        Some(Self { old, new, runs })
    }

    /// How much the texts have in common, in bytes that are not blank: from 0 to 1.
    pub(super) fn likeness(&self) -> f64 {
        let count = |words: &[&[u8]]| -> usize {
            let words = words.iter().filter(|word| !is_blank(word));
            words.map(|word| word.len()).sum()
        };
        let same = self.runs.iter().filter(|run| run.is_same);
        let same: usize = same.map(|run| count(&self.new[run.new.clone()])).sum();
        let all = count(&self.old) + count(&self.new);
        // Sizes are far below what a float holds exactly.
        if all == 0 {
            0.0
        } else {
            (2 * same) as f64 / all as f64
        }
    }

    /// The runs, in their order.
    pub(super) fn fates(&self) -> impl Iterator<Item = Fate<'_, 'a>> {
        self.runs.iter().map(|run| match run.is_same {
            true => Fate::Same(&self.new[run.new.clone()]),
            false => Fate::Changed {
                removed: &self.old[run.old.clone()],
                added: &self.new[run.new.clone()],
            },
        })
    }

    /// The removed lines, with what is not in the added ones marked.
    pub(super) fn removed<'l>(&self, lines: &[&'l [u8]]) -> Vec<Vec<Span<'l>>> {
        self.marked(lines, &self.old, |run| run.old.clone())
    }

    /// The added lines, with what is not in the removed ones marked.
    pub(super) fn added<'l>(&self, lines: &[&'l [u8]]) -> Vec<Vec<Span<'l>>> {
        self.marked(lines, &self.new, |run| run.new.clone())
    }

    fn marked<'l>(
        &self,
        lines: &[&'l [u8]],
        words: &[&[u8]],
        side: impl Fn(&Run) -> Range<usize>,
    ) -> Vec<Vec<Span<'l>>> {
        let mut pieces = self.runs.iter().flat_map(|run| {
            let words = words[side(run)].iter();
            words.map(|word| (word.len(), !run.is_same))
        });
        let line = |line: &&'l [u8]| spans(line, &mut pieces);
        lines.iter().map(line).collect()
    }
}

/// A line cut at the ends of its words, of which neighbours that are alike are put together.
fn spans<'l>(line: &'l [u8], words: &mut impl Iterator<Item = (usize, bool)>) -> Vec<Span<'l>> {
    let mut ends: Vec<(usize, bool)> = Vec::new();
    let mut at = 0;
    while at < line.len() {
        let Some((length, is_marked)) = words.next() else {
            break;
        };
        at += length;
        match ends.last_mut() {
            Some((end, last)) if *last == is_marked => *end = at,
            _ => ends.push((at, is_marked)),
        }
    }
    let text = without_break(line);
    let mut start = 0;
    let span = |(end, is_marked): (usize, bool)| {
        let piece = text.get(start..end.min(text.len())).unwrap_or_default();
        start = end;
        Span {
            is_marked,
            text: piece,
        }
    };
    let spans = ends.into_iter().map(span);
    spans.filter(|span| !span.text.is_empty()).collect()
}

/// What becomes of which words. Blanks alone between changes are no reason to tell them apart.
fn runs(ops: &[DiffOp], new: &[&[u8]]) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    for (index, op) in ops.iter().enumerate() {
        let is_inner = index > 0 && index + 1 < ops.len();
        let (old_range, new_range) = (op.old_range(), op.new_range());
        let is_glue = is_inner && new[new_range.clone()].iter().all(|word| is_blank(word));
        let is_same = matches!(op, DiffOp::Equal { .. }) && !is_glue;
        match runs.last_mut() {
            Some(last) if last.is_same == is_same => {
                last.old.end = old_range.end;
                last.new.end = new_range.end;
            }
            _ => runs.push(Run {
                is_same,
                old: old_range,
                new: new_range,
            }),
        }
    }
    runs
}

/// Blanks within a line.
fn is_blank(word: &[u8]) -> bool {
    word.iter().all(|byte| matches!(byte, b' ' | b'\t'))
}

fn split<'a>(lines: &[&'a [u8]], grain: Grain) -> Vec<&'a [u8]> {
    let same = |a: &u8, b: &u8| {
        let class = class(*a, grain);
        class != Class::Alone && class == self::class(*b, grain)
    };
    lines.iter().flat_map(|line| line.chunk_by(same)).collect()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Blank,
    Word,
    /// A word of one byte.
    Alone,
}

fn class(byte: u8, grain: Grain) -> Class {
    match byte {
        b' ' | b'\t' => Class::Blank,
        b'\n' => Class::Alone,
        _ if grain == Grain::Blanks => Class::Word,
        b'_' | 0x80.. => Class::Word,
        _ if byte.is_ascii_alphanumeric() => Class::Word,
        _ => Class::Alone,
    }
}
