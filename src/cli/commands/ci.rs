//! `git plan ci`: the rules on a proposed change, where hooks can be skipped.

mod record;
mod run;

pub use run::RunGates;

use super::super::context::Context;
use super::super::enforcing;
use super::super::error::{Error, Kind, Result};
use super::super::proposed::{self, Words};
use super::super::verbs::Run;
use crate::enforce::{self, Request, Side};
use crate::git::Repo;
use crate::render::enforcement;
use crate::render::view::EnforcementView;

/// Check a proposed change against the plans: the rules that the hooks enforce
///
/// Judges what the head brings to the base, on the result of merging both. Nothing is run, and nothing
/// is changed. The exit code is 0 where the change may land, 1 where a rule refuses it, 6 where there
/// are no plans to judge by: that is never a pass.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan ci check --base origin/main --head HEAD
  git plan ci check --base \"$BASE_SHA\" --head \"$HEAD_SHA\" --branch main --json
  git plan ci check --plan-ref --base origin/git-plan --head HEAD   # a change of the plans themselves")]
pub struct Check {
    /// What is proposed
    #[command(flatten)]
    pub words: Words,
    /// Base and head are states of the plan ref
    #[arg(long, conflicts_with_all = ["branch", "plans"])]
    pub plan_ref: bool,
}

impl Run for Check {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let mut request = enforcing::request(cx, &repo, &store, Side::Ci, proposed::TIME);
        if self.plan_ref {
            let (base, head) = (
                repo.resolve(&self.words.base)?,
                repo.resolve(&self.words.head)?,
            );
            for (word, commit) in [(&self.words.base, base), (&self.words.head, head)] {
                proposed::require_plans(&store, word, commit)?;
            }
            request.old_plans = Some(base);
            request.updates = vec![proposed::update(&store.place.reference, base, head)];
        } else {
            let proposed = self.words.proposed(cx, &store)?;
            request.old_plans = Some(proposed.plans);
            let tip = proposed.merged.ok_or_else(conflict)?;
            request.updates = vec![proposed::update(&proposed.branch, proposed.base, tip)];
        }
        report(cx, &repo, &request)
    }
}

fn conflict() -> Error {
    Error::new(Kind::No, "base and head do not merge without conflict")
        .hint("git merge BASE   brings them together; then check again")
}

fn report(cx: &Context, repo: &Repo, request: &Request<'_>) -> Result<()> {
    let report = enforce::enforce(request)?;
    let view = EnforcementView::of(&report);
    let plans = request
        .new_plans()
        .map(|oid| oid.to_string())
        .unwrap_or_default();
    let paint = cx.canvas(Some(repo)).paint;
    cx.print("enforcement", &view, || {
        let mut text = format!("judged by the plans at {plans}\n");
        text.push_str(&enforcement::findings(&view, paint, cx.now));
        if view.satisfied {
            text.push_str("nothing stands in the way\n");
        }
        text
    })?;
    match view.satisfied {
        true => Ok(()),
        false => Err(Error::new(Kind::No, "the change may not land").answered()),
    }
}
