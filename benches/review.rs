//! What reading changes of the plans costs, in whole processes, in turn with Git, as ratios.
//!
//! `cargo bench --bench review`.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

mod fixture;

use std::fmt::Write as _;
use std::fs::File;
use std::io::Read as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use fixture::{Fixture, GIT_PLAN, compare, headings, report};

const PLAN: &str = ".plans/plan/plan.toml";
const HEADER: &str = "title = \"Plan\"\nstatus = \"active\"\n\n[[phase]]\nid = \"a\"\ntitle = \"A\"\n\n\
                      [[phase]]\nid = \"b\"\ntitle = \"B\"\n";

/// A commit on the plan ref with some files, for `git fast-import`.
fn commit(out: &mut String, number: usize, files: &[(String, String)]) {
    let message = format!("plan: operation {number}\n\nPlan-Op: update-task\n");
    let _ = write!(
        out,
        "commit refs/heads/git-plan\ncommitter Ada <ada@example.org> {} +0000\ndata {}\n{message}\n",
        1_700_000_000 + number,
        message.len()
    );
    if number == 1 {
        out.push_str("from refs/heads/git-plan^0\n");
    }
    for (path, text) in files {
        let _ = write!(out, "M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    }
}

fn task(number: usize, title: &str, phase: &str) -> (String, String) {
    let id = format!("{:0>10}", format!("{:x}", 0x00a0_0000 + number * 7919));
    let text = format!(
        "id = \"{id}\"\nnumber = {number}\ntitle = \"{title}\"\nstatus = \"pending\"\nphase = \"{phase}\"\n\
         labels = [\"one\", \"two\"]\ndescription = \"\"\"\nSome words about it.\nThey are {title}.\n\"\"\"\n"
    );
    (format!(".plans/plan/tasks/{}/{id}.toml", &id[..2]), text)
}

fn import(clone: &Fixture, stream: &str) {
    let file = clone.folder.join(".git/stream");
    std::fs::write(&file, stream).unwrap();
    let mut import = clone.command("git", &["fast-import", "--quiet"]);
    let status = import.stdin(File::open(&file).unwrap()).status().unwrap();
    assert!(status.success());
}

/// The time until the first lines are there, as a pager would take them.
fn first_page(clone: &Fixture, program: &str, words: &[&str]) -> Duration {
    let start = Instant::now();
    let mut child = clone
        .command(program, words)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut page = [0; 1_500];
    child.stdout.take().unwrap().read_exact(&mut page).unwrap();
    let time = start.elapsed();
    child.kill().unwrap();
    child.wait().unwrap();
    time
}

fn main() {
    let folder = tempfile::tempdir().unwrap();
    headings();
    let clone = Fixture::new(folder.path(), "changed");
    clone.run(GIT_PLAN, &["init", "Plan", "--offline"]);
    let mut stream = String::new();
    let mut before: Vec<_> = (1..=1_000)
        .map(|n| task(n, &format!("Task {n}"), "a"))
        .collect();
    before.push((PLAN.to_owned(), HEADER.to_owned()));
    commit(&mut stream, 1, &before);
    let after: Vec<_> = (1..=1_000)
        .map(|n| task(n, &format!("Other {n}"), if n % 3 == 0 { "b" } else { "a" }))
        .collect();
    commit(&mut stream, 2, &after);
    import(&clone, &stream);
    clone.run("git", &["gc", "-q"]);
    clone.run(GIT_PLAN, &["tasks"]);
    for format in ["terminal", "markdown", "json"] {
        let ours = ["diff", "git-plan^..git-plan", "--format", format];
        let theirs = ["diff-tree", "-p", "git-plan^", "git-plan"];
        let figures = compare(31, &mut || clone.time(GIT_PLAN, &ours), &mut || {
            clone.time("git", &theirs)
        });
        let label = format!("diff, 1,000 changed tasks, {format} (diff-tree -p)");
        report(&label, figures, 2.0);
    }

    let clone = Fixture::new(folder.path(), "log");
    clone.run(GIT_PLAN, &["init", "Plan", "--offline"]);
    let mut stream = String::new();
    commit(&mut stream, 1, &before);
    for number in 2..=10_000 {
        let at = number % 1_000 + 1;
        commit(
            &mut stream,
            number,
            &[task(at, &format!("Task {at} in its {number}th state"), "a")],
        );
    }
    import(&clone, &stream);
    clone.run("git", &["gc", "-q"]);
    clone.run(GIT_PLAN, &["tasks"]);
    let theirs = ["log", "-30", "git-plan"];
    let figures = compare(
        31,
        &mut || clone.time(GIT_PLAN, &["log", "-n", "30"]),
        &mut || clone.time("git", &theirs),
    );
    report("log -n 30 of 10,000 operations (log -30)", figures, 5.0);
    let figures = compare(
        31,
        &mut || first_page(&clone, GIT_PLAN, &["log"]),
        &mut || clone.time("git", &theirs),
    );
    report("log of 10,000, its first page (log -30)", figures, 5.0);
}
