//! Whole processes, in turn with Git's in one run, as ratios.
//!
//! `cargo bench` prints, for each command, the median over the pairs of (its time / Git's time)
//! beside the figure that it is held to. No test depends on it: machines differ, ratios less.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

mod fixture;

use std::fs::File;
use std::io::Write as _;
use std::path::Path;
use std::time::Instant;

use fixture::{Fixture, GIT_PLAN, compare, headings, report};

const PAIRS: usize = 40;

impl Fixture {
    fn plan(&self, name: &str, tasks: usize) {
        self.run(GIT_PLAN, &["init", name, "--id", name, "--offline"]);
        self.run(GIT_PLAN, &["-p", name, "add-phase", "One"]);
        let file = self.folder.join("operations");
        let mut out = File::create(&file).unwrap();
        for number in 1..=tasks {
            let depends = if number > 10 {
                format!(",\"depends-on\":[{}]", number - 1)
            } else {
                String::new()
            };
            let rest = match number % 5 {
                0 => ",\"label\":[\"a\",\"b\"],\"priority\":\"high\"",
                1 => ",\"assignee\":\"ada\"",
                _ => "",
            };
            let title = format!("Task number {number} does something useful");
            writeln!(
                out,
                "{{\"op\":\"add-task\",\"title\":\"{title}\",\"phase\":\"one\"{depends}{rest}}}"
            )
            .unwrap();
        }
        self.run(GIT_PLAN, &["-p", name, "batch", "operations"]);
        std::fs::remove_file(file).unwrap();
    }

    fn against_rev_parse(&self, label: &str, command: &[&str], limit: f64) {
        let mut ours = || self.time(GIT_PLAN, command);
        let mut theirs = || self.time("git", &["rev-parse", "HEAD"]);
        report(label, compare(PAIRS, &mut ours, &mut theirs), limit);
    }

    fn peak_memory(&self, label: &str, command: &[&str], limit: f64) {
        let mut words = vec!["-f", "%M", "-o", "peak", GIT_PLAN];
        words.extend(command);
        if !Path::new("/usr/bin/time").exists() {
            println!("{label:<44} (needs /usr/bin/time)");
            return;
        }
        self.run("/usr/bin/time", &words);
        let file = self.folder.join("peak");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::remove_file(file).unwrap();
        let peak = text.trim().parse::<f64>().unwrap_or_default() / 1024.0;
        println!("{label:<44} {peak:>8.1} MB {:>29} {limit:>6.1} MB", "");
    }

    /// Everything packed, no cache: each run against Git reading the same blobs.
    fn cold(&self, label: &str, plan: &str, limit: f64) {
        self.run("git", &["gc", "-q", "--prune=now"]);
        let cache = self.folder.join(".git/git-plan/cache");
        let list = self.folder.join("oids");
        let script = format!("git ls-tree -r git-plan .plans/{plan}/tasks | cut -c13-52 >oids");
        self.run("sh", &["-c", &script]);
        let mut ours = || self.time(GIT_PLAN, &["-p", plan, "tasks"]);
        let mut theirs = || {
            let _ = std::fs::remove_dir_all(&cache);
            let start = Instant::now();
            let mut command = self.command("git", &["cat-file", "--batch"]);
            let status = command.stdin(File::open(&list).unwrap()).status().unwrap();
            assert!(status.success());
            let elapsed = start.elapsed();
            let _ = std::fs::remove_dir_all(&cache);
            elapsed
        };
        report(label, compare(10, &mut ours, &mut theirs), limit);
    }
}

fn main() {
    let root = tempfile::tempdir().unwrap();
    headings();
    let many = Fixture::new(root.path(), "many");
    for number in 0..100 {
        many.plan(&format!("plan-{number}"), 100);
    }
    many.against_rev_parse("--version", &["--version"], 1.0);
    many.run(GIT_PLAN, &["use", "plan-50"]);
    many.against_rev_parse("show 50, 100 plans × 100 tasks", &["show", "50"], 2.0);
    many.against_rev_parse("status, 100 plans × 100 tasks", &["status"], 2.0);
    many.against_rev_parse("list, 100 plans × 100 tasks", &["list"], 2.0);
    let thousand = Fixture::new(root.path(), "thousand");
    thousand.plan("plan", 1_000);
    thousand.against_rev_parse("tasks, 1,000 tasks", &["tasks"], 2.5);
    thousand.against_rev_parse("add-task, 1,000 tasks", &["add-task", "One more"], 4.0);
    let large = Fixture::new(root.path(), "large");
    large.plan("plan", 9_900);
    large.against_rev_parse("tasks, 10,000 tasks", &["tasks"], 6.0);
    large.against_rev_parse("add-task, 10,000 tasks", &["add-task", "One more"], 5.0);
    large.peak_memory("peak memory of tasks, 10,000 tasks", &["tasks"], 60.0);
    large.cold("tasks, 10,000 tasks, no cache (git cat-file)", "plan", 2.0);
    large.peak_memory("peak memory of that", &["tasks"], 60.0);
}
