//! Changed files for `--json`.

use schemars::JsonSchema;
use serde::Serialize;

use super::shown::without_break;
use crate::model::FileStatus;
use crate::patch::lines::{Hunk, Part};
use crate::patch::{Body, FileDiff, Side, quote_path};

/// A changed file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct FileDiffView {
    /// Where it is in the tree; in quotes, with escapes as in C, where it is not plain UTF-8.
    pub path: String,
    /// `A` (added), `D` (deleted), `M` (modified) or `T` (another type).
    pub status: FileStatus,
    /// Its mode before; `null` where there was none.
    pub old_mode: Option<String>,
    /// Its mode after; `null` where it is gone.
    pub new_mode: Option<String>,
    /// Lines that are new.
    pub added: u64,
    /// Lines that are gone.
    pub removed: u64,
    /// Whether it was compared as bytes, not as lines.
    pub binary: bool,
    /// Where its lines changed; of a file of another type first what went, then what came.
    pub hunks: Vec<HunkView>,
}

/// Changes that are near to each other, with the lines around them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct HunkView {
    /// Its first line before, from 1; without lines, the one before it.
    pub old_start: usize,
    /// Its lines before.
    pub old_lines: usize,
    /// Its first line after, from 1; without lines, the one before it.
    pub new_start: usize,
    /// Its lines after.
    pub new_lines: usize,
    /// Its lines.
    pub lines: Vec<LineView>,
}

/// A line of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LineView {
    /// What became of it.
    pub kind: LineKind,
    /// The line without its line break; what is no UTF-8 is replaced by U+FFFD.
    pub text: String,
    /// Whether a line break ends it; only the last line of a file may have none.
    pub newline: bool,
}

/// What became of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineKind {
    /// It is there before and after.
    Context,
    /// It came.
    Added,
    /// It went.
    Removed,
}

impl FileDiffView {
    /// The change as scripts read it.
    pub fn of(diff: &FileDiff<'_>) -> Self {
        let change = diff.change;
        let mode = |side: &Option<Side<'_>>| Some(side.as_ref()?.kind.mode().to_owned());
        let stats = diff.stats();
        let hunks = diff.pieces.iter().flat_map(|piece| match &piece.body {
            Body::Text(diff) => diff.hunks().map(HunkView::of).collect(),
            Body::Same | Body::Binary => Vec::new(),
        });
        Self {
            path: quote_path(&change.path).into_owned(),
            status: change.status(),
            old_mode: mode(&change.before),
            new_mode: mode(&change.after),
            added: stats.added,
            removed: stats.removed,
            binary: stats.binary,
            hunks: hunks.collect(),
        }
    }
}

impl HunkView {
    fn of(hunk: Hunk<'_, '_>) -> Self {
        let mut lines = Vec::new();
        for part in hunk.parts() {
            match part {
                Part::Same(same) => lines.extend(LineView::all(LineKind::Context, same)),
                Part::Changed { removed, added } => {
                    lines.extend(LineView::all(LineKind::Removed, removed));
                    lines.extend(LineView::all(LineKind::Added, added));
                }
            }
        }
        Self {
            old_start: hunk.old_start(),
            old_lines: hunk.old_lines(),
            new_start: hunk.new_start(),
            new_lines: hunk.new_lines(),
            lines,
        }
    }
}

impl LineView {
    fn all(kind: LineKind, lines: &[&[u8]]) -> impl Iterator<Item = Self> {
        lines.iter().map(move |line| Self {
            kind,
            text: String::from_utf8_lossy(without_break(line)).into_owned(),
            newline: line.ends_with(b"\n"),
        })
    }
}
