//! What stops a checkpoint: size, place, secrets, files that cannot be read, a full disk. Then
//! nothing is stored, and it is said why.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::json;

use crate::kinds::traces;
use crate::sandbox::{Run, Sandbox};

/// Objects and refs.
fn stored(sandbox: &Sandbox) -> (String, String) {
    (
        sandbox.git(&["count-objects", "-v"]),
        sandbox.git(&["for-each-ref"]),
    )
}

/// The command fails, with nothing stored; what it says.
#[track_caller]
fn stops(sandbox: &Sandbox, words: &[&str]) -> String {
    let before = stored(sandbox);
    let run = sandbox.plan(&[&["checkpoint"], words].concat());
    assert_eq!((run.code, run.out.as_str()), (3, ""), "{run:?}");
    assert_eq!(stored(sandbox), before);
    run.err
}

#[test]
fn a_large_file_is_named_with_the_ways_out() {
    let sandbox = Sandbox::with_plan();
    sandbox
        .sh("truncate -s 1G big && truncate -s 11M 'not so big'")
        .ok();
    let told = stops(&sandbox, &["all"]);
    for part in [
        "big (1073741824)",
        "not so big (11534336)",
        ".gitignore",
        "plan.checkpointMaxFile",
        "--skip-large",
    ] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

#[test]
fn a_large_file_that_is_left_out_is_recorded() {
    let sandbox = Sandbox::with_plan();
    sandbox.sh("truncate -s 1G big").ok();
    sandbox.write("small", "small\n");
    let words = ["checkpoint", "without", "--skip-large"];
    let told = sandbox.plan(&words).ok();
    assert!(told.contains("Left out for their size: big"), "{told}");
    let all = sandbox.checkpoints();
    assert_eq!(all[0]["skipped"], json!(["big"]));
    assert_eq!(all[0]["files"].as_array().unwrap().len(), 1);
    fs::remove_file(sandbox.repo().join("big")).unwrap();
    assert_eq!(
        sandbox.added_all(&sandbox.repo()),
        all[0]["tree"].as_str().unwrap()
    );
}

#[test]
fn the_limit_of_a_file_is_configured() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "plan.checkpointMaxFile", "1k"]);
    sandbox.write("exactly", [b'x'; 1024]);
    sandbox.checkpoint(&["at the limit"]);
    sandbox.write("README", [b'x'; 1025]);
    let told = stops(&sandbox, &["over it"]);
    assert!(told.contains("README (1025)"), "{told}");
    sandbox.git(&["config", "plan.checkpointMaxFile", "-1"]);
    stops(&sandbox, &["less than nothing"]);
}

#[test]
fn the_limit_of_a_patch_is_configured() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "plan.checkpointMaxPatch", "1k"]);
    sandbox.write("text", "a line\n".repeat(500));
    let told = stops(&sandbox, &["much"]);
    assert!(told.contains("plan.checkpointMaxPatch"), "{told}");
}

#[test]
fn a_home_folder_is_no_project() {
    let sandbox = Sandbox::with_plan();
    let repo = sandbox.repo();
    let below = repo.join("a/b");
    fs::create_dir_all(&below).unwrap();
    for home in [repo.as_path(), &below, &repo.join(".")] {
        let home = home.to_str().unwrap();
        let run = sandbox.plan_with(&[("HOME", home)], &["checkpoint", "all of it"]);
        let told = run.fails(3);
        assert!(told.contains("is a home folder"), "{told}");
    }
    assert!(sandbox.refs("refs/plans").is_empty());
    sandbox.checkpoint(&["a project"]);
}

/// Put together here, so that no file of this project looks like a secret.
fn token() -> String {
    format!("ghp_{}", "aB3dE5gH".repeat(5))
}

/// The token is in no output, no object and no file but those of the working tree.
#[track_caller]
fn is_nowhere(sandbox: &Sandbox, told: &str) {
    let token = token();
    assert!(!told.contains(&token), "{told}");
    let objects = sandbox.sh("git cat-file --batch-all-objects --batch").ok();
    assert!(!objects.contains(&token));
    let mut files = BTreeMap::new();
    traces(&sandbox.repo().join(".git"), &mut files);
    for (path, (_, _, content)) in files {
        let has = content
            .windows(token.len())
            .any(|part| part == token.as_bytes());
        assert!(!has, "{}", path.display());
    }
}

#[test]
fn a_secret_stops_it_with_file_and_line_and_is_stored_nowhere() {
    let sandbox = Sandbox::with_plan();
    let token = token();
    sandbox.write("README", format!("hello\nline\nkey = \"{token}\"\n"));
    sandbox.write("src/config.py", format!("TOKEN = '{token}'\n"));
    sandbox.write("with\ttab", format!("\r\n{token}\r\n"));
    sandbox.write(".env", "harmless\n");
    for words in [
        &["x"][..],
        &["x", "--private"],
        &["x", "--json"],
        &["x", "--dry-run"],
    ] {
        let run = sandbox.plan(&[&["checkpoint"], words].concat());
        assert_eq!(run.code, 3, "{run:?}");
        for place in [
            "README:3: a GitHub token",
            "src/config.py:1: a GitHub token",
            "\"with\\ttab\":2: a GitHub token",
            ".env: a file that holds secrets by custom",
            "--include-secrets",
        ] {
            assert!(run.err.contains(place), "{place}: {}", run.err);
        }
        is_nowhere(&sandbox, &format!("{}{}", run.out, run.err));
    }
    assert!(sandbox.refs("refs/plans").is_empty());
}

#[test]
fn a_secret_in_a_file_without_lines_stops_it_where_it_is_new() {
    let sandbox = Sandbox::with_plan();
    let content = |rest: &str| format!("\0\0 {} \0{rest}", token());
    sandbox.write("base.db", content(""));
    let told = stops(&sandbox, &["x"]);
    assert!(told.contains("base.db: a GitHub token"), "{told}");
    is_nowhere(&sandbox, &told);
    sandbox.commit_all("published long ago");
    sandbox.write("base.db", content("more"));
    sandbox.checkpoint(&["passes"]);
}

#[test]
fn a_secret_that_was_there_already_stops_nothing() {
    let sandbox = Sandbox::with_plan();
    sandbox.write("old", format!("{}\n", token()));
    sandbox.write(".env", "tracked\n");
    sandbox.commit_all("published long ago");
    sandbox.write("old", format!("{}\nanother line\n", token()));
    sandbox.write(".env", "tracked, and changed\n");
    assert_eq!(sandbox.checkpoint(&["passes"])["with_secrets"], false);
}

#[test]
fn a_secret_that_is_taken_in_all_the_same_is_recorded() {
    let sandbox = Sandbox::with_plan();
    sandbox.write("new", token());
    let checkpoint = sandbox.checkpoint(&["with it", "--include-secrets"]);
    assert_eq!(checkpoint["with_secrets"], true);
    let shown = sandbox.plan(&["show", "with it"]).ok();
    assert!(shown.contains("--include-secrets"), "{shown}");
    sandbox.git(&["reset", "-q"]);
    fs::remove_file(sandbox.repo().join("new")).unwrap();
    assert_eq!(
        sandbox.checkpoint(&["without", "--include-secrets"])["with_secrets"],
        false
    );
}

#[test]
fn a_file_that_is_ignored_may_hold_what_it_likes() {
    let sandbox = Sandbox::with_plan();
    sandbox.write(".gitignore", ".env\nbig\n");
    sandbox.write(".env", token());
    sandbox.sh("truncate -s 1G big").ok();
    sandbox.checkpoint(&["passes"]);
}

/// Whether this process may read whatever it likes.
fn is_root() -> bool {
    let output = Command::new("id").arg("-u").output().unwrap();
    output.stdout == b"0\n"
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    if is_root() {
        eprintln!("skipped: root reads everything");
        return;
    }
    let sandbox = Sandbox::with_plan();
    sandbox.write("closed", "closed\n");
    let path = sandbox.repo().join("closed");
    fs::set_permissions(path, fs::Permissions::from_mode(0o000)).unwrap();
    let before = stored(&sandbox);
    let told = sandbox.plan(&["checkpoint", "x"]).fails(6);
    assert!(told.contains("closed"), "{told}");
    assert_eq!(stored(&sandbox), before);
}

#[test]
fn a_filter_that_is_required_and_fails_stops_it() {
    let sandbox = Sandbox::with_plan();
    sandbox.git(&["config", "filter.odd.clean", "exit 1"]);
    sandbox.git(&["config", "filter.odd.required", "true"]);
    sandbox.write(".gitattributes", "*.odd filter=odd\n");
    sandbox.write("first", "fine\n");
    sandbox.write("some.odd", "cannot be cleaned\n");
    let before = stored(&sandbox);
    let run = sandbox.plan(&["checkpoint", "x"]);
    assert!(run.code > 1, "{run:?}");
    assert!(run.err.contains("some.odd"), "{run:?}");
    assert_eq!(stored(&sandbox), before);
}

/// What a run on a disk with little room left behind.
#[track_caller]
fn is_whole_or_nothing(sandbox: &Sandbox, before: &str, run: &Run) {
    let refs = sandbox.git(&["for-each-ref"]);
    match run.code {
        0 => assert_eq!(sandbox.refs("refs/plans/checkpoints").len(), 1),
        _ => assert_eq!(refs, before, "{run:?}"),
    }
    sandbox.git(&["fsck", "--strict"]);
}

/// Files of the repository must not be larger than some bytes: each object in turn is too large.
#[test]
fn a_write_that_fails_leaves_nothing_half_stored() {
    let sandbox = Sandbox::with_plan();
    let noise: String = (0u32..9000)
        .map(|n| format!("{}\n", n.wrapping_mul(2_654_435_761)))
        .collect();
    sandbox.write("noise", noise);
    let before = sandbox.git(&["for-each-ref"]);
    let mut failed = 0;
    for blocks in [0, 1, 2, 4, 8, 16, 32, 64, 96, 128, 4096] {
        let line = format!("trap '' XFSZ; ulimit -f {blocks}; git plan checkpoint limited");
        let run = sandbox.sh(&line);
        is_whole_or_nothing(&sandbox, &before, &run);
        failed += u32::from(run.code != 0);
    }
    assert!((1..11).contains(&failed), "{failed} failed");
}

#[test]
fn a_full_disk_leaves_nothing_half_stored() {
    let sandbox = Sandbox::with(&[]);
    let Some(_disk) = Disk::on(&sandbox.repo()) else {
        eprintln!("skipped: cannot mount");
        return;
    };
    sandbox.git(&["init", "-q", "-b", "main"]);
    sandbox.write("README", "hello\n");
    sandbox.commit_all("first");
    sandbox.plan(&["init", "Demo plan"]).ok();
    sandbox.write("work", "work\n");
    sandbox.write("deep/er/work", "more\n");
    let before = sandbox.git(&["for-each-ref"]);
    let mut failed = 0;
    let mut pages = 0;
    while sandbox.refs("refs/plans/checkpoints").is_empty() {
        fill(&sandbox.root().join("repo/.git/filler"), pages);
        let run = sandbox.plan(&["checkpoint", "squeezed"]);
        is_whole_or_nothing(&sandbox, &before, &run);
        failed += u32::from(run.code != 0);
        pages += 2;
        assert!(pages < 200, "{run:?}");
    }
    assert!(failed > 0);
    assert_eq!(sandbox.checkpoints().len(), 1);
    sandbox.plan(&["doctor"]).ok();
}

/// Fills the disk up to a number of pages.
fn fill(filler: &Path, pages: u64) {
    use std::io::Write as _;
    let mut file = fs::File::create(filler).unwrap();
    while file.write_all(&[1; 4096]).is_ok() {}
    let size = file.metadata().unwrap().len();
    file.set_len(size.saturating_sub(pages * 4096)).unwrap();
}

/// A disk of a megabyte, mounted until it is dropped.
struct Disk(std::path::PathBuf);

impl Disk {
    fn on(folder: &Path) -> Option<Self> {
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=1m", "tmpfs"])
            .arg(folder);
        let mounted = mount.output().is_ok_and(|output| output.status.success());
        mounted.then(|| Self(folder.to_owned()))
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[test]
fn a_large_file_is_large_when_it_is_staged_or_gone_too() {
    let sandbox = Sandbox::with_plan();
    sandbox.sh("truncate -s 11M big && git add big").ok();
    let refused = sandbox.plan(&["checkpoint", "staged"]).fails(3);
    assert!(refused.contains("big"), "{refused}");
    sandbox.sh("git commit -qm big && git rm -q big").ok();
    let refused = sandbox.plan(&["checkpoint", "gone"]).fails(3);
    assert!(refused.contains("big"), "{refused}");
    let left_out = sandbox.checkpoint(&["gone", "--skip-large"]);
    assert_eq!(left_out["skipped"], json!(["big"]));
    assert_eq!(left_out["files"], json!([]));
}
