//! What a person is doing in a repository, compared with what Git says of it.

use std::fs;

use git_plan::git::{Dropped, EntryKind, Operation, PathState, PushTarget};

use crate::support::Sandbox;

fn write(sandbox: &Sandbox, path: &str, text: &str) {
    let path = sandbox.path().join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("made");
    fs::write(path, text).expect("written");
}

fn commit_all(sandbox: &Sandbox, message: &str) -> git_plan::git::Oid {
    sandbox.git(&["add", "-A", "-f"]);
    sandbox.commit(message)
}

#[test]
fn the_status_is_that_of_git_whatever_is_configured() {
    let sandbox = Sandbox::new();
    write(&sandbox, "staged", "1\n");
    write(&sandbox, "unstaged", "1\n");
    write(&sandbox, "same", "1\n");
    commit_all(&sandbox, "one");
    for (key, value) in [
        ("status.showUntrackedFiles", "no"),
        ("status.renames", "copies"),
        ("status.branch", "true"),
        ("status.showStash", "true"),
        ("core.quotePath", "true"),
        ("color.status", "always"),
    ] {
        sandbox.git(&["config", key, value]);
    }
    write(&sandbox, "staged", "2\n");
    sandbox.git(&["mv", "same", "moved"]);
    sandbox.git(&["add", "staged"]);
    write(&sandbox, "unstaged", "2\n");
    write(&sandbox, "new folder/ü\n", "new\n");
    let found = sandbox.repo().status().expect("known");
    let lines: Vec<_> = found
        .iter()
        .map(|entry| match entry.state {
            PathState::Tracked {
                staged, unstaged, ..
            } => format!("{staged}{unstaged} {}", entry.path),
            PathState::Untracked => format!("?? {}", entry.path),
            PathState::Conflicted => format!("U {}", entry.path),
        })
        .collect();
    let expected = [
        "A. moved",
        "D. same",
        "M. staged",
        ".M unstaged",
        "?? new folder/ü\n",
    ];
    assert_eq!(lines, expected);
}

/// Nobody waits for a status that is not wanted any more.
#[test]
fn a_status_can_be_given_up() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    let repo = sandbox.repo();
    drop(repo.begin_status().expect("started"));
    assert_eq!(repo.status().expect("known"), []);
}

/// As `git diff-tree -r` lists them, without a look at renames.
#[test]
fn trees_differ_as_git_says() {
    let sandbox = Sandbox::new();
    write(&sandbox, "same/deep/file", "1\n");
    write(&sandbox, "file-then-folder", "1\n");
    write(&sandbox, "folder-then-file/a", "1\n");
    write(&sandbox, "folder-then-file/b/c", "1\n");
    write(&sandbox, "a.b", "1\n");
    write(&sandbox, "a/b", "1\n");
    let old = commit_all(&sandbox, "one");
    fs::remove_file(sandbox.path().join("file-then-folder")).expect("removed");
    write(&sandbox, "file-then-folder/x", "1\n");
    fs::remove_dir_all(sandbox.path().join("folder-then-file")).expect("removed");
    write(&sandbox, "folder-then-file", "1\n");
    write(&sandbox, "a/b", "2\n");
    let new = commit_all(&sandbox, "two");
    let repo = sandbox.repo();
    let tree = |oid| repo.commit(oid).expect("a commit").tree;
    for (old, new) in [(old, new), (new, old)] {
        let changes = repo.tree_changes(tree(old), tree(new)).expect("read");
        let mode = |item: Option<(EntryKind, git_plan::git::Oid)>| {
            item.map_or("000000", |(kind, _)| kind.mode())
        };
        let lines = changes.iter().map(|change| {
            let (old, new) = (mode(change.old), mode(change.new));
            format!("{old} {new} {}", change.path)
        });
        let mut lines: Vec<_> = lines.collect();
        lines.sort();
        let (old, new) = (old.to_string(), new.to_string());
        let listing = sandbox.git(&["diff-tree", "-r", "--no-renames", &old, &new]);
        let said = listing.lines().map(|line| {
            let (modes, path) = line.split_once('\t').expect("a path");
            let words: Vec<_> = modes.trim_start_matches(':').split(' ').collect();
            format!("{} {} {path}", words[0], words[1])
        });
        let mut said: Vec<_> = said.collect();
        said.sort();
        assert_eq!(lines, said);
    }
}

#[test]
fn what_is_dropped_and_what_of_it_was_published() {
    let sandbox = Sandbox::new();
    let one = sandbox.commit("one");
    let two = sandbox.commit("two");
    let three = sandbox.commit("three");
    let dropped = |keep| sandbox.repo().dropped(three, keep).expect("known");
    let counts = |commits, published| Dropped { commits, published };
    assert_eq!(dropped(Some(three)), counts(0, 0));
    assert_eq!(dropped(Some(one)), counts(2, 0));
    assert_eq!(dropped(None), counts(3, 0));
    let track =
        |name: &str, oid: &str| sandbox.git(&["update-ref", &format!("refs/remotes/{name}"), oid]);
    track("origin/main", &one.to_string());
    assert_eq!(dropped(Some(one)), counts(2, 0));
    assert_eq!(dropped(None), counts(3, 1));
    // Somebody went on from the second one.
    sandbox.git(&["checkout", "-q", "-b", "side", &two.to_string()]);
    let side = sandbox.commit("side");
    track("other/side", &side.to_string());
    assert_eq!(dropped(Some(one)), counts(2, 1));
    assert_eq!(dropped(Some(two)), counts(1, 0));
    // Not an ancestor.
    assert_eq!(dropped(Some(side)), counts(1, 0));
}

#[test]
fn a_branch_is_pushed_where_git_would_push_it() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    for remote in ["up", "fork"] {
        sandbox.git(&["init", "-q", "--bare", &format!("../{remote}.git")]);
        sandbox.git(&["remote", "add", remote, &format!("../{remote}.git")]);
    }
    let target = |branch| sandbox.repo().push_target(branch).expect("known");
    let at = |remote: &str, reference: &str| {
        Some(PushTarget {
            remote: remote.to_owned(),
            reference: reference.to_owned(),
        })
    };
    assert_eq!(target("main"), None);
    sandbox.git(&["push", "-q", "-u", "up", "main:trunk"]);
    assert_eq!(target("main"), at("up", "refs/heads/trunk"));
    sandbox.git(&["config", "remote.pushDefault", "fork"]);
    assert_eq!(target("main"), None);
    sandbox.git(&["push", "-q", "fork", "main"]);
    assert_eq!(target("main"), at("fork", "refs/heads/main"));
    sandbox.git(&["config", "branch.main.pushRemote", "up"]);
    assert_eq!(target("main"), at("up", "refs/heads/trunk"));
    sandbox.git(&["config", "branch.main.pushRemote", "nowhere"]);
    assert_eq!(target("main"), None);
    sandbox.git(&["config", "branch.main.pushRemote", "."]);
    assert_eq!(target("main"), None);
}

#[test]
fn an_operation_is_seen_from_its_own_worktree_only() {
    let sandbox = Sandbox::new();
    write(&sandbox, "a", "1\n");
    commit_all(&sandbox, "one");
    sandbox.git(&["worktree", "add", "-q", "-b", "side", "../linked"]);
    let linked = sandbox.root.join("linked");
    write(&sandbox, "a", "2\n");
    commit_all(&sandbox, "two");
    fs::write(linked.join("a"), "3\n").expect("written");
    sandbox.git_in(&linked, &["commit", "-qam", "three"]);
    let merge = sandbox.try_git_in(&linked, &["merge", "-q", "main"]);
    assert!(!merge.status.success());
    let in_linked = git_plan::git::Repo::discover(&linked).expect("opens");
    assert_eq!(in_linked.operation(), Some(Operation::Merge));
    assert_eq!(sandbox.repo().operation(), None);
    let conflicts = in_linked.status().expect("known");
    assert_eq!(conflicts[0].state, PathState::Conflicted);
}

#[test]
fn what_the_index_hides_is_found() {
    let sandbox = Sandbox::new();
    for path in ["assumed", "skipped", "plain"] {
        write(&sandbox, path, "1\n");
    }
    commit_all(&sandbox, "one");
    sandbox.git(&["update-index", "--assume-unchanged", "assumed"]);
    let marks = || sandbox.repo().index_marks().expect("read");
    assert_eq!(marks(), git_plan::git::IndexMarks::default());
    sandbox.git(&["update-index", "--skip-worktree", "skipped"]);
    assert!(marks().has_skipped && marks().hidden.is_empty());
    // What a sparse checkout leaves out is no change, what is assumed to be there is.
    for path in ["assumed", "skipped", "plain"] {
        fs::remove_file(sandbox.path().join(path)).expect("removed");
    }
    assert_eq!(marks().hidden, ["assumed"]);
    write(&sandbox, "skipped", "changed\n");
    assert_eq!(marks().hidden, ["assumed", "skipped"]);
}

#[test]
fn another_worktree_than_this_one_uses_the_branch() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    let elsewhere = |folder: &str| {
        let repo = git_plan::git::Repo::discover(&sandbox.root.join(folder)).expect("opens");
        repo.checked_out_elsewhere("refs/heads/main")
            .expect("known")
    };
    sandbox.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    assert_eq!(elsewhere("repo"), None);
    assert_eq!(elsewhere("linked"), Some(sandbox.path()));
    let linked = sandbox.root.join("linked");
    sandbox.git_in(
        &linked,
        &["checkout", "-q", "--ignore-other-worktrees", "main"],
    );
    assert_eq!(elsewhere("repo"), Some(linked));
    assert_eq!(elsewhere("linked"), Some(sandbox.path()));
    sandbox.git(&["checkout", "-q", "--detach"]);
    assert_eq!(elsewhere("linked"), None);
}
