//! Taking a snapshot of the working tree.
//!
//! Everything is read, compared and looked through first, with what is to be stored kept in
//! memory, deflated; nothing is written before all guards have passed. So a secret that stops a
//! checkpoint never reached the repository, and a file that cannot be read leaves nothing behind.

use std::path::{Path, PathBuf};

use super::look::look_at_all;
use super::restore::{self, Author};
use super::secrets;
use crate::git::{
    self, After, BString, EntryKind, Oid, Prepared, Repo, TreeSide, WorkTreeChange,
    WorkTreeOptions, WorkTreeReader,
};
use crate::model::{CheckpointFile, CheckpointId};
use crate::patch::quote_path;

/// What a snapshot is to hold.
#[derive(Debug, Clone)]
pub struct Wish {
    /// Whether files that Git does not track are part of it.
    pub untracked: bool,
    /// The most bytes that a file may have.
    pub max_file: u64,
    /// Whether larger ones are left out, instead of being an error.
    pub skip_large: bool,
    /// The most bytes that the patch may have.
    pub max_patch: u64,
    /// Whether what looks like a secret is taken in.
    pub include_secrets: bool,
    /// The person's home folder.
    pub home: Option<PathBuf>,
}

/// Why no snapshot is taken.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing to take one of.
    #[error("there is no working tree here")]
    NoWorkTree,
    /// The working tree is a home folder, or holds one.
    #[error("the working tree {} is a home folder or a whole file system", .0.display())]
    Home(PathBuf),
    /// Files are larger than they may be.
    #[error("{} over {limit} bytes: {}", counted(files.len(), "file"), sizes(files))]
    TooLarge {
        /// The files and their sizes.
        files: Vec<(String, u64)>,
        /// The limit.
        limit: u64,
    },
    /// There is what looks like secrets.
    #[error("{} what looks like a secret:{}", places_hold(places.len()), lines(places))]
    Secrets {
        /// Where.
        places: Vec<Place>,
    },
    /// The patch is larger than it may be.
    #[error("the patch would have more than {0} bytes")]
    PatchTooLarge(u64),
    /// The repository, or a file, cannot be read.
    #[error(transparent)]
    Git(#[from] git::Error),
}

pub(super) type Result<T, E = Error> = std::result::Result<T, E>;

/// A place that looks like a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: String,
    /// Where in it, and what it looks like.
    pub finding: secrets::Finding,
}

fn counted(count: usize, word: &str) -> String {
    format!("{count} {word}{}", if count == 1 { "" } else { "s" })
}

fn sizes(files: &[(String, u64)]) -> String {
    let words: Vec<String> = files
        .iter()
        .map(|(path, size)| format!("{path} ({size})"))
        .collect();
    words.join(", ")
}

fn places_hold(count: usize) -> String {
    format!(
        "{} {}",
        counted(count, "place"),
        if count == 1 { "holds" } else { "hold" }
    )
}

fn lines(places: &[Place]) -> String {
    let line = |place: &Place| {
        let number = place.finding.line.map(|line| format!(":{line}"));
        let number = number.unwrap_or_default();
        format!("\n  {}{number}: {}", place.path, place.finding.what)
    };
    places.iter().map(line).collect()
}

/// A snapshot in memory: nothing of it is stored.
pub struct Taken {
    /// `HEAD`'s commit.
    pub base: Option<Oid>,
    /// What differs, by path.
    pub files: Vec<CheckpointFile>,
    /// Files that were left out for their size.
    pub skipped: Vec<String>,
    /// Submodules, and repositories inside this one, with changes that the snapshot does not hold.
    pub not_held: Vec<String>,
    /// Whether there is what looks like a secret.
    pub with_secrets: bool,
    base_tree: Oid,
    changes: Vec<(BString, Option<TreeSide>)>,
    blobs: Vec<Prepared>,
    patch: Vec<u8>,
}

/// What was stored of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stored {
    /// Its tree.
    pub tree: Oid,
    /// Its commit.
    pub commit: Oid,
    /// The blob of its patch.
    pub patch: Oid,
}

/// Takes a snapshot into memory. `progress` is told, from any thread, how many files of how many
/// are done.
///
/// # Errors
/// [`Error`]; nothing has been written.
pub fn take(repo: &Repo, wish: &Wish, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Taken> {
    let work_tree = repo.work_tree().ok_or(Error::NoWorkTree)?;
    require_project(work_tree, wish.home.as_deref())?;
    let mut seen = repo.work_tree_changes(WorkTreeOptions {
        untracked: wish.untracked,
    })?;
    let old = seen.changes.iter().filter_map(|change| change.before);
    let blobs = old.filter(|side| side.kind != EntryKind::Commit);
    repo.bring(&blobs.map(|side| side.oid).collect::<Vec<_>>())?;
    let skipped = take_out_large(repo, &mut seen.changes, wish)?;
    let not_held = repo.changed_inside(&seen)?;
    let not_held = not_held.iter().map(|path| quote_path(path).into_owned());
    let looks = look_at_all(repo, &seen.changes, wish, progress)?;
    let mut taken = Taken {
        base: seen.base,
        base_tree: seen.base_tree,
        files: Vec::new(),
        skipped,
        not_held: not_held.collect(),
        with_secrets: false,
        changes: Vec::new(),
        blobs: Vec::new(),
        patch: Vec::new(),
    };
    let mut places = Vec::new();
    for (change, look) in seen.changes.iter().zip(looks) {
        let Some(look) = look else { continue };
        places.extend(look.places);
        taken.patch.extend(look.patch);
        taken.blobs.extend(look.blob);
        taken.files.push(look.file);
        taken.changes.push((change.path.clone(), look.after));
    }
    if !places.is_empty() && !wish.include_secrets {
        return Err(Error::Secrets { places });
    }
    taken.with_secrets = !places.is_empty();
    Ok(taken)
}

/// Refuses a working tree that holds much more than a project.
fn require_project(work_tree: &Path, home: Option<&Path>) -> Result<()> {
    let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    let work_tree = real(work_tree);
    let holds_home = home.is_some_and(|home| real(home).starts_with(&work_tree));
    match holds_home || work_tree.parent().is_none() {
        true => Err(Error::Home(work_tree)),
        false => Ok(()),
    }
}

/// Takes the files that are too large out of the list; an error where that is not wished for. What
/// LFS keeps elsewhere is not large in a snapshot.
fn take_out_large(
    repo: &Repo,
    changes: &mut Vec<WorkTreeChange>,
    wish: &Wish,
) -> Result<Vec<String>> {
    let mut large: Vec<(String, u64)> = Vec::new();
    let mut lfs = Lfs::new(repo);
    let mut rest = Vec::with_capacity(changes.len());
    for change in changes.drain(..) {
        let size = size_of(repo, &change)?;
        match size > wish.max_file && !lfs.keeps(&change)? {
            true => large.push((quote_path(&change.path).into_owned(), size)),
            false => rest.push(change),
        }
    }
    *changes = rest;
    if !large.is_empty() && !wish.skip_large {
        return Err(Error::TooLarge {
            files: large,
            limit: wish.max_file,
        });
    }
    Ok(large.into_iter().map(|(path, _)| path).collect())
}

/// The larger of what there was and what there is: a patch has to tell both.
fn size_of(repo: &Repo, change: &WorkTreeChange) -> Result<u64> {
    let stored = |side: TreeSide| match side.kind {
        EntryKind::Commit => Ok(0),
        _ => repo.object_size(side.oid),
    };
    let before = change.before.map_or(Ok(0), stored)?;
    let after = match change.after {
        None => 0,
        Some(After::Stored(side)) => stored(side)?,
        Some(After::OnDisk { size, .. }) => size,
    };
    Ok(before.max(after))
}

/// Which files LFS keeps outside of Git.
struct Lfs<'r> {
    repo: &'r Repo,
    /// Without a program for it, Git stores a file whole, whatever its attribute says.
    has_program: bool,
    reader: Option<WorkTreeReader>,
}

impl<'r> Lfs<'r> {
    fn new(repo: &'r Repo) -> Self {
        let is_set = |key| repo.config(key).is_some_and(|program| !program.is_empty());
        Self {
            repo,
            has_program: is_set("filter.lfs.clean") || is_set("filter.lfs.process"),
            reader: None,
        }
    }

    fn keeps(&mut self, change: &WorkTreeChange) -> Result<bool> {
        if !self.has_program {
            return Ok(false);
        }
        let reader = match &mut self.reader {
            Some(reader) => reader,
            None => self.reader.insert(self.repo.work_tree_reader()?),
        };
        Ok(reader.filter(change)?.as_deref() == Some("lfs"))
    }
}

impl Taken {
    /// Writes the objects of the snapshot. They are reachable from nothing until a ref is moved
    /// to the commit.
    ///
    /// # Errors
    /// Those of writing.
    pub fn store(&self, repo: &Repo, author: &Author, id: CheckpointId) -> Result<Stored> {
        let mut writer = repo.writer()?;
        for blob in &self.blobs {
            writer.store(blob)?;
        }
        let tree = writer.edit_snapshot_tree(Some(self.base_tree), &self.changes)?;
        let patch = writer.write_blob(&self.patch)?;
        let commit = restore::write_commit(&mut writer, author, id, tree, self.base)?;
        writer.finish()?;
        Ok(Stored {
            tree,
            commit,
            patch,
        })
    }
}
