//! Refs: reading them, moving them, losing a race.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use git_plan::git::{Error, RefMove, Repo, Warning};

use crate::support::{
    PLAN, Sandbox, child_must_pass, move_plan, plan_commit, sandbox_root, somebody,
};

fn value(repo: &Repo) -> Option<git_plan::git::Oid> {
    repo.reference(PLAN).expect("readable")
}

#[test]
fn a_ref_moves_only_from_what_is_expected() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let one = plan_commit(&repo, &[], "one");
    let two = plan_commit(&repo, &[one], "two");
    assert_eq!(value(&repo), None);
    let outcome = |new, expected| {
        repo.move_ref(PLAN, new, expected, "why\n it moved", &somebody())
            .expect("no error")
            .outcome
    };
    assert_eq!(outcome(two, Some(one)), RefMove::Lost);
    assert_eq!(outcome(one, None), RefMove::Moved);
    assert_eq!(outcome(two, None), RefMove::Lost);
    assert_eq!(outcome(two, Some(two)), RefMove::Lost);
    assert_eq!(outcome(two, Some(one)), RefMove::Moved);
    assert_eq!(value(&repo), Some(two));
    assert_eq!(
        sandbox.git(&["reflog", "show", "--format=%H %gs %gn %ge", PLAN]),
        format!(
            "{two} why it moved Plan Er plan@example.com\n{one} why it moved Plan Er plan@example.com"
        )
    );
    let log = repo.reflog(PLAN).expect("readable");
    assert_eq!((log[0].old, log[0].new), (one, two));
    assert!(log[1].old.is_null());
    assert_eq!(log[0].who, somebody());
    sandbox.fsck();
}

#[test]
fn a_packed_ref_moves_without_the_lock_of_packed_refs() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let one = plan_commit(&repo, &[], "one");
    let two = plan_commit(&repo, &[one], "two");
    sandbox.git(&["update-ref", PLAN, &one.to_string()]);
    sandbox.git(&["pack-refs", "--all"]);
    let lock = sandbox.path().join(".git/packed-refs.lock");
    fs::write(&lock, "").expect("locked");
    assert_eq!(value(&repo), Some(one));
    assert_eq!(move_plan(&repo, two, Some(one)), RefMove::Moved);
    fs::remove_file(lock).expect("unlocked");
    sandbox.git(&["pack-refs", "--all"]);
    let three = plan_commit(&repo, &[two], "three");
    assert_eq!(move_plan(&repo, three, Some(two)), RefMove::Moved);
    assert_eq!(sandbox.oid(PLAN), three);
    sandbox.fsck();
}

#[test]
fn a_lock_that_a_kill_left_is_removed_with_a_warning() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let one = plan_commit(&repo, &[], "one");
    assert_eq!(move_plan(&repo, one, None), RefMove::Moved);
    let two = plan_commit(&repo, &[one], "two");
    let lock = sandbox.path().join(".git/refs/heads/git-plan.lock");
    fs::write(&lock, "").expect("locked");
    let start = Instant::now();
    let update = repo
        .move_ref(PLAN, two, Some(one), "m", &somebody())
        .expect("moved");
    assert_eq!(update.outcome, RefMove::Moved);
    assert_eq!(update.warnings, [Warning::StaleLockRemoved(lock.clone())]);
    assert!(start.elapsed() >= Duration::from_secs(2));
    assert!(start.elapsed() < Duration::from_secs(4));
    assert!(!lock.exists());
    // Someone who lost meanwhile does not wait for the lock.
    fs::write(&lock, "").expect("locked");
    let start = Instant::now();
    let update = repo
        .move_ref(PLAN, one, Some(one), "m", &somebody())
        .expect("no error");
    assert_eq!(update.outcome, RefMove::Lost);
    assert!(start.elapsed() < Duration::from_millis(500));
}

#[test]
fn several_processes_remove_a_stale_lock_once() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let one = plan_commit(&repo, &[], "one");
    assert_eq!(move_plan(&repo, one, None), RefMove::Moved);
    let lock = sandbox.path().join(".git/refs/heads/git-plan.lock");
    fs::write(&lock, "").expect("locked");
    let path = sandbox.path();
    let threads: Vec<_> = (0..8)
        .map(|n| {
            let path = path.clone();
            thread::spawn(move || add_commits(&Repo::discover(&path).expect("opens"), n, 2))
        })
        .collect();
    for thread in threads {
        thread.join().expect("no panic");
    }
    assert_eq!(sandbox.git(&["rev-list", "--count", "git-plan"]), "17");
    sandbox.fsck();
}

/// Adds commits, each again from the start when it lost.
fn add_commits(repo: &Repo, writer: usize, count: usize) {
    for n in 0..count {
        loop {
            let tip = value(repo).expect("there");
            let commit = plan_commit(repo, &[tip], &format!("{writer} {n}"));
            let update = repo
                .move_ref(PLAN, commit, Some(tip), "m", &somebody())
                .expect("no error");
            if update.outcome == RefMove::Moved {
                break;
            }
        }
    }
}

#[test]
#[ignore = "run by sixteen_processes_lose_nothing"]
fn child_adds_commits() {
    let repo = Repo::discover(&sandbox_root().join("repo")).expect("opens");
    let writer = std::env::var("WRITER")
        .expect("set")
        .parse()
        .expect("a number");
    add_commits(&repo, writer, 10);
}

#[test]
fn sixteen_processes_lose_nothing() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let one = plan_commit(&repo, &[], "one");
    assert_eq!(move_plan(&repo, one, None), RefMove::Moved);
    thread::scope(|scope| {
        for writer in 0..16 {
            let sandbox = &sandbox;
            scope.spawn(move || {
                child_must_pass(
                    "refs::child_adds_commits",
                    sandbox,
                    &[("WRITER", &writer.to_string())],
                );
            });
        }
        let sandbox = &sandbox;
        scope.spawn(move || {
            for _ in 0..40 {
                sandbox.git(&["pack-refs", "--all"]);
                thread::sleep(Duration::from_millis(10));
            }
        });
    });
    assert_eq!(sandbox.git(&["rev-list", "--count", "git-plan"]), "161");
    assert_eq!(repo.reflog(PLAN).expect("readable").len(), 161);
    sandbox.fsck();
}

#[test]
fn a_ref_in_the_way_is_named() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit("one");
    sandbox.git(&["branch", "git-plan/x"]);
    sandbox.git(&["update-ref", "refs/plans/a", "HEAD"]);
    for packed in [false, true] {
        if packed {
            sandbox.git(&["pack-refs", "--all"]);
        }
        let repo = sandbox.repo();
        for (name, in_the_way) in [
            (PLAN, "refs/heads/git-plan/x"),
            ("refs/plans/a/b", "refs/plans/a"),
        ] {
            assert_eq!(repo.reference(name).expect("readable"), None);
            let refused = repo
                .move_ref(name, commit, None, "m", &somebody())
                .expect_err("refused");
            assert!(
                matches!(&refused, Error::RefConflict { existing, .. } if existing == in_the_way),
                "{refused}"
            );
        }
    }
    // What deleted refs leave behind is not in the way.
    sandbox.git(&["branch", "-D", "git-plan/x"]);
    fs::create_dir_all(sandbox.path().join(".git/refs/heads/git-plan/y/z")).expect("created");
    fs::create_dir_all(sandbox.path().join(".git/logs/refs/heads/git-plan/y/z")).expect("created");
    let update = sandbox
        .repo()
        .move_ref(PLAN, commit, None, "m", &somebody())
        .expect("moved");
    assert_eq!(update.outcome, RefMove::Moved);
    sandbox.fsck();
}

#[test]
fn symbolic_and_broken_refs_are_errors() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit("one");
    sandbox.git(&["symbolic-ref", PLAN, "refs/heads/main"]);
    let repo = sandbox.repo();
    assert!(
        matches!(repo.reference(PLAN), Err(Error::SymbolicRef { target, .. }) if target == "refs/heads/main")
    );
    let refused = repo.move_ref(PLAN, commit, None, "m", &somebody());
    assert!(matches!(refused, Err(Error::SymbolicRef { .. })));
    fs::write(sandbox.path().join(".git/refs/heads/broken"), "nonsense").expect("written");
    assert!(matches!(
        repo.reference("refs/heads/broken"),
        Err(Error::RefRead { .. })
    ));
    for name in [
        "main",
        "refs/heads/a..b",
        "refs/heads/",
        "refs/heads/a.lock",
        "refs/heads/-/../x",
    ] {
        assert!(
            matches!(repo.reference(name), Err(Error::RefName { .. })),
            "{name}"
        );
    }
}

#[test]
fn only_the_full_name_is_looked_up() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    sandbox.git(&["update-ref", "refs/heads/refs/heads/git-plan", "HEAD"]);
    assert_eq!(value(&sandbox.repo()), None);
}

#[test]
fn refs_are_listed() {
    let sandbox = Sandbox::new();
    let one = sandbox.commit("one");
    sandbox.git(&["branch", "b/c"]);
    sandbox.git(&["pack-refs", "--all"]);
    sandbox.git(&["branch", "a"]);
    sandbox.git(&["update-ref", "refs/plans/checkpoints/p/1", "HEAD"]);
    let repo = sandbox.repo();
    let names = |prefix| {
        repo.refs(prefix)
            .expect("listed")
            .into_iter()
            .map(|(name, oid)| {
                assert_eq!(oid, one);
                name
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(
        names("refs/heads/"),
        ["refs/heads/a", "refs/heads/b/c", "refs/heads/main"]
    );
    assert_eq!(names("refs/plans/"), ["refs/plans/checkpoints/p/1"]);
    assert_eq!(names("refs/heads/b/"), ["refs/heads/b/c"]);
    assert_eq!(names("refs/nothing/"), [""; 0]);
}

#[test]
fn head_is_a_branch_or_a_commit_or_unborn() {
    let sandbox = Sandbox::new();
    let head = sandbox.repo().head().expect("readable");
    assert_eq!(
        (head.branch.as_deref(), head.commit),
        (Some("refs/heads/main"), None)
    );
    let one = sandbox.commit("one");
    let head = sandbox.repo().head().expect("readable");
    assert_eq!(
        (head.branch.as_deref(), head.commit),
        (Some("refs/heads/main"), Some(one))
    );
    sandbox.git(&["checkout", "-q", "--detach"]);
    let head = sandbox.repo().head().expect("readable");
    assert_eq!((head.branch, head.commit), (None, Some(one)));
}

#[test]
fn a_full_disk_leaves_everything_as_it_was() {
    let sandbox = Sandbox::empty();
    let mount = sandbox.root.join("repo");
    fs::create_dir(&mount).expect("created");
    let mounted = Command::new("mount")
        .args(["-t", "tmpfs", "-o", "size=400k", "tmpfs"])
        .arg(&mount)
        .status();
    if !mounted.is_ok_and(|status| status.success()) {
        eprintln!("skipped: cannot mount");
        return;
    }
    let outcome = std::panic::catch_unwind(|| {
        sandbox.git(&["init", "-q"]);
        let repo = sandbox.repo();
        let one = plan_commit(&repo, &[], "one");
        assert_eq!(move_plan(&repo, one, None), RefMove::Moved);
        let two = plan_commit(&repo, &[one], "two");
        let mut filler = 0;
        while fs::write(mount.join(format!("filler{filler}")), [1; 4096]).is_ok() {
            filler += 1;
        }
        let error = repo
            .writer()
            .expect("a writer")
            .write_blob(&[7; 100])
            .expect_err("full");
        let Error::Io { path, source, .. } = &error else {
            panic!("{error:?}");
        };
        assert!(path.starts_with(&mount));
        assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
        let error = repo
            .move_ref(PLAN, two, Some(one), "m", &somebody())
            .expect_err("full");
        let Error::Io { source, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), std::io::ErrorKind::StorageFull);
        assert_eq!(value(&repo), Some(one));
        assert_eq!(repo.reflog(PLAN).expect("readable").len(), 1);
        assert!(!mount.join(".git/refs/heads/git-plan.lock").exists());
        sandbox.fsck();
        for n in 0..filler {
            fs::remove_file(mount.join(format!("filler{n}"))).expect("removed");
        }
        assert_eq!(move_plan(&repo, two, Some(one)), RefMove::Moved);
        sandbox.fsck();
        let read_only = Command::new("mount")
            .args(["-o", "remount,ro"])
            .arg(&mount)
            .status();
        assert!(read_only.is_ok_and(|status| status.success()));
        let error = repo
            .move_ref(PLAN, one, Some(two), "m", &somebody())
            .expect_err("read-only");
        let Error::Io { source, .. } = &error else {
            panic!("{error:?}");
        };
        assert_eq!(source.kind(), std::io::ErrorKind::ReadOnlyFilesystem);
        let mut writer = repo.writer().expect("a writer");
        assert!(matches!(writer.write_blob(b"new"), Err(Error::Io { .. })));
        assert_eq!(value(&repo), Some(two));
    });
    let _ = Command::new("umount").arg("-l").arg(&mount).status();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}
