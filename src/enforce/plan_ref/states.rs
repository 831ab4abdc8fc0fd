//! States that R1 refuses, and that a push would bring all the same.

use super::R5;
use crate::enforce::Finding;
use crate::model::{Plan, TaskId};

impl R5<'_, '_> {
    /// Tasks that were started or completed though R1 would have refused it, before as well as
    /// after.
    pub(super) fn states(&self, old: &Plan, new: &Plan) -> Vec<Finding> {
        let mut findings = Vec::new();
        for task in new.tasks.values() {
            let before = old.tasks.get(&task.id);
            if before == Some(task) {
                continue;
            }
            let Err(refusal) = new.may_become(before, task) else {
                continue;
            };
            if old.may_become(before, task).is_ok() && before.is_some() {
                continue;
            }
            let name = new.name_of(task.id);
            let finding = self.refused(format!("{refusal}; yet it is {}", task.status));
            let update = ["-p", new.id.as_str(), "update-task", &name];
            let back = ["--status", "pending", "--reason", "…"];
            findings.push(finding.fix(&[update, back].concat()));
        }
        findings
    }

    /// Tasks whose phase is not there any more: work on them would be held to nothing.
    pub(super) fn homeless(&self, old: &Plan, new: &Plan) -> Vec<Finding> {
        let is_homeless = |plan: &Plan, id: &TaskId| {
            let phase = plan.tasks.get(id).and_then(|task| task.phase.clone());
            phase.filter(|phase| plan.phase(phase).is_none())
        };
        let mut findings = Vec::new();
        for id in new.tasks.values().map(|task| task.id) {
            let Some(phase) = is_homeless(new, &id) else {
                continue;
            };
            if is_homeless(old, &id).is_none() {
                let name = new.name_of(id);
                let text = format!("task {name} is in phase {phase}, which is not there");
                let update = ["-p", new.id.as_str(), "update-task", &name];
                let words = [&update[..], &["--phase", "PHASE"]].concat();
                findings.push(self.refused(text).fix(&words));
            }
        }
        findings
    }
}
