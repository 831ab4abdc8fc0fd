//! What an operation changed, in one line.

use super::told::{self, Line, Piece, Sentence};
use crate::review::{Change, Changes, Class, Kind};

/// The most important change, and how many things changed besides. Not yet harmless.
pub fn line(changes: &Changes) -> String {
    let mut groups = Class::ALL.iter().flat_map(|class| {
        let groups = told::groups(changes.of(*class));
        groups.map(move |group| (*class, group))
    });
    let Some((class, group)) = groups.next() else {
        return "nothing changed".to_owned();
    };
    let first = of_group(class, group.heading, group.changes);
    match groups.count() {
        0 => first,
        more => format!("{first} (+{more} more)"),
    }
}

fn of_group(class: Class, heading: &str, changes: &[Change]) -> String {
    let Some(change) = changes.first() else {
        return heading.to_owned();
    };
    let details: Vec<String> = changes
        .iter()
        .flat_map(details)
        .take(MOST_DETAILS)
        .collect();
    let details = details.join("; ");
    match (class, change.kind) {
        (Class::Weakened, Kind::Added) => format!("added {heading}{}", behind(change)),
        (Class::Weakened, _) => format!("weakened {heading}{}", behind(change)),
        (_, Kind::Added) if change.entity.part_of.is_none() => format!("added {heading}"),
        _ if change.is_cancellation() => format!("cancelled {heading}"),
        (_, Kind::Removed) if change.entity.part_of.is_none() => format!("removed {heading}"),
        _ if details.is_empty() => format!("changed {heading}"),
        _ => format!("{heading}: {details}"),
    }
}

/// More details of one thing are left out.
const MOST_DETAILS: usize = 3;

fn behind(change: &Change) -> String {
    raw(&told::behind(change))
}

/// What changed of it, without what follows from that.
fn details(change: &Change) -> Vec<String> {
    let detail = |line: Line| match line {
        Line::Words(words) => raw(&words),
        Line::Text { key, .. } => format!("{key} rewritten"),
    };
    told::itself(change).into_iter().map(detail).collect()
}

fn raw(words: &Sentence) -> String {
    let text = words.iter().map(|piece| match piece {
        Piece::Own(text) | Piece::Foreign(text) => text.as_str(),
    });
    text.collect()
}
