//! Whether a phase that says it is closed was closed rightly.

use super::{Answer, Code, Judgement, QUESTIONS, judge_under, tasks};
use crate::model::{Gate, Phase, Plan, Policy, Record, phase};

/// The closing of a phase that stands for its gates as they are, and on which the tasks still are
/// as they were; else why the phase counts as open.
pub fn standing<'a>(plan: &'a Plan, phase: &Phase) -> Result<&'a Record, String> {
    if let Some(file) = plan.broken_record() {
        return Err(format!("{} cannot be read", file.path));
    }
    let closing = phase::closing(plan, phase).ok_or_else(|| why_open(plan, phase))?;
    let verdict = tasks::judge(plan, phase);
    match verdict.state.is_satisfied() {
        true => Ok(closing),
        false => Err(format!("it was closed, but {}", verdict.reason)),
    }
}

fn why_open(plan: &Plan, phase: &Phase) -> String {
    match phase::unfit_closing(plan, phase) {
        Some(_) => "it was closed with other gates, or on evidence that was taken back".to_owned(),
        None => "it is open".to_owned(),
    }
}

/// The gates of a phase, without the implicit one, that do not hold for the code that it was
/// closed at. None: the closing is right.
pub fn unmet_at(plan: &Plan, phase: &Phase, code: &dyn Code, policy: &Policy) -> Vec<Judgement> {
    unmet_but(plan, phase, code, policy, |_| false)
}

/// As [`unmet_at`], for a closing that was looked at when it came: what has come up since, such as a
/// new question, is no fault of its.
pub fn unmet_then(plan: &Plan, phase: &Phase, code: &dyn Code, policy: &Policy) -> Vec<Judgement> {
    unmet_but(plan, phase, code, policy, |gate| gate.kind == QUESTIONS)
}

fn unmet_but(
    plan: &Plan,
    phase: &Phase,
    code: &dyn Code,
    policy: &Policy,
    is_left_out: impl Fn(&Gate) -> bool,
) -> Vec<Judgement> {
    let judged = phase
        .gates
        .iter()
        .filter(|gate| !is_left_out(gate))
        .map(|gate| judge_under(plan, phase, gate, code, policy));
    judged
        .filter(|judgement| !judgement.state.is_satisfied())
        .collect()
}

/// Whether the records that a closing names are among those that its gates hold by, now that they
/// are judged again.
///
/// # Errors
/// Where a closing names a record that is not about its phase.
pub fn check_names(plan: &Plan, phase: &Phase, closing: &Record) -> Answer<()> {
    let is_foreign = |id: &&crate::model::RecordId| {
        let record = plan.records.iter().find(|record| record.id == **id);
        record.is_none_or(|record| record.phase.as_ref() != Some(&phase.id))
    };
    match closing.evidence.iter().find(is_foreign) {
        Some(id) => Err(format!("its closing stands on {id}, which is not about it")),
        None => Ok(()),
    }
}
