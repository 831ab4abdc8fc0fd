//! The whole loop in every kind of repository: what a person does on the first day works, and
//! nothing but the plan ref, its log and our own folder under the Git directory is touched.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::sandbox::{NOW, Run, Sandbox};

const PLAN_REF: &str = "refs/heads/git-plan";
/// The remote's copy of it.
const COPY: &str = "refs/remotes/origin/git-plan";

/// A folder of the sandbox, seen with an environment of its own.
struct World<'s> {
    sandbox: &'s Sandbox,
    folder: PathBuf,
    variables: Vec<(&'static str, String)>,
    reference: &'static str,
    /// Files that the first `init` may change besides its own: a clone's copy of the plan ref.
    adopts: Vec<PathBuf>,
}

impl<'s> World<'s> {
    fn at(sandbox: &'s Sandbox, folder: impl Into<PathBuf>) -> Self {
        Self {
            sandbox,
            folder: folder.into(),
            variables: Vec::new(),
            reference: PLAN_REF,
            adopts: Vec::new(),
        }
    }

    fn with(mut self, name: &'static str, value: impl AsRef<Path>) -> Self {
        let value = value.as_ref().to_str().unwrap().to_owned();
        self.variables.push((name, value));
        self
    }

    fn on(mut self, reference: &'static str) -> Self {
        self.reference = reference;
        self
    }

    fn run(&self, program: &str, words: &[&str]) -> Run {
        let mut command = self.sandbox.command(program, &self.folder);
        command.env("GIT_OPTIONAL_LOCKS", "0");
        for (name, value) in &self.variables {
            command.env(name, value);
        }
        run(command.args(words).output().unwrap())
    }

    fn plan(&self, words: &[&str]) -> Run {
        self.run(env!("CARGO_BIN_EXE_git-plan"), words)
    }

    #[track_caller]
    fn git(&self, words: &[&str]) -> String {
        self.run("git", words)
            .ok()
            .trim_end_matches('\n')
            .to_owned()
    }

    fn oid(&self, name: &str) -> Option<String> {
        let run = self.run("git", &["rev-parse", "--verify", "--quiet", name]);
        (run.code == 0).then(|| run.out.trim().to_owned())
    }

    /// The commit that the next write starts from: the plan ref's, unless the remote is ahead.
    fn tip(&self) -> Option<String> {
        let (local, copy) = (self.oid(self.reference), self.oid(COPY));
        match (local, copy) {
            (Some(local), Some(copy)) => {
                let words = ["merge-base", "--is-ancestor", &local, &copy];
                let is_behind = self.run("git", &words).code == 0;
                Some(if is_behind { copy } else { local })
            }
            (one, other) => one.or(other),
        }
    }
}

fn run(output: Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

/// What is known of a file or folder: kind, mode, time of the last change, content.
pub(crate) type Trace = (u32, Option<(i64, i64)>, Vec<u8>);

/// Everything below a folder.
pub(crate) fn traces(folder: &Path, found: &mut BTreeMap<PathBuf, Trace>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let metadata = fs::symlink_metadata(&path).unwrap();
        let when = Some((metadata.mtime(), metadata.mtime_nsec()));
        let trace = if metadata.is_dir() {
            traces(&path, found);
            (metadata.mode(), None, Vec::new())
        } else if metadata.is_symlink() {
            let target = fs::read_link(&path).unwrap();
            let target = target.as_os_str().as_encoded_bytes().to_vec();
            (metadata.mode(), when, target)
        } else {
            (metadata.mode(), when, fs::read(&path).unwrap())
        };
        found.insert(path, trace);
    }
}

/// The whole sandbox, byte for byte, and what Git says of this repository.
struct Fingerprint {
    files: BTreeMap<PathBuf, Trace>,
    status: Option<String>,
    refs: String,
    head: String,
}

impl Fingerprint {
    fn of(world: &World<'_>) -> Self {
        let mut files = BTreeMap::new();
        traces(world.sandbox.root(), &mut files);
        let is_bare = world.git(&["rev-parse", "--is-inside-work-tree"]) == "false";
        let words = [
            "status",
            "--porcelain=v2",
            "-z",
            "--ignored",
            "--branch",
            "--show-stash",
        ];
        let refs = world.git(&["for-each-ref", "--format=%(refname) %(objectname)"]);
        let foreign = |line: &&str| {
            let name = line.split(' ').next().unwrap();
            name != world.reference && (name != COPY || world.adopts.is_empty())
        };
        Self {
            files,
            status: (!is_bare).then(|| world.git(&words)),
            refs: refs.lines().filter(foreign).collect::<Vec<_>>().join("\n"),
            head: world
                .run("git", &["rev-parse", "--symbolic-full-name", "HEAD"])
                .out,
        }
    }

    /// Nothing differs but what is ours.
    #[track_caller]
    fn must_match(&self, now: &Self, ours: &[PathBuf]) {
        assert_eq!(self.status, now.status);
        assert_eq!(self.refs, now.refs);
        assert_eq!(self.head, now.head);
        let paths = self.files.keys().chain(now.files.keys());
        let differs = |path: &&PathBuf| self.files.get(*path) != now.files.get(*path);
        let is_ours = |path: &Path| {
            ours.iter().any(|ours| {
                path.starts_with(ours) || now.files[path].1.is_none() && ours.starts_with(path)
            })
        };
        for path in paths.filter(differs) {
            assert!(now.files.contains_key(path), "{} is gone", path.display());
            assert!(is_ours(path), "{} has changed", path.display());
        }
    }
}

/// What `git plan` may write in this repository.
fn ours(world: &World<'_>) -> Vec<PathBuf> {
    let path = |flag| PathBuf::from(world.git(&["rev-parse", "--path-format=absolute", flag]));
    let (common, own) = (path("--git-common-dir"), path("--git-dir"));
    let mut ours = vec![
        common.join("objects"),
        common.join(world.reference),
        common.join("logs").join(world.reference),
        common.join("git-plan"),
        own.join("git-plan"),
    ];
    ours.extend(world.adopts.iter().map(|path| common.join(path)));
    ours
}

const PHASES: [&str; 3] = ["Foundation", "API", "Release"];

/// Title, phase, numbers of the tasks that it depends on.
const TASKS: [(&str, &str, &[&str]); 10] = [
    ("Design the session model", "foundation", &[]),
    ("Write the schema", "foundation", &["1"]),
    ("Rotate the keys", "foundation", &["1"]),
    ("Añadir ruta de acceso", "api", &["2", "3"]),
    ("Add logout route", "api", &["4"]),
    ("Refresh tokens", "api", &["4"]),
    ("Rate limits", "api", &["5", "6"]),
    ("Release notes", "release", &["7"]),
    ("Roll out", "release", &["7", "8"]),
    ("Remove the old code", "release", &["9"]),
];

/// What a person does on the first day, and what Git then says. `aside` is done between any two
/// commands.
fn day(world: &World<'_>, aside: &dyn Fn()) {
    let base = world.tip();
    let before = |words: &[&str]| {
        aside();
        world.plan(words)
    };
    before(&["init", "Auth migration"]).ok();
    let base = base.or_else(|| world.oid(COPY));
    for phase in PHASES {
        before(&["add-phase", phase]).ok();
    }
    for (title, phase, depends_on) in TASKS {
        let mut words = vec!["add-task", title, "--phase", phase];
        words.extend(depends_on.iter().flat_map(|task| ["--depends-on", *task]));
        before(&words).ok();
    }
    before(&["start", "1"]).ok();
    before(&["done", "1", "--report", "See docs/session.md"]).ok();
    let shown = before(&["show", "1", "--json"]).json();
    assert_eq!(shown["data"]["status"], "completed");
    assert_eq!(shown["data"]["report"], "See docs/session.md");
    let tasks = before(&["tasks", "--json"]).json();
    let tasks = tasks["data"].as_array().unwrap();
    let titles: Vec<_> = tasks.iter().map(|task| task["title"].clone()).collect();
    assert_eq!(titles, TASKS.map(|(title, ..)| title));
    let ready: Vec<_> = tasks.iter().filter(|task| task["ready"] == true).collect();
    assert_eq!(ready.len(), 2, "{ready:?}");
    let table = before(&["tasks"]).ok();
    assert!(
        table.contains("Añadir ruta de acceso     api         2 3\n"),
        "{table}"
    );
    let log = before(&["log", "-p", "auth-migration"]).ok();
    assert_eq!(log.lines().count(), 16, "{log}");
    before(&["undo"]).ok();
    let shown = before(&["show", "1", "--json"]).json();
    assert_eq!(shown["data"]["status"], "in_progress");
    aside();
    reads_well(world, base, &shown["data"]);
}

/// `git fsck`, `git log` and `git show` tell the same.
fn reads_well(world: &World<'_>, base: Option<String>, task: &serde_json::Value) {
    world.git(&["fsck", "--strict", "--no-dangling"]);
    let range = match base {
        Some(base) => format!("{base}..{}", world.reference),
        None => world.reference.to_owned(),
    };
    let mut expected: Vec<String> = vec!["create plan auth-migration \"Auth migration\"".into()];
    expected.extend(PHASES.map(|phase| format!("add phase {}", phase.to_lowercase())));
    let add =
        |(at, (title, ..)): (usize, &(&str, _, _))| format!("add task {} \"{title}\"", at + 1);
    expected.extend(TASKS.iter().enumerate().map(add));
    expected.push("start task 1 \"Design the session model\"".into());
    expected.push("complete task 1 \"Design the session model\"".into());
    expected.push(format!("undo: {}", expected.last().unwrap()));
    let expected: Vec<String> = expected
        .into_iter()
        .map(|what| format!("auth-migration: {what}"))
        .collect();
    let log = world.git(&["log", "--reverse", "--format=%s", &range, "--"]);
    assert_eq!(log.lines().collect::<Vec<_>>(), expected);

    let id = task["id"].as_str().unwrap();
    let holder = task["holder"].as_str().unwrap();
    let file = format!(".plans/auth-migration/tasks/{}/{id}.toml", &id[..2]);
    let file = world.git(&["show", &format!("{}:{file}", world.reference)]);
    let expected = format!(
        "id = \"{id}\"\nnumber = 1\ntitle = \"Design the session model\"\nstatus = \"in_progress\"\n\
         status_by = \"Ada <ada@example.org>\"\nstatus_since = {NOW}\nphase = \"foundation\"\n\n\
         [claim]\nholder = \"{holder}\"\nsince = {NOW}"
    );
    assert_eq!(file, expected);
    let header = format!("{}:.plans/auth-migration/plan.toml", world.reference);
    assert_eq!(
        world.git(&["show", &header]),
        "title = \"Auth migration\"\nstatus = \"active\"\n\n\
         [[phase]]\nid = \"foundation\"\ntitle = \"Foundation\"\n\n\
         [[phase]]\nid = \"api\"\ntitle = \"API\"\n\n\
         [[phase]]\nid = \"release\"\ntitle = \"Release\""
    );
}

/// The day, and nothing but what is ours has changed afterwards.
fn whole_loop(world: &World<'_>) {
    let ours = ours(world);
    let before = Fingerprint::of(world);
    day(world, &|| {});
    before.must_match(&Fingerprint::of(world), &ours);
}

/// A working tree in which something of everything is going on.
fn mess(sandbox: &Sandbox, folder: &Path) {
    let write = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    if !folder.join("src").exists() {
        write("src/kept.txt", "kept\n");
        write("src/run.sh", "#!/bin/sh\n");
        write("src/gone.txt", "gone\n");
        write(".gitignore", "*.log\n");
        fs::set_permissions(folder.join("src/run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
        symlink("kept.txt", folder.join("src/link")).unwrap();
        sandbox.git_in(folder, &["add", "."]);
        sandbox.git_in(folder, &["commit", "-qm", "something of everything"]);
    }
    write("src/kept.txt", "staged\n");
    sandbox.git_in(folder, &["add", "src/kept.txt"]);
    write("src/kept.txt", "changed after that\n");
    write("src/intended.txt", "intended\n");
    sandbox.git_in(folder, &["add", "-N", "src/intended.txt"]);
    fs::remove_file(folder.join("src/gone.txt")).unwrap();
    write("untracked é.txt", "untracked\n");
    write("ignored.log", "ignored\n");
}

fn messy() -> Sandbox {
    let sandbox = Sandbox::new();
    mess(&sandbox, &sandbox.repo());
    sandbox.git(&["tag", "-am", "a tag", "v1"]);
    sandbox.git(&["branch", "side"]);
    sandbox
}

/// Somebody else's repository with plans, as a place to clone from.
fn upstream() -> Sandbox {
    let sandbox = Sandbox::new();
    for title in ["second", "third"] {
        sandbox.git(&["commit", "-q", "--allow-empty", "-m", title]);
    }
    sandbox.plan(&["init", "Older plan"]).ok();
    sandbox.plan(&["add-task", "There already"]).ok();
    sandbox.git(&["config", "uploadpack.allowFilter", "true"]);
    sandbox.git(&["config", "uploadpack.allowAnySHA1InWant", "true"]);
    sandbox
}

/// Clones the sandbox's repository by URL, so that depth and filters count, and messes it up.
fn cloned(sandbox: &Sandbox, options: &[&str]) -> PathBuf {
    let url = format!("file://{}", sandbox.repo().display());
    let mut words = vec!["clone", "-q"];
    words.extend(options);
    words.extend([url.as_str(), "clone"]);
    sandbox.git_in(sandbox.root(), &words);
    let clone = sandbox.root().join("clone");
    if !options.contains(&"--bare") {
        mess(sandbox, &clone);
    }
    clone
}

/// The tasks of the plan that the upstream has, as the clone sees them.
#[track_caller]
fn knows_the_older_plan(world: &World<'_>) {
    let tasks = world.plan(&["tasks", "-p", "older-plan", "--json"]).json();
    assert_eq!(tasks["data"][0]["title"], "There already");
    assert_eq!(tasks["total"], 1);
}

#[test]
fn an_ordinary_repository() {
    let sandbox = messy();
    whole_loop(&World::at(&sandbox, sandbox.repo()));
}

#[test]
fn a_folder_with_blanks_and_letters_beyond_ascii() {
    let sandbox = messy();
    let odd = sandbox.root().join("it's a «répo»");
    fs::rename(sandbox.repo(), &odd).unwrap();
    whole_loop(&World::at(&sandbox, odd));
}

#[test]
fn a_subdirectory() {
    let sandbox = messy();
    whole_loop(&World::at(&sandbox, sandbox.repo().join("src")));
}

#[test]
fn before_the_first_commit() {
    let sandbox = Sandbox::with(&[]);
    fs::write(sandbox.repo().join("untracked"), "x").unwrap();
    fs::write(sandbox.repo().join("added"), "x").unwrap();
    sandbox.git(&["add", "added"]);
    whole_loop(&World::at(&sandbox, sandbox.repo()));
}

#[test]
fn an_empty_folder_just_initialized() {
    let sandbox = Sandbox::with(&[]);
    whole_loop(&World::at(&sandbox, sandbox.repo()));
}

#[test]
fn a_linked_worktree() {
    let sandbox = messy();
    sandbox.git(&["worktree", "add", "-q", "-b", "topic", "../linked"]);
    let linked = sandbox.root().join("linked");
    fs::write(linked.join("README"), "changed here\n").unwrap();
    let world = World::at(&sandbox, &linked);
    whole_loop(&world);
    let holder = world.plan(&["show", "1", "--json"]).json()["data"]["holder"].clone();
    assert_eq!(holder, "ada@example.org/linked");
    // The main worktree sees the same plan, and has chosen none.
    let main = World::at(&sandbox, sandbox.repo());
    assert_eq!(main.plan(&["tasks", "--json"]).json()["total"], 10);
    assert!(!sandbox.repo().join(".git/git-plan/current").exists());
}

#[test]
fn the_main_worktree_beside_linked_ones() {
    let sandbox = messy();
    sandbox.git(&["worktree", "add", "-q", "-b", "topic", "../linked"]);
    sandbox.git(&["worktree", "add", "-q", "--detach", "../gone"]);
    fs::remove_dir_all(sandbox.root().join("gone")).unwrap();
    whole_loop(&World::at(&sandbox, sandbox.repo()));
}

#[test]
fn a_bare_repository() {
    let sandbox = Sandbox::with(&["--bare"]);
    whole_loop(&World::at(&sandbox, sandbox.repo()));
}

#[test]
fn a_worktree_of_a_bare_repository() {
    let sandbox = messy();
    sandbox.git(&["clone", "-q", "--bare", ".", "../bare"]);
    let bare = sandbox.root().join("bare");
    sandbox.git_in(&bare, &["remote", "remove", "origin"]);
    sandbox.git_in(&bare, &["worktree", "add", "-q", "../linked", "side"]);
    whole_loop(&World::at(&sandbox, sandbox.root().join("linked")));
}

#[test]
fn a_sha256_repository() {
    let sandbox = Sandbox::with(&["--object-format=sha256"]);
    mess(&sandbox, &sandbox.repo());
    let world = World::at(&sandbox, sandbox.repo());
    whole_loop(&world);
    assert_eq!(world.tip().unwrap().len(), 64);
}

#[test]
fn a_git_folder_that_is_elsewhere() {
    let sandbox = Sandbox::new();
    sandbox.git_in(
        sandbox.root(),
        &["init", "-q", "--separate-git-dir=apart", "tree"],
    );
    mess(&sandbox, &sandbox.root().join("tree"));
    whole_loop(&World::at(&sandbox, sandbox.root().join("tree")));
}

/// Settings that change how Git keeps its files.
#[test]
fn settings_of_many_kinds() {
    let settings: [&[&str]; 7] = [
        &[
            "update-index --index-version 4",
            "update-index --untracked-cache",
        ],
        // Git makes broken trees of a sparse index that holds what is only intended to be added.
        &[
            "reset -q src/intended.txt",
            "sparse-checkout set --sparse-index src",
        ],
        &[
            "config extensions.worktreeConfig true",
            "config --worktree core.autocrlf true",
        ],
        &["config core.logAllRefUpdates false"],
        &["config core.sharedRepository group"],
        &["config core.looseCompression 9", "config core.fsync all"],
        &[
            "config transfer.hideRefs refs/heads/git-plan",
            "config gc.auto 0",
        ],
    ];
    for lines in settings {
        let sandbox = messy();
        for line in lines {
            let run = sandbox.sh(&format!("git {line}"));
            assert_eq!(run.code, 0, "{line}: {run:?}");
        }
        whole_loop(&World::at(&sandbox, sandbox.repo()));
    }
}

#[test]
fn the_git_folder_itself_and_a_link_to_the_repository() {
    let sandbox = messy();
    sandbox.plan(&["init", "Older plan"]).ok();
    sandbox.plan(&["add-task", "There already"]).ok();
    symlink(sandbox.repo(), sandbox.root().join("link")).unwrap();
    for folder in ["repo/.git", "repo/.git/objects", "link", "link/src"] {
        knows_the_older_plan(&World::at(&sandbox, sandbox.root().join(folder)));
    }
    // Relative to where the command is started, as Git has it.
    let named = [
        ("repo", ".git"),
        ("repo/src", "../.git"),
        ("home", "../repo/.git"),
    ];
    for (folder, git_dir) in named {
        let world = World::at(&sandbox, sandbox.root().join(folder)).with("GIT_DIR", git_dir);
        knows_the_older_plan(&world);
    }
    let options = ["-C", "repo", "plan", "show", "1"];
    let shown = sandbox.git_in(sandbox.root(), &options);
    assert!(shown.starts_with("task 1  There already"), "{shown}");
    whole_loop(&World::at(&sandbox, sandbox.root().join("link")));
}

#[test]
fn a_submodule() {
    let sandbox = messy();
    sandbox.git(&["init", "-q", "../part"]);
    let part = sandbox.root().join("part");
    sandbox.git_in(&part, &["commit", "-q", "--allow-empty", "-m", "one"]);
    let allow = "protocol.file.allow=always";
    sandbox.git(&["-c", allow, "submodule", "add", "-q", "../part", "sub"]);
    // Its remote is asked, and has no plans.
    whole_loop(&World::at(&sandbox, sandbox.repo().join("sub")));
    let outer = World::at(&sandbox, sandbox.repo());
    assert_eq!(outer.plan(&["list", "--json"]).json()["total"], 0);
}

#[test]
fn a_repository_that_borrows_objects() {
    let sandbox = messy();
    sandbox.git(&["clone", "-q", "--shared", ".", "../borrower"]);
    let borrower = sandbox.root().join("borrower");
    mess(&sandbox, &borrower);
    whole_loop(&World::at(&sandbox, borrower));
}

#[test]
fn named_by_the_environment() {
    let sandbox = messy();
    let repo = sandbox.repo();
    let elsewhere = sandbox.root().join("home");
    let world = World::at(&sandbox, &elsewhere)
        .with("GIT_DIR", repo.join(".git"))
        .with("GIT_WORK_TREE", &repo);
    whole_loop(&world);
}

#[test]
fn named_by_the_environment_with_an_index_of_its_own() {
    let sandbox = messy();
    let repo = sandbox.repo();
    fs::copy(repo.join(".git/index"), repo.join(".git/next-index-7.lock")).unwrap();
    let world = World::at(&sandbox, repo.join("src"))
        .with("GIT_DIR", repo.join(".git"))
        .with("GIT_WORK_TREE", &repo)
        .with("GIT_INDEX_FILE", repo.join(".git/next-index-7.lock"))
        .with("GIT_PREFIX", "src/");
    whole_loop(&world);
}

#[test]
fn a_bare_repository_named_by_the_environment() {
    let sandbox = Sandbox::with(&["--bare"]);
    let world = World::at(&sandbox, sandbox.root()).with("GIT_DIR", sandbox.repo());
    whole_loop(&world);
}

/// A commit of some paths alone, whose hook sees an index that Git made for it.
#[test]
fn from_a_hook_in_the_middle_of_a_commit() {
    for linked in [false, true] {
        let sandbox = Sandbox::new();
        let folder = if linked {
            sandbox.git(&["worktree", "add", "-q", "-b", "topic", "../linked"]);
            sandbox.root().join("linked")
        } else {
            sandbox.repo()
        };
        let hook = sandbox.repo().join(".git/hooks/pre-commit");
        let script = "#!/bin/sh\nenv | grep ^GIT_ >\"$HOME/seen\"\n\
             git plan init 'From a hook' && git plan add-task 'Written in it' && git plan start 1\n";
        fs::write(&hook, script).unwrap();
        fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("README"), "committed\n").unwrap();
        fs::write(folder.join("other"), "staged\n").unwrap();
        sandbox.git_in(&folder, &["add", "other"]);
        sandbox.git_in(&folder, &["commit", "-qm", "a part", "--", "README"]);
        let seen = fs::read_to_string(sandbox.root().join("home/seen")).unwrap();
        assert!(seen.contains("GIT_INDEX_FILE="), "{seen}");
        let changed = ["show", "--name-only", "--format=%s", "HEAD"];
        let changed = sandbox.git_in(&folder, &changed);
        assert_eq!(changed, "a part\n\nREADME");
        let status = sandbox.git_in(&folder, &["status", "--porcelain"]);
        assert_eq!(status, "A  other");
        let world = World::at(&sandbox, &folder);
        let task = world.plan(&["show", "1", "--json"]).json();
        assert_eq!(task["data"]["status"], "in_progress");
        let expected = if linked { "linked" } else { "main" };
        let expected = format!("ada@example.org/{expected}");
        assert_eq!(task["data"]["holder"], expected.as_str());
        sandbox.git(&["fsck", "--strict"]);
    }
}

#[test]
fn a_detached_head() {
    let sandbox = messy();
    sandbox.git(&["checkout", "-q", "--detach"]);
    whole_loop(&World::at(&sandbox, sandbox.repo()));
}

/// Two branches that changed the same line.
fn at_odds() -> Sandbox {
    let sandbox = Sandbox::new();
    let change = |text: &str| {
        fs::write(sandbox.repo().join("README"), text).unwrap();
        sandbox.git(&["commit", "-qam", text]);
    };
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    change("theirs\n");
    sandbox.git(&["checkout", "-q", "main"]);
    change("ours\n");
    sandbox
}

#[test]
fn in_the_middle_of_a_merge() {
    let sandbox = at_odds();
    assert_eq!(sandbox.sh("git merge side").code, 1);
    whole_loop(&World::at(&sandbox, sandbox.repo()));
    assert!(sandbox.repo().join(".git/MERGE_HEAD").exists());
}

#[test]
fn in_the_middle_of_a_rebase() {
    let sandbox = at_odds();
    assert_eq!(sandbox.sh("git rebase side").code, 1);
    whole_loop(&World::at(&sandbox, sandbox.repo()));
    let stopped = sandbox.git(&["status"]);
    assert!(stopped.contains("You are currently rebasing"), "{stopped}");
}

#[test]
fn refs_that_are_packed() {
    let sandbox = messy();
    sandbox.plan(&["init", "Older plan"]).ok();
    sandbox.plan(&["add-task", "There already"]).ok();
    sandbox.git(&["pack-refs", "--all"]);
    assert!(!sandbox.repo().join(".git").join(PLAN_REF).exists());
    let world = World::at(&sandbox, sandbox.repo());
    whole_loop(&world);
    knows_the_older_plan(&world);
}

#[test]
fn a_collection_between_any_two_commands() {
    let sandbox = messy();
    let world = World::at(&sandbox, sandbox.repo());
    let status = world.git(&["status", "--porcelain=v2", "--branch"]);
    // The clock of the tests is so far back that the log of the plan ref would go, and with it undo.
    sandbox.git(&["config", "gc.reflogExpire", "never"]);
    day(&world, &|| {
        sandbox.git(&["gc", "-q", "--prune=now"]);
    });
    assert_eq!(world.git(&["status", "--porcelain=v2", "--branch"]), status);
}

#[test]
fn a_shallow_clone() {
    let sandbox = messy();
    let clone = cloned(&sandbox, &["--depth=1"]);
    let world = World::at(&sandbox, &clone);
    assert!(clone.join(".git/shallow").exists());
    whole_loop(&world);
}

#[test]
fn a_fresh_clone() {
    let sandbox = upstream();
    let world = World::at(&sandbox, cloned(&sandbox, &[]));
    knows_the_older_plan(&world);
    assert_eq!(world.oid(PLAN_REF), None);
    whole_loop(&world);
    knows_the_older_plan(&world);
}

#[test]
fn a_bare_clone() {
    let sandbox = upstream();
    let world = World::at(&sandbox, cloned(&sandbox, &["--bare"]));
    knows_the_older_plan(&world);
    whole_loop(&world);
    knows_the_older_plan(&world);
}

#[test]
fn a_partial_clone() {
    let sandbox = upstream();
    let clone = cloned(&sandbox, &["--filter=blob:none"]);
    let world = World::at(&sandbox, &clone);
    let missing = world.git(&["rev-list", "--objects", "--all", "--missing=print"]);
    assert!(missing.lines().any(|line| line.starts_with('?')));
    knows_the_older_plan(&world);
    whole_loop(&world);
    knows_the_older_plan(&world);
}

/// Clones that fetch one branch: `init` brings the plans, and from then on `git fetch` does.
#[test]
fn clones_that_leave_the_plan_ref_out() {
    for option in ["--depth=1", "--single-branch"] {
        let sandbox = upstream();
        let clone = cloned(&sandbox, &[option]);
        let mut world = World::at(&sandbox, &clone);
        world.plan(&["tasks"]).fails(3);
        world.adopts = ["config", COPY, &format!("logs/{COPY}")]
            .map(PathBuf::from)
            .into();
        let config = fs::read_to_string(clone.join(".git/config")).unwrap();
        whole_loop(&world);
        knows_the_older_plan(&world);
        let fetched = "\tfetch = +refs/heads/main:refs/remotes/origin/main\n";
        let widened = format!("{fetched}\tfetch = +{PLAN_REF}:{COPY}\n");
        let now = fs::read_to_string(clone.join(".git/config")).unwrap();
        assert_eq!(now, config.replace(fetched, &widened), "{option}");
        // What is done there comes with the next fetch.
        sandbox.plan(&["-p", "older-plan", "done", "1"]).ok();
        world.git(&["fetch", "-q"]);
        assert_eq!(
            world.oid(COPY).unwrap(),
            sandbox.git(&["rev-parse", PLAN_REF])
        );
    }
}

#[test]
fn init_without_a_title_adopts_the_plans_of_the_remote() {
    for option in ["--depth=1", "--single-branch", "--no-single-branch"] {
        let sandbox = upstream();
        let world = World::at(&sandbox, cloned(&sandbox, &[option]));
        let plans = world.plan(&["init", "--json"]).json();
        assert_eq!(plans["data"][0]["id"], "older-plan");
        knows_the_older_plan(&world);
        // Nothing was written: the copy is read until there is something to store.
        assert_eq!(world.oid(PLAN_REF), None);
        assert_eq!(
            world.oid(COPY).unwrap(),
            sandbox.git(&["rev-parse", PLAN_REF])
        );
    }
}

#[test]
fn doctor_widens_the_refspec_of_a_narrow_clone() {
    let sandbox = upstream();
    let world = World::at(&sandbox, cloned(&sandbox, &["--single-branch"]));
    let findings = world.plan(&["doctor", "--json"]).json();
    assert_eq!(findings["data"][0]["severity"], "note");
    let fixed = world.plan(&["doctor", "--fix", "--json"]).json();
    assert_eq!(fixed["data"][0]["fixed"], true);
    assert_eq!(fixed["total"], 1, "{fixed}");
    knows_the_older_plan(&world);
    assert_eq!(world.plan(&["doctor", "--json"]).json()["total"], 0);
}

/// A refspec for what the remote does not have would break every `git fetch`.
#[test]
fn doctor_widens_no_refspec_for_a_remote_without_plans() {
    let sandbox = messy();
    let world = World::at(&sandbox, cloned(&sandbox, &["--single-branch"]));
    let before = Fingerprint::of(&world);
    world.plan(&["doctor", "--fix"]).ok();
    before.must_match(&Fingerprint::of(&world), &[]);
    world.git(&["fetch", "-q"]);
}

#[test]
fn a_clone_whose_plan_ref_is_behind() {
    let sandbox = upstream();
    let world = World::at(&sandbox, cloned(&sandbox, &[]));
    world.git(&["branch", "-q", "--no-track", "git-plan", COPY]);
    sandbox.plan(&["done", "1"]).ok();
    world.git(&["fetch", "-q"]);
    let status = world.plan(&["status", "-p", "older-plan", "--json"]).json();
    assert_eq!(status["data"]["remote"], "behind");
    assert_eq!(status["data"]["plan"]["tasks"]["completed"], 1);
    let status = world.plan(&["status", "-p", "older-plan"]).ok();
    let relation = "\nbehind the remote's copy, which is shown\n";
    assert!(status.contains(relation), "{status}");
    whole_loop(&world);
    knows_the_older_plan(&world);
    world.git(&["merge-base", "--is-ancestor", COPY, PLAN_REF]);
}

#[test]
fn a_clone_whose_plan_ref_went_its_own_way() {
    let sandbox = upstream();
    let world = World::at(&sandbox, cloned(&sandbox, &[]));
    world.plan(&["note", "1", "written here"]).ok();
    sandbox.plan(&["note", "1", "written there"]).ok();
    world.git(&["fetch", "-q"]);
    went_their_own_ways(&world);
    whole_loop(&world);
    knows_the_older_plan(&world);
}

#[test]
fn a_remote_with_plans_that_have_nothing_to_do_with_these() {
    let sandbox = upstream();
    sandbox.git(&["init", "-q", "-b", "main", "../clone"]);
    let world = World::at(&sandbox, sandbox.root().join("clone"));
    world.git(&["remote", "add", "origin", "../repo"]);
    world.plan(&["init", "Made offline", "--offline"]).ok();
    world.git(&["fetch", "-q", "origin"]);
    assert_eq!(world.run("git", &["merge-base", PLAN_REF, COPY]).code, 1);
    went_their_own_ways(&world);
    whole_loop(&world);
}

/// The local plans are read, and a warning says that there are others.
fn went_their_own_ways(world: &World<'_>) {
    let status = world.plan(&["status"]);
    assert_eq!(
        status.err,
        "warning: git-plan and the remote's copy went their own ways\n"
    );
    let relation = "\ndiverged from the remote's copy\n";
    assert!(status.out.contains(relation), "{}", status.out);
    let findings = world.plan(&["doctor", "--json"]).json();
    assert_eq!(findings["data"][0]["severity"], "note", "{findings}");
}

#[test]
fn a_remote_that_is_gone() {
    let sandbox = messy();
    sandbox.git(&["remote", "add", "origin", "../nowhere"]);
    let world = World::at(&sandbox, sandbox.repo());
    let before = Fingerprint::of(&world);
    let complaint = world.plan(&["init", "Auth migration"]).fails(6);
    assert!(complaint.contains("could not ask origin"), "{complaint}");
    assert!(complaint.contains("hint: --offline"), "{complaint}");
    before.must_match(&Fingerprint::of(&world), &[]);
    world.plan(&["init", "Older plan", "--offline"]).ok();
    whole_loop(&world);
}

#[test]
fn a_plan_ref_of_another_name() {
    for reference in [
        "refs/planning/data",
        "refs/heads/team/plans",
        "refs/notes/plans",
    ] {
        let sandbox = messy();
        sandbox.git(&["config", "plan.ref", reference]);
        whole_loop(&World::at(&sandbox, sandbox.repo()).on(reference));
        assert!(!sandbox.repo().join(".git").join(PLAN_REF).exists());
    }
}

#[test]
fn a_hidden_plan_ref_is_adopted_too() {
    let sandbox = messy();
    sandbox.git(&["config", "plan.ref", "refs/planning/data"]);
    sandbox.plan(&["init", "Older plan"]).ok();
    sandbox.plan(&["add-task", "There already"]).ok();
    let world = World::at(
        &sandbox,
        cloned(&sandbox, &["-c", "plan.ref=refs/planning/data"]),
    )
    .on("refs/planning/data");
    world.plan(&["init"]).ok();
    knows_the_older_plan(&world);
    world.plan(&["done", "1"]).ok();
    sandbox.plan(&["note", "1", "from there"]).ok();
    world.git(&["fetch", "-q"]);
    let status = world.plan(&["status", "--json"]).json();
    assert_eq!(status["data"]["remote"], "diverged");
}

#[test]
fn a_plan_ref_that_git_c_names() {
    let sandbox = messy();
    let world = World::at(&sandbox, sandbox.repo()).on("refs/heads/other");
    let ours = ours(&world);
    let before = Fingerprint::of(&world);
    let other = "plan.ref=refs/heads/other";
    world.git(&["-c", other, "plan", "init", "x"]);
    world.git(&["-c", other, "plan", "add-task", "y"]);
    before.must_match(&Fingerprint::of(&world), &ours);
    assert!(world.oid("refs/heads/other").is_some());
    let tasks = world.git(&["-c", other, "plan", "tasks", "--json"]);
    assert!(tasks.contains("\"title\":\"y\""), "{tasks}");
    assert_eq!(world.plan(&["list", "--json"]).json()["total"], 0);
}

/// The command is refused and nothing is touched; its complaint.
#[track_caller]
fn refused(world: &World<'_>, words: &[&str]) -> String {
    let before = Fingerprint::of(world);
    let complaint = world.plan(words).fails(6);
    before.must_match(&Fingerprint::of(world), &[]);
    complaint
}

/// The command of a hint, as far as it can be pasted.
#[track_caller]
fn way_out(complaint: &str) -> &str {
    let mut hints = complaint
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "));
    let command = hints.next_back().expect(complaint);
    let command = command.split("   ").next().unwrap();
    command.rsplit(": ").next().unwrap()
}

/// Refs that are somebody else's, and names that no ref has.
#[test]
fn a_plan_ref_that_cannot_be_one() {
    let sandbox = messy();
    let names = [
        ("refs/plans/x", "refs/plans/ is for checkpoints"),
        ("refs/plans", "refs/plans/ is for checkpoints"),
        ("HEAD", "HEAD is what is checked out"),
        ("refs/stash", "git stash keeps work there"),
        ("refs/remotes/origin/x", "git fetch writes there"),
        ("refs/replace/x", "Git reads other objects"),
        ("refs/worktree/x", "every worktree has its own"),
        ("bad..name", "not a valid name for a ref"),
        ("", "not a valid name for a ref"),
    ];
    let world = World::at(&sandbox, sandbox.repo());
    for (name, why) in names {
        sandbox.git(&["config", "plan.ref", name]);
        for words in [
            &["init", "x"][..],
            &["list"],
            &["status"],
            &["add-task", "x"],
        ] {
            let complaint = refused(&world, words);
            assert!(complaint.contains(why), "{complaint}");
            let way = way_out(&complaint);
            assert_eq!(way, "git config plan.ref refs/heads/git-plan");
        }
    }
    let way = world.run("sh", &["-c", way_out(&refused(&world, &["list"]))]);
    assert_eq!(way.code, 0);
    whole_loop(&world);
}

#[test]
fn a_branch_in_the_way_of_the_plan_ref() {
    for packed in [false, true] {
        let sandbox = messy();
        sandbox.git(&["branch", "git-plan/x"]);
        if packed {
            sandbox.git(&["pack-refs", "--all"]);
        }
        let world = World::at(&sandbox, sandbox.repo());
        let before = Fingerprint::of(&world);
        let complaint = world.plan(&["init", "Auth migration"]).fails(6);
        // Objects that nothing refers to may stay.
        before.must_match(
            &Fingerprint::of(&world),
            &[sandbox.repo().join(".git/objects")],
        );
        assert!(
            complaint.contains("refs/heads/git-plan/x exists"),
            "{complaint}"
        );
        let way = way_out(&complaint).replace("NAME", "plans");
        assert_eq!(sandbox.sh(&way).code, 0, "{way}");
        whole_loop(&world.on("refs/heads/plans"));
    }
}

#[test]
fn a_branch_of_that_name_that_holds_no_plans() {
    let sandbox = messy();
    sandbox.git(&["branch", "git-plan"]);
    let world = World::at(&sandbox, sandbox.repo());
    for words in [
        &["init", "x"][..],
        &["list"],
        &["status"],
        &["add-task", "x"],
    ] {
        let complaint = refused(&world, words);
        assert!(complaint.contains("holds no plans"), "{complaint}");
    }
    let complaint = refused(&world, &["init", "x"]);
    let way = way_out(&complaint).replace("NAME", "plans");
    assert_eq!(sandbox.sh(&way).code, 0, "{way}");
    whole_loop(&world.on("refs/heads/plans"));
}

#[test]
fn a_worktree_that_has_the_plan_ref_checked_out() {
    let sandbox = messy();
    sandbox.plan(&["init", "Older plan"]).ok();
    sandbox.plan(&["add-task", "There already"]).ok();
    sandbox.git(&["worktree", "add", "-q", "../a plan", "git-plan"]);
    let checkout = sandbox.root().join("a plan");
    for folder in [sandbox.repo(), checkout.clone()] {
        let world = World::at(&sandbox, folder);
        for words in [
            &["add-task", "x"][..],
            &["init", "x"],
            &["undo"],
            &["done", "1"],
        ] {
            let complaint = refused(&world, words);
            let path = checkout.display().to_string();
            assert!(
                complaint.contains(&format!("is checked out in {path}\n")),
                "{complaint}"
            );
        }
        // Reading goes on.
        knows_the_older_plan(&world);
    }
    let world = World::at(&sandbox, sandbox.repo());
    let way = refused(&world, &["add-task", "x"]);
    let way = sandbox.sh(way_out(&way));
    assert_eq!(way.code, 0, "{way:?}");
    whole_loop(&world);
}

#[test]
fn a_first_branch_that_is_called_as_the_plan_ref() {
    let sandbox = Sandbox::with(&["-b", "git-plan"]);
    let world = World::at(&sandbox, sandbox.repo());
    let complaint = refused(&world, &["init", "x"]);
    let way = way_out(&complaint).replace("NAME", "main");
    let way = sandbox.sh(&way);
    assert_eq!(way.code, 0, "{way:?}");
    whole_loop(&world);
}

#[test]
fn a_repository_with_reftables() {
    let sandbox = Sandbox::new();
    let made = sandbox.sh("git init -q --ref-format=reftable ../tables");
    if made.code != 0 {
        eprintln!("skipped: this git knows no reftables");
        return;
    }
    let world = World::at(&sandbox, sandbox.root().join("tables"));
    for words in [
        &["status"][..],
        &["list"],
        &["init", "x"],
        &["add-task", "x"],
    ] {
        let complaint = refused(&world, words);
        assert!(complaint.contains("reftable"), "{complaint}");
        let json = world.plan(&[words, &["--json"]].concat());
        assert_eq!(json.json()["error"]["kind"], "environment");
    }
    let complaint = refused(&world, &["list"]);
    let way = complaint.split('`').nth(1).unwrap();
    assert_eq!(world.run("sh", &["-c", way]).code, 0, "{way}");
    whole_loop(&world);
}

#[test]
fn a_repository_that_git_finds_unsafe() {
    let sandbox = messy();
    sandbox.plan(&["init", "Older plan"]).ok();
    let (repo, git) = (sandbox.repo(), sandbox.repo().join(".git"));
    let chown = |path: &Path| std::os::unix::fs::chown(path, Some(12_345), None);
    if chown(&repo).and_then(|()| chown(&git)).is_err() {
        eprintln!("skipped: not root");
        return;
    }
    let mut before = BTreeMap::new();
    traces(sandbox.root(), &mut before);
    let world = World::at(&sandbox, &repo);
    for words in [
        &["status"][..],
        &["list"],
        &["init", "x"],
        &["add-task", "x"],
    ] {
        let complaint = world.plan(words).fails(6);
        assert!(complaint.contains("dubious ownership"), "{complaint}");
        assert!(complaint.contains("safe.directory"), "{complaint}");
        let json = world.plan(&[words, &["--json"]].concat());
        assert_eq!(json.json()["exit_code"], 6);
    }
    let mut after = BTreeMap::new();
    traces(sandbox.root(), &mut after);
    assert!(before == after);
    let complaint = world.plan(&["list"]).fails(6);
    let way = complaint
        .lines()
        .find(|line| line.contains("git config"))
        .unwrap();
    assert_eq!(sandbox.sh(way).code, 0, "{way}");
    whole_loop(&world);
}

#[test]
fn no_repository() {
    let sandbox = Sandbox::new();
    let world = World::at(&sandbox, sandbox.root().join("home"));
    for words in [
        &["status"][..],
        &["list"],
        &["init", "x"],
        &["add-task", "x"],
    ] {
        let expected = format!(
            "error: there is no Git repository at {} or above it\nhint: git init   makes one here\n",
            world.folder.display()
        );
        assert_eq!(world.plan(words).fails(6), expected);
    }
}
