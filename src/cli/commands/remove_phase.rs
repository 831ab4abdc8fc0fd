//! `git plan remove-phase`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::refer;

/// Remove a phase that has no task
#[derive(Debug, clap::Args)]
pub struct RemovePhase {
    /// The phase
    #[arg(add = complete::phases())]
    pub phase: String,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Mutation for RemovePhase {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?;
        let id = refer::phase(plan, &self.phase)?;
        let names_it = |phase: &&crate::model::Phase| {
            phase
                .after
                .as_ref()
                .is_some_and(|after| after.contains(&id))
        };
        if let Some(phase) = plan.header.phases.iter().find(names_it) {
            let other = phase.id.clone();
            return Err(Error::data(format!(
                "phase {id} cannot be removed: {other} comes after it"
            ))
            .hint(format!(
                "git plan update-phase {other} --in-order   lets it follow the list"
            )));
        }
        let mut header = plan.header.clone();
        let plan_id = plan.id.clone();
        header.phases.retain(|phase| phase.id != id);
        scope.change_header(&plan_id, &header)?;
        Ok(Act::new(
            &plan_id,
            Entity::Gone(id.to_string(), format!("phase {id}")),
            ("remove", "removed"),
        )
        .because(self.reason.as_deref()))
    }
}
