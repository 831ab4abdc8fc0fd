//! Rule R1, phases and gates: what may be done when, on every path that writes.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

const STATUSES: [&str; 5] = [
    "pending",
    "in_progress",
    "blocked",
    "completed",
    "cancelled",
];

fn data(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    sandbox.plan(&words).json()["data"].clone()
}

fn task(sandbox: &Sandbox, name: &str) -> Value {
    data(sandbox, &["show", name])
}

fn status(sandbox: &Sandbox, name: &str) -> String {
    task(sandbox, name)["status"].as_str().unwrap().to_owned()
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn is_closed(sandbox: &Sandbox, phase: &str) -> bool {
    data(sandbox, &["show", phase])["closed"] == true
}

/// The state of a gate, and why.
fn gate(sandbox: &Sandbox, name: &str) -> (String, String) {
    let (phase, name) = name.split_once('/').unwrap();
    let gates = data(sandbox, &["gate", "list", phase]);
    let mut gates = gates.as_array().unwrap().iter();
    let gate = gates.find(|gate| gate["gate"] == name).unwrap();
    let text = |key: &str| gate[key].as_str().unwrap().to_owned();
    (text("state"), text("reason"))
}

fn commit(sandbox: &Sandbox, path: &str, text: &str) {
    let file = sandbox.repo().join(path);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
    sandbox.git(&["add", path]);
    sandbox.git(&["commit", "-qm", path]);
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
    let variables = [
        ("EDITOR", path.to_str().unwrap()),
        ("TMPDIR", sandbox.root().to_str().unwrap()),
    ];
    sandbox.plan_with(&variables, &words)
}

/// Gives a task a status on every path that writes; each starts from the same state, and each
/// must end with the same exit code.
#[track_caller]
fn on_every_path(sandbox: &Sandbox, number: &str, to: &str, code: i32) {
    let before = tip(sandbox);
    let set = format!("status = \"{to}\"");
    let text = sandbox.plan(&["show", "--toml"]).ok();
    let at = text.find(&format!("\nnumber = {number}\n")).unwrap();
    let from = at + text[at..].find("status = ").unwrap();
    let end = from + text[from..].find('\n').unwrap();
    let whole = format!("{}{set}{}", &text[..from], &text[end..]);
    let part = format!("[[task]]\nnumber = {number}\n{set}\n");
    let operation = json!({"op": "update-task", "task": number, "status": to});
    let sed = format!("sed -i 's/^status = .*/{set}/' \"$1\"");
    let editor = format!("cat >\"$1\" <<'END'\n{whole}END");
    let paths: [(&str, &dyn Fn() -> Run); 6] = [
        ("update-task", &|| {
            sandbox.plan(&["update-task", number, "--status", to])
        }),
        ("edit of the task", &|| edit(sandbox, &[number], &sed)),
        ("edit of the plan", &|| edit(sandbox, &[], &editor)),
        ("apply of the whole", &|| {
            sandbox.plan_fed(&whole, &["apply", "-"])
        }),
        ("apply of a part", &|| {
            sandbox.plan_fed(&part, &["apply", "-"])
        }),
        ("batch", &|| {
            sandbox.plan_fed(&format!("{operation}\n"), &["batch"])
        }),
    ];
    for (name, path) in paths {
        let run = path();
        assert_eq!(run.code, code, "{name}: {run:?}");
        if code == 0 {
            assert_eq!(status(sandbox, number), to, "{name}");
            sandbox.git(&["update-ref", "refs/heads/git-plan", &before]);
        } else {
            assert_eq!(tip(sandbox), before, "{name}");
        }
    }
}

#[test]
fn any_status_may_follow_any_other_with_a_reason_where_one_is_due() {
    for from in STATUSES {
        for to in STATUSES {
            let sandbox = Sandbox::with_plan();
            sandbox.plan(&["add-task", "a"]).ok();
            if from != "pending" {
                sandbox
                    .plan(&["update-task", "1", "--status", from, "--reason", "at first"])
                    .ok();
            }
            let is_over = matches!(from, "completed" | "cancelled");
            let is_due = from != to && (is_over || to == "blocked");
            let bare = ["update-task", "1", "--status", to];
            let before = tip(&sandbox);
            let run = sandbox.plan(&bare);
            if is_due {
                let complaint = run.fails(2);
                assert!(
                    complaint.contains("takes a reason"),
                    "{from} → {to}: {complaint}"
                );
                assert!(complaint.contains("hint: --reason TEXT"), "{complaint}");
                assert_eq!(tip(&sandbox), before);
                let empty = [&bare[..], &["--reason", "  "]].concat();
                sandbox.plan(&empty).fails(2);
                let with_reason = [&bare[..], &["--reason", "why"]].concat();
                sandbox.plan(&with_reason).ok();
                assert_eq!(task(&sandbox, "1")["reason"], "why");
            } else {
                run.ok();
            }
            let task = task(&sandbox, "1");
            assert_eq!(task["status"], to, "{from} → {to}");
            let is_held = matches!(to, "in_progress") || (to == "blocked" && from == "in_progress");
            assert_eq!(task["holder"].is_string(), is_held, "{from} → {to}");
            if from != to {
                assert_eq!(task["status_by"], "Ada <ada@example.org>");
                assert_eq!(task["status_since"], crate::sandbox::NOW);
            }
        }
    }
}

#[test]
fn commands_know_from_where_they_lead() {
    for from in STATUSES {
        let codes: Vec<(i32, String)> = [
            &["start", "1"][..],
            &["done", "1"],
            &["block", "1", "--reason", "r"],
            &["unblock", "1"],
        ]
        .iter()
        .map(|words| {
            let sandbox = Sandbox::with_plan();
            sandbox.plan(&["add-task", "a"]).ok();
            if from != "pending" {
                sandbox
                    .plan(&["update-task", "1", "--status", from, "--reason", "at first"])
                    .ok();
            }
            let code = sandbox.plan(words).code;
            (code, status(&sandbox, "1"))
        })
        .collect();
        let expected: [(i32, &str); 4] = match from {
            "pending" => [
                (0, "in_progress"),
                (0, "completed"),
                (0, "blocked"),
                (1, from),
            ],
            "in_progress" => [(0, from), (0, "completed"), (0, "blocked"), (1, from)],
            "blocked" => [(1, from), (1, from), (0, from), (0, "pending")],
            "completed" => [(1, from), (0, from), (1, from), (1, from)],
            _ => [(1, from); 4],
        };
        let expected: Vec<(i32, String)> = expected
            .iter()
            .map(|(code, to)| (*code, (*to).to_owned()))
            .collect();
        assert_eq!(codes, expected, "from {from}");
    }
}

#[test]
fn every_path_asks_for_a_reason() {
    let sandbox = Sandbox::with_plan();
    for title in ["a", "b", "c"] {
        sandbox.plan(&["add-task", title]).ok();
    }
    sandbox.plan(&["done", "1"]).ok();
    sandbox
        .plan(&["update-task", "2", "--status", "cancelled"])
        .ok();
    for to in ["pending", "in_progress", "blocked"] {
        on_every_path(&sandbox, "1", to, 2);
        on_every_path(&sandbox, "2", to, 2);
    }
    on_every_path(&sandbox, "1", "cancelled", 2);
    on_every_path(&sandbox, "3", "blocked", 2);
    on_every_path(&sandbox, "3", "completed", 0);
    on_every_path(&sandbox, "3", "in_progress", 0);
}

#[test]
fn a_task_is_not_completed_before_what_it_depends_on() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    sandbox.plan(&["add-task", "b"]).ok();
    sandbox
        .plan(&["add-task", "c", "--depends-on", "1", "--depends-on", "2"])
        .ok();
    let complaint = sandbox.plan(&["done", "3"]).fails(1);
    assert!(
        complaint.contains("task 3 \"c\" depends on 1, 2: not completed"),
        "{complaint}"
    );
    assert!(complaint.contains("hint: git plan done 1"), "{complaint}");
    on_every_path(&sandbox, "3", "completed", 1);
    // It may be started, and is told what stands in its way.
    let out = sandbox.plan(&["start", "3"]).ok();
    assert!(out.contains("before it can be completed: 1, 2"), "{out}");
    on_every_path(&sandbox, "3", "completed", 1);
    sandbox.plan(&["done", "1"]).ok();
    on_every_path(&sandbox, "3", "completed", 1);
    // What was given up is over.
    sandbox
        .plan(&["update-task", "2", "--status", "cancelled"])
        .ok();
    on_every_path(&sandbox, "3", "completed", 0);
    sandbox.plan(&["done", "3"]).ok();
    // Nor does a completed task come to depend on an open one.
    sandbox.plan(&["add-task", "d"]).ok();
    sandbox
        .plan(&["update-task", "3", "--depends-on", "4"])
        .fails(1);
    // A new task does not come completed either.
    let new = "[[task]]\ntitle = \"new\"\nstatus = \"completed\"\ndepends_on = [4]\n";
    sandbox.plan_fed(new, &["apply", "-"]).fails(1);
    sandbox
        .plan_fed(&new.replace("[4]", "[1]"), &["apply", "-"])
        .ok();
}

/// First, then second, then third; a task in each, numbered like it.
fn three_phases() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for phase in ["first", "second", "third"] {
        sandbox.plan(&["add-phase", phase]).ok();
    }
    for phase in ["first", "second", "third"] {
        sandbox.plan(&["add-task", phase, "--phase", phase]).ok();
    }
    sandbox
}

#[test]
fn nothing_begins_in_a_phase_before_its_predecessors_are_closed() {
    let sandbox = three_phases();
    for (command, to) in [("start", "in_progress"), ("done", "completed")] {
        let complaint = sandbox.plan(&[command, "3"]).fails(1);
        assert!(
            complaint.contains(
                "task 3 \"third\" is in phase third, which comes after first, second: still open"
            ),
            "{complaint}"
        );
        assert!(
            complaint.contains("hint: git plan close-phase first"),
            "{complaint}"
        );
        on_every_path(&sandbox, "2", to, 1);
        on_every_path(&sandbox, "3", to, 1);
        on_every_path(&sandbox, "1", to, 0);
    }
    // It may be given up, and be blocked.
    on_every_path(&sandbox, "2", "cancelled", 0);
    sandbox.plan(&["block", "2", "--reason", "r"]).ok();
    on_every_path(&sandbox, "2", "completed", 1);
    sandbox.plan(&["unblock", "2"]).ok();
    // That every task is over does not close a phase; a closing does.
    sandbox.plan(&["done", "1"]).ok();
    sandbox.plan(&["start", "2"]).fails(1);
    sandbox.plan(&["close-phase", "first"]).ok();
    sandbox.plan(&["start", "3"]).fails(1);
    sandbox.plan(&["start", "2"]).ok();
    sandbox.plan(&["done", "2"]).ok();
    sandbox.plan(&["close-phase", "second"]).ok();
    sandbox.plan(&["done", "3"]).ok();
    sandbox.plan(&["close-phase", "third"]).ok();
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_task_under_way_is_not_moved_behind_an_open_phase() {
    let sandbox = three_phases();
    sandbox.plan(&["start", "1"]).ok();
    sandbox
        .plan(&["update-task", "1", "--phase", "second"])
        .fails(1);
    sandbox.plan(&["update-task", "1", "--no-phase"]).ok();
    sandbox
        .plan(&["update-task", "1", "--phase", "third"])
        .fails(1);
    let moved = "[[task]]\nnumber = 1\nphase = \"third\"\n";
    sandbox.plan_fed(moved, &["apply", "-"]).fails(1);
    sandbox
        .plan(&["update-task", "1", "--status", "pending"])
        .ok();
    sandbox.plan(&["update-task", "1", "--phase", "third"]).ok();
    // A new task is not begun there by being made.
    for status in ["in_progress", "completed"] {
        let new = format!("[[task]]\ntitle = \"new\"\nphase = \"third\"\nstatus = \"{status}\"\n");
        sandbox.plan_fed(&new, &["apply", "-"]).fails(1);
    }
}

#[test]
fn a_phase_closes_when_every_task_of_it_is_settled() {
    let sandbox = three_phases();
    sandbox.plan(&["add-item", "1", "a line"]).ok();
    let complaint = sandbox.plan(&["close-phase", "first"]).fails(1);
    assert!(
        complaint.contains("unmet  first/tasks  task 1 is open (pending)"),
        "{complaint}"
    );
    assert!(complaint.contains("hint: git plan done 1"), "{complaint}");
    let out = sandbox.plan(&["done", "1"]).ok();
    assert!(out.contains("1 item unchecked"), "{out}");
    let complaint = sandbox.plan(&["close-phase", "first"]).fails(1);
    assert!(complaint.contains("unchecked"), "{complaint}");
    assert!(!is_closed(&sandbox, "first"));
    let out = sandbox.plan(&["check-item", "1", "1"]).ok();
    assert!(out.starts_with("checked item"), "{out}");
    sandbox.plan(&["close-phase", "first"]).ok();
    assert!(is_closed(&sandbox, "first"));
    // Once more changes nothing.
    let before = tip(&sandbox);
    sandbox.plan(&["close-phase", "first"]).ok();
    assert_eq!(tip(&sandbox), before);
    // One without a task closes at once; an item of a cancelled task does not count.
    sandbox.plan(&["add-item", "2", "a line"]).ok();
    sandbox
        .plan(&["update-task", "2", "--status", "cancelled"])
        .ok();
    sandbox.plan(&["close-phase", "second"]).ok();
}

#[test]
fn a_closed_phase_takes_no_open_work() {
    let sandbox = three_phases();
    sandbox.plan(&["add-item", "1", "a line"]).ok();
    sandbox.plan(&["check-item", "1", "1"]).ok();
    sandbox.plan(&["done", "1"]).ok();
    sandbox.plan(&["close-phase", "first"]).ok();
    let before = tip(&sandbox);
    for words in [
        &["add-task", "new", "--phase", "first"][..],
        &["update-task", "2", "--phase", "first"],
        &["update-task", "1", "--status", "pending", "--reason", "r"],
        &[
            "update-task",
            "1",
            "--status",
            "in_progress",
            "--reason",
            "r",
        ],
        &["add-item", "1", "another"],
        &["check-item", "1", "1", "--uncheck"],
    ] {
        let complaint = sandbox.plan(words).fails(1);
        assert!(complaint.contains("phase first is closed"), "{complaint}");
        assert!(
            complaint.contains("hint: git plan reopen-phase first"),
            "{complaint}"
        );
    }
    let new = "[[task]]\ntitle = \"new\"\nphase = \"first\"\n";
    sandbox.plan_fed(new, &["apply", "-"]).fails(1);
    let operation = json!({"op": "add-task", "title": "new", "phase": "first"});
    sandbox
        .plan_fed(&format!("{operation}\n"), &["batch"])
        .fails(1);
    edit(&sandbox, &["2"], "sed -i 's/\"second\"/\"first\"/' \"$1\"").fails(1);
    assert_eq!(tip(&sandbox), before);
    // What is settled may come, be renamed and be given up.
    sandbox
        .plan(&["update-task", "1", "--title", "renamed"])
        .ok();
    sandbox
        .plan(&["update-task", "2", "--status", "cancelled"])
        .ok();
    sandbox.plan(&["update-task", "2", "--phase", "first"]).ok();
    sandbox
        .plan(&["update-task", "1", "--status", "cancelled", "--reason", "r"])
        .ok();
    assert!(is_closed(&sandbox, "first"));
}

#[test]
fn a_phase_is_reopened_when_somebody_says_yes() {
    let sandbox = three_phases();
    sandbox.plan(&["done", "1"]).ok();
    sandbox.plan(&["close-phase", "first"]).ok();
    sandbox.plan(&["start", "2"]).ok();
    sandbox
        .plan(&["add-task", "waits", "--phase", "second"])
        .ok();
    sandbox.plan(&["reopen-phase", "first"]).fails(2);
    let complaint = sandbox
        .plan(&["reopen-phase", "first", "--reason", "r"])
        .fails(4);
    assert!(
        complaint.contains("Tasks under way behind it go on: 2 \"second\""),
        "{complaint}"
    );
    assert!(
        complaint.contains("reopen-phase first --reason TEXT --yes"),
        "{complaint}"
    );
    assert!(is_closed(&sandbox, "first"));
    let words = ["reopen-phase", "first", "--reason", "a bug", "--yes"];
    let out = sandbox.plan(&words).ok();
    assert!(out.contains("under way behind it: 2 \"second\""), "{out}");
    assert!(!is_closed(&sandbox, "first"));
    // Only what was not started is stopped.
    sandbox.plan(&["start", "4"]).fails(1);
    sandbox.plan(&["done", "2"]).ok();
    sandbox
        .plan(&[
            "update-task",
            "1",
            "--status",
            "pending",
            "--reason",
            "the bug",
        ])
        .ok();
    // Reopening what is open changes nothing.
    let before = tip(&sandbox);
    sandbox.plan(&words).ok();
    assert_eq!(tip(&sandbox), before);
    sandbox.plan(&["done", "1"]).ok();
    sandbox.plan(&["close-phase", "first"]).ok();
    assert!(is_closed(&sandbox, "first"));
    sandbox.plan(&["start", "4"]).ok();
}

#[test]
fn nobody_has_more_tasks_in_progress_than_the_limit() {
    let sandbox = Sandbox::new();
    sandbox
        .plan(&["init", "Demo plan", "--wip-limit", "1"])
        .ok();
    for title in ["a", "b", "c"] {
        sandbox.plan(&["add-task", title]).ok();
    }
    sandbox.plan(&["start", "1"]).ok();
    let complaint = sandbox.plan(&["start", "2"]).fails(1);
    assert!(
        complaint.contains("ada@example.org/main has 1 of 1 tasks in progress: 1"),
        "{complaint}"
    );
    assert!(complaint.contains("hint: git plan done 1"), "{complaint}");
    on_every_path(&sandbox, "2", "in_progress", 1);
    // Another holder has a limit of their own.
    sandbox.plan(&["start", "2", "--as", "robot"]).ok();
    sandbox.plan(&["start", "3", "--as", "robot"]).fails(1);
    // A blocked task does not count, and going on with it does.
    sandbox.plan(&["block", "1", "--reason", "r"]).ok();
    sandbox.plan(&["start", "3"]).ok();
    sandbox.plan(&["unblock", "1"]).fails(1);
    sandbox.plan(&["done", "3"]).ok();
    sandbox.plan(&["unblock", "1"]).ok();
    // Without a limit, or with a higher one, there is room.
    sandbox.plan(&["update-plan", "--wip-limit", "2"]).ok();
    sandbox.plan(&["add-task", "d"]).ok();
    sandbox.plan(&["start", "4"]).ok();
    sandbox.plan(&["update-plan", "--wip-limit", "0"]).ok();
    sandbox.plan(&["add-task", "e"]).ok();
    sandbox.plan(&["start", "5"]).fails(1);
    sandbox.plan(&["update-plan", "--no-wip-limit"]).ok();
    sandbox.plan(&["start", "5"]).ok();
}

/// Who writes a status into a text is known as who types a command.
#[test]
fn a_status_from_a_text_has_its_holder_and_its_author() {
    for by_text in [true, false] {
        let sandbox = Sandbox::with_plan();
        sandbox.plan(&["add-task", "a"]).ok();
        for to in ["in_progress", "completed"] {
            if by_text {
                edit(
                    &sandbox,
                    &["1"],
                    &format!("sed -i 's/^status = .*/status = \"{to}\"/' \"$1\""),
                )
                .ok();
            } else {
                let text = sandbox.plan(&["show", "--toml"]).ok();
                let from = if to == "completed" {
                    "in_progress"
                } else {
                    "pending"
                };
                let changed = text.replace(
                    &format!("status = \"{from}\""),
                    &format!("status = \"{to}\""),
                );
                sandbox.plan_fed(&changed, &["apply", "-"]).ok();
            }
            let task = task(&sandbox, "1");
            assert_eq!(task["status_by"], "Ada <ada@example.org>", "{to}");
            assert_eq!(task["status_since"], crate::sandbox::NOW, "{to}");
            let holder = if to == "in_progress" {
                json!("ada@example.org/main")
            } else {
                Value::Null
            };
            assert_eq!(task["holder"], holder, "{to}");
        }
        let new = "[[task]]\ntitle = \"b\"\nstatus = \"in_progress\"\n";
        sandbox.plan_fed(new, &["apply", "-"]).ok();
        assert_eq!(task(&sandbox, "2")["holder"], "ada@example.org/main");
    }
}

#[test]
fn an_archived_plan_is_read_only() {
    let sandbox = three_phases();
    sandbox.plan(&["add-phase", "empty"]).ok();
    let archive = "status = \"archived\"\nreason = \"over\"\n";
    sandbox
        .plan_fed("status = \"archived\"\n", &["apply", "-"])
        .fails(2);
    sandbox.plan_fed(archive, &["apply", "-"]).ok();
    let before = tip(&sandbox);
    for words in [
        &["add-task", "x"][..],
        &["start", "1"],
        &["update-task", "1", "--title", "x"],
        &["remove-task", "1"],
        &["add-phase", "x"],
        &["update-plan", "--title", "x"],
        &["close-phase", "empty"],
        &["gate", "add", "first", "g", "--kind", "manual"],
    ] {
        let complaint = sandbox.plan(words).fails(3);
        assert!(
            complaint.contains("plan demo-plan is archived: it is read-only"),
            "{words:?}: {complaint}"
        );
    }
    sandbox
        .plan_fed("[[task]]\ntitle = \"x\"\n", &["apply", "-"])
        .fails(3);
    assert_eq!(tip(&sandbox), before);
    sandbox
        .plan(&["update-plan", "--status", "active"])
        .fails(2);
    sandbox
        .plan(&[
            "update-plan",
            "demo-plan",
            "--status",
            "active",
            "--reason",
            "more to do",
        ])
        .ok();
    sandbox.plan(&["start", "1"]).ok();
}

#[test]
fn phases_make_a_graph() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "base"]).ok();
    sandbox.plan(&["add-phase", "left", "--after", "base"]).ok();
    sandbox
        .plan(&["add-phase", "right", "--after", "base"])
        .ok();
    sandbox
        .plan(&["add-phase", "top", "--after", "left", "--after", "right"])
        .ok();
    sandbox.plan(&["add-phase", "aside", "--no-after"]).ok();
    sandbox
        .plan(&["add-phase", "start", "--before", "base"])
        .ok();
    for phase in ["base", "left", "right", "top", "aside", "start"] {
        sandbox.plan(&["add-task", phase, "--phase", phase]).ok();
    }
    let reachable = || -> Vec<String> {
        let plan = data(&sandbox, &["show"]);
        let phases = plan["phases"].as_array().unwrap().iter();
        let open = phases.filter(|phase| phase["reachable"] == true && phase["closed"] == false);
        open.map(|phase| phase["id"].as_str().unwrap().to_owned())
            .collect()
    };
    let close = |phase: &str, number: &str| {
        sandbox.plan(&["done", number]).ok();
        sandbox.plan(&["close-phase", phase]).ok();
    };
    assert_eq!(reachable(), ["start", "aside"]);
    sandbox.plan(&["start", "1"]).fails(1);
    close("start", "6");
    assert_eq!(reachable(), ["base", "aside"]);
    close("base", "1");
    assert_eq!(reachable(), ["left", "right", "aside"]);
    sandbox.plan(&["start", "2"]).ok();
    sandbox.plan(&["start", "3"]).ok();
    close("left", "2");
    let complaint = sandbox.plan(&["start", "4"]).fails(1);
    assert!(
        complaint.contains("which comes after right: still open"),
        "{complaint}"
    );
    close("right", "3");
    assert_eq!(reachable(), ["top", "aside"]);
    sandbox.plan(&["start", "4"]).ok();
    // A phase that others come after is not removed; one with tasks neither.
    let complaint = sandbox.plan(&["remove-phase", "right"]).fails(3);
    assert!(complaint.contains("top comes after it"), "{complaint}");
    let complaint = sandbox.plan(&["remove-phase", "top"]).fails(3);
    assert!(complaint.contains("it has 1 tasks (4)"), "{complaint}");
}

#[test]
fn a_circle_of_phases_is_refused_and_spelled_out() {
    let sandbox = three_phases();
    let before = tip(&sandbox);
    let expected = "phases would form a circle: ";
    let complaint = sandbox
        .plan(&["update-phase", "first", "--after", "third"])
        .fails(3);
    assert!(complaint.contains(expected), "{complaint}");
    for phase in ["first", "second", "third"] {
        assert!(complaint.contains(phase), "{complaint}");
    }
    assert_eq!(
        complaint.lines().next().unwrap().matches(" → ").count(),
        3,
        "{complaint}"
    );
    for words in [
        &["update-phase", "second", "--after", "second"][..],
        &["update-phase", "first", "--after", "second"],
        &["add-phase", "new", "--before", "first", "--after", "second"],
    ] {
        let run = sandbox.plan(words);
        if words.contains(&"new") {
            // The first comes after the new one in the list, and the new one after the second.
            assert!(run.err.contains(expected), "{run:?}");
        }
        let complaint = run.fails(3);
        assert!(complaint.contains(expected), "{complaint}");
    }
    let part = "[[phase]]\nid = \"first\"\nafter = [\"third\"]\n";
    let complaint = sandbox.plan_fed(part, &["apply", "-"]).fails(3);
    assert!(complaint.contains(expected), "{complaint}");
    edit(
        &sandbox,
        &[],
        "sed -i 's/^id = \"first\"/&\\nafter = [\"third\"]/' \"$1\"",
    )
    .fails(3);
    let operation = json!({"op": "update-phase", "phase": "first", "after": ["third"]});
    sandbox
        .plan_fed(&format!("{operation}\n"), &["batch"])
        .fails(3);
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn the_order_of_the_list_is_an_order_of_work() {
    let sandbox = three_phases();
    let why = ["--reason", "the order was wrong"];
    sandbox
        .plan(&[&["update-phase", "third", "--before", "first"], &why[..]].concat())
        .ok();
    sandbox.plan(&["start", "3"]).ok();
    sandbox.plan(&["start", "1"]).fails(1);
    // What lets less hold takes a reason.
    sandbox.plan(&["update-phase", "third", "--last"]).fails(2);
    sandbox
        .plan(&[&["update-phase", "third", "--last"], &why[..]].concat())
        .ok();
    sandbox.plan(&["start", "1"]).ok();
    sandbox
        .plan(&[&["update-phase", "second", "--no-after"], &why[..]].concat())
        .ok();
    sandbox.plan(&["start", "2"]).ok();
    sandbox.plan(&["update-phase", "second", "--in-order"]).ok();
    // What is under way goes on.
    sandbox.plan(&["done", "2"]).ok();
    sandbox.plan(&["done", "3"]).ok();
}

/// A phase with a manual gate that looks at the whole tree, and one that looks at two paths.
fn gated() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "work"]).ok();
    sandbox
        .plan(&[
            "gate",
            "add",
            "work",
            "looked",
            "--kind",
            "manual",
            "--description",
            "It was looked at",
        ])
        .ok();
    sandbox
        .plan(&[
            "gate", "add", "work", "notes", "--kind", "manual", "--input", "NEWS", "--input",
            "src/",
        ])
        .ok();
    sandbox
}

#[test]
fn a_gate_is_approved_by_a_person() {
    let sandbox = gated();
    let words = ["gate", "approve", "work/looked", "--note", "it's fine"];
    let refused = |sandbox: &Sandbox, variables: &[(&str, &str)], more: &[&str]| {
        let before = tip(sandbox);
        let words: Vec<&str> = words.iter().chain(more).copied().collect();
        let complaint = sandbox.plan_with(variables, &words).fails(4);
        assert!(
            complaint.contains("only a person may do this"),
            "{complaint}"
        );
        assert!(
            complaint.contains("git plan gate approve work/looked --note 'it'\\''s fine'"),
            "{complaint}"
        );
        assert_eq!(tip(sandbox), before);
    };
    refused(&sandbox, &[], &[]);
    refused(&sandbox, &[], &["--yes"]);
    // The repository's own configuration does not count, however it gets there.
    sandbox.git(&["config", "plan.unattended", "true"]);
    refused(&sandbox, &[], &[]);
    sandbox.git(&["config", "extensions.worktreeConfig", "true"]);
    sandbox.git(&["config", "--worktree", "plan.unattended", "true"]);
    refused(&sandbox, &[], &[]);
    let included = sandbox.root().join("included");
    fs::write(&included, "[plan]\n\tunattended = true\n").unwrap();
    sandbox.git(&["config", "include.path", included.to_str().unwrap()]);
    refused(&sandbox, &[], &[]);
    // The person's does, but not for an agent.
    unattended(&sandbox);
    refused(&sandbox, &[], &["--as", "robot"]);
    refused(&sandbox, &[("GIT_PLAN_AS", "robot")], &[]);
    assert_eq!(gate(&sandbox, "work/looked").0, "unmet");
    sandbox.plan(&words).ok();
    let (state, reason) = gate(&sandbox, "work/looked");
    assert_eq!(state, "ok");
    assert!(
        reason.contains("Ada <ada@example.org> on 2026-01-31"),
        "{reason}"
    );
    assert!(reason.contains("unsigned"), "{reason}");
    // Only the person's own file: false there is false.
    sandbox.git(&["config", "--global", "plan.unattended", "false"]);
    refused(&sandbox, &[], &[]);
}

#[test]
fn a_phase_closes_when_its_gates_hold() {
    let sandbox = gated();
    unattended(&sandbox);
    let complaint = sandbox.plan(&["close-phase", "work"]).fails(1);
    assert!(
        complaint.contains("unmet  work/looked  nobody has approved it"),
        "{complaint}"
    );
    assert!(
        complaint.contains("hint: git plan gate approve work/looked --note TEXT"),
        "{complaint}"
    );
    sandbox
        .plan(&["gate", "approve", "work/looked", "--note", "fine"])
        .ok();
    let complaint = sandbox.plan(&["close-phase", "work"]).fails(1);
    assert!(!complaint.contains("work/looked"), "{complaint}");
    sandbox
        .plan(&["gate", "approve", "work/notes", "--note", "fine"])
        .ok();
    sandbox.plan(&["close-phase", "work"]).ok();
    assert!(is_closed(&sandbox, "work"));
    // Code that comes later does not open it; another definition, or a new gate, does.
    commit(&sandbox, "src/new", "x");
    assert!(is_closed(&sandbox, "work"));
    sandbox
        .plan(&["gate", "add", "work", "another", "--kind", "manual"])
        .ok();
    assert!(!is_closed(&sandbox, "work"));
    sandbox.plan(&["undo"]).ok();
    assert!(is_closed(&sandbox, "work"));
    edit(
        &sandbox,
        &[],
        "sed -i 's/It was looked at/It was glanced at/' \"$1\"",
    )
    .ok();
    assert!(!is_closed(&sandbox, "work"));
}

#[test]
fn an_approval_is_of_the_code_as_it_was() {
    let sandbox = gated();
    unattended(&sandbox);
    let approve = || {
        for name in ["work/looked", "work/notes"] {
            sandbox
                .plan(&["gate", "approve", name, "--note", "fine"])
                .ok();
        }
    };
    let states = || {
        (
            gate(&sandbox, "work/looked").0,
            gate(&sandbox, "work/notes").0,
        )
    };
    let are =
        |looked: &str, notes: &str| assert_eq!(states(), (looked.to_owned(), notes.to_owned()));
    are("unmet", "unmet");
    approve();
    are("ok", "ok");
    // A commit without a change, and files that are not committed, are nothing new.
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "empty"]);
    fs::write(sandbox.repo().join("README"), "changed\n").unwrap();
    fs::write(sandbox.repo().join("NEWS"), "new\n").unwrap();
    are("ok", "ok");
    fs::remove_file(sandbox.repo().join("NEWS")).unwrap();
    // Outside the inputs: stale is only the gate that looks at everything.
    commit(&sandbox, "README", "changed\n");
    are("stale", "ok");
    let (_, reason) = gate(&sandbox, "work/looked");
    assert!(
        reason.contains("approved other code: README has changed since"),
        "{reason}"
    );
    let complaint = sandbox.plan(&["close-phase", "work"]).fails(1);
    assert!(complaint.contains("stale  work/looked"), "{complaint}");
    // The same tree again is the same code.
    sandbox.git(&["revert", "--no-edit", "HEAD"]);
    are("ok", "ok");
    // Inside: an input that was not there, one that changes, its mode, one below a folder.
    let steps: [(&str, &str); 4] = [
        ("NEWS", "a"),
        ("NEWS", "b"),
        ("src/deep/file", "a"),
        (".gitattributes", "* text"),
    ];
    for (path, text) in steps {
        approve();
        are("ok", "ok");
        commit(&sandbox, path, text);
        are("stale", "stale");
    }
    approve();
    sandbox.git(&["update-index", "--chmod=+x", "NEWS"]);
    sandbox.git(&["commit", "-qm", "mode"]);
    are("stale", "stale");
    approve();
    sandbox.git(&["rm", "-qf", "NEWS"]);
    sandbox.git(&["commit", "-qm", "gone"]);
    are("stale", "stale");
    // A path that only begins like an input is another one.
    approve();
    commit(&sandbox, "src-other", "x");
    commit(&sandbox, "NEWS.old", "x");
    are("stale", "ok");
    // Another definition is another gate.
    approve();
    edit(
        &sandbox,
        &[],
        "sed -i 's/It was looked at/It was glanced at/' \"$1\"",
    )
    .ok();
    are("stale", "ok");
}

#[test]
fn a_phase_is_judged_at_the_commit_that_is_named() {
    let sandbox = gated();
    unattended(&sandbox);
    for name in ["work/looked", "work/notes"] {
        sandbox
            .plan(&["gate", "approve", name, "--note", "fine"])
            .ok();
    }
    commit(&sandbox, "NEWS", "new");
    sandbox.plan(&["close-phase", "work"]).fails(1);
    sandbox
        .plan(&["close-phase", "work", "--at", "nowhere"])
        .fails(3);
    sandbox
        .plan(&["close-phase", "work", "--at", "HEAD~1"])
        .ok();
    assert!(is_closed(&sandbox, "work"));
}

#[test]
fn gates_hold_before_the_first_commit_too() {
    let sandbox = Sandbox::with(&[]);
    unattended(&sandbox);
    sandbox.plan(&["init", "Demo plan"]).ok();
    sandbox.plan(&["add-phase", "work"]).ok();
    sandbox
        .plan(&["gate", "add", "work", "looked", "--kind", "manual"])
        .ok();
    sandbox
        .plan(&["gate", "approve", "work/looked", "--note", "fine"])
        .ok();
    assert_eq!(gate(&sandbox, "work/looked").0, "ok");
    commit(&sandbox, "README", "x");
    assert_eq!(gate(&sandbox, "work/looked").0, "stale");
}

#[test]
fn a_gate_that_this_version_does_not_know_blocks() {
    let sandbox = gated();
    unattended(&sandbox);
    for name in ["work/looked", "work/notes"] {
        sandbox
            .plan(&["gate", "approve", name, "--note", "fine"])
            .ok();
    }
    let header = ".plans/demo-plan/plan.toml";
    let good = sandbox.stored(header);
    for (more, name, cause) in [
        (
            "\n[[phase.gate]]\nid = \"tests\"\nkind = \"tdd\"\ncases = [\"a\"]\n",
            "tests",
            "the key 'cases'",
        ),
        (
            "\n[[phase.gate]]\nid = \"odd\"\nkind = \"\u{1b}[31m\"\n",
            "odd",
            "the kind",
        ),
        (
            "\n[[phase.gate]]\nid = \"aged\"\nkind = \"manual\"\nmax_age = \"1d\"\n",
            "aged",
            "takes no 'max_age'",
        ),
    ] {
        let more = more.replace('\u{1b}', "\\u001B");
        sandbox.store_by_hand(&[(header, Some(&format!("{good}{more}")))]);
        let (state, reason) = gate(&sandbox, &format!("work/{name}"));
        assert_eq!(state, "error");
        assert!(reason.contains(cause), "{reason}");
        let complaint = sandbox.plan(&["close-phase", "work"]).fails(1);
        assert!(
            complaint.contains(&format!("error  work/{name}")),
            "{complaint}"
        );
        let kind_is_manual = more.contains("\"manual\"");
        let address = format!("work/{name}");
        let run = sandbox.plan(&["gate", "approve", &address, "--note", "fine"]);
        if kind_is_manual {
            assert_eq!(
                gate(&sandbox, &address).0,
                "error",
                "an approval does not help: {run:?}"
            );
        } else {
            run.fails(2);
        }
        sandbox.plan(&["add-phase", "next"]).ok();
        sandbox.plan(&["add-task", "later", "--phase", "next"]).ok();
        let number = data(&sandbox, &["tasks"])[0]["number"].to_string();
        sandbox.plan(&["start", &number]).fails(1);
        sandbox.plan(&["remove-task", &number]).ok();
    }
    sandbox
        .plan(&["gate", "add", "work", "x", "--kind", "command"])
        .fails(2);
}

#[test]
fn what_is_no_gate_is_refused() {
    let sandbox = gated();
    unattended(&sandbox);
    let before = tip(&sandbox);
    for (words, code) in [
        (
            &["gate", "add", "work", "looked", "--kind", "manual"][..],
            3,
        ),
        (&["gate", "add", "work", "tasks", "--kind", "manual"], 3),
        (&["gate", "add", "work", "No Slug", "--kind", "manual"], 2),
        (&["gate", "add", "work", "g"], 2),
        (
            &[
                "gate", "add", "work", "g", "--kind", "manual", "--input", "../x",
            ],
            2,
        ),
        (
            &[
                "gate", "add", "work", "g", "--kind", "manual", "--input", "/etc",
            ],
            2,
        ),
        (
            &[
                "gate", "add", "work", "g", "--kind", "manual", "--input", "",
            ],
            2,
        ),
        (&["gate", "approve", "work", "--note", "x"], 2),
        (&["gate", "approve", "work/nothing", "--note", "x"], 3),
        (&["gate", "approve", "nowhere/looked", "--note", "x"], 3),
        (&["gate", "approve", "work/tasks", "--note", "x"], 2),
        (&["gate", "approve", "work/looked"], 2),
        (&["gate", "approve", "work/looked", "--note", ""], 2),
        (&["gate"], 2),
        (&["close-phase"], 2),
    ] {
        let run = sandbox.plan(words);
        assert_eq!(run.code, code, "{words:?}: {run:?}");
    }
    let complaint = sandbox
        .plan(&["gate", "approve", "work/locked", "--note", "x"])
        .fails(3);
    assert!(
        complaint.contains("did you mean work/looked?"),
        "{complaint}"
    );
    assert_eq!(tip(&sandbox), before);
}
