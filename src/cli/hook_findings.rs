//! What `doctor` says of hooks: where a plan protects branches, they should be in place.

use super::commands::hooks::of_kind;
use super::error::Result;
use crate::git::Repo;
use crate::hook::place::{Kind, Place};
use crate::hook::status::{self, Row, State};
use crate::store::Snapshot;
use crate::store::check::{Finding, Repair, Severity};

/// The findings: one for all hooks that are in the same state. None where no plan protects anything.
///
/// # Errors
/// Those of reading files.
pub fn check(repo: &Repo, snapshot: &Snapshot<'_>) -> Result<Vec<Finding>> {
    let protects = |header: crate::model::Header| !header.protect.is_empty();
    let mut headers = snapshot
        .folders
        .iter()
        .map(|folder| snapshot.header(&folder.id));
    if !headers.any(|header| header.is_ok_and(protects)) {
        return Ok(Vec::new());
    }
    let place = Place::of(repo)?;
    let rows = status::look(&place, of_kind(repo))?;
    let states = [
        State::Absent,
        State::Foreign,
        State::NotExecutable,
        State::NoBinary,
        State::Old,
        State::Edited,
    ];
    let of_state = |state| rows.iter().filter(move |row| row.state == state);
    Ok(states
        .into_iter()
        .filter(|state| of_state(*state).next().is_some())
        .map(|state| finding(repo, &place, state, &of_state(state).collect::<Vec<_>>()))
        .collect())
}

fn finding(repo: &Repo, place: &Place, state: State, rows: &[&Row]) -> Finding {
    let names: Vec<&str> = rows.iter().map(|row| row.hook.as_str()).collect();
    let names = names.join(", ");
    let set = place.configured.as_ref().map(|set| set.value.as_str());
    let value = set.unwrap_or_default();
    let text = match (state, place.kind) {
        (State::Absent, Kind::Nowhere) => {
            format!(
                "branches are protected, but hooks are switched off: core.hooksPath is '{value}'"
            )
        }
        (State::Absent | State::Foreign, Kind::InWorkTree | Kind::Elsewhere) => {
            format!(
                "branches are protected, but {names} in '{value}' (core.hooksPath) do not call git plan"
            )
        }
        (State::Absent, _) => format!("branches are protected, but not installed: {names}"),
        (State::Foreign, _) => format!("branches are protected, but somebody else's: {names}"),
        (State::NotExecutable, _) => format!("not executable, and passed over by Git: {names}"),
        (State::NoBinary, _) => {
            let binary = rows.first().and_then(|row| row.binary.as_deref());
            format!(
                "{names} start {}, which is gone",
                binary.unwrap_or_default()
            )
        }
        (State::Old, _) => format!("written by an older version: {names}"),
        _ => format!("edited by somebody: {names}"),
    };
    let repair = match (state, repo.is_bare()) {
        (State::Edited, _) => "git plan hooks status   shows them",
        (_, true) => "git plan hooks install --server   mends it, or says what is in the way",
        (_, false) => "git plan hooks install   mends it, or says what is in the way",
    };
    Finding {
        severity: Severity::Note,
        plan: None,
        place: "hooks".to_owned(),
        line: None,
        text,
        repair: Some(Repair::ByHand(repair.to_owned())),
    }
}
