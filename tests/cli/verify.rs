//! Specifications from outside: added, carried by tasks, held to the code, and what follows.

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

/// No Auth0 left, Cognito in its place.
const SPEC: &str = r#"name = "auth0-to-cognito"
description = "No Auth0 left; Cognito in its place"

[[rule]]
id = "sdk"
description = "Auth0 SDK is gone"
severity = "critical"
guidance = "Use auth::cognito::Client"
scope = { include = ["src/**"], exclude = ["src/legacy/**"] }
match = { identifiers = ["Auth0Client"], expressions = ["/auth0\\.com/"] }
expect = { identifiers = ["CognitoClient"] }
"#;

const CLEAN: &str = "use auth::CognitoClient;\n\npub fn login() {\n    CognitoClient::new();\n}\n";
const BROKEN: &str = "// Auth0Client was here\nfn login() {\n    let host = \"https://x.auth0.com\";\n    Auth0Client::new(host);\n}\n";

/// A plan with a task that carries the specification, and code that breaks it.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.write("src/login.rs", BROKEN);
    sandbox.write("spec.toml", SPEC);
    sandbox.commit_all("code");
    let add = ["add-task", "Move to Cognito", "--spec", "spec.toml"];
    sandbox.plan(&add).ok();
    sandbox
}

/// The code as it is when the task is done.
fn mend(sandbox: &Sandbox) {
    sandbox.write("src/login.rs", CLEAN);
}

fn data(run: &Run) -> Value {
    run.json()["data"].clone()
}

/// `rule path:line:column kind` of each violation.
fn places(run: &Run) -> Vec<String> {
    let data = data(run);
    let all = data["violations"].as_array().unwrap();
    let one = |violation: &Value| {
        let word = |key: &str| match &violation[key] {
            Value::String(text) => text.clone(),
            Value::Null => "-".to_owned(),
            other => other.to_string(),
        };
        format!(
            "{} {}:{}:{} {}",
            word("rule"),
            word("path"),
            word("line"),
            word("column"),
            word("kind")
        )
    };
    all.iter().map(one).collect()
}

#[test]
fn violations_are_named_with_their_places_and_nothing_is_written() {
    let sandbox = sandbox();
    let before = (
        sandbox.git(&["for-each-ref"]),
        sandbox.git(&["count-objects", "-v"]),
    );
    let run = sandbox.plan(&["verify-task", "1", "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(
        places(&run),
        [
            "sdk -:-:- missing",
            "sdk src/login.rs:3:27 match",
            "sdk src/login.rs:4:5 match",
        ]
    );
    assert_eq!(data(&run)["regression"], json!(false));
    assert_eq!(data(&run)["violations"][1]["severity"], json!("critical"));
    let after = (
        sandbox.git(&["for-each-ref"]),
        sandbox.git(&["count-objects", "-v"]),
    );
    assert_eq!(before, after);
    let told = sandbox.plan(&["verify-task", "1"]).out;
    for part in [
        "sdk (critical): Auth0 SDK is gone",
        "src/login.rs:4:5",
        "»Auth0Client«::new(host);",
        "Use auth::cognito::Client",
        "3 violations of auth0-to-cognito (3 critical)",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_task_is_done_only_when_a_verification_proves_it() {
    let sandbox = sandbox();
    let told = sandbox.plan(&["done", "1"]).fails(1);
    assert!(told.contains("never verified"), "{told}");
    assert!(told.contains("git plan verify-task 1 --update"), "{told}");
    // By no other way either.
    let update = ["update-task", "1", "--status", "completed"];
    sandbox.plan(&update).fails(1);
    sandbox
        .plan_fed("{\"op\":\"done\",\"task\":\"1\"}\n", &["batch"])
        .fails(1);
    let run = sandbox.plan(&["verify-task", "1", "--update", "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert_eq!(data(&run)["task"]["status"], json!("pending"));
    assert!(data(&run)["record"].is_string());
    let told = sandbox.plan(&["done", "1"]).fails(1);
    assert!(told.contains("found violations"), "{told}");
    mend(&sandbox);
    let run = sandbox.plan(&["verify-task", "1", "--update", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(data(&run)["task"]["status"], json!("completed"));
    let shown = sandbox.plan(&["show", "1"]).ok();
    assert!(shown.contains("auth0-to-cognito (verified at"), "{shown}");
}

#[test]
fn evidence_is_bound_to_the_tree_and_to_what_the_specification_says() {
    let sandbox = sandbox();
    mend(&sandbox);
    let tree = sandbox.added_all(&sandbox.repo());
    let run = sandbox.plan(&["verify-task", "1", "--update", "--json"]);
    let id = data(&run)["record"].as_str().unwrap().to_owned();
    let path = format!(".plans/demo-plan/evidence/{}/{id}.toml", &id[..2]);
    let record = sandbox.stored(&path);
    assert!(record.contains(&format!("tree = \"{tree}\"")), "{record}");
    assert!(record.contains("result = \"pass\""), "{record}");
    // The specification asks for something else now.
    sandbox.write("spec.toml", SPEC.replace("Auth0Client", "Auth0Lock"));
    let replace = ["add-spec", "spec.toml", "--replace", "--reason", "renamed"];
    sandbox.plan(&replace).ok();
    let shown = sandbox.plan(&["show", "1"]).ok();
    assert!(
        shown.contains("changed since they were verified"),
        "{shown}"
    );
}

#[test]
fn a_regression_is_named_and_opens_the_task_again() {
    let sandbox = sandbox();
    mend(&sandbox);
    sandbox.plan(&["verify-task", "1", "--update"]).ok();
    sandbox.write("src/login.rs", BROKEN);
    let run = sandbox.plan(&["verify-task", "1"]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("regression"), "{run:?}");
    // Without --update it stays as it is.
    let shown = sandbox.plan(&["show", "1", "--json"]);
    assert_eq!(data(&shown)["status"], json!("completed"));
    let run = sandbox.plan(&["verify-task", "1", "--update", "--json"]);
    assert_eq!((run.code, &data(&run)["regression"]), (1, &json!(true)));
    let task = data(&run)["task"].clone();
    assert_eq!(task["status"], json!("pending"));
    assert!(task["reason"].as_str().unwrap().contains("regression"));
}

#[test]
fn a_cancelled_task_is_not_updated() {
    let sandbox = sandbox();
    mend(&sandbox);
    let cancel = ["update-task", "1", "--status", "cancelled", "--reason", "x"];
    sandbox.plan(&cancel).ok();
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.plan(&["verify-task", "1"]).ok();
    sandbox.plan(&["verify-task", "1", "--update"]).fails(1);
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
}

#[test]
fn the_working_tree_and_its_commit_give_the_same_answer() {
    let sandbox = sandbox();
    sandbox.write(".gitignore", "ignored.rs\n");
    sandbox.write("src/ignored.rs", "fn f() { Auth0Client::new(); }\n");
    sandbox.write("src/new.rs", "fn g() { Auth0Client::new(); }\n");
    sandbox.write("src/legacy/old.rs", "fn h() { Auth0Client::new(); }\n");
    let here = sandbox.plan(&["verify-task", "1", "--json"]);
    assert!(!places(&here).iter().any(|place| place.contains("ignored")));
    assert!(!places(&here).iter().any(|place| place.contains("legacy")));
    assert!(places(&here).contains(&"sdk src/new.rs:1:10 match".to_owned()));
    sandbox.commit_all("all");
    let there = sandbox.plan(&["verify-task", "1", "--at", "HEAD", "--json"]);
    assert_eq!(places(&here), places(&there));
    assert_eq!(data(&here)["files"], data(&there)["files"]);
    // An older commit, without anything checked out.
    let old = sandbox.plan(&["verify-task", "1", "--at", "HEAD~1", "--json"]);
    assert!(!places(&old).iter().any(|place| place.contains("new.rs")));
}

#[test]
fn a_bare_repository_is_looked_at_by_commit() {
    let sandbox = sandbox();
    sandbox.sh("git clone -q --bare . ../bare.git && git -C ../bare.git config plan.ref refs/heads/git-plan").ok();
    let bare = sandbox.root().join("bare.git");
    let told = sandbox.plan_in(&bare, &["verify-task", "1"]).fails(6);
    assert!(told.contains("--at REV"), "{told}");
    let run = sandbox.plan_in(&bare, &["verify-task", "1", "--at", "main", "--json"]);
    assert_eq!((run.code, places(&run).len()), (1, 3), "{run:?}");
}

#[test]
fn five_violations_of_a_rule_are_shown_and_all_on_request() {
    let sandbox = sandbox();
    let many = "fn f() { Auth0Client::new(); }\n".repeat(9);
    sandbox.write("src/many.rs", many);
    let told = sandbox.plan(&["verify-task", "1"]).out;
    assert_eq!(told.matches("src/").count(), 4, "{told}");
    assert!(told.contains("and 7 more; --all shows them"), "{told}");
    let told = sandbox.plan(&["verify-task", "1", "--all"]).out;
    assert_eq!(told.matches("src/many.rs").count(), 9, "{told}");
    let run = sandbox.plan(&["verify-task", "1", "--json"]);
    assert_eq!(places(&run).len(), 12);
}

#[test]
fn a_checkpoint_is_taken_of_what_was_verified() {
    let sandbox = sandbox();
    let names = |sandbox: &Sandbox| -> Vec<String> {
        let all = sandbox.checkpoints();
        all.iter()
            .map(|one| one["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let run = sandbox.plan(&["verify-task", "1", "--checkpoint"]);
    assert_eq!(run.code, 1, "{run:?}");
    sandbox.plan(&["verify-task", "1", "--checkpoint"]).fails(1);
    assert_eq!(names(&sandbox), ["task-1-failed", "task-1-failed-2"]);
    mend(&sandbox);
    let run = sandbox.plan(&["verify-task", "1", "--checkpoint", "--update", "--json"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(data(&run)["checkpoint"], json!("task-1-verified"));
    assert_eq!(data(&run)["task"]["status"], json!("completed"));
    let all = sandbox.checkpoints();
    assert_eq!(all[2]["tree"], json!(sandbox.added_all(&sandbox.repo())));
    let undo = sandbox.plan(&["undo"]);
    assert_eq!(undo.code, 0, "{undo:?}");
    let shown = sandbox.plan(&["show", "1", "--json"]);
    assert_eq!(data(&shown)["status"], json!("pending"));
}

#[test]
fn every_error_in_a_specification_is_found_when_it_is_added() {
    let sandbox = Sandbox::with_plan();
    let wrong = r#"name = "wrong"
colour = "red"

[[rule]]
id = "a"
severity = "worst"
match = { identifiers = ["/(/"], file = ["x"] }
scope = { include = ["src/[", "nothing/**"] }

[[rule]]
id = "a"
expect = { structure = { language = "cobol", pattern = "x" } }
"#;
    sandbox.write("wrong.toml", wrong);
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    let told = sandbox.plan(&["add-spec", "wrong.toml"]).fails(3);
    for part in [
        "wrong.toml:2:1: ",
        "wrong.toml:6:12: ",
        "wrong.toml:7:26: ",
        "wrong.toml:7:34: ",
        "wrong.toml:8:22: ",
        "wrong.toml:10:1: ",
        "wrong.toml:12:37: ",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
    let right = "[[rule]]\nid = \"a\"\nmatch = { identifiers = [\"/(/\"] }\nscope = { include = [\"src/[\"] }\n";
    sandbox.write("patterns.toml", right);
    let told = sandbox.plan(&["add-spec", "patterns.toml"]).fails(3);
    for part in ["patterns.toml:3:26: ", "patterns.toml:4:22: "] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_scope_that_matches_no_file_is_a_warning() {
    let sandbox = Sandbox::with_plan();
    let text = "[[rule]]\nid = \"a\"\nmatch = { identifiers = [\"x\"] }\nscope = { include = [\"nothing/**\"] }\n";
    sandbox.write("spec.toml", text);
    let run = sandbox.plan(&["add-spec", "spec.toml"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.err.contains("spec.toml:4:"), "{run:?}");
    assert!(run.err.contains("no file"), "{run:?}");
}

#[test]
fn a_specification_is_stored_as_it_was_written() {
    let sandbox = Sandbox::with_plan();
    let yaml = "# A comment\nrefactor_name: Rename User to Account\nversion: 1.0\nrules:\n  - id: old-name\n    description: No User model\n    severity: HIGH\n    match:\n      identifiers: [UserModel]\n    requires:\n      strings: ['account']\n";
    sandbox.write("rename.yaml", yaml);
    sandbox.plan(&["add-spec", "rename.yaml"]).ok();
    let path = ".plans/demo-plan/specs/rename-user-to-account.yaml";
    assert_eq!(sandbox.stored(path), yaml);
    // The same once more changes nothing; another one of that name is refused.
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.plan(&["add-spec", "rename.yaml"]).ok();
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
    sandbox.write("rename.yaml", yaml.replace("UserModel", "User"));
    let told = sandbox.plan(&["add-spec", "rename.yaml"]).fails(5);
    assert!(told.contains("--replace"), "{told}");
    let shown = sandbox
        .plan(&["show", "rename-user-to-account", "--toml"])
        .ok();
    assert_eq!(shown, yaml);
}

#[test]
fn a_specification_that_is_in_use_is_not_removed() {
    let sandbox = sandbox();
    let remove = ["remove-spec", "auth0-to-cognito", "--reason", "over"];
    let told = sandbox.plan(&remove).fails(3);
    assert!(told.contains("needed by task 1"), "{told}");
    let off = ["update-task", "1", "--no-spec", "auth0-to-cognito"];
    // Less has to hold afterwards.
    sandbox.plan(&off).fails(2);
    sandbox
        .plan(&[&off[..], &["--reason", "another task has it"]].concat())
        .ok();
    sandbox.plan(&["remove-spec", "auth0-to-cognito"]).fails(2);
    sandbox.plan(&remove).ok();
    let gone = sandbox.plan(&["show", "auth0-to-cognito"]).code;
    assert_eq!(gone, 3);
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["show", "auth0-to-cognito"]).ok();
}

#[test]
fn unknown_words_are_answered_with_what_there_is() {
    let sandbox = sandbox();
    let told = sandbox.plan(&["verify-task", "7"]).fails(3);
    assert!(told.contains("git plan"), "{told}");
    sandbox.plan(&["add-task", "Plain"]).ok();
    let told = sandbox.plan(&["verify-task", "2"]).fails(3);
    assert!(told.contains("carries no specification"), "{told}");
    let told = sandbox
        .plan(&["verify-task", "--spec", "auth0-to-cogito"])
        .fails(3);
    assert!(told.contains("did you mean 'auth0-to-cognito'?"), "{told}");
    sandbox
        .plan(&["verify-task", "1", "--at", "nowhere"])
        .fails(3);
    sandbox.plan(&["add-spec", "missing.toml"]).fails(3);
    sandbox
        .plan(&["add-task", "X", "--spec", "missing.toml"])
        .fails(3);
}

#[test]
fn a_specification_by_name_is_held_to_the_code() {
    let sandbox = sandbox();
    let run = sandbox.plan(&["verify-task", "--spec", "auth0-to-cognito", "--json"]);
    assert_eq!((run.code, places(&run).len()), (1, 3), "{run:?}");
    assert_eq!(data(&run)["task"], Value::Null);
}

#[test]
fn the_specification_s_own_file_is_not_held_to_it() {
    let sandbox = Sandbox::with_plan();
    let text = "[[rule]]\nid = \"a\"\nmatch = { identifiers = [\"Old\"] }\nexpect = { identifiers = [\"New\"] }\n";
    sandbox.write("a.toml", text);
    sandbox.commit_all("a specification beside the code");
    sandbox.plan(&["add-spec", "a.toml"]).ok();
    for at in [&[][..], &["--at", "HEAD"]] {
        let words = [&["verify-task", "--spec", "a", "--json"], at].concat();
        assert_eq!(places(&sandbox.plan(&words)), ["a -:-:- missing"]);
    }
}

#[test]
fn a_broken_specification_is_no_answer() {
    let sandbox = sandbox();
    mend(&sandbox);
    let path = ".plans/demo-plan/specs/auth0-to-cognito.toml";
    sandbox.change_by_hand(path, |text| text.replace("[[rule]]", "[[rules"));
    let told = sandbox.plan(&["verify-task", "1"]).fails(3);
    assert!(told.contains("auth0-to-cognito"), "{told}");
    let told = sandbox.plan(&["done", "1"]).fails(1);
    assert!(told.contains("missing or cannot be read"), "{told}");
    let doctor = sandbox.plan(&["doctor"]);
    assert!(doctor.out.contains("auth0-to-cognito"), "{doctor:?}");
    // And put right again.
    sandbox
        .plan(&["add-spec", "spec.toml", "--replace", "--reason", "mended"])
        .ok();
    sandbox.plan(&["verify-task", "1"]).ok();
}

#[test]
fn sarif_names_rules_and_places() {
    let sandbox = sandbox();
    let run = sandbox.plan(&["verify-task", "1", "--format", "sarif"]);
    assert_eq!(run.code, 1);
    let log: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!(log["version"], json!("2.1.0"));
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!(results.len(), 3);
    assert_eq!(results[2]["ruleId"], json!("auth0-to-cognito/sdk"));
    let place = &results[2]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], json!("src/login.rs"));
    assert_eq!(place["region"]["startLine"], json!(4));
    assert_eq!(place["region"]["startColumn"], json!(5));
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert_eq!(rules.len(), 1);
}

#[test]
fn a_gate_holds_as_long_as_nothing_is_violated() {
    let sandbox = sandbox();
    sandbox.plan(&["add-phase", "Foundation"]).ok();
    sandbox
        .plan(&["update-task", "1", "--phase", "foundation"])
        .ok();
    sandbox
        .plan(&["gate", "add", "foundation", "cognito", "--kind", "spec"])
        .ok();
    let check = ["gate", "check", "foundation/cognito", "--json"];
    let run = sandbox.plan(&check);
    assert_eq!(run.code, 1, "{run:?}");
    let gate = data(&run)["gates"][0].clone();
    assert_eq!(gate["state"], json!("unmet"));
    let reason = gate["reason"].as_str().unwrap();
    assert!(reason.contains("src/login.rs:4"), "{reason}");
    assert_eq!(gate["fix"], json!("git plan verify-task 1"));
    mend(&sandbox);
    // HEAD decides, not what lies about.
    assert_eq!(sandbox.plan(&check).code, 1);
    sandbox.commit_all("mended");
    assert_eq!(sandbox.plan(&check).code, 0);
    sandbox.plan(&["verify-task", "1", "--update"]).ok();
    sandbox.write("src/login.rs", BROKEN);
    sandbox.commit_all("broken again");
    let run = sandbox.plan(&check);
    let reason = data(&run)["gates"][0]["reason"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(reason.contains("regression of task 1"), "{reason}");
    sandbox.plan(&["close-phase", "foundation"]).fails(1);
}

#[test]
fn hostile_words_in_a_specification_write_no_escapes() {
    let sandbox = Sandbox::with_plan();
    let text = "[[rule]]\nid = \"a\"\ndescription = \"\\u001b[31mred\"\nmatch = { identifiers = [\"x\"] }\n";
    sandbox.write("spec.toml", text);
    let run = sandbox.plan(&["add-spec", "spec.toml"]);
    assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'));
    sandbox.write("src/\u{1b}[2Jx.rs", "let x = \"\u{1b}[31m\"; x\n");
    let plain = "[[rule]]\nid = \"a\"\nmatch = { identifiers = [\"x\"] }\n";
    sandbox.write("plain.toml", plain);
    sandbox.plan(&["add-spec", "plain.toml"]).ok();
    let run = sandbox.plan(&["verify-task", "--spec", "plain", "--all"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(!run.out.contains('\u{1b}') && !run.err.contains('\u{1b}'));
}

#[test]
fn only_code_that_is_worked_on_proves_a_task() {
    let sandbox = sandbox();
    // Code from before the task, an empty tree, the plans themselves: none of them breaks a rule.
    let empty = sandbox
        .sh("git commit-tree $(git mktree </dev/null) -m empty")
        .ok();
    mend(&sandbox);
    sandbox.commit_all("mended");
    sandbox.write("src/login.rs", BROKEN);
    sandbox.commit_all("broken again");
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    for at in [empty.trim(), "HEAD~1", "git-plan"] {
        sandbox
            .plan(&["verify-task", "1", "--at", at, "--update"])
            .fails(1);
    }
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
    sandbox.git(&["branch", "other", "HEAD~1"]);
    sandbox
        .plan(&["verify-task", "1", "--at", "other", "--update"])
        .ok();
}

#[test]
fn a_rule_that_looks_at_nothing_is_warned_of() {
    let sandbox = sandbox();
    let text = "[[rule]]\nid = \"a\"\nmatch = { identifiers = [\"Auth0Client\"] }\nscope = { include = [\"nowhere/**\"] }\n";
    sandbox.write("b.toml", text);
    sandbox.plan(&["add-spec", "b.toml"]).ok();
    let run = sandbox.plan(&["verify-task", "--spec", "b"]);
    assert!(run.err.contains("specification b, line 4: "), "{run:?}");
}

#[test]
fn a_gate_without_names_is_not_emptied() {
    let sandbox = sandbox();
    sandbox.plan(&["add-phase", "Foundation"]).ok();
    sandbox.plan(&["add-phase", "Walls"]).ok();
    sandbox
        .plan(&["update-task", "1", "--phase", "foundation"])
        .ok();
    sandbox
        .plan(&["gate", "add", "foundation", "g", "--kind", "spec"])
        .ok();
    sandbox
        .plan(&["gate", "add", "walls", "g", "--kind", "spec"])
        .ok();
    let state = |gate: &str| {
        let run = sandbox.plan(&["gate", "check", gate, "--json"]);
        data(&run)["gates"][0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(
        (state("foundation/g"), state("walls/g")),
        ("unmet".to_owned(), "n/a".to_owned())
    );
    for words in [
        &["update-task", "1", "--no-phase"][..],
        &[
            "update-task",
            "1",
            "--status",
            "cancelled",
            "--reason",
            "no",
        ],
        &["remove-task", "1"],
    ] {
        sandbox.plan(words).ok();
        assert_eq!(state("foundation/g"), "unmet", "{words:?}");
    }
}

#[test]
fn a_dry_run_tells_what_would_be_stored_and_stores_nothing() {
    let sandbox = sandbox();
    mend(&sandbox);
    let before = (
        sandbox.git(&["for-each-ref"]),
        sandbox.git(&["count-objects", "-v"]),
    );
    let words = [
        "verify-task",
        "1",
        "--update",
        "--checkpoint",
        "--dry-run",
        "--json",
    ];
    let run = sandbox.plan(&words);
    assert_eq!(
        (run.code, &run.json()["schema"]),
        (0, &json!("git-plan/diff@1"))
    );
    let after = (
        sandbox.git(&["for-each-ref"]),
        sandbox.git(&["count-objects", "-v"]),
    );
    assert_eq!(before, after);
}
