//! One text that patterns are looked for in. It is parsed when the first pattern needs that, and
//! what its code calls and imports is listed when the first one asks.

use std::ops::Range;
use std::time::Instant;

use super::pattern::{Matcher, Pattern};
use super::words::Words;
use super::{calling, names};
#[cfg(feature = "grammars")]
use super::{calling::Call, code, code::Code, grammar, importing::Import};
use crate::model::spec::{Language, PatternKind};

/// What came of one pattern.
pub enum Asked {
    /// These places.
    Found {
        /// In order.
        ranges: Vec<Range<usize>>,
        /// Whether names were looked for as plain words.
        plain: bool,
    },
    /// It cannot be said.
    Unchecked,
}

/// A text.
pub struct Subject<'a> {
    text: &'a str,
    language: Option<Language>,
    #[cfg(feature = "grammars")]
    until: Option<Instant>,
    /// Once it was tried: the code, or none where that took too long.
    #[cfg(feature = "grammars")]
    code: Option<Option<Code<'a>>>,
    #[cfg(feature = "grammars")]
    calls: Option<Vec<Call>>,
    #[cfg(feature = "grammars")]
    imports: Option<Vec<Import>>,
}

#[cfg(feature = "grammars")]
impl<'a> Subject<'a> {
    /// The text of the file at `path`.
    pub fn new(path: &str, text: &'a str, until: Option<Instant>) -> Self {
        Self {
            text,
            language: Language::of_path(path),
            until,
            code: None,
            calls: None,
            imports: None,
        }
    }

    /// Whether it was parsed, and does not parse as a whole.
    pub fn has_errors(&self) -> bool {
        let code = self.code.as_ref().and_then(Option::as_ref);
        code.is_some_and(Code::has_errors)
    }

    /// Whether its grammar ran out of time.
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.code, Some(None))
    }

    /// The places of a pattern, at most so many.
    pub fn find(&mut self, pattern: &Pattern, most: usize) -> Asked {
        let Some(language) = self.language else {
            return plain(pattern, self.text, most);
        };
        let (text, until) = (self.text, self.until);
        if !needs_grammar(pattern, text) {
            return plain(pattern, text, most);
        }
        let code = self
            .code
            .get_or_insert_with(|| Code::parse(language, text, until));
        let Some(code) = code else {
            return match pattern.matcher {
                Matcher::Structure(_) => Asked::Unchecked,
                _ => plain(pattern, text, most),
            };
        };
        let ranges = match &pattern.matcher {
            Matcher::Words(words) => names::in_code(words, &code.masked, most),
            Matcher::Call(term) => {
                let calls = self.calls.get_or_insert_with(|| code::calls::all(code));
                calls
                    .iter()
                    .filter_map(|call| term.find(call))
                    .take(most)
                    .collect()
            }
            Matcher::Import(term) => {
                let imports = self.imports.get_or_insert_with(|| code::imports::all(code));
                imports
                    .iter()
                    .filter_map(|import| term.find(import))
                    .take(most)
                    .collect()
            }
            Matcher::Structure(shape) => {
                let end = Instant::now() + grammar::BUDGET;
                match shape.find(code, until.map_or(end, |until| until.min(end)), most) {
                    Ok(ranges) => ranges,
                    Err(code::structure::Unchecked) => return Asked::Unchecked,
                }
            }
            Matcher::Paths(_) => Vec::new(),
            Matcher::NotBuiltIn => return Asked::Unchecked,
        };
        Asked::Found {
            ranges,
            plain: false,
        }
    }
}

/// Whether a pattern cannot be answered from the plain text.
#[cfg(feature = "grammars")]
fn needs_grammar(pattern: &Pattern, text: &str) -> bool {
    match (&pattern.matcher, pattern.kind) {
        (Matcher::Words(_), PatternKind::Expressions) | (Matcher::Paths(_), _) => false,
        // Words that are nowhere in the text are not in its code.
        (Matcher::Words(words), _) => words.is_regex() || words.is_in(text),
        _ => true,
    }
}

#[cfg(not(feature = "grammars"))]
impl<'a> Subject<'a> {
    /// The text of the file at `path`.
    pub fn new(path: &str, text: &'a str, _: Option<Instant>) -> Self {
        Self {
            text,
            language: Language::of_path(path),
        }
    }

    /// Whether it was parsed, and does not parse as a whole.
    pub fn has_errors(&self) -> bool {
        false
    }

    /// Whether its grammar ran out of time.
    pub fn is_out_of_time(&self) -> bool {
        false
    }

    /// The places of a pattern, at most so many.
    pub fn find(&mut self, pattern: &Pattern, most: usize) -> Asked {
        match (&pattern.matcher, self.language) {
            (Matcher::NotBuiltIn, Some(_)) => Asked::Unchecked,
            _ => plain(pattern, self.text, most),
        }
    }
}

/// The places of a pattern in a text that is not parsed.
fn plain(pattern: &Pattern, text: &str, most: usize) -> Asked {
    let ranges = match &pattern.matcher {
        Matcher::Words(words) => in_text(words, text, most),
        Matcher::Call(term) => {
            let calls = calling::scan(text, 0..text.len());
            calls
                .iter()
                .filter_map(|call| term.find(call))
                .take(most)
                .collect()
        }
        Matcher::Import(term) => term.find_plain(text).take(most).collect(),
        #[cfg(feature = "grammars")]
        Matcher::Structure(_) => Vec::new(),
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

fn in_text(words: &Words, text: &str, most: usize) -> Vec<Range<usize>> {
    words.find_all(text).take(most).collect()
}
