//! The index of a plan: its tasks without their long texts, and its records.
//!
//! Every row is bound to the object id of the file that it was read from, so that it can be
//! reused but never be stale. A folder whose tree is known is not looked into.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cache::OidKey;
use super::snapshot::{Folder, is_file};
use super::{Result, cache, paths};
use crate::format::{FormatError, read};
use crate::git::{self, EntryKind, Oid, Repo, TreeEntry};
use crate::model::{Broken, Plan, Record, Task, TaskRow, limits};

/// As many files as may change before the index is stored again by whoever read them.
const STORE_FROM: usize = 8;

/// What a file turned out to be.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Row<T> {
    Good(T),
    Bad { file: Broken, number: Option<u32> },
}

/// A file, by the id that names it, and its content, by its object id.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Entry<T> {
    name: String,
    oid: OidKey,
    row: Row<T>,
}

/// The files of one of the folders `<ab>`.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Bucket<T> {
    name: String,
    tree: OidKey,
    rows: Vec<Entry<T>>,
}

/// A folder of such folders.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Section<T> {
    tree: OidKey,
    buckets: Vec<Bucket<T>>,
    stray: Vec<Broken>,
}

impl<T> Default for Section<T> {
    fn default() -> Self {
        Self {
            tree: OidKey::default(),
            buckets: Vec::new(),
            stray: Vec::new(),
        }
    }
}

/// The index of a plan.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Index {
    tasks: Section<TaskRow>,
    records: Section<Record>,
}

impl Index {
    /// Puts rows and broken files into a plan.
    pub(super) fn fill(self, plan: &mut Plan) {
        let mut lost_number = None;
        plan.broken.extend(self.tasks.stray);
        plan.broken.extend(self.records.stray);
        let mut tasks = Vec::new();
        for entry in self
            .tasks
            .buckets
            .into_iter()
            .flat_map(|bucket| bucket.rows)
        {
            match entry.row {
                Row::Good(task) => tasks.push((task.id, task)),
                Row::Bad { file, number } => {
                    lost_number = lost_number.max(number);
                    plan.broken.push(file);
                }
            }
        }
        plan.tasks = tasks.into_iter().collect();
        for entry in self
            .records
            .buckets
            .into_iter()
            .flat_map(|bucket| bucket.rows)
        {
            match entry.row {
                Row::Good(record) => plan.records.push(record),
                Row::Bad { file, .. } => plan.broken.push(file),
            }
        }
        plan.reserved_number = lost_number;
    }
}

/// Reads the index of a plan, from the cache as far as it fits.
pub(super) fn load(repo: &Repo, folder: &Folder) -> Result<Index> {
    let mut index: Index = cache::load(repo, &folder.id).unwrap_or_default();
    let (mut tasks, mut records) = (None, None);
    for entry in repo.tree(folder.tree)? {
        match entry.name.to_string().as_str() {
            "tasks" => tasks = Some(entry),
            "evidence" => records = Some(entry),
            _ => {}
        }
    }
    let plan = &folder.id;
    let read_task = |bytes: &[u8], name: &str| read::task(bytes, name).map(|task| task.row());
    let read_record = |bytes: &[u8], name: &str| read::record(bytes, name, plan);
    let place = |name: &str| format!("{}/{name}", paths::plan(plan));
    let task_files = File {
        place: place("tasks"),
        limit: limits::FILE,
        read: &read_task,
    };
    let record_files = File {
        place: place("evidence"),
        limit: limits::EVIDENCE,
        read: &read_record,
    };
    let read = refresh(repo, &mut index.tasks, tasks, &task_files)?
        + refresh(repo, &mut index.records, records, &record_files)?;
    if read >= STORE_FROM {
        cache::store(repo, &folder.id, &index);
    }
    Ok(index)
}

type Reader<'a, T> = &'a (dyn Fn(&[u8], &str) -> Result<T, FormatError> + Sync);

/// How the files of a section are read.
struct File<'a, T> {
    place: String,
    limit: u64,
    read: Reader<'a, T>,
}

/// Brings a section up to date and tells how many files had to be read.
fn refresh<T: Send>(
    repo: &Repo,
    section: &mut Section<T>,
    entry: Option<TreeEntry>,
    file: &File<'_, T>,
) -> Result<usize> {
    let Some(entry) = entry else {
        *section = Section::default();
        return Ok(0);
    };
    if section.tree.is(entry.oid) {
        return Ok(0);
    }
    if entry.kind != EntryKind::Tree {
        *section = Section {
            stray: vec![stray(&file.place, "not a folder")],
            ..Section::default()
        };
        return Ok(0);
    }
    let old = std::mem::take(section);
    section.tree = OidKey::from(entry.oid);
    let mut known: HashMap<String, Bucket<T>> = old
        .buckets
        .into_iter()
        .map(|bucket| (bucket.name.clone(), bucket))
        .collect();
    let mut wanted = Vec::new();
    for entry in repo.tree(entry.oid)? {
        let name = entry.name.to_string();
        let path = format!("{}/{name}", file.place);
        if entry.kind != EntryKind::Tree {
            section.stray.push(stray(&path, "not a folder"));
            continue;
        }
        match known.remove(&name) {
            Some(bucket) if bucket.tree.is(entry.oid) => section.buckets.push(bucket),
            bucket => {
                let rows = bucket.map(|bucket| bucket.rows).unwrap_or_default();
                let known = rows
                    .into_iter()
                    .map(|entry| (entry.name.clone(), entry))
                    .collect();
                let slot = section.buckets.len();
                let tree = OidKey::from(entry.oid);
                section.buckets.push(Bucket {
                    name,
                    tree,
                    rows: Vec::new(),
                });
                sort_files(repo, section, slot, (&entry, &path), known, &mut wanted)?;
            }
        }
    }
    let read = wanted.len();
    for (slot, entry) in read_files(repo, wanted, file)? {
        section.buckets[slot].rows.push(entry);
    }
    Ok(read)
}

fn stray(path: &str, cause: &str) -> Broken {
    Broken {
        path: path.to_owned(),
        line: None,
        cause: cause.to_owned(),
    }
}

/// A file that has to be read: the bucket it belongs to, its object, its path, its name.
struct Wanted {
    slot: usize,
    oid: Oid,
    path: String,
    name: String,
}

/// Takes the files of a bucket from what is known, and puts the others on the list.
fn sort_files<T>(
    repo: &Repo,
    section: &mut Section<T>,
    slot: usize,
    (folder, path): (&TreeEntry, &str),
    mut known: HashMap<String, Entry<T>>,
    wanted: &mut Vec<Wanted>,
) -> Result<()> {
    let bucket = section.buckets[slot].name.clone();
    for entry in repo.tree(folder.oid)? {
        let file = entry.name.to_string();
        let path = format!("{path}/{file}");
        let name = file.strip_suffix(".toml").unwrap_or_default();
        if !is_file(&entry) {
            section.stray.push(stray(
                &path,
                "not a plain file (a link, a program or a folder)",
            ));
        } else if name.len() != crate::model::id::ID_LENGTH || !name.starts_with(&bucket) {
            section.stray.push(stray(
                &path,
                "not <id>.toml in the folder of its first two characters",
            ));
        } else if let Some(known) = known.remove(name).filter(|known| known.oid.is(entry.oid)) {
            section.buckets[slot].rows.push(known);
        } else {
            wanted.push(Wanted {
                slot,
                oid: entry.oid,
                name: name.to_owned(),
                path,
            });
        }
    }
    Ok(())
}

fn read_files<T: Send>(
    repo: &Repo,
    wanted: Vec<Wanted>,
    file: &File<'_, T>,
) -> Result<Vec<(usize, Entry<T>)>> {
    let oids: Vec<Oid> = wanted.iter().map(|file| file.oid).collect();
    fetch_missing(repo, &oids)?;
    let rows = repo.read_blobs(&oids, file.limit, |at, bytes| {
        let Wanted { path, name, .. } = &wanted[at];
        match bytes {
            Ok(bytes) => Ok(match (file.read)(bytes, name) {
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
    let place = |(row, file): (Result<Row<T>, git::Error>, Wanted)| {
        Ok((
            file.slot,
            Entry {
                name: file.name,
                oid: OidKey::from(file.oid),
                row: row?,
            },
        ))
    };
    rows.into_iter().zip(wanted).map(place).collect()
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
    if repo.promisor_remote().is_none() {
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
    let Some(tasks) = repo
        .entry(folder.tree, "tasks")?
        .filter(|entry| entry.kind == EntryKind::Tree)
    else {
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
