//! A proposed change beside the plans, as what a forge shows beside the files of a change.

use super::{answer, branch, counted, counts};
use crate::model::spec::Severity::{Critical, High};
use crate::proposal::Changed;
use crate::render::annotation::{Annotation, Severity};
use crate::render::view::{ReviewScriptView, ReviewView, ReviewViolationView, RuleFindingView};
use crate::review::{Account, Change, Class};

/// The one that says whether the change would land.
pub fn summary(view: &ReviewView) -> Annotation {
    let severity = match view.lands {
        true => Severity::Notice,
        false => Severity::Error,
    };
    let title = format!("Plans: {} {}", answer(view), branch(view));
    Annotation::new(severity, title, counted(&counts(view)))
}

/// The others: what the rules find, where specifications are broken, what was weakened in the plans since the change began, what of them
/// cannot be read, scripts of gates that change.
pub fn annotations(view: &ReviewView, changed: Option<&Changed>) -> Vec<Annotation> {
    let unreadable = view.unreadable.iter().map(|file| {
        let text = format!("{}: {}", file.plan, file.why);
        Annotation::new(Severity::Error, "Plan that cannot be read", text)
    });
    let findings = view.findings.iter().map(finding);
    let scripts = view.scripts.iter().map(script);
    let changes = changed.map(|changed| changed.changes.of(Class::Weakened));
    let weakened = changes.into_iter().flatten().filter_map(weakening);
    let violations = view.violations.iter().map(violation);
    let found = findings.chain(violations).chain(weakened).chain(unreadable);
    found.chain(scripts).collect()
}

fn weakening(change: &Change) -> Option<Annotation> {
    let (why, account) = change.weakening.as_ref()?;
    let plan = change.plan.as_ref().map(|plan| format!("{plan}: "));
    let plan = plan.unwrap_or_default();
    let mut text = format!("{plan}{}: {why}", change.heading());
    match account {
        Account::Missing => text.push_str("\nno record says why"),
        Account::Recorded(records) => {
            let said = records.iter().map(|record| {
                let note = record.note.as_deref().unwrap_or_default();
                format!("\nrecorded by {}: {note}", record.who)
            });
            text.extend(said);
        }
        Account::Asked | Account::Itself => {}
    }
    Some(Annotation::new(Severity::Warning, "Plans: weakened", text))
}

fn finding(finding: &RuleFindingView) -> Annotation {
    let severity = match finding.severity.as_str() {
        "refused" => Severity::Error,
        _ => Severity::Warning,
    };
    let gates = finding.gates.iter().map(|gate| {
        let state = gate.state.as_str();
        format!("\n{state} {}/{}: {}", gate.phase, gate.gate, gate.reason)
    });
    let fixes = finding.fixes.iter().map(|fix| format!("\n{fix}"));
    let more: String = gates.chain(fixes).collect();
    let title = format!("Plans: {} ({})", finding.severity, finding.rule);
    Annotation::new(severity, title, format!("{}{more}", finding.text))
}

fn violation(violation: &ReviewViolationView) -> Annotation {
    let severity = match (&violation.regression, violation.severity) {
        (Some(_), _) | (_, Critical | High) => Severity::Error,
        _ => Severity::Warning,
    };
    let title = format!("Specification violated ({})", violation.severity);
    let name = format!("{}/{}", violation.spec, violation.rule);
    let mut text = format!("{name}: {} {}", violation.term, violation.what());
    if let Some(task) = &violation.regression {
        text.push_str(&format!(
            "\nregression: task {task} of {} was completed",
            violation.plan
        ));
    }
    let annotation = Annotation::new(severity, title, text);
    match (&violation.path, violation.line) {
        (Some(path), Some(line)) => annotation.at_line(&**path, line),
        (Some(path), None) => annotation.at(&**path),
        (None, _) => annotation,
    }
}

fn script(script: &ReviewScriptView) -> Annotation {
    let names = script.gates.iter();
    let names: Vec<String> = names
        .map(|name| format!("{} {}", name.plan, name.gate))
        .collect();
    let text = format!("gates run this file: {}", names.join(", "));
    Annotation::new(Severity::Warning, "Script of a gate changed", text).at(&*script.path)
}
