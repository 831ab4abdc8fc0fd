//! A proposed change of the code beside the plans, for people: first whether it would land, then what
//! a reviewer has to look at.
//!
//! * [`text`](mod@text): for a terminal, with `tables`.
//! * [`comment`](mod@comment): for a comment of a forge, made of `entries`.
//! * [`annotations`](mod@annotations): what a forge shows beside the files.

pub mod annotations;
pub mod comment;
mod entries;
mod tables;
pub mod text;

pub use annotations::{annotations, summary};
pub use comment::comment;
pub use text::text;

use super::view::{ReviewGateView, ReviewView};
use crate::gate::State;

/// The branch that a change is to land on, as people call it.
fn branch(view: &ReviewView) -> &str {
    let short = view.branch.strip_prefix("refs/heads/");
    short.unwrap_or(&view.branch)
}

/// Whether a change would land, in words that the branch follows.
fn answer(view: &ReviewView) -> &'static str {
    match (&view.merged, view.lands) {
        (None, _) => "does not merge without conflict into",
        (_, true) => "may land on",
        (_, false) => "may not land on",
    }
}

/// What is said where there is nothing that gates could be judged at but the head.
const OF_THE_HEAD: &str =
    "what follows is told of the head by itself, since there is nothing that would land";

/// A number, the words of our own before it, and those behind it.
type Count = (&'static str, usize, &'static str);

/// What there is, in one line: `200 commits; 2 tasks; 4 gates: 2 stale, 2 ok`.
fn counts(view: &ReviewView) -> Vec<Count> {
    let always = [
        (view.commits, " commit", " commits"),
        (view.tasks.len(), " task", " tasks"),
        (view.gates.len(), " gate", " gates"),
    ];
    let changes = view.plan_changes.as_ref();
    let weakened = changes.map_or(0, |changes| changes.summary.weakened);
    let where_any = [
        (
            weakened,
            " weakening of the plans",
            " weakenings of the plans",
        ),
        (
            view.violations.len(),
            " violation of specifications",
            " violations of specifications",
        ),
        (
            view.unlinked.len(),
            " commit without a task",
            " commits without a task",
        ),
        (
            view.wrong_links.len(),
            " link to what is not there",
            " links to what is not there",
        ),
        (
            view.scripts.len(),
            " script of gates changed",
            " scripts of gates changed",
        ),
        (
            view.unreadable.len(),
            " file of plans that cannot be read",
            " files of plans that cannot be read",
        ),
    ];
    let said = where_any.into_iter().filter(|(count, ..)| *count > 0);
    let [commits, tasks, gates] = always;
    let mut found: Vec<Count> = Vec::new();
    for (count, one, many) in [commits, tasks].into_iter().chain(said).chain([gates]) {
        let before = if found.is_empty() { "" } else { "; " };
        found.push((before, count, if count == 1 { one } else { many }));
    }
    found.extend(states(&view.gates));
    found
}

/// `: 1 stale, 2 ok`, in a fixed order.
fn states(gates: &[ReviewGateView]) -> Vec<Count> {
    let all = [
        (State::Error, " error"),
        (State::Unmet, " unmet"),
        (State::Stale, " stale"),
        (State::Waived, " waived"),
        (State::Ok, " ok"),
        (State::NotApplicable, " n/a"),
    ];
    let mut found: Vec<Count> = Vec::new();
    for (state, word) in all {
        let of = gates.iter().filter(|gate| gate.gate.state == state).count();
        if of > 0 {
            let before = if found.is_empty() { ": " } else { ", " };
            found.push((before, of, word));
        }
    }
    found
}

/// Counts as a text.
fn counted(counts: &[Count]) -> String {
    let words = counts.iter();
    let words = words.map(|(before, count, after)| format!("{before}{count}{after}"));
    words.collect()
}
