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
        &[
            "update-phase",
            "empty",
            "--before",
            "foundation",
            "--reason",
            "first things first",
        ],
        &["remove-phase", "empty"],
        &["gate", "add", "empty", "seen", "--kind", "manual"],
        &["update-plan", "--goal", "all of it", "--branch", "topic/*"],
        &["update-plan", "--wip-limit", "2"],
    ];
    // Records are only ever added: taking a gate, a phase or a branch back lets less hold, and has one.
    let state = |revision: &str| {
        let all = sandbox.git(&["ls-tree", "-r", revision]);
        let files = all.lines().filter(|line| !line.contains("/evidence/"));
        files.map(str::to_owned).collect::<Vec<_>>()
    };
    for words in changes {
        let tree = state("git-plan");
        sandbox.plan(words).ok();
        let done = sandbox.git(&["rev-parse", "git-plan"]);
        assert_ne!(state("git-plan"), tree, "{words:?}");
        let report = sandbox.plan(&["undo", "--json"]).json();
        assert_eq!(report["data"]["left"], serde_json::json!([]), "{words:?}");
        assert_eq!(sandbox.git(&["rev-parse", "git-plan^"]), done, "{words:?}");
        assert_eq!(state("git-plan"), tree, "{words:?}");
        // And the other way round.
        let undone = sandbox.git(&["rev-parse", "git-plan"]);
        sandbox.plan(&["undo", &undone]).ok();
        let again = state("git-plan");
        assert_eq!(again, state(&done), "{words:?}");
        let redone = sandbox.git(&["rev-parse", "git-plan"]);
        sandbox.plan(&["undo", &redone]).ok();
        assert_eq!(state("git-plan"), tree, "{words:?}");
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
const EVERYTHING: &[&[&str]] = &[
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
    &["add-spec", "../spec.toml", "--task", "2"],
    &["verify-task", "2"],
    &["verify-task", "2", "--at", "HEAD", "--format", "sarif"],
    &["verify-task", "2", "--update", "--checkpoint"],
    &[
        "update-task",
        "2",
        "--status",
        "pending",
        "--reason",
        "again",
        "--no-spec",
        "rules",
    ],
    &["remove-spec", "rules", "--reason", "over"],
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
    &["diff"],
    &["diff", "git-plan~3..git-plan", "--format", "markdown"],
    &["review", "--base", "main", "--head", "HEAD"],
    &[
        "review", "--base", "main", "--head", "HEAD", "--format", "github",
    ],
    &["setup"],
    &["setup", "--ci", "github"],
    &["setup", "--remove"],
    &["doctor", "--fix"],
    &["use", "demo-plan"],
    &["checkpoint", "a point", "--task", "1"],
    &["checkpoint", "a hidden one", "--private"],
    &["checkpoints"],
    &["show", "a point"],
    &["show-diff", "a point"],
    #[cfg(feature = "grammars")]
    &["similar-code", "--function", "main"],
    &["show-diff", "a point", "worktree", "--stat"],
    &["rewind", "a point"],
    &["rewind", "--last-good"],
    &["checkpoints", "--prune", "--keep", "0"],
    &["checkpoints", "--restore-objects"],
    &["checkpoints", "--privatize"],
    &["archive", "--yes"],
    &[
        "update-plan",
        "demo-plan",
        "--status",
        "active",
        "--reason",
        "again",
    ],
    &["checkpoint", "another point"],
];

/// A specification beside the repository, which nothing of the code breaks.
fn spec_beside(sandbox: &Sandbox) {
    let text = "name = \"rules\"\n[[rule]]\nid = \"gone\"\nmatch = { identifiers = [\"Gone\"] }\n";
    fs::write(sandbox.root().join("spec.toml"), text).unwrap();
}

/// What must stay as it is: HEAD, index (its time too), files, and every ref that is not ours.
fn foreign_state(sandbox: &Sandbox) -> String {
    let script = "cat .git/HEAD && git rev-parse HEAD && sha256sum .git/index && \
                  stat -c %y .git/index && find . -path ./.git -prune -o -printf '%p %y %m %T@ %l\\n' | sort && \
                  find . -path ./.git -prune -o -type f -exec sha256sum {} + | sort && \
                  git for-each-ref | grep -v -e refs/plans/ -e refs/heads/git-plan && \
                  cat .git/logs/HEAD && git stash list";
    sandbox.sh(script).ok()
}

#[test]
fn head_index_files_and_foreign_refs_stay_as_they_are() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    sandbox.write("kept", "kept\n");
    sandbox.write(".gitignore", "ignored\n");
    sandbox.commit_all("files");
    sandbox.git(&["branch", "other"]);
    sandbox.git(&["tag", "v1"]);
    sandbox.sh("echo stashed >kept && git stash -q").ok();
    sandbox
        .sh("echo staged >staged && git add staged && echo more >>staged")
        .ok();
    sandbox
        .sh("echo changed >kept && echo new >new && echo x >ignored")
        .ok();
    let before = foreign_state(&sandbox);
    spec_beside(&sandbox);
    for words in EVERYTHING {
        sandbox.plan(words).ok();
        assert_eq!(foreign_state(&sandbox), before, "{words:?}");
    }
}

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
        spec_beside(&sandbox);
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
        "#!/bin/sh\n(printf '%s' \"$*\" | tr '\\n' ' '; echo) >>'{}'\nexec {} \"$@\"\n",
        seen.display(),
        real.trim()
    );
    fs::write(bin.join("git"), script).unwrap();
    fs::set_permissions(bin.join("git"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let run = |words: &[&str]| -> Run {
        sandbox.plan_with(&[("PATH", &path), ("EDITOR", "true")], words)
    };
    spec_beside(&sandbox);
    for words in EVERYTHING {
        run(words).ok();
    }
    run(&["edit", "1"]).ok();
    run(&["apply", "/dev/null"]).ok();
    let started = fs::read_to_string(&seen).unwrap_or_default();
    let harmless = [
        "var",
        "version",
        "gc",
        "status",
        "rev-list",
        "update-ref",
        "config",
        "check-attr",
    ];
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

// 5. A fetched plan is data.

/// What would retitle the window, colour it, clear it, end the line, turn the text around, or hide.
const HOSTILE: &str =
    "x\u{1b}]0;owned\u{7}\u{1b}[31m\u{9b}2J\u{85}\u{202e}eman\u{2066}\u{200b}\u{e0041}\u{7f}z";

/// In a text of several lines: a line that looks as if the program said it.
const FAKE: &str = "\r\nhint: touch pwned\nerror: touch pwned\n";

/// What a shell would run, if anything asked one.
const COMMAND: &str = "$(touch pwned)`touch pwned`;touch pwned;'\"|touch pwned&";

/// The text as a string of TOML, with raw whatever may be raw.
fn toml(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c < ' ' || c == '\u{7f}' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out + "\""
}

/// Plans with hostile words wherever a word can be.
fn hostile() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    let word = toml(&format!("{HOSTILE}{COMMAND}"));
    let glob = toml(&HOSTILE.replace(['[', ']'], ""));
    let text = toml(&format!("{HOSTILE}{COMMAND}{FAKE}"));
    let header = format!(
        "title = {word}\ngoal = {text}\nstatus = \"active\"\nkey = {word}\nbranches = [{glob}]\n\
         {word} = {word} # {0}\n\n[[phase]]\nid = \"one\"\ntitle = {word}\nobjective = {text}\n\n\
         [[phase.gate]]\nid = \"seen\"\nkind = \"manual\"\ndescription = {text}\n\n\
         [[phase.gate]]\nid = \"run\"\nkind = \"command\"\nrun = [\"touch\", \"pwned\"]\n\n\
         [[phase.gate]]\nid = \"odd\"\nkind = {word}\n\n[[phase]]\nid = \"two\"\ntitle = {word}\n",
        HOSTILE.replace(['\u{1b}', '\u{7}', '\u{7f}'], ""),
    );
    let task = |id: &str, number: u32, more: &str| {
        let path = format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2]);
        let text = format!("id = \"{id}\"\nnumber = {number}\ntitle = {word}\n{more}\n");
        (path, text)
    };
    let everything = format!(
        "status = \"in_progress\"\nreason = {text}\nstatus_by = {word}\nstatus_since = {NOW}\n\
         phase = \"one\"\nlabels = [{word}]\nstream = {word}\nassignee = {word}\nestimate = {word}\n\
         key = {word}\nrefs = [{word}]\ndescription = {text}\nreport = {text}\n{word} = 1\n\n\
         [claim]\nholder = {word}\nsince = {NOW}\n\n[[item]]\nid = \"aaaaaaaaaa\"\ntext = {word}\n\n\
         [[note]]\nid = \"bbbbbbbbbb\"\nwho = {word}\nwhen = {NOW}\ntext = {text}"
    );
    let blocked = format!("status = \"blocked\"\nreason = {text}");
    let broken = format!("status = {word}\n{HOSTILE} =");
    let mut files = vec![
        (".plans/demo-plan/plan.toml".to_owned(), header),
        task("1111111111", 1, &everything),
        task("2222222222", 2, &blocked),
        task(
            "3333333333",
            3,
            "status = \"pending\"\nphase = \"one\"\ndepends_on = [\"2222222222\"]",
        ),
        task("4444444444", 4, "status = \"pending\"\nphase = \"two\""),
        task("5555555555", 5, "status = \"pending\""),
        task("5656565656", 5, "status = \"pending\""),
        task("6666666666", 6, &broken),
        task("7777777777", 7, &format!("status = {word}")),
        task(
            "8888888888",
            8,
            "status = \"pending\"\ndepends_on = [\"9999999999\"]",
        ),
        (
            ".plans/demo-plan/evidence/aa/aaaaaaaaaa.toml".to_owned(),
            format!(
                "id = \"aaaaaaaaaa\"\nplan = \"demo-plan\"\nkind = \"approval\"\nphase = \"one\"\n\
                 gate = \"seen\"\nsubject = {word}\nnote = {text}\nwho = {word}\nwhen = {NOW}\n"
            ),
        ),
    ];
    let name = HOSTILE.to_owned();
    files.push((
        format!(".plans/demo-plan/tasks/99/{name}.toml"),
        name.clone(),
    ));
    files.push((format!(".plans/{name}/plan.toml"), name));
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| (path.as_str(), Some(text.as_str())))
        .collect();
    sandbox.store_by_hand(&files);
    // A commit by a hostile name with a hostile message.
    let subject = format!("demo-plan: {HOSTILE}{COMMAND}");
    let trailers = format!("Plan-Op: {HOSTILE}\nPlan-Id: {HOSTILE}\nPlan-As: {HOSTILE}");
    let mut command = sandbox.command("git", &sandbox.repo());
    command
        .env("GIT_AUTHOR_NAME", format!("x{HOSTILE}x"))
        .args([
            "commit-tree",
            "git-plan^{tree}",
            "-p",
            "git-plan",
            "-m",
            &subject,
            "-m",
            &trailers,
        ]);
    let commit = command.output().unwrap();
    assert!(commit.status.success());
    let commit = String::from_utf8(commit.stdout).unwrap();
    sandbox.git(&["update-ref", "refs/heads/git-plan", commit.trim()]);
    sandbox
}

fn is_harmful(c: char) -> bool {
    (c.is_control() && c != '\n' && c != '\t')
        || matches!(
            c,
            '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}'
        )
        || matches!(c, '\u{2066}'..='\u{2069}' | '\u{e0000}'..='\u{e007f}')
}

#[track_caller]
fn is_harmless(words: &[&str], run: &Run) {
    for text in [&run.out, &run.err] {
        let harmful = text.chars().find(|c| is_harmful(*c));
        assert_eq!(harmful, None, "{words:?}: {text:?}");
        let is_fake = |line: &str| line.ends_with(": touch pwned") && !line.starts_with(' ');
        assert!(!text.lines().any(is_fake), "{words:?}: {text:?}");
    }
    assert!((0..=6).contains(&run.code), "{words:?}: {run:?}");
}

/// Every view, as text and as JSON. What is refused names hostile words too.
const VIEWS: [&[&str]; 45] = [
    &["status"],
    &["list"],
    &["list", "--all"],
    &["show"],
    &["show", "1"],
    &["show", "2"],
    &["show", "5"],
    &["show", "6"],
    &["show", "one"],
    &["show", "two"],
    &["show", "one/seen"],
    &["show", "one/odd"],
    &["show", "eman"],
    &["show", "--toml"],
    &["show", "1", "--toml"],
    &["tasks"],
    &["tasks", "--all-plans"],
    &["tasks", "--grep", "owned"],
    &["ready"],
    &["log"],
    &["log", "1"],
    &["doctor"],
    &["gate", "list"],
    &["config"],
    &["use", "demo-plan"],
    &["start", "1", "--dry-run"],
    &["start", "2"],
    &["start", "4"],
    &["done", "3"],
    &["done", "3", "--dry-run"],
    &["start", "5"],
    &["update-task", "2", "--depends-on", "3"],
    &["update-task", "1", "--title", "harmless", "--dry-run"],
    &["update-plan", "--goal", "harmless", "--dry-run"],
    &["remove-task", "2"],
    &["remove-phase", "one"],
    &["close-phase", "one"],
    &["gate", "approve", "one/seen", "--note", "x"],
    &["undo", "--dry-run"],
    &["doctor", "--fix", "--dry-run"],
    &["checkpoints"],
    &["checkpoint", "harmless"],
    &["show-diff", "harmless"],
    &["rewind", "harmless"],
    &["archive", "--dry-run"],
];

/// What a first look, or a change, prints: each really stores something.
const CHANGES: [&[&str]; 12] = [
    &["note", "1", "harmless"],
    &["add-item", "1", "harmless"],
    &["check-item", "1", "1"],
    &["done", "1"],
    &[
        "update-task",
        "1",
        "--status",
        "pending",
        "--reason",
        "again",
    ],
    &["unblock", "2"],
    &["start", "3"],
    &["block", "3", "--reason", "harmless"],
    &["update-phase", "two", "--objective", "harmless"],
    &["update-plan", "--no-wip-limit"],
    &["undo"],
    &["doctor", "--fix", "--yes"],
];

#[test]
fn no_view_lets_a_control_character_through() {
    let sandbox = hostile();
    for words in VIEWS.iter().chain(&CHANGES) {
        is_harmless(words, &sandbox.plan(words));
        let with_json = [*words, &["--json"]].concat();
        let run = sandbox.plan(&with_json);
        is_harmless(&with_json, &run);
        run.json();
    }
    // The words were there to be seen.
    let shown = sandbox.plan(&["show", "1"]).ok();
    assert!(
        shown.contains("\\x1b]0;owned\\x07\\x1b[31m\\x9b2J\\x85\\u{202e}eman"),
        "{shown}"
    );
    let shown = sandbox.plan(&["show", "1", "--json"]).json();
    assert_eq!(shown["data"]["title"], format!("{HOSTILE}{COMMAND}"));
}

/// Also where colour is on: the escapes are the program's own, and each is one of a few.
#[test]
fn colours_are_the_only_escapes() {
    let sandbox = hostile();
    sandbox.git(&["config", "color.ui", "always"]);
    for words in [
        &["status"][..],
        &["show"],
        &["show", "1"],
        &["tasks"],
        &["log"],
        &["list"],
    ] {
        let run = sandbox.plan(words);
        let mut text = run.out.clone();
        assert!(text.contains('\u{1b}'), "{words:?}");
        for code in ["0", "1", "2", "31", "32", "33", "36"] {
            text = text.replace(&format!("\u{1b}[{code}m"), "");
        }
        let plain = sandbox.plan_with(&[("NO_COLOR", "1")], words).out;
        assert_eq!(text, plain, "{words:?}");
    }
}

#[test]
fn no_completion_lets_a_control_character_through() {
    let sandbox = hostile();
    let lines: [&[&str]; 7] = [
        &["show", ""],
        &["start", ""],
        &["tasks", "--phase", ""],
        &["use", ""],
        &["-p", ""],
        &["gate", "approve", ""],
        &["add-task", "x", "--depends-on", ""],
    ];
    for line in lines {
        let words = [&["__complete"], line].concat();
        let run = sandbox.plan(&words);
        is_harmless(&words, &run);
        assert!(!run.out.is_empty(), "{words:?}");
    }
}

/// The text for `apply` has the values of the plan; what is wrong with another one is said without
/// its control characters.
#[test]
fn the_text_of_a_plan_and_errors_in_it_are_harmless() {
    let sandbox = hostile();
    let broken = ["6666666666", "7777777777"]
        .map(|id| format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2]));
    sandbox.store_by_hand(&broken.each_ref().map(|path| (path.as_str(), None)));
    let text = sandbox.plan(&["show", "--toml"]).ok();
    assert!(!text.chars().any(is_harmful));
    // What was raw in the file becomes an escape of the same value, once.
    let plan = sandbox.plan(&["show", "--json"]).ok();
    sandbox.plan_fed(&text, &["apply", "-"]).ok();
    assert_eq!(sandbox.plan(&["show", "--json"]).ok(), plan);
    let tip = sandbox.git(&["rev-parse", "git-plan"]);
    let text = sandbox.plan(&["show", "--toml"]).ok();
    sandbox.plan_fed(&text, &["apply", "-"]).ok();
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), tip);
    let bad = text.replacen(
        "number = 1\n",
        &format!("number = 1\n{HOSTILE} = {HOSTILE}\n"),
        1,
    );
    for words in [
        &["apply", "-"][..],
        &["apply", "-", "--dry-run"],
        &["apply", "-", "--json"],
    ] {
        let run = sandbox.plan_fed(&bad, words);
        is_harmless(words, &run);
        assert_eq!(run.code, 3, "{run:?}");
    }
    let renamed = text
        .replace("emanate", "x")
        .replacen("number = 1\n", "number = 5\n", 1);
    is_harmless(
        &["apply", "-"],
        &sandbox.plan_fed(&renamed, &["apply", "-"]),
    );
    let line = format!(
        "{{\"op\":\"done\",\"task\":{}}}\n",
        serde_json::json!(HOSTILE)
    );
    is_harmless(&["batch"], &sandbox.plan_fed(&line, &["batch"]));

    let editor = sandbox.root().join("editor");
    fs::write(
        &editor,
        format!("#!/bin/sh\nprintf '%s' '{HOSTILE}' >>\"$1\"\n"),
    )
    .unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let kept = sandbox.root().join("kept");
    fs::create_dir(&kept).unwrap();
    let variables = [
        ("GIT_EDITOR", editor.to_str().unwrap()),
        ("TMPDIR", kept.to_str().unwrap()),
    ];
    for words in [&["edit", "1"][..], &["edit"], &["edit", "1", "--json"]] {
        let run = sandbox.plan_with(&variables, words);
        is_harmless(words, &run);
        assert_eq!(run.code, 3, "{run:?}");
    }
}

/// A plan that came from elsewhere is looked at in every way: no command of it runs.
#[test]
fn nothing_from_the_plan_ref_is_executed() {
    let upstream = hostile();
    let url = format!("file://{}", upstream.repo().display());
    upstream.git_in(upstream.root(), &["clone", "-q", &url, "clone"]);
    let clone = upstream.root().join("clone");
    for words in VIEWS.iter().chain(&CHANGES) {
        upstream.plan_in(&clone, words);
    }
    for word in ["show", "use", "start", "-p"] {
        upstream.plan_in(&clone, &["__complete", word, ""]);
    }
    let find = upstream.sh("find .. -name '*pwned*'");
    assert_eq!(find.ok(), "");
}
