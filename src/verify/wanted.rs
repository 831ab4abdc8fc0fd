//! All patterns of all specifications of one search, and the scopes in which they count.

use globset::Candidate;

use super::compiled::{Compiled, Rule};
use super::pattern::Pattern;
use super::sieve::Sieve;

/// What is looked for.
pub struct Wanted<'a> {
    /// All rules, with the positions of their specifications and of themselves in those.
    pub rules: Vec<(usize, usize, &'a Rule)>,
    /// All patterns about content, each with its rule's position in `rules`.
    pub patterns: Vec<Sought<'a>>,
    /// Finds those that a file may hold.
    pub sieve: Sieve,
    /// Whether some rule is about every file.
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
        let is_everywhere = patterns.iter().any(|sought| {
            let (_, _, rule) = rules[sought.rule];
            rule.scope.is_everything()
        });
        Ok(Self {
            rules,
            patterns,
            sieve,
            is_everywhere,
        })
    }

    /// Whether any content of the file is asked for.
    pub fn is_about(&self, path: &[u8]) -> bool {
        if self.is_everywhere {
            return true;
        }
        let path = Candidate::from_bytes(path);
        let mut rules = self.rules.iter();
        rules.any(|(_, _, rule)| {
            rule.patterns().any(Pattern::is_about_content) && rule.scope.holds(&path)
        })
    }

    /// The patterns that `may` be in a file and whose rules are about it.
    pub fn in_scope(&self, path: &[u8], may: &[bool]) -> Vec<usize> {
        let path = Candidate::from_bytes(path);
        let mut known: Vec<Option<bool>> = vec![None; self.rules.len()];
        let possible = may.iter().enumerate().filter(|(_, may)| **may);
        let holds = possible.filter(|(at, _)| {
            let rule = self.patterns[*at].rule;
            *known[rule].get_or_insert_with(|| self.rules[rule].2.scope.holds(&path))
        });
        holds.map(|(at, _)| at).collect()
    }
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
