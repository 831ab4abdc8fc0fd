//! Closings that a push brings: each is judged anew.

use super::R5;
use crate::enforce::Finding;
use crate::enforce::closed::{Bench, commit_of};
use crate::enforce::protection::Globs;
use crate::git::{Commit, Oid};
use crate::model::{Phase, Plan, Policy, Record, Time, linked, phase};
use crate::store;

impl R5<'_, '_> {
    /// Closings that this push brings, and that are not right.
    pub(super) fn closings(
        &self,
        old: Option<&Plan>,
        new: &Plan,
        policy: &Policy,
    ) -> store::Result<Vec<Finding>> {
        let bench = Bench {
            repo: self.repo(),
            plan: new,
            policy,
            signers: &policy.signers,
            now: self.request.now,
            known: old,
            until: self.request.until,
        };
        let mut findings = Vec::new();
        for phase in &new.header.phases {
            let Some(closing) = phase::closing(new, phase) else {
                continue;
            };
            if bench.is_known(phase, closing) {
                continue;
            }
            let wrong = |why: &str| {
                self.refused(format!("phase {} is not closed rightly: {why}", phase.id))
            };
            if closing.when.0 > self.request.now.0.saturating_add(Time::SKEW) {
                findings.push(wrong("it is said to be closed in the future"));
            } else if let Err(open) = bench.right_closing(phase)? {
                let finding = wrong(&open.why).gates(open.gates);
                findings.push(finding.fixes(open.fixes));
            } else if let Some(commit) = self.work_elsewhere(new, phase, closing)? {
                let why = format!("{commit:.12} is work on its tasks, and not in the code of it");
                findings.push(wrong(&why).fixes(bench.again(phase)));
            }
        }
        Ok(findings)
    }

    /// A commit on a protected ref that is linked to a completed task of a phase, and that the code
    /// of its closing does not have.
    fn work_elsewhere(
        &self,
        plan: &Plan,
        phase: &Phase,
        closing: &Record,
    ) -> store::Result<Option<String>> {
        let Some(at) = commit_of(closing).filter(|at| self.repo().has(*at)) else {
            return Ok(None);
        };
        let globs = Globs::new(plan.header.protect.iter().map(String::as_str));
        let known = self.request.known.iter();
        let protected = known.filter(|(name, oid)| {
            (globs.matches(name) || self.floor.protect.matches(name)) && self.repo().has(*oid)
        });
        let tips: Vec<Oid> = protected.map(|(_, oid)| *oid).collect();
        let after = self.repo().introduced(&tips, &[at], self.request.until)?;
        let is_work = |commit: &&Commit| linked::is_work_done_in(plan, &phase.id, &commit.message);
        Ok(after
            .iter()
            .find(is_work)
            .map(|commit| commit.oid.to_string()))
    }
}
