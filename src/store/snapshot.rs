//! The plans at one commit of the plan ref, read as they are asked for.

use std::cell::RefCell;

use super::{Error, Place, Result, Source, Summary, checkpoints, index, paths, summary};
use crate::format::{read, version};
use crate::git::{self, EntryKind, Oid, Repo, TreeEntry};
use crate::model::{
    Broken, Checkpoint, CheckpointId, Header, Plan, Slug, SpecRow, SpecText, Task, TaskId, limits,
    refer,
};

/// A plan's folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Folder {
    /// The plan.
    pub id: Slug,
    /// Its tree.
    pub tree: Oid,
}

/// The plans at one commit.
pub struct Snapshot<'r> {
    pub(super) repo: &'r Repo,
    /// The plan ref.
    pub reference: String,
    /// From where it was read.
    pub source: Source,
    /// The commit's whole tree; none before the first plan.
    pub root: Option<Oid>,
    /// The plans' folders, by name.
    pub folders: Vec<Folder>,
    /// Files directly under `.plans/` that have no business there.
    pub stray: Vec<Broken>,
    warnings: RefCell<Vec<Broken>>,
    /// As many files as may have changed before the index is stored again.
    patience: usize,
}

impl<'r> Snapshot<'r> {
    pub(super) fn empty(repo: &'r Repo, place: &Place) -> Self {
        Self {
            repo,
            reference: place.reference.clone(),
            source: Source {
                commit: None,
                local: None,
                relation: None,
            },
            root: None,
            folders: Vec::new(),
            stray: Vec::new(),
            warnings: RefCell::default(),
            patience: index::READER,
        }
    }

    pub(super) fn at(repo: &'r Repo, place: &Place, commit: Oid, source: Source) -> Result<Self> {
        Self::read(Self::empty(repo, place), commit, source)
    }

    fn read(empty: Self, commit: Oid, source: Source) -> Result<Self> {
        let repo = empty.repo;
        let root = repo.commit(commit)?.tree;
        let not_ours = || Error::NotAPlanRef {
            reference: empty.reference.clone(),
        };
        let plans = repo.entry(root, paths::ROOT)?.ok_or_else(not_ours)?;
        if plans.kind != EntryKind::Tree {
            return Err(not_ours());
        }
        let format_missing = not_ours();
        let mut snapshot = Self {
            source,
            root: Some(root),
            ..empty
        };
        let mut format = None;
        for entry in repo.tree(plans.oid)? {
            match entry.name.to_string().as_str() {
                "format.toml" if is_file(&entry) => format = Some(entry.oid),
                "_templates" => {}
                _ => snapshot.sort_in(&entry),
            }
        }
        snapshot.check_version(format.ok_or(format_missing)?)?;
        Ok(snapshot)
    }

    /// The plans at another commit of the plan ref.
    ///
    /// # Errors
    /// As [`Store::snapshot`](super::Store::snapshot).
    pub fn of_commit(repo: &'r Repo, place: &Place, commit: Oid) -> Result<Self> {
        let source = Source {
            commit: Some(commit),
            local: None,
            relation: None,
        };
        Self::at(repo, place, commit, source)
    }

    /// As [`Snapshot::of_commit`], for hooks: nothing is cached.
    ///
    /// # Errors
    /// As [`Store::snapshot`](super::Store::snapshot).
    pub fn to_enforce(repo: &'r Repo, place: &Place, commit: Oid) -> Result<Self> {
        let source = Source {
            commit: Some(commit),
            local: None,
            relation: None,
        };
        let mut snapshot = Self::empty(repo, place);
        snapshot.patience = usize::MAX;
        Self::read(snapshot, commit, source)
    }

    fn sort_in(&mut self, entry: &TreeEntry) {
        let name = entry.name.to_string();
        let cause = match (entry.kind, name.parse::<Slug>()) {
            (EntryKind::Tree, Ok(id)) => {
                self.folders.push(Folder {
                    id,
                    tree: entry.oid,
                });
                return;
            }
            (_, Err(error)) => error.to_string(),
            (_, Ok(_)) => "not a folder".to_owned(),
        };
        self.stray.push(Broken {
            path: format!("{}/{name}", paths::ROOT),
            line: None,
            cause,
        });
    }

    fn check_version(&self, format: Oid) -> Result<()> {
        let bytes = self.blob(format, paths::FORMAT, limits::FILE)?;
        match version::read(&bytes) {
            Ok(_) => Ok(()),
            Err(source) => Err(Error::Version {
                reference: self.reference.clone(),
                source,
            }),
        }
    }

    /// The same, for somebody who writes: see [`index::WRITER`].
    pub(super) fn for_writing(self) -> Self {
        Self {
            patience: index::WRITER,
            ..self
        }
    }

    /// The same, for somebody who may write nothing at all, not even into the cache.
    #[must_use]
    pub fn without_trace(self) -> Self {
        Self {
            patience: index::NEVER,
            ..self
        }
    }

    /// Whether what was found out may be kept in the cache.
    pub(super) fn keeps(&self) -> bool {
        self.patience != index::NEVER
    }

    /// The repository.
    pub fn repo(&self) -> &'r Repo {
        self.repo
    }

    /// The folder of a plan.
    ///
    /// # Errors
    /// [`Error::UnknownPlan`] with the names that are like it.
    pub fn folder(&self, word: &str) -> Result<&Folder> {
        self.folders
            .iter()
            .find(|folder| folder.id.as_str() == word)
            .ok_or_else(|| {
                let names = self.folders.iter().map(|folder| folder.id.as_str());
                Error::UnknownPlan {
                    word: word.to_owned(),
                    similar: refer::similar(word, names),
                }
            })
    }

    /// A plan's header.
    ///
    /// # Errors
    /// [`Error::UnknownPlan`], [`Error::Broken`].
    pub fn header(&self, id: &Slug) -> Result<Header> {
        let path = paths::header(id);
        let bytes = self.header_bytes(self.folder(id.as_str())?, &path)?;
        read::header(&bytes).map_err(|error| Error::Broken {
            path,
            line: error.line,
            cause: error.cause,
        })
    }

    fn header_bytes(&self, folder: &Folder, path: &str) -> Result<Vec<u8>> {
        let broken = |cause: &str| Error::Broken {
            path: path.to_owned(),
            line: None,
            cause: cause.to_owned(),
        };
        match self.repo.entry(folder.tree, "plan.toml")? {
            Some(entry) if is_file(&entry) => self.blob(entry.oid, path, limits::FILE),
            Some(_) => Err(broken("not a plain file")),
            None => Err(broken("missing")),
        }
    }

    fn blob(&self, oid: Oid, path: &str, limit: u64) -> Result<Vec<u8>> {
        let bytes = match self.repo.blob(oid, limit) {
            Err(git::Error::Missing(oid)) if self.repo.promisor_remote().is_some() => {
                self.repo.fetch_missing(&[oid])?;
                self.repo.blob(oid, limit)
            }
            other => other,
        };
        bytes.map_err(|error| match error {
            git::Error::TooLarge { size, limit, .. } => {
                let cause = format!("it has {size} bytes; the limit is {limit}");
                Error::Broken {
                    path: path.to_owned(),
                    line: None,
                    cause,
                }
            }
            other => other.into(),
        })
    }

    /// A whole plan: header, tasks without their long texts, records. Files that cannot be read
    /// are in [`Plan::broken`]; a header that cannot be read is an error.
    ///
    /// # Errors
    /// [`Error::UnknownPlan`], [`Error::Broken`], those of the repository.
    pub fn plan(&self, id: &Slug) -> Result<Plan> {
        let header = self.header(id)?;
        self.plan_with(id, header)
    }

    /// As [`Snapshot::plan`], for a plan whose header cannot be read: with an empty one.
    ///
    /// # Errors
    /// [`Error::UnknownPlan`], those of the repository.
    pub fn plan_or_headless(&self, id: &Slug) -> Result<Plan> {
        match self.header(id) {
            Ok(header) => self.plan_with(id, header),
            Err(Error::Broken { path, line, cause }) => {
                let mut plan = self.plan_with(id, Header::default())?;
                plan.broken.insert(0, Broken { path, line, cause });
                Ok(plan)
            }
            Err(other) => Err(other),
        }
    }

    /// A plan with its tasks and without its records, checkpoints and register: for whoever looks
    /// for a task and asks for nothing that depends on those.
    ///
    /// # Errors
    /// As [`Snapshot::plan`].
    pub fn plan_of_tasks(&self, id: &Slug) -> Result<Plan> {
        let header = self.header(id)?;
        let index = index::load_tasks(self.repo, self.folder(id.as_str())?, self.patience)?;
        Ok(self.filled(id, header, index))
    }

    fn plan_with(&self, id: &Slug, header: Header) -> Result<Plan> {
        let index = index::load(self.repo, self.folder(id.as_str())?, self.patience)?;
        Ok(self.filled(id, header, index))
    }

    fn filled(&self, id: &Slug, header: Header, index: index::Index) -> Plan {
        let mut plan = Plan::new(id.clone(), header);
        index.fill(&mut plan);
        self.warn(&plan.broken);
        plan
    }

    fn warn(&self, broken: &[Broken]) {
        let mut warnings = self.warnings.borrow_mut();
        for file in broken {
            if !warnings.contains(file) {
                warnings.push(file.clone());
            }
        }
    }

    /// The files that could not be read so far.
    pub fn warnings(&self) -> Vec<Broken> {
        let mut all = self.stray.clone();
        all.extend(self.warnings.borrow().iter().cloned());
        all
    }

    /// Whether there is a file or a folder at a path on the plan ref.
    ///
    /// # Errors
    /// Those of the repository.
    pub fn has(&self, path: &str) -> Result<bool> {
        match self.root {
            Some(root) => Ok(self.repo.entry(root, path)?.is_some()),
            None => Ok(false),
        }
    }

    /// The text of a file on the plan ref, where it is there.
    ///
    /// # Errors
    /// Those of the repository; a file over the limit.
    pub fn text(&self, path: &str) -> Result<Option<String>> {
        let Some(root) = self.root else {
            return Ok(None);
        };
        match self.repo.entry(root, path)? {
            Some(entry) if is_file(&entry) => {
                let bytes = self.blob(entry.oid, path, limits::FILE)?;
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            _ => Ok(None),
        }
    }

    /// A task in full.
    ///
    /// # Errors
    /// [`Error::Broken`] where its file is missing or cannot be read.
    pub fn task(&self, plan: &Slug, id: TaskId) -> Result<Task> {
        let path = paths::task(plan, id);
        let broken = |line, cause| Error::Broken {
            path: path.clone(),
            line,
            cause,
        };
        let text = self
            .text(&path)?
            .ok_or_else(|| broken(None, "missing".to_owned()))?;
        read::task(text.as_bytes(), id.as_str()).map_err(|error| broken(error.line, error.cause))
    }

    /// A specification with its text.
    ///
    /// # Errors
    /// [`Error::Broken`] where its file is missing or no text.
    pub fn spec(&self, plan: &Slug, row: &SpecRow) -> Result<SpecText> {
        let path = paths::spec(plan, &row.name, row.form);
        let text = self.text(&path)?.ok_or(Error::Broken {
            path,
            line: None,
            cause: "missing".to_owned(),
        })?;
        Ok(SpecText {
            name: row.name.clone(),
            form: row.form,
            text,
        })
    }

    /// A checkpoint with its files.
    ///
    /// # Errors
    /// [`Error::Broken`] where its record is missing or cannot be read.
    pub fn checkpoint(&self, plan: &Slug, id: CheckpointId) -> Result<Checkpoint> {
        checkpoints::read_record(self.repo, self.root, plan, id)
    }

    /// All tasks of a plan in full, in the order of their ids; those that cannot be read are left
    /// out.
    ///
    /// # Errors
    /// Those of the repository.
    pub fn tasks(&self, plan: &Slug) -> Result<Vec<(Task, String)>> {
        index::read_tasks(self.repo, self.folder(plan.as_str())?)
    }

    /// What lists show of each plan.
    ///
    /// # Errors
    /// Those of the repository.
    pub fn summaries(&self) -> Result<Vec<Summary>> {
        let summaries = summary::load(self)?;
        let broken: Vec<Broken> = summaries
            .iter()
            .flat_map(|plan| plan.broken.iter().chain(&plan.left_out).cloned())
            .collect();
        self.warn(&broken);
        Ok(summaries)
    }
}

pub(super) fn is_file(entry: &TreeEntry) -> bool {
    entry.kind == EntryKind::Blob
}
