//! A snapshot with edits on top of it, before they are a commit.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::around::Drafted;
use super::beside::Exchange;
use super::checkpoints::folder_files;
use super::{Error, Result, Snapshot, difference, paths};
use crate::format::{FormatError, text};
use crate::git::Oid;
use crate::model::edit::patch::Mismatch;
use crate::model::{
    Edit, Header, Plan, Refusal, Slug, SpecForm, SpecText, Target, Task, TaskId, limits,
};
use crate::review;

/// Edits under way.
pub struct Draft<'r> {
    /// What they are made on.
    pub snapshot: Snapshot<'r>,
    plans: BTreeMap<Slug, Plan>,
    new_plans: BTreeSet<Slug>,
    edits: Vec<(Slug, Edit)>,
    texts: HashMap<(Slug, Target), Written>,
    mended: BTreeSet<Slug>,
    dropped: BTreeSet<String>,
    /// Files that are no entity, by path.
    pub(super) exchanged: BTreeMap<String, Exchange>,
}

/// What a person wrote in place of a stored text.
#[derive(Debug, Clone)]
pub struct Written {
    /// The text.
    pub text: String,
    /// The stored text that it was made from; none for a new file.
    pub from: Option<String>,
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
            mended: BTreeSet::new(),
            dropped: BTreeSet::new(),
            exchanged: BTreeMap::new(),
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
        for plan in &self.mended {
            draft.open_broken(plan)?;
        }
        for (plan, edit) in self.edits {
            draft.apply(&plan, edit)?;
        }
        for path in &self.dropped {
            draft.drop_path(path)?;
        }
        for (path, exchange) in self.exchanged {
            draft.exchange(&path, exchange)?;
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
        self.mended.insert(id.clone());
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

    /// A specification, as the edits leave it; none where it is not there.
    ///
    /// # Errors
    /// As [`Snapshot::spec`].
    pub fn spec(&mut self, plan: &Slug, name: &Slug) -> Result<Option<SpecText>> {
        self.load_spec(plan, name)?;
        Ok(self.plan(plan)?.full_specs.get(name).cloned())
    }

    /// Brings the text of a specification in, where it is there.
    fn load_spec(&mut self, plan: &Slug, name: &Slug) -> Result<()> {
        let known = self.plan(plan)?;
        if known.full_specs.contains_key(name) {
            return Ok(());
        }
        let Some(row) = known.spec(name).cloned() else {
            return Ok(());
        };
        let spec = self.snapshot.spec(plan, &row)?;
        self.plan_mut(plan)?.full_specs.insert(name.clone(), spec);
        Ok(())
    }

    /// Applies an edit under the rules, and keeps it for a lost race.
    ///
    /// # Errors
    /// [`Error::Refused`]; the draft is then as it was.
    pub fn apply(&mut self, plan: &Slug, edit: Edit) -> Result<()> {
        match &edit.target {
            Target::Task(id) => self.load(plan, *id)?,
            Target::Spec(name) => self.load_spec(plan, name)?,
            _ => {}
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

    /// The text that a file is to be written over, instead of the one that is stored: what a
    /// person wrote, with its comments and with keys that are not known here.
    pub fn write_over(&mut self, plan: &Slug, target: Target, written: Written) {
        self.texts.insert((plan.clone(), target), written);
    }

    /// Writes the files whose text a person changed, though no key changed.
    fn touch_written(&mut self) -> Result<()> {
        let written: Vec<(Slug, Target)> = self.texts.keys().cloned().collect();
        for (plan, target) in written {
            match target {
                Target::Task(id) => {
                    self.load(&plan, id)?;
                    if self.plan(&plan)?.full.contains_key(&id) {
                        self.plan_mut(&plan)?.touched.tasks.insert(id);
                    }
                }
                Target::Plan => self.plan_mut(&plan)?.touched.header = true,
                Target::Register(id) => {
                    let plan = self.plan_mut(&plan)?;
                    if plan.entry(id).is_some() {
                        plan.touched.register.insert(id);
                    }
                }
                Target::Record(_) | Target::Checkpoint(_) | Target::Spec(_) => {}
            }
        }
        Ok(())
    }

    /// Lets a file that is no entity go, or a folder with all that is in it; nothing where it is
    /// not there.
    ///
    /// # Errors
    /// Those of the repository.
    pub fn drop_path(&mut self, path: &str) -> Result<()> {
        if self.snapshot.has(path)? {
            self.dropped.insert(path.to_owned());
        }
        Ok(())
    }

    /// Whether nothing is to change.
    pub fn is_empty(&self) -> bool {
        self.edits.is_empty() && self.exchanged.is_empty() && self.texts.is_empty()
    }

    /// Whether all files would be as they are.
    ///
    /// # Errors
    /// As when it is stored.
    pub fn is_without_effect(&mut self) -> Result<bool> {
        let (files, _) = self.changed()?;
        Ok(files.iter().all(|file| file.old == file.new))
    }

    /// The edits so far.
    pub fn edits(&self) -> &[(Slug, Edit)] {
        &self.edits
    }

    /// The files that change, with their new text; none for one that goes.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Broken`] where a stored text cannot be written over.
    pub(super) fn files(&mut self) -> Result<Vec<File>> {
        self.touch_written()?;
        let mut files = Vec::new();
        if self.snapshot.root.is_none() {
            let version = crate::format::version::write();
            files.push((
                paths::FORMAT.to_owned(),
                Content::Text(String::from_utf8_lossy(&version).into_owned()),
            ));
        }
        for plan in self.plans.values() {
            self.files_of(plan, &mut files)?;
        }
        let gone = |path: &String| (path.clone(), Content::Gone);
        files.extend(self.dropped.iter().map(gone));
        let exchanged = self.exchanged.iter();
        files.extend(exchanged.map(|(path, exchange)| (path.clone(), exchange.to.clone())));
        Ok(files)
    }

    /// The files that change, in both states, and the plans as they will be.
    ///
    /// # Errors
    /// As when it is stored.
    pub fn changed(&mut self) -> Result<(Vec<review::File>, Drafted)> {
        let mut changed = Vec::new();
        for (path, content) in self.files()? {
            let new = match content {
                Content::Text(text) => Some(text.into_bytes()),
                Content::Blob(oid) => Some(self.snapshot.repo.blob(oid, limits::CHECKPOINT)?),
                Content::Gone => None,
            };
            changed.extend(difference::to_bytes(&self.snapshot, &path, new.as_deref())?);
        }
        review::join_forms(&mut changed);
        let plans = self.plans.iter();
        let plans = plans.map(|(id, plan)| (id.clone(), Rc::new(plan.clone())));
        Ok((changed, Drafted(plans.collect())))
    }

    fn files_of(&self, plan: &Plan, files: &mut Vec<File>) -> Result<()> {
        let id = &plan.id;
        if plan.touched.header {
            let path = paths::header(id);
            let write = |old: Option<&str>| text::header(old, &plan.header);
            let old = self.base_text(id, Target::Plan, &path, &write)?;
            files.push(checked(path, limits::FILE, write(old.as_deref()))?);
        }
        for task_id in &plan.touched.tasks {
            let path = paths::task(id, *task_id);
            match plan.full.get(task_id) {
                Some(task) => {
                    let write = |old: Option<&str>| text::task(old, task);
                    let old = self.base_text(id, Target::Task(*task_id), &path, &write)?;
                    files.push(checked(path, limits::FILE, write(old.as_deref()))?);
                }
                None => files.push((path, Content::Gone)),
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
        for entry in plan
            .register
            .iter()
            .filter(|entry| plan.touched.register.contains(&entry.id))
        {
            let path = paths::entry(id, entry.id);
            let write = |old: Option<&str>| text::entry(old, entry);
            let old = self.base_text(id, Target::Register(entry.id), &path, &write)?;
            files.push(checked(path, limits::FILE, write(old.as_deref()))?);
        }
        for name in &plan.touched.specs {
            self.files_of_spec(plan, name, files)?;
        }
        for (id, checkpoint) in &plan.touched.checkpoints {
            files.extend(folder_files(&plan.id, *id, checkpoint.as_ref())?);
        }
        Ok(())
    }

    /// A specification is in one file; in the other form, it is no longer there.
    fn files_of_spec(&self, plan: &Plan, name: &Slug, files: &mut Vec<File>) -> Result<()> {
        let now = plan.full_specs.get(name);
        for form in SpecForm::ALL {
            let path = paths::spec(&plan.id, name, form);
            match now.filter(|spec| spec.form == form) {
                Some(spec) => files.push((path, Content::Text(spec.text.clone()))),
                None if self.snapshot.has(&path)? => files.push((path, Content::Gone)),
                None => {}
            }
        }
        Ok(())
    }

    /// The text that a file is written over. What a person wrote takes the place of the stored
    /// text unless others changed more of that than the values of known keys.
    fn base_text(
        &self,
        plan: &Slug,
        target: Target,
        path: &str,
        write: &dyn Fn(Option<&str>) -> Result<String, FormatError>,
    ) -> Result<Option<String>> {
        let stored = match self.new_plans.contains(plan) {
            true => None,
            false => self.snapshot.text(path)?,
        };
        let Some(written) = self.texts.get(&(plan.clone(), target)) else {
            return Ok(stored);
        };
        let has_same_rest = || match (write(stored.as_deref()), write(written.from.as_deref())) {
            (Ok(stored), Ok(from)) => stored == from,
            _ => false,
        };
        if written.from == stored || has_same_rest() {
            return Ok(Some(written.text.clone()));
        }
        let cause = Mismatch::Text;
        let what = path.to_owned();
        Err(Refusal::Conflict { what, cause }.into())
    }
}

/// A path on the plan ref, and what it is to hold.
pub(super) type File = (String, Content);

/// What a path is to hold.
#[derive(Debug, Clone)]
pub(super) enum Content {
    /// A file with this text.
    Text(String),
    /// A file whose object is written already.
    Blob(Oid),
    /// Nothing: the file, or the folder with all it holds, goes.
    Gone,
}

pub(super) fn checked(
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
        Ok(text) => Ok((path, Content::Text(text))),
        Err(error) => Err(Error::Broken {
            path,
            line: error.line,
            cause: error.cause,
        }),
    }
}
