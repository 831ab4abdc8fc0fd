//! A clone with hooks, the bare repository that it pushes to, and people who work in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use regex::Regex;

use crate::sandbox::{Run, Sandbox};

/// A clone of Ada's with the plan `demo` (phases `ground`, `walls` and `roof`, with the tasks 1, 2 and 3
/// in them), its hooks, and the remote `origin`, which has `main` and the plans. `main` is protected.
pub struct Site {
    /// The clone, its home, its clock.
    pub sandbox: Sandbox,
}

/// Ben, who is not Ada.
pub const BEN: (&str, &str) = ("Ben", "ben@example.org");

impl Site {
    /// Everything as above.
    pub fn new() -> Self {
        let site = Self::bare();
        site.plans(&[
            &["update-plan", "--protect", "main"],
            &["add-phase", "Ground"],
            &["add-phase", "Walls"],
            &["add-phase", "Roof"],
            &["add-task", "Dig", "--phase", "ground"],
            &["add-task", "Build", "--phase", "walls"],
            &["add-task", "Cover", "--phase", "roof"],
        ]);
        site.share();
        site
    }

    /// With the plan and the remote, but no phase, task or protection, and nothing pushed.
    pub fn bare() -> Self {
        let sandbox = Sandbox::new();
        sandbox.sh("git config --global plan.unattended true").ok();
        let site = Self { sandbox };
        site.plan(&["init", "Demo"]);
        let root = site.sandbox.root().to_owned();
        site.sandbox
            .git_in(&root, &["init", "-q", "--bare", "-b", "main", "origin.git"]);
        site.git(&["remote", "add", "origin", "../origin.git"]);
        site
    }

    /// Pushes `main` and the plans, and puts the hooks in place.
    fn share(&self) {
        self.git(&["push", "-q", "origin", "main", "git-plan"]);
        self.plan(&["hooks", "install"]);
    }

    /// The same with a server that judges, and no hook in the clone.
    pub fn with_server() -> Self {
        let site = Self::new();
        site.plan(&["hooks", "uninstall"]);
        site.sandbox
            .plan_in(&site.origin(), &["hooks", "install", "--server"])
            .ok();
        site
    }

    /// The bare repository.
    pub fn origin(&self) -> PathBuf {
        self.sandbox.root().join("origin.git")
    }

    /// Runs `git plan`, which must succeed.
    #[track_caller]
    pub fn plan(&self, words: &[&str]) -> String {
        self.sandbox.plan(words).ok()
    }

    /// Runs several of them.
    #[track_caller]
    pub fn plans(&self, commands: &[&[&str]]) {
        for words in commands {
            self.plan(words);
        }
    }

    /// Runs git in the clone, which must succeed.
    #[track_caller]
    pub fn git(&self, words: &[&str]) -> String {
        self.sandbox.git(words)
    }

    /// Commits a file that is named after the subject, with the message as it is.
    #[track_caller]
    pub fn commit(&self, message: &str) -> String {
        let name = message.lines().next().unwrap_or_default();
        let name = name.replace(|c: char| !c.is_alphanumeric(), "-");
        self.sandbox.write(format!("{name}.txt"), message);
        self.git(&["add", "-A"]);
        let flags = ["-q", "--no-verify", "--cleanup=verbatim"];
        self.git(&[&["commit"], &flags[..], &["-m", message]].concat());
        self.git(&["rev-parse", "HEAD"])
    }

    /// Commits work on a task.
    #[track_caller]
    pub fn work_on(&self, task: &str) -> String {
        self.commit(&format!("Work on {task}\n\nPlan-Task: demo/{task}\n"))
    }

    /// Completes the task of a phase, and closes it at HEAD.
    #[track_caller]
    pub fn close(&self, phase: &str, task: &str) {
        self.plans(&[&["done", task], &["close-phase", phase]]);
    }

    /// Brings the remote's plans up to date, without asking any hook.
    #[track_caller]
    pub fn share_plans(&self) {
        self.git(&["push", "-q", "--no-verify", "origin", "git-plan"]);
    }

    /// Pushes, whatever comes of it.
    pub fn push(&self, words: &[&str]) -> Said {
        self.said(self.git_command(words))
    }

    /// Pushes from another folder.
    pub fn push_in(&self, folder: &Path, words: &[&str]) -> Said {
        let mut command = self.sandbox.command("git", folder);
        command.args(["push", "-q"]).args(words);
        self.said(command)
    }

    /// A `git push` in the clone that has not been started.
    pub fn git_command(&self, words: &[&str]) -> Command {
        let mut command = self.sandbox.command("git", &self.sandbox.repo());
        command.args(["push", "-q"]).args(words);
        command
    }

    /// Runs a command, and takes what it said.
    pub fn said(&self, mut command: Command) -> Said {
        let output = command.output().unwrap();
        Said::of(&output, self.sandbox.root())
    }

    /// Runs `git plan` as somebody else.
    #[track_caller]
    pub fn plan_as(&self, who: (&str, &str), words: &[&str]) -> String {
        let variables = [
            ("GIT_COMMITTER_NAME", who.0),
            ("GIT_COMMITTER_EMAIL", who.1),
        ];
        self.sandbox.plan_with(&variables, words).ok()
    }

    /// Runs `git plan`; its exit code, and what it said.
    pub fn answer(&self, words: &[&str]) -> Said {
        self.said(self.sandbox.plan_command(words))
    }

    /// What a ref of the remote is at.
    pub fn there(&self, name: &str) -> Option<String> {
        let mut command = self.sandbox.command("git", &self.origin());
        let output = command.args(["rev-parse", "-q", "--verify", name]).output();
        let output = output.unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        output.status.success().then(|| text.trim().to_owned())
    }

    /// The path of the only file of a plan below a folder, such as `evidence`, whose text has all of
    /// the words in it.
    #[track_caller]
    pub fn file_with(&self, folder: &str, words: &[&str]) -> String {
        let under = format!(".plans/demo/{folder}");
        let names = self.git(&["ls-tree", "-r", "--name-only", "git-plan", &under]);
        let fits = |name: &&str| {
            let text = self.sandbox.stored(name);
            words.iter().all(|word| text.contains(word))
        };
        let found: Vec<&str> = names.lines().filter(fits).collect();
        assert_eq!(found.len(), 1, "{words:?}: {found:?}");
        found[0].to_owned()
    }
}

/// What a push came to.
#[derive(Debug)]
pub struct Said {
    /// The exit code.
    pub code: i32,
    /// What was said, without Git's own lines; ids of objects are `<oid>`, the test's folder is `~`.
    pub text: String,
}

impl Said {
    fn of(output: &Output, root: &Path) -> Self {
        let run = Run {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        };
        let oid = Regex::new(r"\b([0-9a-f]{40}|[0-9a-f]{12})\b").unwrap();
        let text = (run.out + &run.err).replace(root.to_str().unwrap(), "~");
        let text = oid.replace_all(&text, "<oid>");
        let record = Regex::new(r"evidence/../[0-9a-z]{10}").unwrap();
        let text = record.replace_all(&text, "evidence/<id>");
        let task = Regex::new(r"tasks/../[0-9a-z]{10}").unwrap();
        let text = task.replace_all(&text, "tasks/<id>");
        let ours = text.lines().filter(|line| !is_git_s(line));
        let ours = ours.map(|line| line.strip_prefix("remote: ").unwrap_or(line).trim_end());
        let text = ours.map(|line| format!("{line}\n")).collect();
        Self {
            code: run.code,
            text,
        }
    }

    /// Refused, with this text.
    #[track_caller]
    pub fn refused(&self, expected: &str) {
        self.is(1, expected);
    }

    /// Let through, with this text.
    #[track_caller]
    pub fn passed(&self, expected: &str) {
        self.is(0, expected);
    }

    #[track_caller]
    pub fn is(&self, code: i32, expected: &str) {
        let expected = expected.strip_prefix('\n').unwrap_or(expected);
        let got = &self.text;
        assert!(
            self.code == code && got == expected,
            "exit code {} (expected {code})\n--- said\n{got}--- expected\n{expected}---",
            self.code
        );
    }
}

/// A line by which Git itself tells that a push did not go through.
fn is_git_s(line: &str) -> bool {
    let starts = [
        "To ",
        " ! [",
        "error: failed to push some refs",
        "hint: Updates were rejected",
        "hint: the same ref",
        "hint: (e.g.",
        "hint: its remote",
        "hint: use 'git pull'",
        "hint: See the 'Note",
    ];
    starts.iter().any(|start| line.starts_with(start))
}
