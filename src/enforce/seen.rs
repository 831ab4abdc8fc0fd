//! A change as the judge sees it: what it brings, and every gate that it is held to, whether or not
//! that stands in its way. For whoever shows a change instead of refusing it.

use std::collections::BTreeSet;

use super::brought::Brought;
use super::judge::{Change, Judge};
use super::{CodeAt, Plans};
use crate::gate::{self, Case, Judgement, closing};
use crate::git::{self, Oid};
use crate::model::{Gate, On, Phase, Plan, Policy, Record, Slug, phase};

/// What a change brings, and the gates that it is held to.
pub struct Seen {
    /// The new commits, and what they name.
    pub brought: Brought,
    /// The places of the commits that bring something and name no task.
    pub unlinked: Vec<usize>,
    /// The gates of the phases that it brings work of, of the phases before those, and the gates for
    /// pushes that it concerns: by plan, then in the order of the plan.
    pub gates: Vec<GateSeen>,
}

/// A gate that a change is held to.
#[derive(Debug, Clone)]
pub struct GateSeen {
    /// Its plan.
    pub plan: Slug,
    /// Whether it holds for the code.
    pub judgement: Judgement,
    /// When it must hold.
    pub on: On,
    /// Whether its phase is closed: then it held, and what came later need not meet it again.
    pub is_closed: bool,
    /// The records that it holds by.
    pub evidence: Vec<Evidence>,
}

/// A record that a gate holds by.
#[derive(Debug, Clone)]
pub struct Evidence {
    /// The record.
    pub record: Record,
    /// Whether the one whom it names has signed it.
    pub seal: Seal,
}

/// Whether a record is signed by the one whom it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seal {
    /// It has no signature: it says who, and nobody can tell.
    Unsigned,
    /// It has a good one.
    Signed,
    /// It has one that does not hold here, and why.
    Doubtful(String),
}

impl<'r> Judge<'r> {
    /// The plans after the push.
    pub fn plans(&self) -> &Plans<'r> {
        &self.new
    }

    /// Looks at what lands on a ref: the commits that `head` reaches and `base` does not, and the gates
    /// at the commit `at`, which is what would be there.
    ///
    /// # Errors
    /// Those of reading history and code.
    pub fn see(&self, name: &str, (base, head, at): (Oid, Oid, Oid)) -> git::Result<Seen> {
        let (repo, until) = (self.request.repo, self.request.until);
        let brought = Brought::of(repo, head, &[base], until, (&self.old, &self.new))?;
        let authors = brought.authors();
        let change = Change {
            name,
            old: Some(base),
            tip: CodeAt::at(repo, at, self.request.now)?
                .made_by(authors)
                .until(until),
            brought,
            is_protected: self.is_protected(name),
        };
        let mut gates = Vec::new();
        for id in self.concerned(&change) {
            self.gates_of(&change, &id, &mut gates)?;
        }
        Ok(Seen {
            unlinked: self.without_task(&change.brought)?,
            gates,
            brought: change.brought,
        })
    }

    fn gates_of(
        &self,
        change: &Change<'_>,
        id: &Slug,
        found: &mut Vec<GateSeen>,
    ) -> git::Result<()> {
        let policy = self.policy(id);
        let tip = change.signed_by(&policy);
        for plan in self.definitions(id) {
            let touched = self.touched_names(&plan, change);
            let in_the_way = with_predecessors(&plan, &touched);
            for phase in &plan.header.phases {
                let implicit = gate::find(phase, gate::TASKS);
                for gate in implicit.iter().chain(&phase.gates) {
                    let is_held = in_the_way.contains(&phase.id)
                        || gate.on == On::Push
                            && self.concerns(change, &plan, (phase, gate), &touched)?;
                    if is_held {
                        found.push(seen(&plan, (phase, gate), &tip, &policy));
                    }
                }
            }
        }
        Ok(())
    }
}

/// Some phases and those before them, near or far.
fn with_predecessors(plan: &Plan, phases: &BTreeSet<Slug>) -> BTreeSet<Slug> {
    let before = phases
        .iter()
        .flat_map(|id| phase::predecessors(&plan.header, id))
        .map(|phase| phase.id.clone());
    before.chain(phases.iter().cloned()).collect()
}

fn seen(
    plan: &Plan,
    (phase, gate): (&Phase, &Gate),
    tip: &CodeAt<'_>,
    policy: &Policy,
) -> GateSeen {
    let judgement = gate::judge_under(plan, phase, gate, tip, policy);
    let case = Case {
        plan,
        phase,
        gate,
        code: tip,
        policy,
    };
    let named = |record: &&Record| judgement.records.contains(&record.id);
    let evidence = plan.records.iter().filter(named).map(|record| Evidence {
        record: record.clone(),
        seal: seal(&case, record),
    });
    GateSeen {
        plan: plan.id.clone(),
        on: gate.on,
        is_closed: closing::standing(plan, phase).is_ok(),
        evidence: evidence.collect(),
        judgement,
    }
}

fn seal(case: &Case<'_>, record: &Record) -> Seal {
    if record.signature.is_none() {
        return Seal::Unsigned;
    }
    match case.signature(record) {
        Ok(Ok(())) => Seal::Signed,
        Ok(Err(why)) | Err(why) => Seal::Doubtful(why),
    }
}
