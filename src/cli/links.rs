//! From the tasks that a commit's message names to tasks of the plans.

use super::current;
use crate::model::linked::Link;
use crate::model::refer::{self, ReferError};
use crate::model::{Slug, TaskId};
use crate::store::{Error as StoreError, Snapshot};

/// Why a link leads to no task.
#[derive(Debug, thiserror::Error)]
pub enum Unresolved {
    /// No plan has that name, or it cannot be read.
    #[error(transparent)]
    Plan(#[from] StoreError),
    /// No task of the plan has that name, or several have.
    #[error(transparent)]
    Task(#[from] ReferError),
}

/// The task that a link names: the plan by its id or key, the task as in every command.
///
/// # Errors
/// [`Unresolved`].
pub fn resolve(snapshot: &Snapshot<'_>, link: &Link) -> Result<(Slug, TaskId), Unresolved> {
    let id = current::named(snapshot, &link.plan)?;
    let plan = super::until_exit(snapshot.plan_of_tasks(&id)?);
    let task = refer::task(&plan, &link.task)?;
    Ok((id, task))
}
