//! Something that a forge shows beside a file, or above all of them.

/// How much it matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It stands in the way.
    Error,
    /// It needs a look.
    Warning,
    /// It is good to know.
    Notice,
}

/// Something to show. Its words may be foreign: each form makes them harmless in its own way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// How much it matters.
    pub severity: Severity,
    /// What it is, in a few words of our own.
    pub title: String,
    /// What there is to say.
    pub text: String,
    /// The file that it is about: a path from the top of the repository.
    pub file: Option<String>,
    /// The line of that file, from 1.
    pub line: Option<usize>,
}

impl Annotation {
    /// One about no file.
    pub fn new(severity: Severity, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            severity,
            title: title.into(),
            text: text.into(),
            file: None,
            line: None,
        }
    }

    /// The same, about a file.
    pub fn at(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// The same, about a line of a file.
    pub fn at_line(self, file: impl Into<String>, line: u32) -> Self {
        Self {
            line: usize::try_from(line).ok(),
            ..self.at(file)
        }
    }
}
