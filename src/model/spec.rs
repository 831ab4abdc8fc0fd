//! A specification: rules that the code must satisfy, as they stand in its file.
//!
//! What is stored is the text that somebody wrote, to the byte: [`SpecText`]. What it says is a
//! [`Spec`], which the layer `format` makes of it.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Slug;

/// The language that a specification is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum SpecForm {
    /// TOML.
    Toml,
    /// YAML.
    Yaml,
}

impl SpecForm {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Toml, Self::Yaml];

    /// What names of its files end with.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Toml => "toml",
            Self::Yaml => "yaml",
        }
    }
}

/// What `.plans/<plan>/specs/<name>.toml` or `.yaml` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecText {
    /// Names the specification and its file.
    pub name: Slug,
    /// What it is written in.
    pub form: SpecForm,
    /// The text, as it was written.
    pub text: String,
}

/// A specification without its text: what lists and rules need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpecRow {
    /// Names the specification and its file.
    pub name: Slug,
    /// What it is written in.
    pub form: SpecForm,
    /// As [`SpecText::digest`].
    pub digest: String,
    /// The object id of its text, where that is stored.
    pub blob: Option<String>,
}

impl SpecText {
    /// Without its text.
    pub fn row(&self) -> SpecRow {
        SpecRow {
            name: self.name.clone(),
            form: self.form,
            digest: self.digest(),
            blob: None,
        }
    }

    /// The digest that evidence is bound to: of all that the text says.
    pub fn digest(&self) -> String {
        super::phase::hex(&Sha256::digest(self.text.as_bytes()))
    }
}

/// A place in a specification's text: line and column, both from 1; the column counts characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize)]
pub struct At {
    /// The line.
    pub line: u32,
    /// The column.
    pub column: u32,
}

/// Something that is wrong with a specification, or that may not be meant.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Problem {
    /// Where.
    pub at: At,
    /// What.
    pub cause: String,
}

impl Problem {
    /// A problem at a place.
    pub fn new(at: At, cause: impl Into<String>) -> Self {
        Self {
            at,
            cause: cause.into(),
        }
    }
}

/// What a specification says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Spec {
    /// What it calls itself.
    pub name: Option<String>,
    /// What it is for.
    pub description: Option<String>,
    /// Its rules, in order.
    pub rules: Vec<Rule>,
}

/// How bad it is to break a rule.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The worst.
    Critical,
    /// Bad.
    High,
    /// The usual.
    #[default]
    Medium,
    /// Hardly.
    Low,
}

impl Severity {
    /// All of them, the worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rule {
    /// Names it within its specification; one line.
    pub id: String,
    /// What it asks for.
    pub description: Option<String>,
    /// How bad it is to break it.
    pub severity: Severity,
    /// What to do instead.
    pub guidance: Option<String>,
    /// The files that it is about.
    pub scope: Scope,
    /// What must not be there: every hit is a violation.
    pub matches: Patterns,
    /// What must be there: where nothing of it is found, that is a violation.
    pub expects: Patterns,
    /// Whether each file in scope has to meet the expectation.
    pub each_file: bool,
    /// Whether every pattern that is expected has to be found, rather than one of them.
    pub all: bool,
    /// Where it stands.
    pub at: At,
}

/// Which files a rule is about; no `include`: all.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scope {
    /// Globs of paths, as in `.gitignore`: one without a slash matches at any depth, and what
    /// matches a folder covers all that is in it.
    pub include: Vec<Term>,
    /// Globs of paths that are left out, whatever `include` says.
    pub exclude: Vec<Term>,
}

/// Patterns, by kind.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns {
    /// Whether letters have to be the same in case as well.
    pub case: bool,
    /// Names in code.
    pub identifiers: Vec<Term>,
    /// Any text of code and strings.
    pub expressions: Vec<Term>,
    /// Functions and methods that are called.
    pub calls: Vec<Term>,
    /// Modules that are imported.
    pub imports: Vec<Term>,
    /// Routes that are declared: `/path` or `METHOD /path`.
    pub api_routes: Vec<Term>,
    /// Tables that SQL names.
    pub sql_tables: Vec<Term>,
    /// Shapes of code.
    pub structure: Vec<Structure>,
    /// Globs of paths that are there.
    pub files: Vec<Term>,
}

impl Patterns {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.structure.is_empty() && self.terms().all(|(_, terms)| terms.is_empty())
    }

    /// The patterns that are one word, by kind.
    pub fn terms(&self) -> impl Iterator<Item = (PatternKind, &[Term])> {
        use PatternKind as Kind;
        [
            (Kind::Identifiers, &self.identifiers),
            (Kind::Expressions, &self.expressions),
            (Kind::Calls, &self.calls),
            (Kind::Imports, &self.imports),
            (Kind::ApiRoutes, &self.api_routes),
            (Kind::SqlTables, &self.sql_tables),
            (Kind::Files, &self.files),
        ]
        .into_iter()
        .map(|(kind, terms)| (kind, terms.as_slice()))
    }
}

/// What a pattern looks at.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PatternKind {
    /// Names in code, not in comments or strings.
    Identifiers,
    /// Any text.
    Expressions,
    /// Calls of functions and methods.
    Calls,
    /// Imports of modules.
    Imports,
    /// Declared routes.
    ApiRoutes,
    /// Tables in SQL.
    SqlTables,
    /// Shapes of code.
    Structure,
    /// Paths.
    Files,
}

impl PatternKind {
    /// The key in files, and the word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Identifiers => "identifiers",
            Self::Expressions => "expressions",
            Self::Calls => "calls",
            Self::Imports => "imports",
            Self::ApiRoutes => "api_routes",
            Self::SqlTables => "sql_tables",
            Self::Structure => "structure",
            Self::Files => "files",
        }
    }
}

/// One pattern as it was written: a literal, or `/…/`, a regular expression. Where it stands does
/// not matter to what it says.
#[derive(Debug, Clone, Default)]
pub struct Term {
    /// As it was written.
    pub text: String,
    /// Where.
    pub at: At,
}

impl PartialEq for Term {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Term {}

impl Term {
    /// The regular expression, where it is one.
    pub fn regex(&self) -> Option<&str> {
        let inner = self.text.strip_prefix('/')?.strip_suffix('/')?;
        (!inner.is_empty()).then_some(inner)
    }
}

/// A shape of code, in the notation of ast-grep.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Structure {
    /// The language of the code.
    pub language: Language,
    /// The pattern, such as `$X.unwrap()`.
    pub pattern: Term,
}

/// A language whose grammar can be built in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// JavaScript, with JSX.
    JavaScript,
    /// TypeScript.
    TypeScript,
    /// TypeScript with JSX.
    Tsx,
    /// Go.
    Go,
    /// Java.
    Java,
    /// C.
    C,
    /// C++.
    Cpp,
}

impl Language {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::Rust,
        Self::Python,
        Self::JavaScript,
        Self::TypeScript,
        Self::Tsx,
        Self::Go,
        Self::Java,
        Self::C,
        Self::Cpp,
    ];

    /// The word in files and output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::JavaScript => "javascript",
            Self::TypeScript => "typescript",
            Self::Tsx => "tsx",
            Self::Go => "go",
            Self::Java => "java",
            Self::C => "c",
            Self::Cpp => "cpp",
        }
    }

    /// The language that a word names, as people write it: `rust`, `js`, `C++`.
    pub fn named(word: &str) -> Option<Self> {
        Some(match word.to_ascii_lowercase().as_str() {
            "rust" | "rs" => Self::Rust,
            "python" | "py" => Self::Python,
            "javascript" | "js" | "jsx" => Self::JavaScript,
            "typescript" | "ts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "go" | "golang" => Self::Go,
            "java" => Self::Java,
            "c" => Self::C,
            "cpp" | "c++" | "cc" | "cxx" => Self::Cpp,
            _ => return None,
        })
    }

    /// The language of a file, by what its name ends with.
    pub fn of_path(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next()?;
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "rs" => Self::Rust,
            "py" | "pyi" | "pyw" => Self::Python,
            "js" | "jsx" | "mjs" | "cjs" => Self::JavaScript,
            "ts" | "mts" | "cts" => Self::TypeScript,
            "tsx" => Self::Tsx,
            "go" => Self::Go,
            "java" => Self::Java,
            "c" => Self::C,
            // A header may be of either; C++ reads nearly all of C.
            "h" | "cc" | "cpp" | "cxx" | "c++" | "hh" | "hpp" | "hxx" | "h++" | "inl" | "ipp"
            | "cu" | "cuh" => Self::Cpp,
            _ => return None,
        })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
