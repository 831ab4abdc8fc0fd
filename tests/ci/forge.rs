//! A forge that has one pull request, and a machine that runs jobs for it.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::Command;

use super::sandbox::{Run, Sandbox};

/// The number of the one pull request.
pub const NUMBER: &str = "7";

/// A forge, a developer's clone of it (the sandbox's repository), and a runner's.
pub struct Forge {
    pub sandbox: Sandbox,
}

impl Forge {
    /// One with a plan of two phases, the first open; `main` is protected.
    pub fn new() -> Self {
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

    pub fn runner(&self) -> PathBuf {
        self.sandbox.root().join("runner")
    }

    pub fn stub(&self, name: &str, script: &str) {
        let folder = self.sandbox.root().join("stubs");
        fs::create_dir_all(&folder).unwrap();
        let file = folder.join(name);
        fs::write(&file, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// A commit on a task as the pull request, merged into `main` as the forge shows it; its id.
    pub fn pull_request(&self, task: &str) -> String {
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
    pub fn take(&self) {
        self.sandbox
            .git_in(self.sandbox.root(), &["clone", "-q", "forge.git", "runner"]);
    }

    pub fn command(&self, program: &str) -> Command {
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
    pub fn run(&self, scripts: &[String], variables: &[(&str, &str)]) -> Run {
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
    pub fn plan(&self, words: &[&str]) -> Run {
        let output = self.command("git-plan").args(words).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    #[track_caller]
    pub fn assert_installed(&self) {
        let asked = fs::read_to_string(self.sandbox.root().join("home/cargo")).unwrap();
        assert_eq!(asked, "install --locked git-plan\n");
    }

    /// No file of the runner has this word: no job leaves its token behind.
    #[track_caller]
    pub fn assert_not_left_behind(&self, word: &str) {
        let search = format!("grep -rlF {word} ../runner ../home");
        assert_eq!(self.sandbox.sh(&search).out, "");
    }
}
