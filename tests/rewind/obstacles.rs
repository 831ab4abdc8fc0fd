//! Situations without a sequence: they are seen, and would have cost something.

use std::fs;

use git_plan::checkpoint::rewind::{Rewind, Situation, Target, judge};
use git_plan::git::Repo;

use crate::world::{World, somebody};

/// The path that is complained about, and what is done.
type Meddling = (&'static str, fn(&World));

/// A checkpoint, and a commit since then.
fn world() -> (World, Target) {
    let world = World::new();
    world.write("gone/deep", "only at the checkpoint\n");
    world.write("late.ign", "ignored by now\n");
    world.git(&["add", "-f", "late.ign"]);
    world.commit("with a file");
    let target = world.checkpoint();
    world.git(&["rm", "-q", "-r", "gone", "late.ign"]);
    world.write("a", "two\n");
    world.commit("two");
    (world, target)
}

#[track_caller]
fn stands(world: &World, target: &Target, situation: Situation) -> Rewind {
    let rewind = world.judge(target);
    assert_eq!(rewind.situation, situation, "{rewind:#?}");
    assert!(rewind.steps.is_empty() && rewind.back.is_empty() && rewind.if_stopped.is_empty());
    assert!(!rewind.advice.is_empty(), "{rewind:#?}");
    rewind
}

#[test]
fn no_working_tree() {
    let (world, target) = world();
    world.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let repo = Repo::discover(&world.root.join("bare.git")).unwrap();
    let rewind = judge(&repo, &target, &somebody()).unwrap();
    assert_eq!(rewind.situation, Situation::NoWorkTree);
}

#[test]
fn an_operation_is_under_way() {
    let operations: [(&str, &[&str]); 7] = [
        ("merge", &["merge", "-q", "theirs"]),
        (
            "merge",
            &["merge", "-q", "--no-commit", "--no-ff", "-Xours", "theirs"],
        ),
        ("rebase", &["rebase", "-q", "theirs"]),
        ("rebase", &["rebase", "-q", "--apply", "theirs"]),
        ("cherry-pick", &["cherry-pick", "theirs"]),
        ("revert", &["revert", "--no-edit", "HEAD~"]),
        ("bisect", &["bisect", "start", "HEAD", "HEAD~2"]),
    ];
    for (name, words) in operations {
        let (world, target) = world();
        world.git(&["branch", "theirs", "HEAD~"]);
        world.write("a", "three\n");
        world.commit("three");
        world.git(&["switch", "-q", "theirs"]);
        world.write("a", "theirs\n");
        world.commit("theirs");
        world.git(&["switch", "-q", "main"]);
        world
            .command("git", &world.repo)
            .args(words)
            .output()
            .unwrap();
        let rewind = stands(&world, &target, Situation::OperationUnderWay);
        assert_eq!(
            rewind.summary,
            format!("`git {name}` is under way"),
            "{words:?}"
        );
    }
}

#[test]
fn a_sequence_waits_for_its_next_commit() {
    let (world, target) = world();
    world.git(&["switch", "-qc", "theirs", "HEAD~"]);
    for n in ["1", "2"] {
        world.write("a", n);
        world.commit(n);
    }
    world.git(&["switch", "-q", "main"]);
    let pick = ["cherry-pick", "theirs~", "theirs"];
    assert!(
        !world
            .command("git", &world.repo)
            .args(pick)
            .output()
            .unwrap()
            .status
            .success()
    );
    world.write("a", "decided");
    world.commit("decided");
    let rewind = stands(&world, &target, Situation::OperationUnderWay);
    assert_eq!(rewind.summary, "`git cherry-pick` is under way");
}

#[test]
fn a_mailbox_is_being_applied() {
    let (world, target) = world();
    world.git(&["format-patch", "-q", "-1", "-o", "..", "HEAD~"]);
    let patch = world.root.join("0001-with-a-file.patch");
    world.write("gone/deep", "in conflict\n");
    world.commit("in conflict");
    let words = ["am", patch.to_str().unwrap()];
    assert!(
        !world
            .command("git", &world.repo)
            .args(words)
            .output()
            .unwrap()
            .status
            .success()
    );
    let rewind = stands(&world, &target, Situation::OperationUnderWay);
    assert_eq!(rewind.summary, "`git am` is under way");
}

#[test]
fn conflicts_without_an_operation() {
    let (world, target) = world();
    world.write("a", "stashed\n");
    world.git(&["stash", "-q"]);
    world.write("a", "committed\n");
    world.commit("committed");
    let pop = world
        .command("git", &world.repo)
        .args(["stash", "pop"])
        .output()
        .unwrap();
    assert!(!pop.status.success());
    let rewind = stands(&world, &target, Situation::Conflicts);
    assert_eq!(rewind.advice[1..], ["a"]);
}

#[test]
fn the_index_is_locked() {
    let (world, target) = world();
    fs::write(world.repo.join(".git/index.lock"), "").unwrap();
    stands(&world, &target, Situation::IndexLocked);
}

#[test]
fn a_branch_without_commits() {
    let (world, target) = world();
    world.git(&["symbolic-ref", "HEAD", "refs/heads/unborn"]);
    let repo = Repo::discover(&world.repo).unwrap();
    let rewind = judge(&repo, &target, &somebody()).unwrap();
    assert_eq!(rewind.situation, Situation::UnbornBranch);
    assert!(rewind.steps.is_empty());
}

#[test]
fn another_worktree_has_the_branch() {
    let (mut world, target) = world();
    world.git(&["worktree", "add", "-qf", "../other", "main"]);
    let other = world.root.join("other");
    let rewind = stands(&world, &target, Situation::BranchElsewhere);
    assert!(
        rewind.advice[0].ends_with(other.to_str().unwrap()),
        "{rewind:?}"
    );
    let main = std::mem::replace(&mut world.repo, other.clone());
    let rewind = stands(&world, &target, Situation::BranchElsewhere);
    assert!(
        rewind.advice[0].ends_with(main.to_str().unwrap()),
        "{rewind:?}"
    );
    world.repo = main;
    world.git_in(&other, &["switch", "-q", "--detach"]);
    world.prove(&target, Situation::Clean);
}

#[test]
fn changes_that_git_was_told_not_to_look_at() {
    for flag in ["--assume-unchanged", "--skip-worktree"] {
        let (world, target) = world();
        world.git(&["update-index", flag, "b"]);
        world.prove(&target, Situation::Clean);
        world.git(&[
            "for-each-ref",
            "--format=delete %(refname)",
            "refs/heads/backup",
        ]);
        world.write("b", "changed in secret\n");
        let rewind = stands(&world, &target, Situation::HiddenChanges);
        assert_eq!(rewind.advice[1..], ["b"], "{flag}");
    }
    let (world, target) = world();
    world.git(&["update-index", "--assume-unchanged", "b"]);
    fs::remove_file(world.repo.join("b")).unwrap();
    stands(&world, &target, Situation::HiddenChanges);
}

/// For each, `git stash` fails, or loses something, or brings back something else.
#[test]
fn changes_that_a_stash_would_not_bring_back() {
    let changes: [Meddling; 8] = [
        ("new", |world| {
            world.write("new", "to be added\n");
            world.git(&["add", "-N", "new"]);
        }),
        ("new", |world| {
            world.write("new", "added\n");
            world.git(&["add", "new"]);
            fs::remove_file(world.repo.join("new")).unwrap();
        }),
        ("a", |world| {
            world.git(&["rm", "-q", "--cached", "a"]);
        }),
        ("a", |world| {
            fs::remove_file(world.repo.join("a")).unwrap();
            world.write("a/b", "a folder now\n");
        }),
        ("a", |world| {
            fs::remove_file(world.repo.join("a")).unwrap();
            world.write("a/b.ign", "an ignored file in a folder now\n");
        }),
        ("d/x", |world| {
            fs::remove_dir_all(world.repo.join("d")).unwrap();
            world.write("e/x", "elsewhere\n");
            std::os::unix::fs::symlink("e", world.repo.join("d")).unwrap();
        }),
        ("sub", |world| {
            world.git(&["init", "-q", "../sub"]);
            let sub = world.root.join("sub");
            world.git_in(&sub, &["commit", "-q", "--allow-empty", "-m", "sub"]);
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
            world.git(&["rm", "-q", "--cached", "sub"]);
            fs::remove_dir_all(world.repo.join("sub")).unwrap();
        }),
        ("sub", |world| {
            world.git(&["init", "-q", "../sub"]);
            let sub = world.root.join("sub");
            world.git_in(&sub, &["commit", "-q", "--allow-empty", "-m", "sub"]);
            let url = sub.to_str().unwrap();
            world.git(&[
                "-c",
                "protocol.file.allow=always",
                "submodule",
                "-q",
                "add",
                url,
            ]);
        }),
    ];
    for (path, change) in changes {
        let (world, target) = world();
        change(&world);
        let rewind = stands(&world, &target, Situation::NotStashable);
        assert_eq!(rewind.advice[1..], [path]);
    }
}

/// For each, a checkout that does not take care would overwrite it.
#[test]
fn what_is_ignored_is_in_the_way() {
    let ways: [Meddling; 5] = [
        ("late.ign", |world| world.write("late.ign", "mine\n")),
        ("late.ign/mine", |world| {
            world.write("late.ign/mine", "mine\n");
        }),
        ("gone", |world| {
            world.write(".git/info/exclude", "gone\n");
            world.write("gone", "mine\n");
        }),
        ("late.ign", |world| {
            let fifo = world
                .command("mkfifo", &world.repo)
                .arg("late.ign")
                .status();
            assert!(fifo.unwrap().success());
        }),
        ("gone", |world| {
            world.write(".git/info/exclude", "gone\n");
            std::os::unix::fs::symlink("..", world.repo.join("gone")).unwrap();
        }),
    ];
    for (path, put) in ways {
        let (world, target) = world();
        put(&world);
        let rewind = stands(&world, &target, Situation::InTheWay);
        assert_eq!(rewind.advice[1..], [path]);
    }
}

/// A folder in the way that holds nothing, and what the stash takes away, is not in the way.
#[test]
fn what_makes_way_is_not_in_the_way() {
    let (world, target) = world();
    fs::create_dir_all(world.repo.join("late.ign/empty")).unwrap();
    world.write("gone/deep", "untracked\n");
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::Dirty, "{rewind:#?}");
    world.must(&rewind.steps);
    world.must(&rewind.back);
    assert_eq!(
        fs::read_to_string(world.repo.join("gone/deep")).unwrap(),
        "untracked\n"
    );
}

#[test]
fn the_base_is_not_in_a_shallow_clone() {
    let (mut world, target) = world();
    let url = format!("file://{}", world.repo.display());
    world.git(&["clone", "-q", "--depth=1", &url, "../shallow"]);
    world.repo = world.root.join("shallow");
    let rewind = stands(&world, &target, Situation::MissingObjects);
    assert!(
        rewind.advice[0].ends_with("git fetch --unshallow origin"),
        "{rewind:?}"
    );
    assert!(rewind.advice[1].ends_with("git plan checkpoints --restore-objects"));
}

#[test]
fn the_snapshot_is_not_in_a_clone() {
    let (mut world, target) = world();
    let url = format!("file://{}", world.repo.display());
    world.git(&["clone", "-q", &url, "../clone"]);
    world.repo = world.root.join("clone");
    let rewind = stands(&world, &target, Situation::MissingObjects);
    assert_eq!(rewind.advice.len(), 1);
    assert!(rewind.advice[0].ends_with("git plan checkpoints --restore-objects"));
}

#[test]
fn a_tree_or_a_blob_of_the_snapshot_is_missing() {
    for object in ["HEAD:untracked", "HEAD:untracked/file"] {
        let world = World::new();
        world.write("untracked/file", "of the checkpoint\n");
        let target = world.checkpoint();
        world.git(&["stash", "-qu"]);
        let name = object.replace("HEAD", &target.snapshot.to_string());
        let oid = world.git(&["rev-parse", &name]);
        let path = format!(".git/objects/{}/{}", &oid[..2], &oid[2..]);
        fs::remove_file(world.repo.join(path)).unwrap();
        let rewind = stands(&world, &target, Situation::MissingObjects);
        assert!(rewind.summary.contains(&oid), "{rewind:?}");
    }
}

/// What the base has, Git gets from the remote when it checks it out.
#[test]
fn a_partial_clone_gets_what_the_base_has() {
    let (mut world, mut target) = world();
    world.git(&["config", "uploadpack.allowFilter", "true"]);
    world.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    world.git(&["config", "receive.denyCurrentBranch", "ignore"]);
    let base = target.base.unwrap().to_string();
    let url = format!("file://{}", world.repo.display());
    world.git(&["clone", "-q", "--filter=blob:none", &url, "../partial"]);
    world.repo = world.root.join("partial");
    let tree = format!("{base}^{{tree}}");
    let snapshot = world.git(&["commit-tree", &tree, "-p", &base, "-m", "checkpoint"]);
    target.snapshot = crate::world::oid(&snapshot);
    let missing = ["rev-list", "--objects", "--missing=print", &base];
    assert!(world.git(&missing).contains('?'), "a blob is missing");
    // The base was published here: the way leads forward.
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::Pushed, "{rewind:#?}");
    world.must(&rewind.steps);
    let same = world.git(&["diff", "--stat", &base]);
    assert_eq!(same, "");
    // What only the snapshot has no remote has.
    let mut with_changes = World::new();
    with_changes.write("untracked", "of the snapshot alone\n");
    let target = with_changes.checkpoint();
    with_changes.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", with_changes.repo.display());
    with_changes.git(&["clone", "-q", "--filter=blob:none", &url, "../partial"]);
    with_changes.repo = with_changes.root.join("partial");
    let refs = "refs/plans/*:refs/plans/*";
    with_changes.git(&["fetch", "-q", "origin", refs]);
    stands(&with_changes, &target, Situation::MissingObjects);
}

#[test]
fn the_base_is_in_no_clone() {
    let (world, mut target) = world();
    target.base = Some(crate::world::oid(&"1".repeat(40)));
    world.git(&["remote", "add", "origin", "../nowhere"]);
    let rewind = stands(&world, &target, Situation::MissingObjects);
    let fetch = format!("git fetch origin {}", "1".repeat(40));
    assert!(rewind.advice[0].ends_with(&fetch), "{rewind:?}");
}
