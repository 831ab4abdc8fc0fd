//! The tasks that the commits of a change are linked to.

use super::{LinkedTask, NamedCommit};
use crate::enforce::{Brought, PlanAt, Plans};
use crate::git::Commit;
use crate::model::{Plan, TaskRow};

/// The tasks: by plan, phase and number, each once, however many lines of however many commits name it.
pub(super) fn linked(brought: &Brought, plans: &Plans<'_>) -> Vec<LinkedTask> {
    let mut found = Vec::new();
    for (id, tasks) in &brought.tasks {
        let Some(plan) = plans.all.get(id).map(PlanAt::plan) else {
            continue;
        };
        let mut of_plan: Vec<(&TaskRow, &Vec<usize>)> = tasks
            .iter()
            .filter_map(|(task, places)| Some((plan.tasks.get(task)?, places)))
            .collect();
        of_plan.sort_by_key(|(task, _)| {
            let rank = plan.phase_rank(task.phase.as_ref());
            (rank, task.number, task.id)
        });
        let linked = |(task, places): (&TaskRow, &Vec<usize>)| one(plan, task, brought, places);
        found.extend(of_plan.into_iter().map(linked));
    }
    found
}

fn one(plan: &Plan, task: &TaskRow, brought: &Brought, places: &[usize]) -> LinkedTask {
    // Two lines of one message may name a task by two names.
    let mut places = places.to_vec();
    places.dedup();
    LinkedTask {
        plan: plan.id.clone(),
        id: task.id,
        name: plan.name_of(task.id),
        title: task.title.to_string(),
        status: task.status,
        phase: task.phase.clone(),
        commits: places
            .into_iter()
            .map(|at| named(&brought.commits[at]))
            .collect(),
    }
}

/// A commit as people call it.
pub(super) fn named(commit: &Commit) -> NamedCommit {
    let message = String::from_utf8_lossy(&commit.message);
    NamedCommit {
        oid: commit.oid,
        subject: message.lines().next().unwrap_or_default().to_owned(),
        author: format!("{} <{}>", commit.author.name, commit.author.email),
    }
}
