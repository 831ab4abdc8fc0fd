//! R5: less has to hold only with a record that says why; and who weakens gains nothing by it in the
//! same push.

use crate::remote::{Said, Site};

const HEADER: &str = ".plans/demo/plan.toml";

fn push_plans(site: &Site) -> Said {
    site.push(&["origin", "git-plan"])
}

/// A site with a gate that says much, known on both sides.
fn with_gate() -> Site {
    let site = Site::new();
    let add = [
        "gate", "add", "ground", "tests", "--kind", "command", "--on", "push",
    ];
    let rest = [
        "--max-age",
        "1d",
        "--timeout",
        "5m",
        "--runner",
        "ci",
        "--platform",
        "linux",
    ];
    site.plan(&[&add[..], &rest, &["--input", "src", "--", "make", "test"]].concat());
    site.plans(&[
        &[
            "gate", "add", "ground", "seen", "--kind", "approval", "--count", "2", "--signed",
        ],
        &["update-plan", "--branch", "demo/*"],
        &[
            "update-plan",
            "--policy",
            "land=closed",
            "--policy",
            "unlinked=block",
        ],
        &["update-plan", "--policy", "waive=other"],
    ]);
    site.share_plans();
    site
}

/// Every row of the table, by hand: the old text, the new one, and what is said of it.
#[test]
fn each_weakening_by_hand_is_refused() {
    let site = with_gate();
    let sound = site.git(&["rev-parse", "git-plan"]);
    for (from, to, expected) in [
        (
            "on = \"push\"\n",
            "",
            "gate ground/tests is weaker than before ('on' lowered from push to close)",
        ),
        (
            "\"make\"",
            "\"true\"",
            "gate ground/tests is weaker than before (its command changed)",
        ),
        (
            "inputs = [\"src\"]",
            "inputs = [\"docs\"]",
            "gate ground/tests is weaker than before (its inputs changed)",
        ),
        (
            "max_age = \"1d\"",
            "max_age = \"2d\"",
            "gate ground/tests is weaker than before (its max_age extended)",
        ),
        (
            "timeout = \"5m\"",
            "timeout = \"1h\"",
            "gate ground/tests is weaker than before (its timeout extended)",
        ),
        (
            "runner = \"ci\"\n",
            "",
            "gate ground/tests is weaker than before (its runner changed)",
        ),
        (
            "platform = \"linux\"\n",
            "",
            "gate ground/tests is weaker than before (its platform changed)",
        ),
        (
            "count = 2",
            "count = 1",
            "gate ground/seen is weaker than before (its count lowered)",
        ),
        (
            "signed = true",
            "signed = false",
            "gate ground/seen is weaker than before (signatures are no longer asked for)",
        ),
        (
            "kind = \"approval\"",
            "kind = \"manual\"",
            "gate ground/seen is weaker than before (its kind changed)",
        ),
        (
            "protect = [\"main\"]\n",
            "",
            "protect is weaker than before (no longer protected: main)",
        ),
        (
            "branches = [\"demo/*\"]\n",
            "",
            "branches is weaker than before (no longer the plan's: demo/*)",
        ),
        (
            "land = \"closed\"\n",
            "",
            "policy is weaker than before (land is 'ordered')",
        ),
        (
            "unlinked = \"block\"",
            "unlinked = \"off\"",
            "policy is weaker than before (unlinked is 'off')",
        ),
        (
            "waive = \"other\"",
            "waive = \"anyone\"",
            "policy is weaker than before (waive is 'anyone')",
        ),
        (
            "waive = \"other\"",
            "waive = \"other\"\nsigners = [\"x\"]",
            "policy is weaker than before (1 more may sign)",
        ),
        (
            "id = \"walls\"",
            "id = \"walls\"\nafter = []",
            "phase roof is weaker than before (no longer after ground)",
        ),
    ] {
        site.sandbox.change_by_hand(HEADER, |text| {
            assert!(text.contains(from), "{from} in {text}");
            text.replacen(from, to, 1)
        });
        let said = push_plans(&site);
        let line = format!("refused (R5): git-plan: {expected}, and no record says why\n");
        assert_eq!(said.code, 1, "{from}: {said:?}");
        assert!(said.text.starts_with(&line), "{from}: {said:?}");
        site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    }
}

#[test]
fn a_gate_that_goes_by_hand_is_refused() {
    let site = with_gate();
    site.sandbox.change_by_hand(HEADER, |text| {
        let at = text.find("[[phase.gate]]\nid = \"seen\"").unwrap();
        let end = at + text[at..].find("[[phase]]").unwrap();
        format!("{}{}", &text[..at], &text[end..])
    });
    push_plans(&site).refused(
        "
refused (R5): git-plan: gate ground/seen is weaker than before (removed), and no record says why
    → git plan -p demo log
error: the push is refused
",
    );
}

#[test]
fn a_weakening_with_its_reason_is_let_through() {
    let site = with_gate();
    site.plans(&[
        &[
            "gate",
            "remove",
            "ground/tests",
            "--reason",
            "They test nothing",
        ],
        &[
            "update-plan",
            "--policy",
            "unlinked=off",
            "--reason",
            "Too loud",
        ],
        &[
            "update-plan",
            "--no-protect",
            "main",
            "--reason",
            "Moved away",
        ],
        &[
            "update-plan",
            "--no-branch",
            "demo/*",
            "--reason",
            "Renamed",
        ],
    ]);
    push_plans(&site).passed("");
}

#[test]
fn asking_for_more_needs_no_reason() {
    let site = with_gate();
    site.plans(&[
        &["gate", "add", "walls", "seen", "--kind", "manual"],
        &["update-plan", "--protect", "release/*"],
        &["add-phase", "Cellar", "--before", "ground"],
    ]);
    push_plans(&site).passed("");
}

/// The weaker plan without its record is refused, with it let through; then, in a push of its own,
/// the code that it lets through.
#[test]
fn first_the_weaker_plan_and_then_the_code() {
    let site = Site::new();
    site.plan(&[
        "gate", "add", "ground", "seen", "--kind", "manual", "--on", "push",
    ]);
    site.share_plans();
    site.work_on("1");
    let sound = site.git(&["rev-parse", "git-plan"]);
    site.sandbox
        .change_by_hand(HEADER, |text| text.replace("on = \"push\"\n", ""));
    push_plans(&site).refused("
refused (R5): git-plan: gate ground/seen is weaker than before ('on' lowered from push to close), and no record says why
    → git plan -p demo log
error: the push is refused
");
    site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    site.plan(&["gate", "remove", "ground/seen", "--reason", "Nobody looks"]);
    // Together the gate still counts, though its removal is recorded.
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            "
refused (R3): main: gate ground/seen has to hold for what is pushed
    unmet ground/seen: nobody has approved it
      → git plan -p demo gate approve ground/seen --note TEXT
error: the push is refused
",
        );
    push_plans(&site).passed("");
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn code_and_a_looser_policy_together_are_judged_by_the_stricter() {
    let site = with_gate();
    site.git(&["commit", "-q", "--allow-empty", "-m", "Nothing"]);
    site.commit("Aside");
    site.plan(&[
        "update-plan",
        "--policy",
        "unlinked=off",
        "--reason",
        "Too loud",
    ]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            r#"
refused (R4): main: commit <oid> "Aside" names no task
    → git commit --amend
error: the push is refused
"#,
        );
    site.plan(&[
        "update-plan",
        "--no-protect",
        "main",
        "--reason",
        "Moved away",
    ]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            r#"
refused (R4): main: commit <oid> "Aside" names no task
    → git commit --amend
error: the push is refused
"#,
        );
    push_plans(&site).passed("");
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn code_and_a_stricter_policy_together_are_judged_by_the_stricter() {
    let site = Site::new();
    site.commit("Aside");
    site.plan(&["update-plan", "--policy", "unlinked=block"]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            r#"
refused (R4): main: commit <oid> "Aside" names no task
    → git commit --amend
error: the push is refused
"#,
        );
}

#[test]
fn a_predecessor_that_falls_away_in_the_same_push_still_counts() {
    let site = Site::new();
    site.work_on("2");
    site.plan(&[
        "update-phase",
        "walls",
        "--no-after",
        "--reason",
        "Prefabricated",
    ]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
        );
    push_plans(&site).passed("");
    site.push(&["origin", "main"]).passed("");
}

/// The record alone does not do where somebody else has to say yes.
#[test]
fn where_the_policy_says_so_somebody_else_has_to_approve() {
    let site = with_gate();
    site.plan(&["update-plan", "--policy", "weakening=approve"]);
    site.share_plans();
    site.plan(&[
        "gate",
        "remove",
        "ground/tests",
        "--reason",
        "They test nothing",
    ]);
    push_plans(&site).refused("
refused (R5): git-plan: gate ground/tests is weaker than before (removed): nobody else has approved it (policy.weakening is 'approve')
    → git plan gate approve te3fszqra9 --note TEXT
error: the push is refused
");
    // Nor does a looser policy in the same push help.
    site.plan(&[
        "update-plan",
        "--policy",
        "weakening=record",
        "--reason",
        "Too slow",
    ]);
    push_plans(&site).refused("
refused (R5): git-plan: gate ground/tests is weaker than before (removed): nobody else has approved it (policy.weakening is 'approve')
    → git plan gate approve te3fszqra9 --note TEXT
refused (R5): git-plan: policy is weaker than before (weakening is 'record'): nobody else has approved it (policy.weakening is 'approve')
    → git plan gate approve fa99nemzcp --note TEXT
error: the push is refused
");
}

#[test]
fn a_record_that_was_there_before_accounts_for_nothing() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.plan(&["gate", "remove", "ground/seen", "--reason", "Once"]);
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.share_plans();
    site.sandbox.change_by_hand(HEADER, |text| {
        let at = text.find("[[phase.gate]]").unwrap();
        let end = at + text[at..].find("[[phase]]").unwrap();
        format!("{}{}", &text[..at], &text[end..])
    });
    push_plans(&site).refused(
        "
refused (R5): git-plan: gate ground/seen is weaker than before (removed), and no record says why
    → git plan -p demo log
error: the push is refused
",
    );
}

#[test]
fn undoing_a_record_undoes_what_it_accounts_for() {
    let site = with_gate();
    site.plan(&[
        "gate",
        "remove",
        "ground/tests",
        "--reason",
        "They test nothing",
    ]);
    site.plan(&["undo"]);
    push_plans(&site).passed("");
}

#[test]
fn an_administrator_s_floor_is_not_undercut() {
    let site = Site::new();
    site.git(&["config", "plan.floor.protect", "release/*"]);
    site.git(&["config", "plan.floor.unlinked", "block"]);
    site.git(&["config", "plan.floor.land", "closed"]);
    site.commit("Aside");
    site.push(&["origin", "main:refs/heads/release/1"]).refused(
        r#"
refused (R4): release/1: commit <oid> "Aside" names no task
    → git commit --amend
error: the push is refused
"#,
    );
    site.push(&["origin", "main"]).refused(
        r#"
refused (R4): main: commit <oid> "Aside" names no task
    → git commit --amend
error: the push is refused
"#,
    );
    site.git(&["reset", "-q", "--hard", "HEAD~1"]);
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground has to be closed before its work lands: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    site.git(&["config", "plan.floor.unlinked", "sometimes"]);
    site.push(&["origin", "main"]).refused("
error: the configuration value of plan.floor.unlinked cannot be used: 'sometimes' is none of off, warn, block
");
}

#[test]
fn where_a_plan_is_required_nothing_lands_without_one() {
    let site = Site::bare();
    site.plan(&["hooks", "install"]);
    site.git(&["update-ref", "-d", "refs/heads/git-plan"]);
    site.git(&["config", "plan.floor.protect", "main"]);
    site.push(&["origin", "main:refs/heads/draft"]).passed("");
    site.git(&["config", "plan.required", "true"]);
    site.push(&["origin", "main"]).refused(
        "
refused (refs): main: a plan is required here (plan.required), and there is none
    → git push --atomic origin main git-plan
error: the push is refused
",
    );
    site.push(&["origin", "main:refs/heads/other"]).passed("");
}

#[test]
fn plans_protect_only_what_they_may() {
    let site = Site::new();
    site.plan(&["update-plan", "--protect", "release/*"]);
    site.share_plans();
    site.git(&["config", "plan.protectable", "release/*"]);
    site.work_on("2");
    site.push(&["origin", "main"]).passed("
warning (R2): main: phase ground comes before walls, which this push brings work of: it is open (main is not protected)
    → git plan -p demo close-phase ground
");
    site.push(&["origin", "main:refs/heads/release/1"]).refused(
        "
refused (R2): release/1: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
}
