//! Why an edit does not apply.

use super::edit::patch::Mismatch;
use super::{Proof, Slug};

/// Why an edit does not apply.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The state is no longer the one that the edit was made for.
    #[error("{what}: {cause}")]
    Conflict {
        /// The entity.
        what: String,
        /// What is different.
        cause: Mismatch,
    },
    /// The edit names something that is not there.
    #[error("there is no {kind} '{name}' in plan {plan}")]
    Unknown {
        /// What kind of thing.
        kind: &'static str,
        /// The name that was given.
        name: String,
        /// The plan.
        plan: Slug,
    },
    /// The result would not be a valid plan.
    #[error("{0}")]
    Invalid(String),
    /// Dependencies, or phases, would form a circle.
    #[error("{kind} would form a circle: {}", circle.join(" → "))]
    Circle {
        /// What would form it.
        kind: &'static str,
        /// Its members, the first once more at the end.
        circle: Vec<String>,
    },
    /// The task's phase comes after phases that are open.
    #[error(
        "task {task} is in phase {phase}, which comes after {}: still open",
        list(before)
    )]
    PhaseLocked {
        /// The task.
        task: String,
        /// Its phase.
        phase: Slug,
        /// The open phases before it.
        before: Vec<Slug>,
    },
    /// A record cannot be read, so that nobody can tell which phases are closed.
    #[error(
        "nobody can tell whether {} closed: {path} cannot be read",
        list(before)
    )]
    Unreadable {
        /// The record's path.
        path: String,
        /// The phases.
        before: Vec<Slug>,
    },
    /// The task depends on tasks that are not over.
    #[error("task {task} depends on {}: not completed", list(on))]
    OpenDependencies {
        /// The task.
        task: String,
        /// The open ones.
        on: Vec<String>,
    },
    /// The task carries specifications, and nothing proves that the code satisfies them.
    #[error("task {task} is not proven: {}", why(proof))]
    Unproven {
        /// The task.
        task: String,
        /// What people type for it.
        word: String,
        /// What there is instead of a proof.
        proof: Proof,
    },
    /// The task's phase is closed, so nothing may be left to do in it.
    #[error("phase {phase} is closed; task {task} would leave work in it")]
    PhaseClosed {
        /// The task.
        task: String,
        /// Its phase.
        phase: Slug,
    },
    /// The holder has as many tasks in progress as the plan allows.
    #[error("{holder} has {} of {limit} tasks in progress: {}", tasks.len(), list(tasks))]
    WipLimit {
        /// The holder.
        holder: String,
        /// The plan's limit.
        limit: u32,
        /// The tasks in progress.
        tasks: Vec<String>,
    },
    /// The step asks for a reason.
    #[error("{what} takes a reason")]
    NeedsReason {
        /// The step.
        what: String,
    },
    /// Another checkpoint of the plan has that name or that id.
    #[error("there is a checkpoint '{name}' already: number {sequence}")]
    CheckpointExists {
        /// Its name.
        name: String,
        /// Its number.
        sequence: u32,
    },
    /// The plan is archived.
    #[error("plan {0} is archived: it is read-only")]
    Archived(Slug),
}

fn why(proof: &Proof) -> String {
    match proof {
        Proof::Unreadable(name) => {
            format!("its specification {name} is missing or cannot be read")
        }
        Proof::Never => "it was never verified by its specifications".to_owned(),
        Proof::Outdated => "its specifications changed since it was verified".to_owned(),
        Proof::Failed => "its last verification found violations".to_owned(),
        Proof::NotAsked | Proof::Holds => "it is".to_owned(),
    }
}

/// Words with commas between them.
pub(super) fn list<T: ToString>(words: &[T]) -> String {
    words
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}
