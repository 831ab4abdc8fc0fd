//! A throw-away world for one test: a home, a repository, a fixed clock and identity.

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// The moment that every test happens at.
pub const NOW: &str = "2026-01-31T09:30:00Z";

/// A folder with a home and a repository in it, gone at the end of the test.
pub struct Sandbox {
    _folder: TempDir,
    root: PathBuf,
}

/// A file stored by hand: its mode and its content.
pub type ByHand<'a> = (&'a str, &'a [u8]);

/// What a command did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// Its exit code; -1 where a signal ended it.
    pub code: i32,
    /// What it printed.
    pub out: String,
    /// What it complained.
    pub err: String,
}

impl Run {
    fn of(output: &Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8_lossy(&output.stdout).into_owned(),
            err: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// The output of a command that must succeed.
    #[track_caller]
    pub fn ok(self) -> String {
        assert_eq!(self.code, 0, "{self:?}");
        self.out
    }

    /// A command that must fail with this exit code; its complaint.
    #[track_caller]
    pub fn fails(self, code: i32) -> String {
        assert_eq!(self.code, code, "{self:?}");
        self.err
    }

    /// What `--json` printed.
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

impl Sandbox {
    /// A repository with one commit on `main`.
    pub fn new() -> Self {
        let sandbox = Self::with(&[]);
        fs::write(sandbox.repo().join("README"), "hello\n").unwrap();
        sandbox.git(&["add", "README"]);
        sandbox.git(&["commit", "-qm", "first"]);
        sandbox
    }

    /// A repository without a commit, made with further options of `git init`.
    pub fn with(init: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        fs::create_dir(root.join("home")).unwrap();
        let sandbox = Self {
            _folder: folder,
            root,
        };
        let mut words = vec!["init", "-q", "-b", "main"];
        words.extend(init);
        words.push("repo");
        sandbox.git_in(&sandbox.root, &words);
        sandbox
    }

    /// A repository with a plan in it.
    pub fn with_plan() -> Self {
        let sandbox = Self::new();
        sandbox.plan(&["init", "Demo plan"]).ok();
        sandbox
    }

    /// The folder of everything.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The repository.
    pub fn repo(&self) -> PathBuf {
        self.root.join("repo")
    }

    /// A command in the sandbox's world: its own home, no configuration but its own, fixed clock
    /// and identity.
    pub fn command(&self, program: impl AsRef<OsStr>, folder: &Path) -> Command {
        let bin = Path::new(env!("CARGO_BIN_EXE_git-plan")).parent().unwrap();
        let path = std::env::var("PATH").unwrap();
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", format!("{}:{path}", bin.display()))
            .env("HOME", self.root.join("home"))
            .env("XDG_CONFIG_HOME", self.root.join("home/.config"))
            .env("XDG_DATA_HOME", self.root.join("home/.local/share"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "Ada")
            .env("GIT_AUTHOR_EMAIL", "ada@example.org")
            .env("GIT_COMMITTER_NAME", "Ada")
            .env("GIT_COMMITTER_EMAIL", "ada@example.org")
            .env("GIT_AUTHOR_DATE", NOW)
            .env("GIT_COMMITTER_DATE", NOW)
            .env("GIT_PLAN_NOW", NOW)
            .env("TZ", "UTC")
            .env("LC_ALL", "C.UTF-8")
            .env("TERM", "dumb")
            .stdin(Stdio::null());
        command
    }

    /// Runs `git plan` in the repository.
    pub fn plan(&self, words: &[&str]) -> Run {
        self.plan_in(&self.repo(), words)
    }

    /// A `git plan` command in the repository, for a test that wants to start it itself.
    pub fn plan_command(&self, words: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_git-plan"), &self.repo());
        command.args(words);
        command
    }

    /// Runs `git plan` in a folder.
    pub fn plan_in(&self, folder: &Path, words: &[&str]) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_git-plan"), folder);
        Run::of(&command.args(words).output().unwrap())
    }

    /// Runs `git plan` in the repository with further environment variables.
    pub fn plan_with(&self, variables: &[(&str, &str)], words: &[&str]) -> Run {
        let mut command = self.command(env!("CARGO_BIN_EXE_git-plan"), &self.repo());
        command.envs(variables.iter().copied());
        Run::of(&command.args(words).output().unwrap())
    }

    /// Runs `git plan` in the repository with a text on standard input.
    pub fn plan_fed(&self, input: &str, words: &[&str]) -> Run {
        use std::io::Write as _;
        let mut command = self.command(env!("CARGO_BIN_EXE_git-plan"), &self.repo());
        command
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let input = input.to_owned();
        let feeder = std::thread::spawn(move || {
            let _ = stdin.write_all(input.as_bytes());
        });
        let output = child.wait_with_output().unwrap();
        feeder.join().unwrap();
        Run::of(&output)
    }

    /// Runs a line in `sh` in the repository.
    pub fn sh(&self, line: &str) -> Run {
        Run::of(
            &self
                .command("sh", &self.repo())
                .arg("-c")
                .arg(line)
                .output()
                .unwrap(),
        )
    }

    /// Runs git in the repository, which must succeed; its output without the last line break.
    #[track_caller]
    pub fn git(&self, words: &[&str]) -> String {
        self.git_in(&self.repo(), words)
    }

    /// Runs git in a folder, which must succeed.
    #[track_caller]
    pub fn git_in(&self, folder: &Path, words: &[&str]) -> String {
        let run = Run::of(&self.command("git", folder).args(words).output().unwrap());
        run.ok().trim_end_matches('\n').to_owned()
    }

    /// Stores files on the plan ref as somebody would by hand, with Git alone; `None` removes one.
    pub fn store_by_hand(&self, files: &[(&str, Option<&str>)]) {
        let entries: Vec<_> = files
            .iter()
            .map(|(path, text)| (*path, text.map(|text| ("100644", text.as_bytes()))))
            .collect();
        self.store_entries_by_hand(&entries);
    }

    /// Stores entries of any mode on the plan ref by hand. The content of a `160000` (a gitlink) is
    /// the id of a commit.
    pub fn store_entries_by_hand(&self, entries: &[(&str, Option<ByHand<'_>>)]) {
        use std::io::Write as _;
        let mut commit = b"commit refs/heads/git-plan\n\
            committer Ada <ada@example.org> 1769851800 +0000\n\
            data 7\nby hand\nfrom refs/heads/git-plan^0\n"
            .to_vec();
        for (path, entry) in entries {
            match entry {
                Some(("160000", oid)) => {
                    let oid = String::from_utf8_lossy(oid);
                    writeln!(commit, "M 160000 {oid} \"{path}\"").unwrap();
                }
                Some((mode, content)) => {
                    writeln!(commit, "M {mode} inline \"{path}\"").unwrap();
                    writeln!(commit, "data {}", content.len()).unwrap();
                    commit.extend_from_slice(content);
                    commit.push(b'\n');
                }
                None => writeln!(commit, "D \"{path}\"").unwrap(),
            }
        }
        let mut import = self.command("git", &self.repo());
        import
            .args(["fast-import", "--quiet"])
            .stdin(Stdio::piped());
        let mut import = import.spawn().unwrap();
        import.stdin.take().unwrap().write_all(&commit).unwrap();
        assert!(import.wait().unwrap().success());
    }

    /// Writes a file of the working tree, with the folders that it needs.
    pub fn write(&self, path: impl AsRef<Path>, content: impl AsRef<[u8]>) {
        let path = self.repo().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }

    /// Adds everything and commits it.
    pub fn commit_all(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
    }

    /// Takes a checkpoint, which must succeed; what scripts read of it.
    #[track_caller]
    pub fn checkpoint(&self, words: &[&str]) -> Value {
        self.checkpoint_in(&self.repo(), words)
    }

    /// Takes a checkpoint in a folder, which must succeed.
    #[track_caller]
    pub fn checkpoint_in(&self, folder: &Path, words: &[&str]) -> Value {
        let run = self.plan_in(folder, &[&["checkpoint", "--json"], words].concat());
        assert_eq!(run.code, 0, "{run:?}");
        run.json()["data"].clone()
    }

    /// The checkpoints of the current plan, as scripts read them.
    #[track_caller]
    pub fn checkpoints(&self) -> Vec<Value> {
        let run = self.plan(&["checkpoints", "--json"]);
        run.json()["data"].as_array().unwrap().clone()
    }

    /// The names of all refs that begin so.
    pub fn refs(&self, prefix: &str) -> Vec<String> {
        let names = self.git(&["for-each-ref", "--format=%(refname)", prefix]);
        names.lines().map(str::to_owned).collect()
    }

    /// What `git add -A` into a copy of the index of a working tree makes of it: a tree.
    pub fn added_all(&self, folder: &Path) -> String {
        let copy = self.root().join("index-copy");
        let real = self.git_in(
            folder,
            &["rev-parse", "--path-format=absolute", "--git-path", "index"],
        );
        let _ = fs::remove_file(&copy);
        let copied = self
            .command("cp", folder)
            .arg("-p")
            .args([&real])
            .arg(&copy)
            .output()
            .unwrap();
        assert!(copied.status.success() || !Path::new(&real).exists());
        let git = |words: &[&str]| {
            let mut command = self.command("git", folder);
            Run::of(
                &command
                    .env("GIT_INDEX_FILE", &copy)
                    .args(words)
                    .output()
                    .unwrap(),
            )
            .ok()
        };
        let top = self.git_in(folder, &["rev-parse", "--show-toplevel"]);
        git(&["-C", &top, "add", "-A"]);
        git(&["write-tree"]).trim().to_owned()
    }

    /// The tree that a commit (or none) becomes by a patch that is a blob, as Git applies it.
    pub fn patched(&self, base: Option<&str>, patch: &str) -> String {
        let index = self.root().join("index-patched");
        let _ = fs::remove_file(&index);
        let start = base.unwrap_or("--empty");
        let line = format!(
            "export GIT_INDEX_FILE='{}'; git read-tree {start} && \
             {{ git cat-file blob {patch} | git apply --cached --allow-empty -; }} && git write-tree",
            index.display()
        );
        self.sh(&line).ok().trim().to_owned()
    }

    /// The text of a file on the plan ref.
    #[track_caller]
    pub fn stored(&self, path: &str) -> String {
        let mut command = self.command("git", &self.repo());
        command.args(["show", &format!("git-plan:{path}")]);
        Run::of(&command.output().unwrap()).ok()
    }

    /// Changes a file on the plan ref by hand.
    pub fn change_by_hand(&self, path: &str, change: impl FnOnce(String) -> String) {
        let text = change(self.stored(path));
        self.store_by_hand(&[(path, Some(&text))]);
    }

    /// The path of a task's file on the plan ref.
    pub fn task_path(&self, plan: &str, task: &str) -> String {
        let id = self.plan(&["-p", plan, "show", task, "--json"]).json()["data"]["id"].clone();
        let id = id.as_str().unwrap().to_owned();
        format!(".plans/{plan}/tasks/{}/{id}.toml", &id[..2])
    }
}
