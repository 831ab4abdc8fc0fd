//! What hooks and CI cost, in whole processes, in turn with Git, as ratios.
//!
//! `cargo bench --bench gates`. Ours is the program that the hook runs; the shell script around it
//! costs what any hook of Git's costs.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

mod fixture;

use std::fmt::Write as _;
use std::fs::File;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fixture::{Fixture, GIT_PLAN, compare, headings, report};

const PHASES: usize = 4;
const TASKS: usize = 1_000;
const RECORDS: usize = 500;

/// A clone with a remote, a plan of 1,000 tasks with gates, and 500 pieces of evidence.
fn planned(root: &std::path::Path) -> Fixture {
    let clone = Fixture::new(root, "clone");
    clone.run("git", &["init", "-q", "--bare", "../server.git"]);
    clone.run("git", &["remote", "add", "origin", "../server.git"]);
    clone.run(
        GIT_PLAN,
        &["init", "Plan", "--offline", "--protect", "main"],
    );
    let mut operations = String::new();
    for phase in 0..PHASES {
        let _ = writeln!(
            operations,
            r#"{{"op":"add-phase","title":"Phase {phase}"}}"#
        );
        for gate in 0..5 {
            let _ = writeln!(
                operations,
                r#"{{"op":"gate add","phase":"phase-{phase}","gate":"g{gate}","kind":"manual","input":["src/{gate}"],"on":"push"}}"#
            );
        }
    }
    for task in 0..TASKS {
        let phase = task % PHASES;
        let _ = writeln!(
            operations,
            r#"{{"op":"add-task","title":"Task {task}","phase":"phase-{phase}"}}"#
        );
    }
    let file = clone.folder.join(".git/operations");
    std::fs::write(&file, operations).unwrap();
    clone.run(GIT_PLAN, &["batch", file.to_str().unwrap()]);
    clone.run("git", &["config", "--global", "plan.unattended", "true"]);
    for gate in 0..5 {
        let gate = format!("phase-0/g{gate}");
        clone.run(GIT_PLAN, &["gate", "approve", &gate, "--note", "looked"]);
    }
    records(&clone);
    clone.run("git", &["push", "-q", "origin", "main", "git-plan"]);
    clone
}

/// Evidence about other code, as a long history leaves it.
fn records(clone: &Fixture) {
    let mut stream = String::from(
        "commit refs/heads/git-plan\ncommitter Ada <ada@example.org> 1700000000 +0000\ndata 1\nx\nfrom refs/heads/git-plan^0\n",
    );
    for record in 0..RECORDS {
        let id = format!("{:0>10}", format!("{:x}", 0x00a0_0000 + record * 7919));
        let gate = record % 5;
        let text = format!(
            "id = \"{id}\"\nplan = \"plan\"\nkind = \"outcome\"\nphase = \"phase-0\"\ngate = \"g{gate}\"\n\
             subject = \"sha256:{record:064x}\"\ncommit = \"{record:040x}\"\ntree = \"{record:040x}\"\n\
             result = \"pass\"\nexit_code = 0\nwho = \"Ada <ada@example.org>\"\nwhen = 2026-01-01T00:00:00Z\n"
        );
        let _ = write!(
            stream,
            "M 100644 inline .plans/plan/evidence/{}/{id}.toml\ndata {}\n{text}\n",
            &id[..2],
            text.len()
        );
    }
    let file = clone.folder.join(".git/stream");
    std::fs::write(&file, stream).unwrap();
    let mut import = clone.command("git", &["fast-import", "--quiet"]);
    let status = import.stdin(File::open(&file).unwrap()).status().unwrap();
    assert!(status.success());
}

/// Commits that are linked to tasks of the first phase.
fn commits(clone: &Fixture, count: usize) {
    let mut stream = String::new();
    for commit in 0..count {
        let message = format!(
            "Step {commit}\n\nSome words about it.\n\nPlan-Task: plan/{}\n",
            commit % (TASKS / PHASES) * PHASES + 1
        );
        let from = if commit == 0 {
            "from refs/heads/main^0\n"
        } else {
            ""
        };
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter Ada <ada@example.org> {} +0000\ndata {}\n{message}\n{from}\
             M 100644 inline file\ndata 8\n{commit:08}\n",
            1_700_000_000 + commit,
            message.len()
        );
    }
    let file = clone.folder.join(".git/stream");
    std::fs::write(&file, stream).unwrap();
    let mut import = clone.command("git", &["fast-import", "--quiet", "--force"]);
    let status = import.stdin(File::open(&file).unwrap()).status().unwrap();
    assert!(status.success());
}

fn text_of(clone: &Fixture, words: &[&str]) -> String {
    let output = clone
        .command("git", words)
        .stdout(Stdio::piped())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// The time that the hook takes to judge a push of `main`.
fn pre_push(clone: &Fixture, updates: &std::path::Path) -> Duration {
    let mut command = clone.command(GIT_PLAN, &["hook", "pre-push", "origin", "../server.git"]);
    let start = Instant::now();
    let status = command
        .stdin(File::open(updates).unwrap())
        .status()
        .unwrap();
    assert!(status.success());
    start.elapsed()
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    headings();
    let clone = planned(folder.path());
    let head = || clone.time("git", &["rev-parse", "HEAD"]);

    commits(&clone, 100);
    let (old, new) = (
        text_of(&clone, &["rev-parse", "origin/main"]),
        text_of(&clone, &["rev-parse", "main"]),
    );
    let updates = clone.folder.join(".git/updates");
    std::fs::write(
        &updates,
        format!("refs/heads/main {new} refs/heads/main {old}\n"),
    )
    .unwrap();
    clone.run(GIT_PLAN, &["status"]);
    let figures = compare(51, &mut || pre_push(&clone, &updates), &mut || head());
    report("pre-push, 100 commits (rev-parse HEAD)", figures, 10.0);

    clone.run(GIT_PLAN, &["start", "1"]);
    clone.run(GIT_PLAN, &["status"]);
    let message = clone.folder.join(".git/message");
    let figures = compare(
        51,
        &mut || {
            std::fs::write(&message, "Words\n").unwrap();
            clone.time(
                GIT_PLAN,
                &[
                    "hook",
                    "prepare-commit-msg",
                    message.to_str().unwrap(),
                    "message",
                ],
            )
        },
        &mut || head(),
    );
    report("prepare-commit-msg (rev-parse HEAD)", figures, 3.0);

    commits(&clone, 200);
    let range = ["rev-list", "--format=%(trailers)", "origin/main..main"];
    let review = ["review", "--base", "origin/main", "--head", "main"];
    let figures = compare(51, &mut || clone.time(GIT_PLAN, &review), &mut || {
        clone.time("git", &range)
    });
    report("review, 200 commits (rev-list, trailers)", figures, 5.0);

    commits(&clone, 10_000);
    clone.run("git", &["gc", "-q"]);
    let range = "origin/main..main";
    let trailers = ["rev-list", "--format=%(trailers)", range];
    let by_git = || clone.time("git", &trailers);
    let figures = compare(
        15,
        &mut || {
            clone.time(
                GIT_PLAN,
                &["ci", "check", "--base", "origin/main", "--head", "main"],
            )
        },
        &mut || by_git(),
    );
    report(
        "ci check, 10,000 commits (rev-list, trailers)",
        figures,
        2.0,
    );
    let new = text_of(&clone, &["rev-parse", "main"]);
    std::fs::write(
        &updates,
        format!("refs/heads/main {new} refs/heads/main {old}\n"),
    )
    .unwrap();
    let figures = compare(15, &mut || pre_push(&clone, &updates), &mut || by_git());
    report(
        "pre-push, 10,000 commits (rev-list, trailers)",
        figures,
        2.0,
    );
}
