//! Holding specifications to the code, and what follows: `keep` stores it, `proof` says which code
//! proves a task, `outcome` is what came of it.

mod keep;
mod outcome;
mod proof;

pub use outcome::Outcome;

use super::context::Context;
use super::error::{Error, Kind, Result};
use super::find_checkpoint::Checkpoints;
use super::progress::Progress;
use super::spec_file;
use super::taking::{self, About, Pinned, TakeOptions};
use crate::enforce::specs::{self, Understood};
use crate::git::Oid;
use crate::model::{Plan, Proof, Slug, Spec, Status, TaskId};
use crate::store::{Snapshot, Store, paths};
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
        // A dry run writes nothing, and so looks at the working tree itself.
        let pinned = match (task, subject.checkpoint && !self.cx.globals.dry_run) {
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
        let row = task.and_then(|id| self.plan.tasks.get(&id));
        let was_completed = row.is_some_and(|row| row.status == Status::Completed);
        let rules_changed =
            row.is_some_and(|row| self.plan.proof(row.id, &row.more().specs) == Proof::Outdated);
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
}
