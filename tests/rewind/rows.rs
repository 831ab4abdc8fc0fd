//! Every row of the table, forth and back.

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use git_plan::checkpoint::rewind::Situation;

use crate::world::{BACKUP, World};

/// Two commits that change, add and remove files of every kind.
fn commit_more(world: &World) {
    world.write("a", "changed\n");
    world.write("new/deep", "new\n");
    fs::remove_file(world.repo.join("b")).unwrap();
    world.commit("two");
    fs::remove_file(world.repo.join("d/x")).unwrap();
    fs::remove_dir(world.repo.join("d")).unwrap();
    world.write("d", "a file now\n");
    fs::set_permissions(world.repo.join("a"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("a", world.repo.join("link")).unwrap();
    world.commit("three");
}

/// Uncommitted changes of every kind: what a checkpoint may hold.
fn change(world: &World) {
    world.write("a", "uncommitted\n");
    world.write("untracked/file", "not in Git\n");
    fs::remove_file(world.repo.join("b")).unwrap();
    symlink("nowhere", world.repo.join("dangling")).unwrap();
    fs::set_permissions(world.repo.join("d/x"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::write(world.repo.join("binary"), b"\0\xff\r\n\r").unwrap();
}

/// Staged, unstaged, both, and untracked.
fn get_dirty(world: &World) {
    world.write("a", "staged\n");
    world.write("staged-new", "1\n");
    world.git(&["add", "a", "staged-new"]);
    world.write("a", "staged and more\n");
    world.write("staged-new", "2\n");
    world.write(".gitignore", "*.ign\n/keep/\n*.log\n");
    world.write("lying/about", "untracked\n");
    symlink("a", world.repo.join("lying/link")).unwrap();
}

fn ignored(world: &World) {
    world.write("precious.ign", "precious\n");
    world.write("keep/it", "kept\n");
}

#[test]
fn clean_and_nothing_since_but_unpushed_commits() {
    let world = World::new();
    let target = world.checkpoint();
    commit_more(&world);
    ignored(&world);
    let rewind = world.prove(&target, Situation::Clean);
    let backup = world.git(&["rev-parse", BACKUP]);
    assert_eq!(backup, world.git(&["rev-parse", "HEAD"]));
    assert!(
        rewind.summary.starts_with("2 commits"),
        "{}",
        rewind.summary
    );
}

#[test]
fn dirty_in_every_way() {
    let world = World::new();
    let target = world.checkpoint();
    world.write("b", "two\n");
    world.commit("two");
    ignored(&world);
    get_dirty(&world);
    world.prove(&target, Situation::Dirty);
}

#[test]
fn dirty_beside_an_older_stash() {
    let world = World::new();
    let target = world.checkpoint();
    world.write("b", "two\n");
    world.commit("two");
    world.write("a", "older\n");
    world.git(&["stash", "push", "-q"]);
    get_dirty(&world);
    world.prove(&target, Situation::Dirty);
}

/// The checkpoint's own rules do not ignore it: there it is an untracked file.
#[test]
fn a_file_that_only_an_uncommitted_rule_ignores_stays() {
    let world = World::new();
    let target = world.checkpoint();
    world.write("b", "two\n");
    world.commit("two");
    get_dirty(&world);
    world.write("some.log", "precious\n");
    let (start, belongings) = (world.state(), world.belongings());
    let rewind = world.judge(&target);
    world.must(&rewind.steps);
    world.assert_kept(&belongings);
    assert_eq!(world.git(&["status", "--porcelain"]), "?? some.log");
    world.must(&rewind.back);
    let now = world.state();
    assert_eq!((now.status, now.files), (start.status, start.files));
}

#[test]
fn only_untracked_files() {
    let world = World::new();
    let target = world.checkpoint();
    world.write("b", "two\n");
    world.commit("two");
    world.write("lying", "about\n");
    world.prove(&target, Situation::Dirty);
}

#[test]
fn dirty_on_the_very_commit() {
    let world = World::new();
    let target = world.checkpoint();
    get_dirty(&world);
    world.prove(&target, Situation::Dirty);
}

#[test]
fn the_checkpoint_had_uncommitted_changes() {
    let world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    world.write("a", "later\n");
    world.write("later", "later\n");
    world.commit("later");
    ignored(&world);
    world.prove(&target, Situation::Clean);
}

#[test]
fn both_had_uncommitted_changes() {
    let world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    get_dirty(&world);
    ignored(&world);
    world.prove(&target, Situation::Dirty);
}

#[test]
fn the_changes_were_thrown_away_meanwhile() {
    let world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.git(&["stash", "push", "-q", "-u"]);
    world.prove(&target, Situation::Clean);
}

#[test]
fn the_changes_of_the_checkpoint_are_uncommitted_again() {
    let world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    let rewind = world.judge(&target);
    world.must(&rewind.steps);
    let staged = world.git(&["diff", "--cached", "--name-status", "--no-renames"]);
    let expected = "M\ta\nD\tb\nA\tbinary\nM\td/x\nA\tdangling\nA\tuntracked/file";
    assert_eq!(staged, expected);
    assert_eq!(world.git(&["diff"]), "");
}

#[test]
fn already_there() {
    let world = World::new();
    let target = world.checkpoint();
    ignored(&world);
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::AlreadyThere);
    assert!(rewind.steps.is_empty());
}

#[test]
fn the_branch_is_behind_the_checkpoint() {
    let world = World::new();
    let before = world.git(&["rev-parse", "HEAD"]);
    commit_more(&world);
    let target = world.checkpoint();
    world.git(&["checkout", "-q", "-B", "main", &before]);
    world.prove(&target, Situation::Clean);
}

#[test]
fn the_branch_is_another_one_than_at_the_checkpoint() {
    let world = World::new();
    world.git(&["switch", "-qc", "side"]);
    world.write("side", "side\n");
    world.commit("side");
    change(&world);
    let target = world.checkpoint();
    world.git(&["stash", "-qu"]);
    world.git(&["switch", "-q", "main"]);
    world.write("a", "main\n");
    world.commit("main");
    world.prove(&target, Situation::Clean);
}

/// A remote that has `main` as it is now.
fn publish(world: &World) {
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.git(&["push", "-qu", "origin", "main"]);
}

fn published(world: &World) -> String {
    let listing = world.git(&["ls-remote", "origin", "refs/heads/main"]);
    listing.split('\t').next().unwrap().to_owned()
}

#[test]
fn pushed() {
    let world = World::new();
    let target = world.checkpoint();
    commit_more(&world);
    publish(&world);
    ignored(&world);
    let start = world.git(&["rev-parse", "HEAD"]);
    world.prove(&target, Situation::Pushed);
    let local = world.git(&["rev-parse", "HEAD"]);
    assert_eq!(published(&world), local);
    world.git(&["merge-base", "--is-ancestor", &start, &local]);
}

#[test]
fn pushed_in_part_and_dirty_and_with_changes() {
    let world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    publish(&world);
    world.write("later", "later\n");
    world.commit("later");
    get_dirty(&world);
    world.prove(&target, Situation::Pushed);
    // What was uncommitted at the checkpoint was not published by the rewind.
    assert_eq!(published(&world), world.git(&["rev-parse", "HEAD"]));
}

#[test]
fn pushed_under_another_name_only() {
    let world = World::new();
    let target = world.checkpoint();
    commit_more(&world);
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.git(&["push", "-q", "origin", "main:elsewhere"]);
    let rewind = world.prove(&target, Situation::Pushed);
    assert!(rewind.steps.iter().all(|step| step.words[1] != "push"));
    assert!(
        rewind
            .advice
            .iter()
            .any(|line| line.contains("no remote branch"))
    );
}

#[test]
fn pushed_before_the_checkpoint_is_not_pushed_since() {
    let world = World::new();
    publish(&world);
    let target = world.checkpoint();
    commit_more(&world);
    world.prove(&target, Situation::Clean);
}

#[test]
fn gone_back_in_public_already() {
    let world = World::new();
    let target = world.checkpoint();
    commit_more(&world);
    publish(&world);
    let rewind = world.judge(&target);
    world.must(&rewind.steps);
    assert_eq!(world.judge(&target).situation, Situation::AlreadyThere);
    world.write("a", "dirty\n");
    world.git(&["branch", "-m", BACKUP, "mine"]);
    let rewind = world.judge(&target);
    assert_eq!(rewind.situation, Situation::Pushed);
    assert!(rewind.steps.iter().all(|step| step.words[1] != "push"));
    world.must(&rewind.steps);
    assert_eq!(world.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_histories_have_diverged() {
    let world = World::new();
    change(&world);
    world.commit("one way");
    let target = world.checkpoint();
    world.git(&["branch", "one-way"]);
    world.git(&["checkout", "-q", "-B", "main", "HEAD~"]);
    world.write("a", "another way\n");
    world.commit("another way");
    world.prove(&target, Situation::Clean);
}

#[test]
fn detached() {
    let world = World::new();
    let target = world.checkpoint();
    commit_more(&world);
    world.git(&["switch", "-q", "--detach"]);
    ignored(&world);
    world.prove(&target, Situation::Detached);
}

#[test]
fn detached_with_changes_on_both_sides() {
    let world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    world.git(&["switch", "-q", "--detach"]);
    world.write("only", "here\n");
    world.commit("on no branch");
    get_dirty(&world);
    world.prove(&target, Situation::Detached);
}

#[test]
fn a_checkpoint_from_before_the_first_commit() {
    let world = World::empty(&[]);
    world.write("first", "first\n");
    world.write("d/x", "x\n");
    let target = world.checkpoint();
    assert_eq!(target.base, None);
    world.commit("one");
    world.write("first", "changed\n");
    world.commit("two");
    get_dirty(&world);
    world.prove(&target, Situation::NoBase);
    let detached = World::empty(&[]);
    detached.write("first", "first\n");
    let target = detached.checkpoint();
    detached.write("first", "changed\n");
    detached.commit("two");
    detached.git(&["switch", "-q", "--detach"]);
    detached.prove(&target, Situation::Detached);
}

#[test]
fn a_private_checkpoint_without_a_base_is_not_pushed() {
    let world = World::empty(&[]);
    world.write("first", "first\n");
    let mut target = world.checkpoint();
    target.private = true;
    world.write("first", "public\n");
    world.commit("one");
    publish(&world);
    let rewind = world.prove(&target, Situation::NoBase);
    assert!(rewind.advice.iter().any(|line| line.contains("private")));
    target.private = false;
    world.git(&["branch", "-m", BACKUP, "mine"]);
    let words = world.judge(&target).steps.pop().unwrap().words;
    assert_eq!(words[..2], ["git", "push"]);
}

#[test]
fn a_linked_worktree() {
    let mut world = World::new();
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    world.git(&["worktree", "add", "-qb", "linked", "../linked tree"]);
    world.repo = world.root.join("linked tree");
    world.write("d/x", "in the linked one\n");
    world.commit("linked");
    get_dirty(&world);
    let main = world.git_in(&world.root.join("repo"), &["status"]);
    world.prove(&target, Situation::Dirty);
    // Pasted elsewhere, they act where they were made for.
    world.git(&["for-each-ref", "refs/heads/backup"]);
    assert_eq!(world.git_in(&world.root.join("repo"), &["status"]), main);
}

#[test]
fn another_hash() {
    let world = World::empty(&["--object-format=sha256"]);
    world.write("a", "a\n");
    world.write("d/x", "x\n");
    world.write("b", "b\n");
    world.commit("one");
    change(&world);
    let target = world.checkpoint();
    world.commit("what was uncommitted");
    get_dirty(&world);
    world.prove(&target, Situation::Dirty);
}
