//! The gates, tasks and scripts of a review in tables, for a terminal.

use std::fmt::Write as _;

use crate::model::Slug;
use crate::render::style::{self, Tone};
use crate::render::table::{Canvas, Cell, Table};
use crate::render::view::{EvidenceView, ReviewGateView, ReviewScriptView, ReviewTaskView};
use crate::render::{enforcement, escape};

/// The gates with their states, and the commands that would meet those that do not hold.
pub(super) fn gates(gates: &[ReviewGateView], canvas: Canvas) -> String {
    if gates.is_empty() {
        return String::new();
    }
    let has_several = gates.iter().any(|seen| seen.plan != gates[0].plan);
    let mut table = Table::new(&["Gate", "State", "Why"]);
    for seen in gates {
        let gate = &seen.gate;
        let why = match seen.phase_closed {
            true => format!("{} (phase closed)", gate.reason),
            false => gate.reason.clone(),
        };
        table.row([
            match has_several {
                true => format!("{} {}/{}", seen.plan, gate.phase, gate.gate).into(),
                false => format!("{}/{}", gate.phase, gate.gate).into(),
            },
            Cell::toned(gate.state.as_str(), style::of_state(gate.state)),
            why.into(),
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

/// By whose word gates hold, a line each: a table would leave it out where it is narrow.
pub(super) fn evidence(gates: &[ReviewGateView]) -> String {
    let mut out = String::new();
    for seen in gates {
        let (plan, gate) = (&seen.plan, &seen.gate);
        for evidence in &seen.evidence {
            let line = format!("{plan} {}/{}: {}", gate.phase, gate.gate, said(evidence));
            let _ = writeln!(out, "  {}", escape::line(&line));
        }
    }
    out
}

/// `approval by Ada <ada@example.org> as claude, unsigned`.
fn said(evidence: &EvidenceView) -> String {
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

/// The tasks, and how many commits name each.
pub(super) fn tasks(tasks: &[ReviewTaskView], canvas: Canvas) -> String {
    if tasks.is_empty() {
        return String::new();
    }
    let has_several = tasks.iter().any(|task| task.plan != tasks[0].plan);
    let mut table = Table::new(&["Task", "Title", "Status", "Phase", "Commits"]).right(4);
    for task in tasks {
        table.row([
            match has_several {
                true => format!("{}/{}", task.plan, task.name).into(),
                false => task.name.as_str().into(),
            },
            task.title.as_str().into(),
            Cell::toned(task.status.to_string(), style::of_status(task.status)),
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

/// The changed scripts, with the gates that run them; loud.
pub(super) fn scripts(scripts: &[ReviewScriptView], canvas: Canvas) -> String {
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
