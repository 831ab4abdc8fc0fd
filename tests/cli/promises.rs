//! The promises of the design, as far as one command can break them: never in the way of your
//! code (1), `undo` is a new commit and every commit says who did what (2), a fetched plan is
//! data (5).

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::sandbox::{NOW, Run, Sandbox};

// 2. Nothing lost.

/// What each command did is taken back to the byte, by a commit on top.
#[test]
fn undo_is_a_new_commit_that_restores_what_was_there() {
    let sandbox = Sandbox::with_plan();
    let prepare: [&[&str]; 9] = [
        &["add-phase", "Foundation"],
        &["add-phase", "Empty"],
        &[
            "add-task",
            "Design",
            "--phase",
            "foundation",
            "--item",
            "write it down",
        ],
        &["add-task", "Build", "--depends-on", "1", "--label", "a"],
        &["add-task", "Stuck"],
        &["block", "3", "--reason", "no key"],
        &["add-task", "Given up"],
        &[
            "update-task",
            "4",
            "--status",
            "cancelled",
            "--reason",
            "too dear",
        ],
        &["gate", "add", "foundation", "seen", "--kind", "manual"],
    ];
    for words in prepare {
        sandbox.plan(words).ok();
    }
    let changes: [&[&str]; 19] = [
        &["start", "1"],
        &["done", "1", "--report", "it is done"],
        &["block", "1", "--reason", "no answer"],
        &["unblock", "3"],
        &[
            "update-task",
            "1",
            "--status",
            "cancelled",
            "--reason",
            "too dear",
        ],
        &[
            "update-task",
            "4",
            "--status",
            "pending",
            "--reason",
            "cheaper now",
        ],
        &[
            "update-task",
            "2",
            "--title",
            "Build it",
            "--no-label",
            "a",
            "--priority",
            "low",
        ],
        &["update-task", "2", "--no-depends-on", "1"],
        &["update-task", "2", "--description", "two\nlines\n"],
        &["note", "2", "remember"],
        &["add-item", "1", "one", "more"],
        &["check-item", "1", "1"],
        &["add-phase", "Late", "--before", "foundation"],
        &[
            "update-phase",
            "foundation",
            "--title",
            "Ground",
            "--objective",
            "it stands",
        ],
        &["update-phase", "empty", "--before", "foundation"],
        &["remove-phase", "empty"],
        &["gate", "add", "empty", "seen", "--kind", "manual"],
        &["update-plan", "--goal", "all of it", "--branch", "topic/*"],
        &["update-plan", "--wip-limit", "2"],
    ];
    for words in changes {
        let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
        sandbox.plan(words).ok();
        let done = sandbox.git(&["rev-parse", "git-plan"]);
        assert_ne!(
            sandbox.git(&["rev-parse", "git-plan^{tree}"]),
            tree,
            "{words:?}"
        );
        let report = sandbox.plan(&["undo", "--json"]).json();
        assert_eq!(report["data"]["left"], serde_json::json!([]), "{words:?}");
        assert_eq!(sandbox.git(&["rev-parse", "git-plan^"]), done, "{words:?}");
        assert_eq!(
            sandbox.git(&["rev-parse", "git-plan^{tree}"]),
            tree,
            "{words:?}"
        );
        // And the other way round.
        let undone = sandbox.git(&["rev-parse", "git-plan"]);
        sandbox.plan(&["undo", &undone]).ok();
        let again = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
        assert_eq!(
            again,
            sandbox.git(&["rev-parse", &format!("{done}^{{tree}}")]),
            "{words:?}"
        );
        let redone = sandbox.git(&["rev-parse", "git-plan"]);
        sandbox.plan(&["undo", &redone]).ok();
        assert_eq!(
            sandbox.git(&["rev-parse", "git-plan^{tree}"]),
            tree,
            "{words:?}"
        );
    }
    sandbox.git(&["fsck", "--strict"]);
}

/// A number is not used again, also where its task was taken back.
#[test]
fn undo_of_a_new_task_keeps_its_number() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sandbox.plan(&["tasks", "--json"]).json()["total"], 0);
    let task = sandbox.plan(&["add-task", "second", "--json"]).json();
    assert_eq!(task["data"]["number"], 2);
}

/// What others changed since stays, and is named.
#[test]
fn undo_leaves_what_was_changed_since() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    sandbox
        .plan(&["update-task", "1", "--title", "second", "--priority", "low"])
        .ok();
    let changed = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.plan(&["update-task", "1", "--title", "third"]).ok();
    let undone = sandbox.plan(&["undo", &changed]).ok();
    assert!(undone.contains("left as it is: task 1"), "{undone}");
    let task = sandbox.plan(&["show", "1", "--json"]).json();
    assert_eq!(task["data"]["title"], "third");
    assert_eq!(task["data"]["priority"], serde_json::Value::Null);
}

fn last_commit(sandbox: &Sandbox, format: &str) -> String {
    sandbox.git(&["log", "-1", &format!("--format={format}"), "git-plan"])
}

/// Hooks export another person's name and date: the committer counts, and the clock.
#[test]
fn a_commit_names_the_committer_at_the_time_of_the_clock() {
    let sandbox = Sandbox::with_plan();
    let foreign = [
        ("GIT_AUTHOR_NAME", "Mallory"),
        ("GIT_AUTHOR_EMAIL", "mallory@example.org"),
        ("GIT_AUTHOR_DATE", "2001-01-01T00:00:00Z"),
        ("GIT_COMMITTER_DATE", "2002-02-02T00:00:00Z"),
        ("TZ", "Asia/Kolkata"),
    ];
    sandbox
        .plan_with(&foreign, &["add-task", "Add login route"])
        .ok();
    assert_eq!(
        last_commit(&sandbox, "%an <%ae> %aI"),
        "Ada <ada@example.org> 2026-01-31T15:00:00+05:30"
    );
    assert_eq!(
        last_commit(&sandbox, "%cn <%ce> %cI"),
        "Ada <ada@example.org> 2026-01-31T15:00:00+05:30"
    );
    let shown = sandbox
        .plan_with(&foreign, &["start", "1", "--json"])
        .json();
    assert_eq!(shown["data"]["status_since"], NOW);
    assert_eq!(shown["data"]["status_by"], "Ada <ada@example.org>");
}

#[test]
fn a_commit_says_what_was_done_to_what_and_for_whom() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "Foundation"]).ok();
    assert_eq!(
        last_commit(&sandbox, "%B"),
        "demo-plan: add phase foundation\n\nPlan-Op: add-phase\nPlan-Id: foundation"
    );
    let task = sandbox
        .plan(&["add-task", "Add login route", "--json"])
        .json();
    let id = task["data"]["id"].as_str().unwrap();
    assert_eq!(
        last_commit(&sandbox, "%B"),
        format!("demo-plan: add task 1 \"Add login route\"\n\nPlan-Op: add-task\nPlan-Id: {id}")
    );
    sandbox.plan(&["start", "1", "--as", "bot-7"]).ok();
    assert_eq!(
        last_commit(&sandbox, "%s"),
        "demo-plan: start task 1 \"Add login route\""
    );
    let trailers = "%(trailers:key=Plan-Op,valueonly)%(trailers:key=Plan-Id,valueonly)%(trailers:key=Plan-As,valueonly)";
    assert_eq!(
        last_commit(&sandbox, trailers),
        format!("start\n{id}\nbot-7")
    );
    sandbox
        .plan_with(&[("GIT_PLAN_AS", "bot-8")], &["done", "1"])
        .ok();
    assert_eq!(
        last_commit(&sandbox, trailers),
        format!("done\n{id}\nbot-8")
    );
    let done = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.plan(&["undo"]).ok();
    assert_eq!(
        last_commit(&sandbox, "%B"),
        format!(
            "demo-plan: undo: complete task 1 \"Add login route\"\n\nPlan-Op: undo\nPlan-Id: {id}\nPlan-Undo: {done}"
        )
    );
    let log = sandbox.git(&["reflog", "--format=%gs", "git-plan"]);
    assert_eq!(
        log.lines().next().unwrap(),
        "plan: demo-plan: undo: complete task 1 \"Add login route\""
    );
    assert_eq!(log.lines().count(), 6);
}

/// Nobody can add a trailer, or end the subject, by a name with a line break in it.
#[test]
fn a_name_with_a_line_break_adds_no_trailer() {
    let sandbox = Sandbox::with_plan();
    sandbox
        .plan(&[
            "add-task",
            "x",
            "--as",
            "bot\n\nPlan-Op: done\nPlan-Id: demo-plan",
        ])
        .ok();
    let operations = last_commit(&sandbox, "%(trailers:key=Plan-Op,valueonly)");
    assert_eq!(operations, "add-task");
    let log = sandbox.plan(&["log", "-n", "1", "--json"]).json();
    assert_eq!(log["data"][0]["operation"], "add-task");
    sandbox.plan(&["add-task", "one\nPlan-Op: done"]).fails(3);
}

// 1. Never in the way of your code.

/// The hooks that Git knows, but for those that only a server or a daemon runs.
const HOOKS: [&str; 20] = [
    "applypatch-msg",
    "pre-applypatch",
    "post-applypatch",
    "pre-commit",
    "pre-merge-commit",
    "prepare-commit-msg",
    "commit-msg",
    "post-commit",
    "pre-rebase",
    "post-checkout",
    "post-merge",
    "pre-push",
    "post-rewrite",
    "reference-transaction",
    "pre-auto-gc",
    "post-index-change",
    "update",
    "pre-receive",
    "post-receive",
    "post-update",
];

/// Lets every hook write its name into `home/fired`, and refuse.
fn install_hooks(sandbox: &Sandbox, folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    for name in HOOKS {
        let fired = sandbox.root().join("home/fired");
        let script = format!("#!/bin/sh\necho {name} >>'{}'\nexit 1\n", fired.display());
        fs::write(folder.join(name), script).unwrap();
        fs::set_permissions(folder.join(name), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn fired(sandbox: &Sandbox) -> Vec<String> {
    let text = fs::read_to_string(sandbox.root().join("home/fired")).unwrap_or_default();
    let mut names: Vec<_> = text.lines().map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

/// A bit of everything that writes and reads.
const EVERYTHING: [&[&str]; 32] = [
    &["init", "Demo plan"],
    &["add-phase", "Foundation"],
    &["add-phase", "Release"],
    &[
        "add-task",
        "Design",
        "--phase",
        "foundation",
        "--item",
        "draw",
    ],
    &["add-task", "Build", "--depends-on", "1"],
    &["gate", "add", "foundation", "seen", "--kind", "manual"],
    &["gate", "list"],
    &["start", "1"],
    &["note", "1", "half way"],
    &["add-item", "1", "more"],
    &["check-item", "1", "--all"],
    &["done", "1", "--report", "done"],
    &["block", "2", "--reason", "no key"],
    &["unblock", "2"],
    &["update-task", "2", "--priority", "high"],
    &["update-phase", "release", "--title", "Out"],
    &["update-plan", "--goal", "all of it"],
    &[
        "gate",
        "approve",
        "foundation/seen",
        "--note",
        "looked at it",
    ],
    &["close-phase", "foundation"],
    &["reopen-phase", "foundation", "--reason", "not yet", "--yes"],
    &["remove-phase", "release"],
    &["undo"],
    &["remove-task", "2"],
    &["status"],
    &["list"],
    &["show"],
    &["show", "1"],
    &["tasks"],
    &["ready"],
    &["log"],
    &["doctor", "--fix"],
    &["use", "demo-plan"],
];

/// Also `reference-transaction`, which Git runs for every ref that it moves: the plan ref is moved
/// without it, by the same lock.
#[test]
fn no_hook_of_the_user_fires() {
    for configured in [false, true] {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "--global", "plan.unattended", "true"]);
        let folder = if configured {
            let folder = sandbox.root().join("home/hooks");
            sandbox.git(&["config", "core.hooksPath", folder.to_str().unwrap()]);
            folder
        } else {
            sandbox.repo().join(".git/hooks")
        };
        install_hooks(&sandbox, &folder);
        for words in EVERYTHING {
            sandbox.plan(words).ok();
            assert_eq!(fired(&sandbox), [""; 0], "{words:?}");
        }
        // They are in place.
        assert_ne!(sandbox.sh("git commit -q --allow-empty -m x").code, 0);
        assert!(fired(&sandbox).contains(&"pre-commit".to_owned()));
    }
}

/// Adopting the plans of a remote is a `git fetch`: Git runs the one hook that it runs for a fetch.
#[test]
fn adopting_fires_what_a_fetch_fires() {
    let sandbox = Sandbox::with_plan();
    let url = format!("file://{}", sandbox.repo().display());
    sandbox.git_in(sandbox.root(), &["clone", "-q", "--depth=1", &url, "clone"]);
    let clone = sandbox.root().join("clone");
    let hook = clone.join(".git/hooks/reference-transaction");
    install_hooks(&sandbox, &clone.join(".git/hooks"));
    fs::write(&hook, "#!/bin/sh\nsed \"s/^/$1 /\" >>\"$HOME/moved\"\n").unwrap();
    sandbox.plan_in(&clone, &["init"]).ok();
    assert_eq!(fired(&sandbox), [""; 0]);
    let moved = fs::read_to_string(sandbox.root().join("home/moved")).unwrap();
    let is_copy = |line: &str| line.ends_with(" refs/remotes/origin/git-plan");
    assert!(!moved.is_empty() && moved.lines().all(is_copy), "{moved}");
}

/// Every `git` that is started, seen by a program of that name that stands before it on the path.
#[test]
fn no_git_command_that_could_touch_code_is_started() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    let real = sandbox.sh("command -v git").ok();
    let bin = sandbox.root().join("bin");
    fs::create_dir(&bin).unwrap();
    let seen = sandbox.root().join("home/started");
    let script = format!(
        "#!/bin/sh\necho \"$@\" >>'{}'\nexec {} \"$@\"\n",
        seen.display(),
        real.trim()
    );
    fs::write(bin.join("git"), script).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = |words: &[&str]| -> Run {
        sandbox.plan_with(&[("PATH", &path), ("EDITOR", "true")], words)
    };
    for words in EVERYTHING {
        run(words).ok();
    }
    run(&["edit", "1"]).ok();
    run(&["apply", "/dev/null"]).ok();
    let started = fs::read_to_string(&seen).unwrap_or_default();
    let harmless = ["var", "version", "gc"];
    for line in started.lines() {
        let mut words = line.split(' ').peekable();
        let mut command = None;
        while let Some(word) = words.next() {
            match word {
                "--git-dir" | "--work-tree" | "-c" | "-C" => {
                    words.next();
                }
                word if word.starts_with('-') => {}
                word => {
                    command = Some(word);
                    break;
                }
            }
        }
        assert!(harmless.contains(&command.unwrap()), "git {line}");
    }
}
