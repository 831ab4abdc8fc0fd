//! A proposed change beside the plans, as a comment of a forge: what stands in the way open, the rest
//! folded.

use super::{OF_THE_HEAD, answer, branch, counts};
use crate::git::Oid;
use crate::render::markdown::{Comment, Entry, Kind, Marker, Phrase, Section};
use crate::render::view::{
    EvidenceView, ReviewCommitView, ReviewGateView, ReviewScriptView, ReviewTaskView, ReviewView,
    RuleFindingView,
};
use crate::render::{enforcement, quote};

/// The comment.
pub fn comment(view: &ReviewView) -> Comment {
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
        sections: sections(view),
        command: command(view),
    }
}

/// The first digits of a commit's id.
fn short(oid: &str) -> String {
    format!("{oid:.12}")
}

fn summary(view: &ReviewView) -> Vec<Phrase> {
    let of_the_head = view.merged.is_none().then(|| Phrase::new(OF_THE_HEAD));
    let add = |line: Phrase, (before, count, after)| line.own(before).number(count).own(after);
    let counts = counts(view).into_iter().fold(Phrase::default(), add);
    let judged = Phrase::new("Judged by the plans at ").word(&*view.plans);
    of_the_head.into_iter().chain([counts, judged]).collect()
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
fn sections(view: &ReviewView) -> Vec<Section> {
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
    ]
    .concat()
}

/// Whether a gate does not hold, and still has to.
fn is_in_the_way(seen: &ReviewGateView) -> bool {
    !seen.phase_closed && !seen.gate.state.is_satisfied()
}

fn with_notes(line: Phrase, notes: Vec<Phrase>) -> Entry {
    Entry {
        notes,
        ..Entry::new(line)
    }
}

fn finding(finding: &RuleFindingView) -> Entry {
    let severity = match finding.severity.as_str() {
        "refused" => "refused",
        _ => "warning",
    };
    let line = Phrase::default().strong(severity).own(" ");
    let line = line.word(&*finding.rule).own(" ").word(&*finding.text);
    let fixes = finding
        .fixes
        .iter()
        .map(|fix| Phrase::default().word(&**fix));
    with_notes(line, fixes.collect())
}

fn script(script: &ReviewScriptView) -> Entry {
    let letter = script.status.letter().to_string();
    let line = Phrase::default().word(letter).own(" ").word(&*script.path);
    let notes = script.gates.iter().map(|name| {
        let gate = Phrase::new("run by ").word(name.plan.as_str());
        gate.own(" ").word(&*name.gate)
    });
    with_notes(line, notes.collect())
}

fn gate(seen: &ReviewGateView) -> Entry {
    let gate = &seen.gate;
    let name = format!("{}/{}", gate.phase, gate.gate);
    let mut line = Phrase::default().strong(gate.state.as_str()).own(" ");
    line = line.word(seen.plan.as_str()).own(" ").word(name);
    line = line.own(": ").word(&*gate.reason);
    if seen.phase_closed {
        line = line.own(" (phase closed)");
    }
    let mut notes: Vec<Phrase> = seen.evidence.iter().map(evidence).collect();
    if let Some(fix) = gate.fix.as_ref().filter(|_| is_in_the_way(seen)) {
        notes.push(Phrase::default().word(enforcement::in_plan(&seen.plan, fix)));
    }
    with_notes(line, notes)
}

fn evidence(evidence: &EvidenceView) -> Phrase {
    let kind = Phrase::default().word(&*evidence.kind);
    let mut line = kind.own(" by ").word(&*evidence.who);
    if let Some(agent) = &evidence.agent {
        line = line.own(" as ").word(&**agent);
    }
    line = line.own(" on ").word(&evidence.when.to_string()[..10]);
    line = match evidence.runner.as_deref() {
        Some("ci") => line.own(", in CI"),
        Some(_) => line.own(", locally"),
        None => line,
    };
    match (&evidence.doubt, evidence.seal.as_str()) {
        (Some(why), _) => line
            .own(", ")
            .strong("its signature does not hold")
            .own(": ")
            .word(&**why),
        (None, "signed") => line.own(", signed"),
        (None, _) => line.own(", unsigned"),
    }
}

fn task(task: &ReviewTaskView) -> Entry {
    let name = Phrase::default().word(task.plan.as_str()).own(" ");
    let mut line = name
        .word(&*task.name)
        .own(" ")
        .word(task.status.to_string());
    line = line.own(" ").word(&*task.title);
    if let Some(phase) = &task.phase {
        line = line.own(" in ").word(phase.as_str());
    }
    let shown = task.commits.iter().take(COMMITS).map(commit);
    let mut notes: Vec<Phrase> = shown.collect();
    if let Some(more @ 1..) = task.commits.len().checked_sub(COMMITS) {
        notes.push(Phrase::new("and ").number(more).own(" more commits"));
    }
    with_notes(line, notes)
}

/// So many commits of a task are named.
const COMMITS: usize = 5;

fn commit(commit: &ReviewCommitView) -> Phrase {
    let id = Phrase::default().word(short(&commit.commit)).own(" ");
    id.word(&*commit.subject).own(" by ").word(&*commit.author)
}
