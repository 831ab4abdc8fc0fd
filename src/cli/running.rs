//! Commands of gates, run for the code at HEAD and recorded.

use std::io;
use std::path::Path;

use super::context::Context;
use super::error::{Error, Kind, Result};
use super::mutation::{self, Scope};
use super::recording::{bind, sign};
use super::trusting::{Trusting, top, untrusted};
use crate::enforce::CodeAt;
use crate::gate::{self, Code as _, definition};
use crate::git::{NotAsIn, Oid, Repo};
use crate::model::record::{self, Outcome, RecordKind};
use crate::model::{Edit, Gate, Phase, Plan, Record, Slug, Time, phase};
use crate::render::trust::page;
use crate::render::view::{GateRunView, OutcomeView};
use crate::run::{self, Ended, Export, Interrupts, Prepared, Ran, kept};
use crate::store::{Draft, Message, Store, Writer};

/// As many paths are named where the working tree is not as it should be.
const NAMED: usize = 20;

/// A gate that is to run.
pub struct Target {
    /// Its phase.
    pub phase: Phase,
    /// Its definition.
    pub gate: Gate,
}

impl Target {
    /// `phase/gate`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.phase.id, self.gate.id)
    }
}

/// Where commands run, and for which commit.
pub struct Place<'r> {
    repo: &'r Repo,
    commit: Option<Oid>,
    export: Option<Export>,
    /// Whether the outcome is recorded.
    records: bool,
}

impl<'r> Place<'r> {
    /// The working tree, or an export of HEAD.
    ///
    /// # Errors
    /// Where there is no working tree, or no commit for what is recorded.
    pub fn at_head(repo: &'r Repo, clean: bool, records: bool) -> Result<Self> {
        top(repo)?;
        let commit = repo.head()?.commit;
        if commit.is_none() && (records || clean) {
            let error = Error::new(
                Kind::No,
                "there is no commit yet that it could be recorded for",
            );
            return Err(error.hint("--no-record   runs it all the same, and records nothing"));
        }
        let export = match commit.filter(|_| clean) {
            Some(commit) => Some(Export::of(repo, commit)?),
            None => None,
        };
        Ok(Self {
            repo,
            commit,
            export,
            records,
        })
    }

    fn folder(&self) -> Result<&Path> {
        match &self.export {
            Some(export) => Ok(export.top()),
            None => top(self.repo),
        }
    }

    /// Refuses commands that nobody has trusted, with the first of them in full.
    ///
    /// # Errors
    /// [`Kind::Person`], with the line to type.
    pub fn require_trust(
        &self,
        cx: &Context,
        trusting: &Trusting<'_>,
        targets: &[Target],
    ) -> Result<()> {
        for target in targets {
            let look = trusting.look(self.folder()?, &target.phase.id, &target.gate)?;
            let look = look.ok_or(run::Error::NoCommand)?;
            if !trusting.trust.holds(&look)? {
                let view = trusting.view(&look)?;
                cx.print("trust", &view, || page(&view))?;
                return Err(untrusted(&view).answered());
            }
        }
        Ok(())
    }

    /// The paths that a gate depends on in which the working tree is not the code that its outcome
    /// would be recorded for.
    fn unlike(&self, now: Time, gate: &Gate) -> Result<Vec<NotAsIn>> {
        match self
            .commit
            .filter(|_| self.records && self.export.is_none())
        {
            Some(commit) => {
                let code = CodeAt::at(self.repo, commit, now)?;
                Ok(run::unlike(self.repo, commit, gate, &code)?)
            }
            None => Ok(Vec::new()),
        }
    }

    /// Refuses to run for code that is not what lies there.
    ///
    /// # Errors
    /// [`Kind::No`], with the paths.
    pub fn require_same(&self, now: Time, targets: &[Target]) -> Result<()> {
        for target in targets {
            let paths = self.unlike(now, &target.gate)?;
            if !paths.is_empty() {
                let message = format!(
                    "{} was not run: what it depends on is not as in HEAD:\n{}",
                    target.address(),
                    list(&paths)
                );
                return Err(Error::new(Kind::No, message)
                    .hint("git commit   makes it what is recorded")
                    .hint("--clean   runs it in a copy of HEAD")
                    .hint("--no-record   runs it all the same, and records nothing"));
            }
        }
        Ok(())
    }

    /// A command, ready to run here.
    ///
    /// # Errors
    /// Where it has to be refused.
    pub fn prepare(&self, target: &Target) -> Result<Prepared> {
        let tops = [top(self.repo)?, self.repo.common_dir()];
        let prepared = Prepared::of(&target.gate, &target.address(), self.folder()?, &tops);
        prepared.map_err(|error| {
            Error::from(error).context(&format!("{} was not run", target.address()))
        })
    }

    /// Why nothing can be recorded of what has run, if so.
    fn disturbed(
        &self,
        cx: &Context,
        plan: &Slug,
        store: &Store<'_>,
        target: &Target,
    ) -> Result<Option<String>> {
        if self.export.is_none() && self.repo.head()?.commit != self.commit {
            return Ok(Some("HEAD has moved meanwhile".to_owned()));
        }
        let paths = self.unlike(cx.now, &target.gate)?;
        if !paths.is_empty() {
            return Ok(Some(format!(
                "files have changed meanwhile:\n{}",
                list(&paths)
            )));
        }
        let plan = store.snapshot()?.plan(plan)?;
        let now = plan.phase(&target.phase.id);
        let now = now.and_then(|phase| gate::find(phase, target.gate.id.as_str()));
        let is_same = now.is_some_and(|now| {
            phase::definition_digest(&now) == phase::definition_digest(&target.gate)
        });
        Ok((!is_same).then(|| "the gate's definition has changed meanwhile".to_owned()))
    }
}

fn list(paths: &[NotAsIn]) -> String {
    let line = |path: &NotAsIn| format!("  {:<10} {}", path.how.word(), path.path);
    let mut lines: Vec<String> = paths.iter().take(NAMED).map(line).collect();
    if paths.len() > NAMED {
        lines.push(format!("  … and {} more", paths.len() - NAMED));
    }
    lines.join("\n")
}

/// Refuses a gate that has no command, or one that cannot be judged.
///
/// # Errors
/// Says what is wrong with it.
pub fn require_command(target: &Target) -> Result<()> {
    if target.gate.kind != gate::COMMAND {
        return Err(Error::usage(format!(
            "{} is of kind '{}', which runs nothing",
            target.address(),
            target.gate.kind
        )));
    }
    match definition::problem(&target.gate) {
        Some(problem) => Err(Error::data(format!("{}: {problem}", target.address()))),
        None => Ok(()),
    }
}

/// A gate that has run.
pub struct Done {
    target: Target,
    ran: Ran,
    started: Time,
    /// Why nothing is recorded of it.
    not_recorded: Option<String>,
    record: Option<Record>,
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
            argv: crate::trust::command_digest(gate),
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

    /// What scripts read of it.
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
        let started = self.cx.clock();
        let ran = prepared.run(Box::new(io::stderr()), self.interrupts);
        let not_recorded = match self.place.records {
            true => self
                .place
                .disturbed(self.cx, &self.plan.id, self.store, &target)?,
            false => Some("--no-record".to_owned()),
        };
        if self.interrupts.came() || ran.ended == Ended::Interrupted {
            let message = format!("{} was interrupted; nothing is recorded", target.address());
            return Err(Error::new(Kind::Interrupted, message));
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
            undoes: None,
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
        fill(&mut record, done);
        sign(repo, &mut record, gate.signed)?;
        Ok(record)
    }
}

/// The outcomes for the same subject that decided up to now.
pub fn earlier(plan: &Plan, target: &Target, subject: &str) -> Vec<crate::model::RecordId> {
    let is_same = |other: &Record| {
        other.kind == RecordKind::Outcome
            && other.phase.as_ref() == Some(&target.phase.id)
            && other.gate.as_ref() == Some(&target.gate.id)
            && other.subject.as_deref() == Some(subject)
    };
    let deciding = record::deciding(&plan.records, is_same);
    deciding.iter().map(|record| record.id).collect()
}

fn fill(record: &mut Record, done: &Done) {
    let (ran, gate) = (&done.ran, &done.target.gate);
    record.result = ran.ended.outcome();
    record.argv = Some(crate::trust::command_digest(gate));
    record.exit_code = ran.ended.exit_code();
    record.signal = ran.ended.signal();
    record.started = Some(done.started);
    record.duration_ms = Some(milliseconds(ran));
    record.output = Some(ran.output.digest.clone());
    record.output_bytes = Some(ran.output.bytes);
    let end = || String::from_utf8_lossy(&ran.output.end).into_owned();
    record.output_end = gate.record_output.then(end);
    record.platform = Some(run::platform());
    record.runner = Some("local".to_owned());
}
