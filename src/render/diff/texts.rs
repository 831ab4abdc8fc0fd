//! Two texts → the lines that went and came, with those around them and the changed words marked: for
//! whoever shows a text that is no file.

use super::unified::{marked, whole};
use super::words::Span;
use crate::patch::lines::{Diff, Hunk, Part};

/// A line that went, came, or stands near one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextLine {
    /// `-`, `+` or a blank.
    pub sign: char,
    /// Its text in pieces, and whether each is not in the other text. Not yet harmless.
    pub pieces: Vec<(bool, String)>,
}

/// The lines of each place where two texts differ; words are marked where somebody sees that.
pub fn places(old: &str, new: &str, is_marked: bool) -> Vec<Vec<TextLine>> {
    let diff = Diff::of(old.as_bytes(), new.as_bytes());
    let place = |hunk: Hunk<'_, '_>| {
        let parts = hunk.parts();
        parts.flat_map(|lines| part(lines, is_marked)).collect()
    };
    diff.hunks().map(place).collect()
}

fn part(part: Part<'_, '_>, is_marked: bool) -> Vec<TextLine> {
    match part {
        Part::Same(lines) => lines.iter().map(|line| same(line)).collect(),
        Part::Changed { removed, added } => {
            let (old, new) = match is_marked {
                true => marked(removed, added),
                false => (whole(removed), whole(added)),
            };
            let lines = |sign: char, spans: &[Vec<Span<'_>>]| -> Vec<TextLine> {
                let pieces = spans.iter().map(|spans| spans.iter().map(piece).collect());
                pieces.map(|pieces| TextLine { sign, pieces }).collect()
            };
            [lines('-', &old), lines('+', &new)].concat()
        }
    }
}

fn same(line: &[u8]) -> TextLine {
    let text = super::shown::without_break(line);
    TextLine {
        sign: ' ',
        pieces: vec![(false, String::from_utf8_lossy(text).into_owned())],
    }
}

fn piece(span: &Span<'_>) -> (bool, String) {
    let text = String::from_utf8_lossy(span.text).into_owned();
    (span.is_marked, text)
}
