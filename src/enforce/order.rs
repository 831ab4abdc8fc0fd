//! R2: the phases before the ones that a push brings work of are closed.

use std::collections::{BTreeMap, BTreeSet};

use super::closed::{Bench, Open};
use super::judge::{Change, Judge};
use super::plans::PlanAt;
use super::{Finding, Rule};
use crate::git;
use crate::model::policy::Land;
use crate::model::{Phase, Plan, Policy, Slug, phase};

impl Judge<'_> {
    /// R2: every phase before a touched one is closed for the tip.
    pub(super) fn phases(&self, change: &Change<'_>, id: &Slug) -> git::Result<Vec<Finding>> {
        let policy = self.policy(id);
        let mut found: BTreeMap<Slug, Finding> = BTreeMap::new();
        for plan in self.definitions(id) {
            let bench = self.bench(id, &plan, &policy);
            let tip = change.signed_by(&policy);
            for touched in self.touched(&plan, change) {
                let mut needed = phase::predecessors(&plan.header, &touched.id);
                if policy.land == Land::Closed {
                    needed.push(touched);
                }
                for phase in needed {
                    if found.contains_key(&phase.id) {
                        continue;
                    }
                    let work = change.brought.of_phase(&plan, &phase.id);
                    if let Err(open) = bench.closed_for(phase, &tip, &work)? {
                        let finding = open_phase(change, id, (phase, touched), open);
                        found.insert(phase.id.clone(), finding);
                    }
                }
            }
        }
        Ok(found.into_values().collect())
    }

    fn bench<'a>(&'a self, id: &'a Slug, plan: &'a Plan, policy: &'a Policy) -> Bench<'a> {
        Bench {
            repo: self.request.repo,
            plan,
            policy,
            signers: &policy.signers,
            now: self.request.now,
            known: self.old.all.get(id).map(PlanAt::plan),
            until: self.request.until,
        }
    }

    /// The phases that the commits of a push belong to. A task is in the phase where it was before
    /// the push, too.
    pub(super) fn touched<'p>(&self, plan: &'p Plan, change: &Change<'_>) -> Vec<&'p Phase> {
        let tasks = change.brought.tasks.get(&plan.id).into_iter().flatten();
        let states = [&self.old, &self.new].map(|plans| plans.all.get(&plan.id));
        let states: Vec<&Plan> = states.into_iter().flatten().map(PlanAt::plan).collect();
        let phases: BTreeSet<&Slug> = tasks
            .flat_map(|(id, _)| states.iter().map(move |plan| plan.tasks.get(id)))
            .filter_map(|task| task?.phase.as_ref())
            .collect();
        phases.into_iter().filter_map(|id| plan.phase(id)).collect()
    }

    /// The names of those phases.
    pub(super) fn touched_names(&self, plan: &Plan, change: &Change<'_>) -> BTreeSet<Slug> {
        let touched = self.touched(plan, change).into_iter();
        touched.map(|phase| phase.id.clone()).collect()
    }
}

fn open_phase(
    change: &Change<'_>,
    id: &Slug,
    (phase, touched): (&Phase, &Phase),
    open: Open,
) -> Finding {
    let text = match phase.id == touched.id {
        true => format!(
            "phase {} has to be closed before its work lands: {}",
            phase.id, open.why
        ),
        false => format!(
            "phase {} comes before {}, which this push brings work of: {}",
            phase.id, touched.id, open.why
        ),
    };
    let finding = Finding::refused(Rule::R2, change.name, text).of(id);
    finding.gates(open.gates).fixes(open.fixes)
}
