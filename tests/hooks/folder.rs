//! A folder of hooks as it is, and what tests put into it.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Output;

use crate::sandbox::{Run, Sandbox};

/// Every hook of a clone.
pub const CLIENT: [&str; 5] = [
    "commit-msg",
    "post-checkout",
    "post-merge",
    "pre-push",
    "prepare-commit-msg",
];

/// An entry: its mode, its content, and where it leads to.
type Entry = (u32, String, Option<PathBuf>);

/// Everything in a folder, by name.
pub fn listed(folder: &Path) -> BTreeMap<String, Entry> {
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let metadata = path.symlink_metadata().unwrap();
        let content = match metadata.is_file() {
            true => fs::read(&path).unwrap().escape_ascii().to_string(),
            false => String::new(),
        };
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        let link = fs::read_link(&path).ok();
        found.insert(name, (metadata.permissions().mode(), content, link));
    }
    found
}

/// The names in a folder, without Git's samples.
pub fn names(folder: &Path) -> Vec<String> {
    let names = listed(folder).into_keys();
    names.filter(|name| !name.ends_with(".sample")).collect()
}

/// The hooks of the sandbox's repository.
pub fn hooks(sandbox: &Sandbox) -> PathBuf {
    sandbox.repo().join(".git/hooks")
}

/// Writes a script, with the folders that it needs.
pub fn script(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
    fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
}

/// What a command did.
pub fn run(output: &Output) -> Run {
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs git in the repository, whatever comes of it.
pub fn git(sandbox: &Sandbox, words: &[&str]) -> Run {
    git_in(sandbox, &sandbox.repo(), words)
}

/// Runs git in a folder, whatever comes of it.
pub fn git_in(sandbox: &Sandbox, folder: &Path, words: &[&str]) -> Run {
    run(&sandbox.command("git", folder).args(words).output().unwrap())
}

/// The states of the hooks, as scripts read them.
pub fn states(sandbox: &Sandbox, folder: &Path) -> BTreeMap<String, String> {
    let view = sandbox.plan_in(folder, &["hooks", "status", "--json"]);
    let view = view.json();
    let hooks = view["data"]["hooks"].as_array().unwrap();
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    hooks
        .iter()
        .map(|hook| (word(&hook["name"]), word(&hook["state"])))
        .collect()
}

/// Whether all hooks of a clone are in one state.
#[track_caller]
pub fn assert_all(sandbox: &Sandbox, folder: &Path, state: &str) {
    let states = states(sandbox, folder);
    for hook in CLIENT {
        assert_eq!(states[hook], state, "{hook}");
    }
}

/// A bare repository, as the remote `origin`.
pub fn origin(sandbox: &Sandbox) -> PathBuf {
    let bare = sandbox.root().join("origin.git");
    sandbox.git_in(
        sandbox.root(),
        &["init", "-q", "--bare", "-b", "main", "origin.git"],
    );
    sandbox.git(&["remote", "add", "origin", bare.to_str().unwrap()]);
    bare
}

/// Another copy of the program. Written by another process: a file that this one has open for writing
/// cannot be run by a third that another thread starts meanwhile.
pub fn copied_program(sandbox: &Sandbox, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    let mut command = sandbox.command("cp", sandbox.root());
    let copied = command.arg(env!("CARGO_BIN_EXE_git-plan")).arg(to).status();
    assert!(copied.unwrap().success());
}
