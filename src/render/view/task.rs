//! A task, in a list and in full.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::ready::Readiness;
use crate::model::{Claim, Item, Note, Plan, Priority, Slug, Status, Task, TaskId, TaskRow, Time};

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
    /// The specifications that decide whether it is done.
    pub specs: Vec<Slug>,
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
            specs: more.specs.clone(),
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
