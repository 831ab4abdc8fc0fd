//! A checkpoint: a named snapshot of the working tree, as it stands in `checkpoint.toml`.
//!
//! The record binds three things to each other by object id: the commit that the work was based
//! on, the patch that leads from there to the snapshot, and the snapshot's tree and commit.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::validity::{check_line, check_text, invalid};
use super::{CheckpointId, Refusal, Slug, TaskId, Time, limits};

/// Words that name something else where a checkpoint could stand.
const TAKEN: [&str; 3] = ["HEAD", "worktree", "@"];

/// What `.plans/<plan>/checkpoints/<id>/checkpoint.toml` holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Checkpoint {
    /// Names the checkpoint and its folder.
    pub id: CheckpointId,
    /// Its number among the plan's checkpoints, from 1.
    pub sequence: u32,
    /// What people call it; one line.
    pub name: String,
    /// The phase that was worked on.
    #[serde(default)]
    pub phase: Option<Slug>,
    /// The task that was worked on.
    #[serde(default)]
    pub task: Option<TaskId>,
    /// What there is to say about it.
    #[serde(default)]
    pub note: Option<String>,
    /// Whether the plan was archived with it.
    #[serde(default, rename = "final")]
    pub is_final: bool,
    /// `HEAD`'s commit; none on a branch without commits.
    #[serde(default)]
    pub base: Option<String>,
    /// The branch that was checked out, such as `refs/heads/main`, as `show-diff` prints a path;
    /// none where `HEAD` was detached.
    #[serde(default)]
    pub branch: Option<String>,
    /// The tree of everything that was in the working tree.
    pub tree: String,
    /// The commit of that tree, whose only parent is the base.
    pub snapshot: String,
    /// The blob of `changes.patch`.
    pub patch: String,
    /// What Git was in the middle of: `merge`, `rebase`, `cherry-pick`, `revert`, `bisect`, `am`.
    #[serde(default)]
    pub during: Option<String>,
    /// Whether files that Git does not track were left out.
    #[serde(default)]
    pub without_untracked: bool,
    /// Whether what looks like a secret was taken in all the same.
    #[serde(default)]
    pub with_secrets: bool,
    /// Files that were left out for their size.
    #[serde(default)]
    pub skipped: Vec<String>,
    /// Who, as `Name <e-mail>`: also the author of the snapshot's commit.
    pub who: String,
    /// The agent that acted for them.
    #[serde(default, rename = "as")]
    pub agent: Option<String>,
    /// When: also the date of the snapshot's commit.
    pub when: Time,
    /// What differs between base and snapshot, by path.
    #[serde(default)]
    pub files: Vec<CheckpointFile>,
}

/// One file that differs between base and snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CheckpointFile {
    /// Its path; quoted as in C, with the quotes, where it is not plain UTF-8 text.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
    /// Its mode in the base, such as `100644`.
    #[serde(default)]
    pub old_mode: Option<String>,
    /// Its mode in the snapshot.
    #[serde(default)]
    pub new_mode: Option<String>,
    /// Its object in the base.
    #[serde(default)]
    pub old: Option<String>,
    /// Its object in the snapshot.
    #[serde(default)]
    pub new: Option<String>,
    /// Lines added.
    #[serde(default)]
    pub added: u64,
    /// Lines removed.
    #[serde(default)]
    pub removed: u64,
    /// Whether it has no lines.
    #[serde(default)]
    pub binary: bool,
}

/// What happened to a file, in Git's letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
pub enum FileStatus {
    /// It is new.
    #[serde(rename = "A")]
    Added,
    /// Its content or its mode changed.
    #[serde(rename = "M")]
    Modified,
    /// It is gone.
    #[serde(rename = "D")]
    Deleted,
    /// It became something else: a file, a symbolic link, a submodule.
    #[serde(rename = "T")]
    TypeChanged,
}

impl FileStatus {
    /// Git's letter for it.
    pub fn letter(self) -> char {
        match self {
            Self::Added => 'A',
            Self::Modified => 'M',
            Self::Deleted => 'D',
            Self::TypeChanged => 'T',
        }
    }
}

impl fmt::Display for FileStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.letter())
    }
}

/// How much a checkpoint holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Totals {
    /// Files that differ.
    pub files: usize,
    /// Lines added.
    pub added: u64,
    /// Lines removed.
    pub removed: u64,
}

/// What lists and names need of a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckpointRow {
    /// The checkpoint, without its files.
    pub checkpoint: Checkpoint,
    /// How much the files are.
    pub totals: Totals,
}

impl Checkpoint {
    /// The checkpoint without its files, and how much they are.
    pub fn into_row(mut self) -> CheckpointRow {
        let files = std::mem::take(&mut self.files);
        let totals = Totals {
            files: files.len(),
            added: files.iter().map(|file| file.added).sum(),
            removed: files.iter().map(|file| file.removed).sum(),
        };
        CheckpointRow {
            checkpoint: self,
            totals,
        }
    }

    /// Whether it is valid by itself, whatever its plan.
    ///
    /// # Errors
    /// [`Refusal::Invalid`] naming the key.
    pub fn check(&self) -> Result<(), Refusal> {
        check_name(&self.name)?;
        if let Some(note) = &self.note {
            check_text("note", note)?;
        }
        if !(1..=limits::SEQUENCE).contains(&self.sequence) {
            return invalid(format!(
                "the sequence of a checkpoint is 1 to {}",
                limits::SEQUENCE
            ));
        }
        check_line("author", &self.who)?;
        let oids = [
            ("tree", &self.tree),
            ("snapshot", &self.snapshot),
            ("patch", &self.patch),
        ];
        let base = self.base.as_ref().map(|base| ("base", base));
        oids.into_iter()
            .chain(base)
            .try_for_each(|(key, oid)| check_oid(key, oid))
    }
}

/// Whether a checkpoint can have that name.
///
/// # Errors
/// [`Refusal::Invalid`] where it is empty, longer than a line, or would name something else.
pub fn check_name(name: &str) -> Result<(), Refusal> {
    check_line("name", name)?;
    if name.bytes().all(|c| c.is_ascii_digit()) {
        return invalid(format!(
            "'{name}' would be read as a checkpoint's number, not as its name"
        ));
    }
    if TAKEN.contains(&name) {
        return invalid(format!("'{name}' names something else than a checkpoint"));
    }
    Ok(())
}

fn check_oid(key: &str, oid: &str) -> Result<(), Refusal> {
    let is_hex = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
    match matches!(oid.len(), 40 | 64) && oid.bytes().all(is_hex) {
        true => Ok(()),
        false => invalid(format!("the {key} is not an object's id")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_no_number_and_names_nothing_else() {
        for name in ["", "  ", "7", "HEAD", "worktree", "a\nb"] {
            assert!(check_name(name).is_err(), "{name:?}");
        }
        for name in ["before the refactoring", "$(touch x)", "-x", "7b", "é"] {
            assert!(check_name(name).is_ok(), "{name:?}");
        }
    }
}
