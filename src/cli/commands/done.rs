//! `git plan done`.

use super::super::complete;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::add_task::text_or_stdin;
use crate::model::ready::Readiness;
use crate::model::{Plan, Status, TaskId};

/// Complete a task
///
/// It works from pending and in_progress; every dependency has to be over.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan done 4
  git plan done 4 --report \"Routes in src/routes.rs; tests in tests/login.rs\"")]
pub struct Done {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
    /// What was done; `-` reads standard input
    #[arg(long, value_name = "TEXT|-")]
    pub report: Option<String>,
}

impl Mutation for Done {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan_id, old) = scope.task(&self.task)?;
        let plan = scope.draft.plan(&plan_id)?;
        let name = plan.name_of(old.id);
        let ready_before: Vec<TaskId> = ready(plan).into_iter().map(|(id, _)| id).collect();
        match old.status {
            Status::Blocked => {
                return Err(Error::new(Kind::No, format!("task {name} is blocked"))
                    .hint(format!("git plan unblock {name}   lets it go on")));
            }
            Status::Cancelled => {
                return Err(Error::new(Kind::No, format!("task {name} is cancelled")).hint(format!(
                    "git plan update-task {name} --status completed --reason TEXT   completes it all the same"
                )));
            }
            Status::Pending | Status::InProgress | Status::Completed => {}
        }
        let mut new = old.clone();
        if let Some(report) = &self.report {
            new.report = Some(text_or_stdin(report)?);
        }
        scope.set_status(&mut new, Status::Completed, None);
        scope.change_task(&plan_id, &old, &new)?;
        let mut act = Act::new(&plan_id, Entity::Task(old.id), ("complete", "completed"));
        if new.row().items_open() > 0 {
            let items = new.row().items_open();
            act = act.note(format!(
                "{} unchecked: its phase cannot be closed before that is done",
                crate::gate::counted(items as usize, "item")
            ));
        }
        let plan = scope.draft.plan(&plan_id)?;
        for (_, line) in ready(plan)
            .into_iter()
            .filter(|(id, _)| !ready_before.contains(id))
        {
            act = act.note(format!("ready now: {line}"));
        }
        Ok(match phase_to_close(plan, old.id) {
            Some(phase) => act.note(format!(
                "every task of phase {phase} is over: git plan close-phase {phase}"
            )),
            None => act,
        })
    }
}

fn ready(plan: &Plan) -> Vec<(TaskId, String)> {
    let line = |task: &crate::model::TaskRow| {
        (
            task.id,
            format!("{} \"{}\"", plan.name_of(task.id), task.title),
        )
    };
    Readiness::of(plan).tasks().into_iter().map(line).collect()
}

fn phase_to_close(plan: &Plan, id: TaskId) -> Option<String> {
    let phase = plan.tasks.get(&id)?.phase.as_ref()?;
    let is_over = plan
        .tasks_in(Some(phase))
        .all(crate::model::TaskRow::is_settled);
    is_over.then(|| phase.to_string())
}
