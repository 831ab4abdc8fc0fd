//! What follows from a change, beyond the thing that changed.

use std::collections::BTreeMap;

use serde_json::Value;

use super::around::Around;
use super::change::{Change, Kind, Sort};
use crate::model::{Phase, Plan, Slug, Target, TaskId, phase};

/// Adds to each change what follows from it.
pub(super) fn add(changes: &mut [Change], around: &dyn Around) {
    let freed = freed(changes);
    for change in changes {
        let Some(plan) = change.plan.clone() else {
            continue;
        };
        let found = match (change.entity.sort, change.kind) {
            (Sort::Task, Kind::Removed) => dependents(change, &freed, around, &plan, "depended"),
            (Sort::Task, _) if change.is_cancellation() => {
                dependents(change, &freed, around, &plan, "depend")
            }
            (Sort::Task, Kind::Moved) => moved(change, around, &plan),
            (Sort::Gate, _) => opened(change, around, &plan),
            (Sort::Spec | Sort::Rule, _) if change.weakening.is_some() => {
                users(change, around, &plan)
            }
            _ => Vec::new(),
        };
        change.consequences.extend(found);
    }
}

/// The tasks that no longer depend on another one, by that one.
fn freed(changes: &[Change]) -> BTreeMap<String, Vec<String>> {
    let mut freed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for change in changes {
        if change.key.as_deref() == Some("depends_on")
            && let Some(id) = change.from.as_ref().and_then(Value::as_str)
        {
            let name = change.entity.name.clone();
            freed.entry(id.to_owned()).or_default().push(name);
        }
    }
    freed
}

fn dependents(
    change: &Change,
    freed: &BTreeMap<String, Vec<String>>,
    around: &dyn Around,
    plan: &Slug,
    verb: &str,
) -> Vec<String> {
    let mut names = freed.get(&change.entity.id).cloned().unwrap_or_default();
    if let (Some(plan), Ok(id)) = (around.plan(plan), change.entity.id.parse::<TaskId>()) {
        let rows = plan.dependents(id);
        names.extend(rows.map(|row| plan.called(&Target::Task(row.id))));
    }
    names.sort();
    names.dedup();
    match names.is_empty() {
        true => Vec::new(),
        false => vec![format!("{} {verb} on it", list(&names))],
    }
}

/// More names than these are counted.
const MOST_NAMES: usize = 10;

fn list(names: &[String]) -> String {
    let shown = names.iter().take(MOST_NAMES).cloned().collect::<Vec<_>>();
    match names.len().saturating_sub(MOST_NAMES) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

/// The gates that a task falls under now, and those that no longer count for it.
fn moved(change: &Change, around: &dyn Around, plan: &Slug) -> Vec<String> {
    let Some(header) = around.header(plan) else {
        return Vec::new();
    };
    let phase = |value: &Option<Value>| {
        let id: Slug = value.as_ref()?.as_str()?.parse().ok()?;
        header.phase(&id)
    };
    let (from, to) = (phase(&change.from), phase(&change.to));
    let now = match to.map(gates) {
        None => "it is in no phase now: no gate asks for it".to_owned(),
        Some(gates) if gates.is_empty() => "its new phase has no gates".to_owned(),
        Some(gates) => format!("it falls under {}", gates.join(", ")),
    };
    let before = from.map(gates).filter(|gates| !gates.is_empty());
    let before = before.map(|gates| format!("it no longer falls under {}", gates.join(", ")));
    [now].into_iter().chain(before).collect()
}

fn gates(phase: &Phase) -> Vec<String> {
    let gates = phase.gates.iter();
    gates
        .map(|gate| format!("gate {}/{}", phase.id, gate.id))
        .collect()
}

/// Who is verified by a specification that asks for less.
fn users(change: &Change, around: &dyn Around, plan: &Slug) -> Vec<String> {
    let id = &change.entity.id;
    let name = id.split_once('/').map_or(id.as_str(), |(name, _)| name);
    let (Some(plan), Ok(name)) = (around.plan(plan), name.parse::<Slug>()) else {
        return Vec::new();
    };
    let users = plan.users_of_spec(&name);
    match users.is_empty() {
        true => Vec::new(),
        false => vec![format!("verified by it: {}", list(&users))],
    }
}

/// Whether a phase that was closed is open, since its gates are others.
fn opened(change: &Change, around: &dyn Around, plan: &Slug) -> Vec<String> {
    let found = change.entity.id.split_once('/').and_then(|(id, _)| {
        let plan = around.plan(plan)?;
        is_open_again(&plan, id)
            .then(|| format!("phase {id} is open again: it was closed with other gates"))
    });
    found.into_iter().collect()
}

fn is_open_again(plan: &Plan, id: &str) -> bool {
    let mut phases = plan.header.phases.iter();
    let found = phases.find(|phase| phase.id.as_str() == id);
    found.is_some_and(|found| phase::unfit_closing(plan, found).is_some())
}
