//! Calls of functions and methods: what a term says of them, and what looks like one in a text
//! that no grammar parsed.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use super::needle::{self, Needle};
use super::words::{Size, Words};

/// A name, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: String,
    /// Its bytes in the file.
    pub range: Range<usize>,
}

/// One call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The path to what is called, its own name last; never empty.
    pub names: Vec<Name>,
    /// Whether it is a macro of Rust.
    pub is_macro: bool,
    /// Whether it makes a new object: `new Foo()`.
    pub is_new: bool,
}

/// What a term says of calls.
#[derive(Debug, Clone)]
pub enum CallTerm {
    /// The end of the path.
    Path {
        /// Its names; in lower case where case does not matter.
        names: Vec<String>,
        /// Whether case matters.
        case: bool,
        /// Whether it has to be a macro.
        is_macro: bool,
        /// Whether it has to make an object.
        is_new: bool,
        /// What a file must hold.
        needle: Needle,
    },
    /// Something about the path, written with dots, or about the name alone.
    Regex(Words),
}

impl CallTerm {
    /// A term as it was written: `foo`, `obj.foo`, `a::b::foo`, `println!`, `new Foo()`.
    ///
    /// # Errors
    /// If it is no name and no path of names.
    pub fn literal(text: &str, case: bool) -> Result<Self, String> {
        let trimmed = text.trim();
        let trimmed = trimmed.strip_suffix("()").unwrap_or(trimmed);
        let (trimmed, is_new) = match trimmed.strip_prefix("new ") {
            Some(rest) => (rest.trim(), true),
            None => (trimmed, false),
        };
        let (trimmed, is_macro) = match trimmed.strip_suffix('!') {
            Some(rest) => (rest, true),
            None => (trimmed, false),
        };
        let names: Vec<&str> = separators().split(trimmed).collect();
        let is_name = |name: &&str| {
            !name.is_empty()
                && name
                    .chars()
                    .all(|c| super::words::is_word(c) || "$#@".contains(c))
        };
        if !names.iter().all(is_name) {
            return Err(
                "a call is a name, or a path of names such as \"client.send\"; \
                 `expressions` takes any text, `structure` any shape of code"
                    .to_owned(),
            );
        }
        let longest = names.iter().max_by_key(|name| name.len());
        Ok(Self::Path {
            needle: longest.map_or(Needle::NONE, |name| needle::of_literal(name)),
            names: names.iter().map(|name| folded(name, case)).collect(),
            case,
            is_macro,
            is_new,
        })
    }

    /// A regular expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn regex(text: &str, case: bool, size: Size) -> Result<Self, String> {
        Words::regex(text, case, size).map(Self::Regex)
    }

    /// What a file must hold to hold such a call. A regular expression is about a path that may be
    /// written otherwise.
    pub fn needle(&self) -> Needle {
        match self {
            Self::Path { needle, .. } => needle.clone(),
            Self::Regex(words)
                if words
                    .needle()
                    .0
                    .iter()
                    .flatten()
                    .all(|one| is_one_name(one)) =>
            {
                words.needle().clone()
            }
            Self::Regex(_) => Needle::NONE,
        }
    }

    /// The bytes of the call that are meant; none where it is another.
    pub fn find(&self, call: &Call) -> Option<Range<usize>> {
        let last = call.names.last()?.range.end;
        match self {
            Self::Path {
                names,
                case,
                is_macro,
                is_new,
                ..
            } => {
                let from = call.names.len().checked_sub(names.len())?;
                let end = &call.names[from..];
                let mut pairs = end.iter().zip(names);
                let fits = pairs.all(|(name, wanted)| folded(&name.text, *case) == *wanted)
                    && (call.is_macro || !is_macro)
                    && (call.is_new || !is_new);
                fits.then(|| end[0].range.start..last)
            }
            Self::Regex(words) => {
                let name = call.names.last()?;
                if words.is_in(&name.text) {
                    return Some(name.range.clone());
                }
                let path: Vec<&str> = call.names.iter().map(|name| name.text.as_str()).collect();
                let start = call.names.first()?.range.start;
                words.is_in(&path.join(".")).then_some(start..last)
            }
        }
    }
}

fn is_one_name(text: &str) -> bool {
    text.chars().all(super::words::is_word)
}

fn folded(name: &str, case: bool) -> String {
    match case {
        true => name.to_owned(),
        false => name.to_lowercase(),
    }
}

/// A pattern of our own, which cannot fail; if it did, it would match nothing.
pub fn own(pattern: &str) -> Regex {
    Regex::new(pattern).unwrap_or_else(|_| own(r"[^\s\S]"))
}

fn separators() -> &'static Regex {
    static FOUND: OnceLock<Regex> = OnceLock::new();
    FOUND.get_or_init(|| own(r"\s*(?:::|->|\?\.|\.)\s*"))
}

/// A path of names in front of a parenthesis; a macro's may be any bracket.
fn looks_like_a_call() -> &'static Regex {
    static FOUND: OnceLock<Regex> = OnceLock::new();
    FOUND.get_or_init(|| {
        own(r"(?:[\w$]+[ \t]*(?:::|->|\?\.|\.)\s*)*[\w$]+[ \t]*(?:(!)[ \t]*[(\[{]|\()")
    })
}

/// Words in front of a parenthesis that call nothing.
const OTHER: [&str; 20] = [
    "if", "while", "match", "return", "in", "for", "loop", "else", "move", "mut", "ref", "as",
    "sizeof", "switch", "defined", "and", "or", "not", "elif", "catch",
];

/// Words behind which something is defined, not called.
const DEFINING: [&str; 6] = ["fn", "def", "function", "func", "fun", "define"];

/// What looks like a call in a part of a text.
pub fn scan(text: &str, part: Range<usize>) -> Vec<Call> {
    let start = part.start;
    let Some(inside) = text.get(part) else {
        return Vec::new();
    };
    let found = looks_like_a_call().captures_iter(inside);
    let calls = found.filter_map(|found| {
        let whole = found.get(0)?;
        let before = inside[..whole.start()].trim_end();
        let defined = DEFINING.iter().any(|word| ends_with_word(before, word));
        let is_macro = found.get(1).is_some();
        let path = whole
            .as_str()
            .trim_end_matches(['(', '[', '{', '!', ' ', '\t']);
        let names = names(path, start + whole.start());
        let last = names.last()?;
        (!defined && !OTHER.contains(&last.text.as_str())).then_some(Call {
            names,
            is_macro,
            is_new: ends_with_word(before, "new"),
        })
    });
    calls.collect()
}

fn ends_with_word(text: &str, word: &str) -> bool {
    let rest = text.strip_suffix(word);
    rest.is_some_and(|rest| !rest.ends_with(super::words::is_word))
}

fn names(path: &str, start: usize) -> Vec<Name> {
    let (mut names, mut from) = (Vec::new(), 0);
    let mut add = |range: Range<usize>| {
        names.push(Name {
            text: path[range.clone()].to_owned(),
            range: start + range.start..start + range.end,
        });
    };
    for separator in separators().find_iter(path) {
        add(from..separator.start());
        from = separator.end();
    }
    add(from..path.len());
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(term: &str, text: &str) -> Vec<String> {
        let term = CallTerm::literal(term, false).unwrap();
        let calls = scan(text, 0..text.len());
        let hits = calls.iter().filter_map(|call| term.find(call));
        hits.map(|hit| text[hit].to_owned()).collect()
    }

    #[test]
    fn a_term_names_the_end_of_a_path() {
        let text = "foo(1); a.foo (2); b::foo(3) afoo(4) foo; new Foo() fn foo() foo!()";
        assert_eq!(found("foo", text), ["foo", "foo", "foo", "Foo", "foo"]);
        assert_eq!(found("a.foo()", text), ["a.foo"]);
        assert_eq!(found("foo!", text), ["foo"]);
        assert_eq!(found("new Foo", text), ["Foo"]);
        assert_eq!(found("if", "if (a) while(b)"), [""; 0]);
    }

    #[test]
    fn what_is_no_path_is_said() {
        for text in ["", "a b", "fetch('x')", "a.", "{}"] {
            assert!(CallTerm::literal(text, false).is_err(), "{text}");
        }
    }
}
