//! Specifications in two states: what asks for less is told rule by rule, everything else as a text in
//! which lines went and came.

use git_plan::format::text;
use git_plan::model::spec::{SpecForm, SpecText};
use git_plan::model::{Record, RecordKind, Time};
use git_plan::review::recorded;
use git_plan::store::weakened;
use serde_json::Value;

use crate::sandbox::{Run, Sandbox};
use crate::world::{by_hand, changes, class, diff, json, tip};

const PATH: &str = ".plans/demo-plan/specs/cognito.toml";
const YAML: &str = ".plans/demo-plan/specs/cognito.yaml";

const SPEC: &str = r#"# why it is there
name = "cognito"

[[rule]]
id = "sdk"
description = "Auth0 is gone"
severity = "high"
guidance = "Use the new client"
scope = { include = ["src/**", "lib/**"] }
match = { identifiers = ["Auth0Client", "auth0"], expressions = ["/auth0\\.com/"] }

[[rule]]
id = "new"
expect = { calls = ["signIn"], identifiers = ["CognitoClient"], all = true, each_file = true }

[[rule]]
id = "docs"
scope = { exclude = ["old"] }
expect = { files = ["docs/cognito.md"] }
"#;

/// A plan with that specification.
fn with_spec() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.store_by_hand(&[(PATH, Some(SPEC))]);
    sandbox
}

/// An exchange of words, what it weakens, and what it comes to.
const ROWS: [(&str, &str, &str, &str); 11] = [
    (
        "\"Auth0Client\", \"auth0\"",
        "\"Auth0Client\"",
        "sdk",
        "no longer looked for: identifiers auth0",
    ),
    (
        ", expressions = [\"/auth0\\\\.com/\"] }",
        " }",
        "sdk",
        "no longer looked for: expressions /auth0\\.com/",
    ),
    (
        "id = \"sdk\"",
        "id = \"sdk\"\ncase = true",
        "sdk",
        "found only where letters are the same in case",
    ),
    (
        ", \"lib/**\"",
        "",
        "sdk",
        "its scope is narrower: no longer in lib/**",
    ),
    (
        "\"lib/**\"]",
        "\"lib/**\"], exclude = [\"src/old\"]",
        "sdk",
        "its scope is narrower: not in src/old",
    ),
    (
        "calls = [\"signIn\"], ",
        "",
        "new",
        "no longer expected: calls signIn",
    ),
    (
        ", all = true",
        "",
        "new",
        "any one of what is expected is enough",
    ),
    (
        ", each_file = true",
        "",
        "new",
        "no longer expected of each file",
    ),
    (
        "[\"docs/cognito.md\"]",
        "[\"docs/cognito.md\", \"README.md\"]",
        "docs",
        "enough instead: files README.md",
    ),
    (
        "scope = { exclude = [\"old\"] }\n",
        "",
        "docs",
        "what is expected may be in other files",
    ),
    (
        "[[rule]]\nid = \"docs\"\nscope = { exclude = [\"old\"] }\nexpect = { files = [\"docs/cognito.md\"] }\n",
        "",
        "docs",
        "removed",
    ),
];

#[track_caller]
fn leads(sandbox: &Sandbox, base: &str, what: &str, why: &str) -> Value {
    let text = diff(sandbox, base);
    assert_eq!(
        class(&text, "Weakened")[0],
        format!("  ! {what}: {why}"),
        "{text}"
    );
    let first = changes(sandbox, base).swap_remove(0);
    assert_eq!(first["severity"], "weakening");
    first
}

#[test]
fn each_way_to_ask_for_less_leads_and_nobody_said_why() {
    for (from, to, rule, why) in ROWS {
        let sandbox = with_spec();
        let base = tip(&sandbox);
        by_hand(&sandbox, PATH, from, to);
        let change = leads(&sandbox, &base, &format!("rule cognito/{rule}"), why);
        assert_eq!(change["entity"], "rule");
        assert_eq!(change["recorded"], serde_json::json!([]));
        let text = diff(&sandbox, &base);
        assert!(text.contains("      no record says why"), "{text}");
        assert_eq!(class(&text, "Changed")[0], "  ~ specification cognito");
    }
}

/// The record that a command would have made of a weakening.
fn record(id: &str, old: &str, new: Option<&str>) -> (String, String) {
    let spec = |text: &str| SpecText {
        name: "cognito".parse().unwrap(),
        form: SpecForm::Toml,
        text: text.to_owned(),
    };
    let weakening = weakened::of_spec(Some(&spec(old)), new.map(spec).as_ref()).unwrap();
    let plan = "demo-plan".parse().unwrap();
    let id = format!("{id:0<10}");
    let who = "Ada <ada@example.org>";
    let mut record = Record::new(id.parse().unwrap(), &plan, RecordKind::Change, who, Time(0));
    recorded::fill(&mut record, &weakening);
    record.note = Some("we agreed".to_owned());
    let path = format!(".plans/demo-plan/evidence/{}/{id}.toml", &id[..2]);
    (path, text::record(&record).unwrap())
}

#[test]
fn a_record_accounts_for_it_also_where_more_is_asked_for_besides() {
    let (from, to, rule, why) = ROWS[0];
    let sandbox = with_spec();
    let base = tip(&sandbox);
    let weaker = SPEC.replace(from, to);
    let (path, text) = record("1", SPEC, Some(&weaker));
    let stricter = weaker.replace("\"Auth0Client\"", "\"Auth0Client\", \"other\"");
    let stricter = stricter.replace("# why it is there\n", "");
    sandbox.store_by_hand(&[(PATH, Some(&stricter)), (&path, Some(&text))]);
    let change = leads(&sandbox, &base, &format!("rule cognito/{rule}"), why);
    assert_eq!(change["recorded"][0]["reason"], "we agreed");
}

/// What a record is too small for is told by its digest.
#[test]
fn a_record_of_a_large_one_accounts_for_exactly_that() {
    let terms: Vec<String> = (0..900)
        .map(|n| format!("\"a_rather_long_name_{n:04}\""))
        .collect();
    let long = SPEC.replace("\"auth0\"]", &format!("{}]", terms.join(", ")));
    let weaker = long.replace("\"Auth0Client\", ", "");
    let sandbox = Sandbox::with_plan();
    sandbox.store_by_hand(&[(PATH, Some(&long))]);
    let base = tip(&sandbox);
    let (path, text) = record("1", &long, Some(&weaker));
    assert!(text.len() < 4_000, "{text}");
    sandbox.store_by_hand(&[(PATH, Some(&weaker)), (&path, Some(&text))]);
    let why = "no longer looked for: identifiers Auth0Client";
    let change = leads(&sandbox, &base, "rule cognito/sdk", why);
    assert_eq!(change["recorded"][0]["reason"], "we agreed");
}

#[test]
fn one_that_goes_leads_and_so_does_one_that_cannot_be_read_any_more() {
    let sandbox = with_spec();
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(PATH, None)]);
    leads(&sandbox, &base, "specification cognito", "removed");
    let (path, text) = record("1", SPEC, None);
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    let change = leads(&sandbox, &base, "specification cognito", "removed");
    assert_eq!(change["recorded"][0]["reason"], "we agreed");

    let sandbox = with_spec();
    let base = tip(&sandbox);
    by_hand(&sandbox, PATH, "severity = \"high\"", "severity = \"hihg\"");
    let why = "it cannot be read: unknown severity 'hihg': did you mean 'high'? (line 7)";
    leads(&sandbox, &base, "specification cognito", why);
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(PATH, Some(SPEC))]);
    let why = why.replace("it cannot", "before, it could not");
    leads(&sandbox, &base, "specification cognito", &why);
}

#[test]
fn what_asks_for_no_less_is_told_as_its_text() {
    for (from, to) in [
        ("# why it is there\n", "# another reason\n"),
        ("\"high\"", "\"low\""),
        ("Auth0 is gone", "Nothing of Auth0 is left"),
        ("\"Auth0Client\"", "\"Auth0Client\", \"Auth0\""),
        (", \"lib/**\"]", ", \"lib/**\", \"tests/**\"]"),
        ("[\"signIn\"]", "[\"signIn\", \"signOut\"]"),
        ("id = \"sdk\"", "id = \"library\""),
        ("exclude = [\"old\"]", "exclude = [\"old\", \"vendor\"]"),
        ("match =", "match  ="),
    ] {
        let sandbox = with_spec();
        let base = tip(&sandbox);
        by_hand(&sandbox, PATH, from, to);
        let text = diff(&sandbox, &base);
        assert_eq!(json(&sandbox, &base)["summary"]["weakened"], 0, "{text}");
        assert_eq!(class(&text, "Changed")[0], "  ~ specification cognito");
        let line = to.lines().next().unwrap();
        assert!(text.contains(line), "{line}: {text}");
    }
}

#[test]
fn a_rule_that_comes_is_told_with_what_it_asks_for() {
    let sandbox = with_spec();
    let base = tip(&sandbox);
    sandbox.change_by_hand(PATH, |text| {
        format!("{text}\n[[rule]]\nid = \"own\"\nmatch.imports = \"auth0\"\n")
    });
    let text = diff(&sandbox, &base);
    let added = class(&text, "Added");
    assert_eq!(added[0], "  + rule cognito/own", "{text}");
    assert!(added[1].contains("imports auth0"), "{text}");
    assert_eq!(json(&sandbox, &base)["summary"]["weakened"], 0);
}

#[test]
fn one_that_comes_is_told_and_what_is_wrong_with_it() {
    let sandbox = Sandbox::with_plan();
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(PATH, Some(SPEC))]);
    let text = diff(&sandbox, &base);
    assert_eq!(class(&text, "Added")[0], "  + specification cognito");
    assert!(text.contains("Auth0Client"), "{text}");
    let sandbox = Sandbox::with_plan();
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(PATH, Some("rule = 1\n"))]);
    let text = diff(&sandbox, &base);
    assert!(text.contains("→ it cannot be read: "), "{text}");
}

#[test]
fn another_form_of_the_same_is_no_weakening_and_of_less_is() {
    let as_yaml = |more: &str| {
        format!(
            "rules:\n- id: sdk\n  scope: {{include: [src/**, lib/**]}}\n  match:\n    identifiers: [Auth0Client{more}]\n    \
             expressions: ['/auth0\\.com/']\n- id: new\n  expect: {{calls: signIn, identifiers: CognitoClient, all: yes, \
             each_file: yes}}\n- id: docs\n  scope: {{exclude: old}}\n  expect: {{files: docs/cognito.md}}\n"
        )
    };
    let sandbox = with_spec();
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(PATH, None), (YAML, Some(&as_yaml(", auth0")))]);
    let text = diff(&sandbox, &base);
    assert_eq!(class(&text, "Changed")[0], "  ~ specification cognito");
    assert_eq!(json(&sandbox, &base)["summary"]["weakened"], 0, "{text}");
    assert_eq!(json(&sandbox, &base)["summary"]["removed"], 0, "{text}");
    sandbox.store_by_hand(&[(YAML, Some(&as_yaml("")))]);
    let why = "no longer looked for: identifiers auth0";
    leads(&sandbox, &base, "rule cognito/sdk", why);
}

#[test]
fn one_of_two_files_of_a_name_does_not_hide_the_other() {
    let sandbox = Sandbox::with_plan();
    sandbox.store_by_hand(&[(YAML, Some("rules: [{id: a, match: {calls: b}}]\n"))]);
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(PATH, Some(SPEC))]);
    let why = "another file has the specification of that name";
    leads(&sandbox, &base, "specification cognito", why);
}

#[test]
fn a_task_that_is_verified_by_less_leads() {
    let sandbox = with_spec();
    sandbox.plan(&["add-task", "Move"]).ok();
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| format!("{text}specs = [\"cognito\"]\n"));
    let base = tip(&sandbox);
    by_hand(&sandbox, &path, "specs = [\"cognito\"]\n", "");
    let why = "no longer verified by: cognito";
    let change = leads(&sandbox, &base, "task 1 \"Move\"", why);
    assert_eq!(change["key"], "specs");
    assert_eq!(json(&sandbox, &base)["summary"]["changed"], 0);
}

#[test]
fn who_is_verified_by_less_is_told() {
    let sandbox = with_spec();
    sandbox.plan(&["add-task", "Move"]).ok();
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| format!("{text}specs = [\"cognito\"]\n"));
    let base = tip(&sandbox);
    by_hand(&sandbox, PATH, ROWS[0].0, ROWS[0].1);
    let text = diff(&sandbox, &base);
    assert!(text.contains("→ verified by it: task 1"), "{text}");
}

/// Replaces the specification by a command, as it would be done from a file.
fn replace(sandbox: &Sandbox, text: &str, reason: &[&str]) -> Run {
    sandbox.write("cognito.toml", text);
    sandbox.plan(&[&["add-spec", "cognito.toml", "--replace"], reason].concat())
}

#[test]
fn each_way_to_ask_for_less_by_a_command_takes_a_reason() {
    for (from, to, rule, why) in ROWS {
        let sandbox = with_spec();
        let base = tip(&sandbox);
        let weaker = SPEC.replacen(from, to, 1);
        let told = replace(&sandbox, &weaker, &[]).fails(2);
        let asked = format!("which takes a reason: spec cognito (rule {rule}: {why})");
        assert!(told.contains(&asked), "{told}");
        assert_eq!(tip(&sandbox), base);
        replace(&sandbox, &weaker, &["--reason", "we agreed"]).ok();
        let change = leads(&sandbox, &base, &format!("rule cognito/{rule}"), why);
        assert_eq!(change["recorded"][0]["reason"], "we agreed");
        let text = diff(&sandbox, &base);
        let said = "      recorded by Ada <ada@example.org>: we agreed";
        assert!(class(&text, "Weakened").contains(&said), "{text}");
    }
}

#[test]
fn asking_for_no_less_by_a_command_takes_none() {
    let sandbox = with_spec();
    let base = tip(&sandbox);
    let stricter = SPEC.replace("\"auth0\"", "\"auth0\", \"Auth0Lock\"");
    replace(&sandbox, &stricter.replace("# why", "# still why"), &[]).ok();
    let found = json(&sandbox, &base);
    assert_eq!(found["summary"]["weakened"], 0, "{found}");
}

#[test]
fn removing_one_and_taking_it_from_a_task_by_a_command_takes_a_reason() {
    let sandbox = with_spec();
    sandbox
        .plan(&["add-task", "Move", "--spec", "cognito"])
        .ok();
    let base = tip(&sandbox);
    let off = ["update-task", "1", "--no-spec", "cognito"];
    let told = sandbox.plan(&off).fails(2);
    assert!(told.contains("no longer verified by: cognito"), "{told}");
    sandbox
        .plan(&[&off[..], &["--reason", "another has it"]].concat())
        .ok();
    let why = "no longer verified by: cognito";
    let change = leads(&sandbox, &base, "task 1 \"Move\"", why);
    assert_eq!(change["recorded"][0]["reason"], "another has it");
    let base = tip(&sandbox);
    sandbox.plan(&["remove-spec", "cognito"]).fails(2);
    sandbox
        .plan(&["remove-spec", "cognito", "--reason", "over"])
        .ok();
    let change = leads(&sandbox, &base, "specification cognito", "removed");
    assert_eq!(change["recorded"][0]["reason"], "over");
}

#[test]
fn an_undo_brings_it_back_and_takes_the_reason_back() {
    let weaker = SPEC.replacen(ROWS[0].0, ROWS[0].1, 1);
    let as_yaml = "rules: [{id: sdk, match: {identifiers: auth0}}]\n";
    let sandbox = with_spec();
    sandbox
        .plan(&["add-task", "Move", "--spec", "cognito"])
        .ok();
    let base = tip(&sandbox);
    replace(&sandbox, &weaker, &["--reason", "we agreed"]).ok();
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sandbox.stored(PATH), SPEC);
    assert_eq!(json(&sandbox, &base)["summary"]["weakened"], 0);

    sandbox.write("cognito.yaml", as_yaml);
    let words = [
        "add-spec",
        "cognito.yaml",
        "--replace",
        "--reason",
        "shorter",
    ];
    sandbox.plan(&words).ok();
    assert_eq!(sandbox.stored(YAML), as_yaml);
    assert!(
        !sandbox
            .git(&["ls-tree", "-r", "--name-only", "git-plan"])
            .contains(PATH)
    );
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sandbox.stored(PATH), SPEC);
    assert!(
        !sandbox
            .git(&["ls-tree", "-r", "--name-only", "git-plan"])
            .contains(YAML)
    );

    sandbox.write("other.toml", SPEC.replace("\"cognito\"", "\"other\""));
    sandbox.plan(&["add-spec", "other.toml"]).ok();
    let base = tip(&sandbox);
    sandbox
        .plan(&["remove-spec", "other", "--reason", "twice"])
        .ok();
    sandbox.plan(&["undo"]).ok();
    let found = json(&sandbox, &base);
    assert_eq!(found["summary"]["weakened"], 0, "{found}");
}

#[test]
fn the_log_says_in_a_line_what_became_of_it() {
    let sandbox = Sandbox::with_plan();
    let last = || {
        let log = sandbox.plan(&["log", "-n", "1", "--json"]).json();
        let changed = log["data"][0]["changed"].as_str().unwrap();
        changed.strip_prefix("demo-plan: ").unwrap().to_owned()
    };
    replace(&sandbox, SPEC, &[]).ok();
    assert_eq!(last(), "added specification cognito");
    let stricter = SPEC.replace("\"auth0\"", "\"auth0\", \"Auth0Lock\"");
    replace(&sandbox, &stricter, &[]).ok();
    assert_eq!(last(), "specification cognito: text rewritten");
    replace(&sandbox, SPEC, &["--reason", "back"]).ok();
    let why = "no longer looked for: identifiers Auth0Lock";
    assert_eq!(
        last(),
        format!("weakened rule cognito/sdk: {why} (+2 more)")
    );
    let remove = ["remove-spec", "cognito", "--reason", "over"];
    sandbox.plan(&remove).ok();
    assert_eq!(last(), "weakened specification cognito: removed (+1 more)");
}
