//! What becomes of a commit's message: the task is named once, where it is this worktree's; what names
//! no task is refused; what says nothing stays empty.

use std::fs;

use crate::folder::{git, run, script};
use crate::sandbox::{Run, Sandbox};

const LINE: &str = "Plan-Task: demo-plan/1";

/// A plan with two tasks, the first in progress here.
fn working() -> Sandbox {
    let sandbox = idle();
    sandbox.plan(&["start", "1"]).ok();
    sandbox
}

/// A plan with two tasks.
fn idle() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for words in [
        &["add-task", "Add login route"][..],
        &["add-task", "Add login form"],
        &["hooks", "install"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

#[track_caller]
fn commit(sandbox: &Sandbox, words: &[&str]) -> String {
    let words = [&["commit", "-q", "--allow-empty"], words].concat();
    let run = git(sandbox, &words);
    assert_eq!(run.code, 0, "{run:?}");
    last(sandbox)
}

/// The message of the last commit, to the byte.
fn last(sandbox: &Sandbox) -> String {
    let mut command = sandbox.command("git", &sandbox.repo());
    run(&command
        .args(["log", "-1", "--format=format:%B"])
        .output()
        .unwrap())
    .out
}

/// Commits with an editor that does this to the file `$1`.
fn edited(sandbox: &Sandbox, config: &[&str], editor: &str, words: &[&str]) -> Run {
    let path = sandbox.root().join("an editor");
    script(&path, &format!("#!/bin/sh\n{editor}\n"));
    let mut command = sandbox.command("git", &sandbox.repo());
    for setting in config {
        command.args(["-c", setting]);
    }
    let quoted = format!("'{}'", path.display());
    command
        .env("GIT_EDITOR", quoted)
        .args(["commit", "-q", "--allow-empty"]);
    run(&command.args(words).output().unwrap())
}

#[test]
fn the_task_in_progress_is_named() {
    let sandbox = working();
    assert_eq!(commit(&sandbox, &["-m", "Add"]), format!("Add\n\n{LINE}\n"));
    assert_eq!(
        commit(&sandbox, &["-m", "Add\n\nWhy.", "-s"]),
        format!("Add\n\nWhy.\n\nSigned-off-by: Ada <ada@example.org>\n{LINE}\n")
    );
    let other = "Add\n\nplan-task: demo-plan/2";
    assert_eq!(commit(&sandbox, &["-m", other]), format!("{other}\n"));
    assert_eq!(
        commit(&sandbox, &["--amend", "--no-edit"]),
        format!("{other}\n")
    );
    sandbox
        .plan(&["update-task", "1", "--status", "pending"])
        .ok();
    assert_eq!(commit(&sandbox, &["-m", "Not linked"]), "Not linked\n");
    sandbox.plan(&["start", "2"]).ok();
    let amended = commit(&sandbox, &["--amend", "--no-edit"]);
    assert_eq!(amended, "Not linked\n\nPlan-Task: demo-plan/2\n");
}

/// What the person typed into the empty line at the top is the subject.
#[test]
fn an_editor_begins_with_an_empty_subject() {
    let sandbox = working();
    let typed = "cp \"$1\" seen; printf 'Typed' >new; tail -n +2 \"$1\" >rest; { cat new; echo; cat rest; } >\"$1\"";
    for (config, words) in [
        (&[][..], &[][..]),
        (&[], &["-v"]),
        (&["commit.cleanup=scissors"], &["-v"]),
        (&["core.commentChar=;"], &["-v"]),
        (&["core.commentChar=auto"], &[]),
        (&["core.commentString=//"], &[]),
        (&["commit.status=false"], &[]),
    ] {
        sandbox.write("file", format!("{config:?}{words:?}\n{LINE}\n"));
        sandbox.git(&["add", "file"]);
        let run = edited(&sandbox, config, typed, words);
        assert_eq!(run.code, 0, "{config:?} {words:?}: {run:?}");
        assert_eq!(
            last(&sandbox),
            format!("Typed\n\n{LINE}\n"),
            "{config:?} {words:?}"
        );
        let seen = fs::read_to_string(sandbox.repo().join("seen")).unwrap();
        assert!(
            seen.starts_with(&format!("\n\n{LINE}\n")),
            "{config:?} {words:?}: {seen}"
        );
    }
}

/// Closing the editor without a word aborts the commit, as without the hook.
#[test]
fn an_untouched_message_aborts() {
    let sandbox = working();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    sandbox.write(".git/template", "Subject here\n\n# Explain\nTicket:\n");
    for (config, words) in [
        (&[][..], &[][..]),
        (&[], &["-v"]),
        (&[], &["-s"]),
        (&["core.commentChar=auto"], &[]),
        (&["commit.template=.git/template"], &[]),
    ] {
        let run = edited(&sandbox, config, "exit 0", words);
        assert!(
            run.code != 0 && run.err.contains("Aborting commit"),
            "{config:?} {words:?} {run:?}"
        );
        assert_eq!(
            sandbox.git(&["rev-parse", "HEAD"]),
            head,
            "{config:?} {words:?}"
        );
    }
    let config = ["commit.template=.git/template"];
    let run = edited(
        &sandbox,
        &config,
        "sed -i 's/Ticket:/Ticket: 5/' \"$1\"",
        &[],
    );
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        last(&sandbox),
        format!("Subject here\n\nTicket: 5\n{LINE}\n")
    );
}

#[test]
fn a_completed_task_is_named_until_the_next_commit() {
    let at = |sandbox: &Sandbox, time: &str, words: &[&str]| {
        let mut command = sandbox.command("git", &sandbox.repo());
        command.env("GIT_COMMITTER_DATE", format!("2026-01-31T{time}Z"));
        let output = command
            .args(["commit", "-q", "--allow-empty"])
            .args(words)
            .output();
        assert_eq!(run(&output.unwrap()).code, 0);
        last(sandbox)
    };
    let plan_at = |sandbox: &Sandbox, time: &str, words: &[&str]| {
        let now = format!("2026-01-31T{time}Z");
        sandbox.plan_with(&[("GIT_PLAN_NOW", &now)], words).ok();
    };
    let sandbox = idle();
    plan_at(&sandbox, "10:00:00", &["start", "1"]);
    assert_eq!(
        at(&sandbox, "10:01:00", &["-m", "a"]),
        format!("a\n\n{LINE}\n")
    );
    plan_at(&sandbox, "10:02:00", &["done", "1"]);
    assert_eq!(
        at(&sandbox, "10:03:00", &["-m", "b"]),
        format!("b\n\n{LINE}\n")
    );
    assert_eq!(at(&sandbox, "10:04:00", &["-m", "c"]), "c\n");
    // Completed by an agent, held by another worktree, or taken back: not by us.
    plan_at(&sandbox, "10:05:00", &["done", "2", "--as", "bot"]);
    assert_eq!(at(&sandbox, "10:06:00", &["-m", "d"]), "d\n");
    plan_at(&sandbox, "10:07:00", &["add-task", "Third"]);
    plan_at(&sandbox, "10:07:00", &["start", "3", "--as", "bot"]);
    plan_at(&sandbox, "10:07:00", &["done", "3"]);
    assert_eq!(at(&sandbox, "10:08:00", &["-m", "e"]), "e\n");
    plan_at(&sandbox, "10:09:00", &["add-task", "Fourth"]);
    plan_at(&sandbox, "10:09:00", &["done", "4"]);
    plan_at(&sandbox, "10:09:01", &["undo"]);
    assert_eq!(at(&sandbox, "10:10:00", &["-m", "f"]), "f\n");
    plan_at(&sandbox, "10:11:00", &["done", "4"]);
    plan_at(&sandbox, "10:11:00", &["note", "4", "a remark"]);
    assert_eq!(
        at(&sandbox, "10:12:00", &["-m", "g"]),
        "g\n\nPlan-Task: demo-plan/4\n"
    );
    // Within one second, what HEAD names is what it was committed for.
    plan_at(&sandbox, "10:12:00", &["note", "4", "another"]);
    assert_eq!(at(&sandbox, "10:12:00", &["-m", "h"]), "h\n");
}

#[test]
fn several_tasks_are_not_guessed_from() {
    let sandbox = working();
    sandbox.plan(&["start", "2"]).ok();
    let run = git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "Add"]);
    assert_eq!(run.code, 0, "{run:?}");
    let said = "git plan: several tasks could be meant (demo-plan/1, demo-plan/2): \
                a line Plan-Task: PLAN/TASK names one\n";
    assert_eq!(run.err, said);
    assert_eq!(last(&sandbox), "Add\n");
    // Of several plans, that of the worktree comes first.
    sandbox
        .plan(&["update-task", "2", "--status", "pending"])
        .ok();
    sandbox.plan(&["init", "Other"]).ok();
    sandbox.plan(&["add-task", "There"]).ok();
    assert_eq!(commit(&sandbox, &["-m", "Add"]), format!("Add\n\n{LINE}\n"));
    sandbox.plan(&["start", "1"]).ok();
    assert_eq!(
        commit(&sandbox, &["-m", "Add"]),
        "Add\n\nPlan-Task: other/1\n"
    );
}

#[test]
fn an_agent_has_its_own_task() {
    let sandbox = working();
    sandbox.plan(&["start", "2", "--as", "bot"]).ok();
    let mut command = sandbox.command("git", &sandbox.repo());
    command
        .env("GIT_PLAN_AS", "bot")
        .args(["commit", "-q", "--allow-empty", "-m", "Add"]);
    assert_eq!(run(&command.output().unwrap()).code, 0);
    assert_eq!(last(&sandbox), "Add\n\nPlan-Task: demo-plan/2\n");
    assert_eq!(commit(&sandbox, &["-m", "Add"]), format!("Add\n\n{LINE}\n"));
}

/// Two branches that differ, each with a commit that names no task.
fn forked() -> Sandbox {
    let sandbox = working();
    for branch in ["side", "main"] {
        sandbox.git(&["switch", "-q", "-C", branch, "main"]);
        sandbox.write(branch, "x\n");
        sandbox.git(&["add", "-A"]);
        sandbox.git(&[
            "-c",
            "core.hooksPath=/dev/null",
            "commit",
            "-qm",
            &format!("on {branch}"),
        ]);
    }
    sandbox.git(&["switch", "-q", "main"]);
    sandbox
}

#[test]
fn commits_about_other_commits_are_left_alone() {
    let sandbox = forked();
    let untouched = |words: &[&[&str]]| {
        sandbox.git(&["switch", "-q", "-C", "try", "main"]);
        for words in words {
            let mut command = sandbox.command("git", &sandbox.repo());
            let output = command.env("GIT_EDITOR", "true").args(*words).output();
            let run = run(&output.unwrap());
            assert_eq!(run.code, 0, "{words:?}: {run:?}");
        }
        assert!(
            !last(&sandbox).contains("Plan-Task"),
            "{words:?}: {}",
            last(&sandbox)
        );
    };
    untouched(&[&["cherry-pick", "side"]]);
    untouched(&[&["cherry-pick", "-e", "-x", "side"]]);
    untouched(&[&["revert", "--no-edit", "HEAD"]]);
    untouched(&[&["revert", "--edit", "HEAD"]]);
    untouched(&[&["merge", "-q", "--no-ff", "--no-edit", "side"]]);
    untouched(&[&["merge", "-q", "--no-ff", "--edit", "side"]]);
    untouched(&[
        &["merge", "-q", "--no-commit", "side"],
        &["commit", "-q", "--no-edit"],
    ]);
    untouched(&[
        &["merge", "-q", "--squash", "side"],
        &["commit", "-q", "--no-edit"],
    ]);
    untouched(&[
        &["merge", "-q", "--squash", "side"],
        &["commit", "-q", "-m", "mine"],
    ]);
    untouched(&[&["rebase", "-q", "side"]]);
    untouched(&[&["commit", "-q", "--allow-empty", "--fixup", "HEAD"]]);
    untouched(&[&[
        "commit",
        "-q",
        "--allow-empty",
        "--squash",
        "HEAD",
        "-m",
        "x",
    ]]);
    untouched(&[&["commit", "-q", "--allow-empty", "--fixup", "amend:HEAD"]]);
}

/// An interactive rebase with a word for each way to make a commit in it.
#[test]
fn a_rebase_leaves_messages_as_they_were() {
    let sandbox = forked();
    for number in ["one", "two", "three", "four"] {
        sandbox.write(number, "x\n");
        sandbox.git(&["add", "-A"]);
        sandbox.git(&["-c", "core.hooksPath=/dev/null", "commit", "-qm", number]);
    }
    let todo = "sed -i -e '2s/pick/reword/' -e '3s/pick/squash/' -e '4s/pick/fixup/' \"$1\"";
    let path = sandbox.root().join("todo");
    script(&path, &format!("#!/bin/sh\n{todo}\n"));
    let mut command = sandbox.command("git", &sandbox.repo());
    command
        .env("GIT_SEQUENCE_EDITOR", &path)
        .env("GIT_EDITOR", "true")
        .args(["rebase", "-q", "-i", "HEAD~4"]);
    let rebased = run(&command.output().unwrap());
    assert_eq!(rebased.code, 0, "{rebased:?}");
    let log = sandbox.git(&["log", "--format=%B", "-3"]);
    assert!(!log.contains("Plan-Task") && log.contains("three"), "{log}");
}

#[test]
fn what_names_no_task_is_refused() {
    let sandbox = working();
    sandbox
        .plan(&["init", "Auth migration", "--key", "AUTH"])
        .ok();
    sandbox.plan(&["add-task", "There"]).ok();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let refused = |line: &str| {
        let message = format!("Add\n\n{line}\n");
        let run = git(&sandbox, &["commit", "-q", "--allow-empty", "-m", &message]);
        assert_ne!(run.code, 0, "{line}: {run:?}");
        assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), head, "{line}");
        let again = "hint: git commit -e -F .git/COMMIT_EDITMSG   opens the message again\n";
        assert!(run.err.ends_with(again), "{line}: {run:?}");
        run.err
    };
    assert!(refused("Plan-Task: auth-migraton/1").contains("did you mean 'auth-migration'?"));
    assert!(refused("Plan-Task: demo-plan/9").contains("did you mean 'demo-plan/1'?"));
    assert!(refused("Plan-Task: demo-plan/login").contains("\"Add login form\""));
    assert!(refused("Plan-Task: 1").contains("\"Plan-Task: 1\" does not name a task"));
    assert!(refused("Plan-Task:").contains("\"Plan-Task:\""));
    for line in [
        "Plan-Task: AUTH/1",
        "plan-task: demo-plan/2",
        "> Plan-Task: x/1",
    ] {
        let message = format!("Add\n\n{line}\n");
        git(&sandbox, &["commit", "-q", "--allow-empty", "-m", &message]).ok();
    }
    let file = sandbox.root().join("message");
    fs::write(&file, b"Add\n\0\nPlan-Task: demo-plan/1\n").unwrap();
    let nul = sandbox.plan(&["hook", "commit-msg", file.to_str().unwrap()]);
    assert!(nul.fails(1).contains("NUL"));
}

#[test]
fn a_commit_without_a_task_is_told_where_it_matters() {
    let sandbox = idle();
    let said = |policy: &str, key: &str, branch: &str| {
        let change = |text: String| {
            let own = ["protect", "branches", "[policy]", "unlinked"];
            let kept = text
                .lines()
                .filter(|line| !own.iter().any(|key| line.starts_with(key)));
            let kept: Vec<&str> = kept.collect();
            format!("{}\n{key} = [\"{branch}\"]\n{policy}\n", kept.join("\n"))
        };
        sandbox.change_by_hand(".plans/demo-plan/plan.toml", change);
        let run = git(&sandbox, &["commit", "-q", "--allow-empty", "-m", "Add"]);
        assert_eq!(run.code, 0, "{run:?}");
        run.err
    };
    let line = "git plan: this commit names no task; a line Plan-Task: demo-plan/TASK does\n";
    assert_eq!(said("", "protect", "main"), line);
    assert_eq!(said("", "protect", "refs/heads/main"), line);
    assert_eq!(said("", "branches", "ma*"), line);
    assert_eq!(
        said("[policy]\nunlinked = \"block\"", "protect", "main"),
        line
    );
    assert_eq!(said("[policy]\nunlinked = \"off\"", "protect", "main"), "");
    assert_eq!(said("", "protect", "other"), "");
}
