//! A gate, judged.

use schemars::JsonSchema;
use serde::Serialize;

use crate::gate::Judgement;
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
    /// `ok`, `unmet`, `stale` or `error`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// The command that would meet it.
    pub fix: Option<String>,
}

impl GateView {
    /// The judgement as scripts read it.
    pub fn of(judgement: &Judgement) -> Self {
        Self {
            phase: judgement.phase.clone(),
            gate: judgement.gate.clone(),
            kind: judgement.kind.clone(),
            state: judgement.state.as_str().to_owned(),
            reason: judgement.reason.clone(),
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
