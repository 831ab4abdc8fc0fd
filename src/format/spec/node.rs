//! A text as a tree of scalars, lists and tables, each with its place: the same of TOML and YAML.

use crate::model::spec::At;

/// How deep lists and tables may stand in each other.
pub const DEPTH: usize = 32;

/// A value, and where it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Where it begins: of a quoted text, its quote.
    pub at: At,
    /// What stands there.
    pub value: Value,
}

/// What stands at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A text, a number, a yes or no.
    Scalar(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A table: its keys in the order of the text, or of the letters.
    Table(Vec<(Key, Node)>),
}

/// A key of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// As it reads.
    pub text: String,
    /// Where it begins.
    pub at: At,
}

/// A value without parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// As it reads: without quotes and escapes.
    pub text: String,
    /// What it was written as.
    pub written: Written,
}

/// What a scalar was written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Written {
    /// In quotes, or as a block: a text for certain.
    Text,
    /// Without quotes, where these may be left out: what it is depends on what is asked for.
    Plain,
    /// As something that is no text, in a language that tells them apart.
    Other(&'static str),
}

impl Node {
    /// Whether there is nothing where a value could be.
    pub fn is_nothing(&self) -> bool {
        match &self.value {
            Value::Scalar(scalar) => scalar.is_nothing(),
            _ => false,
        }
    }

    /// What it is, in words.
    pub fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Table(_) => "a table",
            Value::Scalar(Scalar { written, .. }) => match written {
                Written::Other(kind) => kind,
                Written::Text | Written::Plain => "a text",
            },
        }
    }
}

impl Scalar {
    fn is_nothing(&self) -> bool {
        let is_null = matches!(self.text.as_str(), "" | "~" | "null" | "Null" | "NULL");
        self.written == Written::Plain && is_null
    }

    /// The yes or no that it says, if it says one.
    pub fn flag(&self) -> Option<bool> {
        if self.written == Written::Text {
            return None;
        }
        match self.text.to_ascii_lowercase().as_str() {
            "true" | "yes" | "on" => Some(true),
            "false" | "no" | "off" => Some(false),
            _ => None,
        }
    }
}
