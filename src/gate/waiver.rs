//! A waiver: a recorded, expiring decision to accept an unmet gate.

use super::case::Case;
use super::{Answer, State, Verdict};
use crate::model::policy::{Choice as _, Waive};
use crate::model::record::RecordKind;
use crate::model::{Record, Time, phase};

/// A waiver lasts no longer than this, in seconds.
pub const LONGEST: i64 = 90 * 24 * 60 * 60;

/// What is said of a waiver that does not count.
type Why = String;

/// A verdict, or `waived` where it says that the gate does not hold and somebody accepts that.
///
/// # Errors
/// Where the code or a signature cannot be read.
pub(super) fn applied(case: &Case<'_>, verdict: Verdict) -> Answer<Verdict> {
    let waivers = standing(case);
    if waivers.is_empty() || verdict.state.is_satisfied() {
        return Ok(verdict);
    }
    let mut refused: Option<(&Record, Why)> = None;
    for waiver in waivers {
        match counts(case, waiver)? {
            Ok(until) => return Ok(waived(case, waiver, until, &verdict)),
            Err(why) => {
                let is_later = refused
                    .as_ref()
                    .is_none_or(|(other, _)| other.when <= waiver.when);
                if is_later {
                    refused = Some((waiver, why));
                }
            }
        }
    }
    let why =
        refused.map(|(waiver, why)| format!("; {}'s waiver does not count: {why}", waiver.who));
    let reason = format!("{}{}", verdict.reason, why.unwrap_or_default());
    Ok(Verdict { reason, ..verdict })
}

fn waived(case: &Case<'_>, waiver: &Record, until: Time, verdict: &Verdict) -> Verdict {
    let anyone = match case.policy.waive {
        Waive::Anyone => ", as anyone may",
        Waive::Other | Waive::Signers => "",
    };
    let signed = match case.policy.waive {
        Waive::Signers => "signed",
        _ => "unsigned",
    };
    let reason = format!(
        "{}: waived by {} ({signed}){anyone}, until {}: {}",
        verdict.reason,
        waiver.who,
        &until.to_string()[..10],
        waiver.note.as_deref().unwrap_or("no reason")
    );
    let waived = Verdict::new(State::Waived, reason).since(waiver.when);
    waived.by(vec![waiver.id])
}

/// The waivers of a gate that nobody took back, whether they count or not.
pub fn standing<'a>(case: &Case<'a>) -> Vec<&'a Record> {
    case.standing(&RecordKind::Waiver, |_| true)
}

/// Until when a waiver counts; else why it does not.
///
/// # Errors
/// Where the code or its signature cannot be read.
pub fn counts(case: &Case<'_>, waiver: &Record) -> Answer<Result<Time, Why>> {
    let now = case.code.now();
    let Some(until) = waiver.until else {
        return Ok(Err("it has no end".to_owned()));
    };
    if waiver.definition.as_deref() != Some(&*phase::definition_digest(case.gate)) {
        return Ok(Err("it is for another definition of the gate".to_owned()));
    }
    if until <= now {
        return Ok(Err(format!("it ended on {}", &until.to_string()[..10])));
    }
    if until.0.saturating_sub(waiver.when.0.min(now.0)) > LONGEST {
        return Ok(Err("it lasts longer than 90 days".to_owned()));
    }
    let rule = case.policy.waive;
    let is_other = || Ok::<_, String>(!case.others(vec![waiver])?.is_empty());
    Ok(match rule {
        Waive::Other if !is_other()? => Err(format!(
            "the author may not waive (policy.waive is '{}')",
            rule.word()
        )),
        Waive::Signers => case.signature(waiver)?.map(|()| until),
        _ => Ok(until),
    })
}
