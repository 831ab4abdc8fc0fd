//! A gate, judged.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::gate::{Judgement, State};
use crate::model::record::Outcome;
use crate::model::{RecordId, Time};
use crate::render::quote;

/// A gate, judged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateView {
    /// The phase.
    pub phase: String,
    /// The gate.
    pub gate: String,
    /// Its kind.
    pub kind: String,
    /// Whether it holds.
    #[serde(serialize_with = "state_word")]
    #[schemars(
        with = "String",
        regex(pattern = r"^(ok|unmet|stale|waived|n/a|error)$")
    )]
    pub state: State,
    /// Why.
    pub reason: String,
    /// Since when that is so, where a record tells.
    pub since: Option<Time>,
    /// The command that would meet it.
    pub fix: Option<String>,
}

/// Whether gates hold.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateCheckView {
    /// Whether all of them are satisfied or waived.
    pub satisfied: bool,
    /// Each of them.
    pub gates: Vec<GateView>,
}

/// A command of a gate that was run.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateRunView {
    /// The phase.
    pub phase: String,
    /// The gate.
    pub gate: String,
    /// How it ended: `pass`, `fail`, or `error` where it could not be run, took too long, or was
    /// ended by a signal.
    pub result: Outcome,
    /// How it ended, in words.
    pub words: String,
    /// Its exit code, where it has one.
    pub exit_code: Option<i32>,
    /// The signal that ended it, where one did.
    pub signal: Option<i32>,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The digest of all that it printed.
    pub output: String,
    /// How many bytes it printed.
    pub output_bytes: u64,
    /// The commit that it ran for.
    pub commit: Option<String>,
    /// The record that is stored of it.
    pub record: Option<RecordId>,
    /// Why no record is stored, where none is.
    pub not_recorded: Option<String>,
}

fn state_word<S: Serializer>(state: &State, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(state.as_str())
}

impl GateView {
    /// The judgement as scripts read it.
    pub fn of(judgement: &Judgement) -> Self {
        Self {
            phase: judgement.phase.clone(),
            gate: judgement.gate.clone(),
            kind: judgement.kind.clone(),
            state: judgement.state,
            reason: judgement.reason.clone(),
            since: judgement.since,
            fix: judgement.fix.as_deref().map(fix_line),
        }
    }
}

/// The command that would meet a gate, as it is typed.
pub fn fix_line(words: &[String]) -> String {
    let placeholder = |word: &String| {
        if word == "…" {
            "TEXT".to_owned()
        } else {
            word.clone()
        }
    };
    let words: Vec<String> = words.iter().map(placeholder).collect();
    format!("git plan {}", quote::command(&words))
}
