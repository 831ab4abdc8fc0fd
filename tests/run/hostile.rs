//! What lies in a repository to be run by accident is not run.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::sandbox::Sandbox;
use crate::world::{add, first, is_marked, mark, world};

/// A program that tells that it ran, and fails.
fn plant(sandbox: &Sandbox, path: &Path) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = format!("#!/bin/sh\ntouch '{}'\nexit 1\n", mark(sandbox).display());
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_program_in_the_working_tree_is_not_found_by_its_name() {
    let sandbox = world();
    for name in ["mytool", "bin/mytool"] {
        plant(&sandbox, &sandbox.repo().join(name));
    }
    sandbox.commit_all("planted");
    add(&sandbox, "t", &[], &["mytool"]);
    add(&sandbox, "child", &[], &["env", "mytool"]);
    let path = std::env::var("PATH").unwrap();
    let bin = sandbox.repo().join("bin");
    let path = format!(
        ".:bin::{}:{}:{path}",
        bin.display(),
        sandbox.repo().display()
    );
    let with = [("PATH", &*path)];
    let run = sandbox.plan_with(&with, &["gate", "run", "f/t", "--json"]);
    assert_eq!(first(&run)["result"], "error", "{run:?}");
    let run = sandbox.plan_with(&with, &["gate", "run", "f/child", "--json"]);
    assert_eq!(first(&run)["exit_code"], 127, "{run:?}");
    assert!(!is_marked(&sandbox));
}

#[test]
fn a_program_of_the_working_tree_is_named_from_its_top() {
    let sandbox = world();
    plant(&sandbox, &sandbox.repo().join("ci/x"));
    sandbox.commit_all("planted");
    let path = sandbox.repo().join("ci/x").display().to_string();
    add(&sandbox, "whole", &[], &[&path]);
    add(&sandbox, "up", &[], &["../repo/ci/x"]);
    for gate in ["f/whole", "f/up"] {
        let complaint = sandbox.plan(&["gate", "run", gate]).fails(3);
        assert!(complaint.contains("working tree"), "{complaint}");
    }
    assert!(!is_marked(&sandbox));
    add(&sandbox, "sh", &[], &["/bin/sh", "-c", "true"]);
    sandbox.plan(&["gate", "run", "f/sh"]).ok();
}

#[test]
fn a_repository_s_configuration_runs_nothing() {
    let sandbox = world();
    let program = sandbox.root().join("program");
    plant(&sandbox, &program);
    let line = program.display().to_string();
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "diff.external",
        "gpg.program",
        "gpg.ssh.program",
        "core.hooksPath",
        "core.editor",
        "core.askPass",
        "credential.helper",
        "filter.x.clean",
        "filter.x.process",
        "filter.x.smudge",
        "diff.x.textconv",
        "merge.x.driver",
    ] {
        sandbox.git(&["config", key, &line]);
    }
    sandbox.write(".git/info/attributes", "* filter=x diff=x merge=x\n");
    add(&sandbox, "t", &[], &["true"]);
    for words in [
        &["gate", "run", "f/t"][..],
        &["gate", "run", "f/t", "--clean"],
        &["gate", "check"],
        &["status"],
        &["show", "f/t"],
        &["trust", "f/t"],
        &["trust", "list"],
        &["log"],
    ] {
        sandbox.plan(words);
        assert!(!is_marked(&sandbox), "{words:?}");
    }
}

#[test]
fn a_bare_repository_in_the_working_tree_runs_nothing() {
    let sandbox = world();
    let program = sandbox.root().join("program");
    plant(&sandbox, &program);
    let inner = sandbox.repo().join("inner");
    let path = inner.display().to_string();
    sandbox.git(&["init", "-q", "--bare", &path]);
    let line = program.display().to_string();
    for key in [
        "core.fsmonitor",
        "core.sshCommand",
        "diff.external",
        "gpg.program",
    ] {
        sandbox.git_in(&inner, &["config", key, &line]);
    }
    sandbox.git_in(&inner, &["config", "core.worktree", ".."]);
    sandbox.git_in(&inner, &["config", "core.bare", "false"]);
    for words in [
        &["status"][..],
        &["gate", "check"],
        &["gate", "run", "f/t"],
        &["trust"],
    ] {
        sandbox.plan_in(&inner, words);
        assert!(!is_marked(&sandbox), "{words:?}");
    }
}

#[test]
fn words_of_a_plan_write_no_escapes_to_a_terminal() {
    let sandbox = world();
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        let gate = "\n[[phase.gate]]\nid = \"t\"\nkind = \"command\"\nshell = ";
        format!("{text}{gate}\"echo \\u001b[2J\\u202e\"\n")
    });
    let run = sandbox.plan(&["gate", "run", "f/t"]);
    let text = format!("{}{}", run.out, run.err);
    assert!(text.contains("\\x1b[2J\\u{202e}"), "{text}");
    assert!(
        !text.contains('\u{1b}') && !text.contains('\u{202e}'),
        "{text}"
    );
}
