//! Installing, again and again, by older and newer programs, and taking away to the byte.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};

use crate::folder::{CLIENT, assert_all, copied_program, hooks, listed, names, script, states};
use crate::sandbox::Sandbox;

#[test]
fn installed_twice_is_installed_once() {
    let sandbox = Sandbox::new();
    let before = listed(&hooks(&sandbox));
    assert_all(&sandbox, &sandbox.repo(), "absent");
    let told = sandbox.plan(&["hooks", "install"]).ok();
    assert_eq!(told.matches("installed: ").count(), 5, "{told}");
    let once = listed(&hooks(&sandbox));
    assert_eq!(names(&hooks(&sandbox)), CLIENT);
    assert_all(&sandbox, &sandbox.repo(), "current");
    let told = sandbox.plan(&["hooks", "install"]).ok();
    assert_eq!(told.matches("unchanged: ").count(), 5, "{told}");
    assert_eq!(listed(&hooks(&sandbox)), once);
    sandbox.plan(&["hooks", "uninstall"]).ok();
    assert_eq!(listed(&hooks(&sandbox)), before);
    sandbox.plan(&["hooks", "uninstall"]).ok();
    assert_eq!(listed(&hooks(&sandbox)), before);
}

#[test]
fn a_dry_run_changes_nothing() {
    let sandbox = Sandbox::new();
    let before = listed(&hooks(&sandbox));
    let told = sandbox.plan(&["hooks", "install", "--dry-run"]).ok();
    assert!(told.contains("would be installed: pre-push\n"), "{told}");
    assert_eq!(listed(&hooks(&sandbox)), before);
    sandbox.plan(&["hooks", "install"]).ok();
    let before = listed(&hooks(&sandbox));
    let told = sandbox.plan(&["hooks", "uninstall", "--dry-run"]).ok();
    assert!(told.contains("would be removed: pre-push\n"), "{told}");
    assert_eq!(listed(&hooks(&sandbox)), before);
}

/// What an upgrade or a move leaves is mended by the same command.
#[test]
fn what_is_not_as_it_should_be_is_renewed() {
    let sandbox = Sandbox::new();
    sandbox.plan(&["hooks", "install"]).ok();
    let good = listed(&hooks(&sandbox));
    let hook = |name: &str| hooks(&sandbox).join(name);
    let mode = |path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    mode(hook("pre-push"), 0o644);
    fs::remove_file(hook("commit-msg")).unwrap();
    // Written by a program that is not there any more.
    let other = sandbox.root().join("a b");
    let program = other.join("git-plan");
    copied_program(&sandbox, &program);
    fs::remove_file(hook("post-merge")).unwrap();
    let mut command = sandbox.command(&program, &sandbox.repo());
    let installed = command.args(["hooks", "install"]).output().unwrap();
    assert!(installed.status.success());
    assert_all(&sandbox, &sandbox.repo(), "current");
    let moved = fs::read_to_string(hook("post-merge")).unwrap();
    assert!(
        moved.contains(&format!("'{}'", program.display())),
        "{moved}"
    );
    fs::remove_file(&program).unwrap();
    assert_all(&sandbox, &sandbox.repo(), "no_binary");
    let told = sandbox.plan(&["hooks", "install"]).ok();
    assert_eq!(told.matches("renewed: ").count(), 5, "{told}");
    assert_eq!(listed(&hooks(&sandbox)), good);
    mode(hook("pre-push"), 0o644);
    assert_eq!(
        states(&sandbox, &sandbox.repo())["pre-push"],
        "not_executable"
    );
    sandbox.plan(&["hooks", "install"]).ok();
    assert_eq!(listed(&hooks(&sandbox)), good);
}

#[test]
fn a_hook_of_ours_that_was_edited_is_left() {
    let sandbox = Sandbox::new();
    sandbox.plan(&["hooks", "install"]).ok();
    let path = hooks(&sandbox).join("pre-push");
    let edited = fs::read_to_string(&path).unwrap() + "echo mine\n";
    fs::write(&path, &edited).unwrap();
    assert_eq!(states(&sandbox, &sandbox.repo())["pre-push"], "edited");
    for words in [&["hooks", "install"][..], &["hooks", "install", "--chain"]] {
        let complaint = sandbox.plan(words).fails(4);
        assert!(
            complaint.contains("pre-push (ours, edited by somebody)"),
            "{complaint}"
        );
        assert!(complaint.contains("hint: mv "), "{complaint}");
    }
    let told = sandbox.plan(&["hooks", "uninstall"]).ok();
    assert!(
        told.contains("left: pre-push, which somebody edited"),
        "{told}"
    );
    assert_eq!(names(&hooks(&sandbox)), ["pre-push"]);
    assert_eq!(fs::read_to_string(&path).unwrap(), edited);
}

/// Files and links of all kinds come back with content, mode and target.
#[test]
fn what_was_there_comes_back_to_the_byte() {
    let sandbox = Sandbox::new();
    let folder = hooks(&sandbox);
    script(&folder.join("pre-push"), "#!/bin/sh\nexit 0\n");
    script(&sandbox.root().join("elsewhere"), "#!/bin/sh\nexit 0\n");
    symlink("../../../elsewhere", folder.join("commit-msg")).unwrap();
    symlink("nowhere", folder.join("post-merge")).unwrap();
    fs::write(folder.join("post-checkout"), b"not\xff executable").unwrap();
    let mode = fs::Permissions::from_mode(0o640);
    fs::set_permissions(folder.join("post-checkout"), mode).unwrap();
    script(&folder.join("pre-commit"), "#!/bin/sh\n");
    let before = listed(&folder);
    let complaint = sandbox.plan(&["hooks", "install"]).fails(4);
    assert!(complaint.contains("hooks install --chain"), "{complaint}");
    assert_eq!(listed(&folder), before);
    sandbox.plan(&["hooks", "install", "--chain"]).ok();
    let once = listed(&folder);
    assert_eq!(once["commit-msg.before-git-plan"], before["commit-msg"]);
    sandbox.plan(&["hooks", "install", "--chain"]).ok();
    sandbox.plan(&["hooks", "install"]).ok();
    assert_eq!(listed(&folder), once);
    sandbox.plan(&["hooks", "uninstall"]).ok();
    assert_eq!(listed(&folder), before);
}

/// A kill between any two steps leaves something that both commands go on from.
#[test]
fn a_kill_in_the_middle_is_recovered_from() {
    for command in ["install", "uninstall"] {
        for state in ["both names", "second name", "half written"] {
            let sandbox = Sandbox::new();
            let folder = hooks(&sandbox);
            script(&folder.join("pre-push"), "#!/bin/sh\nexit 0\n");
            let before = listed(&folder);
            let second = folder.join("pre-push.before-git-plan");
            match state {
                "both names" => fs::hard_link(folder.join("pre-push"), &second).unwrap(),
                "second name" => fs::rename(folder.join("pre-push"), &second).unwrap(),
                _ => {
                    fs::hard_link(folder.join("pre-push"), &second).unwrap();
                    let unfinished = fs::File::create(folder.join(".git-plan-hook-abc")).unwrap();
                    unfinished.set_modified(std::time::UNIX_EPOCH).unwrap();
                }
            }
            if command == "install" {
                sandbox.plan(&["hooks", "install"]).ok();
                assert_all(&sandbox, &sandbox.repo(), "current");
                assert_eq!(names(&folder).len(), 6, "{state}: {:?}", names(&folder));
            }
            sandbox.plan(&["hooks", "uninstall"]).ok();
            assert_eq!(listed(&folder), before, "{command} after {state}");
        }
    }
}

/// Another program wrote over ours: neither its hook nor the first one is lost.
#[test]
fn a_hook_that_was_written_over_is_left() {
    let sandbox = Sandbox::new();
    let folder = hooks(&sandbox);
    script(&folder.join("pre-push"), "#!/bin/sh\n# first\n");
    sandbox.plan(&["hooks", "install", "--chain"]).ok();
    fs::remove_file(folder.join("pre-push")).unwrap();
    script(&folder.join("pre-push"), "#!/bin/sh\n# second\n");
    let before = listed(&folder);
    let complaint = sandbox.plan(&["hooks", "install", "--chain"]).fails(4);
    assert!(
        complaint.contains("pre-push.before-git-plan"),
        "{complaint}"
    );
    assert_eq!(listed(&folder), before);
    let told = sandbox.plan(&["hooks", "uninstall"]).ok();
    assert!(
        told.contains("left: pre-push, which somebody wrote over"),
        "{told}"
    );
    assert_eq!(names(&folder), ["pre-push", "pre-push.before-git-plan"]);
}
