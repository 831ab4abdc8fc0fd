//! `git plan block`.

use super::super::complete;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::Status;

/// Say that a task cannot go on, and why
#[derive(Debug, clap::Args)]
pub struct Block {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: String,
}

impl Mutation for Block {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, old) = scope.task(&self.task)?;
        if old.status.is_over() {
            let name = scope.draft.plan(&plan)?.name_of(old.id);
            return Err(Error::new(Kind::No, format!("task {name} is {}", old.status)).hint(format!(
                "git plan update-task {name} --status blocked --reason TEXT   blocks it all the same"
            )));
        }
        let mut new = old.clone();
        scope.set_status(&mut new, Status::Blocked, Some(&self.reason));
        scope.change_task(&plan, &old, &new)?;
        Ok(Act::new(&plan, Entity::Task(old.id), ("block", "blocked")).detail(&self.reason))
    }
}
