//! What `doctor` says of phases that are closed and should not be.

use super::context::Context;
use super::error::Result;
use crate::enforce::{self, WrongClosing};
use crate::model::Slug;
use crate::render::view::command_line;
use crate::store::check::{Finding, Repair, Severity};
use crate::store::{Snapshot, Store, paths};

/// The findings, one a phase.
///
/// # Errors
/// Those of reading the repository.
pub fn check(
    cx: &Context,
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    only: Option<&Slug>,
) -> Result<Vec<Finding>> {
    let commit = snapshot.source.commit;
    let wrong = enforce::wrong_closings(store.repo, &store.place, commit, cx.now)?;
    let wanted = |wrong: &&WrongClosing| only.is_none_or(|only| *only == wrong.plan);
    Ok(wrong.iter().filter(wanted).map(finding).collect())
}

fn finding(wrong: &WrongClosing) -> Finding {
    let lines: Vec<String> = wrong.fixes.iter().map(command_line).collect();
    Finding {
        severity: Severity::Problem,
        plan: Some(wrong.plan.clone()),
        place: paths::record(&wrong.plan, wrong.closing),
        line: None,
        text: format!(
            "phase {} is closed, and should not be: {}",
            wrong.phase, wrong.why
        ),
        repair: (!lines.is_empty()).then(|| Repair::ByHand(lines.join(" && "))),
    }
}
