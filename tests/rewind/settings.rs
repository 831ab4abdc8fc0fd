//! What a user may have configured, and kinds of working trees.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use git_plan::checkpoint::rewind::{Situation, Target};

use crate::world::World;

/// What could turn a command into another one, each at its worst.
const SETTINGS: [&str; 34] = [
    "checkout.guess=false",
    "checkout.defaultRemote=nowhere",
    "checkout.workers=4",
    "merge.ff=false",
    "merge.autoStash=true",
    "push.default=nothing",
    "push.followTags=true",
    "push.recurseSubmodules=check",
    "remote.pushDefault=nowhere",
    "status.showUntrackedFiles=no",
    "status.branch=true",
    "status.renames=copies",
    "status.relativePaths=true",
    "stash.showIncludeUntracked=false",
    "stash.showPatch=true",
    "branch.autoSetupMerge=always",
    "branch.autoSetupRebase=always",
    "submodule.recurse=true",
    "commit.gpgSign=true",
    "core.logAllRefUpdates=false",
    "core.quotePath=true",
    "core.preloadIndex=false",
    "core.commentChar=auto",
    "core.warnAmbiguousRefs=false",
    "diff.external=false",
    "diff.relative=true",
    "diff.ignoreSubmodules=all",
    "diff.noprefix=true",
    "diff.autoRefreshIndex=false",
    "color.ui=always",
    "log.showSignature=true",
    "advice.detachedHead=true",
    "alias.switch=!false",
    "index.version=4",
];

fn world() -> (World, Target) {
    let world = World::new();
    world.write("a", "uncommitted\n");
    world.write("untracked/file", "too\n");
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    world.write("b", "staged\n");
    world.git(&["add", "b"]);
    world.write("b", "staged and more\n");
    world.write("another", "untracked\n");
    (world, target)
}

#[test]
fn no_setting_changes_what_the_commands_do() {
    let (world, target) = world();
    for setting in SETTINGS {
        let (key, value) = setting.split_once('=').unwrap();
        world.git(&["config", key, value]);
    }
    world.prove(&target, Situation::Dirty);
}

#[test]
fn no_setting_changes_what_the_commands_do_after_a_push() {
    let (world, target) = world();
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.git(&["push", "-qu", "origin", "main"]);
    for setting in SETTINGS
        .iter()
        .filter(|setting| !setting.starts_with("remote."))
    {
        let (key, value) = setting.split_once('=').unwrap();
        world.git(&["config", key, value]);
    }
    let rewind = world.prove(&target, Situation::Pushed);
    assert_eq!(rewind.steps.last().unwrap().words[1], "push");
}

#[test]
fn a_hook_that_fails_does_not_stop_the_commands_half_way() {
    for folder in [".git/hooks", "my-hooks"] {
        let (world, target) = world();
        world.write(&format!("{folder}/post-checkout"), "#!/bin/sh\nexit 3\n");
        let hook = world.repo.join(folder).join("post-checkout");
        fs::set_permissions(hook, fs::Permissions::from_mode(0o755)).unwrap();
        if folder == "my-hooks" {
            world.git(&["config", "core.hooksPath", "my-hooks"]);
        }
        let rewind = world.prove(&target, Situation::Dirty);
        assert!(
            rewind
                .advice
                .iter()
                .any(|line| line.contains("post-checkout"))
        );
    }
}

#[test]
fn a_sparse_checkout() {
    for index in ["--no-sparse-index", "--sparse-index"] {
        let world = World::new();
        world.write("wanted/file", "in\n");
        world.write("skipped/file", "out\n");
        world.commit("folders");
        let target = world.checkpoint();
        world.write("wanted/file", "changed\n");
        world.write("skipped/file", "changed\n");
        world.commit("changed");
        world.git(&["sparse-checkout", "set", "--cone", index, "wanted", "d"]);
        world.write("wanted/new", "untracked\n");
        assert!(!world.repo.join("skipped").exists());
        let rewind = world.prove(&target, Situation::Dirty);
        assert!(
            rewind
                .not_restored
                .iter()
                .any(|line| line.contains("sparse")),
            "{rewind:?}"
        );
        assert!(!world.repo.join("skipped").exists());
    }
}

#[test]
fn a_submodule_keeps_what_is_in_it() {
    let (world, target) = {
        let world = World::new();
        world.git(&["init", "-q", "../sub"]);
        let sub = world.root.join("sub");
        for n in ["one", "two"] {
            fs::write(sub.join("file"), n).unwrap();
            world.git_in(&sub, &["add", "."]);
            world.git_in(&sub, &["commit", "-qm", n]);
        }
        let url = sub.to_str().unwrap();
        world.git(&[
            "-c",
            "protocol.file.allow=always",
            "submodule",
            "-q",
            "add",
            url,
        ]);
        world.commit("with a submodule");
        let target = world.checkpoint();
        (world, target)
    };
    world.git(&["config", "submodule.recurse", "true"]);
    let sub = world.repo.join("sub");
    world.git_in(&sub, &["checkout", "-q", "HEAD~"]);
    world.commit("another commit of it");
    world.write("sub/file", "dirty\n");
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::Clean);
    assert!(
        rewind
            .not_restored
            .iter()
            .any(|line| line.contains("submodule"))
    );
    let start = world.state();
    world.must(&rewind.steps);
    assert_eq!(fs::read_to_string(sub.join("file")).unwrap(), "dirty\n");
    assert_eq!(
        world.git(&["rev-parse", "HEAD"]),
        target.base.unwrap().to_string()
    );
    world.must(&rewind.back);
    let now = world.state();
    assert_eq!(
        (now.head, now.status, now.files),
        (start.head, start.status, start.files)
    );
}

#[test]
fn a_repository_within_stays() {
    let world = World::new();
    let target = world.checkpoint();
    world.write("b", "two\n");
    world.commit("two");
    world.git(&["init", "-q", "inner"]);
    world.write("inner/file", "of its own\n");
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::Clean);
    assert!(
        rewind
            .not_restored
            .iter()
            .any(|line| line.contains("repositories within"))
    );
    world.must(&rewind.steps);
    assert_eq!(
        fs::read_to_string(world.repo.join("inner/file")).unwrap(),
        "of its own\n"
    );
    // Beside something that is to be stashed too.
    world.write("b", "dirty\n");
    world.git(&["update-ref", "refs/heads/main", "HEAD@{1}"]);
    world.must(&rewind.if_stopped);
}

#[test]
fn line_endings_that_git_converts() {
    let world = World::new();
    world.git(&["config", "core.autocrlf", "true"]);
    world.write("text", "one\r\ntwo\r\n");
    world.write(".gitattributes", "*.bin -text\n");
    world.write("raw.bin", "one\r\ntwo\n");
    let target = world.checkpoint();
    world.commit("converted");
    world.write("text", "one\r\n");
    world.write("raw.bin", "one\n");
    world.commit("changed");
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::Clean);
    world.must(&rewind.steps);
    let snapshot = format!("{}^{{tree}}", target.snapshot);
    assert_eq!(world.tree(), world.git(&["rev-parse", &snapshot]));
    assert_eq!(
        fs::read(world.repo.join("text")).unwrap(),
        b"one\r\ntwo\r\n"
    );
    assert_eq!(
        fs::read(world.repo.join("raw.bin")).unwrap(),
        b"one\r\ntwo\n"
    );
}
