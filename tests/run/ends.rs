//! How a command ends, and what is recorded of it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::sandbox::Sandbox;
use crate::world::{add, add_shell, first, record_texts, records, state, world};

/// Nobody of a process group is left, but for those that are dead and that nobody has reaped.
#[track_caller]
fn assert_gone(sandbox: &Sandbox, group: &str) {
    let deadline = Instant::now() + Duration::from_secs(30);
    loop {
        let listed = sandbox.sh("ps -A -o pgid= -o stat=").ok();
        let is_alive = |line: &str| {
            let mut words = line.split_whitespace();
            words.next() == Some(group.trim()) && words.next().is_some_and(|s| !s.starts_with('Z'))
        };
        if !listed.lines().any(is_alive) {
            return;
        }
        assert!(Instant::now() < deadline, "{group}: {listed}");
        std::thread::yield_now();
    }
}

#[test]
fn a_command_that_passes_meets_its_gate() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["sh", "-c", "echo out; echo err >&2"]);
    assert_eq!(state(&sandbox, "f/t").0, "unmet");
    let run = sandbox.plan(&["gate", "run", "f/t", "--json"]);
    let json = first(&run);
    assert_eq!((run.code, &json["result"]), (0, &"pass".into()));
    assert_eq!(run.err, "out\nerr\n", "its output goes to standard error");
    assert_eq!(json["output_bytes"], 8);
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    let (path, text) = record_texts(&sandbox).remove(0);
    assert!(path.contains(json["record"].as_str().unwrap()));
    for line in [
        "kind = \"outcome\"",
        "result = \"pass\"",
        "exit_code = 0",
        "runner = \"local\"",
        "output_bytes = 8",
    ] {
        assert!(text.contains(line), "{line}: {text}");
    }
    assert!(!text.contains("output_end"), "{text}");
    assert!(sandbox.plan(&["show", "f/t"]).ok().contains("out\nerr"));
}

#[test]
fn a_command_that_fails_is_recorded_and_the_exit_code_is_1() {
    let sandbox = world();
    add(
        &sandbox,
        "t",
        &["--record-output"],
        &["sh", "-c", "echo broken; exit 3"],
    );
    let run = sandbox.plan(&["gate", "run", "f/t"]);
    run.clone().fails(1);
    assert!(
        run.out.starts_with("f/t failed with exit code 3"),
        "{run:?}"
    );
    assert_eq!(state(&sandbox, "f/t").0, "unmet");
    assert!(state(&sandbox, "f/t").1.contains("failed with exit code 3"));
    let text = record_texts(&sandbox).remove(0).1;
    assert!(
        text.contains("output_end") && text.contains("broken"),
        "{text}"
    );
    assert_eq!(sandbox.git(&["fsck", "--strict"]), "");
}

#[test]
fn a_later_run_decides() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["sh", "-c", "test -e \"$HOME/good\""]);
    let run = || sandbox.plan(&["gate", "run", "f/t"]);
    run().fails(1);
    fs::write(sandbox.root().join("home/good"), "").unwrap();
    run().ok();
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    fs::remove_file(sandbox.root().join("home/good")).unwrap();
    run().fails(1);
    assert_eq!(state(&sandbox, "f/t").0, "unmet");
    assert_eq!(records(&sandbox), 3);
}

#[test]
fn what_could_not_run_is_an_error_and_neither_red_nor_green() {
    let sandbox = world();
    for (name, text, words) in [
        (
            "not-executable",
            "exit 126",
            "could not be run (exit code 126)",
        ),
        ("not-found", "exit 127", "could not be run (exit code 127)"),
        ("signal", "kill -KILL $$", "ended by signal 9"),
    ] {
        add_shell(&sandbox, name, &[], text);
        let run = sandbox.plan(&["gate", "run", &format!("f/{name}"), "--json"]);
        assert_eq!(run.code, 1, "{run:?}");
        assert_eq!(first(&run)["result"], "error", "{name}");
        let (state, reason) = state(&sandbox, &format!("f/{name}"));
        assert_eq!(state, "unmet", "{name}");
        assert!(reason.contains(words), "{reason}");
    }
    add(&sandbox, "nobody", &[], &["no-such-program-anywhere"]);
    let run = sandbox.plan(&["gate", "run", "f/nobody", "--json"]);
    assert_eq!((run.code, &first(&run)["result"]), (1, &"error".into()));
}

/// Runs what ignores a friendly signal, and has a child that keeps the output open.
#[test]
fn a_time_out_ends_the_whole_group() {
    let sandbox = world();
    let text = "trap '' TERM; (trap '' TERM; echo $$ > \"$HOME/pid\"; sleep 300) & wait; sleep 300";
    add_shell(&sandbox, "t", &["--timeout", "1s"], text);
    let begin = Instant::now();
    let run = sandbox.plan(&["gate", "run", "f/t", "--json"]);
    assert_eq!((run.code, &first(&run)["result"]), (1, &"error".into()));
    assert!(
        first(&run)["words"]
            .as_str()
            .unwrap()
            .contains("took too long")
    );
    assert!(begin.elapsed() < Duration::from_secs(60));
    let group = fs::read_to_string(sandbox.root().join("home/pid")).unwrap();
    assert_gone(&sandbox, &group);
}

#[test]
fn what_a_command_leaves_behind_does_not_hold_it_up() {
    let sandbox = world();
    add_shell(
        &sandbox,
        "t",
        &[],
        "sleep 300 & echo $$ > \"$HOME/pid\"; exit 0",
    );
    let begin = Instant::now();
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert!(begin.elapsed() < Duration::from_secs(60));
    let group = fs::read_to_string(sandbox.root().join("home/pid")).unwrap();
    assert_gone(&sandbox, &group);
    // Not even what has left the group.
    add_shell(&sandbox, "away", &[], "setsid sleep 20 & exit 0");
    let begin = Instant::now();
    sandbox.plan(&["gate", "run", "f/away"]).ok();
    assert!(begin.elapsed() < Duration::from_secs(15));
}

#[test]
fn an_interrupt_ends_the_command_and_records_nothing() {
    let sandbox = world();
    add_shell(&sandbox, "t", &[], "echo $$ > \"$HOME/pid\"; sleep 300");
    let mut child = sandbox
        .plan_command(&["gate", "run", "f/t"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let pid = sandbox.root().join("home/pid");
    let deadline = Instant::now() + Duration::from_secs(60);
    while fs::read_to_string(&pid).unwrap_or_default().is_empty() {
        assert!(Instant::now() < deadline);
        std::thread::yield_now();
    }
    sandbox.sh(&format!("kill -INT {}", child.id())).ok();
    assert_eq!(child.wait().unwrap().code(), Some(130));
    let group = fs::read_to_string(pid).unwrap();
    assert_gone(&sandbox, &group);
    assert_eq!(records(&sandbox), 0);
}

#[test]
fn several_gates_are_one_commit_and_a_phase_stands_for_its_commands() {
    let sandbox = world();
    add(&sandbox, "a", &[], &["true"]);
    add(&sandbox, "b", &[], &["false"]);
    sandbox
        .plan(&["gate", "add", "f", "m", "--kind", "manual"])
        .ok();
    let before: usize = sandbox
        .git(&["rev-list", "--count", "git-plan"])
        .parse()
        .unwrap();
    let run = sandbox.plan(&["gate", "run", "f", "--json"]);
    assert_eq!(run.code, 1);
    assert_eq!(run.json()["total"], 2);
    let after: usize = sandbox
        .git(&["rev-list", "--count", "git-plan"])
        .parse()
        .unwrap();
    assert_eq!((after - before, records(&sandbox)), (1, 2));
    sandbox.plan(&["gate", "run", "f/m"]).fails(2);
}

#[test]
fn its_environment_names_no_repository_and_has_what_it_needs() {
    let sandbox = world();
    add_shell(
        &sandbox,
        "t",
        &["--env", "WANTED"],
        "env > \"$HOME/seen\"; pwd > \"$HOME/pwd\"",
    );
    let refused = sandbox.plan(&["gate", "run", "f/t"]).fails(6);
    assert!(refused.contains("WANTED is not set"), "{refused}");
    let variables = [
        ("WANTED", "1"),
        ("GIT_PREFIX", "x"),
        ("GIT_CONFIG_COUNT", "0"),
    ];
    sandbox.plan_with(&variables, &["gate", "run", "f/t"]).ok();
    let seen = fs::read_to_string(sandbox.root().join("home/seen")).unwrap();
    assert!(
        seen.contains("WANTED=1\n") && seen.contains("GIT_PLAN_GATE=f/t\n"),
        "{seen}"
    );
    for name in ["GIT_PREFIX=", "GIT_CONFIG_COUNT=", "GIT_DIR="] {
        assert!(!seen.contains(name), "{seen}");
    }
    let pwd = fs::read_to_string(sandbox.root().join("home/pwd")).unwrap();
    assert_eq!(pwd.trim(), sandbox.repo().to_str().unwrap());
}

#[test]
fn nothing_is_read_from_standard_input() {
    let sandbox = world();
    add(&sandbox, "t", &[], &["cat"]);
    let run = sandbox.plan_fed("a secret\n", &["gate", "run", "f/t", "--json"]);
    assert_eq!((run.code, &first(&run)["output_bytes"]), (0, &0.into()));
}

#[test]
fn a_folder_is_inside_of_the_working_tree() {
    let sandbox = world();
    sandbox.write("sub/here", "");
    std::os::unix::fs::symlink(sandbox.root(), sandbox.repo().join("out")).unwrap();
    sandbox.commit_all("folders");
    add(&sandbox, "in", &["--cwd", "sub"], &["test", "-e", "here"]);
    add(&sandbox, "out", &["--cwd", "out"], &["true"]);
    add(&sandbox, "git", &["--cwd", ".git"], &["true"]);
    sandbox.plan(&["gate", "run", "f/in"]).ok();
    for gate in ["f/out", "f/git"] {
        sandbox.plan(&["gate", "run", gate]).fails(3);
    }
    let up = [
        "gate", "add", "f", "up", "--kind", "command", "--cwd", "..", "--", "true",
    ];
    sandbox.plan(&up).fails(2);
}

#[test]
fn the_end_of_the_output_is_this_person_s_alone_and_bounded() {
    let sandbox = world();
    add_shell(&sandbox, "t", &[], "yes line | head -n 5000; echo the-end");
    let run = sandbox.plan(&["gate", "run", "f/t", "--json"]);
    let record = first(&run)["record"].as_str().unwrap().to_owned();
    let folder = sandbox.repo().join(".git/git-plan/output");
    let file = folder.join(record);
    let kept = fs::read_to_string(&file).unwrap();
    assert_eq!(kept.len(), 4096);
    assert!(kept.ends_with("the-end\n"));
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file), mode(&folder)), (0o600, 0o700));
}

#[test]
fn a_failure_names_the_way_back_where_there_is_one() {
    let sandbox = world();
    sandbox.checkpoint(&["before"]);
    let rewinds = |sandbox: &Sandbox| {
        let complaint = sandbox.plan(&["gate", "run", "f/t"]).fails(1);
        complaint.contains("git plan rewind --last-good")
    };
    add(&sandbox, "t", &[], &["sh", "-c", "test -e good"]);
    assert!(!rewinds(&sandbox), "that checkpoint is no better");
    sandbox.write("good", "");
    sandbox.commit_all("good");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    sandbox.checkpoint(&["good"]);
    sandbox.git(&["rm", "-q", "good"]);
    sandbox.commit_all("bad");
    assert!(rewinds(&sandbox));
}
