//! A proposed change beside the plans, for a terminal: readable in seconds.

use std::fmt::Write as _;

use super::tables::{evidence, gates, scripts, tasks};
use super::{OF_THE_HEAD, answer, branch, counted, counts};
use crate::model::spec::Severity;
use crate::proposal::Changed;
use crate::render::changes::{self, of_class};
use crate::render::style::{Paint, Tone};
use crate::render::table::Canvas;
use crate::render::view::{ReviewCommitView, ReviewView};
use crate::render::{enforcement, escape};
use crate::review::{Changes, Class};

/// So many commits of a list are shown; `--json` has all.
const COMMITS: usize = 10;
/// So many digits of a commit's id are shown.
const SHORT: usize = 12;

/// The whole of it, with what has changed in the plans, as far as that can be told.
pub fn text(view: &ReviewView, changed: Option<&Changed>, canvas: Canvas) -> String {
    let sections = [
        head(view, canvas.paint),
        enforcement::headlines(&view.findings, canvas.paint),
        violations(view, canvas.paint),
        weakened(changes_in(changed), canvas.paint),
        unreadable(view, canvas.paint),
        section("Gates", gates(&view.gates, canvas), canvas.paint),
        section("Evidence", evidence(&view.gates), canvas.paint),
        section("Tasks", tasks(&view.tasks, canvas), canvas.paint),
        wrong_links(view, canvas.paint),
        unlinked(view, canvas.paint),
        scripts(&view.scripts, canvas),
        changes(view, changes_in(changed)),
    ];
    let said = sections.iter().filter(|text| !text.is_empty());
    said.map(String::as_str).collect::<Vec<_>>().join("\n")
}

/// Whether the change would land, how much of what there is, and by what that is told.
fn head(view: &ReviewView, paint: Paint) -> String {
    let tone = match view.lands {
        true => Tone::Good,
        false => Tone::Bad,
    };
    let words = paint.apply(tone, answer(view));
    let branch = escape::line(branch(view));
    let mut out = format!("{:.SHORT$} {words} {branch}\n", view.head);
    if view.merged.is_none() {
        let _ = writeln!(out, "{OF_THE_HEAD}");
    }
    let _ = writeln!(out, "{}", counted(&counts(view)));
    let _ = writeln!(out, "judged by the plans at {}", view.plans);
    out
}

fn section(title: &str, body: String, paint: Paint) -> String {
    match body.is_empty() {
        true => body,
        false => format!("{}\n{body}", paint.apply(Tone::Strong, title)),
    }
}

fn changes_in(changed: Option<&Changed>) -> Option<&Changes> {
    changed.map(|changed| &changed.changes)
}

/// What has to hold less than when the change was begun.
fn weakened(changed: Option<&Changes>, paint: Paint) -> String {
    let text = changed.map(|changed| of_class(changed, Class::Weakened, paint));
    text.unwrap_or_default()
}

/// Where the change breaks specifications.
fn violations(view: &ReviewView, paint: Paint) -> String {
    let lines = view.violations.iter().map(|violation| {
        let place = violation.place().map(|place| format!(" in {place}"));
        let done = violation.regression.as_ref();
        let done = done.map(|task| format!(" (regression: task {task} was completed)"));
        let line = format!(
            "{}/{}: {} {}{}{}",
            violation.spec,
            violation.rule,
            violation.term,
            violation.what(),
            place.unwrap_or_default(),
            done.unwrap_or_default()
        );
        let tone = match violation.severity {
            Severity::Critical | Severity::High => Tone::Bad,
            _ => Tone::Warn,
        };
        let word = paint.apply(tone, violation.severity.as_str());
        format!("  {word} {}\n", escape::line(&line))
    });
    section("Violations of specifications", shortened(lines), paint)
}

/// How much has changed in the plans, and the command that shows it.
fn changes(view: &ReviewView, changed: Option<&Changes>) -> String {
    let Some(changed) = changed else {
        let why = view.plan_base_unknown.as_deref();
        let why = why.unwrap_or("neither state of them can be read");
        let why = escape::line(why);
        return format!(
            "What has changed in the plans since the change began cannot be told: {why}\n"
        );
    };
    let since = match &view.plan_base {
        Some(oid) => format!("since {oid:.SHORT$}"),
        None => "since there were none".to_owned(),
    };
    if changed.is_empty() {
        return format!("Nothing has changed in the plans {since}\n");
    }
    let counts = changes::counts(&changed.counts());
    let mut out = format!("Plans changed {since}: {counts}\n");
    if let Some(base) = &view.plan_base {
        let _ = writeln!(
            out,
            "  → git plan diff {base:.SHORT$}..{:.SHORT$}",
            view.plans
        );
    }
    out
}

fn unreadable(view: &ReviewView, paint: Paint) -> String {
    let mut body = String::new();
    for file in &view.unreadable {
        let word = paint.apply(Tone::Bad, "unreadable");
        let _ = writeln!(body, "{word} {}: {}", file.plan, escape::line(&file.why));
    }
    body
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
