//! What an administrator asks for, whatever the plans say.

use crate::remote::Site;

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

#[test]
fn the_floor_holds_for_waivers_and_weakenings_too() {
    let site = Site::new();
    site.plan(&[
        "gate", "add", "ground", "g", "--on", "push", "--kind", "manual",
    ]);
    site.share_plans();
    site.git(&["config", "plan.floor.waive", "other"]);
    site.git(&["config", "plan.floor.weakening", "approve"]);
    site.work_on("1");
    site.plan(&[
        "gate", "waive", "ground/g", "--reason", "Late", "--until", "3d",
    ]);
    site.share_plans();
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody has approved it; Ada <ada@example.org>'s waiver does not count: the author may not waive (policy.waive is 'other')
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
");
    site.plan(&["gate", "remove", "ground/g", "--reason", "Nobody looks"]);
    let said = site.push(&["origin", "git-plan"]);
    let text = "gate ground/g is weaker than before (removed): nobody else has approved it";
    assert!(said.code == 1 && said.text.contains(text), "{said:?}");
}
