//! What came of judging a gate.

use crate::model::{RecordId, Slug, Time};
use crate::verify::Report;

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

/// Where the code breaks specifications.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The specifications, in the order that the report counts them in.
    pub specs: Vec<Slug>,
    /// What came of them.
    pub report: Report,
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
    /// The violations that it does not hold for.
    pub found: Option<Found>,
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
            found: None,
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

    /// Adds the violations that it does not hold for.
    #[must_use]
    pub fn found(self, found: Found) -> Self {
        let found = Some(found);
        Self { found, ..self }
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
    /// The violations that it does not hold for.
    pub found: Option<Found>,
}

impl Judgement {
    /// How gates are addressed: `phase/gate`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.phase, self.gate)
    }
}
