//! A name in SQL, with the schema before it.

use std::ops::Range;

use super::keywords::is_reserved;
use super::tokens::{Kind, Token};

/// A name with what stands before it: `schema.users`.
pub(super) struct Name<'t> {
    pub schema: Option<&'t str>,
    pub last: Option<(&'t str, Range<usize>)>,
    /// Behind it.
    pub end: usize,
}

impl<'t> Name<'t> {
    /// The name at a place, with at most so many dots.
    pub(super) fn read(tokens: &[Token<'t>], at: usize, dots: usize) -> Self {
        let mut name = Self {
            schema: None,
            last: None,
            end: at,
        };
        let mut parts = 0;
        loop {
            let part = tokens
                .get(name.end)
                .map(|token| (part(token), token.range.clone()));
            let Some((Some(text), range)) = part else {
                break;
            };
            name.schema = name
                .last
                .take()
                .map(|(text, _)| text)
                .filter(|text| !text.is_empty());
            name.last = Some((text, range));
            name.end += 1;
            let goes_on = tokens.get(name.end).is_some_and(|dot| dot.is_sign(b'.'));
            parts += 1;
            if !goes_on || parts > dots {
                break;
            }
            name.end += 1;
        }
        if name.is_part_of_a_word(tokens, at) {
            name.last = None;
        }
        name
    }

    /// Whether something that is only known when the program runs stands right beside it.
    fn is_part_of_a_word(&self, tokens: &[Token<'t>], start: usize) -> bool {
        let touch = |a: Option<&Token<'_>>, b: Option<&Token<'_>>| {
            let (Some(a), Some(b)) = (a, b) else {
                return false;
            };
            let has_hole = a.kind == Kind::Hole || b.kind == Kind::Hole;
            has_hole && a.range.end == b.range.start
        };
        let before = self.end.checked_sub(1);
        let inner = before
            .filter(|last| *last > start)
            .and_then(|last| tokens.get(last - 1));
        let last = before.and_then(|last| tokens.get(last));
        touch(last, tokens.get(self.end)) || touch(inner, last)
    }
}

/// What a token says as a part of a name: nothing where it is none; an empty text for what is only
/// known when the program runs.
fn part<'t>(token: &Token<'t>) -> Option<&'t str> {
    match token.kind {
        Kind::Word(word) => (!is_reserved(word)).then_some(word),
        Kind::Quoted(name) => Some(name),
        Kind::Hole => Some(""),
        _ => None,
    }
}
