//! A change that a patch holds, and what it makes of a file.

use super::binary::Packed;
use super::change::Stats;
use super::error::{Cause, PatchError};
use super::header::Entry;
use super::hunks::{self, Hunk};
use crate::model::FileStatus;

/// A change that a patch holds. One that changes the type of a file is two: a deletion and then
/// an addition.
#[derive(Debug)]
pub struct FilePatch<'p> {
    /// Where it begins in the patch, from 1.
    pub line: usize,
    /// Where the file is in the tree; safe to write to (see [`crate::git::check_path`]).
    pub path: Vec<u8>,
    /// What the change expects.
    pub before: Option<Entry>,
    /// What it leaves.
    pub after: Option<Entry>,
    pub(super) content: Content<'p>,
}

/// How the content changes.
#[derive(Debug)]
pub(super) enum Content<'p> {
    Same,
    Text(Vec<Hunk<'p>>),
    Binary(Packed),
    /// A submodule: the ids say all.
    Submodule,
}

impl FilePatch<'_> {
    /// What becomes of the file.
    pub fn status(&self) -> FileStatus {
        match (self.before, self.after) {
            (None, _) => FileStatus::Added,
            (_, None) => FileStatus::Deleted,
            _ => FileStatus::Modified,
        }
    }

    /// How much changes.
    pub fn stats(&self) -> Stats {
        let sides = [self.before, self.after].map(|side| u64::from(side.is_some()));
        let (added, removed) = match &self.content {
            Content::Text(hunks) => hunks::counts(hunks),
            Content::Submodule => (sides[1], sides[0]),
            Content::Same | Content::Binary(_) => (0, 0),
        };
        Stats {
            added,
            removed,
            binary: matches!(self.content, Content::Binary(_)),
        }
    }

    /// The content after the change, of at most `limit` bytes; `old` is the content before, empty
    /// where there is none. Every line that the patch shows must be there, exactly where it says.
    /// Whether the result has the id that [`FilePatch::after`] names, who calls this compares.
    /// For a submodule the ids say all: `old` is not looked at, and the result is empty.
    ///
    /// # Errors
    /// Where the patch was made for another content.
    pub fn apply(&self, old: &[u8], limit: u64) -> Result<Vec<u8>, PatchError> {
        let new = match &self.content {
            Content::Same => old.to_vec(),
            Content::Text(hunks) => hunks::apply(hunks, old)?,
            Content::Binary(packed) => packed.unpack(old, limit)?,
            Content::Submodule => Vec::new(),
        };
        let is_gone = self.after.is_none();
        match u64::try_from(new.len()) {
            Ok(length) if length <= limit && !(is_gone && length > 0) => Ok(new),
            Ok(_) if is_gone => Err(self.error(Cause::Leftover)),
            _ => Err(self.error(Cause::TooLarge(limit))),
        }
    }

    pub(super) fn error(&self, cause: Cause) -> PatchError {
        let line = self.line;
        PatchError { line, cause }
    }
}
