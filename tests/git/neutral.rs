//! Commits that bring nothing of their own, against `git merge`; programs that lie in wait; a
//! push's quarantine.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git_plan::git::{Error, Repo};

use crate::support::{Sandbox, oid, sandbox_root, write_program};

fn write(sandbox: &Sandbox, path: &str, text: &str) {
    let path = sandbox.path().join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    fs::write(path, text).expect("written");
}

fn commit(sandbox: &Sandbox, path: &str, text: &str) {
    write(sandbox, path, text);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", path]);
}

/// `main` and `side` have both changed the same file, at different lines.
fn diverged() -> Sandbox {
    let sandbox = Sandbox::new();
    commit(&sandbox, "a", "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    commit(&sandbox, "a", "1\n2\n3\n4\n5\n6\n7\n8\nnine\n");
    sandbox.git(&["checkout", "-q", "main"]);
    commit(&sandbox, "a", "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
    sandbox
}

fn is_neutral(repo: &Repo, commit: git_plan::git::Oid) -> bool {
    let commit = repo.commit(commit).expect("here");
    repo.is_neutral(&commit, None).expect("known")
}

fn head_is_neutral(sandbox: &Sandbox) -> bool {
    is_neutral(&sandbox.repo(), sandbox.oid("HEAD"))
}

#[test]
fn a_commit_without_change_is_neutral() {
    let sandbox = Sandbox::new();
    sandbox.commit("nothing yet");
    assert!(head_is_neutral(&sandbox));
    commit(&sandbox, "a", "1\n");
    assert!(!head_is_neutral(&sandbox));
    sandbox.commit("nothing");
    assert!(head_is_neutral(&sandbox));
    sandbox.git(&["checkout", "-q", "--orphan", "other"]);
    sandbox.git(&["commit", "-q", "-m", "files from the start"]);
    assert!(!head_is_neutral(&sandbox));
}

#[test]
fn a_merge_that_git_makes_by_itself_is_neutral() {
    let sandbox = diverged();
    sandbox.git(&["merge", "-q", "--no-edit", "side"]);
    assert!(head_is_neutral(&sandbox));
    // With nothing to put together.
    sandbox.git(&["checkout", "-q", "-b", "ahead"]);
    commit(&sandbox, "b", "b\n");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&["merge", "-q", "--no-ff", "--no-edit", "ahead"]);
    assert!(head_is_neutral(&sandbox));
    // Renamed on one side, changed on the other.
    sandbox.git(&["checkout", "-q", "ahead"]);
    sandbox.git(&["mv", "a", "moved"]);
    sandbox.git(&["commit", "-q", "-m", "moved"]);
    sandbox.git(&["checkout", "-q", "main"]);
    commit(&sandbox, "a", "one\n2\n3\n4\n5\n6\n7\n8\nnine\nten\n");
    sandbox.git(&["merge", "-q", "--no-edit", "ahead"]);
    assert!(head_is_neutral(&sandbox));
    // Of histories that have nothing in common.
    sandbox.git(&["checkout", "-q", "--orphan", "alone"]);
    sandbox.git(&["rm", "-rqf", "."]);
    commit(&sandbox, "z", "z\n");
    sandbox.git(&["checkout", "-q", "main"]);
    sandbox.git(&[
        "merge",
        "-q",
        "--no-edit",
        "--allow-unrelated-histories",
        "alone",
    ]);
    assert!(head_is_neutral(&sandbox));
}

#[test]
fn a_merge_with_something_of_its_own_is_not() {
    let sandbox = diverged();
    sandbox.git(&["merge", "-q", "--no-commit", "side"]);
    commit(&sandbox, "evil", "evil\n");
    assert!(!head_is_neutral(&sandbox));
    for words in [&["-s", "ours"][..], &["-X", "ours"]] {
        sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
        if words[0] == "-X" {
            commit(&sandbox, "a", "1\n2\n3\n4\n5\n6\n7\n8\nneuf\n");
        }
        let merge = ["merge", "-q", "--no-edit"];
        sandbox.git(&[&merge[..], words, &["side"]].concat());
        assert!(!head_is_neutral(&sandbox), "{words:?}");
    }
}

#[test]
fn of_three_parents_all_must_agree() {
    let sandbox = diverged();
    let (one, other) = (sandbox.oid("main"), sandbox.oid("side"));
    let base = sandbox.oid("main~1");
    let make = |tree: &str, parents: [git_plan::git::Oid; 3]| {
        let parents = parents.map(|parent| parent.to_string());
        let words = [
            "commit-tree",
            "-m",
            "x",
            "-p",
            &parents[0],
            "-p",
            &parents[1],
            "-p",
            &parents[2],
            tree,
        ];
        oid(&sandbox.git(&words))
    };
    assert!(!is_neutral(
        &sandbox.repo(),
        make("main^{tree}", [one, other, base])
    ));
    assert!(is_neutral(
        &sandbox.repo(),
        make("main^{tree}", [one, one, one])
    ));
}

/// Every file below a folder, but not what Git itself may write at any time.
fn files(folder: &Path) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path);
            }
        }
    }
    found
}

/// Configures everything that a repository can have run in a merge: each would leave a mark.
fn plant(sandbox: &Sandbox) -> PathBuf {
    let mark = sandbox.root.join("mark");
    let program = sandbox.root.join("planted");
    let text = format!("#!/bin/sh\ntouch '{}'\ncat\nexit 0\n", mark.display());
    write_program(&program, &text);
    let program = program.display().to_string();
    let driver = format!("{program} %O %A %B");
    let upload_pack = format!("ext::{program}");
    for (key, value) in [
        ("merge.planted.driver", driver.as_str()),
        ("merge.default", "planted"),
        ("merge.renormalize", "true"),
        ("filter.planted.clean", &program),
        ("filter.planted.smudge", &program),
        ("filter.planted.process", &program),
        ("diff.planted.textconv", &program),
        ("diff.external", &program),
        ("core.fsmonitor", &program),
        ("core.sshCommand", &program),
        ("core.alternateRefsCommand", &program),
        ("remote.origin.url", &upload_pack),
        ("remote.origin.promisor", "true"),
        ("protocol.ext.allow", "always"),
        ("extensions.partialClone", "origin"),
        ("core.repositoryFormatVersion", "1"),
    ] {
        sandbox.git(&["config", key, value]);
    }
    let attributes = "* merge=planted filter=planted diff=planted\n";
    fs::create_dir_all(sandbox.path().join(".git/info")).expect("created");
    fs::write(sandbox.path().join(".git/info/attributes"), attributes).expect("written");
    mark
}

#[test]
fn no_planted_program_runs_and_nothing_is_written() {
    let sandbox = diverged();
    for branch in ["side", "main"] {
        sandbox.git(&["checkout", "-q", branch]);
        commit(
            &sandbox,
            ".gitattributes",
            "* merge=planted filter=planted diff=planted\n",
        );
    }
    sandbox.git(&["merge", "-q", "--no-edit", "side"]);
    let merge = sandbox.oid("HEAD");
    let mark = plant(&sandbox);
    let before = files(&sandbox.path());
    assert!(head_is_neutral(&sandbox));
    assert!(!mark.exists());
    assert_eq!(files(&sandbox.path()), before);
    // The trap works: Git itself steps on it.
    sandbox.try_git_in(
        &sandbox.path(),
        &["merge-tree", "--write-tree", "HEAD^1", "HEAD^2"],
    );
    assert!(mark.exists());
    fs::remove_file(&mark).expect("there");
    // A blob that the merge needs is not fetched.
    let blob = sandbox.git(&["rev-parse", "side:a"]);
    let file = sandbox
        .path()
        .join(".git/objects")
        .join(&blob[..2])
        .join(&blob[2..]);
    fs::remove_file(file).expect("loose");
    let repo = sandbox.repo();
    let merge = repo.commit(merge).expect("here");
    let missing = repo.is_neutral(&merge, None);
    assert!(matches!(missing, Err(Error::Git { .. })), "{missing:?}");
    assert!(!mark.exists());
}

#[test]
fn replacements_do_not_count_and_time_is_limited() {
    let sandbox = diverged();
    sandbox.git(&["merge", "-q", "--no-commit", "side"]);
    commit(&sandbox, "evil", "evil\n");
    let merge = sandbox.oid("HEAD");
    // As if the other side had brought the evil.
    sandbox.git(&["checkout", "-q", "side"]);
    commit(&sandbox, "evil", "evil\n");
    sandbox.git(&["replace", "side~1", "side"]);
    let repo = sandbox.repo();
    assert!(!is_neutral(&repo, merge));
    let late = Instant::now().checked_sub(Duration::from_millis(1));
    let merge = repo.commit(merge).expect("here");
    assert!(matches!(
        repo.is_neutral(&merge, late),
        Err(Error::OutOfTime)
    ));
}

#[test]
fn a_merge_is_judged_in_a_push_s_quarantine() {
    let sandbox = diverged();
    sandbox.git(&["merge", "-q", "--no-edit", "side"]);
    sandbox.git(&["branch", "good"]);
    sandbox.git(&["reset", "-q", "--hard", "HEAD^"]);
    sandbox.git(&["merge", "-q", "--no-commit", "side"]);
    commit(&sandbox, "evil", "evil\n");
    sandbox.git(&["init", "-q", "--bare", "../server"]);
    let server = sandbox.root.join("server");
    let program = std::env::current_exe().expect("this program");
    let hook = format!(
        "#!/bin/sh\nSANDBOX='{}' exec '{}' --ignored --exact neutral::in_a_push --nocapture --test-threads=1\n",
        sandbox.root.display(),
        program.display()
    );
    let file = server.join("hooks/pre-receive");
    fs::create_dir_all(server.join("hooks")).expect("created");
    write_program(&file, &hook);
    for (branch, is_accepted) in [("good", true), ("main", false)] {
        let pushed = sandbox.try_git_in(&sandbox.path(), &["push", "-q", "../server", branch]);
        let error = String::from_utf8_lossy(&pushed.stderr);
        assert_eq!(pushed.status.success(), is_accepted, "{error}");
        let said = error.contains("judged: false");
        assert_eq!(said, !is_accepted, "{error}");
    }
    sandbox.git_in(&server, &["fsck", "--strict"]);
}

#[test]
#[ignore = "run by a hook"]
fn in_a_push() {
    let mut line = String::new();
    std::io::stdin().read_line(&mut line).expect("a line");
    let new = oid(line.split(' ').nth(1).expect("a commit"));
    let server = sandbox_root().join("server");
    let before = files(&server);
    let repo = Repo::discover(&server).expect("opens");
    let found = repo.introduced(&[new], &[], None).expect("all is here");
    assert_eq!(found[0].oid, new);
    let neutral = is_neutral(&repo, new);
    assert_eq!(files(&server), before);
    eprintln!("judged: {neutral}");
    assert!(neutral);
}
