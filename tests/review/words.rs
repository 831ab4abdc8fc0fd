//! What people read: in the order of what matters, and harmless whatever the words are.

use crate::world::{on_side, text};

#[test]
fn the_answer_comes_first() {
    let site = on_side();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.work_on("1");
    let words = ["review", "--base", "origin/main", "--head", "side"];
    site.answer(&words).passed(
        "
<oid> may land on main
1 commit; 1 task; 2 gates: 2 unmet
judged by the plans at <oid>

Gates
Gate          State  Why
ground/tasks  unmet  task 1 is open (pending)
ground/seen   unmet  nobody has approved it
  → git plan -p demo done 1
  → git plan -p demo gate approve ground/seen --note TEXT

Tasks
Task  Title  Status   Phase   Commits
1     Dig    pending  ground        1

Nothing has changed in the plans since <oid>
",
    );
    site.work_on("2");
    site.commit("Nothing\n");
    site.commit("Wrong\n\nPlan-Task: demo/9\n");
    site.answer(&words).passed(
        "
<oid> may not land on main
4 commits; 2 tasks; 1 commit without a task; 1 link to what is not there; 3 gates: 3 unmet
judged by the plans at <oid>

refused (R4): main: commit <oid> \"Wrong\": there is no task '9' in plan demo
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    → git plan -p demo close-phase ground
warning (R4): main: commit <oid> \"Nothing\" names no task

Gates
Gate          State  Why
ground/tasks  unmet  task 1 is open (pending)
ground/seen   unmet  nobody has approved it
walls/tasks   unmet  task 2 is open (pending)
  → git plan -p demo done 1
  → git plan -p demo gate approve ground/seen --note TEXT
  → git plan -p demo done 2

Tasks
Task  Title  Status   Phase   Commits
1     Dig    pending  ground        1
2     Build  pending  walls         1

Commits that name what is not there
  <oid> Wrong: there is no task '9' in plan demo

Commits without a task
  <oid> Nothing (Ada <ada@example.org>)

Nothing has changed in the plans since <oid>
",
    );
}

/// Nothing reaches a terminal as it came.
#[test]
fn hostile_words_are_shown_and_do_nothing() {
    let site = on_side();
    let hostile = "\u{1b}[31mred\u{1b}]0;title\u{7} \u{202e}txt.exe\u{9b}2J";
    site.plan(&["update-task", "1", "--title", "\u{202e}gnitfirD"]);
    site.commit(&format!("{hostile}\n\nPlan-Task: demo/1\n"));
    site.commit(&format!("No task {hostile}\n"));
    site.commit(&format!("Wrong {hostile}\n\nPlan-Task: demo/\u{202e}9\n"));
    let said = text(&site);
    let is_harmless = |c: char| c == '\n' || !c.is_control() && c != '\u{202e}';
    assert!(said.chars().all(is_harmless), "{said:?}");
    assert!(said.contains("\\u{202e}gnitfirD"), "{said}");
}

/// What has to hold less than when the change was begun comes before all that follows from it.
#[test]
fn weakenings_are_told_before_gates() {
    let site = on_side();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    let began = site.git(&["rev-parse", "git-plan"]);
    site.work_on("1");
    site.plan(&["gate", "remove", "ground/seen", "--reason", "In a hurry"]);
    site.plan(&["add-task", "Rest", "--phase", "ground"]);
    let words = ["review", "--base", "origin/main", "--head", "side"];
    site.answer(&[&words[..], &["--plan-base", &began]].concat())
        .passed(
            "
<oid> may land on main
1 commit; 1 task; 1 weakening of the plans; 1 gate: 1 unmet
judged by the plans at <oid>

Weakened
  ! gate ground/seen: removed
      it was: kind = manual
      recorded by Ada <ada@example.org>: In a hurry

Gates
Gate          State  Why
ground/tasks  unmet  task 1 is open (pending) and 1 more
  → git plan -p demo done 1

Tasks
Task  Title  Status   Phase   Commits
1     Dig    pending  ground        1

Plans changed since <oid>: 1 weakened, 0 removed, 2 added, 0 changed, 0 moved
  → git plan diff <oid>..<oid>
",
        );
}
