//! `git plan add-phase`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::{Phase, Plan, Slug, refer};

/// Add a phase
///
/// A phase comes after the one listed before it, unless `--after` names others: two phases after
/// the same one run side by side.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan add-phase \"Foundation\"
  git plan add-phase \"User interface\" --id ui --after foundation
  git plan add-phase \"Research\" --before foundation")]
pub struct AddPhase {
    /// What the phase is called
    pub title: String,
    /// Its name in commands; made from the title if not given
    #[arg(long, value_name = "SLUG")]
    pub id: Option<Slug>,
    /// A phase that it comes after, whatever the order of the list
    #[arg(long, value_name = "PHASE", add = complete::phases())]
    pub after: Vec<String>,
    /// It comes after no phase
    #[arg(long, conflicts_with = "after")]
    pub no_after: bool,
    /// Its place in the list: before this phase
    #[arg(long, value_name = "PHASE", add = complete::phases())]
    pub before: Option<String>,
    /// What is true when it is done
    #[arg(long, value_name = "TEXT")]
    pub objective: Option<String>,
}

impl Mutation for AddPhase {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?;
        let id = self.slug()?;
        if plan.phase(&id).is_some() {
            return Err(Error::data(format!("there is a phase '{id}' already"))
                .hint("--id NAME   gives the new one another name"));
        }
        let mut phase = Phase::new(id.clone(), &self.title);
        phase.objective.clone_from(&self.objective);
        phase.after = after(plan, &self.after, self.no_after)?;
        let place = match &self.before {
            Some(word) => plan.header.position(&refer::phase(plan, word)?),
            None => None,
        };
        let mut header = plan.header.clone();
        header
            .phases
            .insert(place.unwrap_or(header.phases.len()), phase);
        let plan_id = plan.id.clone();
        scope.change_header(&plan_id, &header)?;
        Ok(Act::new(&plan_id, Entity::Phase(id), ("add", "added")))
    }
}

impl AddPhase {
    fn slug(&self) -> Result<Slug> {
        self.id
            .clone()
            .or_else(|| Slug::from_title(&self.title))
            .ok_or_else(|| {
                Error::usage(format!(
                    "no name can be made from the title '{}'",
                    self.title
                ))
                .hint("--id NAME   gives the phase one (a-z, 0-9 and '-')")
            })
    }
}

/// The phases that a phase comes after, from the options.
///
/// # Errors
/// Where a word names no phase.
pub fn after(plan: &Plan, words: &[String], none: bool) -> Result<Option<Vec<Slug>>> {
    if none {
        return Ok(Some(Vec::new()));
    }
    let phases = words
        .iter()
        .map(|word| refer::phase(plan, word))
        .collect::<Result<Vec<_>, _>>()?;
    Ok((!phases.is_empty()).then_some(phases))
}
