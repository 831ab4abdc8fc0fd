//! What holding specifications to a tree costs, in whole processes, in turn with `git grep`, as
//! ratios: over ten thousand real source files and more.
//!
//! `cargo bench --bench verify`. The files are those of the folder that `GIT_PLAN_BENCH_SOURCES`
//! names, else the sources of crates that Cargo keeps.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

#[expect(
    dead_code,
    reason = "what is timed here is the library, in processes of its own"
)]
mod fixture;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use fixture::{Fixture, compare, headings, report};
use git_plan::git::Repo;
use git_plan::model::spec::{Rule, Spec, Term};
use git_plan::verify::{Compiled, Search, Tree};

/// Says to this program what it is to search for, and that it is to do that only.
const TASK: &str = "GIT_PLAN_BENCH_TASK";

/// Ten words that are rare or nowhere.
const WORDS: [&str; 10] = [
    "Auth0Client",
    "createAuth0Client",
    "jwt.sign",
    "legacy_session_store",
    "OldPaymentGateway",
    "@auth0/auth0-react",
    "handleAddVariant",
    "deprecated_login_url",
    "strcpy_unbounded",
    "MongoConnectionPoolV1",
];

/// Names in a hundred files or less of the sources of crates.
const NAMES: [&str; 10] = [
    "encode_utf8_raw",
    "try_from_fn",
    "encode_utf16",
    "fetch_nand",
    "is_sorted_by_key",
    "get_unchecked_mut",
    "PhantomPinned",
    "forget_unsized",
    "transmute_copy",
    "AtomicI8",
];

fn rules(kind: &str) -> Spec {
    let rule = |(at, word): (usize, &&str)| {
        let mut rule = Rule {
            id: format!("rule-{at}"),
            ..Rule::default()
        };
        let term = Term {
            text: (*word).to_owned(),
            ..Term::default()
        };
        match kind {
            "names" => rule.matches.identifiers.push(term),
            _ => rule.matches.expressions.push(term),
        }
        rule
    };
    let words = if kind == "names" { &NAMES } else { &WORDS };
    Spec {
        rules: words.iter().enumerate().map(rule).collect(),
        ..Spec::default()
    }
}

/// One search, as the command makes it. The task: what, where, and whether it may keep something.
fn search(task: &str) {
    let words: Vec<&str> = task.split(' ').collect();
    let repo = Repo::discover(Path::new(".")).unwrap();
    let compiled = [Compiled::new(&rules(words[0])).unwrap()];
    let tree = match words[1] {
        "disk" => Tree::of_work_tree(&repo).unwrap(),
        _ => {
            let head = repo.head().unwrap().commit.unwrap();
            Tree::at(&repo, repo.commit(head).unwrap().tree).unwrap()
        }
    };
    let search = Search {
        repo: &repo,
        tree: &tree,
        deadline: None,
        progress: None,
        cache: words[2] == "keep",
    };
    let report = search.run(&compiled).unwrap();
    let files: std::collections::BTreeSet<_> = report
        .violations
        .iter()
        .filter_map(|violation| Some(&violation.place.as_ref()?.path))
        .collect();
    println!(
        "{} files, {} violations in {} of them, {} KiB",
        report.files,
        report.violations.len(),
        files.len(),
        peak()
    );
}

/// The most memory that this process had.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap_or("?")
        .trim()
        .trim_end_matches(" kB")
        .to_owned()
}

fn sources() -> PathBuf {
    if let Some(folder) = std::env::var_os("GIT_PLAN_BENCH_SOURCES") {
        return folder.into();
    }
    let home = std::env::var_os("HOME").unwrap_or_default();
    let cargo =
        std::env::var_os("CARGO_HOME").map_or(PathBuf::from(home).join(".cargo"), PathBuf::from);
    cargo.join("registry/src")
}

struct Bench {
    clone: Fixture,
    program: OsString,
}

impl Bench {
    fn ours(&self, task: &str) -> Command {
        let mut command = self.clone.command(self.program.to_str().unwrap(), &[]);
        command.env(TASK, task);
        command
    }

    fn time(&self, task: &str) -> Duration {
        let start = Instant::now();
        assert!(self.ours(task).status().unwrap().success());
        start.elapsed()
    }

    /// As [`Bench::time`], with nothing known from before.
    fn first(&self, task: &str) -> Duration {
        let _ = std::fs::remove_dir_all(self.clone.folder.join(".git/git-plan"));
        self.time(task)
    }

    fn grep(&self, words: &[&str]) -> Duration {
        let start = Instant::now();
        // 1: nothing was found.
        self.clone.command("git", words).status().unwrap();
        start.elapsed()
    }

    fn say(&self, label: &str, task: &str) {
        let output = self
            .ours(task)
            .stdout(std::process::Stdio::piped())
            .output()
            .unwrap();
        println!(
            "{label:<44} {}",
            String::from_utf8(output.stdout).unwrap().trim()
        );
    }
}

fn main() {
    if let Ok(task) = std::env::var(TASK) {
        return search(&task);
    }
    let folder = tempfile::tempdir().unwrap();
    let clone = Fixture::new(folder.path(), "sources");
    let copied = Command::new("cp")
        .arg("-r")
        .arg(sources().join("."))
        .arg(&clone.folder)
        .status();
    assert!(copied.unwrap().success());
    // Files that some of them ignore are files as well.
    clone.run("git", &["add", "-A", "-f"]);
    clone.run("git", &["commit", "-q", "-m", "sources"]);
    clone.run("git", &["gc", "-q"]);
    std::thread::sleep(Duration::from_millis(1_100));
    clone.run("git", &["status"]);
    let program = std::env::current_exe().unwrap().into_os_string();
    let bench = Bench { clone, program };
    for task in [
        "words disk -",
        "names disk -",
        "words commit -",
        "names commit -",
    ] {
        bench.say(task, task);
    }
    headings();
    let grep = ["grep", "-w", "Auth0Client"];
    let figures = compare(15, &mut || bench.first("words disk keep"), &mut || {
        bench.grep(&grep)
    });
    report("ten literal rules (git grep -w)", figures, 1.0);
    let figures = compare(15, &mut || bench.first("names disk keep"), &mut || {
        bench.grep(&grep)
    });
    report("ten rules of names (git grep -w)", figures, 2.0);
    for task in ["words disk keep", "names disk keep"] {
        let mut number = 0;
        let mut again = || {
            number += 1;
            bench.first(task);
            let path = bench.clone.folder.join("changed.rs");
            std::fs::write(path, format!("fn changed() {{ {number} }}\n")).unwrap();
            bench.time(task)
        };
        let figures = compare(9, &mut again, &mut || bench.first(task));
        report(
            &format!("{task}, again after a change (first)"),
            figures,
            0.3,
        );
    }
    let grep = ["grep", "-w", "Auth0Client", "HEAD"];
    let figures = compare(9, &mut || bench.first("words commit keep"), &mut || {
        bench.grep(&grep)
    });
    report("ten literal rules, --at (git grep HEAD)", figures, 1.5);
}
