//! `git plan register resolve`.

use super::super::super::complete;
use super::super::super::current;
use super::super::super::error::{Error, Kind, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::add_task::text_or_stdin;
use crate::model::{Edit, Entry, Slug, entries, refer};

/// Resolve an entry of the register: answer, confirm, decide, settle
///
/// What is written says who resolved it, and when. It stays as it is; git plan undo opens it again.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan register resolve Q-1 \"SQLite, for now\"
  git plan register resolve auth-migration/A-2 \"Confirmed by the load test of May 3\"")]
pub struct Resolve {
    /// The entry, by its label
    #[arg(add = complete::open_entries())]
    pub label: String,
    /// The answer, the confirmation, what was decided or done; `-` reads standard input
    #[arg(value_name = "TEXT|-")]
    pub text: String,
}

impl Mutation for Resolve {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, old) = entry(scope, &self.label)?;
        if let (false, Some(who)) = (old.is_open(), &old.resolved_by) {
            let message = format!("{} {} was resolved by {who}", old.kind, self.label);
            return Err(Error::new(Kind::No, message)
                .hint(format!("git plan show {}   shows how", self.label)));
        }
        let text = text_or_stdin(&self.text)?;
        let (who, agent) = (scope.writer.signature(), scope.writer.agent.clone());
        let new = old.clone().resolved(&text, who, agent, scope.writer.now);
        let edits = Edit::between_entries(&old, &new);
        scope.draft.apply_all(&plan, edits)?;
        let entity = Entity::Entry(old.id);
        Ok(Act::new(&plan, entity, ("resolve", "resolved")))
    }
}

/// The entry that a word names, `Q-1` or `auth-migration/Q-1`.
fn entry(scope: &mut Scope<'_, '_>, word: &str) -> Result<(Slug, Entry)> {
    let (plan, rest) = match refer::split(word) {
        (None, rest) => (scope.plan_id()?, rest),
        (Some(place), rest) => (current::named(&scope.draft.snapshot, place)?, rest),
    };
    let entry = entries::named(scope.draft.plan(&plan)?, rest)?.clone();
    Ok((plan, entry))
}
