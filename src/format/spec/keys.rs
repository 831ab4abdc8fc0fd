//! The keys that a specification has, and what is said of any other one.

use super::findings::Findings;
use super::hint;
use super::node::{Key, Node, Value};
use crate::model::limits;

/// The keys of a kind of table.
pub struct Keys {
    /// Where they stand, as it reads behind "in".
    pub place: &'static str,
    /// The keys.
    pub known: &'static [&'static str],
}

/// Of a specification.
pub const SPEC: Keys = Keys {
    place: "a specification",
    known: &[
        "name",
        "description",
        "rules",
        "rule",
        "case",
        "refactor_name",
        "context_name",
        "version",
        "author",
        "metadata",
        "tags",
        "category",
    ],
};

/// Of a rule.
pub const RULE: Keys = Keys {
    place: "a rule",
    known: &[
        "id",
        "description",
        "severity",
        "guidance",
        "scope",
        "match",
        "expect",
        "requires",
        "each_file",
        "case",
        "category",
        "tags",
        "metadata",
    ],
};

/// Of a scope.
pub const SCOPE: Keys = Keys {
    place: "scope",
    known: &["include", "exclude"],
};

/// Of what must not be there.
pub const MATCH: Keys = Keys {
    place: "match",
    known: &[
        "identifiers",
        "expressions",
        "strings",
        "calls",
        "imports",
        "api_routes",
        "sql_tables",
        "structure",
        "files",
        "case",
    ],
};

/// Of what must be there.
pub const EXPECT: Keys = Keys {
    place: "expect",
    known: &[
        "identifiers",
        "expressions",
        "strings",
        "calls",
        "imports",
        "api_routes",
        "sql_tables",
        "structure",
        "files",
        "case",
        "all",
        "each_file",
    ],
};

/// Of a shape of code.
pub const STRUCTURE: Keys = Keys {
    place: "structure",
    known: &["language", "pattern"],
};

/// The keys that are looked through for the right place of one that is in a wrong one.
const ALL: [&Keys; 6] = [&RULE, &SCOPE, &MATCH, &EXPECT, &STRUCTURE, &SPEC];

/// A table whose keys are known.
pub struct Fields<'n> {
    entries: &'n [(Key, Node)],
}

impl<'n> Fields<'n> {
    /// The fields of a node; none where it is nothing, or no table, which is told.
    pub fn of(node: &'n Node, keys: &Keys, findings: &mut Findings) -> Option<Self> {
        if node.is_nothing() {
            return None;
        }
        let Value::Table(entries) = &node.value else {
            let (kind, place) = (node.kind(), keys.place);
            let some = keys.known.iter().take(3).copied().collect::<Vec<_>>();
            let cause = format!(
                "{kind} where {place} is a table with keys such as {}",
                some.join(", ")
            );
            findings.wrong(node.at, cause);
            return None;
        };
        let is_unknown = |(key, _): &&(Key, Node)| !keys.known.contains(&key.text.as_str());
        for (key, _) in entries.iter().filter(is_unknown).take(limits::MEMBERS) {
            findings.wrong(key.at, unknown(&key.text, keys));
        }
        Some(Self { entries })
    }

    /// The value of a key.
    pub fn get(&self, name: &str) -> Option<&'n Node> {
        self.entry(name).map(|(_, node)| node)
    }

    fn entry(&self, name: &str) -> Option<&'n (Key, Node)> {
        self.entries.iter().find(|(key, _)| key.text == name)
    }

    /// The value of the one of several keys that mean the same; that more than one is there is told.
    pub fn one_of(&self, names: &[&str], findings: &mut Findings) -> Option<&'n Node> {
        let mut there: Vec<_> = names.iter().filter_map(|name| self.entry(name)).collect();
        there.sort_by_key(|(key, _)| key.at);
        for pair in there.windows(2) {
            if let [(first, _), (second, _)] = pair {
                let (one, other) = (&second.text, &first.text);
                let cause = format!("'{one}' says the same as '{other}', which is there already");
                findings.wrong(second.at, cause);
            }
        }
        there.first().map(|(_, node)| node)
    }
}

/// What is said of a key that nobody knows where it stands.
fn unknown(word: &str, keys: &Keys) -> String {
    let place = keys.place;
    let begin = format!("unknown key '{}' in {place}", hint::shown(word));
    if word == "expect_not" {
        return format!("{begin}: what must not be there belongs in 'match'");
    }
    let homes = homes(word);
    if !homes.is_empty() {
        return format!("{begin}: it belongs in {homes}");
    }
    let like = |keys: &Keys| hint::like(word, keys.known.iter().copied());
    if let Some(like) = like(keys) {
        return format!("{begin}: did you mean '{like}'?");
    }
    match ALL.into_iter().find_map(like) {
        Some(like) => format!("{begin}: '{like}' belongs in {}", self::homes(&like)),
        None => begin,
    }
}

/// Where a key belongs, in words; empty where nobody knows it.
fn homes(word: &str) -> String {
    let knows = |keys: &&&Keys| keys.known.contains(&word);
    let homes: Vec<&str> = ALL.iter().filter(knows).map(|keys| keys.place).collect();
    homes.join(" or ")
}
