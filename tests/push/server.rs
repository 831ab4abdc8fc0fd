//! A server that judges what arrives: whoever skips the hook of the clone meets this one.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use git_plan::enforce::{self, Request, Side, Update};
use git_plan::git::{Oid, Repo};
use git_plan::model::Time;
use git_plan::store::Store;

use crate::remote::Site;

#[test]
fn work_out_of_order_is_refused_without_any_hook_of_the_clone() {
    let site = Site::with_server();
    let before = site.there("main");
    site.work_on("2");
    site.push(&["--no-verify", "origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    assert_eq!(site.there("main"), before);
}

/// Objects of a push lie aside until it is let through, and are judged there all the same.
#[test]
fn code_and_plans_arrive_together() {
    let site = Site::with_server();
    site.work_on("1");
    site.close("ground", "1");
    let tip = site.work_on("2");
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .passed("");
    assert_eq!(site.there("main"), Some(tip));
    let objects = site.sandbox.git_in(&site.origin(), &["count-objects"]);
    assert!(!objects.starts_with("0 "), "{objects}");
}

/// What was refused leaves nothing behind.
#[test]
fn a_refused_push_leaves_nothing() {
    let site = Site::with_server();
    let before = files(&site.origin());
    let tip = site.work_on("2");
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    assert_eq!(files(&site.origin()), before);
    let mut command = site.sandbox.command("git", &site.origin());
    assert!(
        !command
            .args(["cat-file", "-e", &tip])
            .output()
            .unwrap()
            .status
            .success()
    );
}

#[test]
fn plans_are_held_to_their_rule() {
    let site = Site::with_server();
    let parent = site.git(&["rev-parse", "git-plan~1"]);
    site.push(&["--force", "origin", &format!("{parent}:git-plan")])
        .refused(
            "
refused (R5): git-plan: the plan ref is never rewritten: <oid> would be lost
error: the push is refused
",
        );
    site.push(&["origin", ":git-plan"]).refused(
        "
refused (R5): git-plan: the plan ref is not deleted
error: the push is refused
",
    );
    let path = site.sandbox.task_path("demo", "3");
    site.sandbox
        .change_by_hand(&path, |text| text.replace("\"pending\"", "\"completed\""));
    site.push(&["origin", "git-plan"]).refused(r#"
refused (R5): git-plan: task 3 "Cover" is in phase roof, which comes after ground, walls: still open; yet it is completed
    → git plan -p demo update-task 3 --status pending --reason TEXT
error: the push is refused
"#);
}

/// No warning for a branch that is not protected: the hook of the clone has said it.
#[test]
fn other_branches_are_free() {
    let site = Site::with_server();
    site.work_on("3");
    site.push(&["origin", "main:refs/heads/draft"]).passed("");
    site.push(&["--force", "origin", "HEAD~1:refs/heads/draft"])
        .passed("");
    site.push(&["origin", ":draft"]).passed("");
}

#[test]
fn what_is_private_is_refused_under_any_name() {
    let site = Site::with_server();
    site.sandbox.write("secret", "x\n");
    site.plan(&["checkpoint", "mine", "--private"]);
    let log = "refs/plans/private/log";
    site.push(&["origin", log]).refused(
        "
refused (refs): refs/plans/private/log: private checkpoints are never pushed
error: the push is refused
",
    );
    site.push(&["origin", &format!("{log}:refs/heads/draft")])
        .refused(
            "
refused (refs): draft: private checkpoints are never pushed
error: the push is refused
",
        );
    site.push(&["--mirror", "origin"]).refused(
        "
refused (refs): refs/plans/private/log: private checkpoints are never pushed
refused (refs): refs/plans/private/snapshots/demo/<id>: private checkpoints are never pushed
error: the push is refused
",
    );
    site.plan(&["hooks", "install"]);
    site.push(&["origin", &format!("{log}:refs/heads/draft")])
        .refused(
            "
refused (refs): draft: private checkpoints are never pushed
error: the push is refused
",
        );
    assert_eq!(site.there("draft"), None);
}

/// The clock of the server counts, not that of whoever pushes.
#[test]
fn a_clock_set_back_elsewhere_does_not_help() {
    let site = Site::with_server();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.plan(&[
        "gate",
        "waive",
        "ground/seen",
        "--reason",
        "Late",
        "--until",
        "3d",
    ]);
    site.share_plans();
    site.work_on("1");
    site.close("ground", "1");
    site.work_on("2");
    let mut late = site.git_command(&["--atomic", "origin", "main", "git-plan"]);
    late.env("GIT_PLAN_NOW", "2026-03-01T00:00:00Z");
    site.said(late).refused("
refused (R5): git-plan: phase ground is not closed rightly: its gates do not hold for the code that it was closed at
    unmet ground/seen: nobody has approved it; Ada <ada@example.org>'s waiver does not count: it ended on 2026-02-03
      → git plan -p demo gate approve ground/seen --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
refused (R2): main: phase ground comes before walls, which this push brings work of: its gates do not hold for the code that it was closed at
    unmet ground/seen: nobody has approved it; Ada <ada@example.org>'s waiver does not count: it ended on 2026-02-03
      → git plan -p demo gate approve ground/seen --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
}

/// All files of a folder, with their content.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => open.push(path),
                false => drop(found.insert(path.clone(), fs::read(&path).unwrap())),
            }
        }
    }
    found
}

/// The hooks write nothing, wherever they run: a push leaves what a push without them leaves.
#[test]
fn the_hooks_write_nothing() {
    let site = Site::with_server();
    site.plan(&["hooks", "install"]);
    site.work_on("3");
    site.sandbox
        .git_in(&site.origin(), &["config", "gc.auto", "0"]);
    let (here, there, home) = (
        site.sandbox.repo(),
        site.origin(),
        site.sandbox.root().join("home"),
    );
    let all = || [&here, &there, &home].map(|folder| files(folder));
    let _ = fs::remove_dir_all(here.join(".git/git-plan"));
    let before = all();
    site.push(&["origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before roof, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
refused (R2): main: phase walls comes before roof, which this push brings work of: it is open
    unmet walls/tasks: task 2 is open (pending)
      → git plan -p demo done 2
    → git plan -p demo close-phase walls
error: the push is refused
",
    );
    site.push(&["--no-verify", "origin", "main"]).refused(
        "
refused (R2): main: phase ground comes before roof, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
refused (R2): main: phase walls comes before roof, which this push brings work of: it is open
    unmet walls/tasks: task 2 is open (pending)
      → git plan -p demo done 2
    → git plan -p demo close-phase walls
error: the push is refused
",
    );
    assert!(all() == before, "a hook has written something");
    // What is let through: only what Git itself writes.
    site.git(&["reset", "-q", "--hard", "HEAD~1"]);
    let before = all();
    let tip = site.there("main").unwrap();
    site.push(&["origin", "main:refs/heads/same"]).passed("");
    let mut after = all();
    for (folder, name) in [(0, "refs/remotes/origin/same"), (1, "refs/heads/same")] {
        let git = if folder == 0 {
            here.join(".git")
        } else {
            there.clone()
        };
        let written = after[folder].remove(&git.join(name));
        assert_eq!(written, Some(format!("{tip}\n").into_bytes()), "{name}");
        after[folder].remove(&git.join("logs").join(name));
    }
    assert!(after == before, "a hook has written something");
}

/// Nothing that a plan says is run, and no other program than Git and the shell is needed.
#[test]
fn no_command_of_a_plan_is_run() {
    let site = Site::with_server();
    site.plan(&["hooks", "install"]);
    let mark = site.sandbox.root().join("mark");
    let line = format!("echo run >> {}", mark.display());
    let add = [
        "gate", "add", "ground", "g", "--on", "push", "--kind", "command",
    ];
    site.plan(&[&add[..], &["--shell", &line]].concat());
    site.share_plans();
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: has not been run
      → git plan -p demo gate run ground/g
error: the push is refused
",
    );
    site.push(&["--no-verify", "origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: has not been run
      → git plan -p demo gate run ground/g
error: the push is refused
",
    );
    assert!(!mark.exists());
}

/// A remote that cannot be reached is not asked: what the hook says does not depend on it.
#[test]
fn the_hook_needs_no_network() {
    let site = Site::new();
    let tip = site.work_on("2");
    site.git(&["remote", "set-url", "origin", "ssh://192.0.2.1/nowhere"]);
    let (old, main) = (site.there("main").unwrap(), "refs/heads/main");
    let line = format!(
        "echo {main} {tip} {main} {old} | \
         GIT_SSH_COMMAND='touch ../asked; false' .git/hooks/pre-push origin ssh://192.0.2.1/nowhere"
    );
    let mut command = site.sandbox.command("sh", &site.sandbox.repo());
    command.args(["-c", &line]);
    site.said(command).refused(
        "
refused (R2): main: phase ground comes before walls, which this push brings work of: it is open
    unmet ground/tasks: task 1 is open (pending)
      → git plan -p demo done 1
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
    assert!(!site.sandbox.root().join("asked").exists());
}

/// What is not judged in time is refused.
#[test]
fn past_its_time_nothing_is_let_through() {
    let site = Site::new();
    let tip = site.work_on("1");
    let repo = Repo::discover(&site.sandbox.repo()).unwrap();
    let store = Store::open(&repo, None).unwrap();
    let oid = |text: &str| Oid::from_hex(text.as_bytes()).unwrap();
    let main = "refs/heads/main";
    let update = Update {
        local_ref: main.to_owned(),
        local: Some(oid(&tip)),
        remote_ref: main.to_owned(),
        remote: site.there("main").map(|text| oid(&text)),
    };
    let judged = |until: Instant| {
        let request = Request {
            repo: &repo,
            place: &store.place,
            side: Side::Server,
            updates: vec![update.clone()],
            old_plans: repo.reference(&store.place.reference).unwrap(),
            known: Vec::new(),
            is_reviewed: false,
            now: Time(1_769_851_800),
            until: Some(until),
        };
        let report = enforce::enforce(&request).unwrap();
        let texts = report.findings.iter().map(|finding| finding.text.clone());
        (report.is_refused(), texts.collect::<Vec<_>>())
    };
    let hour = Duration::from_secs(3600);
    assert_eq!(judged(Instant::now() + hour), (false, Vec::new()));
    let text = "it cannot be judged: the time for looking through the history is up";
    assert_eq!(judged(Instant::now()), (true, vec![text.to_owned()]));
}
