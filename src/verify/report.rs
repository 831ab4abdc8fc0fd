//! What comes of holding specifications to a tree of code.

use std::fmt;

use super::lines::Spot;
use crate::model::spec::{PatternKind, Severity};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Every place where a rule is broken: by specification and rule in their order, then by path,
    /// line and column; what is about no place comes first.
    pub violations: Vec<Violation>,
    /// Violations beyond those that are listed, where there are too many to hold.
    pub more: Vec<More>,
    /// What could not be looked at as it should be; by path.
    pub notes: Vec<Note>,
    /// How many files there are.
    pub files: usize,
}

impl Report {
    /// In how many places rules are broken.
    pub fn count(&self) -> usize {
        let more = self.more.iter().map(|more| more.count);
        self.violations.len() + more.sum::<usize>()
    }

    /// Whether every rule holds.
    pub fn is_clean(&self) -> bool {
        self.violations.is_empty() && self.more.is_empty()
    }
}

/// Violations of a rule that are not listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct More {
    /// The position of the specification among those that were asked for.
    pub spec: usize,
    /// The position of the rule in it.
    pub rule: usize,
    /// How many there are beyond the listed ones.
    pub count: usize,
}

/// A place where the code breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// The position of the specification among those that were asked for.
    pub spec: usize,
    /// The position of the rule in it.
    pub rule: usize,
    /// The rule's id.
    pub id: String,
    /// How bad it is.
    pub severity: Severity,
    /// Whether something is there or is not.
    pub kind: Kind,
    /// What kind of pattern it is about; none where there are several.
    pub pattern: Option<PatternKind>,
    /// The pattern as it was written; of several, all of them, separated by `, `.
    pub term: String,
    /// Where; none where it is about the whole scope.
    pub place: Option<Place>,
}

/// Why something is a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Something is there that must not be.
    Match,
    /// Nothing is there of what must be.
    Missing,
    /// It could not be found out: a file is too large or cannot be read, or time ran out.
    Unchecked,
}

impl Kind {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Match => "match",
            Self::Missing => "missing",
            Self::Unchecked => "unchecked",
        }
    }
}

/// A place in the code.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// From the top of the tree, separated by `/`.
    pub path: String,
    /// From 1; 0 where it is about the whole file.
    pub line: u32,
    /// In characters, from 1; 0 where it is about the whole file.
    pub column: u32,
    /// The line where the hit ends.
    pub end_line: u32,
    /// The column behind its last character.
    pub end_column: u32,
    /// The line's text, without its end; of a long one, the part around the hit.
    pub text: String,
    /// The bytes of `text` that are the hit.
    pub mark: (usize, usize),
}

impl Place {
    /// A spot in a file.
    pub(super) fn new(path: String, spot: Spot) -> Self {
        let Spot {
            line,
            column,
            end_line,
            end_column,
            text,
            mark,
        } = spot;
        Self {
            path,
            line,
            column,
            end_line,
            end_column,
            text,
            mark,
        }
    }

    /// A file as a whole.
    pub(super) fn file(path: String) -> Self {
        Self {
            path,
            line: 0,
            column: 0,
            end_line: 0,
            end_column: 0,
            text: String::new(),
            mark: (0, 0),
        }
    }
}

/// Something that whoever reads the report has to know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// The file.
    pub path: String,
    /// What about it.
    pub what: What,
}

/// What is to be known about a file that was searched.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// What was found there, and in others of its kind, was found as plain words: no grammar for
    /// them is built in. This note stands once for each kind, at its first file.
    PlainWords {
        /// What the names of these files end with, such as `.vue`; the whole name where there is
        /// no dot in it.
        ending: String,
        /// How many such files there are with something found.
        files: usize,
    },
    /// It does not parse as a whole; it was searched all the same.
    SyntaxErrors,
    /// It is too large for its grammar, or took too long: names were searched for as plain words.
    OutOfTime,
    /// It was not searched: it has so many bytes, which are too many.
    TooLarge(u64),
    /// It was not searched: it cannot be read, and why.
    Unreadable(String),
    /// Of some pattern, only so many places in it are listed.
    TooMany(usize),
    /// It is a symbolic link in the scope of a rule: what it leads to is not searched through it.
    Link,
    /// It is a submodule in the scope of a rule: the other repository is not searched.
    Submodule,
}

impl What {
    /// The word in `--json`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::PlainWords { .. } => "plain_words",
            Self::SyntaxErrors => "syntax_errors",
            Self::OutOfTime => "out_of_time",
            Self::TooLarge(_) => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::TooMany(_) => "too_many",
            Self::Link => "link",
            Self::Submodule => "submodule",
        }
    }
}

impl fmt::Display for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::PlainWords { ending, files } => write!(
                f,
                "{files} of {ending} searched for plain words: no grammar for them is built in"
            ),
            Self::SyntaxErrors => {
                f.write_str("it does not parse as a whole; searched all the same")
            }
            Self::OutOfTime => f.write_str("too much for its grammar; searched for plain words"),
            Self::TooLarge(size) => write!(f, "not searched: it has {size} bytes"),
            Self::Unreadable(why) => write!(f, "not searched: {why}"),
            Self::TooMany(most) => write!(f, "of one pattern, only {most} places in it are listed"),
            Self::Link => f.write_str("a symbolic link: what it leads to is not searched"),
            Self::Submodule => f.write_str("a submodule: what is in it is not searched"),
        }
    }
}
