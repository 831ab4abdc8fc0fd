//! Whole processes, in turn with Git's in one run, as ratios.
//!
//! `cargo bench` prints, for each command, the median over the pairs of (its time / Git's time)
//! beside the figure that it is held to. No test depends on it: machines differ, ratios less.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const GIT_PLAN: &str = env!("CARGO_BIN_EXE_git-plan");
const PAIRS: usize = 40;

/// A repository with plans in it.
struct Fixture {
    folder: PathBuf,
    home: PathBuf,
}

impl Fixture {
    fn new(root: &Path, name: &str) -> Self {
        let fixture = Self {
            folder: root.join(name),
            home: root.join("home"),
        };
        std::fs::create_dir_all(&fixture.home).unwrap();
        std::fs::create_dir_all(&fixture.folder).unwrap();
        fixture.run("git", &["init", "-q", "-b", "main"]);
        fixture.run("git", &["config", "gc.auto", "0"]);
        fixture.run("git", &["commit", "-q", "--allow-empty", "-m", "first"]);
        fixture
    }

    fn command(&self, program: &str, words: &[&str]) -> Command {
        let mut command = Command::new(program);
        command
            .args(words)
            .current_dir(&self.folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("HOME", &self.home)
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn run(&self, program: &str, words: &[&str]) {
        let status = self.command(program, words).status().unwrap();
        assert!(status.success(), "{program} {words:?}");
    }

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

    /// The median of (command / other), both in milliseconds, and the ratio of the pairs.
    fn compare(
        &self,
        command: &[&str],
        other: &mut dyn FnMut() -> Duration,
        pairs: usize,
    ) -> (f64, f64, f64) {
        let run = || {
            let start = Instant::now();
            let status = self.command(GIT_PLAN, command).status().unwrap();
            assert!(status.success(), "{command:?}");
            start.elapsed()
        };
        run();
        other();
        let (mut ours, mut theirs, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..pairs {
            let (a, b) = (run().as_secs_f64() * 1e3, other().as_secs_f64() * 1e3);
            ours.push(a);
            theirs.push(b);
            ratios.push(a / b);
        }
        (median(ours), median(theirs), median(ratios))
    }

    fn against_rev_parse(&self, label: &str, command: &[&str], limit: f64) {
        let mut other = || {
            let start = Instant::now();
            self.run("git", &["rev-parse", "HEAD"]);
            start.elapsed()
        };
        let (ours, theirs, ratio) = self.compare(command, &mut other, PAIRS);
        report(label, ours, theirs, ratio, limit);
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
        let mut other = || {
            let _ = std::fs::remove_dir_all(&cache);
            let start = Instant::now();
            let mut command = self.command("git", &["cat-file", "--batch"]);
            let status = command.stdin(File::open(&list).unwrap()).status().unwrap();
            assert!(status.success());
            let elapsed = start.elapsed();
            let _ = std::fs::remove_dir_all(&cache);
            elapsed
        };
        let (ours, theirs, ratio) = self.compare(&["-p", plan, "tasks"], &mut other, 10);
        report(label, ours, theirs, ratio, limit);
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

fn report(label: &str, ours: f64, theirs: f64, ratio: f64, limit: f64) {
    let verdict = if ratio <= limit { "" } else { "  over" };
    println!("{label:<44} {ours:>8.2} ms {theirs:>8.2} ms {ratio:>8.2} × {limit:>6.1} ×{verdict}");
}

fn main() {
    let root = tempfile::tempdir().unwrap();
    println!(
        "{:<44} {:>11} {:>11} {:>10} {:>8}",
        "command", "git plan", "git", "ratio", "limit"
    );
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
