//! From a plan to hooks: `init --enforce`, what `init` says without it, what `doctor` says of them.

use std::fs;

use crate::folder::{CLIENT, hooks, names, origin, script};
use crate::sandbox::Sandbox;

fn protected(sandbox: &Sandbox) -> String {
    let text = sandbox.stored(".plans/demo-plan/plan.toml");
    let line = text.lines().find(|line| line.starts_with("protect"));
    line.unwrap_or_default().to_owned()
}

#[test]
fn enforcing_protects_the_default_branch_and_installs_hooks() {
    let sandbox = Sandbox::new();
    sandbox.git(&["switch", "-q", "-c", "side"]);
    sandbox.git(&["config", "init.defaultBranch", "main"]);
    let told = sandbox.plan(&["init", "Demo plan", "--enforce"]).ok();
    assert!(
        told.contains("\nPushes to main are held to it.\n"),
        "{told}"
    );
    assert_eq!(protected(&sandbox), "protect = [\"main\"]");
    assert_eq!(names(&hooks(&sandbox)), CLIENT);
}

#[test]
fn the_default_branch_is_the_remote_s_or_the_current_one() {
    let sandbox = Sandbox::new();
    sandbox.git(&["switch", "-q", "-c", "trunk"]);
    sandbox.git(&["config", "init.defaultBranch", "gone"]);
    sandbox
        .plan(&["init", "Demo plan", "--enforce", "--dry-run"])
        .ok();
    assert_eq!(names(&hooks(&sandbox)), [""; 0]);
    assert!(sandbox.refs("refs/heads/git-plan").is_empty());
    sandbox.plan(&["init", "Demo plan", "--enforce"]).ok();
    assert_eq!(protected(&sandbox), "protect = [\"trunk\"]");
    let sandbox = Sandbox::new();
    origin(&sandbox);
    sandbox.git(&["push", "-q", "origin", "main:release/1"]);
    sandbox.git(&["fetch", "-q", "origin"]);
    sandbox.git(&["remote", "set-head", "origin", "release/1"]);
    sandbox.plan(&["init", "Demo plan", "--enforce"]).ok();
    assert_eq!(protected(&sandbox), "protect = [\"release/1\"]");
}

#[test]
fn what_is_not_enforced_is_said_with_the_command_that_changes_it() {
    let sandbox = Sandbox::new();
    let told = sandbox.plan(&["init", "Demo plan"]).ok();
    assert!(
        told.contains("\nNo push is held to it yet: git plan hooks install\n"),
        "{told}"
    );
    sandbox.plan(&["hooks", "install"]).ok();
    let told = sandbox.plan(&["init", "Other"]).ok();
    let line = "\nIt protects no branch yet: git plan update-plan --protect BRANCH\n";
    assert!(told.contains(line), "{told}");
    sandbox
        .plan(&[
            "-p",
            "demo-plan",
            "update-plan",
            "demo-plan",
            "--protect",
            "main",
        ])
        .ok();
    assert_eq!(protected(&sandbox), "protect = [\"main\"]");
}

/// A hook in the way: no plan, no hook, and the line that helps.
#[test]
fn what_cannot_be_enforced_is_not_begun() {
    let sandbox = Sandbox::new();
    script(&hooks(&sandbox).join("pre-push"), "#!/bin/sh\n");
    let complaint = sandbox.plan(&["init", "Demo plan", "--enforce"]).fails(4);
    assert!(
        complaint.contains("hint: git plan hooks install --chain"),
        "{complaint}"
    );
    assert_eq!(names(&hooks(&sandbox)), ["pre-push"]);
    assert!(sandbox.refs("refs/heads/git-plan").is_empty());
}

#[test]
fn doctor_sees_hooks_that_have_no_say() {
    let sandbox = Sandbox::with_plan();
    let doctor = || sandbox.plan(&["doctor"]).ok();
    assert_eq!(doctor(), "nothing is wrong\n");
    sandbox.plan(&["update-plan", "--protect", "main"]).ok();
    let told = doctor();
    let absent = "note: hooks: branches are protected, but not installed: prepare-commit-msg, commit-msg, \
                  pre-push, post-checkout, post-merge\n    git plan hooks install   mends it";
    assert!(told.starts_with(absent), "{told}");
    sandbox.plan(&["hooks", "install"]).ok();
    assert_eq!(doctor(), "nothing is wrong\n");
    let path = hooks(&sandbox).join("pre-push");
    let text = fs::read_to_string(&path).unwrap();
    fs::remove_file(&path).unwrap();
    script(&path, "#!/bin/sh\n");
    assert!(
        doctor()
            .starts_with("note: hooks: branches are protected, but somebody else's: pre-push\n")
    );
    script(&path, &(text + "echo\n"));
    assert!(doctor().starts_with("note: hooks: edited by somebody: pre-push\n"));
    for value in [".githooks", "/dev/null"] {
        sandbox.git(&["config", "core.hooksPath", value]);
        let told = doctor();
        assert!(
            told.contains("core.hooksPath") && told.contains(&format!("'{value}'")),
            "{told}"
        );
    }
}

/// Who clones a project with plans gets the hooks by the same option.
#[test]
fn a_clone_adopts_plans_and_hooks() {
    let sandbox = Sandbox::with_plan();
    let bare = origin(&sandbox);
    sandbox.git(&["push", "-q", "origin", "main", "git-plan"]);
    let clone = sandbox.root().join("clone");
    sandbox.git_in(
        sandbox.root(),
        &[
            "clone",
            "-q",
            "--single-branch",
            bare.to_str().unwrap(),
            "clone",
        ],
    );
    sandbox.plan_in(&clone, &["init", "--enforce"]).ok();
    assert_eq!(names(&clone.join(".git/hooks")), CLIENT);
}
