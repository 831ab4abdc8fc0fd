//! From bytes of a text to lines and columns, for hits in order: each byte is counted once, and
//! a line of megabytes is not looked at again for each hit in it.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A place in a file; as [`super::Place`], but for the path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Spot {
    /// From 1.
    pub line: u32,
    /// In characters, from 1.
    pub column: u32,
    /// The line where the hit ends.
    pub end_line: u32,
    /// The column behind its last character.
    pub end_column: u32,
    /// The line's text, or what is around the hit in it.
    pub text: String,
    /// The bytes of `text` that are the hit.
    pub mark: (usize, usize),
}

/// So many bytes of a line are shown before a hit, and from it on.
const BEFORE: usize = 120;
const SHOWN: usize = 280;

/// Tells the places of a text.
pub struct Lines<'a> {
    text: &'a str,
    /// Where the last hit began: its byte, its line, its column, and the line's bytes.
    at: usize,
    line: u32,
    column: u32,
    around: Range<usize>,
}

impl<'a> Lines<'a> {
    /// The places of a text.
    pub fn new(text: &'a str) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            column: 1,
            around: 0..line_end(text, 0),
        }
    }

    /// The place of a hit, which does not begin before the one that was asked for last.
    pub fn place(&mut self, hit: &Range<usize>) -> Spot {
        self.go_to(hit.start);
        let (end_line, end_column) = self.end(hit);
        let (text, mark) = self.shown(hit);
        Spot {
            line: self.line,
            column: self.column,
            end_line,
            end_column,
            text,
            mark,
        }
    }

    fn go_to(&mut self, start: usize) {
        let start = start.max(self.at);
        if start > self.around.end {
            let passed = &self.text[self.at..start];
            let lines = passed.bytes().filter(|byte| *byte == b'\n').count();
            let last = passed.rfind('\n').map_or(self.at, |at| self.at + at + 1);
            self.line = self.line.saturating_add(count(lines));
            self.around = last..line_end(self.text, last);
            (self.at, self.column) = (last, 1);
        }
        let passed = self.text[self.at..start].chars().count();
        self.column = self.column.saturating_add(count(passed));
        self.at = start;
    }

    fn end(&self, hit: &Range<usize>) -> (u32, u32) {
        let text = &self.text[hit.clone()];
        match text.rfind('\n') {
            None => (
                self.line,
                self.column.saturating_add(count(text.chars().count())),
            ),
            Some(last) => {
                let lines = text.bytes().filter(|byte| *byte == b'\n').count();
                let column = text[last + 1..].chars().count() + 1;
                (self.line.saturating_add(count(lines)), count(column))
            }
        }
    }

    /// The line, or what is around the hit in it; and where the hit is in that.
    fn shown(&self, hit: &Range<usize>) -> (String, (usize, usize)) {
        let Range { start, end } = self.around;
        let end = end.max(hit.start);
        let (mut from, mut to) = (start, end);
        if end - start > BEFORE + SHOWN {
            from = boundary(self.text, start.max(hit.start.saturating_sub(BEFORE)));
            to = boundary(self.text, end.min(from + BEFORE + SHOWN));
        }
        let shown = self.text[from..to].trim_end_matches('\r');
        let mark = |at: usize| at.clamp(from, from + shown.len()) - from;
        (shown.to_owned(), (mark(hit.start), mark(hit.end)))
    }
}

/// The character boundary at a byte, or the next one before it.
fn boundary(text: &str, at: usize) -> usize {
    let back = (0..4).find(|back| text.is_char_boundary(at.saturating_sub(*back)));
    at.saturating_sub(back.unwrap_or_default())
}

fn line_end(text: &str, from: usize) -> usize {
    text[from..].find('\n').map_or(text.len(), |at| from + at)
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_columns_count_from_one() {
        let text = "äb\ncd\r\n\nefg";
        let mut lines = Lines::new(text);
        let mut at = |hit: Range<usize>| {
            let place = lines.place(&hit);
            let numbers = (place.line, place.column, place.end_line, place.end_column);
            let marked = place.text[place.mark.0..place.mark.1].to_owned();
            (numbers, place.text, marked)
        };
        assert_eq!(at(0..2), ((1, 1, 1, 2), "äb".into(), "ä".into()));
        assert_eq!(at(2..3), ((1, 2, 1, 3), "äb".into(), "b".into()));
        assert_eq!(at(5..9), ((2, 2, 4, 1), "cd".into(), "d".into()));
        assert_eq!(at(9..10), ((4, 1, 4, 2), "efg".into(), "e".into()));
        assert_eq!(at(11..12), ((4, 3, 4, 4), "efg".into(), "g".into()));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_hit_is_shown() {
        let text = format!("{}needle{}", "ä".repeat(100_000), "b".repeat(100_000));
        let place = Lines::new(&text).place(&(200_000..200_006));
        assert_eq!(place.column, 100_001);
        assert!(place.text.len() <= BEFORE + SHOWN);
        assert_eq!(&place.text[place.mark.0..place.mark.1], "needle");
    }

    #[test]
    fn a_hit_on_the_end_of_a_line_is_in_it() {
        let place = Lines::new("ab\ncd").place(&(2..3));
        assert_eq!(
            (place.line, place.column, place.end_line, place.end_column),
            (1, 3, 2, 1)
        );
    }
}
