//! A line on where the plan of the current branch stands, for hooks that say so in passing.

use super::context::Context;
use super::current;
use crate::model::ready::Readiness;
use crate::model::{Plan, phase};
use crate::render::escape;

/// The line; none where the branch belongs to no plan, or anything at all is wrong: nobody asked.
pub fn line(cx: &Context) -> Option<String> {
    let repo = cx.repo().ok()?;
    if repo.operation().is_some() {
        return None;
    }
    let store = cx.store(&repo).ok()?.without_trace();
    let snapshot = store.snapshot().ok()?;
    let id = current::of_branch(&repo, &snapshot).ok()??;
    let plan = super::until_exit(snapshot.plan(&id).ok()?);
    Some(text(&plan))
}

/// `git plan: auth-migration, phase routes, 3 of 9 tasks open; next: 4 "Add login route"`.
fn text(plan: &Plan) -> String {
    let phase = match phase::current(plan).first() {
        Some(phase) => format!(", phase {}", phase.id),
        None => String::new(),
    };
    let is_open = |task: &&crate::model::TaskRow| !task.status.is_over();
    let open = plan.tasks.values().filter(is_open).count();
    let total = plan.tasks.len();
    let next = match Readiness::of(plan).tasks().first() {
        Some(task) => {
            let title = escape::line(&task.title);
            format!("; next: {} \"{title}\"", plan.name_of(task.id))
        }
        None => String::new(),
    };
    format!(
        "git plan: {}{phase}, {open} of {total} tasks open{next}",
        plan.id
    )
}
