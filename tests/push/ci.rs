//! `git plan ci check`: the authority where hooks can be skipped.

use crate::remote::{Said, Site};

fn check(site: &Site, more: &[&str]) -> Said {
    site.answer(&[&["ci", "check", "--base", "origin/main"][..], more].concat())
}

#[test]
fn a_change_is_judged_before_it_lands() {
    let site = Site::new();
    site.work_on("1");
    check(&site, &["--head", "HEAD"]).passed(
        "
judged by the plans at <oid>
nothing stands in the way
",
    );
    site.work_on("2");
    check(&site, &["--head", "HEAD"]).refused(
        "
judged by the plans at <oid>
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the change may not land
",
    );
}

/// Whoever skips the hook of the clone, where there is no server hook, is caught here.
#[test]
fn a_push_past_the_hook_is_caught() {
    let site = Site::new();
    let base = site.git(&["rev-parse", "origin/main"]);
    site.work_on("2");
    site.push(&["--no-verify", "origin", "main"]).passed("");
    let words = [
        "ci",
        "check",
        "--base",
        &base,
        "--head",
        "origin/main",
        "--branch",
        "main",
    ];
    site.answer(&words).refused(
        "
judged by the plans at <oid>
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the change may not land
",
    );
}

#[test]
fn where_a_change_is_to_land_has_to_be_known() {
    let site = Site::new();
    let base = site.git(&["rev-parse", "origin/main"]);
    site.answer(&["ci", "check", "--base", &base, "--head", "HEAD"])
        .is(
            2,
            "
error: '<oid>' names no branch, so that nobody can tell where the change is to land
hint: --branch NAME   names it
",
        );
}

/// Judged is what would be there after the merge, not the branch that is proposed.
#[test]
fn the_result_of_the_merge_is_judged() {
    let site = Site::new();
    site.plan(&[
        "gate", "add", "ground", "seen", "--on", "push", "--kind", "manual",
    ]);
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.share_plans();
    check(&site, &["--head", "side"]).passed(
        "
judged by the plans at <oid>
nothing stands in the way
",
    );
    // Meanwhile main went on: what was seen is not what would land.
    site.git(&["switch", "-q", "main"]);
    site.commit("Main\n\nPlan-Task: demo/1");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    check(&site, &["--head", "side"]).refused("
judged by the plans at <oid>
refused (R3): main: gate ground/seen has to hold for what is pushed
    stale ground/seen: Ada <ada@example.org> approved other code: Main.txt has changed since (just now)
      → git plan -p demo gate approve ground/seen --note TEXT
error: the change may not land
");
    site.commit("Work on 1\n");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    check(&site, &["--head", "side"]).refused(
        "
error: base and head do not merge without conflict
hint: git merge BASE   brings them together; then check again
",
    );
}

#[test]
fn without_plans_it_is_never_a_pass() {
    let site = Site::new();
    site.git(&["update-ref", "-d", "refs/heads/git-plan"]);
    site.git(&["update-ref", "-d", "refs/remotes/origin/git-plan"]);
    let said = check(&site, &["--head", "HEAD"]);
    said.is(
        6,
        "
error: there are no plans to judge by: refs/heads/git-plan is not here
hint: git fetch origin refs/heads/git-plan:refs/remotes/origin/git-plan   brings them
",
    );
    // The line helps.
    let line = said
        .text
        .lines()
        .find_map(|line| line.strip_prefix("hint: "));
    let line = line.and_then(|line| line.strip_suffix("   brings them"));
    site.sandbox.sh(line.unwrap()).ok();
    check(&site, &["--head", "HEAD"]).passed(
        "
judged by the plans at <oid>
nothing stands in the way
",
    );
}

/// Plans of whoever proposes the change have no say: those of the base do.
#[test]
fn the_plans_to_judge_by_can_be_named() {
    let site = Site::new();
    site.work_on("1");
    site.close("ground", "1");
    site.work_on("2");
    check(&site, &["--head", "HEAD"]).passed(
        "
judged by the plans at <oid>
nothing stands in the way
",
    );
    check(&site, &["--head", "HEAD", "--plans", "origin/git-plan"]).refused(
        "
judged by the plans at <oid>
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the change may not land
",
    );
}

#[test]
fn a_branch_that_is_not_protected_is_warned_of() {
    let site = Site::new();
    site.work_on("2");
    check(&site, &["--head", "HEAD", "--branch", "draft"]).passed("
judged by the plans at <oid>
warning (R2): draft: phase ground comes before walls, which this push brings work of: it is open (draft is not protected)
    → git plan -p demo close-phase ground
nothing stands in the way
");
}

#[test]
fn a_change_of_the_plans_is_judged_too() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    let words = [
        "ci",
        "check",
        "--plan-ref",
        "--base",
        "origin/git-plan",
        "--head",
        "git-plan",
    ];
    site.answer(&words).passed(
        "
judged by the plans at <oid>
nothing stands in the way
",
    );
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            text.replace("protect = [\"main\"]\n", "")
        });
    site.answer(&words).refused("
judged by the plans at <oid>
refused (R5): git-plan: protect is weaker than before (no longer protected: main), and no record says why
    → git plan -p demo log
error: the change may not land
");
}

#[test]
fn scripts_read_the_same() {
    let site = Site::new();
    site.work_on("2");
    let said = site.sandbox.plan(&[
        "ci",
        "check",
        "--base",
        "origin/main",
        "--head",
        "HEAD",
        "--json",
    ]);
    assert_eq!(said.code, 1);
    let data = &said.json()["data"];
    assert_eq!(data["satisfied"], false);
    assert_eq!(data["findings"][0]["rule"], "R2");
    assert_eq!(data["findings"][0]["gates"][0]["state"], "unmet");
    assert_eq!(
        data["plans"].as_str(),
        Some(&*site.git(&["rev-parse", "git-plan"]))
    );
}
