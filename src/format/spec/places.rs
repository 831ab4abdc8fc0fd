//! From an offset in a text to its line and column, at the same small cost everywhere.

use crate::model::spec::At;

/// How many bytes are between two places that are known.
const STEP: usize = 256;

/// The places of a text.
pub struct Places<'t> {
    text: &'t str,
    /// An offset and its place, once about every [`STEP`] bytes.
    known: Vec<(usize, At)>,
}

impl<'t> Places<'t> {
    /// Of a text.
    pub fn new(text: &'t str) -> Self {
        let mut known = Vec::new();
        let mut at = At { line: 1, column: 1 };
        for (offset, c) in text.char_indices() {
            if offset >= known.len() * STEP {
                known.push((offset, at));
            }
            at = behind(at, c);
        }
        Self { text, known }
    }

    /// The place of an offset in bytes; of one behind the end, the end.
    pub fn at(&self, offset: usize) -> At {
        let after = self.known.partition_point(|(known, _)| *known <= offset);
        let first = (0, At { line: 1, column: 1 });
        let (start, at) = match after {
            0 => first,
            after => self.known.get(after - 1).copied().unwrap_or(first),
        };
        let rest = self.text.get(start..).unwrap_or_default();
        rest.char_indices()
            .take_while(|(ahead, _)| start + ahead < offset)
            .fold(at, |at, (_, c)| behind(at, c))
    }
}

/// The place behind a character.
fn behind(at: At, c: char) -> At {
    match c {
        '\n' => At {
            line: at.line.saturating_add(1),
            column: 1,
        },
        _ => At {
            line: at.line,
            column: at.column.saturating_add(1),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_counted_in_characters() {
        let text = "añb\n\n".repeat(200);
        let places = Places::new(&text);
        let slowly = |offset: usize| {
            let before: String = text
                .chars()
                .scan(0, |end, c| {
                    let start = *end;
                    *end += c.len_utf8();
                    (start < offset).then_some(c)
                })
                .collect();
            before.chars().fold(At { line: 1, column: 1 }, behind)
        };
        for offset in (0..text.len() + 2).filter(|n| text.is_char_boundary(*n)) {
            assert_eq!(places.at(offset), slowly(offset), "{offset}");
        }
        assert_eq!(places.at(usize::MAX), places.at(text.len()));
        assert_eq!(Places::new("").at(7), At { line: 1, column: 1 });
    }
}
