//! Evidence is recorded only for the code that a command ran on.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::sandbox::Sandbox;
use crate::world::{add, add_shell, first, is_marked, mark, records, state, world};

/// A gate whose command tells that it ran.
fn marking(sandbox: &Sandbox, options: &[&str]) {
    let touch = mark(sandbox).display().to_string();
    add(sandbox, "t", options, &["touch", &touch]);
}

/// The gate does not run, and the complaint names these words.
#[track_caller]
fn stops(sandbox: &Sandbox, words: &[&str]) {
    let complaint = sandbox.plan(&["gate", "run", "f/t"]).fails(1);
    for word in words {
        assert!(complaint.contains(word), "{word}: {complaint}");
    }
    assert!(!is_marked(sandbox), "it stops before the command");
    assert_eq!(records(sandbox), 0);
}

#[test]
fn a_changed_a_new_and_a_missing_file_stop_it_before_it_runs() {
    let sandbox = world();
    marking(&sandbox, &[]);
    sandbox.write("README", "changed\n");
    stops(&sandbox, &["modified", "README", "--no-record", "--clean"]);
    sandbox.write("README", "hello\n");
    sandbox.write("new", "");
    stops(&sandbox, &["untracked", "new"]);
    fs::remove_file(sandbox.repo().join("new")).unwrap();
    fs::remove_file(sandbox.repo().join("README")).unwrap();
    stops(&sandbox, &["missing", "README"]);
    sandbox.git(&["checkout", "-q", "--", "README"]);
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert!(is_marked(&sandbox));
}

#[test]
fn no_record_runs_whatever_lies_there() {
    let sandbox = world();
    marking(&sandbox, &[]);
    sandbox.write("new", "");
    let run = sandbox.plan(&["gate", "run", "f/t", "--no-record", "--json"]);
    assert_eq!((run.code, &first(&run)["record"]), (0, &().into()));
    assert!(is_marked(&sandbox));
    assert_eq!(records(&sandbox), 0);
}

#[test]
fn nothing_hides_a_change() {
    let sandbox = world();
    marking(&sandbox, &[]);
    for mark in ["--assume-unchanged", "--skip-worktree"] {
        sandbox.git(&["update-index", mark, "README"]);
        sandbox.write("README", "changed\n");
        stops(&sandbox, &["README"]);
        let no = mark.replace("--", "--no-");
        sandbox.git(&["update-index", &no, "README"]);
        sandbox.write("README", "hello\n");
    }
    sandbox.write(".git/info/exclude", "hidden\n");
    sandbox.write("hidden", "");
    stops(&sandbox, &["hidden"]);
    fs::remove_file(sandbox.repo().join("hidden")).unwrap();
    sandbox.plan(&["gate", "run", "f/t"]).ok();
}

#[test]
fn what_the_code_s_own_ignore_files_excuse_is_excused() {
    let sandbox = world();
    sandbox.write(".gitignore", "target/\n");
    sandbox.commit_all("ignore");
    marking(&sandbox, &[]);
    sandbox.write("target/x", "");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
}

#[test]
fn a_dirty_submodule_stops_it() {
    let sandbox = world();
    let part = sandbox.root().join("part");
    fs::create_dir(&part).unwrap();
    sandbox.git_in(&part, &["init", "-q", "-b", "main"]);
    fs::write(part.join("file"), "1\n").unwrap();
    sandbox.git_in(&part, &["add", "."]);
    sandbox.git_in(&part, &["commit", "-qm", "part"]);
    let allow = "protocol.file.allow=always";
    let from = part.display().to_string();
    sandbox.git(&["-c", allow, "submodule", "--quiet", "add", &from, "part"]);
    sandbox.git(&[
        "config",
        "-f",
        ".gitmodules",
        "submodule.part.ignore",
        "all",
    ]);
    sandbox.commit_all("with a part");
    marking(&sandbox, &[]);
    sandbox.write("part/file", "2\n");
    stops(&sandbox, &["part"]);
    sandbox.write("part/file", "1\n");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
}

#[test]
fn only_what_a_gate_depends_on_has_to_be_as_in_head() {
    let sandbox = world();
    sandbox.write("src/a", "1\n");
    sandbox.commit_all("src");
    marking(&sandbox, &["--input", "src"]);
    sandbox.write("src/a", "2\n");
    stops(&sandbox, &["src/a"]);
    sandbox.write("src/a", "1\n");
    sandbox.write("other", "");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert_eq!(state(&sandbox, "f/t").0, "ok");
}

#[test]
fn a_file_that_changes_during_the_run_spoils_the_record() {
    let sandbox = world();
    add_shell(&sandbox, "t", &[], "echo more >> README");
    let run = sandbox.plan(&["gate", "run", "f/t", "--json"]);
    assert_eq!(run.code, 1, "{run:?}");
    let why = first(&run)["not_recorded"].as_str().unwrap().to_owned();
    assert!(why.contains("README"), "{why}");
    assert_eq!(records(&sandbox), 0);
}

#[test]
fn a_head_that_moves_during_the_run_spoils_the_record() {
    let sandbox = world();
    add_shell(&sandbox, "t", &[], "git commit -q --allow-empty -m moved");
    let run = sandbox.plan(&["gate", "run", "f/t"]);
    let complaint = run.fails(1);
    assert!(complaint.contains("HEAD has moved"), "{complaint}");
    assert_eq!(records(&sandbox), 0);
}

#[test]
fn a_definition_that_changes_during_the_run_spoils_the_record() {
    let sandbox = world();
    let change =
        "git plan gate remove f/t --reason x && git plan gate add f t --kind command -- true";
    add_shell(&sandbox, "t", &[], change);
    let complaint = sandbox.plan(&["gate", "run", "f/t"]).fails(1);
    assert!(complaint.contains("definition has changed"), "{complaint}");
    let outcome = |text: &str| text.contains("kind = \"outcome\"");
    let texts = crate::world::record_texts(&sandbox);
    assert!(!texts.iter().any(|(_, text)| outcome(text)));
}

#[test]
fn clean_runs_in_a_copy_of_head_and_leaves_nothing() {
    let sandbox = world();
    add_shell(
        &sandbox,
        "t",
        &[],
        "cat README > \"$HOME/seen\"; pwd > \"$HOME/pwd\"; ls -A",
    );
    sandbox.write("README", "changed\n");
    sandbox.write("new", "");
    let run = sandbox.plan(&["gate", "run", "f/t", "--clean"]);
    assert_eq!((run.code, &*run.err), (0, "README\n"), "{run:?}");
    let read = |name: &str| fs::read_to_string(sandbox.root().join("home").join(name)).unwrap();
    assert_eq!(read("seen"), "hello\n");
    assert!(
        fs::metadata(read("pwd").trim()).is_err(),
        "the copy is gone"
    );
    sandbox.git(&["stash", "-qu"]);
    assert_eq!(state(&sandbox, "f/t").0, "ok");
}

#[test]
fn a_script_runs_as_it_was_looked_at() {
    let sandbox = world();
    sandbox.write("ci/t.sh", "#!/bin/sh\necho one\n");
    let script = sandbox.repo().join("ci/t.sh");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
    sandbox.commit_all("script");
    add(&sandbox, "t", &[], &["ci/t.sh"]);
    assert_eq!(sandbox.plan(&["gate", "run", "f/t"]).err, "one\n");
    sandbox.write("ci/t.sh", "#!/bin/sh\necho two\n");
    sandbox.commit_all("changed");
    let run = sandbox.plan(&["gate", "run", "f/t"]);
    assert!(run.out.contains("changed  the file ci/t.sh"), "{run:?}");
    run.fails(4);
}
