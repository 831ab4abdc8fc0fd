//! How two texts differ, line by line.
//!
//! A line ends after `\n` and nowhere else; the last one may lack it, and is then another line
//! than with it. What is equal at both ends is cut off before anything is compared. The search
//! (`compare`) has bounds that depend on the texts alone: no clock, so that the same texts differ in
//! the same way on every machine, however busy.

use std::ops::Range;

use similar::{DiffOp, group_diff_ops};

use super::compare::{self, Section, push_equal};

/// Unchanged lines that are shown around a change.
pub const CONTEXT: usize = 3;

/// How two texts differ.
#[derive(Debug, Clone)]
pub struct Diff<'a> {
    /// Lines before the first one of `old` and of `new`.
    skipped: usize,
    old: Vec<&'a [u8]>,
    new: Vec<&'a [u8]>,
    hunks: Vec<Vec<DiffOp>>,
}

/// Changes that are near to each other, with the lines around them.
#[derive(Debug, Clone, Copy)]
pub struct Hunk<'d, 'a> {
    diff: &'d Diff<'a>,
    ops: &'d [DiffOp],
}

/// Lines of a hunk that follow each other and have the same fate. Every line has its `\n`, but
/// for a last one that has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part<'d, 'a> {
    /// They are in both texts.
    Same(&'d [&'a [u8]]),
    /// Some give way to others; one of the two may be empty.
    Changed {
        /// Of the old text.
        removed: &'d [&'a [u8]],
        /// Of the new text.
        added: &'d [&'a [u8]],
    },
}

impl<'a> Diff<'a> {
    /// Compares two texts.
    pub fn of(old: &'a [u8], new: &'a [u8]) -> Self {
        let window = Window::of(old, new);
        let lines = |text: &'a [u8], range: Range<usize>| -> Vec<&'a [u8]> {
            let lines = text.get(range).unwrap_or_default();
            lines.split_inclusive(|byte| *byte == b'\n').collect()
        };
        let head = lines(old, window.head());
        let tail = lines(old, window.tail(old));
        let surround = |middle: Vec<&'a [u8]>| [head.as_slice(), &middle, &tail].concat();
        let old_lines = surround(lines(old, window.old.clone()));
        let new_lines = surround(lines(new, window.new.clone()));
        let hunks = hunks(&old_lines, &new_lines, head.len(), tail.len());
        Self {
            skipped: line_breaks(&old[..window.head().start]),
            old: old_lines,
            new: new_lines,
            hunks,
        }
    }

    /// The hunks, from the top.
    pub fn hunks(&self) -> impl ExactSizeIterator<Item = Hunk<'_, 'a>> {
        self.hunks.iter().map(|ops| Hunk { diff: self, ops })
    }

    /// How many lines the new text has that the old one has not.
    pub fn added(&self) -> u64 {
        self.changes().map(|op| op.new_range().len() as u64).sum()
    }

    /// How many lines the old text has that the new one has not.
    pub fn removed(&self) -> u64 {
        self.changes().map(|op| op.old_range().len() as u64).sum()
    }

    /// The lines that the new text has and the old one has not, with their numbers in the new
    /// text, from 1.
    pub fn added_lines(&self) -> impl Iterator<Item = (usize, &'a [u8])> {
        let indices = self.changes().flat_map(DiffOp::new_range);
        indices.map(|index| (self.skipped + index + 1, self.new[index]))
    }

    fn changes(&self) -> impl Iterator<Item = &DiffOp> {
        let ops = self.hunks.iter().flatten();
        ops.filter(|op| !matches!(op, DiffOp::Equal { .. }))
    }
}

impl<'d, 'a> Hunk<'d, 'a> {
    /// Where the hunk is in the old text: its first line, from 1; without lines, the one before.
    pub fn old_start(&self) -> usize {
        self.start(self.old_range())
    }

    /// How many lines of the old text it holds.
    pub fn old_lines(&self) -> usize {
        self.old_range().len()
    }

    /// Where the hunk is in the new text, as [`Hunk::old_start`].
    pub fn new_start(&self) -> usize {
        self.start(self.new_range())
    }

    /// How many lines of the new text it holds.
    pub fn new_lines(&self) -> usize {
        self.new_range().len()
    }

    /// What the hunk consists of, from the top.
    pub fn parts(&self) -> impl Iterator<Item = Part<'d, 'a>> + use<'d, 'a> {
        let diff = self.diff;
        self.ops.iter().map(move |op| match op {
            DiffOp::Equal { .. } => Part::Same(&diff.old[op.old_range()]),
            _ => Part::Changed {
                removed: &diff.old[op.old_range()],
                added: &diff.new[op.new_range()],
            },
        })
    }

    fn old_range(&self) -> Range<usize> {
        self.range(DiffOp::old_range)
    }

    fn new_range(&self) -> Range<usize> {
        self.range(DiffOp::new_range)
    }

    fn range(&self, of: impl Fn(&DiffOp) -> Range<usize>) -> Range<usize> {
        let start = self.ops.first().map_or(0, |op| of(op).start);
        start..self.ops.last().map_or(start, |op| of(op).end)
    }

    fn start(&self, range: Range<usize>) -> usize {
        self.diff.skipped + range.start + usize::from(!range.is_empty())
    }
}

/// The part of two texts that has to be compared, and how much context there is around it.
#[derive(Debug)]
struct Window {
    /// Where the shown context before the difference starts, in either text.
    start: usize,
    /// The differing lines of the old text, in bytes.
    old: Range<usize>,
    /// The differing lines of the new text, in bytes.
    new: Range<usize>,
    /// The bytes of shown context behind the difference.
    behind: usize,
}

impl Window {
    fn of(old: &[u8], new: &[u8]) -> Self {
        let same = common_prefix(old, new);
        let first = line_start(old, same);
        let same_end = common_suffix(&old[first..], &new[first..]);
        let (old_end, new_end) = (old.len() - same_end, new.len() - same_end);
        let is_start = |text: &[u8], at: usize| at == first || text.get(at - 1) == Some(&b'\n');
        let to_start = if is_start(old, old_end) && is_start(new, new_end) {
            0
        } else {
            line_length(&old[old_end..])
        };
        let last = old_end + to_start;
        Self {
            start: (0..CONTEXT).fold(first, |at, _| line_start(old, at.saturating_sub(1))),
            old: first..last,
            new: first..new_end + to_start,
            behind: (0..CONTEXT).fold(0, |at, _| at + line_length(&old[last + at..])),
        }
    }

    /// The context before the difference.
    fn head(&self) -> Range<usize> {
        self.start..self.old.start
    }

    /// The context behind the difference, in the old text.
    fn tail(&self, old: &[u8]) -> Range<usize> {
        self.old.end..(self.old.end + self.behind).min(old.len())
    }
}

/// Compares what is between `head` and `tail` equal lines at the ends. Only there: a change that
/// moved into the lines at the end would lose the context that it is found by.
fn hunks(old: &[&[u8]], new: &[&[u8]], head: usize, tail: usize) -> Vec<Vec<DiffOp>> {
    let (old_end, new_end) = (old.len() - tail, new.len() - tail);
    let mut ops = Vec::new();
    push_equal(&mut ops, 0, 0, head);
    let section = |lines, range| Section { lines, range };
    let middle = compare::ops(&section(old, head..old_end), &section(new, head..new_end));
    ops.extend(middle);
    push_equal(&mut ops, old_end, new_end, tail);
    group_diff_ops(ops, CONTEXT)
}

/// How many bytes at the start are the same in both.
fn common_prefix(old: &[u8], new: &[u8]) -> usize {
    const STEP: usize = 256;
    let steps = old.chunks_exact(STEP).zip(new.chunks_exact(STEP));
    let whole = steps.take_while(|(a, b)| a == b).count() * STEP;
    let rest = old[whole..].iter().zip(&new[whole..]);
    whole + rest.take_while(|(a, b)| a == b).count()
}

/// How many bytes at the end are the same in both.
fn common_suffix(old: &[u8], new: &[u8]) -> usize {
    const STEP: usize = 256;
    let steps = old.rchunks_exact(STEP).zip(new.rchunks_exact(STEP));
    let whole = steps.take_while(|(a, b)| a == b).count() * STEP;
    let rest = old[..old.len() - whole].iter().rev();
    let rest = rest.zip(new[..new.len() - whole].iter().rev());
    whole + rest.take_while(|(a, b)| a == b).count()
}

/// Where the line begins that the byte before `at`, or a line break just there, is followed by.
fn line_start(text: &[u8], at: usize) -> usize {
    let before = text[..at].iter().rposition(|byte| *byte == b'\n');
    before.map_or(0, |found| found + 1)
}

/// The length of the first line, with its line break.
fn line_length(text: &[u8]) -> usize {
    let end = text.iter().position(|byte| *byte == b'\n');
    end.map_or(text.len(), |found| found + 1)
}

fn line_breaks(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The hunks as a patch has them, without what it says of missing line breaks.
    fn shown(old: &str, new: &str) -> String {
        let diff = Diff::of(old.as_bytes(), new.as_bytes());
        let mut out = String::new();
        for hunk in diff.hunks() {
            let (old, new) = (hunk.old_lines(), hunk.new_lines());
            out += &format!("-{},{old} +{},{new}\n", hunk.old_start(), hunk.new_start());
            for part in hunk.parts() {
                let mut add = |sign: &str, lines: &[&[u8]]| {
                    for line in lines {
                        let line = String::from_utf8_lossy(line);
                        out += &format!("{sign}{}\n", line.escape_debug());
                    }
                };
                match part {
                    Part::Same(lines) => add(" ", lines),
                    Part::Changed { removed, added } => {
                        add("-", removed);
                        add("+", added);
                    }
                }
            }
        }
        out
    }

    fn numbered(count: usize) -> Vec<String> {
        (1..=count).map(|number| format!("{number}\n")).collect()
    }

    #[test]
    fn equal_texts_have_no_hunks() {
        assert_eq!(shown("", ""), "");
        assert_eq!(shown("a\nb", "a\nb"), "");
    }

    #[test]
    fn a_file_comes_and_goes() {
        assert_eq!(shown("", "a\nb\n"), "-0,0 +1,2\n+a\\n\n+b\\n\n");
        assert_eq!(shown("a", ""), "-1,1 +0,0\n-a\n");
    }

    #[test]
    fn a_lone_return_ends_no_line_and_a_missing_break_makes_another_one() {
        assert_eq!(shown("a\rb\n", "a\rb"), "-1,1 +1,1\n-a\\rb\\n\n+a\\rb\n");
        assert_eq!(shown("a\r\n", "a\n"), "-1,1 +1,1\n-a\\r\\n\n+a\\n\n");
    }

    #[test]
    fn three_lines_of_context_and_as_few_hunks_as_that_allows() {
        let old = numbered(30);
        let mut new = old.clone();
        new[9] = "ten\n".to_owned();
        new[16] = "seventeen\n".to_owned();
        let near = shown(&old.concat(), &new.concat());
        assert!(near.starts_with("-7,14 +7,14\n 7\\n\n 8\\n\n 9\\n\n-10\\n\n+ten\\n\n 11\\n\n"));
        new[17] = "18\nmore\n".to_owned();
        new[26] = String::new();
        let far = shown(&old.concat(), &new.concat());
        let heads: Vec<&str> = far.lines().filter(|line| line.contains(" +")).collect();
        assert_eq!(heads, ["-7,15 +7,16", "-24,7 +25,6"]);
    }

    #[test]
    fn the_same_line_again_keeps_its_context() {
        let lines = "x\n".repeat(20);
        let more = "x\n".repeat(21);
        assert_eq!(
            shown(&lines, &more),
            "-18,3 +18,4\n x\\n\n x\\n\n x\\n\n+x\\n\n"
        );
        let old = format!("a\n{lines}");
        let new = format!("b\n{more}");
        let text = shown(&old, &new);
        assert!(
            text.starts_with("-1,4 +1,5\n-a\\n\n+b\\n\n+x\\n\n x\\n\n"),
            "{text}"
        );
    }

    #[test]
    fn added_lines_have_their_numbers() {
        let old = numbered(20);
        let mut new = old.clone();
        new.insert(2, "first\n".to_owned());
        new.push("last".to_owned());
        let (old, new) = (old.concat(), new.concat());
        let diff = Diff::of(old.as_bytes(), new.as_bytes());
        let added: Vec<_> = diff.added_lines().collect();
        assert_eq!(added, [(3, &b"first\n"[..]), (22, b"last")]);
        assert_eq!((diff.added(), diff.removed()), (2, 0));
    }

    /// Bounds of the search, not a clock, keep what has nothing in common from taking for ever.
    #[test]
    fn shuffled_lines_are_compared_the_same_way_each_time() {
        let text = |step: u64| -> String {
            let lines = (0..20_000_u64).map(|number| format!("{}\n", number * step % 20_011));
            lines.collect()
        };
        let (old, new) = (text(7), text(11));
        let first = Diff::of(old.as_bytes(), new.as_bytes());
        let again = Diff::of(old.as_bytes(), new.as_bytes());
        assert_eq!(first.hunks, again.hunks);
        assert!(first.added() > 10_000);
    }
}
