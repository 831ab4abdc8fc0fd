//! What the file of a specification looks like, for the schema that editors use. The reader does not
//! use these types: it tells more than one error, and where.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use crate::model::spec::Severity;

/// What `.plans/<plan>/specs/<name>.toml` or `.yaml` holds: rules that the code must satisfy.
#[derive(JsonSchema)]
#[schemars(
    rename = "Spec",
    deny_unknown_fields,
    extend("oneOf" = [{"required": ["rule"]}, {"required": ["rules"]}])
)]
pub struct SpecFile {
    /// What it calls itself.
    pub name: Option<Word>,
    /// The same as `name`.
    pub refactor_name: Option<Word>,
    /// The same as `name`.
    pub context_name: Option<Word>,
    /// What it is for.
    pub description: Option<Word>,
    /// Whether letters have to be the same in case, where nothing nearer says so.
    pub case: Option<bool>,
    /// Its rules.
    pub rule: Option<Vec<RuleFile>>,
    /// The same as `rule`.
    pub rules: Option<Vec<RuleFile>>,
    /// Without meaning here.
    pub version: Option<Value>,
    /// Without meaning here.
    pub author: Option<Value>,
    /// Without meaning here.
    pub metadata: Option<Value>,
    /// Without meaning here.
    pub tags: Option<Value>,
    /// Without meaning here.
    pub category: Option<Value>,
}

/// A rule; it has a pattern in `match`, in `expect`, or in both.
#[derive(JsonSchema)]
#[schemars(rename = "Rule", deny_unknown_fields)]
pub struct RuleFile {
    /// Names it within its specification.
    pub id: Word,
    /// What it asks for.
    pub description: Option<Word>,
    /// How bad it is to break it.
    pub severity: Option<SeverityWord>,
    /// What to do instead.
    pub guidance: Option<Word>,
    /// The files that it is about; without it, all.
    pub scope: Option<ScopeFile>,
    /// What must not be there: every hit is a violation.
    pub r#match: Option<MatchFile>,
    /// What must be there: where nothing of it is found, that is a violation.
    pub expect: Option<ExpectFile>,
    /// The same as `expect`.
    pub requires: Option<ExpectFile>,
    /// Whether each file in scope has to meet the expectation.
    pub each_file: Option<bool>,
    /// Whether letters have to be the same in case.
    pub case: Option<bool>,
    /// Without meaning here.
    pub category: Option<Value>,
    /// Without meaning here.
    pub tags: Option<Value>,
    /// Without meaning here.
    pub metadata: Option<Value>,
}

/// The files that a rule is about: globs as in `.gitignore`.
#[derive(JsonSchema)]
#[schemars(rename = "Scope", deny_unknown_fields)]
pub struct ScopeFile {
    /// Those that it is about; without any, all.
    pub include: Option<Words>,
    /// Those that it is not about, whatever `include` says.
    pub exclude: Option<Words>,
}

/// What must not be there.
#[derive(JsonSchema)]
#[schemars(rename = "Match", deny_unknown_fields)]
pub struct MatchFile {
    /// By kind.
    #[schemars(flatten)]
    pub patterns: PatternsFile,
}

/// What must be there.
#[derive(JsonSchema)]
#[schemars(rename = "Expect", deny_unknown_fields)]
pub struct ExpectFile {
    /// By kind.
    #[schemars(flatten)]
    pub patterns: PatternsFile,
    /// Whether all of it has to be found, rather than one of it.
    pub all: Option<bool>,
    /// Whether each file in scope has to hold it.
    pub each_file: Option<bool>,
}

/// Patterns by kind: literals, whole words; or `/…/`, regular expressions.
#[derive(JsonSchema)]
pub struct PatternsFile {
    /// Names in code, not in comments or strings.
    pub identifiers: Option<Words>,
    /// Any text.
    pub expressions: Option<Words>,
    /// The same as `expressions`.
    pub strings: Option<Words>,
    /// Functions and methods that are called.
    pub calls: Option<Words>,
    /// Modules that are imported.
    pub imports: Option<Words>,
    /// Routes that are declared: `/path` or `METHOD /path`.
    pub api_routes: Option<Words>,
    /// Tables that SQL names.
    pub sql_tables: Option<Words>,
    /// Shapes of code.
    pub structure: Option<Shapes>,
    /// Globs of paths that are there.
    pub files: Option<Words>,
    /// Whether letters have to be the same in case.
    pub case: Option<bool>,
}

/// A shape of code, in the notation of ast-grep.
#[derive(JsonSchema)]
#[schemars(rename = "Structure", deny_unknown_fields)]
pub struct StructureFile {
    /// The language of the code.
    pub language: String,
    /// The shape, such as `$X.unwrap()`.
    pub pattern: String,
}

/// One or several shapes.
#[derive(JsonSchema)]
#[schemars(untagged)]
pub enum Shapes {
    /// One.
    One(StructureFile),
    /// Several.
    Several(Vec<StructureFile>),
}

/// A text; in YAML, as it was written, whatever it looks like.
pub struct Word;

/// Texts, or one.
pub struct Words;

/// How bad it is to break a rule, in any case of letters.
pub struct SeverityWord;

const WORD: [&str; 4] = ["string", "number", "boolean", "null"];

impl JsonSchema for Word {
    fn schema_name() -> Cow<'static, str> {
        "Word".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"description": "A text.", "type": WORD})
    }
}

impl JsonSchema for Words {
    fn schema_name() -> Cow<'static, str> {
        "Words".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "Texts, or one.",
            "anyOf": [{"type": WORD}, {"type": "array", "items": {"type": WORD}}],
        })
    }
}

impl JsonSchema for SeverityWord {
    fn schema_name() -> Cow<'static, str> {
        "Severity".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let word = |severity: Severity| severity.as_str();
        let known = Severity::ALL.map(word);
        let capital = known.map(|word| {
            let (first, rest) = word.split_at(1);
            format!("{}{rest}", first.to_uppercase())
        });
        let small = known.map(str::to_owned);
        let large = known.map(str::to_uppercase);
        let words: Vec<String> = [small, capital, large].into_iter().flatten().collect();
        json_schema!({"description": "How bad it is to break a rule.", "enum": words})
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::format::spec::keys::{self, Keys};

    /// The keys of a type as its schema has them, against those that the reader knows.
    fn check<T: JsonSchema>(keys: &Keys) {
        let schema = SchemaGenerator::default().into_root_schema_for::<T>();
        let properties = schema.get("properties").and_then(Value::as_object);
        let mut found: Vec<&str> = properties.unwrap().keys().map(String::as_str).collect();
        let mut known = keys.known.to_vec();
        found.sort_unstable();
        known.sort_unstable();
        assert_eq!(found, known, "{}", keys.place);
        assert_eq!(
            schema.get("additionalProperties"),
            Some(&Value::Bool(false))
        );
    }

    #[test]
    fn the_schema_has_the_keys_that_the_reader_knows() {
        check::<SpecFile>(&keys::SPEC);
        check::<RuleFile>(&keys::RULE);
        check::<ScopeFile>(&keys::SCOPE);
        check::<MatchFile>(&keys::MATCH);
        check::<ExpectFile>(&keys::EXPECT);
        check::<StructureFile>(&keys::STRUCTURE);
    }
}
