//! The index of a plan: its tasks without their long texts, and its records.
//!
//! It is kept in two files. The *rows* are what a command needs, in the order of the files on the
//! plan ref; they are bound to the tree that they were read from. The *origins* tell of each row
//! the file and its object id; they are needed only when that tree has changed, to take over the
//! rows of every folder and file that has not. So a row can be reused but never be stale.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cache::OidKey;
use super::snapshot::{Folder, is_file};
use super::{Result, cache, paths};
use crate::format::{FormatError, read};
use crate::git::{self, EntryKind, Oid, Repo, TreeEntry};
use crate::model::{Broken, Plan, Record, Task, TaskRow, limits};

/// Whoever only reads stores the index whenever a file has changed: the next one finds it whole.
pub(super) const READER: usize = 1;
/// Whoever writes leaves a small difference to the next reader, and stays quick.
pub(super) const WRITER: usize = 8;

/// What a file turned out to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Row<T> {
    Good(T),
    Bad { file: Broken, number: Option<u32> },
}

/// What a command needs of a folder such as `tasks`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Section<T> {
    tree: OidKey,
    rows: Vec<Row<T>>,
    stray: Vec<Broken>,
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self {
            tree: OidKey::default(),
            rows: Vec::new(),
            stray: Vec::new(),
        }
    }
}

/// The rows of a plan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    tasks: Section<TaskRow>,
    records: Section<Record>,
}

/// Where the rows of a section came from, in their order.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Origins {
    tree: OidKey,
    buckets: Vec<Bucket>,
}

/// The files of one of the folders `<ab>`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket {
    name: String,
    tree: OidKey,
    files: Vec<(String, OidKey)>,
}

impl Index {
    /// Puts rows and broken files into a plan.
    pub(super) fn fill(self, plan: &mut Plan) {
        plan.broken.extend(self.tasks.stray);
        plan.broken.extend(self.records.stray);
        let mut tasks = Vec::with_capacity(self.tasks.rows.len());
        for row in self.tasks.rows {
            match row {
                Row::Good(task) => tasks.push((task.id, task)),
                Row::Bad { file, number } => {
                    plan.reserved_number = plan.reserved_number.max(number);
                    plan.broken.push(file);
                }
            }
        }
        plan.tasks = tasks.into_iter().collect();
        for row in self.records.rows {
            match row {
                Row::Good(record) => plan.records.push(record),
                Row::Bad { file, .. } => plan.broken.push(file),
            }
        }
    }
}

/// Reads the index of a plan, from the cache as far as it fits; stores it again where at least
/// `patience` files had to be read.
pub(super) fn load(repo: &Repo, folder: &Folder, patience: usize) -> Result<Index> {
    let mut index: Index = cache::load_rows(repo, &folder.id).unwrap_or_default();
    let (mut tasks, mut records) = (None, None);
    for entry in repo.tree(folder.tree)? {
        match entry.name.to_string().as_str() {
            "tasks" => tasks = Some(entry),
            "evidence" => records = Some(entry),
            _ => {}
        }
    }
    if is_current(&index.tasks, tasks.as_ref()) && is_current(&index.records, records.as_ref()) {
        return Ok(index);
    }
    let plan = &folder.id;
    let mut origins: (Origins, Origins) = cache::load_origins(repo, plan).unwrap_or_default();
    let read_task = |bytes: &[u8], name: &str| read::task(bytes, name).map(|task| task.row());
    let read_record = |bytes: &[u8], name: &str| read::record(bytes, name, plan);
    let place = |name: &str| format!("{}/{name}", paths::plan(plan));
    let task_files = Files {
        place: place("tasks"),
        limit: limits::FILE,
        read: &read_task,
    };
    let record_files = Files {
        place: place("evidence"),
        limit: limits::EVIDENCE,
        read: &read_record,
    };
    let read = refresh(
        repo,
        &mut index.tasks,
        &mut origins.0,
        tasks.as_ref(),
        &task_files,
    )? + refresh(
        repo,
        &mut index.records,
        &mut origins.1,
        records.as_ref(),
        &record_files,
    )?;
    if read >= patience {
        cache::store_index(repo, plan, &index, &origins);
    }
    Ok(index)
}

fn is_current<T>(section: &Section<T>, entry: Option<&TreeEntry>) -> bool {
    match entry {
        Some(entry) => section.tree.is(entry.oid),
        None => section.tree == OidKey::default(),
    }
}

type Reader<'a, T> = &'a (dyn Fn(&[u8], &str) -> Result<T, FormatError> + Sync);

/// How the files of a section are read.
struct Files<'a, T> {
    place: String,
    limit: u64,
    read: Reader<'a, T>,
}

/// The rows that are known, by folder: each with the files that they came from.
struct Known<T>(HashMap<String, (OidKey, Vec<(String, OidKey, Row<T>)>)>);

impl<T> Known<T> {
    fn of(section: Section<T>, origins: Origins) -> Self {
        if section.tree != origins.tree {
            return Self(HashMap::new());
        }
        let mut rows = section.rows.into_iter();
        let known = origins.buckets.into_iter().map(|bucket| {
            let files = bucket.files.into_iter().zip(rows.by_ref());
            let files = files.map(|((name, oid), row)| (name, oid, row)).collect();
            (bucket.name, (bucket.tree, files))
        });
        Self(known.collect())
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
    let mut found = Found {
        rows: Vec::new(),
        wanted: Vec::new(),
        stray: Vec::new(),
    };
    for folder in repo.tree(entry.oid)? {
        let name = folder.name.to_string();
        let path = format!("{}/{name}", files.place);
        if folder.kind != EntryKind::Tree {
            section.stray.push(stray(&path, "not a folder"));
            continue;
        }
        let tree = OidKey::from(folder.oid);
        let mut bucket = Bucket {
            name,
            tree,
            files: Vec::new(),
        };
        match known.0.remove(&bucket.name) {
            Some((tree, rows)) if tree == bucket.tree && !rows.is_empty() => {
                for (name, oid, row) in rows {
                    bucket.files.push((name, oid));
                    found.rows.push(Some(row));
                }
            }
            known => found.look_into(
                repo,
                &folder,
                &path,
                &mut bucket,
                known.map(|(_, rows)| rows),
            )?,
        }
        origins.buckets.push(bucket);
    }
    section.stray.append(&mut found.stray);
    let read = found.wanted.len();
    section.rows = found.read(repo, files)?;
    Ok(read)
}

fn stray(path: &str, cause: &str) -> Broken {
    Broken {
        path: path.to_owned(),
        line: None,
        cause: cause.to_owned(),
    }
}

/// A file that has to be read: its row's place, its object, its path, its name.
struct Wanted {
    place: usize,
    oid: Oid,
    path: String,
    name: String,
}

/// What looking through the folders brings: rows, and gaps for files that have to be read.
struct Found<T> {
    rows: Vec<Option<Row<T>>>,
    wanted: Vec<Wanted>,
    stray: Vec<Broken>,
}

impl<T: Send> Found<T> {
    /// Takes the files of a folder from what is known, and puts the others on the list.
    fn look_into(
        &mut self,
        repo: &Repo,
        folder: &TreeEntry,
        path: &str,
        bucket: &mut Bucket,
        known: Option<Vec<(String, OidKey, Row<T>)>>,
    ) -> Result<()> {
        let mut known: HashMap<String, (OidKey, Row<T>)> = known
            .into_iter()
            .flatten()
            .map(|(name, oid, row)| (name, (oid, row)))
            .collect();
        for entry in repo.tree(folder.oid)? {
            let file = entry.name.to_string();
            let path = format!("{path}/{file}");
            let name = file.strip_suffix(".toml").unwrap_or_default();
            if !is_file(&entry) {
                let cause = "not a plain file (a link, a program or a folder)";
                self.stray.push(stray(&path, cause));
                continue;
            }
            if name.len() != crate::model::id::ID_LENGTH || !name.starts_with(&bucket.name) {
                let cause = "not <id>.toml in the folder of its first two characters";
                self.stray.push(stray(&path, cause));
                continue;
            }
            bucket
                .files
                .push((name.to_owned(), OidKey::from(entry.oid)));
            let row = known
                .remove(name)
                .filter(|(oid, _)| oid.is(entry.oid))
                .map(|(_, row)| row);
            if row.is_none() {
                let place = self.rows.len();
                self.wanted.push(Wanted {
                    place,
                    oid: entry.oid,
                    name: name.to_owned(),
                    path,
                });
            }
            self.rows.push(row);
        }
        Ok(())
    }

    /// Reads what is on the list, on all processors, and closes the gaps.
    fn read(mut self, repo: &Repo, files: &Files<'_, T>) -> Result<Vec<Row<T>>> {
        let oids: Vec<Oid> = self.wanted.iter().map(|file| file.oid).collect();
        fetch_missing(repo, &oids)?;
        let rows = repo.read_blobs(&oids, files.limit, |at, bytes| {
            let Wanted { path, name, .. } = &self.wanted[at];
            match bytes {
                Ok(bytes) => Ok(match (files.read)(bytes, name) {
                    Ok(row) => Row::Good(row),
                    Err(error) => bad(path, error, read::number_of_broken(bytes)),
                }),
                Err(git::Error::TooLarge { size, limit, .. }) => {
                    let cause = format!("it has {size} bytes; the limit is {limit}");
                    Ok(bad(path, FormatError::new(cause), None))
                }
                Err(error) => Err(error),
            }
        });
        for (row, file) in rows.into_iter().zip(&self.wanted) {
            self.rows[file.place] = Some(row?);
        }
        Ok(self.rows.into_iter().flatten().collect())
    }
}

fn bad<T>(path: &str, error: FormatError, number: Option<u32>) -> Row<T> {
    let file = Broken {
        path: path.to_owned(),
        line: error.line,
        cause: error.cause,
    };
    Row::Bad { file, number }
}

/// In a partial clone: brings what is not here, all at once.
fn fetch_missing(repo: &Repo, oids: &[Oid]) -> Result<()> {
    if oids.is_empty() || repo.promisor_remote().is_none() {
        return Ok(());
    }
    let is_missing = |oid: &Oid| matches!(repo.object_size(*oid), Err(git::Error::Missing(_)));
    let missing: Vec<Oid> = oids.iter().copied().filter(is_missing).collect();
    if !missing.is_empty() {
        repo.fetch_missing(&missing)?;
    }
    Ok(())
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
    fetch_missing(repo, &oids)?;
    let texts = repo.read_blobs(&oids, limits::FILE, |at, bytes| {
        let name = files[at].name.to_string();
        let text = std::str::from_utf8(bytes.ok()?).ok()?;
        let task = read::task(text.as_bytes(), name.strip_suffix(".toml")?).ok()?;
        Some((task, text.to_owned()))
    });
    Ok(texts.into_iter().flatten().collect())
}
