//! `git plan unblock`.

use super::super::complete;
use super::super::error::{Error, Kind, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::Status;

/// Let a blocked task go on
///
/// Where somebody holds it, it is in progress again; else it is pending.
#[derive(Debug, clap::Args)]
pub struct Unblock {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
}

impl Mutation for Unblock {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, old) = scope.task(&self.task)?;
        if old.status != Status::Blocked {
            let name = scope.draft.plan(&plan)?.name_of(old.id);
            return Err(Error::new(
                Kind::No,
                format!("task {name} is not blocked: it is {}", old.status),
            ));
        }
        let mut new = old.clone();
        let status = if old.claim.is_some() {
            Status::InProgress
        } else {
            Status::Pending
        };
        scope.set_status(&mut new, status, None);
        scope.change_task(&plan, &old, &new)?;
        Ok(Act::new(
            &plan,
            Entity::Task(old.id),
            ("unblock", "unblocked"),
        ))
    }
}
