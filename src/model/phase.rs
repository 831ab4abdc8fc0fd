//! Which phases come before which, which are closed, and which can be worked in.
//!
//! A phase comes after the ones that it names in `after`; where it names none, after the one
//! listed before it. It can be worked in when everything before it, near or far, is closed.

use std::collections::BTreeSet;

use sha2::{Digest, Sha256};

use super::record::{self, RecordKind};
use super::{Gate, Header, Phase, Plan, Record, RecordId, Slug};

/// The phases that come directly before the one at `position`.
pub fn before(header: &Header, position: usize) -> Vec<&Slug> {
    match header.phases.get(position).map(|phase| &phase.after) {
        Some(Some(after)) => after.iter().collect(),
        Some(None) => position
            .checked_sub(1)
            .and_then(|previous| header.phases.get(previous))
            .map(|phase| &phase.id)
            .into_iter()
            .collect(),
        None => Vec::new(),
    }
}

/// Every phase that comes before this one, near or far, in the order of the list.
pub fn predecessors<'a>(header: &'a Header, phase: &Slug) -> Vec<&'a Phase> {
    let mut found = BTreeSet::new();
    let mut open: Vec<usize> = header.position(phase).into_iter().collect();
    while let Some(position) = open.pop() {
        let next = before(header, position)
            .into_iter()
            .filter_map(|id| header.position(id));
        open.extend(next.filter(|&position| found.insert(position)));
    }
    found
        .into_iter()
        .filter_map(|position| header.phases.get(position))
        .collect()
}

/// A circle among the phases, if there is one: each comes after the next, the last after the first.
pub fn cycle(header: &Header) -> Option<Vec<Slug>> {
    let edges = |position: usize| -> Vec<usize> {
        before(header, position)
            .into_iter()
            .filter_map(|id| header.position(id))
            .collect()
    };
    let circle = super::graph::find_cycle(0..header.phases.len(), edges)?;
    Some(
        circle
            .into_iter()
            .filter_map(|i| header.phases.get(i))
            .map(|p| p.id.clone())
            .collect(),
    )
}

/// What a closing is bound to: the definitions of the phase's gates, in order.
pub fn gates_digest(phase: &Phase) -> String {
    let mut hash = Sha256::new();
    hash.update(b"git-plan gates 1\n");
    for gate in &phase.gates {
        hash.update(definition_digest(gate));
        hash.update(b"\n");
    }
    hex(&hash.finalize())
}

/// What evidence for a gate is bound to: every key of its definition, known or not.
pub fn definition_digest(gate: &Gate) -> String {
    let text = serde_json::to_string(gate).unwrap_or_default();
    let canonical = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default();
    hex(&Sha256::digest(canonical.to_string()))
}

/// Lower-case hexadecimal digits with the name of the digest before them.
pub fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold("sha256:".to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The record by which a phase is closed, if it is: an unrevoked closing that fits its gates and
/// whose evidence still stands. Where a record cannot be read nothing counts as closed: it might
/// be the one that opened the phase again.
pub fn closing<'a>(plan: &'a Plan, phase: &Phase) -> Option<&'a Record> {
    let about = |record: &Record| {
        record.kind == RecordKind::Closing && record.phase.as_ref() == Some(&phase.id)
    };
    if !plan.records.iter().any(about) || plan.broken_record().is_some() {
        return None;
    }
    let gates = gates_digest(phase);
    let gone = record::revoked(&plan.records);
    let stands =
        |id: &RecordId| !gone.contains(id) && plan.records.iter().any(|record| record.id == *id);
    let closings = record::deciding(&plan.records, about);
    let fits = |record: &&Record| {
        record.gates.as_deref() == Some(&gates) && record.evidence.iter().all(stands)
    };
    closings
        .iter()
        .all(fits)
        .then(|| closings.first().copied())
        .flatten()
}

/// A closing of a phase that is not revoked and yet does not close it: its gates are others now, or
/// what it stood on was taken back.
pub fn unfit_closing<'a>(plan: &'a Plan, phase: &Phase) -> Option<&'a Record> {
    let about = |record: &Record| {
        record.kind == RecordKind::Closing && record.phase.as_ref() == Some(&phase.id)
    };
    let closings = record::deciding(&plan.records, about);
    match closing(plan, phase) {
        Some(_) => None,
        None => closings
            .into_iter()
            .max_by_key(|record| (record.when, record.id)),
    }
}

/// Whether a phase is closed.
pub fn is_closed(plan: &Plan, phase: &Phase) -> bool {
    closing(plan, phase).is_some()
}

/// The phases before this one that are still open. None: it can be worked in.
pub fn in_the_way<'a>(plan: &'a Plan, phase: Option<&Slug>) -> Vec<&'a Phase> {
    let Some(phase) = phase else {
        return Vec::new();
    };
    let mut phases = predecessors(&plan.header, phase);
    phases.retain(|phase| !is_closed(plan, phase));
    phases
}

/// The phases that are not closed while everything before them is.
pub fn current(plan: &Plan) -> Vec<&Phase> {
    let is_current =
        |phase: &&Phase| !is_closed(plan, phase) && in_the_way(plan, Some(&phase.id)).is_empty();
    plan.header.phases.iter().filter(is_current).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(phases: &[(&str, Option<&[&str]>)]) -> Header {
        let slug = |word: &str| word.parse::<Slug>().unwrap();
        let phase = |(id, after): &(&str, Option<&[&str]>)| Phase {
            after: after.map(|ids| ids.iter().map(|id| slug(id)).collect()),
            ..Phase::new(slug(id), id)
        };
        Header {
            phases: phases.iter().map(phase).collect(),
            ..Header::default()
        }
    }

    fn names(header: &Header, phase: &str) -> Vec<String> {
        predecessors(header, &phase.parse().unwrap())
            .iter()
            .map(|p| p.id.to_string())
            .collect()
    }

    #[test]
    fn a_list_is_an_order() {
        let header = header(&[("a", None), ("b", None), ("c", None)]);
        assert_eq!(names(&header, "a"), [""; 0]);
        assert_eq!(names(&header, "c"), ["a", "b"]);
    }

    #[test]
    fn after_makes_a_graph() {
        let header = header(&[
            ("a", None),
            ("b", None),
            ("c", Some(&["a"])),
            ("d", Some(&["b", "c"])),
        ]);
        assert_eq!(names(&header, "c"), ["a"]);
        assert_eq!(names(&header, "d"), ["a", "b", "c"]);
        assert_eq!(cycle(&header), None);
    }

    #[test]
    fn a_circle_is_found_and_ends() {
        let header = header(&[("a", Some(&["c"])), ("b", None), ("c", None)]);
        assert_eq!(names(&header, "a"), ["a", "b", "c"]);
        assert_eq!(cycle(&header).map(|circle| circle.len()), Some(3));
    }

    #[test]
    fn an_empty_after_is_a_start() {
        let header = header(&[("a", None), ("b", Some(&[]))]);
        assert_eq!(names(&header, "b"), [""; 0]);
    }
}
