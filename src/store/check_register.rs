//! What is wrong in a plan's register, beside files that cannot be read.

use super::check::{Finding, Repair, unknown_keys};
use super::{Result, Snapshot, paths};
use crate::format::layout;
use crate::model::entries::Concern;
use crate::model::{Entry, Plan};

/// Labels that two entries have, what entries are about and is gone, keys that nobody knows.
pub(super) fn check(plan: &Plan, snapshot: &Snapshot<'_>) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    for entry in &plan.register {
        let place = paths::entry(&plan.id, entry.id);
        findings.extend(twin(plan, entry, &place));
        findings.extend(gone(plan, entry, &place));
        let text = snapshot.text(&place)?.unwrap_or_default();
        findings.extend(unknown_keys(&plan.id, &place, &text, &layout::ENTRY));
    }
    Ok(findings)
}

/// An entry that has the label of another one: two clones gave it at the same time.
fn twin(plan: &Plan, entry: &Entry, place: &str) -> Option<Finding> {
    let is_twin = |other: &&Entry| other.label == entry.label && other.id < entry.id;
    let twin = plan.register.iter().find(is_twin)?;
    let text = format!("{} is the label of {} too", entry.label, twin.id);
    let repair = Repair::ByHand(format!("each answers to its id: {}", entry.id));
    Some(Finding::problem(&plan.id, place.to_owned(), text).with(repair))
}

fn gone(plan: &Plan, entry: &Entry, place: &str) -> Vec<Finding> {
    let finding = |word: &String| match plan.concern(word) {
        Concern::Nothing(word) => {
            let label = entry.label;
            let text =
                format!("{label} is about '{word}', which is not there: it counts for every phase");
            Some(Finding::note(&plan.id, place.to_owned(), text))
        }
        _ => None,
    };
    entry.concerns.iter().filter_map(finding).collect()
}
