//! What has to hold less than before: where it may come from, its record, its approval.

use super::{R5, ids};
use crate::enforce::plans::Plans;
use crate::enforce::{CodeAt, Finding};
use crate::gate::{self, Code as _, Signer};
use crate::git::TreeChange;
use crate::model::policy::Weakening as WeakeningRule;
use crate::model::{Person, Plan, Policy, Record, RecordKind, SpecRow, record};
use crate::review::{Weakening, recorded};
use crate::store::{self, paths, weakened};

impl R5<'_, '_> {
    /// What has to hold less than before, without its record.
    pub(super) fn weakened(
        &self,
        old: &Plan,
        new: &Plan,
        policy: &Policy,
    ) -> store::Result<Vec<Finding>> {
        let found = self.found(old, new)?;
        if found.is_empty() {
            return Ok(Vec::new());
        }
        let known = ids(Some(old));
        let revoked = record::revoked(&new.records);
        let counts =
            |record: &&Record| !known.contains(&record.id) && !revoked.contains(&record.id);
        let records: Vec<&Record> = new.records.iter().filter(counts).collect();
        let mut findings = Vec::new();
        for weakening in &found {
            let what = told(weakening, new);
            match recorded::account(weakening, &records) {
                None => {
                    let text = format!("{what}, and no record says why");
                    let log = ["-p", new.id.as_str(), "log"];
                    findings.push(self.refused(text).fix(&log));
                }
                Some(steps) if policy.weakening == WeakeningRule::Approve => {
                    for step in steps {
                        if let Err(why) = self.approved(new, step, policy)? {
                            let id = new.id.as_str();
                            let approve = ["gate", "approve", step.id.as_str(), "--note", "…"];
                            let approve = [&["-p", id][..], &approve].concat();
                            let text = format!("{what}: {why}");
                            findings.push(self.refused(text).fix(&approve));
                        }
                    }
                }
                Some(_) => {}
            }
        }
        Ok(findings)
    }

    /// The weakenings between two states of a plan.
    fn found(&self, old: &Plan, new: &Plan) -> store::Result<Vec<Weakening>> {
        let read = |plans: &Plans<'_>, row: &SpecRow| match &plans.snapshot {
            Some(snapshot) => snapshot.spec(&new.id, row),
            None => Err(store::Error::Broken {
                path: paths::spec(&new.id, &row.name, row.form),
                line: None,
                cause: "missing".to_owned(),
            }),
        };
        let (before, after) = (
            |row: &SpecRow| read(self.old, row),
            |row: &SpecRow| read(self.new, row),
        );
        weakened::between(old, new, before, after)
    }

    /// Whether a plan, before or after the push, or the administrator asks for a review of weakenings, and
    /// this is none.
    pub(super) fn asks_for_review(&self) -> bool {
        let mut plans = self.old.all.values().chain(self.new.all.values());
        let asks = self.floor.policy.reviewed || plans.any(|plan| plan.policy().reviewed);
        asks && !self.request.is_reviewed
    }

    /// A file beside the plans that is pushed: forges look there for what they run, and for what judges
    /// the plans themselves.
    pub(super) fn beside(&self, changes: &[TreeChange]) -> Option<Finding> {
        let paths = changes.iter().map(|change| change.path.to_string());
        let mut beside = paths.filter(|path| paths::owner(path) == paths::Owner::Other);
        let first = beside.next()?;
        let more = beside.count();
        let what = match more {
            0 => first,
            more => format!("{first} and {}", gate::counted(more, "other file")),
        };
        let text = format!(
            "{what} beside the plans: policy.reviewed lets that through a pull request only"
        );
        Some(self.proposed(text))
    }

    /// Refused here, with the way to propose it.
    fn proposed(&self, text: String) -> Finding {
        let name = self.request.place.short();
        let branch = match name.starts_with("refs/") {
            true => "refs/heads/plan/TOPIC",
            false => "plan/TOPIC",
        };
        let refspec = format!("{name}:{branch}");
        self.refused(text).git(&["push", self.remote(), &refspec])
    }

    /// Weakenings that are pushed, where only a review lets them through. Recorded or not: a record says
    /// why, and not that anybody else has looked.
    ///
    /// # Errors
    /// Those of reading.
    pub(super) fn not_reviewed(&self, old: &Plan, new: &Plan) -> store::Result<Option<Finding>> {
        let found = self.found(old, new)?;
        if found.is_empty() || self.request.is_reviewed {
            return Ok(None);
        }
        let what = found.iter().map(|weakening| told(weakening, new));
        let what = what.collect::<Vec<_>>().join(", ");
        let text = format!("{what}: policy.reviewed lets that through a pull request only");
        Ok(Some(self.proposed(text)))
    }

    /// Whether somebody else has approved a change, and signed it.
    fn approved(
        &self,
        plan: &Plan,
        change: &Record,
        policy: &Policy,
    ) -> store::Result<Result<(), String>> {
        let digest = change.digest();
        let about = |record: &Record| {
            record.kind == RecordKind::Approval && record.subject.as_ref() == Some(&digest)
        };
        let author = Person::of(&change.who);
        let code = CodeAt::of_tree(self.repo(), self.repo().empty_tree(), self.request.now);
        let code = code.signers(policy.signers.clone());
        let mut why = "nobody else has approved it (policy.weakening is 'approve')".to_owned();
        for approval in record::deciding(&plan.records, about) {
            let who = Person::of(&approval.who);
            match code.signer(approval, &[]) {
                Ok(Signer::Good(principal)) if principal.to_lowercase() == who.email() => {
                    if !who.may_be(&author) {
                        return Ok(Ok(()));
                    }
                    why = "who made it cannot approve it".to_owned();
                }
                Ok(Signer::Good(principal)) => {
                    why = format!("{principal} has signed for somebody else");
                }
                Ok(Signer::Nobody) => why = "its approval is not signed".to_owned(),
                Ok(Signer::Bad(reason)) | Err(reason) => {
                    why = format!("its approval does not count: {reason}");
                }
            }
        }
        Ok(Err(why))
    }
}

fn told(weakening: &Weakening, plan: &Plan) -> String {
    let what = weakening.matter.called(plan);
    format!("{what} is weaker than before ({})", weakening.why)
}
