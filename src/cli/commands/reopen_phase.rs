//! `git plan reopen-phase`: take a closing back.

use super::super::complete;
use super::super::error::Result;
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::person;
use super::super::recording::sign;
use crate::model::{Edit, Plan, Record, RecordKind, Slug, Status, phase, record, refer};
use crate::store::Error as StoreError;

/// Open a closed phase again
///
/// Tasks of later phases that were started go on; those that were not have to wait.
#[derive(Debug, clap::Args)]
pub struct ReopenPhase {
    /// The phase
    #[arg(add = complete::phases())]
    pub phase: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

impl Mutation for ReopenPhase {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?.clone();
        let id = refer::phase(&plan, &self.phase)?;
        let act = Act::new(&plan.id, Entity::Phase(id.clone()), ("reopen", "reopened"));
        scope.require_records(&plan)?;
        let about = |record: &Record| {
            record.kind == RecordKind::Closing && record.phase.as_ref() == Some(&id)
        };
        let closings: Vec<Record> = record::deciding(&plan.records, about)
            .into_iter()
            .cloned()
            .collect();
        if closings.is_empty() {
            return Ok(act);
        }
        let under_way = under_way_behind(&plan, &id);
        let question = match under_way.as_slice() {
            [] => format!("Reopen phase {id}?"),
            tasks => format!(
                "Reopen phase {id}? Tasks under way behind it go on: {}.",
                tasks.join(", ")
            ),
        };
        let line = format!("git plan -p {} reopen-phase {id} --reason TEXT", plan.id);
        if !scope.cx.globals.dry_run {
            person::ask(scope.cx, &question, &line)?;
        }
        for closing in closings {
            let revocation = scope.revocation(&plan.id, &closing, Some(&self.reason))?;
            scope.draft.apply(&plan.id, Edit::add_record(&revocation))?;
        }
        let act = act.detail(&self.reason);
        Ok(match under_way.as_slice() {
            [] => act,
            tasks => act.note(format!("under way behind it: {}", tasks.join(", "))),
        })
    }
}

impl Scope<'_, '_> {
    /// Whether every record of the plan can be read: which of them decide depends on all.
    ///
    /// # Errors
    /// The first that cannot.
    pub fn require_records(&self, plan: &Plan) -> Result<()> {
        match plan.broken_record() {
            Some(file) => Err(StoreError::from(file.clone()).into()),
            None => Ok(()),
        }
    }

    /// A record that takes another one back.
    ///
    /// # Errors
    /// Where no randomness is to be had.
    pub fn revocation(
        &self,
        plan: &Slug,
        target: &Record,
        reason: Option<&String>,
    ) -> Result<Record> {
        let id = self.store.new_record_id()?;
        let kind = RecordKind::Revocation;
        let mut record = Record::new(id, plan, kind, &self.writer.signature(), self.writer.now);
        record.phase.clone_from(&target.phase);
        record.gate.clone_from(&target.gate);
        record.revokes = Some(target.id);
        record.note = reason.cloned();
        record.agent.clone_from(&self.writer.agent);
        // What is signed is only taken back by what is.
        if !self.cx.globals.dry_run {
            sign(self.store.repo, &mut record, target.signature.is_some())?;
        }
        Ok(record)
    }
}

fn under_way_behind(plan: &Plan, id: &Slug) -> Vec<String> {
    let is_behind = |other: &Slug| {
        phase::predecessors(&plan.header, other)
            .iter()
            .any(|phase| phase.id == *id)
    };
    let mut tasks: Vec<_> = plan
        .tasks
        .values()
        .filter(|task| {
            task.status == Status::InProgress && task.phase.as_ref().is_some_and(is_behind)
        })
        .collect();
    tasks.sort_by_key(|task| (task.number, task.id));
    tasks
        .into_iter()
        .map(|task| format!("{} \"{}\"", plan.name_of(task.id), task.title))
        .collect()
}
