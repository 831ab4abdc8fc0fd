//! R3: every gate for pushes that is concerned holds for what is pushed.

use std::collections::{BTreeMap, BTreeSet};

use super::judge::{Change, Judge};
use super::{CodeAt, Finding, Rule};
use crate::gate::{self, Judgement, State};
use crate::git;
use crate::model::{Gate, On, Phase, Plan, Slug, phase};

impl Judge<'_> {
    /// R3: every gate for pushes that is concerned holds for the tip.
    pub(super) fn push_gates(&self, change: &Change<'_>, id: &Slug) -> git::Result<Vec<Finding>> {
        let policy = self.policy(id);
        let tip = change.signed_by(&policy);
        let mut found: BTreeMap<String, Finding> = BTreeMap::new();
        for plan in self.definitions(id) {
            let touched = self.touched_names(&plan, change);
            for phase in &plan.header.phases {
                let on_push = phase.gates.iter().filter(|gate| gate.on == On::Push);
                for gate in on_push {
                    if !self.concerns(change, &plan, (phase, gate), &touched)? {
                        continue;
                    }
                    let judged = gate::judge_under(&plan, phase, gate, &tip, &policy);
                    if let Some(finding) = self.push_gate(change, id, judged) {
                        found.entry(finding.text.clone()).or_insert(finding);
                    }
                }
            }
        }
        Ok(found.into_values().collect())
    }

    fn push_gate(&self, change: &Change<'_>, id: &Slug, judged: Judgement) -> Option<Finding> {
        let address = judged.address();
        let finding = match judged.state {
            State::Ok | State::NotApplicable => return None,
            State::Waived => {
                let text = format!(
                    "gate {address} is {}: {}",
                    judged.state.as_str(),
                    judged.reason
                );
                return Some(Finding::warning(Rule::R3, change.name, text).of(id));
            }
            _ => {
                let text = format!("gate {address} has to hold for what is pushed");
                Finding::refused(Rule::R3, change.name, text)
            }
        };
        Some(finding.of(id).gates(vec![judged]))
    }

    /// Whether a push is any of a gate's business: it carries commits of its phase or a later one, or
    /// changes what the gate depends on.
    pub(super) fn concerns(
        &self,
        change: &Change<'_>,
        plan: &Plan,
        (phase, gate): (&Phase, &Gate),
        touched: &BTreeSet<Slug>,
    ) -> git::Result<bool> {
        let is_before = |other: &Slug| {
            *other == phase.id
                || phase::predecessors(&plan.header, other)
                    .iter()
                    .any(|p| p.id == phase.id)
        };
        if touched.iter().any(is_before) {
            return Ok(true);
        }
        let Some(old) = change.old else {
            return Ok(!change.brought.commits.is_empty());
        };
        let Some(old) = self.request.repo.peeled(old)? else {
            return Ok(true);
        };
        let before = CodeAt::at(self.request.repo, old, self.request.now)?;
        // What cannot be read is the gate's business, and its judge says so.
        let subject = |code: &CodeAt<'_>| gate::subject(&plan.id, &phase.id, gate, code);
        Ok(match (subject(&before), subject(&change.tip)) {
            (Ok(before), Ok(after)) => before != after,
            _ => true,
        })
    }
}
