//! Taking checkpoints, listing, naming, pruning them and taking them back. What Git itself makes of
//! the same working tree is what they are compared with.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::{Value, json};

use crate::kinds::{Trace, traces};
use crate::sandbox::Sandbox;

/// Everything in the repository that is not ours, byte for byte.
struct Rest(BTreeMap<PathBuf, Trace>);

impl Rest {
    fn of(sandbox: &Sandbox) -> Self {
        let mut files = BTreeMap::new();
        traces(&sandbox.repo(), &mut files);
        let git = sandbox.repo().join(".git");
        let ours = [
            "objects",
            "refs/heads/git-plan",
            "logs/refs/heads/git-plan",
            "refs/plans",
            "git-plan",
        ];
        files.retain(|path, _| !ours.iter().any(|ours| path.starts_with(git.join(ours))));
        Self(files)
    }

    #[track_caller]
    fn is_untouched(&self, sandbox: &Sandbox) {
        let now = Self::of(sandbox);
        let paths = self.0.keys().chain(now.0.keys());
        let changed: Vec<_> = paths
            .filter(|path| self.0.get(*path) != now.0.get(*path))
            .collect();
        assert!(changed.is_empty(), "{changed:?}");
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// A working tree with something of everything, staged, not staged, and both.
fn mixed() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    let repo = sandbox.repo();
    let odd = OsStr::from_bytes(b"not \xff utf-8");
    for path in [
        "kept",
        "changed",
        "gone",
        "gone staged",
        "mode",
        "both",
        "to link",
        "dir/deep",
    ] {
        sandbox.write(path, format!("{path}\nsecond\n"));
    }
    sandbox.write("binary", b"a\0b\nc\n");
    sandbox.write("crlf", "one\r\ntwo\r\n");
    sandbox.write("no newline", "one\ntwo");
    sandbox.write("tab\tand \"quotes\"", "odd\n");
    sandbox.write("new\nline", "odd\n");
    sandbox.write("letters é", "odd\n");
    sandbox.write(odd, "odd\n");
    sandbox.write(".gitignore", "*.log\n");
    sandbox.write("uncached", "stays on disk\n");
    symlink("kept", repo.join("link")).unwrap();
    sandbox.commit_all("something of everything");

    sandbox.write("both", "staged\n");
    sandbox.write("new staged", "staged\n");
    sandbox.git(&["add", "both", "new staged"]);
    sandbox.write("both", "staged and changed\n");
    sandbox.write("new staged", "staged and changed\n");
    sandbox.write("intended", "intended\n");
    sandbox.git(&["add", "-N", "intended"]);
    sandbox.git(&["rm", "-q", "gone staged"]);
    sandbox.git(&["rm", "-q", "--cached", "uncached"]);
    fs::remove_file(repo.join("gone")).unwrap();
    set_mode(&repo.join("mode"), 0o755);
    sandbox.write("changed", "changed\nsecond\nthird");
    sandbox.write("binary", b"a\0B\nc\n");
    sandbox.write("crlf", "one\r\n2\r\nthree\n");
    sandbox.write("no newline", "one\ntwo\nthree");
    sandbox.write("tab\tand \"quotes\"", "odder\n");
    sandbox.write("new\nline", "odder\n");
    sandbox.write("letters é", "odder\n");
    sandbox.write(odd, "odder\n");
    fs::remove_file(repo.join("to link")).unwrap();
    symlink("nothing/there", repo.join("to link")).unwrap();
    fs::remove_file(repo.join("link")).unwrap();
    symlink("changed", repo.join("link")).unwrap();
    fs::remove_dir_all(repo.join("dir")).unwrap();
    sandbox.write("dir", "a file now\n");
    sandbox.write("untracked/deep/file", "new\n");
    sandbox.write("untracked/empty", "");
    sandbox.write("untracked/picture", b"\x89PNG\0\0");
    sandbox.write("ignored.log", "ignored\n");
    sandbox
}

/// The checkpoint is what Git makes of the working tree, and its parts fit each other.
#[track_caller]
fn is_exact(sandbox: &Sandbox, folder: &Path, checkpoint: &Value) {
    let word = |key: &str| checkpoint[key].as_str();
    let tree = word("tree").unwrap();
    let added = sandbox.added_all(folder);
    assert_eq!(
        added,
        tree,
        "{}",
        sandbox.git(&["diff-tree", "-r", &added, tree])
    );
    assert_eq!(sandbox.patched(word("base"), word("patch").unwrap()), tree);
    let snapshot = word("snapshot").unwrap();
    assert_eq!(
        sandbox.git(&["rev-parse", &format!("{snapshot}^{{tree}}")]),
        tree
    );
    let reference = format!("refs/plans/checkpoints/demo-plan/{}", word("id").unwrap());
    assert_eq!(sandbox.git(&["rev-parse", &reference]), snapshot);
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn a_checkpoint_is_what_git_would_add_and_what_its_patch_makes() {
    let sandbox = mixed();
    let checkpoint = sandbox.checkpoint(&["mixed"]);
    is_exact(&sandbox, &sandbox.repo(), &checkpoint);
    let path = format!(
        ".plans/demo-plan/checkpoints/{}/changes.patch",
        checkpoint["id"].as_str().unwrap()
    );
    let stored = sandbox.git(&["rev-parse", &format!("git-plan:{path}")]);
    assert_eq!(stored, checkpoint["patch"].as_str().unwrap());
}

#[test]
fn index_head_working_tree_and_the_refs_of_others_stay_as_they_are() {
    let sandbox = mixed();
    sandbox.plan(&["status"]).ok();
    let rest = Rest::of(&sandbox);
    sandbox.checkpoint(&["mixed"]);
    sandbox.checkpoint(&["mixed, kept apart", "--private"]);
    for words in [
        &["checkpoints"][..],
        &["show", "mixed"],
        &["rewind", "mixed"],
        &["checkpoints", "--prune", "--keep", "0"],
        &["checkpoints", "--restore-objects"],
        &["checkpoints", "--privatize"],
    ] {
        sandbox.plan(words).ok();
        rest.is_untouched(&sandbox);
    }
}

/// Lines of `git diff-tree`, by path as it is printed without quoting letters.
fn told_by_git(sandbox: &Sandbox, checkpoint: &Value, format: &str) -> BTreeMap<String, String> {
    let (base, tree) = (&checkpoint["base"], &checkpoint["tree"]);
    let words = [
        "-c",
        "core.quotePath=false",
        "diff-tree",
        "-r",
        "--no-renames",
        "--no-abbrev",
        format,
        base.as_str().unwrap(),
        tree.as_str().unwrap(),
    ];
    let out = sandbox.git(&words);
    let split = |line: &str| {
        let (rest, path) = line.rsplit_once('\t').unwrap();
        (path.to_owned(), rest.to_owned())
    };
    out.lines().map(split).collect()
}

#[test]
fn the_record_lists_what_git_lists() {
    let sandbox = mixed();
    // Git prints those bytes as they are, and a test reads text.
    sandbox.write(OsStr::from_bytes(b"not \xff utf-8"), "odd\n");
    let checkpoint = sandbox.checkpoint(&["mixed"]);
    let files = checkpoint["files"].as_array().unwrap();
    let raw = |file: &Value| {
        let zeros = json!("0".repeat(40));
        let or_zeros = |oid: &Value| {
            if oid.is_null() {
                zeros.clone()
            } else {
                oid.clone()
            }
        };
        let mode = |mode: &Value| mode.as_str().unwrap_or("000000").to_owned();
        format!(
            ":{} {} {} {} {}",
            mode(&file["old_mode"]),
            mode(&file["new_mode"]),
            or_zeros(&file["old"]).as_str().unwrap(),
            or_zeros(&file["new"]).as_str().unwrap(),
            file["status"].as_str().unwrap()
        )
    };
    let count = |file: &Value| match file["binary"].as_bool().unwrap() {
        true => "-\t-".to_owned(),
        false => format!("{}\t{}", file["added"], file["removed"]),
    };
    let by_path = |text: &dyn Fn(&Value) -> String| -> BTreeMap<String, String> {
        let pair = |file: &Value| (file["path"].as_str().unwrap().to_owned(), text(file));
        files.iter().map(pair).collect()
    };
    assert_eq!(by_path(&raw), told_by_git(&sandbox, &checkpoint, "--raw"));
    assert_eq!(
        by_path(&count),
        told_by_git(&sandbox, &checkpoint, "--numstat")
    );
}

#[test]
fn a_path_that_is_no_text_is_quoted() {
    let sandbox = mixed();
    let checkpoint = sandbox.checkpoint(&["mixed"]);
    let files = checkpoint["files"].as_array().unwrap();
    let found = files
        .iter()
        .find(|file| file["path"] == "\"not \\377 utf-8\"");
    assert_eq!(found.unwrap()["status"], "M");
}

/// The bytes that the format promises, so that any clone can build the same commit.
#[test]
fn the_snapshot_s_commit_has_no_bytes_but_those_of_the_format() {
    let sandbox = mixed();
    sandbox.git(&["config", "--global", "i18n.commitEncoding", "ISO-8859-1"]);
    sandbox.git(&["config", "--global", "commit.gpgSign", "true"]);
    let run = sandbox.plan_with(
        &[
            ("TZ", "Asia/Kolkata"),
            ("LC_ALL", "C"),
            ("GIT_COMMITTER_NAME", " Ada, B. <x>. "),
        ],
        &["checkpoint", "mixed", "--json"],
    );
    let checkpoint = run.json()["data"].clone();
    let word = |key: &str| checkpoint[key].as_str().unwrap();
    assert_eq!(word("who"), "Ada, B. x <ada@example.org>");
    let commit = sandbox.git(&["cat-file", "commit", word("snapshot")]);
    let who = "Ada, B. x <ada@example.org> 1769851800 +0000";
    let expected = format!(
        "tree {}\nparent {}\nauthor {who}\ncommitter {who}\n\ncheckpoint {}",
        word("tree"),
        word("base"),
        word("id")
    );
    assert_eq!(commit, expected);
    let last = sandbox.sh(&format!(
        "git cat-file commit {} | tail -c 1 | od -An -c",
        word("snapshot")
    ));
    assert_eq!(last.out.trim(), "\\n");
    assert_eq!(sandbox.git(&["rev-parse", "HEAD"]), word("base"));
}

#[test]
fn a_checkpoint_knows_where_the_work_stood() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "First"]).ok();
    sandbox.plan(&["add-phase", "Second"]).ok();
    sandbox
        .plan(&["add-task", "Work", "--phase", "second"])
        .ok();
    let plain = sandbox.checkpoint(&["plain", "--note", "two\nlines", "--as", "robot"]);
    assert_eq!(
        (
            &plain["phase"],
            &plain["task"],
            &plain["note"],
            &plain["as"]
        ),
        (
            &json!("first"),
            &Value::Null,
            &json!("two\nlines"),
            &json!("robot")
        )
    );
    assert_eq!(plain["branch"], "refs/heads/main");
    assert_eq!(plain["when"], crate::sandbox::NOW);
    let of_task = sandbox.checkpoint(&["of a task", "--task", "1"]);
    assert_eq!(of_task["phase"], "second");
    assert_eq!(of_task["tree"], plain["tree"]);
    assert_eq!(of_task["patch"], plain["patch"], "shared");
    assert_eq!(of_task["files"], json!([]));
}

#[test]
fn a_folder_below_the_top_sees_the_whole_working_tree() {
    let sandbox = mixed();
    let below = sandbox.repo().join("untracked/deep");
    let checkpoint = sandbox.checkpoint_in(&below, &["from below"]);
    is_exact(&sandbox, &sandbox.repo(), &checkpoint);
}

#[test]
fn a_linked_worktree_is_the_one_that_is_taken() {
    let sandbox = mixed();
    let linked = sandbox.root().join("linked");
    sandbox.git(&[
        "worktree",
        "add",
        "-q",
        "-b",
        "side",
        linked.to_str().unwrap(),
    ]);
    fs::write(linked.join("only here"), "x\n").unwrap();
    let checkpoint = sandbox.checkpoint_in(&linked, &["linked"]);
    is_exact(&sandbox, &linked, &checkpoint);
    assert_eq!(checkpoint["branch"], "refs/heads/side");
    let paths: Vec<_> = checkpoint["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["path"])
        .collect();
    assert_eq!(paths, ["only here"]);
}

#[test]
fn sha_256_works_all_the_way() {
    let sandbox = Sandbox::with(&["--object-format=sha256"]);
    sandbox.write("a", "a\n");
    sandbox.commit_all("first");
    sandbox.plan(&["init", "Demo plan"]).ok();
    sandbox.write("a", "b\0\n");
    sandbox.write("b", "b\n");
    let checkpoint = sandbox.checkpoint(&["long ids"]);
    assert_eq!(checkpoint["tree"].as_str().unwrap().len(), 64);
    is_exact(&sandbox, &sandbox.repo(), &checkpoint);
    sandbox
        .plan(&["checkpoints", "--prune", "--keep", "0"])
        .ok();
    let restored = sandbox
        .plan(&["checkpoints", "--restore-objects", "--json"])
        .json();
    assert_eq!(restored["data"][0]["outcome"], "restored");
}

#[test]
fn a_branch_without_a_commit_has_no_base() {
    let sandbox = Sandbox::with(&[]);
    sandbox.plan(&["init", "Demo plan"]).ok();
    sandbox.write("staged", "staged\n");
    sandbox.git(&["add", "staged"]);
    sandbox.write("new", "new\n");
    let checkpoint = sandbox.checkpoint(&["before the first commit"]);
    assert_eq!(checkpoint["base"], Value::Null);
    is_exact(&sandbox, &sandbox.repo(), &checkpoint);
    let empty = Sandbox::with(&[]);
    empty.plan(&["init", "Demo plan"]).ok();
    let nothing = empty.checkpoint(&["nothing at all"]);
    is_exact(&empty, &empty.repo(), &nothing);
}

#[test]
fn what_git_is_in_the_middle_of_is_said() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["switch", "-qc", "side"]);
    sandbox.write("README", "side\n");
    sandbox.commit_all("side");
    sandbox.git(&["switch", "-q", "main"]);
    sandbox.write("README", "main\n");
    sandbox.commit_all("main");
    assert_ne!(sandbox.sh("git merge -q side").code, 0);
    let told = sandbox.plan(&["checkpoint", "torn"]).ok();
    assert!(told.contains("Taken during a merge."), "{told}");
    let torn = sandbox.plan(&["show", "torn", "--json"]).json()["data"].clone();
    assert_eq!(torn["during"], "merge");
    is_exact(&sandbox, &sandbox.repo(), &torn);
}

#[test]
fn a_detached_head_has_no_branch() {
    let sandbox = mixed();
    sandbox.git(&["checkout", "-q", "--detach"]);
    let checkpoint = sandbox.checkpoint(&["detached"]);
    assert_eq!(checkpoint["branch"], Value::Null);
    is_exact(&sandbox, &sandbox.repo(), &checkpoint);
}

#[test]
fn a_bare_repository_has_nothing_to_take() {
    let sandbox = Sandbox::with_plan();
    let bare = sandbox.root().join("bare.git");
    sandbox.git(&["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    let complaint = sandbox
        .plan_in(&bare, &["-p", "demo-plan", "checkpoint", "x"])
        .fails(6);
    assert!(
        complaint.contains("there is no working tree here"),
        "{complaint}"
    );
}

#[test]
fn files_that_git_does_not_track_can_be_left_out() {
    let sandbox = mixed();
    let checkpoint = sandbox.checkpoint(&["tracked", "--no-untracked"]);
    assert_eq!(checkpoint["without_untracked"], true);
    let index = sandbox.root().join("index-update");
    // With a newer time, Git would not look again at what changed right after `git add`.
    let line = format!(
        "export GIT_INDEX_FILE='{0}'; cp -p .git/index '{0}' && git add -u && git write-tree",
        index.display()
    );
    assert_eq!(
        sandbox.sh(&line).ok().trim(),
        checkpoint["tree"].as_str().unwrap()
    );
}

#[test]
fn a_dry_run_stores_no_object_and_no_ref() {
    let sandbox = mixed();
    sandbox.checkpoint(&["first"]);
    sandbox.checkpoint(&["kept apart", "--private"]);
    sandbox.write("changed", "once more\n");
    let state = || {
        (
            sandbox.git(&["count-objects", "-v"]),
            sandbox.git(&["for-each-ref"]),
        )
    };
    let before = state();
    for words in [
        &["checkpoint", "second"][..],
        &["checkpoint", "second", "--private"],
        &["checkpoints", "--prune", "--keep", "0"],
        &["checkpoints", "--restore-objects"],
        &["checkpoints", "--privatize"],
        &["archive"],
        &["undo"],
    ] {
        sandbox.plan(&[words, &["--dry-run"]].concat()).ok();
        assert_eq!(state(), before, "{words:?}");
    }
    let told = sandbox.plan(&["checkpoint", "second", "--dry-run"]).ok();
    assert!(
        told.contains("changed") && told.contains("untracked/deep/file"),
        "{told}"
    );
}

/// Standard output that is a pipe, standard input that is nothing, no controlling terminal.
#[test]
fn no_terminal_is_needed() {
    let sandbox = mixed();
    let mut command = sandbox.command("setsid", &sandbox.repo());
    command.args(["--wait", "git", "plan", "checkpoint", "alone"]);
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    assert_eq!(sandbox.checkpoints().len(), 1);
}

/// A plan with a checkpoint of each of these names.
fn with_checkpoints(names: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for name in names {
        sandbox.write("work", name);
        sandbox.checkpoint(&[name]);
    }
    sandbox
}

fn sequences(sandbox: &Sandbox) -> Vec<u64> {
    let all = sandbox.checkpoints();
    all.iter()
        .map(|checkpoint| checkpoint["sequence"].as_u64().unwrap())
        .collect()
}

fn id(sandbox: &Sandbox, word: &str) -> String {
    let json = sandbox.plan(&["show", word, "--json"]).json();
    json["data"]["id"].as_str().unwrap().to_owned()
}

#[test]
fn a_name_that_would_mislead_is_refused_and_nothing_stored() {
    let sandbox = with_checkpoints(&["taken"]);
    sandbox.checkpoint(&["hidden", "--private"]);
    let before = (
        sandbox.git(&["count-objects", "-v"]),
        sandbox.git(&["for-each-ref"]),
    );
    let long = "x".repeat(201);
    for (name, complaint) in [
        ("taken", "number 1"),
        ("hidden", "number 2"),
        ("7", "number"),
        ("HEAD", "something else"),
        ("worktree", "something else"),
        ("@", "something else"),
        ("", "empty"),
        ("two\nlines", "line"),
        (long.as_str(), "200"),
    ] {
        for private in [&[][..], &["--private"]] {
            let run = sandbox.plan(&[&["checkpoint", name][..], private].concat());
            let told = run.clone().fails(3);
            assert!(told.contains(complaint), "{name:?}: {told}");
        }
    }
    let after = (
        sandbox.git(&["count-objects", "-v"]),
        sandbox.git(&["for-each-ref"]),
    );
    assert_eq!(before, after);
}

#[test]
fn a_name_is_never_a_command_an_option_or_a_path() {
    let names = [
        "$(touch x)",
        "a;touch x",
        "-x",
        "../up",
        ".git",
        "é\u{202e}",
    ];
    let sandbox = with_checkpoints(&names);
    for name in names {
        let word = ["show", "--json", "--", name];
        assert_eq!(sandbox.plan(&word).json()["data"]["name"], name);
        sandbox.plan(&["rewind", name]).ok();
    }
    assert!(!sandbox.repo().join("x").exists());
    let listed = sandbox.plan(&["checkpoints"]).ok();
    assert!(!listed.contains('\u{202e}'), "{listed}");
}

#[test]
fn a_checkpoint_answers_to_name_number_and_id() {
    let sandbox = with_checkpoints(&["first", "second try"]);
    let second = id(&sandbox, "second try");
    let by_both = format!("2-{}", &second[..4]);
    for word in ["2", &second, &second[..5], &by_both, "demo-plan/second try"] {
        assert_eq!(id(&sandbox, word), second, "{word}");
        sandbox.plan(&["rewind", word]).ok();
    }
    let told = sandbox.plan(&["rewind", "secnd try"]).fails(3);
    assert!(told.contains("second try"), "{told}");
    let told = sandbox.plan(&["rewind", "9"]).fails(3);
    assert!(told.contains("git plan -p demo-plan checkpoints"), "{told}");
}

#[test]
fn show_log_and_completion_know_checkpoints() {
    let sandbox = with_checkpoints(&["first", "second"]);
    sandbox.checkpoint(&["hidden", "--private"]);
    let log = sandbox.git(&["log", "--format=%s", "-1", "git-plan"]);
    assert_eq!(log, "demo-plan: checkpoint 2 \"second\"");
    let log = sandbox.plan(&["log"]).ok();
    assert!(log.contains("checkpoint 2 \"second\""), "{log}");
    assert!(!log.contains("hidden"), "{log}");
    let shown = sandbox.plan(&["show", "first"]).ok();
    assert!(shown.contains("checkpoint 1  first"), "{shown}");
    assert!(shown.contains("A  work  +1 -0"), "{shown}");
    for verb in ["rewind", "show"] {
        let mut words = sandbox.command(env!("CARGO_BIN_EXE_git-plan"), &sandbox.repo());
        let output = words
            .args(["__complete", "git-plan", verb, ""])
            .output()
            .unwrap();
        let told = String::from_utf8(output.stdout).unwrap();
        for name in ["first", "second", "hidden"] {
            assert!(told.contains(name), "{verb}: {told}");
        }
    }
}

#[test]
fn a_checkpoint_is_taken_back_and_comes_again_as_it_was() {
    let sandbox = with_checkpoints(&["first", "second"]);
    let before = sandbox.checkpoints();
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sequences(&sandbox), [1]);
    let undoing = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.plan(&["undo", &undoing[..12]]).ok();
    assert_eq!(sandbox.checkpoints(), before);
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_sequence_is_never_given_again() {
    let sandbox = with_checkpoints(&["first", "second"]);
    sandbox.plan(&["undo"]).ok();
    sandbox.checkpoint(&["second"]);
    assert_eq!(sequences(&sandbox), [1, 3]);
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sandbox.checkpoint(&["hidden", "--private"])["sequence"], 4);
    assert_eq!(sandbox.checkpoint(&["fifth"])["sequence"], 5);
}

/// Two clones that both took their first checkpoint, and called it the same.
#[test]
fn what_two_clones_called_the_same_is_ambiguous_and_both_ids_are_named() {
    let sandbox = with_checkpoints(&["same"]);
    let ours = id(&sandbox, "same");
    let theirs = "zzzz000000";
    let folder = format!(".plans/demo-plan/checkpoints/{ours}");
    let record = sandbox.stored(&format!("{folder}/checkpoint.toml"));
    let patch = sandbox.stored(&format!("{folder}/changes.patch"));
    let other = format!(".plans/demo-plan/checkpoints/{theirs}");
    sandbox.store_by_hand(&[
        (
            &format!("{other}/checkpoint.toml"),
            Some(&record.replace(&ours, theirs)),
        ),
        (&format!("{other}/changes.patch"), Some(&patch)),
    ]);
    for word in ["same", "1"] {
        for verb in ["rewind", "show"] {
            let told = sandbox.plan(&[verb, word]).fails(3);
            assert!(
                told.contains(&ours) && told.contains(theirs),
                "{verb} {word}: {told}"
            );
        }
    }
    assert_eq!(id(&sandbox, &ours), ours);
    assert_eq!(id(&sandbox, &format!("1-{}", &ours[..4])), ours);
    assert_eq!(sequences(&sandbox), [1, 1]);
}

#[test]
fn pruning_keeps_records_and_restoring_brings_the_same_snapshots_back() {
    let sandbox = with_checkpoints(&["one", "two", "three"]);
    let refs = || sandbox.git(&["for-each-ref", "refs/plans/checkpoints"]);
    let before = refs();
    let records = sandbox.git(&["rev-parse", "git-plan"]);
    let told = sandbox
        .plan(&["checkpoints", "--prune", "--keep", "1"])
        .ok();
    assert_eq!(
        told,
        "pruned checkpoint 1 \"one\"\npruned checkpoint 2 \"two\"\n"
    );
    assert_eq!(refs().lines().count(), 1);
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), records);
    sandbox
        .sh("git reflog expire --expire=now --all && git gc --quiet --prune=now")
        .ok();
    let here: Vec<_> = sandbox
        .checkpoints()
        .iter()
        .map(|one| one["here"].clone())
        .collect();
    assert_eq!(here, [false, false, true]);
    sandbox
        .plan(&["checkpoints", "--restore-objects", "one"])
        .ok();
    assert_eq!(refs().lines().count(), 2);
    sandbox.plan(&["checkpoints", "--restore-objects"]).ok();
    assert_eq!(refs(), before);
    sandbox.git(&["fsck", "--strict"]);
    let again = sandbox.plan(&["checkpoints", "--restore-objects"]).ok();
    assert_eq!(again, "Nothing had to be done.\n");
}

#[test]
fn the_final_checkpoint_of_an_archived_plan_is_not_pruned() {
    let sandbox = with_checkpoints(&["one"]);
    sandbox.plan(&["archive"]).ok();
    let prune = [
        "-p",
        "demo-plan",
        "checkpoints",
        "--prune",
        "--keep",
        "0",
        "--json",
    ];
    let acts = sandbox.plan(&prune).json();
    let names: Vec<_> = acts["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|act| &act["name"])
        .collect();
    assert_eq!(names, ["one"]);
    assert_eq!(sandbox.refs("refs/plans/checkpoints").len(), 1);
}

#[test]
fn eight_processes_at_once_all_store_theirs() {
    let sandbox = mixed();
    std::thread::scope(|scope| {
        let take = |number: usize| {
            let sandbox = &sandbox;
            scope.spawn(move || sandbox.checkpoint(&[&format!("from process {number}")]))
        };
        let threads: Vec<_> = (0..8).map(take).collect();
        for thread in threads {
            thread.join().unwrap();
        }
    });
    assert_eq!(sequences(&sandbox), (1..=8).collect::<Vec<_>>());
    assert_eq!(sandbox.refs("refs/plans/checkpoints").len(), 8);
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}
