//! What a reviewer of a code change has to know of the plans.

use schemars::JsonSchema;
use serde::Serialize;

use super::{DiffView, GateView, RuleFindingView};
use crate::enforce::Evidence;
use crate::enforce::GateSeen;
use crate::enforce::Seal;
use crate::model::{FileStatus, RecordId, Slug, Status, TaskId, Time};
use crate::proposal::ChangedScript;
use crate::proposal::LinkedTask;
use crate::proposal::NamedCommit;
use crate::proposal::Proposal;
use crate::proposal::Since;

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

/// A commit of the change.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewCommitView {
    /// The commit.
    pub commit: String,
    /// The first line of its message.
    pub subject: String,
    /// Who wrote it, as `Name <e-mail>`.
    pub author: String,
}

/// A commit that names what is not there.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct WrongLinkView {
    /// The commit.
    #[serde(flatten)]
    pub commit: ReviewCommitView,
    /// What is wrong with what it names.
    pub why: String,
}

/// A task, and the commits of the change that name it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewTaskView {
    /// Its plan.
    pub plan: Slug,
    /// Names the task; never changes.
    pub id: TaskId,
    /// What commands take for it: the number, or `4-k3v` where two share one.
    pub name: String,
    /// What is to be done.
    pub title: String,
    /// Where it stands, in the plans that are judged by.
    pub status: Status,
    /// Its phase.
    pub phase: Option<Slug>,
    /// The commits, newest first.
    pub commits: Vec<ReviewCommitView>,
}

/// A gate that the change is held to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewGateView {
    /// Its plan.
    pub plan: Slug,
    /// The gate, judged.
    #[serde(flatten)]
    pub gate: GateView,
    /// Whether it must hold for every push, not only when its phase is closed.
    pub on_push: bool,
    /// Whether its phase is closed: then it held, and what came later need not meet it again.
    pub phase_closed: bool,
    /// The records that it holds by.
    pub evidence: Vec<EvidenceView>,
}

/// A record that a gate holds by.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceView {
    /// Names the record.
    pub id: RecordId,
    /// What it is: `outcome`, `approval`, `waiver`.
    pub kind: String,
    /// Who gave it, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(rename = "as")]
    pub agent: Option<String>,
    /// When.
    pub when: Time,
    /// Where a command ran, `local` or `ci`.
    pub runner: Option<String>,
    /// Whether the one whom it names has signed it: `signed`, `unsigned`, or `doubtful` where the
    /// signature does not hold here.
    #[schemars(regex(pattern = r"^(signed|unsigned|doubtful)$"))]
    pub seal: String,
    /// Why a signature does not hold, where it does not.
    pub doubt: Option<String>,
    /// What was said.
    pub note: Option<String>,
}

/// A file that gates run, and that the change touches.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewScriptView {
    /// Its path from the top.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
    /// The gates that run it.
    pub gates: Vec<GateNameView>,
}

/// A gate, by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateNameView {
    /// Its plan.
    pub plan: Slug,
    /// The gate, as `phase/gate`.
    pub gate: String,
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
            unreadable: unreadable.collect(),
            plan_changes: proposal.changes.as_ref().map(|changes| {
                DiffView::of(changes, plan_base.clone(), Some(proposal.plans.to_string()))
            }),
            plan_base,
            plan_base_unknown,
        }
    }
}

fn commits(commits: &[NamedCommit]) -> Vec<ReviewCommitView> {
    commits.iter().map(ReviewCommitView::of).collect()
}

impl ReviewCommitView {
    fn of(commit: &NamedCommit) -> Self {
        Self {
            commit: commit.oid.to_string(),
            subject: commit.subject.clone(),
            author: commit.author.clone(),
        }
    }
}

impl ReviewTaskView {
    fn of(task: &LinkedTask) -> Self {
        Self {
            plan: task.plan.clone(),
            id: task.id,
            name: task.name.clone(),
            title: task.title.clone(),
            status: task.status,
            phase: task.phase.clone(),
            commits: commits(&task.commits),
        }
    }
}

impl ReviewGateView {
    fn of(seen: &GateSeen) -> Self {
        Self {
            plan: seen.plan.clone(),
            gate: GateView::of(&seen.judgement),
            on_push: seen.on == crate::model::On::Push,
            phase_closed: seen.is_closed,
            evidence: seen.evidence.iter().map(EvidenceView::of).collect(),
        }
    }
}

impl EvidenceView {
    fn of(evidence: &Evidence) -> Self {
        let record = &evidence.record;
        let (seal, doubt) = match &evidence.seal {
            Seal::Unsigned => ("unsigned", None),
            Seal::Signed => ("signed", None),
            Seal::Doubtful(why) => ("doubtful", Some(why.clone())),
        };
        Self {
            id: record.id,
            kind: record.kind.as_str().to_owned(),
            who: record.who.clone(),
            agent: record.agent.clone(),
            when: record.when,
            runner: record.runner.clone(),
            seal: seal.to_owned(),
            doubt,
            note: record.note.clone(),
        }
    }
}

impl ReviewScriptView {
    fn of(script: &ChangedScript) -> Self {
        let gates = script.gates.iter().map(|(plan, gate)| GateNameView {
            plan: plan.clone(),
            gate: gate.clone(),
        });
        Self {
            path: script.path.clone(),
            status: script.status,
            gates: gates.collect(),
        }
    }
}
