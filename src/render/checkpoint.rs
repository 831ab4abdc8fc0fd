//! Checkpoints: a list of them, one on a page, the way back to one.

use std::fmt::Write as _;

use super::escape;
use super::style::Tone;
use super::table::{Canvas, Cell, Table};
use super::view::{CheckpointActView, CheckpointFileView, CheckpointView, RewindView, StepView};
use super::when;
use crate::model::{CheckpointRow, FileStatus, Plan, Time};

/// Characters of an object's id that people read.
const SHORT: usize = 10;

/// A checkpoint in a list.
pub struct Line<'a> {
    /// The checkpoint.
    pub row: &'a CheckpointRow,
    /// Whether it is never shared.
    pub private: bool,
    /// Whether its snapshot is kept in this repository.
    pub here: bool,
}

/// Checkpoints, one a line.
pub fn list(lines: &[Line<'_>], now: Time) -> Table {
    let headings = ["#", "Name", "Taken", "Branch", "Files", "Lines", ""];
    let mut table = Table::new(&headings).right(0).right(4);
    for line in lines {
        let checkpoint = &line.row.checkpoint;
        let totals = line.row.totals;
        table.row([
            Cell::number(checkpoint.sequence),
            Cell::from(checkpoint.name.as_str()),
            Cell::toned(when::relative(checkpoint.when, now), Tone::Faint),
            Cell::from(branch(checkpoint.branch.as_deref())),
            Cell::number(u32::try_from(totals.files).unwrap_or(u32::MAX)),
            Cell::from(counts(totals.added, totals.removed)),
            Cell::toned(marks(line), Tone::Faint),
        ]);
    }
    table
}

fn marks(line: &Line<'_>) -> String {
    let marks = [
        (line.private, "private"),
        (line.row.checkpoint.is_final, "final"),
        (!line.here, "not here"),
    ];
    let set = marks.iter().filter(|(set, _)| *set);
    let words: Vec<&str> = set.map(|(_, word)| *word).collect();
    words.join(", ")
}

fn branch(branch: Option<&str>) -> String {
    match branch {
        Some(branch) => branch
            .strip_prefix("refs/heads/")
            .unwrap_or(branch)
            .to_owned(),
        None => "(detached)".to_owned(),
    }
}

fn counts(added: u64, removed: u64) -> String {
    match (added, removed) {
        (0, 0) => String::new(),
        (added, removed) => format!("+{added} -{removed}"),
    }
}

/// A checkpoint with its files.
pub fn page(view: &CheckpointView, plan: &Plan, canvas: Canvas, now: Time) -> String {
    let paint = canvas.paint;
    let mut out = String::new();
    let name = format!("checkpoint {}", view.sequence);
    let _ = writeln!(
        out,
        "{}  {}",
        paint.apply(Tone::Strong, &name),
        paint.apply(Tone::Strong, &escape::line(&view.name)),
    );
    for (key, value) in facts(view, plan, now) {
        let _ = writeln!(out, "  {key:<11} {}", escape::line(&value));
    }
    if let Some(note) = &view.note {
        out.push('\n');
        for line in note.trim_end().lines() {
            let _ = writeln!(out, "  {}", escape::line(line));
        }
    }
    out.push('\n');
    out.push_str(&files(&view.files, canvas));
    out
}

fn facts(view: &CheckpointView, plan: &Plan, now: Time) -> Vec<(&'static str, String)> {
    let mut facts = vec![("id", view.id.to_string()), ("plan", view.plan.to_string())];
    let mut fact = |key, value: Option<String>| facts.extend(value.map(|value| (key, value)));
    fact("phase", view.phase.as_ref().map(ToString::to_string));
    let task = view.task.map(|id| {
        let title = plan.tasks.get(&id).map(|task| &*task.title);
        format!("{} \"{}\"", plan.name_of(id), title.unwrap_or_default())
    });
    fact("task", task);
    let taken = format!("{} by {}", when::relative(view.when, now), view.who);
    fact("taken", Some(taken));
    let base = view.base.as_deref().and_then(|base| base.get(..SHORT));
    let on = format!(
        "{} at {}",
        branch(view.branch.as_deref()),
        base.unwrap_or("no commit yet")
    );
    fact("branch", Some(on));
    let here = if view.here { "" } else { " (not here)" };
    fact("snapshot", Some(format!("{}{here}", view.snapshot)));
    fact(
        "during",
        view.during.as_ref().map(|what| format!("a {what}")),
    );
    let yes = |set: bool| set.then(|| "yes".to_owned());
    fact("private", yes(view.private));
    fact("final", yes(view.is_final));
    fact(
        "left out",
        view.without_untracked
            .then(|| "files that Git does not track".to_owned()),
    );
    fact(
        "too large",
        (!view.skipped.is_empty()).then(|| view.skipped.join(", ")),
    );
    fact(
        "secrets",
        view.with_secrets
            .then(|| "taken in by --include-secrets".to_owned()),
    );
    facts
}

/// What differs between base and snapshot, a line a file, and how much it is.
pub fn files(files: &[CheckpointFileView], canvas: Canvas) -> String {
    if files.is_empty() {
        return "Nothing differs from the commit that it was taken on.\n".to_owned();
    }
    let mut out = String::new();
    for file in files {
        let tone = match file.status {
            FileStatus::Added => Tone::Good,
            FileStatus::Deleted => Tone::Bad,
            FileStatus::Modified | FileStatus::TypeChanged => Tone::Warn,
        };
        let counts = match file.binary {
            true => "binary".to_owned(),
            false => counts(file.added, file.removed),
        };
        let letter = canvas.paint.apply(tone, &file.status.to_string());
        let line = format!("  {letter}  {}  {counts}", escape::line(&file.path));
        let _ = writeln!(out, "{}", line.trim_end());
    }
    let _ = writeln!(out, "{}", summary(files));
    out
}

/// How much differs, in one line.
pub fn summary(files: &[CheckpointFileView]) -> String {
    let sum = |count: fn(&CheckpointFileView) -> u64| files.iter().map(count).sum::<u64>();
    let (added, removed) = (sum(|file| file.added), sum(|file| file.removed));
    if files.is_empty() {
        return "nothing differs from HEAD".to_owned();
    }
    let counted =
        |count: u64, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
    let (files, lines) = (counted(files.len() as u64, "file"), counted(added, "line"));
    format!("{files}, {lines} added, {removed} removed")
}

/// How to go back to a checkpoint: sequences that can be pasted as they are, and what to know.
pub fn rewind(view: &RewindView, canvas: Canvas) -> String {
    let paint = canvas.paint;
    let mut out = format!("{}\n", escape::block(&view.explanation));
    out.push_str(&steps_back(view, canvas));
    if !view.back.is_empty() {
        heading("And these undo that:", canvas, &mut out);
        sequence(&view.back, canvas, &mut out);
    }
    if !view.if_stopped.is_empty() {
        heading(
            "They print nothing where they stop. If they stopped half-way, this brings back the start:",
            canvas,
            &mut out,
        );
        sequence(&view.if_stopped, canvas, &mut out);
    }
    for (title, lines) in [
        ("To know:", &view.advice),
        ("Not restored:", &view.not_restored),
    ] {
        if !lines.is_empty() {
            let _ = writeln!(out, "\n{}", paint.apply(Tone::Strong, title));
        }
        for line in lines {
            let _ = writeln!(out, "  - {}", escape::line(line));
        }
    }
    out
}

/// The commands that go back, and nothing else.
pub fn steps_back(view: &RewindView, canvas: Canvas) -> String {
    let mut out = String::new();
    if !view.steps.is_empty() {
        let text = "Nothing has been done. These commands go back:";
        heading(text, canvas, &mut out);
        sequence(&view.steps, canvas, &mut out);
    }
    out
}

fn heading(text: &str, canvas: Canvas, out: &mut String) {
    let _ = writeln!(out, "\n{}\n", canvas.paint.apply(Tone::Strong, text));
}

/// The commands, joined so that the first failure ends them, and then what each is for: apart
/// from each other, since not every shell takes a comment that is pasted.
fn sequence(steps: &[StepView], canvas: Canvas, out: &mut String) {
    for (place, step) in steps.iter().enumerate() {
        let joint = if place + 1 < steps.len() { " &&" } else { "" };
        let _ = writeln!(out, "  {}{joint}", escape::line(&step.command));
    }
    purposes(steps, canvas, out);
}

fn purposes(steps: &[StepView], canvas: Canvas, out: &mut String) {
    out.push('\n');
    for (place, step) in steps.iter().enumerate() {
        let purpose = format!("  {}. {}", place + 1, escape::line(&step.purpose));
        let _ = writeln!(out, "{}", canvas.paint.apply(Tone::Faint, &purpose));
    }
}

/// What became of checkpoints, one a line; of a dry run, what would.
pub fn acts(acts: &[CheckpointActView], dry_run: bool) -> String {
    if acts.is_empty() {
        return "Nothing had to be done.\n".to_owned();
    }
    let line = |act: &CheckpointActView| {
        let private = if act.private { " (private)" } else { "" };
        let reason = act.reason.as_ref().map(|reason| format!(": {reason}"));
        let would = if dry_run { "would be " } else { "" };
        let text = format!(
            "{would}{} checkpoint {} \"{}\"{private}{}",
            act.outcome,
            act.sequence,
            act.name,
            reason.unwrap_or_default()
        );
        format!("{}\n", escape::line(&text))
    };
    acts.iter().map(line).collect()
}
