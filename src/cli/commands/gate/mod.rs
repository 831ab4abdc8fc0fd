//! `git plan gate`: the conditions of a phase, a command a file.

mod add;
mod approve;
mod check;
mod list;
mod remove;
mod run;
mod waive;

pub use add::Add;
pub use approve::Approve;
pub use check::{Check, code_at};
pub use list::{List, table};
pub use remove::Remove;
pub use run::RunGates;
pub use waive::Waive;

use super::super::error::{Error, Result};
use crate::gate;
use crate::model::{self, Phase, Plan, refer};

/// The gate that `phase/gate` names, the implicit one included.
///
/// # Errors
/// Where there is none.
pub fn named(plan: &Plan, word: &str) -> Result<(Phase, model::Gate)> {
    let Some((phase, gate)) = word.split_once('/') else {
        return Err(Error::usage(format!(
            "'{word}' is not a gate: gates are named phase/gate"
        )));
    };
    let id = refer::phase(plan, phase)?;
    let phase = plan
        .phase(&id)
        .cloned()
        .unwrap_or_else(|| Phase::new(id.clone(), ""));
    match gate::find(&phase, gate) {
        Some(gate) => Ok((phase, gate)),
        None => {
            let names = phase.gates.iter().map(|gate| gate.id.as_str());
            let similar = refer::similar(gate, names);
            let error = Error::data(format!("phase {id} has no gate '{gate}'"));
            let error = match similar.first() {
                Some(name) => error.hint(format!("did you mean {id}/{name}?")),
                None => error,
            };
            Err(error.hint(format!("git plan gate list {id}   lists its gates")))
        }
    }
}
