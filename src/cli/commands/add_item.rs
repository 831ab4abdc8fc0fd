//! `git plan add-item`.

use super::super::complete;
use super::super::error::Result;
use super::super::mutation::{Act, Entity, Mutation, Scope};
use crate::model::Item;

/// Add lines to a task's checklist
#[derive(Debug, clap::Args)]
pub struct AddItem {
    /// The task
    #[arg(add = complete::tasks())]
    pub task: String,
    /// What has to be done; one line each
    #[arg(required = true)]
    pub text: Vec<String>,
    /// The item checks the others, rather than adding work
    #[arg(long)]
    pub audit: bool,
}

impl Mutation for AddItem {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let (plan, old) = scope.task(&self.task)?;
        let mut new = old.clone();
        for text in &self.text {
            let id = scope.store.new_item_id()?;
            new.items.push(Item {
                id,
                text: text.clone(),
                checked: false,
                audit: self.audit,
            });
        }
        scope.change_task(&plan, &old, &new)?;
        let detail = self.text.join("; ");
        Ok(Act::new(
            &plan,
            Entity::Task(old.id),
            ("add item to", "added item to"),
        )
        .detail(detail))
    }
}
