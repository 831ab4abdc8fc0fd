//! The inverse of edits, applied key by key: what still has the value that was set goes back, what does
//! not is named and left.

use serde_json::Value;

use super::super::super::error::Result;
use super::super::super::mutation::{self, Scope};
use crate::model::{Change, Edit, EntryId, RecordKind, Refusal, Slug, Target, record};
use crate::review::recorded;
use crate::store::Error as StoreError;

/// Applies the inverse of the edits, the last first; tells what is left as it is, and why. What is
/// refused is tried again after the others: a task goes after those that depend on it, and comes
/// back after its phase.
pub(super) fn take_back(
    scope: &mut Scope<'_, '_>,
    edits: Vec<(Slug, Edit)>,
) -> Result<Vec<String>> {
    let mut left = Vec::new();
    let mut waiting: Vec<(Slug, Edit)> = Vec::new();
    let (reasons, edits): (Vec<_>, Vec<_>) =
        edits.into_iter().partition(|(_, edit)| says_why(edit));
    for (plan, edit) in edits.into_iter().rev() {
        let inverses = inverses(scope, &plan, &edit, &mut left)?;
        waiting.extend(inverses.into_iter().map(|edit| (plan.clone(), edit)));
    }
    waiting.sort_by_key(|(_, edit)| place_in_line(edit));
    loop {
        let before = waiting.len();
        let mut refused = Vec::new();
        let mut reasons = Vec::new();
        for (plan, edit) in waiting {
            match scope.draft.apply(&plan, edit.clone()) {
                Ok(()) => {}
                Err(StoreError::Refused(refusal)) => {
                    let what = scope.draft.plan(&plan)?.called(&edit.target);
                    reasons.push(reason(&what, &refusal));
                    refused.push((plan, edit));
                }
                Err(other) => return Err(other.into()),
            }
        }
        if refused.is_empty() || refused.len() == before {
            left.extend(reasons);
            break;
        }
        waiting = refused;
    }
    for (plan, edit) in reasons {
        take_reason_back(scope, &plan, &edit, &mut left)?;
    }
    mutation::warn_of_broken(scope.cx, scope.draft);
    Ok(left)
}

/// Whether an edit adds a record of why something is as it is.
fn says_why(edit: &Edit) -> bool {
    let kind = match (&edit.change, &edit.target) {
        (Change::Add { value, .. }, Target::Record(_)) => value.get("kind"),
        _ => None,
    };
    kind.and_then(Value::as_str) == Some(RecordKind::Change.as_str())
}

/// The record of a change is revoked where that is taken back; else it still says why.
fn take_reason_back(
    scope: &mut Scope<'_, '_>,
    plan: &Slug,
    edit: &Edit,
    left: &mut Vec<String>,
) -> Result<()> {
    let Target::Record(id) = edit.target else {
        return Ok(());
    };
    let state = scope.draft.plan(plan)?;
    let record = state.records.iter().find(|record| record.id == id).cloned();
    let matter = record.as_ref().and_then(recorded::matter);
    let is_back = match record.zip(matter) {
        Some((record, matter)) => {
            let now = scope.draft.value(plan, &matter)?;
            recorded::is_taken_back(&record, now.as_ref())
        }
        None => false,
    };
    match is_back {
        true => {
            for edit in inverses(scope, plan, edit, left)? {
                scope.draft.apply(plan, edit)?;
            }
        }
        false => left.push(format!(
            "record {id}: it says why something is as it is still"
        )),
    }
    Ok(())
}

/// Tasks go from the highest number down, and come from the lowest up: as a rule, those that
/// depend on others have the higher number.
fn place_in_line(edit: &Edit) -> i64 {
    let number = |value: &Value| value.get("number").and_then(Value::as_i64).unwrap_or(0);
    match (&edit.change, &edit.target, edit.place.is_empty()) {
        (Change::Remove { value, .. }, Target::Task(_), true) => -number(value),
        (Change::Add { value, .. }, Target::Task(_), true) => number(value),
        _ => 0,
    }
}

fn reason(what: &str, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Conflict { cause, .. } => format!("{what}: {cause}"),
        other => format!("{what}: {other}"),
    }
}

/// What takes an edit back: a record is revoked, a highest number stays, keys go one by one.
fn inverses(
    scope: &mut Scope<'_, '_>,
    plan: &Slug,
    edit: &Edit,
    left: &mut Vec<String>,
) -> Result<Vec<Edit>> {
    match (&edit.change, &edit.target, edit.place.is_empty()) {
        (Change::Add { .. }, Target::Record(id), true) => {
            let records = &scope.draft.plan(plan)?.records;
            let Some(record) = records.iter().find(|record| record.id == *id).cloned() else {
                left.push(format!("record {id} is not there any more"));
                return Ok(Vec::new());
            };
            if record::revoked(records).contains(id) {
                left.push(format!("record {id} is revoked already"));
                return Ok(Vec::new());
            }
            let revocation = scope.revocation(plan, &record, None)?;
            Ok(vec![Edit::add_record(&revocation)])
        }
        (Change::Add { .. }, Target::Checkpoint(id), true) => {
            left.push(format!(
                "the patch of checkpoint {id} in history; git plan checkpoints --privatize drops \
                 it from what no remote has"
            ));
            Ok(vec![edit.inverse()])
        }
        (Change::Add { .. }, Target::Register(id), true) => take_entry_back(scope, plan, *id, left),
        (Change::Add { .. }, Target::Plan, true) => {
            left.push(format!("plan {plan}: a plan cannot be removed"));
            Ok(Vec::new())
        }
        (Change::Set { to, .. }, Target::Plan, true)
            if to
                .keys()
                .any(|key| matches!(key.as_str(), "last_number" | "last_checkpoint")) =>
        {
            Ok(Vec::new())
        }
        _ => Ok(vec![edit.inverse()]),
    }
}

/// An entry of the register stays, and its label with it: it is resolved.
fn take_entry_back(
    scope: &mut Scope<'_, '_>,
    plan: &Slug,
    id: EntryId,
    left: &mut Vec<String>,
) -> Result<Vec<Edit>> {
    let state = scope.draft.plan(plan)?;
    let name = state.called(&Target::Register(id));
    let Some(old) = state.entry(id).filter(|entry| entry.is_open()).cloned() else {
        left.push(format!("{name}: it is resolved already"));
        return Ok(Vec::new());
    };
    left.push(format!("{name} in the register: resolved as taken back"));
    let (who, agent) = (scope.writer.signature(), scope.writer.agent.clone());
    let new = old
        .clone()
        .resolved("Taken back.", who, agent, scope.writer.now);
    Ok(Edit::between_entries(&old, &new))
}
