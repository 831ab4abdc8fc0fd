//! A plan's header in two states → what is weaker, each with the records that account for it, and its
//! other edits.

use super::{Comparer, Of, header_of, place_of};
use crate::model::{self, Edit, Header, Record, RecordId, Slug};
use crate::review::change::{Account, Change, Entity, Kind, Sort};
use crate::review::file::Content;
use crate::review::{Matter, Weakening, recorded, weakenings};

impl<'a> Comparer<'a> {
    pub(super) fn lost_plan(&mut self, of: &Of<'_>, plan: &Slug) {
        let header = match of.file.old.as_ref().map(|side| &side.content) {
            Some(Content::Header(header)) => Some(model::edit::fields(&**header)),
            _ => None,
        };
        let change = Change {
            from: header,
            ..of.change(Kind::Removed, 0)
        };
        let why =
            format!("plan {plan} is gone with all of its gates; plans are archived, never removed");
        self.found.push(change.weaker(why, Account::Missing));
    }

    pub(super) fn header(&mut self, of: &Of<'_>, plan: &Slug) {
        let (old, new) = (header_of(&of.file.old), header_of(&of.file.new));
        let found = match (old, new) {
            (Some(old), Some(new)) => weakenings(old, new),
            _ => Vec::new(),
        };
        for weakening in &found {
            let change = self.weakening(of, plan, weakening, new);
            self.found.push(change);
        }
        let told: Vec<&Matter> = found.iter().map(|weakening| &weakening.matter).collect();
        self.edits(of, &told);
    }

    fn weakening(
        &self,
        of: &Of<'_>,
        plan: &Slug,
        weakening: &Weakening,
        new: Option<&Header>,
    ) -> Change {
        let phase = match &weakening.matter {
            Matter::Gate(phase, _) | Matter::Phase(phase) => Some(phase),
            _ => None,
        };
        let (sort, id, key) = match &weakening.matter {
            Matter::Gate(phase, gate) => (Sort::Gate, format!("{phase}/{gate}"), None),
            Matter::Phase(phase) => (Sort::Phase, phase.to_string(), Some("after")),
            Matter::Protect => (Sort::Plan, plan.to_string(), Some("protect")),
            Matter::Branches => (Sort::Plan, plan.to_string(), Some("branches")),
            Matter::Policy => (Sort::Plan, plan.to_string(), Some("policy")),
            Matter::Spec(name) => (Sort::Spec, name.to_string(), None),
            Matter::TaskSpecs(task) => (Sort::Task, task.to_string(), Some("specs")),
        };
        let kind = match (&weakening.matter, &weakening.to) {
            (Matter::Gate(..), None) => Kind::Removed,
            (Matter::Phase(_), _) => Kind::Reordered,
            _ => Kind::Changed,
        };
        let mut change = of.change(kind, 0);
        change.entity = Entity {
            name: format!("{} {id}", sort.as_str()),
            id,
            part_of: None,
            sort,
        };
        change.rank.sort = sort as u8;
        change.rank.phase = phase.map_or(0, |phase| place_of(new, phase));
        change.rank.place = match &weakening.matter {
            Matter::Gate(phase, gate) => {
                let header = header_of(&of.file.old);
                let gates = header
                    .and_then(|header| header.phase(phase))
                    .map(|of| &of.gates);
                let place = gates.and_then(|gates| gates.iter().position(|one| one.id == *gate));
                place.unwrap_or_default()
            }
            _ => 0,
        };
        change.key = key.map(str::to_owned);
        change.from.clone_from(&weakening.from);
        change.to.clone_from(&weakening.to);
        change.weaker(weakening.why.clone(), self.account(plan, weakening))
    }

    /// Whether the records that came account for a weakening.
    pub(super) fn account(&self, plan: &Slug, weakening: &Weakening) -> Account {
        if !self.around.is_stored() {
            return Account::Asked;
        }
        let records = self.added.get(plan).map(Vec::as_slice).unwrap_or_default();
        let revoked: Vec<RecordId> = records.iter().filter_map(|one| one.revokes).collect();
        let standing: Vec<&Record> = records
            .iter()
            .copied()
            .filter(|record| !revoked.contains(&record.id))
            .collect();
        match recorded::account(weakening, &standing) {
            Some(steps) => Account::Recorded(steps.into_iter().cloned().collect()),
            None => Account::Missing,
        }
    }
}

/// Whether an edit is a part of what a matter says.
pub(super) fn is_about(edit: &Edit, matter: &Matter) -> bool {
    match (matter, edit.place.as_slice(), &edit.change) {
        (Matter::Gate(phase, gate), [(_, in_phase), (list, id)], _) => {
            list == "gate" && in_phase == phase.as_str() && id == gate.as_str()
        }
        (Matter::Phase(phase), [(list, id)], model::Change::Set { to, from }) => {
            let is_after = to.contains_key("after") || from.contains_key("after");
            list == "phase" && id == phase.as_str() && is_after
        }
        (Matter::Policy, [], model::Change::Set { from, to }) => {
            from.contains_key("policy") || to.contains_key("policy")
        }
        (Matter::Protect, [], model::Change::Exclude { key, .. }) => key == "protect",
        (Matter::Branches, [], model::Change::Exclude { key, .. }) => key == "branches",
        (Matter::TaskSpecs(_), [], model::Change::Exclude { key, .. }) => key == "specs",
        _ => false,
    }
}
