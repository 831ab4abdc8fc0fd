//! `git plan register add`.

use super::super::super::complete;
use super::super::super::error::{Error, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::super::add_task::{task_ids, text_or_stdin};
use super::KindWord;
use crate::model::entries::is_requirement;
use crate::model::{Edit, Entry, EntryKind, Plan, refer};

/// Write a question, an assumption, a risk or the like into the register
///
/// It is given the next label of its kind, D-1, X-1 (a discrepancy), H-1. A gate of
/// kind `questions` does not hold while a blocking question is open that concerns its phase, one of
/// its tasks or the whole plan, or while an assumption that concerns one of them is not confirmed.
/// An entry is resolved, never removed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan register add question \"Which database?\" --blocking --concerns foundation
  git plan register add assumption \"Tokens fit in 4 KiB\" --concerns FR-3 --owner Ada
  git plan register add risk \"The vendor may be late\" --impact \"No release in May\" --concerns 4")]
pub struct Add {
    /// What it is
    #[arg(value_enum)]
    pub kind: KindWord,
    /// What is asked, assumed, feared, decided, found or supposed; `-` reads standard input
    #[arg(value_name = "TEXT|-")]
    pub text: String,
    /// What depends on it
    #[arg(long, value_name = "TEXT")]
    pub impact: Option<String>,
    /// Who has to see to it
    #[arg(long, value_name = "WHO")]
    pub owner: Option<String>,
    /// Let gates of kind `questions` wait for it: of a question, or an assumption
    #[arg(long)]
    pub blocking: bool,
    /// A phase, a task or a requirement (FR-1) that it is about; without any, the whole plan
    #[arg(long, value_name = "WORD", add = complete::concerns())]
    pub concerns: Vec<String>,
}

impl Mutation for Add {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let kind = EntryKind::from(self.kind);
        if self.blocking && !kind.can_block() {
            return Err(Error::usage(format!(
                "a {kind} blocks no gate: questions and assumptions do"
            )));
        }
        let text = text_or_stdin(&self.text)?;
        let mut entry = Entry::new(scope.store.new_entry_id()?, kind, &text);
        let plan = scope.plan()?;
        entry.impact.clone_from(&self.impact);
        entry.owner.clone_from(&self.owner);
        entry.blocking = self.blocking;
        for word in &self.concerns {
            let concerned = concerned(plan, word)?;
            if !entry.concerns.contains(&concerned) {
                entry.concerns.push(concerned);
            }
        }
        let plan_id = plan.id.clone();
        scope.draft.apply(&plan_id, Edit::add_entry(&entry))?;
        let entity = Entity::Entry(entry.id);
        Ok(Act::new(&plan_id, entity, ("add", "added")))
    }
}

/// What a word names, as it is stored: a phase by name, a task by id, a requirement by label. What
/// names nothing would be about nothing, so it is refused.
fn concerned(plan: &Plan, word: &str) -> Result<String> {
    if is_requirement(word) {
        return Ok(word.to_owned());
    }
    let is_number = word.bytes().all(|c| c.is_ascii_digit());
    let phase = refer::phase(plan, word);
    match phase {
        Ok(phase) if !is_number => Ok(phase.to_string()),
        _ => match task_ids(plan, &[word.to_owned()]) {
            Ok(ids) => Ok(ids.into_iter().map(|id| id.to_string()).collect()),
            Err(_) if !is_number && !word.contains('/') => Err(Error::data(format!(
                "'{word}' names no phase, no task and no requirement (such as FR-1) of plan {}",
                plan.id
            ))
            .hint(format!(
                "git plan show {}   shows its phases and tasks",
                plan.id
            ))),
            Err(error) => Err(error),
        },
    }
}
