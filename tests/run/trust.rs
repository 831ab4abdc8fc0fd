//! Trust: of exactly one command, by a person, on this machine.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::PathBuf;

use crate::sandbox::Sandbox;
use crate::world::{add, add_shell, hash, is_marked, mark, state, trust, trust_hash, world};

/// Adds a gate to the plan as a stranger's push would, and returns what it would run.
fn fetched(sandbox: &Sandbox) -> String {
    let touch = format!("touch {}", mark(sandbox).display());
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        let gate = "\n[[phase.gate]]\nid = \"t\"\nkind = \"command\"\nshell = ";
        format!("{text}{gate}'{touch}'\n")
    });
    touch
}

fn store(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("home/.local/state/git-plan/trust")
}

#[test]
fn nothing_that_was_fetched_runs_before_it_is_trusted_on_any_verb() {
    let sandbox = world();
    let touch = fetched(&sandbox);
    for words in [
        &["status"][..],
        &["show", "f/t"],
        &["show", "f"],
        &["show"],
        &["gate", "check"],
        &["gate", "check", "f/t"],
        &["gate", "list"],
        &["gate", "run", "f/t"],
        &["gate", "run", "f/t", "--no-record"],
        &["gate", "run", "f/t", "--clean"],
        &["gate", "run", "f/t", "--yes"],
        &["gate", "run", "f"],
        &["trust"],
        &["trust", "f/t"],
        &["trust", "list"],
        &["log"],
        &["tasks"],
        &["doctor"],
        &["close-phase", "f"],
        &["add-task", "One", "--phase", "f"],
        &["start", "1"],
        &["done", "1"],
        &["checkpoint", "x"],
        &["rewind", "--last-good"],
        &["undo"],
    ] {
        sandbox.plan(words);
        assert!(!is_marked(&sandbox), "{words:?}");
    }
    let run = sandbox.plan(&["gate", "run", "f/t"]);
    assert!(run.out.contains(&touch), "it shows what would run: {run:?}");
    let line = format!("git plan trust f/t --hash {}", hash(&sandbox, "f/t"));
    assert!(run.err.contains(&line), "{run:?}");
    run.fails(4);
    trust(&sandbox, "f/t");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert!(is_marked(&sandbox));
}

#[test]
fn it_takes_a_person() {
    let sandbox = world();
    fetched(&sandbox);
    let hash = hash(&sandbox, "f/t");
    let line = format!("git plan trust f/t --hash {hash}");
    let words = ["trust", "f/t", "--hash", &hash];
    let refused = sandbox.plan(&words).fails(4);
    assert!(refused.contains(&line), "{refused}");
    sandbox.plan(&[&words[..], &["--yes"]].concat()).fails(4);
    sandbox
        .plan(&[&words[..], &["--as", "bot"]].concat())
        .fails(4);
    // The repository cannot say that nobody has to be asked; the person can.
    sandbox.git(&["config", "plan.unattended", "true"]);
    sandbox.plan(&words).fails(4);
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    sandbox
        .plan(&[&words[..], &["--as", "bot"]].concat())
        .fails(4);
    sandbox.plan(&["trust", "f/t"]).fails(4);
    sandbox.plan(&words).ok();
    sandbox.plan(&["gate", "run", "f/t"]).ok();
}

#[test]
fn a_person_at_a_terminal_is_shown_all_of_it_and_asked() {
    let sandbox = world();
    let touch = fetched(&sandbox);
    let answer = |answer: &str| {
        let line = format!("echo {answer} | script -qec 'git plan trust f/t' /dev/null");
        sandbox.sh(&line)
    };
    let no = answer("n");
    assert!(
        no.out.contains(&touch) && no.out.contains("nothing was changed"),
        "{no:?}"
    );
    sandbox.plan(&["gate", "run", "f/t"]).fails(4);
    answer("y");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
}

#[test]
fn what_was_swapped_after_the_look_is_not_trusted() {
    let sandbox = world();
    fetched(&sandbox);
    let seen = hash(&sandbox, "f/t");
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        text.replace("touch", "rm -r")
    });
    let run = trust_hash(&sandbox, "f/t", &seen);
    assert!(run.out.contains("rm -r"), "the new look: {run:?}");
    run.fails(5);
    sandbox.plan(&["gate", "run", "f/t"]).fails(4);
}

#[test]
fn the_hash_changes_with_every_byte_that_matters() {
    let sandbox = world();
    sandbox.write("ci/t.sh", "true\n");
    sandbox.write("other", "1\n");
    sandbox.commit_all("script");
    add(&sandbox, "t", &["--input", "ci"], &["sh", "ci/t.sh"]);
    let mut seen = BTreeSet::from([hash(&sandbox, "f/t")]);
    let plan = ".plans/demo-plan/plan.toml";
    let original = sandbox.stored(plan);
    for (from, to) in [
        ("\"sh\"", "\"bash\""),
        ("\"ci/t.sh\"", "\"ci/t.sh\", \"\""),
        ("\"ci/t.sh\"", "\"ci/t.sh \""),
        ("run = [\"sh\", \"ci/t.sh\"]", "shell = \"sh ci/t.sh\""),
        ("kind = \"command\"", "kind = \"command\"\ncwd = \"ci\""),
        ("kind = \"command\"", "kind = \"command\"\nenv = [\"A\"]"),
        ("kind = \"command\"", "kind = \"command\"\ntimeout = \"1m\""),
        ("kind = \"command\"", "kind = \"command\"\nsigned = true"),
        ("\"ci\"", "\"src\""),
    ] {
        assert!(original.contains(from), "{from}: {original}");
        sandbox.store_by_hand(&[(plan, Some(&original.replacen(from, to, 1)))]);
        assert!(seen.insert(hash(&sandbox, "f/t")), "{from} {to}");
    }
    sandbox.store_by_hand(&[(plan, Some(&original))]);
    sandbox.write("other", "2\n");
    assert!(!seen.insert(hash(&sandbox, "f/t")), "what it does not name");
    sandbox.write("ci/t.sh", "true \n");
    assert!(
        seen.insert(hash(&sandbox, "f/t")),
        "the script as it is now"
    );
    fs::remove_file(sandbox.repo().join("ci/t.sh")).unwrap();
    assert!(seen.insert(hash(&sandbox, "f/t")), "no script");
}

#[test]
fn only_what_was_typed_behind_the_dashes_is_trusted_at_once() {
    let sandbox = world();
    add(&sandbox, "typed", &[], &["true"]);
    sandbox.plan(&["gate", "run", "f/typed"]).ok();
    let shell = [
        "gate", "add", "f", "shell", "--kind", "command", "--shell", "true",
    ];
    sandbox.plan(&shell).ok();
    sandbox.plan(&["gate", "run", "f/shell"]).fails(4);
    let line = "{\"op\":\"gate add\",\"phase\":\"f\",\"gate\":\"batch\",\"kind\":\"command\",\"argv\":[\"false\"]}\n";
    sandbox.plan_fed(line, &["batch"]).ok();
    sandbox.plan(&["gate", "run", "f/batch"]).fails(4);
    let dry = [
        "gate",
        "add",
        "f",
        "dry",
        "--kind",
        "command",
        "--dry-run",
        "--",
        "false",
        "dry",
    ];
    sandbox.plan(&dry).ok();
    let trusted = sandbox.plan(&["trust", "list", "--json"]).json();
    assert_eq!(trusted["total"], 1, "{trusted}");
}

#[test]
fn what_came_in_a_text_waits() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["true"]);
    let text = sandbox.plan(&["show", "--toml"]).ok();
    let file = sandbox.root().join("plan.toml");
    fs::write(&file, text.replace("\"true\"", "\"false\"")).unwrap();
    let path = file.display().to_string();
    sandbox.plan(&["apply", &path, "--reason", "why"]).ok();
    sandbox.plan(&["gate", "run", "f/t"]).fails(4);
    let editor = [("GIT_EDITOR", "sed -i s/false/printf/")];
    sandbox
        .plan_with(&editor, &["edit", "--reason", "why"])
        .ok();
    sandbox.plan(&["gate", "run", "f/t"]).fails(4);
}

#[test]
fn what_came_back_by_undo_waits() {
    let sandbox = world();
    fetched(&sandbox);
    sandbox
        .plan(&["gate", "remove", "f/t", "--reason", "x"])
        .ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["gate", "run", "f/t"]).fails(4);
    assert!(!is_marked(&sandbox));
}

#[test]
fn worktrees_and_clones_of_one_person_share_it() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["true"]);
    let other = sandbox.root().join("other");
    let path = other.display().to_string();
    sandbox.git(&["worktree", "add", "-q", "--detach", &path]);
    sandbox.plan_in(&other, &["gate", "run", "f/t"]).ok();
    let clone = sandbox.root().join("clone");
    sandbox.git_in(sandbox.root(), &["clone", "-q", "repo", "clone"]);
    sandbox.plan_in(&clone, &["gate", "run", "f/t"]).ok();
    assert_eq!(fs::read_dir(store(&sandbox)).unwrap().count(), 1);
}

#[test]
fn another_project_with_the_same_command_is_another_matter() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["true"]);
    let other = Sandbox::new();
    other.plan(&["init", "Another plan"]).ok();
    other.plan(&["add-phase", "F"]).ok();
    let header = sandbox.stored(".plans/demo-plan/plan.toml");
    let header = header.replace("Demo plan", "Another plan");
    other.store_by_hand(&[(".plans/another-plan/plan.toml", Some(&header))]);
    // The same person.
    let state = sandbox
        .root()
        .join("home/.local/state")
        .display()
        .to_string();
    let run = other.plan_with(&[("XDG_STATE_HOME", &state)], &["gate", "run", "f/t"]);
    run.fails(4);
}

#[test]
fn a_store_that_others_could_write_does_not_count() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["true"]);
    let store = store(&sandbox);
    let root = fs::read_dir(&store)
        .unwrap()
        .next()
        .unwrap()
        .unwrap()
        .path();
    let file = fs::read_dir(&root).unwrap().next().unwrap().unwrap().path();
    let mode =
        |path: &PathBuf, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    let is_mode = |path: &PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(
        [is_mode(&file), is_mode(&root), is_mode(&store)],
        [0o600, 0o700, 0o700]
    );
    for (path, bad, good) in [
        (&file, 0o622, 0o600),
        (&root, 0o722, 0o700),
        (&store, 0o770, 0o700),
    ] {
        mode(path, bad);
        let refused = sandbox.plan(&["gate", "run", "f/t"]).fails(6);
        assert!(refused.contains("others may write"), "{refused}");
        mode(path, good);
    }
    let away = sandbox.root().join("away");
    fs::rename(&file, &away).unwrap();
    symlink(&away, &file).unwrap();
    sandbox.plan(&["gate", "run", "f/t"]).fails(6);
    fs::remove_file(&file).unwrap();
    fs::rename(&away, &file).unwrap();
    sandbox.plan(&["gate", "run", "f/t"]).ok();
}

#[test]
fn a_list_goes_into_a_sandbox_and_nothing_in_the_repository_is_one() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["true"]);
    add_shell(&sandbox, "s", &[], "true");
    let list = sandbox.root().join("list");
    fs::write(&list, sandbox.plan(&["trust", "--export"]).ok()).unwrap();
    sandbox.plan(&["trust", "revoke", "--all"]).ok();
    sandbox.plan(&["gate", "run", "f"]).fails(4);
    let with = |path: &PathBuf, words: &[&str]| {
        let path = path.display().to_string();
        sandbox.plan_with(&[("GIT_PLAN_TRUST", &path)], words)
    };
    with(&list, &["gate", "run", "f"]).ok();
    with(&list, &["trust", "revoke", "--all"]).fails(6);
    fs::copy(&list, sandbox.repo().join(".git/list")).unwrap();
    with(&sandbox.repo().join(".git/list"), &["gate", "run", "f/t"]).fails(6);
    fs::copy(&list, sandbox.repo().join("list")).unwrap();
    with(&sandbox.repo().join("list"), &["gate", "run", "f/t"]).fails(6);
    fs::remove_file(sandbox.repo().join("list")).unwrap();
    with(&sandbox.root().join("absent"), &["gate", "run", "f/t"]).fails(6);
    fs::set_permissions(&list, fs::Permissions::from_mode(0o666)).unwrap();
    with(&list, &["gate", "run", "f/t"]).fails(6);
    // Nor may the place of the person's own list lie there.
    let state = sandbox.repo().join("state").display().to_string();
    sandbox
        .plan_with(&[("XDG_STATE_HOME", &state)], &["gate", "run", "f/t"])
        .fails(6);
}

#[test]
fn what_was_trusted_can_be_revoked() {
    let sandbox = world();
    add(&sandbox, "a", &[], &["true"]);
    add(&sandbox, "b", &[], &["true"]);
    sandbox.plan(&["trust", "revoke", "f/a"]).ok();
    sandbox.plan(&["gate", "run", "f/a"]).fails(4);
    sandbox.plan(&["gate", "run", "f/b"]).ok();
    let hash = hash(&sandbox, "f/b");
    sandbox.plan(&["trust", "revoke", &hash]).ok();
    sandbox.plan(&["gate", "run", "f/b"]).fails(4);
    sandbox.plan(&["trust", "revoke", "f/b"]).fails(3);
    assert_eq!(state(&sandbox, "f/b").0, "ok", "evidence stays");
}

#[test]
fn two_at_once_lose_nothing() {
    let sandbox = world();
    let names: Vec<String> = (0..8).map(|n| format!("g{n}")).collect();
    std::thread::scope(|scope| {
        for name in &names {
            let sandbox = &sandbox;
            scope.spawn(move || add(sandbox, name, &[], &["true"]));
        }
    });
    assert_eq!(
        sandbox.plan(&["trust", "list", "--json"]).json()["total"],
        8
    );
    sandbox.plan(&["gate", "run", "f"]).ok();
}
