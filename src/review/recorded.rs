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
use crate::model::{Record, RecordKind, phase};

/// The digest of a value, as change records name it.
pub fn digest(value: &Value) -> String {
    phase::hex(&Sha256::digest(value.to_string()))
}

/// Bytes of a value that a record holds in full; of a longer one it holds the digest only. Two of them
/// fit into the file of a record, whatever has to be escaped in them.
const IN_FULL: usize = 8 * 1024;

/// A change record of a weakening; all but who, when and why.
pub fn fill(record: &mut Record, weakening: &Weakening) {
    let in_full = |value: &Value| Some(value.to_string()).filter(|text| text.len() <= IN_FULL);
    record.about = Some(weakening.matter.to_string());
    record.old = weakening.from.as_ref().map(digest);
    record.new = weakening.to.as_ref().map(digest);
    record.from = weakening.from.as_ref().and_then(in_full);
    record.to = weakening.to.as_ref().and_then(in_full);
}

/// What is known of a value.
#[derive(Debug, Clone, PartialEq)]
enum Known {
    /// All of it; none where it is not there.
    Value(Option<Value>),
    /// Its digest.
    Digest(String),
}

impl Known {
    /// Whether another value asks for no less. Of one that only its digest is known of, that is known of
    /// itself only.
    fn allows(&self, matter: &Matter, other: &Self) -> bool {
        match (self, other) {
            (Self::Value(one), Self::Value(other)) => {
                weaker(matter, one.as_ref(), other.as_ref()).is_none()
            }
            _ => self.digest() == other.digest(),
        }
    }

    fn digest(&self) -> Option<String> {
        match self {
            Self::Value(value) => value.as_ref().map(digest),
            Self::Digest(digest) => Some(digest.clone()),
        }
    }
}

/// What a change record says it changed: the values before and after, where it is true to itself.
fn step(record: &Record) -> Option<(Known, Known)> {
    let read = |text: &Option<String>, is: &Option<String>| match (text, is) {
        (None, None) => Some(Known::Value(None)),
        (None, Some(digest)) => Some(Known::Digest(digest.clone())),
        (Some(text), is) => {
            let value: Value = serde_json::from_str(text).ok()?;
            (is.as_deref() == Some(&*digest(&value))).then_some(Known::Value(Some(value)))
        }
    };
    Some((
        read(&record.from, &record.old)?,
        read(&record.to, &record.new)?,
    ))
}

/// What a change record is about.
pub fn matter(record: &Record) -> Option<Matter> {
    record.about.as_deref().and_then(Matter::named)
}

/// Whether what a change record tells of is as it was before, when it is this.
pub fn is_taken_back(record: &Record, now: Option<&Value>) -> bool {
    let now = now.map(digest);
    step(record).is_some_and(|(from, _)| from.digest() == now)
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
    let end = Known::Value(weakening.to.clone());
    let mut seen: Vec<Known> = vec![Known::Value(weakening.from.clone())];
    let mut open = vec![(Known::Value(weakening.from.clone()), Vec::new())];
    let mut looks = 0;
    while let Some((value, used)) = open.pop() {
        if value.allows(&weakening.matter, &end) {
            return Some(used.into_iter().map(|at: usize| steps[at].0).collect());
        }
        for (at, (_, (from, to))) in steps.iter().enumerate() {
            looks += 1;
            if looks > MOST_LOOKS {
                return None;
            }
            let fits = value.allows(&weakening.matter, from);
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
    use crate::model::{Header, Time};
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
