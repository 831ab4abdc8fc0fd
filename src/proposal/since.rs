//! Which state of the plans a change started from.
//!
//! The plans stand beside the code, and no commit of one names one of the other. What a change started
//! from is the last plan commit that is not younger than the commit where it left the base: by the
//! committers' clocks, along the first parents of the plan ref, which is how it was stored step by step.

use crate::git::{Error, Oid, Repo, Result};

/// The state of the plans that a change started from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Since {
    /// This commit of the plan ref.
    Commit(Oid),
    /// There were no plans yet.
    Nothing,
    /// It cannot be told, and why.
    Unknown(String),
}

/// The last state of the plans not younger than the commit where base and head parted.
///
/// # Errors
/// Those of reading history, but for what a shallow clone has left out.
pub fn parted(repo: &Repo, (base, head): (Oid, Oid), plans: Oid) -> Result<Since> {
    let Some(fork) = repo.merge_base(base, head)? else {
        let why = "base and head have no commit in common here".to_owned();
        return Ok(Since::Unknown(why));
    };
    not_younger(repo, plans, repo.commit(fork)?.committer.time.seconds)
}

/// The first commit from `tip` along the first parents that was stored at a time or before it.
fn not_younger(repo: &Repo, tip: Oid, seconds: i64) -> Result<Since> {
    let mut next = Some(tip);
    while let Some(oid) = next {
        let commit = match repo.commit(oid) {
            Err(Error::Missing(oid)) => {
                let oid = oid.to_string();
                let why = format!("the history of the plans is here only after {oid:.12}");
                return Ok(Since::Unknown(why));
            }
            commit => commit?,
        };
        if commit.committer.time.seconds <= seconds {
            return Ok(Since::Commit(oid));
        }
        next = commit.parents.first().copied();
    }
    Ok(Since::Nothing)
}
