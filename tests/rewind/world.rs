//! A throw-away repository, what it holds, and the proof that a rewind keeps its promises.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::SystemTime;

use git_plan::checkpoint::rewind::{Rewind, Situation, Step, Target, judge};
use git_plan::git::{Ident, Oid, Repo, Signature, Time};
use git_plan::render::quote;
use tempfile::TempDir;

/// The moment of every judgement: 2026-01-31T09:30:00Z.
const NOW: i64 = 1_769_851_800;

/// The backup that a rewind of `main` makes then.
pub(crate) const BACKUP: &str = "backup/main-20260131T093000Z";

pub(crate) struct World {
    _folder: TempDir,
    pub(crate) root: PathBuf,
    /// Where commands run.
    pub(crate) repo: PathBuf,
}

/// Everything that a user could miss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    /// What `HEAD` says: a branch or a commit.
    pub(crate) head: String,
    pub(crate) refs: BTreeMap<String, String>,
    /// `git status` with what is ignored.
    pub(crate) status: String,
    /// `git ls-files` with stages and flags.
    pub(crate) index: String,
    /// Mode and content of every file of the working tree, ignored ones too.
    pub(crate) files: BTreeMap<PathBuf, (u32, Vec<u8>)>,
}

impl World {
    /// A repository with a commit on `main`: `a`, `b`, `d/x` and a `.gitignore`.
    pub(crate) fn new() -> Self {
        let world = Self::empty(&[]);
        world.write("a", "a\n");
        world.write("b", "b\n");
        world.write("d/x", "x\n");
        world.write(".gitignore", "*.ign\n/keep/\n");
        world.commit("one");
        world
    }

    pub(crate) fn empty(init: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let repo = root.join("repo");
        let world = Self {
            _folder: folder,
            root,
            repo,
        };
        let mut words = vec!["init", "-q", "-b", "main"];
        words.extend(init);
        words.push("repo");
        world.git_in(&world.root, &words);
        world
    }

    pub(crate) fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.root.join("home"))
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_AUTHOR_NAME", "A")
            .env("GIT_AUTHOR_EMAIL", "a@example.com")
            .env("GIT_COMMITTER_NAME", "C")
            .env("GIT_COMMITTER_EMAIL", "c@example.com")
            .env("GIT_AUTHOR_DATE", "1769000000 +0000")
            .env("GIT_COMMITTER_DATE", "1769000000 +0000");
        command
    }

    /// Runs git, which must succeed; its trimmed output.
    #[track_caller]
    pub(crate) fn git(&self, words: &[&str]) -> String {
        self.git_in(&self.repo, words)
    }

    #[track_caller]
    pub(crate) fn git_in(&self, folder: &Path, words: &[&str]) -> String {
        let output = self.command("git", folder).args(words).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "git {words:?}: {error}");
        String::from_utf8_lossy(&output.stdout)
            .trim_end()
            .to_owned()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.repo.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// A tree with all files as `git add -A` sees them; the index stays as it is.
    pub(crate) fn tree(&self) -> String {
        let copy = self.root.join("copy-of-index");
        let index = self.git(&["rev-parse", "--git-path", "index"]);
        let _ = fs::remove_file(&copy);
        if self.repo.join(&index).exists() {
            let words = ["-p", "--", &index, copy.to_str().unwrap()];
            assert!(
                self.command("cp", &self.repo)
                    .args(words)
                    .status()
                    .unwrap()
                    .success()
            );
        }
        let git = |words: &[&str]| {
            let mut command = self.command("git", &self.repo);
            let output = command
                .args(words)
                .env("GIT_INDEX_FILE", &copy)
                .output()
                .unwrap();
            assert!(output.status.success(), "{output:?}");
            String::from_utf8(output.stdout).unwrap().trim().to_owned()
        };
        git(&["-c", "advice.addEmbeddedRepo=false", "add", "-A"]);
        git(&["write-tree"])
    }

    /// What `git plan checkpoint` keeps, made by Git.
    pub(crate) fn checkpoint(&self) -> Target {
        let head = self.command("git", &self.repo);
        let base = { head }
            .args(["rev-parse", "-q", "--verify", "HEAD"])
            .output()
            .unwrap();
        let base = String::from_utf8(base.stdout).unwrap().trim().to_owned();
        let tree = self.tree();
        let mut words = vec!["commit-tree", &tree, "-m", "checkpoint k3v9x2m4p7"];
        if !base.is_empty() {
            words.extend(["-p", &base]);
        }
        let snapshot = self.git(&words);
        self.git(&[
            "update-ref",
            "refs/plans/checkpoints/p/k3v9x2m4p7",
            &snapshot,
        ]);
        Target {
            name: "safe point".to_owned(),
            id: "k3v9x2m4p7".to_owned(),
            base: (!base.is_empty()).then(|| oid(&base)),
            snapshot: oid(&snapshot),
            private: false,
        }
    }

    /// The judgement. It must leave everything as it is, to the bytes and the time of the index.
    #[track_caller]
    pub(crate) fn judge(&self, target: &Target) -> Rewind {
        let before = (self.state(), self.index_file());
        let repo = Repo::discover(&self.repo).unwrap();
        // A refresh of the index by the tests themselves must not hide one by the judgement.
        let before = (before.0, self.index_file());
        let rewind = judge(&repo, target, &somebody()).unwrap();
        assert_eq!(self.index_file(), before.1);
        assert_eq!(self.state(), before.0);
        for step in rewind
            .steps
            .iter()
            .chain(&rewind.back)
            .chain(&rewind.if_stopped)
        {
            assert_harmless(step);
        }
        rewind
    }

    fn index_file(&self) -> Option<(Vec<u8>, SystemTime, u64)> {
        let path = self
            .repo
            .join(self.git(&["rev-parse", "--git-path", "index"]));
        let metadata = fs::metadata(&path).ok()?;
        Some((
            fs::read(path).unwrap(),
            metadata.modified().unwrap(),
            metadata.ino(),
        ))
    }

    /// Pastes commands into a shell, in a folder.
    pub(crate) fn paste(&self, steps: &[Step], folder: &Path) -> Output {
        let lines: Vec<_> = steps
            .iter()
            .map(|step| quote::command(&step.words))
            .collect();
        let text = lines.join(" &&\n") + "\n";
        self.command("sh", folder)
            .arg("-c")
            .arg(text)
            .output()
            .unwrap()
    }

    pub(crate) fn state(&self) -> State {
        let status = [
            "status",
            "--porcelain=v2",
            "--untracked-files=all",
            "--ignored",
            "--no-renames",
        ];
        let refs = self.git(&["for-each-ref", "--format=%(refname) %(objectname)"]);
        let refs = refs.lines().map(|line| line.split_once(' ').unwrap());
        let head =
            fs::read_to_string(
                self.repo
                    .join(self.git(&["rev-parse", "--git-path", "HEAD"])),
            );
        let mut files = BTreeMap::new();
        collect(&self.repo, &self.repo, &mut files);
        State {
            head: head.unwrap(),
            refs: refs
                .map(|(name, oid)| (name.to_owned(), oid.to_owned()))
                .collect(),
            status: self.git(&[&["--no-optional-locks"], &status[..]].concat()),
            index: self.git(&["ls-files", "--stage", "-v"]),
            files,
        }
    }

    /// All objects that refs and `HEAD` lead to, and the stashes, which a log leads to.
    pub(crate) fn reachable(&self, more: &[&str]) -> BTreeSet<String> {
        let stashes = self
            .command("git", &self.repo)
            .args(["stash", "list", "--format=%H"])
            .output();
        let stashes = String::from_utf8(stashes.unwrap().stdout).unwrap();
        let mut words = vec!["rev-list", "--objects", "--no-object-names", "--all"];
        words.extend(more);
        words.extend(stashes.lines());
        self.git(&words).lines().map(str::to_owned).collect()
    }

    /// What the user has now: all that is reachable or in the index, and every file that is not
    /// ignored.
    pub(crate) fn belongings(&self) -> Belongings {
        let mut objects = self.reachable(&["--indexed-objects", "HEAD"]);
        let listed = [
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ];
        let listed = self.git(&listed);
        for path in listed.split('\0').filter(|path| !path.is_empty()) {
            let file = self.repo.join(path);
            if file
                .symlink_metadata()
                .is_ok_and(|metadata| metadata.is_file())
            {
                objects.insert(self.git(&["hash-object", "--", path]));
            }
        }
        let ignored = [
            "ls-files",
            "-z",
            "--others",
            "--ignored",
            "--exclude-standard",
        ];
        let ignored = self.git(&ignored);
        let files = self.state().files;
        let ignored = ignored.split('\0').filter(|path| !path.is_empty());
        let ignored = ignored.map(|path| (path.into(), files[Path::new(path)].clone()));
        Belongings {
            objects,
            ignored: ignored.collect(),
        }
    }

    /// Nothing of that is lost: each object is reachable from a ref, or lies in the working tree.
    #[track_caller]
    pub(crate) fn assert_kept(&self, before: &Belongings) {
        let now = self.belongings();
        let lost: Vec<_> = before.objects.difference(&now.objects).collect();
        assert!(lost.is_empty(), "lost: {lost:?}");
        for (path, file) in &before.ignored {
            assert_eq!(self.state().files.get(path), Some(file), "{path:?}");
        }
        self.git(&["fsck", "--no-dangling", "--connectivity-only"]);
    }

    /// Judges, runs the commands from a folder within, looks; runs the way back, looks again.
    #[track_caller]
    pub(crate) fn prove(&self, target: &Target, situation: Situation) -> Rewind {
        let (start, belongings) = (self.state(), self.belongings());
        let rewind = self.judge(target);
        assert_eq!(rewind.situation, situation, "{rewind:#?}");
        assert!(!rewind.steps.is_empty(), "{rewind:#?}");
        self.must(&rewind.steps);
        self.assert_kept(&belongings);
        let snapshot = target.snapshot.to_string();
        assert_eq!(
            self.tree(),
            self.git(&["rev-parse", &format!("{snapshot}^{{tree}}")])
        );
        self.assert_aim(target, situation, &start);
        let there = self.belongings();
        self.must(&rewind.back);
        self.assert_kept(&belongings);
        self.assert_kept(&there);
        self.assert_start(&start, situation);
        rewind
    }

    /// Runs commands that must all succeed, from a folder within where there is one.
    #[track_caller]
    pub(crate) fn must(&self, steps: &[Step]) {
        let within = self.repo.join("d");
        let folder = if within.is_dir() {
            within
        } else {
            self.repo.clone()
        };
        let output = self.paste(steps, &folder);
        assert!(output.status.success(), "{output:?}\n{steps:#?}");
    }

    #[track_caller]
    fn assert_aim(&self, target: &Target, situation: Situation, start: &State) {
        let now = self.state();
        let head = self.git(&["rev-parse", "HEAD"]);
        match (situation, target.base) {
            (Situation::Detached, base) => {
                assert_eq!(head, base.unwrap_or(target.snapshot).to_string());
                assert_eq!(now.head.trim(), head);
            }
            (Situation::Pushed, Some(base)) => {
                let tree = |commit: &str| self.git(&["rev-parse", &format!("{commit}^{{tree}}")]);
                assert_eq!(tree(&head), tree(&base.to_string()));
                assert_eq!(now.head, start.head);
            }
            (Situation::NoBase, _) => assert_eq!(self.git(&["status", "--porcelain"]), ""),
            (_, base) => {
                assert_eq!(head, base.unwrap().to_string());
                assert_eq!(now.head, start.head);
            }
        }
        // No branch has moved but the one that HEAD is on.
        let own = start.head.trim().trim_start_matches("ref: ");
        for (name, oid) in start.refs.iter().filter(|(name, _)| is_foreign(name, own)) {
            assert_eq!(now.refs.get(name), Some(oid), "{name}");
        }
        let new = now
            .refs
            .keys()
            .filter(|name| !start.refs.contains_key(*name));
        for name in new.filter(|name| *name != "refs/stash") {
            assert!(name.starts_with("refs/heads/backup"), "{name}");
        }
    }

    #[track_caller]
    fn assert_start(&self, start: &State, situation: Situation) {
        let mut now = self.state();
        let is_forward = matches!(situation, Situation::Pushed | Situation::NoBase);
        let own = start.head.trim().trim_start_matches("ref: ").to_owned();
        now.refs.retain(|name, _| {
            start.refs.contains_key(name) && is_foreign(name, &own) || (!is_forward && *name == own)
        });
        let mut expected = start.clone();
        expected
            .refs
            .retain(|name, _| is_foreign(name, &own) || (!is_forward && *name == own));
        assert_eq!(now, expected);
        if let Some(tip) = start.refs.get(&own) {
            self.git(&["diff", "--exit-code", tip, &own]);
        }
    }
}

/// What a user has, for [`World::assert_kept`].
#[derive(Debug, Clone)]
pub(crate) struct Belongings {
    objects: BTreeSet<String>,
    ignored: BTreeMap<PathBuf, (u32, Vec<u8>)>,
}

/// Neither the branch that is moved nor what a push and a stash move.
fn is_foreign(name: &str, own: &str) -> bool {
    name != own && name != "refs/stash" && !name.starts_with("refs/remotes/")
}

fn collect(top: &Path, folder: &Path, files: &mut BTreeMap<PathBuf, (u32, Vec<u8>)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let mode = metadata.permissions().mode();
        let content = match metadata.file_type() {
            _ if path.file_name().unwrap() == ".git" => continue,
            kind if kind.is_dir() => {
                collect(top, &path, files);
                continue;
            }
            kind if kind.is_symlink() => fs::read_link(&path)
                .unwrap()
                .into_os_string()
                .into_encoded_bytes(),
            kind if kind.is_file() => fs::read(&path).unwrap(),
            _ => Vec::new(),
        };
        files.insert(path.strip_prefix(top).unwrap().to_owned(), (mode, content));
    }
}

pub(crate) fn oid(hex: &str) -> Oid {
    Oid::from_hex(hex.as_bytes()).unwrap()
}

pub(crate) fn somebody() -> Signature {
    let time = Time {
        seconds: NOW,
        offset: 0,
    };
    Ident::new("Plan Er", "plan@example.com").unwrap().at(time)
}

/// None of the commands that have destroyed people's work.
fn assert_harmless(step: &Step) {
    let words: Vec<_> = step.words.iter().map(String::as_str).collect();
    for never in [
        "reset",
        "clean",
        "checkout",
        "restore",
        "revert",
        "read-tree",
        "rm",
    ] {
        assert!(!words.contains(&never), "{words:?}");
    }
    for option in [
        "-f",
        "--force",
        "--hard",
        "--discard-changes",
        "-C",
        "-D",
        "drop",
        "pop",
    ] {
        assert!(!words.contains(&option), "{words:?}");
    }
    assert!(!step.purpose.is_empty() && !step.purpose.contains('\n'));
}
