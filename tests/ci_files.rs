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

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use sandbox::{Run, Sandbox};

/// The number of the one pull request.
const NUMBER: &str = "7";

fn text(file: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks/ci");
    fs::read_to_string(folder.join(file)).unwrap()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

/// The scripts of a file of GitHub: what stands behind `run:`, on that line or indented below it.
fn scripts(text: &str) -> Vec<String> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let key = line.trim_start().trim_start_matches("- ");
        match key.strip_prefix("run: ") {
            Some("|") => {
                let below = lines[at + 1..].iter();
                let script = below.take_while(|l| l.is_empty() || indent(l) > indent(line));
                found.push(script.map(|line| format!("{}\n", line.trim())).collect());
            }
            Some(script) => found.push(script.to_owned()),
            None => {}
        }
    }
    found
}

/// The scripts of the jobs of a file of GitLab.
fn gitlab_scripts(text: &str, job: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| *line != format!("{job}:"));
    let lines = lines.skip_while(|line| line.trim() != "script:").skip(1);
    let items = lines.map_while(|line| line.strip_prefix("    - "));
    items.map(str::to_owned).collect()
}

/// A forge, a developer's clone of it (the sandbox's repository), and a runner's.
struct Forge {
    sandbox: Sandbox,
}

impl Forge {
    /// One with a plan of two phases, the first open; `main` is protected.
    fn new() -> Self {
        let sandbox = Sandbox::new();
        sandbox.plan(&["init", "Demo plan", "--offline"]).ok();
        for (phase, task) in [("a", "First"), ("b", "Second")] {
            sandbox.plan(&["add-phase", phase]).ok();
            sandbox.plan(&["add-task", task, "--phase", phase]).ok();
        }
        sandbox
            .plan(&["update-plan", "demo-plan", "--protect", "main"])
            .ok();
        sandbox.git(&["clone", "-q", "--bare", ".", "../forge.git"]);
        sandbox.git(&["remote", "add", "origin", "../forge.git"]);
        let forge = Self { sandbox };
        forge.stub("cargo", "echo \"$*\" >>\"$HOME/cargo\"");
        forge
    }

    fn runner(&self) -> PathBuf {
        self.sandbox.root().join("runner")
    }

    fn stub(&self, name: &str, script: &str) {
        let folder = self.sandbox.root().join("stubs");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A commit on a task as the pull request, merged into `main` as the forge shows it; its id.
    fn pull_request(&self, task: &str) -> String {
        let sandbox = &self.sandbox;
        sandbox.git(&["switch", "-qC", "topic", "main"]);
        sandbox.write("route", task);
        sandbox.commit_all(&format!("Add the route\n\nPlan-Task: demo-plan/{task}"));
        let head = sandbox.git(&["rev-parse", "HEAD"]);
        sandbox.git(&["switch", "-q", "--detach", "main"]);
        sandbox.git(&["merge", "-q", "--no-ff", "topic"]);
        let refs = ["topic", "HEAD"].map(|rev| match rev {
            "HEAD" => format!("+HEAD:refs/pull/{NUMBER}/merge"),
            rev => format!("+{rev}:refs/pull/{NUMBER}/head"),
        });
        sandbox.git(&["push", "-q", "origin", &refs[0], &refs[1]]);
        sandbox.git(&["switch", "-q", "main"]);
        head
    }

    /// What a runner has after it took the repository, as the first step of each file does.
    fn take(&self) {
        self.sandbox
            .git_in(self.sandbox.root(), &["clone", "-q", "forge.git", "runner"]);
    }

    fn command(&self, program: &str) -> Command {
        let mut command = self.sandbox.command(program, &self.runner());
        let path = command.get_envs().find(|(name, _)| *name == "PATH");
        let path = path.and_then(|(_, value)| value).unwrap().to_owned();
        let stubs = self.sandbox.root().join("stubs");
        command.env(
            "PATH",
            format!("{}:{}", stubs.display(), path.to_str().unwrap()),
        );
        command.env("RUNNER_TEMP", self.sandbox.root().join("home"));
        command.env("CI", "true");
        command
    }

    /// Runs the scripts one after the other, as forges do; the first that fails ends it.
    fn run(&self, scripts: &[String], variables: &[(&str, &str)]) -> Run {
        let mut all = Run {
            code: 0,
            out: String::new(),
            err: String::new(),
        };
        for script in scripts {
            assert!(!script.contains("${{"), "a forge's text in {script}");
            let mut command = self.command("sh");
            command.args(["-e", "-c", script]);
            let output = command.envs(variables.iter().copied()).output().unwrap();
            all.code = output.status.code().unwrap();
            all.out.push_str(&String::from_utf8_lossy(&output.stdout));
            all.err.push_str(&String::from_utf8_lossy(&output.stderr));
            if all.code != 0 {
                break;
            }
        }
        all
    }

    /// What `git plan` itself says in the runner's clone.
    fn plan(&self, words: &[&str]) -> Run {
        let output = self.command("git-plan").args(words).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    fn assert_installed(&self) {
        let asked = fs::read_to_string(self.sandbox.root().join("home/cargo")).unwrap();
        assert_eq!(asked, "install --locked git-plan\n");
    }
}

const FILES: [&str; 5] = [
    "github-check.yml",
    "github-plan-ref.yml",
    "github-run.yml",
    "github-record.yml",
    "gitlab.yml",
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
        let may_write = code.contains(": write");
        assert_eq!(may_write, file == "github-record.yml", "{file}");
        assert_eq!(code.contains("secrets."), may_write, "{file}");
        assert_eq!(
            code.contains("persist-credentials: false"),
            is_the_pull_request_s,
            "{file}"
        );
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
