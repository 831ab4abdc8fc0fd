//! A snapshot with edits on top of it, before they are a commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::{Error, Result, Snapshot, paths};
use crate::format::text;
use crate::model::{Edit, Header, Plan, Refusal, Slug, Target, Task, TaskId, limits};

/// Edits under way.
pub struct Draft<'r> {
    /// What they are made on.
    pub snapshot: Snapshot<'r>,
    plans: BTreeMap<Slug, Plan>,
    new_plans: BTreeSet<Slug>,
    edits: Vec<(Slug, Edit)>,
    texts: HashMap<(Slug, Target), String>,
}

impl<'r> Draft<'r> {
    /// No edits yet.
    pub fn on(snapshot: Snapshot<'r>) -> Self {
        Self {
            snapshot: snapshot.for_writing(),
            plans: BTreeMap::new(),
            new_plans: BTreeSet::new(),
            edits: Vec::new(),
            texts: HashMap::new(),
        }
    }

    /// The same edits on a newer snapshot.
    ///
    /// # Errors
    /// [`Error::Refused`] where an edit no longer fits.
    pub(super) fn rebased(self, snapshot: Snapshot<'r>) -> Result<Self> {
        let mut draft = Self {
            texts: self.texts,
            ..Self::on(snapshot)
        };
        for plan in &self.new_plans {
            draft.add_plan(plan)?;
        }
        for (plan, edit) in self.edits {
            draft.apply(&plan, edit)?;
        }
        Ok(draft)
    }

    /// A plan as the edits leave it.
    ///
    /// # Errors
    /// As [`Snapshot::plan`].
    pub fn plan(&mut self, id: &Slug) -> Result<&Plan> {
        self.plan_mut(id).map(|plan| &*plan)
    }

    fn plan_mut(&mut self, id: &Slug) -> Result<&mut Plan> {
        if !self.plans.contains_key(id) {
            let plan = self.snapshot.plan(id)?;
            self.plans.insert(id.clone(), plan);
        }
        let unknown = || Error::UnknownPlan {
            word: id.to_string(),
            similar: Vec::new(),
        };
        self.plans.get_mut(id).ok_or_else(unknown)
    }

    /// Takes a plan whose header cannot be read, so that [`Edit::add_plan`] can mend it.
    ///
    /// # Errors
    /// As [`Snapshot::plan_or_headless`].
    pub fn open_broken(&mut self, id: &Slug) -> Result<()> {
        let plan = self.snapshot.plan_or_headless(id)?;
        self.plans.insert(id.clone(), plan);
        Ok(())
    }

    /// Makes room for a plan that is not there; its header comes with [`Edit::add_plan`].
    ///
    /// # Errors
    /// [`Error::PlanExists`], [`Error::TooManyPlans`].
    pub fn add_plan(&mut self, id: &Slug) -> Result<()> {
        if self.snapshot.folder(id.as_str()).is_ok() || self.plans.contains_key(id) {
            return Err(Error::PlanExists(id.clone()));
        }
        if self.snapshot.folders.len() + self.new_plans.len() >= limits::PLANS {
            return Err(Error::TooManyPlans(limits::PLANS));
        }
        self.plans
            .insert(id.clone(), Plan::new(id.clone(), Header::default()));
        self.new_plans.insert(id.clone());
        Ok(())
    }

    /// A task in full, as the edits leave it.
    ///
    /// # Errors
    /// As [`Snapshot::task`].
    pub fn task(&mut self, plan: &Slug, id: TaskId) -> Result<Task> {
        self.load(plan, id)?;
        match self.plan(plan)?.full.get(&id) {
            Some(task) => Ok(task.clone()),
            None => Err(Refusal::Unknown {
                kind: "task",
                name: id.to_string(),
                plan: plan.clone(),
            }
            .into()),
        }
    }

    /// Brings a task's long texts in, where it is there.
    fn load(&mut self, plan: &Slug, id: TaskId) -> Result<()> {
        let known = self.plan(plan)?;
        if known.full.contains_key(&id) || !known.tasks.contains_key(&id) {
            return Ok(());
        }
        let task = self.snapshot.task(plan, id)?;
        self.plan_mut(plan)?.full.insert(id, task);
        Ok(())
    }

    /// Applies an edit under the rules, and keeps it for a lost race.
    ///
    /// # Errors
    /// [`Error::Refused`]; the draft is then as it was.
    pub fn apply(&mut self, plan: &Slug, edit: Edit) -> Result<()> {
        if let Target::Task(id) = edit.target {
            self.load(plan, id)?;
        }
        self.plan_mut(plan)?.apply(&edit)?;
        self.edits.push((plan.clone(), edit));
        Ok(())
    }

    /// Applies several edits.
    ///
    /// # Errors
    /// As [`Draft::apply`]; those before the one that fails stay applied.
    pub fn apply_all(&mut self, plan: &Slug, edits: impl IntoIterator<Item = Edit>) -> Result<()> {
        edits
            .into_iter()
            .try_for_each(|edit| self.apply(plan, edit))
    }

    /// Writes a task's file though no key changes: for a text with other comments.
    ///
    /// # Errors
    /// As [`Draft::task`].
    pub fn touch(&mut self, plan: &Slug, id: TaskId) -> Result<()> {
        self.load(plan, id)?;
        self.plan_mut(plan)?.touched.tasks.insert(id);
        Ok(())
    }

    /// The text that a file is to be written over, instead of the one that is stored: what a
    /// person wrote, with its comments.
    pub fn write_over(&mut self, plan: &Slug, target: Target, text: String) {
        self.texts.insert((plan.clone(), target), text);
    }

    /// The edits so far.
    pub fn edits(&self) -> &[(Slug, Edit)] {
        &self.edits
    }

    /// The files that change, with their new text; none for one that goes.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Broken`] where a stored text cannot be written over.
    pub(super) fn files(&self) -> Result<Vec<(String, Option<String>)>> {
        let mut files = Vec::new();
        if self.snapshot.root.is_none() {
            let version = crate::format::version::write();
            files.push((
                paths::FORMAT.to_owned(),
                Some(String::from_utf8_lossy(&version).into_owned()),
            ));
        }
        for plan in self.plans.values() {
            self.files_of(plan, &mut files)?;
        }
        Ok(files)
    }

    fn files_of(&self, plan: &Plan, files: &mut Vec<(String, Option<String>)>) -> Result<()> {
        let id = &plan.id;
        if plan.touched.header {
            let path = paths::header(id);
            let old = self.base_text(id, Target::Plan, &path)?;
            let new = text::header(old.as_deref(), &plan.header);
            files.push(checked(path, limits::FILE, new)?);
        }
        for task_id in &plan.touched.tasks {
            let path = paths::task(id, *task_id);
            match plan.full.get(task_id) {
                Some(task) => {
                    let old = self.base_text(id, Target::Task(*task_id), &path)?;
                    let new = text::task(old.as_deref(), task);
                    files.push(checked(path, limits::FILE, new)?);
                }
                None => files.push((path, None)),
            }
        }
        for record in plan
            .records
            .iter()
            .filter(|record| plan.touched.records.contains(&record.id))
        {
            let path = paths::record(id, record.id);
            files.push(checked(path, limits::EVIDENCE, text::record(record))?);
        }
        Ok(())
    }

    fn base_text(&self, plan: &Slug, target: Target, path: &str) -> Result<Option<String>> {
        match self.texts.get(&(plan.clone(), target)) {
            Some(text) => Ok(Some(text.clone())),
            None if self.new_plans.contains(plan) => Ok(None),
            None => self.snapshot.text(path),
        }
    }
}

type File = (String, Option<String>);

fn checked(
    path: String,
    limit: u64,
    text: Result<String, crate::format::FormatError>,
) -> Result<File> {
    match text {
        Ok(text) if text.len() as u64 > limit => Err(Error::TooLarge {
            path,
            size: text.len(),
            limit,
        }),
        Ok(text) => Ok((path, Some(text))),
        Err(error) => Err(Error::Broken {
            path,
            line: error.line,
            cause: error.cause,
        }),
    }
}
