//! Commands of gates, run for the code at HEAD and recorded.
//!
//! A [`Target`] is a gate that is to run; [`Place`] knows where, and whether what lies there is the
//! code that the outcome would be recorded for; [`Runner`] runs and records; [`Done`] is what came of
//! it.

mod done;
mod place;
mod runner;

pub use done::Done;
pub use place::Place;
pub use runner::{Runner, earlier};

use super::error::{Error, Result};
use crate::gate::{self, definition};
use crate::model::{Gate, Phase};

/// A gate that is to run.
pub struct Target {
    /// Its phase.
    pub phase: Phase,
    /// Its definition.
    pub gate: Gate,
}

impl Target {
    /// `phase/gate`.
    pub fn address(&self) -> String {
        format!("{}/{}", self.phase.id, self.gate.id)
    }
}

/// Refuses a gate that has no command, or one that cannot be judged.
///
/// # Errors
/// Says what is wrong with it.
pub fn require_command(target: &Target) -> Result<()> {
    if target.gate.kind != gate::COMMAND {
        return Err(Error::usage(format!(
            "{} is of kind '{}', which runs nothing",
            target.address(),
            target.gate.kind
        )));
    }
    match definition::problem(&target.gate) {
        Some(problem) => Err(Error::data(format!("{}: {problem}", target.address()))),
        None => Ok(()),
    }
}
