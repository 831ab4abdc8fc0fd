//! Files of the plan ref: plans and records that go, records that change, files that cannot be read.

use std::collections::BTreeSet;

use super::R5;
use crate::enforce::Finding;
use crate::enforce::plans::PlanAt;
use crate::format::read;
use crate::git::{self, EntryKind, Oid, TreeChange};
use crate::model::{Broken, Entry, entries, limits};
use crate::store::{self, paths};

impl R5<'_, '_> {
    /// Plans that go, records that go or change.
    pub(super) fn files(&self, old: Oid, new: Oid) -> store::Result<Vec<Finding>> {
        let (before, after) = (self.repo().commit(old)?.tree, self.repo().commit(new)?.tree);
        let gone = self
            .old
            .all
            .keys()
            .filter(|id| !self.new.all.contains_key(id));
        let mut findings: Vec<Finding> = gone
            .map(|id| {
                self.refused(format!(
                    "plan {id} is gone: plans are archived, never removed"
                ))
            })
            .collect();
        let changes = self.repo().bounded_tree_changes(before, after)?;
        findings.extend(
            self.asks_for_review()
                .then(|| self.beside(&changes))
                .flatten(),
        );
        for change in changes {
            let path = change.path.to_string();
            findings.extend(self.file(&path, &change)?);
        }
        Ok(findings)
    }

    /// A record is only ever added, an entry of the register never removed.
    fn file(&self, path: &str, change: &TreeChange) -> store::Result<Option<Finding>> {
        if !paths::is_evidence(path) || change.old.is_none() {
            let lost = self.lost_entry(path, change)?;
            return Ok(lost.map(|why| self.refused(format!("{path}: {why}"))));
        }
        let what = match change.new {
            None => "removed",
            Some(_) => "changed",
        };
        let text = format!("{path} was {what}: records are only ever added");
        Ok(Some(self.history_of(self.refused(text), path)))
    }

    /// What became of an entry of the register that must not; none where it is fine.
    fn lost_entry(&self, path: &str, change: &TreeChange) -> git::Result<Option<String>> {
        let paths::Owner::Register(_, id) = paths::owner(path) else {
            return Ok(None);
        };
        let read = |side: Option<(EntryKind, Oid)>| -> git::Result<Option<Entry>> {
            let bytes = side.map(|(_, oid)| self.repo().blob(oid, limits::FILE));
            let bytes = bytes.transpose()?;
            Ok(bytes.and_then(|bytes| read::entry(&bytes, id.as_str()).ok()))
        };
        Ok(match (change.old, change.new) {
            (Some(_), None) => Some("an entry of the register is resolved, never removed".into()),
            (old, new) => {
                let both = read(old)?.zip(read(new)?);
                let checked = both.map(|(old, new)| entries::check_change(&old, &new));
                checked.and_then(Result::err).map(|why| why.to_string())
            }
        })
    }

    /// Files of a plan that cannot be read, and could be before, or were not there.
    pub(super) fn broken(&self, old: Option<&PlanAt<'_>>, new: &PlanAt<'_>) -> Vec<Finding> {
        let before: BTreeSet<&str> = old
            .into_iter()
            .flat_map(|old| &old.plan().broken)
            .map(|file| &*file.path)
            .collect();
        let is_new = |file: &&Broken| !before.contains(&*file.path);
        let broken = new.plan().broken.iter().filter(is_new);
        let told = broken.map(|file| {
            let text = format!("{} cannot be read: {}", file.path, file.cause);
            self.history_of(self.refused(text), &file.path)
        });
        told.collect()
    }
}
