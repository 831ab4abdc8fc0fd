//! `git plan gate waive`.

use super::super::super::error::{Error, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::super::recording::{bind, sign};
use super::super::super::{complete, person};
use super::named;
use crate::enforce::CodeAt;
use crate::gate::{self, waiver};
use crate::model::policy;
use crate::model::{Edit, Policy, RecordKind, Span, Time, phase};
use crate::render::view::fix_line;

/// Accept, up to a date, that a gate does not hold
///
/// It is a person's act: it is confirmed at a terminal, and an agent (`--as`) may not do it. A waiver
/// is for the gate as it is defined now, lasts 90 days at most, and counts only where the gate is
/// unmet; every list shows it, with its name, reason and end.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan gate waive foundation/tests --reason \"The runner is down\" --until 2026-12-01
  git plan gate waive foundation/tests --reason \"The runner is down\" --until 3d")]
pub struct Waive {
    /// The gate, as phase/gate
    #[arg(value_name = "PHASE/GATE", add = complete::gates())]
    pub gate: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
    /// The end: a day (UTC, to its end), a date-time, or a time from now such as 14d
    #[arg(long, value_name = "DATE")]
    pub until: String,
}

impl Mutation for Waive {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?.clone();
        let (phase, gate) = named(&plan, &self.gate)?;
        if gate.kind == gate::TASKS {
            let tasks = format!("git plan -p {} tasks --phase {}", plan.id, phase.id);
            return Err(Error::usage(
                "tasks are not waived: what will not be done is cancelled, or moved",
            )
            .hint("git plan update-task TASK --status cancelled --reason TEXT   cancels one")
            .hint(format!("{tasks}   lists them")));
        }
        scope.require_records(&plan)?;
        scope.require_clock()?;
        if self.reason.trim().is_empty() {
            return Err(Error::usage("the reason is empty"));
        }
        let now = scope.cx.now;
        let until = end(&self.until, now)?;
        if until <= now {
            return Err(Error::usage(format!("{until} is not in the future")));
        }
        if until.0 - now.0 > waiver::LONGEST {
            return Err(Error::usage(format!(
                "{until} is more than 90 days from now: a waiver lasts no longer"
            )));
        }
        if !scope.cx.globals.dry_run {
            let words = [
                "gate",
                "waive",
                &self.gate,
                "--reason",
                &self.reason,
                "--until",
            ];
            let mut words = words.map(str::to_owned).to_vec();
            words.push(self.until.clone());
            let question = format!("Accept until {until} that {} does not hold?", self.gate);
            person::confirm_act(scope.cx, scope.store.repo, &question, &fix_line(&words))?;
        }
        let mut record = scope.gate_record(&plan, (&phase, &gate), RecordKind::Waiver)?;
        bind(&mut record, &CodeAt::head(scope.store.repo, now)?);
        record.definition = Some(phase::definition_digest(&gate));
        record.until = Some(until);
        record.note = Some(self.reason.clone());
        if !scope.cx.globals.dry_run {
            let needed = Policy::of(&plan.header).waive == policy::Waive::Signers;
            sign(scope.store.repo, &mut record, needed)?;
        }
        scope.draft.apply(&plan.id, Edit::add_record(&record))?;
        Ok(Act::new(
            &plan.id,
            Entity::Gate(phase.id, gate.id),
            ("waive", "waived"),
        )
        .detail(&self.reason))
    }
}

/// The moment that a word tells.
fn end(word: &str, now: Time) -> Result<Time> {
    if let Ok(span) = word.parse::<Span>() {
        return Ok(Time(now.0.saturating_add_unsigned(span.0)));
    }
    let day = || format!("{word}T23:59:59Z").parse::<Time>();
    word.parse().or_else(|_| day()).map_err(|_| {
        Error::usage(format!(
            "'{word}' is no end: a day such as 2026-12-01, a date-time, or a time from now such as 14d"
        ))
    })
}
