//! `git plan note`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::add_task::text_or_stdin;
use crate::model::Note;

/// Add a note to a task
#[derive(Debug, clap::Args)]
pub struct NoteTask {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
    /// What it says; `-` reads standard input
    #[arg(value_name = "TEXT|-")]
    pub text: String,
}

impl Mutation for NoteTask {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, old) = scope.task(&self.task)?;
        let text = text_or_stdin(&self.text)?;
        if text.trim().is_empty() {
            return Err(Error::usage("the note is empty"));
        }
        let mut new = old.clone();
        new.notes.push(Note {
            id: scope.store.new_note_id()?,
            who: scope.writer.signature(),
            when: scope.writer.now,
            text,
        });
        scope.change_task(&plan, &old, &new)?;
        Ok(Act::new(
            &plan,
            Entity::Task(old.id),
            ("note on", "noted on"),
        ))
    }
}
