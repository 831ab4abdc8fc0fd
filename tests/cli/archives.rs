//! The end of a plan: what is asked, what stays, what goes, and the way back.

use serde_json::{Value, json};

use crate::sandbox::{NOW, Sandbox};

const HEADER: &str = ".plans/demo-plan/plan.toml";

/// A plan with an open phase and an open task.
fn incomplete() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "First"]).ok();
    sandbox
        .plan(&["add-task", "Left over", "--phase", "first"])
        .ok();
    sandbox.write("work", "work\n");
    sandbox
}

fn checkpoints(sandbox: &Sandbox) -> Vec<Value> {
    let json = sandbox
        .plan(&["-p", "demo-plan", "checkpoints", "--json"])
        .json();
    json["data"].as_array().unwrap().clone()
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

#[test]
fn what_is_incomplete_is_listed_and_asked_about() {
    let sandbox = incomplete();
    let before = tip(&sandbox);
    let run = sandbox.plan(&["archive"]);
    let told = run.fails(4);
    assert!(
        told.contains("1 task is not over: 1 \"Left over\"")
            && told.contains("phases are open: first"),
        "{told}"
    );
    assert!(
        told.contains("hint: git plan archive demo-plan --yes "),
        "{told}"
    );
    assert_eq!(tip(&sandbox), before);
    assert!(sandbox.refs("refs/plans").is_empty());
    sandbox.plan(&["archive", "--yes"]).ok();
    assert_eq!(checkpoints(&sandbox).len(), 1);
}

/// The line to type keeps what was said about the checkpoint, private above all.
#[test]
fn the_line_that_answers_yes_has_all_that_was_said() {
    let sandbox = incomplete();
    let words = [
        "archive",
        "--private",
        "--note",
        "it's over",
        "--no-untracked",
        "--skip-large",
    ];
    let told = sandbox.plan(&words).fails(4);
    let line = "git plan archive demo-plan --note 'it'\\''s over' --private --no-untracked --skip-large --yes";
    assert!(told.contains(line), "{told}");
    sandbox.sh(line).ok();
    assert_eq!(checkpoints(&sandbox)[0]["private"], true);
    assert!(sandbox.stored(HEADER).contains("reason = \"it's over\""));
}

#[test]
fn who_when_and_why_are_recorded_with_the_final_checkpoint_in_one_commit() {
    let sandbox = incomplete();
    let before = tip(&sandbox);
    let told = sandbox
        .plan(&["archive", "--yes", "--note", "shipped in 2.3"])
        .ok();
    assert!(told.contains("final checkpoint \"final\""), "{told}");
    let header = sandbox.stored(HEADER);
    for line in [
        "status = \"archived\"",
        "reason = \"shipped in 2.3\"",
        "status_by = \"Ada <ada@example.org>\"",
        &format!("status_since = {NOW}"),
    ] {
        assert!(header.contains(line), "{line}: {header}");
    }
    assert_eq!(sandbox.git(&["rev-parse", "git-plan^"]), before);
    let all = checkpoints(&sandbox);
    assert_eq!(
        (&all[0]["final"], &all[0]["note"]),
        (&json!(true), &json!("shipped in 2.3"))
    );
    assert_eq!(
        sandbox.added_all(&sandbox.repo()),
        all[0]["tree"].as_str().unwrap()
    );
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn temporary_documents_go_and_the_others_stay() {
    let sandbox = incomplete();
    sandbox.store_by_hand(&[
        (".plans/demo-plan/docs/tmp/scratch.md", Some("scratch\n")),
        (".plans/demo-plan/docs/tmp/deep/er.md", Some("scratch\n")),
        (".plans/demo-plan/docs/design.md", Some("design\n")),
    ]);
    sandbox.plan(&["archive", "--yes", "--dry-run"]).ok();
    let files = || {
        sandbox.git(&[
            "ls-tree",
            "-r",
            "--name-only",
            "git-plan",
            ".plans/demo-plan/docs/",
        ])
    };
    assert_eq!(files().lines().count(), 3);
    sandbox.plan(&["archive", "--yes"]).ok();
    assert_eq!(files(), ".plans/demo-plan/docs/design.md");
}

#[test]
fn every_command_that_writes_is_refused_with_the_way_to_reopen() {
    let sandbox = incomplete();
    sandbox.checkpoint(&["kept"]);
    sandbox.plan(&["archive", "--yes"]).ok();
    let before = sandbox.git(&["for-each-ref"]);
    let way = "git plan update-plan demo-plan --status active --reason";
    for words in [
        &["checkpoint", "x"][..],
        &["checkpoint", "x", "--private"],
        &["add-task", "x"],
        &["update-task", "1", "--title", "x"],
        &["start", "1"],
        &["done", "1"],
        &["note", "1", "x"],
        &["add-item", "1", "x"],
        &["block", "1", "--reason", "x"],
        &["remove-task", "1"],
        &["add-phase", "x"],
        &["update-phase", "first", "--title", "x"],
        &["remove-phase", "first"],
        &["close-phase", "first"],
        &["gate", "add", "first", "x", "--kind", "manual"],
    ] {
        let run = sandbox.plan(&[&["-p", "demo-plan"], words].concat());
        assert!(run.code > 0, "{words:?}: {run:?}");
        assert!(run.err.contains("archived"), "{words:?}: {run:?}");
        assert!(run.err.contains(way), "{words:?}: {run:?}");
    }
    assert_eq!(sandbox.git(&["for-each-ref"]), before);
    for words in [
        &["show"][..],
        &["tasks"],
        &["checkpoints"],
        &["rewind", "kept"],
        &["log"],
    ] {
        sandbox.plan(&[&["-p", "demo-plan"], words].concat()).ok();
    }
}

#[test]
fn a_plan_is_reopened_and_archived_again() {
    let sandbox = incomplete();
    sandbox.plan(&["archive", "--yes"]).ok();
    let reopen = [
        "update-plan",
        "demo-plan",
        "--status",
        "active",
        "--reason",
        "not done",
    ];
    sandbox.plan(&reopen).ok();
    sandbox.plan(&["add-task", "one more"]).ok();
    sandbox.checkpoint(&["again"]);
    sandbox.plan(&["archive", "--yes"]).ok();
    let all = checkpoints(&sandbox);
    let names: Vec<_> = all.iter().map(|one| &one["name"]).collect();
    assert_eq!(names, ["final", "again", "final-2"]);
}

#[test]
fn archiving_twice_changes_nothing() {
    let sandbox = incomplete();
    sandbox.plan(&["archive", "--yes", "--note", "first"]).ok();
    let before = sandbox.git(&["for-each-ref"]);
    let told = sandbox
        .plan(&["archive", "demo-plan", "--yes", "--note", "second"])
        .ok();
    assert!(told.starts_with("unchanged: plan demo-plan"), "{told}");
    assert_eq!(sandbox.git(&["for-each-ref"]), before);
}

#[test]
fn archiving_is_taken_back_as_one_operation() {
    let sandbox = incomplete();
    let tree = sandbox.git(&["rev-parse", "git-plan:.plans/demo-plan/plan.toml"]);
    sandbox.plan(&["archive", "--yes"]).ok();
    sandbox.plan(&["undo"]).ok();
    assert!(checkpoints(&sandbox).is_empty());
    let header = sandbox.stored(HEADER);
    assert!(header.contains("status = \"active\""), "{header}");
    assert!(header.contains("last_checkpoint = 1"), "{header}");
    assert_ne!(
        sandbox.git(&["rev-parse", "git-plan:.plans/demo-plan/plan.toml"]),
        tree
    );
    sandbox.plan(&["add-task", "goes on"]).ok();
}

#[test]
fn a_bare_repository_has_no_final_checkpoint() {
    let sandbox = incomplete();
    let bare = sandbox.root().join("bare.git");
    sandbox.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let run = sandbox.plan_in(&bare, &["archive", "demo-plan", "--yes"]);
    assert!(run.err.contains("no final checkpoint is taken"), "{run:?}");
    run.ok();
    let run = sandbox.plan_in(&bare, &["list", "--all", "--json"]);
    assert_eq!(run.json()["data"][0]["status"], "archived");
    assert_eq!(sandbox.git_in(&bare, &["for-each-ref", "refs/plans"]), "");
}

#[test]
fn the_final_checkpoint_can_be_private_or_left_out() {
    let sandbox = incomplete();
    sandbox.plan(&["archive", "--yes", "--private"]).ok();
    let all = checkpoints(&sandbox);
    assert_eq!(
        (&all[0]["private"], &all[0]["final"]),
        (&json!(true), &json!(true))
    );
    assert!(sandbox.refs("refs/plans/checkpoints").is_empty());
    let other = incomplete();
    other.plan(&["archive", "--yes", "--no-checkpoint"]).ok();
    assert!(checkpoints(&other).is_empty());
    assert!(other.stored(HEADER).contains("status = \"archived\""));
}

#[test]
fn a_guard_that_stops_the_final_checkpoint_stops_the_archiving() {
    let sandbox = incomplete();
    sandbox.write("id_rsa", "x\n");
    let before = sandbox.git(&["for-each-ref"]);
    let told = sandbox.plan(&["archive", "--yes"]).fails(3);
    assert!(
        told.contains("id_rsa") && told.contains("--include-secrets"),
        "{told}"
    );
    assert_eq!(sandbox.git(&["for-each-ref"]), before);
    sandbox
        .plan(&["archive", "--yes", "--include-secrets"])
        .ok();
}

#[test]
fn a_plan_that_is_complete_asks_nothing() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["archive"]).ok();
    let run = sandbox.plan(&["archive", "no-such-plan"]);
    assert!(run.fails(3).contains("no-such-plan"));
}
