//! R5: what a push may do to the plan ref. Judged on its old value against the new one.

use std::collections::BTreeSet;

use super::closed::{Bench, commit_of};
use super::floor::Floor;
use super::plans::{PlanAt, Plans};
use super::protection::Globs;
use super::{CodeAt, Finding, Request, Rule, Side};
use crate::format::read;
use crate::gate::{Code as _, Signer, waiver};
use crate::git::{self, Commit, EntryKind, Oid, Repo, TreeChange};
use crate::model::policy::Weakening as WeakeningRule;
use crate::model::{
    Broken, Entry, Person, Phase, Plan, Policy, Record, RecordId, RecordKind, Slug, TaskId, Time,
};
use crate::model::{entries, limits, linked, phase, record};
use crate::review::{recorded, weakenings};
use crate::store::{self, Snapshot, paths};

/// Judges what a push does to the plan ref.
pub(super) fn judge(
    request: &Request<'_>,
    floor: &Floor,
    plans: (&Plans<'_>, &Plans<'_>),
) -> Vec<Finding> {
    let name = &request.place.reference;
    let refuse = |text: String| vec![Finding::refused(Rule::R5, name, text)];
    let Some(update) = request.plan_update() else {
        return Vec::new();
    };
    let Some(new) = update.local else {
        return refuse("the plan ref is not deleted".to_owned());
    };
    let judged = R5 {
        request,
        floor,
        old: plans.0,
        new: plans.1,
    }
    .judge(new);
    judged.unwrap_or_else(|error| refuse(format!("it cannot be judged: {error}")))
}

struct R5<'a, 'r> {
    request: &'a Request<'r>,
    floor: &'a Floor,
    old: &'a Plans<'r>,
    new: &'a Plans<'r>,
}

impl R5<'_, '_> {
    fn repo(&self) -> &Repo {
        self.request.repo
    }

    fn refused(&self, text: impl Into<String>) -> Finding {
        Finding::refused(Rule::R5, &self.request.place.reference, text)
    }

    fn judge(&self, new: Oid) -> store::Result<Vec<Finding>> {
        if let Err(error) = Snapshot::to_enforce(self.repo(), self.request.place, new) {
            let finding = self.refused(error.to_string());
            return Ok(vec![self.history_of(finding, paths::FORMAT)]);
        }
        let mut findings = Vec::new();
        let before = self.request.plan_update().and_then(|update| update.remote);
        if self.request.side == Side::Server && before != self.request.old_plans {
            let text = "the plans have been changed since this push began";
            return Ok(vec![self.refused(text)]);
        }
        if let Some(old) = self.request.old_plans {
            if !self.repo().has(old) {
                let plan_ref = self.request.place.short().to_owned();
                let fetch = ["fetch", self.remote(), &plan_ref];
                let text = "somebody else has pushed plans that are not here yet";
                return Ok(vec![self.refused(text).git(&fetch)]);
            }
            // An administrator who lets this one through, to purge a leak, answers for what goes.
            if self.floor.allow_rewrite == Some(new) {
                return Ok(Vec::new());
            }
            if !self.repo().is_ancestor(old, new)? {
                let text = format!(
                    "the plan ref is never rewritten: {old:.12} would be lost",
                    old = old.to_string()
                );
                return Ok(vec![self.refused(text)]);
            }
            findings.extend(self.files(old, new)?);
        }
        for (id, plan) in &self.new.all {
            findings.extend(self.broken(self.old.all.get(id), plan));
            if plan.unreadable.is_none() {
                findings.extend(self.plan(id)?);
            }
        }
        Ok(findings)
    }

    fn remote(&self) -> &str {
        match &self.request.side {
            super::Side::Client(remote) => remote,
            _ => "REMOTE",
        }
    }

    /// Plans that go, records that go or change.
    fn files(&self, old: Oid, new: Oid) -> store::Result<Vec<Finding>> {
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
        for change in self.repo().tree_changes(before, after)? {
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

    /// Files of a plan that cannot be read, and could be before, or were not there.
    fn broken(&self, old: Option<&PlanAt<'_>>, new: &PlanAt<'_>) -> Vec<Finding> {
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

    /// The command that shows what was done to a file.
    fn history_of(&self, finding: Finding, path: &str) -> Finding {
        finding.git(&["log", "-p", self.request.place.short(), "--", path])
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

    fn plan(&self, id: &Slug) -> store::Result<Vec<Finding>> {
        let Some(new) = self.new.all.get(id) else {
            return Ok(Vec::new());
        };
        let old = self.old.all.get(id);
        let policy = old.unwrap_or(new).policy().stricter(&self.floor.policy);
        let mut findings = Vec::new();
        if let Some(old) = old {
            findings.extend(self.states(old.plan(), new.plan()));
            findings.extend(self.homeless(old.plan(), new.plan()));
            findings.extend(self.weakened(old.plan(), new.plan(), &policy)?);
        }
        let before = old.map(PlanAt::plan);
        findings.extend(self.waivers(before, new.plan()));
        findings.extend(self.tips(before, new.plan())?);
        findings.extend(self.closings(before, new.plan(), &policy)?);
        Ok(findings.into_iter().map(|finding| finding.of(id)).collect())
    }

    /// Tasks that were started or completed though R1 would have refused it, before as well as
    /// after.
    fn states(&self, old: &Plan, new: &Plan) -> Vec<Finding> {
        let mut findings = Vec::new();
        for task in new.tasks.values() {
            let before = old.tasks.get(&task.id);
            if before == Some(task) {
                continue;
            }
            let Err(refusal) = new.may_become(before, task) else {
                continue;
            };
            if old.may_become(before, task).is_ok() && before.is_some() {
                continue;
            }
            let name = new.name_of(task.id);
            let finding = self.refused(format!("{refusal}; yet it is {}", task.status));
            let update = ["-p", new.id.as_str(), "update-task", &name];
            let back = ["--status", "pending", "--reason", "…"];
            findings.push(finding.fix(&[update, back].concat()));
        }
        findings
    }

    /// Records that this push brings, and that name what no protected ref of the receiving side has had
    /// as what they were at: it would not count as new when a protected ref is made of it. The first
    /// plans may name anything, and CI knows no refs.
    fn tips(&self, old: Option<&Plan>, new: &Plan) -> store::Result<Vec<Finding>> {
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
    fn waivers(&self, old: Option<&Plan>, new: &Plan) -> Vec<Finding> {
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

    /// Tasks whose phase is not there any more: work on them would be held to nothing.
    fn homeless(&self, old: &Plan, new: &Plan) -> Vec<Finding> {
        let is_homeless = |plan: &Plan, id: &TaskId| {
            let phase = plan.tasks.get(id).and_then(|task| task.phase.clone());
            phase.filter(|phase| plan.phase(phase).is_none())
        };
        let mut findings = Vec::new();
        for id in new.tasks.values().map(|task| task.id) {
            let Some(phase) = is_homeless(new, &id) else {
                continue;
            };
            if is_homeless(old, &id).is_none() {
                let name = new.name_of(id);
                let text = format!("task {name} is in phase {phase}, which is not there");
                let update = ["-p", new.id.as_str(), "update-task", &name];
                let words = [&update[..], &["--phase", "PHASE"]].concat();
                findings.push(self.refused(text).fix(&words));
            }
        }
        findings
    }

    /// Closings that this push brings, and that are not right.
    fn closings(
        &self,
        old: Option<&Plan>,
        new: &Plan,
        policy: &Policy,
    ) -> store::Result<Vec<Finding>> {
        let bench = Bench {
            repo: self.repo(),
            plan: new,
            policy,
            signers: &policy.signers,
            now: self.request.now,
            known: old,
            until: self.request.until,
        };
        let mut findings = Vec::new();
        for phase in &new.header.phases {
            let Some(closing) = phase::closing(new, phase) else {
                continue;
            };
            if bench.is_known(phase, closing) {
                continue;
            }
            let wrong = |why: &str| {
                self.refused(format!("phase {} is not closed rightly: {why}", phase.id))
            };
            if closing.when.0 > self.request.now.0.saturating_add(Time::SKEW) {
                findings.push(wrong("it is said to be closed in the future"));
            } else if let Err(open) = bench.right_closing(phase)? {
                let finding = wrong(&open.why).gates(open.gates);
                findings.push(finding.fixes(open.fixes));
            } else if let Some(commit) = self.work_elsewhere(new, phase, closing)? {
                let why = format!("{commit:.12} is work on its tasks, and not in the code of it");
                findings.push(wrong(&why).fixes(bench.again(phase)));
            }
        }
        Ok(findings)
    }

    /// A commit on a protected ref that is linked to a completed task of a phase, and that the code
    /// of its closing does not have.
    fn work_elsewhere(
        &self,
        plan: &Plan,
        phase: &Phase,
        closing: &Record,
    ) -> store::Result<Option<String>> {
        let Some(at) = commit_of(closing).filter(|at| self.repo().has(*at)) else {
            return Ok(None);
        };
        let globs = Globs::new(plan.header.protect.iter().map(String::as_str));
        let known = self.request.known.iter();
        let protected = known.filter(|(name, oid)| {
            (globs.matches(name) || self.floor.protect.matches(name)) && self.repo().has(*oid)
        });
        let tips: Vec<Oid> = protected.map(|(_, oid)| *oid).collect();
        let after = self.repo().introduced(&tips, &[at], self.request.until)?;
        let is_work = |commit: &&Commit| linked::is_work_done_in(plan, &phase.id, &commit.message);
        Ok(after
            .iter()
            .find(is_work)
            .map(|commit| commit.oid.to_string()))
    }

    /// What has to hold less than before, without its record.
    fn weakened(&self, old: &Plan, new: &Plan, policy: &Policy) -> store::Result<Vec<Finding>> {
        let found = weakenings(&old.header, &new.header);
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
            let what = format!(
                "{} is weaker than before ({})",
                weakening.matter, weakening.why
            );
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

/// The records of a plan.
fn ids(plan: Option<&Plan>) -> BTreeSet<RecordId> {
    let records = plan.into_iter().flat_map(|plan| &plan.records);
    records.map(|record| record.id).collect()
}
