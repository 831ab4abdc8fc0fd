//! A line of a file in a column of a page: as wide as the column, on as many rows as it takes.

use unicode_width::UnicodeWidthChar as _;

use super::shown;
use super::words::Span;
use crate::render::style::{Paint, Tone};

/// Where tabs lead to: the next multiple of this.
const TAB: usize = 8;

/// A row of a cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Row {
    /// As it is printed.
    pub(super) text: String,
    /// How many columns it takes.
    pub(super) width: usize,
}

/// How the spans of a line look: as they are, and where they are marked.
#[derive(Debug, Clone, Copy)]
pub(super) struct Look {
    pub(super) paint: Paint,
    pub(super) plain: Tone,
    pub(super) marked: Tone,
}

/// The rows of a line; one at least. A tab leads no further than to the end of its row.
pub(super) fn rows(spans: &[Span<'_>], width: usize, look: Look) -> Vec<Row> {
    let mut wrap = Wrap {
        rows: Vec::new(),
        row: Row::default(),
        piece: String::new(),
        width,
        paint: look.paint,
        tone: look.plain,
    };
    for span in spans {
        let tone = if span.is_marked {
            look.marked
        } else {
            look.plain
        };
        let mut text = String::new();
        shown::push(span.text, &mut text);
        wrap.turn(tone);
        text.chars().for_each(|c| wrap.push(c));
    }
    wrap.end_row();
    wrap.rows
}

/// A cell that grows.
struct Wrap {
    /// The rows that are full.
    rows: Vec<Row>,
    row: Row,
    /// What is not yet painted.
    piece: String,
    width: usize,
    paint: Paint,
    tone: Tone,
}

impl Wrap {
    fn push(&mut self, c: char) {
        if c == '\t' {
            let to_stop = TAB - self.row.width % TAB;
            let blanks = to_stop.min(self.width.saturating_sub(self.row.width));
            self.piece.extend(std::iter::repeat_n(' ', blanks));
            self.row.width += blanks;
            return;
        }
        let width = c.width().unwrap_or(0);
        if self.row.width + width > self.width {
            self.end_row();
        }
        self.piece.push(c);
        self.row.width += width;
    }

    /// What follows is of another tone.
    fn turn(&mut self, tone: Tone) {
        let piece = std::mem::take(&mut self.piece);
        self.row.text.push_str(&self.paint.apply(self.tone, &piece));
        self.tone = tone;
    }

    fn end_row(&mut self) {
        self.turn(self.tone);
        self.rows.push(std::mem::take(&mut self.row));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, width: usize) -> Vec<(String, usize)> {
        let span = |is_marked, text| Span { is_marked, text };
        let (start, end) = text.as_bytes().split_at(text.len().min(2));
        let look = Look {
            paint: Paint(false),
            plain: Tone::Plain,
            marked: Tone::Bad,
        };
        let rows = rows(&[span(false, start), span(true, end)], width, look);
        rows.into_iter().map(|row| (row.text, row.width)).collect()
    }

    fn row(text: &str, width: usize) -> (String, usize) {
        (text.to_owned(), width)
    }

    #[test]
    fn a_line_wraps_where_the_column_ends() {
        assert_eq!(shown("", 8), [row("", 0)]);
        assert_eq!(shown("abcdefgh", 8), [row("abcdefgh", 8)]);
        assert_eq!(shown("abcdefghi", 8), [row("abcdefgh", 8), row("i", 1)]);
    }

    #[test]
    fn wide_characters_are_measured() {
        assert_eq!(shown("ab登录c", 5), [row("ab登", 4), row("录c", 3)]);
        assert_eq!(shown("abe\u{301}c", 3), [row("abe\u{301}", 3), row("c", 1)]);
    }

    #[test]
    fn tabs_lead_to_the_next_stop() {
        assert_eq!(shown("ab\tc", 20), [row("ab      c", 9)]);
        assert_eq!(shown("ab\tc", 6), [row("ab    ", 6), row("c", 1)]);
    }

    #[test]
    fn what_would_deceive_is_shown() {
        assert_eq!(shown("ab\u{202e}", 20), [row("ab\\u{202e}", 10)]);
    }

    #[test]
    fn colours_end_with_the_row() {
        let look = Look {
            paint: Paint(true),
            plain: Tone::Bad,
            marked: Tone::BadMark,
        };
        let span = Span {
            is_marked: false,
            text: b"abc",
        };
        let texts: Vec<String> = rows(&[span], 2, look)
            .into_iter()
            .map(|row| row.text)
            .collect();
        assert_eq!(texts, ["\u{1b}[31mab\u{1b}[0m", "\u{1b}[31mc\u{1b}[0m"]);
    }
}
