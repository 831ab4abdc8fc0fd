//! Where a change breaks specifications.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::Slug;
use crate::model::spec::Severity;
use crate::proposal::BrokenRule;

/// A place where a change breaks a rule of a specification.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ReviewViolationView {
    /// The plan.
    pub plan: Slug,
    /// The specification.
    pub spec: Slug,
    /// The rule's id.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// `match`, `missing` or `unchecked`, as `verify-task` tells it.
    pub kind: String,
    /// The pattern as it was written.
    pub term: String,
    /// The file; none where nothing in the whole scope is as expected.
    pub path: Option<String>,
    /// The line, from 1.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// The completed task that carries the specification, where there is one: a regression.
    pub regression: Option<String>,
}

impl ReviewViolationView {
    /// The violation as scripts read it.
    pub fn of(broken: &BrokenRule) -> Self {
        let violation = &broken.violation;
        let place = violation.place.as_ref();
        let here = place.filter(|place| place.line > 0);
        Self {
            plan: broken.plan.clone(),
            spec: broken.spec.clone(),
            rule: violation.id.clone(),
            severity: violation.severity,
            kind: violation.kind.as_str().to_owned(),
            term: violation.term.clone(),
            path: place.map(|place| place.path.clone()),
            line: here.map(|place| place.line),
            column: here.map(|place| place.column),
            regression: broken.regression.clone(),
        }
    }

    /// `src/login.rs:4:5`, as far as that is known.
    pub fn place(&self) -> Option<String> {
        let path = self.path.as_ref()?;
        Some(match (self.line, self.column) {
            (Some(line), Some(column)) => format!("{path}:{line}:{column}"),
            _ => path.clone(),
        })
    }

    /// What is wrong there.
    pub fn what(&self) -> &'static str {
        match self.kind.as_str() {
            "match" => "must not be there",
            "missing" => "is expected, and nothing of it is there",
            _ => "could not be checked",
        }
    }
}
