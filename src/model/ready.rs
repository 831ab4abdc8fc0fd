//! Which tasks can be taken now, in the order to take them.

use std::collections::BTreeMap;

use super::{Plan, Priority, Slug, Status, TaskRow, phase};

/// Tells ready tasks from others; made once for many questions about one plan.
pub struct Readiness<'a> {
    plan: &'a Plan,
    reachable: BTreeMap<&'a Slug, bool>,
}

impl<'a> Readiness<'a> {
    /// Looks at the plan's phases once.
    pub fn of(plan: &'a Plan) -> Self {
        let look = |phase: &'a super::Phase| {
            (
                &phase.id,
                phase::in_the_way(plan, Some(&phase.id)).is_empty(),
            )
        };
        Self {
            plan,
            reachable: plan.header.phases.iter().map(look).collect(),
        }
    }

    /// Pending, held by nobody, every dependency over, its phase reachable.
    pub fn is_ready(&self, task: &TaskRow) -> bool {
        task.status == Status::Pending
            && task.phase.as_ref().is_none_or(|phase| self.reaches(phase))
            && self.plan.open_dependencies(task).is_empty()
    }

    /// Whether a phase can be worked in.
    pub fn reaches(&self, phase: &Slug) -> bool {
        self.reachable.get(phase).copied().unwrap_or(false)
    }

    /// The ready tasks: the most urgent first, then by phase, then by number.
    pub fn tasks(&self) -> Vec<&'a TaskRow> {
        let mut tasks: Vec<&TaskRow> = self
            .plan
            .tasks
            .values()
            .filter(|task| self.is_ready(task))
            .collect();
        tasks.sort_by_key(|task| {
            let rank = self.plan.phase_rank(task.phase.as_ref());
            (
                task.priority.unwrap_or(Priority::Medium),
                rank,
                task.number,
                task.id,
            )
        });
        tasks
    }
}
