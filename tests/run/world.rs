//! A repository with a plan whose one phase has gates, for the tests of this crate.

use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// A repository with a plan and an open phase `f`.
pub fn world() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "F"]).ok();
    sandbox
}

/// Adds a gate `f/<name>` with a command of words, which is trusted by that.
pub fn add(sandbox: &Sandbox, name: &str, options: &[&str], argv: &[&str]) {
    let start = ["gate", "add", "f", name, "--kind", "command"];
    let words = [&start[..], options, &["--"], argv].concat();
    sandbox.plan(&words).ok();
}

/// Adds a gate `f/<name>` with a text for a shell, and trusts it as a person would.
pub fn add_shell(sandbox: &Sandbox, name: &str, options: &[&str], text: &str) {
    let start = [
        "gate", "add", "f", name, "--kind", "command", "--shell", text,
    ];
    sandbox.plan(&[&start[..], options].concat()).ok();
    trust(sandbox, &format!("f/{name}"));
}

/// The hash of what a gate would run now.
#[track_caller]
pub fn hash(sandbox: &Sandbox, gate: &str) -> String {
    let looked = sandbox.plan(&["trust", gate, "--json"]);
    looked.json()["data"]["hash"].as_str().unwrap().to_owned()
}

/// Trusts what a gate would run now, as a person without a terminal may.
#[track_caller]
pub fn trust(sandbox: &Sandbox, gate: &str) {
    let hash = hash(sandbox, gate);
    trust_hash(sandbox, gate, &hash).ok();
}

/// Trusts a hash, unattended for this once.
pub fn trust_hash(sandbox: &Sandbox, gate: &str, hash: &str) -> Run {
    let unattended = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "plan.unattended"),
        ("GIT_CONFIG_VALUE_0", "true"),
    ];
    sandbox.plan_with(&unattended, &["trust", gate, "--hash", hash])
}

/// State and reason of a gate.
#[track_caller]
pub fn state(sandbox: &Sandbox, gate: &str) -> (String, String) {
    let judged = sandbox.plan(&["gate", "check", gate, "--json"]).json();
    let gate = &judged["data"]["gates"][0];
    let text = |key: &str| gate[key].as_str().unwrap().to_owned();
    (text("state"), text("reason"))
}

/// How many records the plan has.
pub fn records(sandbox: &Sandbox) -> usize {
    let listed = sandbox.git(&["ls-tree", "-r", "--name-only", "git-plan"]);
    listed
        .lines()
        .filter(|path| path.contains("/evidence/"))
        .count()
}

/// The texts of the plan's records.
pub fn record_texts(sandbox: &Sandbox) -> Vec<(String, String)> {
    let listed = sandbox.git(&["ls-tree", "-r", "--name-only", "git-plan"]);
    let paths = listed.lines().filter(|path| path.contains("/evidence/"));
    paths
        .map(|path| (path.to_owned(), sandbox.stored(path)))
        .collect()
}

/// What `gate run --json` says of its first gate.
#[track_caller]
pub fn first(run: &Run) -> Value {
    run.json()["data"][0].clone()
}

/// A file outside of the repository that tells whether something ran.
pub fn mark(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("mark")
}

/// Whether something ran.
pub fn is_marked(sandbox: &Sandbox) -> bool {
    fs::metadata(mark(sandbox)).is_ok()
}
