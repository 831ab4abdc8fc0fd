//! What a review tells, an entry of a comment each.

use crate::render::enforcement;
use crate::render::markdown::{Entry, Phrase};
use crate::render::view::{
    EvidenceView, ReviewCommitView, ReviewGateView, ReviewScriptView, ReviewTaskView,
    ReviewViolationView, RuleFindingView,
};

/// The first digits of a commit's id.
pub(super) fn short(oid: &str) -> String {
    format!("{oid:.12}")
}

/// Whether a gate does not hold, and still has to.
pub(super) fn is_in_the_way(seen: &ReviewGateView) -> bool {
    !seen.phase_closed && !seen.gate.state.is_satisfied()
}

/// An entry with notes below it.
pub(super) fn with_notes(line: Phrase, notes: Vec<Phrase>) -> Entry {
    Entry {
        notes,
        ..Entry::new(line)
    }
}

/// What a rule found.
pub(super) fn finding(finding: &RuleFindingView) -> Entry {
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

/// A place where a rule of a specification is broken.
pub(super) fn violation(violation: &ReviewViolationView) -> Entry {
    let line = Phrase::default()
        .strong(violation.severity.as_str())
        .own(" ");
    let rule = format!("{}/{}", violation.spec, violation.rule);
    let mut line = line.word(rule).own(": ").word(&*violation.term);
    line = line.own(" ").own(violation.what());
    if let Some(place) = violation.place() {
        line = line.own(" in ").word(place);
    }
    let note = violation.regression.as_ref().map(|task| {
        let line = Phrase::default().strong("regression").own(": task ");
        let line = line.word(&**task).own(" of ").word(violation.plan.as_str());
        line.own(" was completed")
    });
    with_notes(line, note.into_iter().collect())
}

/// A script that changed, and the gates that run it.
pub(super) fn script(script: &ReviewScriptView) -> Entry {
    let letter = script.status.letter().to_string();
    let line = Phrase::default().word(letter).own(" ").word(&*script.path);
    let notes = script.gates.iter().map(|name| {
        let gate = Phrase::new("run by ").word(name.plan.as_str());
        gate.own(" ").word(&*name.gate)
    });
    with_notes(line, notes.collect())
}

/// A gate, by whose word it holds, and the command that would meet it.
pub(super) fn gate(seen: &ReviewGateView) -> Entry {
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

/// A task, and the first commits that name it.
pub(super) fn task(task: &ReviewTaskView) -> Entry {
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

/// A commit.
pub(super) fn commit(commit: &ReviewCommitView) -> Phrase {
    let id = Phrase::default().word(short(&commit.commit)).own(" ");
    id.word(&*commit.subject).own(" by ").word(&*commit.author)
}
