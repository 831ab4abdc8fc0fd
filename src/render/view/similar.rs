//! Code that resembles what is wanted.

use schemars::JsonSchema;
use serde::Serialize;

/// Lines of a file.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct CodePlaceView {
    /// The file, from the top of the tree.
    pub path: String,
    /// The first line, from 1.
    pub line: usize,
    /// The last one.
    pub end_line: usize,
}

/// A piece of code that resembles what is wanted.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SimilarCodeView {
    /// Where it is.
    #[serde(flatten)]
    pub place: CodePlaceView,
    /// What it is: `function`, `method`, `class`, `component` or `route`.
    pub kind: String,
    /// Its name; of a route, its methods and its path.
    pub name: String,
    /// The class or the type that it belongs to.
    pub of: Option<String>,
    /// What stands before its body, on one line.
    pub signature: String,
    /// How like what is wanted it is, from 0 to 100.
    pub likeness: u8,
    /// What it has in common with it: words of names, or names that both use.
    pub shared: Vec<String>,
    /// Where others are that are nearly the same.
    pub others: Vec<CodePlaceView>,
}
