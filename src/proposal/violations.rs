//! Where a change breaks the specifications that concern it, in the files that it touches.

use std::collections::{BTreeMap, BTreeSet};

use super::report::{BrokenRule, LinkedTask, Unreadable};
use crate::enforce::{Plans, specs};
use crate::git::{Oid, Repo, Result};
use crate::model::{Plan, Slug, Status, TaskId};
use crate::verify::Violation;

/// The violations of the plans named, in the files in which two trees differ; and what of their
/// specifications cannot be read. Of a completed task, what is missing as a whole is told too: the
/// change may have taken it away.
///
/// # Errors
/// Those of reading the trees.
pub(super) fn found(
    repo: &Repo,
    (plans, named): (&Plans<'_>, &BTreeSet<Slug>),
    linked: &[LinkedTask],
    (before, after): (Oid, Oid),
) -> Result<(Vec<BrokenRule>, Vec<Unreadable>)> {
    let changes = repo.tree_changes(before, after)?.into_iter();
    let changed: BTreeSet<String> = changes.map(|change| change.path.to_string()).collect();
    let (mut broken, mut unreadable) = (Vec::new(), Vec::new());
    for (id, plan) in plans.all.iter().filter(|(id, _)| named.contains(*id)) {
        let carriers = carriers(plan.plan(), linked);
        let names: Vec<Slug> = carriers.keys().cloned().collect();
        if names.is_empty() {
            continue;
        }
        match specs::verify(repo, after, (plan.plan(), &names), None) {
            Ok(report) => {
                let told = report.violations.into_iter().filter_map(|violation| {
                    let spec = names.get(violation.spec)?;
                    let task = carriers.get(spec)?.clone();
                    is_told(&violation, &changed, task.as_ref()).then(|| BrokenRule {
                        plan: id.clone(),
                        spec: spec.clone(),
                        regression: task,
                        violation,
                    })
                });
                broken.extend(told);
            }
            Err(why) => unreadable.push(Unreadable {
                plan: id.clone(),
                why,
            }),
        }
    }
    Ok((broken, unreadable))
}

fn is_told(violation: &Violation, changed: &BTreeSet<String>, done: Option<&String>) -> bool {
    match &violation.place {
        Some(place) => changed.contains(&place.path),
        None => done.is_some(),
    }
}

/// The specifications of linked and of completed tasks; each with the completed task that carries
/// it, where there is one.
fn carriers(plan: &Plan, linked: &[LinkedTask]) -> BTreeMap<Slug, Option<String>> {
    let is_linked = |id: TaskId| {
        linked
            .iter()
            .any(|task| task.plan == plan.id && task.id == id)
    };
    let mut found: BTreeMap<Slug, Option<String>> = BTreeMap::new();
    for task in plan.tasks.values() {
        let is_done = task.status == Status::Completed;
        if !is_done && (task.status == Status::Cancelled || !is_linked(task.id)) {
            continue;
        }
        for spec in &task.more().specs {
            let done = found.entry(spec.clone()).or_default();
            if is_done && done.is_none() {
                *done = Some(plan.name_of(task.id));
            }
        }
    }
    found
}
