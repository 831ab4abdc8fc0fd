//! How to go back to a checkpoint: the commands for the situation that the repository is in now.
//! Nothing is executed. All that may be written are commits that no ref names.
//!
//! Facts, decision, words, each in its place:
//!
//! - `facts` asks the repository, once, all that counts.
//! - `decide` says which [`Situation`] it is, and what `HEAD` and branch are to become (`course`);
//!   pure. `obstacles` are the situations that have no sequence.
//! - `steps` turns a course into a sequence, forth and back, of what is in `commands`; pure.
//!   `backup` finds free names.
//! - `notes` says what does not come back.
//!
//! **One sequence for all.** A backup first. What is not committed goes into a stash of its own.
//! `git switch --no-overwrite-ignore --detach` checks the files out, which refuses to overwrite
//! anything; `git update-ref` moves the branch if nobody else did; `git symbolic-ref` attaches
//! `HEAD` to it. Where the checkpoint had uncommitted changes, the files checked out are those
//! of its snapshot while the branch moves to its base: so they are uncommitted again. Where others
//! have seen what would be dropped, the branch moves forward, to a commit with the old files.
//! The way back is the same, with the two ends exchanged.

mod backup;
mod commands;
mod course;
mod decide;
mod facts;
mod notes;
mod obstacles;
mod situation;
mod steps;

use crate::git::{Error, Oid, Repo, Result, Signature};

use course::Course;
use decide::{Aim, Decision};
use facts::Facts;
pub use situation::Situation;

/// What to go back to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The name that people gave it.
    pub name: String,
    /// Its id: ten characters that need no quotes anywhere.
    pub id: String,
    /// The commit that was checked out; `None` on a branch that had none yet.
    pub base: Option<Oid>,
    /// The commit that holds all files as they were. Its parent is the base.
    pub snapshot: Oid,
    /// Whether nobody else may see its files.
    pub private: bool,
}

/// How to go back, or why there is no way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewind {
    /// What the repository is like.
    pub situation: Situation,
    /// The same as a sentence.
    pub summary: String,
    /// The commands, each only if the one before it succeeded. Empty where there are none.
    pub steps: Vec<Step>,
    /// The commands that undo these, under the same condition.
    pub back: Vec<Step>,
    /// Where the commands stopped half-way: what brings back the start, under the same condition.
    pub if_stopped: Vec<Step>,
    /// What stays as it is now.
    pub not_restored: Vec<String>,
    /// What to know, or what to do first.
    pub advice: Vec<String>,
}

/// A command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The program and its arguments, not yet quoted.
    pub words: Vec<String>,
    /// What it is for, in one line.
    pub purpose: String,
}

/// Looks at the repository and says how to go back to `target`.
///
/// Changes no ref, no `HEAD`, no index and no file. Where the way leads forward, it writes the
/// commits that the commands name, with `who` as author, reachable from nothing. The names of
/// backups tell the time of `who`.
///
/// # Errors
/// What [`crate::git`] says where a question to the repository fails. An object that is missing
/// is no error but a situation.
pub fn judge(repo: &Repo, target: &Target, who: &Signature) -> Result<Rewind> {
    let way = way(repo, target, who, |_| true)?;
    // Only a way that is not wanted is none.
    Ok(way.unwrap_or_else(obstacles::no_work_tree))
}

/// As [`judge`], but writes nothing at all: none where the commands would need commits that are
/// not there yet.
///
/// # Errors
/// As [`judge`].
pub fn judge_unwritten(repo: &Repo, target: &Target, who: &Signature) -> Result<Option<Rewind>> {
    way(repo, target, who, |aim| *aim != Aim::Forward)
}

fn way(
    repo: &Repo,
    target: &Target,
    who: &Signature,
    is_wanted: impl Fn(&Aim) -> bool,
) -> Result<Option<Rewind>> {
    if repo.is_bare() {
        return Ok(Some(obstacles::no_work_tree()));
    }
    let facts = match Facts::of(repo, target) {
        Err(Error::Missing(oid)) => return obstacles::missing_objects(repo, target, oid).map(Some),
        facts => facts?,
    };
    Ok(match decide::decide(&facts, target) {
        Decision::Obstacle(rewind) => Some(*rewind),
        Decision::Go(_, aim) if !is_wanted(&aim) => None,
        Decision::Go(situation, aim) => {
            let course = Course::set(repo, &facts, target, &aim, who)?;
            Some(notes::report(situation, &facts, target, &course))
        }
    })
}
