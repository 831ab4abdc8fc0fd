//! A hook that was there runs first, as if it were alone: the same arguments, the same input, its
//! exit code. Ours runs where it succeeded, and gets all of the input too.

use std::fs;

use crate::folder::{git, hooks, origin, script};
use crate::sandbox::Sandbox;

/// A sandbox with a remote, and a hook in place of which ours was put.
fn chained(hook: &str, text: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    origin(&sandbox);
    script(&hooks(&sandbox).join(hook), text);
    sandbox.plan(&["hooks", "install", "--chain"]).ok();
    sandbox
}

/// A push of many refs, more than a pipe holds, one of them private: ours has to see that one.
fn push_much(sandbox: &Sandbox) -> crate::sandbox::Run {
    let tip = sandbox.git(&["rev-parse", "HEAD"]);
    let mut refs: String = (0..1500)
        .map(|number| format!("create refs/heads/a-branch-with-a-long-name/{number} {tip}\n"))
        .collect();
    let other = sandbox.git(&["commit-tree", "-m", "x", "HEAD^{tree}"]);
    refs.push_str(&format!("create refs/plans/private/log {other}\n"));
    let list = sandbox.root().join("refs");
    fs::write(&list, refs).unwrap();
    sandbox
        .sh(&format!("git update-ref --stdin <'{}'", list.display()))
        .ok();
    git(sandbox, &["push", "-q", "--mirror", "origin"])
}

#[test]
fn both_get_the_whole_input() {
    let readers = [
        ("all of it", "cat >seen; exit 0"),
        ("none of it", "exit 0"),
        ("one line", "read -r line; exit 0"),
        ("none, and closes it", "exec <&-; sleep 0; exit 0"),
    ];
    for (what, text) in readers {
        let sandbox = chained("pre-push", &format!("#!/bin/sh\n{text}\n"));
        let run = push_much(&sandbox);
        let refused = "refs/plans/private/log: private checkpoints are never pushed";
        assert!(
            run.code != 0 && run.err.contains(refused),
            "{what}: {run:?}"
        );
        assert!(!run.err.contains("roken pipe"), "{what}: {run:?}");
        if what == "all of it" {
            let seen = fs::read_to_string(sandbox.repo().join("seen")).unwrap();
            assert_eq!(seen.lines().count(), 1502, "{what}");
            assert!(seen.ends_with('\n'));
        }
    }
}

#[test]
fn the_first_one_s_exit_code_is_the_answer() {
    let sandbox = chained("pre-push", "#!/bin/sh\necho \"$1 $2\"; cat; exit 7\n");
    let bare = sandbox.root().join("origin.git");
    let line = format!(
        "echo 'refs/heads/main {0} refs/heads/main {0}' | .git/hooks/pre-push origin '{1}'",
        sandbox.git(&["rev-parse", "HEAD"]),
        bare.display()
    );
    let run = sandbox.sh(&line);
    assert_eq!(run.code, 7, "{run:?}");
    assert!(
        run.out
            .starts_with(&format!("origin {}\nrefs/heads/main ", bare.display()))
    );
    assert_ne!(git(&sandbox, &["push", "-q", "origin", "main"]).code, 0);
    let run = sandbox.sh("printf '' | .git/hooks/pre-push origin x");
    assert_eq!((run.code, run.out.as_str()), (7, "origin x\n"));
}

/// Without input, and for all the others.
#[test]
fn hooks_without_input_are_chained_too() {
    let text = "#!/bin/sh\necho first \"$@\" >>seen\n[ ! -f stop ] || exit 3\n";
    let sandbox = chained("commit-msg", text);
    sandbox.plan(&["init", "Demo plan"]).ok();
    git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "Add"]).ok();
    let seen = fs::read_to_string(sandbox.repo().join("seen")).unwrap();
    assert_eq!(seen, "first .git/COMMIT_EDITMSG\n");
    let message = "Add\n\nPlan-Task: demo-plan/9";
    let refused = git(&sandbox, &["commit", "-q", "--allow-empty", "-m", message]);
    assert!(refused.err.contains("there is no task '9'"), "{refused:?}");
    sandbox.write("stop", "");
    let stopped = git(&sandbox, &["commit", "-q", "--allow-empty", "-m", message]);
    assert!(
        stopped.code != 0 && !stopped.err.contains("no task"),
        "{stopped:?}"
    );
}

/// Git passes over a hook that is not executable; put aside it is passed over as well.
#[test]
fn what_git_would_not_run_is_not_run() {
    let sandbox = Sandbox::new();
    let path = hooks(&sandbox).join("commit-msg");
    fs::write(&path, "#!/bin/sh\nexit 1\n").unwrap();
    sandbox.plan(&["hooks", "install", "--chain"]).ok();
    git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "Add"]).ok();
}

/// pre-commit moves a hook that it finds to another name, and runs it from there: then it is the one
/// that runs the rest, and nothing runs in circles.
#[test]
fn under_another_name_ours_runs_alone() {
    let sandbox = chained("pre-push", "#!/bin/sh\necho first >>seen\n");
    let folder = hooks(&sandbox);
    fs::rename(folder.join("pre-push"), folder.join("pre-push.legacy")).unwrap();
    script(
        &folder.join("pre-push"),
        "#!/bin/sh\n\"$0.legacy\" \"$@\" && echo manager >>seen\n",
    );
    git(&sandbox, &["push", "-q", "origin", "main"]).ok();
    let seen = fs::read_to_string(sandbox.repo().join("seen")).unwrap();
    assert_eq!(seen, "manager\n");
}
