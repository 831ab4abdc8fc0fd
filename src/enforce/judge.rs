//! A push, ref by ref: R2 to R4 on branches and tags (`order`, `push_gates`, `links`), R5 on the plan
//! ref (`plan_ref`).
//!
//! A push may bring code and plans together. So the rules of the plan before the push count as well
//! as those after it: who weakens a gate in the same push gains nothing.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use super::brought::Brought;
use super::floor::Floor;
use super::plans::Plans;
use super::protection::Globs;
use super::{CodeAt, Finding, Report, Request, Rule, Severity, Side, Update, plan_ref, private};
use crate::git::{self, Commit, Oid};
use crate::model::policy::Unlinked;
use crate::model::{Policy, Slug};
use crate::store;

/// Judges a push.
///
/// # Errors
/// Those of reading the repository and its configuration, as far as they concern no single ref.
pub fn enforce(request: &Request<'_>) -> store::Result<Report> {
    Judge::new(request)?.report()
}

fn is_code(name: &str) -> bool {
    name.starts_with("refs/heads/") || name.starts_with("refs/tags/")
}

/// The judge of one push.
pub struct Judge<'r> {
    pub(super) request: &'r Request<'r>,
    pub(super) floor: Floor,
    pub(super) old: Rc<Plans<'r>>,
    pub(super) new: Rc<Plans<'r>>,
    pub(super) is_same: bool,
    /// What each plan protects, before and after the push.
    pub(super) globs: Vec<(Slug, Globs)>,
    /// Which commits bring nothing of their own, as far as somebody asked.
    neutral: RefCell<HashMap<Oid, bool>>,
}

/// What a push does to one ref.
pub(super) struct Change<'a> {
    pub(super) name: &'a str,
    pub(super) old: Option<Oid>,
    pub(super) tip: CodeAt<'a>,
    pub(super) brought: Brought,
    pub(super) is_protected: bool,
}

impl<'a> Change<'a> {
    /// The tip, with those whose signatures count.
    pub(super) fn signed_by(&self, policy: &Policy) -> CodeAt<'a> {
        self.tip.clone().signers(policy.signers.clone())
    }
}

impl<'r> Judge<'r> {
    /// The judge of a push, with the plans before and after it.
    ///
    /// # Errors
    /// Those of reading the plans and the configuration.
    pub fn new(request: &'r Request<'r>) -> store::Result<Self> {
        request.repo.stay_offline();
        let reads = |commit: Option<Oid>| Plans::at(request.repo, request.place, commit);
        let (old_at, new_at) = (request.old_plans, request.new_plans());
        // The plans before may be unknown here, after somebody else's push.
        let old_at = old_at.filter(|oid| request.repo.has(*oid));
        let old = Rc::new(reads(old_at)?);
        let judge = Self {
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
            globs: Vec::new(),
            old,
            is_same: old_at == new_at,
            neutral: RefCell::default(),
        };
        Ok(judge.with_globs())
    }

    /// What is wrong with the push.
    ///
    /// # Errors
    /// Those of reading the repository, as far as they concern no single ref.
    pub fn report(&self) -> store::Result<Report> {
        let request = self.request;
        let mut findings = private::judge(request)?;
        for update in &request.updates {
            if update.remote_ref == request.place.reference {
                let plans = (&*self.old, &*self.new);
                findings.extend(plan_ref::judge(request, &self.floor, plans));
            } else if is_code(&update.remote_ref) {
                findings.extend(self.update(update));
            }
        }
        findings.sort_by_key(|finding| finding.severity);
        let old_at = request.old_plans.filter(|oid| request.repo.has(*oid));
        Ok(Report {
            plans: request.new_plans().or(old_at).map(|oid| oid.to_string()),
            findings,
        })
    }
}

impl Judge<'_> {
    fn with_globs(mut self) -> Self {
        let all = self.old.all.iter().chain(&self.new.all);
        let protecting = all.filter(|(_, plan)| !plan.header.protect.is_empty());
        let globs = protecting.map(|(id, plan)| {
            let globs = plan.header.protect.iter().map(String::as_str);
            (id.clone(), Globs::new(globs))
        });
        self.globs = globs.collect();
        self
    }

    fn update(&self, update: &Update) -> Vec<Finding> {
        let name = &update.remote_ref;
        let is_protected = self.is_protected(name);
        let Some(new) = update.local else {
            return self.deletion(name, is_protected);
        };
        let asks_without =
            is_protected && !self.floor.required && self.floor.policy.unlinked == Unlinked::Block;
        if self.old.all.is_empty() && self.new.all.is_empty() && !asks_without {
            return self.without_plans(update, is_protected);
        }
        if !is_protected && (self.request.side == Side::Server || self.holds_plans(new)) {
            return Vec::new();
        }
        match self.judge(update, new, is_protected) {
            Ok(findings) => findings,
            Err(_) if !is_protected => Vec::new(),
            Err(error) => {
                let text = format!("it cannot be judged: {error}");
                vec![Finding::refused(Rule::Refs, name, text)]
            }
        }
    }

    /// Whether a commit holds plans and not code: plans on a branch of their own, to be reviewed there.
    fn holds_plans(&self, commit: Oid) -> bool {
        let repo = self.request.repo;
        let tree = repo.commit(commit).map(|commit| commit.tree);
        let format = tree.and_then(|tree| repo.entry(tree, store::paths::FORMAT));
        matches!(format, Ok(Some(_)))
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
            // A tag of a tree or a blob: code that nobody can be asked about.
            let text = "what is pushed is no commit";
            let refused = || Finding::refused(Rule::Refs, &update.remote_ref, text);
            return Ok(is_protected.then(refused).into_iter().collect());
        };
        let not = self.hidden(update, is_protected);
        let until = self.request.until;
        let brought = Brought::of(repo, commit, &not, until, (&self.old, &self.new))?;
        let authors = brought.authors();
        let change = Change {
            name: &update.remote_ref,
            old: update.remote.filter(|old| repo.has(*old)),
            tip: CodeAt::at(repo, commit, self.request.now)?
                .made_by(authors)
                .until(until),
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
        let first = findings.into_iter().next();
        let warning = first.map(|finding| Finding {
            text: format!("{} ({} is not protected)", finding.text, short(change.name)),
            severity: Severity::Warning,
            gates: Vec::new(),
            ..finding
        });
        warning.into_iter().collect()
    }

    /// Whether a commit brings nothing of its own.
    pub(super) fn is_neutral(&self, commit: &Commit) -> git::Result<bool> {
        if let Some(known) = self.neutral.borrow().get(&commit.oid) {
            return Ok(*known);
        }
        let is_neutral = self.request.repo.is_neutral(commit, self.request.until)?;
        self.neutral.borrow_mut().insert(commit.oid, is_neutral);
        Ok(is_neutral)
    }

    /// The plans whose rules count for a change: those that protect the ref, or that it touches.
    pub(super) fn concerned(&self, change: &Change<'_>) -> BTreeSet<Slug> {
        let all = || self.old.all.keys().chain(self.new.all.keys()).cloned();
        let mut plans = match change.is_protected {
            // What the administrator protects, every plan has a say in.
            true if self.floor.protect.matches(change.name) => all().collect(),
            true => self.protecting(change.name),
            false => BTreeSet::new(),
        };
        plans.extend(change.brought.tasks.keys().cloned());
        plans
    }
}

/// A branch or a tag by its short name.
fn short(name: &str) -> &str {
    let heads = name.strip_prefix("refs/heads/");
    heads
        .or_else(|| name.strip_prefix("refs/tags/"))
        .unwrap_or(name)
}
