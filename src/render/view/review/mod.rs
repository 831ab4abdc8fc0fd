//! What a reviewer of a code change has to know of the plans.

mod commits;
mod gates;
mod violations;

use schemars::JsonSchema;
use serde::Serialize;

use super::{DiffView, RuleFindingView};
use crate::model::Slug;
use crate::proposal::Proposal;
use crate::proposal::Since;
use commits::commits;

pub use commits::{ReviewCommitView, ReviewTaskView, WrongLinkView};
pub use gates::{EvidenceView, ReviewGateView, ReviewScriptView};
pub use violations::ReviewViolationView;

/// A proposed change of the code, beside the plans.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewView {
    /// What the change is to land on: a commit.
    pub base: String,
    /// The change: a commit.
    pub head: String,
    /// The full name of the branch that it is to land on.
    pub branch: String,
    /// The commit that landing would leave there, which is the head or a merge of both; `null` where
    /// base and head do not merge without conflict. Gates are judged at it, else at the head.
    pub merged: Option<String>,
    /// The commit of the plan ref that the change is judged by.
    pub plans: String,
    /// Whether it would land: it merges, and no rule refuses it.
    pub lands: bool,
    /// What the rules find; what is refused first.
    pub findings: Vec<RuleFindingView>,
    /// How many commits the change brings.
    pub commits: usize,
    /// The tasks that its commits are linked to: by plan, phase and number.
    pub tasks: Vec<ReviewTaskView>,
    /// The commits that bring something and name no task, newest first.
    pub unlinked: Vec<ReviewCommitView>,
    /// The commits that name what is not there, newest first.
    pub wrong_links: Vec<WrongLinkView>,
    /// The gates that it is held to: by plan, in the order of the plan.
    pub gates: Vec<ReviewGateView>,
    /// The files that gates run, as far as the change touches them.
    pub scripts: Vec<ReviewScriptView>,
    /// Where the change breaks specifications of linked and of completed tasks, in the files that it
    /// touches.
    pub violations: Vec<ReviewViolationView>,
    /// The plans that cannot be read, or not whole.
    pub unreadable: Vec<UnreadableView>,
    /// The state of the plans that the change started from: a commit of the plan ref; `null` where
    /// there were no plans yet, or where it cannot be told.
    pub plan_base: Option<String>,
    /// Why that state cannot be told, where it cannot.
    pub plan_base_unknown: Option<String>,
    /// What has changed in the plans since; `null` where that cannot be told.
    pub plan_changes: Option<DiffView>,
}

/// A plan that cannot be read, or a file of one.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UnreadableView {
    /// The plan.
    pub plan: Slug,
    /// What cannot be read, and why.
    pub why: String,
}

impl ReviewView {
    /// The proposal as scripts read it.
    pub fn of(proposal: &Proposal) -> Self {
        let (plan_base, plan_base_unknown) = match &proposal.since {
            Since::Commit(oid) => (Some(oid.to_string()), None),
            Since::Nothing => (None, None),
            Since::Unknown(why) => (None, Some(why.clone())),
        };
        let findings = proposal.report.findings.iter().map(RuleFindingView::of);
        let wrong_links = proposal.wrong.iter().map(|wrong| WrongLinkView {
            commit: ReviewCommitView::of(&wrong.commit),
            why: wrong.why.clone(),
        });
        let unreadable = proposal.unreadable.iter().map(|file| UnreadableView {
            plan: file.plan.clone(),
            why: file.why.clone(),
        });
        Self {
            base: proposal.base.to_string(),
            head: proposal.head.to_string(),
            branch: proposal.branch.clone(),
            merged: proposal.merged.map(|oid| oid.to_string()),
            plans: proposal.plans.to_string(),
            lands: proposal.lands(),
            findings: findings.collect(),
            commits: proposal.commits,
            tasks: proposal.tasks.iter().map(ReviewTaskView::of).collect(),
            unlinked: commits(&proposal.unlinked),
            wrong_links: wrong_links.collect(),
            gates: proposal.gates.iter().map(ReviewGateView::of).collect(),
            scripts: proposal.scripts.iter().map(ReviewScriptView::of).collect(),
            violations: proposal
                .violations
                .iter()
                .map(ReviewViolationView::of)
                .collect(),
            unreadable: unreadable.collect(),
            plan_changes: proposal.changed.as_ref().map(|changed| {
                let plans = Some(proposal.plans.to_string());
                DiffView::of(&changed.changes, plan_base.clone(), plans)
            }),
            plan_base,
            plan_base_unknown,
        }
    }
}
