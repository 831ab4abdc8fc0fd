//! A proposed change beside the plans, as a comment of a forge: what stands in the way open, the rest
//! folded.

use super::entries::{
    commit, finding, gate, is_in_the_way, script, short, task, violation, with_notes,
};
use super::{OF_THE_HEAD, answer, branch, counts};
use crate::git::Oid;
use crate::model::Slug;
use crate::proposal::Changed;
use crate::render::changes::markdown::of_class;
use crate::render::markdown::{Comment, Entry, Kind, Marker, Phrase, Section};
use crate::render::quote;
use crate::render::view::ReviewView;
use crate::review::Class;

/// The comment, with what has changed in the plans, as far as that can be told.
pub fn comment(view: &ReviewView, changed: Option<&Changed>) -> Comment {
    let oid = |hex: &str| Oid::from_hex(hex.as_bytes()).ok();
    Comment {
        marker: Marker {
            kind: Kind::Review,
            plan: oid(&view.plans),
            base: oid(&view.base),
            head: oid(&view.head),
        },
        title: Phrase::new("Plans: ")
            .word(short(&view.head))
            .own(" ")
            .own(answer(view))
            .own(" ")
            .word(branch(view)),
        summary: summary(view),
        sections: sections(view, changed),
        command: command(view),
    }
}

fn summary(view: &ReviewView) -> Vec<Phrase> {
    let of_the_head = view.merged.is_none().then(|| Phrase::new(OF_THE_HEAD));
    let add = |line: Phrase, (before, count, after)| line.own(before).number(count).own(after);
    let counts = counts(view).into_iter().fold(Phrase::default(), add);
    let judged = Phrase::new("Judged by the plans at ").word(&*view.plans);
    let lines = of_the_head.into_iter().chain([counts, judged]);
    lines.chain([since(view)]).collect()
}

/// Since when changes of the plans are told, or why they are not.
fn since(view: &ReviewView) -> Phrase {
    if view.plan_changes.is_none() {
        let why = view.plan_base_unknown.as_deref();
        let line =
            Phrase::new("What has changed in the plans since the change began cannot be told: ");
        return line.word(why.unwrap_or("neither state of them can be read"));
    }
    let line = match &view.plan_base {
        Some(oid) => Phrase::new("The change began with the plans at ").word(&**oid),
        None => Phrase::new("The change began before there were plans"),
    };
    let total = view
        .plan_changes
        .as_ref()
        .map_or(0, |told| told.changes.len());
    match total {
        0 => line.own("; nothing has changed in them since"),
        1 => line.own("; 1 change in them since"),
        more => line.own("; ").number(more).own(" changes in them since"),
    }
}

/// What has changed in the plans, of one class.
fn plan_changes(changed: Option<&Changed>, class: Class) -> Vec<Section> {
    let Some(changed) = changed else {
        return Vec::new();
    };
    let title = match class {
        Class::Weakened => "Weakened in the plans",
        Class::Removed => "Removed from the plans",
        Class::Added => "Added to the plans",
        Class::Changed => "Changed in the plans",
        Class::Moved => "Moved in the plans",
    };
    let phase_at = |plan: &Slug, place: usize| changed.phase_at(plan, place);
    of_class(&changed.changes, class, title, &phase_at)
}

/// The command that tells all of it.
fn command(view: &ReviewView) -> String {
    let words = [
        "git",
        "plan",
        "review",
        "--base",
        &view.base,
        "--head",
        &view.head,
        "--branch",
        branch(view),
        "--plans",
        &view.plans,
    ];
    quote::command(&words)
}

/// What is told, the most important first.
fn sections(view: &ReviewView, changed: Option<&Changed>) -> Vec<Section> {
    let entries = |told: Vec<Entry>, title: &'static str, is_open: bool| {
        Section::parts(&Phrase::new(title), &told, is_open)
    };
    let (open, held): (Vec<_>, Vec<_>) = view.gates.iter().partition(|seen| is_in_the_way(seen));
    let wrong = view.wrong_links.iter().map(|wrong| {
        let note = Phrase::default().word(&*wrong.why);
        with_notes(commit(&wrong.commit), vec![note])
    });
    let unreadable = view.unreadable.iter().map(|file| {
        let line = Phrase::default().word(file.plan.as_str()).own(": ");
        Entry::new(line.word(&*file.why))
    });
    [
        entries(
            view.findings.iter().map(finding).collect(),
            "What the rules find",
            true,
        ),
        entries(
            view.violations.iter().map(violation).collect(),
            "Violations of specifications",
            true,
        ),
        plan_changes(changed, Class::Weakened),
        entries(unreadable.collect(), "Plans that cannot be read", true),
        entries(
            view.scripts.iter().map(script).collect(),
            "Scripts of gates that this changes",
            true,
        ),
        entries(
            open.into_iter().map(gate).collect(),
            "Gates that do not hold",
            true,
        ),
        entries(held.into_iter().map(gate).collect(), "Other gates", false),
        entries(view.tasks.iter().map(task).collect(), "Tasks", false),
        entries(
            wrong.collect(),
            "Commits that name what is not there",
            false,
        ),
        entries(
            view.unlinked
                .iter()
                .map(|one| Entry::new(commit(one)))
                .collect(),
            "Commits without a task",
            false,
        ),
        plan_changes(changed, Class::Removed),
        plan_changes(changed, Class::Added),
        plan_changes(changed, Class::Changed),
        plan_changes(changed, Class::Moved),
    ]
    .concat()
}
