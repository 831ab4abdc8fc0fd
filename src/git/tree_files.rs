//! All files of a tree, by path.

use std::num::NonZero;

use gix::bstr::{BString, ByteVec};
use gix::objs::TreeRefIter;

use super::{EntryKind, Error, Oid, Repo, Result};

/// So many entries are listed: a few folders can hold each other over and over.
const MOST: usize = 2_000_000;

/// Folders below so many others are not opened.
const DEEPEST: usize = 1_000;

/// A file of a tree: of a commit's, or of the one that the working tree would be recorded as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TreeFile {
    /// From the top, separated by `/`; any bytes.
    pub path: BString,
    /// What it is; never a folder.
    pub kind: EntryKind,
    /// Where its content is.
    pub source: FileSource,
    /// Its bytes on disk, where these are known and it is not empty.
    pub size: Option<NonZero<u32>>,
}

/// Where the content of a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileSource {
    /// In this object.
    Stored(Oid),
    /// In this object; and on disk, but for what Git converts when it checks it out.
    Clean(Oid),
    /// On disk only.
    OnDisk,
}

impl FileSource {
    /// The object, where there is one.
    pub fn oid(self) -> Option<Oid> {
        match self {
            Self::Stored(oid) | Self::Clean(oid) => Some(oid),
            Self::OnDisk => None,
        }
    }
}

/// A folder that is still to be opened, or a file in its turn.
struct Open {
    path: BString,
    depth: usize,
    kind: EntryKind,
    oid: Oid,
}

impl Repo {
    /// The files of the tree `tree`, in the order of their paths' bytes.
    ///
    /// # Errors
    /// Those of [`Repo::tree`]; [`Error::Object`] for a tree that has no end.
    pub fn tree_files(&self, tree: Oid) -> Result<Vec<TreeFile>> {
        let (mut files, mut seen, mut buffer) = (Vec::new(), 0, Vec::new());
        // The next one last: a stack of our own, since trees may be deeper than ours.
        let mut open = vec![Open {
            path: BString::default(),
            depth: 0,
            kind: EntryKind::Tree,
            oid: tree,
        }];
        while let Some(one) = open.pop() {
            if one.kind != EntryKind::Tree {
                files.push(TreeFile {
                    path: one.path,
                    kind: one.kind,
                    source: FileSource::Stored(one.oid),
                    size: None,
                });
                continue;
            }
            self.read_tree(one.oid, &mut buffer)?;
            let start = open.len();
            for entry in TreeRefIter::from_bytes(&buffer, one.oid.kind()) {
                let entry = entry.map_err(Error::object(one.oid))?;
                open.push(one.below(
                    entry.filename,
                    entry.mode.kind().into(),
                    entry.oid.to_owned(),
                ));
            }
            open[start..].reverse();
            seen += open.len() - start;
            if seen > MOST || one.depth > DEEPEST {
                return Err(endless(tree));
            }
        }
        Ok(files)
    }
}

impl Open {
    fn below(&self, name: &[u8], kind: EntryKind, oid: Oid) -> Self {
        let mut path = BString::from(Vec::with_capacity(self.path.len() + 1 + name.len()));
        if !self.path.is_empty() {
            path.push_str(&self.path);
            path.push_byte(b'/');
        }
        path.push_str(name);
        Self {
            path,
            depth: self.depth + 1,
            kind,
            oid,
        }
    }
}

fn endless(tree: Oid) -> Error {
    let message =
        gix::error::message!("it holds more than {MOST} files, or folders without an end");
    Error::object(tree)(gix::Error::from_error(message))
}
