//! When the world does not play along: nobody is named, nothing may be written, the disk is full.
//! Each is exit 6, nothing is stored, and the next command is fine.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::kinds::{Trace, traces};
use crate::sandbox::{Run, Sandbox};

fn run(command: &mut Command) -> Run {
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.sh("git rev-parse --verify --quiet git-plan").out
}

// Nobody is named.

const NAMES: [&str; 4] = [
    "GIT_AUTHOR_NAME",
    "GIT_AUTHOR_EMAIL",
    "GIT_COMMITTER_NAME",
    "GIT_COMMITTER_EMAIL",
];

/// Runs `git plan` where no variable names anybody.
fn nameless(sandbox: &Sandbox, variables: &[(&str, &str)], words: &[&str]) -> Run {
    let mut command = sandbox.command(env!("CARGO_BIN_EXE_git-plan"), &sandbox.repo());
    for name in NAMES {
        command.env_remove(name);
    }
    run(command.envs(variables.iter().copied()).args(words))
}

fn author(sandbox: &Sandbox) -> String {
    sandbox.git(&["log", "-1", "--format=%an <%ae> %cn <%ce>", "git-plan"])
}

#[test]
fn nobody_is_named() {
    let sandbox = Sandbox::new();
    let writes: [&[&str]; 6] = [
        &["init", "x"],
        &["add-task", "x"],
        &["undo"],
        &["start", "1"],
        &["batch", "/dev/null"],
        &["edit"],
    ];
    for has_a_plan in [false, true] {
        if has_a_plan {
            sandbox.plan(&["init", "Demo plan"]).ok();
            sandbox.plan(&["add-task", "First"]).ok();
        }
        let before = tip(&sandbox);
        for words in writes {
            let complaint = nameless(&sandbox, &[], words).fails(6);
            let expected = "error: nobody is named as committer: user.name is not set\n\
                            hint: git config --global user.name \"Your Name\"\n\
                            hint: git config --global user.email you@example.com\n";
            assert_eq!(complaint, expected, "{words:?}");
            assert_eq!(tip(&sandbox), before);
        }
    }
    // To look takes no name.
    for words in [
        &["status"][..],
        &["list"],
        &["tasks"],
        &["show", "1"],
        &["log"],
        &["doctor"],
    ] {
        nameless(&sandbox, &[], words).ok();
    }
    // The hints are the way out.
    let complaint = nameless(&sandbox, &[], &["start", "1"]).fails(6);
    for hint in complaint
        .lines()
        .filter_map(|line| line.strip_prefix("hint: "))
    {
        assert_eq!(sandbox.sh(hint).code, 0, "{hint}");
    }
    nameless(&sandbox, &[], &["start", "1"]).ok();
    let expected = "Your Name <you@example.com> Your Name <you@example.com>";
    assert_eq!(author(&sandbox), expected);
}

#[test]
fn half_a_name_is_none() {
    let sandbox = Sandbox::with_plan();
    let name = [("GIT_COMMITTER_NAME", "Grace")];
    let complaint = nameless(&sandbox, &name, &["add-task", "x"]).fails(6);
    assert!(complaint.contains("user.email is not set"), "{complaint}");
    let crud = [
        ("GIT_COMMITTER_NAME", " <>.,"),
        ("GIT_COMMITTER_EMAIL", "g@example.org"),
    ];
    let complaint = nameless(&sandbox, &crud, &["add-task", "x"]).fails(6);
    assert!(complaint.contains("user.name is not set"), "{complaint}");
    let whole = [name[0], ("EMAIL", "grace@example.org")];
    nameless(&sandbox, &whole, &["add-task", "x"]).ok();
    assert_eq!(
        author(&sandbox),
        "Grace <grace@example.org> Grace <grace@example.org>"
    );
}

#[test]
fn the_repository_the_user_and_the_environment_name_somebody() {
    let sandbox = Sandbox::with_plan();
    let names = |words: &[&str], expected: &str| {
        nameless(&sandbox, &[], words).ok();
        assert_eq!(author(&sandbox), format!("{expected} {expected}"));
    };
    sandbox.git(&["config", "--global", "user.name", "User"]);
    sandbox.git(&["config", "--global", "user.email", "user@example.org"]);
    names(&["add-task", "a"], "User <user@example.org>");
    sandbox.git(&["config", "user.name", "Here"]);
    names(&["add-task", "b"], "Here <user@example.org>");
    sandbox.git(&["config", "committer.name", "Commits"]);
    sandbox.git(&["config", "author.name", "Writes"]);
    names(&["add-task", "c"], "Commits <user@example.org>");
    let variable = [("GIT_COMMITTER_NAME", "Variable")];
    nameless(&sandbox, &variable, &["add-task", "d"]).ok();
    assert!(author(&sandbox).starts_with("Variable <user@example.org>"));
}

// Nothing may be written.

fn is_root() -> bool {
    run(Command::new("id").arg("-u")).out == "0\n"
}

/// A repository that is read-only until the end of the test.
struct ReadOnly {
    sandbox: Sandbox,
    program: PathBuf,
}

impl ReadOnly {
    /// None where nobody else can be impersonated by root.
    fn new() -> Option<Self> {
        let sandbox = Sandbox::with_plan();
        sandbox.plan(&["add-task", "First"]).ok();
        sandbox.git(&["config", "--global", "safe.directory", "*"]);
        // Another user has to reach the program.
        let program = sandbox.root().join("git-plan");
        let built = Path::new(env!("CARGO_BIN_EXE_git-plan"));
        fs::hard_link(built, &program)
            .or_else(|_| fs::copy(built, &program).map(|_| ()))
            .unwrap();
        sandbox
            .sh("chmod 755 .. ../home && chmod -R a+rX,a-w .")
            .ok();
        let read_only = Self { sandbox, program };
        if is_root() && read_only.run(&["--version"]).code != 0 {
            eprintln!("skipped: root can be nobody else here");
            return None;
        }
        Some(read_only)
    }

    fn run(&self, words: &[&str]) -> Run {
        let repo = self.sandbox.repo();
        if !is_root() {
            return run(self.sandbox.command(&self.program, &repo).args(words));
        }
        let mut command = self.sandbox.command("setpriv", &repo);
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]);
        run(command.arg(&self.program).args(words))
    }
}

impl Drop for ReadOnly {
    fn drop(&mut self) {
        self.sandbox.sh("chmod -R u+w .");
    }
}

/// Every file of the repository.
fn everything(sandbox: &Sandbox) -> BTreeMap<PathBuf, Trace> {
    let mut found = BTreeMap::new();
    traces(&sandbox.repo(), &mut found);
    found
}

#[test]
fn a_read_only_repository() {
    let Some(read_only) = ReadOnly::new() else {
        return;
    };
    let sandbox = &read_only.sandbox;
    let before = everything(sandbox);
    for words in [
        &["status"][..],
        &["list"],
        &["tasks"],
        &["show", "1"],
        &["log"],
        &["doctor"],
    ] {
        let run = read_only.run(words);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{words:?}: {run:?}");
    }
    assert_eq!(read_only.run(&["tasks", "--json"]).json()["total"], 1);
    read_only.run(&["add-task", "x", "--dry-run"]).ok();
    for words in [
        &["add-task", "x"][..],
        &["start", "1"],
        &["init", "x"],
        &["undo"],
        &["use", "demo-plan"],
    ] {
        let complaint = read_only.run(words).fails(6);
        assert!(
            complaint.starts_with("error: could not "),
            "{words:?}: {complaint}"
        );
        assert!(complaint.contains("/repo/.git/"), "{words:?}: {complaint}");
        assert!(
            complaint.contains("Permission denied"),
            "{words:?}: {complaint}"
        );
    }
    assert!(everything(sandbox) == before);
    sandbox.sh("chmod -R u+w .").ok();
    sandbox.plan(&["add-task", "x"]).ok();
    sandbox.git(&["fsck", "--strict"]);
}

/// The objects may be written, the ref may not: what is left over is no plan.
#[test]
fn a_read_only_ref() {
    let Some(read_only) = ReadOnly::new() else {
        return;
    };
    let sandbox = &read_only.sandbox;
    sandbox.sh("chmod -R a+w .git/objects").ok();
    let before = tip(sandbox);
    let complaint = read_only.run(&["add-task", "x"]).fails(6);
    assert!(complaint.contains("could not lock the ref"), "{complaint}");
    assert_eq!(tip(sandbox), before);
    assert_eq!(read_only.run(&["tasks", "--json"]).json()["total"], 1);
}

/// What goes wrong once the change is stored is told, and does not make it look undone.
#[test]
fn a_failure_after_the_change_is_stored() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "First"]).ok();
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: no /dev/full");
        return;
    }
    for words in [
        "start 1",
        "done 1 --json",
        "undo",
        "init Other",
        "doctor --fix --yes",
    ] {
        if words.starts_with("doctor") {
            let path = sandbox.task_path("demo-plan", "1");
            let gone = "number = 1\ndepends_on = [\"0000000000\"]\n";
            sandbox.change_by_hand(&path, |text| text.replace("number = 1\n", gone));
        }
        let before = tip(&sandbox);
        let run = sandbox.sh(&format!("git plan -p demo-plan {words} >/dev/full"));
        assert_eq!(run.code, 0, "{words}: {run:?}");
        let expected = "warning: it is stored, but: could not write to standard output: ";
        assert!(run.err.starts_with(expected), "{words}: {}", run.err);
        assert_ne!(tip(&sandbox), before, "{words}");
    }
    // The note of the current plan cannot be written.
    let note = sandbox.repo().join(".git/git-plan/current");
    fs::remove_file(&note).unwrap();
    fs::create_dir(&note).unwrap();
    let run = sandbox.plan(&["init", "Third"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(
        run.err.contains("it is stored, but: could not write "),
        "{}",
        run.err
    );
    // What stores nothing may still fail.
    assert_eq!(sandbox.sh("git plan -p third tasks >/dev/full").code, 6);
    assert_eq!(
        sandbox
            .sh("git plan -p third update-plan --title Third >/dev/full")
            .code,
        6
    );
}

// The disk is full.

/// Adds tasks on a small disk of which less and less is left, and says of each how it went:
/// `<pages left> <exit code> <tip before> <tip after> <files left over> <exit code with room again>`.
const SHRINKING: &str = r#"
mount -t tmpfs -o size=2m,mode=755 none "$1" 2>/dev/null || exit 77
cd "$1" && git init -q -b main && git plan init small >&2 && git plan add-task First >&2 || exit 1
tip() { git rev-parse git-plan; }
try() {
    dd if=/dev/zero of=filler bs=4096 2>/dev/null
    truncate -s "$(($(stat -c %s filler) - $1 * 4096))" filler
    before=$(tip)
    git plan add-task "with $1 pages left" >out 2>>"$HOME/complaints"
    code=$?
    after=$(tip)
    left=$(find .git -name 'tmp_obj_*' -o -name '*.lock' | wc -l)
    rm filler
    git plan note 1 "room again" >&2
    echo "$1 $code $before $after $left $?"
}
: >out
for pages in 40 20 12 11 10 9 8 7 6 5 4 3 2 1 0; do try $pages; done
git fsck --strict >&2 && git plan doctor >&2 && git plan tasks >&2
"#;

#[test]
fn a_full_disk() {
    let sandbox = Sandbox::new();
    let disk = sandbox.root().join("disk");
    fs::create_dir(&disk).unwrap();
    let mut command = sandbox.command("unshare", sandbox.root());
    if is_root() {
        command.arg("-m");
    } else {
        command.arg("-rm");
    }
    let tried = command
        .args(["sh", "-c", SHRINKING, "sh"])
        .arg(&disk)
        .output();
    let Ok(tried) = tried else {
        eprintln!("skipped: no unshare(1)");
        return;
    };
    let err = String::from_utf8_lossy(&tried.stderr).into_owned();
    if tried.status.code() == Some(77) || err.starts_with("unshare:") {
        eprintln!("skipped: no small disk can be mounted here");
        return;
    }
    assert!(tried.status.success(), "{err}");
    let (mut stored, mut refused) = (0, 0);
    for line in String::from_utf8(tried.stdout).unwrap().lines() {
        let words: Vec<_> = line.split(' ').collect();
        let [_, code, before, after, left, again] = words[..] else {
            panic!("{line}");
        };
        assert_eq!((left, again), ("0", "0"), "{line}");
        match code {
            "0" => stored += 1,
            "6" => refused += 1,
            _ => panic!("{line}"),
        }
        assert_eq!(code == "0", before != after, "{line}");
    }
    assert!(stored > 0 && refused > 3, "{stored} {refused}");
    let complaints = fs::read_to_string(sandbox.root().join("home/complaints")).unwrap();
    for complaint in complaints.lines() {
        assert!(complaint.starts_with("error: could not "), "{complaint}");
        assert!(complaint.contains("No space left on device"), "{complaint}");
    }
    // The disk is gone with the namespace it was mounted in.
    assert_eq!(fs::read_dir(&disk).unwrap().count(), 0);
}
