//! `git plan remove-task`.

use super::super::complete;
use super::super::error::Result;
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::Edit;

/// Remove a task that nothing depends on
///
/// Its number is not given to another task. `git plan undo` brings it back; to keep it but give
/// it up, use `git plan update-task TASK --status cancelled`.
#[derive(Debug, clap::Args)]
pub struct RemoveTask {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
}

impl Mutation for RemoveTask {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, task) = scope.task(&self.task)?;
        let name = scope.draft.plan(&plan)?.name_of(task.id);
        scope.draft.apply(&plan, Edit::remove_task(&task))?;
        let gone = Entity::Gone(
            task.id.to_string(),
            format!("task {name} \"{}\"", task.title),
        );
        Ok(Act::new(&plan, gone, ("remove", "removed")).note("git plan undo   brings it back"))
    }
}
