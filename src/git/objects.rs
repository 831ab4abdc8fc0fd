//! Reading trees, blobs and commits.

use gix::bstr::{BStr, BString};
use gix::objs::tree::EntryKind as Mode;
use gix::objs::{CommitRef, Kind, TreeRefIter};

use super::{Error, Oid, Repo, Result, Signature};

/// Trees and commits beyond this many bytes are refused: they are no plan's.
pub(super) const STRUCTURE_LIMIT: u64 = 64 * 1024 * 1024;

/// What an entry of a tree is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EntryKind {
    /// A folder.
    Tree,
    /// A file.
    Blob,
    /// A file that can be executed.
    Executable,
    /// A symbolic link; the blob holds its target.
    Symlink,
    /// A commit of another repository: a submodule.
    Commit,
}

impl EntryKind {
    /// Git's mode for it, as `git ls-tree` prints it.
    pub fn mode(self) -> &'static str {
        match self {
            Self::Tree => "040000",
            Self::Blob => "100644",
            Self::Executable => "100755",
            Self::Symlink => "120000",
            Self::Commit => "160000",
        }
    }

    pub(super) fn to_git(self) -> Mode {
        match self {
            Self::Tree => Mode::Tree,
            Self::Blob => Mode::Blob,
            Self::Executable => Mode::BlobExecutable,
            Self::Symlink => Mode::Link,
            Self::Commit => Mode::Commit,
        }
    }
}

/// One entry of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeEntry {
    /// The entry's name, without a path. Any bytes but `/` and NUL.
    pub name: BString,
    /// What it is.
    pub kind: EntryKind,
    /// The object.
    pub oid: Oid,
}

/// A commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commit {
    /// Its id.
    pub oid: Oid,
    /// The tree it records.
    pub tree: Oid,
    /// The commits before it, in their order.
    pub parents: Vec<Oid>,
    /// Who wrote the change.
    pub author: Signature,
    /// Who recorded it.
    pub committer: Signature,
    /// The whole message as it is stored.
    pub message: Vec<u8>,
}

impl Repo {
    /// The entries of the tree `oid`, in its order.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Kind`], [`Error::Object`].
    pub fn tree(&self, oid: Oid) -> Result<Vec<TreeEntry>> {
        let mut buffer = Vec::new();
        self.read_tree(oid, &mut buffer)?;
        TreeRefIter::from_bytes(&buffer, oid.kind())
            .map(|entry| entry.map(TreeEntry::from).map_err(Error::object(oid)))
            .collect()
    }

    /// The entry at `path` (separated by `/`) below the tree `root`, or `None`
    /// if there is none.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Kind`], [`Error::Object`].
    pub fn entry(&self, root: Oid, path: impl AsRef<[u8]>) -> Result<Option<TreeEntry>> {
        let mut names = path.as_ref().split(|byte| *byte == b'/').peekable();
        let mut tree = root;
        let mut buffer = Vec::new();
        while let Some(name) = names.next() {
            self.read_tree(tree, &mut buffer)?;
            let Some(entry) = find(&buffer, tree, name)? else {
                return Ok(None);
            };
            if names.peek().is_none() {
                return Ok(Some(entry));
            }
            if entry.kind != EntryKind::Tree {
                return Ok(None);
            }
            tree = entry.oid;
        }
        Ok(None)
    }

    /// The bytes of the blob `oid`; its size is known before they are read.
    ///
    /// # Errors
    /// [`Error::TooLarge`] beyond `limit` bytes; [`Error::Missing`], which in a
    /// partial clone [`Repo::fetch_missing`] mends; [`Error::Kind`],
    /// [`Error::Object`].
    pub fn blob(&self, oid: Oid, limit: u64) -> Result<Vec<u8>> {
        let mut buffer = Vec::new();
        let objects = &self.objects;
        objects.read_limited(oid, Kind::Blob, limit, &mut buffer)?;
        Ok(buffer)
    }

    /// The size of the object `oid` in bytes, whatever it is.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Object`].
    pub fn object_size(&self, oid: Oid) -> Result<u64> {
        let (_, size) = self.objects.header(oid)?;
        Ok(size)
    }

    /// The commit `oid`.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Kind`], [`Error::Object`].
    pub fn commit(&self, oid: Oid) -> Result<Commit> {
        let mut buffer = Vec::new();
        let objects = &self.objects;
        objects.read_limited(oid, Kind::Commit, STRUCTURE_LIMIT, &mut buffer)?;
        decode_commit(oid, &buffer).map_err(Error::object(oid))
    }

    /// Reads the tree into `buffer`. The empty tree need not be stored.
    pub(super) fn read_tree(&self, oid: Oid, buffer: &mut Vec<u8>) -> Result<()> {
        buffer.clear();
        if oid == self.empty_tree() {
            return Ok(());
        }
        let objects = &self.objects;
        objects.read_limited(oid, Kind::Tree, STRUCTURE_LIMIT, buffer)
    }
}

fn find(tree: &[u8], oid: Oid, name: &[u8]) -> Result<Option<TreeEntry>> {
    let mut entries = TreeRefIter::from_bytes(tree, oid.kind());
    let found = entries.find(|entry| match entry {
        Ok(entry) => entry.filename == name,
        Err(_) => true,
    });
    let found = found.transpose().map_err(Error::object(oid))?;
    Ok(found.map(TreeEntry::from))
}

fn decode_commit(oid: Oid, bytes: &[u8]) -> gix::Result<Commit> {
    let commit = CommitRef::from_bytes(bytes, oid.kind())?;
    Ok(Commit {
        oid,
        tree: commit.tree(),
        parents: commit.parents().collect(),
        author: Signature::from(commit.author()?),
        committer: Signature::from(commit.committer()?),
        message: commit.message.to_vec(),
    })
}

impl From<gix::objs::tree::EntryRef<'_>> for TreeEntry {
    fn from(entry: gix::objs::tree::EntryRef<'_>) -> Self {
        let name: &BStr = entry.filename;
        Self {
            name: name.to_owned(),
            kind: entry.mode.kind().into(),
            oid: entry.oid.to_owned(),
        }
    }
}

impl From<Mode> for EntryKind {
    fn from(mode: Mode) -> Self {
        match mode {
            Mode::Tree => Self::Tree,
            Mode::Blob => Self::Blob,
            Mode::BlobExecutable => Self::Executable,
            Mode::Link => Self::Symlink,
            Mode::Commit => Self::Commit,
        }
    }
}
