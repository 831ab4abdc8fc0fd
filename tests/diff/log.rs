//! The log tells what changed, from the files, whatever the commit says of itself.

use crate::sandbox::Sandbox;
use crate::world::{HEADER, by_hand, strict, tip};

/// What the newest line of the log says.
fn last(sandbox: &Sandbox) -> String {
    let line = sandbox.plan(&["log", "-n", "1"]).ok();
    let what = line.trim_end().split_once("Ada           ");
    what.map(|(_, what)| what.to_owned()).unwrap_or(line)
}

#[test]
fn each_operation_says_what_changed() {
    let sandbox = strict();
    for (words, expected) in [
        (
            &["add-task", "One", "--phase", "a", "--item", "x"][..],
            "added task 1 \"One\"",
        ),
        (
            &["update-task", "1", "--priority", "high"],
            "task 1 \"One\": priority: (none) → high",
        ),
        (
            &["update-task", "1", "--title", "Uno"],
            "renamed task 1 \"Uno\", was \"One\"",
        ),
        (
            &["start", "1"],
            "task 1 \"Uno\": status: pending → in_progress; claim: held by ada@example.org/main",
        ),
        (
            &["check-item", "1", "1"],
            "task 1 \"Uno\": item \"x\" checked: (none) → true",
        ),
        (
            &["note", "1", "well"],
            "task 1 \"Uno\": + note of Ada <ada@example.org>: well",
        ),
        (
            &["update-task", "1", "--no-phase"],
            "task 1 \"Uno\": phase: a → (none)",
        ),
        (
            &[
                "update-task",
                "1",
                "--status",
                "cancelled",
                "--reason",
                "no",
            ],
            "cancelled task 1 \"Uno\"",
        ),
        (
            &["remove-task", "1", "--yes"],
            "removed task 1 \"Uno\" (+1 more)",
        ),
        (
            &["gate", "remove", "a/read", "--reason", "we agreed"],
            "weakened gate a/read: removed (+1 more)",
        ),
        (
            &["update-phase", "c", "--objective", "done"],
            "phase c: objective: (none) → done",
        ),
    ] {
        sandbox.plan(words).ok();
        assert_eq!(
            last(&sandbox),
            format!("demo-plan: {expected}"),
            "{words:?}"
        );
    }
}

#[test]
fn records_are_told_as_what_somebody_did() {
    let sandbox = strict();
    let waive = [
        "gate",
        "waive",
        "a/read",
        "--reason",
        "in a hurry",
        "--until",
        "2026-03-01",
    ];
    sandbox.plan(&waive).ok();
    assert_eq!(last(&sandbox), "demo-plan: waived gate a/read: in a hurry");
    sandbox
        .plan(&["gate", "approve", "a/read", "--note", "fine"])
        .ok();
    assert_eq!(last(&sandbox), "demo-plan: approved gate a/read: fine");
}

#[test]
fn a_commit_that_lies_is_seen_through() {
    let sandbox = strict();
    let base = tip(&sandbox);
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    let lie = [
        "commit-tree",
        &tree,
        "-p",
        &base,
        "-m",
        "demo-plan: fix a typing error",
    ];
    let lie = sandbox.git(&lie);
    sandbox.git(&["update-ref", "refs/heads/git-plan", &lie]);
    assert_eq!(
        last(&sandbox),
        "demo-plan: weakened gate a/read: its count lowered"
    );
}

#[test]
fn agents_and_undo_are_named() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One", "--as", "robot"]).ok();
    assert!(
        sandbox
            .plan(&["log", "-n", "1"])
            .ok()
            .contains("Ada as robot")
    );
    let done = tip(&sandbox);
    sandbox.plan(&["undo"]).ok();
    assert!(
        last(&sandbox).ends_with(&format!("(undo of {})", &done[..10])),
        "{}",
        last(&sandbox)
    );
}

#[test]
fn an_entity_narrows_the_list_to_what_changed_it() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    sandbox.plan(&["add-task", "Two", "--phase", "b"]).ok();
    sandbox
        .plan(&["gate", "approve", "a/read", "--note", "fine"])
        .ok();
    sandbox.plan(&["update-phase", "c", "--title", "Drei"]).ok();
    let lines = |word: &str| sandbox.plan(&["log", word]).ok().lines().count();
    assert_eq!(lines("1"), 1);
    assert_eq!(
        lines("a/read"),
        2,
        "the definition by hand, and the approval"
    );
    assert_eq!(lines("c"), 2);
    assert_eq!(lines("demo-plan"), 6);
    let id = sandbox.plan(&["show", "1", "--json"]).json()["data"]["id"].clone();
    sandbox.plan(&["remove-task", "1", "--yes"]).ok();
    assert_eq!(
        lines(id.as_str().unwrap()),
        2,
        "a task that is gone, by its id"
    );
}

#[test]
fn a_reader_that_goes_away_ends_it() {
    let sandbox = strict();
    let operations: String = (0..300)
        .map(|n| format!("{{\"op\":\"add-task\",\"title\":\"{n}\"}}\n"))
        .collect();
    sandbox.plan_fed(&operations, &["batch"]).ok();
    for _ in 0..40 {
        sandbox
            .plan(&[
                "add-task",
                "another one with a rather long title to fill the pipe",
            ])
            .ok();
    }
    let run = sandbox.sh("git plan log | head -n 1");
    assert_eq!(run.out.lines().count(), 1);
    assert_eq!(run.err, "");
}

#[test]
fn all_that_changed_of_one_thing_is_in_its_line() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One", "--phase", "a"]).ok();
    let words = ["update-task", "1", "--phase", "b", "--priority", "high"];
    sandbox.plan(&words).ok();
    let expected = "demo-plan: task 1 \"One\": priority: (none) → high; phase: a → b";
    assert_eq!(last(&sandbox), expected);
    sandbox.plan(&["note", "1", "first line\nsecond line"]).ok();
    assert!(
        last(&sandbox).ends_with("; \"first line…\""),
        "{}",
        last(&sandbox)
    );
}
