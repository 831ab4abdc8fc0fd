//! `git plan review`: what a reviewer of a code change has to know of the plans.

use super::super::context::Context;
use super::super::enforcing;
use super::super::error::Result;
use super::super::proposed::{self, Words};
use super::super::verbs::Run;
use crate::enforce::Side;
use crate::git::Oid;
use crate::proposal::{self, Proposal};
use crate::render::review;
use crate::render::view::ReviewView;
use crate::store::Store;

/// Show what a reviewer of a code change has to know of the plans
///
/// The tasks that its commits are linked to, the gates at the result of merging it, by whose word they
/// hold, commits without a task, scripts of gates that it changes, and what has changed in the plans
/// since it left the base. Nothing is run, and nothing is refused: the exit code is 0 whatever is found,
/// and git plan ci check is the judge.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan review --base origin/main --head HEAD
  git plan review --base \"$BASE_SHA\" --head \"$HEAD_SHA\" --branch main --json")]
pub struct Review {
    /// What the change is to land on
    #[arg(long, value_name = "REV")]
    pub base: String,
    /// The change
    #[arg(long, value_name = "REV")]
    pub head: String,
    /// The branch that it is to land on; without it, the one that --base names
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<String>,
    /// The state of the plans to judge by; without it, the plan ref
    #[arg(long, value_name = "REV")]
    pub plans: Option<String>,
    /// The state of the plans that the change started from; without it, the last one that is not
    /// younger than the commit where it left the base
    #[arg(long, value_name = "REV")]
    pub plan_base: Option<String>,
}

impl Run for Review {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let proposal = self.look(cx, &store)?;
        let view = ReviewView::of(&proposal);
        let canvas = cx.canvas(Some(&repo));
        if cx.globals.json {
            return cx.print("review", &view, String::new);
        }
        cx.page(&repo, &review::text(&view, canvas))
    }
}

impl Review {
    fn look(&self, cx: &Context, store: &Store<'_>) -> Result<Proposal> {
        let proposed = Words {
            base: &self.base,
            head: &self.head,
            branch: self.branch.as_deref(),
            plans: self.plans.as_deref(),
        }
        .proposed(cx, store)?;
        let mut request = enforcing::request(cx, store.repo, store, Side::Ci, proposed::TIME);
        let tip = proposed.merged.unwrap_or(proposed.head);
        request.old_plans = Some(proposed.plans);
        request.updates = vec![proposed::update(&proposed.branch, proposed.base, tip)];
        let change = proposal::Change {
            plan_base: self.plan_base(store)?,
            base: proposed.base,
            head: proposed.head,
            branch: proposed.branch,
            merged: proposed.merged,
        };
        Ok(proposal::look(&request, proposed.plans, change)?)
    }

    fn plan_base(&self, store: &Store<'_>) -> Result<Option<Oid>> {
        let Some(word) = &self.plan_base else {
            return Ok(None);
        };
        let commit = store.repo.resolve(word)?;
        proposed::require_plans(store, word, commit)?;
        Ok(Some(commit))
    }
}
