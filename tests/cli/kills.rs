//! Processes killed with SIGKILL at random moments: what they stored is stored, what they did
//! not is not there, and nobody has to tidy up after them.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// How long the command after a kill may take.
const PATIENCE: Duration = Duration::from_secs(3);

/// Numbers that look random and are the same at every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit.max(1)
    }

    fn part_of(&mut self, whole: Duration) -> Duration {
        let whole = u64::try_from(whole.as_micros()).unwrap();
        Duration::from_micros(self.below(whole))
    }
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn locks(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(locks(&path));
        } else if path
            .extension()
            .is_some_and(|extension| extension == "lock")
        {
            found.push(path);
        }
    }
    found
}

#[track_caller]
fn no_lock_stays(sandbox: &Sandbox) {
    let left = locks(&sandbox.repo().join(".git"));
    assert!(left.is_empty(), "{left:?}");
}

fn titles(sandbox: &Sandbox, prefix: &str) -> Vec<String> {
    let json = sandbox.plan(&["tasks", "--json"]).json();
    let titles = json["data"].as_array().unwrap().iter();
    titles
        .map(|task| task["title"].as_str().unwrap().to_owned())
        .filter(|title| title.starts_with(prefix))
        .collect()
}

fn task(sandbox: &Sandbox, name: &str) -> Value {
    sandbox.plan(&["show", name, "--json"]).json()["data"].clone()
}

fn start(sandbox: &Sandbox, words: &[&str], input: &str) -> Child {
    let mut command = sandbox.plan_command(words);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    // A process that is killed before it reads closes the pipe.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    child
}

/// Kills a process after a while; whether it had ended well before.
fn kill_after(mut child: Child, while_: Duration) -> bool {
    thread::sleep(while_);
    let _ = child.kill();
    child.wait().unwrap().success()
}

/// The next command must work, soon and without help.
#[track_caller]
fn next_command_works(sandbox: &Sandbox) -> Run {
    let start = Instant::now();
    let run = sandbox.plan(&["note", "1", "after a kill"]);
    let took = start.elapsed();
    assert_eq!(run.code, 0, "{run:?}");
    assert!(took < PATIENCE, "{took:?}: {run:?}");
    run
}

/// Kills a process a moment after it took the plan ref's lock; whether it had ended well before.
fn kill_with_lock(sandbox: &Sandbox, mut child: Child, moment: Duration) -> bool {
    let lock = sandbox.repo().join(".git/refs/heads/git-plan.lock");
    while !lock.exists() && child.try_wait().unwrap().is_none() {}
    let begin = Instant::now();
    while begin.elapsed() < moment {}
    let _ = child.kill();
    child.wait().unwrap().success()
}

/// How long a command takes when nobody kills it.
fn usual(sandbox: &Sandbox, words: &[&str], input: &str) -> Duration {
    let begin = Instant::now();
    assert!(start(sandbox, words, input).wait().unwrap().success());
    begin.elapsed()
}

#[test]
fn a_killed_command_is_stored_wholly_or_not_at_all() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    let mut survivors = 0;
    let mut killed_in_time = 0;
    let mut longest = Duration::ZERO;
    for round in 0..140 {
        let name = format!("round {round}");
        let batch = ["a", "b", "c"]
            .map(|part| format!("{{\"op\":\"add-task\",\"title\":\"{name} {part}\"}}\n"))
            .concat();
        let (words, input, parts): (Vec<&str>, &str, usize) = match round % 4 {
            0 => (
                vec!["add-task", &name, "--item", "x", "--label", "l"],
                "",
                1,
            ),
            1 => (vec!["batch"], &batch, 3),
            2 => (vec!["note", "1", &name], "", 0),
            _ => (vec!["undo"], "", 0),
        };
        if round < 8 {
            longest = longest.max(usual(&sandbox, &words, input));
            continue;
        }
        let before = tip(&sandbox);
        let tasks_before = titles(&sandbox, "").len();
        let notes_before = task(&sandbox, "1")["notes"].as_array().unwrap().len();
        let child = start(&sandbox, &words, input);
        let ended_well = match round % 3 {
            0 => kill_with_lock(&sandbox, child, dice.part_of(Duration::from_micros(300))),
            _ => kill_after(child, dice.part_of(longest * 3 / 2)),
        };
        let now = tip(&sandbox);
        let is_stored = now != before;
        assert!(is_stored || !ended_well, "{words:?}: exit 0, not stored");
        survivors += usize::from(is_stored);
        killed_in_time += usize::from(!ended_well);
        if is_stored {
            assert_eq!(sandbox.git(&["rev-parse", "git-plan^"]), before);
        } else {
            assert_eq!(titles(&sandbox, "").len(), tasks_before);
        }
        match (round % 4, is_stored) {
            (0 | 1, true) => {
                let new = titles(&sandbox, &name);
                assert_eq!(new.len(), parts, "{new:?}");
                assert_eq!(titles(&sandbox, "").len(), tasks_before + parts);
            }
            (2, _) => {
                let notes = task(&sandbox, "1")["notes"].as_array().unwrap().len();
                assert_eq!(notes, notes_before + usize::from(is_stored));
            }
            _ => {}
        }
        next_command_works(&sandbox);
        no_lock_stays(&sandbox);
        if round % 20 == 0 {
            sandbox.git(&["fsck", "--strict"]);
        }
    }
    assert!(
        killed_in_time > 0 && survivors > 0,
        "{killed_in_time}, {survivors}"
    );
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn writers_go_on_while_others_are_killed() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut stored = 0;
    let longest = usual(&sandbox, &["add-task", "second"], "");
    for round in 0..20 {
        let names: Vec<String> = (0..4).map(|place| format!("r{round} w{place}")).collect();
        let mut children: Vec<Child> = names
            .iter()
            .map(|name| start(&sandbox, &["add-task", name], ""))
            .collect();
        thread::sleep(dice.part_of(longest * 2));
        for child in &mut children {
            let _ = child.kill();
        }
        let ended_well: Vec<bool> = children
            .iter_mut()
            .map(|child| child.wait().unwrap().success())
            .collect();
        next_command_works(&sandbox);
        let there = titles(&sandbox, &format!("r{round} "));
        stored += there.len();
        for (name, ended_well) in names.iter().zip(ended_well) {
            let copies = there.iter().filter(|title| *title == name).count();
            assert!(copies <= 1, "{name} is there {copies} times");
            assert!(copies == 1 || !ended_well, "{name}: exit 0, not stored");
        }
    }
    let json = sandbox.plan(&["tasks", "--json"]).json();
    let numbers: Vec<u64> = json["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["number"].as_u64().unwrap())
        .collect();
    let expected: Vec<u64> = (1..=stored as u64 + 2).collect();
    assert_eq!(numbers, expected, "no gap, no double");
    no_lock_stays(&sandbox);
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_killed_checkpoint_is_stored_wholly_or_not_at_all() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let mut dice = Dice(0xc0ff_ee00_1234_5678);
    let change = |round: usize| sandbox.write(format!("folder/{round}"), format!("{round}\n"));
    change(100);
    let longest = usual(&sandbox, &["checkpoint", "usual"], "");
    let mut killed = 0;
    for round in 0..40 {
        change(round);
        let name = format!("round {round}");
        let private: &[&str] = if round % 2 == 0 { &[] } else { &["--private"] };
        let words = [&["checkpoint", name.as_str()][..], private].concat();
        let ended_well = kill_after(start(&sandbox, &words, ""), dice.part_of(longest * 3 / 2));
        killed += usize::from(!ended_well);
        let all = sandbox.checkpoints();
        let found = all.iter().find(|one| one["name"] == name.as_str());
        assert!(found.is_some() || !ended_well, "exit 0, not stored");
        if let Some(found) = found {
            assert_eq!(found["here"], true, "a record without its snapshot");
        }
        next_command_works(&sandbox);
    }
    assert!(killed > 0);
    // The lock of a snapshot's ref is in nobody's way: no second one has that id.
    for words in [
        &["checkpoint", "last"][..],
        &["checkpoint", "last one", "--private"],
    ] {
        sandbox.plan(words).ok();
    }
    let all = sandbox.checkpoints();
    let sequences: std::collections::BTreeSet<_> =
        all.iter().map(|one| one["sequence"].as_u64()).collect();
    assert_eq!(sequences.len(), all.len());
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
    // What a kill left is old enough to go two days later.
    let prune = ["checkpoints", "--prune", "--keep", "1000"];
    sandbox
        .plan_with(&[("GIT_PLAN_NOW", "2026-02-02T09:30:00Z")], &prune)
        .ok();
    assert_eq!(sandbox.refs("refs/plans").len(), all.len() + 1);
}

#[test]
fn the_first_plan_is_made_wholly_or_not_at_all() {
    let mut dice = Dice(0x1234_5678_9abc_def1);
    let init = ["init", "Demo plan"];
    let longest = usual(&Sandbox::new(), &init, "");
    for _ in 0..16 {
        let sandbox = Sandbox::new();
        let ended_well = kill_after(start(&sandbox, &init, ""), dice.part_of(longest));
        let has_ref = sandbox
            .sh("git rev-parse -q --verify refs/heads/git-plan")
            .code
            == 0;
        assert!(has_ref || !ended_well, "exit 0, not stored");
        if has_ref {
            sandbox.plan(&["add-task", "first"]).ok();
        } else {
            sandbox.plan(&["init", "Demo plan"]).ok();
        }
        sandbox.plan(&["status"]).ok();
        sandbox.git(&["fsck", "--strict"]);
        no_lock_stays(&sandbox);
    }
}

#[test]
fn a_cache_that_a_kill_interrupted_is_never_wrong() {
    let sandbox = Sandbox::with_plan();
    let lines: String = (0..30)
        .map(|n| format!("{{\"op\":\"add-task\",\"title\":\"t{n}\"}}\n"))
        .collect();
    sandbox.plan_fed(&lines, &["batch"]).ok();
    let cache = sandbox.repo().join(".git/git-plan/cache");
    let mut dice = Dice(0xfeed_face_cafe_beef);
    let expected = sandbox.plan(&["tasks", "--json"]).ok();
    let longest = usual(&sandbox, &["tasks"], "");
    for _ in 0..40 {
        let _ = fs::remove_dir_all(&cache);
        kill_after(start(&sandbox, &["tasks"], ""), dice.part_of(longest));
        kill_after(start(&sandbox, &["list"], ""), dice.part_of(longest));
        assert_eq!(sandbox.plan(&["tasks", "--json"]).ok(), expected);
        sandbox.plan(&["list"]).ok();
    }
}

#[test]
fn a_lock_that_a_kill_left_is_removed_with_a_warning() {
    let sandbox = Sandbox::with_plan();
    let lock = sandbox.repo().join(".git/refs/heads/git-plan.lock");
    fs::write(&lock, "").unwrap();
    sandbox.plan(&["status"]).ok();
    let run = sandbox.plan(&["add-task", "first"]);
    assert_eq!(run.code, 0, "{run:?}");
    let warning = format!(
        "warning: removed {}, the lock of a process that was killed\n",
        lock.display()
    );
    assert_eq!(run.err, warning);
    assert!(!lock.exists());
    let run = sandbox.plan(&["add-task", "second"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""));
}

#[test]
fn a_stale_lock_is_removed_once_for_many_who_wait() {
    let sandbox = Sandbox::with_plan();
    let lock = sandbox.repo().join(".git/refs/heads/git-plan.lock");
    fs::write(&lock, "").unwrap();
    let runs: Vec<Run> = thread::scope(|scope| {
        let add = |n: usize| {
            let sandbox = &sandbox;
            scope.spawn(move || sandbox.plan(&["add-task", &format!("task {n}")]))
        };
        let threads: Vec<_> = (0..4).map(add).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let warned = runs.iter().filter(|run| !run.err.is_empty()).count();
    for run in runs {
        run.ok();
    }
    assert!(warned <= 1, "{warned} removed it");
    assert_eq!(titles(&sandbox, "task").len(), 4);
    sandbox.git(&["fsck", "--strict"]);
}

/// A lock whose file is another one all the time is held by living processes, one after another.
#[test]
fn a_lock_that_changes_hands_is_not_stolen() {
    let sandbox = Sandbox::with_plan();
    let lock = sandbox.repo().join(".git/refs/heads/git-plan.lock");
    let next = sandbox.root().join("next.lock");
    fs::write(&lock, "").unwrap();
    let run = thread::scope(|scope| {
        let add = scope.spawn(|| sandbox.plan(&["add-task", "first"]));
        for _ in 0..7 {
            thread::sleep(Duration::from_millis(500));
            fs::write(&next, "").unwrap();
            assert!(lock.exists(), "the lock was stolen");
            fs::rename(&next, &lock).unwrap();
        }
        fs::remove_file(&lock).unwrap();
        add.join().unwrap()
    });
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
}

/// A lock that somebody still writes to is not the lock of a dead process.
#[test]
fn a_lock_that_is_written_to_is_not_stolen() {
    let sandbox = Sandbox::with_plan();
    let lock = sandbox.repo().join(".git/refs/heads/git-plan.lock");
    let mut file = OpenOptions::new()
        .create_new(true)
        .append(true)
        .open(&lock)
        .unwrap();
    let run = thread::scope(|scope| {
        let add = scope.spawn(|| sandbox.plan(&["add-task", "first"]));
        for _ in 0..7 {
            thread::sleep(Duration::from_millis(500));
            file.write_all(b"0").unwrap();
            assert!(lock.exists(), "the lock was stolen");
        }
        fs::remove_file(&lock).unwrap();
        add.join().unwrap()
    });
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
}

/// A lock that changes hands for ever ends in an error that names it.
#[test]
fn a_lock_that_stays_busy_is_named() {
    let sandbox = Sandbox::with_plan();
    let before = tip(&sandbox);
    let lock = sandbox.repo().join(".git/refs/heads/git-plan.lock");
    let next = sandbox.root().join("next.lock");
    fs::write(&lock, "").unwrap();
    let run = thread::scope(|scope| {
        let add = scope.spawn(|| sandbox.plan(&["add-task", "first"]));
        while !add.is_finished() {
            fs::write(&next, "").unwrap();
            fs::rename(&next, &lock).unwrap();
            thread::sleep(Duration::from_millis(300));
        }
        add.join().unwrap()
    });
    let complaint = run.fails(6);
    assert!(complaint.contains("git-plan.lock"), "{complaint}");
    assert_eq!(tip(&sandbox), before);
    fs::remove_file(&lock).unwrap();
    sandbox.plan(&["add-task", "first"]).ok();
}

/// What a kill leaves in the reflog without moving the ref does not confuse `undo`.
#[test]
fn a_reflog_line_of_a_move_that_never_came_is_no_operation() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let log = sandbox.repo().join(".git/logs/refs/heads/git-plan");
    let last = fs::read_to_string(&log).unwrap();
    let last = last.lines().last().unwrap().to_owned();
    let new = last.split(' ').nth(1).unwrap();
    let ghost = sandbox.git(&["commit-tree", "-m", "ghost", "-p", new, "git-plan^{tree}"]);
    let rest = last.splitn(3, ' ').nth(2).unwrap();
    let mut file = OpenOptions::new().append(true).open(&log).unwrap();
    writeln!(file, "{new} {ghost} {rest}").unwrap();
    sandbox.plan(&["undo"]).ok();
    assert!(titles(&sandbox, "").is_empty());
    sandbox.git(&["fsck", "--strict"]);
}
