//! `git plan check-item`.

use super::super::complete;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::Task;

/// Check lines of a task's checklist
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan check-item 4 1 2
  git plan check-item 4 --all
  git plan check-item 4 2 --uncheck")]
pub struct CheckItem {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
    /// The items: their places in the list, from 1, or the start of their ids
    #[arg(required_unless_present = "all")]
    pub item: Vec<String>,
    /// All items
    #[arg(long, conflicts_with = "item")]
    pub all: bool,
    /// Take the check away
    #[arg(long)]
    pub uncheck: bool,
}

impl Mutation for CheckItem {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, old) = scope.task(&self.task)?;
        let places = if self.all {
            (0..old.items.len()).collect()
        } else {
            self.item
                .iter()
                .map(|word| place(&old, word))
                .collect::<Result<Vec<_>>>()?
        };
        let mut new = old.clone();
        let mut texts = Vec::new();
        for place in places {
            if let Some(item) = new.items.get_mut(place) {
                item.checked = !self.uncheck;
                texts.push(item.text.clone());
            }
        }
        scope.change_task(&plan, &old, &new)?;
        let words = match self.uncheck {
            false => ("check item of", "checked item of"),
            true => ("uncheck item of", "unchecked item of"),
        };
        Ok(Act::new(&plan, Entity::Task(old.id), words).detail(texts.join("; ")))
    }
}

fn place(task: &Task, word: &str) -> Result<usize> {
    let unknown = || {
        Error::data(format!("task {} has no item '{word}'", task.number)).hint(format!(
            "git plan show {}   shows its {} items",
            task.number,
            task.items.len()
        ))
    };
    if word.bytes().all(|c| c.is_ascii_digit()) {
        let place: usize = word.parse().map_err(|_| unknown())?;
        return place
            .checked_sub(1)
            .filter(|place| *place < task.items.len())
            .ok_or_else(unknown);
    }
    let mut found = task
        .items
        .iter()
        .enumerate()
        .filter(|(_, item)| item.id.as_str().starts_with(word));
    match (found.next(), found.next()) {
        (Some((place, _)), None) => Ok(place),
        (Some(_), Some(_)) => Err(Error::data(format!(
            "'{word}' names several items of task {}",
            task.number
        ))),
        (None, _) => Err(unknown()),
    }
}
