//! A snapshot from its base and its patch: to build it where it is missing, and to know whether
//! a record tells the truth.
//!
//! The commit's bytes are fixed, whatever this machine is configured to: the base as the only
//! parent, the author and the time of the record, `+0000`, `checkpoint <id>` as the message. So
//! every clone that has the base builds the same commit, to the object id, or none.

use crate::git::{self, BString, EntryKind, Ident, Oid, Repo, Time, TreeEntry, TreeSide, Writer};
use crate::model::{Checkpoint, CheckpointId};
use crate::patch::{self, FilePatch, PatchError};

/// No file of a snapshot is larger than this many bytes.
const LARGEST: u64 = 4 * 1024 * 1024 * 1024;

/// Why a snapshot cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The record names an object in a way that is none.
    #[error("its {0} is not an object's id here")]
    Id(&'static str),
    /// The commit that it was taken on is not here.
    #[error("its base {0} is not in this repository")]
    Base(Oid),
    /// The author cannot be an author.
    #[error("'{0}' cannot be the author of a commit")]
    Author(String),
    /// The patch cannot be read, or does not fit.
    #[error("its patch, line {}: {}", .0.line, .0.cause)]
    Patch(#[from] PatchError),
    /// The patch expects another file in the base.
    #[error("its patch does not fit its base at {0}")]
    Misfit(String),
    /// What was built is not what the record says.
    #[error("base and patch do not make the {0} that its record names")]
    Differs(&'static str),
    /// The repository cannot be read or written.
    #[error(transparent)]
    Git(#[from] git::Error),
}

type Result<T, E = Error> = std::result::Result<T, E>;

/// Builds the snapshot of a checkpoint and returns its commit. No ref is moved.
///
/// # Errors
/// [`Error`]; objects may have been written then, reachable from nothing.
pub fn rebuild(repo: &Repo, checkpoint: &Checkpoint, limit: u64) -> Result<Oid> {
    let mut writer = repo.writer()?;
    let commit = build(repo, checkpoint, limit, &mut writer)?;
    writer.finish()?;
    Ok(commit)
}

/// Whether base and patch make the very snapshot that the record names. Writes nothing.
///
/// # Errors
/// [`Error`] where they do not, or cannot be read.
pub fn check(repo: &Repo, checkpoint: &Checkpoint, limit: u64) -> Result<()> {
    build(repo, checkpoint, limit, &mut repo.dry_writer()?).map(drop)
}

/// Whether the snapshot's commit is here, with the tree that the record names.
pub fn is_whole(repo: &Repo, checkpoint: &Checkpoint) -> bool {
    let commit = oid(&checkpoint.snapshot, "snapshot").ok();
    let commit = commit.and_then(|oid| repo.commit(oid).ok());
    let tree = oid(&checkpoint.tree, "tree").ok();
    commit.is_some_and(|commit| Some(commit.tree) == tree && repo.tree(commit.tree).is_ok())
}

fn build(repo: &Repo, checkpoint: &Checkpoint, limit: u64, writer: &mut Writer<'_>) -> Result<Oid> {
    let (base, base_tree) = base(repo, checkpoint)?;
    let mut changes = Vec::new();
    each_patched(repo, checkpoint, limit, writer, |file| {
        changes.push((file.path, file.after.map(|(side, _)| side)));
        Ok(())
    })?;
    let tree = writer.edit_snapshot_tree(Some(base_tree), &changes)?;
    if tree != oid(&checkpoint.tree, "tree")? {
        return Err(Error::Differs("tree"));
    }
    let commit = write_commit(writer, &Author::of(checkpoint)?, checkpoint.id, tree, base)?;
    match commit == oid(&checkpoint.snapshot, "snapshot")? {
        true => Ok(commit),
        false => Err(Error::Differs("commit")),
    }
}

fn oid(text: &str, what: &'static str) -> Result<Oid> {
    Oid::from_hex(text.as_bytes()).map_err(|_| Error::Id(what))
}

/// The commit that a checkpoint was taken on, and its tree; the empty tree where there is none.
fn base(repo: &Repo, checkpoint: &Checkpoint) -> Result<(Option<Oid>, Oid)> {
    let Some(base) = &checkpoint.base else {
        return Ok((None, repo.empty_tree()));
    };
    let base = oid(base, "base")?;
    match repo.commit(base) {
        Ok(commit) => Ok((Some(base), commit.tree)),
        Err(git::Error::Missing(_)) => Err(Error::Base(base)),
        Err(other) => Err(other.into()),
    }
}

/// A file as a checkpoint's patch leaves it. One of another type comes twice: as it went, and as
/// it came.
pub(super) struct PatchedFile {
    pub(super) path: BString,
    pub(super) before: Option<(TreeSide, Vec<u8>)>,
    pub(super) after: Option<(TreeSide, Vec<u8>)>,
}

/// Applies the patch to the base, file by file; the new contents go to `writer`.
pub(super) fn each_patched(
    repo: &Repo,
    checkpoint: &Checkpoint,
    limit: u64,
    writer: &mut Writer<'_>,
    mut with: impl FnMut(PatchedFile) -> Result<()>,
) -> Result<()> {
    let (_, base_tree) = base(repo, checkpoint)?;
    let patch = oid(&checkpoint.patch, "patch")?;
    repo.bring(&[patch])?;
    let text = repo.blob(patch, limit)?;
    let files = patch::parse(&text)?;
    let before = |file| before(repo, base_tree, file);
    let before: Vec<Option<TreeSide>> = files.iter().map(before).collect::<Result<_>>()?;
    let blobs = before.iter().flatten().filter(|side| is_blob(side));
    repo.bring(&blobs.map(|side| side.oid).collect::<Vec<_>>())?;
    let mut files = files.iter().zip(before);
    files.try_for_each(|(file, before)| with(patched(repo, file, before, writer)?))
}

fn is_blob(side: &TreeSide) -> bool {
    side.kind != EntryKind::Commit
}

fn misfit(file: &FilePatch<'_>) -> Error {
    Error::Misfit(patch::quote_path(&file.path).into_owned())
}

/// What the base has where a file of the patch expects something.
fn before(repo: &Repo, base_tree: Oid, file: &FilePatch<'_>) -> Result<Option<TreeSide>> {
    let Some(expected) = file.before else {
        return Ok(None);
    };
    let found = repo.entry(base_tree, &file.path)?;
    let found = found.filter(|found| {
        found.kind == expected.kind && expected.oid.is_none_or(|oid| oid == found.oid)
    });
    let side = |TreeEntry { kind, oid, .. }| TreeSide { kind, oid };
    found.map(side).map(Some).ok_or_else(|| misfit(file))
}

fn patched(
    repo: &Repo,
    file: &FilePatch<'_>,
    before: Option<TreeSide>,
    writer: &mut Writer<'_>,
) -> Result<PatchedFile> {
    let old = match before.filter(is_blob) {
        Some(side) => repo.blob(side.oid, LARGEST)?,
        None => Vec::new(),
    };
    let content = file.apply(&old, LARGEST)?;
    let after = match file.after {
        None => None,
        Some(after) => {
            let kind = after.kind;
            let oid = match kind {
                EntryKind::Commit => after.oid.ok_or_else(|| misfit(file))?,
                _ => writer.write_blob(&content)?,
            };
            if after.oid.is_some_and(|expected| expected != oid) {
                return Err(misfit(file));
            }
            Some((TreeSide { kind, oid }, content))
        }
    };
    Ok(PatchedFile {
        path: BString::from(file.path.as_slice()),
        before: before.map(|side| (side, old)),
        after,
    })
}

/// Who took a checkpoint, and when: as its commit says it.
pub struct Author {
    /// The name and the address.
    pub who: Ident,
    /// Seconds since the epoch.
    pub seconds: i64,
}

impl Author {
    fn of(checkpoint: &Checkpoint) -> Result<Self> {
        let bad = || Error::Author(checkpoint.who.clone());
        let (name, email) = checkpoint.who.rsplit_once(" <").ok_or_else(bad)?;
        let email = email.strip_suffix('>').ok_or_else(bad)?;
        Ok(Self {
            who: Ident::new(name, email).map_err(|_| bad())?,
            seconds: checkpoint.when.0,
        })
    }
}

/// Writes the commit of a snapshot.
///
/// # Errors
/// Those of writing.
pub fn write_commit(
    writer: &mut Writer<'_>,
    author: &Author,
    id: CheckpointId,
    tree: Oid,
    base: Option<Oid>,
) -> Result<Oid, git::Error> {
    let time = Time {
        seconds: author.seconds,
        offset: 0,
    };
    let parents: Vec<Oid> = base.into_iter().collect();
    let who = author.who.at(time);
    writer.write_commit(tree, &parents, &who, &format!("checkpoint {id}\n"))
}
