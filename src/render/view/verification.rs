//! A specification, and what came of holding some to the code.

use schemars::JsonSchema;
use serde::Serialize;

use super::TaskLine;
use crate::model::spec::{PatternKind, Rule, Severity};
use crate::model::{Plan, RecordId, Slug, Spec, SpecForm, SpecText};
use crate::verify::Kind;
use crate::verify::Note;
use crate::verify::Report;
use crate::verify::Violation;

/// A specification of a plan.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct SpecView {
    /// Its name.
    pub name: Slug,
    /// The plan.
    pub plan: Slug,
    /// What it is written in.
    pub form: SpecForm,
    /// The digest that evidence is bound to.
    pub digest: String,
    /// The tasks and gates that name it.
    pub used_by: Vec<String>,
    /// Its text.
    pub text: String,
}

impl SpecView {
    /// The specification as scripts read it.
    pub fn of(plan: &Plan, spec: &SpecText) -> Self {
        Self {
            name: spec.name.clone(),
            plan: plan.id.clone(),
            form: spec.form,
            digest: spec.digest(),
            used_by: plan.users_of_spec(&spec.name),
            text: spec.text.clone(),
        }
    }
}

/// What came of holding specifications to the code.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerificationView {
    /// The task that carries them, as it is afterwards; none where they were named.
    pub task: Option<TaskLine>,
    /// The plan.
    pub plan: Slug,
    /// The specifications.
    pub specs: Vec<Slug>,
    /// The commit that was looked at; none for the working tree.
    pub commit: Option<String>,
    /// How many files were looked at.
    pub files: usize,
    /// Every place where a rule is broken.
    pub violations: Vec<ViolationView>,
    /// Violations that are not listed, where there are too many to hold.
    pub more: Vec<MoreView>,
    /// What could not be looked at as it should be.
    pub notes: Vec<VerificationNoteView>,
    /// Whether the task was completed, and is violated now.
    pub regression: bool,
    /// Whether its specifications say something else than when it was last verified.
    pub rules_changed: bool,
    /// The record that is stored of it.
    pub record: Option<RecordId>,
    /// The checkpoint that was taken.
    pub checkpoint: Option<String>,
}

/// A place where the code breaks a rule.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct ViolationView {
    /// The specification.
    pub spec: Slug,
    /// The rule's id.
    pub rule: String,
    /// How bad it is.
    pub severity: Severity,
    /// `match`: it is there and must not be. `missing`: it must be there and is not. `unchecked`:
    /// it could not be found out.
    #[serde(serialize_with = "kind_word")]
    #[schemars(with = "String", regex(pattern = r"^(match|missing|unchecked)$"))]
    pub kind: Kind,
    /// What kind of pattern it is about; none where an expectation has several.
    pub pattern: Option<PatternKind>,
    /// The pattern as it was written.
    pub term: String,
    /// The file, from the top of the tree; none where nothing in the whole scope is as expected.
    pub path: Option<String>,
    /// The line, from 1; none where it is about the whole file.
    pub line: Option<u32>,
    /// The column in characters, from 1.
    pub column: Option<u32>,
    /// The line where the hit ends.
    pub end_line: Option<u32>,
    /// The column behind its last character.
    pub end_column: Option<u32>,
    /// The line's text.
    pub text: Option<String>,
    /// The bytes of `text` that are the hit: from, to.
    pub mark: Option<(usize, usize)>,
    /// What the rule asks for.
    pub description: Option<String>,
    /// What to do instead.
    pub guidance: Option<String>,
}

/// Violations of a rule that are not listed.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct MoreView {
    /// The specification.
    pub spec: Slug,
    /// The rule's id.
    pub rule: String,
    /// How many there are beyond the listed ones.
    pub count: usize,
}

impl MoreView {
    /// Those of a report.
    pub fn all(report: &Report, specs: &[(Slug, Spec)]) -> Vec<Self> {
        let one = |more: &crate::verify::More| {
            let (name, spec) = specs.get(more.spec)?;
            Some(Self {
                spec: name.clone(),
                rule: spec.rules.get(more.rule)?.id.clone(),
                count: more.count,
            })
        };
        report.more.iter().filter_map(one).collect()
    }
}

impl VerificationView {
    /// In how many places rules are broken.
    pub fn count(&self) -> usize {
        self.violations.len() + self.more.iter().map(|more| more.count).sum::<usize>()
    }
}

/// Something about a file that whoever reads the violations has to know.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct VerificationNoteView {
    /// The file.
    pub path: String,
    /// `plain_words`, `syntax_errors`, `out_of_time`, `too_large`, `unreadable`, `too_many`, `link` or `submodule`.
    pub what: &'static str,
    /// The same in words.
    pub words: String,
}

fn kind_word<S: serde::Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.as_str())
}

impl ViolationView {
    /// The violations of a report, with what their rules say.
    pub fn all(report: &Report, specs: &[(Slug, Spec)]) -> Vec<Self> {
        let one = |violation: &Violation| {
            let (name, spec) = specs.get(violation.spec)?;
            Some(Self::of(violation, name, spec.rules.get(violation.rule)))
        };
        report.violations.iter().filter_map(one).collect()
    }

    fn of(violation: &Violation, spec: &Slug, rule: Option<&Rule>) -> Self {
        let place = violation.place.as_ref();
        let here = place.filter(|place| place.line > 0);
        Self {
            spec: spec.clone(),
            rule: violation.id.clone(),
            severity: violation.severity,
            kind: violation.kind,
            pattern: violation.pattern,
            term: violation.term.clone(),
            path: place.map(|place| place.path.clone()),
            line: here.map(|place| place.line),
            column: here.map(|place| place.column),
            end_line: here.map(|place| place.end_line),
            end_column: here.map(|place| place.end_column),
            text: here.map(|place| place.text.clone()),
            mark: here.map(|place| place.mark),
            description: rule.and_then(|rule| rule.description.clone()),
            guidance: rule.and_then(|rule| rule.guidance.clone()),
        }
    }
}

impl VerificationNoteView {
    /// The note as scripts read it.
    pub fn of(note: &Note) -> Self {
        Self {
            path: note.path.clone(),
            what: note.what.as_str(),
            words: note.what.to_string(),
        }
    }
}
