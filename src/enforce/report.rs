//! What enforcement found.

use crate::gate::Judgement;
use crate::model::{Slug, Time};

/// A rule of FORMAT.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// A phase before a touched one is open.
    R2,
    /// A gate that must hold for pushes does not.
    R3,
    /// A commit names no task, or one that is not there.
    R4,
    /// A change of the plan ref that is not allowed.
    R5,
    /// Something about the refs themselves.
    Refs,
}

impl Rule {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::R2 => "R2",
            Self::R3 => "R3",
            Self::R4 => "R4",
            Self::R5 => "R5",
            Self::Refs => "refs",
        }
    }
}

/// Whether a finding stops a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// It does.
    Refused,
    /// It is only told.
    Warning,
}

impl Severity {
    /// The word in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Refused => "refused",
            Self::Warning => "warning",
        }
    }
}

/// Something that is wrong with a push.
#[derive(Debug, Clone)]
pub struct Finding {
    /// The rule that says so.
    pub rule: Rule,
    /// Whether it stops the push.
    pub severity: Severity,
    /// The ref that is pushed to.
    pub reference: String,
    /// The plan that says so, where one does.
    pub plan: Option<Slug>,
    /// What is wrong, and why.
    pub text: String,
    /// Since when, where a record tells.
    pub since: Option<Time>,
    /// The gates that are unmet.
    pub gates: Vec<Judgement>,
    /// Commands that would help, without `git plan` where they are ours.
    pub fixes: Vec<Fix>,
    /// Whether a program's judgement failed, so that going back to a good checkpoint may help.
    pub is_failure: bool,
}

/// A command that would help.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fix {
    /// One of `git plan`, its words without that.
    Plan(Vec<String>),
    /// One of `git`, its words without that.
    Git(Vec<String>),
}

impl Finding {
    /// Something that stops a push.
    pub fn refused(rule: Rule, reference: &str, text: impl Into<String>) -> Self {
        Self {
            rule,
            severity: Severity::Refused,
            reference: reference.to_owned(),
            plan: None,
            text: text.into(),
            since: None,
            gates: Vec::new(),
            fixes: Vec::new(),
            is_failure: false,
        }
    }

    /// Something that is only told.
    pub fn warning(rule: Rule, reference: &str, text: impl Into<String>) -> Self {
        Self {
            severity: Severity::Warning,
            ..Self::refused(rule, reference, text)
        }
    }

    /// Says which plan's rule it is.
    #[must_use]
    pub fn of(self, plan: &Slug) -> Self {
        Self {
            plan: Some(plan.clone()),
            ..self
        }
    }

    /// Adds the gates that are unmet.
    #[must_use]
    pub fn gates(self, gates: Vec<Judgement>) -> Self {
        let is_failure = gates
            .iter()
            .any(|gate| PROVEN.contains(&gate.kind.as_str()));
        Self {
            gates,
            is_failure,
            ..self
        }
    }

    /// Adds a command of ours that would help.
    #[must_use]
    pub fn fix(mut self, words: &[&str]) -> Self {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        self.fixes.push(Fix::Plan(words));
        self
    }

    /// Adds commands that would help.
    #[must_use]
    pub fn fixes(mut self, fixes: impl IntoIterator<Item = Fix>) -> Self {
        self.fixes.extend(fixes);
        self
    }

    /// Adds a command of Git that would help.
    #[must_use]
    pub fn git(mut self, words: &[&str]) -> Self {
        let words = words.iter().map(|&word| word.to_owned()).collect();
        self.fixes.push(Fix::Git(words));
        self
    }
}

/// Kinds of gates that a program judges: where one fails, going back may help.
pub const PROVEN: [&str; 3] = ["command", "spec", "tdd"];

/// What came of enforcing the rules on a push.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// The commit of the plan ref that the push was judged by, where there is one.
    pub plans: Option<String>,
    /// What was found, in the order of the refs; what is refused first.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Whether the push is to be stopped.
    pub fn is_refused(&self) -> bool {
        let mut findings = self.findings.iter();
        findings.any(|finding| finding.severity == Severity::Refused)
    }
}
