//! Rules R2 to R4 on every ref of a push; R5 on the plan ref.
//!
//! A push may bring code and plans together. So the rules of the plan before the push count as well
//! as those after it: who weakens a gate in the same push gains nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::brought::Brought;
use super::closed::Bench;
use super::floor::Floor;
use super::plans::{PlanAt, Plans};
use super::protection::Globs;
use super::{CodeAt, Finding, Report, Request, Rule, Severity, Side, Update, plan_ref};
use crate::gate::{self, Judgement, State};
use crate::git::{self, Oid};
use crate::model::policy::{Land, Unlinked};
use crate::model::{Gate, On, Phase, Plan, Policy, RecordKind, Slug, phase};
use crate::store::{self, paths};

/// Judges a push.
///
/// # Errors
/// Those of reading the repository and its configuration, as far as they concern no single ref.
pub fn enforce(request: &Request<'_>) -> store::Result<Report> {
    request.repo.stay_offline();
    let mut findings = private(request)?;
    let reads = |commit: Option<Oid>| Plans::at(request.repo, request.place, commit);
    let (old_at, new_at) = (request.old_plans, request.new_plans());
    // The plans before may be unknown here, after somebody else's push.
    let old_at = old_at.filter(|oid| request.repo.has(*oid));
    let old = Rc::new(reads(old_at)?);
    let judge = Judge {
        request,
        floor: Floor::of(request.repo)?,
        new: match old_at == new_at {
            true => old.clone(),
            false => Rc::new(match reads(new_at) {
                Err(store::Error::Git(error)) => return Err(error.into()),
                // R5 says what is wrong with it.
                other => other.unwrap_or_default(),
            }),
        },
        old,
        is_same: old_at == new_at,
    };
    for update in &request.updates {
        if update.remote_ref == request.place.reference {
            findings.extend(plan_ref::judge(
                request,
                &judge.floor,
                (&judge.old, &judge.new),
            ));
        } else if is_code(&update.remote_ref) {
            findings.extend(judge.update(update));
        }
    }
    findings.sort_by_key(|finding| finding.severity);
    Ok(Report {
        plans: new_at.or(old_at).map(|oid| oid.to_string()),
        findings,
    })
}

fn is_code(name: &str) -> bool {
    name.starts_with("refs/heads/") || name.starts_with("refs/tags/")
}

/// Refuses what is private, under its own name or another. A deletion takes it away again, and is let
/// through.
fn private(request: &Request<'_>) -> git::Result<Vec<Finding>> {
    let kept = request.repo.refs(paths::PRIVATE)?;
    let is_private = |update: &&Update| {
        let names = [&update.local_ref, &update.remote_ref];
        let is_named = names.iter().any(|name| name.starts_with(paths::PRIVATE));
        let is_kept = |new: Oid| kept.iter().any(|(_, oid)| *oid == new);
        let is_one = |new: Oid| is_named || is_kept(new) || is_log(request.repo, new);
        update.local.is_some_and(is_one)
    };
    let refused = |update: &Update| {
        let text = "private checkpoints are never pushed";
        let finding = Finding::refused(Rule::Refs, &update.remote_ref, text);
        let but = format!("^{}*", paths::PRIVATE);
        match &request.side {
            // A mirror: the same without them.
            Side::Client(remote) if update.remote_ref == update.local_ref => {
                finding.git(&["push", "--prune", "--force", remote, "+refs/*:refs/*", &but])
            }
            _ => finding,
        }
    };
    Ok(request
        .updates
        .iter()
        .filter(is_private)
        .map(refused)
        .collect())
}

/// Whether a commit holds the records of private checkpoints, of whatever clone.
fn is_log(repo: &git::Repo, oid: Oid) -> bool {
    let commit = repo.commit(oid);
    commit.is_ok_and(|commit| {
        commit.parents.is_empty() && commit.message == paths::PRIVATE_LOG_MESSAGE.as_bytes()
    })
}

/// The judge of one push.
struct Judge<'r> {
    request: &'r Request<'r>,
    floor: Floor,
    old: Rc<Plans<'r>>,
    new: Rc<Plans<'r>>,
    is_same: bool,
}

/// A plan's definitions, before or after the push, with its records as they are after it.
type Definitions = Rc<Plan>;

/// What a push does to one ref.
struct Change<'a> {
    name: &'a str,
    old: Option<Oid>,
    tip: CodeAt<'a>,
    brought: Brought,
    is_protected: bool,
}

impl Judge<'_> {
    fn update(&self, update: &Update) -> Vec<Finding> {
        let name = &update.remote_ref;
        let is_protected = self.is_protected(name);
        let Some(new) = update.local else {
            return self.deletion(name, is_protected);
        };
        if self.old.all.is_empty() && self.new.all.is_empty() {
            return self.without_plans(update, is_protected);
        }
        match self.judge(update, new, is_protected) {
            Ok(findings) => findings,
            Err(_) if !is_protected => Vec::new(),
            Err(error) => {
                let text = format!("it cannot be judged: {}", in_words(&error));
                vec![Finding::refused(Rule::Refs, name, text)]
            }
        }
    }

    fn deletion(&self, name: &str, is_protected: bool) -> Vec<Finding> {
        let refused = || Finding::refused(Rule::Refs, name, "a protected ref is not deleted");
        is_protected.then(refused).into_iter().collect()
    }

    fn without_plans(&self, update: &Update, is_protected: bool) -> Vec<Finding> {
        if !(is_protected && self.floor.required) {
            return Vec::new();
        }
        let text = "a plan is required here (plan.required), and there is none";
        let remote = match &self.request.side {
            Side::Client(remote) => remote,
            Side::Server | Side::Ci => "REMOTE",
        };
        let branch = short(&update.local_ref);
        let plans = self.request.place.short();
        let push = ["push", "--atomic", remote, branch, plans];
        vec![Finding::refused(Rule::Refs, &update.remote_ref, text).git(&push)]
    }

    fn judge(&self, update: &Update, new: Oid, is_protected: bool) -> git::Result<Vec<Finding>> {
        let repo = self.request.repo;
        let Some(commit) = repo.peeled(new)? else {
            // A tag of a tree or a blob: no code that a plan could be about.
            return Ok(Vec::new());
        };
        let not = self.hidden(update, is_protected);
        let until = self.request.until;
        let brought = Brought::of(repo, commit, &not, until, (&self.old, &self.new))?;
        let authors = brought.authors();
        let change = Change {
            name: &update.remote_ref,
            old: update.remote.filter(|old| repo.has(*old)),
            tip: CodeAt::at(repo, commit, self.request.now)?.made_by(authors),
            brought,
            is_protected,
        };
        let mut findings = Vec::new();
        if is_protected {
            findings.extend(self.links(&change)?);
        }
        for id in self.concerned(&change) {
            findings.extend(self.phases(&change, &id)?);
            if is_protected {
                findings.extend(self.push_gates(&change, &id)?);
            }
        }
        Ok(match is_protected {
            true => findings,
            false => self.one_warning(&change, findings),
        })
    }

    /// On a branch that is not protected, one line.
    fn one_warning(&self, change: &Change<'_>, findings: Vec<Finding>) -> Vec<Finding> {
        if self.request.side == Side::Server {
            return Vec::new();
        }
        let first = findings.into_iter().next();
        let warning = first.map(|finding| Finding {
            text: format!("{} ({} is not protected)", finding.text, short(change.name)),
            severity: Severity::Warning,
            gates: Vec::new(),
            ..finding
        });
        warning.into_iter().collect()
    }

    /// Whether the floor or a plan protects a ref, before or after the push.
    fn is_protected(&self, name: &str) -> bool {
        self.floor.protect.matches(name) || !self.protecting(name).is_empty()
    }

    /// The plans that protect a ref, before or after the push.
    fn protecting(&self, name: &str) -> BTreeSet<Slug> {
        if !self.floor.may_protect(name) {
            return BTreeSet::new();
        }
        let all = self.old.all.iter().chain(&self.new.all);
        let protects = all.filter(|(_, plan)| {
            let globs = plan.header.protect.iter().map(String::as_str);
            !plan.header.protect.is_empty() && Globs::new(globs).matches(name)
        });
        protects.map(|(id, _)| id.clone()).collect()
    }

    /// The plans whose rules count for a change: those that protect the ref, or that it touches.
    fn concerned(&self, change: &Change<'_>) -> BTreeSet<Slug> {
        let mut plans = match change.is_protected {
            true => self.protecting(change.name),
            false => BTreeSet::new(),
        };
        plans.extend(change.brought.tasks.keys().cloned());
        plans
    }

    /// What does not count as new: the old value; for a new ref what others had.
    fn hidden(&self, update: &Update, is_protected: bool) -> Vec<Oid> {
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

    /// The definitions of a plan: after the push and, where they were others, before it.
    fn definitions(&self, id: &Slug) -> Vec<Definitions> {
        match (self.old.all.get(id), self.new.all.get(id)) {
            (Some(old), Some(new)) => {
                let mut all = vec![Rc::new(new.plan().clone())];
                if !self.is_same && old.header.phases != new.header.phases {
                    let mut before = new.plan().clone();
                    before.header = old.header.clone();
                    all.push(Rc::new(before));
                }
                all
            }
            (Some(one), None) | (None, Some(one)) => vec![Rc::new(one.plan().clone())],
            (None, None) => Vec::new(),
        }
    }

    /// The strictest of the policies before and after the push, and of the floor. Who may sign is
    /// what it was before.
    fn policy(&self, id: &Slug) -> Policy {
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

    /// R4: every commit names a task that is there, or brings nothing of its own.
    fn links(&self, change: &Change<'_>) -> git::Result<Vec<Finding>> {
        let brought = &change.brought;
        let mut findings = Vec::new();
        let wrong = brought.wrong.iter().map(|(at, why)| {
            let text = format!("commit {}: {why}", brought.name(*at));
            Finding::refused(Rule::R4, change.name, text)
        });
        findings.extend(wrong.take(10));
        let plans = self.protecting(change.name);
        let policies = plans.iter().map(|id| self.policy(id).unlinked);
        let rule = policies
            .max()
            .unwrap_or_default()
            .max(self.floor.policy.unlinked);
        if rule == Unlinked::Off {
            return Ok(findings);
        }
        let mut unlinked = Vec::new();
        for at in &brought.unlinked {
            let commit = &brought.commits[*at];
            if !self.request.repo.is_neutral(commit, self.request.until)? {
                unlinked.push(*at);
            }
        }
        let Some(first) = unlinked.first() else {
            return Ok(findings);
        };
        let text = match unlinked.len() - 1 {
            0 => format!("commit {} names no task", brought.name(*first)),
            more => {
                let commits = gate::counted(more, "other");
                format!("commit {} and {commits} name no task", brought.name(*first))
            }
        };
        let finding = match rule {
            Unlinked::Block => {
                let finding = Finding::refused(Rule::R4, change.name, text);
                self.reworded(change, &unlinked, finding)
            }
            _ => Finding::warning(Rule::R4, change.name, text),
        };
        findings.push(finding);
        Ok(findings)
    }

    /// The command by which the messages of commits are written anew.
    fn reworded(&self, change: &Change<'_>, places: &[usize], finding: Finding) -> Finding {
        let commits = &change.brought.commits;
        let oldest = places.last().map(|at| &commits[*at]);
        if let ([_], Some(commit)) = (places, oldest)
            && Some(commit.oid) == change.tip.commit_oid()
        {
            return finding.git(&["commit", "--amend"]);
        }
        let parent = oldest.and_then(|commit| commit.parents.first());
        let from = parent.map_or("--root".to_owned(), ToString::to_string);
        finding.git(&["rebase", "-i", "--rebase-merges", &from])
    }

    /// R2: every phase before a touched one is closed for the tip.
    fn phases(&self, change: &Change<'_>, id: &Slug) -> git::Result<Vec<Finding>> {
        let policy = self.policy(id);
        let mut found: BTreeMap<Slug, Finding> = BTreeMap::new();
        for plan in self.definitions(id) {
            let bench = self.bench(id, &plan, &policy);
            let signed = self.signed_by(&policy, change)?;
            for touched in self.touched(&plan, change) {
                let mut needed = phase::predecessors(&plan.header, &touched.id);
                if policy.land == Land::Closed {
                    needed.push(touched);
                }
                for phase in needed {
                    if found.contains_key(&phase.id) {
                        continue;
                    }
                    let work = change.brought.of_phase(&plan, &phase.id);
                    if let Err(open) = bench.closed_for(phase, &signed, &work)? {
                        let finding = open_phase(change, id, (phase, touched), open);
                        found.insert(phase.id.clone(), finding);
                    }
                }
            }
        }
        Ok(found.into_values().collect())
    }

    fn bench<'a>(&'a self, id: &'a Slug, plan: &'a Plan, policy: &'a Policy) -> Bench<'a> {
        Bench {
            repo: self.request.repo,
            plan,
            policy,
            signers: &policy.signers,
            now: self.request.now,
            known: self.old.all.get(id).map(PlanAt::plan),
            until: self.request.until,
        }
    }

    /// The tip with those whose signatures count.
    fn signed_by<'a>(&'a self, policy: &Policy, change: &Change<'a>) -> git::Result<CodeAt<'a>> {
        let code = change.tip.clone();
        Ok(code.signers(policy.signers.clone()))
    }

    /// R3: every gate for pushes that is concerned holds for the tip.
    fn push_gates(&self, change: &Change<'_>, id: &Slug) -> git::Result<Vec<Finding>> {
        let policy = self.policy(id);
        let tip = self.signed_by(&policy, change)?;
        let mut found: BTreeMap<String, Finding> = BTreeMap::new();
        for plan in self.definitions(id) {
            let touched: BTreeSet<Slug> = self
                .touched(&plan, change)
                .into_iter()
                .map(|phase| phase.id.clone())
                .collect();
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

    /// The phases that the commits of a push belong to. A task is in the phase where it was before
    /// the push, too.
    fn touched<'p>(&self, plan: &'p Plan, change: &Change<'_>) -> Vec<&'p Phase> {
        let tasks = change.brought.tasks.get(&plan.id).into_iter().flatten();
        let states = [&self.old, &self.new].map(|plans| plans.all.get(&plan.id));
        let states: Vec<&Plan> = states.into_iter().flatten().map(PlanAt::plan).collect();
        let phases: BTreeSet<&Slug> = tasks
            .flat_map(|(id, _)| states.iter().map(move |plan| plan.tasks.get(id)))
            .filter_map(|task| task?.phase.as_ref())
            .collect();
        phases.into_iter().filter_map(|id| plan.phase(id)).collect()
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
    fn concerns(
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

fn open_phase(
    change: &Change<'_>,
    id: &Slug,
    (phase, touched): (&Phase, &Phase),
    open: super::closed::Open,
) -> Finding {
    let text = match phase.id == touched.id {
        true => format!(
            "phase {} has to be closed before its work lands: {}",
            phase.id, open.why
        ),
        false => format!(
            "phase {} comes before {}, which this push brings work of: {}",
            phase.id, touched.id, open.why
        ),
    };
    let finding = Finding::refused(Rule::R2, change.name, text).of(id);
    finding.gates(open.gates).fixes(open.fixes)
}

/// A branch or a tag by its short name.
fn short(name: &str) -> &str {
    let heads = name.strip_prefix("refs/heads/");
    heads
        .or_else(|| name.strip_prefix("refs/tags/"))
        .unwrap_or(name)
}

fn in_words(error: &git::Error) -> String {
    error.to_string()
}
