//! `approval` and `manual`: people have said so, for this subject.

use super::case::Case;
use super::{Answer, State, Verdict};
use crate::model::record::RecordKind;
use crate::model::{Person, Record, person};

/// `approval`: enough people other than the author.
pub(super) fn judge_approval(case: &Case<'_>) -> Answer<Verdict> {
    let (here, before) = approvals(case)?;
    let needed = usize::try_from(case.gate.count.unwrap_or(1)).unwrap_or(usize::MAX);
    let given = here.len();
    let others = case.others(here)?;
    let people: Vec<Person> = others
        .iter()
        .map(|record| Person::of(&record.who))
        .collect();
    let count = person::distinct(&people);
    let address = case.address();
    if count >= needed {
        let reason = format!("approved by {}{}", names(&others), case.unsigned());
        let ids = others.iter().map(|record| record.id).collect();
        let since = others.iter().map(|record| record.when).max();
        let verdict = Verdict::new(State::Ok, reason).by(ids);
        return Ok(since.map_or(verdict.clone(), |when| verdict.since(when)));
    }
    let missing = format!("{count} of {needed} approvals by others than the author");
    let verdict = match (before, given - others.len()) {
        (Some(record), 0) if given == 0 => {
            let reason = format!(
                "{missing}; {} approved other code: {}",
                record.who,
                case.since(record)?
            );
            Verdict::new(State::Stale, reason).since(record.when)
        }
        (_, 0) => Verdict::new(State::Unmet, missing),
        (_, _) => Verdict::new(
            State::Unmet,
            format!("{missing}; the author's own does not count"),
        ),
    };
    Ok(verdict.fix(&["gate", "approve", &address, "--note", "…"]))
}

/// `manual`: somebody has recorded that it holds.
pub(super) fn judge_manual(case: &Case<'_>) -> Answer<Verdict> {
    let (here, before) = approvals(case)?;
    let address = case.address();
    let fix = ["gate", "approve", &address, "--note", "…"];
    if let Some(record) = here.iter().max_by_key(|record| (record.when, record.id)) {
        let when = &record.when.to_string()[..10];
        let reason = format!("approved by {} on {when}{}", record.who, case.unsigned());
        let verdict = Verdict::new(State::Ok, reason).since(record.when);
        return Ok(verdict.by(vec![record.id]));
    }
    let verdict = match before {
        Some(record) => {
            let reason = format!(
                "{} approved other code: {}",
                record.who,
                case.since(record)?
            );
            Verdict::new(State::Stale, reason).since(record.when)
        }
        None if case.gate.signed => {
            Verdict::new(State::Unmet, "nobody who may sign has approved it")
        }
        None => Verdict::new(State::Unmet, "nobody has approved it"),
    };
    Ok(verdict.fix(&fix))
}

/// The approvals for this subject, and the last one for another.
fn approvals<'a>(case: &Case<'a>) -> Answer<(Vec<&'a Record>, Option<&'a Record>)> {
    let subject = case.subject()?;
    let kind = RecordKind::Approval;
    let fits = |record: &Record| record.subject.as_deref() == Some(&subject);
    let here = case.deciding(&kind, fits)?;
    let elsewhere = case.deciding(&kind, |record| !fits(record))?;
    let last = elsewhere
        .into_iter()
        .max_by_key(|record| (record.when, record.id));
    Ok((here, last))
}

fn names(records: &[&Record]) -> String {
    let names: Vec<&str> = records.iter().map(|record| record.who.as_str()).collect();
    names.join(", ")
}
