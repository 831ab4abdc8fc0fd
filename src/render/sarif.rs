//! Violations as SARIF 2.1.0, for code scanning and editors.
//!
//! Source: OASIS, Static Analysis Results Interchange Format 2.1.0. A rule's id is
//! `<specification>/<rule>`; columns count characters (`unicodeCodePoints`).

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::escape;
use super::view::{VerificationView, ViolationView};
use crate::model::Slug;
use crate::model::Spec;
use crate::model::spec::Severity;
use crate::verify::Kind;

/// The whole log, with one run. It holds every rule, also those that nothing breaks.
pub fn log(view: &VerificationView, specs: &[(Slug, Spec)]) -> String {
    let rules: Vec<Value> = specs.iter().flat_map(rules).collect();
    let results: Vec<Value> = view.violations.iter().map(result).collect();
    let notifications: Vec<Value> = view
        .notes
        .iter()
        .map(|note| {
            json!({
                "level": "note",
                "message": {"text": note.words},
                "locations": [{"physicalLocation": {"artifactLocation": artifact(&note.path)}}],
            })
        })
        .collect();
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": "git-plan",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules,
            }},
            "automationDetails": {"id": format!("git-plan/{}/", view.plan)},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": true,
                "toolExecutionNotifications": notifications,
            }],
            "results": results,
        }],
    });
    escape::json(&log.to_string()).into_owned() + "\n"
}

fn rules((name, spec): &(Slug, Spec)) -> Vec<Value> {
    let one = |rule: &crate::model::spec::Rule| {
        let text = rule.description.as_deref().unwrap_or(&rule.id).trim();
        let mut value = json!({
            "id": format!("{name}/{}", rule.id),
            "name": rule.id,
            "shortDescription": {"text": text},
            "defaultConfiguration": {"level": level(rule.severity)},
            "properties": {
                "problem.severity": level(rule.severity),
                "security-severity": score(rule.severity),
            },
        });
        if let (Some(guidance), Some(fields)) = (&rule.guidance, value.as_object_mut()) {
            fields.insert("help".to_owned(), json!({"text": guidance.trim()}));
        }
        value
    };
    spec.rules.iter().map(one).collect()
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The scale that code scanning sorts by: 0.0 to 10.0.
fn score(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.5",
        Severity::High => "8.0",
        Severity::Medium => "5.0",
        Severity::Low => "2.0",
    }
}

fn result(violation: &ViolationView) -> Value {
    let mut result = json!({
        "ruleId": format!("{}/{}", violation.spec, violation.rule),
        "level": level(violation.severity),
        "message": {"text": message(violation)},
        "partialFingerprints": {"gitPlan/v1": fingerprint(violation)},
        "properties": {"kind": violation.kind.as_str()},
    });
    let location = violation.path.as_ref().map(|path| {
        let mut place = json!({"artifactLocation": artifact(path)});
        if let (Some(line), Some(fields)) = (violation.line, place.as_object_mut()) {
            let region = json!({
                "startLine": line,
                "startColumn": violation.column,
                "endLine": violation.end_line,
                "endColumn": violation.end_column,
                "snippet": {"text": violation.text},
            });
            fields.insert("region".to_owned(), region);
        }
        json!([{"physicalLocation": place}])
    });
    if let (Some(location), Some(fields)) = (location, result.as_object_mut()) {
        fields.insert("locations".to_owned(), location);
    }
    result
}

fn message(violation: &ViolationView) -> String {
    let term = &violation.term;
    let what = match violation.kind {
        Kind::Match => format!("{term} must not be here."),
        Kind::Missing => format!("Nothing is as expected: {term}."),
        Kind::Unchecked => format!("It could not be checked: {term}."),
    };
    let more = [&violation.description, &violation.guidance];
    let more = more.into_iter().flatten().map(|text| text.trim());
    let all: Vec<&str> = std::iter::once(what.as_str()).chain(more).collect();
    all.join("\n")
}

fn artifact(path: &str) -> Value {
    json!({"uri": uri(path), "uriBaseId": "%SRCROOT%"})
}

/// A path as a relative reference: what RFC 3986 reserves, and every byte outside of ASCII, is
/// percent-encoded.
fn uri(path: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    path.bytes()
        .map(|byte| match is_plain(byte) {
            true => char::from(byte).to_string(),
            false => format!("%{byte:02X}"),
        })
        .collect()
}

/// The same for the same hit, wherever its line moves to.
fn fingerprint(violation: &ViolationView) -> String {
    let text = violation.text.as_deref().unwrap_or_default().trim();
    let parts = [
        violation.spec.as_str(),
        &violation.rule,
        &violation.term,
        violation.path.as_deref().unwrap_or_default(),
        text,
    ];
    let digest = Sha256::digest(parts.join("\0").as_bytes());
    crate::model::phase::hex(&digest)
        .trim_start_matches("sha256:")
        .chars()
        .take(32)
        .collect()
}
