//! `git plan update-phase`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::{Phase, refer};

/// Change a phase's title, objective, order
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan update-phase ui --title \"User interface\"
  git plan update-phase ui --after foundation
  git plan update-phase ui --before release")]
pub struct UpdatePhase {
    /// The phase
    #[arg(add = complete::phases())]
    pub phase: String,
    /// What it is called
    #[arg(long)]
    pub title: Option<String>,
    /// What is true when it is done
    #[arg(long, value_name = "TEXT")]
    pub objective: Option<String>,
    /// The phases that it comes after, instead of those before
    #[arg(long, value_name = "PHASE", add = complete::phases())]
    pub after: Vec<String>,
    /// It comes after no phase
    #[arg(long, conflicts_with = "after")]
    pub no_after: bool,
    /// It comes after the one listed before it
    #[arg(long, conflicts_with_all = ["after", "no_after"])]
    pub in_order: bool,
    /// Its place in the list: before this phase
    #[arg(long, value_name = "PHASE", add = complete::phases())]
    pub before: Option<String>,
    /// Its place in the list: the last
    #[arg(long, conflicts_with = "before")]
    pub last: bool,
    /// Why, where less has to hold afterwards than before
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Mutation for UpdatePhase {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?;
        let id = refer::phase(plan, &self.phase)?;
        let after = super::add_phase::after(plan, &self.after, self.no_after)?;
        let before = self
            .before
            .as_ref()
            .map(|word| refer::phase(plan, word))
            .transpose()?;
        let mut header = plan.header.clone();
        let plan_id = plan.id.clone();
        let at = header
            .position(&id)
            .ok_or_else(|| Error::data(format!("there is no phase '{id}'")))?;
        let mut phase = header.phases.remove(at);
        self.change(&mut phase);
        if self.in_order {
            phase.after = None;
        } else if after.is_some() {
            phase.after = after;
        }
        let place = match before {
            Some(before) => header
                .position(&before)
                .ok_or_else(|| Error::usage(format!("phase {id} cannot stand before itself")))?,
            None if self.last => header.phases.len(),
            None => at,
        };
        header.phases.insert(place, phase);
        scope.change_header(&plan_id, &header)?;
        let act = Act::new(&plan_id, Entity::Phase(id), ("update", "updated"));
        Ok(act.because(self.reason.as_deref()))
    }
}

impl UpdatePhase {
    fn change(&self, phase: &mut Phase) {
        if let Some(title) = &self.title {
            phase.title.clone_from(title);
        }
        if self.objective.is_some() {
            phase.objective.clone_from(&self.objective);
        }
    }
}
