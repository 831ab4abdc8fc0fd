//! Taking operations back, key by key; and the log of what was done.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

fn data(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    sandbox.plan(&words).json()["data"].clone()
}

fn task(sandbox: &Sandbox, name: &str) -> Value {
    data(sandbox, &["show", name])
}

fn numbers(sandbox: &Sandbox) -> Vec<u64> {
    let tasks = data(sandbox, &["tasks"]);
    let number = |task: &Value| task["number"].as_u64().unwrap();
    tasks.as_array().unwrap().iter().map(number).collect()
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

/// The object id of something in the plan: two states are the same exactly where it is.
fn stored(sandbox: &Sandbox, path: &str) -> String {
    let run = sandbox.sh(&format!(
        "git rev-parse -q --verify 'git-plan:.plans/demo-plan/{path}'"
    ));
    run.out.trim().to_owned()
}

/// A plan with something of everything, none of it done.
fn world() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for words in [
        &["add-phase", "First"][..],
        &["add-phase", "Second"],
        &["add-phase", "Spare"],
        &["gate", "add", "first", "looked", "--kind", "manual"],
        &[
            "add-task", "One", "--phase", "first", "--label", "x", "--item", "a", "--item", "b",
        ],
        &["add-task", "Two", "--phase", "first", "--priority", "low"],
        &["add-task", "Three", "--depends-on", "2"],
        &["note", "1", "a note"],
        &["start", "1"],
        &["block", "3", "--reason", "because"],
    ] {
        sandbox.plan(words).ok();
    }
    // What a later version, or a person, wrote into a file is part of the state as well.
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| {
        format!("# a comment\n{text}colour = \"red\"\n")
    });
    let path = sandbox.task_path("demo-plan", "2");
    sandbox.change_by_hand(&path, |text| text.replace("\"Two\"", "'Two' # two"));
    sandbox
}

fn unattended(sandbox: &Sandbox) {
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
}

fn edit(sandbox: &Sandbox, entity: &[&str], script: &str) -> Run {
    use std::os::unix::fs::PermissionsExt as _;
    let path = sandbox.root().join("editor");
    fs::write(&path, format!("#!/bin/sh\nset -e\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let words: Vec<&str> = ["edit"].iter().chain(entity).copied().collect();
    sandbox.plan_with(&[("EDITOR", path.to_str().unwrap())], &words)
}

#[test]
fn undo_brings_back_the_state_before() {
    let commands: [&[&str]; 36] = [
        &["update-task", "1", "--title", "I"],
        &[
            "update-task",
            "2",
            "--title",
            "II",
            "--priority",
            "high",
            "--label",
            "y",
        ],
        &["update-task", "1", "--label", "y", "--no-label", "x"],
        &[
            "update-task",
            "1",
            "--description",
            "long\ntext\n",
            "--assignee",
            "ada",
        ],
        &["update-task", "2", "--no-phase"],
        &["update-task", "2", "--phase", "second"],
        &[
            "update-task",
            "3",
            "--no-depends-on",
            "2",
            "--depends-on",
            "1",
        ],
        &["update-task", "1", "--status", "pending"],
        &["update-task", "1", "--status", "blocked", "--reason", "r"],
        &["update-task", "2", "--status", "in_progress"],
        &["start", "2"],
        &["block", "1", "--reason", "stuck"],
        &["block", "2", "--reason", "stuck"],
        &["unblock", "3"],
        &["note", "2", "another\nnote"],
        &["add-item", "1", "c", "d"],
        &["add-item", "2", "first"],
        &["check-item", "1", "2"],
        &["check-item", "1", "--all"],
        &["remove-task", "1"],
        &["add-phase", "Third"],
        &[
            "add-phase",
            "Third",
            "--before",
            "first",
            "--objective",
            "o",
        ],
        &["update-phase", "first", "--title", "I", "--objective", "o"],
        &[
            "update-phase",
            "spare",
            "--before",
            "first",
            "--reason",
            "why",
        ],
        &["update-phase", "second", "--no-after", "--reason", "why"],
        &["remove-phase", "spare"],
        &[
            "gate", "add", "second", "g", "--kind", "manual", "--input", "README",
        ],
        &[
            "update-plan",
            "--title",
            "T",
            "--goal",
            "g",
            "--key",
            "K",
            "--branch",
            "x/*",
        ],
        &["update-plan", "--wip-limit", "4"],
        &[
            "update-task",
            "1",
            "--key",
            "K-1",
            "--ref",
            "src",
            "--estimate",
            "2d",
        ],
        &["done", "1", "--report", "it works"],
        &["done", "2"],
        &["update-task", "1", "--status", "cancelled"],
        &[
            "update-task",
            "3",
            "--status",
            "cancelled",
            "--reason",
            "no need",
        ],
        &["update-task", "1", "--report", "r"],
        &[
            "update-task",
            "3",
            "--status",
            "blocked",
            "--reason",
            "another",
        ],
    ];
    let sandbox = world();
    for command in commands {
        // Records stay: to take a gate or a phase back lets less hold, which has its own.
        let stored =
            |sandbox: &Sandbox, _: &str| ["plan.toml", "tasks"].map(|path| stored(sandbox, path));
        let before = stored(&sandbox, "");
        sandbox.plan(command).ok();
        assert_ne!(stored(&sandbox, ""), before, "{command:?}");
        let after = stored(&sandbox, "");
        let out = sandbox.plan(&["undo"]).ok();
        assert!(out.starts_with("undone: demo-plan: "), "{out}");
        assert_eq!(out.lines().count(), 1, "{command:?}: {out}");
        assert_eq!(stored(&sandbox, ""), before, "{command:?}");
        let undo = tip(&sandbox);
        sandbox.plan(&["undo", &undo]).ok();
        assert_eq!(stored(&sandbox, ""), after, "again {command:?}");
        sandbox.plan(&["undo"]).ok();
        assert_eq!(stored(&sandbox, ""), before, "and back {command:?}");
    }
    sandbox.plan(&["doctor"]).ok();
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn undo_brings_back_what_a_text_changed() {
    let sandbox = world();
    for (entity, script) in [
        (
            &[][..],
            "sed -i 's/^title = .*/title = \"same\"/; s/^priority = .*//; /colour/d' \"$1\"",
        ),
        (
            &["1"],
            "sed -i 's/^# a comment/# another comment/; s/^number/# more\\nnumber/' \"$1\"",
        ),
        (
            &["2"],
            "sed -i 's/ # two//; s/^title.*/&\\nmood = \"good\"/' \"$1\"",
        ),
        (
            &[],
            "sed -i '/^depends_on/d; /^\\[\\[task\\]\\]/,$d' \"$1\"",
        ),
    ] {
        let (before, tasks) = (stored(&sandbox, ""), stored(&sandbox, "tasks"));
        edit(&sandbox, entity, script).ok();
        assert_ne!(stored(&sandbox, ""), before, "{script}");
        let out = sandbox.plan(&["undo"]).ok();
        assert_eq!(out.lines().count(), 1, "{script}: {out}");
        assert_eq!(stored(&sandbox, "tasks"), tasks, "{script}");
    }
}

#[test]
fn undo_of_a_completion_that_others_rely_on_obeys_the_rules() {
    let sandbox = world();
    sandbox.plan(&["unblock", "3"]).ok();
    sandbox.plan(&["done", "2"]).ok();
    sandbox.plan(&["done", "3"]).ok();
    let done = sandbox.git(&["rev-parse", "git-plan~1"]);
    // Three is completed and depends on two: it stays so, as it would by update-task.
    sandbox.plan(&["undo", &done]).ok();
    assert_eq!(task(&sandbox, "2")["status"], "pending");
    let notes = sandbox.plan(&["doctor"]).ok();
    assert!(notes.contains("task 3 is completed, and 2"), "{notes}");
    // One that never was in progress is not completed again while a phase is in the way.
    sandbox
        .plan(&["update-phase", "first", "--last", "--reason", "why not"])
        .ok();
    let undo = sandbox.git(&["rev-parse", "git-plan~1"]);
    let complaint = sandbox.plan(&["undo", &undo]).fails(5);
    assert!(complaint.contains("still open"), "{complaint}");
    assert_eq!(task(&sandbox, "2")["status"], "pending");
}

#[test]
fn undo_of_an_addition_removes_it_and_its_number_is_not_given_again() {
    let sandbox = world();
    let before = stored(&sandbox, "tasks");
    sandbox
        .plan(&["add-task", "Four", "--depends-on", "1", "--item", "x"])
        .ok();
    sandbox.plan(&["undo"]).ok();
    assert_eq!(stored(&sandbox, "tasks"), before);
    sandbox.plan(&["add-task", "Five"]).ok();
    assert_eq!(numbers(&sandbox), [1, 2, 3, 5]);
    sandbox.plan(&["remove-task", "5"]).ok();
    sandbox.plan(&["add-task", "Six"]).ok();
    let removal = sandbox.git(&["rev-parse", "git-plan~1"]);
    sandbox.plan(&["undo", &removal]).ok();
    assert_eq!(numbers(&sandbox), [1, 2, 3, 5, 6]);
    assert_eq!(task(&sandbox, "5")["title"], "Five");
    let undo = tip(&sandbox);
    sandbox.plan(&["undo", &undo]).ok();
    sandbox.plan(&["remove-task", "6"]).ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["add-task", "Seven"]).ok();
    assert_eq!(numbers(&sandbox), [1, 2, 3, 7]);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn undo_of_a_batch_takes_back_all_of_it() {
    let sandbox = world();
    let before = ["plan.toml", "tasks"].map(|path| stored(&sandbox, path));
    let mut lines = String::from(
        "{\"op\":\"add-phase\",\"title\":\"New\",\"before\":\"first\"}\n\
         {\"op\":\"gate add\",\"phase\":\"new\",\"gate\":\"g\",\"kind\":\"manual\"}\n\
         {\"op\":\"update-task\",\"task\":1,\"title\":\"I\"}\n\
         {\"op\":\"note\",\"task\":2,\"text\":\"n\"}\n",
    );
    // A chain: none can go before the one that depends on it.
    for n in 0..12 {
        let depends = if n == 0 {
            "3".to_owned()
        } else {
            format!("\"K{}\"", n - 1)
        };
        lines.push_str(&format!(
            "{{\"op\":\"add-task\",\"title\":\"t{n}\",\"key\":\"K{n}\",\"phase\":\"new\",\"depends-on\":{depends}}}\n"
        ));
    }
    sandbox.plan_fed(&lines, &["batch"]).ok();
    assert_eq!(numbers(&sandbox).len(), 15);
    let after = stored(&sandbox, "tasks");
    let out = sandbox.plan(&["undo"]).ok();
    assert_eq!(out.lines().count(), 1, "{out}");
    let undo = tip(&sandbox);
    assert_eq!(numbers(&sandbox), [1, 2, 3]);
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        text.replace("last_number = 15\n", "")
    });
    let now = ["plan.toml", "tasks"].map(|path| stored(&sandbox, path));
    assert_eq!(now, before);
    // And again: none can come before the one that it depends on.
    let out = sandbox.plan(&["undo", &undo]).ok();
    assert_eq!(out.lines().count(), 1, "{out}");
    assert_eq!(stored(&sandbox, "tasks"), after);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn undo_of_a_text_that_left_out_a_phase_with_its_tasks_brings_them_back() {
    let sandbox = world();
    let before = stored(&sandbox, "tasks");
    let text = sandbox.plan(&["show", "--toml"]).ok();
    let first = text.lines().next().unwrap();
    sandbox
        .plan_fed(
            &format!("{first}\ntitle = \"Bare\"\n"),
            &["apply", "-", "--reason", "afresh"],
        )
        .ok();
    assert_eq!(numbers(&sandbox), [0; 0]);
    let out = sandbox.plan(&["undo"]).ok();
    assert_eq!(out.lines().count(), 1, "{out}");
    assert_eq!(stored(&sandbox, "tasks"), before);
    let plan = data(&sandbox, &["show"]);
    assert_eq!(plan["title"], "Demo plan");
    assert_eq!(plan["phases"].as_array().unwrap().len(), 3);
    assert_eq!(plan["phases"][0]["gates"][1]["id"], "looked");
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn undo_leaves_what_was_changed_since_and_names_it() {
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
        .plan(&["update-task", "1", "--title", "One!", "--label", "z"])
        .ok();
    sandbox.plan(&["note", "1", "later"]).ok();
    let out = sandbox.plan(&["undo", &operation]).ok();
    assert!(
        out.contains("left as it is: task 1 \"One!\": title is \"One!\""),
        "{out}"
    );
    assert_eq!(out.lines().count(), 2, "{out}");
    let after = task(&sandbox, "1");
    assert_eq!(after["title"], "One!");
    assert_eq!(after["priority"], Value::Null);
    assert_eq!(after["labels"], json!(["x", "z"]));
    assert_eq!(after["notes"].as_array().unwrap().len(), 2);
    let json = sandbox.plan(&["undo", &operation, "--json"]);
    assert_eq!(json.code, 5, "{json:?}");
}

#[test]
fn undo_of_an_addition_that_was_built_on_takes_nothing_back() {
    let sandbox = world();
    sandbox.plan(&["add-task", "Four"]).ok();
    let operation = tip(&sandbox);
    sandbox.plan(&["note", "4", "somebody works on it"]).ok();
    let before = tip(&sandbox);
    let complaint = sandbox.plan(&["undo", &operation]).fails(5);
    assert!(complaint.contains("can be taken back"), "{complaint}");
    assert!(complaint.contains("task 4 \"Four\""), "{complaint}");
    sandbox
        .plan(&["add-task", "Five", "--depends-on", "4"])
        .ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["add-task", "Six", "--depends-on", "4"]).ok();
    let complaint = sandbox.plan(&["undo", &operation]).fails(5);
    assert!(complaint.contains("6 depend on it"), "{complaint}");
    // A phase that has tasks now, a gate that was changed since.
    sandbox.plan(&["add-phase", "Late"]).ok();
    let phase = tip(&sandbox);
    sandbox.plan(&["update-task", "6", "--phase", "late"]).ok();
    let complaint = sandbox.plan(&["undo", &phase]).fails(5);
    assert!(complaint.contains("late"), "{complaint}");
    assert_ne!(tip(&sandbox), before);
    assert_eq!(numbers(&sandbox), [1, 2, 3, 4, 6]);
}

#[test]
fn undo_of_a_removal_whose_surroundings_are_gone_names_them() {
    let sandbox = world();
    sandbox
        .plan(&["add-task", "Four", "--phase", "spare", "--depends-on", "3"])
        .ok();
    sandbox.plan(&["remove-task", "4"]).ok();
    let removal = tip(&sandbox);
    sandbox.plan(&["remove-phase", "spare"]).ok();
    let complaint = sandbox.plan(&["undo", &removal]).fails(5);
    assert!(
        complaint.contains("there is no phase 'spare'"),
        "{complaint}"
    );
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["undo", &removal]).ok();
    assert_eq!(task(&sandbox, "4")["phase"], "spare");
}

#[test]
fn undo_twice_takes_back_two_operations() {
    let sandbox = world();
    let before = stored(&sandbox, "");
    sandbox.plan(&["update-task", "1", "--title", "a"]).ok();
    sandbox.plan(&["update-task", "1", "--title", "b"]).ok();
    sandbox.plan(&["update-task", "2", "--title", "c"]).ok();
    for expected in ["task 2", "task 1 \"b\"", "task 1 \"a\""] {
        let out = sandbox.plan(&["undo"]).ok();
        assert!(out.contains(expected), "{out}");
    }
    assert_eq!(stored(&sandbox, ""), before);
    // What was taken back can be taken back once more only by its id; then it is done again.
    let undo = tip(&sandbox);
    sandbox.plan(&["undo", &undo[..10]]).ok();
    assert_eq!(task(&sandbox, "1")["title"], "a");
    let out = sandbox.plan(&["undo"]).ok();
    assert!(out.contains("task 1 \"a\""), "{out}");
    assert_eq!(stored(&sandbox, ""), before);
}

#[test]
fn only_ones_own_operations_are_taken_back_unasked() {
    let sandbox = world();
    let bob = [
        ("GIT_COMMITTER_EMAIL", "bob@example.org"),
        ("GIT_COMMITTER_NAME", "Bob"),
    ];
    sandbox.plan(&["update-task", "1", "--title", "Ada's"]).ok();
    sandbox
        .plan_with(&bob, &["update-task", "2", "--title", "Bob's"])
        .ok();
    let bobs = tip(&sandbox);
    sandbox.plan(&["undo"]).ok();
    assert_eq!(task(&sandbox, "1")["title"], "One");
    assert_eq!(task(&sandbox, "2")["title"], "Bob's");
    sandbox.plan_with(&bob, &["undo"]).ok();
    assert_eq!(task(&sandbox, "2")["title"], "Two");
    let complaint = sandbox.plan_with(&bob, &["undo"]).fails(3);
    assert!(complaint.contains("no operation of yours"), "{complaint}");
    // By its id, anybody's can be.
    sandbox
        .plan_with(&bob, &["update-task", "2", "--title", "Bob's"])
        .ok();
    assert_ne!(tip(&sandbox), bobs);
    let bobs = tip(&sandbox);
    sandbox.plan(&["undo", &bobs]).ok();
    assert_eq!(task(&sandbox, "2")["title"], "Two");
}

#[test]
fn what_was_fetched_is_not_taken_back_unasked() {
    let sandbox = world();
    sandbox.git(&["clone", "-q", ".", "../clone"]);
    let clone = sandbox.root().join("clone");
    sandbox.plan_in(&clone, &["undo"]).fails(3);
    sandbox
        .plan_in(&clone, &["update-task", "1", "--title", "here"])
        .ok();
    sandbox.plan_in(&clone, &["undo"]).ok();
    sandbox.plan_in(&clone, &["undo"]).fails(3);
    let operation = tip(&sandbox);
    sandbox.plan_in(&clone, &["undo", &operation]).ok();
}

#[test]
fn a_merge_and_a_word_that_is_no_operation_are_refused() {
    let sandbox = world();
    let (ours, parent) = (tip(&sandbox), sandbox.git(&["rev-parse", "git-plan~1"]));
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    let merge = sandbox.git(&[
        "commit-tree",
        "-m",
        "merge",
        "-p",
        &ours,
        "-p",
        &parent,
        &tree,
    ]);
    sandbox.git(&["update-ref", "refs/heads/git-plan", &merge]);
    let complaint = sandbox.plan(&["undo", &merge]).fails(3);
    assert!(complaint.contains("a merge is no operation"), "{complaint}");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    for word in [
        "nonsense",
        "abc",
        "",
        "0000000000",
        &head,
        "git-plan",
        "HEAD~1",
    ] {
        let complaint = sandbox.plan(&["undo", word]).fails(3);
        assert!(
            complaint.contains("is no operation on the plans"),
            "{complaint}"
        );
    }
    assert_eq!(tip(&sandbox), merge);
}

#[test]
fn the_first_operation_makes_the_plan_and_stays() {
    let sandbox = Sandbox::with_plan();
    let before = tip(&sandbox);
    let complaint = sandbox.plan(&["undo"]).fails(5);
    assert!(
        complaint.contains("a plan cannot be removed"),
        "{complaint}"
    );
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn records_are_revoked_and_stay() {
    let sandbox = world();
    unattended(&sandbox);
    let gate = |name: &str| {
        let gates = data(&sandbox, &["gate", "list", "first"]);
        let mut gates = gates.as_array().unwrap().iter();
        gates.find(|gate| gate["gate"] == name).unwrap()["state"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let records = || {
        sandbox
            .git(&[
                "ls-tree",
                "-r",
                "--name-only",
                "git-plan",
                ".plans/demo-plan/evidence",
            ])
            .lines()
            .count()
    };
    let closed = || data(&sandbox, &["show", "first"])["closed"] == true;
    sandbox
        .plan(&["gate", "approve", "first/looked", "--note", "fine"])
        .ok();
    assert_eq!((gate("looked").as_str(), records()), ("ok", 1));
    sandbox.plan(&["undo"]).ok();
    assert_eq!((gate("looked").as_str(), records()), ("unmet", 2));
    let undo = tip(&sandbox);
    sandbox.plan(&["undo", &undo]).ok();
    assert_eq!((gate("looked").as_str(), records()), ("ok", 3));
    for name in ["1", "2"] {
        sandbox
            .plan(&["update-task", name, "--status", "cancelled"])
            .ok();
    }
    sandbox.plan(&["close-phase", "first"]).ok();
    assert!(closed());
    sandbox.plan(&["undo"]).ok();
    assert!(!closed(), "undone");
    let undo = tip(&sandbox);
    sandbox.plan(&["undo", &undo]).ok();
    assert!(closed(), "and again");
    sandbox
        .plan(&["reopen-phase", "first", "--reason", "not yet", "--yes"])
        .ok();
    assert!(!closed(), "reopened");
    sandbox.plan(&["undo"]).ok();
    assert!(closed(), "the reopening is taken back");
    assert_eq!(records(), 8);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn an_operation_by_hand_can_be_taken_back() {
    let sandbox = world();
    let before = stored(&sandbox, "");
    let path = sandbox.task_path("demo-plan", "2");
    sandbox.change_by_hand(&path, |text| text.replace("'Two'", "\"By hand\""));
    let operation = tip(&sandbox);
    sandbox.plan(&["undo", &operation]).ok();
    assert_eq!(stored(&sandbox, ""), before);
    // One that left a file that cannot be read cannot.
    sandbox.change_by_hand(&path, |text| text.replace("number = 2", "number 2"));
    let operation = tip(&sandbox);
    let complaint = sandbox.plan(&["undo", &operation]).fails(3);
    assert!(complaint.contains(&path), "{complaint}");
}

#[test]
fn a_dry_run_of_undo_stores_nothing() {
    let sandbox = world();
    sandbox.plan(&["update-task", "1", "--title", "I"]).ok();
    let before = tip(&sandbox);
    let out = sandbox.plan(&["undo", "--dry-run"]).ok();
    assert!(out.contains("title: I → One"), "{out}");
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn json_tells_what_was_undone_and_what_was_left() {
    let sandbox = world();
    sandbox
        .plan(&["update-task", "1", "--title", "I", "--priority", "high"])
        .ok();
    let operation = tip(&sandbox);
    sandbox.plan(&["update-task", "1", "--title", "i"]).ok();
    let json = sandbox.plan(&["undo", &operation, "--json"]).json();
    assert_eq!(json["schema"], "git-plan/undo@1");
    assert_eq!(json["data"]["undone"]["id"], operation.as_str());
    assert_eq!(json["data"]["commit"], tip(&sandbox).as_str());
    assert_eq!(json["data"]["left"].as_array().unwrap().len(), 1);
    let log = data(&sandbox, &["log", "-n", "1"]);
    assert_eq!(log[0]["undoes"], operation.as_str());
    assert_eq!(log[0]["operation"], "undo");
}

#[test]
fn the_log_tells_what_was_done_newest_first() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "First"]).ok();
    sandbox.plan(&["add-task", "One", "--phase", "first"]).ok();
    sandbox.plan(&["add-task", "Two"]).ok();
    sandbox.plan(&["start", "1", "--as", "robot"]).ok();
    sandbox
        .plan(&["update-phase", "first", "--title", "I"])
        .ok();
    sandbox.plan(&["init", "Other"]).ok();
    let subjects = |words: &[&str]| -> Vec<String> {
        let out = sandbox.plan(words).ok();
        let part = |line: &str| {
            line.split("  ")
                .find(|part| part.contains(": "))
                .unwrap()
                .trim()
                .to_owned()
        };
        out.lines().map(part).collect()
    };
    let all = [
        "other: added plan other",
        "demo-plan: renamed phase first, was \"First\"",
        "demo-plan: task 1 \"One\": status: pending → in_progress; claim: held by ada@example.org/robot",
        "demo-plan: added task 2 \"Two\"",
        "demo-plan: added task 1 \"One\"",
        "demo-plan: added phase first",
        "demo-plan: added plan demo-plan (+1 more)",
    ];
    assert_eq!(subjects(&["log"]), all);
    assert_eq!(subjects(&["log", "-n", "2"]), all[..2]);
    assert_eq!(subjects(&["log", "other"]), all[..1]);
    assert_eq!(subjects(&["log", "-p", "demo-plan"]), all[1..]);
    assert_eq!(subjects(&["log", "demo-plan/1"]), [all[2], all[4]]);
    assert_eq!(subjects(&["log", "demo-plan/2"]), [all[3]]);
    let out = sandbox.plan(&["log", "demo-plan/1"]).ok();
    assert!(
        out.lines().next().unwrap().contains("  Ada as robot  "),
        "{out}"
    );
    assert!(
        out.lines().nth(1).unwrap().contains("  Ada           "),
        "{out}"
    );
    let log = data(&sandbox, &["log", "demo-plan/1"]);
    assert_eq!(log[0]["as"], "robot");
    assert_eq!(log[0]["operation"], "start");
    assert_eq!(
        log[0]["entities"],
        json!([task(&sandbox, "demo-plan/1")["id"]])
    );
    assert_eq!(log[0]["when"], crate::sandbox::NOW);
    sandbox.plan(&["log", "nobody"]).fails(3);
    sandbox
        .plan(&["undo", log[1]["id"].as_str().unwrap()])
        .fails(5);
}
