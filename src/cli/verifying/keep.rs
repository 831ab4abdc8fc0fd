//! What follows where the outcome is kept: a record, a checkpoint, the task's status; one commit.

use super::{Code, Outcome, Subject, Verifier};
use crate::cli::error::{Error, Result};
use crate::cli::find_checkpoint::Checkpoints;
use crate::cli::mutation;
use crate::cli::recording::sign;
use crate::cli::status_author::StatusAuthor;
use crate::cli::taking::{self, Pinned};
use crate::model::{Edit, Plan, Record, RecordKind, Slug, Status, Task, TaskId, phase, record};
use crate::store::{Draft, Message, Snapshot, Writer};

impl<'r> Verifier<'_, 'r> {
    /// Stores the record, the checkpoint and the status, as one commit.
    pub(super) fn keep(
        &self,
        snapshot: Snapshot<'r>,
        id: TaskId,
        subject: &Subject<'_>,
        code: &Code,
        pinned: Option<(Checkpoints, Pinned<'r>)>,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let (cx, store) = (self.cx, self.store);
        let writer = cx.writer(store.repo)?;
        let mut draft = Draft::on(snapshot);
        let mut edits = Vec::new();
        if subject.update {
            self.require_proof(code)?;
            outcome.at = self.commit_with(code)?;
            let record = self.record(id, &writer, code, outcome)?;
            outcome.record = Some(record.id);
            edits.push(Edit::add_record(&record));
            edits.extend(self.status(&mut draft, id, &writer, outcome)?);
        }
        if cx.globals.dry_run {
            draft.apply_all(&self.plan.id, edits)?;
            outcome.record = None;
            return mutation::report_dry_run(cx, store.repo, draft);
        }
        let Some((all, mut pinned)) = pinned else {
            return self.commit(draft, &writer, edits, id, outcome);
        };
        let name = checkpoint_name(&all, self.plan, id, outcome);
        pinned.checkpoint.name.clone_from(&name);
        outcome.done.push(format!("checkpoint {name}"));
        outcome.checkpoint = Some(name);
        if taking::is_private_by_default(store.repo)? {
            taking::store_private(cx, store, &writer, &all, pinned)?;
            if edits.is_empty() {
                return Ok(());
            }
            return self.commit(draft, &writer, edits, id, outcome);
        }
        let kept = taking::store_shared(
            cx,
            store,
            &writer,
            (draft, &self.plan.id),
            pinned,
            ("verify-task", edits),
        );
        kept?;
        outcome.plan = cx.snapshot(store)?.plan(&self.plan.id)?;
        Ok(())
    }

    fn commit(
        &self,
        mut draft: Draft<'r>,
        writer: &Writer,
        edits: Vec<Edit>,
        id: TaskId,
        outcome: &mut Outcome,
    ) -> Result<()> {
        let plan = &self.plan.id;
        draft.apply_all(plan, edits)?;
        let result = outcome.in_words();
        let message = |draft: &mut Draft<'r>| {
            let name = draft.plan(plan)?.name_of(id);
            Ok(Message {
                subject: format!("{plan}: verify task {name}: {result}"),
                operation: "verify-task".to_owned(),
                ids: vec![id.to_string()],
                ..Message::default()
            })
        };
        let mut done = mutation::commit(self.cx, self.store, draft, writer, (&message, None))?;
        outcome.plan = done.draft.plan(plan)?.clone();
        Ok(())
    }

    fn record(
        &self,
        id: TaskId,
        writer: &Writer,
        code: &Code,
        outcome: &Outcome,
    ) -> Result<Record> {
        let (plan, repo) = (self.plan, self.store.repo);
        let who = writer.signature();
        let new = self.store.new_record_id()?;
        let mut record = Record::new(new, &plan.id, RecordKind::Outcome, &who, writer.now);
        record.task = Some(id);
        record.agent.clone_from(&writer.agent);
        let names: Vec<Slug> = outcome.specs.iter().map(|(name, _)| name.clone()).collect();
        let missing = |name: Slug| Error::data(format!("specification {name} is missing"));
        record.definition = Some(plan.definition_of(&names).map_err(missing)?);
        record.result = Some(match outcome.report.is_clean() {
            true => record::Outcome::Pass,
            false => record::Outcome::Fail,
        });
        record.violations = u64::try_from(outcome.report.count()).ok();
        record.commit = outcome.at.map(|oid| oid.to_string());
        record.tree = code.id.map(|oid| oid.to_string());
        record.supersedes = plan.verifications(id).iter().map(|one| one.id).collect();
        sign(repo, &mut record, false)?;
        Ok(record)
    }

    /// The edits by which the task's status follows the outcome.
    fn status(
        &self,
        draft: &mut Draft<'r>,
        id: TaskId,
        writer: &Writer,
        outcome: &mut Outcome,
    ) -> Result<Vec<Edit>> {
        let old = draft.task(&self.plan.id, id)?;
        let name = self.plan.name_of(id);
        let clean = outcome.report.is_clean();
        let (status, reason) = match (clean, old.status) {
            (true, Status::Completed) => return Ok(Vec::new()),
            (true, _) => (Status::Completed, None),
            (false, Status::Completed) => (Status::Pending, Some(outcome.in_words())),
            (false, _) => return Ok(Vec::new()),
        };
        if status == Status::Pending && self.is_in_closed_phase(&old) {
            outcome.done.push(format!(
                "task {name} stays completed: its phase is closed; git plan reopen-phase opens it"
            ));
            return Ok(Vec::new());
        }
        let mut new = old.clone();
        let reason = reason.map(|why| format!("regression: {why}"));
        StatusAuthor::of(self.cx, self.store.repo, writer).give(
            &mut new,
            status,
            reason.as_deref(),
        );
        if self.store.repo.head()?.commit.is_some() && outcome.at.is_none() && clean {
            outcome.done.push(
                "it was looked at as it stands in the working tree, which is not committed"
                    .to_owned(),
            );
        }
        outcome.done.push(match status {
            Status::Completed => format!("task {name} is completed"),
            _ => format!("task {name} is open again: it is pending"),
        });
        Ok(Edit::between_tasks(&old, &new))
    }

    fn is_in_closed_phase(&self, task: &Task) -> bool {
        let phase = task.phase.as_ref().and_then(|id| self.plan.phase(id));
        phase.is_some_and(|phase| phase::is_closed(self.plan, phase))
    }
}

/// `task-4-verified` or `task-4-failed`, with a number behind it where that is taken.
fn checkpoint_name(all: &Checkpoints, plan: &Plan, id: TaskId, outcome: &Outcome) -> String {
    let word = match outcome.report.is_clean() {
        true => "verified",
        false => "failed",
    };
    taking::free_name(all, &format!("task-{}-{word}", plan.name_of(id)))
}
