//! A plan and its phases.

use schemars::JsonSchema;
use serde::Serialize;

use super::TaskLine;
use crate::model::ready::Readiness;
use crate::model::{On, Phase, Plan, Slug, Status, Time, phase};
use crate::store::Summary;

/// A gate's definition.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateLine {
    /// The gate.
    pub id: String,
    /// What kind of condition it is.
    pub kind: String,
    /// When it must hold.
    pub on: On,
    /// What it asks for.
    pub description: Option<String>,
    /// Paths that its outcome depends on; `null`: the whole tree.
    pub inputs: Option<Vec<String>>,
}

/// A phase.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PhaseView {
    /// Names the phase.
    pub id: Slug,
    /// The plan.
    pub plan: Slug,
    /// What it is called.
    pub title: String,
    /// What is true when it is done.
    pub objective: Option<String>,
    /// The phases that come directly before it.
    pub after: Vec<Slug>,
    /// Whether it is closed.
    pub closed: bool,
    /// Since when it is closed.
    pub closed_since: Option<Time>,
    /// Whether everything before it is closed.
    pub reachable: bool,
    /// Its tasks.
    pub tasks_total: usize,
    /// Those that are completed or cancelled.
    pub tasks_over: usize,
    /// Its gates; every phase has `tasks`.
    pub gates: Vec<GateLine>,
}

impl PhaseView {
    /// The phase as it stands.
    pub fn of(plan: &Plan, phase: &Phase) -> Self {
        let position = plan.header.position(&phase.id).unwrap_or(usize::MAX);
        let closing = phase::closing(plan, phase);
        let implicit = GateLine {
            id: crate::gate::TASKS.to_owned(),
            kind: crate::gate::TASKS.to_owned(),
            on: On::Close,
            description: None,
            inputs: None,
        };
        let explicit = phase.gates.iter().map(|gate| GateLine {
            id: gate.id.to_string(),
            kind: gate.kind.clone(),
            on: gate.on,
            description: gate.description.clone(),
            inputs: gate.inputs.clone(),
        });
        Self {
            id: phase.id.clone(),
            plan: plan.id.clone(),
            title: phase.title.clone(),
            objective: phase.objective.clone(),
            after: phase::before(&plan.header, position)
                .into_iter()
                .cloned()
                .collect(),
            closed: closing.is_some(),
            closed_since: closing.map(|record| record.when),
            reachable: phase::in_the_way(plan, Some(&phase.id)).is_empty(),
            tasks_total: plan.tasks_in(Some(&phase.id)).count(),
            tasks_over: plan
                .tasks_in(Some(&phase.id))
                .filter(|task| task.status.is_over())
                .count(),
            gates: std::iter::once(implicit).chain(explicit).collect(),
        }
    }
}

/// A plan with everything in it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanView {
    /// Names the plan.
    pub id: Slug,
    /// What it is called.
    pub title: String,
    /// What is true when it is done.
    pub goal: Option<String>,
    /// `active` or `archived`.
    pub status: String,
    /// Its name elsewhere.
    pub key: Option<String>,
    /// Globs of branch names on which it is the current plan.
    pub branches: Vec<String>,
    /// How many tasks one holder may have in progress.
    pub wip_limit: Option<u32>,
    /// Its phases, in order.
    pub phases: Vec<PhaseView>,
    /// Its tasks, by number.
    pub tasks: Vec<TaskLine>,
    /// Its specifications, by name.
    pub specs: Vec<Slug>,
}

impl PlanView {
    /// The plan as it stands.
    pub fn of(plan: &Plan) -> Self {
        let ready = Readiness::of(plan);
        let mut tasks: Vec<TaskLine> = plan
            .tasks
            .values()
            .map(|task| TaskLine::of(plan, task, &ready))
            .collect();
        tasks.sort_by_key(|task| (task.number, task.id));
        Self {
            id: plan.id.clone(),
            title: plan.header.title.clone(),
            goal: plan.header.goal.clone(),
            status: plan.header.status.to_string(),
            key: plan.header.key.clone(),
            branches: plan.header.branches.clone(),
            wip_limit: plan.header.wip_limit,
            phases: plan
                .header
                .phases
                .iter()
                .map(|phase| PhaseView::of(plan, phase))
                .collect(),
            tasks,
            specs: plan.specs.iter().map(|row| row.name.clone()).collect(),
        }
    }
}

/// How many tasks stand where.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct Counts {
    /// Not started.
    pub pending: u32,
    /// Under way.
    pub in_progress: u32,
    /// Blocked.
    pub blocked: u32,
    /// Done.
    pub completed: u32,
    /// Given up.
    pub cancelled: u32,
}

/// A plan in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct PlanLine {
    /// Names the plan.
    pub id: Slug,
    /// What it is called.
    pub title: String,
    /// `active`, `archived`, or `broken`.
    pub status: String,
    /// Its name elsewhere.
    pub key: Option<String>,
    /// Whether it is the current plan here.
    pub current: bool,
    /// Its tasks.
    pub tasks: Counts,
    /// Its phases.
    pub phases_total: u32,
    /// Those that are closed.
    pub phases_closed: u32,
}

impl PlanLine {
    /// The plan as a list shows it.
    pub fn of(summary: &Summary, current: Option<&Slug>) -> Self {
        Self {
            id: summary.id.clone(),
            title: summary.title.clone(),
            status: match summary.broken {
                Some(_) => "broken".to_owned(),
                None => summary.status.to_string(),
            },
            key: summary.key.clone(),
            current: current == Some(&summary.id),
            tasks: Counts {
                pending: summary.count(Status::Pending),
                in_progress: summary.count(Status::InProgress),
                blocked: summary.count(Status::Blocked),
                completed: summary.count(Status::Completed),
                cancelled: summary.count(Status::Cancelled),
            },
            phases_total: summary.phases,
            phases_closed: summary.phases_closed,
        }
    }
}

/// Where the current plan stands.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct StatusView {
    /// The plan.
    pub plan: PlanLine,
    /// Its phases.
    pub phases: Vec<PhaseView>,
    /// Tasks in progress and blocked.
    pub open: Vec<TaskLine>,
    /// The ready tasks, in the order to take them.
    pub ready: Vec<TaskLine>,
    /// How the plan ref and the remote's copy stand to each other: `same`, `ahead`, `behind`, `diverged`.
    pub remote: Option<String>,
}
