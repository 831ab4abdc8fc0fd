//! Holding specifications to the code, and what follows: a record, a checkpoint, a status.

use super::context::Context;
use super::error::{Error, Kind, Result};
use super::find_checkpoint::Checkpoints;
use super::mutation;
use super::progress::Progress;
use super::recording::sign;
use super::spec_file;
use super::status_author::StatusAuthor;
use super::taking::{self, About, Pinned, TakeOptions};
use crate::enforce::specs::{self, Understood};
use crate::gate::counted;
use crate::git::Oid;
use crate::model::ready::Readiness;
use crate::model::{
    Edit, Plan, Proof, Record, RecordId, RecordKind, Slug, Spec, Status, Task, TaskId, phase,
    record,
};
use crate::render::view::{
    MoreView, TaskLine, VerificationNoteView, VerificationView, ViolationView,
};
use crate::store::{Draft, Message, Snapshot, Store, Writer, paths};
use crate::verify::{Compiled, Report, Search, Tree};

/// What is to be looked at, and what is to follow.
pub struct Subject<'a> {
    /// A revision; none for the working tree.
    pub at: Option<&'a str>,
    /// Whether the outcome is recorded, and the task's status follows it.
    pub update: bool,
    /// Whether a checkpoint is taken of what was looked at.
    pub checkpoint: bool,
}

/// Who verifies.
pub struct Verifier<'s, 'r> {
    /// The world.
    pub cx: &'s Context,
    /// The plans.
    pub store: &'s Store<'r>,
    /// The plan.
    pub plan: &'s Plan,
}

/// What came of it.
pub struct Outcome {
    /// The plan, as it is afterwards.
    plan: Plan,
    task: Option<TaskId>,
    report: Report,
    /// The specifications, in the order that the report counts them in.
    pub specs: Vec<(Slug, Spec)>,
    commit: Option<Oid>,
    /// The commit that has exactly what was looked at, where one is known.
    at: Option<Oid>,
    regression: bool,
    rules_changed: bool,
    record: Option<RecordId>,
    checkpoint: Option<String>,
    /// What was done, a line each.
    pub done: Vec<String>,
}

/// The code that was looked at.
struct Code {
    /// None for the working tree.
    commit: Option<Oid>,
    /// The id of the tree, where evidence is to be bound to it.
    id: Option<Oid>,
    tree: Tree,
}

impl<'r> Verifier<'_, 'r> {
    /// Holds specifications to the code, and stores what is to be stored.
    ///
    /// # Errors
    /// Where a specification or the code cannot be read, and those of storing: nothing is stored
    /// then.
    pub fn verify(
        &self,
        snapshot: Snapshot<'r>,
        task: Option<TaskId>,
        names: &[Slug],
        subject: &Subject<'_>,
    ) -> Result<Outcome> {
        if let (Some(id), true) = (task, subject.update) {
            self.require_open(id)?;
        }
        let understood = self.understood(names)?;
        let pinned = match (task, subject.checkpoint) {
            (Some(id), true) => Some(self.pin(&snapshot, id)?),
            _ => None,
        };
        let code = self.code(subject, pinned.as_ref().map(|(_, pinned)| pinned))?;
        let (said, compiled): (Vec<Spec>, Vec<Compiled>) = understood
            .into_iter()
            .map(|one| (one.spec, one.compiled))
            .unzip();
        self.warn_of_scopes(names, &code.tree, &compiled);
        let report = self.search(&code.tree, &compiled)?;
        let was_completed = task
            .and_then(|id| self.plan.tasks.get(&id))
            .is_some_and(|row| row.status == Status::Completed);
        let rules_changed = task
            .and_then(|id| self.plan.tasks.get(&id))
            .is_some_and(|row| self.plan.proof(row.id, &row.more().specs) == Proof::Outdated);
        let mut outcome = Outcome {
            rules_changed,
            plan: self.plan.clone(),
            task,
            regression: was_completed && !report.is_clean(),
            report,
            specs: names.iter().cloned().zip(said).collect(),
            commit: code.commit,
            at: None,
            record: None,
            checkpoint: None,
            done: Vec::new(),
        };
        if let Some(id) = task.filter(|_| subject.update || subject.checkpoint) {
            self.keep(snapshot, id, subject, &code, pinned, &mut outcome)?;
        }
        Ok(outcome)
    }

    /// A cancelled task is given up; what comes of it is no matter.
    fn require_open(&self, id: TaskId) -> Result<()> {
        let row = self.plan.tasks.get(&id);
        match row.filter(|row| row.status == Status::Cancelled) {
            Some(_) => {
                let name = self.plan.name_of(id);
                let error = Error::new(Kind::No, format!("task {name} is cancelled"));
                Err(error.hint(format!(
                    "git plan update-task {name} --status pending --reason TEXT   takes it up again"
                )))
            }
            None => Ok(()),
        }
    }

    fn understood(&self, names: &[Slug]) -> Result<Vec<Understood>> {
        let texts = specs::texts(self.store.repo, self.plan, names);
        let texts = texts
            .map_err(|why| Error::data(why).hint("git plan doctor   lists all that is broken"))?;
        let understood = texts.iter().map(|text| {
            let path = paths::spec(&self.plan.id, &text.name, text.form);
            specs::understand(text.form, &text.text)
                .map_err(|problems| spec_file::wrong(&path, &problems))
        });
        understood.collect()
    }

    /// Says which rules look at nothing: that they are not broken proves nothing.
    fn warn_of_scopes(&self, names: &[Slug], tree: &Tree, compiled: &[Compiled]) {
        if tree.files().is_empty() {
            self.cx.warn("there is no file to look at");
        }
        for (name, spec) in names.iter().zip(compiled) {
            for problem in tree.scope_warnings(spec) {
                let (line, cause) = (problem.at.line, problem.cause);
                self.cx
                    .warn(format!("specification {name}, line {line}: {cause}"));
            }
        }
    }

    /// The working tree as a snapshot, which a ref keeps until its record does.
    fn pin(&self, snapshot: &Snapshot<'r>, id: TaskId) -> Result<(Checkpoints, Pinned<'r>)> {
        let (cx, store) = (self.cx, self.store);
        let all = Checkpoints::of(cx, store, snapshot.plan(&self.plan.id)?)?;
        let options = TakeOptions::default();
        let taken = taking::take(cx, store.repo, &options)?;
        let about = About {
            name: format!("task-{}-unverified", self.plan.name_of(id)),
            note: None,
            task: Some(id),
            is_final: false,
        };
        let private = taking::is_private_by_default(store.repo)?;
        let writer = cx.writer(store.repo)?;
        let pinned = Pinned::new(store, &writer, &all, &taken, about, (&options, private))?;
        Ok((all, pinned))
    }

    fn code(&self, subject: &Subject<'_>, pinned: Option<&Pinned<'_>>) -> Result<Code> {
        let repo = self.store.repo;
        if let Some(revision) = subject.at {
            let commit = repo.resolve(revision)?;
            let id = repo.commit(commit)?.tree;
            return Ok(Code {
                commit: Some(commit),
                id: Some(id),
                tree: Tree::at(repo, id)?,
            });
        }
        if let Some(pinned) = pinned {
            let id = Oid::from_hex(pinned.checkpoint.tree.as_bytes());
            let id = id.map_err(|error| Error::data(error.to_string()))?;
            return Ok(Code {
                commit: None,
                id: Some(id),
                tree: Tree::at(repo, id)?,
            });
        }
        if repo.is_bare() {
            let error = Error::environment("there is no working tree to look at");
            return Err(error.hint("--at REV   looks at a commit"));
        }
        let id = subject.update.then(|| repo.work_tree_id()).transpose()?;
        let tree = Tree::of_work_tree(repo)?;
        Ok(Code {
            commit: None,
            id,
            tree,
        })
    }

    /// Refuses to record what proves nothing: of no file at all, of code that is not what is worked on,
    /// of a working tree that changed meanwhile.
    fn require_proof(&self, code: &Code) -> Result<()> {
        if code.tree.files().is_empty() {
            let error = Error::new(Kind::No, "there is no file to look at: that proves nothing");
            return Err(
                error.hint("git plan verify-task TASK --at REV --update   looks at a commit")
            );
        }
        if let Some(commit) = code.commit
            && !self.is_worked_on(commit)?
        {
            let error = Error::new(
                Kind::No,
                format!(
                    "{commit} is neither HEAD, nor after it, nor where a branch is: nothing is recorded"
                ),
            );
            return Err(error.hint("without --update it is looked at all the same"));
        }
        if !code.tree.is_of_work_tree() || code.id == Some(self.store.repo.work_tree_id()?) {
            return Ok(());
        }
        let text = "the working tree changed while it was looked at; nothing is recorded";
        Err(Error::new(Kind::Conflict, text).hint("repeat the command"))
    }

    fn search(&self, tree: &Tree, compiled: &[Compiled]) -> Result<Report> {
        let progress = Progress::start(self.cx, "Searching files");
        let report = |done: usize, all: usize| progress.report(done, all);
        let search = Search {
            repo: self.store.repo,
            tree,
            deadline: None,
            progress: Some(&report),
            cache: true,
        };
        let found = search.run(compiled);
        progress.finish();
        Ok(found?)
    }

    /// Stores the record, the checkpoint and the status, as one commit.
    fn keep(
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

    /// The commit that was looked at; of the working tree, HEAD where it is as in HEAD.
    fn commit_with(&self, code: &Code) -> Result<Option<Oid>> {
        let repo = self.store.repo;
        let head = match code.commit {
            Some(commit) => return Ok(Some(commit)),
            None => repo.head()?.commit,
        };
        let Some(head) = head else {
            return Ok(None);
        };
        let is_as_there = Some(repo.commit(head)?.tree) == code.id;
        Ok(is_as_there.then_some(head))
    }

    /// Whether a commit is HEAD, has it in its history, or is the tip of a branch of code.
    fn is_worked_on(&self, commit: Oid) -> Result<bool> {
        let repo = self.store.repo;
        if repo
            .entry(repo.commit(commit)?.tree, paths::FORMAT)?
            .is_some()
        {
            return Ok(false);
        }
        if let Some(head) = repo.head()?.commit
            && (head == commit || repo.is_ancestor(head, commit)?)
        {
            return Ok(true);
        }
        let mut branches = repo.refs("refs/heads/")?;
        branches.extend(repo.refs("refs/remotes/")?);
        Ok(branches.iter().any(|(_, tip)| *tip == commit))
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

impl Outcome {
    fn in_words(&self) -> String {
        let names: Vec<&str> = self.specs.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(", ");
        match self.report.count() {
            0 => format!("no violation of {names}"),
            count => format!("{} of {names}", counted(count, "violation")),
        }
    }

    /// What came of it, as scripts read it.
    pub fn view(&self) -> VerificationView {
        let row = self.task.and_then(|id| self.plan.tasks.get(&id));
        let ready = Readiness::of(&self.plan);
        VerificationView {
            task: row.map(|row| TaskLine::of(&self.plan, row, &ready)),
            plan: self.plan.id.clone(),
            specs: self.specs.iter().map(|(name, _)| name.clone()).collect(),
            commit: self.commit.map(|oid| oid.to_string()),
            files: self.report.files,
            violations: ViolationView::all(&self.report, &self.specs),
            more: MoreView::all(&self.report, &self.specs),
            notes: self
                .report
                .notes
                .iter()
                .map(VerificationNoteView::of)
                .collect(),
            regression: self.regression,
            rules_changed: self.rules_changed,
            record: self.record,
            checkpoint: self.checkpoint.clone(),
        }
    }
}
