//! `command`: the last record for this subject passes.

use super::case::Case;
use super::{Answer, State, Verdict, definition};
use crate::model::record::{Outcome, RecordKind};
use crate::model::{Record, RecordId, Time};

pub(super) fn judge(case: &Case<'_>) -> Answer<Verdict> {
    let subject = case.subject()?;
    let fits = |record: &Record| record.subject.as_deref() == Some(&subject);
    let comes_from = |record: &Record| is_from_the_right_place(case, record);
    let kind = RecordKind::Outcome;
    let here = case.deciding(&kind, |record| fits(record) && comes_from(record))?;
    let address = case.address();
    let fix = ["gate", "run", &address];
    let verdict = match worst(&here) {
        Some(record) => of_outcome(case, record, &here),
        None => of_others(case, &fits)?,
    };
    Ok(match verdict.state {
        State::Ok => verdict,
        _ => verdict.fix(&fix),
    })
}

/// Of concurrent records the one that failed decides.
fn worst<'a>(records: &[&'a Record]) -> Option<&'a Record> {
    let bad = |record: &&&Record| record.result != Some(Outcome::Pass);
    let failed = records.iter().filter(bad).max_by_key(|record| record.when);
    let latest = || records.iter().max_by_key(|record| (record.when, record.id));
    failed.or_else(latest).copied()
}

fn of_outcome(case: &Case<'_>, record: &Record, all: &[&Record]) -> Verdict {
    let by = format!("{}{}", record.who, case.unsigned());
    let now = case.code.now();
    let verdict = match record.result {
        Some(Outcome::Pass) => match case.gate.max_age {
            Some(age) if record.when.0.saturating_add_unsigned(age.0) < now.0 => Verdict::new(
                State::Stale,
                format!("passed, older than {age}: run by {by}"),
            ),
            Some(_) if record.when.0 > now.0 + Time::SKEW => Verdict::new(
                State::Unmet,
                format!("its last run is said to be in the future, by {by}"),
            ),
            _ => {
                let ids: Vec<RecordId> = all.iter().map(|record| record.id).collect();
                Verdict::new(State::Ok, format!("passed, run by {by}")).by(ids)
            }
        },
        Some(Outcome::Fail) => {
            let code = record
                .exit_code
                .map(|code| format!(" with exit code {code}"));
            let code = code.unwrap_or_default();
            Verdict::new(State::Unmet, format!("failed{code}, run by {by}"))
        }
        _ => Verdict::new(
            State::Unmet,
            format!("{}, run by {by}", ended(case, record)),
        ),
    };
    verdict.since(record.when)
}

/// Whether a run came to its end by its time limit.
fn took_too_long(case: &Case<'_>, record: &Record) -> bool {
    let limit = case
        .gate
        .timeout
        .unwrap_or(definition::TIMEOUT)
        .0
        .saturating_mul(1000);
    record.duration_ms.is_some_and(|took| took >= limit)
}

fn ended(case: &Case<'_>, record: &Record) -> String {
    match (record.signal, record.exit_code) {
        (Some(signal), _) => format!("was ended by signal {signal}"),
        (None, Some(code)) => format!("could not be run (exit code {code})"),
        (None, None) if took_too_long(case, record) => "took too long".to_owned(),
        (None, None) => "could not be started".to_owned(),
    }
}

/// What is to be said where no record for this subject counts.
fn of_others(case: &Case<'_>, fits: &dyn Fn(&Record) -> bool) -> Answer<Verdict> {
    let records = case.deciding(&RecordKind::Outcome, |_| true)?;
    let passed = records
        .iter()
        .filter(|record| record.result == Some(Outcome::Pass));
    let elsewhere = records.iter().find(|record| fits(record));
    if let Some(record) = elsewhere {
        let reason = format!(
            "was run {}, and the gate asks for {}",
            place(record),
            asked(case)
        );
        return Ok(Verdict::new(State::Unmet, reason).since(record.when));
    }
    if let Some(verdict) = unsigned(case, fits)? {
        return Ok(verdict);
    }
    let Some(record) = passed.max_by_key(|record| (record.when, record.id)) else {
        return Ok(Verdict::new(State::Unmet, "has not been run"));
    };
    let reason = format!(
        "passed for other code, run by {}{}; {}",
        record.who,
        case.unsigned(),
        case.since(record)?
    );
    Ok(Verdict::new(State::Stale, reason).since(record.when))
}

/// Where signatures are asked for: of the last run for this subject, why its own does not count.
fn unsigned(case: &Case<'_>, fits: &dyn Fn(&Record) -> bool) -> Answer<Option<Verdict>> {
    let runs = case.standing(&RecordKind::Outcome, fits);
    let Some(run) = runs
        .into_iter()
        .max_by_key(|record| (record.when, record.id))
    else {
        return Ok(None);
    };
    Ok(case.signature(run)?.err().map(|why| {
        let reason = format!("was run by {}, which does not count: {why}", run.who);
        Verdict::new(State::Unmet, reason).since(run.when)
    }))
}

/// The system and the runner that a gate asks for.
fn asked(case: &Case<'_>) -> String {
    let ci = case.gate.runner.as_deref().map(str::to_uppercase);
    let words: Vec<String> = case.gate.platform.iter().cloned().chain(ci).collect();
    words.join(" and ")
}

fn place(record: &Record) -> String {
    let system = record.platform.as_deref().unwrap_or("an unknown system");
    match record.runner.as_deref() {
        Some("ci") => format!("on {system}, in CI"),
        _ => format!("on {system}, not in CI"),
    }
}

/// Whether a record comes from the system and the runner that the gate asks for.
fn is_from_the_right_place(case: &Case<'_>, record: &Record) -> bool {
    let wanted = |wanted: &Option<String>, is: &Option<String>, part: bool| match (wanted, is) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(wanted), Some(is)) => {
            wanted == is || (part && is.split('-').next() == Some(wanted.as_str()))
        }
    };
    wanted(&case.gate.platform, &record.platform, true)
        && wanted(&case.gate.runner, &record.runner, false)
}
