//! When a rule of a specification asks for less than before: the rows of the table that are about
//! rules.

use std::collections::BTreeSet;

use super::meaning::{Asked, Meaning, Wanted};

/// A rule that asks for less.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Loosened {
    /// Its id.
    pub rule: String,
    /// What it comes to, in words.
    pub why: String,
}

/// The rules that ask for less in the second than in the first. One that is called otherwise and asks
/// for no less does not.
pub fn loosened(old: &Meaning, new: &Meaning) -> Vec<Loosened> {
    let came = new
        .rules
        .iter()
        .filter(|(id, _)| !old.rules.contains_key(*id));
    let came: Vec<&Asked> = came.map(|(_, asked)| asked).collect();
    let of_rule = |(id, asked): (&String, &Asked)| {
        let why = match new.rules.get(id) {
            Some(now) => less(asked, now)?,
            None if came.iter().any(|now| less(asked, now).is_none()) => return None,
            None => "removed".to_owned(),
        };
        let rule = id.clone();
        Some(Loosened { rule, why })
    };
    old.rules.iter().filter_map(of_rule).collect()
}

/// In what a rule asks for less than another one; none where it does not.
pub fn less(old: &Asked, new: &Asked) -> Option<String> {
    let mut why = Vec::new();
    why.extend(unmatched(&old.matches, &new.matches));
    if !old.expect.is_empty() {
        why.extend(unexpected(old, new));
        why.extend(
            (old.each_file && !new.each_file).then(|| "no longer expected of each file".into()),
        );
    }
    why.extend(out_of_scope(old, new));
    (!why.is_empty()).then(|| why.join("; "))
}

fn unmatched(old: &Wanted, new: &Wanted) -> Vec<String> {
    let lost = lost(&old.patterns, &new.patterns);
    let is_narrower = !old.is_empty() && !old.case && new.case && !new.is_empty();
    [
        lost.map(|lost| format!("no longer looked for: {lost}")),
        is_narrower.then(|| "found only where letters are the same in case".to_owned()),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// In what less is expected, where something was.
fn unexpected(old: &Asked, new: &Asked) -> Vec<String> {
    let (before, after) = (&old.expect, &new.expect);
    if after.is_empty() {
        return vec!["nothing is expected any more".to_owned()];
    }
    let why = match (old.all, new.all) {
        (true, true) => lost(&before.patterns, &after.patterns)
            .map(|lost| format!("no longer expected: {lost}")),
        (true, false) => (before.patterns.len() > 1 || !after.patterns.is_subset(&before.patterns))
            .then(|| "any one of what is expected is enough".to_owned()),
        (false, true) => after
            .patterns
            .is_disjoint(&before.patterns)
            .then(|| "something else is expected".to_owned()),
        (false, false) => {
            lost(&after.patterns, &before.patterns).map(|more| format!("enough instead: {more}"))
        }
    };
    let is_wider = before.case && !after.case;
    let is_wider =
        is_wider.then(|| "letters of what is expected need not be the same in case".to_owned());
    why.into_iter().chain(is_wider).collect()
}

/// What of a scope asks for less: what must not be there is looked for in fewer files; what must be
/// there somewhere, in more.
fn out_of_scope(old: &Asked, new: &Asked) -> Option<String> {
    if old.include == new.include && old.exclude == new.exclude {
        return None;
    }
    let is_sought = !old.matches.is_empty() || (!old.expect.is_empty() && old.each_file);
    let is_expected = !old.expect.is_empty() && !old.each_file;
    if is_sought && !covers(new, old) {
        Some(narrowed(old, new))
    } else if is_expected && !covers(old, new) {
        Some("what is expected may be in other files".to_owned())
    } else {
        None
    }
}

/// Whether a rule is about all files that another one is about, as far as can be told.
fn covers(rule: &Asked, other: &Asked) -> bool {
    let includes = match (rule.include.is_empty(), other.include.is_empty()) {
        (true, _) => true,
        (false, true) => false,
        (false, false) => other.include.is_subset(&rule.include),
    };
    includes && rule.exclude.is_subset(&other.exclude)
}

fn narrowed(old: &Asked, new: &Asked) -> String {
    let gone = match (old.include.is_empty(), new.include.is_empty()) {
        (true, false) => Some(format!("only in {}", list(new.include.iter()))),
        (false, false) => {
            lost(&old.include, &new.include).map(|lost| format!("no longer in {lost}"))
        }
        _ => None,
    };
    let out = lost(&new.exclude, &old.exclude).map(|out| format!("not in {out}"));
    let parts: Vec<String> = gone.into_iter().chain(out).collect();
    format!("its scope is narrower: {}", parts.join(", "))
}

/// The members of the first that the second does not have.
fn lost(first: &BTreeSet<String>, second: &BTreeSet<String>) -> Option<String> {
    let lost: Vec<&String> = first.difference(second).collect();
    (!lost.is_empty()).then(|| list(lost.into_iter()))
}

/// More members than these are counted.
const MOST: usize = 5;

fn list<'w>(words: impl ExactSizeIterator<Item = &'w String>) -> String {
    let more = words.len().saturating_sub(MOST);
    let shown: Vec<&str> = words.take(MOST).map(String::as_str).collect();
    match more {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn why(old: Value, new: Value) -> Option<String> {
        let asked = |value: Value| serde_json::from_value::<Asked>(value).unwrap();
        less(&asked(old), &asked(new))
    }

    fn matching(patterns: &[&str]) -> Value {
        json!({"match": {"patterns": patterns}})
    }

    fn expecting(patterns: &[&str]) -> Value {
        json!({"expect": {"patterns": patterns}})
    }

    fn with(mut value: Value, more: &Value) -> Value {
        for (key, more) in more.as_object().unwrap() {
            value[key] = more.clone();
        }
        value
    }

    #[test]
    fn asking_for_less_is_found() {
        let both = || matching(&["a", "b"]);
        let one = || expecting(&["a"]);
        let two = || expecting(&["a", "b"]);
        let all = || json!({"all": true});
        let each = || json!({"each_file": true});
        let src = || json!({"include": ["src"]});
        for (old, new, expected) in [
            (both(), matching(&["b"]), "no longer looked for: a"),
            (both(), one(), "no longer looked for: a, b"),
            (
                both(),
                json!({"match": {"case": true, "patterns": ["a", "b"]}}),
                "found only where letters are the same in case",
            ),
            (one(), both(), "nothing is expected any more"),
            (one(), two(), "enough instead: b"),
            (one(), expecting(&["b"]), "enough instead: b"),
            (
                with(two(), &all()),
                with(one(), &all()),
                "no longer expected: b",
            ),
            (
                with(two(), &all()),
                two(),
                "any one of what is expected is enough",
            ),
            (
                with(two(), &all()),
                one(),
                "any one of what is expected is enough",
            ),
            (
                one(),
                with(expecting(&["b"]), &all()),
                "something else is expected",
            ),
            (
                json!({"expect": {"case": true, "patterns": ["a"]}}),
                one(),
                "letters of what is expected need not be the same in case",
            ),
            (
                with(one(), &each()),
                one(),
                "no longer expected of each file",
            ),
            (
                both(),
                with(both(), &src()),
                "its scope is narrower: only in src",
            ),
            (
                with(both(), &json!({"include": ["src", "lib"]})),
                with(both(), &json!({"include": ["src"], "exclude": ["src/old"]})),
                "its scope is narrower: no longer in lib, not in src/old",
            ),
            (
                with(with(one(), &each()), &src()),
                with(with(one(), &each()), &json!({"include": ["lib"]})),
                "its scope is narrower: no longer in src",
            ),
            (
                with(one(), &src()),
                one(),
                "what is expected may be in other files",
            ),
            (
                with(one(), &json!({"exclude": ["tests"]})),
                one(),
                "what is expected may be in other files",
            ),
        ] {
            assert_eq!(
                why(old.clone(), new.clone()).as_deref(),
                Some(expected),
                "{old} → {new}"
            );
        }
    }

    #[test]
    fn asking_for_more_is_not() {
        let one = || matching(&["a"]);
        let all = || json!({"all": true});
        let two = || expecting(&["a", "b"]);
        for (old, new) in [
            (one(), matching(&["a", "b"])),
            (with(one(), &json!({"include": ["src"]})), one()),
            (with(one(), &json!({"exclude": ["src"]})), one()),
            (two(), expecting(&["a"])),
            (two(), with(two(), &all())),
            (two(), with(expecting(&["b", "c"]), &all())),
            (
                with(two(), &all()),
                with(expecting(&["a", "b", "c"]), &all()),
            ),
            (with(expecting(&["a"]), &all()), expecting(&["a"])),
            (two(), with(two(), &json!({"each_file": true}))),
            (two(), with(two(), &json!({"include": ["src"]}))),
            (json!({"match": {"case": true, "patterns": ["a"]}}), one()),
            (json!({}), two()),
        ] {
            assert_eq!(why(old.clone(), new.clone()), None, "{old} → {new}");
        }
    }

    #[test]
    fn a_rule_that_is_gone_asks_for_nothing_and_one_of_another_name_for_the_same() {
        let spec =
            |rules: Value| serde_json::from_value::<Meaning>(json!({"rules": rules})).unwrap();
        let old = spec(json!({"a": matching(&["x"]), "b": matching(&["y"])}));
        let renamed = spec(json!({"c": matching(&["x", "z"]), "b": matching(&["y"])}));
        assert_eq!(loosened(&old, &renamed), []);
        let gone = Loosened {
            rule: "a".to_owned(),
            why: "removed".to_owned(),
        };
        let left = spec(json!({"b": matching(&["x", "y"])}));
        assert_eq!(loosened(&old, &left), [gone]);
    }
}
