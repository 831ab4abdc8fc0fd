//! What an edit may do: the one place where a task or a phase changes hands.
//!
//! Every path that writes (a command, `edit`, `apply`, `batch`, `undo`) goes through
//! [`Plan::apply`], which asks here, so there is no second way to complete a task. Rule R1 of the
//! design: a task is not started in a phase whose predecessors are open, and not completed with an
//! open dependency or unproven by its specifications. What was wrong before an edit stays possible to mend: rules look at what the
//! edit changes, not at the whole state.

use std::collections::BTreeMap;

use super::refusal::list;
use super::validity::{check_header_alone, check_header_references, check_task_alone, invalid};
use super::{Header, Plan, Proof, Refusal, Slug, Status, Task, TaskId, TaskRow, phase};

/// Whether a new or changed task may enter the plan.
pub(super) fn check_task(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    check_task_alone(new)?;
    let number_is_new = old.is_none_or(|old| old.number != new.number);
    let mut others = plan.with_number(new.number).filter(|id| *id != new.id);
    if let (true, Some(other)) = (number_is_new, others.next()) {
        return invalid(format!("number {} is taken by task {other}", new.number));
    }
    check_references(plan, old, new)?;
    check_transition(plan, old, new)?;
    check_closed_phase(plan, old, new)
}

fn check_references(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let unknown = |kind, name: String| Refusal::Unknown {
        kind,
        name,
        plan: plan.id.clone(),
    };
    if let Some(phase) = &new.phase
        && old.is_none_or(|old| old.phase != new.phase)
        && plan.phase(phase).is_none()
    {
        return Err(unknown("phase", phase.to_string()));
    }
    let is_new = |spec: &&Slug| old.is_none_or(|old| !old.specs.contains(spec));
    for spec in new.specs.iter().filter(is_new) {
        if plan.spec(spec).is_none() {
            return Err(unknown("specification", spec.to_string()));
        }
    }
    let is_new = |id: &&TaskId| old.is_none_or(|old| !old.depends_on.contains(id));
    for id in new.depends_on.iter().filter(is_new) {
        if *id == new.id {
            let name = format!("task {}", new.number);
            return Err(Refusal::Circle {
                kind: "dependencies",
                circle: vec![name.clone(), name],
            });
        }
        if !plan.tasks.contains_key(id) {
            return Err(unknown("task", id.to_string()));
        }
        if old.is_some()
            && let Some(path) = path(plan, *id, new.id)
        {
            let mut circle = vec![plan.name_of(new.id)];
            circle.extend(path.into_iter().map(|id| plan.name_of(id)));
            return Err(Refusal::Circle {
                kind: "dependencies",
                circle,
            });
        }
    }
    Ok(())
}

/// A way along dependencies from one task to another, both ends included.
fn path(plan: &Plan, from: TaskId, to: TaskId) -> Option<Vec<TaskId>> {
    let mut came_from: BTreeMap<TaskId, TaskId> = BTreeMap::new();
    let mut open = vec![from];
    while let Some(id) = open.pop() {
        if id == to {
            let mut path = vec![to];
            while let Some(previous) = path.last().and_then(|id| came_from.get(id)) {
                path.push(*previous);
            }
            path.reverse();
            return Some(path);
        }
        for next in plan
            .tasks
            .get(&id)
            .into_iter()
            .flat_map(|task| &task.depends_on)
        {
            if *next != from && !came_from.contains_key(next) {
                came_from.insert(*next, id);
                open.push(*next);
            }
        }
    }
    None
}

/// Whether a step that asks for a reason has one.
pub(super) fn check_reason(old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let before = old.map_or(Status::Pending, |old| old.status);
    let had_reason = old.is_some_and(|old| is_given(old.reason.as_ref()));
    let stays = before == new.status && !(had_reason && new.status == Status::Blocked);
    if stays || is_given(new.reason.as_ref()) {
        return Ok(());
    }
    if before.is_over() {
        return Err(Refusal::NeedsReason {
            what: format!("leaving {before} (task {})", new.number),
        });
    }
    if new.status == Status::Blocked {
        return Err(Refusal::NeedsReason {
            what: format!("blocking task {}", new.number),
        });
    }
    Ok(())
}

fn is_given(reason: Option<&String>) -> bool {
    reason.is_some_and(|reason| !reason.trim().is_empty())
}

fn check_transition(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    plan.may_become(old.map(Task::row).as_ref(), &new.row())?;
    let before = old.map_or(Status::Pending, |old| old.status);
    if new.status == Status::InProgress && before != new.status {
        check_wip(plan, new)?;
    }
    Ok(())
}

impl Plan {
    /// Whether a task may become what it is to be, by the order of phases and by its dependencies
    /// (rule R1). What it was already it may stay; no `old`: a new task.
    ///
    /// # Errors
    /// [`Refusal::PhaseLocked`], [`Refusal::Unreadable`], [`Refusal::OpenDependencies`],
    /// [`Refusal::Unproven`].
    pub fn may_become(&self, old: Option<&TaskRow>, new: &TaskRow) -> Result<(), Refusal> {
        let name = || format!("{} \"{}\"", new.number, new.title);
        if let (true, Some(phase)) = (begins(old, new), &new.phase) {
            let before = phase::in_the_way(self, Some(phase));
            if !before.is_empty() {
                let before = before.into_iter().map(|phase| phase.id.clone()).collect();
                return Err(match self.broken_record() {
                    Some(file) => Refusal::Unreadable {
                        path: file.path.clone(),
                        before,
                    },
                    None => Refusal::PhaseLocked {
                        task: name(),
                        phase: phase.clone(),
                        before,
                    },
                });
            }
        }
        let before = old.map_or(Status::Pending, |old| old.status);
        let depends_on_more =
            old.is_none_or(|old| new.depends_on.iter().any(|id| !old.depends_on.contains(id)));
        if new.status == Status::Completed && (before != new.status || depends_on_more) {
            let on = self.open_dependencies(new);
            if !on.is_empty() {
                let on = on.into_iter().map(|id| self.name_of(id)).collect();
                return Err(Refusal::OpenDependencies { task: name(), on });
            }
        }
        if new.status == Status::Completed && before != new.status {
            let proof = self.proof(new.id, &new.more().specs);
            if !matches!(proof, Proof::NotAsked | Proof::Holds) {
                let word = self.name_of(new.id);
                return Err(Refusal::Unproven {
                    task: name(),
                    word,
                    proof,
                });
            }
        }
        Ok(())
    }
}

/// Whether work on a task begins, in the phase that it is in then: it is started or completed, or
/// comes into that phase as one that was. Who goes on with what was under way does not begin.
fn begins(old: Option<&TaskRow>, new: &TaskRow) -> bool {
    let before = old.map_or(Status::Pending, |old| old.status);
    let moves = old.is_some_and(|old| old.phase != new.phase);
    let was_under_way = before == Status::InProgress
        || before == Status::Blocked && old.is_some_and(|old| old.more().holder.is_some());
    match new.status {
        Status::InProgress | Status::Completed => moves || (before != new.status && !was_under_way),
        // Who holds it has begun: else blocking it would be a way round.
        Status::Blocked => new.more().holder.is_some() && (moves || !was_under_way),
        Status::Pending | Status::Cancelled => false,
    }
}

fn check_wip(plan: &Plan, new: &Task) -> Result<(), Refusal> {
    let (Some(limit), Some(claim)) = (plan.header.wip_limit, &new.claim) else {
        return Ok(());
    };
    let is_held = |task: &&TaskRow| {
        task.status == Status::InProgress
            && task.id != new.id
            && task.more().holder.as_ref() == Some(&claim.holder)
    };
    let tasks: Vec<String> = plan
        .tasks
        .values()
        .filter(is_held)
        .map(|task| plan.name_of(task.id))
        .collect();
    if tasks.len() < usize::try_from(limit).unwrap_or(usize::MAX) {
        return Ok(());
    }
    Err(Refusal::WipLimit {
        holder: claim.holder.clone(),
        limit,
        tasks,
    })
}

fn check_closed_phase(plan: &Plan, old: Option<&Task>, new: &Task) -> Result<(), Refusal> {
    let Some(phase) = new.phase.as_ref().and_then(|id| plan.phase(id)) else {
        return Ok(());
    };
    let settled_before = old.is_none_or(|old| old.phase != new.phase || old.row().is_settled());
    if settled_before && !new.row().is_settled() && phase::is_closed(plan, phase) {
        let task = format!("{} \"{}\"", new.number, new.title);
        return Err(Refusal::PhaseClosed {
            task,
            phase: phase.id.clone(),
        });
    }
    Ok(())
}

/// Whether a plan that is archived, or opened again, has a reason for it.
pub(super) fn check_header_reason(old: &Header, new: &Header) -> Result<(), Refusal> {
    if old.status == new.status || is_given(new.reason.as_ref()) {
        return Ok(());
    }
    let what = format!("making an {} plan {}", old.status, new.status);
    Err(Refusal::NeedsReason { what })
}

pub(super) fn check_header(plan: &Plan, old: Option<&Header>, new: &Header) -> Result<(), Refusal> {
    check_header_alone(new)?;
    // What was wrong before may stay so: what changes now is another thing.
    let before = old.map(|old| check_header_references(&plan.id, old));
    match (before, check_header_references(&plan.id, new)) {
        (Some(Err(before)), Err(now)) if before == now => {}
        (_, now) => now?,
    }
    let gone = old
        .into_iter()
        .flat_map(|old| &old.phases)
        .filter(|phase| new.phase(&phase.id).is_none());
    for phase in gone {
        let tasks: Vec<String> = plan
            .tasks_in(Some(&phase.id))
            .map(|task| plan.name_of(task.id))
            .collect();
        if !tasks.is_empty() {
            let (id, count, tasks) = (&phase.id, tasks.len(), list(&tasks));
            return invalid(format!(
                "phase {id} cannot be removed: it has {count} tasks ({tasks})"
            ));
        }
    }
    Ok(())
}
