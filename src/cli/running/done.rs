//! A gate that has run, and what is told and recorded of it.

use super::super::error::{Error, Result};
use super::{Place, Target};
use crate::enforce::CodeAt;
use crate::gate::{self, Code as _};
use crate::model::record::Outcome;
use crate::model::{Record, Slug, Time};
use crate::render::view::{GateRunView, OutcomeView};
use crate::run::{self, Ended, Ran};
use crate::trust;

/// A gate that has run.
pub struct Done {
    /// The gate.
    pub target: Target,
    pub(super) ran: Ran,
    pub(super) started: Time,
    /// Why nothing is recorded of it.
    pub(super) not_recorded: Option<String>,
    pub(super) record: Option<Record>,
}

impl Done {
    /// Whether its command passed.
    pub fn has_passed(&self) -> bool {
        self.ran.ended == Ended::Exited(0)
    }

    /// Why nothing is recorded of it, though it should have been.
    pub fn lost(&self, place: &Place<'_>) -> Option<&str> {
        self.not_recorded.as_deref().filter(|_| place.records)
    }

    /// What another machine can make a record of, with the code that it ran on.
    ///
    /// # Errors
    /// Where the code cannot be read.
    pub fn outcome(&self, plan: &Slug, code: &CodeAt<'_>) -> Result<OutcomeView> {
        let (phase, gate) = (&self.target.phase, &self.target.gate);
        let subject = gate::subject(plan, &phase.id, gate, code).map_err(Error::environment)?;
        let end = || String::from_utf8_lossy(&self.ran.output.end).into_owned();
        Ok(OutcomeView {
            plan: plan.clone(),
            phase: phase.id.clone(),
            gate: gate.id.clone(),
            commit: code.commit().unwrap_or_default().to_owned(),
            subject,
            argv: trust::command_digest(gate),
            result: self.ran.ended.outcome().unwrap_or(Outcome::Error),
            exit_code: self.ran.ended.exit_code(),
            signal: self.ran.ended.signal(),
            started: self.started,
            duration_ms: milliseconds(&self.ran),
            output: self.ran.output.digest.clone(),
            output_bytes: self.ran.output.bytes,
            output_end: gate.record_output.then(end),
            platform: run::platform(),
        })
    }

    /// Writes into a record what came of it.
    pub(super) fn fill(&self, record: &mut Record) {
        let (ran, gate) = (&self.ran, &self.target.gate);
        record.result = ran.ended.outcome();
        record.argv = Some(trust::command_digest(gate));
        record.exit_code = ran.ended.exit_code();
        record.signal = ran.ended.signal();
        record.started = Some(self.started);
        record.duration_ms = Some(milliseconds(ran));
        record.output = Some(ran.output.digest.clone());
        record.output_bytes = Some(ran.output.bytes);
        let end = || String::from_utf8_lossy(&ran.output.end).into_owned();
        record.output_end = gate.record_output.then(end);
        record.platform = Some(run::platform());
        record.runner = Some("local".to_owned());
    }

    /// What scripts read of it; none where it was interrupted.
    pub fn view(&self, place: &Place<'_>) -> Option<GateRunView> {
        Some(GateRunView {
            phase: self.target.phase.id.to_string(),
            gate: self.target.gate.id.to_string(),
            result: self.ran.ended.outcome()?,
            words: self.ran.ended.words(),
            exit_code: self.ran.ended.exit_code(),
            signal: self.ran.ended.signal(),
            duration_ms: milliseconds(&self.ran),
            output: self.ran.output.digest.clone(),
            output_bytes: self.ran.output.bytes,
            commit: place.commit.map(|oid| oid.to_string()),
            record: self.record.as_ref().map(|record| record.id),
            not_recorded: self.not_recorded.clone(),
        })
    }
}

fn milliseconds(ran: &Ran) -> u64 {
    u64::try_from(ran.duration.as_millis()).unwrap_or(u64::MAX)
}
