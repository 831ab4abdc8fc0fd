//! Checkpoints in whole processes, in turn with the same work by Git, as ratios.
//!
//! `cargo bench --bench checkpoints` takes some minutes: a tree of 80,000 files is made first.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that cannot go on stops"
)]

mod fixture;

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use fixture::{Fixture, GIT_PLAN, compare, headings, report};

/// A source of numbers that is the same at every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }
}

impl Fixture {
    fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    fn commit_all(&self) {
        self.run("git", &["add", "-A"]);
        self.run("git", &["commit", "-qm", "all"]);
        self.run(GIT_PLAN, &["init", "Plan", "--offline"]);
        // Entries as young as the index itself would be read again and again.
        std::thread::sleep(Duration::from_millis(1100));
        self.run("git", &["update-index", "-q", "--really-refresh"]);
        self.run("git", &["status"]);
    }

    fn checkpoint(&self, count: &mut usize) -> Duration {
        *count += 1;
        self.time(GIT_PLAN, &["checkpoint", &format!("point {count}")])
    }
}

/// A file of so many lines.
fn lines(numbers: &mut Numbers, count: usize) -> String {
    let mut text = String::new();
    for _ in 0..count {
        let _ = writeln!(
            text,
            "let value_{:x} = {:x};",
            numbers.next(),
            numbers.next()
        );
    }
    text
}

/// What Git does for the same: a copy of the index, the tree, the patch.
const BY_GIT: &str = "cp -p .git/index .git/copy && export GIT_INDEX_FILE=.git/copy && git add -A && \
                      git diff --binary HEAD $(git write-tree) >/dev/null";

fn large_tree(root: &Path, numbers: &mut Numbers) {
    let large = Fixture::new(root, "large");
    for folder in 0..400 {
        for file in 0..200 {
            large.write(&format!("d{folder}/f{file}"), &lines(numbers, 4));
        }
    }
    large.commit_all();
    let mut count = 0;
    let clean = compare(15, &mut || large.checkpoint(&mut count), &mut || {
        large.time("git", &["status"])
    });
    report("checkpoint, 80,000 files, clean (status)", clean, 1.15);
    let change = |numbers: &mut Numbers| {
        for file in 0..1000 {
            large.write(
                &format!("d{}/f{}", file % 400, file / 400),
                &lines(numbers, 5),
            );
        }
        for file in 0..100 {
            large.write(&format!("d{file}/new"), &lines(numbers, 5));
        }
    };
    let numbers = std::cell::RefCell::new(numbers);
    let mut prepare = || change(&mut numbers.borrow_mut());
    let prepare = std::cell::RefCell::new(&mut prepare);
    let changed = compare(
        11,
        &mut || {
            (prepare.borrow_mut())();
            large.checkpoint(&mut count)
        },
        &mut || {
            (prepare.borrow_mut())();
            large.time("sh", &["-c", BY_GIT])
        },
    );
    report("checkpoint, 1,000 modified and 100 new", changed, 0.8);
    let point = format!("point {count}");
    let rewind = compare(
        11,
        &mut || large.time(GIT_PLAN, &["rewind", &point]),
        &mut || {
            let parse = large.time("git", &["rev-parse", "HEAD"]);
            parse * 4 + large.time("git", &["status"])
        },
    );
    report("rewind, 80,000 files (4 rev-parse + status)", rewind, 1.0);
}

fn many_checkpoints(root: &Path, numbers: &mut Numbers) {
    let many = Fixture::new(root, "many");
    for file in 0..200 {
        many.write(&format!("f{file}"), &lines(numbers, 20));
    }
    many.commit_all();
    let mut count = 0;
    for _ in 0..50 {
        many.write("f0", &lines(numbers, 20));
        many.checkpoint(&mut count);
    }
    let archive = compare(
        11,
        &mut || {
            let time = many.time(GIT_PLAN, &["archive", "--yes"]);
            let words = [
                "update-plan",
                "plan",
                "--status",
                "active",
                "--reason",
                "again",
            ];
            many.run(GIT_PLAN, &words);
            time
        },
        &mut || many.checkpoint(&mut count),
    );
    report("archive, 50 checkpoints (one checkpoint)", archive, 3.0);
    while count < 1000 {
        many.write("f0", &lines(numbers, 20));
        many.checkpoint(&mut count);
    }
    let rewind = compare(
        21,
        &mut || many.time(GIT_PLAN, &["rewind", "point 500"]),
        &mut || {
            let parse = many.time("git", &["rev-parse", "HEAD"]);
            parse * 4 + many.time("git", &["status"])
        },
    );
    report(
        "rewind, 1,000 checkpoints (4 rev-parse + status)",
        rewind,
        1.0,
    );
}

fn diffs(root: &Path, numbers: &mut Numbers) {
    let diffs = Fixture::new(root, "diffs");
    let mut texts: Vec<String> = (0..1000).map(|_| lines(numbers, 1000)).collect();
    for (file, text) in texts.iter().enumerate() {
        diffs.write(&format!("d{}/f{file}", file % 20), text);
    }
    diffs.commit_all();
    for (file, text) in texts.iter_mut().enumerate() {
        let changed: String = text
            .split_inclusive('\n')
            .filter_map(|line| match numbers.next() % 100 {
                0 => None,
                1 => Some(format!("changed {line}")),
                _ => Some(line.to_owned()),
            })
            .collect();
        diffs.write(&format!("d{}/f{file}", file % 20), &changed);
    }
    let mut count = 0;
    diffs.checkpoint(&mut count);
    let stored = diffs.command(
        "git",
        &["for-each-ref", "--format=%(objectname)", "refs/plans"],
    );
    let snapshot = { stored }
        .stdout(std::process::Stdio::piped())
        .output()
        .unwrap()
        .stdout;
    let snapshot = String::from_utf8(snapshot).unwrap().trim().to_owned();
    let diff = compare(
        15,
        &mut || diffs.time(GIT_PLAN, &["show-diff", "1"]),
        &mut || diffs.time("git", &["diff", "HEAD", &snapshot]),
    );
    report("show-diff, 1,000 files × 1,000 lines", diff, 1.1);
}

/// Inputs that are hard for a diff: bounded, not fast.
fn hard_diffs(root: &Path, numbers: &mut Numbers) {
    let hard = Fixture::new(root, "hard");
    let random = |numbers: &mut Numbers, kinds: u64| -> Vec<String> {
        (0..100_000)
            .map(|_| format!("{}\n", numbers.next() % kinds))
            .collect()
    };
    let mut shuffled: Vec<String> = (0..100_000).map(|line| format!("{line}\n")).collect();
    hard.write("shuffled", &shuffled.concat());
    hard.write("random", &random(numbers, 1000).concat());
    hard.commit_all();
    for place in (1..shuffled.len()).rev() {
        let bound = u64::try_from(place).unwrap() + 1;
        shuffled.swap(place, usize::try_from(numbers.next() % bound).unwrap());
    }
    hard.write("shuffled", &shuffled.concat());
    hard.write("random", &random(numbers, 1000).concat());
    let mut count = 0;
    let time = compare(3, &mut || hard.checkpoint(&mut count), &mut || {
        hard.time("sh", &["-c", BY_GIT])
    });
    report(
        "checkpoint, 100,000 shuffled, 100,000 random",
        time,
        f64::INFINITY,
    );
}

fn main() {
    let root = tempfile::tempdir().unwrap();
    let mut numbers = Numbers(0x2545_f491_4f6c_dd1d);
    headings();
    large_tree(root.path(), &mut numbers);
    many_checkpoints(root.path(), &mut numbers);
    diffs(root.path(), &mut numbers);
    hard_diffs(root.path(), &mut numbers);
}
