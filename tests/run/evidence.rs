//! What evidence outlives, and what makes it stale.

use crate::sandbox::Sandbox;
use crate::world::{add, state, world};

fn passed(sandbox: &Sandbox, options: &[&str]) {
    add(sandbox, "t", options, &["true"]);
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert_eq!(state(sandbox, "f/t").0, "ok");
}

#[test]
fn other_code_makes_it_stale_and_is_named() {
    let sandbox = world();
    passed(&sandbox, &[]);
    sandbox.write("README", "changed\n");
    sandbox.commit_all("changed");
    let (state, reason) = state(&sandbox, "f/t");
    assert_eq!(state, "stale");
    assert!(reason.contains("README has changed since"), "{reason}");
}

#[test]
fn a_change_outside_of_the_inputs_keeps_it_and_one_inside_does_not() {
    let sandbox = world();
    sandbox.write("src/a", "1\n");
    sandbox.commit_all("src");
    passed(&sandbox, &["--input", "src"]);
    sandbox.write("README", "changed\n");
    sandbox.commit_all("outside");
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    sandbox.write("src/a", "2\n");
    sandbox.commit_all("inside");
    let (state, reason) = state(&sandbox, "f/t");
    assert_eq!(state, "stale");
    assert!(reason.contains("src/a has changed since"), "{reason}");
}

#[test]
fn a_script_and_the_attributes_belong_to_the_inputs() {
    let sandbox = world();
    sandbox.write("src/a", "1\n");
    sandbox.write("ci/t.sh", "true\n");
    sandbox.commit_all("src");
    add(&sandbox, "t", &["--input", "src"], &["sh", "ci/t.sh"]);
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    for path in ["ci/t.sh", ".gitattributes", ".gitmodules"] {
        sandbox.write(path, "# changed\n");
        sandbox.commit_all("changed");
        assert_eq!(state(&sandbox, "f/t").0, "stale", "{path}");
        sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
        assert_eq!(state(&sandbox, "f/t").0, "ok");
    }
}

#[test]
fn the_same_tree_keeps_it_on_any_commit() {
    let sandbox = world();
    passed(&sandbox, &[]);
    sandbox.git(&["commit", "-q", "--amend", "-m", "other words"]);
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    // A commit that was picked and rebased.
    sandbox.git(&["switch", "-q", "-c", "side"]);
    sandbox.write("new", "");
    sandbox.commit_all("new");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "empty"]);
    sandbox.git(&["cherry-pick", "side"]);
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    sandbox.git(&["switch", "-q", "side"]);
    sandbox.git(&["rebase", "-q", "main"]);
    assert_eq!(state(&sandbox, "f/t").0, "ok");
}

#[test]
fn another_definition_makes_it_stale() {
    let sandbox = world();
    passed(&sandbox, &[]);
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        text.replace("kind = \"command\"", "kind = \"command\"\ntimeout = \"7m\"")
    });
    let (state, reason) = state(&sandbox, "f/t");
    assert_eq!(state, "stale");
    assert!(reason.contains("another definition"), "{reason}");
}

#[test]
fn another_system_and_another_runner_do_not_count() {
    let sandbox = world();
    add(
        &sandbox,
        "here",
        &["--platform", std::env::consts::OS],
        &["true"],
    );
    add(&sandbox, "there", &["--platform", "plan9"], &["true"]);
    add(&sandbox, "ci", &["--runner", "ci"], &["true"]);
    sandbox.plan(&["gate", "run", "f"]).ok();
    assert_eq!(state(&sandbox, "f/here").0, "ok");
    assert!(
        state(&sandbox, "f/there")
            .1
            .contains("the gate asks for plan9")
    );
    assert!(state(&sandbox, "f/ci").1.contains("not in CI"));
}

#[test]
fn it_is_too_old_after_a_while() {
    let sandbox = world();
    passed(&sandbox, &["--max-age", "30d"]);
    let later = [("GIT_PLAN_NOW", "2026-03-31T09:30:00Z")];
    let check = sandbox.plan_with(&later, &["gate", "check", "f/t"]);
    assert!(check.out.contains("older than 30d"), "{check:?}");
    check.fails(1);
}

#[test]
fn a_record_of_another_plan_does_not_count() {
    let sandbox = world();
    passed(&sandbox, &[]);
    let (path, text) = crate::world::record_texts(&sandbox).remove(0);
    sandbox.plan(&["init", "Other"]).ok();
    sandbox.plan(&["-p", "other", "add-phase", "F"]).ok();
    sandbox
        .plan(&[
            "-p", "other", "gate", "add", "f", "t", "--kind", "command", "--", "true",
        ])
        .ok();
    let copied = path.replace("demo-plan", "other");
    sandbox.store_by_hand(&[(&copied, Some(&text))]);
    let check = sandbox.plan(&["-p", "other", "gate", "check", "f/t", "--json"]);
    assert_ne!(check.json()["data"]["gates"][0]["state"], "ok", "{check:?}");
}

#[test]
fn undo_takes_a_run_back() {
    let sandbox = world();
    passed(&sandbox, &[]);
    sandbox.plan(&["undo"]).ok();
    let after_undo = state(&sandbox, "f/t").0;
    assert_eq!(after_undo, "unmet");
}
