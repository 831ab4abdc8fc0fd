//! What people call the things of a plan: `task 4 "Add login route"`.

use super::{Checkpoint, Entry, Plan, Target};

/// A task, by its number, or another word that it answers to, and its title.
pub fn task(word: &str, title: &str) -> String {
    format!("task {word} \"{title}\"")
}

/// A checkpoint.
pub fn checkpoint(checkpoint: &Checkpoint) -> String {
    format!("checkpoint {} \"{}\"", checkpoint.sequence, checkpoint.name)
}

/// An entry of the register, by its label, or another word that it answers to.
pub fn entry(entry: &Entry, word: &str) -> String {
    format!("{} {word} \"{}\"", entry.kind, entry.title())
}

impl Plan {
    /// What people call the thing that a file of the plan is; by its id where it is not there.
    pub fn called(&self, target: &Target) -> String {
        match target {
            Target::Plan => format!("plan {}", self.id),
            Target::Spec(name) => format!("specification {name}"),
            Target::Record(id) => format!("record {id}"),
            Target::Checkpoint(id) => {
                let mut all = self.checkpoints.iter().map(|row| &row.checkpoint);
                let found = all.find(|checkpoint| checkpoint.id == *id);
                found.map_or_else(|| format!("checkpoint {id}"), checkpoint)
            }
            Target::Register(id) => match self.entry(*id) {
                Some(found) => entry(found, &self.entry_name(*id)),
                None => format!("register entry {id}"),
            },
            Target::Task(id) => match self.tasks.get(id) {
                Some(row) => task(&self.name_of(*id), &row.title),
                None => format!("task {id}"),
            },
        }
    }
}
