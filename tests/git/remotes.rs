//! Remotes, partial clones, and Git's housekeeping.

use std::fs;
use std::path::PathBuf;
use std::thread;
use std::time::Duration;

use git_plan::git::{Error, Repo};

use crate::support::{PLAN, Sandbox, move_plan, plan_commit};

/// A repository with a plan, and a clone of it.
fn cloned(options: &[&str]) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::new();
    sandbox.commit("code");
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let repo = sandbox.repo();
    let plan = plan_commit(&repo, &[], "plan");
    move_plan(&repo, plan, None);
    let url = format!("file://{}", sandbox.path().display());
    let mut arguments = vec!["clone", "-q", "--branch=main"];
    arguments.extend(options);
    arguments.extend([&url, "../clone"]);
    sandbox.git(&arguments);
    let clone = sandbox.root.join("clone");
    (sandbox, clone)
}

#[test]
fn a_remote_is_asked_and_fetched_from() {
    let (sandbox, clone) = cloned(&["--single-branch"]);
    let plan = sandbox.oid(PLAN);
    sandbox.git(&["update-ref", "refs/x/refs/heads/git-plan", "main"]);
    sandbox.git(&["tag", "v1", PLAN]);
    let repo = Repo::discover(&clone).expect("opens");
    assert_eq!(repo.remotes(), ["origin"]);
    assert_eq!(repo.tracking_ref("origin", PLAN), None);
    assert_eq!(repo.remote_ref("origin", PLAN).expect("asked"), Some(plan));
    assert_eq!(
        repo.remote_ref("origin", "refs/heads/none").expect("asked"),
        None
    );

    let refspec = "+refs/heads/git-plan:refs/remotes/origin/git-plan";
    repo.add_fetch_refspec("origin", refspec).expect("added");
    let repo = Repo::discover(&clone).expect("opens");
    repo.add_fetch_refspec("origin", refspec).expect("there");
    assert_eq!(repo.fetch_refspecs("origin").len(), 2);
    let tracking = repo.tracking_ref("origin", PLAN).expect("fetched");
    assert_eq!(tracking, "refs/remotes/origin/git-plan");
    assert_eq!(repo.reference(&tracking).expect("readable"), None);
    repo.fetch("origin", &[refspec]).expect("fetched");
    assert_eq!(repo.reference(&tracking).expect("readable"), Some(plan));
    assert_eq!(repo.commit(plan).expect("here").message, b"plan");
    assert!(!clone.join(".git/FETCH_HEAD").exists());
    assert_eq!(repo.refs("refs/tags/").expect("listed"), []);
}

#[test]
fn an_unreachable_remote_says_so_in_git_s_words() {
    let (sandbox, clone) = cloned(&[]);
    fs::rename(sandbox.path(), sandbox.root.join("moved")).expect("renamed");
    let repo = Repo::discover(&clone).expect("opens");
    for error in [
        repo.remote_ref("origin", PLAN).expect_err("unreachable"),
        repo.fetch("origin", &["main"]).expect_err("unreachable"),
    ] {
        assert!(matches!(error, Error::Network { .. }));
        assert!(error.to_string().contains("does not"), "{error}");
    }
    let error = repo
        .fetch("--upload-pack=touch x", &["main"])
        .expect_err("no option");
    assert!(error.to_string().contains("strange pathname"), "{error}");
}

#[test]
fn refspecs_name_the_tracking_ref() {
    let (sandbox, clone) = cloned(&[]);
    let tracked = |name| {
        Repo::discover(&clone)
            .expect("opens")
            .tracking_ref("origin", name)
    };
    assert_eq!(
        tracked("refs/heads/a/b").as_deref(),
        Some("refs/remotes/origin/a/b")
    );
    assert_eq!(tracked("refs/plans/a"), None);
    sandbox.git_in(
        &clone,
        &["config", "--add", "remote.origin.fetch", "^refs/heads/a/*"],
    );
    assert_eq!(tracked("refs/heads/a/b"), None);
    sandbox.git_in(&clone, &["config", "remote.up.stream.url", "x"]);
    assert_eq!(
        Repo::discover(&clone).expect("opens").remotes(),
        ["origin", "up.stream"]
    );
}

#[test]
fn a_partial_clone_gets_what_it_misses_in_one_go() {
    let sandbox = Sandbox::new();
    let source = sandbox.repo();
    let mut writer = source.writer().expect("a writer");
    let blobs: Vec<_> = (0..300)
        .map(|n| {
            writer
                .write_blob(format!("blob {n}").as_bytes())
                .expect("written")
        })
        .collect();
    let files: Vec<_> = blobs
        .iter()
        .enumerate()
        .map(|(n, blob)| (format!("f{n}"), Some(*blob)))
        .collect();
    let tree = writer.edit_tree(None, &files).expect("edited");
    let commit = writer
        .write_commit(tree, &[], &crate::support::somebody(), "many")
        .expect("written");
    writer.finish().expect("finished");
    move_plan(&source, commit, None);
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git(&[
        "clone",
        "-q",
        "--no-checkout",
        "--branch=git-plan",
        "--filter=blob:none",
        &url,
        "../clone",
    ]);
    let clone = sandbox.root.join("clone");
    let packs = || {
        fs::read_dir(clone.join(".git/objects/pack"))
            .expect("listed")
            .flatten()
            .filter(|entry| entry.file_name().to_string_lossy().ends_with(".pack"))
            .count()
    };

    let repo = Repo::discover(&clone).expect("opens");
    assert_eq!(repo.promisor_remote().as_deref(), Some("origin"));
    assert_eq!(repo.tree(tree).expect("here").len(), 300);
    assert!(matches!(repo.blob(blobs[0], 100), Err(Error::Missing(oid)) if oid == blobs[0]));
    let missing = repo.read_blobs(&blobs, 100, |_, found| {
        matches!(found, Err(Error::Missing(_)))
    });
    assert!(missing.into_iter().all(|missing| missing));
    let before = packs();
    repo.fetch_missing(&blobs).expect("fetched");
    assert_eq!(packs(), before + 1);
    for (n, blob) in blobs.iter().enumerate() {
        assert_eq!(
            repo.blob(*blob, 100).expect("here"),
            format!("blob {n}").as_bytes()
        );
    }
    assert!(!clone.join(".git/FETCH_HEAD").exists());
    let elsewhere = sandbox.repo().fetch_missing(&blobs[..1]);
    assert!(matches!(elsewhere, Err(Error::Missing(_))));
}

#[test]
fn many_blobs_come_in_their_order() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut writer = repo.writer().expect("a writer");
    let mut oids: Vec<_> = (0..1000)
        .map(|n| {
            writer
                .write_blob(format!("blob {n}").as_bytes())
                .expect("written")
        })
        .collect();
    oids.push(repo.empty_tree());
    let texts = repo.read_blobs(&oids, 7, |position, found| match found {
        Ok(bytes) => format!("{position}: {}", String::from_utf8_lossy(bytes)),
        Err(Error::TooLarge { size, .. }) => format!("{position}: {size}"),
        Err(error) => format!("{position}: {error}"),
    });
    assert_eq!(texts.len(), 1001);
    assert_eq!(
        (
            texts[0].as_str(),
            texts[99].as_str(),
            texts[100].as_str(),
            texts[999].as_str()
        ),
        ("0: blob 0", "99: blob 99", "100: 8", "999: 8")
    );
    assert!(
        texts[1000].starts_with("1000: the object 4b825dc"),
        "{}",
        texts[1000]
    );
}

#[test]
fn garbage_is_collected_now_and_then() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let commit = plan_commit(&repo, &[], "plan");
    move_plan(&repo, commit, None);
    let objects = sandbox.path().join(".git/objects");
    let packed =
        || fs::read_dir(objects.join("pack")).is_ok_and(|mut entries| entries.next().is_some());
    let mut writer = repo.writer().expect("a writer");
    for n in 0..2000 {
        writer
            .write_blob(format!("{n}").as_bytes())
            .expect("written");
    }
    repo.start_gc();
    thread::sleep(Duration::from_millis(300));
    assert!(!packed());
    sandbox.git(&["config", "gc.auto", "0"]);
    sandbox.repo().start_gc();
    sandbox.git(&["config", "gc.auto", "1"]);
    sandbox.git(&["config", "maintenance.auto", "false"]);
    sandbox.repo().start_gc();
    thread::sleep(Duration::from_millis(300));
    assert!(!packed());
    sandbox.git(&["config", "--unset", "maintenance.auto"]);
    sandbox.repo().start_gc();
    for _ in 0..100 {
        thread::sleep(Duration::from_millis(50));
        if packed() && !sandbox.path().join(".git/gc.pid").exists() {
            return;
        }
    }
    panic!("nothing was packed");
}
