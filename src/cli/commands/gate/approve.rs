//! `git plan gate approve`.

use super::super::super::error::{Error, Kind, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::super::recording::{bind, sign};
use super::super::super::{complete, person};
use super::named;
use crate::enforce::CodeAt;
use crate::gate::{self, Code as _};
use crate::model::{Edit, Gate, Person, Phase, Plan, Record, RecordKind, record};
use crate::render::quote;
use crate::render::view::fix_line;

/// Say that an approval or a manual gate holds, for the code at HEAD
///
/// It is a person's act: it is confirmed at a terminal, and an agent (`--as`) may not do it. The
/// approval is bound to the gate's definition and to the code; when either changes, it is stale.
/// Where policy.weakening is 'approve', a change after which less has to hold is approved in the same
/// way, by the id of its record: by somebody else than who made it, and signed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan gate approve foundation/reviewed --note \"Read all of it\"
  git plan gate approve 7k2m9qx0v1 --note \"The runner is gone for good\"   # a recorded change")]
pub struct Approve {
    /// The gate, as phase/gate; or the id of a change's record
    #[arg(value_name = "PHASE/GATE", add = complete::gates())]
    pub gate: String,
    /// What was looked at, and what was found
    #[arg(long, value_name = "TEXT")]
    pub note: String,
}

impl Mutation for Approve {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?.clone();
        if let Some(change) = self.change(&plan) {
            return self.approve_change(scope, &plan, change);
        }
        let (phase, gate) = named(&plan, &self.gate)?;
        if ![gate::MANUAL, gate::APPROVAL].contains(&gate.kind.as_str()) {
            return Err(Error::usage(format!(
                "{} is of kind '{}'; what people approve is of kind 'approval' or 'manual'",
                self.gate, gate.kind
            )));
        }
        scope.require_records(&plan)?;
        scope.require_clock()?;
        self.require_note()?;
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
    fn require_note(&self) -> Result<()> {
        match self.note.trim().is_empty() {
            true => Err(Error::usage(
                "the note is empty: it says what was looked at",
            )),
            false => Ok(()),
        }
    }

    /// The record of a change that the word names.
    fn change<'p>(&self, plan: &'p Plan) -> Option<&'p Record> {
        let mut changes = plan.records.iter();
        changes.find(|record| {
            record.kind == RecordKind::Change && record.id.as_str() == self.gate.as_str()
        })
    }

    fn approve_change(
        &self,
        scope: &mut Scope<'_, '_>,
        plan: &Plan,
        change: &Record,
    ) -> Result<Act> {
        scope.require_records(plan)?;
        scope.require_clock()?;
        self.require_note()?;
        let repo = scope.store.repo;
        let who = Person::of(&scope.writer.signature());
        if who.may_be(&Person::of(&change.who)) {
            let message = format!(
                "{} made this change; somebody else has to approve it",
                change.who
            );
            return Err(Error::new(Kind::No, message));
        }
        let about = change.about.as_deref().unwrap_or("a change");
        if !scope.cx.globals.dry_run {
            let reason = change.note.as_deref().unwrap_or_default();
            let question = format!("Approve that {about} asks for less (\"{reason}\")?");
            person::confirm_act(scope.cx, repo, &question, &person::own_line())?;
        }
        let id = scope.store.new_record_id()?;
        let (kind, now) = (RecordKind::Approval, scope.writer.now);
        let mut record = Record::new(id, &plan.id, kind, &scope.writer.signature(), now);
        record.agent.clone_from(&scope.writer.agent);
        record.subject = Some(change.digest());
        record.note = Some(self.note.clone());
        if !scope.cx.globals.dry_run {
            sign(repo, &mut record, true)?;
        }
        scope.draft.apply(&plan.id, Edit::add_record(&record))?;
        let act = Act::new(
            &plan.id,
            Entity::Plan,
            ("approve a change of", "approved a change of"),
        );
        Ok(act.detail(format!("{about}: {}", self.note)))
    }

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
