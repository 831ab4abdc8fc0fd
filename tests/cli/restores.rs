//! Snapshots built again from base and patch, in clones that never had them: the very same, or none.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// A repository whose base and plan ref are pushed, and a checkpoint of much that a patch can hold.
fn shared() -> (Sandbox, Value) {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let sandbox = Sandbox::with_plan();
    let repo = sandbox.repo();
    sandbox.write("text", "one\ntwo\n");
    sandbox.write("crlf", "one\r\ntwo\r\n");
    sandbox.write("binary", b"\0one");
    sandbox.write("gone", "gone\n");
    sandbox.write("run", "#!/bin/sh\n");
    sandbox.commit_all("second");
    sandbox.write("text", "one\n2\nthree");
    sandbox.write("crlf", "one\r\n2\n");
    sandbox.write("binary", b"\0two\xff");
    sandbox.write("name é with\ttab", "new\n");
    fs::remove_file(repo.join("gone")).unwrap();
    fs::set_permissions(repo.join("run"), fs::Permissions::from_mode(0o755)).unwrap();
    symlink("../outside", repo.join("link")).unwrap();
    let checkpoint = sandbox.checkpoint(&["shared"]);
    (sandbox, checkpoint)
}

/// A clone with further options, which has no snapshot, and knows the plan.
fn cloned(sandbox: &Sandbox, options: &[&str]) -> PathBuf {
    let clone = sandbox.root().join("clone");
    let url = format!("file://{}", sandbox.repo().display());
    let words = [&["clone", "-q"], options, &[&url, clone.to_str().unwrap()]].concat();
    sandbox.git_in(sandbox.root(), &words);
    sandbox.git_in(&clone, &["fetch", "-q", "origin", "git-plan:git-plan"]);
    clone
}

fn restore(sandbox: &Sandbox, clone: &Path) -> Run {
    sandbox.plan_in(clone, &["checkpoints", "--restore-objects", "--json"])
}

fn snapshots(sandbox: &Sandbox, folder: &Path) -> String {
    sandbox.git_in(
        folder,
        &["for-each-ref", "--format=%(objectname)", "refs/plans"],
    )
}

/// Nothing was restored: why not, and no ref has come to be.
#[track_caller]
fn refused(sandbox: &Sandbox, folder: &Path) -> String {
    let run = restore(sandbox, folder);
    assert_eq!(run.code, 3, "{run:?}");
    let act = run.json()["data"][0].clone();
    assert_eq!(act["outcome"], "failed");
    assert_eq!(snapshots(sandbox, folder), "");
    sandbox.git_in(folder, &["fsck", "--strict"]);
    act["reason"].as_str().unwrap().to_owned()
}

#[test]
fn a_clone_rebuilds_the_snapshot_to_the_same_id() {
    let (sandbox, checkpoint) = shared();
    let clone = cloned(&sandbox, &["--single-branch"]);
    let snapshot = checkpoint["snapshot"].as_str().unwrap();
    let has = sandbox
        .command("git", &clone)
        .args(["cat-file", "-e", snapshot])
        .output();
    assert!(!has.unwrap().status.success(), "the clone has it already");
    let run = restore(&sandbox, &clone);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(run.json()["data"][0]["outcome"], "restored");
    assert_eq!(snapshots(&sandbox, &clone), snapshot);
    sandbox.git_in(&clone, &["fsck", "--strict"]);
    let tree = sandbox.git_in(&clone, &["rev-parse", &format!("{snapshot}^{{tree}}")]);
    assert_eq!(tree, checkpoint["tree"].as_str().unwrap());
}

#[test]
fn whatever_is_configured_the_snapshot_is_the_same() {
    let (sandbox, checkpoint) = shared();
    let clone = cloned(&sandbox, &[]);
    for (key, value) in [
        ("i18n.commitEncoding", "ISO-8859-1"),
        ("commit.gpgSign", "true"),
        ("user.name", "Somebody Else"),
        ("user.email", "else@example.org"),
        ("core.autocrlf", "true"),
        ("core.eol", "crlf"),
        ("core.fileMode", "false"),
        ("core.symlinks", "false"),
        ("core.quotePath", "false"),
        ("diff.noPrefix", "true"),
        ("apply.whitespace", "fix"),
        ("core.whitespace", "trailing-space"),
        ("core.abbrev", "4"),
    ] {
        sandbox.git_in(&clone, &["config", key, value]);
    }
    fs::write(clone.join(".git/info/attributes"), "* text=auto eol=crlf\n").unwrap();
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-plan"), &clone);
    command
        .args(["checkpoints", "--restore-objects"])
        .envs([("TZ", "Pacific/Chatham"), ("LC_ALL", "tr_TR.ISO-8859-9")])
        .envs([("GIT_AUTHOR_NAME", "X"), ("GIT_COMMITTER_NAME", "Y")])
        .envs([("GIT_COMMITTER_DATE", "2001-01-01T00:00:00+0900")]);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(
        snapshots(&sandbox, &clone),
        checkpoint["snapshot"].as_str().unwrap()
    );
}

#[test]
fn a_checkpoint_without_a_base_is_rebuilt_from_its_patch_alone() {
    let sandbox = Sandbox::with(&[]);
    sandbox.plan(&["init", "Demo plan"]).ok();
    sandbox.write("new", "new\n");
    let checkpoint = sandbox.checkpoint(&["before the first commit"]);
    let clone = sandbox.root().join("clone");
    let url = format!("file://{}", sandbox.repo().display());
    let words = [
        "clone",
        "-q",
        "--bare",
        "-b",
        "git-plan",
        &url,
        clone.to_str().unwrap(),
    ];
    sandbox.git_in(sandbox.root(), &words);
    let run = restore(&sandbox, &clone);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        snapshots(&sandbox, &clone),
        checkpoint["snapshot"].as_str().unwrap()
    );
}

#[test]
fn a_base_that_is_not_here_is_named() {
    let (sandbox, checkpoint) = shared();
    sandbox.sh("git commit -q --allow-empty -m later").ok();
    let clone = cloned(&sandbox, &["--depth=1"]);
    let why = refused(&sandbox, &clone);
    let base = checkpoint["base"].as_str().unwrap();
    assert!(
        why.contains(base) && why.contains("not in this repository"),
        "{why}"
    );
}

#[test]
fn a_partial_clone_gets_what_it_lacks() {
    let (sandbox, checkpoint) = shared();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    let clone = cloned(&sandbox, &["--filter=blob:none", "--no-checkout"]);
    let run = restore(&sandbox, &clone);
    assert_eq!(run.code, 0, "{run:?}");
    assert_eq!(
        snapshots(&sandbox, &clone),
        checkpoint["snapshot"].as_str().unwrap()
    );
}

/// Files of a checkpoint in the clone's copy of the plan, changed by whoever pushed it.
fn tampered(sandbox: &Sandbox, checkpoint: &Value, change: impl Fn(&str, String) -> String) {
    let id = checkpoint["id"].as_str().unwrap();
    let path = |file| format!(".plans/demo-plan/checkpoints/{id}/{file}");
    let patch = change("changes.patch", sandbox.stored(&path("changes.patch")));
    sandbox.store_by_hand(&[(&path("changes.patch"), Some(&patch))]);
    let blob = sandbox.git(&["rev-parse", &format!("git-plan:{}", path("changes.patch"))]);
    let old = checkpoint["patch"].as_str().unwrap();
    sandbox.change_by_hand(&path("checkpoint.toml"), |text| {
        change("checkpoint.toml", text.replace(old, &blob))
    });
    sandbox
        .plan(&["checkpoints", "--prune", "--keep", "0"])
        .ok();
}

#[test]
fn a_patch_that_was_tampered_with_is_refused() {
    let (sandbox, checkpoint) = shared();
    tampered(&sandbox, &checkpoint, |_, text| {
        text.replace("+three", "+evil")
    });
    let why = refused(&sandbox, &sandbox.repo());
    assert!(
        why.contains("does not fit") || why.contains("do not make the tree"),
        "{why}"
    );
    let told = sandbox.plan(&["rewind", "shared"]);
    assert!(!told.out.contains("git switch"), "{told:?}");
}

#[test]
fn a_record_that_names_another_tree_or_author_is_refused() {
    for (from, to, why) in [
        ("tree = \"", "tree = \"0000", "tree"),
        ("who = \"Ada", "who = \"Eve", "commit"),
        ("when = 2026-01-31", "when = 2026-01-30", "commit"),
    ] {
        let (sandbox, checkpoint) = shared();
        tampered(&sandbox, &checkpoint, |file, text| match (file, from) {
            ("changes.patch", _) => text,
            (_, "tree = \"") => text.replace(checkpoint["tree"].as_str().unwrap(), &"0".repeat(40)),
            _ => {
                assert!(text.contains(from), "{text}");
                text.replace(from, to)
            }
        });
        let told = refused(&sandbox, &sandbox.repo());
        assert!(told.contains(&format!("do not make the {why}")), "{told}");
    }
}

#[test]
fn a_path_that_leads_out_of_the_working_tree_is_refused() {
    for path in [
        "/etc/evil",
        "../evil",
        "a/../../evil",
        ".git/hooks/post-checkout",
        ".GIT/config",
        "a/.git/config",
        "GIT~1/config",
        ".g\u{200c}it/config",
        "link/evil",
    ] {
        let (sandbox, checkpoint) = shared();
        tampered(&sandbox, &checkpoint, |file, text| match file {
            "changes.patch" => format!(
                "{text}diff --git a/{path} b/{path}\nnew file mode 100644\n\
                 index {}..ce013625030ba8dba906f756967f9e9ca394464a\n--- /dev/null\n+++ b/{path}\n\
                 @@ -0,0 +1 @@\n+hello\n",
                "0".repeat(40)
            ),
            _ => text,
        });
        let why = refused(&sandbox, &sandbox.repo());
        assert!(!why.contains("do not make"), "{path}: {why}");
    }
}

/// A second restoration, of several of which one cannot be: the others are there.
#[test]
fn what_cannot_be_restored_stops_nothing_else() {
    let (sandbox, checkpoint) = shared();
    sandbox.write("text", "another\n");
    let other = sandbox.checkpoint(&["other"]);
    tampered(&sandbox, &checkpoint, |_, text| {
        text.replace("+three", "+evil")
    });
    let run = restore(&sandbox, &sandbox.repo());
    assert_eq!(run.code, 3, "{run:?}");
    assert_eq!(
        snapshots(&sandbox, &sandbox.repo()),
        other["snapshot"].as_str().unwrap()
    );
}
