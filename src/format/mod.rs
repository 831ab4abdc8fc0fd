//! Bytes to model and back; the only place that knows TOML and YAML.
//!
//! Reading goes straight into the model's types, so that an error has its line. Writing starts
//! from the bytes that are there and changes only the keys whose value differs, so that comments,
//! order and keys that this version does not know survive.
//!
//! * [`version`]: the version of the format, and what a reader makes of another one.
//! * [`read`]: one function a file kind.
//! * [`document`]: an entity written over the text that was there.
//! * [`layout`]: the order of keys, and how a value is written.
//! * [`outline`]: a file as lines for a person who reads a diff.
//! * [`spec`]: what a specification says, in either of its forms.
//! * [`unknown`]: keys that this version does not know.
//! * [`text`]: a whole plan as one text, for `edit`, `apply` and `show --toml`.

pub mod document;
pub mod layout;
pub mod outline;
pub mod read;
pub mod spec;
pub mod text;
pub mod unknown;
pub mod version;

/// Why bytes are not what they should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{cause}")]
pub struct FormatError {
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// Column, from 1, where it is known.
    pub column: Option<u32>,
    /// What is wrong.
    pub cause: String,
}

impl FormatError {
    /// An error about the whole text.
    pub fn new(cause: impl Into<String>) -> Self {
        Self {
            line: None,
            column: None,
            cause: cause.into(),
        }
    }

    /// `:line:column`, as far as they are known.
    pub fn place(&self) -> String {
        let numbers = self.line.into_iter().chain(self.column);
        numbers.map(|number| format!(":{number}")).collect()
    }

    fn at(text: &str, offset: usize, cause: impl Into<String>) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before
            .rsplit('\n')
            .next()
            .unwrap_or_default()
            .chars()
            .count()
            + 1;
        let number = |n: usize| u32::try_from(n).ok();
        Self {
            line: number(line),
            column: number(column),
            cause: cause.into(),
        }
    }
}
