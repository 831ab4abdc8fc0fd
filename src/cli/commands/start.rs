//! `git plan start`.

use super::super::complete;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::Status;
use crate::render::escape;

/// Start a task, and hold it
///
/// The task must be in a phase whose predecessors are closed.
#[derive(Debug, clap::Args)]
pub struct Start {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
}

impl Mutation for Start {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan_id, old) = scope.task(&self.task)?;
        let name = scope.draft.plan(&plan_id)?.name_of(old.id);
        let me = scope.cx.holder(scope.store.repo, scope.writer);
        let no = |why: String, hint: String| Err(Error::new(Kind::No, why).hint(hint));
        match (old.status, &old.claim) {
            (Status::Pending, _) => {}
            (Status::InProgress, Some(claim)) if claim.holder != me => {
                return no(
                    format!("task {name} is held by {}", claim.holder),
                    format!(
                        "git plan update-task {name} --status pending   takes it back from them"
                    ),
                );
            }
            (Status::InProgress, _) => {}
            (Status::Blocked, _) => {
                let reason = old.reason.clone().unwrap_or_default();
                return no(
                    format!("task {name} is blocked: {}", escape::line(&reason)),
                    format!("git plan unblock {name}   lets it go on"),
                );
            }
            (Status::Completed | Status::Cancelled, _) => {
                return no(
                    format!("task {name} is {}", old.status),
                    format!(
                        "git plan update-task {name} --status in_progress --reason TEXT   opens it again"
                    ),
                );
            }
        }
        let mut new = old.clone();
        scope.set_status(&mut new, Status::InProgress, None);
        scope.change_task(&plan_id, &old, &new)?;
        let plan = scope.draft.plan(&plan_id)?;
        let open: Vec<String> = plan
            .open_dependencies(&new.row())
            .into_iter()
            .map(|id| plan.name_of(id))
            .collect();
        let act = Act::new(&plan_id, Entity::Task(old.id), ("start", "started"));
        Ok(match open.as_slice() {
            [] => act,
            open => act.note(format!("before it can be completed: {}", open.join(", "))),
        })
    }
}
