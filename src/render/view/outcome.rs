//! What came of a command in CI, for the job that makes a record of it.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::model::record::Outcome;
use crate::model::{Slug, Time};

/// What came of a gate's command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OutcomeView {
    /// The plan.
    pub plan: Slug,
    /// The phase.
    pub phase: Slug,
    /// The gate.
    pub gate: Slug,
    /// The commit that it ran on.
    pub commit: String,
    /// The digest of what exactly it is about.
    pub subject: String,
    /// The digest of what was run.
    pub argv: String,
    /// How it ended.
    pub result: Outcome,
    /// Its exit code, where it has one.
    pub exit_code: Option<i32>,
    /// The signal that ended it, where one did.
    pub signal: Option<i32>,
    /// When it was started.
    pub started: Time,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The digest of all that it printed.
    pub output: String,
    /// How many bytes it printed.
    pub output_bytes: u64,
    /// The end of what it printed, where the gate says that it is kept.
    pub output_end: Option<String>,
    /// The system that it ran on.
    pub platform: String,
}
