//! `git plan status`: where the current plan stands.

use std::fmt::Write as _;

use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;
use super::super::{broken_line, current, until_exit};
use crate::model::ready::Readiness;
use crate::model::{Plan, Status as TaskStatus, TaskRow};
use crate::render::style::{self, Tone};
use crate::render::table::{Canvas, Cell, Table};
use crate::render::view::{PhaseView, PlanLine, StatusView, TaskLine};
use crate::render::{entity, escape};
use crate::store::{Error as StoreError, Relation, Summary};

/// As many ready tasks as the status shows.
const READY: usize = 5;

/// Show where the current plan stands
///
/// Its phases, the tasks in progress and blocked, and the next ones that can be taken. This is
/// what `git plan` without a command does.
#[derive(Debug, clap::Args)]
pub struct Status {}

impl Run for Status {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = match cx.snapshot(&store) {
            Err(StoreError::NoPlans { remote, .. }) => {
                return cx.print("status", &None::<StatusView>, || {
                    super::list::begin(remote.as_deref())
                });
            }
            other => other?,
        };
        let id = current::plan(cx, &repo, &snapshot)?;
        let plan = until_exit(snapshot.plan(&id)?);
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        let relation = snapshot.source.relation;
        let canvas = cx.canvas(Some(&repo));
        let view = view(&plan, relation);
        cx.print("status", &view, || text(&view, &plan, canvas))
    }
}

fn view(plan: &Plan, relation: Option<Relation>) -> StatusView {
    let readiness = Readiness::of(plan);
    let mut open: Vec<&TaskRow> = plan
        .tasks
        .values()
        .filter(|task| matches!(task.status, TaskStatus::InProgress | TaskStatus::Blocked))
        .collect();
    open.sort_by_key(|task| (task.status, task.number, task.id));
    let line = |task: &TaskRow| TaskLine::of(plan, task, &readiness);
    StatusView {
        plan: PlanLine::of(&Summary::of(plan), Some(&plan.id)),
        phases: plan
            .header
            .phases
            .iter()
            .map(|phase| PhaseView::of(plan, phase))
            .collect(),
        open: open.into_iter().map(line).collect(),
        ready: readiness.tasks().into_iter().map(line).collect(),
        remote: relation.map(|relation| format!("{relation:?}").to_lowercase()),
    }
}

fn text(view: &StatusView, plan: &Plan, canvas: Canvas) -> String {
    let paint = canvas.paint;
    let tasks = view.plan.tasks;
    let over = tasks.completed + tasks.cancelled;
    let total = over + tasks.pending + tasks.in_progress + tasks.blocked;
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}  {}  {over} of {total} tasks over{}",
        paint.apply(Tone::Strong, view.plan.id.as_str()),
        escape::line(&view.plan.title),
        if view.plan.status == "active" {
            ""
        } else {
            ", archived"
        },
    );
    let relation = match view.remote.as_deref() {
        Some("ahead") => "ahead of the remote's copy\n",
        Some("behind") => "behind the remote's copy, which is shown\n",
        Some("diverged") => "diverged from the remote's copy\n",
        _ => "",
    };
    out.push_str(relation);
    if !view.phases.is_empty() {
        let _ = write!(out, "\n{}", entity::phases(&view.phases, canvas));
    }
    let mut list = |title: &str, lines: &[TaskLine]| {
        if !lines.is_empty() {
            let _ = write!(
                out,
                "\n{}\n{}",
                paint.apply(Tone::Strong, title),
                task_table(lines, canvas)
            );
        }
    };
    let (blocked, active): (Vec<TaskLine>, Vec<TaskLine>) = view
        .open
        .iter()
        .cloned()
        .partition(|task| task.status == TaskStatus::Blocked);
    list("In progress", &active);
    list("Blocked", &blocked);
    list("Ready", &view.ready[..view.ready.len().min(READY)]);
    if view.ready.len() > READY {
        let _ = writeln!(out, "… {} more: git plan ready", view.ready.len() - READY);
    }
    if total == 0 {
        out.push_str("\nNo task yet: git plan add-task \"TITLE\"\n");
    } else if view.ready.is_empty() && active.is_empty() {
        let _ = writeln!(out, "\n{}", super::ready::why_none(plan));
    }
    out
}

/// Tasks in few columns.
pub fn task_table(lines: &[TaskLine], canvas: Canvas) -> String {
    let mut table = Table::new(&["No.", "Title", "Phase", "Priority", "Holder", "Reason"]).right(0);
    for task in lines {
        table.row([
            Cell::from(task.name.as_str()),
            Cell::toned(&*task.title, style::of_status(task.status)),
            Cell::from(task.phase.as_ref().map_or("", |phase| phase.as_str())),
            Cell::from(task.priority.map_or("", |priority| priority.as_str())),
            Cell::from(task.holder.as_deref().unwrap_or_default()),
            Cell::from(task.reason.as_deref().unwrap_or_default()),
        ]);
    }
    table.render(canvas)
}
