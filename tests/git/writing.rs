//! Objects that we write, in the eyes of Git.

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use git_plan::git::{EntryKind, Error, Ident, Oid, RefMove, Time, TreeSide, Writer};
use gix::bstr::BString;

use crate::support::{PLAN, Sandbox, move_plan, oid, plan_commit, somebody};

#[test]
fn what_is_written_is_what_git_writes() {
    for format in ["--object-format=sha1", "--object-format=sha256"] {
        let sandbox = Sandbox::with(&[format]);
        let repo = sandbox.repo();
        let commit = plan_commit(&repo, &[], "hello\n");
        assert_eq!(move_plan(&repo, commit, None), RefMove::Moved);
        sandbox.fsck();
        assert_eq!(sandbox.oid(PLAN), commit);
        assert_eq!(
            sandbox.git(&["cat-file", "-p", "git-plan:.plans/a/plan.toml"]),
            "hello"
        );
        let raw = sandbox.git(&["cat-file", "commit", "git-plan"]);
        assert!(raw.contains("author Plan Er <plan@example.com> 1700000000 +0100"));
        assert_eq!(repo.commit(commit).expect("read").message, b"hello\n");
    }
}

#[test]
fn blobs_of_every_size_come_back() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let mut noise = 1_u32;
    for size in [0, 1, 100, 255, 256, 257, 5_000, 70_000, 3_000_000] {
        let content: Vec<u8> = (0..size)
            .map(|i| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                if i % 3 == 0 { 7 } else { (noise >> 24) as u8 }
            })
            .collect();
        let blob = writer.write_blob(&content).expect("written");
        assert_eq!(repo.blob(blob, u64::MAX).expect("read"), content, "{size}");
        assert_eq!(repo.object_size(blob).expect("known"), size as u64);
    }
    sandbox.fsck();
}

#[test]
fn a_tree_is_edited_as_git_would() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let blob = writer.write_blob(b"x").expect("a blob");
    let set = |path: &str| (path.to_owned(), Some(blob));
    let gone = |path: &str| (path.to_owned(), None);
    let tree = writer
        .edit_tree(
            None,
            &[
                set("a/b"),
                set("a.b"),
                set("a0"),
                set("a-"),
                set("c/d/e"),
                set("f"),
            ],
        )
        .expect("edited");
    let names = |tree: Oid| sandbox.git(&["ls-tree", "-r", "--name-only", &tree.to_string()]);
    assert_eq!(names(tree), "a-\na.b\na/b\na0\nc/d/e\nf");

    type Case<'a> = (&'a [(String, Option<Oid>)], &'a str);
    let cases: [Case<'_>; 6] = [
        (&[gone("c/d/e")], "a-\na.b\na/b\na0\nf"),
        (
            &[gone("c"), gone("nothing/here"), gone("f/g")],
            "a-\na.b\na/b\na0\nf",
        ),
        (&[set("f/g")], "a-\na.b\na/b\na0\nc/d/e\nf/g"),
        (&[set("c")], "a-\na.b\na/b\na0\nc\nf"),
        (&[gone("c/d/e"), set("c/d/f")], "a-\na.b\na/b\na0\nc/d/f\nf"),
        (&[gone("f"), set("f")], "a-\na.b\na/b\na0\nc/d/e\nf"),
    ];
    for (changes, expected) in cases {
        let edited = writer.edit_tree(Some(tree), changes).expect("edited");
        assert_eq!(names(edited), expected, "{changes:?}");
        sandbox.git(&["fsck", "--strict", &edited.to_string()]);
    }
    let nothing = writer.edit_tree(
        Some(tree),
        &[
            gone("a"),
            gone("a.b"),
            gone("a0"),
            gone("a-"),
            gone("c"),
            gone("f"),
        ],
    );
    assert_eq!(nothing.expect("edited"), repo.empty_tree());
    sandbox.fsck();
}

#[test]
fn paths_that_no_tree_may_hold_are_refused() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let blob = Some(writer.write_blob(b"x").expect("a blob"));
    for path in [
        "", "/a", "a/", "a//b", "../a", "a/./b", ".git/x", "a/.GIT", "con", "a\\b",
    ] {
        let refused = writer.edit_tree(None, &[(path.to_owned(), blob)]);
        assert!(matches!(refused, Err(Error::TreePath { .. })), "{path}");
    }
    for pair in [["a", "a/b"], ["a/b", "a"]] {
        let changes = pair.map(|path| (path.to_owned(), blob));
        let refused = writer.edit_tree(None, &changes);
        assert!(matches!(refused, Err(Error::TreePath { .. })), "{pair:?}");
    }
}

#[test]
fn a_snapshot_may_hold_what_an_index_holds() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let oid = writer.write_blob(b"x").expect("a blob");
    let side = |kind| Some(TreeSide { kind, oid });
    let paths: [&[u8]; 6] = [b"con", b"a\\b", b"\xff\xfe", b"n\nn", b" a", b"d/e/f"];
    let mut edits: Vec<_> = paths
        .iter()
        .map(|path| (BString::from(*path), side(EntryKind::Blob)))
        .collect();
    edits.push(("link".into(), side(EntryKind::Symlink)));
    edits.push(("run".into(), side(EntryKind::Executable)));
    let tree = writer.edit_snapshot_tree(None, &edits).expect("edited");
    let listed = sandbox.git(&["ls-tree", "-r", "-z", &tree.to_string()]);
    assert_eq!(listed.matches("100644 blob").count(), paths.len());
    assert!(listed.contains("120000") && listed.contains("100755"));
    for path in [
        "", "/a", "a/", "a//b", "../a", "a/./b", ".git/x", "a/.GIT", "git~1", ".git ",
    ] {
        let refused = writer.edit_snapshot_tree(None, &[(path.into(), side(EntryKind::Blob))]);
        assert!(matches!(refused, Err(Error::TreePath { .. })), "{path}");
    }
    let link = [(".gitmodules".into(), side(EntryKind::Symlink))];
    let refused = writer.edit_snapshot_tree(None, &link);
    assert!(matches!(refused, Err(Error::TreePath { .. })));
}

#[test]
fn a_file_gives_way_to_a_folder_and_a_folder_to_a_file() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let blob = Some(writer.write_blob(b"x").expect("a blob"));
    let edit = |path: &str, blob| (path.to_owned(), blob);
    let start = [edit("a", blob), edit("d/e", blob), edit("d/f/g", blob)];
    let tree = writer.edit_tree(None, &start).expect("edited");
    let swap = [
        edit("a", None),
        edit("a/b", blob),
        edit("d", blob),
        edit("d/e", None),
        edit("d/f/g", None),
    ];
    let swapped = writer.edit_tree(Some(tree), &swap).expect("edited");
    let names = |tree: Oid| sandbox.git(&["ls-tree", "-r", "--name-only", &tree.to_string()]);
    assert_eq!(names(swapped), "a/b\nd");
    let anew = [edit("d", None), edit("d/n", blob)];
    let anew = writer.edit_tree(Some(tree), &anew).expect("edited");
    assert_eq!(names(anew), "a\nd/n");
}

#[test]
fn what_is_prepared_is_stored_later_or_never() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut preparer = repo.preparer().expect("a preparer");
    let prepared = preparer.blob(b"content").expect("prepared");
    assert!(matches!(
        repo.blob(prepared.oid(), 100),
        Err(Error::Missing(_))
    ));
    let mut writer = repo.writer().expect("a writer");
    writer.store(&prepared).expect("stored");
    assert_eq!(repo.blob(prepared.oid(), 100).expect("read"), b"content");
    // Once more, while it is there and after it went.
    let again = preparer.blob(b"content").expect("prepared");
    writer.store(&again).expect("stored");
    let hex = prepared.oid().to_string();
    let (folder, file) = hex.split_at(2);
    let file = sandbox.path().join(".git/objects").join(folder).join(file);
    fs::remove_file(&file).expect("removed");
    writer.store(&again).expect("stored");
    assert_eq!(sandbox.git(&["cat-file", "blob", &hex]), "content");
    sandbox.fsck();
}

#[test]
fn a_dry_run_tells_the_ids_and_writes_nothing() {
    let sandbox = Sandbox::new();
    sandbox.commit("base");
    let repo = sandbox.repo();
    let who = Ident::new("Some Body", "some@example.com").expect("clean");
    let time = Time {
        seconds: 1_700_000_000,
        offset: 0,
    };
    let write = |mut writer: Writer<'_>| {
        let blob = writer.write_blob(b"x").expect("a blob");
        let tree = writer.edit_tree(None, &[("a/b".to_owned(), Some(blob))]);
        let tree = tree.expect("a tree");
        let commit = writer.write_commit(tree, &[], &who.at(time), "checkpoint 1\n");
        writer.finish().expect("finished");
        commit.expect("a commit")
    };
    let dry = write(repo.dry_writer().expect("a writer"));
    assert!(matches!(repo.commit(dry), Err(Error::Missing(_))));
    let oid = write(repo.writer().expect("a writer"));
    assert_eq!(dry, oid);
    let raw = sandbox.git(&["cat-file", "commit", &oid.to_string()]);
    let tree = repo.commit(oid).expect("read").tree;
    let line = "Some Body <some@example.com> 1700000000 +0000";
    assert_eq!(
        raw,
        format!("tree {tree}\nauthor {line}\ncommitter {line}\n\ncheckpoint 1")
    );
}

#[test]
fn other_modes_survive_an_edit() {
    let sandbox = Sandbox::new();
    let path = sandbox.path();
    fs::write(path.join("run"), "#!/bin/sh\n").expect("written");
    sandbox.git(&["add", "run"]);
    sandbox.git(&["update-index", "--chmod=+x", "run"]);
    std::os::unix::fs::symlink("run", path.join("link")).expect("linked");
    sandbox.git(&["add", "link"]);
    sandbox.commit("modes");
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let blob = writer.write_blob(b"x").expect("a blob");
    let head = repo.commit(sandbox.oid("HEAD")).expect("a commit");
    let tree = writer
        .edit_tree(Some(head.tree), &[("new".to_owned(), Some(blob))])
        .expect("edited");
    let kinds: Vec<_> = repo
        .tree(tree)
        .expect("read")
        .into_iter()
        .map(|entry| entry.kind)
        .collect();
    assert_eq!(
        kinds,
        [EntryKind::Symlink, EntryKind::Blob, EntryKind::Executable]
    );
}

fn object_path(sandbox: &Sandbox, oid: Oid) -> PathBuf {
    let hex = oid.to_string();
    sandbox
        .path()
        .join(".git/objects")
        .join(&hex[..2])
        .join(&hex[2..])
}

#[test]
fn an_object_that_exists_is_freshened() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let blob = repo
        .writer()
        .expect("a writer")
        .write_blob(b"old")
        .expect("a blob");
    let path = object_path(&sandbox, blob);
    let before = fs::metadata(&path).expect("exists");
    let month = Duration::from_secs(30 * 24 * 3600);
    let old = SystemTime::now() - month;
    fs::File::open(&path)
        .expect("opens")
        .set_modified(old)
        .expect("set");
    assert_eq!(
        repo.writer()
            .expect("a writer")
            .write_blob(b"old")
            .expect("a blob"),
        blob
    );
    let after = fs::metadata(&path).expect("exists");
    assert!(after.modified().expect("known") > old + month / 2);
    use std::os::unix::fs::MetadataExt;
    assert_eq!(before.ino(), after.ino());
    assert_eq!(after.mode() & 0o7777, 0o444);
    sandbox.git(&["prune", "--expire=2.weeks"]);
    assert!(path.exists());
}

#[test]
fn an_object_that_is_packed_is_written_all_the_same() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let commit = plan_commit(&repo, &[], "text");
    assert_eq!(move_plan(&repo, commit, None), RefMove::Moved);
    sandbox.git(&["gc", "-q"]);
    assert!(!object_path(&sandbox, commit).exists());
    assert_eq!(plan_commit(&repo, &[], "text"), commit);
    assert!(object_path(&sandbox, commit).exists());
    sandbox.fsck();
}

#[test]
fn an_empty_object_file_is_mended() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let blob = repo
        .writer()
        .expect("a writer")
        .write_blob(b"cut")
        .expect("a blob");
    let path = object_path(&sandbox, blob);
    fs::remove_file(&path).expect("removed");
    fs::write(&path, "").expect("emptied");
    repo.writer()
        .expect("a writer")
        .write_blob(b"cut")
        .expect("a blob");
    assert_eq!(repo.blob(blob, 10).expect("read"), b"cut");
    sandbox.fsck();
}

#[test]
fn a_shared_repository_stays_shared() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::with(&["--shared=group"]);
    let repo = sandbox.repo();
    let commit = plan_commit(&repo, &[], "text");
    let update = repo.move_ref("refs/plans/x/y", commit, None, "init", &somebody());
    assert_eq!(update.expect("no error").outcome, RefMove::Moved);
    let mode = |path: PathBuf| fs::metadata(path).expect("exists").permissions().mode() & 0o7777;
    let object = object_path(&sandbox, commit);
    assert_eq!(
        mode(object.parent().expect("a folder").to_owned()) & 0o2070,
        0o2070
    );
    assert_eq!(mode(object), 0o444);
    let git_dir = sandbox.path().join(".git");
    assert_eq!(mode(git_dir.join("refs/plans/x")) & 0o070, 0o070);
    assert_eq!(mode(git_dir.join("refs/plans/x/y")) & 0o060, 0o060);
    assert_eq!(mode(git_dir.join("logs/refs/plans/x/y")) & 0o060, 0o060);
}

#[test]
fn sizes_and_kinds_are_checked_before_reading() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let commit = plan_commit(&repo, &[], "twelve bytes");
    let tree = repo.commit(commit).expect("read").tree;
    let entry = repo
        .entry(tree, ".plans/a/plan.toml")
        .expect("read")
        .expect("there");
    assert!(matches!(
        repo.blob(entry.oid, 11),
        Err(Error::TooLarge {
            size: 12,
            limit: 11,
            ..
        })
    ));
    assert_eq!(repo.blob(entry.oid, 12).expect("fits"), b"twelve bytes");
    assert!(matches!(
        repo.blob(commit, 1000),
        Err(Error::Kind { wanted: "blob", .. })
    ));
    assert!(matches!(
        repo.tree(entry.oid),
        Err(Error::Kind { wanted: "tree", .. })
    ));
    let nowhere = oid("1234567890123456789012345678901234567890");
    assert!(matches!(repo.blob(nowhere, 10), Err(Error::Missing(missing)) if missing == nowhere));
    for path in [".plans/b", ".plans/a/plan.toml/x", "", ".plans/"] {
        assert_eq!(repo.entry(tree, path).expect("read"), None, "{path}");
    }
}
