//! Private checkpoints: they reach no remote, they are bounded, and what is dropped is gone.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::kinds::traces;
use crate::sandbox::{Run, Sandbox};

/// Text that stands nowhere but where a test puts it.
const NEEDLE: &str = "needle-7f3b9c";

/// A plan that a remote has, and work that nobody has seen.
fn with_remote() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["init", "-q", "--bare", "../remote.git"]);
    sandbox.git(&["remote", "add", "origin", "../remote.git"]);
    sandbox.git(&["push", "-q", "origin", "main", "git-plan"]);
    work(&sandbox, "work");
    sandbox
}

fn remote(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("remote.git")
}

/// Changes the working tree: the name of a file and what is in it hold the needle.
fn work(sandbox: &Sandbox, what: &str) {
    sandbox.write(format!("{NEEDLE}.txt"), format!("{NEEDLE} {what}\n"));
    sandbox.write("README", format!("hello {NEEDLE} {what}\n"));
}

/// Where the needle is found: objects, read by Git, and files as they lie below the Git folder.
fn found_in(sandbox: &Sandbox, git: &Path) -> Vec<String> {
    let contains = |bytes: &[u8]| {
        bytes
            .windows(NEEDLE.len())
            .any(|part| part == NEEDLE.as_bytes())
    };
    let mut objects = sandbox.command("git", git);
    objects.args(["cat-file", "--batch-all-objects", "--batch"]);
    let mut found = Vec::new();
    if contains(&objects.output().unwrap().stdout) {
        found.push("an object".to_owned());
    }
    let mut files = BTreeMap::new();
    traces(git, &mut files);
    let files = files
        .into_iter()
        .filter(|(_, (_, _, content))| contains(content));
    found.extend(files.map(|(path, _)| path.display().to_string()));
    found
}

fn collect_garbage(sandbox: &Sandbox) {
    let line = "git reflog expire --expire=now --all && git gc --quiet --prune=now";
    sandbox.sh(line).ok();
}

fn names(all: &[Value]) -> Vec<&str> {
    all.iter()
        .map(|one| one["name"].as_str().unwrap())
        .collect()
}

fn outcomes(run: &Run) -> Vec<(String, String)> {
    let word = |act: &Value, key: &str| act[key].as_str().unwrap().to_owned();
    let acts = run.json()["data"].as_array().unwrap().clone();
    acts.iter()
        .map(|act| (word(act, "name"), word(act, "outcome")))
        .collect()
}

#[test]
fn a_private_checkpoint_is_a_checkpoint_beside_the_plan_ref() {
    let sandbox = with_remote();
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    let checkpoint = sandbox.checkpoint(&["hidden", "--private", "--note", "why"]);
    assert_eq!(checkpoint["private"], true);
    assert_eq!(
        sandbox.added_all(&sandbox.repo()),
        checkpoint["tree"].as_str().unwrap()
    );
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
    let id = checkpoint["id"].as_str().unwrap();
    let expected = [
        "refs/plans/private/log".to_owned(),
        format!("refs/plans/private/snapshots/demo-plan/{id}"),
    ];
    assert_eq!(sandbox.refs("refs/plans"), expected);
    assert_eq!(sandbox.checkpoints(), [checkpoint]);
    let told = sandbox.plan(&["checkpoints"]).ok();
    assert!(
        told.contains("hidden") && told.contains("private"),
        "{told}"
    );
    sandbox.plan(&["show", "hidden"]).ok();
    sandbox.plan(&["rewind", "hidden"]).ok();
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn plan_checkpoints_private_makes_all_of_them_private() {
    let sandbox = with_remote();
    sandbox.git(&["config", "plan.checkpoints", "private"]);
    assert_eq!(sandbox.checkpoint(&["hidden"])["private"], true);
    sandbox.git(&["config", "plan.checkpoints", "shared"]);
    assert_eq!(sandbox.checkpoint(&["seen"])["private"], false);
    sandbox.git(&["config", "plan.checkpoints", "secret"]);
    let told = sandbox.plan(&["checkpoint", "neither"]).fails(3);
    assert!(told.contains("plan.checkpoints is 'secret'"), "{told}");
}

#[test]
fn no_reflog_remembers_a_private_checkpoint() {
    let sandbox = with_remote();
    sandbox.git(&["config", "core.logAllRefUpdates", "always"]);
    sandbox.checkpoint(&["one", "--private"]);
    sandbox.checkpoint(&["two", "--private"]);
    assert!(!sandbox.repo().join(".git/logs/refs/plans").exists());
    let parents = sandbox.git(&["log", "--format=%P", "refs/plans/private/log"]);
    assert_eq!(parents, "");
}

#[test]
fn no_command_takes_anything_private_to_a_remote() {
    let sandbox = with_remote();
    sandbox.checkpoint(&[NEEDLE, "--private", "--note", NEEDLE]);
    for words in [
        &["init", "Another plan"][..],
        &["-p", "demo-plan", "add-task", "shared"],
        &["-p", "demo-plan", "checkpoints", "--restore-objects"],
        &["-p", "demo-plan", "rewind", NEEDLE],
        &["-p", "demo-plan", "archive", "--yes", "--private"],
        &["setup"],
        &["doctor"],
    ] {
        sandbox.plan(words).ok();
        sandbox.git(&["push", "-q", "origin", "--all"]);
        sandbox.git(&["push", "-q", "origin", "git-plan"]);
        let refs = sandbox.git_in(&remote(&sandbox), &["for-each-ref", "refs/plans"]);
        assert_eq!(refs, "", "{words:?}");
        assert!(
            found_in(&sandbox, &remote(&sandbox)).is_empty(),
            "{words:?}"
        );
    }
}

#[test]
fn no_more_are_kept_than_plan_private_max_count() {
    let sandbox = with_remote();
    sandbox.git(&["config", "plan.privateMaxCount", "3"]);
    sandbox.checkpoint(&["shared"]);
    for name in ["a", "b", "c", "d", "e"] {
        work(&sandbox, name);
        sandbox.checkpoint(&[name, "--private"]);
    }
    assert_eq!(names(&sandbox.checkpoints()), ["shared", "c", "d", "e"]);
    assert_eq!(sandbox.refs("refs/plans/private/snapshots").len(), 3);
    assert_eq!(sandbox.refs("refs/plans/checkpoints").len(), 1);
}

#[test]
fn none_is_kept_longer_than_plan_private_max_days() {
    let sandbox = with_remote();
    sandbox.checkpoint(&["old", "--private"]);
    let take = |now: &str, name: &str| {
        work(&sandbox, name);
        let words = ["checkpoint", name, "--private"];
        sandbox.plan_with(&[("GIT_PLAN_NOW", now)], &words).ok();
    };
    take("2026-03-01T09:29:59Z", "within thirty days");
    take("2026-03-03T00:00:00Z", "later");
    assert_eq!(
        names(&sandbox.checkpoints()),
        ["within thirty days", "later"]
    );
    sandbox.git(&["config", "plan.privateMaxDays", "1"]);
    take("2026-03-03T00:00:01Z", "last");
    assert_eq!(names(&sandbox.checkpoints()), ["later", "last"]);
}

#[test]
fn what_is_pruned_is_gone_with_the_garbage() {
    let sandbox = with_remote();
    sandbox.checkpoint(&[NEEDLE, "--private", "--note", NEEDLE]);
    sandbox.plan(&["checkpoints"]).ok();
    sandbox.plan(&["show", NEEDLE]).ok();
    work(&sandbox, "more");
    sandbox.checkpoint(&["another", "--private"]);
    sandbox.plan(&["checkpoints"]).ok();
    let run = sandbox.plan(&["checkpoints", "--prune", "--keep", "0", "--json"]);
    let dropped = |name: &str| (name.to_owned(), "dropped".to_owned());
    assert_eq!(outcomes(&run), [dropped(NEEDLE), dropped("another")]);
    sandbox.git(&["restore", "README"]);
    collect_garbage(&sandbox);
    assert_eq!(found_in(&sandbox, &sandbox.repo().join(".git")), [""; 0]);
    assert_eq!(sandbox.checkpoints(), [json!(null); 0]);
    sandbox.git(&["fsck", "--strict"]);
}

/// As above, where a bound and not a person decides.
#[test]
fn what_is_beyond_a_bound_is_gone_with_the_garbage() {
    let sandbox = with_remote();
    sandbox.git(&["config", "plan.privateMaxCount", "1"]);
    sandbox.checkpoint(&[NEEDLE, "--private", "--note", NEEDLE]);
    sandbox.plan(&["checkpoints"]).ok();
    sandbox
        .sh(&format!("git restore README && rm {NEEDLE}.txt"))
        .ok();
    sandbox.checkpoint(&["another", "--private"]);
    collect_garbage(&sandbox);
    assert_eq!(found_in(&sandbox, &sandbox.repo().join(".git")), [""; 0]);
}

#[test]
fn eight_writers_at_once_lose_nothing() {
    let sandbox = with_remote();
    std::thread::scope(|scope| {
        let take = |number: usize| {
            let sandbox = &sandbox;
            let name = format!("from {number}");
            let private: &[&str] = if number.is_multiple_of(4) {
                &[]
            } else {
                &["--private"]
            };
            scope.spawn(move || sandbox.checkpoint(&[&[name.as_str()][..], private].concat()))
        };
        let threads: Vec<_> = (0..8).map(take).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    let all = sandbox.checkpoints();
    assert_eq!(all.len(), 8);
    let private = all.iter().filter(|one| one["private"] == true);
    assert_eq!(private.count(), 6);
    assert_eq!(sandbox.refs("refs/plans/private/snapshots").len(), 6);
    sandbox.git(&["fsck", "--strict"]);
}

/// A checkpoint among other operations, none of which a remote has.
fn between_others(sandbox: &Sandbox) {
    sandbox.plan(&["add-task", "before"]).ok();
    sandbox.checkpoint(&[NEEDLE, "--note", NEEDLE]);
    sandbox.plan(&["add-task", "after"]).ok();
}

#[test]
fn what_no_remote_has_is_made_private_as_if_it_had_never_been_shared() {
    let sandbox = with_remote();
    between_others(&sandbox);
    let before = sandbox.checkpoints();
    let plan = sandbox.plan(&["tasks", "--json"]).ok();
    let run = sandbox.plan(&["checkpoints", "--privatize", "--json"]);
    assert_eq!(
        outcomes(&run),
        [(NEEDLE.to_owned(), "privatized".to_owned())]
    );
    let log = sandbox.git(&["log", "--format=%s", "origin/git-plan..git-plan"]);
    assert_eq!(
        log,
        "demo-plan: add task 2 \"after\"\ndemo-plan: add task 1 \"before\""
    );
    assert_eq!(sandbox.plan(&["tasks", "--json"]).ok(), plan);
    let mut after = sandbox.checkpoints();
    assert_eq!(after[0]["private"], true);
    after[0]["private"] = json!(false);
    assert_eq!(after, before);
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
    sandbox.git(&["push", "-q", "origin", "git-plan"]);
    assert_eq!(found_in(&sandbox, &remote(&sandbox)), [""; 0]);
    collect_garbage(&sandbox);
    sandbox
        .plan(&["checkpoints", "--prune", "--keep", "0"])
        .ok();
    collect_garbage(&sandbox);
    sandbox.git(&["restore", "README"]);
    collect_garbage(&sandbox);
    assert_eq!(found_in(&sandbox, &sandbox.repo().join(".git")), [""; 0]);
}

#[test]
fn what_a_remote_has_stays_shared() {
    let sandbox = with_remote();
    sandbox.checkpoint(&["published"]);
    sandbox.git(&["push", "-q", "origin", "git-plan"]);
    work(&sandbox, "more");
    sandbox.checkpoint(&["not yet"]);
    let before = sandbox.git(&["rev-parse", "origin/git-plan"]);
    let run = sandbox.plan(&["checkpoints", "--privatize", "--json"]);
    let told = |name: &str, outcome: &str| (name.to_owned(), outcome.to_owned());
    assert_eq!(
        outcomes(&run),
        [told("published", "kept"), told("not yet", "privatized")]
    );
    let reason = run.json()["data"][0]["reason"].clone();
    assert_eq!(reason, "a remote has it already");
    assert_eq!(
        sandbox.git(&["rev-parse", "git-plan"]),
        before,
        "nothing else was to be pushed"
    );
}

/// Operations after the checkpoint get other ids; they are still this person's, in this clone.
#[test]
fn undo_finds_operations_that_were_written_anew() {
    let sandbox = with_remote();
    between_others(&sandbox);
    sandbox.plan(&["add-task", "last"]).ok();
    sandbox.plan(&["checkpoints", "--privatize"]).ok();
    for what in [
        "add task 3 \"last\"",
        "add task 2 \"after\"",
        "add task 1 \"before\"",
    ] {
        let told = sandbox.plan(&["undo"]).ok();
        assert_eq!(told, format!("undone: demo-plan: {what}\n"));
    }
}

/// What took an operation back names it by its new id, so that it is not taken back again.
#[test]
fn an_undo_that_was_written_anew_still_undoes() {
    let sandbox = with_remote();
    between_others(&sandbox);
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["add-task", "last"]).ok();
    sandbox.plan(&["checkpoints", "--privatize"]).ok();
    let undone = sandbox.git(&[
        "log",
        "-1",
        "--format=%(trailers:key=Plan-Undo,valueonly)",
        "git-plan^",
    ]);
    assert_eq!(undone.trim(), sandbox.git(&["rev-parse", "git-plan~2"]));
    for what in ["add task 3 \"last\"", "add task 1 \"before\""] {
        let told = sandbox.plan(&["undo"]).ok();
        assert_eq!(told, format!("undone: demo-plan: {what}\n"));
    }
    sandbox.git(&["fsck", "--strict"]);
}

/// As a kill leaves it: adopted, and still on the plan ref.
#[test]
fn one_that_is_half_way_to_private_is_still_shared_and_made_private_again() {
    let sandbox = with_remote();
    between_others(&sandbox);
    let before = (
        sandbox.git(&["rev-parse", "git-plan"]),
        sandbox.checkpoints(),
    );
    sandbox.plan(&["checkpoints", "--privatize"]).ok();
    sandbox.git(&["update-ref", "refs/heads/git-plan", &before.0]);
    sandbox.plan(&["checkpoints", "--restore-objects"]).ok();
    assert_eq!(sandbox.checkpoints(), before.1);
    sandbox.plan(&["rewind", NEEDLE]).ok();
    let run = sandbox.plan(&["checkpoints", "--privatize", "--json"]);
    assert_eq!(
        outcomes(&run),
        [(NEEDLE.to_owned(), "privatized".to_owned())]
    );
    assert_eq!(sandbox.checkpoints()[0]["private"], true);
    sandbox.git(&["fsck", "--strict"]);
}

/// Not on any branch of the remote, but by somebody's merge: two histories that met.
#[test]
fn a_merge_keeps_both_its_parents() {
    let sandbox = with_remote();
    let base = sandbox.git(&["rev-parse", "git-plan"]);
    between_others(&sandbox);
    let ours = sandbox.git(&["rev-parse", "git-plan"]);
    let tree = sandbox.git(&["rev-parse", &format!("{ours}^{{tree}}")]);
    let merge = [
        "commit-tree",
        "-m",
        "merge",
        "-p",
        &ours,
        "-p",
        &base,
        &tree,
    ];
    let merge = sandbox.git(&merge);
    sandbox.git(&["update-ref", "refs/heads/git-plan", &merge]);
    sandbox.plan(&["checkpoints", "--privatize"]).ok();
    let parents = sandbox.git(&["log", "-1", "--format=%P", "git-plan"]);
    assert_eq!(parents.split(' ').count(), 2);
    let log = sandbox.git(&["log", "--format=%s", "git-plan"]);
    assert!(!log.contains(NEEDLE), "{log}");
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn a_checkpoint_that_was_taken_back_goes_with_the_others() {
    let sandbox = with_remote();
    between_others(&sandbox);
    sandbox.plan(&["checkpoint", "again"]).ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["checkpoints", "--privatize"]).ok();
    let folders = sandbox.git(&["log", "--format=", "--name-only", "git-plan"]);
    assert!(!folders.contains("checkpoints/"), "{folders}");
    sandbox.git(&["push", "-q", "origin", "git-plan"]);
    assert_eq!(found_in(&sandbox, &remote(&sandbox)), [""; 0]);
}

#[test]
fn a_private_one_that_cannot_be_stored_leaves_nothing_behind() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "plan.privateMaxCount", "-1"]);
    sandbox.plan(&["checkpoint", "p", "--private"]).fails(3);
    assert_eq!(sandbox.refs("refs/plans/"), [""; 0]);
}
