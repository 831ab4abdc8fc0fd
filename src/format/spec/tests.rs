//! What specifications say, and what is said of wrong ones.

use super::*;
use crate::model::spec::{Language, Severity, Term};

const TOML: &str = include_str!("../../../tests/specimens/cognito.toml");

/// As another tool writes them.
const YAML: &str = include_str!("../../../tests/specimens/columns.yaml");

fn toml(text: &str) -> Spec {
    read(SpecForm::Toml, text).unwrap().0
}

fn yaml(text: &str) -> Spec {
    read(SpecForm::Yaml, text).unwrap().0
}

/// The problems of a text, one a line.
fn told(form: SpecForm, text: &str) -> String {
    let problems = read(form, text).unwrap_err();
    let line = |problem: &Problem| {
        let At { line, column } = problem.at;
        format!("{line}:{column}: {}\n", problem.cause)
    };
    problems.iter().map(line).collect()
}

fn texts(terms: &[Term]) -> Vec<&str> {
    terms.iter().map(|term| term.text.as_str()).collect()
}

fn at(line: u32, column: u32) -> At {
    At { line, column }
}

#[test]
fn toml_says_what_it_says() {
    let spec = toml(TOML);
    assert_eq!(spec.name.as_deref(), Some("auth0-to-cognito"));
    let [sdk, shape] = spec.rules.as_slice() else {
        panic!("{spec:?}");
    };
    assert_eq!((sdk.severity, sdk.at), (Severity::Critical, at(4, 1)));
    assert_eq!(texts(&sdk.scope.exclude), ["src/legacy/**"]);
    assert!(sdk.all && sdk.each_file && sdk.matches.case && !sdk.expects.case);
    assert_eq!(sdk.matches.identifiers[0].at, at(10, 26));
    assert_eq!(texts(&sdk.matches.expressions), [r"/auth0\.com/"]);
    assert_eq!(sdk.expects.identifiers[0].at, at(11, 26));
    assert_eq!(
        (shape.id.as_str(), shape.severity),
        ("404", Severity::Medium)
    );
    assert_eq!(shape.matches.structure[0].language, Language::Rust);
    assert_eq!(shape.matches.structure[0].pattern.at, at(15, 48));
}

#[test]
fn a_file_of_another_tool_is_taken_as_it_is() {
    let (spec, warnings) = read(SpecForm::Yaml, YAML).unwrap();
    assert_eq!(warnings, []);
    assert_eq!(spec.name.as_deref(), Some("store_columns"));
    let [old, renamed, seen] = spec.rules.as_slice() else {
        panic!("{spec:?}");
    };
    assert_eq!((old.severity, old.at), (Severity::Critical, at(12, 5)));
    assert_eq!(
        texts(&old.matches.identifiers),
        ["product.price", "product.sku", "handleAdd = () => {}"]
    );
    let places: Vec<At> = old.matches.identifiers.iter().map(|term| term.at).collect();
    assert_eq!(places, [at(18, 11), at(19, 11), at(20, 11)]);
    assert_eq!(
        texts(&old.matches.expressions),
        [r"/.*\.product\.id/", "plain"]
    );
    assert_eq!(
        texts(&old.expects.identifiers),
        ["variant.price", "null", "404", "yes"]
    );
    assert_eq!(texts(&old.scope.include), ["src/", "frontend/**"]);
    assert_eq!(old.guidance.as_deref(), Some("Read the variant's columns."));
    assert_eq!(texts(&seen.expects.expressions), ["it's"]);
    assert_eq!(
        texts(&renamed.matches.identifiers)[2..],
        [
            "User.find",
            "from .models import User",
            "from utils import *"
        ]
    );
    assert_eq!(
        texts(&renamed.matches.expressions),
        [
            "product_variant?: { product: Product }",
            "a: b",
            "X-API-Old",
            "\"",
            "'"
        ]
    );
    assert!(seen.matches.is_empty() && !seen.all && !seen.each_file);
}

#[test]
fn both_forms_say_the_same() {
    let toml = toml(
        "name = 'a'\ncase = true\n[[rule]]\nid = 'x'\nmatch = { calls = 'f', case = false }\nexpect = { files = ['a'] }",
    );
    let yaml = yaml(
        "name: a\ncase: true\nrules:\n  - {id: x, match: {calls: f, case: no}, requires: {files: [a]}}",
    );
    assert!(toml.rules[0].expects.case && !toml.rules[0].matches.case);
    let without_place = |mut spec: Spec| {
        spec.rules[0].at = At::default();
        spec
    };
    assert_eq!(without_place(toml), without_place(yaml));
}

#[test]
fn every_error_is_told_at_its_place() {
    let text = r#"nmae = "x"
[[rule]]
id = "a"
severity = "hihg"
match = { identifers = ["x"], calls = [1, ["y"]] }
identifiers = "z"
[[rule]]
id = "a"
expect_not = { calls = ["y"] }
requires = { calls = "x" }
expect = { calls = "x", all = "yes" }
[[rule]]
match.structure = { language = "rusty", pattern = "" }
scope = "src"
"#;
    assert_eq!(
        told(SpecForm::Toml, text),
        "1:1: unknown key 'nmae' in a specification: did you mean 'name'?\n\
         4:12: unknown severity 'hihg': did you mean 'high'?\n\
         5:11: unknown key 'identifers' in match: did you mean 'identifiers'?\n\
         5:40: a number where the pattern in 'calls' is a text: put it in quotes\n\
         5:43: a list where the pattern in 'calls' is a text: put it in quotes\n\
         6:1: unknown key 'identifiers' in a rule: it belongs in match or expect\n\
         7:1: the rule 'a' is there already, in line 2\n\
         9:1: unknown key 'expect_not' in a rule: what must not be there belongs in 'match'\n\
         11:1: 'expect' says the same as 'requires', which is there already\n\
         12:1: a rule without 'id'\n\
         13:32: unknown language 'rusty': did you mean 'rust'?\n\
         14:9: a text where scope is a table with keys such as include, exclude\n"
    );
}

#[test]
fn what_toml_does_not_allow_is_told_with_the_rest() {
    let text = "name = \n[[rule]]\nid = 'a'\nid = 'b'\nseverty = 'low'\nmatch.calls = ['x' 'y']\n";
    assert_eq!(
        told(SpecForm::Toml, text),
        "1:8: string values must be quoted, expected literal string\n\
         4:1: duplicate key\n\
         5:1: unknown key 'severty' in a rule: did you mean 'severity'?\n\
         6:20: missing comma between array elements, expected `,`\n"
    );
}

#[test]
fn what_yaml_may_not_have_is_told() {
    let text = "name: &n x\ndescription: *n\nname: !!python/object:os.system x\n<<: {a: b}\n? [a]\n: b\nrules:\n\
                - id: a\n  match: {calls: [x], calls: [y]}\n---\nb: c\n";
    assert_eq!(
        told(SpecForm::Yaml, text),
        "1:7: an anchor: a specification says what it means in place\n\
         2:14: an alias: a specification says what it means in place\n\
         3:1: the key 'name' is there already, in line 1\n\
         3:7: the tag !!python/object:os.system is not one of YAML's own\n\
         4:1: a merge key: a specification says what it means in place\n\
         5:3: a key is a text\n\
         9:23: the key 'calls' is there already, in line 9\n\
         10:1: a second document: a specification is one\n"
    );
}

#[test]
fn what_cannot_be_parsed_is_told_where_it_is() {
    for (text, told_so) in [
        (
            "rules:\n\t- id: a\n",
            "2:2: tabs disallowed within this context (block indentation)\n",
        ),
        (
            "rules:\n  - id: \"a\n",
            "2:9: while scanning a quoted scalar, found unexpected end of stream\n",
        ),
        (
            "rules: [a, b",
            "1:13: while parsing a flow sequence, expected ',' or ']'\n",
        ),
        ("rules:\n  - id: @a\n", "2:9: unexpected character: `@'\n"),
        (
            "severty: low\nrules:\n  - id: a\n   match: b\n",
            "1:1: unknown key 'severty' in a specification: 'severity' belongs in a rule\n\
             4:4: while parsing a block collection, did not find expected '-' indicator\n",
        ),
        ("", "1:1: there are no rules\n"),
        (
            "- a\n",
            "1:1: a list where a specification is a table with keys such as name, description, rules\n",
        ),
        (
            "rules:\n- id: a: b\n",
            "2:8: mapping values are not allowed in this context\n",
        ),
        (
            "name: *b",
            "1:7: while parsing node, found unknown anchor\n",
        ),
    ] {
        assert_eq!(told(SpecForm::Yaml, text), told_so, "{text}");
    }
}

#[test]
fn a_text_is_within_its_limits() {
    let long = "x".repeat(201);
    let rule = |id: &str, description: &str| {
        format!(
            "[[rule]]\nid = '{id}'\ndescription = \"\"\"{description}\"\"\"\nmatch.calls = 'x'\n"
        )
    };
    assert_eq!(
        told(SpecForm::Toml, &rule(&long, &"y ".repeat(40_000))),
        "2:6: the id has 201 characters; the limit is 200\n\
         3:15: the description has 79999 bytes; the limit is 65536\n"
    );
    assert_eq!(
        told(SpecForm::Toml, &rule("a\u{1b}b", "c\\u0007")),
        "2:8: the control character U+001B\n"
    );
    assert_eq!(
        told(SpecForm::Toml, &rule("a", "c\\u0007")),
        "3:15: the description has the control character U+0007\n"
    );
    let many: String = (0..501).map(|n| rule(&n.to_string(), "")).collect();
    assert_eq!(
        told(SpecForm::Toml, &many),
        "1:1: 501 rules; the limit is 500\n"
    );
    assert_eq!(
        told(SpecForm::Yaml, &"#\n".repeat(150_000)),
        "1:1: 300000 bytes; the limit is 262144\n"
    );
    assert_eq!(decode(b"a\n\xc3\xa9\xff").unwrap_err().at, at(2, 2));
}

#[test]
fn what_may_not_be_meant_is_doubted() {
    let text = "rules:\n- id: a\n  each_file: true\n  match: {calls: \"x\u{200b}y\"}\n";
    let (_, warnings) = read(SpecForm::Yaml, text).unwrap();
    let told: Vec<_> = warnings
        .iter()
        .map(|one| (one.at, one.cause.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            (
                at(2, 3),
                "rule 'a' has 'each_file', but nothing in 'expect' that it is about"
            ),
            (
                at(4, 18),
                "the pattern in 'calls' has the character U+200B, which does not show"
            ),
        ]
    );
}

#[test]
fn a_form_is_told_by_the_name_or_the_look() {
    let form = |path: &str, text: &str| form_of(Path::new(path), text);
    assert_eq!(form("a/b.YML", ""), Some(SpecForm::Yaml));
    assert_eq!(form("b.yaml", "a = 1"), Some(SpecForm::Yaml));
    assert_eq!(form("b.toml", ""), Some(SpecForm::Toml));
    assert_eq!(form("b.json", ""), None);
    for (text, looks) in [
        ("# a: b\n\nname = 'a: b'\n", Some(SpecForm::Toml)),
        ("[[rule]]\n", Some(SpecForm::Toml)),
        ("---\nname: a = b\n", Some(SpecForm::Yaml)),
        ("name: a = b\n", Some(SpecForm::Yaml)),
        ("words\n", None),
    ] {
        assert_eq!(form("-", text), looks, "{text}");
    }
}

#[test]
fn a_mark_in_front_and_ends_of_lines_of_elsewhere_do_not_matter() {
    for (form, text) in [(SpecForm::Toml, TOML), (SpecForm::Yaml, YAML)] {
        let elsewhere = format!("\u{feff}{}", text.replace('\n', "\r\n"));
        assert_eq!(read(form, &elsewhere), read(form, text));
    }
}

#[test]
fn a_pattern_stands_where_it_begins() {
    let text = "rules:\n- id: a\n  match:\n    calls:\n    - |\n      one\n    -   two\n      three\n    - !!str 4\n    expressions: [ 'a',\n      é, \"b\" ]\n";
    let matches = &yaml(text).rules[0].matches;
    let places = |terms: &[Term]| -> Vec<(String, At)> {
        terms
            .iter()
            .map(|term| (term.text.clone(), term.at))
            .collect()
    };
    assert_eq!(
        places(&matches.calls),
        [
            ("one".to_owned(), at(6, 7)),
            ("two three".to_owned(), at(7, 9)),
            ("4".to_owned(), at(9, 7)),
        ]
    );
    assert_eq!(
        places(&matches.expressions),
        [
            ("a".to_owned(), at(10, 20)),
            ("é".to_owned(), at(11, 7)),
            ("b".to_owned(), at(11, 10)),
        ]
    );
    let text = "[[rule]]\nid = 'a'\nmatch.calls = [\n  # é\n  'a', \"\"\"\nb\"\"\",\n]\n";
    let matches = &toml(text).rules[0].matches;
    assert_eq!(
        places(&matches.calls),
        [("a".to_owned(), at(5, 3)), ("b".to_owned(), at(5, 8))]
    );
}

#[test]
fn a_tab_in_front_is_no_empty_text() {
    for (text, place) in [
        ("\tname: x\nrules: []\n", at(1, 1)),
        ("# a\n\n \trules:\n", at(3, 2)),
    ] {
        let problems = read(SpecForm::Yaml, text).unwrap_err();
        assert_eq!(problems[0].at, place);
        assert!(problems[0].cause.starts_with("a tab"), "{problems:?}");
    }
}
