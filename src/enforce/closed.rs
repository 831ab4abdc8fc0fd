//! Whether a phase is closed for a tip: by a closing that was right, on code that the tip contains.

use std::time::Instant;

use super::{CodeAt, Fix};
use crate::gate::{Judgement, closing};
use crate::git::{self, Oid, Repo};
use crate::model::{Phase, Plan, Policy, Record, Time, phase};

/// Why a phase is not closed for a tip.
pub struct Open {
    /// Why, in words.
    pub why: String,
    /// Its gates that are unmet.
    pub gates: Vec<Judgement>,
    /// What closes it, once they are met.
    pub fixes: Vec<Fix>,
}

/// What a closing is judged by.
pub struct Bench<'a> {
    /// The repository.
    pub repo: &'a Repo,
    /// The plan.
    pub plan: &'a Plan,
    /// The policy that counts.
    pub policy: &'a Policy,
    /// Whose signatures count, beside the machine's own.
    pub signers: &'a [String],
    /// The clock.
    pub now: Time,
    /// The plan before the push: a closing that it has is judged by the time that it was made at,
    /// one that the push brings by today's clock.
    pub known: Option<&'a Plan>,
    /// When time is up.
    pub until: Option<Instant>,
}

impl Bench<'_> {
    /// Whether a phase is closed for a tip: rightly, and at code that the tip has, with all of
    /// `work`, the new commits of the phase's own tasks. What came after the closing is fine where the
    /// gates hold for the tip as well.
    ///
    /// # Errors
    /// Those of reading history.
    pub fn closed_for(
        &self,
        phase: &Phase,
        tip: &CodeAt<'_>,
        work: &[Oid],
    ) -> git::Result<Result<(), Open>> {
        let closing = match self.right_closing(phase)? {
            Ok(closing) => closing,
            Err(open) => return Ok(Err(self.with_gates_at(tip, phase, open))),
        };
        let mut fixes = Vec::new();
        let short = closing.commit.as_deref().unwrap_or("other code");
        let why = match self.place_of(tip, closing)? {
            None => {
                fixes.extend(self.merge_of(closing));
                format!("it was closed at {short:.12}, which is not in what is pushed")
            }
            Some(place) => match self.later(tip, place, work)? {
                None => return Ok(Ok(())),
                Some(oid) => format!(
                    "it was closed at {short:.12}, before {:.12}, which is work on its tasks",
                    oid.to_string()
                ),
            },
        };
        let unmet = closing::unmet_at(self.plan, phase, tip, self.policy);
        match unmet.is_empty() {
            true => Ok(Ok(())),
            false => Ok(Err(Open {
                why,
                gates: unmet,
                fixes,
            })),
        }
    }

    /// The command that brings the code of a closing, where it is here.
    fn merge_of(&self, closing: &Record) -> Option<Fix> {
        let commit = commit_of(closing).filter(|commit| self.repo.has(*commit))?;
        let short = format!("{:.12}", commit.to_string());
        Some(Fix::Git(vec!["merge".to_owned(), short]))
    }

    /// Where the closing is the matter, what would be unmet at the tip is the help.
    fn with_gates_at(&self, tip: &CodeAt<'_>, phase: &Phase, open: Open) -> Open {
        if !open.gates.is_empty() {
            return open;
        }
        let all = crate::gate::judge(self.plan, phase, tip).into_iter();
        let gates = all
            .filter(|judgement| !judgement.state.is_satisfied())
            .collect();
        Open { gates, ..open }
    }

    /// The closing of a phase, if it was right: every gate held for the code that it names.
    ///
    /// # Errors
    /// Those of reading the repository.
    pub fn right_closing(&self, phase: &Phase) -> git::Result<Result<&Record, Open>> {
        let open = |why: String, fixes| Open {
            why,
            gates: Vec::new(),
            fixes,
        };
        let wrong = |why: String| open(why, self.again(phase));
        if let Some(problem) = &self.policy.problem {
            return Ok(Err(open(problem.clone(), Vec::new())));
        }
        let closing = match closing::standing(self.plan, phase) {
            Ok(closing) => closing,
            Err(why) => {
                // One that stands closes it as soon as its tasks are done again.
                let fix = || vec![self.command(&["close-phase", phase.id.as_str()])];
                let is_closed = phase::is_closed(self.plan, phase);
                return Ok(Err(open(why, if is_closed { Vec::new() } else { fix() })));
            }
        };
        if let Err(why) = closing::check_names(self.plan, phase, closing) {
            return Ok(Err(wrong(why)));
        }
        let is_known = self.is_known(phase, closing);
        let now = match is_known {
            true => closing.when,
            false => self.now,
        };
        let code = match self.code_of(closing, now, is_known)? {
            Ok(code) => code,
            Err(why) => return Ok(Err(wrong(why))),
        };
        let unmet = match is_known {
            true => closing::unmet_then(self.plan, phase, &code, self.policy),
            false => closing::unmet_at(self.plan, phase, &code, self.policy),
        };
        if unmet.is_empty() {
            return Ok(Ok(closing));
        }
        let open = match self.missing(closing) {
            Some(commit) => open(
                format!("it was closed at {commit:.12}, which is not here"),
                Vec::new(),
            ),
            None => wrong("its gates do not hold for the code that it was closed at".to_owned()),
        };
        Ok(Err(Open {
            gates: unmet,
            ..open
        }))
    }

    /// The commit that a closing names, where it is not here.
    fn missing<'c>(&self, closing: &'c Record) -> Option<&'c str> {
        let is_here = self.repo.has(commit_of(closing)?);
        closing.commit.as_deref().filter(|_| !is_here)
    }

    /// The commands that close a phase in place of a closing that is not right.
    pub fn again(&self, phase: &Phase) -> Vec<Fix> {
        let id = phase.id.as_str();
        let reopen = self.command(&["reopen-phase", id, "--reason", "…"]);
        vec![reopen, self.command(&["close-phase", id])]
    }

    /// A command of ours for this plan.
    fn command(&self, words: &[&str]) -> Fix {
        let of_plan = ["-p", self.plan.id.as_str()];
        let words = of_plan.iter().chain(words);
        Fix::Plan(words.map(|&word| word.to_owned()).collect())
    }

    /// Whether a closing closed its phase before the push already. One that was there, and did not, is
    /// judged as if it came now.
    pub fn is_known(&self, phase: &Phase, closing: &Record) -> bool {
        let before = self.known.and_then(|plan| {
            let phase = plan.phase(&phase.id)?;
            phase::closing(plan, phase)
        });
        before.is_some_and(|before| before.id == closing.id)
    }

    /// The code that a closing names.
    fn code_of(
        &self,
        closing: &Record,
        now: Time,
        is_known: bool,
    ) -> git::Result<Result<CodeAt<'_>, String>> {
        let oid = |text: &Option<String>| {
            let oid = named(text.as_ref())?;
            (oid.kind() == self.repo.object_format()).then_some(oid)
        };
        let Some(tree) = oid(&closing.tree) else {
            return Ok(Err("its closing names no code".to_owned()));
        };
        let code = match oid(&closing.commit).filter(|commit| self.repo.has(*commit)) {
            Some(commit) => CodeAt::at(self.repo, commit, now)?,
            None if tree == self.repo.empty_tree() || is_known => {
                CodeAt::of_tree(self.repo, tree, now)
            }
            None => CodeAt::of_tree(self.repo, tree, now).by_nobody_known(),
        };
        let code = code.until(self.until);
        if code.tree_oid() != tree {
            return Ok(Err(
                "its closing names a commit and another one's tree".to_owned()
            ));
        }
        Ok(Ok(code.signers(self.signers.to_vec())))
    }

    /// The commit in the history of a tip whose code a phase was closed at.
    fn place_of(&self, tip: &CodeAt<'_>, closing: &Record) -> git::Result<Option<Oid>> {
        let Some(at) = tip.commit_oid() else {
            return Ok(None);
        };
        if let Some(commit) = commit_of(closing).filter(|commit| self.repo.has(*commit))
            && self.repo.is_ancestor(commit, at)?
        {
            return Ok(Some(commit));
        }
        match named(closing.tree.as_ref()) {
            Some(tree) => self.repo.commit_with_tree(at, tree, self.until),
            None => Ok(None),
        }
    }

    /// The first of some commits that is not in the history of a commit of the tip's.
    fn later(&self, tip: &CodeAt<'_>, place: Oid, work: &[Oid]) -> git::Result<Option<Oid>> {
        let at = match tip.commit_oid() {
            Some(at) if !work.is_empty() => at,
            _ => return Ok(None),
        };
        let after = self.repo.introduced(&[at], &[place], self.until)?;
        let mut after = after.into_iter().map(|commit| commit.oid);
        Ok(after.find(|oid| work.contains(oid)))
    }
}

/// The commit that a closing names, here or not.
pub fn commit_of(closing: &Record) -> Option<Oid> {
    named(closing.commit.as_ref())
}

fn named(text: Option<&String>) -> Option<Oid> {
    Oid::from_hex(text?.as_bytes()).ok()
}
