//! What comes of holding specifications to a tree of code.

use crate::model::spec::{PatternKind, Severity};

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Report {
    /// Every place where a rule is broken: by specification and rule in their order, then by path,
    /// line and column.
    pub violations: Vec<Violation>,
    /// What could not be looked at as it should be.
    pub notes: Vec<Note>,
    /// How many files there are.
    pub files: usize,
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
    /// What kind of pattern it is about; none where an expectation has several.
    pub pattern: Option<PatternKind>,
    /// The pattern as it was written; of an expectation, all of them.
    pub term: String,
    /// Where; none where nothing in the whole scope is as expected.
    pub place: Option<Place>,
}

/// Why something is a violation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Something is there that must not be.
    Match,
    /// Nothing is there of what must be.
    Missing,
    /// It could not be found out: a file is too large, or ran out of its time.
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
    /// The line's text, without its end, as far as it is worth showing.
    pub text: String,
    /// The bytes of `text` that are the hit.
    pub mark: (usize, usize),
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
    /// Names were searched for as plain words: no grammar for it is built in.
    PlainWords,
    /// It does not parse as a whole; it was searched all the same.
    SyntaxErrors,
    /// Its grammar ran out of time: names were searched for as plain words.
    OutOfTime,
    /// It was not searched: it is larger than this many bytes.
    TooLarge(u64),
    /// It was not searched: it cannot be read, and why.
    Unreadable(String),
}
