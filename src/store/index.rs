//! The index of a plan: its tasks without their long texts, its records, its checkpoints without
//! their files, its register.
//!
//! It is kept in two files. The *rows* are what a command needs, in the order of the files on the
//! plan ref; they are bound to the tree that they were read from. The *origins* tell of each row
//! the file and its object id; they are needed only when that tree has changed, to take over the
//! rows of every folder and file that has not. So a row can be reused but never be stale.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cache::OidKey;
use super::snapshot::{Folder, is_file};
use super::{Result, cache, paths, specs};
use crate::format::{FormatError, read};
use crate::git::{self, EntryKind, Oid, Repo, TreeEntry};
use crate::model::{
    Broken, Checkpoint, CheckpointRow, Entry, FileId, Plan, Record, Rows, Slug, SpecRow, Task,
    TaskRow, limits,
};

/// Whoever only reads stores the index whenever a file has changed: the next one finds it whole.
pub(super) const READER: usize = 1;
/// Whoever writes leaves a small difference to the next reader, and stays quick.
pub(super) const WRITER: usize = 8;
/// Whoever may write nothing leaves all of it.
pub(super) const NEVER: usize = usize::MAX;

/// A file that cannot be read; of a task, with its number as far as it can be made out.
type Bad = (Broken, Option<u32>);

/// What a command needs of a folder such as `tasks`: its rows, in the order of their ids.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Section<T> {
    pub(super) tree: OidKey,
    pub(super) rows: Vec<T>,
    bad: Vec<Bad>,
    pub(super) stray: Vec<Broken>,
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self {
            tree: OidKey::default(),
            rows: Vec::new(),
            bad: Vec::new(),
            stray: Vec::new(),
        }
    }
}

/// The rows of a plan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    /// The first, for [`load_tasks`].
    tasks: Section<TaskRow>,
    records: Section<Record>,
    checkpoints: Section<CheckpointRow>,
    register: Section<Entry>,
    specs: Section<SpecRow>,
}

/// Where the rows of a section came from: the files, in order, and the folders that hold them.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Origins {
    tree: OidKey,
    buckets: Vec<Bucket>,
    files: Vec<File>,
}

/// One of the folders `<ab>`, and how many files it has.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket {
    name: String,
    tree: OidKey,
    files: usize,
}

/// A file, its content, and whether a row was made of it.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct File {
    id: FileId,
    oid: OidKey,
    good: bool,
}

impl Index {
    /// Puts rows and broken files into a plan.
    pub(super) fn fill(self, plan: &mut Plan) {
        plan.broken.extend(self.tasks.stray);
        plan.broken.extend(self.records.stray);
        for (file, number) in self.tasks.bad {
            plan.reserved_number = plan.reserved_number.max(number);
            plan.broken.push(file);
        }
        for (file, number) in self.register.bad {
            plan.reserved_label = plan.reserved_label.max(number);
            plan.broken.push(file);
        }
        plan.broken.extend(self.register.stray);
        plan.broken.extend(self.checkpoints.stray);
        plan.broken.extend(self.specs.stray);
        let bad = self.records.bad.into_iter().chain(self.checkpoints.bad);
        plan.broken.extend(bad.map(|(file, _)| file));
        if self.tasks.rows.len() > limits::TASKS {
            let (count, limit) = (self.tasks.rows.len(), limits::TASKS);
            let cause = format!("it holds {count} tasks; the limit is {limit}");
            plan.broken
                .push(stray(&format!("{}/tasks", paths::plan(&plan.id)), &cause));
        }
        if self.register.rows.len() > limits::ENTRIES {
            let (count, limit) = (self.register.rows.len(), limits::ENTRIES);
            let cause = format!("it holds {count} entries; the limit is {limit}");
            let place = format!("{}/registers", paths::plan(&plan.id));
            plan.broken.push(stray(&place, &cause));
        }
        plan.tasks = Rows::new(self.tasks.rows);
        plan.records = self.records.rows;
        plan.checkpoints = self.checkpoints.rows;
        plan.register = self.register.rows;
        specs::fill(self.specs.rows, plan);
    }
}

/// As [`load`], for whoever needs the tasks alone: the rest is not even looked at where the tasks
/// are as they were. They stand first in the cache's file, so that they can be read by themselves.
pub(super) fn load_tasks(repo: &Repo, folder: &Folder, patience: usize) -> Result<Index> {
    let tasks: Section<TaskRow> = cache::load_rows(repo, &folder.id).unwrap_or_default();
    let entry = repo.entry(folder.tree, "tasks")?;
    if !is_current(&tasks, entry.as_ref()) {
        return load(repo, folder, patience);
    }
    Ok(Index {
        tasks,
        ..Index::default()
    })
}

/// Reads the index of a plan, from the cache as far as it fits; stores it again where at least
/// `patience` files had to be read.
pub(super) fn load(repo: &Repo, folder: &Folder, patience: usize) -> Result<Index> {
    let mut index: Index = cache::load_rows(repo, &folder.id).unwrap_or_default();
    let entries = repo.tree(folder.tree)?;
    let entry = |name: &str| entries.iter().find(|entry| entry.name == name);
    let (tasks, records) = (entry("tasks"), entry("evidence"));
    let (checkpoints, register) = (entry("checkpoints"), entry("registers"));
    let specs = entry("specs");
    if is_current(&index.tasks, tasks)
        && is_current(&index.records, records)
        && is_current(&index.checkpoints, checkpoints)
        && is_current(&index.register, register)
        && is_current(&index.specs, specs)
    {
        return Ok(index);
    }
    let plan = &folder.id;
    let mut origins: [Origins; 4] = cache::load_origins(repo, plan).unwrap_or_default();
    let [of_tasks, of_records, of_checkpoints, of_register] = &mut origins;
    let read_task = |bytes: &[u8], name: &str| read::task(bytes, name).map(|task| task.row());
    let read_record = |bytes: &[u8], name: &str| read::record(bytes, name, plan);
    let place = |name: &str| format!("{}/{name}", paths::plan(plan));
    let task_files = Files {
        place: place("tasks"),
        limit: limits::FILE,
        naming: Naming::File,
        read: &read_task,
    };
    let record_files = Files {
        place: place("evidence"),
        limit: limits::EVIDENCE,
        naming: Naming::File,
        read: &read_record,
    };
    let entry_files = Files {
        place: place("registers"),
        limit: limits::FILE,
        naming: Naming::Flat,
        read: &|bytes, name| read::entry(bytes, name),
    };
    let read = refresh(repo, &mut index.tasks, of_tasks, tasks, &task_files)?
        + refresh(repo, &mut index.records, of_records, records, &record_files)?
        + refresh(
            repo,
            &mut index.checkpoints,
            of_checkpoints,
            checkpoints,
            &checkpoint_files(place("checkpoints")),
        )?
        + refresh(
            repo,
            &mut index.register,
            of_register,
            register,
            &entry_files,
        )?
        + specs::refresh(repo, plan, &mut index.specs, specs)?;
    if read >= patience {
        cache::store_index(repo, plan, &index, &origins);
    }
    Ok(index)
}

fn checkpoint_files(place: String) -> Files<'static, CheckpointRow> {
    Files {
        place,
        limit: limits::CHECKPOINT,
        naming: Naming::Folder,
        read: &|bytes, name| read::checkpoint(bytes, name).map(Checkpoint::into_row),
    }
}

/// The private checkpoints of a plan, from the folder that holds them, without their files; with
/// those that cannot be read.
pub(super) fn private_checkpoints(
    repo: &Repo,
    plan: &Slug,
    folder: Option<&TreeEntry>,
) -> Result<(Vec<CheckpointRow>, Vec<Broken>)> {
    let known: Option<(Section<CheckpointRow>, Origins)> = cache::load_private(repo, plan);
    let (mut section, mut origins) = known.unwrap_or_default();
    if !is_current(&section, folder) {
        let files = checkpoint_files(format!("{}/checkpoints", paths::plan(plan)));
        refresh(repo, &mut section, &mut origins, folder, &files)?;
        cache::store_private(repo, plan, &(&section, &origins));
    }
    let bad = section.bad.into_iter().map(|(file, _)| file);
    let broken = section.stray.into_iter().chain(bad).collect();
    Ok((section.rows, broken))
}

pub(super) fn is_current<T>(section: &Section<T>, entry: Option<&TreeEntry>) -> bool {
    match entry {
        Some(entry) => entry.kind == EntryKind::Tree && section.tree.is(entry.oid),
        None => section.tree == OidKey::default(),
    }
}

/// How the files of a section are named after their entity.
#[derive(Clone, Copy)]
enum Naming {
    /// `<ab>/<id>.toml`: many small ones.
    File,
    /// `<id>/checkpoint.toml`, with other files beside it.
    Folder,
    /// `<id>.toml`: few ones, in no folder of their own.
    Flat,
}

impl Naming {
    /// The entity of a file in a folder; an error where it has no business there, none where it
    /// belongs to an entity that another file names.
    fn id_of(self, folder: &str, file: &str) -> Result<Option<FileId>, &'static str> {
        match self {
            Self::File => {
                let id: Option<FileId> = file.strip_suffix(".toml").and_then(|id| id.parse().ok());
                let id = id.filter(|id| id.folder() == folder);
                id.map(Some)
                    .ok_or("not <id>.toml in the folder of its first two characters")
            }
            Self::Flat => {
                let id = file.strip_suffix(".toml").and_then(|id| id.parse().ok());
                id.map(Some).ok_or("not <id>.toml")
            }
            Self::Folder if file == paths::CHECKPOINT_PATCH => Ok(None),
            Self::Folder => {
                let id = folder
                    .parse()
                    .ok()
                    .filter(|_| file == paths::CHECKPOINT_RECORD);
                id.map(Some)
                    .ok_or("not checkpoint.toml or changes.patch in a folder named by an id")
            }
        }
    }
}

type Reader<'a, T> = &'a (dyn Fn(&[u8], &str) -> Result<T, FormatError> + Sync);

/// How the files of a section are read.
struct Files<'a, T> {
    place: String,
    limit: u64,
    naming: Naming,
    read: Reader<'a, T>,
}

impl<T> Files<'_, T> {
    /// The folders that the files are in, and their paths.
    fn folders(&self, repo: &Repo, section: &TreeEntry) -> Result<Vec<(TreeEntry, String)>> {
        if let Naming::Flat = self.naming {
            return Ok(vec![(section.clone(), self.place.clone())]);
        }
        let below = |folder: TreeEntry| {
            let path = format!("{}/{}", self.place, folder.name);
            (folder, path)
        };
        Ok(repo.tree(section.oid)?.into_iter().map(below).collect())
    }
}

/// What a file turned out to be.
enum Outcome<T> {
    Row(T),
    Bad(Bad),
}

/// What is known of a section, file by file, in order.
struct Known<T> {
    buckets: std::iter::Peekable<std::vec::IntoIter<Bucket>>,
    files: std::vec::IntoIter<File>,
    rows: std::vec::IntoIter<T>,
    bad: std::vec::IntoIter<Bad>,
}

impl<T> Known<T> {
    fn of(section: Section<T>, origins: Origins) -> Self {
        let fits = section.tree == origins.tree;
        let (section, origins) = if fits {
            (section, origins)
        } else {
            (Section::default(), Origins::default())
        };
        Self {
            buckets: origins.buckets.into_iter().peekable(),
            files: origins.files.into_iter(),
            rows: section.rows.into_iter(),
            bad: section.bad.into_iter(),
        }
    }

    /// The folder of that name, where it is known; those before it are gone.
    fn bucket(&mut self, name: &str) -> Option<Bucket> {
        while let Some(bucket) = self.buckets.next_if(|bucket| *bucket.name < *name) {
            self.take(bucket.files).for_each(drop);
        }
        self.buckets.next_if(|bucket| *bucket.name == *name)
    }

    /// The next files, with what they turned out to be.
    fn take(&mut self, files: usize) -> impl Iterator<Item = (File, Outcome<T>)> {
        self.files.by_ref().take(files).filter_map(|file| {
            let outcome = match file.good {
                true => Outcome::Row(self.rows.next()?),
                false => Outcome::Bad(self.bad.next()?),
            };
            Some((file, outcome))
        })
    }
}

/// Brings a section up to date and tells how many files had to be read.
fn refresh<T: Send>(
    repo: &Repo,
    section: &mut Section<T>,
    origins: &mut Origins,
    entry: Option<&TreeEntry>,
    files: &Files<'_, T>,
) -> Result<usize> {
    if is_current(section, entry) && section.tree == origins.tree {
        return Ok(0);
    }
    let rows = section.rows.len();
    let old_stray = std::mem::take(&mut section.stray);
    let mut known = Known::of(std::mem::take(section), std::mem::take(origins));
    let Some(entry) = entry else {
        return Ok(0);
    };
    section.tree = OidKey::from(entry.oid);
    origins.tree = section.tree;
    if entry.kind != EntryKind::Tree {
        section.stray.push(stray(&files.place, "not a folder"));
        return Ok(0);
    }
    let mut look = Look {
        files: Vec::with_capacity(rows + 1),
        wanted: Vec::new(),
        stray: Vec::new(),
    };
    for (folder, path) in files.folders(repo, entry)? {
        let name = folder.name.to_string();
        if folder.kind != EntryKind::Tree {
            look.stray.push(stray(&path, "not a folder"));
            continue;
        }
        let before = look.files.len();
        match known.bucket(&name) {
            Some(bucket) if bucket.tree.is(folder.oid) && bucket.files > 0 => {
                let inside = format!("{path}/");
                look.stray.extend(
                    old_stray
                        .iter()
                        .filter(|file| file.path.starts_with(&inside))
                        .cloned(),
                );
                let taken = known.take(bucket.files);
                look.files
                    .extend(taken.map(|(file, outcome)| (file, Some(outcome))));
            }
            bucket => {
                let count = bucket.map_or(0, |bucket| bucket.files);
                let known = known
                    .take(count)
                    .map(|(file, outcome)| (file.id, (file.oid, outcome)));
                look.look_into(repo, &folder, (&path, files.naming), known.collect())?;
            }
        }
        let tree = OidKey::from(folder.oid);
        origins.buckets.push(Bucket {
            name,
            tree,
            files: look.files.len() - before,
        });
    }
    section.stray = std::mem::take(&mut look.stray);
    let read = look.wanted.len();
    look.finish(repo, files, section, origins)?;
    Ok(read)
}

pub(super) fn stray(path: &str, cause: &str) -> Broken {
    Broken {
        path: path.to_owned(),
        line: None,
        cause: cause.to_owned(),
    }
}

/// A file that has to be read: its place among the files, its id, its object, its path.
struct Wanted {
    place: usize,
    id: FileId,
    oid: Oid,
    path: String,
}

/// A look through the folders: files, those that have to be read with a gap.
struct Look<T> {
    files: Vec<(File, Option<Outcome<T>>)>,
    wanted: Vec<Wanted>,
    stray: Vec<Broken>,
}

impl<T: Send> Look<T> {
    /// Takes the files of a folder from what is known, and puts the others on the list.
    fn look_into(
        &mut self,
        repo: &Repo,
        folder: &TreeEntry,
        (path, naming): (&str, Naming),
        mut known: HashMap<FileId, (OidKey, Outcome<T>)>,
    ) -> Result<()> {
        let bucket = folder.name.to_string();
        for entry in repo.tree(folder.oid)? {
            let name = entry.name.to_string();
            let path = format!("{path}/{name}");
            let id = match naming.id_of(&bucket, &name) {
                Ok(Some(id)) => id,
                Ok(None) => continue,
                Err(cause) => {
                    self.stray.push(stray(&path, cause));
                    continue;
                }
            };
            if !is_file(&entry) {
                self.stray.push(stray(
                    &path,
                    "not a plain file (a link, a program or a folder)",
                ));
                continue;
            }
            let file = File {
                id,
                oid: OidKey::from(entry.oid),
                good: true,
            };
            let outcome = known.remove(&id).filter(|(oid, _)| *oid == file.oid);
            if outcome.is_none() {
                self.wanted.push(Wanted {
                    place: self.files.len(),
                    id,
                    oid: entry.oid,
                    path,
                });
            }
            self.files.push((file, outcome.map(|(_, outcome)| outcome)));
        }
        Ok(())
    }

    /// Reads what is on the list, on all processors, and closes the gaps.
    fn finish(
        mut self,
        repo: &Repo,
        files: &Files<'_, T>,
        section: &mut Section<T>,
        origins: &mut Origins,
    ) -> Result<()> {
        let oids: Vec<Oid> = self.wanted.iter().map(|file| file.oid).collect();
        repo.bring(&oids)?;
        let wanted = &self.wanted;
        let outcomes = repo.read_blobs(&oids, files.limit, |at, bytes| {
            let Wanted { path, id, .. } = &wanted[at];
            read_file(files, path, *id, bytes)
        });
        for (outcome, file) in outcomes.into_iter().zip(wanted) {
            self.files[file.place].1 = Some(outcome?);
        }
        section.rows.reserve(self.files.len());
        origins.files.reserve(self.files.len());
        for (mut file, outcome) in self.files {
            match outcome {
                Some(Outcome::Row(row)) => section.rows.push(row),
                Some(Outcome::Bad(bad)) => {
                    file.good = false;
                    section.bad.push(bad);
                }
                None => continue,
            }
            origins.files.push(file);
        }
        Ok(())
    }
}

fn read_file<T>(
    files: &Files<'_, T>,
    path: &str,
    id: FileId,
    bytes: Result<&[u8], git::Error>,
) -> Result<Outcome<T>, git::Error> {
    let bad = |error: FormatError, number| {
        let file = Broken {
            path: path.to_owned(),
            line: error.line,
            cause: error.cause,
        };
        Outcome::Bad((file, number))
    };
    match bytes {
        Ok(bytes) => Ok(match (files.read)(bytes, id.as_str()) {
            Ok(row) => Outcome::Row(row),
            Err(error) => bad(error, read::number_of_broken(bytes)),
        }),
        Err(git::Error::TooLarge { size, limit, .. }) => {
            let cause = format!("it has {size} bytes; the limit is {limit}");
            Ok(bad(FormatError::new(cause), None))
        }
        Err(error) => Err(error),
    }
}

/// All tasks of a plan in full, with their texts; those that cannot be read are left out.
pub(super) fn read_tasks(repo: &Repo, folder: &Folder) -> Result<Vec<(Task, String)>> {
    let mut files = Vec::new();
    let tasks = repo.entry(folder.tree, "tasks")?;
    let Some(tasks) = tasks.filter(|entry| entry.kind == EntryKind::Tree) else {
        return Ok(Vec::new());
    };
    for bucket in repo
        .tree(tasks.oid)?
        .into_iter()
        .filter(|entry| entry.kind == EntryKind::Tree)
    {
        files.extend(repo.tree(bucket.oid)?.into_iter().filter(is_file));
    }
    let oids: Vec<Oid> = files.iter().map(|entry| entry.oid).collect();
    repo.bring(&oids)?;
    let texts = repo.read_blobs(&oids, limits::FILE, |at, bytes| {
        let name = files[at].name.to_string();
        let text = std::str::from_utf8(bytes.ok()?).ok()?;
        let task = read::task(text.as_bytes(), name.strip_suffix(".toml")?).ok()?;
        Some((task, text.to_owned()))
    });
    Ok(texts.into_iter().flatten().collect())
}
