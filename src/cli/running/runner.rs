//! Runs commands of gates one after the other, and stores what came of them as one commit.

use std::io;

use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{self, Scope};
use super::super::recording::{bind, sign};
use super::{Done, Place, Target};
use crate::enforce::CodeAt;
use crate::gate;
use crate::model::record::{self, RecordKind};
use crate::model::{Edit, Plan, Record, RecordId};
use crate::run::{Ended, Interrupts, Prepared, kept};
use crate::store::{Draft, Message, Store, Writer};

/// What belongs to a run: the plans, and who interrupts.
pub struct Runner<'s, 'r> {
    /// The world.
    pub cx: &'s Context,
    /// The plans.
    pub store: &'s Store<'r>,
    /// The plan of the gates.
    pub plan: Plan,
    /// Where they run.
    pub place: &'s Place<'r>,
    /// Who wants it to end.
    pub interrupts: &'s Interrupts,
}

impl Runner<'_, '_> {
    /// Runs gates one after the other, and stores what can be recorded as one commit. Where
    /// something changed under a command, no further one is run.
    ///
    /// # Errors
    /// [`Kind::Interrupted`], and those of storing: nothing is stored then.
    pub fn run(&self, targets: Vec<(Target, Prepared)>) -> Result<Vec<Done>> {
        let mut all = self.execute(targets)?;
        if self.place.records {
            self.record(&mut all)?;
        }
        Ok(all)
    }

    /// The same, without storing anything.
    ///
    /// # Errors
    /// [`Kind::Interrupted`].
    pub fn execute(&self, targets: Vec<(Target, Prepared)>) -> Result<Vec<Done>> {
        let mut all = Vec::new();
        for (target, prepared) in targets {
            let done = self.run_one(target, &prepared)?;
            let is_lost = done.lost(self.place).is_some();
            all.push(done);
            if is_lost {
                break;
            }
        }
        Ok(all)
    }

    fn run_one(&self, target: Target, prepared: &Prepared) -> Result<Done> {
        let interrupted = |target: &Target| {
            let message = format!("{} was interrupted; nothing is recorded", target.address());
            Error::new(Kind::Interrupted, message)
        };
        if self.interrupts.came() {
            return Err(interrupted(&target));
        }
        let started = self.cx.clock();
        let ran = prepared.run(Box::new(io::stderr()), self.interrupts);
        if ran.ended == Ended::Interrupted {
            return Err(interrupted(&target));
        }
        let not_recorded = match self.place.records {
            true => self
                .place
                .disturbed(self.cx, &self.plan.id, self.store, &target)?,
            false => Some("--no-record".to_owned()),
        };
        if self.interrupts.came() {
            return Err(interrupted(&target));
        }
        Ok(Done {
            target,
            ran,
            started,
            not_recorded,
            record: None,
        })
    }

    fn record(&self, all: &mut [Done]) -> Result<()> {
        let writer = Writer {
            now: self.cx.clock(),
            ..self.cx.writer(self.store.repo)?
        };
        let mut draft = Draft::on(self.cx.snapshot(self.store)?);
        let mut subject: Vec<String> = Vec::new();
        let mut ids = Vec::new();
        for done in all.iter_mut().filter(|done| done.not_recorded.is_none()) {
            let mut scope = Scope {
                cx: self.cx,
                store: self.store,
                draft: &mut draft,
                writer: &writer,
            };
            let record = self.record_of(&mut scope, done)?;
            draft.apply(&self.plan.id, Edit::add_record(&record))?;
            let result = record.result.map_or("", |result| result.as_str());
            subject.push(format!("gate {}: {result}", done.target.address()));
            ids.push(done.target.address());
            done.record = Some(record);
        }
        if ids.is_empty() {
            return Ok(());
        }
        let message = Message {
            subject: format!("{}: run {}", self.plan.id, subject.join(", ")),
            operation: "gate run".to_owned(),
            ids,
            ..Message::default()
        };
        mutation::commit(
            self.cx,
            self.store,
            draft,
            &writer,
            (&|_| Ok(message.clone()), None),
        )?;
        self.keep_outputs(all);
        Ok(())
    }

    fn keep_outputs(&self, all: &[Done]) {
        for done in all {
            let Some(record) = &done.record else {
                continue;
            };
            if let Err(error) = kept::keep(self.store.repo, record.id, &done.ran.output.end) {
                self.cx.warn(format!("the output is not kept: {error}"));
            }
        }
    }

    fn record_of(&self, scope: &mut Scope<'_, '_>, done: &Done) -> Result<Record> {
        let repo = self.store.repo;
        let (phase, gate) = (&done.target.phase, &done.target.gate);
        let plan = scope.draft.plan(&self.plan.id)?.clone();
        let mut record = scope.gate_record(&plan, (phase, gate), RecordKind::Outcome)?;
        let code = match self.place.commit {
            Some(commit) => CodeAt::at(repo, commit, self.cx.now)?,
            None => CodeAt::head(repo, self.cx.now)?,
        };
        bind(&mut record, &code);
        let subject =
            gate::subject(&plan.id, &phase.id, gate, &code).map_err(Error::environment)?;
        record.supersedes = earlier(&plan, &done.target, &subject);
        record.subject = Some(subject);
        done.fill(&mut record);
        sign(repo, &mut record, gate.signed)?;
        Ok(record)
    }
}

/// The outcomes for the same subject that decided up to now.
pub fn earlier(plan: &Plan, target: &Target, subject: &str) -> Vec<RecordId> {
    let is_same = |other: &Record| {
        other.kind == RecordKind::Outcome
            && other.phase.as_ref() == Some(&target.phase.id)
            && other.gate.as_ref() == Some(&target.gate.id)
            && other.subject.as_deref() == Some(subject)
    };
    let deciding = record::deciding(&plan.records, is_same);
    deciding.iter().map(|record| record.id).collect()
}
