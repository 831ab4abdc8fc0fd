//! What enforcement found.

use schemars::JsonSchema;
use serde::Serialize;

use super::{GateView, fix_line};
use crate::enforce::Finding;
use crate::enforce::Fix;
use crate::enforce::Report;
use crate::model::{Slug, Time};
use crate::render::quote;

/// What came of enforcing the rules.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EnforcementView {
    /// Whether nothing is refused.
    pub satisfied: bool,
    /// The commit of the plan ref that was judged by.
    pub plans: Option<String>,
    /// What was found; what is refused first.
    pub findings: Vec<RuleFindingView>,
}

/// Something that a rule found.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct RuleFindingView {
    /// `R2` to `R5`, or `refs`.
    pub rule: String,
    /// `refused` or `warning`.
    pub severity: String,
    /// The ref that it is about.
    pub reference: String,
    /// The plan whose rule it is.
    pub plan: Option<Slug>,
    /// What is wrong, and why.
    pub text: String,
    /// Since when, where a record tells.
    pub since: Option<Time>,
    /// The gates that are unmet.
    pub gates: Vec<GateView>,
    /// Commands that would help.
    pub fixes: Vec<String>,
}

impl EnforcementView {
    /// The report as scripts read it.
    pub fn of(report: &Report) -> Self {
        Self {
            satisfied: !report.is_refused(),
            plans: report.plans.clone(),
            findings: report.findings.iter().map(RuleFindingView::of).collect(),
        }
    }
}

/// A command that would help, as it is typed.
pub fn command_line(fix: &Fix) -> String {
    match fix {
        Fix::Plan(words) => fix_line(words),
        Fix::Git(words) => format!("git {}", quote::command(words)),
    }
}

impl RuleFindingView {
    /// The finding as scripts read it.
    pub fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.as_str().to_owned(),
            severity: finding.severity.as_str().to_owned(),
            reference: finding.reference.clone(),
            plan: finding.plan.clone(),
            text: finding.text.clone(),
            since: finding.since,
            gates: finding.gates.iter().map(GateView::of).collect(),
            fixes: finding.fixes.iter().map(command_line).collect(),
        }
    }
}
