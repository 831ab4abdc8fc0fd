//! The register of a plan: a list of entries, one on a page.

use std::fmt::Write as _;

use super::escape;
use super::style::Tone;
use super::table::{Canvas, Cell, Table};
use super::when;
use crate::model::entries::Concern;
use crate::model::{Entry, Plan, Time};

/// Entries, one a line.
pub fn list(plan: &Plan, entries: &[&Entry]) -> Table {
    let mut table = Table::new(&["Label", "Status", "Text", "Concerns", "Owner"]);
    for entry in entries {
        let (status, tone) = status(entry);
        table.row([
            Cell::from(plan.entry_name(entry.id)),
            Cell::toned(status, tone),
            Cell::from(entry.title()),
            Cell::from(concerns(plan, entry)),
            Cell::from(entry.owner.as_deref().unwrap_or_default()),
        ]);
    }
    table
}

fn status(entry: &Entry) -> (&'static str, Tone) {
    match (entry.is_open(), entry.blocking) {
        (false, _) => (entry.status(), Tone::Good),
        (true, false) => (entry.status(), Tone::Plain),
        (true, true) => ("blocking", Tone::Warn),
    }
}

fn concerns(plan: &Plan, entry: &Entry) -> String {
    let name = |word: &String| match plan.concern(word) {
        Concern::Task(task) => format!("task {}", plan.name_of(task.id)),
        Concern::Nothing(word) => format!("{word} (not there)"),
        Concern::Phase(_) | Concern::Requirement(_) => word.clone(),
    };
    let names: Vec<String> = entry.concerns.iter().map(name).collect();
    names.join(", ")
}

/// An entry with everything in it.
pub fn page(plan: &Plan, entry: &Entry, canvas: Canvas, now: Time) -> String {
    let paint = canvas.paint;
    let (status, tone) = status(entry);
    let name = format!("{} {}", entry.kind, plan.entry_name(entry.id));
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}  {}  {}",
        paint.apply(Tone::Strong, &name),
        paint.apply(Tone::Strong, &escape::line(entry.title())),
        paint.apply(tone, status),
    );
    for (key, value) in facts(plan, entry, now) {
        let _ = writeln!(out, "  {key:<11} {}", escape::line(&value));
    }
    let is_longer = entry.text.trim() != entry.title();
    let text = is_longer.then_some(&entry.text);
    let sections = [
        ("Text", text),
        ("Impact", entry.impact.as_ref()),
        ("Resolution", entry.resolution.as_ref()),
    ];
    for (title, text) in sections {
        if let Some(text) = text {
            section(title, text, canvas, &mut out);
        }
    }
    out
}

fn section(title: &str, text: &str, canvas: Canvas, out: &mut String) {
    let _ = writeln!(out, "\n{}", canvas.paint.apply(Tone::Strong, title));
    for line in text.trim_end().lines() {
        let _ = writeln!(out, "  {}", escape::line(line).trim_end());
    }
}

fn facts(plan: &Plan, entry: &Entry, now: Time) -> Vec<(&'static str, String)> {
    let mut facts = vec![("id", entry.id.to_string()), ("plan", plan.id.to_string())];
    let concerned = match entry.concerns.is_empty() {
        true => "the whole plan".to_owned(),
        false => concerns(plan, entry),
    };
    facts.push(("concerns", concerned));
    facts.extend(entry.owner.clone().map(|owner| ("owner", owner)));
    if let (Some(who), Some(when)) = (&entry.resolved_by, entry.resolved_when) {
        let agent = entry.resolved_as.as_ref();
        let agent = agent.map_or_else(String::new, |agent| format!(" (as {agent})"));
        let when = when::relative(when, now);
        facts.push(("resolved", format!("{when} by {who}{agent}")));
    }
    facts
}
