//! The task that this worktree works on: the one in progress that its holder holds, else the one
//! that was completed here since `HEAD` was committed.
//!
//! Where several could be meant none is: a guess would be right half of the time, and nobody reads a
//! trailer that they did not write.

use std::collections::BTreeMap;

use super::Result;
use crate::git::Oid;
use crate::model::linked::Link;
use crate::model::{Change, Edit, Plan, Slug, Status, Target, TaskId, TaskRow, linked};
use crate::store::history::{self, Operation};
use crate::store::{Snapshot, paths};

/// As far back as completed tasks are looked for, in operations on the plans.
const OPERATIONS: usize = 100;
/// An operation that changes more files than this is no work on a task.
const FILES: usize = 20;

/// Whose worktree it is.
#[derive(Debug, Clone, Copy)]
pub struct Who<'a> {
    /// The holder, as claims name it.
    pub holder: &'a str,
    /// The e-mail address of who records operations.
    pub email: &'a str,
    /// The agent that acts, where one does.
    pub agent: Option<&'a str>,
}

/// The task that this worktree works on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TaskHere {
    /// None.
    None,
    /// This one.
    One(Link),
    /// One of these.
    Several(Vec<Link>),
}

impl TaskHere {
    fn of(mut links: Vec<Link>) -> Self {
        // As people count: 9 before 10.
        links.sort_by_cached_key(|link| (link.plan.clone(), link.task.len(), link.task.clone()));
        match links.len() {
            0 => Self::None,
            1 => links.pop().map_or(Self::None, Self::One),
            _ => Self::Several(links),
        }
    }
}

/// Finds it, in all plans; `current` is the plan of this worktree, where it has one: where a task
/// of that plan is meant, those of others are not.
///
/// # Errors
/// Those of reading the plans and history.
pub fn find(
    snapshot: &Snapshot<'_>,
    current: Option<&Slug>,
    who: Who<'_>,
    head: Option<Oid>,
) -> Result<TaskHere> {
    let mut held = Vec::new();
    for plan in busy_plans(snapshot)? {
        let plan = snapshot.plan(&plan)?;
        let is_held = |task: &&TaskRow| {
            task.status == Status::InProgress && task.more().holder.as_deref() == Some(who.holder)
        };
        let tasks = plan.tasks.values().filter(is_held);
        held.extend(tasks.map(|task| (plan.id.clone(), link(&plan, task.id))));
    }
    let held = of_current(held, current);
    if !held.is_empty() {
        return Ok(TaskHere::of(held));
    }
    let completed = completed_since(snapshot, who, head)?;
    Ok(TaskHere::of(of_current(completed, current)))
}

fn link(plan: &Plan, task: TaskId) -> Link {
    Link {
        plan: plan.id.to_string(),
        task: plan.name_of(task),
    }
}

/// Those of the current plan, where it has some; else all.
fn of_current(found: Vec<(Slug, Link)>, current: Option<&Slug>) -> Vec<Link> {
    let is_current = |(plan, _): &&(Slug, Link)| Some(plan) == current;
    let here: Vec<Link> = found
        .iter()
        .filter(is_current)
        .map(|(_, link)| link.clone())
        .collect();
    match here.is_empty() {
        true => found.into_iter().map(|(_, link)| link).collect(),
        false => here,
    }
}

/// The plans in which a task is in progress. Of one alone it is not asked beforehand.
fn busy_plans(snapshot: &Snapshot<'_>) -> Result<Vec<Slug>> {
    if let [only] = snapshot.folders.as_slice() {
        return Ok(vec![only.id.clone()]);
    }
    let summaries = snapshot.summaries()?.into_iter();
    let is_busy =
        |plan: &crate::store::Summary| plan.broken.is_none() && plan.count(Status::InProgress) > 0;
    Ok(summaries.filter(is_busy).map(|plan| plan.id).collect())
}

/// The tasks that this person completed here since `HEAD` was committed, and that still are.
fn completed_since(
    snapshot: &Snapshot<'_>,
    who: Who<'_>,
    head: Option<Oid>,
) -> Result<Vec<(Slug, Link)>> {
    let Some(tip) = snapshot.source.commit else {
        return Ok(Vec::new());
    };
    let repo = snapshot.repo();
    let head = head.map(|head| repo.commit(head)).transpose()?;
    let since = head
        .as_ref()
        .map_or(i64::MIN, |head| head.committer.time.seconds);
    // Within one second, what HEAD names is what it was committed for.
    let message = head.map(|head| head.message).unwrap_or_default();
    let named = linked::linked(&message).unwrap_or_default();
    let mut found = BTreeMap::new();
    for operation in history::operations(repo, tip).take(OPERATIONS) {
        let operation = operation?;
        if operation.when.0 < since {
            break;
        }
        if operation.email != who.email || operation.agent.as_deref() != who.agent {
            continue;
        }
        for (plan, task) in completed_by(snapshot, &operation, who.holder)? {
            found.insert((plan, task), operation.when.0 > since);
        }
    }
    let mut links = Vec::new();
    for ((plan, task), is_later) in found {
        let Ok(plan) = snapshot.plan(&plan) else {
            continue;
        };
        let still = plan.tasks.get(&task).map(|task| task.status) == Some(Status::Completed);
        let link = link(&plan, task);
        if still && (is_later || !named.contains(&link)) {
            links.push((plan.id.clone(), link));
        }
    }
    Ok(links)
}

/// The tasks that an operation completed, and that nobody else held until then.
fn completed_by(
    snapshot: &Snapshot<'_>,
    operation: &Operation,
    holder: &str,
) -> Result<Vec<(Slug, TaskId)>> {
    let repo = snapshot.repo();
    let Some(parent) = operation.parents.first().filter(|_| !operation.is_merge()) else {
        return Ok(Vec::new());
    };
    let (before, after) = (repo.commit(*parent)?.tree, repo.commit(operation.oid)?.tree);
    let differences = history::differences(repo, Some(before), Some(after))?;
    let has_task = |path: &str| matches!(paths::owner(path), paths::Owner::Task(..));
    if differences.len() > FILES || !differences.iter().any(|(path, ..)| has_task(path)) {
        return Ok(Vec::new());
    }
    let edits = history::edits(repo, operation)?;
    let of_task = |task: TaskId| {
        edits
            .iter()
            .filter(move |(_, edit)| edit.target == Target::Task(task))
    };
    let mut completed = Vec::new();
    for (plan, edit) in &edits {
        let Target::Task(task) = edit.target else {
            continue;
        };
        let held_by_other = of_task(task)
            .filter_map(|(_, edit)| holder_before(edit))
            .any(|before| before != holder);
        if completes(edit) && !held_by_other {
            completed.push((plan.clone(), task));
        }
    }
    Ok(completed)
}

fn completes(edit: &Edit) -> bool {
    let status = match &edit.change {
        Change::Set { to, .. } if edit.place.is_empty() => to.get("status"),
        _ => None,
    };
    status.and_then(|status| status.as_str()) == Some(Status::Completed.as_str())
}

/// Who held the task of an edit before it, as far as it says so.
fn holder_before(edit: &Edit) -> Option<&str> {
    match &edit.change {
        Change::Set { from, .. } if edit.place.is_empty() => {
            from.get("claim")?.get("holder")?.as_str()
        }
        _ => None,
    }
}
