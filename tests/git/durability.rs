//! Kills and flushes: what is stored stays stored.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use git_plan::git::{RefMove, Repo};

use crate::support::{
    PLAN, Sandbox, child_must_pass, isolate, move_plan, plan_commit, sandbox_root,
};

#[test]
#[ignore = "run by a_kill_at_any_moment_leaves_a_sound_repository"]
fn child_writes_until_it_is_killed() {
    let repo = Repo::discover(&sandbox_root().join("repo")).expect("opens");
    for n in 0.. {
        let tip = repo.reference(PLAN).expect("readable").expect("there");
        let commit = plan_commit(&repo, &[tip], &format!("{n} {}", std::process::id()));
        assert_eq!(move_plan(&repo, commit, Some(tip)), RefMove::Moved);
    }
}

#[test]
fn a_kill_at_any_moment_leaves_a_sound_repository() {
    let sandbox = Sandbox::new();
    let repo = sandbox.repo();
    let mut tip = plan_commit(&repo, &[], "one");
    assert_eq!(move_plan(&repo, tip, None), RefMove::Moved);
    for round in 0..30 {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        isolate(&mut command, &sandbox.root);
        let mut child = command
            .args([
                "--ignored",
                "--exact",
                "durability::child_writes_until_it_is_killed",
            ])
            .env("SANDBOX", &sandbox.root)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("starts");
        // However busy the machine is, the first one comes to write.
        while round == 0 && repo.reference(PLAN).expect("readable") == Some(tip) {
            thread::sleep(Duration::from_millis(1));
        }
        thread::sleep(Duration::from_micros(20_000 + round * 777));
        child.kill().expect("killed");
        child.wait().expect("gone");
        let now = repo.reference(PLAN).expect("readable").expect("there");
        assert!(repo.is_ancestor(tip, now).expect("known"));
        sandbox.fsck();
        tip = now;
    }
    assert_ne!(sandbox.git(&["rev-list", "--count", "git-plan"]), "1");
    let last = plan_commit(&repo, &[tip], "last");
    assert_eq!(move_plan(&repo, last, Some(tip)), RefMove::Moved);
    sandbox.fsck();
}

#[test]
#[ignore = "run by what_core_fsync_asks_for_is_flushed"]
fn child_writes_once() {
    let repo = Repo::discover(&sandbox_root().join("repo")).expect("opens");
    let tip = repo.reference(PLAN).expect("readable");
    let parents: Vec<_> = tip.into_iter().collect();
    let commit = plan_commit(&repo, &parents, &format!("{}", std::process::id()));
    assert_eq!(move_plan(&repo, commit, tip), RefMove::Moved);
}

/// The paths that are flushed, in their order, seen by `strace`.
fn flushed(sandbox: &Sandbox) -> Option<Vec<String>> {
    let trace = sandbox.root.join("trace");
    let mut command = Command::new("strace");
    isolate(&mut command, &sandbox.root);
    let status = command
        .args(["-f", "-y", "-e", "trace=fsync,fdatasync,rename", "-o"])
        .arg(&trace)
        .arg(std::env::current_exe().expect("this program"))
        .args(["--ignored", "--exact", "durability::child_writes_once"])
        .env("SANDBOX", &sandbox.root)
        .stdout(Stdio::null())
        .status();
    if !status.is_ok_and(|status| status.success()) {
        return None;
    }
    let trace = fs::read_to_string(trace).expect("written");
    let flushes = trace.lines().filter(|line| line.contains("sync("));
    let paths = flushes.filter_map(|line| line.split(['<', '>']).nth(1));
    Some(paths.map(str::to_owned).collect())
}

#[test]
fn what_core_fsync_asks_for_is_flushed() {
    for (value, objects, refs) in [
        ("none", false, false),
        ("committed", true, true),
        ("reference", false, true),
        ("loose-object", true, false),
    ] {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "core.fsync", value]);
        let Some(paths) = flushed(&sandbox) else {
            eprintln!("skipped: no strace");
            return;
        };
        let count = |part: &str| paths.iter().filter(|path| path.contains(part)).count();
        // A blob, three trees and a commit, each before it has its name.
        assert_eq!(count("/tmp_obj_"), if objects { 5 } else { 0 }, "{paths:?}");
        assert_eq!(count("/objects/") > 5, objects, "{paths:?}");
        assert_eq!(count("/git-plan.lock"), usize::from(refs), "{paths:?}");
        let folder = paths.iter().filter(|path| path.ends_with("/refs/heads"));
        assert_eq!(folder.count(), usize::from(refs), "{paths:?}");
        if objects && refs {
            let last_object = paths.iter().rposition(|path| path.contains("/objects/"));
            let lock = paths.iter().position(|path| path.ends_with(".lock"));
            assert!(last_object < lock, "{paths:?}");
        }
        child_must_pass("durability::child_writes_once", &sandbox, &[]);
        sandbox.fsck();
    }
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "core.fsyncObjectFiles", "true"]);
    let paths = flushed(&sandbox).expect("strace works");
    assert!(paths.iter().any(|path| path.contains("/tmp_obj_")));
}
