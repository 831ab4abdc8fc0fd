//! Patterns in a text that is not parsed.

use std::ops::Range;

use super::calling;
use super::pattern::{Matcher, Pattern};
use super::subject::Asked;
use super::tables;
use crate::model::spec::PatternKind;

/// The places of a pattern, at most so many.
pub fn find(pattern: &Pattern, path: &str, text: &str, most: usize) -> Asked {
    let ranges: Vec<Range<usize>> = match &pattern.matcher {
        Matcher::Words(words) => words.find_all(text).take(most).collect(),
        Matcher::Call(term) => {
            let calls = calling::scan(text, 0..text.len());
            let found = calls.iter().filter_map(|call| term.find(call));
            found.take(most).collect()
        }
        Matcher::Import(term) => term.find_plain(text).take(most).collect(),
        Matcher::Table(term) => {
            let tables = match tables::is_sql(path) {
                true => tables::in_sql(text),
                false => tables::in_plain(path, text),
            };
            let found = tables.into_iter().filter(|table| term.matches(table));
            found.map(|table| table.range).take(most).collect()
        }
        // Only languages whose grammar is built in have these.
        #[cfg(feature = "grammars")]
        Matcher::Structure(_) | Matcher::Route(_) => Vec::new(),
        Matcher::Paths(_) | Matcher::NotBuiltIn => Vec::new(),
    };
    Asked::Found {
        ranges,
        plain: matches!(
            pattern.kind,
            PatternKind::Identifiers | PatternKind::Calls | PatternKind::Imports
        ),
    }
}
