//! Imports of modules: what a term says of them, and what looks like one in a text that no grammar
//! parsed.

use std::ops::Range;
use std::sync::OnceLock;

use regex::Regex;

use super::calling::Name;
use super::needle::{self, Needle};
use super::words::{Size, Words};

/// One thing that is imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// The parts of the module's path, without what makes it relative; then, if one thing of it is
    /// imported, its name. Never empty.
    pub parts: Vec<Name>,
    /// Whether the last part is a name that the file can use from here on.
    pub is_named: bool,
    /// The names of what is imported from it, where those are no parts of a path.
    pub names: Vec<Name>,
    /// What stands between the parts.
    pub separator: &'static str,
    /// The path as it is written.
    pub written: Name,
}

/// What a term says of imports.
#[derive(Debug, Clone)]
pub enum ImportTerm {
    /// A module, the first parts of its path, or a name.
    Path {
        /// As it was written.
        text: String,
        /// Whether case matters.
        case: bool,
        /// The same as plain words.
        words: Words,
        /// What a file must hold.
        needle: Needle,
    },
    /// Something about the path.
    Regex(Words),
}

impl ImportTerm {
    /// A term as it was written.
    ///
    /// # Errors
    /// If it is too long, or says nothing.
    pub fn literal(text: &str, case: bool, size: Size) -> Result<Self, String> {
        let text = text.trim();
        if !text.chars().any(super::words::is_word) {
            return Err("this names no module".to_owned());
        }
        Ok(Self::Path {
            text: text.to_owned(),
            case,
            words: Words::literal(text, case, size)?,
            needle: needle::of_words(text),
        })
    }

    /// A regular expression.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn regex(text: &str, case: bool, size: Size) -> Result<Self, String> {
        Words::regex(text, case, size).map(Self::Regex)
    }

    /// What a file must hold to hold such an import: the parts of a path may be apart in it.
    pub fn needle(&self) -> Needle {
        match self {
            Self::Path { needle, .. } => needle.clone(),
            Self::Regex(words) => {
                let any = words.needle().0.as_ref();
                let one_name = |text: &String| text.chars().all(super::words::is_word);
                Needle(any.filter(|any| any.iter().all(one_name)).cloned())
            }
        }
    }

    /// The bytes of the import that are meant; none where it is another.
    pub fn find(&self, import: &Import) -> Option<Range<usize>> {
        match self {
            Self::Path { text, case, .. } => by_path(text, *case, import),
            Self::Regex(words) => by_regex(words, import),
        }
    }

    /// The same in a text that was not parsed: on lines that import something.
    pub fn find_plain<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Range<usize>> + 'a {
        let words = match self {
            Self::Path { words, .. } | Self::Regex(words) => words,
        };
        looks_like_an_import()
            .find_iter(text)
            .flat_map(move |line| {
                let found = words.find_all(line.as_str());
                found.map(move |found| line.start() + found.start..line.start() + found.end)
            })
    }
}

fn by_path(text: &str, case: bool, import: &Import) -> Option<Range<usize>> {
    let same = |name: &Name, wanted: &str| match case {
        true => name.text == wanted,
        false => name.text.to_lowercase() == wanted.to_lowercase(),
    };
    let wanted: Vec<&str> = split(text, import.separator).collect();
    let begins = wanted.len() <= import.parts.len()
        && wanted
            .iter()
            .zip(&import.parts)
            .all(|(wanted, part)| same(part, wanted));
    if begins && !wanted.is_empty() {
        return together(import.parts.get(..wanted.len())?, import.separator);
    }
    let named = import.is_named.then(|| import.parts.last()).flatten();
    let mut names = named.into_iter().chain(&import.names);
    names
        .find(|name| same(name, text))
        .map(|name| name.range.clone())
}

/// From the first part to the last, where these follow each other: parts of one path may be in
/// different places.
fn together(parts: &[Name], separator: &str) -> Option<Range<usize>> {
    let (first, last) = (parts.first()?, parts.last()?);
    let follows = |pair: &[Name]| pair[1].range.start == pair[0].range.end + separator.len();
    Some(match parts.windows(2).all(follows) {
        true => first.range.start..last.range.end,
        false => last.range.clone(),
    })
}

fn by_regex(words: &Words, import: &Import) -> Option<Range<usize>> {
    if words.is_in(&import.written.text) {
        return Some(import.written.range.clone());
    }
    let parts: Vec<&str> = import.parts.iter().map(|part| part.text.as_str()).collect();
    let last = import.parts.last()?;
    let whole = parts.join(import.separator);
    (words.is_in(&whole) || import.is_named && words.is_in(&last.text)).then(|| last.range.clone())
}

/// The parts of a path, without what makes it relative.
pub fn split<'a>(path: &'a str, separator: &'a str) -> impl Iterator<Item = &'a str> {
    let parts = path.split(separator);
    parts.skip_while(|part| matches!(*part, "" | "." | ".." | "crate" | "self" | "super"))
}

fn looks_like_an_import() -> &'static Regex {
    static FOUND: OnceLock<Regex> = OnceLock::new();
    let pattern = r"(?im)^[ \t]*[#@]?(?:import|from|use|using|require(?:_once|_relative)?|include(?:_once)?)\b[^\r\n]*";
    FOUND.get_or_init(|| super::calling::own(pattern))
}
