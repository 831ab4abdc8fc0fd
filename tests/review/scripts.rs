//! Files that gates run, as far as a change touches them.

use serde_json::{Value, json};

use crate::remote::Site;
use crate::world::{review, text};

/// A site with a gate of that command, in code that has the files.
fn with_gate(files: &[&str], command: &[&str]) -> Site {
    let site = Site::new();
    for file in files {
        site.sandbox.write(file, "exit 0\n");
    }
    site.sandbox.commit_all("Files\n\nPlan-Task: demo/1");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let add = ["gate", "add", "roof", "g", "--kind", "command", "--"];
    site.plan(&[&add[..], command].concat());
    site.git(&["switch", "-q", "-c", "side"]);
    site
}

/// Path and status of each script that is told.
fn told(site: &Site) -> Vec<(String, String)> {
    let word = |script: &Value, key: &str| script[key].as_str().unwrap().to_owned();
    let told = review(site);
    let scripts = told["scripts"].as_array().unwrap().iter();
    scripts
        .map(|script| (word(script, "path"), word(script, "status")))
        .collect()
}

fn one(path: &str, status: &str) -> Vec<(String, String)> {
    vec![(path.to_owned(), status.to_owned())]
}

#[test]
fn a_changed_script_is_told_with_the_gates_that_run_it() {
    let site = with_gate(
        &["ci/test.sh", "ci/other.sh", "data"],
        &["sh", "ci/test.sh", "data"],
    );
    site.sandbox.write("ci/other.sh", "exit 1\n");
    site.sandbox.write("data", "other\n");
    site.sandbox.commit_all("Not run\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), []);
    site.sandbox.write("ci/test.sh", "true\n");
    site.sandbox.commit_all("Run\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), one("ci/test.sh", "M"));
    // Of whatever plan and phase the gate is, and whether or not the change concerns it.
    let review = review(&site);
    assert_eq!(
        review["scripts"][0]["gates"],
        json!([{"plan": "demo", "gate": "roof/g"}])
    );
    let said = text(&site);
    assert!(
        said.contains("Scripts of gates that this changes\n  M ci/test.sh   run by demo roof/g\n"),
        "{said}"
    );
}

#[test]
fn one_that_comes_or_goes_is_told_too() {
    let site = with_gate(&["ci/test.sh"], &["sh", "ci/test.sh"]);
    site.git(&["rm", "-q", "ci/test.sh"]);
    site.sandbox.commit_all("Gone\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), one("ci/test.sh", "D"));
    let site = with_gate(&["README"], &["./tool"]);
    site.sandbox.write("tool", "#!/bin/sh\n");
    site.sandbox.commit_all("New\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), one("tool", "A"));
}

/// Nobody comes to a script's content past its name.
#[test]
fn links_on_the_way_are_followed() {
    let site = with_gate(&["tools/real.sh"], &["sh", "ci/test.sh"]);
    site.git(&["switch", "-q", "main"]);
    site.sandbox
        .sh("ln -s tools ci && ln -s real.sh tools/test.sh")
        .ok();
    site.sandbox.commit_all("Links\n\nPlan-Task: demo/1");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.git(&["switch", "-q", "-C", "side"]);
    site.sandbox.write("tools/real.sh", "true\n");
    site.sandbox
        .commit_all("Behind two links\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), one("tools/real.sh", "M"));
    site.git(&["reset", "-q", "--hard", "main"]);
    site.sandbox
        .sh("mkdir evil && cp tools/real.sh evil/test.sh && ln -sfn evil ci")
        .ok();
    site.sandbox
        .commit_all("Another folder\n\nPlan-Task: demo/1");
    assert_eq!(
        told(&site),
        [one("ci", "M"), one("evil/test.sh", "A")].concat()
    );
    site.git(&["reset", "-q", "--hard", "main"]);
    site.sandbox
        .sh("ln -sfn tools tools/loop && ln -sf loop/test.sh tools/test.sh")
        .ok();
    site.sandbox
        .commit_all("Round and round\n\nPlan-Task: demo/1");
    assert!(told(&site).contains(&("tools/test.sh".to_owned(), "M".to_owned())));
}

#[test]
fn a_file_that_may_be_executed_is_a_script() {
    let site = with_gate(&["run-me"], &["timeout", "9", "run-me"]);
    site.sandbox.sh("chmod +x run-me").ok();
    site.sandbox.commit_all("May be run\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), one("run-me", "M"));
    site.git(&["switch", "-q", "main"]);
    site.git(&["merge", "-q", "side"]);
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.git(&["switch", "-q", "side"]);
    site.sandbox.sh("rm run-me && ln -s README run-me").ok();
    site.sandbox
        .commit_all("Something else\n\nPlan-Task: demo/1");
    assert_eq!(told(&site), one("run-me", "T"));
}
