//! A specification, ready to be held to a tree: everything that can be wrong with its patterns is
//! found here, without a repository.

use sha2::{Digest as _, Sha256};

use super::glob::Scope;
use super::pattern::{Matcher, Pattern};
use super::warnings;
use super::words::Size;
use crate::model::spec::{self, PatternKind, Patterns, Problem, Severity, Spec, Term};

/// So many regular expressions may be in a specification.
const REGEXES: usize = 1_000;
/// Bytes that all of them may be compiled to, and each at least and at most.
const COMPILED: usize = 64 * 1024 * 1024;
const EACH: (usize, usize) = (256 * 1024, 4 * 1024 * 1024);

/// A specification whose patterns are compiled.
#[derive(Debug)]
pub struct Compiled {
    pub(super) rules: Vec<Rule>,
    warnings: Vec<Problem>,
    digest: [u8; 32],
    own: Option<Box<str>>,
}

/// A rule whose patterns are compiled.
#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: String,
    pub(super) severity: Severity,
    pub(super) scope: Scope,
    /// The same as it was written.
    pub(super) globs: spec::Scope,
    pub(super) matches: Vec<Pattern>,
    pub(super) expects: Vec<Pattern>,
    pub(super) each_file: bool,
    pub(super) all: bool,
}

impl Compiled {
    /// Compiles a specification.
    ///
    /// # Errors
    /// Every problem of its expressions, globs and shapes, in the order of their places.
    pub fn new(spec: &Spec) -> Result<Self, Vec<Problem>> {
        let size = size(spec)?;
        let (mut rules, mut problems) = (Vec::new(), Vec::new());
        for given in &spec.rules {
            match rule(given, size) {
                Ok(rule) => rules.push(rule),
                Err(found) => problems.extend(found),
            }
        }
        if !problems.is_empty() {
            problems.sort();
            return Err(problems);
        }
        Ok(Self {
            rules,
            warnings: warnings::warnings(spec),
            digest: digest(spec),
            own: None,
        })
    }

    /// The same, with the text that it was read from. A file that holds exactly this text is not held
    /// to it: it names everything that must not be there, and all that must.
    #[must_use]
    pub fn written_as(self, text: &str) -> Self {
        let mut hash = Sha256::new();
        hash.update(self.digest);
        hash.update(text);
        Self {
            digest: hash.finalize().into(),
            own: Some(text.into()),
            ..self
        }
    }

    /// Whether this is the text that it was read from.
    pub(super) fn is_own(&self, bytes: &[u8]) -> bool {
        self.own.as_ref().is_some_and(|own| own.as_bytes() == bytes)
    }

    /// What may not be meant.
    pub fn warnings(&self) -> &[Problem] {
        &self.warnings
    }

    /// Of all that has a say in what is found, but for the files.
    pub(super) fn digest(&self) -> &[u8] {
        &self.digest
    }
}

fn rule(given: &spec::Rule, size: Size) -> Result<Rule, Vec<Problem>> {
    let scope = Scope::new(&given.scope);
    let matches = patterns(&given.matches, size);
    let expects = patterns(&given.expects, size);
    match (scope, matches, expects) {
        (Ok(scope), Ok(matches), Ok(expects)) => Ok(Rule {
            id: given.id.clone(),
            severity: given.severity,
            scope,
            globs: given.scope.clone(),
            matches,
            expects,
            each_file: given.each_file,
            all: given.all,
        }),
        (scope, matches, expects) => {
            let problems = [scope.err(), matches.err(), expects.err()];
            Err(problems.into_iter().flatten().flatten().collect())
        }
    }
}

fn patterns(given: &Patterns, size: Size) -> Result<Vec<Pattern>, Vec<Problem>> {
    let of_kind = |(kind, terms): (PatternKind, &[Term])| -> Vec<_> {
        let pattern = |term| Pattern::new(kind, term, given.case, size);
        terms.iter().map(pattern).collect()
    };
    let shapes = given.structure.iter().map(Pattern::structure);
    let (mut patterns, mut problems) = (Vec::new(), Vec::new());
    for pattern in given.terms().flat_map(of_kind).chain(shapes) {
        match pattern {
            Ok(pattern) => patterns.push(pattern),
            Err(problem) => problems.push(problem),
        }
    }
    if problems.is_empty() {
        return Ok(patterns);
    }
    Err(problems)
}

/// How large each regular expression may be, so that all of them together are not too large.
fn size(spec: &Spec) -> Result<Size, Vec<Problem>> {
    let sides = spec
        .rules
        .iter()
        .flat_map(|rule| [&rule.matches, &rule.expects]);
    let all = sides.flat_map(|patterns| warnings::terms(patterns).map(|(_, term)| term));
    let mut regexes = all.filter(|term| term.regex().is_some());
    let count = regexes.by_ref().take(REGEXES).count();
    if let Some(next) = regexes.next() {
        let cause = format!("there are more than {REGEXES} regular expressions");
        return Err(vec![Problem::new(next.at, cause)]);
    }
    let compiled = (COMPILED / count.max(1)).clamp(EACH.0, EACH.1);
    Ok(Size { compiled })
}

/// The digest of what is looked for, and where. Each text stands behind its length.
fn digest(spec: &Spec) -> [u8; 32] {
    let mut hash = Sha256::new();
    hash.update(env!("CARGO_PKG_VERSION"));
    hash.update([u8::from(super::grammar::BUILT_IN)]);
    let mut text = |text: &str| {
        hash.update(text.len().to_le_bytes());
        hash.update(text);
    };
    for rule in &spec.rules {
        text(if rule.each_file { "each" } else { "any" });
        for (side, terms) in [("in", &rule.scope.include), ("out", &rule.scope.exclude)] {
            text(side);
            terms.iter().for_each(|term| text(&term.text));
        }
        for (side, patterns) in [("match", &rule.matches), ("expect", &rule.expects)] {
            text(side);
            text(if patterns.case { "case" } else { "any case" });
            for (kind, terms) in patterns.terms() {
                text(kind.as_str());
                terms.iter().for_each(|term| text(&term.text));
            }
            for structure in &patterns.structure {
                text(structure.language.as_str());
                text(&structure.pattern.text);
            }
        }
    }
    hash.finalize().into()
}

/// The one pattern of a list, or all of them.
pub(super) fn told(patterns: &[Pattern]) -> (Option<PatternKind>, String) {
    let first = patterns.first().map(|pattern| pattern.kind);
    let same = patterns.iter().all(|pattern| Some(pattern.kind) == first);
    let texts: Vec<&str> = patterns
        .iter()
        .map(|pattern| pattern.text.as_str())
        .collect();
    (first.filter(|_| same), texts.join(", "))
}

/// Whether a pattern is about paths, and which.
pub(super) fn paths(pattern: &Pattern) -> Option<&super::glob::Paths> {
    match &pattern.matcher {
        Matcher::Paths(paths) => Some(paths),
        _ => None,
    }
}
