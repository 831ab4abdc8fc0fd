//! `git plan remove-spec`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::{Edit, Slug, refer};

/// Take a specification away from a plan
///
/// No task and no gate may name it any more. Less has to hold afterwards than before: the reason is
/// recorded beside the change.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan update-task 4 --no-spec auth --reason \"another task has it\"
  git plan remove-spec auth --reason \"the migration is over\"")]
pub struct RemoveSpec {
    /// The specification
    #[arg(add = complete::specs())]
    pub spec: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Mutation for RemoveSpec {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan_id()?;
        let name = scope.spec_name(&plan, &self.spec)?;
        if let Some(old) = scope.draft.spec(&plan, &name)? {
            scope.draft.apply(&plan, Edit::remove_spec(&old))?;
        }
        let gone = Entity::Gone(name.to_string(), format!("specification {name}"));
        Ok(Act::new(&plan, gone, ("remove", "removed")).because(self.reason.as_deref()))
    }
}

impl Scope<'_, '_> {
    /// The specification of a plan that a word names.
    ///
    /// # Errors
    /// Where there is none of that name.
    pub fn spec_name(&mut self, plan: &Slug, word: &str) -> Result<Slug> {
        let plan = self.draft.plan(plan)?;
        named(plan, word)
    }
}

/// The specification that a word names.
///
/// # Errors
/// Where there is none of that name.
pub fn named(plan: &crate::model::Plan, word: &str) -> Result<Slug> {
    let found = plan.specs.iter().find(|row| row.name.as_str() == word);
    found.map(|row| row.name.clone()).ok_or_else(|| {
        let names = plan.specs.iter().map(|row| row.name.as_str());
        let error = Error::data(format!("plan {} has no specification '{word}'", plan.id));
        let error = error.similar(&refer::similar(word, names));
        error.hint(format!(
            "git plan -p {} show {}   shows the plan with its specifications",
            plan.id, plan.id
        ))
    })
}
