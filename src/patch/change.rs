//! A changed file, before and after; and how the two differ.

use std::borrow::Cow;

use super::lines::Diff;
use crate::git::EntryKind;
use crate::git::Oid;
use crate::model::FileStatus;

/// Git looks for a NUL in so many bytes at the start, to tell binary content from text.
const PROBE: usize = 8000;

/// A file as it was, or as it is.
#[derive(Debug, Clone)]
pub struct Side<'a> {
    /// What it is; never a folder.
    pub kind: EntryKind,
    /// Its blob; a submodule's commit.
    pub oid: Oid,
    /// Its bytes as the blob has them; a link's target.
    pub content: Cow<'a, [u8]>,
}

/// A file that changed. Neither a file before nor one after: no change.
#[derive(Debug, Clone)]
pub struct FileChange<'a> {
    /// Where it is in the tree, separated by `/`.
    pub path: Cow<'a, [u8]>,
    /// What was there.
    pub before: Option<Side<'a>>,
    /// What is there now.
    pub after: Option<Side<'a>>,
}

/// How much changed. A binary file has no lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Lines that are new.
    pub added: u64,
    /// Lines that are gone.
    pub removed: u64,
    /// Whether it was compared as bytes, not as lines.
    pub binary: bool,
}

/// How a file differs from what it was: one piece, or two where its type changed: a patch then
/// deletes it, and adds it anew.
#[derive(Debug)]
pub struct FileDiff<'a> {
    /// What is compared.
    pub change: &'a FileChange<'a>,
    /// What a patch says of it.
    pub pieces: Vec<Piece<'a>>,
}

/// A change in which both sides, where there are two, are of one type.
#[derive(Debug)]
pub struct Piece<'a> {
    /// What was there.
    pub before: Option<&'a Side<'a>>,
    /// What is there now.
    pub after: Option<&'a Side<'a>>,
    /// How the contents differ.
    pub body: Body<'a>,
}

/// How two contents differ.
#[derive(Debug)]
pub enum Body<'a> {
    /// Not at all: only the mode does.
    Same,
    /// As texts; new and empty files have a diff without hunks.
    Text(Diff<'a>),
    /// As bytes.
    Binary,
}

impl<'a> Side<'a> {
    /// A file or a symbolic link.
    pub fn new(kind: EntryKind, oid: Oid, content: impl Into<Cow<'a, [u8]>>) -> Self {
        Self {
            kind,
            oid,
            content: content.into(),
        }
    }

    /// A submodule: what Git shows for it is a line with its commit.
    pub fn submodule(commit: Oid) -> Self {
        let content = submodule_text(commit);
        Self::new(EntryKind::Commit, commit, content)
    }

    /// Git's rule: a NUL among the first 8,000 bytes.
    pub fn is_binary(&self) -> bool {
        let probe = self.content.get(..PROBE).unwrap_or(&self.content);
        probe.contains(&0)
    }
}

/// What a patch shows as the content of a submodule.
pub(super) fn submodule_text(commit: Oid) -> Vec<u8> {
    format!("Subproject commit {commit}\n").into_bytes()
}

/// Whether a patch can change one into the other, rather than delete and add.
pub(super) fn is_same_type(a: EntryKind, b: EntryKind) -> bool {
    let is_file = |kind| matches!(kind, EntryKind::Blob | EntryKind::Executable);
    a == b || (is_file(a) && is_file(b))
}

impl FileChange<'_> {
    /// What became of the file.
    pub fn status(&self) -> FileStatus {
        match (&self.before, &self.after) {
            (None, _) => FileStatus::Added,
            (_, None) => FileStatus::Deleted,
            (Some(a), Some(b)) if is_same_type(a.kind, b.kind) => FileStatus::Modified,
            _ => FileStatus::TypeChanged,
        }
    }

    /// Compares the two sides.
    pub fn diff(&self) -> FileDiff<'_> {
        let (before, after) = (self.before.as_ref(), self.after.as_ref());
        let pieces = match self.status() {
            FileStatus::TypeChanged => vec![Piece::of(before, None), Piece::of(None, after)],
            _ if before.is_none() && after.is_none() => Vec::new(),
            _ => vec![Piece::of(before, after)],
        };
        FileDiff {
            change: self,
            pieces,
        }
    }
}

impl<'a> FileDiff<'a> {
    /// How much changed.
    pub fn stats(&self) -> Stats {
        let mut stats = Stats::default();
        for piece in &self.pieces {
            match &piece.body {
                Body::Text(diff) => {
                    stats.added += diff.added();
                    stats.removed += diff.removed();
                }
                Body::Binary => stats.binary = true,
                Body::Same => {}
            }
        }
        stats
    }

    /// The lines that are new, with their numbers in the file as it is now, from 1. None for a
    /// binary file.
    pub fn added_lines(&self) -> impl Iterator<Item = (usize, &'a [u8])> {
        self.pieces.iter().flat_map(|piece| match &piece.body {
            Body::Text(diff) => Some(diff.added_lines()).into_iter().flatten(),
            _ => None.into_iter().flatten(),
        })
    }
}

impl<'a> Piece<'a> {
    fn of(before: Option<&'a Side<'a>>, after: Option<&'a Side<'a>>) -> Self {
        Self {
            before,
            after,
            body: Body::of(before, after),
        }
    }
}

impl<'a> Body<'a> {
    fn of(before: Option<&'a Side<'a>>, after: Option<&'a Side<'a>>) -> Self {
        if before.map(|side| side.oid) == after.map(|side| side.oid) {
            return Self::Same;
        }
        if [before, after].into_iter().flatten().any(Side::is_binary) {
            return Self::Binary;
        }
        let text = |side: Option<&'a Side<'a>>| side.map_or(&[][..], |side| &side.content);
        Self::Text(Diff::of(text(before), text(after)))
    }
}
