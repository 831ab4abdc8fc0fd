//! Gates of kind `spec` in real pushes, and R5 for what specifications ask for.

use crate::remote::Site;

const SPEC: &str = "name = \"no-legacy\"\n\n[[rule]]\nid = \"gone\"\nmatch = { identifiers = [\"Legacy\"] }\n\n[[rule]]\nid = \"new\"\nexpect = { identifiers = [\"Modern\"] }\n";

/// A site whose first phase has a gate for pushes that asks for the specification of task 1.
fn site() -> Site {
    let site = Site::new();
    site.sandbox.write("../spec.toml", SPEC);
    site.plan(&["add-spec", "../spec.toml", "--task", "1"]);
    let gate = [
        "gate", "add", "ground", "g", "--kind", "spec", "--on", "push",
    ];
    site.plan(&gate);
    site.share_plans();
    site
}

fn write(site: &Site, code: &str) {
    site.sandbox.write("code.rs", code);
    site.commit("Code\n\nPlan-Task: demo/1");
}

#[test]
fn violations_stop_a_push_and_their_end_lets_it_through() {
    let site = site();
    site.work_on("1");
    write(&site, "// Modern\nfn f() { Legacy::new(); }\n");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: 2 violations: no-legacy/gone at code.rs:2:10, no-legacy/new (missing)
      → git plan -p demo verify-task 1
error: the push is refused
",
    );
    write(&site, "// Legacy\nfn f() { Modern::new(); }\n");
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_regression_is_named_at_the_push() {
    let site = site();
    site.work_on("1");
    write(&site, "fn f() { Modern::new(); }\n");
    site.plan(&["verify-task", "1", "--update"]);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
    write(&site, "fn f() { Modern::new(); Legacy::new(); }\n");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: regression of task 1, which was completed: 1 violation: no-legacy/gone at code.rs:1:25
      → git plan -p demo verify-task 1
error: the push is refused
",
    );
}

#[test]
fn a_task_completed_without_proof_does_not_reach_the_plan_ref() {
    let site = site();
    site.work_on("1");
    let path = site.sandbox.task_path("demo", "1");
    site.sandbox.change_by_hand(&path, |text| {
        text.replace("status = \"pending\"", "status = \"completed\"")
    });
    let said = site.push(&["origin", "git-plan"]);
    assert_ne!(said.code, 0);
    assert!(said.text.contains("never verified"), "{}", said.text);
}
