//! The lock of one ref: the file `<ref>.lock`, as every Git program takes it.
//!
//! A process that is killed leaves its lock behind. A lock that stays the same
//! file, and that nobody writes to, for two seconds while we ask for it again
//! and again is taken for such a one and removed; Git holds a ref's lock for milliseconds. Two processes
//! that come to this conclusion at once must not remove each other's new lock:
//! each keeps the stale file open, so that no other file can look like it, and
//! removes it under an advisory lock of its own.

use std::fs::{self, File};
use std::hash::{BuildHasher, RandomState};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use gix::lock::acquire::Fail;
use gix::tempfile::create_dir;

use super::sharing::Sharing;
use super::{Error, Result};

/// How long a lock must stay the same to be called stale.
const STALE_AFTER: Duration = Duration::from_secs(2);

/// How long we ask for a lock that changes hands all the time.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often we create a folder that somebody else removes.
const FOLDER_ATTEMPTS: usize = 8;

/// A lock that we hold; gone when dropped.
pub(super) struct RefLock {
    pub(super) file: gix::lock::File,
    /// The stale lock that was removed for it.
    pub(super) removed: Option<PathBuf>,
}

/// Takes the lock of the ref stored at `path`. Between two tries it asks
/// `give_up`, whose answer ends the wait: nobody needs the lock of a ref that
/// has moved.
///
/// # Errors
/// [`Error::Locked`] if the lock stays busy, [`Error::Io`].
pub(super) fn acquire(
    path: &Path,
    sharing: Sharing,
    mut give_up: impl FnMut() -> Result<bool>,
) -> Result<Option<RefLock>> {
    let lock_path = lock_path(path);
    let mut removed = None;
    let mut holder = Holder::default();
    let mut pause = Duration::from_millis(1);
    let start = Instant::now();
    loop {
        if let Some(file) = try_once(path, sharing)? {
            return Ok(Some(RefLock { file, removed }));
        }
        if give_up()? {
            return Ok(None);
        }
        if holder.is_stale(&lock_path) && holder.remove(&lock_path) {
            removed = Some(lock_path.clone());
            continue;
        }
        if start.elapsed() > PATIENCE {
            return Err(Error::Locked { path: lock_path });
        }
        thread::sleep(jittered(pause));
        pause = (pause * 2).min(Duration::from_millis(32));
    }
}

/// `None` if somebody else has the lock. The folder is created where it is
/// missing, again if Git removes it just then because it is empty.
fn try_once(path: &Path, sharing: Sharing) -> Result<Option<gix::lock::File>> {
    let mut attempts = 0;
    loop {
        let taken = gix::lock::File::acquire_to_update_resource(
            path,
            Fail::Immediately,
            None,
            sharing.code(),
        );
        let error = match taken {
            Ok(file) => return Ok(Some(file)),
            Err(error) => error,
        };
        let cause = error.downcast_any_ref::<io::Error>();
        if cause.is_some_and(means_busy) {
            return Ok(None);
        }
        if !error.is_not_found() || attempts == FOLDER_ATTEMPTS {
            let source = cause.map_or_else(|| io::Error::other(error.to_string()), plain);
            return Err(Error::io("lock the ref", path)(source));
        }
        attempts += 1;
        create_folder(path, sharing)?;
    }
}

fn create_folder(path: &Path, sharing: Sharing) -> Result<()> {
    let folder = path.parent().unwrap_or(path);
    create_dir::all(folder, create_dir::Retries::default(), sharing.code())
        .map(|_| ())
        .map_err(|error| Error::io("create the folder", folder)(plain(&error)))
}

/// What the system said, without what libraries wrap around it.
fn plain(error: &io::Error) -> io::Error {
    let mut layer: Option<&dyn std::error::Error> = Some(error);
    while let Some(current) = layer {
        let system = current.downcast_ref().and_then(io::Error::raw_os_error);
        if let Some(code) = system {
            return io::Error::from_raw_os_error(code);
        }
        layer = current.source();
    }
    error.kind().into()
}

fn means_busy(error: &io::Error) -> bool {
    let denied = cfg!(windows) && error.kind() == ErrorKind::PermissionDenied;
    denied || error.kind() == ErrorKind::AlreadyExists
}

fn lock_path(path: &Path) -> PathBuf {
    let mut lock = path.as_os_str().to_owned();
    lock.push(".lock");
    lock.into()
}

/// Between half of `pause` and half as much again, so that many waiters do not
/// come back at once.
fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(()) % 1024;
    let percent = 50 + u32::try_from(random).unwrap_or_default() * 100 / 1024;
    pause * percent / 100
}

/// The lock file of somebody else, as long as it is the same one.
#[derive(Default)]
struct Holder {
    seen: Option<Seen>,
}

/// A lock file as it was when we first saw it.
struct Seen {
    file: File,
    written: Written,
    since: Instant,
}

/// Length and time of the last change: another one tells that its holder is alive.
type Written = (u64, Option<SystemTime>);

fn written(file: &File) -> Option<Written> {
    let metadata = file.metadata().ok()?;
    Some((metadata.len(), metadata.modified().ok()))
}

impl Seen {
    fn at(path: &Path) -> Option<Self> {
        let file = File::open(path).ok()?;
        Some(Self {
            written: written(&file)?,
            file,
            since: Instant::now(),
        })
    }
}

impl Holder {
    /// Whether the file at `path` is the one that was there two seconds ago, as it was then.
    fn is_stale(&mut self, path: &Path) -> bool {
        if let Some(seen) = &self.seen
            && is_at(&seen.file, path)
            && written(&seen.file) == Some(seen.written)
        {
            return seen.since.elapsed() > STALE_AFTER;
        }
        self.seen = Seen::at(path);
        false
    }

    /// Removes the file, if it is still there when nobody else is about to.
    fn remove(&self, path: &Path) -> bool {
        let Some(Seen { file, .. }) = &self.seen else {
            return false;
        };
        file.try_lock().is_ok() && is_at(file, path) && fs::remove_file(path).is_ok()
    }
}

/// Whether `path` still names the open `file`.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    let (Ok(open), Ok(named)) = (file.metadata(), fs::symlink_metadata(path)) else {
        return false;
    };
    (open.dev(), open.ino()) == (named.dev(), named.ino())
}

/// Without inodes: the same time of creation and of the last change.
#[cfg(not(unix))]
fn is_at(file: &File, path: &Path) -> bool {
    let (Ok(open), Ok(named)) = (file.metadata(), fs::metadata(path)) else {
        return false;
    };
    open.created().ok() == named.created().ok() && open.modified().ok() == named.modified().ok()
}
