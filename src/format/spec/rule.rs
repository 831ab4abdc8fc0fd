//! One rule.

use super::findings::Findings;
use super::hint;
use super::keys::{Fields, RULE, SCOPE};
use super::node::Node;
use super::{patterns, values};
use crate::model::spec::{Rule, Scope, Severity};

/// Reads a rule; `case` holds where it says nothing of that itself.
pub fn read(node: &Node, case: bool, findings: &mut Findings) -> Option<Rule> {
    if node.is_nothing() {
        findings.missing(node.at, "a rule that says nothing");
        return None;
    }
    let so_far = findings.problems.len();
    let fields = Fields::of(node, &RULE, findings)?;
    let case = values::flag(fields.get("case"), "case", findings).unwrap_or(case);
    let matches = patterns::matches(fields.get("match"), case, findings);
    let expect = fields.one_of(&["expect", "requires"], findings);
    let expect = patterns::expects(expect, case, findings);
    let rule = Rule {
        id: id(node, &fields, findings),
        description: text(&fields, "description", findings),
        severity: severity(&fields, findings),
        guidance: text(&fields, "guidance", findings),
        scope: scope(&fields, findings),
        each_file: each_file(&fields, expect.each_file, findings),
        all: expect.all,
        matches,
        expects: expect.patterns,
        at: node.at,
    };
    // What is wrong with its parts may be why they are not there.
    if findings.problems.len() == so_far {
        check(&rule, findings);
    }
    Some(rule)
}

/// Tells of what a rule does not say.
fn check(rule: &Rule, findings: &mut Findings) {
    let (at, id) = (rule.at, hint::shown(&rule.id));
    if rule.matches.is_empty() && rule.expects.is_empty() {
        findings.missing(
            at,
            format!("rule '{id}' has no pattern, neither in 'match' nor in 'expect'"),
        );
    } else if rule.expects.is_empty() && (rule.each_file || rule.all) {
        let key = if rule.all { "all" } else { "each_file" };
        findings.doubt(
            at,
            format!("rule '{id}' has '{key}', but nothing in 'expect' that it is about"),
        );
    }
}

fn id(node: &Node, fields: &Fields<'_>, findings: &mut Findings) -> String {
    let given = fields.get("id").filter(|id| !id.is_nothing());
    match given {
        None => findings.missing(node.at, "a rule without 'id'"),
        Some(given) => match values::word(given, "id", findings) {
            Some(id) => return id,
            None => findings.missing(given.at, "the id of a rule is empty"),
        },
    }
    String::new()
}

fn text(fields: &Fields<'_>, key: &str, findings: &mut Findings) -> Option<String> {
    values::text(fields.get(key)?, key, findings)
}

fn severity(fields: &Fields<'_>, findings: &mut Findings) -> Severity {
    let given = fields.get("severity");
    given
        .and_then(|node| severity_of(node, findings))
        .unwrap_or_default()
}

fn severity_of(node: &Node, findings: &mut Findings) -> Option<Severity> {
    let word = values::line(node, "severity", findings)?;
    let is_it = |severity: &Severity| severity.as_str().eq_ignore_ascii_case(&word);
    let severity = Severity::ALL.into_iter().find(is_it);
    if severity.is_none() {
        let known = Severity::ALL.map(Severity::as_str);
        let (shown, choice) = (hint::shown(&word), hint::choice(&word, &known));
        findings.wrong(node.at, format!("unknown severity '{shown}': {choice}"));
    }
    severity
}

fn scope(fields: &Fields<'_>, findings: &mut Findings) -> Scope {
    let fields = fields
        .get("scope")
        .and_then(|node| Fields::of(node, &SCOPE, findings));
    let Some(fields) = fields else {
        return Scope::default();
    };
    Scope {
        include: values::terms(fields.get("include"), "include", findings),
        exclude: values::terms(fields.get("exclude"), "exclude", findings),
    }
}

/// It may stand in the rule or in its expectation, and once.
fn each_file(fields: &Fields<'_>, within: Option<bool>, findings: &mut Findings) -> bool {
    let given = fields.get("each_file");
    let flag = values::flag(given, "each_file", findings);
    if let (Some(given), Some(_), Some(_)) = (given, flag, within) {
        findings.wrong(given.at, "'each_file' stands in 'expect' already");
    }
    flag.or(within).unwrap_or(false)
}
