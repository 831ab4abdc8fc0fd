//! The task that this worktree works on: the one in progress that its holder holds, else the one
//! that was completed here since `HEAD` was committed.
//!
//! Where several could be meant none is: a guess would be right half of the time, and nobody reads a
//! trailer that they did not write.

use std::mem::ManuallyDrop;

use super::Result;
use crate::git::{Oid, Repo};
use crate::model::linked::{self, Link};
use crate::model::{Change, Edit, Plan, Slug, Status, Target, TaskId, TaskRow, Time};
use crate::store::history::{self, Operation};
use crate::store::{Snapshot, Summary};

/// As far back as the completion of a task is looked for, in operations on the plans.
const OPERATIONS: usize = 100;
/// An operation on more entities than this is no work on a task.
const ENTITIES: usize = 20;

/// Where more tasks than this were completed since, nobody asks by whom each of them was.
const COMPLETED: usize = 50;

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
    let head = Head::of(snapshot.repo(), head)?;
    let (mut held, mut completed) = (Vec::new(), Vec::new());
    for id in concerned(snapshot, head.since)? {
        // Rows are not given back one by one: the process is about to end.
        let plan = ManuallyDrop::new(snapshot.plan_of_tasks(&id)?);
        for task in plan.tasks.values() {
            if task.status == Status::InProgress
                && task.more().holder.as_deref() == Some(who.holder)
            {
                held.push((id.clone(), link(&plan, task.id)));
            } else if is_completed(task, head.since) {
                completed.push((id.clone(), task.id, link(&plan, task.id)));
            }
        }
    }
    if !held.is_empty() || completed.len() > COMPLETED {
        return Ok(TaskHere::of(of_current(held, current)));
    }
    let mut mine = Vec::new();
    for (plan, task, link) in completed {
        if !head.accounts_for(snapshot, &plan, task, &link)?
            && was_completed_here(snapshot, (&plan, task), who)?
        {
            mine.push((plan, link));
        }
    }
    Ok(TaskHere::of(of_current(mine, current)))
}

/// The commit that the next one comes after.
struct Head {
    /// When it was committed.
    since: Time,
    /// The tasks that it names.
    links: Vec<Link>,
}

impl Head {
    fn of(repo: &Repo, head: Option<Oid>) -> Result<Self> {
        let Some(head) = head else {
            let (since, links) = (Time(i64::MIN), Vec::new());
            return Ok(Self { since, links });
        };
        let commit = repo.commit(head)?;
        Ok(Self {
            since: Time(commit.committer.time.seconds),
            links: linked::linked(&commit.message).unwrap_or_default(),
        })
    }

    /// Whether it is the commit that a task was completed with: within one second, what it names is
    /// what it was made for.
    fn accounts_for(
        &self,
        snapshot: &Snapshot<'_>,
        plan: &Slug,
        task: TaskId,
        link: &Link,
    ) -> Result<bool> {
        Ok(
            self.links.contains(link)
                && snapshot.task(plan, task)?.status_since == Some(self.since),
        )
    }
}

fn is_completed(task: &TaskRow, since: Time) -> bool {
    task.status == Status::Completed && task.status_since.is_some_and(|time| time >= since)
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

/// The plans in which a task is in progress, or was completed since. Of one alone it is not asked
/// beforehand.
fn concerned(snapshot: &Snapshot<'_>, since: Time) -> Result<Vec<Slug>> {
    if let [only] = snapshot.folders.as_slice() {
        return Ok(vec![only.id.clone()]);
    }
    let is_concerned = |plan: &Summary| {
        plan.broken.is_none()
            && (plan.count(Status::InProgress) > 0
                || plan.completed_last.is_some_and(|time| time >= since))
    };
    let summaries = snapshot.summaries()?.into_iter();
    Ok(summaries.filter(is_concerned).map(|plan| plan.id).collect())
}

/// Whether this person completed a task, by an operation on few, and nobody else held it until then.
fn was_completed_here(
    snapshot: &Snapshot<'_>,
    (plan, id): (&Slug, TaskId),
    who: Who<'_>,
) -> Result<bool> {
    let task = snapshot.task(plan, id)?;
    let by_email = format!("<{}>", who.email);
    let is_mine = task
        .status_by
        .as_deref()
        .is_some_and(|by| by.ends_with(&by_email));
    let (Some(tip), Some(since), true) = (snapshot.source.commit, task.status_since, is_mine)
    else {
        return Ok(false);
    };
    for operation in history::operations(snapshot.repo(), tip).take(OPERATIONS) {
        let operation = operation?;
        if operation.when < since {
            return Ok(false);
        }
        let is_then = operation.when == since && operation.agent.as_deref() == who.agent;
        if is_then && let Some(before) = completion(snapshot.repo(), &operation, id)? {
            return Ok(before.holder.is_none_or(|before| before == who.holder));
        }
    }
    Ok(false)
}

/// A task before it was completed.
struct Before {
    /// Who held it.
    holder: Option<String>,
}

/// The task before an operation, where that completed it.
fn completion(repo: &Repo, operation: &Operation, task: TaskId) -> Result<Option<Before>> {
    let names_it = operation.entities.iter().any(|id| *id == task.as_str());
    if !names_it || operation.entities.len() > ENTITIES || operation.is_merge() {
        return Ok(None);
    }
    let edits = history::edits(repo, operation)?;
    if !of_task(&edits, task).any(completes) {
        return Ok(None);
    }
    let holder = of_task(&edits, task).find_map(holder_before);
    let holder = holder.map(str::to_owned);
    Ok(Some(Before { holder }))
}

fn of_task(edits: &[(Slug, Edit)], task: TaskId) -> impl Iterator<Item = &Edit> {
    let edits = edits.iter().map(|(_, edit)| edit);
    edits.filter(move |edit| edit.target == Target::Task(task))
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
