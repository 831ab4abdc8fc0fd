//! Which states a diff compares: commits, dates, what the remote has, where a branch began.

use crate::sandbox::Sandbox;
use crate::world::{class, tip};

fn world() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "One"]).ok();
    sandbox
}

fn added(text: &str) -> Vec<&str> {
    let lines = class(text, "Added").into_iter();
    lines.filter(|line| line.starts_with("  +")).collect()
}

#[test]
fn without_a_remote_it_is_the_last_operation() {
    let sandbox = world();
    sandbox.plan(&["add-task", "Two"]).ok();
    assert_eq!(added(&sandbox.plan(&["diff"]).ok()), ["  + task 2 \"Two\""]);
}

#[test]
fn with_a_remote_it_is_what_that_lacks() {
    let sandbox = world();
    sandbox.git(&["init", "-q", "--bare", "../remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    assert_eq!(added(&sandbox.plan(&["diff"]).ok()).len(), 3, "all of it");
    sandbox.git(&["push", "-q", "origin", "git-plan"]);
    sandbox.git(&["fetch", "-q", "origin"]);
    assert_eq!(added(&sandbox.plan(&["diff"]).ok()), [""; 0]);
    sandbox.plan(&["add-task", "Two"]).ok();
    sandbox.plan(&["add-task", "Three"]).ok();
    let both = ["  + task 2 \"Two\"", "  + task 3 \"Three\""];
    assert_eq!(added(&sandbox.plan(&["diff"]).ok()), both);
    let range = "origin/git-plan..git-plan";
    assert_eq!(added(&sandbox.plan(&["diff", range]).ok()), both);
    let back = sandbox.plan(&["diff", "git-plan..origin/git-plan"]).ok();
    assert_eq!(class(&back, "Removed").len(), 2);
}

#[test]
fn a_branch_is_compared_from_where_it_began() {
    let sandbox = world();
    sandbox.git(&["branch", "plan/topic", "git-plan"]);
    sandbox.plan(&["add-task", "Meanwhile"]).ok();
    let main = tip(&sandbox);
    sandbox.git(&["update-ref", "refs/heads/git-plan", "plan/topic"]);
    sandbox.plan(&["add-task", "Topic"]).ok();
    sandbox.git(&["branch", "-f", "plan/topic", "git-plan"]);
    sandbox.git(&["update-ref", "refs/heads/git-plan", &main]);
    let text = sandbox.plan(&["diff", "git-plan...plan/topic"]).ok();
    assert_eq!(added(&text), ["  + task 2 \"Topic\""]);
    assert!(class(&text, "Removed").is_empty());
    let two_dots = sandbox.plan(&["diff", "git-plan..plan/topic"]).ok();
    assert_eq!(class(&two_dots, "Removed"), ["  - task 2 \"Meanwhile\""]);
    let two_words = sandbox.plan(&["diff", "git-plan", "plan/topic"]).ok();
    assert_eq!(two_words, two_dots);
}

#[test]
fn dates_name_the_last_state_until_then() {
    let sandbox = world();
    let later = [("GIT_PLAN_NOW", "2026-02-10T12:00:00Z")];
    sandbox.plan_with(&later, &["add-task", "Two"]).ok();
    let at = |words: &[&str]| sandbox.plan_with(&later, words).ok();
    assert_eq!(added(&at(&["diff", "2026-02-01"])), ["  + task 2 \"Two\""]);
    assert_eq!(added(&at(&["diff", "2 days ago"])), ["  + task 2 \"Two\""]);
    assert_eq!(
        added(&at(&["diff", "2026-02-10T11:59:59Z.."])),
        ["  + task 2 \"Two\""]
    );
    assert_eq!(added(&at(&["diff", "2026-02-11"])), [""; 0]);
    // Before the first plan there was nothing.
    assert_eq!(added(&at(&["diff", "2020-01-01"])).len(), 4);
}

#[test]
fn what_is_no_state_is_refused_with_a_way_on() {
    let sandbox = world();
    let said = sandbox.plan(&["diff", "nonsense.."]).fails(3);
    assert!(said.contains("nonsense"), "{said}");
    assert!(said.contains("git plan log"), "{said}");
    let said = sandbox.plan(&["diff", "main.."]).fails(3);
    assert!(said.contains("'main' is no state of the plans"), "{said}");
    sandbox.plan(&["diff", "a", "b", "c"]).fails(2);
    sandbox.plan(&["diff", "-p", "nobody"]).fails(3);
}

#[test]
fn one_plan_can_be_asked_for() {
    let sandbox = world();
    let base = tip(&sandbox);
    sandbox.plan(&["init", "Other"]).ok();
    sandbox.plan(&["-p", "other", "add-task", "There"]).ok();
    sandbox.plan(&["-p", "demo-plan", "add-task", "Here"]).ok();
    let range = format!("{base}..");
    let both = sandbox.plan(&["diff", &range]).ok();
    assert!(both.contains("+ demo-plan: task 2 \"Here\""), "{both}");
    assert!(both.contains("+ other: task 1 \"There\""), "{both}");
    let one = sandbox.plan(&["-p", "demo-plan", "diff", &range]).ok();
    assert_eq!(added(&one), ["  + task 2 \"Here\""]);
}

#[test]
fn json_is_the_same_by_either_option() {
    let sandbox = world();
    let one = sandbox.plan(&["diff", "--json"]).ok();
    assert_eq!(sandbox.plan(&["diff", "--format", "json"]).ok(), one);
}
