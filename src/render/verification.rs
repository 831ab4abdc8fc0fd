//! What came of holding specifications to the code, for a terminal.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::escape;
use super::style::Tone;
use super::table::Canvas;
use super::view::{VerificationView, ViolationView};
use crate::gate::counted;
use crate::model::Slug;
use crate::model::spec::Severity;
use crate::verify::Kind;

/// Violations of a rule that are shown where not all are asked for.
const FIRST: usize = 5;
/// Files of a note that are named.
const NAMED: usize = 3;

/// The report: violations rule by rule, the worst first; then what could not be looked at as it
/// should be, then a line with the counts.
pub fn report(view: &VerificationView, all: bool, canvas: Canvas) -> String {
    let mut out = String::new();
    for rule in rules(view) {
        self::rule(&rule, all, canvas, &mut out);
    }
    for more in &view.more {
        let (spec, rule, count) = (&more.spec, escape::line(&more.rule), more.count);
        let _ = writeln!(out, "{spec}/{rule}: {count} more, not listed");
    }
    notes(view, canvas, &mut out);
    let _ = writeln!(out, "{}", summary(view, canvas));
    out
}

/// The violations of each rule; the worst rules first, else in the order of the specifications.
fn rules(view: &VerificationView) -> Vec<Vec<&ViolationView>> {
    let mut rules: Vec<Vec<&ViolationView>> = Vec::new();
    for violation in &view.violations {
        let is_same = |rule: &Vec<&ViolationView>| {
            rule.first()
                .is_some_and(|one| one.spec == violation.spec && one.rule == violation.rule)
        };
        match rules.last_mut().filter(|last| is_same(last)) {
            Some(last) => last.push(violation),
            None => rules.push(vec![violation]),
        }
    }
    rules.sort_by_key(|rule| rule.first().map(|one| one.severity));
    rules
}

fn rule(violations: &[&ViolationView], all: bool, canvas: Canvas, out: &mut String) {
    let Some(first) = violations.first() else {
        return;
    };
    let paint = canvas.paint;
    let name = escape::line(&first.rule).into_owned();
    let severity = paint.apply(tone(first.severity), first.severity.as_str());
    let _ = write!(out, "{} ({severity})", paint.apply(Tone::Strong, &name));
    if let Some(description) = &first.description {
        let _ = write!(out, ": {}", escape::line(description.trim()));
    }
    out.push('\n');
    let shown = if all { violations.len() } else { FIRST };
    for violation in violations.iter().take(shown) {
        place(violation, canvas, out);
    }
    if let Some(more @ 1..) = violations.len().checked_sub(shown) {
        let line = format!("  and {more} more; --all shows them");
        let _ = writeln!(out, "{}", paint.apply(Tone::Faint, &line));
    }
    if let Some(guidance) = first
        .guidance
        .as_ref()
        .filter(|text| !text.trim().is_empty())
    {
        for line in guidance.trim().lines() {
            let _ = writeln!(out, "  = {}", escape::line(line.trim()));
        }
    }
    out.push('\n');
}

fn place(violation: &ViolationView, canvas: Canvas, out: &mut String) {
    let paint = canvas.paint;
    let term = escape::line(&violation.term).into_owned();
    let Some(path) = &violation.path else {
        let words = match violation.kind {
            Kind::Unchecked => format!("could not be checked: {term}"),
            _ => format!("nothing in its scope is as expected: {term}"),
        };
        let _ = writeln!(out, "  {words}");
        return;
    };
    let path = escape::line(path).into_owned();
    let (Some(line), Some(column)) = (violation.line, violation.column) else {
        let words = match violation.kind {
            Kind::Match => "is there and must not be".to_owned(),
            Kind::Missing => format!("nothing in it is as expected: {term}"),
            Kind::Unchecked => format!("could not be checked: {term}"),
        };
        let _ = writeln!(out, "  {}  {words}", paint.apply(Tone::Active, &path));
        return;
    };
    let at = format!("{path}:{line}:{column}");
    let _ = writeln!(out, "  {}", paint.apply(Tone::Active, &at));
    let text = violation.text.as_deref().unwrap_or_default();
    let marked = marked(text, violation.mark.unwrap_or_default(), canvas);
    let _ = writeln!(out, "    {marked}");
}

/// A line of code with the hit marked: in colour, else between `»` and `«`.
fn marked(text: &str, (from, to): (usize, usize), canvas: Canvas) -> String {
    let trimmed = text.trim_start();
    let indent = text.len() - trimmed.len();
    let (from, to) = (from.max(indent), to.max(indent).max(from));
    let part = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or_default();
        escape::line(part).into_owned()
    };
    let (before, hit, after) = (
        part(indent, from),
        part(from, to),
        part(to, text.trim_end().len().max(to)),
    );
    match canvas.paint.0 {
        true => format!("{before}{}{after}", canvas.paint.apply(Tone::BadMark, &hit)),
        false => format!("{before}»{hit}«{after}"),
    }
}

fn tone(severity: Severity) -> Tone {
    match severity {
        Severity::Critical | Severity::High => Tone::Bad,
        Severity::Medium => Tone::Warn,
        Severity::Low => Tone::Faint,
    }
}

fn notes(view: &VerificationView, canvas: Canvas, out: &mut String) {
    let mut by_words: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for note in &view.notes {
        by_words.entry(&note.words).or_default().push(&note.path);
    }
    for (words, paths) in by_words {
        let named: Vec<_> = paths.iter().take(NAMED).copied().collect();
        let more = match paths.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let line = format!("note: {words}: {}{more}", named.join(", "));
        let line = escape::line(&line).into_owned();
        let _ = writeln!(out, "{}", canvas.paint.apply(Tone::Faint, &line));
    }
}

fn summary(view: &VerificationView, canvas: Canvas) -> String {
    let specs: Vec<&str> = view.specs.iter().map(Slug::as_str).collect();
    let specs = specs.join(", ");
    let files = counted(view.files, "file");
    let place = match &view.commit {
        Some(commit) => format!("of commit {}", commit.get(..10).unwrap_or(commit)),
        None => "of the working tree".to_owned(),
    };
    let who = match &view.task {
        Some(task) => format!("task {} \"{}\"", task.name, escape::line(&task.title)),
        None => "the code".to_owned(),
    };
    if view.count() == 0 {
        let good = canvas.paint.apply(Tone::Good, "no violation");
        return format!("{who}: {good} of {specs} in {files} {place}");
    }
    let mut counts = BTreeMap::new();
    for violation in &view.violations {
        *counts.entry(violation.severity).or_insert(0usize) += 1;
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(severity, count)| format!("{count} {severity}"))
        .collect();
    let found = counted(view.count(), "violation");
    let found = canvas.paint.apply(Tone::Bad, &found);
    let line = format!(
        "{who}: {found} of {specs} ({}) in {files} {place}",
        counts.join(", ")
    );
    match view.regression {
        true => {
            let word = canvas.paint.apply(Tone::Bad, "regression");
            let why = match view.rules_changed {
                true => "by what its specifications asked for then, which was something else",
                false => "and the code breaks its specification now",
            };
            format!("{line}\n{word}: the task was completed, {why}")
        }
        false => line,
    }
}
