//! Pushes: private checkpoints stay here, whatever they are called; garbage is no permission.

use std::fs;

use crate::folder::{git, origin, run};
use crate::sandbox::Sandbox;

/// A sandbox with hooks, a remote, and a private checkpoint.
fn with_private() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    origin(&sandbox);
    sandbox.plan(&["hooks", "install"]).ok();
    sandbox.write("secret", "x\n");
    sandbox.checkpoint(&["mine", "--private"]);
    assert!(!sandbox.refs("refs/plans/private").is_empty());
    sandbox
}

fn arrived(sandbox: &Sandbox) -> String {
    sandbox.git_in(
        &sandbox.root().join("origin.git"),
        &["for-each-ref", "--format=%(refname)"],
    )
}

#[test]
fn private_checkpoints_are_not_pushed() {
    let sandbox = with_private();
    for words in [
        &["push", "origin", "refs/plans/private/log"][..],
        &["push", "origin", "refs/plans/private/log:refs/heads/x"],
        &["push", "origin", "refs/plans/*:refs/plans/*", "main"],
        &["push", "origin", "HEAD:refs/plans/private/x"],
        &["push", "--mirror", "origin"],
    ] {
        let refused = git(&sandbox, words);
        assert_ne!(refused.code, 0, "{words:?}");
        assert!(
            refused
                .err
                .contains("private checkpoints are never pushed\n"),
            "{refused:?}"
        );
        assert_eq!(arrived(&sandbox), "", "{words:?}");
    }
    let oid = sandbox.git(&["rev-parse", "refs/plans/private/log"]);
    let by_id = git(
        &sandbox,
        &["push", "origin", &format!("{oid}:refs/heads/x")],
    );
    assert_ne!(by_id.code, 0, "{by_id:?}");
    // The way out that is printed is one.
    let refused = git(&sandbox, &["push", "--mirror", "origin"]).err;
    let hint = refused
        .lines()
        .find_map(|line| line.strip_prefix("    → "))
        .unwrap();
    sandbox.sh(hint).ok();
    assert_eq!(arrived(&sandbox), "refs/heads/git-plan\nrefs/heads/main");
}

/// What leaked before the hook was there can be taken away.
#[test]
fn a_deletion_of_what_leaked_is_let_through() {
    let sandbox = with_private();
    git(
        &sandbox,
        &[
            "push",
            "-q",
            "--no-verify",
            "origin",
            "refs/plans/private/log",
        ],
    )
    .ok();
    git(
        &sandbox,
        &["push", "-q", "origin", ":refs/plans/private/log"],
    )
    .ok();
    assert_eq!(arrived(&sandbox), "");
}

#[test]
fn a_server_refuses_them_too() {
    let sandbox = with_private();
    let bare = sandbox.root().join("origin.git");
    sandbox
        .plan_in(&bare, &["hooks", "install", "--server"])
        .ok();
    let refused = git(&sandbox, &["push", "--no-verify", "--mirror", "origin"]);
    assert_ne!(refused.code, 0);
    assert!(
        refused
            .err
            .contains("remote: refused (refs): refs/plans/private/"),
        "{refused:?}"
    );
    assert_eq!(arrived(&sandbox), "");
    git(&sandbox, &["push", "-q", "origin", "main", "git-plan"]).ok();
}

#[test]
fn other_pushes_are_silent() {
    let sandbox = Sandbox::new();
    origin(&sandbox);
    sandbox.plan(&["hooks", "install"]).ok();
    sandbox.git(&["tag", "-a", "-m", "one", "v1"]);
    for words in [
        &["push", "-q", "origin", "main"][..],
        &["push", "-q", "origin", "main"],
        &["push", "-q", "origin", "HEAD:refs/heads/other", "v1"],
        &["push", "-q", "origin", ":other", "main~0:refs/heads/third"],
        &["push", "-q", "origin", "HEAD@{0}:refs/heads/fourth"],
    ] {
        let pushed = git(&sandbox, words);
        assert_eq!((pushed.code, pushed.err.as_str()), (0, ""), "{words:?}");
    }
    sandbox.git(&["switch", "-q", "--detach"]);
    let pushed = git(&sandbox, &["push", "-q", "origin", "HEAD:refs/heads/fifth"]);
    assert_eq!((pushed.code, pushed.err.as_str()), (0, ""));
}

#[test]
fn a_push_of_sha_256_is_understood() {
    let sandbox = Sandbox::with(&["--object-format=sha256"]);
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "first"]);
    let bare = sandbox.root().join("bare");
    let bare = bare.to_str().unwrap();
    sandbox.git(&["init", "-q", "--bare", "--object-format=sha256", bare]);
    sandbox.plan(&["hooks", "install"]).ok();
    let pushed = git(&sandbox, &["push", "-q", bare, "main"]);
    assert_eq!((pushed.code, pushed.err.as_str()), (0, ""));
}

#[test]
fn what_is_not_understood_stops_a_push() {
    let sandbox = with_private();
    for input in ["garbage\n", "refs/heads/main 12 refs/heads/main 34\n"] {
        let refused = sandbox.plan_fed(input, &["hook", "pre-push", "origin", "url"]);
        let complaint = refused.fails(6);
        assert!(complaint.contains("line 1"), "{complaint}");
    }
    sandbox
        .plan_fed("", &["hook", "pre-push", "origin", "url"])
        .ok();
    sandbox.plan_fed("", &["hook", "pre-receive"]).ok();
}

/// A push writes nothing here, not even into the cache.
#[test]
fn hooks_write_nothing() {
    let sandbox = with_private();
    sandbox.plan(&["add-task", "One"]).ok();
    sandbox.plan(&["update-plan", "--branch", "main"]).ok();
    let _ = fs::remove_dir_all(sandbox.repo().join(".git/git-plan/cache"));
    let before = state_of(&sandbox);
    for (name, words) in [
        ("pre-push", &["origin", "url"][..]),
        ("post-checkout", &["a", "b", "1"]),
        ("post-merge", &["0"]),
    ] {
        let mut command = sandbox.command(
            sandbox.repo().join(".git/hooks").join(name),
            &sandbox.repo(),
        );
        assert_eq!(run(&command.args(words).output().unwrap()).code, 0);
    }
    let message = sandbox.root().join("message");
    fs::write(&message, "Add\n").unwrap();
    for name in ["prepare-commit-msg", "commit-msg"] {
        sandbox
            .plan(&["hook", name, message.to_str().unwrap()])
            .ok();
    }
    assert_eq!(state_of(&sandbox), before);
}

/// Every file of the Git folder.
fn state_of(sandbox: &Sandbox) -> String {
    sandbox
        .sh("find .git -type f -exec cksum {} + | sort; find .git | sort")
        .ok()
}
