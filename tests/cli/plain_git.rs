//! Plain `git diff`, `git show` and `git log -p` of plans, after `git plan setup`.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::{Run, Sandbox};

/// A plan with a gate, a task with an item and a note; what plain Git has to show is set up.
fn world(sandbox: Sandbox) -> Sandbox {
    for words in [
        &["init", "Demo plan"][..],
        &["add-phase", "First", "--objective", "one\ntwo"],
        &[
            "gate", "add", "first", "tests", "--kind", "command", "--", "cargo", "test",
        ],
        &[
            "add-task",
            "Add login route",
            "--phase",
            "first",
            "--item",
            "unit test",
        ],
        &["note", "1", "a remark"],
        &["setup"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

fn config(sandbox: &Sandbox) -> String {
    fs::read_to_string(sandbox.repo().join(".git/config")).unwrap()
}

fn attributes(sandbox: &Sandbox) -> PathBuf {
    sandbox.repo().join(".git/info/attributes")
}

/// The lines that a diff takes away and adds, and the words of its hunk headers.
fn told(diff: &str) -> Vec<String> {
    let is_told = |line: &&str| {
        (line.starts_with(['+', '-']) && !line.starts_with("+++") && !line.starts_with("---"))
            || line.starts_with("@@")
    };
    let words = |line: &str| match line
        .strip_prefix("@@ ")
        .and_then(|rest| rest.split_once("@@"))
    {
        Some((_, entity)) => format!("@@{entity}"),
        None => line.to_owned(),
    };
    diff.lines().filter(is_told).map(words).collect()
}

#[test]
fn a_diff_shows_plans_entity_by_entity() {
    let sandbox = world(Sandbox::new());
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.plan(&["check-item", "1", "1"]).ok();
    let expected = ["@@ item \"unit test\"", "+    checked = true"];
    let range = ["diff", "-U0", "git-plan~", "git-plan"];
    assert_eq!(told(&sandbox.git(&range)), expected);
    for words in [
        &["show", "-U0", "git-plan"][..],
        &["log", "-p", "-1", "-U0", "git-plan"],
    ] {
        assert_eq!(told(&sandbox.git(words)), expected, "{words:?}");
    }
    let task = sandbox.git(&["show", "--textconv", &format!("git-plan:{path}")]);
    assert!(
        task.starts_with("task 1 \"Add login route\"\n    id = \""),
        "{task}"
    );
    assert!(task.ends_with("\n    text = \"a remark\""), "{task}");

    sandbox
        .plan(&["update-phase", "first", "--objective", "one\nthree"])
        .ok();
    let expected = ["@@ phase first", "-        | two", "+        | three"];
    assert_eq!(told(&sandbox.git(&range)), expected);
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        text.replace(
            "run = [\"cargo\", \"test\"]",
            "run = [\"cargo\", \"check\"] # quicker\nodd = 1",
        )
    });
    let expected = [
        "@@ gate first/tests",
        "+    # quicker",
        "@@ gate first/tests",
        "-        \"test\"",
        "+        \"check\"",
        "+    odd = 1",
    ];
    assert_eq!(told(&sandbox.git(&range)), expected);
    // A rename is one line, and no other section is called otherwise by it.
    sandbox
        .plan(&["update-task", "1", "--title", "Add route"])
        .ok();
    let expected = ["@@", "-task 1 \"Add login route\"", "+task 1 \"Add route\""];
    assert_eq!(told(&sandbox.git(&range)), expected);
    assert_eq!(
        sandbox.git(&["for-each-ref", "refs/notes"]),
        "",
        "no ref but the plan's own"
    );
}

#[test]
fn whatever_was_stored_by_hand_is_shown_and_does_no_harm() {
    let sandbox = world(Sandbox::new());
    let broken = ".plans/demo-plan/registers/odd.toml";
    sandbox.store_entries_by_hand(&[
        (broken, Some(("100644", b"<<<<<<< ours\r\n\x1b[2J\n"))),
        (
            ".plans/demo-plan/registers/bytes.toml",
            Some(("100644", b"\0\xff\n")),
        ),
        (
            ".plans/demo-plan/registers/empty.toml",
            Some(("100644", b"")),
        ),
        (
            ".plans/demo-plan/registers/large.toml",
            Some(("100644", &b"[[x]]\n".repeat(200_000))),
        ),
    ]);
    let diff = sandbox.git(&["diff", "git-plan~", "git-plan", "--", broken]);
    let expected = [
        "@@",
        "+a file that is no TOML, line 1: ",
        "+    <<<<<<< ours\\r",
        "+    \\x1b[2J",
    ];
    for (line, start) in told(&diff).iter().zip(expected) {
        assert!(line.starts_with(start), "{line}");
    }
    let diff = sandbox.git(&["diff", "git-plan~", "git-plan"]);
    assert!(diff.contains("+    \\x00\\xff\n"), "the bytes are told");
    assert!(diff.lines().filter(|line| *line == "+x").count() == 200_000);
    let hostile =
        "title = \"Demo\u{202e}\"\n# \u{200b}\n[[phase]]\nid = \"a\\n-b\"\ntitle = \"c\\u001b\"\n";
    sandbox.store_by_hand(&[(".plans/demo-plan/plan.toml", Some(hostile))]);
    let diff = sandbox.git(&["show", "git-plan"]);
    assert!(diff.contains("+plan \"Demo\\u{202e}\"\n"), "{diff}");
    assert!(diff.contains("+phase \"a\\n-b\"\n"), "{diff}");
    assert!(
        !diff.contains(['\u{1b}', '\u{202e}', '\u{200b}']),
        "{diff:?}"
    );
}

#[test]
fn what_setup_does_can_be_taken_back_to_the_byte() {
    let sandbox = Sandbox::with_plan();
    let _ = fs::remove_file(attributes(&sandbox));
    let before = config(&sandbox);
    sandbox.plan(&["setup", "--dry-run"]).ok();
    assert_eq!(config(&sandbox), before);
    assert!(!attributes(&sandbox).exists());
    let told = sandbox.plan(&["setup", "--json"]).json()["data"]["configured"].clone();
    assert_eq!(told.as_array().unwrap().len(), 3, "{told}");
    let (set, line) = (config(&sandbox), fs::read(attributes(&sandbox)).unwrap());
    assert_eq!(line, b".plans/**/*.toml diff=plan\n");
    let again = sandbox.plan(&["setup"]).ok();
    assert!(!again.contains("set diff"), "{again}");
    assert_eq!(
        (config(&sandbox), fs::read(attributes(&sandbox)).unwrap()),
        (set, line)
    );
    assert!(
        sandbox
            .root()
            .join("home/.local/share/man/man1/git-plan.1")
            .exists()
    );
    sandbox.plan(&["setup", "--remove", "--dry-run"]).ok();
    assert!(attributes(&sandbox).exists());
    sandbox.plan(&["setup", "--remove"]).ok();
    assert_eq!(config(&sandbox), before);
    assert!(!attributes(&sandbox).exists());
    assert!(
        !sandbox
            .root()
            .join("home/.local/share/man/man1/git-plan.1")
            .exists()
    );
    assert!(
        sandbox
            .plan(&["setup", "--remove"])
            .ok()
            .starts_with("there is nothing")
    );
    // Lines of one's own stay, each byte of them, whether or not the last one has an end.
    fs::create_dir_all(attributes(&sandbox).parent().unwrap()).unwrap();
    for own in [&b"*.png binary\n\xff x\r\n"[..], b"*.rs diff=rust", b""] {
        fs::write(attributes(&sandbox), own).unwrap();
        sandbox.plan(&["setup"]).ok();
        assert!(fs::read(attributes(&sandbox)).unwrap().ends_with(own));
        sandbox.plan(&["setup", "--remove"]).ok();
        assert_eq!(fs::read(attributes(&sandbox)).unwrap_or_default(), own);
    }
}

#[test]
fn what_a_person_has_set_otherwise_is_left() {
    let sandbox = Sandbox::with_plan();
    fs::write(attributes(&sandbox), "*.toml diff=toml\n").unwrap();
    sandbox.git(&["config", "--global", "diff.plan.textconv", "cat"]);
    let said = sandbox.plan(&["setup"]).ok();
    assert!(
        said.contains("Left as you have it: diff.plan.textconv is cat."),
        "{said}"
    );
    assert!(
        said.contains("Left as you have it: the attribute diff of .plans/ is toml."),
        "{said}"
    );
    assert_eq!(
        fs::read_to_string(attributes(&sandbox)).unwrap(),
        "*.toml diff=toml\n"
    );
    assert!(!config(&sandbox).contains("textconv"));
    // A line that comes to be later counts as well, since ours is the first.
    fs::write(attributes(&sandbox), "").unwrap();
    sandbox.plan(&["setup"]).ok();
    let ours = fs::read_to_string(attributes(&sandbox)).unwrap();
    fs::write(attributes(&sandbox), ours + "*.toml diff=toml\n").unwrap();
    let asked = sandbox.git(&["check-attr", "diff", ".plans/a/plan.toml"]);
    assert!(asked.ends_with("diff: toml"), "{asked}");
}

#[test]
fn every_kind_of_repository_is_set_up() {
    let sandbox = world(Sandbox::with(&["--object-format=sha256"]));
    sandbox.plan(&["check-item", "1", "1"]).ok();
    let range = ["diff", "-U0", "git-plan~", "git-plan"];
    let expected = ["@@ item \"unit test\"", "+    checked = true"];
    assert_eq!(told(&sandbox.git(&range)), expected);

    let sandbox = world(Sandbox::new());
    sandbox.plan(&["setup", "--remove"]).ok();
    sandbox.plan(&["check-item", "1", "1"]).ok();
    sandbox.git(&["worktree", "add", "-q", "../linked"]);
    sandbox.git_in(sandbox.root(), &["clone", "-q", "--bare", "repo", "bare"]);
    for folder in ["linked", "bare"] {
        let folder = sandbox.root().join(folder);
        sandbox.plan_in(&folder, &["setup"]).ok();
        assert_eq!(
            told(&sandbox.git_in(&folder, &range)),
            expected,
            "{folder:?}"
        );
    }
    assert_eq!(
        told(&sandbox.git(&range)),
        expected,
        "all worktrees share it"
    );
    let alone = sandbox.plan_in(sandbox.root(), &["setup", "--json"]);
    assert_eq!(alone.json()["data"]["configured"], serde_json::json!([]));
}

/// The program at a path with a blank and both quotes, in a repository at another such.
#[test]
fn a_path_may_hold_blanks_and_quotes() {
    let sandbox = world(Sandbox::new());
    sandbox.plan(&["setup", "--remove"]).ok();
    let folder = sandbox.root().join("it's a \"$place\"");
    fs::create_dir(&folder).unwrap();
    let program = folder.join("git-plan");
    // Written by another process: a fork of this one would hold it open, and nobody could start it.
    let mut copy = sandbox.command("cp", sandbox.root());
    copy.args([Path::new(env!("CARGO_BIN_EXE_git-plan")), &program]);
    assert!(copy.status().unwrap().success());
    let run = |program: &Path| {
        let mut command: Command = sandbox.command(program, &sandbox.repo());
        command
            .env("PATH", "/usr/bin:/bin")
            .arg("setup")
            .output()
            .unwrap()
    };
    assert!(run(&program).status.success());
    sandbox.plan(&["check-item", "1", "1"]).ok();
    let range = ["diff", "-U0", "git-plan~", "git-plan"];
    let expected = ["@@ item \"unit test\"", "+    checked = true"];
    assert_eq!(told(&sandbox.git(&range)), expected);
    // Without the program a diff is as it was before, and goes on.
    for ruin in [
        |path: &Path| fs::remove_file(path).unwrap(),
        |path: &Path| {
            fs::write(path, "#!/bin/sh\nexit 2\n").unwrap();
            fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
        },
    ] {
        ruin(&program);
        let lines = told(&sandbox.git(&range));
        assert!(lines.contains(&"+checked = true".to_owned()), "{lines:?}");
    }
    // Setting it up once more mends it.
    let mended: Run = sandbox.plan(&["setup"]);
    assert!(mended.ok().contains("set diff.plan.textconv"));
    assert_eq!(told(&sandbox.git(&range)), expected);
}
