//! A proposed change of the code beside the plans, for people: first whether it would land, then what
//! a reviewer has to look at.

use std::fmt::Write as _;

use super::style::{self, Paint, Tone};
use super::table::{Canvas, Cell, Table};
use super::view::{
    EvidenceView, ReviewCommitView, ReviewGateView, ReviewScriptView, ReviewTaskView, ReviewView,
};
use super::{enforcement, escape};
use crate::gate::{State, counted};
use crate::model::Slug;

/// So many commits of a list are shown; `--json` has all.
const COMMITS: usize = 10;
/// So many digits of a commit's id are shown.
const SHORT: usize = 12;

/// The whole of it.
pub fn text(view: &ReviewView, canvas: Canvas) -> String {
    let sections = [
        answer(view, canvas.paint),
        enforcement::headlines(&view.findings, canvas.paint),
        unreadable(view, canvas.paint),
        section("Gates", gates(&view.gates, canvas), canvas.paint),
        section("Tasks", tasks(&view.tasks, canvas), canvas.paint),
        wrong_links(view, canvas.paint),
        unlinked(view, canvas.paint),
        scripts(&view.scripts, canvas),
    ];
    let said = sections.iter().filter(|text| !text.is_empty());
    said.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// Whether the change would land, by what that is told, and how much of what there is.
fn answer(view: &ReviewView, paint: Paint) -> String {
    let branch = view.branch.strip_prefix("refs/heads/");
    let branch = escape::line(branch.unwrap_or(&view.branch));
    let (tone, words) = match (&view.merged, view.lands) {
        (None, _) => (Tone::Bad, "does not merge without conflict into"),
        (_, true) => (Tone::Good, "may land on"),
        (_, false) => (Tone::Bad, "may not land on"),
    };
    let head = paint.apply(tone, words);
    let mut out = format!("{:.SHORT$} {head} {branch}\n", view.head);
    if view.merged.is_none() {
        let line =
            "what follows is told of the head by itself, since there is nothing that would land";
        let _ = writeln!(out, "{line}");
    }
    let _ = writeln!(out, "{}", counts(view));
    let _ = writeln!(out, "judged by the plans at {}", view.plans);
    out
}

/// One line: `200 commits; 2 tasks; 3 commits without a task; 4 gates: 2 ok, 2 stale`.
pub fn counts(view: &ReviewView) -> String {
    let mut parts = vec![
        counted(view.commits, "commit"),
        counted(view.tasks.len(), "task"),
    ];
    let more = [
        (view.unlinked.len(), "commit", " without a task"),
        (view.wrong_links.len(), "link", " to what is not there"),
        (view.scripts.len(), "script", " of gates changed"),
        (
            view.unreadable.len(),
            "file",
            " of plans that cannot be read",
        ),
    ];
    let said = more.iter().filter(|(count, ..)| *count > 0);
    parts.extend(said.map(|(count, what, which)| counted(*count, what) + which));
    parts.push(counted(view.gates.len(), "gate") + &states(&view.gates));
    parts.join("; ")
}

/// `: 2 ok, 1 stale`, in a fixed order.
fn states(gates: &[ReviewGateView]) -> String {
    let all = [
        State::Error,
        State::Unmet,
        State::Stale,
        State::Waived,
        State::Ok,
        State::NotApplicable,
    ];
    let of = |state: &State| {
        gates
            .iter()
            .filter(|gate| gate.gate.state == *state)
            .count()
    };
    let found = all.iter().map(|state| (of(state), state.as_str()));
    let words: Vec<String> = found
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match words.is_empty() {
        true => String::new(),
        false => format!(": {}", words.join(", ")),
    }
}

fn section(title: &str, body: String, paint: Paint) -> String {
    match body.is_empty() {
        true => body,
        false => format!("{}\n{body}", paint.apply(Tone::Strong, title)),
    }
}

fn unreadable(view: &ReviewView, paint: Paint) -> String {
    let mut body = String::new();
    for file in &view.unreadable {
        let word = paint.apply(Tone::Bad, "unreadable");
        let _ = writeln!(body, "{word} {}: {}", file.plan, escape::line(&file.why));
    }
    body
}

fn gates(gates: &[ReviewGateView], canvas: Canvas) -> String {
    if gates.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Plan", "Gate", "State", "Why", "By"]);
    for seen in gates {
        let gate = &seen.gate;
        let why = match seen.phase_closed {
            true => format!("{} (phase closed)", gate.reason),
            false => gate.reason.clone(),
        };
        let by: Vec<String> = seen.evidence.iter().map(evidence).collect();
        table.row([
            seen.plan.as_str().into(),
            format!("{}/{}", gate.phase, gate.gate).into(),
            Cell::toned(gate.state.as_str(), style::of_state(gate.state)),
            why.into(),
            by.join("; ").into(),
        ]);
    }
    table.render(canvas) + &fixes(gates)
}

/// The commands that would meet the gates that do not hold, each once.
fn fixes(gates: &[ReviewGateView]) -> String {
    let mut out = String::new();
    for seen in gates.iter().filter(|seen| !seen.phase_closed) {
        let Some(fix) = &seen.gate.fix else {
            continue;
        };
        let line = enforcement::in_plan(&seen.plan, fix);
        let line = format!("  → {}\n", escape::line(&line));
        if !out.contains(&line) {
            out.push_str(&line);
        }
    }
    out
}

/// `approval by Ada <ada@example.org> as claude, unsigned`.
pub fn evidence(evidence: &EvidenceView) -> String {
    let agent = evidence.agent.as_ref().map(|agent| format!(" as {agent}"));
    let place = match evidence.runner.as_deref() {
        Some("ci") => ", in CI",
        Some(_) => ", locally",
        None => "",
    };
    let seal = match &evidence.doubt {
        Some(why) => format!("signature does not hold: {why}"),
        None => evidence.seal.clone(),
    };
    format!(
        "{} by {}{} on {}{place}, {seal}",
        evidence.kind,
        evidence.who,
        agent.unwrap_or_default(),
        &evidence.when.to_string()[..10]
    )
}

fn tasks(tasks: &[ReviewTaskView], canvas: Canvas) -> String {
    if tasks.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&["Plan", "No.", "Status", "Title", "Phase", "Commits"])
        .right(1)
        .right(5);
    for task in tasks {
        table.row([
            task.plan.as_str().into(),
            task.name.as_str().into(),
            Cell::toned(task.status.to_string(), style::of_status(task.status)),
            task.title.as_str().into(),
            task.phase
                .as_ref()
                .map(Slug::as_str)
                .unwrap_or_default()
                .into(),
            task.commits.len().to_string().into(),
        ]);
    }
    table.render(canvas)
}

fn commit(commit: &ReviewCommitView) -> String {
    let id = &commit.commit;
    format!("{id:.SHORT$} {}", escape::line(&commit.subject))
}

fn unlinked(view: &ReviewView, paint: Paint) -> String {
    let lines = view.unlinked.iter().map(|one| {
        let author = escape::line(&one.author);
        format!("  {} ({author})\n", commit(one))
    });
    section("Commits without a task", shortened(lines), paint)
}

fn wrong_links(view: &ReviewView, paint: Paint) -> String {
    let lines = view.wrong_links.iter().map(|wrong| {
        let why = escape::line(&wrong.why);
        format!("  {}: {why}\n", commit(&wrong.commit))
    });
    section(
        "Commits that name what is not there",
        shortened(lines),
        paint,
    )
}

/// The first lines, and how many more there are.
fn shortened(lines: impl ExactSizeIterator<Item = String>) -> String {
    let more = lines.len().saturating_sub(COMMITS);
    let mut out: String = lines.take(COMMITS).collect();
    if more > 0 {
        let _ = writeln!(out, "  and {more} more (--json shows all)");
    }
    out
}

fn scripts(scripts: &[ReviewScriptView], canvas: Canvas) -> String {
    if scripts.is_empty() {
        return String::new();
    }
    let mut out = String::new();
    let head = "Scripts of gates that this changes";
    let _ = writeln!(out, "{}", canvas.paint.apply(Tone::Bad, head));
    for script in scripts {
        let names = script
            .gates
            .iter()
            .map(|name| format!("{} {}", name.plan, name.gate));
        let names: Vec<String> = names.collect();
        let letter = script.status.letter();
        let path = escape::line(&script.path);
        let _ = writeln!(
            out,
            "  {letter} {path}   run by {}",
            escape::line(&names.join(", "))
        );
    }
    out
}
