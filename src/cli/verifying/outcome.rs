//! What came of holding specifications to the code.

use crate::gate::counted;
use crate::git::Oid;
use crate::model::ready::Readiness;
use crate::model::{Plan, RecordId, Slug, Spec, TaskId};
use crate::render::view::{
    MoreView, TaskLine, VerificationNoteView, VerificationView, ViolationView,
};
use crate::verify::Report;

/// What came of it.
pub struct Outcome {
    /// The plan, as it is afterwards.
    pub(super) plan: Plan,
    pub(super) task: Option<TaskId>,
    pub(super) report: Report,
    /// The specifications, in the order that the report counts them in.
    pub specs: Vec<(Slug, Spec)>,
    pub(super) commit: Option<Oid>,
    /// The commit that has exactly what was looked at, where one is known.
    pub(super) at: Option<Oid>,
    pub(super) regression: bool,
    pub(super) rules_changed: bool,
    pub(super) record: Option<RecordId>,
    pub(super) checkpoint: Option<String>,
    /// What was done, a line each.
    pub done: Vec<String>,
}

impl Outcome {
    pub(super) fn in_words(&self) -> String {
        let names: Vec<&str> = self.specs.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(", ");
        match self.report.count() {
            0 => format!("no violation of {names}"),
            count => format!("{} of {names}", counted(count, "violation")),
        }
    }

    /// What came of it, as scripts read it.
    pub fn view(&self) -> VerificationView {
        let row = self.task.and_then(|id| self.plan.tasks.get(&id));
        let ready = Readiness::of(&self.plan);
        VerificationView {
            task: row.map(|row| TaskLine::of(&self.plan, row, &ready)),
            plan: self.plan.id.clone(),
            specs: self.specs.iter().map(|(name, _)| name.clone()).collect(),
            commit: self.commit.map(|oid| oid.to_string()),
            files: self.report.files,
            violations: ViolationView::all(&self.report, &self.specs),
            more: MoreView::all(&self.report, &self.specs),
            notes: self
                .report
                .notes
                .iter()
                .map(VerificationNoteView::of)
                .collect(),
            regression: self.regression,
            rules_changed: self.rules_changed,
            record: self.record,
            checkpoint: self.checkpoint.clone(),
        }
    }
}
