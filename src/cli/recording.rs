//! Records about a gate or a phase, as commands make them: who, when, for which code.

use super::error::{Error, Result};
use super::mutation::Scope;
use crate::enforce::CodeAt;
use crate::gate::Code as _;
use crate::git::Repo;
use crate::model::{Gate, Phase, Plan, Record, RecordKind, Time};

impl Scope<'_, '_> {
    /// A record of a kind by the one who writes, about a phase.
    ///
    /// # Errors
    /// Where no randomness is to be had.
    pub fn record(&self, plan: &Plan, phase: &Phase, kind: RecordKind) -> Result<Record> {
        let id = self.store.new_record_id()?;
        let who = self.writer.signature();
        let mut record = Record::new(id, &plan.id, kind, &who, self.writer.now);
        record.phase = Some(phase.id.clone());
        record.agent.clone_from(&self.writer.agent);
        Ok(record)
    }

    /// The same, about a gate.
    ///
    /// # Errors
    /// Where no randomness is to be had.
    pub fn gate_record(
        &self,
        plan: &Plan,
        (phase, gate): (&Phase, &Gate),
        kind: RecordKind,
    ) -> Result<Record> {
        let mut record = self.record(plan, phase, kind)?;
        record.gate = Some(gate.id.clone());
        Ok(record)
    }
}

/// Signs a record where that is needed, or where the person signs all (`plan.sign` in their own
/// configuration). Nothing of it may change afterwards.
///
/// # Errors
/// Where Git cannot sign.
pub fn sign(repo: &Repo, record: &mut Record, needed: bool) -> Result<()> {
    if needed || repo.user_config_bool("plan.sign")? == Some(true) {
        record.signature = Some(repo.sign(&record.signed_bytes())?);
    }
    Ok(())
}

/// Whether what [`sign`] would do can be done: a trial, before something is run that would be lost.
///
/// # Errors
/// Where Git cannot sign.
pub fn require_signing(repo: &Repo, needed: bool) -> Result<()> {
    if needed || repo.user_config_bool("plan.sign")? == Some(true) {
        repo.sign(b"git-plan trial\n")?;
    }
    Ok(())
}

/// Binds a record to the code that it was made for.
pub fn bind(record: &mut Record, code: &CodeAt<'_>) {
    record.commit = code.commit().map(str::to_owned);
    record.tree = Some(code.tree().to_owned());
}

impl Scope<'_, '_> {
    /// Refuses a clock that is behind the plans: what ends at a time would not have ended.
    ///
    /// # Errors
    /// Where the last change of the plans is said to be later than now.
    pub fn require_clock(&self) -> Result<()> {
        let Some(tip) = self.draft.snapshot.source.commit else {
            return Ok(());
        };
        let last = self.store.repo.commit(tip)?.committer.time.seconds;
        if last <= self.writer.now.0.saturating_add(Time::SKEW) {
            return Ok(());
        }
        let (now, last) = (self.writer.now, Time(last));
        let message =
            format!("the clock says {now}, and the last change of the plans was at {last}");
        Err(Error::environment(message).hint("set the clock, then repeat the command"))
    }
}
