//! All patterns of all specifications of one search, and the scopes in which they count.

use std::collections::{BTreeSet, HashMap};

use globset::Candidate;

use super::compiled::{Compiled, Rule};
use super::glob::Scope;
use super::pattern::Pattern;
use super::sieve::Sieve;
use crate::model::spec::{PatternKind, Term};

/// What is looked for.
pub struct Wanted<'a> {
    /// All rules, with the positions of their specifications and of themselves in those.
    pub rules: Vec<(usize, usize, &'a Rule)>,
    /// Each scope once.
    pub scopes: Vec<&'a Scope>,
    /// For each rule, the position of its scope.
    pub scope_of: Vec<usize>,
    /// All patterns about content, each with its rule's position in `rules`.
    pub patterns: Vec<Sought<'a>>,
    /// Finds those that a file may hold.
    pub sieve: Sieve,
    specs: &'a [Compiled],
    /// Those of them that are routes.
    routes: Vec<usize>,
    /// The scopes in which content is read.
    read: Vec<usize>,
    /// Whether some rule is about the content of every file.
    is_everywhere: bool,
}

/// A pattern of a rule.
pub struct Sought<'a> {
    /// The pattern.
    pub pattern: &'a Pattern,
    /// The rule's position.
    pub rule: usize,
    /// Whether it must be there, rather than must not.
    pub is_expected: bool,
}

impl<'a> Wanted<'a> {
    /// What these specifications look for.
    ///
    /// # Errors
    /// If it is too much at once.
    pub fn new(specs: &'a [Compiled]) -> Result<Self, String> {
        let of_spec = |(at, spec): (usize, &'a Compiled)| {
            let rules = spec.rules.iter().enumerate();
            rules.map(move |(number, rule)| (at, number, rule))
        };
        let rules: Vec<_> = specs.iter().enumerate().flat_map(of_spec).collect();
        let patterns: Vec<_> = rules.iter().enumerate().flat_map(sought).collect();
        let sieve = Sieve::new(patterns.iter().map(|sought| &sought.pattern.needle))?;
        let (scopes, scope_of) = scopes(&rules);
        let read = patterns.iter().map(|sought| scope_of[sought.rule]);
        let read: BTreeSet<usize> = read.collect();
        let kind = |at: &usize| patterns[*at].pattern.kind;
        let routes = 0..patterns.len();
        Ok(Self {
            routes: routes
                .filter(|at| kind(at) == PatternKind::ApiRoutes)
                .collect(),
            specs,
            rules,
            patterns,
            sieve,
            is_everywhere: read.iter().any(|at| scopes[*at].is_everything()),
            read: read.into_iter().collect(),
            scopes,
            scope_of,
        })
    }

    /// Whether any content of the file is asked for.
    pub fn is_about(&self, path: &[u8]) -> bool {
        if self.is_everywhere {
            return true;
        }
        let path = Candidate::from_bytes(path);
        let mut read = self.read.iter();
        read.any(|at| self.scopes[*at].holds(&path))
    }

    /// Whether a rule about content says by name that it is about this path, or about something
    /// below it.
    pub fn names(&self, path: &[u8]) -> bool {
        let candidate = Candidate::from_bytes(path);
        let folder = format!("{}/", String::from_utf8_lossy(path));
        self.patterns.iter().any(|sought| {
            let rule = self.rules[sought.rule].2;
            let inside = |term: &Term| {
                term.text
                    .trim_start_matches(['.', '/'])
                    .starts_with(&folder)
            };
            let is_named = rule.scope.include().is_some();
            is_named && (rule.scope.holds(&candidate) || rule.globs.include.iter().any(inside))
        })
    }

    /// Marks the patterns that may be in a file because of its path: some frameworks make routes of
    /// the names of files.
    pub fn by_path(&self, path: &[u8], may: &mut [bool]) -> bool {
        let mut any = false;
        if self.routes.is_empty() || !path.contains(&b'/') {
            return false;
        }
        let path = String::from_utf8_lossy(path).to_ascii_lowercase();
        for at in &self.routes {
            let needles = self.patterns[*at].pattern.needle.0.iter().flatten();
            let is_named = needles.into_iter().any(|needle| path.contains(needle));
            may[*at] |= is_named;
            any |= is_named;
        }
        any
    }

    /// The patterns that `may` be in a file and whose rules are about it. A specification is not about
    /// its own text.
    pub fn in_scope(&self, path: &[u8], may: &[bool], bytes: &[u8]) -> Vec<usize> {
        let path = Candidate::from_bytes(path);
        let own: Vec<bool> = self.specs.iter().map(|spec| spec.is_own(bytes)).collect();
        let mut known: Vec<Option<bool>> = vec![None; self.scopes.len()];
        let possible = may.iter().enumerate().filter(|(_, may)| **may);
        let holds = possible.filter(|(at, _)| {
            let rule = self.patterns[*at].rule;
            let scope = self.scope_of[rule];
            let holds = known[scope].get_or_insert_with(|| self.scopes[scope].holds(&path));
            *holds && !own[self.rules[rule].0]
        });
        holds.map(|(at, _)| at).collect()
    }
}

/// Each scope once, and for each rule the position of its own.
fn scopes<'a>(rules: &[(usize, usize, &'a Rule)]) -> (Vec<&'a Scope>, Vec<usize>) {
    let (mut scopes, mut known) = (Vec::new(), HashMap::new());
    let mut of = |rule: &'a Rule| {
        let texts = |terms: &'a [Term]| -> Vec<&'a str> {
            terms.iter().map(|term| term.text.as_str()).collect()
        };
        let key = (texts(&rule.globs.include), texts(&rule.globs.exclude));
        *known.entry(key).or_insert_with(|| {
            scopes.push(&rule.scope);
            scopes.len() - 1
        })
    };
    let scope_of = rules.iter().map(|(_, _, rule)| of(rule)).collect();
    (scopes, scope_of)
}

fn sought<'a>(
    (rule, (_, _, given)): (usize, &(usize, usize, &'a Rule)),
) -> impl Iterator<Item = Sought<'a>> + use<'a> {
    let given: &'a Rule = given;
    let forbidden = given.matches.iter().map(|pattern| (pattern, false));
    let expected = given.expects.iter().map(|pattern| (pattern, true));
    let content = forbidden
        .chain(expected)
        .filter(|(pattern, _)| pattern.is_about_content());
    content.map(move |(pattern, is_expected)| Sought {
        pattern,
        rule,
        is_expected,
    })
}
