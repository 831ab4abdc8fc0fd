//! `tasks`: every task of the phase is completed or cancelled, every item checked.

use super::{State, Verdict, counted};
use crate::model::{Phase, Plan, Status, TaskRow};

pub(super) fn judge(plan: &Plan, phase: &Phase) -> Verdict {
    let broken: Vec<_> = plan.broken_tasks().collect();
    if let Some(file) = broken.first() {
        let count = broken.len();
        let reason = format!("{count} task files cannot be read, {} first", file.path);
        return Verdict::new(State::Error, reason).fix(&["doctor"]);
    }
    let mut open: Vec<&TaskRow> = plan
        .tasks_in(Some(&phase.id))
        .filter(|task| is_open(plan, task))
        .collect();
    open.sort_by_key(|task| (task.number, task.id));
    let Some(first) = open.first() else {
        return match plan.tasks_in(Some(&phase.id)).count() {
            0 => Verdict::new(State::NotApplicable, "it has no task"),
            count => Verdict::new(State::Ok, format!("{}, none open", counted(count, "task"))),
        };
    };
    let name = plan.name_of(first.id);
    let rest = match open.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let verdict = Verdict::new(
        State::Unmet,
        format!("task {name} is open ({}){rest}", what(plan, first)),
    );
    match first.status.is_over() {
        true => verdict.fix(&["show", &name]),
        false if !first.more().specs.is_empty() => verdict.fix(&["verify-task", &name, "--update"]),
        false => verdict.fix(&["done", &name]),
    }
}

/// Whether something is left to do; a task that was completed before what it depends on counts as
/// open, however it came to be so.
pub fn is_open(plan: &Plan, task: &TaskRow) -> bool {
    !task.is_settled()
        || task.status == Status::Completed && !plan.open_dependencies(task).is_empty()
}

fn what(plan: &Plan, task: &TaskRow) -> String {
    if !task.status.is_over() {
        return task.status.to_string();
    }
    match (task.items_open(), plan.open_dependencies(task).first()) {
        (0, Some(on)) => format!("it depends on {}, which is", plan.name_of(*on)),
        (items, _) => format!("{} unchecked", counted(items as usize, "item")),
    }
}
