//! What a push is judged by: which plans protect a ref, with which definitions and policy, and which
//! commits are new on it.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::Update;
use super::judge::Judge;
use super::plans::PlanAt;
use crate::git::Oid;
use crate::model::{Plan, Policy, RecordKind, Slug};

impl Judge<'_> {
    /// Whether the floor or a plan protects a ref, before or after the push.
    pub(super) fn is_protected(&self, name: &str) -> bool {
        self.floor.protect.matches(name) || !self.protecting(name).is_empty()
    }

    /// The plans that protect a ref, before or after the push.
    pub(super) fn protecting(&self, name: &str) -> BTreeSet<Slug> {
        if !self.floor.may_protect(name) {
            return BTreeSet::new();
        }
        let protects = self.globs.iter().filter(|(_, globs)| globs.matches(name));
        protects.map(|(id, _)| id.clone()).collect()
    }

    /// What does not count as new: the old value; for a new ref what others had.
    pub(super) fn hidden(&self, update: &Update, is_protected: bool) -> Vec<Oid> {
        if let Some(old) = update.remote.filter(|old| self.request.repo.has(*old)) {
            return vec![old];
        }
        let plan_ref = &self.request.place.reference;
        let known = self
            .request
            .known
            .iter()
            .filter(|(name, _)| name != plan_ref);
        if !is_protected {
            return known.map(|(_, oid)| *oid).collect();
        }
        let protected = known.filter(|(name, _)| self.is_protected(name));
        let mut tips: Vec<Oid> = protected.map(|(_, oid)| *oid).collect();
        for id in self.protecting(&update.remote_ref) {
            tips.extend(self.recorded_tips(&id));
        }
        tips
    }

    /// What the protected refs were at when they came to be protected. Only what was recorded before
    /// this push counts.
    fn recorded_tips(&self, id: &Slug) -> Vec<Oid> {
        let plan = self.old.all.get(id).or_else(|| {
            let is_first = self.request.old_plans.is_none();
            self.new.all.get(id).filter(|_| is_first)
        });
        let records = plan.into_iter().flat_map(|plan| &plan.plan().records);
        let about_protect = records.filter(|record| {
            record.kind == RecordKind::Change && record.about.as_deref() == Some("protect")
        });
        let tips = about_protect.flat_map(|record| &record.tips);
        tips.filter_map(|tip| Oid::from_hex(tip.as_bytes()).ok())
            .collect()
    }

    /// The definitions of a plan: after the push and, where they were others, before it; with its
    /// records as they are after it.
    pub(super) fn definitions(&self, id: &Slug) -> Vec<Cow<'_, Plan>> {
        match (self.old.all.get(id), self.new.all.get(id)) {
            (Some(old), Some(new)) => {
                let mut all = vec![Cow::Borrowed(new.plan())];
                if !self.is_same && old.header.phases != new.header.phases {
                    let mut before = new.plan().clone();
                    before.header = old.header.clone();
                    all.push(Cow::Owned(before));
                }
                all
            }
            (Some(one), None) | (None, Some(one)) => vec![Cow::Borrowed(one.plan())],
            (None, None) => Vec::new(),
        }
    }

    /// The strictest of the policies before and after the push, and of the floor. Who may sign is
    /// what it was before.
    pub(super) fn policy(&self, id: &Slug) -> Policy {
        let (old, new) = (self.old.all.get(id), self.new.all.get(id));
        let policies: Vec<Policy> = [old, new]
            .into_iter()
            .flatten()
            .map(PlanAt::policy)
            .collect();
        let stricter = |policy: Policy| policies.iter().fold(policy, |a, b| a.stricter(b));
        let first = policies.first().cloned().unwrap_or_default();
        stricter(first).stricter(&self.floor.policy)
    }
}
