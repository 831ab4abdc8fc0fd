//! The checkpoint to go back to when a gate fails: the last one that is good.

use super::error::{Error, Result};
use super::find_checkpoint::Checkpoints;
use super::taking;
use crate::checkpoint::restore;
use crate::enforce::{CodeAt, PROVEN};
use crate::gate::{self, State};
use crate::git::{Oid, Repo};
use crate::model::{Checkpoint, CheckpointRow, Gate, Time};

/// The youngest checkpoint that is good, and whose record is true.
///
/// # Errors
/// Those of reading the repository.
pub fn last_good(repo: &Repo, all: &Checkpoints, now: Time) -> Result<Option<CheckpointRow>> {
    for row in all.rows.iter().rev() {
        if is_good(repo, all, &row.checkpoint, now)? && require_true(repo, &row.checkpoint).is_ok()
        {
            return Ok(Some(row.clone()));
        }
    }
    Ok(None)
}

/// Whether the base is in `HEAD`'s history, and every gate of its phase that a program judges
/// holds for its tree. What cannot be judged here is not good.
fn is_good(repo: &Repo, all: &Checkpoints, checkpoint: &Checkpoint, now: Time) -> Result<bool> {
    let oid = |text: &String| Oid::from_hex(text.as_bytes()).ok();
    let (Some(base), Some(head)) = (checkpoint.base.as_ref().and_then(oid), repo.head()?.commit)
    else {
        return Ok(false);
    };
    if !repo.is_ancestor(base, head).unwrap_or(false) {
        return Ok(false);
    }
    let phase = checkpoint.phase.as_ref().and_then(|id| all.plan.phase(id));
    let Some(phase) = phase else {
        return Ok(true);
    };
    let proven = |gate: &&Gate| PROVEN.contains(&gate.kind.as_str());
    let mut gates = phase.gates.iter().filter(proven).peekable();
    if gates.peek().is_none() {
        return Ok(true);
    }
    let Some(snapshot) = oid(&checkpoint.snapshot).filter(|oid| repo.commit(*oid).is_ok()) else {
        return Ok(false);
    };
    let code = CodeAt::at(repo, snapshot, now)?;
    let holds = |gate| {
        let state = gate::judge_one(&all.plan, phase, gate, &code).state;
        matches!(state, State::Ok | State::NotApplicable)
    };
    Ok(gates.all(holds))
}

/// Refuses a record whose base and patch do not make the snapshot that it names.
///
/// # Errors
/// Says which record it is, and why.
pub fn require_true(repo: &Repo, checkpoint: &Checkpoint) -> Result<()> {
    let limit = taking::patch_limit(repo)?;
    restore::check(repo, checkpoint, limit).map_err(|error| {
        Error::data(format!(
            "checkpoint {} \"{}\" cannot be trusted: {error}",
            checkpoint.sequence, checkpoint.name
        ))
        .hint("git plan checkpoints   lists the others")
    })
}
