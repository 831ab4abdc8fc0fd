//! A plan, its records and facts about the code → a report on each gate.
//!
//! Every phase has a gate `tasks` that nobody has to write down. Of the kinds that can be written
//! down this version judges `manual`; a gate of another kind is in state `error`, which counts as
//! unmet, so that a plan made by a later version is never called satisfied by this one.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::model::record::{self, RecordKind};
use crate::model::{Gate, Phase, Plan, Record, RecordId, phase};

/// The implicit gate of every phase.
pub const TASKS: &str = "tasks";
/// The kind of gate that a person confirms.
pub const MANUAL: &str = "manual";
/// The kinds that this version can judge and add.
pub const KINDS: [&str; 1] = [MANUAL];

/// Paths that belong to the inputs of every gate.
pub const ALWAYS_INPUTS: [&str; 2] = [".gitattributes", ".gitmodules"];

/// What a gate is judged against: the code at one commit.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The commit, where there is one.
    pub commit: Option<String>,
    /// Its tree; before the first commit, the empty tree.
    pub tree: String,
    /// Mode and object id of every path that some gate names as an input, where it is there.
    pub inputs: BTreeMap<String, String>,
}

/// Whether a gate holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It holds.
    Ok,
    /// It does not.
    Unmet,
    /// It did, for other code or another definition.
    Stale,
    /// It cannot be judged; counts as unmet.
    Error,
}

impl State {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Unmet => "unmet",
            Self::Stale => "stale",
            Self::Error => "error",
        }
    }
}

/// One gate, judged.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The gate's phase.
    pub phase: String,
    /// The gate.
    pub gate: String,
    /// Its kind.
    pub kind: String,
    /// Whether it holds.
    pub state: State,
    /// Why.
    pub reason: String,
    /// The command that would meet it, without `git plan`.
    pub fix: Option<Vec<String>>,
    /// The record that it holds by.
    pub record: Option<RecordId>,
}

/// Judges every gate of a phase; the implicit one first.
pub fn judge(plan: &Plan, phase: &Phase, facts: &Facts) -> Vec<Judgement> {
    let explicit = phase
        .gates
        .iter()
        .map(|gate| judge_one(plan, phase, gate, facts));
    std::iter::once(judge_tasks(plan, phase))
        .chain(explicit)
        .collect()
}

fn judge_tasks(plan: &Plan, phase: &Phase) -> Judgement {
    let mut open: Vec<_> = plan
        .tasks_in(Some(&phase.id))
        .filter(|task| !task.is_settled())
        .collect();
    open.sort_by_key(|task| (task.number, task.id));
    let broken: Vec<_> = plan.broken_tasks().collect();
    let verdict = |state, reason, fix| Judgement {
        phase: phase.id.to_string(),
        gate: TASKS.to_owned(),
        kind: TASKS.to_owned(),
        state,
        reason,
        fix,
        record: None,
    };
    if let Some(file) = broken.first() {
        let reason = format!(
            "{} task files cannot be read, {} first",
            broken.len(),
            file.path
        );
        return verdict(State::Error, reason, Some(vec!["doctor".to_owned()]));
    }
    let Some(first) = open.first() else {
        let count = plan.tasks_in(Some(&phase.id)).count();
        return verdict(
            State::Ok,
            format!("{}, none open", counted(count, "task")),
            None,
        );
    };
    let name = plan.name_of(first.id);
    let fix = if first.status.is_over() {
        vec!["show".to_owned(), name.clone()]
    } else {
        vec!["done".to_owned(), name.clone()]
    };
    let rest = match open.len() - 1 {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let what = match (first.status.is_over(), first.items_open()) {
        (true, items) => format!("{} unchecked", counted(items as usize, "item")),
        (false, _) => first.status.to_string(),
    };
    verdict(
        State::Unmet,
        format!("task {name} is open ({what}){rest}"),
        Some(fix),
    )
}

/// `1 task`, `2 tasks`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

fn judge_one(plan: &Plan, phase: &Phase, gate: &Gate, facts: &Facts) -> Judgement {
    let cannot = |what: String| {
        let reason = format!("this version of git plan {what}");
        (State::Error, reason, None)
    };
    let (state, reason, record) = match (gate.kind.as_str(), gate.extra.keys().next()) {
        (MANUAL, None) => judge_manual(plan, phase, gate, facts),
        (MANUAL, Some(key)) => cannot(format!("does not know the key '{key}'")),
        (kind, _) => cannot(format!("cannot judge the kind '{kind}'")),
    };
    let address = format!("{}/{}", phase.id, gate.id);
    let note = vec![
        "gate".into(),
        "approve".into(),
        address,
        "--note".into(),
        "…".into(),
    ];
    let fixable = matches!(state, State::Unmet | State::Stale);
    Judgement {
        phase: phase.id.to_string(),
        gate: gate.id.to_string(),
        kind: gate.kind.clone(),
        state,
        reason,
        fix: fixable.then_some(note),
        record,
    }
}

type Verdict = (State, String, Option<RecordId>);

fn judge_manual(plan: &Plan, phase: &Phase, gate: &Gate, facts: &Facts) -> Verdict {
    if let Some(file) = plan.broken_record() {
        return (State::Error, format!("{} cannot be read", file.path), None);
    }
    let approvals = deciding_approvals(plan, phase, gate);
    let subject = subject(plan, phase, gate, facts);
    let by = |record: &Record| format!("{} on {}", record.who, &record.when.to_string()[..10]);
    match approvals
        .iter()
        .find(|record| record.subject.as_deref() != Some(&subject))
    {
        Some(stale) => {
            let reason = format!(
                "approved by {}, for other code or another definition",
                by(stale)
            );
            (State::Stale, reason, None)
        }
        None => match approvals.first() {
            Some(record) => (
                State::Ok,
                format!("approved by {} (unsigned)", by(record)),
                Some(record.id),
            ),
            None => (State::Unmet, "nobody has approved it".to_owned(), None),
        },
    }
}

/// The approvals of a gate that no later one supersedes.
pub fn deciding_approvals<'a>(plan: &'a Plan, phase: &Phase, gate: &Gate) -> Vec<&'a Record> {
    record::deciding(&plan.records, |record| {
        record.kind == RecordKind::Approval
            && record.phase.as_ref() == Some(&phase.id)
            && record.gate.as_ref() == Some(&gate.id)
    })
}

/// What evidence for a gate is bound to: the plan, the phase, the gate, its definition, the code.
pub fn subject(plan: &Plan, phase: &Phase, gate: &Gate, facts: &Facts) -> String {
    let mut hash = Sha256::new();
    let definition = phase::definition_digest(gate);
    for line in [
        "git-plan subject 1",
        plan.id.as_str(),
        phase.id.as_str(),
        gate.id.as_str(),
        &gate.kind,
        &definition,
    ] {
        hash.update(line);
        hash.update(b"\n");
    }
    match &gate.inputs {
        None => hash.update(format!("tree {}\n", facts.tree)),
        Some(inputs) => {
            for path in inputs.iter().map(String::as_str).chain(ALWAYS_INPUTS) {
                let found = facts.inputs.get(path).map_or("absent", String::as_str);
                hash.update(format!("input {path}\0{found}\n"));
            }
        }
    }
    phase::hex(&hash.finalize())
}

/// Every path that some gate of the plan depends on.
pub fn input_paths(plan: &Plan) -> Vec<String> {
    let gates = plan.header.phases.iter().flat_map(|phase| &phase.gates);
    let named = gates.flat_map(|gate| gate.inputs.iter().flatten().cloned());
    named.chain(ALWAYS_INPUTS.map(str::to_owned)).collect()
}
