//! What other edits come to than those of the matters: the second half of the table in
//! [`weakening`](super::weakening).
//!
//! A key that is in no row here and is no matter counts as weakening, so that nothing slips through
//! because a later version, or a hand, wrote it.

use super::change::Sort;
use super::file::Owner;
use crate::model::{Entry, Outcome, Record, RecordKind};

/// Keys after whose change no less has to hold. The gates of a phase hold whatever its tasks are
/// called, who does them, and in which order; a line of a checklist reminds, and no gate asks for it.
const FREE: [(Sort, &[&str]); 6] = [
    (
        Sort::Plan,
        &[
            "title",
            "goal",
            "status",
            "reason",
            "status_by",
            "status_since",
            "key",
            "wip_limit",
            "last_number",
            "last_checkpoint",
        ],
    ),
    (Sort::Phase, &["title", "objective"]),
    (
        Sort::Task,
        &[
            "number",
            "title",
            "status",
            "reason",
            "status_by",
            "status_since",
            "phase",
            "depends_on",
            "labels",
            "stream",
            "priority",
            "assignee",
            "estimate",
            "key",
            "refs",
            "description",
            "report",
            "claim",
            "item",
            "note",
        ],
    ),
    (Sort::Item, &["text", "checked", "audit"]),
    (Sort::Note, &["who", "when", "text"]),
    (
        Sort::Entry,
        &[
            "text",
            "impact",
            "owner",
            "blocking",
            "concerns",
            "resolution",
            "resolved_by",
            "resolved_as",
            "resolved_when",
        ],
    ),
];

/// Keys that are matters, or lists of them: [`Matter`](super::Matter) looks at their values.
const MATTERS: [(Sort, &[&str]); 3] = [
    (Sort::Task, &["specs"]),
    (Sort::Plan, &["branches", "protect", "policy", "phase"]),
    (Sort::Phase, &["after", "gate"]),
];

/// Whether the table has a row for a key of a kind of thing.
pub fn has_row(sort: Sort, key: &str) -> bool {
    let has = |(of, keys): &(Sort, &[&str])| *of == sort && keys.contains(&key);
    // A gate is one value, and a matter.
    sort == Sort::Gate || FREE.iter().chain(&MATTERS).any(has)
}

/// What comes to less in an entry of the register that changed; none where nothing does.
pub fn entry(old: &Entry, new: &Entry) -> Option<&'static str> {
    let was_narrowed = || {
        let lost = |word: &&String| !new.concerns.contains(word);
        match old.concerns.is_empty() {
            true => !new.concerns.is_empty(),
            false => !new.concerns.is_empty() && old.concerns.iter().any(|word| lost(&word)),
        }
    };
    let is_open = old.is_open() && new.is_open();
    if old.kind != new.kind || old.label != new.label {
        return Some("its kind or label changed");
    }
    if old.blocking && !new.blocking && new.is_open() {
        return Some("work no longer stops at it");
    }
    (old.blocking && is_open && was_narrowed()).then_some("it is about less than before")
}

/// What comes to less by a record that was added; none where nothing does. `revoked` is the record
/// that a revocation is about, where it is known.
pub fn record(record: &Record, revoked: Option<&Record>) -> Option<&'static str> {
    match (&record.kind, revoked.map(|revoked| &revoked.kind)) {
        (RecordKind::Waiver, _) => Some("it need not hold until then"),
        (RecordKind::Revocation, Some(RecordKind::Outcome))
            if revoked.and_then(|revoked| revoked.result) != Some(Outcome::Pass) =>
        {
            Some("a failure no longer counts")
        }
        (RecordKind::Revocation, Some(RecordKind::Revocation)) => {
            Some("what was taken back counts again")
        }
        (RecordKind::Revocation, None) => Some("nobody can tell what it takes back"),
        (RecordKind::Other(_), _) => Some("it is of a kind that is not known here"),
        _ => None,
    }
}

/// What comes to less where a file that is no entity came, changed or went; none where nothing does.
pub fn file(owner: &Owner, is_new: bool) -> Option<&'static str> {
    match owner {
        Owner::Document(_) | Owner::Spec(..) => None,
        Owner::Format if is_new => None,
        Owner::Format => Some("the version of the format"),
        Owner::Patch(..) => Some("the patch of a checkpoint is never changed"),
        Owner::Unknown(_) => Some("a file that is not known here"),
        Owner::Other => Some("a file beside the plans, where forges look for what they run"),
        _ => Some("a file that is no entity"),
    }
}
