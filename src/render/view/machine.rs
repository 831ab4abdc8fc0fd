//! What is about this machine, and errors.

use schemars::JsonSchema;
use serde::Serialize;

/// A configuration key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfigView {
    /// The key.
    pub key: String,
    /// Its value in force.
    pub value: Option<String>,
    /// Where the value comes from; `default` where nobody set it.
    pub origin: String,
    /// What it does.
    pub about: String,
}

/// A file that `setup` wrote, or another thing that it did.
#[derive(Debug, Clone, Default, Serialize, JsonSchema)]
pub struct SetupView {
    /// Files that were written.
    pub written: Vec<String>,
    /// What was set in this repository, so that plain Git shows plans.
    pub configured: Vec<String>,
    /// What was taken away again.
    pub removed: Vec<String>,
    /// What is left to the person.
    pub advice: Vec<String>,
}

/// Where the demonstration took place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DemoView {
    /// The commands that ran.
    pub commands: usize,
    /// The repository that was kept.
    pub kept: Option<String>,
}

/// A file, or a text, by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextView {
    /// What it is.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorView {
    /// What kind of error, one word.
    pub kind: String,
    /// What was attempted and why it failed.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}
