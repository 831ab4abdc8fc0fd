//! The files for CI, in `hooks/ci/`: each of their scripts is run as a forge would, in a clone of a
//! repository that has pull requests, and has to say what `git plan ci` itself says.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

#[path = "cli/sandbox.rs"]
#[expect(dead_code, reason = "the other tests of the program use the rest")]
mod sandbox;

#[path = "ci/forge.rs"]
#[expect(dead_code, reason = "the tests of comments use the rest")]
mod forge;
#[path = "ci/scripts.rs"]
mod scripts;

use std::fs;

use forge::{Forge, NUMBER};
use sandbox::Run;
use scripts::{gitlab_scripts, scripts, text};

const FILES: [&str; 8] = [
    "github-check.yml",
    "github-plan-ref.yml",
    "github-run.yml",
    "github-record.yml",
    "github-review.yml",
    "github-plan-review.yml",
    "gitlab.yml",
    "gitlab-review.yml",
];

#[test]
fn no_text_of_a_pull_request_becomes_a_script() {
    for file in FILES.iter().filter(|file| file.starts_with("github")) {
        let found = scripts(&text(file));
        assert!(found.len() > 1, "{file}");
        for script in found {
            assert!(!script.contains("${{"), "{file}: {script}");
        }
    }
}

/// What may run with more rights than the pull request's own never has its files on disk.
#[test]
fn only_the_job_that_may_only_read_takes_the_files_of_a_pull_request() {
    for file in FILES {
        let text = text(file);
        let code = text
            .lines()
            .filter(|line| !line.trim_start().starts_with('#'));
        let code: String = code.map(|line| format!("{line}\n")).collect();
        let is_the_pull_request_s = code.contains("\n  pull_request:\n");
        assert_eq!(is_the_pull_request_s, file == "github-run.yml", "{file}");
        assert!(!code.contains("ref: "), "{file} checks out something else");
        let may_write = code.contains("contents: write");
        assert_eq!(may_write, file == "github-record.yml", "{file}");
        assert_eq!(code.contains("secrets."), may_write, "{file}");
        let may_comment = code.contains("pull-requests: write");
        assert_eq!(
            may_comment,
            file.ends_with("review.yml") && file.starts_with("github"),
            "{file}"
        );
        assert_eq!(
            code.matches(": write").count(),
            usize::from(may_write || may_comment),
            "{file}"
        );
        assert_eq!(
            code.contains("persist-credentials: false"),
            is_the_pull_request_s,
            "{file}"
        );
    }
}

/// The job that may write a comment has nothing but the text that is handed on, and no clone.
#[test]
fn the_job_that_may_comment_reads_nothing_of_a_pull_request() {
    for file in ["github-review.yml", "github-plan-review.yml"] {
        let text = text(file);
        let (reads, writes) = text.split_once("\n  comment:\n").unwrap();
        assert!(!reads.contains(": write"), "{file}");
        assert!(
            !writes.contains("actions/checkout") && !writes.contains("cargo"),
            "{file}"
        );
        let script = scripts(writes).concat();
        assert!(!script.contains("git "), "{file}");
    }
}

#[test]
fn the_check_says_what_git_plan_says() {
    for (task, expected) in [("1", 0), ("2", 1)] {
        let forge = Forge::new();
        let head = forge.pull_request(task);
        forge.take();
        let variables = [
            ("BASE_REF", "main"),
            ("HEAD_SHA", &head),
            ("NUMBER", NUMBER),
        ];
        let run = forge.run(&scripts(&text("github-check.yml")), &variables);
        let words = ["ci", "check", "--base", "origin/main", "--head", &head];
        assert_eq!(run, forge.plan(&words));
        assert_eq!(run.code, expected, "{run:?}");
        forge.assert_installed();
    }
}

#[test]
fn without_plans_the_check_is_no_pass() {
    let forge = Forge::new();
    let head = forge.pull_request("1");
    forge.sandbox.git(&["push", "-q", "origin", ":git-plan"]);
    forge.take();
    let variables = [
        ("BASE_REF", "main"),
        ("HEAD_SHA", &head),
        ("NUMBER", NUMBER),
    ];
    let run = forge.run(&scripts(&text("github-check.yml")), &variables);
    let complaint = run.fails(6);
    assert!(complaint.contains("hint: git fetch origin "), "{complaint}");
}

/// The plan branch with one more operation, as the pull request; its id.
fn plans(forge: &Forge, base: &str) -> String {
    let sandbox = &forge.sandbox;
    sandbox.git(&["update-ref", "refs/heads/git-plan", base]);
    sandbox.plan(&["add-task", "Third"]).ok();
    let head = sandbox.git(&["rev-parse", "git-plan"]);
    let refspec = format!("+git-plan:refs/pull/{NUMBER}/head");
    sandbox.git(&["push", "-q", "origin", &refspec]);
    head
}

#[test]
fn a_change_of_the_plans_is_judged_by_what_it_does_to_them() {
    for (base, expected) in [("git-plan", 0), ("git-plan^", 1)] {
        let forge = Forge::new();
        let head = plans(&forge, base);
        forge.take();
        let variables = [("HEAD_SHA", head.as_str()), ("NUMBER", NUMBER)];
        let run = forge.run(&scripts(&text("github-plan-ref.yml")), &variables);
        let base = "origin/git-plan";
        let words = ["ci", "check", "--plan-ref", "--base", base, "--head", &head];
        assert_eq!(run, forge.plan(&words));
        assert_eq!(run.code, expected, "{run:?}");
        forge.assert_installed();
    }
}

#[test]
fn gitlab_says_the_same() {
    let forge = Forge::new();
    let head = forge.pull_request("2");
    forge.take();
    // Its runner brings the commit of the pipeline.
    forge.sandbox.git_in(
        &forge.runner(),
        &["fetch", "-q", "origin", "refs/pull/7/head"],
    );
    let name = "CI_MERGE_REQUEST_TARGET_BRANCH_NAME";
    let variables = [(name, "main"), ("CI_COMMIT_SHA", head.as_str())];
    let run = forge.run(&gitlab_scripts(&text("gitlab.yml"), "plan"), &variables);
    let words = ["ci", "check", "--base", "origin/main", "--head", &head];
    assert_eq!(run, forge.plan(&words));
    assert_eq!(run.code, 1, "{run:?}");
    let head = plans(&forge, "git-plan");
    forge.sandbox.git_in(
        &forge.runner(),
        &["fetch", "-q", "origin", "refs/pull/7/head"],
    );
    let variables = [(name, "git-plan"), ("CI_COMMIT_SHA", head.as_str())];
    let run = forge.run(&gitlab_scripts(&text("gitlab.yml"), "plan-ref"), &variables);
    assert_eq!(run.code, 0, "{run:?}");
}

/// A forge whose pull request meets a gate that runs a command; the commit of its merge.
fn with_gate(command: &str) -> (Forge, String, String) {
    let forge = Forge::new();
    let add = [
        "gate", "add", "a", "tests", "--kind", "command", "--", "sh", "-c", command,
    ];
    forge.sandbox.plan(&add).ok();
    for file in ["run", "record"] {
        let file = format!("github-{file}.yml");
        let name = file.replace("github", ".github/workflows/git-plan");
        forge.sandbox.write(name, text(&file));
    }
    forge.sandbox.commit_all("The workflows");
    forge
        .sandbox
        .git(&["push", "-q", "origin", "main", "git-plan"]);
    let head = forge.pull_request("1");
    let merge = forge
        .sandbox
        .git(&["ls-remote", "origin", "refs/pull/7/merge"]);
    forge.take();
    (forge, head, merge[..40].to_owned())
}

/// What the first job does; its clone is at the merge then.
fn run_gates(forge: &Forge, merge: &str) -> Run {
    let runner = forge.runner();
    forge
        .sandbox
        .git_in(&runner, &["fetch", "-q", "origin", merge]);
    forge
        .sandbox
        .git_in(&runner, &["switch", "-q", "--detach", merge]);
    forge.run(&scripts(&text("github-run.yml")), &[])
}

/// What the second job does, in another clone.
fn record(forge: &Forge, head: &str) -> Run {
    fs::remove_dir_all(forge.runner()).unwrap();
    forge.take();
    let variables = [("HEAD_SHA", head), ("SIGNING_KEY", "")];
    let mut jobs = scripts(&text("github-record.yml"));
    jobs.remove(0);
    forge.run(&jobs, &variables)
}

/// Forges' machines have it, and so has whatever runs `.ci/run`; who lacks it misses these tests alone.
fn has_jq(forge: &Forge) -> bool {
    forge.sandbox.sh("command -v jq").code == 0
}

#[test]
fn what_one_job_ran_another_one_records() {
    for (command, state) in [("test -f route", "ok"), ("exit 3", "unmet")] {
        let (forge, head, merge) = with_gate(command);
        if !has_jq(&forge) {
            return;
        }
        let run = run_gates(&forge, &merge);
        assert_eq!(run.code, i32::from(state != "ok"), "{run:?}");
        let refs = |forge: &Forge| forge.sandbox.git(&["ls-remote", "origin", "refs/heads/*"]);
        assert!(
            forge
                .sandbox
                .git_in(&forge.runner(), &["status", "--short"])
                .is_empty()
        );
        let before = refs(&forge);
        record(&forge, &head).ok();
        assert_ne!(refs(&forge), before, "it was pushed");
        let check = forge.plan(&["gate", "check", "a/tests", "--at", &merge, "--json"]);
        assert_eq!(
            check.json()["data"]["gates"][0]["state"],
            state,
            "{check:?}"
        );
    }
}

#[test]
fn what_is_about_something_else_is_not_recorded() {
    let (forge, head, merge) = with_gate("true");
    if !has_jq(&forge) {
        return;
    }
    run_gates(&forge, &merge).ok();
    let sandbox = &forge.sandbox;
    // Another commit than the merge of this pull request.
    let other = sandbox.git(&["rev-parse", "main"]);
    let complaint = record(&forge, &other).fails(1);
    assert!(complaint.contains("refused: "), "{complaint}");
    // A merge with something of its own.
    let tree = sandbox.git(&["rev-parse", &format!("{other}^{{tree}}")]);
    let evil = [
        "commit-tree",
        "-p",
        "main",
        "-p",
        &head,
        "-m",
        "evil",
        &tree,
    ];
    let evil = sandbox.git(&evil);
    sandbox.git(&["push", "-q", "origin", &format!("{evil}:refs/pull/8/merge")]);
    let file = sandbox.root().join("home/outcomes/demo-plan.json");
    let outcomes = fs::read_to_string(&file).unwrap();
    fs::write(&file, outcomes.replace(&merge, &evil)).unwrap();
    let complaint = record(&forge, &head).fails(1);
    assert!(
        complaint.contains("has something of its own"),
        "{complaint}"
    );
    // A pull request that has another job than the default branch.
    fs::write(&file, outcomes).unwrap();
    let name = ".github/workflows/git-plan-run.yml";
    sandbox.git(&["switch", "-q", "topic"]);
    sandbox.write(name, "name: plan run\n");
    sandbox.commit_all("Say what we like");
    sandbox.git(&["push", "-q", "origin", "topic:refs/pull/7/head"]);
    let changed = sandbox.git(&["rev-parse", "HEAD"]);
    let complaint = record(&forge, &changed).fails(1);
    assert!(
        complaint.contains(&format!("has another {name}")),
        "{complaint}"
    );
}
