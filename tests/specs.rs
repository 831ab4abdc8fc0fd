//! Specifications that nobody would write, or only somebody who means harm: they are told of, and
//! nothing stops or stalls.

use std::time::{Duration, Instant};

use git_plan::format::spec::read;
use git_plan::model::spec::{At, SpecForm};
use proptest::prelude::*;

const TOML: &str = include_str!("specimens/cognito.toml");
const YAML: &str = include_str!("specimens/columns.yaml");

/// The examples of the description of the format.
#[test]
fn what_is_described_is_read() {
    let text = include_str!("../schema/FORMAT.md");
    let section = text.split("\n## A specification\n").nth(1).unwrap();
    let section = section.split("\n## ").next().unwrap();
    for (form, fence) in [(SpecForm::Toml, "```toml\n"), (SpecForm::Yaml, "```yaml\n")] {
        let example = section.split(fence).nth(1).unwrap();
        let example = example.split("```").next().unwrap();
        let (spec, warnings) = read(form, example).unwrap();
        assert_eq!(spec.name.as_deref(), Some("auth0-to-cognito"));
        assert_eq!(warnings, []);
    }
}

/// The schema, which is for editors, takes what the reader takes.
#[test]
fn the_schema_takes_what_is_read() {
    let schema = include_str!("../schema/file/spec.schema.json");
    let schema = serde_json::from_str(schema).unwrap();
    let schema = jsonschema::validator_for(&schema).unwrap();
    let as_json = |text: &str| toml::from_str::<serde_json::Value>(text).unwrap();
    assert!(schema.is_valid(&as_json(TOML)));
    for (from, to) in [
        ("match", "matches"),
        ("critical", "worst"),
        ("id = 404", ""),
    ] {
        assert!(!schema.is_valid(&as_json(&TOML.replace(from, to))), "{to}");
        assert!(
            read(SpecForm::Toml, &TOML.replace(from, to)).is_err(),
            "{to}"
        );
    }
}

/// Reads a text in both forms. Whatever is told is told of a place within the text.
fn is_read(text: &str) {
    let lines = text
        .matches(['\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
        .count()
        + 1;
    for form in [SpecForm::Toml, SpecForm::Yaml] {
        let told = match read(form, text) {
            Ok((spec, warnings)) => {
                assert!(!spec.rules.is_empty());
                warnings
            }
            Err(problems) => {
                assert!(!problems.is_empty());
                problems
            }
        };
        for problem in told {
            let At { line, column } = problem.at;
            let is_within = (1..=lines).contains(&(line as usize)) && column >= 1;
            assert!(is_within, "{form:?} {text:?}: {problem:?}");
        }
    }
}

/// A size that fills what is allowed.
const FULL: usize = 260_000;

#[test]
fn texts_that_are_made_to_be_slow_or_deep_are_not() {
    let repeated = |piece: &str| piece.repeat(FULL / piece.len());
    let nested = |piece: &str| format!("name: {}", repeated(piece));
    for text in [
        repeated("["),
        repeated("{"),
        repeated("{a: "),
        repeated("- "),
        repeated("? "),
        repeated("["),
        format!("{}: a", repeated("k")),
        format!("{} = 1", repeated("k")),
        format!("rules: [{{id: a, severity: {}}}]", repeated("k")),
        format!("name: !{} a", repeated("k")),
        nested("["),
        nested("[["),
        nested("{a: ["),
        repeated("a.") + "b = 1",
        format!("[{}b]", repeated("a.")),
        format!("a = {}", repeated("[")),
        format!("a = {}", repeated("{a = ")),
        repeated("[[rule]]\n"),
        repeated("[[rule]]\nid = 'a'\n"),
        repeated("a = 1\n"),
        repeated("a: 1\n"),
        repeated("- a\n"),
        repeated("a:\n"),
        repeated("\n"),
        repeated(" "),
        repeated("\t"),
        repeated("#"),
        repeated("'"),
        repeated("\""),
        repeated("\\"),
        repeated("&a "),
        repeated("*a "),
        repeated("!a "),
        repeated("%"),
        repeated("---\n"),
        repeated("...\n"),
        repeated("|\n"),
        repeated(": "),
        repeated(":"),
        repeated(","),
        repeated("é"),
        format!("rules: [{}]", repeated("a, ")),
        format!(
            "rules: [{{id: a, match: {{calls: [{}]}}}}]",
            repeated("a, ")
        ),
        format!("rules: [{}]", repeated("{id: a, match: {calls: [b]}}, ")),
        format!("rule = [{}]", repeated("{id='a',match.calls='b'}, ")),
        format!("a: \"{}\"", repeated("x")),
        format!("a: \"{}\"", repeated("\\u00e9")),
        format!("a: >\n{}", repeated("  x\n\n")),
        format!("a: {}", repeated("x y\n  ")),
        (0..20_000).map(|n| format!("k{n}: v\n")).collect(),
        (0..20_000)
            .map(|n| format!("{:>1$}- a\n", "", n % 100))
            .collect(),
        (0..700).map(|n| format!("{:>1$}a:\n", "", n)).collect(),
    ] {
        let begin = Instant::now();
        is_read(&text);
        let start: String = text.chars().take(40).collect();
        assert!(begin.elapsed() < Duration::from_secs(20), "{start}");
    }
}

#[test]
fn aliases_do_not_multiply() {
    let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for n in 1..40 {
        let line = format!("a{n}: &a{n} [{}]\n", format!("*a{}, ", n - 1).repeat(9));
        text.push_str(&line);
    }
    is_read(&text);
}

/// Pieces that mean something to one of the parsers.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec![
            "rules:", "rule", "[[rule]]", "id", "match", "expect", "calls", "scope", " ", "  ", "\n",
            "\n  ", "\n- ", ": ", "- ", "? ", " = ", "[", "]", "{", "}", ", ", "'", "\"", "\"\"\"",
            "'''", "&a ", "*a", "!!str ", "! ", "!<x> ", "---", "...", "\n---\n", "\n...\n", "%YAML 1.2\n", "%TAG ! x\n",
            "|", ">", "|2-\n", ">+\n", "# c", "\\", "\\u", "\\x4", "\t", "\r", "\r\n", "~", "null", "<<", "é", "\u{feff}",
            "\u{2028}", "\u{85}", "x", "1.0", "true", "/a/", "@", "`", ":",
        ]).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
    ]
}

proptest! {
    #[test]
    fn any_text_is_read(pieces in prop::collection::vec(piece(), 0..40)) {
        is_read(&pieces.concat());
    }

    #[test]
    fn any_damage_is_told(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..4, piece()), 1..4),
        is_yaml in any::<bool>(),
    ) {
        let text = if is_yaml { YAML } else { TOML };
        let mut text: Vec<char> = text.chars().collect();
        for (place, length, piece) in cuts {
            let start = place.index(text.len());
            let end = (start + length).min(text.len());
            text.splice(start..end, piece.chars());
        }
        is_read(&text.into_iter().collect::<String>());
    }
}
