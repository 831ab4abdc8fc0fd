//! `git plan ready`: what can be taken now, in the order to take it.

use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;
use super::super::{broken_line, current, until_exit};
use crate::model::ready::Readiness;
use crate::model::{Plan, Status, phase};
use crate::render::view::TaskLine;

/// List the tasks that can be taken now
///
/// A task is ready when it is pending, its dependencies are over, and every phase before its own
/// is closed. The most urgent come first, then those of earlier phases, then by number.
#[derive(Debug, clap::Args)]
pub struct Ready {
    /// At most this many
    #[arg(short = 'n', long, value_name = "N")]
    pub limit: Option<usize>,
}

impl Run for Ready {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let plan = until_exit(snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?);
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        let readiness = Readiness::of(&plan);
        let tasks = readiness.tasks();
        let shown = tasks.iter().take(self.limit.unwrap_or(usize::MAX));
        let lines: Vec<TaskLine> = shown
            .map(|task| TaskLine::of(&plan, task, &readiness))
            .collect();
        let canvas = cx.canvas(Some(&repo));
        cx.print_part("tasks", &lines, tasks.len(), || {
            if lines.is_empty() {
                return why_none(&plan) + "\n";
            }
            super::status::task_table(&lines, canvas)
        })
    }
}

/// Why no task is ready, and what would change that.
pub fn why_none(plan: &Plan) -> String {
    let count = |status| {
        plan.tasks
            .values()
            .filter(|task| task.status == status)
            .count()
    };
    if plan.tasks.is_empty() {
        return "No task yet: git plan add-task \"TITLE\"".to_owned();
    }
    if count(Status::Pending) == 0 {
        return match (count(Status::InProgress), count(Status::Blocked)) {
            (0, 0) => "Every task is over.".to_owned(),
            (active, blocked) => {
                format!("No task is pending: {active} in progress, {blocked} blocked.")
            }
        };
    }
    match phase::current(plan).first() {
        Some(phase)
            if plan
                .tasks_in(Some(&phase.id))
                .all(crate::model::TaskRow::is_settled) =>
        {
            format!(
                "Every task of phase {0} is over: git plan close-phase {0}",
                phase.id
            )
        }
        _ => "Every pending task waits for another one, or for a phase to be closed.".to_owned(),
    }
}
