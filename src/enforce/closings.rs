//! The closings of stored plans that are not right, whoever let them through.

use super::Fix;
use super::closed::Bench;
use super::plans::Plans;
use crate::gate::closing;
use crate::git::{Oid, Repo};
use crate::model::{RecordId, Slug, Time};
use crate::store::{self, Place};

/// A phase that is closed and should not be.
pub struct WrongClosing {
    /// The plan.
    pub plan: Slug,
    /// The phase.
    pub phase: Slug,
    /// The record that closes it.
    pub closing: RecordId,
    /// Why it should not be closed, in words.
    pub why: String,
    /// What mends it.
    pub fixes: Vec<Fix>,
}

/// The closings at a commit of the plan ref that are not right: each is judged by the time that it says
/// it was made at.
///
/// # Errors
/// Those of reading the repository.
pub fn wrong_closings(
    repo: &Repo,
    place: &Place,
    commit: Option<Oid>,
    now: Time,
) -> store::Result<Vec<WrongClosing>> {
    let mut found = Vec::new();
    for (id, plan_at) in &Plans::at(repo, place, commit)?.all {
        let (plan, policy) = (plan_at.plan(), plan_at.policy());
        let bench = Bench {
            repo,
            plan,
            policy: &policy,
            signers: &policy.signers,
            now,
            known: Some(plan),
            until: None,
        };
        for phase in &plan.header.phases {
            // Where tasks are open again, it counts as open, and is told as such.
            let Ok(closing) = closing::standing(plan, phase) else {
                continue;
            };
            if let Err(open) = bench.right_closing(phase)? {
                found.push(WrongClosing {
                    plan: id.clone(),
                    phase: phase.id.clone(),
                    closing: closing.id,
                    why: open.why,
                    fixes: open.fixes,
                });
            }
        }
    }
    Ok(found)
}
