//! A task, a plan, a phase on a page.

use std::fmt::Write as _;

use super::escape;
use super::style::{self, Tone};
use super::table::{Canvas, Cell, Table};
use super::view::{PhaseView, SpecView};
use super::when;
use crate::model::{Plan, Proof, Record, Slug, Task, TaskRow, Time};

/// A task with everything in it.
pub fn task(plan: &Plan, task: &Task, canvas: Canvas, now: Time) -> String {
    let paint = canvas.paint;
    let mut out = String::new();
    let name = format!("task {}", plan.name_of(task.id));
    let status = paint.apply(style::of_status(task.status), task.status.as_str());
    let _ = writeln!(
        out,
        "{}  {}  {status}",
        paint.apply(Tone::Strong, &name),
        paint.apply(Tone::Strong, &escape::line(&task.title)),
    );
    for (key, value) in facts(plan, task, now) {
        let _ = writeln!(out, "  {key:<11} {}", escape::line(&value));
    }
    if let Some(text) = &task.description {
        section("Description", text, canvas, &mut out);
    }
    if !task.items.is_empty() {
        heading("Items", canvas, &mut out);
        for (place, item) in task.items.iter().enumerate() {
            let mark = if item.checked { 'x' } else { ' ' };
            let audit = if item.audit { "  (audit)" } else { "" };
            let _ = writeln!(
                out,
                "  {:>2}. [{mark}] {}{audit}",
                place + 1,
                escape::line(&item.text)
            );
        }
    }
    if !task.notes.is_empty() {
        heading("Notes", canvas, &mut out);
        for note in &task.notes {
            let line = format!("{}, {}", note.who, when::relative(note.when, now));
            let _ = writeln!(out, "  {}", paint.apply(Tone::Faint, &escape::line(&line)));
            indented(&note.text, &mut out);
        }
    }
    if let Some(text) = &task.report {
        section("Report", text, canvas, &mut out);
    }
    out
}

fn heading(text: &str, canvas: Canvas, out: &mut String) {
    let _ = writeln!(out, "\n{}", canvas.paint.apply(Tone::Strong, text));
}

fn section(title: &str, text: &str, canvas: Canvas, out: &mut String) {
    heading(title, canvas, out);
    indented(text, out);
}

fn indented(text: &str, out: &mut String) {
    for line in text.trim_end().lines() {
        let _ = writeln!(out, "  {}", escape::line(line).trim_end());
    }
}

fn facts(plan: &Plan, task: &Task, now: Time) -> Vec<(&'static str, String)> {
    let mut facts = vec![("id", task.id.to_string()), ("plan", plan.id.to_string())];
    let mut fact = |key, value: Option<String>| facts.extend(value.map(|value| (key, value)));
    fact("phase", task.phase.as_ref().map(ToString::to_string));
    fact("reason", task.reason.clone());
    let since = task
        .status_since
        .map(|time| when::relative(time, now))
        .unwrap_or_default();
    fact(
        "since",
        task.status_by
            .as_ref()
            .map(|who| format!("{since} by {who}")),
    );
    fact(
        "held by",
        task.claim.as_ref().map(|claim| claim.holder.clone()),
    );
    fact("assignee", task.assignee.clone());
    fact(
        "priority",
        task.priority.map(|priority| priority.to_string()),
    );
    fact("depends on", joined(plan, &task.depends_on));
    let waiting: Vec<_> = plan.dependents(task.id).map(|other| other.id).collect();
    fact("blocks", joined(plan, &waiting));
    fact(
        "labels",
        (!task.labels.is_empty()).then(|| task.labels.join(", ")),
    );
    fact("specs", specs(plan, task));
    fact("stream", task.stream.clone());
    fact("estimate", task.estimate.clone());
    fact("key", task.key.clone());
    fact(
        "refs",
        (!task.refs.is_empty()).then(|| task.refs.join(", ")),
    );
    facts
}

/// A specification, with its text.
pub fn spec(view: &SpecView, canvas: Canvas) -> String {
    let paint = canvas.paint;
    let name = paint.apply(Tone::Strong, &format!("specification {}", view.name));
    let mut out = format!("{name}\n");
    let users = match view.used_by.as_slice() {
        [] => "nobody".to_owned(),
        users => users.join(", "),
    };
    for (key, value) in [("plan", view.plan.as_str()), ("used by", &users)] {
        let _ = writeln!(out, "  {key:<11} {}", escape::line(value));
    }
    let _ = writeln!(out, "\n{}", escape::block(view.text.trim_end()));
    out
}

/// The specifications of a task, and whether they prove it.
fn specs(plan: &Plan, task: &Task) -> Option<String> {
    let names: Vec<&str> = task.specs.iter().map(Slug::as_str).collect();
    let proof = match plan.proof(task.id, &task.specs) {
        Proof::NotAsked => return None,
        Proof::Unreadable(name) => format!("{name} is missing or cannot be read"),
        Proof::Never => "not verified".to_owned(),
        Proof::Outdated => "changed since they were verified".to_owned(),
        Proof::Failed => "violated when they were last verified".to_owned(),
        Proof::Holds => match plan.verifications(task.id).first() {
            Some(record) => format!("verified at {}", verified_at(record)),
            None => "verified".to_owned(),
        },
    };
    Some(format!("{} ({proof})", names.join(", ")))
}

fn verified_at(record: &Record) -> String {
    let short = |oid: &String| oid.chars().take(10).collect::<String>();
    match (&record.commit, &record.tree) {
        (Some(commit), _) => format!("commit {}", short(commit)),
        (None, Some(tree)) => format!("tree {}", short(tree)),
        (None, None) => "code that is not named".to_owned(),
    }
}

fn joined(plan: &Plan, ids: &[crate::model::TaskId]) -> Option<String> {
    let mut rows: Vec<&TaskRow> = ids.iter().filter_map(|id| plan.tasks.get(id)).collect();
    rows.sort_by_key(|row| row.number);
    let name = |row: &TaskRow| format!("{} ({})", plan.name_of(row.id), row.status);
    let mut names: Vec<String> = rows.iter().map(|row| name(row)).collect();
    names.extend(
        ids.iter()
            .filter(|id| !plan.tasks.contains_key(id))
            .map(|id| format!("{id} (missing)")),
    );
    (!names.is_empty()).then(|| names.join(", "))
}

/// The phases of a plan, one a line.
pub fn phases(phases: &[PhaseView], canvas: Canvas) -> String {
    let mut table = Table::new(&["Phase", "Title", "State", "Tasks", "Gates"]).right(3);
    for phase in phases {
        let (state, tone) = state_of(phase);
        table.row([
            Cell::from(phase.id.to_string()),
            Cell::from(&*phase.title),
            Cell::toned(state, tone),
            Cell::from(format!("{}/{}", phase.tasks_over, phase.tasks_total)),
            Cell::from(gates(phase)),
        ]);
    }
    table.render(canvas)
}

fn state_of(phase: &PhaseView) -> (&'static str, Tone) {
    match (phase.closed, phase.reachable) {
        (true, _) => ("closed", Tone::Good),
        (false, true) => ("open", Tone::Active),
        (false, false) => ("waiting", Tone::Faint),
    }
}

fn gates(phase: &PhaseView) -> String {
    let names: Vec<String> = phase
        .gates
        .iter()
        .skip(1)
        .map(|gate| escape::line(&gate.id).into_owned())
        .collect();
    names.join(", ")
}

/// A phase with its gates.
pub fn phase(phase: &PhaseView, canvas: Canvas) -> String {
    let paint = canvas.paint;
    let (state, tone) = state_of(phase);
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{}  {}  {}",
        paint.apply(Tone::Strong, &format!("phase {}", phase.id)),
        paint.apply(Tone::Strong, &escape::line(&phase.title)),
        paint.apply(tone, state),
    );
    let _ = writeln!(out, "  {:<11} {}", "plan", phase.plan);
    if !phase.after.is_empty() {
        let after: Vec<&str> = phase.after.iter().map(crate::model::Slug::as_str).collect();
        let _ = writeln!(out, "  {:<11} {}", "after", after.join(", "));
    }
    let _ = writeln!(
        out,
        "  {:<11} {} of {} over",
        "tasks", phase.tasks_over, phase.tasks_total
    );
    if let Some(text) = &phase.objective {
        section("Objective", text, canvas, &mut out);
    }
    out
}
