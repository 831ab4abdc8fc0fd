//! Changes as a comment for a forge: counts first, then the classes, the weakenings open and the rest
//! folded.

use super::text::title;
use super::told::{self, Group, Line, Piece, Sentence};
use crate::git::Oid;
use crate::model::Slug;
use crate::render::markdown::{Comment, Entry, Kind, Marker, Phrase, Section, Text};
use crate::review::{Account, Change, Changes, Class};

/// Up to so many changes of a class stand together; more are told by plan and phase.
const TOGETHER: usize = 20;

/// Tells the id of a phase by its place in a plan, from 1.
pub type PhaseAt<'a> = &'a dyn Fn(&Slug, usize) -> Option<Slug>;

/// The changes between two states, as a comment.
pub fn comment(
    changes: &Changes,
    base: Option<Oid>,
    head: Option<Oid>,
    phase_at: PhaseAt<'_>,
) -> Comment {
    Comment {
        marker: Marker {
            kind: Kind::Diff,
            plan: head,
            base,
            head,
        },
        title: Phrase::new("Changes of the plans"),
        summary: summary(changes),
        sections: sections(changes, phase_at),
        command: command(base, head),
    }
}

/// The command that tells all of it.
fn command(base: Option<Oid>, head: Option<Oid>) -> String {
    match (base, head) {
        (Some(base), Some(head)) => format!("git plan diff {base}..{head}"),
        _ => "git plan diff".to_owned(),
    }
}

/// What always stands: the counts, and how many weakenings nobody accounts for.
pub fn summary(changes: &Changes) -> Vec<Phrase> {
    if changes.is_empty() {
        return vec![Phrase::new("Nothing changed.")];
    }
    let counts = changes.counts();
    let count = |phrase: Phrase, class: Class| {
        let phrase = match class {
            Class::Weakened => phrase,
            _ => phrase.own(", "),
        };
        let phrase = phrase.number(counts.of(class)).own(" ");
        match (class, counts.of(class)) {
            (Class::Weakened, 1..) => phrase.strong(class.as_str()),
            _ => phrase.own(class.as_str()),
        }
    };
    let counted = Class::ALL.into_iter().fold(Phrase::default(), count);
    [Some(counted), unaccounted(changes)]
        .into_iter()
        .flatten()
        .collect()
}

fn unaccounted(changes: &Changes) -> Option<Phrase> {
    let weakened = changes.of(Class::Weakened).iter();
    let missing = weakened.filter(|change| is_unaccounted(change)).count();
    let says = match missing {
        0 => return None,
        1 => "weakening has no record that says why.",
        _ => "weakenings have no record that says why.",
    };
    Some(Phrase::default().number(missing).own(" ").strong(says))
}

fn is_unaccounted(change: &Change) -> bool {
    matches!(change.weakening, Some((_, Account::Missing)))
}

/// The changes, a section or more a class.
pub fn sections(changes: &Changes, phase_at: PhaseAt<'_>) -> Vec<Section> {
    let of_class = |class| of_class(changes, class, title(class), phase_at);
    Class::ALL.into_iter().flat_map(of_class).collect()
}

/// The changes of one class under a title; weakenings open, the others folded.
pub fn of_class(
    changes: &Changes,
    class: Class,
    title: &'static str,
    phase_at: PhaseAt<'_>,
) -> Vec<Section> {
    let plans = changes.all().iter().map(|change| &change.plan);
    let has_several = plans.collect::<std::collections::BTreeSet<_>>().len() > 1;
    let of_class = changes.of(class);
    let is_open = class == Class::Weakened;
    if of_class.len() <= TOGETHER {
        let entries = entries(of_class, has_several);
        return Section::parts(&Phrase::new(title), &entries, is_open);
    }
    let is_near =
        |one: &Change, other: &Change| (&one.plan, one.phase()) == (&other.plan, other.phase());
    let places = of_class.chunk_by(is_near).flat_map(|place| {
        let title = Phrase::new(title).phrase(place_of(place, phase_at));
        Section::parts(&title, &entries(place, has_several), is_open)
    });
    places.collect()
}

/// Where changes are, behind the name of their class.
fn place_of(changes: &[Change], phase_at: PhaseAt<'_>) -> Phrase {
    let Some((change, plan)) = changes
        .first()
        .and_then(|change| Some((change, change.plan.as_ref()?)))
    else {
        return Phrase::new(" beside the plans");
    };
    let plan_named = |phrase: Phrase| phrase.word(plan.as_str());
    match (change.phase(), phase_at(plan, change.phase())) {
        (_, Some(phase)) => plan_named(Phrase::new(" in phase ").word(phase.as_str()).own(" of ")),
        (0, None) => plan_named(Phrase::new(" in the head of ")),
        (_, None) => plan_named(Phrase::new(" in no phase of ")),
    }
}

fn entries(changes: &[Change], has_several: bool) -> Vec<Entry> {
    told::groups(changes)
        .map(|group| entry(&group, has_several))
        .collect()
}

fn entry(group: &Group<'_>, has_several: bool) -> Entry {
    let first = group.changes.first();
    let plan = first
        .and_then(|change| change.plan.as_ref())
        .filter(|_| has_several);
    let start = plan.map(|plan| Phrase::default().word(plan.as_str()).own(": "));
    let line = start.unwrap_or_default().word(group.heading);
    let mut entry = Entry {
        count: group.changes.len(),
        ..Entry::new(line.phrase(sentence(&first.map(told::behind).unwrap_or_default())))
    };
    for change in group.changes {
        tell(change, &mut entry);
    }
    entry
}

/// What there is to say about a change; whether a weakening is accounted for comes first.
fn tell(change: &Change, entry: &mut Entry) {
    if is_unaccounted(change) {
        entry
            .notes
            .push(Phrase::default().strong("No record says why."));
    } else {
        told::accounted(change)
            .into_iter()
            .for_each(|line| push(line, entry));
    }
    let rest = [
        told::itself(change),
        told::along(change),
        told::consequences(change),
    ];
    rest.into_iter()
        .flatten()
        .for_each(|line| push(line, entry));
}

fn push(line: Line, entry: &mut Entry) {
    match line {
        Line::Words(words) => entry.notes.push(sentence(&words)),
        Line::Text { key, old, new } => {
            let name = match key.as_str() {
                "" => Phrase::new("its text:"),
                key => Phrase::default().said(key).own(":"),
            };
            entry.texts.push(Text::changed(name, &old, &new));
        }
    }
}

fn sentence(words: &Sentence) -> Phrase {
    words
        .iter()
        .fold(Phrase::default(), |phrase, piece| match piece {
            Piece::Own(text) => phrase.said(text),
            Piece::Foreign(text) => phrase.word(&**text),
        })
}
