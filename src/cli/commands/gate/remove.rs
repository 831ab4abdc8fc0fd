//! `git plan gate remove`.

use super::super::super::complete;
use super::super::super::error::{Error, Result};
use super::super::super::mutation::{Act, Entity, Mutation, Scope};
use super::named;
use crate::gate;

/// Take a gate away from a phase
///
/// Less has to hold afterwards than before: the reason is recorded beside the change.
#[derive(Debug, clap::Args)]
pub struct Remove {
    /// The gate, as phase/gate
    #[arg(value_name = "PHASE/GATE", add = complete::gates())]
    pub gate: String,
    /// Why
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Mutation for Remove {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let plan = scope.plan()?.clone();
        let (phase, gate) = named(&plan, &self.gate)?;
        if gate.id.as_str() == gate::TASKS {
            return Err(Error::usage("every phase has the gate 'tasks'; it stays"));
        }
        let mut header = plan.header.clone();
        for other in header
            .phases
            .iter_mut()
            .filter(|other| other.id == phase.id)
        {
            other.gates.retain(|other| other.id != gate.id);
        }
        scope.change_header(&plan.id, &header)?;
        let name = format!("gate {}/{}", phase.id, gate.id);
        let address = format!("{}/{}", phase.id, gate.id);
        Ok(
            Act::new(&plan.id, Entity::Gone(address, name), ("remove", "removed"))
                .because(self.reason.as_deref()),
        )
    }
}
