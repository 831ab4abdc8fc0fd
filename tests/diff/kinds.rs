//! A change of each kind is told as what it is, and counted once.

use serde_json::{Value, json};

use crate::sandbox::Sandbox;
use crate::world::{HEADER, by_hand, changes, class, diff, json, strict, tip};

fn world() -> Sandbox {
    let sandbox = strict();
    for words in [
        &[
            "add-task", "One", "--phase", "a", "--item", "first", "--item", "second",
        ][..],
        &["add-task", "Two", "--phase", "b", "--depends-on", "1"],
        &["add-task", "Three"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

/// The one change since a state.
#[track_caller]
fn only(sandbox: &Sandbox, base: &str) -> Value {
    let mut changes = changes(sandbox, base);
    assert_eq!(changes.len(), 1, "{changes:?}");
    changes.swap_remove(0)
}

#[test]
fn a_rename_is_no_removal_and_addition() {
    let sandbox = world();
    let base = tip(&sandbox);
    sandbox.plan(&["update-task", "1", "--title", "Uno"]).ok();
    let change = only(&sandbox, &base);
    assert_eq!(change["kind"], "renamed");
    assert_eq!(
        (&change["from"], &change["to"]),
        (&json!("One"), &json!("Uno"))
    );
    let base = tip(&sandbox);
    sandbox.plan(&["update-phase", "b", "--title", "Zwei"]).ok();
    assert_eq!(only(&sandbox, &base)["kind"], "renamed");
    assert_eq!(class(&diff(&sandbox, &base), "Changed")[0], "  ~ phase b");
}

#[test]
fn another_number_is_no_removal_and_addition() {
    let sandbox = world();
    let base = tip(&sandbox);
    let path = sandbox.task_path("demo-plan", "3");
    by_hand(&sandbox, &path, "number = 3", "number = 9");
    let change = only(&sandbox, &base);
    assert_eq!(
        (&change["kind"], &change["key"]),
        (&json!("renumbered"), &json!("number"))
    );
    assert_eq!(json(&sandbox, &base)["summary"]["changed"], 1);
}

#[test]
fn a_move_between_phases_is_a_move() {
    let sandbox = world();
    let base = tip(&sandbox);
    sandbox.plan(&["update-task", "3", "--phase", "a"]).ok();
    let change = only(&sandbox, &base);
    assert_eq!(
        (&change["kind"], &change["to"]),
        (&json!("moved"), &json!("a"))
    );
    assert_eq!(json(&sandbox, &base)["summary"]["moved"], 1);
    let text = diff(&sandbox, &base);
    assert_eq!(
        class(&text, "Moved"),
        [
            "  > task 3 \"Three\"",
            "      phase: (none) → a",
            "      → it falls under gate a/tests, gate a/read",
        ]
    );
}

#[test]
fn another_order_is_a_reordering() {
    let sandbox = world();
    let base = tip(&sandbox);
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| {
        let mut items: Vec<&str> = text.split("[[item]]").collect();
        items.swap(1, 2);
        let text = items.join("[[item]]");
        format!("{}\n", text.trim_end())
    });
    let change = only(&sandbox, &base);
    assert_eq!(
        (&change["kind"], &change["key"]),
        (&json!("reordered"), &json!("item"))
    );
    assert_eq!(
        class(&diff(&sandbox, &base), "Moved")[0],
        "  > task 1 \"One\""
    );
}

#[test]
fn a_cancelled_task_stands_among_what_was_removed() {
    let sandbox = world();
    let base = tip(&sandbox);
    let words = [
        "update-task",
        "1",
        "--status",
        "cancelled",
        "--reason",
        "no need",
    ];
    sandbox.plan(&words).ok();
    let found = json(&sandbox, &base);
    assert_eq!(found["summary"]["removed"], 1);
    assert_eq!(found["changes"][0]["kind"], "changed");
    assert_eq!(
        class(&diff(&sandbox, &base), "Removed"),
        [
            "  - task 1 \"One\": cancelled",
            "      reason: \"no need\"",
            "      status_by: \"Ada <ada@example.org>\"",
            "      → task 2 \"Two\" depend on it",
        ]
    );
}

#[test]
fn classes_come_in_their_order_then_phases_then_numbers() {
    let sandbox = world();
    let base = tip(&sandbox);
    for words in [
        &["add-task", "Late", "--phase", "b"][..],
        &["add-task", "Early", "--phase", "a"],
        &["add-task", "Nowhere"],
        &["update-task", "2", "--title", "Deux", "--phase", "a"],
        &["remove-task", "3", "--yes"],
        &["update-task", "1", "--priority", "high"],
    ] {
        sandbox.plan(words).ok();
    }
    by_hand(&sandbox, HEADER, "\"7d\"", "\"9d\"");
    let text = diff(&sandbox, &base);
    let lines = text
        .lines()
        .map(|line| line.split(" (from ").next().unwrap());
    let names: Vec<&str> = lines.filter(|line| !line.starts_with("      ")).collect();
    assert_eq!(
        names,
        [
            "1 weakened, 1 removed, 3 added, 2 changed, 1 moved",
            "",
            "Weakened",
            "  ! gate a/tests: its max_age extended",
            "",
            "Removed",
            "  - task 3 \"Three\"",
            "",
            "Added",
            "  + task 5 \"Early\"",
            "  + task 4 \"Late\"",
            "  + task 6 \"Nowhere\"",
            "",
            "Changed",
            "  ~ task 1 \"One\"",
            "  ~ task 2 \"Deux\"",
            "",
            "Moved",
            "  > task 2 \"Deux\"",
        ]
    );
    assert_eq!(diff(&sandbox, &base), text, "the same twice");
}

#[test]
fn every_change_is_counted_once() {
    let sandbox = world();
    let base = tip(&sandbox);
    sandbox.plan(&["check-item", "1", "1"]).ok();
    sandbox.plan(&["note", "1", "a remark"]).ok();
    sandbox
        .plan(&[
            "update-task",
            "2",
            "--label",
            "x",
            "--description",
            "long\ntext",
        ])
        .ok();
    sandbox.plan(&["start", "1"]).ok();
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let found = json(&sandbox, &base);
    let summary = found["summary"].as_object().unwrap();
    let sum: u64 = summary.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(sum, found["changes"].as_array().unwrap().len() as u64);
    assert_eq!(sum, 7, "{found}");
}

#[test]
fn a_text_is_shown_by_its_lines() {
    let sandbox = world();
    let lines = |word: &str| {
        let lines: Vec<String> = (1..20)
            .map(|n| format!("line {n} {}", if n == 9 { word } else { "" }))
            .collect();
        lines.join("\n")
    };
    sandbox
        .plan(&["update-task", "1", "--description", &lines("old")])
        .ok();
    let base = tip(&sandbox);
    sandbox
        .plan(&["update-task", "1", "--description", &lines("new")])
        .ok();
    let text = diff(&sandbox, &base);
    assert!(
        text.contains("        - line 9 old\n        + line 9 new\n"),
        "{text}"
    );
    assert!(!text.contains("line 1 \n"), "{text}");
}
