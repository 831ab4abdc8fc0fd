//! Throw-away repositories, made by the real `git`.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use git_plan::git::{Ident, Oid, RefMove, Repo, Signature, Time};
use tempfile::TempDir;

/// A folder with a repository in it, gone at the end of the test.
pub(crate) struct Sandbox {
    _folder: TempDir,
    pub(crate) root: PathBuf,
}

impl Sandbox {
    /// A repository with one commit on `main`.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    pub(crate) fn with(init: &[&str]) -> Self {
        let sandbox = Self::empty();
        let mut arguments = vec!["init", "-q", "-b", "main"];
        arguments.extend(init);
        arguments.push("repo");
        sandbox.git_in(&sandbox.root, &arguments);
        sandbox
    }

    pub(crate) fn empty() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let root = folder.path().canonicalize().expect("exists");
        Self {
            _folder: folder,
            root,
        }
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.root.join("repo")
    }

    pub(crate) fn repo(&self) -> Repo {
        Repo::discover(&self.path()).expect("opens")
    }

    pub(crate) fn commit(&self, text: &str) -> Oid {
        self.git(&["commit", "-q", "--allow-empty", "-m", text]);
        self.oid("HEAD")
    }

    pub(crate) fn oid(&self, name: &str) -> Oid {
        oid(&self.git(&["rev-parse", name]))
    }

    /// Runs git in the repository, which must succeed; its trimmed output.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        self.git_in(&self.path(), arguments)
    }

    pub(crate) fn git_in(&self, folder: &Path, arguments: &[&str]) -> String {
        let output = self.try_git_in(folder, arguments);
        let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {arguments:?}: {text}{error}");
        text
    }

    pub(crate) fn try_git_in(&self, folder: &Path, arguments: &[&str]) -> Output {
        let mut command = Command::new("git");
        isolate(&mut command, &self.root);
        command
            .current_dir(folder)
            .args(arguments)
            .output()
            .expect("git runs")
    }

    /// Nothing is missing, broken or badly formed.
    pub(crate) fn fsck(&self) {
        self.git(&["fsck", "--strict", "--full", "--no-dangling"]);
    }
}

/// No configuration of the machine, fixed people.
pub(crate) fn isolate(command: &mut Command, home: &Path) {
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", home)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_AUTHOR_NAME", "A")
        .env("GIT_AUTHOR_EMAIL", "a@example.com")
        .env("GIT_COMMITTER_NAME", "C")
        .env("GIT_COMMITTER_EMAIL", "c@example.com");
}

pub(crate) fn oid(hex: &str) -> Oid {
    Oid::from_hex(hex.trim().as_bytes()).expect("an id")
}

pub(crate) fn somebody() -> Signature {
    let time = Time {
        seconds: 1_700_000_000,
        offset: 3600,
    };
    Ident::new("Plan Er", "plan@example.com")
        .expect("clean")
        .at(time)
}

/// A commit with one file, on nothing.
pub(crate) fn plan_commit(repo: &Repo, parents: &[Oid], text: &str) -> Oid {
    let mut writer = repo.writer().expect("a writer");
    let blob = writer.write_blob(text.as_bytes()).expect("a blob");
    let base = parents
        .first()
        .map(|parent| repo.commit(*parent).expect("a commit").tree);
    let tree = writer
        .edit_tree(base, &[(".plans/a/plan.toml".to_owned(), Some(blob))])
        .expect("a tree");
    let commit = writer
        .write_commit(tree, parents, &somebody(), text)
        .expect("a commit");
    writer.finish().expect("finished");
    commit
}

pub(crate) const PLAN: &str = "refs/heads/git-plan";

/// Runs the test named `test` of this program in a process of its own, with an
/// environment of its own. Such tests are ignored otherwise.
pub(crate) fn in_child(test: &str, sandbox: &Sandbox, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(std::env::current_exe().expect("this program"));
    isolate(&mut command, &sandbox.root);
    command
        .args([
            "--ignored",
            "--exact",
            test,
            "--nocapture",
            "--test-threads=1",
        ])
        .env("SANDBOX", &sandbox.root)
        .envs(variables.iter().copied())
        .output()
        .expect("the test runs")
}

pub(crate) fn child_must_pass(test: &str, sandbox: &Sandbox, variables: &[(&str, &str)]) {
    let output = in_child(test, sandbox, variables);
    let text = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}{error}");
    assert!(text.contains("1 passed"), "{text}{error}");
}

/// In a child: the sandbox of the parent.
pub(crate) fn sandbox_root() -> PathBuf {
    PathBuf::from(std::env::var_os("SANDBOX").expect("run by a parent"))
}

pub(crate) fn move_plan(repo: &Repo, new: Oid, expected: Option<Oid>) -> RefMove {
    let update = repo.move_ref(PLAN, new, expected, "test", &somebody());
    update.expect("no error").outcome
}

/// Writes a program that the user may execute.
pub(crate) fn write_program(file: &Path, text: &str) {
    std::fs::write(file, text).expect("written");
    set_mode(file, 0o755);
}

pub(crate) fn set_mode(file: &Path, mode: u32) {
    let mut permissions = std::fs::metadata(file).expect("there").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, mode);
    std::fs::set_permissions(file, permissions).expect("set");
}
