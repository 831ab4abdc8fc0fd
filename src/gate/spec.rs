//! `spec`: the code satisfies specifications, found out on the spot.

use super::{Answer, Case, Found, State, Verdict, counted};
use crate::model::{Slug, Status, TaskRow};
use crate::verify::Report;
use crate::verify::Violation;

/// How many violations a reason names.
const NAMED: usize = 3;

pub(super) fn judge(case: &Case<'_>) -> Answer<Verdict> {
    let specs = asked(case);
    if specs.is_empty() {
        let reason = "the plan has no specification that would be about the phase";
        return Ok(Verdict::new(State::NotApplicable, reason));
    }
    let report = case.code.verify(case.plan, &specs)?;
    if report.is_clean() {
        let reason = format!("{}, no violation", counted(specs.len(), "specification"));
        return Ok(Verdict::new(State::Ok, reason));
    }
    let carriers = carriers(case, &specs, &report);
    let verdict = Verdict::new(State::Unmet, in_words(case, &carriers, &specs, &report));
    let verdict = match carriers.first() {
        Some(task) => verdict.fix(&["verify-task", &case.plan.name_of(task.id)]),
        None => match report.violations.first().and_then(|v| specs.get(v.spec)) {
            Some(name) => verdict.fix(&["verify-task", "--spec", name.as_str()]),
            None => verdict,
        },
    };
    Ok(verdict.found(Found { specs, report }))
}

/// The specifications that the gate names. Without such a list: all of the plan but those that a task
/// of another phase carries. So a task that is removed, cancelled, or in no phase any more takes nothing
/// away from what is asked for.
fn asked(case: &Case<'_>) -> Vec<Slug> {
    if let Some(named) = &case.gate.specs {
        return named.clone();
    }
    let tasks = || {
        let tasks = case.plan.tasks.values();
        tasks.filter(|task| task.status != Status::Cancelled)
    };
    let is_here = |task: &TaskRow| task.phase.as_ref() == Some(&case.phase.id);
    let is_elsewhere = |spec: &Slug| {
        let carries = |task: &&TaskRow| task.more().specs.contains(spec);
        let mut others = tasks().filter(carries).peekable();
        others.peek().is_some() && others.all(|task| task.phase.is_some() && !is_here(task))
    };
    // One that is missing is asked for by whoever carries it.
    let mut specs: Vec<Slug> = tasks()
        .filter(|task| is_here(task))
        .flat_map(|task| task.more().specs.clone())
        .collect();
    let known = case.plan.specs.iter().map(|row| &row.name);
    specs.extend(known.filter(|name| !is_elsewhere(name)).cloned());
    specs.sort();
    specs.dedup();
    specs
}

/// The tasks that carry a specification which is violated, those that were completed first.
fn carriers<'a>(case: &'a Case<'_>, specs: &[Slug], report: &Report) -> Vec<&'a TaskRow> {
    let is_violated = |name: &Slug| {
        let of_it = |v: &Violation| specs.get(v.spec) == Some(name);
        report.violations.iter().any(of_it)
    };
    let tasks = case.plan.tasks.values();
    let carries = |task: &&TaskRow| task.more().specs.iter().any(is_violated);
    let mut found: Vec<&TaskRow> = tasks
        .filter(carries)
        .filter(|task| task.status != Status::Cancelled)
        .collect();
    found.sort_by_key(|task| (task.status != Status::Completed, task.number, task.id));
    found
}

fn in_words(case: &Case<'_>, carriers: &[&TaskRow], specs: &[Slug], report: &Report) -> String {
    let one = |violation: &Violation| {
        let spec = specs.get(violation.spec).map_or("", Slug::as_str);
        let what = format!("{spec}/{}", violation.id);
        match &violation.place {
            Some(place) if place.line > 0 => {
                format!("{what} at {}:{}:{}", place.path, place.line, place.column)
            }
            Some(place) => format!("{what} in {}", place.path),
            None => format!("{what} ({})", violation.kind.as_str()),
        }
    };
    let named: Vec<String> = report.violations.iter().take(NAMED).map(one).collect();
    let count = report.count();
    let more = match count.saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let found = format!(
        "{}: {}{more}",
        counted(count, "violation"),
        named.join(", ")
    );
    let done = carriers
        .iter()
        .find(|task| task.status == Status::Completed);
    match done {
        Some(task) => {
            let name = case.plan.name_of(task.id);
            format!("regression of task {name}, which was completed: {found}")
        }
        None => found,
    }
}
