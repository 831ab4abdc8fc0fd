//! Where hooks are: linked worktrees, submodules, bare repositories, servers, other folders.

use std::fs;

use crate::folder::{CLIENT, assert_all, git_in, hooks, listed, names, script};
use crate::sandbox::Sandbox;

#[test]
fn every_linked_worktree_has_them() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "Route"]).ok();
    sandbox.git(&["worktree", "add", "-q", "../a linked one", "-b", "side"]);
    let linked = sandbox.root().join("a linked one");
    sandbox.plan_in(&linked, &["hooks", "install"]).ok();
    assert_eq!(names(&hooks(&sandbox)), CLIENT);
    assert_all(&sandbox, &linked, "current");
    assert_all(&sandbox, &sandbox.repo(), "current");
    sandbox.plan_in(&linked, &["start", "1"]).ok();
    git_in(
        &sandbox,
        &linked,
        &["commit", "-q", "--allow-empty", "-m", "There"],
    )
    .ok();
    let message = sandbox.git_in(&linked, &["log", "-1", "--format=%B"]);
    assert_eq!(message, "There\n\nPlan-Task: demo-plan/1");
    // The task is another worktree's.
    sandbox.git(&["commit", "-q", "--allow-empty", "-m", "Here"]);
    assert_eq!(sandbox.git(&["log", "-1", "--format=%B"]), "Here");
}

#[test]
fn a_submodule_has_its_own() {
    let sandbox = Sandbox::new();
    let module = sandbox.root().join("module");
    sandbox.git_in(sandbox.root(), &["init", "-q", "-b", "main", "module"]);
    sandbox.git_in(&module, &["commit", "-q", "--allow-empty", "-m", "first"]);
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        "../module",
        "sub",
    ];
    sandbox.git(&add);
    let inside = sandbox.repo().join("sub");
    sandbox.plan_in(&inside, &["hooks", "install"]).ok();
    assert_all(&sandbox, &inside, "current");
    assert_all(&sandbox, &sandbox.repo(), "absent");
    assert_eq!(
        names(&sandbox.repo().join(".git/modules/sub/hooks")),
        CLIENT
    );
    git_in(
        &sandbox,
        &inside,
        &["commit", "-q", "--allow-empty", "-m", "x"],
    )
    .ok();
}

#[test]
fn a_server_has_one() {
    let sandbox = Sandbox::with(&["--bare"]);
    let folder = sandbox.repo().join("hooks");
    let before = listed(&folder);
    sandbox.plan(&["hooks", "install", "--server"]).ok();
    assert_eq!(names(&folder), ["pre-receive"]);
    let told = sandbox.plan(&["hooks", "status"]).ok();
    assert!(told.contains("pre-receive         in place\n"), "{told}");
    sandbox.plan(&["hooks", "uninstall"]).ok();
    assert_eq!(listed(&folder), before);
    let complaint = Sandbox::new()
        .plan(&["hooks", "install", "--server"])
        .fails(3);
    assert!(
        complaint.contains("hint: git plan hooks install   "),
        "{complaint}"
    );
}

/// Neither the project's files nor a folder for all repositories is written to.
#[test]
fn a_folder_that_is_not_this_clone_s_is_not_written_to() {
    let sandbox = Sandbox::new();
    let home = sandbox.root().join("home/hooks");
    fs::create_dir(&home).unwrap();
    for (value, file) in [
        (".githooks", sandbox.repo().join(".githooks/pre-push")),
        ("~/hooks", home.join("pre-push")),
    ] {
        sandbox.git(&["config", "core.hooksPath", value]);
        let before = (
            listed(&sandbox.repo()),
            listed(&home),
            listed(&hooks(&sandbox)),
        );
        for words in [&["hooks", "install"][..], &["hooks", "install", "--chain"]] {
            let complaint = sandbox.plan(words).fails(4);
            let line = format!(
                "hint: add to {}: git plan hook pre-push \"$@\"\n",
                file.display()
            );
            assert!(complaint.contains(&line), "{complaint}");
            assert!(
                complaint.contains(&format!("core.hooksPath is '{value}'")),
                "{complaint}"
            );
            assert!(!complaint.contains("--chain"), "{complaint}");
        }
        sandbox.plan(&["hooks", "uninstall"]).ok();
        let after = (
            listed(&sandbox.repo()),
            listed(&home),
            listed(&hooks(&sandbox)),
        );
        assert_eq!(before, after);
        // With the lines in place there is nothing left to do.
        for hook in CLIENT {
            let text = format!("#!/bin/sh\ngit plan hook {hook} \"$@\"\n");
            script(&file.with_file_name(hook), &text);
        }
        assert_all(&sandbox, &sandbox.repo(), "called");
        let told = sandbox.plan(&["hooks", "install"]).ok();
        assert!(told.contains("unchanged: pre-push, called from "), "{told}");
    }
}

#[test]
fn a_folder_within_the_git_folder_is_this_clone_s() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.hooksPath", ".git/mine"]);
    let folder = sandbox.repo().join(".git/mine");
    script(&folder.join("pre-push"), "#!/bin/sh\nexit 0\n");
    let before = listed(&folder);
    sandbox.plan(&["hooks", "install"]).fails(4);
    assert_eq!(listed(&folder), before);
    sandbox.plan(&["hooks", "install", "--chain"]).ok();
    assert_all(&sandbox, &sandbox.repo(), "current");
    sandbox.plan(&["hooks", "uninstall"]).ok();
    assert_eq!(listed(&folder), before);
}

#[test]
fn hooks_that_are_switched_off_stay_off() {
    let sandbox = Sandbox::new();
    for value in ["/dev/null", ""] {
        sandbox.git(&["config", "core.hooksPath", value]);
        let complaint = sandbox.plan(&["hooks", "install"]).fails(4);
        assert!(complaint.contains("switched off"), "{complaint}");
        assert!(
            complaint.contains("hint: git config --unset core.hooksPath"),
            "{complaint}"
        );
    }
    sandbox.git(&["config", "--unset", "core.hooksPath"]);
    sandbox.plan(&["hooks", "install"]).ok();
    sandbox.git(&["config", "core.hooksPath", "/dev/null"]);
    assert_all(&sandbox, &sandbox.repo(), "absent");
    sandbox.plan(&["hooks", "uninstall"]).ok();
    assert_eq!(names(&hooks(&sandbox)), [""; 0]);
}

/// Several worktrees may install at the same moment.
#[test]
fn processes_that_install_at_once_agree() {
    let sandbox = Sandbox::new();
    let mut children: Vec<_> = (0..8)
        .map(|_| sandbox.plan_command(&["hooks", "install"]).spawn().unwrap())
        .collect();
    for child in &mut children {
        assert!(child.wait().unwrap().success());
    }
    assert_all(&sandbox, &sandbox.repo(), "current");
    assert_eq!(names(&hooks(&sandbox)), CLIENT);
}
