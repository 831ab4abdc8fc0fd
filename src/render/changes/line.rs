//! What an operation changed, in one line.

use std::collections::BTreeSet;

use super::told::{self, Line, Piece, Sentence};
use crate::review::{Change, Changes, Class, Kind, Sort};

/// The most important change, with what else changed of the same thing, and how many things changed
/// besides. Not yet harmless.
pub fn line(changes: &Changes) -> String {
    let is_record = |change: &&Change| change.entity.sort == Sort::Record;
    let weakened = changes.of(Class::Weakened).first();
    let no_record = || changes.all().iter().find(|change| !is_record(change));
    let first = weakened.or_else(no_record).or(changes.all().first());
    let Some(first) = first else {
        return "nothing changed".to_owned();
    };
    let thing = |change: &Change| (change.file.clone(), change.heading().to_owned());
    let all = changes.all().iter();
    let (same, others): (Vec<&Change>, Vec<&Change>) =
        all.partition(|change| thing(change) == thing(first));
    let others: BTreeSet<_> = others.into_iter().map(thing).collect();
    let told = of_thing(first, &same);
    match others.len() {
        0 => told,
        more => format!("{told} (+{more} more)"),
    }
}

fn of_thing(change: &Change, changes: &[&Change]) -> String {
    let (class, heading) = (change.class(), change.heading());
    let mut by_weight = changes.to_vec();
    by_weight.sort_by_key(|change| change.key.as_deref() == Some("claim"));
    let details: Vec<String> = by_weight
        .into_iter()
        .flat_map(details)
        .take(MOST_DETAILS)
        .collect();
    let is_spec = change.entity.sort == Sort::Spec;
    let is_whole = (change.key.is_none() || is_spec) && change.entity.part_of.is_none();
    match (class, change.kind) {
        _ if change.entity.sort == Sort::Record && change.kind == Kind::Added => recorded(change),
        (Class::Weakened, _) => format!("weakened {heading}{}", behind(change)),
        _ if change.is_cancellation() => format!("cancelled {heading}"),
        (_, Kind::Added | Kind::Removed) if is_whole => {
            format!("{} {heading}", change.kind.as_str())
        }
        (_, Kind::Renamed) if changes.len() == 1 => {
            let was = change.from.as_ref().and_then(serde_json::Value::as_str);
            format!("renamed {heading}, was \"{}\"", was.unwrap_or_default())
        }
        _ if details.is_empty() => format!("changed {heading}"),
        _ => format!("{heading}: {}", details.join("; ")),
    }
}

/// A record as what somebody did.
fn recorded(change: &Change) -> String {
    let text = |key: &str| change.to.as_ref().and_then(|to| to.get(key)?.as_str());
    let name = &change.entity.name;
    let rest = |word: &str| {
        name.strip_prefix(word)
            .map(|rest| rest.replacen(" of", "", 1))
    };
    let done = [
        ("approval", "approved"),
        ("waiver", "waived"),
        ("closing", "closed"),
        ("revocation", "revoked"),
    ];
    let done = done.into_iter().find_map(|(noun, verb)| {
        let rest = rest(noun)?;
        Some(format!("{verb}{rest}"))
    });
    let done = done.unwrap_or_else(|| format!("recorded {name}"));
    match text("note") {
        Some(note) => format!("{done}: {note}"),
        None => done,
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
        Line::Text { key, new, .. } if key.is_empty() => {
            format!("\"{}…\"", new.lines().next().unwrap_or_default())
        }
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
