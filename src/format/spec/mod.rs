//! A specification's text → [`Spec`], with all errors at once, each at its line and column.
//!
//! * `toml_tree`, `yaml_tree`: a text as a tree of nodes with places.
//! * `keys`: which keys there are, and what is said of others.
//! * `values`: texts, yes or no, lists of patterns.
//! * `rule`, `patterns`: what rules and their parts say.
//! * [`file`](mod@file): what a file looks like, for its schema.
//! * `findings`, `hint`, `places`: what is wrong, what was meant, and where.
//!
//! Whether a regular expression, a glob or a shape of code is one is not looked at here.

use std::collections::HashMap;
use std::path::Path;

use crate::model::limits;
use crate::model::spec::{At, Problem, Rule, Spec, SpecForm};

pub mod file;
mod findings;
mod hint;
mod keys;
mod node;
mod patterns;
mod places;
mod rule;
#[cfg(test)]
mod tests;
mod toml_tree;
mod values;
mod yaml_tree;

use findings::Findings;
use keys::Fields;
use node::{Node, Value};
use places::Places;

/// The form of a file: by what its name ends with, or, where that says nothing, by what its first
/// line that says something looks like.
pub fn form_of(path: &Path, text: &str) -> Option<SpecForm> {
    let Some(extension) = path.extension() else {
        return looks_like(text);
    };
    match extension.to_str()?.to_ascii_lowercase().as_str() {
        "toml" => Some(SpecForm::Toml),
        "yaml" | "yml" => Some(SpecForm::Yaml),
        _ => None,
    }
}

fn looks_like(text: &str) -> Option<SpecForm> {
    let says = |line: &&str| !line.is_empty() && !line.starts_with('#');
    let line = text.lines().map(str::trim).find(says)?;
    if line.starts_with('[') {
        return Some(SpecForm::Toml);
    }
    if line == "---" {
        return Some(SpecForm::Yaml);
    }
    match line.chars().find(|c| matches!(c, ':' | '='))? {
        '=' => Some(SpecForm::Toml),
        _ => Some(SpecForm::Yaml),
    }
}

/// The text that bytes are.
///
/// # Errors
/// [`Problem`] where they are too many, or are no UTF-8, at the first that are none.
pub fn decode(bytes: &[u8]) -> Result<&str, Problem> {
    let start = At { line: 1, column: 1 };
    if bytes.len() as u64 > limits::SPEC {
        let (length, limit) = (bytes.len(), limits::SPEC);
        return Err(Problem::new(
            start,
            format!("{length} bytes; the limit is {limit}"),
        ));
    }
    std::str::from_utf8(bytes).map_err(|error| {
        let (good, _) = bytes.split_at(error.valid_up_to());
        let good = std::str::from_utf8(good).unwrap_or_default();
        Problem::new(Places::new(good).at(good.len()), "not UTF-8")
    })
}

/// What a specification says, and what of it may not be meant.
///
/// # Errors
/// Everything that is wrong with it, by line and column.
pub fn read(form: SpecForm, text: &str) -> Result<(Spec, Vec<Problem>), Vec<Problem>> {
    let reading = read_through(form, text);
    match reading.problems.is_empty() {
        true => Ok((reading.spec, reading.warnings)),
        false => Err(reading.problems),
    }
}

/// What could be read of a text, and what is wrong with the rest.
#[derive(Default)]
pub struct Reading {
    /// All that it says and that could be read.
    pub spec: Spec,
    /// What of it may not be meant; in order.
    pub warnings: Vec<Problem>,
    /// Everything that is wrong; in order.
    pub problems: Vec<Problem>,
    /// The lines of which nothing is known: what seems to be there may be something else.
    pub torn: Vec<u32>,
}

impl Reading {
    /// A text that says nothing.
    fn refused(problems: Vec<Problem>) -> Self {
        Self {
            problems,
            ..Self::default()
        }
    }
}

/// What a specification says, as far as it can be read.
pub fn read_through(form: SpecForm, text: &str) -> Reading {
    if let Err(problem) = decode(text.as_bytes()) {
        return Reading::refused(vec![problem]);
    }
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Err(problems) = controls(text) {
        return Reading::refused(problems);
    }
    let (tree, torn) = match form {
        SpecForm::Toml => toml_tree::read(text),
        SpecForm::Yaml => yaml_tree::read(text),
    };
    let mut findings = Findings {
        is_torn: !torn.is_empty(),
        ..Findings::default()
    };
    let spec = spec(&tree, &mut findings);
    // A parser may see the end in a line behind the last.
    let end = Places::new(text).at(text.len());
    let within = |problem: Problem| Problem {
        at: problem.at.min(end),
        ..problem
    };
    let all_within = |problems: Vec<Problem>| problems.into_iter().map(within).collect();
    let torn: Vec<Problem> = all_within(torn);
    let mut warnings: Vec<Problem> = all_within(findings.warnings);
    warnings.sort();
    Reading {
        spec,
        warnings,
        torn: torn.iter().map(|problem| problem.at.line).collect(),
        problems: together(torn, all_within(findings.problems)),
    }
}

/// Refuses characters that a text cannot have in either form: a parser may take one for the end.
fn controls(text: &str) -> Result<(), Vec<Problem>> {
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t' | '\u{85}');
    let found: Vec<_> = text.match_indices(is_control).collect();
    if found.is_empty() {
        return Ok(());
    }
    let places = Places::new(text);
    let problem = |(offset, c): &(usize, &str)| {
        let code = c.chars().next().map_or(0, u32::from);
        Problem::new(
            places.at(*offset),
            format!("the control character U+{code:04X}"),
        )
    };
    Err(found.iter().take(limits::MEMBERS).map(problem).collect())
}

/// All problems in order. In a line that could not be read, only that is told: the rest of it may
/// look like something else than it is.
fn together(torn: Vec<Problem>, mut problems: Vec<Problem>) -> Vec<Problem> {
    problems.retain(|problem| torn.iter().all(|torn| torn.at.line != problem.at.line));
    problems.extend(torn);
    problems.sort();
    problems.dedup();
    problems
}

fn spec(tree: &Node, findings: &mut Findings) -> Spec {
    let Some(fields) = Fields::of(tree, &keys::SPEC, findings) else {
        if tree.is_nothing() {
            findings.missing(tree.at, "there are no rules");
        }
        return Spec::default();
    };
    let name = fields.one_of(&["name", "refactor_name", "context_name"], findings);
    let description = fields.get("description");
    let case = values::flag(fields.get("case"), "case", findings).unwrap_or(false);
    let given = fields.one_of(&["rule", "rules"], findings);
    Spec {
        name: name.and_then(|node| values::line(node, "name", findings)),
        description: description.and_then(|node| values::text(node, "description", findings)),
        rules: rules(given, case, findings),
    }
}

fn rules(given: Option<&Node>, case: bool, findings: &mut Findings) -> Vec<Rule> {
    let given = given.filter(|node| !node.is_nothing());
    let at = given.map_or(At { line: 1, column: 1 }, |node| node.at);
    let nodes = match given.map(|node| &node.value) {
        None => &[],
        Some(Value::List(members)) => members.as_slice(),
        Some(_) => given.map_or(&[][..], std::slice::from_ref),
    };
    if nodes.is_empty() {
        findings.missing(at, "there are no rules");
    }
    if nodes.len() > limits::RULES {
        let (length, limit) = (nodes.len(), limits::RULES);
        findings.wrong(at, format!("{length} rules; the limit is {limit}"));
    }
    let nodes = nodes.iter().take(limits::RULES);
    let rules: Vec<Rule> = nodes
        .filter_map(|node| rule::read(node, case, findings))
        .collect();
    tell_doubles(&rules, findings);
    rules
}

fn tell_doubles(rules: &[Rule], findings: &mut Findings) {
    let mut seen: HashMap<&str, At> = HashMap::new();
    for rule in rules.iter().filter(|rule| !rule.id.is_empty()) {
        match seen.get(rule.id.as_str()) {
            Some(first) => {
                let (id, line) = (hint::shown(&rule.id), first.line);
                findings.wrong(
                    rule.at,
                    format!("the rule '{id}' is there already, in line {line}"),
                );
            }
            None => {
                seen.insert(&rule.id, rule.at);
            }
        }
    }
}
