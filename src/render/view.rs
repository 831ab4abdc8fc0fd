//! What `--json` prints: the types that scripts can count on.
//!
//! Fields are only ever added within a version of a kind. Absent values are `null`.

use schemars::JsonSchema;
use serde::Serialize;

use crate::gate::Judgement;
use crate::model::ready::Readiness;
use crate::model::{
    Claim, Item, Note, On, Phase, Plan, Priority, Slug, Status, Task, TaskId, TaskRow, Time, phase,
};
use crate::store::Summary;

/// A task in a list.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaskLine {
    /// Names the task; never changes.
    pub id: TaskId,
    /// Its number within the plan.
    pub number: u32,
    /// What commands take for it: the number, or `4-k3v` where two share one.
    pub name: String,
    /// The plan.
    pub plan: Slug,
    /// What is to be done.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// Why it stands there.
    pub reason: Option<String>,
    /// Its phase.
    pub phase: Option<Slug>,
    /// Tasks that have to be over before it is completed.
    pub depends_on: Vec<TaskId>,
    /// Free words.
    pub labels: Vec<String>,
    /// Its lane.
    pub stream: Option<String>,
    /// How soon it should be taken.
    pub priority: Option<Priority>,
    /// Who should do it.
    pub assignee: Option<String>,
    /// How much work it is.
    pub estimate: Option<String>,
    /// Its name elsewhere.
    pub key: Option<String>,
    /// Who holds it.
    pub holder: Option<String>,
    /// Whether it can be taken now.
    pub ready: bool,
    /// Lines of its checklist.
    pub items_total: u32,
    /// Those that are checked.
    pub items_checked: u32,
}

impl TaskLine {
    /// The task as a list shows it.
    pub fn of(plan: &Plan, task: &TaskRow, ready: &Readiness<'_>) -> Self {
        let more = task.more();
        Self {
            id: task.id,
            number: task.number,
            name: plan.name_of(task.id),
            plan: plan.id.clone(),
            title: task.title.to_string(),
            status: task.status,
            reason: more.reason.clone(),
            phase: task.phase.clone(),
            depends_on: task.depends_on.to_vec(),
            labels: more.labels.clone(),
            stream: more.stream.clone(),
            priority: task.priority,
            assignee: more.assignee.clone(),
            estimate: more.estimate.clone(),
            key: more.key.clone(),
            holder: more.holder.clone(),
            ready: ready.is_ready(task),
            items_total: task.items,
            items_checked: task.items_checked,
        }
    }
}

/// A task in full.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TaskView {
    /// What lists show too.
    #[serde(flatten)]
    pub line: TaskLine,
    /// Who gave it its status.
    pub status_by: Option<String>,
    /// Since when it has its status.
    pub status_since: Option<Time>,
    /// Paths and URLs that belong to it.
    pub refs: Vec<String>,
    /// What is to be done, at length.
    pub description: Option<String>,
    /// What was done.
    pub report: Option<String>,
    /// Who holds it, since when and until when.
    pub claim: Option<Claim>,
    /// The checklist.
    pub items: Vec<Item>,
    /// Remarks.
    pub notes: Vec<Note>,
}

impl TaskView {
    /// The task in full.
    pub fn of(plan: &Plan, task: &Task) -> Self {
        Self {
            line: TaskLine::of(plan, &task.row(), &Readiness::of(plan)),
            status_by: task.status_by.clone(),
            status_since: task.status_since,
            refs: task.refs.clone(),
            description: task.description.clone(),
            report: task.report.clone(),
            claim: task.claim.clone(),
            items: task.items.clone(),
            notes: task.notes.clone(),
        }
    }
}

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

/// A gate, judged.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateView {
    /// The phase.
    pub phase: String,
    /// The gate.
    pub gate: String,
    /// Its kind.
    pub kind: String,
    /// `ok`, `unmet`, `stale` or `error`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// The command that would meet it.
    pub fix: Option<String>,
}

impl GateView {
    /// The judgement as scripts read it.
    pub fn of(judgement: &Judgement) -> Self {
        Self {
            phase: judgement.phase.clone(),
            gate: judgement.gate.clone(),
            kind: judgement.kind.clone(),
            state: judgement.state.as_str().to_owned(),
            reason: judgement.reason.clone(),
            fix: judgement.fix.as_deref().map(fix_line),
        }
    }
}

/// The command that would meet a gate, as it is typed.
pub fn fix_line(words: &[String]) -> String {
    let placeholder = |word: &String| {
        if word == "…" {
            "TEXT".to_owned()
        } else {
            word.clone()
        }
    };
    let words: Vec<String> = words.iter().map(placeholder).collect();
    format!("git plan {}", super::quote::command(&words))
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

/// An operation on the plans.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct OperationView {
    /// The commit on the plan ref.
    pub id: String,
    /// When.
    pub when: Time,
    /// Who, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(rename = "as")]
    pub agent: Option<String>,
    /// The command.
    pub operation: Option<String>,
    /// What was done.
    pub subject: String,
    /// The entities.
    pub entities: Vec<String>,
    /// The operation that it took back.
    pub undoes: Option<String>,
    /// Whether it is a merge.
    pub merge: bool,
}

/// A change between two states.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ChangeView {
    /// `added`, `removed`, `changed` or `moved`.
    pub kind: String,
    /// What kind of thing: `plan`, `phase`, `gate`, `task`, `item`, `note`, `record`.
    pub entity: String,
    /// Its id.
    pub id: String,
    /// The plan, and the key within the entity where one changed.
    pub path: String,
    /// What it was.
    pub from: serde_json::Value,
    /// What it is.
    pub to: serde_json::Value,
    /// `weakening` where less has to hold afterwards, else `change`.
    pub severity: String,
}

/// How many changes of each kind.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub struct ChangeCounts {
    /// Things that came.
    pub added: usize,
    /// Things that went.
    pub removed: usize,
    /// Keys that changed.
    pub changed: usize,
    /// Things that changed places.
    pub moved: usize,
    /// Changes after which less has to hold.
    pub weakened: usize,
}

/// The changes between two states.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DiffView {
    /// The commit of the plan ref before.
    pub base: Option<String>,
    /// The commit after; `null` where nothing is stored.
    pub head: Option<String>,
    /// How many.
    pub summary: ChangeCounts,
    /// Each.
    pub changes: Vec<ChangeView>,
}

/// What `batch` and `apply` did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct BatchView {
    /// The commit; `null` where nothing changed.
    pub commit: Option<String>,
    /// How many operations, or edits.
    pub operations: usize,
    /// The tasks that were added, in order.
    pub added: Vec<TaskLine>,
}

/// What `undo` did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct UndoView {
    /// The operation that was taken back.
    pub undone: OperationView,
    /// The new commit; `null` where nothing was left to take back.
    pub commit: Option<String>,
    /// What was left as it is, and why.
    pub left: Vec<String>,
}

/// Something that `doctor` found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct FindingView {
    /// `problem` (wrong in the stored plans) or `note`.
    pub severity: String,
    /// The file on the plan ref, or what else it is about.
    pub place: String,
    /// Line, from 1, where it is known.
    pub line: Option<u32>,
    /// What is wrong.
    pub text: String,
    /// What repairs it.
    pub repair: Option<String>,
    /// Whether `--fix` repaired it now.
    pub fixed: bool,
}

/// A configuration key.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ConfigView {
    /// The key.
    pub key: String,
    /// Its value in force.
    pub value: Option<String>,
    /// Where the value comes from; `default` where nobody set it.
    pub origin: String,
    /// What it does.
    pub about: String,
}

/// A file that `setup` wrote, or another thing that it did.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SetupView {
    /// Files that were written.
    pub written: Vec<String>,
    /// What is left to the person.
    pub advice: Vec<String>,
}

/// Where the demonstration took place.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct DemoView {
    /// The commands that ran.
    pub commands: usize,
    /// The repository that was kept.
    pub kept: Option<String>,
}

/// A file, or a text, by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct TextView {
    /// What it is.
    pub name: String,
    /// Its content.
    pub text: String,
}

/// What went wrong.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ErrorView {
    /// What kind of error, one word.
    pub kind: String,
    /// What was attempted and why it failed.
    pub message: String,
    /// What to do next.
    pub hints: Vec<String>,
}
