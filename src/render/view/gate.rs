//! A gate, judged.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use crate::gate::{Judgement, State};
use crate::model::Time;
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
