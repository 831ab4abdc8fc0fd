//! `policy.reviewed`: weakenings come to the plan ref by a pull request only; and plans on a branch of
//! their own, to be looked at there.

use crate::remote::{Said, Site};

/// A plan with a gate, reviewed, and all of it at the remote.
fn reviewed() -> Site {
    let site = Site::new();
    site.plans(&[
        &["gate", "add", "ground", "seen", "--kind", "manual"],
        &["update-plan", "--policy", "reviewed=true"],
    ]);
    site.push(&["origin", "git-plan"]).passed("");
    site
}

fn weaken(site: &Site) {
    site.plan(&["gate", "remove", "ground/seen", "--reason", "Nobody looks"]);
}

fn push_plans(site: &Site) -> Said {
    site.push(&["origin", "git-plan"])
}

const REFUSED: &str = "
refused (R5): git-plan: gate ground/seen is weaker than before (removed): policy.reviewed lets that through a pull request only
    → git push origin git-plan:plan/TOPIC
error: the push is refused
";

#[test]
fn a_weakening_is_not_pushed_but_proposed() {
    let site = reviewed();
    let before = site.there("git-plan");
    site.plan(&["note", "1", "Deep"]);
    push_plans(&site).passed("");
    weaken(&site);
    push_plans(&site).refused(REFUSED);
    assert_ne!(site.there("git-plan"), before);
    // What the message says: to a branch of its own, where it is looked at.
    site.push(&["origin", "git-plan:plan/no-look"]).passed("");
    let base = site.there("git-plan").unwrap();
    let check = [
        "ci",
        "check",
        "--plan-ref",
        "--base",
        &base,
        "--head",
        "git-plan",
    ];
    let said = site.answer(&check);
    assert_eq!(said.code, 0, "{said:?}");
    // Merged there, it is a weakening no more.
    site.sandbox.git_in(
        &site.origin(),
        &[
            "update-ref",
            "refs/heads/git-plan",
            "refs/heads/plan/no-look",
        ],
    );
    site.git(&["fetch", "-q"]);
    site.plan(&["note", "1", "Wet"]);
    push_plans(&site).passed("");
}

#[test]
fn without_its_record_it_passes_nowhere() {
    let site = reviewed();
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            let at = text.find("[[phase.gate]]").unwrap();
            let behind = text[at..].find("[[phase]]").unwrap();
            format!("{}{}", &text[..at], &text[at + behind..])
        });
    push_plans(&site).refused(
        "
refused (R5): git-plan: gate ground/seen is weaker than before (removed), and no record says why
    → git plan -p demo log
refused (R5): git-plan: gate ground/seen is weaker than before (removed): policy.reviewed lets that through a pull request only
    → git push origin git-plan:plan/TOPIC
error: the push is refused
",
    );
    let base = site.there("git-plan").unwrap();
    let check = [
        "ci",
        "check",
        "--plan-ref",
        "--base",
        &base,
        "--head",
        "git-plan",
    ];
    assert_eq!(site.answer(&check).code, 1);
}

/// Neither by switching it off first, nor by switching it on along with the weakening, which the
/// plans after the push ask for.
#[test]
fn the_stricter_of_both_states_counts() {
    let site = reviewed();
    site.plan(&[
        "update-plan",
        "--policy",
        "reviewed=false",
        "--reason",
        "Slow",
    ]);
    push_plans(&site).refused(
        "
refused (R5): git-plan: policy is weaker than before (reviewed is false): policy.reviewed lets that through a pull request only
    → git push origin git-plan:plan/TOPIC
error: the push is refused
",
    );
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    push_plans(&site).passed("");
    site.plan(&["update-plan", "--policy", "reviewed=true"]);
    weaken(&site);
    push_plans(&site).refused(REFUSED);
}

#[test]
fn an_administrator_can_ask_for_it() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    push_plans(&site).passed("");
    weaken(&site);
    site.git(&["config", "plan.floor.reviewed", "perhaps"]);
    let said = push_plans(&site);
    assert!(
        said.code == 1 && said.text.contains("plan.floor.reviewed cannot be used"),
        "{said:?}"
    );
    site.git(&["config", "plan.floor.reviewed", "yes"]);
    push_plans(&site).refused(REFUSED);
    site.git(&["config", "--unset", "plan.floor.reviewed"]);
    push_plans(&site).passed("");
}

#[test]
fn a_server_takes_the_merge_of_its_forge_alone() {
    let site = reviewed();
    site.plan(&["hooks", "uninstall"]);
    let origin = site.origin();
    site.sandbox
        .plan_in(&origin, &["hooks", "install", "--server"])
        .ok();
    weaken(&site);
    let on_server = REFUSED.replace("push origin", "push REMOTE");
    push_plans(&site).refused(&on_server);
    let merge = |value: &str| {
        let mut command = site.git_command(&["origin", "git-plan"]);
        command.env("FORGE_MERGES", value);
        site.said(command)
    };
    merge("yes").refused(&on_server);
    site.sandbox
        .git_in(&origin, &["config", "plan.reviewedWhere", "FORGE_MERGES"]);
    merge("yes").refused(&on_server);
    site.sandbox.git_in(
        &origin,
        &["config", "plan.reviewedWhere", "FORGE_MERGES=yes"],
    );
    merge("no").refused(&on_server);
    merge("").refused(&on_server);
    merge("yes").passed("");
}

#[test]
fn only_true_and_false_are_values() {
    let site = Site::new();
    let said = site.answer(&["update-plan", "--policy", "reviewed=yes"]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(
        said.text
            .contains("policy.reviewed is \"yes\"; it is true or false"),
        "{said:?}"
    );
    site.plan(&["update-plan", "--policy", "reviewed=true"]);
    let stored = site.sandbox.stored(".plans/demo/plan.toml");
    assert!(stored.contains("reviewed = true\n"), "{stored}");
}

/// Forges look there for what judges the plans.
#[test]
fn workflows_beside_the_plans_are_proposed_too() {
    let site = reviewed();
    site.plan(&["setup", "--ci", "github"]);
    push_plans(&site).refused(
        "
refused (R5): git-plan: .github/workflows/git-plan-plan-ref.yml and 1 other file beside the plans: policy.reviewed lets that through a pull request only
    → git push origin git-plan:plan/TOPIC
error: the push is refused
",
    );
    site.push(&["origin", "git-plan:plan/workflows"]).passed("");
}

/// A branch of plans holds no code: no commit of it has to name a task. Refs that are protected, or
/// private, stay that.
#[test]
fn plans_on_a_branch_of_their_own_are_no_code() {
    let site = Site::new();
    // A commit by hand that names a task of a phase whose turn has not come.
    let commit = "git commit-tree -p git-plan -m x -m 'Plan-Task: demo/3' git-plan^{tree}";
    let by_hand = site.sandbox.sh(commit).ok();
    site.git(&["update-ref", "refs/heads/git-plan", by_hand.trim()]);
    site.push(&["origin", "git-plan:refs/heads/plan/by-hand"])
        .passed("");
    site.plan(&["note", "1", "Deep"]);
    site.push(&["origin", "git-plan:plan/notes"]).passed("");
    site.plan(&[
        "update-plan",
        "--protect",
        "plan/*",
        "--policy",
        "unlinked=block",
    ]);
    site.push(&["origin", "git-plan"]).passed("");
    site.plan(&["note", "1", "Wet"]);
    let said = site.push(&["origin", "git-plan:plan/kept"]);
    assert!(
        said.code == 1 && said.text.contains("refused (R4): plan/kept: "),
        "{said:?}"
    );
    let said = site.push(&["origin", ":plan/notes"]);
    assert!(
        said.text.contains("a protected ref is not deleted"),
        "{said:?}"
    );
    site.sandbox.write("new.txt", "x");
    site.plan(&["checkpoint", "--private", "mine"]);
    let private = site.sandbox.refs("refs/plans/private/log");
    let said = site.push(&["origin", &format!("{}:refs/heads/draft", private[0])]);
    assert!(
        said.text.contains("private checkpoints are never pushed"),
        "{said:?}"
    );
}
