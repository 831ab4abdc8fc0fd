//! A search: all files of a tree, by all processors.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use super::compiled::Compiled;
use super::fold::{Fold, Folded};
use super::inspect::{Found, State, inspect};
use super::judge::judge;
use super::known::Known;
use super::report::Report;
use super::sieve::Sifted;
use super::text;
use super::tree::Tree;
use super::wanted::Wanted;
use crate::git::{self, EntryKind, FileRead, FileReader, Repo, TreeFile};

/// Texts of more bytes are not searched: they would not fit into memory side by side.
pub const LARGEST: u64 = 32 * 1024 * 1024;

/// So many files are looked at before the next ones are asked for.
const CHUNK: usize = 32;

/// A stack for each thread: shapes of code are compared going down into them.
const STACK: usize = 16 * 1024 * 1024;

/// What to hold specifications to, and how.
pub struct Search<'a> {
    /// Where content is.
    pub repo: &'a Repo,
    /// The files.
    pub tree: &'a Tree,
    /// When to stop. What was not searched by then is told as such.
    pub deadline: Option<Instant>,
    /// Is told, from any thread, how many files of how many are done.
    pub progress: Option<&'a (dyn Fn(usize, usize) + Sync)>,
    /// Whether what is found may be kept under the Git folder for the next search.
    pub cache: bool,
}

impl Search<'_> {
    /// Holds all specifications to the tree.
    ///
    /// # Errors
    /// Those of reading the repository; not those of single files, which are told as notes.
    pub fn run(&self, specs: &[Compiled]) -> git::Result<Report> {
        let wanted = Wanted::new(specs).map_err(|reason| git::Error::Search { reason })?;
        let known = self.cache.then(|| Known::load(self.repo, specs));
        let known = known.unwrap_or_default();
        let found = self.search(&wanted, &known)?;
        if self.cache {
            known.store(self.repo, self.tree.files(), &found.found);
        }
        Ok(judge(&wanted, self.tree.files(), found))
    }

    fn search(&self, wanted: &Wanted<'_>, known: &Known) -> git::Result<Folded> {
        let files = self.tree.files();
        let job = Job {
            wanted,
            known,
            files,
            deadline: self.deadline,
            progress: self.progress,
            next: AtomicUsize::new(0),
            done: AtomicUsize::new(0),
            is_late: AtomicBool::new(false),
            fold: Mutex::new(Fold::new(wanted, files.len())),
        };
        let of_work_tree = self.tree.is_of_work_tree();
        let readers = self.repo.file_readers(threads(files.len()), of_work_tree)?;
        let desks = readers.into_iter().map(|reader| Desk {
            reader,
            sifted: Sifted::default(),
        });
        thread::scope(|scope| {
            let work = |desk| {
                let builder = thread::Builder::new().stack_size(STACK);
                builder.spawn_scoped(scope, || job.work(desk)).ok()
            };
            let workers: Vec<_> = desks.filter_map(work).collect();
            for worker in workers {
                if let Err(panic) = worker.join() {
                    std::panic::resume_unwind(panic);
                }
            }
        });
        let fold = job.fold.into_inner();
        let folded = fold.unwrap_or_else(PoisonError::into_inner).end();
        if folded.found.len() < files.len() {
            let reason = "no thread can be started".to_owned();
            return Err(git::Error::Search { reason });
        }
        Ok(folded)
    }
}

/// What all threads share.
struct Job<'j> {
    wanted: &'j Wanted<'j>,
    known: &'j Known,
    files: &'j [TreeFile],
    deadline: Option<Instant>,
    progress: Option<&'j (dyn Fn(usize, usize) + Sync)>,
    next: AtomicUsize,
    done: AtomicUsize,
    is_late: AtomicBool,
    fold: Mutex<Fold>,
}

impl Job<'_> {
    /// Takes chunks until none is left.
    fn work(&self, mut desk: Desk) {
        loop {
            let start = self.next.fetch_add(CHUNK, Ordering::Relaxed);
            if start >= self.files.len() {
                return;
            }
            let chunk = &self.files[start..self.files.len().min(start + CHUNK)];
            let found: Vec<Found> = chunk
                .iter()
                .map(|file| self.look(file, &mut desk))
                .collect();
            let mut fold = self.fold.lock().unwrap_or_else(PoisonError::into_inner);
            fold.add(start, found);
            drop(fold);
            let done = self.done.fetch_add(chunk.len(), Ordering::Relaxed) + chunk.len();
            if let Some(progress) = self.progress {
                progress(done, self.files.len());
            }
        }
    }

    fn look(&self, file: &TreeFile, desk: &mut Desk) -> Found {
        if !matches!(file.kind, EntryKind::Blob | EntryKind::Executable) {
            return Found::plainly(State::NoText);
        }
        if !self.wanted.is_about(&file.path) {
            return Found::default();
        }
        if let Some(found) = self.known.get(file) {
            return found;
        }
        if self.is_late() {
            return Found::plainly(State::Late);
        }
        let Desk { reader, sifted } = desk;
        match reader.read(file, LARGEST) {
            Ok(FileRead::Whole(bytes)) => {
                inspect(self.wanted, &file.path, bytes, sifted, self.deadline)
            }
            Ok(FileRead::Head(head, _)) if !text::is_searched(&file.path, head) => {
                Found::plainly(State::NoText)
            }
            Ok(FileRead::Head(_, size)) => Found::plainly(State::TooLarge(size)),
            Ok(FileRead::Gone) => Found::plainly(State::Unreadable("it is gone".to_owned())),
            Err(error) => Found::plainly(State::Unreadable(told(&error))),
        }
    }

    fn is_late(&self) -> bool {
        let is_late = || {
            self.deadline
                .is_some_and(|deadline| Instant::now() > deadline)
        };
        if !self.is_late.load(Ordering::Relaxed) && is_late() {
            self.is_late.store(true, Ordering::Relaxed);
        }
        self.is_late.load(Ordering::Relaxed)
    }
}

/// What a thread works with.
struct Desk {
    reader: FileReader,
    sifted: Sifted,
}

/// Fewer files than this are looked at faster than a thread is started.
const PARALLEL_FROM: usize = 64;

fn threads(files: usize) -> usize {
    if files < PARALLEL_FROM {
        return 1;
    }
    let available = thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get);
    available.min(files / CHUNK)
}

fn told(error: &git::Error) -> String {
    let mut text = error.to_string();
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text = format!("{text}: {cause}");
        source = cause.source();
    }
    text
}
