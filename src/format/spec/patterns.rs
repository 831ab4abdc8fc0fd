//! What must not be there, and what must: the patterns of a rule.

use super::findings::Findings;
use super::hint;
use super::keys::{EXPECT, Fields, Keys, MATCH, STRUCTURE};
use super::node::{Node, Value};
use super::values;
use crate::model::spec::{Language, Patterns, Structure};

/// What an expectation says.
#[derive(Default)]
pub struct Expectation {
    /// What is expected.
    pub patterns: Patterns,
    /// Whether all of it is.
    pub all: bool,
    /// Whether each file has to meet it, where it says so itself.
    pub each_file: Option<bool>,
}

/// Reads `match`; `case` holds where it says nothing of that itself.
pub fn matches(node: Option<&Node>, case: bool, findings: &mut Findings) -> Patterns {
    let fields = fields(node, &MATCH, findings);
    fields.map_or_else(Patterns::default, |fields| {
        patterns(&fields, case, findings)
    })
}

/// Reads `expect`.
pub fn expects(node: Option<&Node>, case: bool, findings: &mut Findings) -> Expectation {
    let Some(fields) = fields(node, &EXPECT, findings) else {
        return Expectation::default();
    };
    Expectation {
        patterns: patterns(&fields, case, findings),
        all: values::flag(fields.get("all"), "all", findings).unwrap_or(false),
        each_file: values::flag(fields.get("each_file"), "each_file", findings),
    }
}

fn fields<'n>(node: Option<&'n Node>, keys: &Keys, findings: &mut Findings) -> Option<Fields<'n>> {
    Fields::of(node?, keys, findings)
}

fn patterns(fields: &Fields<'_>, case: bool, findings: &mut Findings) -> Patterns {
    let case = values::flag(fields.get("case"), "case", findings).unwrap_or(case);
    let expressions = fields.one_of(&["expressions", "strings"], findings);
    let structure = structures(fields.get("structure"), findings);
    let mut terms = |key: &str| values::terms(fields.get(key), key, findings);
    Patterns {
        case,
        structure,
        identifiers: terms("identifiers"),
        calls: terms("calls"),
        imports: terms("imports"),
        api_routes: terms("api_routes"),
        sql_tables: terms("sql_tables"),
        files: terms("files"),
        expressions: values::terms(expressions, "expressions", findings),
    }
}

fn structures(node: Option<&Node>, findings: &mut Findings) -> Vec<Structure> {
    let node = node.filter(|node| !node.is_nothing());
    let shapes = match node.map(|node| &node.value) {
        None => &[],
        Some(Value::List(members)) => members.as_slice(),
        Some(_) => node.map_or(&[][..], std::slice::from_ref),
    };
    shapes
        .iter()
        .filter_map(|node| structure(node, findings))
        .collect()
}

fn structure(node: &Node, findings: &mut Findings) -> Option<Structure> {
    let fields = Fields::of(node, &STRUCTURE, findings)?;
    let language = fields.get("language").filter(|node| !node.is_nothing());
    let pattern = fields.get("pattern").filter(|node| !node.is_nothing());
    for (key, value) in [("language", language), ("pattern", pattern)] {
        if value.is_none() {
            findings.missing(node.at, format!("'structure' without '{key}'"));
        }
    }
    let language = language.and_then(|node| self::language(node, findings));
    let pattern = pattern.and_then(|node| values::term(node, "structure", findings));
    Some(Structure {
        language: language?,
        pattern: pattern?,
    })
}

fn language(node: &Node, findings: &mut Findings) -> Option<Language> {
    let word = values::line(node, "language", findings)?;
    let language = Language::named(&word);
    if language.is_none() {
        let known = Language::ALL.map(Language::as_str);
        let (shown, choice) = (hint::shown(&word), hint::choice(&word, &known));
        findings.wrong(node.at, format!("unknown language '{shown}': {choice}"));
    }
    language
}
