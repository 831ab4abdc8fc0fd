//! What a specification asks for, as a value: without places, order, and words for people.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::model::edit::{self, Fields};
use crate::model::spec::{Patterns, Rule, Spec, Term};

/// All rules of a specification, by their ids.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// What each asks for.
    pub rules: BTreeMap<String, Asked>,
}

/// What a rule asks for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Asked {
    /// What must not be there.
    #[serde(rename = "match", skip_serializing_if = "is_default")]
    pub matches: Wanted,
    /// What must be there.
    #[serde(skip_serializing_if = "is_default")]
    pub expect: Wanted,
    /// Whether all that is expected has to be there.
    #[serde(skip_serializing_if = "is_default")]
    pub all: bool,
    /// Whether each file has to meet the expectation.
    #[serde(skip_serializing_if = "is_default")]
    pub each_file: bool,
    /// The files that it is about; none: all.
    #[serde(skip_serializing_if = "is_default")]
    pub include: BTreeSet<String>,
    /// The files that it is not about.
    #[serde(skip_serializing_if = "is_default")]
    pub exclude: BTreeSet<String>,
}

/// Patterns.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Wanted {
    /// Whether letters have to be the same in case.
    #[serde(skip_serializing_if = "is_default")]
    pub case: bool,
    /// Each with its kind before it: `identifiers Auth0Client`, `structure rust $X.unwrap()`.
    #[serde(skip_serializing_if = "is_default")]
    pub patterns: BTreeSet<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

impl Meaning {
    /// Of a specification.
    pub fn of(spec: &Spec) -> Self {
        let rule = |rule: &Rule| (rule.id.clone(), Asked::of(rule));
        Self {
            rules: spec.rules.iter().map(rule).collect(),
        }
    }

    /// What a value says, where it says that.
    pub fn read(value: &Value) -> Option<Self> {
        serde_json::from_value(value.clone()).ok()
    }

    /// As a value.
    pub fn value(&self) -> Value {
        edit::fields(self)
    }
}

/// The value of a specification that cannot be read: another text has another one.
pub fn unreadable(digest: &str) -> Value {
    json!({ "unreadable": digest })
}

impl Asked {
    fn of(rule: &Rule) -> Self {
        let texts = |terms: &[Term]| terms.iter().map(|term| term.text.clone()).collect();
        let expect = Wanted::of(&rule.expects);
        Self {
            all: rule.all && !is_default(&expect),
            each_file: rule.each_file && !is_default(&expect),
            matches: Wanted::of(&rule.matches),
            expect,
            include: texts(&rule.scope.include),
            exclude: texts(&rule.scope.exclude),
        }
    }

    /// Its keys and values.
    pub fn fields(&self) -> Fields {
        match edit::fields(self) {
            Value::Object(fields) => fields,
            _ => Fields::new(),
        }
    }
}

impl Wanted {
    fn of(patterns: &Patterns) -> Self {
        let words = patterns.terms().flat_map(|(kind, terms)| {
            let kind = kind.as_str();
            terms
                .iter()
                .map(move |term| format!("{kind} {}", term.text))
        });
        let shapes = patterns.structure.iter();
        let shapes =
            shapes.map(|shape| format!("structure {} {}", shape.language, shape.pattern.text));
        Self {
            case: patterns.case && !patterns.is_empty(),
            patterns: words.chain(shapes).collect(),
        }
    }

    /// Whether nothing is wanted.
    pub fn is_empty(&self) -> bool {
        self.patterns.is_empty()
    }
}
