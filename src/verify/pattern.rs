//! One pattern, ready to be looked for.

use super::calling::CallTerm;
#[cfg(feature = "grammars")]
use super::code::structure::Shape;
use super::glob::Paths;
use super::importing::ImportTerm;
use super::needle::{self, Needle};
#[cfg(feature = "grammars")]
use super::routes::RouteTerm;
use super::tables::TableTerm;
use super::words::{Size, Words};
use crate::model::spec::{PatternKind, Problem, Structure, Term};

/// A pattern of a rule.
#[derive(Debug)]
pub struct Pattern {
    /// What it looks at.
    pub kind: PatternKind,
    /// As it was written.
    pub text: String,
    /// How it is looked for.
    pub matcher: Matcher,
    /// What a file must hold to hold it.
    pub needle: Needle,
}

/// How a pattern is looked for.
#[derive(Debug)]
pub enum Matcher {
    /// In the text, or in its code.
    Words(Words),
    /// Among its calls.
    Call(CallTerm),
    /// Among its imports.
    Import(ImportTerm),
    /// Among the paths of files.
    Paths(Paths),
    /// Among the tables that SQL names.
    Table(TableTerm),
    /// Among the routes that it declares.
    #[cfg(feature = "grammars")]
    Route(RouteTerm),
    /// Among the shapes of its code.
    #[cfg(feature = "grammars")]
    Structure(Shape),
    /// Not at all: what it takes is not built in.
    NotBuiltIn,
}

impl Pattern {
    /// The pattern that is a term of a kind.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn new(kind: PatternKind, term: &Term, case: bool, size: Size) -> Result<Self, Problem> {
        let text = term.text.as_str();
        let matcher = matcher(kind, term, case, size);
        let matcher = matcher.map_err(|cause| Problem::new(term.at, cause))?;
        Ok(Self {
            needle: needle(&matcher, text),
            kind,
            text: text.to_owned(),
            matcher,
        })
    }

    /// The pattern that is a shape of code.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    #[cfg(feature = "grammars")]
    pub fn structure(structure: &Structure) -> Result<Self, Problem> {
        let shape = Shape::new(structure);
        let shape = shape.map_err(|cause| Problem::new(structure.pattern.at, cause))?;
        Ok(Self {
            kind: PatternKind::Structure,
            text: structure.pattern.text.clone(),
            needle: shape.needle().clone(),
            matcher: Matcher::Structure(shape),
        })
    }

    /// The pattern that is a shape of code: it cannot be looked for.
    ///
    /// # Errors
    /// None.
    #[cfg(not(feature = "grammars"))]
    pub fn structure(structure: &Structure) -> Result<Self, Problem> {
        Ok(Self {
            kind: PatternKind::Structure,
            text: structure.pattern.text.clone(),
            needle: Needle::NONE,
            matcher: Matcher::NotBuiltIn,
        })
    }

    /// Whether it is about what is in files.
    pub fn is_about_content(&self) -> bool {
        self.kind != PatternKind::Files
    }
}

fn matcher(kind: PatternKind, term: &Term, case: bool, size: Size) -> Result<Matcher, String> {
    let text = term.text.as_str();
    match (kind, term.regex()) {
        (PatternKind::Identifiers | PatternKind::Expressions, Some(regex)) => {
            Words::regex(regex, case, size).map(Matcher::Words)
        }
        (PatternKind::Identifiers, None) => Words::names(text, case, size).map(Matcher::Words),
        (PatternKind::Expressions, None) => Words::literal(text, case, size).map(Matcher::Words),
        (PatternKind::Calls, Some(regex)) => CallTerm::regex(regex, case, size).map(Matcher::Call),
        (PatternKind::Calls, None) => CallTerm::literal(text, case).map(Matcher::Call),
        (PatternKind::Imports, Some(regex)) => {
            ImportTerm::regex(regex, case, size).map(Matcher::Import)
        }
        (PatternKind::Imports, None) => ImportTerm::literal(text, case, size).map(Matcher::Import),
        (PatternKind::Files, _) => Paths::new(std::slice::from_ref(term))
            .map(Matcher::Paths)
            .map_err(|problems| {
                let cause = problems.into_iter().next().map(|problem| problem.cause);
                cause.unwrap_or_default()
            }),
        (PatternKind::SqlTables, _) => TableTerm::new(text, case).map(Matcher::Table),
        #[cfg(feature = "grammars")]
        (PatternKind::ApiRoutes, _) => RouteTerm::new(text, case).map(Matcher::Route),
        #[cfg(not(feature = "grammars"))]
        (PatternKind::ApiRoutes, _) => Ok(Matcher::NotBuiltIn),
        (PatternKind::Structure, _) => Ok(Matcher::NotBuiltIn),
    }
}

fn needle(matcher: &Matcher, text: &str) -> Needle {
    match matcher {
        Matcher::Words(words) => words.needle().clone(),
        Matcher::Call(call) => call.needle(),
        Matcher::Import(import) => import.needle(),
        Matcher::Table(table) => known(table.needle(), text),
        #[cfg(feature = "grammars")]
        Matcher::Route(route) => known(route.needle(), text),
        #[cfg(feature = "grammars")]
        Matcher::Structure(shape) => shape.needle().clone(),
        Matcher::Paths(_) | Matcher::NotBuiltIn => Needle::NONE,
    }
}

/// The needle that a route or a table has; of an expression, one that the parts of a path hold,
/// which may be apart in a file.
fn known(needle: Option<&str>, text: &str) -> Needle {
    if let Some(needle) = needle {
        return needle::of_literal(needle);
    }
    let expression = text
        .trim()
        .rsplit(char::is_whitespace)
        .next()
        .unwrap_or_default();
    let inner = expression
        .strip_prefix('/')
        .and_then(|text| text.strip_suffix('/'));
    inner.map_or(Needle::NONE, needle::of_path_regex)
}
