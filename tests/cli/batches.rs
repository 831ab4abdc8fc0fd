//! Many operations as one commit: all of them, or none and the line of the one that failed.

use std::fmt::Write as _;
use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

fn batch(sandbox: &Sandbox, lines: &str) -> Run {
    sandbox.plan_fed(lines, &["batch"])
}

/// Operations, one a line.
fn lines(operations: &[Value]) -> String {
    operations
        .iter()
        .map(|operation| format!("{operation}\n"))
        .collect()
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn data(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    sandbox.plan(&words).json()["data"].clone()
}

/// A batch that must fail, name its line, and store nothing; its complaint.
#[track_caller]
fn refused(sandbox: &Sandbox, operations: &str, code: i32, line: usize) -> String {
    let before = tip(sandbox);
    let complaint = batch(sandbox, operations).fails(code);
    assert!(
        complaint.starts_with(&format!("error: line {line}: ")),
        "{complaint}"
    );
    assert_eq!(tip(sandbox), before, "{complaint}");
    complaint
}

/// As many operations of several kinds as asked for; they refer to each other.
fn many(count: usize) -> String {
    let mut text = lines(&[json!({"op": "add-phase", "title": "Work"})]);
    for n in 1..count {
        let operation = match n % 5 {
            0 => json!({"op": "note", "task": format!("K{}", n - 1), "text": "seen"}),
            1 => {
                json!({"op": "add-task", "title": format!("t{n}"), "key": format!("K{n}"), "phase": "work"})
            }
            2 => {
                json!({"op": "add-task", "title": format!("t{n}"), "key": format!("K{n}"), "depends-on": [format!("K{}", n - 1)]})
            }
            3 => json!({"op": "update-task", "task": format!("K{}", n - 1), "priority": "low"}),
            _ => {
                json!({"op": "add-task", "title": format!("t{n}"), "key": format!("K{n}"), "label": ["a", "b"]})
            }
        };
        writeln!(text, "{operation}").unwrap();
    }
    text
}

fn stores_as_one_commit(count: usize) {
    let sandbox = Sandbox::with_plan();
    let before = tip(&sandbox);
    let out = batch(&sandbox, &many(count)).ok();
    assert_eq!(out, format!("stored {count} operations\n"));
    assert_eq!(sandbox.git(&["rev-parse", "git-plan^"]), before);
    let tasks = data(&sandbox, &["tasks"]);
    let tasks = tasks.as_array().unwrap();
    let added = (1..count).filter(|n| matches!(n % 5, 1 | 2 | 4)).count();
    assert_eq!(tasks.len(), added);
    let numbers: Vec<usize> = tasks
        .iter()
        .map(|task| usize::try_from(task["number"].as_u64().unwrap()).unwrap())
        .collect();
    assert_eq!(numbers, (1..=added).collect::<Vec<_>>());
    assert_eq!(tasks[1]["depends_on"], json!([tasks[0]["id"]]));
    assert_eq!(tasks[1]["priority"], "low");
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}

fn one_bad_line_stores_nothing(count: usize) {
    let sandbox = Sandbox::with_plan();
    let bad = count * 2 / 3;
    let mut text: Vec<String> = many(count).lines().map(str::to_owned).collect();
    text[bad - 1] = json!({"op": "done", "task": "nobody"}).to_string();
    refused(&sandbox, &text.join("\n"), 3, bad);
    assert_eq!(data(&sandbox, &["tasks"]), json!([]));
}

#[test]
fn a_thousand_operations_are_one_commit() {
    stores_as_one_commit(1_000);
}

#[test]
#[ignore = "slow in a debug build"]
fn ten_thousand_operations_are_one_commit() {
    stores_as_one_commit(10_000);
}

#[test]
fn one_bad_operation_among_many_stores_nothing() {
    one_bad_line_stores_nothing(1_000);
}

#[test]
#[ignore = "slow in a debug build"]
fn one_bad_operation_among_ten_thousand_stores_nothing() {
    one_bad_line_stores_nothing(10_000);
}

#[test]
fn an_operation_may_name_what_an_earlier_one_made() {
    let sandbox = Sandbox::with_plan();
    let operations = lines(&[
        json!({"op": "add-phase", "title": "First"}),
        json!({"op": "add-phase", "title": "Second"}),
        json!({"op": "gate add", "phase": "first", "gate": "looked", "kind": "manual", "input": ["README"]}),
        json!({"op": "add-task", "title": "a", "phase": "first", "key": "A", "item": ["one", "two"]}),
        json!({"op": "add-task", "title": "b", "phase": "second", "depends-on": ["A"]}),
        json!({"op": "add-task", "title": "c", "depends-on": [1, "2"]}),
        json!({"op": "start", "task": "A"}),
        json!({"op": "check-item", "task": "A", "all": true}),
        json!({"op": "note", "task": 1, "text": "two\nlines"}),
        json!({"op": "done", "task": 1, "report": "it works"}),
        json!({"op": "update-phase", "phase": "second", "title": "Last"}),
        json!({"op": "update-plan", "goal": "all of it", "wip-limit": 3}),
    ]);
    assert_eq!(batch(&sandbox, &operations).ok(), "stored 12 operations\n");
    let plan = data(&sandbox, &["show"]);
    assert_eq!(
        (&plan["goal"], &plan["wip_limit"]),
        (&"all of it".into(), &3.into())
    );
    assert_eq!(plan["phases"][1]["title"], "Last");
    assert_eq!(plan["phases"][0]["gates"][1]["inputs"], json!(["README"]));
    let first = data(&sandbox, &["show", "A"]);
    assert_eq!(first["status"], "completed");
    assert_eq!(first["report"], "it works");
    assert_eq!(first["items_checked"], 2);
    assert_eq!(first["notes"][0]["text"], "two\nlines");
    let ids: Vec<Value> = ["1", "2"]
        .map(|n| data(&sandbox, &["show", n])["id"].clone())
        .into();
    assert_eq!(
        data(&sandbox, &["show", "3"])["depends_on"],
        Value::from(ids)
    );
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_later_operation_sees_the_rules_as_an_earlier_one_left_them() {
    let sandbox = Sandbox::with_plan();
    let operations = lines(&[
        json!({"op": "add-task", "title": "a"}),
        json!({"op": "add-task", "title": "b", "depends-on": 1}),
        json!({"op": "done", "task": 2}),
    ]);
    let complaint = refused(&sandbox, &operations, 1, 3);
    assert!(complaint.contains("depends on 1"), "{complaint}");
    let operations = lines(&[
        json!({"op": "add-task", "title": "a"}),
        json!({"op": "add-task", "title": "b", "depends-on": 1}),
        json!({"op": "done", "task": 1}),
        json!({"op": "done", "task": 2}),
    ]);
    batch(&sandbox, &operations).ok();
}

#[test]
fn an_operation_is_a_command_that_writes() {
    let sandbox = Sandbox::with_plan();
    for (name, like) in [
        ("add-tusk", Some("did you mean 'add-task'?")),
        ("frobnicate", None),
        ("show", None),
        ("batch", None),
        ("gate", None),
        ("gate list", None),
        ("", None),
    ] {
        let operations = lines(&[
            json!({"op": "add-task", "title": "x"}),
            json!({"op": name, "title": "y"}),
        ]);
        let complaint = refused(&sandbox, &operations, 2, 2);
        assert!(
            complaint.contains(&format!("'{name}' is not a command that writes")),
            "{complaint}"
        );
        if let Some(hint) = like {
            assert!(complaint.contains(hint), "{complaint}");
        }
    }
}

#[test]
fn a_line_is_a_json_object_with_an_operation() {
    let sandbox = Sandbox::with_plan();
    for line in [
        "add-task x",
        "[]",
        "\"add-task\"",
        "7",
        "null",
        "{\"op\":\"add-task\",\"title\":\"x\"",
        "{\"op\":\"add-task\",\"title\":\"x\"} {}",
        "{}",
        "{\"title\":\"x\"}",
        "{\"op\":7}",
        "{\"op\":null}",
        "{\"op\":\"note\",\"task\":1,\"text\":\"\\ud800\"}",
    ] {
        let operations = format!("{{\"op\":\"add-task\",\"title\":\"x\"}}\n\n{line}\n");
        refused(&sandbox, &operations, 3, 3);
    }
    let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
    refused(&sandbox, &deep, 3, 1);
}

#[test]
fn a_key_is_an_argument_or_a_long_option() {
    let sandbox = Sandbox::with_plan();
    for (operation, part) in [
        (
            json!({"op": "add-task", "titel": "x"}),
            "did you mean \"title\"?",
        ),
        (
            json!({"op": "add-task", "title": "x", "l": "y"}),
            "takes no \"l\"",
        ),
        (
            json!({"op": "add-task", "title": "x", "--label": "y"}),
            "takes no",
        ),
        (
            json!({"op": "add-task", "title": "x", "json": true}),
            "takes no \"json\"",
        ),
        (
            json!({"op": "add-task", "title": "x", "as": "me"}),
            "takes no \"as\"",
        ),
        (
            json!({"op": "add-task", "title": "x", "id": "k3v9x0a2b1"}),
            "takes no \"id\"",
        ),
        (
            json!({"op": "done", "task": 1, "status": "pending"}),
            "takes no \"status\"",
        ),
    ] {
        let complaint = refused(&sandbox, &lines(&[operation]), 2, 1);
        assert!(complaint.contains(part), "{complaint}");
    }
}

#[test]
fn a_value_is_of_the_type_that_the_option_takes() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    for operation in [
        json!({"op": "add-task", "title": {"text": "x"}}),
        json!({"op": "add-task", "title": true}),
        json!({"op": "add-task", "title": null}),
        json!({"op": "add-task", "title": []}),
        json!({"op": "add-task", "title": ["x", "y"]}),
        json!({"op": "add-task", "title": "x", "phase": true}),
        json!({"op": "add-task", "title": "x", "label": [true]}),
        json!({"op": "add-task", "title": "x", "label": {"a": 1}}),
        json!({"op": "add-task", "title": "x", "priority": "urgent"}),
        json!({"op": "add-task", "title": "x", "priority": ["high", "low"]}),
        json!({"op": "update-plan", "wip-limit": 1.5}),
        json!({"op": "update-plan", "wip-limit": -1}),
        json!({"op": "update-plan", "no-wip-limit": "yes"}),
        json!({"op": "update-plan", "wip-limit": 1, "no-wip-limit": true}),
        json!({"op": "update-task", "task": 1, "status": "finished"}),
        json!({"op": "check-item", "task": 1, "all": 1}),
        json!({"op": "check-item", "task": 1}),
    ] {
        refused(&sandbox, &lines(std::slice::from_ref(&operation)), 2, 1);
    }
    let complaint = refused(&sandbox, &lines(&[json!({"op": "add-task"})]), 2, 1);
    assert!(complaint.to_lowercase().contains("title"), "{complaint}");
}

#[test]
fn a_false_flag_and_a_null_are_as_if_they_were_not_there() {
    let sandbox = Sandbox::with_plan();
    let operations = lines(&[
        json!({"op": "add-task", "title": "a", "phase": null, "label": [], "priority": null}),
        json!({"op": "add-item", "task": 1, "text": ["x", "y"], "audit": false}),
        json!({"op": "add-item", "task": 1, "text": "z", "audit": true}),
    ]);
    batch(&sandbox, &operations).ok();
    let items = &data(&sandbox, &["show", "1"])["items"];
    let audits: Vec<&Value> = (0..3).map(|at| &items[at]["audit"]).collect();
    assert!(
        audits[0] != &json!(true) && audits[2] == &json!(true),
        "{items}"
    );
}

#[test]
fn words_that_look_like_options_are_words() {
    let sandbox = Sandbox::with_plan();
    let operations = lines(&[
        json!({"op": "add-task", "title": "--help", "label": ["-x", "--yes"], "description": "--"}),
        json!({"op": "note", "task": 1, "text": "-n"}),
    ]);
    batch(&sandbox, &operations).ok();
    let task = data(&sandbox, &["show", "1"]);
    assert_eq!(task["title"], "--help");
    assert_eq!(task["labels"], json!(["-x", "--yes"]));
    assert_eq!(task["description"], "--");
    assert_eq!(task["notes"][0]["text"], "-n");
}

/// Standard input holds the operations, so a text cannot come from there too.
#[test]
fn a_dash_does_not_read_standard_input() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    for operation in [
        json!({"op": "add-task", "title": "x", "description": "-"}),
        json!({"op": "update-task", "task": 1, "description": "-"}),
        json!({"op": "note", "task": 1, "text": "-"}),
        json!({"op": "done", "task": 1, "report": "-"}),
    ] {
        let complaint = refused(&sandbox, &lines(&[operation]), 2, 1);
        assert!(complaint.contains("standard input"), "{complaint}");
    }
}

#[test]
fn an_act_of_a_person_is_none_of_a_batch() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "First"]).ok();
    sandbox
        .plan(&["gate", "add", "first", "looked", "--kind", "manual"])
        .ok();
    let approve = json!({"op": "gate approve", "gate": "first/looked", "note": "fine"});
    refused(&sandbox, &lines(&[approve]), 4, 1);
    sandbox.plan(&["add-phase", "Second"]).ok();
    let close = json!({"op": "close-phase", "phase": "first"});
    let complaint = refused(&sandbox, &lines(&[close]), 1, 1);
    assert!(complaint.contains("first/looked"), "{complaint}");
}

#[test]
fn nothing_to_do_is_no_commit() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let before = tip(&sandbox);
    let same = lines(&[json!({"op": "update-task", "task": 1, "title": "first"})]);
    for input in ["", "\n", "  \n\r\n", same.as_str()] {
        assert_eq!(batch(&sandbox, input).ok(), "nothing was changed\n");
    }
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn lines_may_end_as_they_do_on_windows() {
    let sandbox = Sandbox::with_plan();
    let operations =
        "{\"op\":\"add-task\",\"title\":\"a\"}\r\n\r\n{\"op\":\"add-task\",\"title\":\"b\"}";
    assert_eq!(batch(&sandbox, operations).ok(), "stored 2 operations\n");
    refused(
        &sandbox,
        &format!("{operations}\r\n{{\"op\":\"x\"}}\r\n"),
        2,
        4,
    );
}

#[test]
fn operations_come_from_a_file_too() {
    let sandbox = Sandbox::with_plan();
    let path = sandbox.root().join("operations.ndjson");
    fs::write(&path, lines(&[json!({"op": "add-task", "title": "a"})])).unwrap();
    sandbox.plan(&["batch", path.to_str().unwrap()]).ok();
    assert_eq!(data(&sandbox, &["tasks"])[0]["title"], "a");
    let complaint = sandbox.plan(&["batch", "nowhere.ndjson"]).fails(3);
    assert!(complaint.contains("nowhere.ndjson"), "{complaint}");
    fs::write(&path, b"{\"op\":\"add-task\",\"title\":\"\xff\"}\n").unwrap();
    sandbox.plan(&["batch", path.to_str().unwrap()]).fails(3);
}

#[test]
fn a_dry_run_shows_the_changes_and_stores_nothing() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let before = tip(&sandbox);
    let operations = lines(&[
        json!({"op": "add-task", "title": "second"}),
        json!({"op": "update-task", "task": 1, "title": "FIRST"}),
    ]);
    let out = sandbox.plan_fed(&operations, &["batch", "--dry-run"]).ok();
    assert!(out.contains("0 removed, 1 added, 1 changed"), "{out}");
    assert!(
        out.contains("second") && out.contains("first → FIRST"),
        "{out}"
    );
    let json = sandbox
        .plan_fed(&operations, &["batch", "--dry-run", "--json"])
        .json();
    assert_eq!(json["schema"], "git-plan/diff@1");
    assert_eq!(json["data"]["summary"]["added"], 1);
    assert_eq!(tip(&sandbox), before);
    let bad = format!("{operations}{{\"op\":\"done\",\"task\":9}}\n");
    sandbox.plan_fed(&bad, &["batch", "--dry-run"]).fails(3);
}

#[test]
fn json_names_the_commit_and_what_was_added() {
    let sandbox = Sandbox::with_plan();
    let operations = lines(&[
        json!({"op": "add-task", "title": "a"}),
        json!({"op": "add-task", "title": "b"}),
        json!({"op": "done", "task": 1}),
    ]);
    let json = sandbox.plan_fed(&operations, &["batch", "--json"]).json();
    assert_eq!(json["schema"], "git-plan/batch@1");
    assert_eq!(json["data"]["commit"], tip(&sandbox).as_str());
    assert_eq!(json["data"]["operations"], 3);
    let added = json["data"]["added"].as_array().unwrap();
    assert_eq!(added.len(), 2);
    assert_eq!(
        (&added[1]["title"], &added[1]["number"]),
        (&"b".into(), &2.into())
    );
    let run = sandbox.plan_fed("{\"op\":\"nonsense\"}\n", &["batch", "--json"]);
    let error = run.json();
    assert_eq!(
        (&error["exit_code"], &error["error"]["kind"]),
        (&2.into(), &"usage".into())
    );
    let message = error["error"]["message"].as_str().unwrap();
    assert!(message.starts_with("line 1: "), "{message}");
    run.fails(2);
}

#[test]
fn one_batch_may_write_to_several_plans() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "here"]).ok();
    sandbox.plan(&["init", "Other"]).ok();
    sandbox.plan(&["add-task", "there"]).ok();
    let before = tip(&sandbox);
    let operations = lines(&[
        json!({"op": "done", "task": "demo-plan/1"}),
        json!({"op": "done", "task": "other/1"}),
    ]);
    batch(&sandbox, &operations).ok();
    assert_eq!(sandbox.git(&["rev-parse", "git-plan^"]), before);
    for name in ["demo-plan/1", "other/1"] {
        assert_eq!(data(&sandbox, &["show", name])["status"], "completed");
    }
    let operations = lines(&[
        json!({"op": "update-task", "task": "demo-plan/1", "priority": "low"}),
        json!({"op": "done", "task": "other/2"}),
    ]);
    refused(&sandbox, &operations, 3, 2);
}

#[test]
fn a_plan_has_ten_thousand_tasks_at_most() {
    let sandbox = Sandbox::with_plan();
    let files: Vec<(String, String)> = (1..10_000)
        .map(|number| {
            let id = format!("{number:0>10}");
            let path = format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2]);
            (
                path,
                format!("id = \"{id}\"\nnumber = {number}\ntitle = \"t\"\n"),
            )
        })
        .collect();
    let files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), Some(text.as_str())))
        .collect();
    sandbox.store_by_hand(&files);
    let operations = lines(&[
        json!({"op": "add-task", "title": "the last"}),
        json!({"op": "add-task", "title": "one more"}),
    ]);
    let complaint = refused(&sandbox, &operations, 3, 2);
    assert!(complaint.contains("10000 tasks"), "{complaint}");
    sandbox.plan(&["add-task", "the last"]).ok();
    let complaint = sandbox.plan(&["add-task", "one more"]).fails(3);
    assert!(
        complaint.contains("the most a plan may have"),
        "{complaint}"
    );
}
