//! Moving a ref: compare and swap, with a reflog entry.
//!
//! The Git library would also lock `packed-refs` whenever that file exists,
//! which makes writers wait for every `git gc`. Git itself locks only the ref,
//! looks at its value and puts the new one in place by renaming the lock; so do
//! we. `git pack-refs` takes the same lock before it removes the loose file.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use gix::refs::FullName;

use super::loose_write::sync_folder;
use super::ref_lock::{self, RefLock};
use super::refs::full_name;
use super::{Error, Oid, ReflogEntry, Repo, Result, Signature};

/// What became of [`Repo::move_ref`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefMove {
    /// The ref points to the new object.
    Moved,
    /// Somebody else was faster; nothing has changed. Look at the new value
    /// and decide again.
    Lost,
}

/// Something that a person should know although all went well.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// A killed process had left this lock; it was removed.
    StaleLockRemoved(PathBuf),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::StaleLockRemoved(path) => write!(
                f,
                "removed {}, the lock of a process that was killed",
                path.display()
            ),
        }
    }
}

/// The outcome of [`Repo::move_ref`].
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use]
pub struct RefUpdate {
    /// Whether the ref was moved.
    pub outcome: RefMove,
    /// What happened on the way.
    pub warnings: Vec<Warning>,
}

impl Repo {
    /// Lets the ref with the full name `name` point to `new`, if it points to
    /// `expected` now (`None`: if there is no such ref), and records that with
    /// `message` and `who` in its reflog. Another ref that it points to is not
    /// followed. With `core.fsync` the ref is durable afterwards.
    ///
    /// Waits for a busy lock; a lock that a kill left is removed. A ref that
    /// has another value is [`RefMove::Lost`] at once.
    ///
    /// # Errors
    /// [`Error::Locked`] if the lock stays busy, [`Error::RefConflict`] if
    /// another ref takes the place of this name, [`Error::SymbolicRef`],
    /// [`Error::RefName`], [`Error::RefRead`], [`Error::Io`]. The ref has not
    /// moved then, except for a failure to flush.
    pub fn move_ref(
        &self,
        name: &str,
        new: Oid,
        expected: Option<Oid>,
        message: &str,
        who: &Signature,
    ) -> Result<RefUpdate> {
        let entry = ReflogEntry {
            old: expected.unwrap_or_else(|| new.kind().null()),
            new,
            who: who.clone(),
            message: message.to_owned(),
        };
        self.swap_ref(name, new, expected, Some(&entry))
    }

    /// As [`Repo::move_ref`], but no reflog remembers it: what the ref pointed to before can be
    /// collected as garbage.
    ///
    /// # Errors
    /// As [`Repo::move_ref`].
    pub fn move_ref_unlogged(
        &self,
        name: &str,
        new: Oid,
        expected: Option<Oid>,
    ) -> Result<RefUpdate> {
        self.swap_ref(name, new, expected, None)
    }

    fn swap_ref(
        &self,
        name: &str,
        new: Oid,
        expected: Option<Oid>,
        entry: Option<&ReflogEntry>,
    ) -> Result<RefUpdate> {
        let name = full_name(name)?;
        let has_moved = || Ok(self.direct(&name)? != expected);
        if has_moved()? {
            return Ok(RefUpdate::lost());
        }
        if expected.is_none() {
            self.require_room_for(&name)?;
        }
        let path = self.ref_path(&name);
        let Some(lock) = ref_lock::acquire(&path, self.sharing(), has_moved)? else {
            return Ok(RefUpdate::lost());
        };
        let mut update = RefUpdate::lost();
        let removed = lock.removed.iter().cloned();
        update
            .warnings
            .extend(removed.map(Warning::StaleLockRemoved));
        if has_moved()? {
            return Ok(update);
        }
        self.put(&name, &path, lock, new, entry)?;
        update.outcome = RefMove::Moved;
        Ok(update)
    }

    /// Writes log and value with the lock held.
    fn put(
        &self,
        name: &FullName,
        path: &Path,
        lock: RefLock,
        new: Oid,
        entry: Option<&ReflogEntry>,
    ) -> Result<()> {
        let flush = self.durability()?.refs;
        let mut file = lock.file;
        file.with_mut(|file| {
            writeln!(file, "{new}")?;
            if flush { file.sync_all() } else { Ok(()) }
        })
        .map_err(Error::io("write the ref", path))?;
        entry.map_or(Ok(()), |entry| self.extend_reflog(name, entry))?;
        commit(file, path).map_err(Error::io("move the ref", path))?;
        match path.parent() {
            Some(folder) if flush => {
                sync_folder(folder).map_err(Error::io("flush the folder", folder))
            }
            _ => Ok(()),
        }
    }

    /// Refs are files and folders: `a` and `a/b` exclude each other, packed or
    /// not.
    fn require_room_for(&self, name: &FullName) -> Result<()> {
        let name = name.to_string();
        let parents = name.match_indices('/').skip(1).map(|(end, _)| &name[..end]);
        // `refs` and what stands directly below it are folders.
        for parent in parents.filter(|parent| parent.matches('/').count() > 1) {
            if self.reference(parent)?.is_some() {
                return Err(Error::RefConflict {
                    name: name.clone(),
                    existing: parent.to_owned(),
                });
            }
        }
        match self.refs(&format!("{name}/"))?.into_iter().next() {
            None => Ok(()),
            Some((existing, _)) => Err(Error::RefConflict { name, existing }),
        }
    }
}

impl RefUpdate {
    fn lost() -> Self {
        Self {
            outcome: RefMove::Lost,
            warnings: Vec::new(),
        }
    }
}

/// Renames the lock to the ref. Empty folders that deleted refs left there
/// make way.
fn commit(lock: gix::lock::File, path: &Path) -> io::Result<()> {
    let Err(failed) = lock.commit() else {
        return Ok(());
    };
    if !path.is_dir() {
        return Err(failed.error);
    }
    gix::tempfile::remove_dir::empty_depth_first(path.to_owned())?;
    failed
        .instance
        .commit()
        .map(|_| ())
        .map_err(|failed| failed.error)
}
