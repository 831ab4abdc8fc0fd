//! The gates that a change is held to, by whose word they hold, and the scripts of gates that it changes.

use schemars::JsonSchema;
use serde::Serialize;

use crate::enforce::Evidence;
use crate::enforce::GateSeen;
use crate::enforce::Seal;
use crate::model::{FileStatus, On, RecordId, Slug, Time};
use crate::proposal::ChangedScript;
use crate::render::view::GateView;

/// A gate that the change is held to.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewGateView {
    /// Its plan.
    pub plan: Slug,
    /// The gate, judged.
    #[serde(flatten)]
    pub gate: GateView,
    /// Whether it must hold for every push, not only when its phase is closed.
    pub on_push: bool,
    /// Whether its phase is closed: then it held, and what came later need not meet it again.
    pub phase_closed: bool,
    /// The records that it holds by.
    pub evidence: Vec<EvidenceView>,
}

/// A record that a gate holds by.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EvidenceView {
    /// Names the record.
    pub id: RecordId,
    /// What it is: `outcome`, `approval`, `waiver`.
    pub kind: String,
    /// Who gave it, as `Name <e-mail>`.
    pub who: String,
    /// The agent that acted for them.
    #[serde(rename = "as")]
    pub agent: Option<String>,
    /// When.
    pub when: Time,
    /// Where a command ran, `local` or `ci`.
    pub runner: Option<String>,
    /// Whether the one whom it names has signed it: `signed`, `unsigned`, or `doubtful` where the
    /// signature does not hold here.
    #[schemars(regex(pattern = r"^(signed|unsigned|doubtful)$"))]
    pub seal: String,
    /// Why a signature does not hold, where it does not.
    pub doubt: Option<String>,
    /// What was said.
    pub note: Option<String>,
}

/// A file that gates run, and that the change touches.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewScriptView {
    /// Its path from the top.
    pub path: String,
    /// What happened to it.
    pub status: FileStatus,
    /// The gates that run it.
    pub gates: Vec<GateNameView>,
}

/// A gate, by name.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct GateNameView {
    /// Its plan.
    pub plan: Slug,
    /// The gate, as `phase/gate`.
    pub gate: String,
}

impl ReviewGateView {
    /// As scripts read it.
    pub(super) fn of(seen: &GateSeen) -> Self {
        Self {
            plan: seen.plan.clone(),
            gate: GateView::of(&seen.judgement),
            on_push: seen.on == On::Push,
            phase_closed: seen.is_closed,
            evidence: seen.evidence.iter().map(EvidenceView::of).collect(),
        }
    }
}

impl EvidenceView {
    /// As scripts read it.
    pub(super) fn of(evidence: &Evidence) -> Self {
        let record = &evidence.record;
        let (seal, doubt) = match &evidence.seal {
            Seal::Unsigned => ("unsigned", None),
            Seal::Signed => ("signed", None),
            Seal::Doubtful(why) => ("doubtful", Some(why.clone())),
        };
        Self {
            id: record.id,
            kind: record.kind.as_str().to_owned(),
            who: record.who.clone(),
            agent: record.agent.clone(),
            when: record.when,
            runner: record.runner.clone(),
            seal: seal.to_owned(),
            doubt,
            note: record.note.clone(),
        }
    }
}

impl ReviewScriptView {
    /// As scripts read it.
    pub(super) fn of(script: &ChangedScript) -> Self {
        let gates = script.gates.iter().map(|(plan, gate)| GateNameView {
            plan: plan.clone(),
            gate: gate.clone(),
        });
        Self {
            path: script.path.clone(),
            status: script.status,
            gates: gates.collect(),
        }
    }
}
