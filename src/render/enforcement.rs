//! What enforcement found, for people: what is unmet, since when and why, and the command that
//! meets it.

use std::fmt::Write as _;

use super::escape;
use super::style::{self, Paint, Tone};
use super::view::{EnforcementView, GateView, RuleFindingView};
use super::when;
use crate::model::{Slug, Time};

/// The findings, a paragraph each; nothing where there are none.
pub fn findings(view: &EnforcementView, paint: Paint, now: Time) -> String {
    let mut out = String::new();
    for finding in &view.findings {
        one(finding, paint, now, &mut out);
    }
    out
}

/// The findings without the gates that they name, for whoever shows those anyway.
pub fn headlines(findings: &[RuleFindingView], paint: Paint) -> String {
    let mut out = String::new();
    for finding in findings {
        headline(finding, paint, &mut out);
        fixes(finding, &mut out);
    }
    out
}

fn one(finding: &RuleFindingView, paint: Paint, now: Time, out: &mut String) {
    headline(finding, paint, out);
    for gate in &finding.gates {
        unmet(finding, gate, paint, now, out);
    }
    fixes(finding, out);
}

fn fixes(finding: &RuleFindingView, out: &mut String) {
    for fix in &finding.fixes {
        let _ = writeln!(out, "    → {}", escape::line(fix));
    }
}

fn headline(finding: &RuleFindingView, paint: Paint, out: &mut String) {
    let tone = match finding.severity.as_str() {
        "refused" => Tone::Bad,
        _ => Tone::Warn,
    };
    let name = finding.reference.strip_prefix("refs/heads/");
    let name = name.unwrap_or(&finding.reference);
    let head = paint.apply(tone, &finding.severity);
    let _ = writeln!(
        out,
        "{head} ({}): {}: {}",
        finding.rule,
        escape::line(name),
        escape::line(&finding.text)
    );
}

fn unmet(finding: &RuleFindingView, gate: &GateView, paint: Paint, now: Time, out: &mut String) {
    let since = gate
        .since
        .map(|since| format!(" ({})", when::relative(since, now)));
    let _ = writeln!(
        out,
        "    {} {}/{}: {}{}",
        paint.apply(style::of_state(gate.state), gate.state.as_str()),
        escape::line(&gate.phase),
        escape::line(&gate.gate),
        escape::line(&gate.reason),
        since.unwrap_or_default()
    );
    if let Some(fix) = &gate.fix {
        let fix = match &finding.plan {
            Some(plan) => in_plan(plan, fix),
            None => fix.clone(),
        };
        let _ = writeln!(out, "      → {}", escape::line(&fix));
    }
}

/// A command of ours, said for one plan.
pub fn in_plan(plan: &Slug, fix: &str) -> String {
    match fix.strip_prefix("git plan ") {
        Some(rest) => format!("git plan -p {plan} {rest}"),
        None => fix.to_owned(),
    }
}
