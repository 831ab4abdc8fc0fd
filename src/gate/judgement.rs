//! What came of judging a gate.

use crate::model::{RecordId, Time};

/// Whether a gate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Ok,
    /// It does not.
    Unmet,
    /// It did, for other code or another definition.
    Stale,
    /// It does not, and a person accepts that for now.
    Waived,
    /// There is nothing that it could be about.
    NotApplicable,
    /// It cannot be judged; counts as unmet.
    Error,
}

impl State {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unmet => "unmet",
            Self::Stale => "stale",
            Self::Waived => "waived",
            Self::NotApplicable => "n/a",
            Self::Error => "error",
        }
    }

    /// Whether a phase can be closed with it.
    pub fn is_satisfied(self) -> bool {
        matches!(self, Self::Ok | Self::Waived | Self::NotApplicable)
    }
}

/// What a judge of one kind of gate says.
#[derive(Debug, Clone)]
pub struct Verdict {
    /// Whether it holds.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Since when that is so, where a record tells.
    pub since: Option<Time>,
    /// The records that it holds by.
    pub records: Vec<RecordId>,
    /// The command that would meet it, without `git plan`.
    pub fix: Option<Vec<String>>,
}

impl Verdict {
    /// A verdict that no record tells of.
    pub fn new(state: State, reason: impl Into<String>) -> Self {
        Self {
            state,
            reason: reason.into(),
            since: None,
            records: Vec::new(),
            fix: None,
        }
    }

    /// Adds the command that would meet the gate.
    #[must_use]
    pub fn fix(self, words: &[&str]) -> Self {
        let fix = words.iter().map(|&word| word.to_owned()).collect();
        Self {
            fix: Some(fix),
            ..self
        }
    }

    /// Adds since when it is so.
    #[must_use]
    pub fn since(self, when: Time) -> Self {
        Self {
            since: Some(when),
            ..self
        }
    }

    /// Adds the records that the gate holds by.
    #[must_use]
    pub fn by(self, records: Vec<RecordId>) -> Self {
        Self { records, ..self }
    }
}

/// One gate, judged.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The gate's phase.
    pub phase: String,
    /// The gate.
    pub gate: String,
    /// Its kind.
    pub kind: String,
    /// Whether it holds.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Since when that is so, where a record tells.
    pub since: Option<Time>,
    /// The command that would meet it, without `git plan`.
    pub fix: Option<Vec<String>>,
    /// The records that it holds by: evidence, or a waiver.
    pub records: Vec<RecordId>,
}

impl Judgement {
    /// How gates are addressed: `phase/gate`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.phase, self.gate)
    }
}
