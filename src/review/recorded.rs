//! Whether the change records of a plan account for a weakening.
//!
//! A weakening may have been made in steps, with others between them that ask for more. So the
//! records are taken as steps from one value to another: from the value before, a record can be used
//! where its own start asks for no less, and the way is complete where the value after asks for no
//! less than the end that was reached.

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::weakening::weaker;
use super::{Matter, Weakening};
use crate::model::{Header, Record, RecordKind, phase};

/// The digest of a value, as change records name it.
pub fn digest(value: &Value) -> String {
    phase::hex(&Sha256::digest(value.to_string()))
}

/// A change record of a weakening; all but who, when and why.
pub fn fill(record: &mut Record, weakening: &Weakening) {
    record.about = Some(weakening.matter.to_string());
    record.old = weakening.from.as_ref().map(digest);
    record.new = weakening.to.as_ref().map(digest);
    record.from = weakening.from.as_ref().map(Value::to_string);
    record.to = weakening.to.as_ref().map(Value::to_string);
}

/// What a change record says it changed: the values before and after, where it is true to itself.
fn step(record: &Record) -> Option<(Option<Value>, Option<Value>)> {
    let read = |text: &Option<String>, is: &Option<String>| match text {
        None => is.is_none().then_some(None),
        Some(text) => {
            let value: Value = serde_json::from_str(text).ok()?;
            (is.as_deref() == Some(&*digest(&value))).then_some(Some(value))
        }
    };
    Some((
        read(&record.from, &record.old)?,
        read(&record.to, &record.new)?,
    ))
}

/// Whether what a change record tells of is as it was before.
pub fn is_taken_back(record: &Record, header: &Header) -> bool {
    let matter = record.about.as_deref().and_then(Matter::named);
    let values = matter.zip(step(record));
    values.is_some_and(|(matter, (from, _))| matter.value(header) == from)
}

/// The records among these by which a weakening is accounted for; none where they do not.
pub fn account<'a>(weakening: &Weakening, records: &[&'a Record]) -> Option<Vec<&'a Record>> {
    let about = weakening.matter.to_string();
    let has_reason = |record: &Record| {
        record
            .note
            .as_ref()
            .is_some_and(|note| !note.trim().is_empty())
    };
    let steps: Vec<_> = records
        .iter()
        .filter(|record| record.kind == RecordKind::Change && has_reason(record))
        .filter(|record| record.about.as_ref() == Some(&about))
        .filter_map(|record| Some((*record, step(record)?)))
        .collect();
    // A value is looked at once, however many records lead to it.
    let mut seen: Vec<Option<Value>> = vec![weakening.from.clone()];
    let mut open = vec![(weakening.from.clone(), Vec::new())];
    let mut looks = 0;
    while let Some((value, used)) = open.pop() {
        let is_there = weaker(&weakening.matter, value.as_ref(), weakening.to.as_ref()).is_none();
        if is_there {
            return Some(used.into_iter().map(|at: usize| steps[at].0).collect());
        }
        for (at, (_, (from, to))) in steps.iter().enumerate() {
            looks += 1;
            if looks > MOST_LOOKS {
                return None;
            }
            let fits = weaker(&weakening.matter, value.as_ref(), from.as_ref()).is_none();
            if fits && !seen.contains(to) {
                seen.push(to.clone());
                let used = used.iter().copied().chain([at]).collect();
                open.push((to.clone(), used));
            }
        }
    }
    None
}

/// Where a history of changes is longer than this, it accounts for nothing.
const MOST_LOOKS: usize = 20_000;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::model::Time;
    use crate::review::weakenings;

    fn header(count: u32) -> Header {
        let gate = json!({"id": "g", "kind": "approval", "count": count});
        let phase = json!({"id": "a", "title": "A", "gate": [gate]});
        serde_json::from_value(json!({"title": "t", "phase": [phase]})).unwrap()
    }

    fn record(name: &str, from: u32, to: u32) -> Record {
        let plan = "p".parse().unwrap();
        let id = format!("{name:0<10}").parse().unwrap();
        let mut record = Record::new(id, &plan, RecordKind::Change, "Ada <a@x>", Time(0));
        let matter = Matter::Gate("a".parse().unwrap(), "g".parse().unwrap());
        let weakening = Weakening {
            from: matter.value(&header(from)),
            to: matter.value(&header(to)),
            matter,
            why: String::new(),
        };
        fill(&mut record, &weakening);
        record.note = Some("because".to_owned());
        record
    }

    fn accounted(from: u32, to: u32, records: &[Record]) -> bool {
        let found = weakenings(&header(from), &header(to));
        let records: Vec<&Record> = records.iter().collect();
        found
            .iter()
            .all(|weakening| account(weakening, &records).is_some())
    }

    #[test]
    fn a_weakening_needs_its_own_record() {
        assert!(!accounted(3, 1, &[]));
        assert!(accounted(3, 1, &[record("a", 3, 1)]));
        assert!(!accounted(3, 1, &[record("a", 3, 2)]));
        assert!(!accounted(3, 1, &[record("a", 2, 1)]));
        assert!(accounted(3, 2, &[record("a", 3, 1)]));
    }

    #[test]
    fn steps_with_more_asked_for_between_them_account_too() {
        let steps = [record("a", 5, 2), record("b", 4, 1)];
        assert!(accounted(5, 1, &steps));
        assert!(accounted(4, 1, &steps));
        assert!(!accounted(9, 1, &[record("b", 4, 1)]));
    }

    #[test]
    fn a_record_without_reason_or_untrue_to_itself_does_not_count() {
        let mut silent = record("a", 3, 1);
        silent.note = Some(" ".to_owned());
        assert!(!accounted(3, 1, &[silent]));
        let mut forged = record("a", 3, 2);
        forged.to = record("b", 3, 1).to;
        assert!(!accounted(3, 1, &[forged]));
    }
}
