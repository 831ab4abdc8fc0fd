//! `show-diff` from outside: Git is the referee.

use crate::sandbox::Sandbox;

/// A checkpoint of changed work, and more work after it.
fn with_checkpoint() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.write("src/a", "one\ntwo\nthree\n");
    sandbox.write("gone", "old\n");
    sandbox.commit_all("files");
    sandbox.write("src/a", "one\n2\nthree\n");
    sandbox.write("binary", "a\0b");
    std::fs::remove_file(sandbox.repo().join("gone")).unwrap();
    sandbox.plan(&["checkpoint", "point"]).ok();
    sandbox.write("src/a", "one\n2\nthree\nfour\n");
    sandbox
}

#[test]
fn the_patch_leads_from_base_to_snapshot_for_git_too() {
    let sandbox = with_checkpoint();
    let line = "git plan show-diff point --patch >../patch && export GIT_INDEX_FILE=../index && \
                git read-tree HEAD && git apply --cached ../patch && git write-tree";
    let tree = sandbox.sh(line).ok();
    let checkpoint = &sandbox.checkpoints()[0];
    assert_eq!(tree.trim(), checkpoint["tree"].as_str().unwrap());
}

#[test]
fn counts_are_those_of_git() {
    let sandbox = with_checkpoint();
    let snapshot = sandbox.checkpoints()[0]["snapshot"]
        .as_str()
        .unwrap()
        .to_owned();
    let ours = sandbox.plan(&["show-diff", "point", "--stat"]).ok();
    let theirs = sandbox.git(&[
        "diff",
        "--stat",
        "--summary",
        "--no-renames",
        "HEAD",
        &snapshot,
    ]);
    assert_eq!(ours.trim_end(), theirs.trim_end());
}

#[test]
fn what_came_after_it_is_compared_with_the_files() {
    let sandbox = with_checkpoint();
    let run = sandbox.plan(&["show-diff", "point", "worktree", "--json"]);
    let files = run.json()["data"].as_array().unwrap().clone();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(files[0]["path"], "src/a");
    assert_eq!(
        (&files[0]["added"], &files[0]["removed"]),
        (&1.into(), &0.into())
    );
    let text = sandbox.plan(&["show-diff", "point", "worktree"]).ok();
    assert!(text.contains("+four"), "{text}");
}

#[test]
fn a_checkpoint_is_compared_with_another_one_and_with_head() {
    let sandbox = with_checkpoint();
    sandbox.plan(&["checkpoint", "later"]).ok();
    let stat = sandbox.plan(&["show-diff", "1", "later", "--stat"]).ok();
    assert!(stat.contains("1 file changed, 1 insertion(+)"), "{stat}");
    let to_head = sandbox.plan(&["show-diff", "point", "HEAD"]).ok();
    assert!(to_head.contains("-2\n+two\n"), "{to_head}");
}

#[test]
fn paths_are_those_of_the_current_folder() {
    let sandbox = with_checkpoint();
    let here = sandbox
        .sh("cd src && git plan show-diff point --stat -- a")
        .ok();
    assert!(here.contains("src/a") && !here.contains("binary"), "{here}");
    let above = sandbox
        .sh("cd src && git plan show-diff point --stat -- ../gone")
        .ok();
    assert!(
        above.contains("gone") && !above.contains("src/a"),
        "{above}"
    );
}

#[test]
fn a_clone_without_the_snapshot_shows_the_same() {
    let sandbox = with_checkpoint();
    let line = "git plan show-diff point >../ours && git clone -q --no-local . ../clone && \
                cd ../clone && git plan show-diff point >../theirs && cmp ../ours ../theirs";
    sandbox.sh(line).ok();
    let refused = sandbox.sh("cd ../clone && git plan show-diff point HEAD");
    assert!(refused.fails(3).contains("--restore-objects 1"));
}
