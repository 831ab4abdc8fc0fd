//! The working tree as a snapshot, against `git add -A` in a copy of the index.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use git_plan::git::{After, Error, Oid, Repo, TreeSide, WorkTreeOptions};

use crate::support::{Sandbox, isolate, oid};

/// Stores the working tree as a snapshot; nothing is written before everything
/// has been read.
fn capture(repo: &Repo) -> Result<Oid, Error> {
    let before = files(&repo.common_dir().join("objects"));
    let found = repo.work_tree_changes(WorkTreeOptions::default())?;
    assert!(found.changes.is_sorted_by(|a, b| a.path < b.path));
    let mut reader = repo.work_tree_reader()?;
    let mut preparer = repo.preparer()?;
    let mut blobs = Vec::new();
    let mut edits = Vec::new();
    for change in &found.changes {
        let side = match change.after {
            None => None,
            Some(After::Stored(side)) => Some(side),
            Some(After::OnDisk { kind, .. }) => {
                let content = reader.read(change)?.expect("still there");
                assert_eq!(content.kind, kind, "{}", change.path);
                let blob = preparer.blob(&content.bytes)?;
                let oid = blob.oid();
                blobs.push(blob);
                Some(TreeSide { kind, oid })
            }
        };
        edits.push((change.path.clone(), side));
    }
    assert_eq!(files(&repo.common_dir().join("objects")), before);
    let mut writer = repo.writer()?;
    for blob in &blobs {
        writer.store(blob)?;
    }
    let tree = writer.edit_snapshot_tree(Some(found.base_tree), &edits)?;
    writer.finish()?;
    Ok(tree)
}

/// What Git makes of the same working tree, without leaving an object behind.
fn git_tree(sandbox: &Sandbox, folder: &Path) -> Result<Oid, String> {
    let git_dir = PathBuf::from(sandbox.git_in(folder, &["rev-parse", "--absolute-git-dir"]));
    let objects = sandbox.git_in(
        folder,
        &[
            "rev-parse",
            "--path-format=absolute",
            "--git-path",
            "objects",
        ],
    );
    let work = tempfile::tempdir().expect("a temporary folder");
    let index = work.path().join("index");
    if git_dir.join("index").exists() {
        let mut copy = Command::new("cp");
        let copied = copy
            .arg("-p")
            .arg(git_dir.join("index"))
            .arg(&index)
            .status();
        assert!(copied.expect("cp runs").success());
    }
    let quarantine = work.path().join("objects");
    fs::create_dir(&quarantine).expect("created");
    let run = |arguments: &[&str]| {
        let mut command = Command::new("git");
        isolate(&mut command, &sandbox.root);
        command
            .current_dir(folder)
            .args(["-c", "core.fsmonitor=false", "-c", "core.splitIndex=false"])
            .args(arguments)
            .env("GIT_INDEX_FILE", &index)
            .env("GIT_OBJECT_DIRECTORY", &quarantine)
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects)
            .output()
            .expect("git runs")
    };
    let added = run(&["add", "-A", ":/"]);
    if !added.status.success() && added.status.code() != Some(1) {
        return Err(String::from_utf8_lossy(&added.stderr).into_owned());
    }
    let written = run(&["write-tree"]);
    assert!(written.status.success());
    Ok(oid(&String::from_utf8_lossy(&written.stdout)))
}

/// Every file below `folder` with its size and time.
fn files(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let metadata = fs::symlink_metadata(&path).expect("metadata");
            if metadata.is_dir() {
                folders.push(path);
            } else {
                found.insert(path, (metadata.len(), metadata.modified().expect("a time")));
            }
        }
    }
    found
}

/// All files but the objects.
fn everything(sandbox: &Sandbox) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut files = files(&sandbox.root);
    files.retain(|path, _| !path.components().any(|part| part.as_os_str() == "objects"));
    files
}

/// A repository made by a shell script that is run in it.
fn made_by(script: &str, init: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with(init);
    let mut command = Command::new("sh");
    isolate(&mut command, &sandbox.root);
    let output = command
        .args(["-e", "-c", script])
        .env("R", &sandbox.root)
        .current_dir(sandbox.path())
        .output()
        .expect("sh runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}\n{error}");
    sandbox
}

fn assert_like_git(name: &str, sandbox: &Sandbox, folder: &Path) {
    let before = everything(sandbox);
    let repo = Repo::discover(folder).expect("opens");
    let ours = capture(&repo);
    let after = everything(sandbox);
    assert_eq!(before, after, "{name}: something was touched");
    let theirs = git_tree(sandbox, folder);
    match (ours, theirs) {
        (Ok(ours), Ok(theirs)) => {
            let listed =
                |tree: Oid| sandbox.git_in(folder, &["ls-tree", "-r", "-z", &tree.to_string()]);
            if ours != theirs {
                let work = tempfile::tempdir().expect("a temporary folder");
                let _ = work;
                panic!("{name}: ours {}", listed(ours).replace('\0', "\n"));
            }
            sandbox.git_in(folder, &["rev-list", "--objects", &ours.to_string()]);
        }
        (Err(ours), Err(theirs)) => eprintln!("{name}: both refuse: {ours}: {theirs}"),
        (Ok(_), Err(theirs)) => panic!("{name}: Git refuses: {theirs}"),
        (Err(ours), Ok(_)) => panic!("{name}: we refuse: {ours:?}"),
    }
}

const START: &str = r#"
printf 'a\n' > a; printf 'b\n' > b; mkdir -p d/e; printf 'c\n' > d/c; printf 'e\n' > d/e/e
printf '#!/bin/sh\n' > run; chmod +x run; ln -s a link
git add -A; git commit -qm start
"#;

/// Each is one state of a repository, made after `START`.
const STATES: &[(&str, &str)] = &[
    ("clean", ""),
    (
        "modified, deleted, new, mode",
        "echo x > a; rm b; echo n > n; chmod +x d/c; chmod -x run",
    ),
    (
        "staged and unstaged apart",
        "echo x > a; git add a; echo y > a; echo z > d/c; git add d/c",
    ),
];

#[test]
fn every_state_is_captured_as_git_would() {
    for (name, script) in STATES {
        let sandbox = made_by(&format!("{START}\n{script}"), &[]);
        assert_like_git(name, &sandbox, &sandbox.path());
    }
}
