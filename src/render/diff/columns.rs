//! Before and after next to each other, in two columns that fit the terminal.

use super::cell::{self, Look, Row};
use super::heading;
use super::unified::{marked, push_range, whole};
use super::words::Span;
use crate::patch::lines::{Diff, Hunk, Part};
use crate::patch::{Body, FileDiff};
use crate::render::style::{Paint, Tone};
use crate::render::table::Canvas;

/// The width of the page where there is no terminal.
const PAGE: u16 = 130;

/// The least that a line of a file is left with.
const LEAST: usize = 8;

/// What stands between the columns.
const BETWEEN: &str = " | ";

/// What stands below a last line without a line break.
const NO_BREAK: &[u8] = b"\\ No newline at end of file";

/// How the page of a file is divided.
#[derive(Debug, Clone, Copy)]
struct Layout {
    /// Digits of the largest line number.
    digits: usize,
    /// Columns for the text of a line.
    text: usize,
    paint: Paint,
}

/// A line on one side.
#[derive(Debug, Clone, Copy)]
struct Line<'l> {
    number: usize,
    sign: char,
    spans: &'l [Span<'l>],
    has_break: bool,
}

/// Adds a changed file.
pub(super) fn file(diff: &FileDiff<'_>, canvas: Canvas, out: &mut String) {
    for piece in &diff.pieces {
        heading::push(&diff.change.path, piece, canvas.paint, out);
        if let Body::Text(diff) = &piece.body {
            let layout = Layout::of(diff, canvas);
            for hunk in diff.hunks() {
                push_hunk(hunk, layout, out);
            }
        }
    }
}

impl Layout {
    fn of(diff: &Diff<'_>, canvas: Canvas) -> Self {
        let last = |hunk: Hunk<'_, '_>| {
            let (old, new) = (hunk.old_lines(), hunk.new_lines());
            (hunk.old_start() + old).max(hunk.new_start() + new)
        };
        let last = diff.hunks().map(last).max().unwrap_or_default();
        let digits = last.to_string().len();
        let page = usize::from(canvas.width.unwrap_or(PAGE));
        let column = page.saturating_sub(BETWEEN.len()) / 2;
        Self {
            digits,
            text: column.saturating_sub(digits + 2).max(LEAST),
            paint: canvas.paint,
        }
    }
}

fn push_hunk(hunk: Hunk<'_, '_>, layout: Layout, out: &mut String) {
    push_range(hunk, layout.paint, out);
    let mut at = (hunk.old_start(), hunk.new_start());
    for part in hunk.parts() {
        let (old, new) = match part {
            Part::Same(lines) => (lines, lines),
            Part::Changed { removed, added } => (removed, added),
        };
        push_part(part, at, layout, out);
        at = (at.0 + old.len(), at.1 + new.len());
    }
}

fn push_part(part: Part<'_, '_>, at: (usize, usize), layout: Layout, out: &mut String) {
    let (old, new, signs) = match part {
        Part::Same(lines) => (lines, lines, [' ', ' ']),
        Part::Changed { removed, added } => (removed, added, ['-', '+']),
    };
    let (left, right) = match part {
        Part::Changed { removed, added } if layout.paint.0 => marked(removed, added),
        _ => (whole(old), whole(new)),
    };
    for index in 0..old.len().max(new.len()) {
        let line = |lines: &[&[u8]], spans, first, sign| Line {
            number: first + index,
            sign,
            spans,
            has_break: lines[index].ends_with(b"\n"),
        };
        let left = left.get(index);
        let left = left.map(|spans| line(old, spans.as_slice(), at.0, signs[0]));
        let right = right.get(index);
        let right = right.map(|spans| line(new, spans.as_slice(), at.1, signs[1]));
        push_pair(left, right, layout, out);
    }
}

fn push_pair(left: Option<Line<'_>>, right: Option<Line<'_>>, layout: Layout, out: &mut String) {
    let rows = |line: Option<Line<'_>>| line.map_or_else(Vec::new, |line| line.rows(layout));
    let (left, right) = (rows(left), rows(right));
    let column = layout.digits + 2 + layout.text;
    for index in 0..left.len().max(right.len()) {
        let start = left.get(index).map_or("", |cell| &cell.text);
        let width = left.get(index).map_or(0, |cell| cell.width);
        out.push_str(start);
        out.extend(std::iter::repeat_n(' ', column.saturating_sub(width)));
        match right.get(index) {
            Some(cell) => out.extend([BETWEEN, &cell.text]),
            None => out.push_str(BETWEEN.trim_end()),
        }
        out.push('\n');
    }
}

impl Line<'_> {
    /// The line as rows, its number before the first of them.
    fn rows(self, layout: Layout) -> Vec<Row> {
        let mut rows = cell::rows(self.spans, layout.text, self.look(layout.paint));
        if !self.has_break {
            let note = Span {
                is_marked: false,
                text: NO_BREAK,
            };
            let look = Look {
                plain: Tone::Faint,
                ..self.look(layout.paint)
            };
            rows.extend(cell::rows(&[note], layout.text, look));
        }
        let digits = layout.digits;
        for (index, row) in rows.iter_mut().enumerate() {
            let number = match index {
                0 => format!("{:>digits$} {}", self.number, self.sign),
                _ => " ".repeat(digits + 2),
            };
            // Nothing ends in blanks but what the file has.
            let number = match row.width {
                0 => number.trim_end(),
                _ => &number,
            };
            row.text.insert_str(0, number);
            row.width += number.len();
        }
        rows
    }

    fn look(self, paint: Paint) -> Look {
        let (plain, marked) = match self.sign {
            '-' => (Tone::Bad, Tone::BadMark),
            '+' => (Tone::Good, Tone::GoodMark),
            _ => (Tone::Plain, Tone::Plain),
        };
        Look {
            paint,
            plain,
            marked,
        }
    }
}
