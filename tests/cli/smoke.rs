//! The shortest way through everything.

use crate::sandbox::Sandbox;

#[test]
fn a_plan_from_init_to_log() {
    let sandbox = Sandbox::new();
    sandbox.plan(&["init", "Auth migration"]).ok();
    sandbox.plan(&["add-phase", "Foundation"]).ok();
    sandbox
        .plan(&["add-task", "Design", "--phase", "foundation"])
        .ok();
    sandbox.plan(&["start", "1"]).ok();
    sandbox.plan(&["done", "1"]).ok();
    sandbox.plan(&["close-phase", "foundation"]).ok();
    let task = sandbox.plan(&["show", "1", "--json"]).json();
    assert_eq!(task["data"]["status"], "completed");
    assert_eq!(sandbox.plan(&["log"]).ok().lines().count(), 6);
    sandbox.git(&["fsck", "--strict"]);
}
