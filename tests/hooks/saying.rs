//! `post-checkout` and `post-merge`: one line where the branch belongs to a plan; never in the way.

use std::fs;

use crate::folder::git;
use crate::sandbox::Sandbox;

fn planned() -> Sandbox {
    let sandbox = Sandbox::new();
    for words in [
        &["init", "Auth migration", "--branch", "auth/*"][..],
        &["add-phase", "Routes"],
        &["add-task", "Design", "--phase", "routes"],
        &["add-task", "Add login route", "--phase", "routes"],
        &["done", "1"],
        &["hooks", "install"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

const LINE: &str =
    "git plan: auth-migration, phase routes, 1 of 2 tasks open; next: 2 \"Add login route\"\n";

#[test]
fn a_line_is_said_on_a_branch_of_the_plan() {
    let sandbox = planned();
    let said = git(&sandbox, &["switch", "-q", "-c", "auth/login"]);
    assert_eq!((said.code, said.err.as_str()), (0, LINE));
    sandbox.write("file", "x\n");
    sandbox.git(&["add", "file"]);
    sandbox.git(&["commit", "-qm", "Add"]);
    let said = git(&sandbox, &["switch", "-q", "main"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    let said = git(&sandbox, &["switch", "-q", "-c", "auth/other"]);
    assert_eq!(said.err, LINE);
    let said = git(&sandbox, &["merge", "-q", "auth/login"]);
    assert_eq!((said.code, said.err.as_str()), (0, LINE));
    // Files alone are not a branch; nor is a commit.
    let said = git(&sandbox, &["checkout", "-q", "--", "file"]);
    assert_eq!(said.err, "");
    let said = git(&sandbox, &["switch", "-q", "--detach"]);
    assert_eq!(said.err, "");
}

#[test]
fn a_rebase_is_not_talked_into() {
    let sandbox = planned();
    sandbox.git(&["switch", "-q", "-c", "auth/login"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "one"]);
    let said = git(&sandbox, &["rebase", "-q", "--force-rebase", "main"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
}

#[test]
fn nothing_that_is_broken_is_in_the_way() {
    let sandbox = planned();
    sandbox.store_by_hand(&[(".plans/auth-migration/plan.toml", Some("title = "))]);
    let said = git(&sandbox, &["switch", "-q", "-c", "auth/a"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    sandbox.store_by_hand(&[(".plans/format.toml", None)]);
    let said = git(&sandbox, &["switch", "-q", "-c", "auth/b"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    fs::write(sandbox.repo().join(".git/refs/heads/git-plan"), "no id\n").unwrap();
    let said = git(&sandbox, &["switch", "-q", "-c", "auth/c"]);
    assert_eq!((said.code, said.err.as_str()), (0, ""));
    // A commit goes on as well, with a word about it.
    let said = git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "Add"]);
    assert_eq!(said.code, 0, "{said:?}");
    assert!(said.err.starts_with("warning: git plan: "), "{said:?}");
}

#[test]
fn without_plans_every_hook_is_silent() {
    let sandbox = Sandbox::new();
    sandbox.plan(&["hooks", "install"]).ok();
    sandbox.git(&["config", "core.logAllRefUpdates", "true"]);
    for words in [
        &["switch", "-q", "-c", "other"][..],
        &[
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "Add\n\nPlan-Task: nonsense",
        ],
        &["switch", "-q", "main"],
        &["merge", "-q", "--no-ff", "--no-edit", "other"],
    ] {
        let said = git(&sandbox, words);
        assert_eq!((said.code, said.err.as_str()), (0, ""), "{words:?}");
    }
}
