//! Undo of each kind of operation, of those that later ones built on, of an undo, and of one part.

use std::fs;

use serde_json::Value;

use crate::sandbox::Sandbox;

fn world() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    for words in [
        &["add-phase", "First"][..],
        &["add-phase", "Second"],
        &["gate", "add", "first", "looked", "--kind", "manual"],
        &[
            "gate", "add", "first", "runs", "--kind", "command", "--", "true",
        ],
        &[
            "add-task", "One", "--phase", "first", "--label", "x", "--item", "a",
        ],
        &["add-task", "Two", "--phase", "second"],
        &["update-plan", "--protect", "main", "--branch", "x/*"],
        &["register", "add", "question", "Why?"],
        &["trust", "--yes"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn data(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    sandbox.plan(&words).json()["data"].clone()
}

/// What has to hold and what there is: without the numbers that stay given.
fn state(sandbox: &Sandbox) -> Vec<Value> {
    let header = sandbox.stored(".plans/demo-plan/plan.toml");
    let lines = header.lines().filter(|line| !line.starts_with("last_"));
    let header: String = lines.flat_map(|line| [line, "\n"]).collect();
    let gates = data(sandbox, &["gate", "list"]);
    let mut tasks = data(sandbox, &["tasks"]);
    for task in tasks.as_array_mut().unwrap() {
        *task = data(sandbox, &["show", &task["number"].to_string()]);
    }
    vec![header.into(), gates, tasks, data(sandbox, &["checkpoints"])]
}

/// An operation, taken back, done again by taking that back, and taken back once more.
#[track_caller]
fn there_and_back(sandbox: &Sandbox, words: &[&str]) {
    let before = state(sandbox);
    sandbox.plan(words).ok();
    let after = state(sandbox);
    assert_ne!(after, before, "{words:?}");
    sandbox.plan(&["undo"]).ok();
    assert_eq!(state(sandbox), before, "{words:?}");
    let undo = tip(sandbox);
    sandbox.plan(&["undo", &undo]).ok();
    assert_eq!(state(sandbox), after, "again {words:?}");
    sandbox.plan(&["undo"]).ok();
    assert_eq!(state(sandbox), before, "and back {words:?}");
}

#[test]
fn each_kind_of_operation_can_be_taken_back() {
    let sandbox = world();
    for words in [
        &[
            "gate", "add", "second", "g", "--kind", "approval", "--count", "2",
        ][..],
        &["gate", "remove", "first/looked", "--reason", "r"],
        &["update-plan", "--no-protect", "main", "--reason", "r"],
        &["update-plan", "--policy", "reviewed=true"],
        &[
            "update-plan",
            "--signer",
            "ada@example.org ssh-ed25519 AAAA",
            "--reason",
            "r",
        ],
        &["update-phase", "second", "--no-after", "--reason", "r"],
        &[
            "update-phase",
            "second",
            "--before",
            "first",
            "--reason",
            "r",
        ],
        &["remove-task", "2"],
        &["done", "1", "--report", "r"],
        &["gate", "approve", "first/looked", "--note", "Seen"],
        &[
            "gate",
            "waive",
            "first/looked",
            "--reason",
            "r",
            "--until",
            "2026-02-28",
            "--yes",
        ],
        &["gate", "run", "first/runs"],
        &["checkpoint", "--allow-empty", "one"],
    ] {
        if words[0] == "checkpoint" {
            sandbox.write("new.txt", "x");
            let words = ["checkpoint", "one"];
            let before = state(&sandbox);
            sandbox.plan(&words).ok();
            assert_ne!(state(&sandbox), before);
            sandbox.plan(&["undo"]).ok();
            assert_eq!(state(&sandbox), before, "{words:?}");
            continue;
        }
        there_and_back(&sandbox, words);
    }
    let doctor = sandbox.plan(&["doctor"]);
    assert_eq!(doctor.code, 0, "{doctor:?}");
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn closing_and_opening_again_can_be_taken_back() {
    let sandbox = world();
    for words in [
        &["done", "1"][..],
        &["check-item", "1", "--all"],
        &["gate", "approve", "first/looked", "--note", "Seen"],
        &["gate", "run", "first/runs"],
    ] {
        sandbox.plan(words).ok();
    }
    there_and_back(&sandbox, &["close-phase", "first"]);
    sandbox.plan(&["close-phase", "first"]).ok();
    there_and_back(
        &sandbox,
        &["reopen-phase", "first", "--reason", "r", "--yes"],
    );
}

#[test]
fn texts_and_batches_can_be_taken_back() {
    let sandbox = world();
    let text = sandbox.plan(&["show", "--toml"]).ok();
    let path = sandbox.root().join("plan.toml");
    fs::write(
        &path,
        text.replace("title = \"One\"", "title = \"I\"")
            .replace("Second", "II"),
    )
    .unwrap();
    there_and_back(&sandbox, &["apply", path.to_str().unwrap()]);
    let batch = sandbox.root().join("batch");
    let lines = "{\"op\":\"add-task\",\"title\":\"Three\",\"depends-on\":[\"2\"]}\n\
                 {\"op\":\"update-task\",\"task\":\"1\",\"title\":\"I\"}\n";
    fs::write(&batch, lines).unwrap();
    let before = state(&sandbox);
    sandbox.plan(&["batch", batch.to_str().unwrap()]).ok();
    assert_ne!(state(&sandbox), before);
    sandbox.plan(&["undo"]).ok();
    assert_eq!(state(&sandbox), before);
    // A repair.
    let task = sandbox.task_path("demo-plan", "2");
    sandbox.change_by_hand(&task, |text| {
        format!("{text}depends_on = [\"aaaaaaaaaa\"]\n")
    });
    let before = sandbox.stored(&task);
    sandbox.plan(&["doctor", "--fix"]).ok();
    assert_ne!(sandbox.stored(&task), before);
}

/// An entry stays and is resolved; an answer is taken back.
#[test]
fn the_register_keeps_its_entries() {
    let sandbox = world();
    sandbox.plan(&["register", "add", "question", "How?"]).ok();
    let told = sandbox.plan(&["undo"]).ok();
    assert!(told.contains("left as it is: "), "{told}");
    let open = data(&sandbox, &["register", "list", "--open"]);
    assert_eq!(open.as_array().unwrap().len(), 1);
    let before = data(&sandbox, &["register", "list"]);
    sandbox
        .plan(&["register", "resolve", "Q-1", "Because."])
        .ok();
    assert_ne!(data(&sandbox, &["register", "list"]), before);
    sandbox.plan(&["undo"]).ok();
    assert_eq!(data(&sandbox, &["register", "list"]), before);
}

/// The final checkpoint goes, the plan is open again, and what was dropped is back.
#[test]
fn archiving_can_be_taken_back_with_all_that_it_dropped() {
    let sandbox = world();
    let note = ".plans/demo-plan/docs/tmp/note.md";
    sandbox.store_by_hand(&[(note, Some("kept for now\n"))]);
    let before = state(&sandbox);
    sandbox.plan(&["archive", "--yes"]).ok();
    assert_eq!(
        sandbox.sh(&format!("git cat-file -e git-plan:{note}")).code,
        128
    );
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sandbox.stored(note), "kept for now\n");
    assert_eq!(state(&sandbox), before);
}

#[test]
fn what_later_operations_built_on_is_left_and_named() {
    let sandbox = world();
    sandbox
        .plan(&[
            "update-task",
            "1",
            "--title",
            "I",
            "--priority",
            "high",
            "--label",
            "y",
        ])
        .ok();
    let operation = tip(&sandbox);
    sandbox
        .plan(&["update-task", "1", "--title", "i", "--no-label", "y"])
        .ok();
    let told = sandbox.plan(&["undo", &operation]).ok();
    assert!(
        told.contains("left as it is: task 1 \"i\": title is \"i\", no longer \"I\""),
        "{told}"
    );
    let task = data(&sandbox, &["show", "1"]);
    assert_eq!(
        (&task["title"], &task["priority"]),
        (&"i".into(), &Value::Null)
    );
    assert_eq!(task["labels"], serde_json::json!(["x"]));
}

fn renamed(sandbox: &Sandbox) -> String {
    let words = [
        "update-task",
        "1",
        "--title",
        "I",
        "--priority",
        "high",
        "--label",
        "y",
    ];
    sandbox.plan(&words).ok();
    tip(sandbox)
}

#[test]
fn one_key_of_several_can_be_taken_back() {
    let sandbox = world();
    let operation = renamed(&sandbox);
    let told = sandbox.plan(&["undo", &operation, "--key", "title"]).ok();
    assert!(told.starts_with("undone (title): demo-plan: "), "{told}");
    let task = |key: &str| data(&sandbox, &["show", "1"])[key].clone();
    assert_eq!(
        (task("title"), task("priority")),
        ("One".into(), "high".into())
    );
    assert_eq!(task("labels"), serde_json::json!(["x", "y"]));
    let message = sandbox.git(&["log", "-1", "--format=%B", "git-plan"]);
    assert!(
        message.starts_with("demo-plan: undo title: update task 1"),
        "{message}"
    );
    assert!(
        message.contains(&format!("Plan-Undo: {operation}\nPlan-Only: title")),
        "{message}"
    );
    // What is left of the operation can still be taken back, unasked, and that part be done again.
    let partial = tip(&sandbox);
    let told = sandbox.plan(&["undo"]).ok();
    assert_eq!(told.lines().count(), 1, "{told}");
    assert_eq!(task("priority"), Value::Null);
    sandbox.plan(&["undo", &partial]).ok();
    assert_eq!(task("title"), "I");
    // Several, spelled as options are.
    let sandbox = world();
    let operation = renamed(&sandbox);
    sandbox
        .plan(&[
            "undo", &operation, "--key", "labels", "--key", "priority", "--of", "1",
        ])
        .ok();
    let task = data(&sandbox, &["show", "1"]);
    assert_eq!(
        (&task["title"], &task["priority"]),
        (&"I".into(), &Value::Null)
    );
    assert_eq!(task["labels"], serde_json::json!(["x"]));
}

#[test]
fn keys_that_are_one_value_go_together() {
    let sandbox = world();
    sandbox.plan(&["done", "1", "--report", "It works"]).ok();
    let operation = tip(&sandbox);
    sandbox.plan(&["undo", &operation, "--key", "status"]).ok();
    let stored = sandbox.stored(&sandbox.task_path("demo-plan", "1"));
    assert!(
        !stored.contains("status_since") && !stored.contains("status_by"),
        "{stored}"
    );
    assert!(stored.contains("report = \"It works\""), "{stored}");
}

#[test]
fn one_entity_of_several_can_be_taken_back() {
    let sandbox = world();
    let batch = sandbox.root().join("batch");
    let lines = "{\"op\":\"update-task\",\"task\":\"1\",\"title\":\"I\"}\n\
                 {\"op\":\"update-task\",\"task\":\"2\",\"title\":\"II\"}\n\
                 {\"op\":\"update-phase\",\"phase\":\"second\",\"title\":\"2nd\"}\n\
                 {\"op\":\"gate add\",\"phase\":\"second\",\"gate\":\"g\",\"kind\":\"manual\"}\n\
                 {\"op\":\"add-task\",\"title\":\"Three\"}\n";
    fs::write(&batch, lines).unwrap();
    sandbox.plan(&["batch", batch.to_str().unwrap()]).ok();
    let operation = tip(&sandbox);
    let title = |name: &str| data(&sandbox, &["show", name])["title"].clone();
    sandbox.plan(&["undo", &operation, "--of", "2"]).ok();
    assert_eq!((title("1"), title("2")), ("I".into(), "Two".into()));
    sandbox
        .plan(&["undo", &operation, "--of", "demo-plan/second"])
        .ok();
    assert_eq!(title("second"), "Second");
    assert_eq!(
        data(&sandbox, &["gate", "list", "second"])
            .as_array()
            .unwrap()
            .len(),
        2
    );
    sandbox
        .plan(&["undo", &operation, "--of", "second/g", "--reason", "r"])
        .ok();
    assert_eq!(
        data(&sandbox, &["gate", "list", "second"])
            .as_array()
            .unwrap()
            .len(),
        1
    );
    sandbox.plan(&["undo", &operation, "--of", "3"]).ok();
    sandbox.plan(&["show", "3"]).fails(3);
    let id = data(&sandbox, &["show", "1"])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    sandbox
        .plan(&["undo", &operation, "--key", "title", "--of", &id[..5]])
        .ok();
    assert_eq!(title("1"), "One");
}

#[test]
fn a_part_that_is_not_there_is_told_with_those_that_are() {
    let sandbox = world();
    let operation = renamed(&sandbox);
    let before = tip(&sandbox);
    for (words, what) in [
        (&["--key", "phase"][..], "changed no key 'phase'"),
        (
            &["--key", "title", "--key", "\u{1b}[2J"],
            "changed no key '\\x1b[2J'",
        ),
        (&["--of", "2"], "changed no '2'"),
        (&["--of", "demo-plan"], "changed no 'demo-plan'"),
        (&["--key", "title", "--of", "first"], "changed no 'first'"),
    ] {
        let complaint = sandbox
            .plan(&[&["undo", &operation], words].concat())
            .fails(3);
        assert!(complaint.contains(what), "{complaint}");
        assert!(
            complaint.contains("it changed: task 1 \"I\" (labels, priority, title)"),
            "{complaint}"
        );
    }
    assert_eq!(tip(&sandbox), before);
    // In a dry run nothing is stored.
    let dry = sandbox.plan(&["undo", "--key", "title", "--dry-run"]).ok();
    assert!(dry.contains("title") && !dry.contains("priority"), "{dry}");
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn by_another_person_and_after_a_fetch_it_is_named() {
    let sandbox = world();
    let operation = renamed(&sandbox);
    sandbox.git(&["clone", "-q", ".", "../clone"]);
    let clone = sandbox.root().join("clone");
    sandbox.plan_in(&clone, &["undo"]).fails(3);
    sandbox
        .plan_in(&clone, &["undo", &operation[..8], "--key", "title"])
        .ok();
    let bob = [
        ("GIT_COMMITTER_EMAIL", "bob@example.org"),
        ("GIT_COMMITTER_NAME", "Bob"),
    ];
    sandbox.plan_with(&bob, &["undo"]).fails(3);
    sandbox.plan_with(&bob, &["undo", &operation]).ok();
    assert_eq!(data(&sandbox, &["show", "1"])["title"], "One");
    // Bob's undo is his; Ada's operation counts as taken back.
    let told = sandbox.plan(&["undo"]).ok();
    assert!(told.contains("Why?"), "{told}");
    // What is fetched is not ours: the last one here is.
    sandbox.git(&["fetch", "-q", "../clone", "git-plan:refs/heads/theirs"]);
}

#[test]
fn a_private_checkpoint_is_no_operation() {
    let sandbox = world();
    let at = |time: &str, words: &[&str]| {
        let now = format!("2026-02-01T10:{time}Z");
        sandbox.plan_with(&[("GIT_PLAN_NOW", &now)], words)
    };
    at("00:00", &["add-task", "Three"]).ok();
    let before = tip(&sandbox);
    sandbox.write("new.txt", "x");
    at("01:00", &["checkpoint", "--private", "my state"]).ok();
    let complaint = at("02:00", &["undo"]).fails(3);
    assert!(
        complaint.contains("the private checkpoint 'my state' of plan demo-plan"),
        "{complaint}"
    );
    assert!(
        complaint.contains(&format!("git plan undo {}", &before[..10])),
        "{complaint}"
    );
    assert_eq!(tip(&sandbox), before);
    at("02:00", &["undo", &before]).ok();
    // With an operation since, that is the last.
    at("03:00", &["add-task", "Four"]).ok();
    let told = at("04:00", &["undo"]).ok();
    assert!(told.contains("Four"), "{told}");
    assert_eq!(
        data(&sandbox, &["checkpoints"]).as_array().unwrap().len(),
        1
    );
    // Where there is nothing else, it is named as well.
    sandbox.git(&["clone", "-q", ".", "../clone"]);
    let clone = sandbox.root().join("clone");
    sandbox.git_in(&clone, &["branch", "-q", "git-plan", "origin/git-plan"]);
    fs::write(clone.join("new.txt"), "y").unwrap();
    sandbox
        .plan_in(&clone, &["checkpoint", "--private", "there"])
        .ok();
    let complaint = sandbox.plan_in(&clone, &["undo"]).fails(3);
    assert!(
        complaint.contains("the private checkpoint there"),
        "{complaint}"
    );
}

#[test]
fn an_operation_of_which_parts_left_nothing_is_passed_by() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "One"]).ok();
    sandbox.plan(&["update-task", "1", "--title", "Uno"]).ok();
    sandbox.plan(&["undo", "--of", "1"]).ok();
    let undone = sandbox.plan(&["undo"]).ok();
    assert!(undone.contains("add task 1"), "{undone}");
    let refused = sandbox.plan(&["undo"]).code;
    assert_ne!(refused, 0, "a plan cannot be taken back");
}

#[test]
fn why_something_is_weaker_stays_said_as_long_as_it_is() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    sandbox.plan(&["add-phase", "a"]).ok();
    let add = |count: &str| {
        let words = [
            "gate", "add", "a", "k", "--kind", "approval", "--count", count,
        ];
        sandbox.plan(&words).ok();
    };
    add("3");
    let base = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox
        .plan(&["gate", "remove", "a/k", "--reason", "one"])
        .ok();
    let removal = sandbox.git(&["rev-parse", "git-plan"]);
    add("2");
    let check = [
        "ci",
        "check",
        "--plan-ref",
        "--base",
        &base,
        "--head",
        "git-plan",
    ];
    sandbox.plan(&check).ok();
    sandbox.plan(&["undo", &removal]).fails(5);
    sandbox.plan(&check).ok();
    // Where the gate comes back, so does the record.
    sandbox
        .plan(&["gate", "remove", "a/k", "--reason", "two"])
        .ok();
    let undone = sandbox.plan(&["undo", &removal]).ok();
    assert!(!undone.contains("still"), "{undone}");
    sandbox.plan(&check).ok();
    let again = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.plan(&["undo", &again]).ok();
    let twice = sandbox.plan(&["undo", &again]).code;
    assert_eq!(twice, 5, "nothing is left to take back");
}
