//! What the tests of a review share: a change on the branch `side`, and what is told of it.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Stdio;

use serde_json::Value;

use crate::remote::Site;

/// What a review of `side` against `origin/main` tells to scripts, with more options.
#[track_caller]
pub fn review_with(site: &Site, more: &[&str]) -> Value {
    let words = [
        "review",
        "--base",
        "origin/main",
        "--head",
        "side",
        "--json",
    ];
    let run = site.sandbox.plan(&[&words[..], more].concat());
    assert_eq!(run.code, 0, "{run:?}");
    run.json()["data"].clone()
}

/// What a review of `side` against `origin/main` tells to scripts.
#[track_caller]
pub fn review(site: &Site) -> Value {
    review_with(site, &[])
}

/// What it tells to people.
#[track_caller]
pub fn text(site: &Site) -> String {
    let words = ["review", "--base", "origin/main", "--head", "side"];
    site.sandbox.plan(&words).ok()
}

/// A site on a new branch `side`.
pub fn on_side() -> Site {
    let site = Site::new();
    site.git(&["switch", "-q", "-c", "side"]);
    site
}

/// The commits of a list, each by its id.
pub fn ids(list: &Value) -> BTreeSet<String> {
    let commits = list.as_array().unwrap().iter();
    commits
        .map(|commit| commit["commit"].as_str().unwrap().to_owned())
        .collect()
}

/// The task that people call `plan/name`.
#[track_caller]
pub fn task<'a>(review: &'a Value, plan: &str, name: &str) -> &'a Value {
    let mut tasks = review["tasks"].as_array().unwrap().iter();
    let found = tasks.find(|task| task["plan"] == plan && task["name"] == name);
    found.unwrap_or_else(|| panic!("no task {plan}/{name}: {review}"))
}

/// The gate `plan phase/gate`.
#[track_caller]
pub fn gate<'a>(review: &'a Value, plan: &str, address: &str) -> &'a Value {
    let (phase, name) = address.split_once('/').unwrap();
    let mut gates = review["gates"].as_array().unwrap().iter();
    let found =
        gates.find(|gate| gate["plan"] == plan && gate["phase"] == phase && gate["gate"] == name);
    found.unwrap_or_else(|| panic!("no gate {plan} {address}: {review}"))
}

/// The names of all gates, as `plan phase/gate`.
pub fn gate_names(review: &Value) -> Vec<String> {
    let word = |gate: &Value, key: &str| gate[key].as_str().unwrap().to_owned();
    let gates = review["gates"].as_array().unwrap().iter();
    let name = |gate| {
        let (plan, phase) = (word(gate, "plan"), word(gate, "phase"));
        format!("{plan} {phase}/{}", word(gate, "gate"))
    };
    gates.map(name).collect()
}

/// Commits many at once, each changing a file of its own, on a branch.
pub fn import(site: &Site, branch: &str, from: &str, messages: &[String]) {
    use std::io::Write as _;
    let mut stream = String::new();
    for (at, message) in messages.iter().enumerate() {
        let start = if at == 0 {
            format!("from {from}\n")
        } else {
            String::new()
        };
        let _ = write!(
            stream,
            "commit refs/heads/{branch}\ncommitter Ben <ben@example.org> {} +0000\ndata {}\n{message}\n\
             {start}M 100644 inline {branch}/{at}\ndata 2\nx\n\n",
            1_769_852_000 + at,
            message.len(),
        );
    }
    let mut command = site.sandbox.command("git", &site.sandbox.repo());
    let command = command.args(["fast-import", "--quiet", "--force"]);
    let mut import = command.stdin(Stdio::piped()).spawn().unwrap();
    import
        .stdin
        .take()
        .unwrap()
        .write_all(stream.as_bytes())
        .unwrap();
    assert!(import.wait().unwrap().success());
}
