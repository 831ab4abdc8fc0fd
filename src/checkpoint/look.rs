//! A look at each changed file: its content in Git's form, how it differs, what is to be stored.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::thread;

use super::compare::whole;
use super::secrets;
use super::take::{Error, Place, Result, Wish};
use crate::git::{
    After, BlobReader, Prepared, Preparer, Repo, TreeSide, WorkTreeChange, WorkTreeReader,
};
use crate::model::CheckpointFile;
use crate::patch::{FileChange, FileDiff, Side, quote_path};

/// Fewer files than this are read faster than a thread is started.
const PARALLEL_FROM: usize = 16;

/// What there is to know and to store of a changed file.
pub(super) struct Look {
    pub(super) file: CheckpointFile,
    pub(super) after: Option<TreeSide>,
    pub(super) blob: Option<Prepared>,
    pub(super) patch: Vec<u8>,
    pub(super) places: Vec<Place>,
}

/// What threads found, each with the place of its change.
type Looks = Vec<(usize, Option<Look>)>;

/// Looks at all files, on all processors where it pays; none for one that did not change after all.
pub(super) fn look_at_all(
    repo: &Repo,
    changes: &[WorkTreeChange],
    wish: &Wish,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> Result<Vec<Option<Look>>> {
    let threads = match changes.len() < PARALLEL_FROM {
        true => 1,
        false => thread::available_parallelism().map_or(1, |count| count.get().min(8)),
    };
    let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let (stop, patch_size) = (AtomicBool::new(false), AtomicU64::new(0));
    let work = |desk: &mut Desk| -> Result<Looks> {
        let mut looks = Vec::new();
        while !stop.load(Ordering::Relaxed) {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(change) = changes.get(place) else {
                break;
            };
            let look = desk.look_at(change)?;
            let length = look.as_ref().map_or(0, |look| look.patch.len() as u64);
            if patch_size.fetch_add(length, Ordering::Relaxed) + length > wish.max_patch {
                return Err(Error::PatchTooLarge(wish.max_patch));
            }
            looks.push((place, look));
            progress(done.fetch_add(1, Ordering::Relaxed) + 1, changes.len());
        }
        Ok(looks)
    };
    let work = |mut desk: Desk| {
        let looks = work(&mut desk);
        stop.fetch_or(looks.is_err(), Ordering::Relaxed);
        looks
    };
    let mut desks = Vec::with_capacity(threads);
    for _ in 0..threads {
        desks.push(Desk::new(repo)?);
    }
    let results: Vec<Result<Looks>> = thread::scope(|scope| {
        let work = &work;
        let workers: Vec<_> = desks
            .into_iter()
            .map(|desk| scope.spawn(move || work(desk)))
            .collect();
        let join = |worker: thread::ScopedJoinHandle<'_, _>| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        workers.into_iter().map(join).collect()
    });
    let mut looks = Vec::with_capacity(changes.len());
    for result in results {
        looks.extend(result?);
    }
    looks.sort_unstable_by_key(|(place, _)| *place);
    Ok(looks.into_iter().map(|(_, look)| look).collect())
}

/// What a thread works with.
struct Desk {
    files: WorkTreeReader,
    blobs: BlobReader,
    preparer: Preparer,
}

impl Desk {
    fn new(repo: &Repo) -> Result<Self> {
        Ok(Self {
            files: repo.work_tree_reader()?,
            blobs: repo.blob_reader(),
            preparer: repo.preparer()?,
        })
    }

    fn look_at(&mut self, change: &WorkTreeChange) -> Result<Option<Look>> {
        let before = change.before.map(|side| self.stored(side)).transpose()?;
        let (after, blob) = self.after(change)?;
        let after_key = after.as_ref().map(key);
        if before.as_ref().map(key) == after_key {
            return Ok(None);
        }
        let file = FileChange {
            path: change.path.as_slice().into(),
            before,
            after,
        };
        let diff = file.diff();
        let mut patch = Vec::new();
        diff.write(&mut patch);
        let path = quote_path(&change.path).into_owned();
        let place = |finding| Place {
            path: path.clone(),
            finding,
        };
        let found = secrets_of(&file, &diff);
        Ok(Some(Look {
            places: found.into_iter().map(place).collect(),
            file: record(&file, &diff, path),
            after: after_key,
            blob,
            patch,
        }))
    }

    fn after(
        &mut self,
        change: &WorkTreeChange,
    ) -> Result<(Option<Side<'static>>, Option<Prepared>)> {
        match change.after {
            None => Ok((None, None)),
            Some(After::Stored(side)) => Ok((Some(self.stored(side)?), None)),
            // A file that is gone meanwhile is gone.
            Some(After::OnDisk { .. }) => match self.files.read(change)? {
                None => Ok((None, None)),
                Some(content) => {
                    let blob = self.preparer.blob(&content.bytes)?;
                    let side = Side::new(content.kind, blob.oid(), content.bytes);
                    Ok((Some(side), Some(blob)))
                }
            },
        }
    }

    fn stored(&self, side: TreeSide) -> Result<Side<'static>> {
        whole(side, || Ok(self.blobs.blob(side.oid, u64::MAX)?))
    }
}

fn key(side: &Side<'_>) -> TreeSide {
    TreeSide {
        kind: side.kind,
        oid: side.oid,
    }
}

fn secrets_of(file: &FileChange<'_>, diff: &FileDiff<'_>) -> Vec<secrets::Finding> {
    let Some(after) = &file.after else {
        return Vec::new();
    };
    let mut found: Vec<secrets::Finding> = Vec::new();
    if file.before.is_none() {
        found.extend(secrets::in_name(&file.path));
    }
    if !secrets::may_be_in(&after.content) {
        return found;
    }
    if diff.stats().binary {
        // It has no lines, so that what was there already cannot be told apart.
        let before = file.before.as_ref();
        if !before.is_some_and(|before| secrets::may_be_in(&before.content)) {
            found.extend(secrets::in_content(&after.content));
        }
    } else {
        let lines = diff.added_lines();
        found.extend(lines.filter_map(|(number, line)| secrets::in_line(number, line)));
    }
    found
}

fn record(file: &FileChange<'_>, diff: &FileDiff<'_>, path: String) -> CheckpointFile {
    let stats = diff.stats();
    let mode = |side: &Option<Side<'_>>| Some(side.as_ref()?.kind.mode().to_owned());
    let oid = |side: &Option<Side<'_>>| Some(side.as_ref()?.oid.to_string());
    CheckpointFile {
        path,
        status: file.status(),
        old_mode: mode(&file.before),
        new_mode: mode(&file.after),
        old: oid(&file.before),
        new: oid(&file.after),
        added: stats.added,
        removed: stats.removed,
        binary: stats.binary,
    }
}
