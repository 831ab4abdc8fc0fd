//! What is printed, for people and for programs: JSON by its schema, exit codes, hints, colours,
//! widths, empty lists, and which plan is the current one.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::process::Stdio;

use git_plan::cli::verbs::VERBS;
use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

/// The schemas that the program prints, each read once.
struct Schemas<'s> {
    sandbox: &'s Sandbox,
    known: BTreeMap<String, jsonschema::Validator>,
}

impl<'s> Schemas<'s> {
    fn of(sandbox: &'s Sandbox) -> Self {
        let known = BTreeMap::new();
        Self { sandbox, known }
    }

    /// Standard output is one document of the kind that it says; its data.
    #[track_caller]
    fn check(&mut self, words: &[&str], run: &Run) -> Value {
        let document = run.json();
        let schema = document["schema"].as_str().unwrap();
        let kind = schema.strip_prefix("git-plan/").unwrap();
        let kind = kind.strip_suffix("@1").unwrap().to_owned();
        let validator = self.known.entry(kind.clone()).or_insert_with(|| {
            let schema = self.sandbox.plan(&["schema", &format!("json/{kind}")]).ok();
            jsonschema::validator_for(&serde_json::from_str(&schema).unwrap()).unwrap()
        });
        let errors: Vec<_> = validator
            .iter_errors(&document)
            .map(|error| error.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{words:?}: {document}");
        assert_eq!(run.out.lines().count(), 1, "{words:?}");
        document
    }
}

/// A command, and the kind of what it prints with `--json`.
type Kind = (&'static [&'static str], &'static str);

/// Every command once, in an order in which they work.
const COMMANDS: &[Kind] = &[
    (&["status"], "status"),
    (&["list"], "plans"),
    (&["init", "Demo plan", "--goal", "all of it"], "plan"),
    (&["status"], "status"),
    (&["use"], "plan"),
    (&["use", "demo-plan"], "plan"),
    (&["use", "--none"], "plans"),
    (
        &["add-phase", "Foundation", "--objective", "it stands"],
        "phase",
    ),
    (&["add-phase", "Release"], "phase"),
    (&["update-phase", "release", "--title", "Out"], "phase"),
    (
        &[
            "add-task",
            "Design",
            "--phase",
            "foundation",
            "--item",
            "draw",
            "--label",
            "a",
        ],
        "task",
    ),
    (
        &[
            "add-task",
            "Build",
            "--depends-on",
            "1",
            "--priority",
            "high",
            "--ref",
            "src",
        ],
        "task",
    ),
    (&["update-task", "2", "--description", "two\nlines"], "task"),
    (&["start", "1"], "task"),
    (&["note", "1", "half way"], "task"),
    (&["add-item", "1", "more"], "task"),
    (&["check-item", "1", "--all"], "task"),
    (&["block", "1", "--reason", "no key"], "task"),
    (&["unblock", "1"], "task"),
    (&["add-spec", "spec.toml", "--task", "2"], "spec"),
    (&["show", "rules"], "spec"),
    (&["verify-task", "2"], "verification"),
    (&["verify-task", "--spec", "rules"], "verification"),
    (
        &[
            "update-task",
            "2",
            "--no-spec",
            "rules",
            "--reason",
            "other",
        ],
        "task",
    ),
    (&["remove-spec", "rules", "--reason", "over"], "plan"),
    (&["done", "1", "--report", "done"], "task"),
    (
        &[
            "gate",
            "add",
            "foundation",
            "seen",
            "--kind",
            "manual",
            "--input",
            "src",
        ],
        "gate",
    ),
    (&["trust"], "trusts"),
    (&["trust", "list"], "trusts"),
    (&["ci", "run", "--policy-ref", "git-plan"], "outcomes"),
    (&["gate", "list"], "gates"),
    (
        &[
            "register",
            "add",
            "question",
            "Which?",
            "--blocking",
            "--concerns",
            "1",
        ],
        "register-entry",
    ),
    (&["register", "list"], "register"),
    (&["show", "Q-1"], "register-entry"),
    (
        &["register", "resolve", "Q-1", "This one"],
        "register-entry",
    ),
    (
        &["gate", "approve", "foundation/seen", "--note", "looked"],
        "gate",
    ),
    (&["gate", "check", "foundation/seen"], "gate-check"),
    (
        &[
            "gate",
            "waive",
            "foundation/seen",
            "--reason",
            "why",
            "--until",
            "3d",
        ],
        "gate",
    ),
    (&["close-phase", "foundation"], "phase"),
    (
        &["reopen-phase", "foundation", "--reason", "not yet", "--yes"],
        "phase",
    ),
    (&["update-plan", "--wip-limit", "2"], "plan"),
    (&["show"], "plan"),
    (&["show", "1"], "task"),
    (&["show", "foundation"], "phase"),
    (&["show", "foundation/seen"], "gate"),
    (&["show", "--toml"], "text"),
    (&["show", "1", "--toml"], "text"),
    (&["tasks"], "tasks"),
    (&["ready"], "tasks"),
    (&["log"], "log"),
    (&["diff"], "diff"),
    (&["undo", "--dry-run"], "diff"),
    (&["undo"], "undo"),
    (&["edit", "1"], "task"),
    (&["edit"], "plan"),
    (&["apply", "/dev/null"], "plan"),
    (&["batch", "/dev/null"], "batch"),
    (
        &["checkpoint", "a point", "--task", "1", "--note", "n"],
        "checkpoint",
    ),
    (&["checkpoints"], "checkpoints"),
    (&["show", "a point"], "checkpoint"),
    (&["rewind", "a point"], "rewind"),
    (&["show-diff", "a point", "worktree"], "file-diffs"),
    (&["similar-code", "--function", "main"], "similar-code"),
    (
        &["checkpoints", "--prune", "--keep", "0"],
        "checkpoint-acts",
    ),
    (
        &["checkpoints", "--restore-objects", "a point"],
        "checkpoint-acts",
    ),
    (
        &["gate", "remove", "foundation/seen", "--reason", "why"],
        "plan",
    ),
    (
        &[
            "ci", "check", "--base", "HEAD", "--head", "HEAD", "--branch", "main",
        ],
        "enforcement",
    ),
    (
        &[
            "review", "--base", "HEAD", "--head", "HEAD", "--branch", "main",
        ],
        "review",
    ),
    (&["remove-task", "2"], "plan"),
    (&["remove-phase", "release"], "plan"),
    (&["archive", "--yes"], "plan"),
    (
        &[
            "update-plan",
            "demo-plan",
            "--status",
            "active",
            "--reason",
            "more",
        ],
        "plan",
    ),
    (&["hooks", "install"], "hooks"),
    (&["hooks", "status"], "hooks"),
    (&["hooks", "uninstall"], "hooks"),
    (&["doctor"], "doctor"),
    (&["config"], "config"),
    (&["completions", "bash"], "text"),
    (&["schema"], "schemas"),
    (&["setup"], "setup"),
];

#[test]
fn every_command_prints_json_by_its_schema() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    let mut schemas = Schemas::of(&sandbox);
    let editor = [("GIT_EDITOR", "true")];
    let rule = "[[rule]]\nid = \"gone\"\nmatch = { identifiers = [\"Gone\"] }\n";
    sandbox.write("spec.toml", format!("name = \"rules\"\n{rule}"));
    for &(words, kind) in COMMANDS {
        if words[0] == "similar-code" && cfg!(not(feature = "grammars")) {
            continue;
        }
        // What would happen is told as a difference, and does not happen.
        let dry = sandbox.plan_with(&editor, &[words, &["--dry-run", "--json"]].concat());
        schemas.check(words, &dry);
        let run = sandbox.plan_with(&editor, &[words, &["--json"]].concat());
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}: {run:?}");
        let document = schemas.check(words, &run);
        assert_eq!(
            document["schema"],
            format!("git-plan/{kind}@1"),
            "{words:?}"
        );
        let total = document["data"].as_array().map_or(1, Vec::len);
        assert_eq!(document["total"], total, "{words:?}");
        assert_eq!(document["truncated"], false);
    }
    let demo = sandbox.plan(&["demo", "--json"]);
    schemas.check(&["demo"], &demo);
    let first = sandbox.plan(&["ready", "-n", "0", "--json"]);
    let first = schemas.check(&["ready"], &first);
    assert_eq!(first["truncated"], first["total"] != json!(0));
}

/// What runs a command, and what lets it.
#[test]
fn what_runs_prints_json_by_its_schema() {
    let sandbox = Sandbox::with_plan();
    let mut schemas = Schemas::of(&sandbox);
    sandbox.plan(&["add-phase", "Foundation"]).ok();
    let add = ["gate", "add", "foundation"];
    let passes = ["good", "--kind", "command", "--", "true"];
    let fails = ["bad", "--kind", "command", "--", "false"];
    sandbox.plan(&[&add[..], &passes].concat()).ok();
    sandbox.plan(&[&add[..], &fails].concat()).ok();
    let commands: [(&[&str], i32, &str); 8] = [
        (&["trust"], 0, "trusts"),
        (&["trust", "foundation/good"], 0, "trust"),
        (&["gate", "run", "foundation/good"], 0, "gate-runs"),
        (
            &["gate", "run", "foundation", "--no-record"],
            1,
            "gate-runs",
        ),
        (&["trust", "revoke", "foundation/good"], 0, "trusts"),
        (&["trust", "foundation/good"], 4, "trust"),
        (&["trust", "foundation/good", "--hash", "0"], 5, "trust"),
        (&["gate", "run", "foundation/good"], 4, "trust"),
    ];
    for (words, code, kind) in commands {
        let run = sandbox.plan(&[words, &["--json"]].concat());
        assert_eq!(run.code, code, "{words:?}: {run:?}");
        let document = schemas.check(words, &run);
        assert_eq!(document["schema"], format!("git-plan/{kind}@1"));
    }
}

#[test]
fn every_command_is_tried() {
    let tried: BTreeSet<&str> = COMMANDS
        .iter()
        .map(|(words, _)| words[0])
        .chain(["demo"])
        .collect();
    let all: BTreeSet<&str> = VERBS.iter().map(|verb| verb.name).collect();
    assert_eq!(tried, all);
}

/// A change of several kinds of things is told before it is made, as text and as JSON.
#[test]
fn a_dry_run_stores_nothing() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    for (words, _) in &COMMANDS[7..] {
        let before = sandbox.git(&["for-each-ref"]);
        sandbox.plan_with(
            &[("GIT_EDITOR", "true")],
            &[*words, &["--dry-run"]].concat(),
        );
        assert_eq!(sandbox.git(&["for-each-ref"]), before, "{words:?}");
        sandbox.plan_with(&[("GIT_EDITOR", "true")], words);
    }
    let told = sandbox.plan(&["add-task", "Third", "--dry-run"]).ok();
    assert!(
        told.starts_with("0 weakened, 0 removed, 1 added, 0 changed, 0 moved\n"),
        "{told}"
    );
    assert!(told.contains("Third"), "{told}");
}

/// A sandbox in which a command of each exit code can be found.
fn troubled() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for words in [
        &["add-task", "First"][..],
        &["add-task", "Second", "--depends-on", "1"],
        &["add-phase", "Foundation"],
        &["gate", "add", "foundation", "seen", "--kind", "manual"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

/// Text and JSON say the same, and the text ends in what to do next.
#[track_caller]
fn fails_as(sandbox: &Sandbox, words: &[&str], input: &str, code: i32, kind: &str) {
    let before = sandbox.git(&["for-each-ref"]);
    let run = sandbox.plan_fed(input, words);
    assert_eq!(run.code, code, "{words:?}: {run:?}");
    assert_eq!(run.out, "", "{words:?}");
    assert!(run.err.starts_with("error: "), "{words:?}: {}", run.err);
    let with_json = [words, &["--json"]].concat();
    let told = sandbox.plan_fed(input, &with_json);
    // The parser's usage line has the options that were given.
    let first = |run: &Run| run.err.lines().next().map(str::to_owned);
    assert_eq!((told.code, first(&told)), (code, first(&run)), "{words:?}");
    let document = Schemas::of(sandbox).check(words, &told);
    assert_eq!(document["error"]["kind"], kind, "{words:?}");
    assert_eq!(document["exit_code"], code);
    let message = document["error"]["message"].as_str().unwrap();
    assert!(told.err.contains(message), "{words:?}: {}", told.err);
    for hint in document["error"]["hints"].as_array().unwrap() {
        let hint = format!("hint: {}\n", hint.as_str().unwrap());
        assert!(run.err.contains(&hint), "{words:?}: {}", run.err);
    }
    assert_eq!(sandbox.git(&["for-each-ref"]), before, "{words:?}");
}

#[test]
fn exit_code_0_is_done() {
    let sandbox = troubled();
    assert_eq!(sandbox.plan(&["done", "1"]).code, 0);
    for words in [
        &["-h"][..],
        &["--version"],
        &["init", "-h"],
        &["gate", "-h"],
        &["gate", "add", "-h"],
    ] {
        let run = sandbox.plan(words);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}");
    }
}

#[test]
fn exit_code_1_is_the_answer_no() {
    let sandbox = troubled();
    sandbox.plan(&["add-phase", "Later"]).ok();
    sandbox
        .plan(&["add-task", "Third", "--phase", "later"])
        .ok();
    sandbox.plan(&["add-task", "Fourth"]).ok();
    sandbox.plan(&["block", "4", "--reason", "no key"]).ok();
    fails_as(&sandbox, &["done", "2"], "", 1, "no");
    fails_as(&sandbox, &["start", "3"], "", 1, "no");
    fails_as(&sandbox, &["start", "4"], "", 1, "no");
    fails_as(&sandbox, &["close-phase", "foundation"], "", 1, "no");
}

/// The answer is on standard output, and there alone; the exit code says that it is no.
#[test]
fn doctor_answers_by_its_findings_and_exit_code_1() {
    let sandbox = troubled();
    sandbox.store_by_hand(&[(
        ".plans/demo-plan/tasks/zz/zzzzzzzzzz.toml",
        Some("number = 1"),
    )]);
    let run = sandbox.plan(&["doctor", "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let findings = Schemas::of(&sandbox).check(&["doctor"], &run);
    assert_eq!(findings["schema"], "git-plan/doctor@1");
    assert_eq!(findings["data"][0]["severity"], "problem");
}

#[test]
fn exit_code_2_is_usage() {
    let sandbox = troubled();
    for words in [
        &["frobnicate"][..],
        &["gate", "frobnicate"],
        &["add-task"],
        &["add-task", "x", "--frobnicate"],
        &["add-task", "x", "--priority", "urgent"],
        &["update-task", "1", "--reason", "alone"],
        &["update-task", "1", "--status", "blocked"],
        &["init", "!!!"],
        &["tasks", "--grep", "("],
        &["gate", "approve", "foundation", "--note", "x"],
        &["note", "1", "  "],
    ] {
        fails_as(&sandbox, words, "", 2, "usage");
    }
    fails_as(&Sandbox::new(), &["init"], "", 2, "usage");
    let run = sandbox.plan_with(&[("GIT_PLAN_NOW", "noon")], &["status"]);
    assert!(run.fails(2).contains("GIT_PLAN_NOW is 'noon'"));
}

#[test]
fn exit_code_3_is_bad_or_missing_data() {
    let sandbox = troubled();
    for words in [
        &["show", "99"][..],
        &["start", "99"],
        &["add-task", "x", "--phase", "none"],
        &["add-task", "x", "--depends-on", "99"],
        &["add-task", "x\ny"],
        &["add-phase", "Foundation"],
        &["init", "Demo plan"],
        &["-p", "none", "tasks"],
        &["use", "none"],
        &["update-task", "1", "--depends-on", "2"],
        &["undo", "0123456789"],
        &["schema", "json/none"],
        &["config", "plan.none"],
        &["remove-task", "1"],
    ] {
        fails_as(&sandbox, words, "", 3, "data");
    }
    fails_as(&sandbox, &["apply", "-"], "title = ", 3, "data");
    fails_as(&sandbox, &["batch"], "{\"op\"", 3, "data");
    let empty = Sandbox::new();
    for words in [
        &["tasks"][..],
        &["show"],
        &["ready"],
        &["log"],
        &["add-task", "x"],
        &["undo"],
    ] {
        fails_as(&empty, words, "", 3, "data");
        let complaint = empty.plan(words).err;
        assert!(
            complaint.ends_with("hint: git plan init \"TITLE\"   makes the first plan\n"),
            "{complaint}"
        );
    }
}

#[test]
fn exit_code_4_needs_a_person() {
    let sandbox = troubled();
    let approve = ["gate", "approve", "foundation/seen", "--note", "it's fine"];
    fails_as(&sandbox, &approve, "y\n", 4, "person");
    fails_as(
        &sandbox,
        &[&approve[..], &["--yes"]].concat(),
        "",
        4,
        "person",
    );
    let complaint = sandbox.plan(&approve).fails(4);
    let line = "hint: git plan gate approve foundation/seen --note 'it'\\''s fine'\n";
    assert!(complaint.ends_with(line), "{complaint}");
    // Also where a person would not be asked, an agent may not.
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    fails_as(
        &sandbox,
        &[&approve[..], &["--as", "bot"]].concat(),
        "",
        4,
        "person",
    );
    // The repository's own configuration has no say.
    sandbox.git(&["config", "--global", "--unset", "plan.unattended"]);
    sandbox.git(&["config", "plan.unattended", "true"]);
    fails_as(&sandbox, &approve, "", 4, "person");
}

#[test]
fn exit_code_5_is_a_conflict() {
    let sandbox = troubled();
    let text = sandbox.plan(&["show", "--toml"]).ok();
    sandbox
        .plan(&["update-task", "1", "--title", "Theirs"])
        .ok();
    let text = text.replace("\"First\"", "\"Mine\"");
    fails_as(&sandbox, &["apply", "-"], &text, 5, "conflict");
}

#[test]
fn exit_code_6_is_the_environment() {
    let sandbox = Sandbox::new();
    sandbox.git(&["remote", "add", "origin", "../nowhere"]);
    fails_as(&sandbox, &["init", "x"], "", 6, "environment");
    sandbox.git(&["config", "plan.ref", "refs/plans/x"]);
    fails_as(&sandbox, &["list"], "", 6, "environment");
    let run = sandbox.plan_in(&sandbox.root().join("home"), &["status", "--json"]);
    assert_eq!((run.code, &run.json()["exit_code"]), (6, &json!(6)));
}

/// Interrupted while it waits for its input: shells call that 130.
#[test]
fn an_interrupt_ends_it_and_stores_nothing() {
    let sandbox = troubled();
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:\t"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask, 16).ok());
    if ignored.is_none_or(|mask| mask & 2 != 0) {
        eprintln!("skipped: interrupts are ignored here");
        return;
    }
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-plan"), &sandbox.repo());
    command
        .args(["add-task", "x", "--description", "-"])
        .stdin(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let stdin = child.stdin.take();
    assert_eq!(sandbox.sh(&format!("kill -INT {}", child.id())).code, 0);
    let status = child.wait().unwrap();
    drop(stdin);
    assert_eq!(status.signal(), Some(2));
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
}

#[test]
fn names_that_are_nearly_right() {
    let sandbox = troubled();
    sandbox.plan(&["init", "Other work"]).ok();
    sandbox.plan(&["use", "demo-plan"]).ok();
    let cases: [(&[&str], &str); 11] = [
        (&["statsu"], "'status'"),
        (&["tsaks"], "'tasks'"),
        (&["gate", "aprove"], "'approve'"),
        (&["tasks", "--phase", "foundatoin"], "'foundation'"),
        (&["add-task", "x", "--phase", "fundation"], "'foundation'"),
        (&["show", "fondation"], "foundation"),
        (
            &["gate", "approve", "foundation/sen", "--note", "x"],
            "foundation/seen",
        ),
        (&["start", "secon"], "'2 \"Second\"'"),
        (&["-p", "demo-pln", "tasks"], "'demo-plan'"),
        (&["use", "other-wrok"], "'other-work'"),
        (&["schema", "json/tsk"], "'json/task'"),
    ];
    for (words, expected) in cases {
        let run = sandbox.plan(words);
        let hint = format!("hint: did you mean {expected}");
        assert!(run.code == 2 || run.code == 3, "{words:?}");
        assert!(run.err.contains(&hint), "{words:?}: {}", run.err);
    }
    let complaint = sandbox.plan(&["add-task", "x", "--titel", "y"]).fails(2);
    assert!(complaint.contains("--titel"), "{complaint}");
    // Nothing is like it: no guess.
    let complaint = sandbox.plan(&["xyzzy"]).fails(2);
    assert!(!complaint.contains("did you mean"), "{complaint}");
}

/// More than a pipe holds.
fn large() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    let line = |n| json!({"op": "add-task", "title": format!("A task with a title of some length, number {n}")});
    let lines: String = (1..=2000).map(|n| format!("{}\n", line(n))).collect();
    sandbox.plan_fed(&lines, &["batch"]).ok();
    sandbox
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let sandbox = large();
    for command in [
        "show",
        "tasks",
        "tasks --json",
        "show --toml",
        "log --json",
        "schema --json",
    ] {
        let run = sandbox.sh(&format!("git plan {command} | head -c 1 >/dev/null"));
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{command}");
        let run = sandbox.sh(&format!("{{ git plan {command}; echo $? >&2; }} | true"));
        assert_eq!(run.err, "0\n", "{command}");
    }
    // What was to be stored is stored.
    let run = sandbox.sh("{ git plan add-task last; echo $? >&2; } | true");
    assert_eq!(run.err, "0\n");
    assert_eq!(sandbox.plan(&["tasks", "--json"]).json()["total"], 2001);
}

#[test]
fn a_full_disk_behind_standard_output_is_said() {
    let sandbox = Sandbox::with_plan();
    if !std::path::Path::new("/dev/full").exists() {
        eprintln!("skipped: no /dev/full");
        return;
    }
    let run = sandbox.sh("git plan status >/dev/full");
    assert!(run.fails(6).contains("standard output"));
}

#[test]
fn colours_where_they_are_wanted() {
    let sandbox = troubled();
    let coloured = |run: Run| run.ok().contains('\u{1b}');
    assert!(!coloured(sandbox.plan(&["tasks"])));
    sandbox.git(&["config", "color.ui", "always"]);
    assert!(coloured(sandbox.plan(&["tasks"])));
    assert!(!coloured(
        sandbox.plan_with(&[("NO_COLOR", "1")], &["tasks"])
    ));
    assert!(coloured(sandbox.plan_with(&[("NO_COLOR", "")], &["tasks"])));
    assert!(!coloured(sandbox.plan(&["tasks", "--json"])));
    sandbox.git(&["config", "color.plan", "never"]);
    assert!(!coloured(sandbox.plan(&["tasks"])));
}

/// Runs `git plan` under a pseudo terminal; none where there is no `script` to make one.
fn on_a_terminal(sandbox: &Sandbox, variables: &[(&str, &str)], line: &str) -> Option<String> {
    let script = |line: &str| {
        let mut command = sandbox.command("script", &sandbox.repo());
        command.args(["-qec", line, "/dev/null"]);
        command
    };
    // That of util-linux takes these options.
    if !script("true")
        .output()
        .is_ok_and(|tried| tried.status.success())
    {
        eprintln!("skipped: no script(1) that makes a pseudo terminal");
        return None;
    }
    let mut command = script(line);
    command
        .env("SHELL", "/bin/sh")
        .env("GIT_PAGER", "cat")
        .envs(variables.iter().copied());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(
        String::from_utf8(output.stdout)
            .unwrap()
            .replace("\r\n", "\n"),
    )
}

#[test]
fn a_terminal_has_colours_and_a_pager() {
    let sandbox = troubled();
    let xterm = ("TERM", "xterm");
    let Some(text) = on_a_terminal(&sandbox, &[xterm], "git plan tasks") else {
        return;
    };
    assert!(text.contains('\u{1b}'), "{text}");
    for plain in [&[("TERM", "dumb")][..], &[xterm, ("NO_COLOR", "1")]] {
        let text = on_a_terminal(&sandbox, plain, "git plan tasks").unwrap();
        assert!(!text.contains('\u{1b}'), "{text}");
    }
    let paged = on_a_terminal(
        &sandbox,
        &[("GIT_PAGER", "sed s/^/paged:/")],
        "git plan tasks",
    )
    .unwrap();
    assert!(
        paged.lines().all(|line| line.starts_with("paged:")),
        "{paged}"
    );
    sandbox.git(&["config", "pager.plan", "false"]);
    let plain = on_a_terminal(
        &sandbox,
        &[("GIT_PAGER", "sed s/^/paged:/")],
        "git plan tasks",
    )
    .unwrap();
    assert!(!plain.contains("paged:"), "{plain}");
}

#[test]
fn tables_fit_a_terminal_of_60_columns() {
    let sandbox = troubled();
    let long = "A title that is a good deal longer than any terminal of sixty columns could show";
    sandbox
        .plan(&[
            "add-task",
            long,
            "--phase",
            "foundation",
            "--assignee",
            "somebody@example.org",
        ])
        .ok();
    sandbox
        .plan(&[
            "add-task",
            "登录路由登录路由登录路由登录路由登录路由登录路由登录路由",
            "--priority",
            "high",
        ])
        .ok();
    sandbox.plan(&["block", "3", "--reason", long]).ok();
    sandbox.plan(&["start", "1"]).ok();
    sandbox
        .plan(&["init", long, "--id", "a-rather-long-name-for-a-plan"])
        .ok();
    for line in [
        "tasks",
        "status",
        "list",
        "ready",
        "gate list",
        "show",
        "show foundation",
    ] {
        let line = format!("git plan -p demo-plan {line}");
        let Some(text) = on_a_terminal(&sandbox, &[("COLUMNS", "60")], &line) else {
            return;
        };
        for printed in text.lines() {
            let width = unicode_width::UnicodeWidthStr::width(printed);
            assert!(width <= 60, "{line}: {width}: {printed}");
        }
    }
    // In a pipe a line is a line.
    let tasks = sandbox.plan(&["-p", "demo-plan", "tasks"]).ok();
    assert!(tasks.contains(long), "{tasks}");
}

#[test]
fn an_empty_list_says_what_would_fill_it() {
    let sandbox = Sandbox::new();
    let filled_by = |words: &[&str], command: &str| {
        let text = sandbox.plan(words).ok();
        assert!(text.contains(command), "{words:?}: {text}");
    };
    for words in [&[][..], &["status"], &["list"]] {
        filled_by(words, "git plan init \"TITLE\"");
        assert_eq!(sandbox.plan(words).ok().lines().count(), 4);
    }
    sandbox.git(&["remote", "add", "origin", "../nowhere"]);
    for words in [&[][..], &["status"], &["list"]] {
        filled_by(
            words,
            "git plan init                brings the plans of origin",
        );
    }
    sandbox.git(&["remote", "remove", "origin"]);
    sandbox.plan(&["init", "Demo plan"]).ok();
    for words in [
        &[][..],
        &["status"],
        &["tasks"],
        &["ready"],
        &["tasks", "--ready"],
    ] {
        filled_by(words, "git plan add-task \"TITLE\"");
    }
    filled_by(
        &["register", "list"],
        "git plan register add question \"TEXT\"",
    );
    filled_by(&["gate", "list"], "git plan add-phase \"TITLE\"");
    sandbox.plan(&["add-task", "First"]).ok();
    filled_by(&["tasks", "--status", "blocked"], "No task matches.");
    sandbox.plan(&["add-phase", "One"]).ok();
    sandbox.plan(&["update-task", "1", "--phase", "one"]).ok();
    sandbox.plan(&["add-phase", "Two"]).ok();
    sandbox.plan(&["add-task", "Second", "--phase", "two"]).ok();
    sandbox.plan(&["done", "1"]).ok();
    filled_by(&["ready"], "git plan close-phase one");
    sandbox.plan(&["close-phase", "one"]).ok();
    sandbox.plan(&["done", "2"]).ok();
    filled_by(&["ready"], "Every task is over.");
    filled_by(&["doctor"], "nothing is wrong");
}

/// The id of the plan that a command is about.
#[track_caller]
fn current(run: &Run) -> String {
    let document = run.json();
    let id = document["data"]["plan"]["id"].as_str();
    id.unwrap_or_else(|| panic!("{document}")).to_owned()
}

fn several_plans() -> Sandbox {
    let sandbox = Sandbox::new();
    for (title, branch) in [
        ("Wide", "topic/*"),
        ("Narrow", "topic/login*"),
        ("Other", "release"),
    ] {
        sandbox.plan(&["init", title, "--branch", branch]).ok();
    }
    sandbox
        .plan(&["update-plan", "wide", "--key", "JIRA-1"])
        .ok();
    sandbox
}

#[test]
fn the_current_plan_is_the_named_one_then_the_chosen_one_then_the_branch_s() {
    let sandbox = several_plans();
    let status = ["status", "--json"];
    // Chosen by init, the last one.
    assert_eq!(current(&sandbox.plan(&status)), "other");
    sandbox.plan(&["use", "wide"]).ok();
    assert_eq!(current(&sandbox.plan(&status)), "wide");
    let variable = [("GIT_PLAN", "narrow")];
    assert_eq!(current(&sandbox.plan_with(&variable, &status)), "narrow");
    let named = ["-p", "other", "status", "--json"];
    assert_eq!(current(&sandbox.plan_with(&variable, &named)), "other");
    assert_eq!(
        current(&sandbox.plan(&["-p", "JIRA-1", "status", "--json"])),
        "wide"
    );
    assert_eq!(
        current(&sandbox.plan_with(&[("GIT_PLAN", "")], &status)),
        "wide"
    );
    // The choice is the worktree's own.
    sandbox.git(&["worktree", "add", "-q", "-b", "release", "../linked"]);
    let linked = sandbox.root().join("linked");
    assert_eq!(current(&sandbox.plan_in(&linked, &status)), "other");
    // And goes before the branch.
    sandbox.git(&["checkout", "-q", "-b", "topic/login-route"]);
    assert_eq!(current(&sandbox.plan(&status)), "wide");
    sandbox.plan(&["use", "--none"]).ok();
    assert_eq!(current(&sandbox.plan(&status)), "narrow");
    sandbox.git(&["checkout", "-q", "-b", "topic/x"]);
    assert_eq!(current(&sandbox.plan(&status)), "wide");
    sandbox.git(&["checkout", "-q", "main"]);
    let complaint = sandbox.plan(&["status"]).fails(3);
    assert!(
        complaint.contains("3 plans are active: narrow, other, wide"),
        "{complaint}"
    );
    assert!(complaint.contains("hint: git plan use PLAN"), "{complaint}");
    sandbox.git(&["checkout", "-q", "--detach"]);
    sandbox.plan(&["status"]).fails(3);
}

#[test]
fn two_plans_of_one_branch_are_named_both() {
    let sandbox = several_plans();
    sandbox
        .plan(&["update-plan", "other", "--branch", "topic/login*"])
        .ok();
    sandbox.plan(&["use", "--none"]).ok();
    sandbox.git(&["checkout", "-q", "-b", "topic/login-route"]);
    let complaint = sandbox.plan(&["add-task", "x"]).fails(3);
    let expected = "error: branch topic/login-route belongs to 2 plans: narrow, other\n\
                    hint: git plan use PLAN   chooses one for this worktree\n";
    assert_eq!(complaint, expected);
    // A longer glob decides.
    sandbox
        .plan(&["update-plan", "other", "--branch", "topic/login-r*"])
        .ok();
    assert_eq!(current(&sandbox.plan(&["status", "--json"])), "other");
}

#[test]
fn the_only_active_plan_is_the_current_one() {
    let sandbox = several_plans();
    sandbox.plan(&["use", "--none"]).ok();
    let archive = |plan: &str| {
        let path = format!(".plans/{plan}/plan.toml");
        let text = sandbox.git(&["show", &format!("git-plan:{path}")]);
        let text = text.replace(
            "status = \"active\"",
            "status = \"archived\"\nreason = \"over\"",
        );
        sandbox.store_by_hand(&[(&path, Some(&text))]);
    };
    archive("wide");
    archive("other");
    assert_eq!(current(&sandbox.plan(&["status", "--json"])), "narrow");
    // An archived plan is no branch's plan, and is still there to be named.
    sandbox.git(&["checkout", "-q", "-b", "release"]);
    assert_eq!(current(&sandbox.plan(&["status", "--json"])), "narrow");
    assert_eq!(
        current(&sandbox.plan(&["-p", "other", "status", "--json"])),
        "other"
    );
    archive("narrow");
    let complaint = sandbox.plan(&["status"]).fails(3);
    assert!(
        complaint.starts_with("error: no plan is active\n"),
        "{complaint}"
    );
    let list = sandbox.plan(&["list"]).ok();
    assert!(list.contains("git plan list --all"), "{list}");
}

/// A plan that was chosen here and is gone is said to be, and the next rule decides.
#[test]
fn a_chosen_plan_that_is_gone() {
    let sandbox = several_plans();
    let files = sandbox.git(&["ls-tree", "-r", "--name-only", "git-plan", ".plans/other"]);
    let files: Vec<_> = files.lines().map(|path| (path, None)).collect();
    sandbox.store_by_hand(&files);
    sandbox.git(&["checkout", "-q", "-b", "topic/login"]);
    let run = sandbox.plan(&["status"]);
    assert!(run.out.starts_with("narrow  Narrow"), "{}", run.out);
    assert_eq!(
        run.err,
        "warning: plan other, chosen with 'git plan use', is not there any more\n"
    );
    let run = sandbox.plan(&["status", "--json"]);
    assert_eq!(run.json()["warnings"].as_array().unwrap().len(), 1);
}

/// What an editor leaves as it was is no change, and says so to programs too.
#[test]
fn an_edit_that_changes_nothing() {
    let sandbox = troubled();
    let tip = sandbox.git(&["rev-parse", "git-plan"]);
    let editor = sandbox.root().join("editor");
    fs::write(&editor, "#!/bin/sh\ntouch \"$1\"\n").unwrap();
    fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).unwrap();
    let editor = [("GIT_EDITOR", editor.to_str().unwrap())];
    assert_eq!(
        sandbox.plan_with(&editor, &["edit", "1"]).ok(),
        "nothing was changed\n"
    );
    let run = sandbox.plan_with(&editor, &["edit", "1", "--json"]);
    assert_eq!(run.json()["data"]["title"], "First");
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), tip);
}
