//! Which state of the plans a change started from, and what has changed in them since.
//!
//! The plans stand beside the code, and no commit of one names one of the other. What a change started
//! from is the last plan commit that is not younger than the commit where it left the base, by the
//! committers' clocks.

use std::collections::BTreeMap;

use crate::enforce::Request;
use crate::git::{Error, Oid, Repo, Result};
use crate::model::{Slug, Time};
use crate::review::{self, Changes};
use crate::store::history::last_until;
use crate::store::{self, Afterwards, Snapshot, difference};

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
    let fork = repo.commit(fork)?.committer.time.seconds;
    match last_until(repo, Some(plans), Time(fork)) {
        Ok(Some(commit)) => Ok(Since::Commit(commit)),
        Ok(None) => Ok(Since::Nothing),
        Err(Error::Missing(oid)) => {
            let oid = oid.to_string();
            let why = format!("the history of the plans is here only after {oid:.12}");
            Ok(Since::Unknown(why))
        }
        Err(error) => Err(error),
    }
}

/// What has changed in the plans.
#[derive(Debug, Clone)]
pub struct Changed {
    /// Each change.
    pub changes: Changes,
    /// The phases of each plan, in order; of one that is gone, those that it had.
    pub phases: BTreeMap<Slug, Vec<Slug>>,
}

impl Changed {
    /// The phase at a place in a plan, from 1.
    pub fn phase_at(&self, plan: &Slug, place: usize) -> Option<Slug> {
        let phases = self.phases.get(plan)?;
        phases.get(place.checked_sub(1)?).cloned()
    }
}

/// What has changed in the plans since; none where nobody knows since when, or where neither state can
/// be read.
///
/// # Errors
/// Those of reading the repository.
pub fn changes(request: &Request<'_>, since: &Since, plans: Oid) -> store::Result<Option<Changed>> {
    let before = match since {
        Since::Commit(commit) => Some(*commit),
        Since::Nothing => None,
        Since::Unknown(_) => return Ok(None),
    };
    let repo = request.repo;
    let tree = |commit| Ok::<_, store::Error>(repo.commit(commit)?.tree);
    let files = difference::between(repo, before.map(tree).transpose()?, Some(tree(plans)?))?;
    let read = |commit| Snapshot::to_enforce(repo, request.place, commit).ok();
    let (old, new) = (before.and_then(read), read(plans));
    let Some(latest) = new.as_ref().or(old.as_ref()) else {
        return Ok(None);
    };
    let around = Afterwards::new(latest, old.as_ref());
    Ok(Some(Changed {
        changes: review::compare(&files, &around),
        phases: phases(&[old.as_ref(), new.as_ref()]),
    }))
}

/// The phases of the plans in some states; the last one counts.
fn phases(states: &[Option<&Snapshot<'_>>]) -> BTreeMap<Slug, Vec<Slug>> {
    let mut found = BTreeMap::new();
    for state in states.iter().flatten() {
        for folder in &state.folders {
            if let Ok(header) = state.header(&folder.id) {
                let phases = header.phases.into_iter().map(|phase| phase.id);
                found.insert(folder.id.clone(), phases.collect());
            }
        }
    }
    found
}
