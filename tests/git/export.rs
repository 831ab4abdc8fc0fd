//! The files of a commit, against a clone of Git's own.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use git_plan::git::{Error, Repo};

use crate::support::{Sandbox, child_must_pass, sandbox_root, write_program};

/// Every path below a folder, but `.git` at its top: what is there, and its bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(current) = folders.pop() {
        for entry in fs::read_dir(current).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.strip_prefix(folder).expect("below").to_owned();
            if name == Path::new(".git") {
                continue;
            }
            let metadata = path.symlink_metadata().expect("there");
            let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions());
            let bytes = if metadata.is_symlink() {
                let target = fs::read_link(&path).expect("a link");
                target.into_os_string().into_encoded_bytes()
            } else if metadata.is_dir() {
                folders.push(path);
                Vec::new()
            } else {
                fs::read(&path).expect("a file")
            };
            found.insert(name, (mode, bytes));
        }
    }
    found
}

fn times(folder: &Path) -> BTreeMap<PathBuf, SystemTime> {
    let names = files(folder).into_keys();
    names
        .map(|name| {
            let metadata = folder.join(&name).symlink_metadata().expect("there");
            (name, metadata.modified().expect("a time"))
        })
        .collect()
}

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    fs::write(path, text).expect("written");
}

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let top = sandbox.path();
    write(&top, "a", "1\n2\n");
    write(&top, "deep/er/b", "1\n");
    write(&top, "windows", "1\r\n");
    write(&top, "ident", "$Id$\n");
    write(&top, "archive/left-out", "here\n");
    let attributes = "windows eol=crlf\nident ident\narchive export-ignore\n* filter=x\n";
    write(&top, ".gitattributes", attributes);
    write_program(&top.join("run"), "#!/bin/sh\n");
    std::os::unix::fs::symlink("../nowhere", top.join("link")).expect("made");
    let first = sandbox.root.join("other");
    sandbox.git(&["init", "-q", "../other"]);
    sandbox.git_in(&first, &["commit", "-q", "--allow-empty", "-m", "x"]);
    let url = first.display().to_string();
    sandbox.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        &url,
        "sub",
    ]);
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "all"]);
    sandbox
}

#[test]
fn an_export_is_what_a_clone_has() {
    for autocrlf in ["false", "true"] {
        let sandbox = sandbox();
        sandbox.git(&["config", "core.autocrlf", autocrlf]);
        let setting = format!("core.autocrlf={autocrlf}");
        sandbox.git(&["clone", "-q", "-c", &setting, ".", "../clone"]);
        let into = sandbox.root.join("deep/into");
        let before = (times(&sandbox.path().join(".git")), files(&sandbox.path()));
        let head = sandbox.oid("HEAD");
        sandbox.repo().export(head, &into).expect("exported");
        assert_eq!(files(&into), files(&sandbox.root.join("clone")));
        let after = (times(&sandbox.path().join(".git")), files(&sandbox.path()));
        assert_eq!(before, after);
        let again = sandbox.repo().export(head, &into);
        assert!(matches!(again, Err(Error::Io { .. })));
        // From where there are no files either.
        sandbox.git(&["clone", "-q", "--bare", ".", "../bare"]);
        let bare = Repo::discover(&sandbox.root.join("bare")).expect("opens");
        bare.export(head, &sandbox.root.join("other-place"))
            .expect("exported");
    }
}

#[test]
fn no_program_of_the_repository_runs() {
    let sandbox = sandbox();
    let (program, mark) = (sandbox.root.join("planted"), sandbox.root.join("mark"));
    write_program(
        &program,
        &format!("#!/bin/sh\ntouch '{}'\ntr 0-9 A-J\n", mark.display()),
    );
    let program = program.display().to_string();
    for key in ["filter.x.smudge", "filter.x.process", "core.fsmonitor"] {
        sandbox.git(&["config", key, &program]);
    }
    for hook in ["post-checkout", "post-index-change"] {
        let text = format!("#!/bin/sh\ntouch '{}'\n", mark.display());
        write_program(&sandbox.path().join(".git/hooks").join(hook), &text);
    }
    let head = sandbox.oid("HEAD");
    sandbox
        .repo()
        .export(head, &sandbox.root.join("one"))
        .expect("exported");
    assert!(!mark.exists());
    assert_eq!(
        fs::read(sandbox.root.join("one/a")).expect("there"),
        b"1\n2\n"
    );
    // The user's own does.
    sandbox.git(&["config", "--unset", "filter.x.process"]);
    sandbox.git(&["config", "--global", "filter.x.smudge", &program]);
    child_must_pass("export::filter_child", &sandbox, &[]);
    assert_eq!(
        fs::read(sandbox.root.join("two/a")).expect("there"),
        b"B\nC\n"
    );
}

#[test]
#[ignore = "run by another test"]
fn filter_child() {
    let repo = Repo::discover(&sandbox_root().join("repo")).expect("opens");
    let head = repo.resolve("HEAD").expect("there");
    repo.export(head, &sandbox_root().join("two"))
        .expect("exported");
}

#[test]
fn what_is_missing_is_told() {
    let sandbox = sandbox();
    let head = sandbox.oid("HEAD");
    let blob = sandbox.git(&["rev-parse", "HEAD:a"]);
    let file = sandbox
        .path()
        .join(".git/objects")
        .join(&blob[..2])
        .join(&blob[2..]);
    fs::remove_file(file).expect("loose");
    let exported = sandbox.repo().export(head, &sandbox.root.join("into"));
    assert!(matches!(exported, Err(Error::Git { .. })), "{exported:?}");
}
