//! The words of a name, and how alike two names are.

use std::collections::BTreeMap;

/// Words that begin the names of functions which do the same.
const SAME_DEEDS: [&[&str]; 12] = [
    &[
        "get", "fetch", "load", "read", "find", "lookup", "query", "retrieve",
    ],
    &[
        "create", "add", "insert", "new", "make", "build", "register",
    ],
    &["delete", "remove", "drop", "destroy", "clear"],
    &["update", "set", "change", "modify", "patch", "edit"],
    &[
        "parse",
        "decode",
        "deserialize",
        "unmarshal",
        "from",
        "scan",
    ],
    &[
        "write",
        "save",
        "store",
        "encode",
        "serialize",
        "marshal",
        "dump",
    ],
    &["is", "has", "can", "should"],
    &["check", "validate", "verify", "ensure", "assert"],
    &["handle", "on", "process", "handler"],
    &["send", "post", "emit", "publish", "dispatch"],
    &["render", "draw", "display", "show", "print", "format"],
    &[
        "start",
        "run",
        "begin",
        "open",
        "launch",
        "init",
        "initialize",
        "setup",
    ],
];

/// How much a word for a deed counts, beside another word.
const OF_DEEDS: f64 = 0.7;

/// How much a word of the same deed counts, beside the word itself.
const OF_SAME_DEED: f64 = 0.4;

/// The words of a name, in small letters: `parseHTTPConfig2`, `parse_http_config_2`.
pub fn split(name: &str) -> Vec<String> {
    let chars: Vec<char> = name.chars().collect();
    let (mut words, mut word) = (Vec::new(), String::new());
    for (at, c) in chars.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| chars[at]);
        let next = chars.get(at + 1);
        let after_small = before.is_some_and(|before| before.is_lowercase() || before.is_numeric());
        let before_small = next.is_some_and(|next| next.is_lowercase());
        let begins = c.is_uppercase() && (after_small || before.is_some() && before_small);
        let changes = before.is_some_and(|before| before.is_numeric() != c.is_numeric());
        if (begins || changes || !c.is_alphanumeric()) && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
    }
    words.extend((!word.is_empty()).then_some(word));
    words.into_iter().map(singular).collect()
}

/// `users` and `user` are one word; `class` and `status` stay.
fn singular(word: String) -> String {
    let is_plural = word.len() > 3
        && word.ends_with('s')
        && !word.ends_with("ss")
        && !word.ends_with("us")
        && !word.ends_with("is");
    match is_plural {
        true => match word.strip_suffix("ies") {
            Some(stem) if stem.len() > 1 => format!("{stem}y"),
            _ => word[..word.len() - 1].to_owned(),
        },
        false => word,
    }
}

/// How much a word tells, by how rare it is.
#[derive(Debug, Clone)]
pub struct Weights {
    known: BTreeMap<String, f64>,
    unknown: f64,
}

/// Every word tells the same.
impl Default for Weights {
    fn default() -> Self {
        Self {
            known: BTreeMap::new(),
            unknown: 1.0,
        }
    }
}

impl Weights {
    /// Of words that were each seen in so many places, of so many in all. A rare word tells more,
    /// but not so much more that one of them outweighs two others.
    pub fn new(seen: impl IntoIterator<Item = (String, usize)>, all: usize) -> Self {
        let weight = |seen: usize| (2.0 + all as f64 / (1.0 + seen as f64)).ln().sqrt();
        let known = seen.into_iter().map(|(word, seen)| (word, weight(seen)));
        Self {
            known: known.collect(),
            unknown: weight(all / 50),
        }
    }

    /// Of a word. What a function does is said by few words, what it does it to by many.
    pub fn of(&self, word: &str) -> f64 {
        let weight = self.known.get(word).copied().unwrap_or(self.unknown);
        match is_deed(word) {
            true => weight * OF_DEEDS,
            false => weight,
        }
    }

    fn sum<'w>(&self, words: impl IntoIterator<Item = &'w String>) -> f64 {
        words.into_iter().map(|word| self.of(word)).sum()
    }
}

/// How alike a name is to the one that is wanted, from 0 to 1: the words that both have, by what
/// they tell; more where the first or the last word is the same.
pub fn likeness(wanted: &[String], name: &[String], weights: &Weights) -> f64 {
    if wanted.is_empty() || name.is_empty() {
        return 0.0;
    }
    let shared: f64 = wanted
        .iter()
        .map(|word| share(word, name) * weights.of(word))
        .sum();
    if shared == 0.0 {
        return 0.0;
    }
    let all = weights.sum(wanted);
    let extra = name.iter().filter(|word| !wanted.contains(word));
    let both = all + weights.sum(extra);
    let ends = |a: Option<&String>, b: Option<&String>| f64::from(u8::from(a == b));
    let covered = shared / all;
    let common = (shared / both).min(1.0);
    let frame = ends(wanted.first(), name.first()) + ends(wanted.last(), name.last());
    (0.5 * covered + 0.3 * common + 0.1 * frame).min(1.0)
}

/// How much of a word a name has: all of it, or a word of the same deed.
fn share(word: &String, name: &[String]) -> f64 {
    if name.contains(word) {
        return 1.0;
    }
    let same = SAME_DEEDS
        .iter()
        .filter(|deeds| deeds.contains(&word.as_str()));
    let mut others = same.flat_map(|deeds| deeds.iter());
    match others.any(|other| name.iter().any(|own| own == other)) {
        true => OF_SAME_DEED,
        false => 0.0,
    }
}

fn is_deed(word: &str) -> bool {
    SAME_DEEDS.iter().any(|deeds| deeds.contains(&word))
}

/// A word, and those of the same deed.
pub fn with_same_deeds(word: &str) -> Vec<String> {
    let same = SAME_DEEDS.iter().filter(|deeds| deeds.contains(&word));
    let mut words: Vec<String> = same
        .flat_map(|deeds| deeds.iter().map(|word| (*word).to_owned()))
        .collect();
    words.push(word.to_owned());
    words
}

#[cfg(test)]
mod tests {
    use super::{Weights, likeness, split};

    #[test]
    fn names_are_split_into_words() {
        assert_eq!(split("parseHTTPConfigs2"), ["parse", "http", "config", "2"]);
        assert_eq!(split("__init_db"), ["init", "db"]);
        assert_eq!(split("XMLParser"), ["xml", "parser"]);
        assert_eq!(split("entries"), ["entry"]);
        assert_eq!(split("status"), ["status"]);
    }

    #[test]
    fn names_with_the_same_words_are_alike() {
        let weights = Weights::default();
        let like = |name: &str| likeness(&split("parse_config"), &split(name), &weights);
        assert!((like("parseConfig") - 1.0).abs() < 1e-9);
        assert!(like("parse_config_file") > like("parse_args"));
        assert!(like("parse_args") > like("config_of_args"));
        assert!(like("read_config") > like("the_config"));
        assert_eq!(like("unrelated"), 0.0);
    }
}
