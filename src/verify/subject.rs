//! One text that patterns are looked for in. It is parsed when the first pattern needs that, and
//! what its code calls, imports and declares is listed when the first one asks.

use std::ops::Range;
use std::time::Instant;

use super::pattern::{Matcher, Pattern};
use super::plain;
#[cfg(feature = "grammars")]
use super::{
    calling::Call,
    code::{self, Code},
    grammar,
    importing::Import,
    names,
    routes::{self, Route},
    tables::{self, Table},
};
use crate::model::spec::Language;
#[cfg(feature = "grammars")]
use crate::model::spec::PatternKind;

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
    path: &'a str,
    text: &'a str,
    language: Option<Language>,
    #[cfg(feature = "grammars")]
    until: Option<Instant>,
    /// Once it was tried: the code, or none where that took too long.
    #[cfg(feature = "grammars")]
    code: Option<Option<Parsed<'a>>>,
}

/// A file that was parsed, and the lists that were asked for.
#[cfg(feature = "grammars")]
struct Parsed<'a> {
    code: Code<'a>,
    calls: Option<Vec<Call>>,
    imports: Option<Vec<Import>>,
    routes: Option<Vec<Route>>,
    tables: Option<Vec<Table>>,
}

/// Nodes of a file that lie in each other: what compares them goes down into them.
#[cfg(feature = "grammars")]
const DEEPEST: usize = 2_000;

#[cfg(feature = "grammars")]
impl<'a> Subject<'a> {
    /// The text of the file at `path`.
    pub fn new(path: &'a str, text: &'a str, until: Option<Instant>) -> Self {
        Self {
            path,
            text,
            language: Language::of_path(path),
            until,
            code: None,
        }
    }

    /// Whether it was parsed, and does not parse as a whole.
    pub fn has_errors(&self) -> bool {
        let parsed = self.code.as_ref().and_then(Option::as_ref);
        parsed.is_some_and(|parsed| parsed.code.has_errors())
    }

    /// Whether its grammar ran out of time.
    pub fn is_out_of_time(&self) -> bool {
        matches!(self.code, Some(None))
    }

    /// The places of a pattern, at most so many.
    pub fn find(&mut self, pattern: &Pattern, most: usize) -> Asked {
        let (path, text, until) = (self.path, self.text, self.until);
        if self
            .language
            .is_some_and(|language| !is_about(pattern, language, path))
        {
            return Asked::Found {
                ranges: Vec::new(),
                plain: false,
            };
        }
        let Some(language) = self.language.filter(|_| needs_grammar(pattern, text)) else {
            return plain::find(pattern, path, text, most);
        };
        let parse = || Code::parse(language, text, until).map(Parsed::new);
        match self.code.get_or_insert_with(parse) {
            Some(parsed) => parsed.find(pattern, path, until, most),
            None if matches!(pattern.matcher, Matcher::Structure(_) | Matcher::Route(_)) => {
                Asked::Unchecked
            }
            None => plain::find(pattern, path, text, most),
        }
    }
}

/// Whether a pattern may be in code of a language: a shape is of one, whatever else is there.
#[cfg(feature = "grammars")]
fn is_about(pattern: &Pattern, language: Language, path: &str) -> bool {
    match &pattern.matcher {
        Matcher::Structure(shape) => shape.is_about(language, path),
        _ => true,
    }
}

/// Whether a pattern cannot be answered from the plain text.
#[cfg(feature = "grammars")]
fn needs_grammar(pattern: &Pattern, text: &str) -> bool {
    match (&pattern.matcher, pattern.kind) {
        (Matcher::Words(_), PatternKind::Expressions) | (Matcher::Paths(_), _) => false,
        // Words that are nowhere in the text are not in its code.
        (Matcher::Words(words), _) => words.is_regex() || words.may_be_in_code(text),
        _ => true,
    }
}

#[cfg(feature = "grammars")]
impl<'a> Parsed<'a> {
    fn new(code: Code<'a>) -> Self {
        Self {
            code,
            calls: None,
            imports: None,
            routes: None,
            tables: None,
        }
    }

    fn find(
        &mut self,
        pattern: &Pattern,
        path: &str,
        until: Option<Instant>,
        most: usize,
    ) -> Asked {
        let code = &self.code;
        let ranges: Vec<Range<usize>> = match &pattern.matcher {
            Matcher::Words(words) => names::in_code(words, code.language, &code.masked, most),
            Matcher::Call(term) => {
                let calls = self.calls.get_or_insert_with(|| code::calls::all(code));
                let found = calls.iter().filter_map(|call| term.find(call));
                found.take(most).collect()
            }
            Matcher::Import(term) => {
                let imports = self.imports.get_or_insert_with(|| code::imports::all(code));
                let found = imports.iter().filter_map(|import| term.find(import));
                found.take(most).collect()
            }
            Matcher::Table(term) => {
                let all = || tables::in_code(code.language, code.text, &code.tree);
                let tables = self.tables.get_or_insert_with(all).iter();
                let found = tables.filter(|table| term.matches(table));
                found.map(|table| table.range.clone()).take(most).collect()
            }
            Matcher::Structure(_) | Matcher::Route(_) if code.depth > DEEPEST => {
                return Asked::Unchecked;
            }
            Matcher::Route(term) => {
                let all = || routes::find(code.language, code.text, &code.tree, path);
                let routes = self.routes.get_or_insert_with(all).iter();
                let found = routes.filter(|route| term.matches(route));
                found.map(|route| route.range.clone()).take(most).collect()
            }
            Matcher::Structure(shape) => {
                let end = Instant::now() + grammar::BUDGET;
                let end = until.map_or(end, |until| until.min(end));
                match shape.find(code, end, most) {
                    Ok(ranges) => ranges,
                    Err(code::structure::OutOfTime) => return Asked::Unchecked,
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

#[cfg(not(feature = "grammars"))]
impl<'a> Subject<'a> {
    /// The text of the file at `path`.
    pub fn new(path: &'a str, text: &'a str, _: Option<Instant>) -> Self {
        Self {
            path,
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
            _ => plain::find(pattern, self.path, self.text, most),
        }
    }
}
