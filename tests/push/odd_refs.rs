//! Refs of every sort: new, forced, deleted, tags, several at once, symbolic, replaced, cut off.

use std::process::Stdio;

use crate::remote::Site;

#[test]
fn nothing_to_push_is_nothing_to_judge() {
    let site = Site::new();
    site.push(&["origin", "main", "git-plan"]).passed("");
    site.push(&["origin", "main", "git-plan"]).passed("");
}

#[test]
fn a_forced_push_is_judged_by_what_it_brings() {
    let site = Site::new();
    site.work_on("1");
    site.push(&["origin", "main"]).passed("");
    site.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let tip = site.commit("Other\n\nPlan-Task: demo/1");
    site.push(&["--force", "origin", "main"]).passed("");
    assert_eq!(site.there("main"), Some(tip));
    site.git(&["reset", "-q", "--hard", "HEAD~1"]);
    site.work_on("2");
    site.push(&["--force", "origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
}

#[test]
fn a_protected_branch_is_not_deleted() {
    let site = Site::new();
    site.push(&["origin", "main:refs/heads/draft"]).passed("");
    site.push(&["origin", ":main"]).refused(
        "
refused (refs): main: a protected ref is not deleted
error: the push is refused
",
    );
    site.push(&["origin", ":draft"]).passed("");
    assert!(site.there("main").is_some() && site.there("draft").is_none());
}

#[test]
fn tags_are_held_to_the_rules_where_they_are_protected() {
    let site = Site::new();
    site.plan(&["update-plan", "--protect", "refs/tags/v*"]);
    site.share_plans();
    site.work_on("2");
    for (name, words) in [
        ("v1", &["v1"][..]),
        ("v2", &["-a", "-m", "two", "v2"]),
        ("w", &["w"]),
    ] {
        site.git(&[&["tag"], words].concat());
        let pushed = site.push(&["origin", name]);
        match name {
            "w" => pushed.passed("
warning (R2): refs/tags/w: phase ground comes before walls, which this push brings work of: it is open (w is not protected)
    → git plan -p demo close-phase ground
"),
            "v1" => pushed.refused("
refused (R2): refs/tags/v1: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
"),
            _ => pushed.refused("
refused (R2): refs/tags/v2: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
"),
        }
    }
    assert!(site.there("v1").is_none() && site.there("v2").is_none());
    // Once there, it stays.
    site.git(&["tag", "v0", "HEAD~1"]);
    site.push(&["origin", "v0"]).passed("");
    site.push(&["origin", ":v0"]).refused(
        "
refused (refs): refs/tags/v0: a protected ref is not deleted
error: the push is refused
",
    );
}

#[test]
fn a_protected_tag_is_one_of_a_commit() {
    let site = Site::new();
    site.plan(&["update-plan", "--protect", "refs/tags/v*"]);
    site.share_plans();
    site.git(&["tag", "v1", "HEAD^{tree}"]);
    site.push(&["origin", "v1"]).refused(
        "
refused (refs): refs/tags/v1: what is pushed is no commit
error: the push is refused
",
    );
    site.git(&["tag", "free", "HEAD^{tree}"]);
    site.push(&["origin", "free"]).passed("");
}

#[test]
fn each_of_several_refs_is_judged() {
    let site = Site::new();
    site.plan(&["update-plan", "--protect", "release/*"]);
    site.share_plans();
    site.work_on("1");
    site.git(&["branch", "good"]);
    site.work_on("2");
    let refs = [
        "origin",
        "good",
        "main",
        "HEAD:refs/heads/release/1",
        "HEAD:refs/heads/draft",
    ];
    site.push(&refs).refused("
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
refused (R2): release/1: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
warning (R2): draft: phase ground comes before walls, which this push brings work of: it is open (draft is not protected)
    → git plan -p demo close-phase ground
error: the push is refused
");
    for name in ["good", "release/1", "draft"] {
        assert_eq!(site.there(name), None, "{name}");
    }
}

#[test]
fn a_detached_head_is_pushed_by_the_same_rules() {
    let site = Site::new();
    site.git(&["switch", "-q", "--detach"]);
    site.work_on("2");
    site.push(&["origin", "HEAD:main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    site.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let tip = site.work_on("1");
    site.push(&["origin", "HEAD:main"]).passed("");
    assert_eq!(site.there("main"), Some(tip));
}

#[test]
fn a_linked_worktree_has_the_same_hook() {
    let site = Site::new();
    let other = site.sandbox.root().join("other tree");
    site.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "side",
        other.to_str().unwrap(),
    ]);
    std::fs::write(other.join("x"), "x\n").unwrap();
    site.sandbox.git_in(&other, &["add", "-A"]);
    site.sandbox
        .git_in(&other, &["commit", "-q", "-m", "Roof\n\nPlan-Task: demo/3"]);
    site.push_in(&other, &["origin", "side:main"]).refused(
        "
refused (R2): main: phase ground comes before roof, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
refused (R2): main: phase walls comes before roof, which this push brings work of: it is open
    unmet walls/tasks: task 2 is open (pending)
      → git plan -p demo done 2
    → git plan -p demo close-phase walls
error: the push is refused
",
    );
}

/// Somebody else has pushed: the hook judges what it knows, and Git stops the rest.
#[test]
fn what_the_remote_has_by_now_need_not_be_known_here() {
    let site = Site::new();
    let ben = site.sandbox.root().join("ben");
    site.sandbox
        .git_in(site.sandbox.root(), &["clone", "-q", "origin.git", "ben"]);
    std::fs::write(ben.join("x"), "x\n").unwrap();
    site.sandbox.git_in(&ben, &["add", "-A"]);
    site.sandbox
        .git_in(&ben, &["commit", "-q", "-m", "Ben\n\nPlan-Task: demo/1"]);
    site.sandbox.git_in(&ben, &["push", "-q", "origin", "main"]);
    site.work_on("2");
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    site.push(&["--force", "origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
}

/// Deleted past the hook and made anew from a clone that has never seen it: what it was at when it
/// came to be protected is in the plans.
#[test]
fn a_branch_made_anew_does_not_start_from_nothing() {
    let site = Site::new();
    site.sandbox
        .git_in(&site.origin(), &["update-ref", "-d", "refs/heads/main"]);
    site.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    site.plan(&["update-plan", "--policy", "unlinked=block"]);
    site.share_plans();
    site.work_on("1");
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_symbolic_ref_of_the_server_is_what_it_points_to() {
    let site = Site::with_server();
    site.sandbox.git_in(
        &site.origin(),
        &["symbolic-ref", "refs/heads/trunk", "refs/heads/main"],
    );
    site.work_on("2");
    site.push(&["origin", "HEAD:trunk"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    site.push(&["origin", ":trunk"]).refused(
        "
refused (refs): main: a protected ref is not deleted
error: the push is refused
",
    );
}

/// A replacement would make other commits of those that are pushed.
#[test]
fn replacements_change_nothing() {
    let site = Site::new();
    let tip = site.work_on("2");
    let harmless = site.git(&[
        "commit-tree",
        "-p",
        "HEAD~1",
        "-m",
        "x\n\nPlan-Task: demo/1",
        "HEAD^{tree}",
    ]);
    site.git(&["replace", &tip, &harmless]);
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    // Nor in the plans.
    let plans = site.git(&["rev-parse", "git-plan"]);
    site.git(&["replace", "-d", &tip]);
    site.close("ground", "1");
    let closed = site.git(&["rev-parse", "git-plan"]);
    site.git(&["update-ref", "refs/heads/git-plan", &plans]);
    site.git(&["replace", &plans, &closed]);
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
}

#[test]
fn replacements_that_were_pushed_change_nothing_on_the_server() {
    let site = Site::with_server();
    let tip = site.work_on("2");
    let harmless = site.git(&[
        "commit-tree",
        "-p",
        "HEAD~1",
        "-m",
        "x\n\nPlan-Task: demo/1",
        "HEAD^{tree}",
    ]);
    site.git(&["replace", &tip, &harmless]);
    site.push(&["origin", "refs/replace/*:refs/replace/*"])
        .passed("");
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
}

#[test]
fn where_history_was_cut_off_nothing_is_let_through() {
    let site = Site::new();
    site.plan(&["update-plan", "--protect", "release/*"]);
    site.share_plans();
    for _ in 0..3 {
        site.git(&[
            "commit",
            "-q",
            "--allow-empty",
            "-m",
            "Earlier\n\nPlan-Task: demo/1",
        ]);
    }
    site.push(&["origin", "main"]).passed("");
    let shallow = site.sandbox.root().join("shallow");
    let url = format!("file://{}", site.origin().display());
    let clone = [
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        &url,
        "shallow",
    ];
    site.sandbox.git_in(site.sandbox.root(), &clone);
    site.sandbox.plan_in(&shallow, &["hooks", "install"]).ok();
    let git = |words: &[&str]| site.sandbox.git_in(&shallow, words);
    // On top of what is known it makes no difference.
    git(&[
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Next\n\nPlan-Task: demo/1",
    ]);
    site.push_in(&shallow, &["origin", "main"]).passed("");
    // A new protected branch reaches down to the cut.
    git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    site.push_in(&shallow, &["origin", "main:refs/heads/release/1"])
        .refused("
refused (refs): release/1: it cannot be judged: the history is not complete: the commit <oid> is missing, or its parents were cut off; `git fetch --unshallow` brings what a shallow clone left out
error: the push is refused
");
}

/// All of the input is read, also where the first line is enough to refuse: Git would be killed by
/// the closed pipe.
#[test]
fn all_of_the_input_is_read() {
    use std::io::Write as _;
    let site = Site::new();
    let tip = site.work_on("2");
    let old = site.there("main").unwrap();
    let mut hook = site
        .sandbox
        .plan_command(&["hook", "pre-push", "origin", "url"]);
    hook.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut hook = hook.spawn().unwrap();
    let mut stdin = hook.stdin.take().unwrap();
    for number in 0..5_000 {
        let line = format!("refs/heads/main {tip} refs/heads/x{number} {old}\n");
        stdin.write_all(line.as_bytes()).unwrap();
    }
    writeln!(stdin, "refs/heads/main {tip} refs/heads/main {old}").unwrap();
    drop(stdin);
    let output = hook.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
