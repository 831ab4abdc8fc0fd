//! `git plan gate approve`.

use super::super::super::error::{Error, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::super::recording::{bind, sign};
use super::super::super::{complete, person};
use super::named;
use crate::enforce::CodeAt;
use crate::gate::{self, Code as _};
use crate::model::{Edit, Gate, Phase, Plan, Record, RecordKind, record};
use crate::render::quote;
use crate::render::view::fix_line;

/// Say that an approval or a manual gate holds, for the code at HEAD
///
/// It is a person's act: it is confirmed at a terminal, and an agent (`--as`) may not do it. The
/// approval is bound to the gate's definition and to the code; when either changes, it is stale.
#[derive(Debug, clap::Args)]
pub struct Approve {
    /// The gate, as phase/gate
    #[arg(value_name = "PHASE/GATE", add = complete::gates())]
    pub gate: String,
    /// What was looked at, and what was found
    #[arg(long, value_name = "TEXT")]
    pub note: String,
}

impl Mutation for Approve {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?.clone();
        let (phase, gate) = named(&plan, &self.gate)?;
        if ![gate::MANUAL, gate::APPROVAL].contains(&gate.kind.as_str()) {
            return Err(Error::usage(format!(
                "{} is of kind '{}'; what people approve is of kind 'approval' or 'manual'",
                self.gate, gate.kind
            )));
        }
        scope.require_records(&plan)?;
        if self.note.trim().is_empty() {
            return Err(Error::usage(
                "the note is empty: it says what was looked at",
            ));
        }
        let code = CodeAt::head(scope.store.repo, scope.cx.now)?;
        self.confirm(scope, &gate, &code)?;
        let record = self.record_of(scope, &plan, (&phase, &gate), &code)?;
        scope.draft.apply(&plan.id, Edit::add_record(&record))?;
        Ok(Act::new(
            &plan.id,
            Entity::Gate(phase.id, gate.id),
            ("approve", "approved"),
        )
        .detail(&self.note))
    }
}

impl Approve {
    fn confirm(&self, scope: &Scope<'_, '_>, gate: &Gate, code: &CodeAt<'_>) -> Result<()> {
        if scope.cx.globals.dry_run {
            return Ok(());
        }
        let words = ["gate", "approve", &self.gate, "--note", &self.note].map(str::to_owned);
        let place = code.commit().map_or("the empty tree", |oid| &oid[..12]);
        let what = gate.description.clone();
        let what = what.unwrap_or_else(|| quote::word(&self.gate).into_owned());
        let question = format!("Does this hold at {place}: {what}?");
        person::confirm_act(scope.cx, scope.store.repo, &question, &fix_line(&words))
    }

    fn record_of(
        &self,
        scope: &Scope<'_, '_>,
        plan: &Plan,
        (phase, gate): (&Phase, &Gate),
        code: &CodeAt<'_>,
    ) -> Result<Record> {
        let subject = gate::subject(&plan.id, &phase.id, gate, code).map_err(Error::environment)?;
        let mut record = scope.gate_record(plan, (phase, gate), RecordKind::Approval)?;
        let who = record.who.clone();
        let own = |other: &Record| {
            other.kind == RecordKind::Approval
                && (&other.phase, &other.gate) == (&record.phase, &record.gate)
                && other.subject.as_ref() == Some(&subject)
                && other.who == who
        };
        let earlier = record::deciding(&plan.records, own);
        record.supersedes = earlier.iter().map(|earlier| earlier.id).collect();
        record.subject = Some(subject);
        record.note = Some(self.note.clone());
        bind(&mut record, code);
        if !scope.cx.globals.dry_run {
            sign(scope.store.repo, &mut record, gate.signed)?;
        }
        Ok(record)
    }
}
