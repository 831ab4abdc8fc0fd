//! Records that a push brings: waivers that last too long, tips that nobody has had.

use super::{R5, ids};
use crate::enforce::protection::Globs;
use crate::enforce::{Finding, Side};
use crate::gate::waiver;
use crate::git::Oid;
use crate::model::{Plan, Record, RecordKind, record};
use crate::store::{self, paths};

impl R5<'_, '_> {
    /// Records that this push brings, and that name what no protected ref of the receiving side has had
    /// as what they were at: it would not count as new when a protected ref is made of it. The first
    /// plans may name anything, and CI knows no refs.
    pub(super) fn tips(&self, old: Option<&Plan>, new: &Plan) -> store::Result<Vec<Finding>> {
        let (Some(old), false) = (old, self.request.side == Side::Ci) else {
            return Ok(Vec::new());
        };
        let protect = old.header.protect.iter().chain(&new.header.protect);
        let protect = Globs::new(protect.map(String::as_str));
        let known = self.request.known.iter();
        let known = known.filter(|(name, _)| protect.matches(name));
        let known: Vec<Oid> = known.map(|(_, oid)| *oid).collect();
        let before = ids(Some(old));
        let mut findings = Vec::new();
        for record in new
            .records
            .iter()
            .filter(|record| !before.contains(&record.id))
        {
            let tips = record.tips.iter();
            let tips = tips.filter_map(|tip| Oid::from_hex(tip.as_bytes()).ok());
            let (here, gone): (Vec<Oid>, Vec<Oid>) = tips.partition(|tip| self.repo().has(*tip));
            let strange = self.repo().introduced(&here, &known, self.request.until)?;
            let strange = strange.first().map(|commit| commit.oid);
            // A server has had what its refs were at.
            let gone = gone.first().filter(|_| self.request.side == Side::Server);
            if let Some(tip) = strange.or(gone.copied()) {
                let path = paths::record(&new.id, record.id);
                let text = format!(
                    "{path} names {:.12} as what protected refs were at, and none has had it",
                    tip.to_string()
                );
                findings.push(self.history_of(self.refused(text), &path));
            }
        }
        Ok(findings)
    }

    /// Waivers that this push brings, and that would last longer than one may: they would begin to count
    /// once their end is near enough.
    pub(super) fn waivers(&self, old: Option<&Plan>, new: &Plan) -> Vec<Finding> {
        let known = ids(old);
        let revoked = record::revoked(&new.records);
        let latest = self.request.now.0.saturating_add(waiver::LONGEST);
        let is_too_long = |record: &&Record| {
            record.kind == RecordKind::Waiver
                && !known.contains(&record.id)
                && !revoked.contains(&record.id)
                && record.until.is_some_and(|until| until.0 > latest)
        };
        let found = new.records.iter().filter(is_too_long);
        let told = found.map(|record| {
            let until = record.until.map(|until| until.to_string());
            let text = format!(
                "{}'s waiver lasts until {}: more than 90 days from now",
                record.who,
                &until.unwrap_or_default()[..10]
            );
            self.history_of(self.refused(text), &paths::record(&new.id, record.id))
        });
        told.collect()
    }
}
