//! What of a specification may not be meant.

use std::collections::HashMap;

use crate::model::spec::{self, PatternKind, Patterns, Problem, Spec, Term};

/// All of it, in the order of the text.
pub fn warnings(spec: &Spec) -> Vec<Problem> {
    let mut warnings = contradictions(spec);
    for rule in &spec.rules {
        let all = terms(&rule.matches).chain(terms(&rule.expects));
        warnings.extend(all.filter_map(|(kind, term)| mistaken(kind, term)));
    }
    warnings.sort();
    warnings
}

/// Terms that must be there and must not, in the same files.
fn contradictions(spec: &Spec) -> Vec<Problem> {
    let mut forbidden: HashMap<(PatternKind, String), Vec<&spec::Rule>> = HashMap::new();
    for rule in &spec.rules {
        for (kind, term) in terms(&rule.matches) {
            let rules = forbidden
                .entry((kind, term.text.to_lowercase()))
                .or_default();
            rules.push(rule);
        }
    }
    let mut warnings = Vec::new();
    for rule in &spec.rules {
        for (kind, term) in terms(&rule.expects) {
            let rules = forbidden.get(&(kind, term.text.to_lowercase()));
            let same = |other: &&&spec::Rule| other.scope == rule.scope;
            if let Some(other) = rules.and_then(|rules| rules.iter().find(same)) {
                let cause = format!(
                    "\"{}\" must be there, and by the rule \"{}\" must not be there",
                    term.text, other.id
                );
                warnings.push(Problem::new(term.at, cause));
            }
        }
    }
    warnings
}

/// A literal that looks like a regular expression, or the other way round.
fn mistaken(kind: PatternKind, term: &Term) -> Option<Problem> {
    use PatternKind::{Calls, Expressions, Identifiers, Imports};
    if !matches!(kind, Identifiers | Expressions | Calls | Imports) {
        return None;
    }
    let text = &term.text;
    let cause = match term.regex() {
        None if is_like_regex(text) => format!(
            "\"{text}\" is looked for as it is written; a regular expression stands between slashes: /{text}/"
        ),
        Some(inner) if inner.contains('/') && !has_sign(inner) => {
            format!("\"{text}\" is the regular expression {inner}, since it stands between slashes")
        }
        _ => return None,
    };
    Some(Problem::new(term.at, cause))
}

fn is_like_regex(text: &str) -> bool {
    let signs = [
        ".*", ".+", "\\.", "\\b", "\\w", "\\d", "\\s", "(?", "[^", "[a-z", "[A-Z", "[0-9",
    ];
    let begins = text.strip_prefix('^');
    begins.is_some_and(|rest| rest.starts_with(char::is_alphanumeric))
        || signs.iter().any(|sign| text.contains(sign))
}

fn has_sign(text: &str) -> bool {
    text.contains(|c: char| "\\^$*+?()[]{}|".contains(c))
}

/// The terms of all kinds.
pub fn terms(patterns: &Patterns) -> impl Iterator<Item = (PatternKind, &Term)> {
    let all = patterns.terms();
    all.flat_map(|(kind, terms)| terms.iter().map(move |term| (kind, term)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(kind: PatternKind, text: &str) -> bool {
        let term = Term {
            text: text.to_owned(),
            ..Term::default()
        };
        mistaken(kind, &term).is_some()
    }

    #[test]
    fn what_is_written_in_the_wrong_way_is_told() {
        let kind = PatternKind::Expressions;
        for text in [
            "process.env.AUTH0_.*",
            "^import",
            "auth\\.x",
            "[a-z]+x",
            "/api/v1/",
        ] {
            assert!(told(kind, text), "{text}");
        }
        for text in [
            "jwt.sign",
            "/api\\/v1/",
            "/auth0/",
            "a[0]",
            "x || y",
            "foo() => {}",
            "^",
        ] {
            assert!(!told(kind, text), "{text}");
        }
        assert!(!told(PatternKind::ApiRoutes, "/api/v1/"));
    }
}
