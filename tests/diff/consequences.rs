//! What follows from a change is said with it.

use crate::world::{class, diff, edit, strict, tip};

#[test]
fn a_removed_task_names_those_that_depended_on_it() {
    let sandbox = strict();
    for words in [
        &["add-task", "One"][..],
        &["add-task", "Two", "--depends-on", "1"],
        &["add-task", "Three", "--depends-on", "1"],
    ] {
        sandbox.plan(words).ok();
    }
    let base = tip(&sandbox);
    // One of them gives it up first, the other is left with nothing to depend on.
    sandbox
        .plan(&["update-task", "2", "--no-depends-on", "1"])
        .ok();
    let task = sandbox.task_path("demo-plan", "1");
    sandbox.store_by_hand(&[(&task, None)]);
    let text = diff(&sandbox, &base);
    let said = "      → task 2 \"Two\", task 3 \"Three\" depended on it";
    assert_eq!(class(&text, "Removed"), ["  - task 1 \"One\"", said]);
    assert_eq!(
        class(&text, "Changed")[1],
        "      depends_on: - task 1 \"One\""
    );
}

#[test]
fn a_moved_task_says_which_gates_it_falls_under() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One", "--phase", "a"]).ok();
    let base = tip(&sandbox);
    sandbox.plan(&["update-task", "1", "--phase", "b"]).ok();
    assert_eq!(
        class(&diff(&sandbox, &base), "Moved")[2..],
        [
            "      → its new phase has no gates",
            "      → it no longer falls under gate a/tests, gate a/read",
        ]
    );
    let base = tip(&sandbox);
    sandbox.plan(&["update-task", "1", "--no-phase"]).ok();
    let text = diff(&sandbox, &base);
    assert_eq!(
        class(&text, "Moved")[2],
        "      → it is in no phase now: no gate asks for it"
    );
}

#[test]
fn a_gate_that_changes_says_that_its_phase_is_open_again() {
    let sandbox = strict();
    sandbox.plan(&["add-phase", "Alone", "--after", "a"]).ok();
    sandbox
        .plan(&["gate", "add", "alone", "seen", "--kind", "manual"])
        .ok();
    sandbox
        .plan(&["update-phase", "alone", "--after", ""])
        .code
        .to_string();
    let base = tip(&sandbox);
    edit(&sandbox, "demo-plan", "id = \"seen\"", "id = \"looked\"").ok();
    let text = diff(&sandbox, &base);
    assert_eq!(class(&text, "Weakened")[0], "  ! gate alone/seen: removed");
}
