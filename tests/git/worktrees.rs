//! Where a branch is in use: we must refuse what Git would.

use std::fs;
use std::path::PathBuf;

use git_plan::git::Repo;

use crate::support::{PLAN, Sandbox};

/// A repository with the branches `main` and `git-plan`, two commits apart.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    for n in 0..3 {
        sandbox.git(&["checkout", "-q", "-B", "git-plan"]);
        fs::write(sandbox.path().join("plan"), format!("{n}")).expect("written");
        sandbox.git(&["add", "."]);
        sandbox.commit("plan");
    }
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox
}

/// What we say, from every worktree; and that Git agrees.
fn used_at(sandbox: &Sandbox) -> Option<PathBuf> {
    let worktrees = sandbox.git(&["worktree", "list", "--porcelain"]);
    let mut answers: Vec<_> = worktrees
        .lines()
        .filter_map(|line| line.strip_prefix("worktree "))
        .filter_map(|folder| Repo::discover(folder.as_ref()).ok())
        .map(|repo| repo.checked_out_at(PLAN).expect("known"))
        .collect();
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    let forced = sandbox.try_git_in(&sandbox.path(), &["branch", "-f", "git-plan", "git-plan"]);
    assert_eq!(forced.status.success(), answers[0].is_none(), "{forced:?}");
    answers.remove(0)
}

#[test]
fn no_worktree_uses_it() {
    assert_eq!(used_at(&sandbox()), None);
    let linked = sandbox();
    linked.git(&["worktree", "add", "-q", "../linked", "-b", "git-plan-2"]);
    assert_eq!(used_at(&linked), None);
}

#[test]
fn the_main_worktree_uses_it() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
    sandbox.git(&["checkout", "-q", "git-plan"]);
    assert_eq!(used_at(&sandbox), Some(sandbox.path()));
}

#[test]
fn a_linked_worktree_uses_it() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "-q", "../linked", "git-plan"]);
    let linked = sandbox.root.join("linked");
    assert_eq!(used_at(&sandbox), Some(linked.clone()));
    // Also when its folder is gone, until it is pruned.
    fs::remove_dir_all(&linked).expect("removed");
    assert_eq!(used_at(&sandbox), Some(linked));
    sandbox.git(&["worktree", "prune"]);
    assert_eq!(used_at(&sandbox), None);
}

#[test]
fn a_bare_main_does_not_use_it_but_its_worktrees_do() {
    let sandbox = sandbox();
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare.git"]);
    let bare = sandbox.root.join("bare.git");
    sandbox.git_in(&bare, &["symbolic-ref", "HEAD", PLAN]);
    sandbox.git_in(&bare, &["worktree", "add", "-q", "../linked", "main"]);
    let linked = Repo::discover(&sandbox.root.join("linked")).expect("opens");
    assert_eq!(linked.checked_out_at(PLAN).expect("known"), None);
    // `git worktree` advises to keep core.bare to the main worktree alone.
    sandbox.git_in(&bare, &["config", "extensions.worktreeConfig", "true"]);
    sandbox.git_in(&bare, &["config", "--unset", "core.bare"]);
    sandbox.git_in(&bare, &["config", "--worktree", "core.bare", "true"]);
    for folder in ["bare.git", "linked"] {
        let repo = Repo::discover(&sandbox.root.join(folder)).expect("opens");
        assert_eq!(repo.checked_out_at(PLAN).expect("known"), None, "{folder}");
    }
    let folder = sandbox.root.join("linked");
    sandbox.git_in(
        &folder,
        &["checkout", "-q", "--ignore-other-worktrees", "git-plan"],
    );
    for opened in ["bare.git", "linked"] {
        let repo = Repo::discover(&sandbox.root.join(opened)).expect("opens");
        assert_eq!(
            repo.checked_out_at(PLAN).expect("known"),
            Some(folder.clone())
        );
    }
}

#[test]
fn a_rebase_in_progress_uses_it() {
    for (backend, worktree) in [("--merge", "repo"), ("--apply", "linked")] {
        let sandbox = sandbox();
        let folder = sandbox.root.join(worktree);
        if worktree == "linked" {
            sandbox.git(&["worktree", "add", "-q", "--detach", "../linked"]);
        }
        fs::write(folder.join("plan"), "other").expect("written");
        sandbox.git_in(&folder, &["add", "."]);
        sandbox.git_in(&folder, &["commit", "-q", "-m", "conflict"]);
        sandbox.git_in(&folder, &["branch", "onto"]);
        sandbox.git_in(&folder, &["checkout", "-q", "git-plan"]);
        let rebase = sandbox.try_git_in(&folder, &["rebase", backend, "onto"]);
        assert!(!rebase.status.success());
        assert_eq!(used_at(&sandbox), Some(folder.clone()));
        sandbox.git_in(&folder, &["rebase", "--abort"]);
        sandbox.git_in(&folder, &["checkout", "-q", "--detach"]);
        assert_eq!(used_at(&sandbox), None);
    }
}

#[test]
fn a_rebase_that_will_move_it_uses_it() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "-q", "-b", "top", "git-plan"]);
    sandbox.commit("on top");
    sandbox.git(&["checkout", "-q", "-b", "onto", "main"]);
    fs::write(sandbox.path().join("plan"), "other").expect("written");
    sandbox.git(&["add", "."]);
    sandbox.commit("conflict");
    let path = sandbox.path();
    let rebase = sandbox.try_git_in(&path, &["rebase", "-q", "--update-refs", "onto", "top"]);
    assert!(!rebase.status.success());
    assert_eq!(used_at(&sandbox), Some(path));
}

#[test]
fn a_bisection_uses_it() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "-q", "git-plan"]);
    sandbox.git(&["bisect", "start", "HEAD", "main"]);
    assert_eq!(used_at(&sandbox), Some(sandbox.path()));
}
