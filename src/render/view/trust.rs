//! What a gate would run, and whether it may.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Time;

/// A command of a gate, exactly as it would run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TrustView {
    /// The gate, as `phase/gate`.
    pub gate: String,
    /// The digest to trust; it changes with every byte of what follows and of the gate's definition.
    pub hash: String,
    /// Whether it may run on this machine.
    pub trusted: bool,
    /// Since when.
    pub since: Option<Time>,
    /// The command, word by word, where it runs without a shell.
    pub run: Option<Vec<String>>,
    /// The text for `sh -c`, where it runs in a shell.
    pub shell: Option<String>,
    /// The folder that it runs in, from the top of the repository; empty for the top.
    pub cwd: String,
    /// The environment variables that it needs.
    pub env: Vec<String>,
    /// The files of the repository that it names.
    pub scripts: Vec<ScriptView>,
    /// What has changed since it was last trusted here, where it was.
    pub changes: Vec<String>,
}

/// A file that a command names.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ScriptView {
    /// Its path from the top of the repository.
    pub path: String,
    /// Its object as it is on disk now; `null` where it is not there.
    pub oid: Option<String>,
}
