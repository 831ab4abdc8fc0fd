//! R5: what a push may do to the plan ref. Judged on its old value against the new one.
//!
//! * Here: the ref itself, and the order of what is asked of each plan. `files`: what goes, or cannot be
//!   read. `states`: what R1 refuses. `records`: waivers and tips. `closings`, `weakened`: those that
//!   a push brings, and whether they are in order.

mod closings;
mod files;
mod records;
mod states;
mod weakened;

use std::collections::BTreeSet;

use super::floor::Floor;
use super::plans::{PlanAt, Plans};
use super::{Finding, Request, Rule, Side};
use crate::git::{Oid, Repo};
use crate::model::{Plan, RecordId, Slug};
use crate::store::{self, Snapshot, paths};

/// Judges what a push does to the plan ref.
pub(super) fn judge(
    request: &Request<'_>,
    floor: &Floor,
    plans: (&Plans<'_>, &Plans<'_>),
) -> Vec<Finding> {
    let name = &request.place.reference;
    let refuse = |text: String| vec![Finding::refused(Rule::R5, name, text)];
    let Some(update) = request.plan_update() else {
        return Vec::new();
    };
    let Some(new) = update.local else {
        return refuse("the plan ref is not deleted".to_owned());
    };
    let judged = R5 {
        request,
        floor,
        old: plans.0,
        new: plans.1,
    }
    .judge(new);
    judged.unwrap_or_else(|error| refuse(format!("it cannot be judged: {error}")))
}

struct R5<'a, 'r> {
    request: &'a Request<'r>,
    floor: &'a Floor,
    old: &'a Plans<'r>,
    new: &'a Plans<'r>,
}

impl R5<'_, '_> {
    fn repo(&self) -> &Repo {
        self.request.repo
    }

    fn refused(&self, text: impl Into<String>) -> Finding {
        Finding::refused(Rule::R5, &self.request.place.reference, text)
    }

    fn judge(&self, new: Oid) -> store::Result<Vec<Finding>> {
        if let Err(error) = Snapshot::to_enforce(self.repo(), self.request.place, new) {
            let finding = self.refused(error.to_string());
            return Ok(vec![self.history_of(finding, paths::FORMAT)]);
        }
        let mut findings = Vec::new();
        let before = self.request.plan_update().and_then(|update| update.remote);
        if self.request.side == Side::Server && before != self.request.old_plans {
            let text = "the plans have been changed since this push began";
            return Ok(vec![self.refused(text)]);
        }
        if let Some(old) = self.request.old_plans {
            if !self.repo().has(old) {
                return Ok(vec![self.not_fetched()]);
            }
            // An administrator who lets this one through, to purge a leak, answers for what goes.
            if self.floor.allow_rewrite == Some(new) {
                return Ok(Vec::new());
            }
            if !self.repo().is_ancestor(old, new)? {
                let text = format!(
                    "the plan ref is never rewritten: {old:.12} would be lost",
                    old = old.to_string()
                );
                return Ok(vec![self.refused(text)]);
            }
            findings.extend(self.files(old, new)?);
        }
        for (id, plan) in &self.new.all {
            findings.extend(self.broken(self.old.all.get(id), plan));
            if plan.unreadable.is_none() {
                findings.extend(self.plan(id)?);
            }
        }
        Ok(findings)
    }

    fn not_fetched(&self) -> Finding {
        let fetch = ["fetch", self.remote(), self.request.place.short()];
        let text = "somebody else has pushed plans that are not here yet";
        self.refused(text).git(&fetch)
    }

    fn remote(&self) -> &str {
        match &self.request.side {
            Side::Client(remote) => remote,
            _ => "REMOTE",
        }
    }

    /// The command that shows what was done to a file.
    fn history_of(&self, finding: Finding, path: &str) -> Finding {
        finding.git(&["log", "-p", self.request.place.short(), "--", path])
    }

    fn plan(&self, id: &Slug) -> store::Result<Vec<Finding>> {
        let Some(new) = self.new.all.get(id) else {
            return Ok(Vec::new());
        };
        let old = self.old.all.get(id);
        let policy = old.unwrap_or(new).policy().stricter(&self.floor.policy);
        let mut findings = Vec::new();
        if let Some(old) = old {
            findings.extend(self.states(old.plan(), new.plan()));
            findings.extend(self.homeless(old.plan(), new.plan()));
            findings.extend(self.weakened(old.plan(), new.plan(), &policy)?);
            if policy.reviewed || new.policy().reviewed {
                findings.extend(self.not_reviewed(old.plan(), new.plan())?);
            }
        }
        let before = old.map(PlanAt::plan);
        findings.extend(self.waivers(before, new.plan()));
        findings.extend(self.tips(before, new.plan())?);
        findings.extend(self.closings(before, new.plan(), &policy)?);
        Ok(findings.into_iter().map(|finding| finding.of(id)).collect())
    }
}

/// The records of a plan.
fn ids(plan: Option<&Plan>) -> BTreeSet<RecordId> {
    let records = plan.into_iter().flat_map(|plan| &plan.records);
    records.map(|record| record.id).collect()
}
