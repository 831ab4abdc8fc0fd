//! A plan, its records and the code → a report on each gate.
//!
//! A tour:
//!
//! * [`Code`]: what is asked of the code; who answers knows Git, this module does not.
//! * [`subject`](mod@subject): what evidence is bound to; [`scripts`]: which files a command runs.
//! * `case`: which records count for a gate. A file for each kind: `tasks`, `command`, `people`
//!   (`approval` and `manual`), `questions`, `checkpoint`,
//!   `spec`.
//! * [`waiver`]: what accepts an unmet gate; [`closing`]: whether a closed phase was closed rightly.
//! * [`judgement`]: what comes of it.
//!
//! Every phase has a gate `tasks` that nobody has to write down. A gate of a kind that this version
//! does not know, or with a key that it does not know, is in state `error`, which counts as unmet,
//! so that a plan made by a later version is never called satisfied by this one.

mod case;
pub mod closing;
mod code;
mod command;
pub mod definition;
pub mod judgement;
mod people;
mod questions;
pub mod scripts;
mod spec;
pub mod subject;
mod tasks;
pub mod waiver;

pub use case::Case;
pub use code::{Answer, Code, Signer};
pub use judgement::{Found, Judgement, State, Verdict};
pub use subject::subject;
pub use tasks::is_open;

use crate::model::{Gate, Phase, Plan, Policy, Slug};

/// The implicit gate of every phase.
pub const TASKS: &str = "tasks";
/// A command is run.
pub const COMMAND: &str = "command";
/// Several people have to approve.
pub const APPROVAL: &str = "approval";
/// No blocking question is open, every assumption is confirmed.
pub const QUESTIONS: &str = "questions";
/// A checkpoint was taken.
pub const CHECKPOINT: &str = "checkpoint";
/// The code satisfies specifications.
pub const SPEC: &str = "spec";
/// The kind of gate that a person confirms.
pub const MANUAL: &str = "manual";
/// The kinds that can be added.
pub const KINDS: [&str; 6] = [COMMAND, APPROVAL, QUESTIONS, CHECKPOINT, MANUAL, SPEC];

/// Judges every gate of a phase; the implicit one first.
pub fn judge(plan: &Plan, phase: &Phase, code: &dyn Code) -> Vec<Judgement> {
    let implicit = implicit();
    let gates = implicit.iter().chain(&phase.gates);
    gates
        .map(|gate| judge_one(plan, phase, gate, code))
        .collect()
}

/// The gate that every phase has.
fn implicit() -> Option<Gate> {
    let id: Slug = TASKS.parse().ok()?;
    Some(Gate::new(id, TASKS))
}

/// The definition of a gate of a phase, the implicit one included.
pub fn find(phase: &Phase, gate: &str) -> Option<Gate> {
    if gate == TASKS {
        return implicit();
    }
    phase
        .gates
        .iter()
        .find(|other| other.id.as_str() == gate)
        .cloned()
}

/// Judges one gate of a phase.
pub fn judge_one(plan: &Plan, phase: &Phase, gate: &Gate, code: &dyn Code) -> Judgement {
    let policy = Policy::of(&plan.header);
    judge_under(plan, phase, gate, code, &policy)
}

/// Judges one gate under a policy that may be stricter than the plan's.
pub fn judge_under(
    plan: &Plan,
    phase: &Phase,
    gate: &Gate,
    code: &dyn Code,
    policy: &Policy,
) -> Judgement {
    let case = Case {
        plan,
        phase,
        gate,
        code,
        policy,
    };
    let verdict = verdict(&case).unwrap_or_else(|why| Verdict::new(State::Error, why));
    Judgement {
        phase: phase.id.to_string(),
        gate: gate.id.to_string(),
        kind: gate.kind.clone(),
        state: verdict.state,
        reason: verdict.reason,
        since: verdict.since,
        fix: verdict.fix,
        found: verdict.found,
        records: verdict.records,
    }
}

fn verdict(case: &Case<'_>) -> Answer<Verdict> {
    if let Some(file) = case
        .plan
        .broken_record()
        .filter(|_| case.gate.kind != TASKS)
    {
        let reason = format!("{} cannot be read: {}", file.path, file.cause);
        return Ok(Verdict::new(State::Error, reason).fix(&["doctor"]));
    }
    if let Some(problem) = &case.policy.problem {
        return Ok(Verdict::new(State::Error, problem.clone()).fix(&["doctor"]));
    }
    let verdict = match definition::problem(case.gate) {
        Some(problem) => Verdict::new(State::Error, problem),
        None => of_kind(case).unwrap_or_else(|why| Verdict::new(State::Error, why)),
    };
    match case.gate.kind.as_str() {
        // A task is cancelled or done; nobody can accept that it is open in a closed phase.
        TASKS => Ok(verdict),
        _ => waiver::applied(case, verdict),
    }
}

fn of_kind(case: &Case<'_>) -> Answer<Verdict> {
    match case.gate.kind.as_str() {
        TASKS => Ok(tasks::judge(case.plan, case.phase)),
        COMMAND => command::judge(case),
        APPROVAL => people::judge_approval(case),
        MANUAL => people::judge_manual(case),
        QUESTIONS => Ok(questions::judge(case)),
        CHECKPOINT => Ok(judge_checkpoint(case)),
        SPEC => spec::judge(case),
        kind => Err(format!(
            "this version of git plan cannot judge the kind '{kind}'"
        )),
    }
}

/// `checkpoint`: one was taken in this phase.
fn judge_checkpoint(case: &Case<'_>) -> Verdict {
    let rows = case.plan.checkpoints.iter().map(|row| &row.checkpoint);
    let taken = rows.filter(|checkpoint| checkpoint.phase.as_ref() == Some(&case.phase.id));
    match taken.max_by_key(|checkpoint| checkpoint.sequence) {
        Some(checkpoint) => {
            let reason = format!("checkpoint '{}' was taken in it", checkpoint.name);
            Verdict::new(State::Ok, reason).since(checkpoint.when)
        }
        None => {
            let verdict = Verdict::new(State::Unmet, "no checkpoint was taken in it");
            verdict.fix(&["checkpoint", "NAME"])
        }
    }
}

/// `1 task`, `2 tasks`.
pub fn counted(count: usize, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}
