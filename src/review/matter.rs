//! What can be weakened: each a value of a plan that says what has to hold.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::model::edit::fields;
use crate::model::{Header, Plan, Slug, Target, TaskId, phase};

/// Something that says what has to hold.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Matter {
    /// A gate's definition: phase, gate.
    Gate(Slug, Slug),
    /// That a phase is there, and which come before it.
    Phase(Slug),
    /// The refs that are protected.
    Protect,
    /// The branches that belong to the plan.
    Branches,
    /// What enforcement does where it has a choice.
    Policy,
    /// What a specification asks for: its name.
    Spec(Slug),
    /// The specifications that a task carries.
    TaskSpecs(TaskId),
}

/// As it stands in a change record.
impl fmt::Display for Matter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gate(phase, gate) => write!(f, "gate {phase}/{gate}"),
            Self::Phase(phase) => write!(f, "phase {phase}"),
            Self::Protect => f.write_str("protect"),
            Self::Branches => f.write_str("branches"),
            Self::Policy => f.write_str("policy"),
            Self::Spec(name) => write!(f, "spec {name}"),
            Self::TaskSpecs(task) => write!(f, "specs of task {task}"),
        }
    }
}

impl Matter {
    /// The one that a change record names: what [`Display`](fmt::Display) writes.
    pub fn named(about: &str) -> Option<Self> {
        match about.split_once(' ') {
            Some(("gate", address)) => {
                let (phase, gate) = address.split_once('/')?;
                Some(Self::Gate(phase.parse().ok()?, gate.parse().ok()?))
            }
            Some(("spec", name)) => Some(Self::Spec(name.parse().ok()?)),
            Some(("specs", of)) => {
                let task = of.strip_prefix("of task ")?;
                Some(Self::TaskSpecs(task.parse().ok()?))
            }
            Some(("phase", phase)) => Some(Self::Phase(phase.parse().ok()?)),
            None if about == "protect" => Some(Self::Protect),
            None if about == "branches" => Some(Self::Branches),
            None if about == "policy" => Some(Self::Policy),
            _ => None,
        }
    }

    /// What people call it in a plan.
    pub fn called(&self, plan: &Plan) -> String {
        match self {
            Self::TaskSpecs(task) => plan.called(&Target::Task(*task)),
            matter => matter.to_string(),
        }
    }

    /// Whether only a person may make it weaker.
    pub fn is_a_persons(&self) -> bool {
        matches!(self, Self::Policy | Self::Protect)
    }

    /// All that a header says something about.
    pub fn all(header: &Header) -> BTreeSet<Self> {
        let gates = header.phases.iter().flat_map(|phase| {
            let gates = phase.gates.iter();
            gates.map(|gate| Self::Gate(phase.id.clone(), gate.id.clone()))
        });
        let phases = header
            .phases
            .iter()
            .map(|phase| Self::Phase(phase.id.clone()));
        let rest = [Self::Protect, Self::Branches, Self::Policy];
        gates.chain(phases).chain(rest).collect()
    }

    /// Its value in a header; none where it is not there, or not in headers.
    pub fn value(&self, header: &Header) -> Option<Value> {
        match self {
            Self::Gate(phase, gate) => {
                let gates = &header.phase(phase)?.gates;
                gates.iter().find(|other| other.id == *gate).map(fields)
            }
            Self::Phase(id) => {
                header.phase(id)?;
                let before = phase::predecessors(header, id);
                let mut names: Vec<&str> = before.iter().map(|phase| phase.id.as_str()).collect();
                names.sort_unstable();
                Some(names.into())
            }
            Self::Protect => list(&header.protect),
            Self::Branches => list(&header.branches),
            Self::Policy => header.policy.as_ref().map(fields),
            Self::Spec(_) | Self::TaskSpecs(_) => None,
        }
    }
}

fn list(words: &[String]) -> Option<Value> {
    (!words.is_empty()).then(|| words.into())
}
