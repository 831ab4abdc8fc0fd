//! A record in two states: it is only ever added.

use super::{Comparer, Of};
use crate::model::{self, Record, RecordId, Slug};
use crate::review::change::{Account, Change, Kind};
use crate::review::file::Content;
use crate::review::{names, rows};

impl<'a> Comparer<'a> {
    /// Records are only ever added.
    pub(super) fn record(&mut self, of: &Of<'_>) {
        let side =
            |side: &'_ Option<crate::review::Side>| match side.as_ref().map(|side| &side.content) {
                Some(Content::Record(record)) => Some(record.clone()),
                _ => None,
            };
        let (None, Some(record)) = (side(&of.file.old), side(&of.file.new)) else {
            let what = match of.file.new {
                Some(_) => "a record is never changed",
                None => "a record is never removed",
            };
            return self
                .found
                .push(of.whole_text().weaker(what, Account::Missing));
        };
        let revoked = record
            .revokes
            .and_then(|id| self.record_of(&record.plan, id));
        let why = rows::record(&record, revoked.as_ref());
        let mut change = Change {
            to: Some(model::edit::fields(&*record)),
            ..of.change(Kind::Added, 0)
        };
        if let Some(revoked) = &revoked {
            change.entity.name = format!("revocation of {}", names::record(revoked));
        }
        self.found.push(match why {
            Some(why) => change.weaker(why, Account::Itself),
            None => change,
        });
    }

    fn record_of(&self, plan: &Slug, id: RecordId) -> Option<Record> {
        let mut added = self.added.get(plan).into_iter().flatten();
        let found = added
            .find(|record| record.id == id)
            .map(|&record| record.clone());
        found.or_else(|| {
            let plan = self.around.plan(plan)?;
            plan.records.iter().find(|record| record.id == id).cloned()
        })
    }
}
