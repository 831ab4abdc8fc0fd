//! Where a change breaks specifications, in the files that it touches.

use serde_json::{Value, json};

use crate::remote::Site;
use crate::world::{review, text};

const SPEC: &str = "name = \"no-legacy\"\n\n[[rule]]\nid = \"gone\"\nseverity = \"high\"\nscope = { include = [\"src\"] }\nmatch = { identifiers = [\"Legacy\"] }\n\n[[rule]]\nid = \"new\"\nscope = { include = [\"src\"] }\nexpect = { identifiers = [\"Modern\"] }\n";

/// A site whose task 1 carries the specification; the code has a violation that no change touches.
fn site() -> Site {
    let site = Site::new();
    site.sandbox
        .write("src/old.rs", "fn old() { Legacy::new(); }\n");
    site.sandbox
        .write("src/new.rs", "fn new() { Modern::new(); }\n");
    site.sandbox.commit_all("Code\n\nPlan-Task: demo/1");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.sandbox.write("../spec.toml", SPEC);
    site.plan(&["add-spec", "../spec.toml", "--task", "1"]);
    site.git(&["switch", "-q", "-c", "side"]);
    site
}

/// Rule, place and regression of each violation that is told.
fn told(site: &Site) -> Vec<(String, Value, Value, Value)> {
    let told = review(site);
    let all = told["violations"].as_array().unwrap().iter();
    all.map(|one| {
        let rule = one["rule"].as_str().unwrap().to_owned();
        (
            rule,
            one["path"].clone(),
            one["line"].clone(),
            one["regression"].clone(),
        )
    })
    .collect()
}

#[test]
fn only_violations_in_changed_files_are_told() {
    let site = site();
    site.sandbox
        .write("src/more.rs", "// Legacy\nfn more() { Legacy::new(); }\n");
    site.sandbox
        .write("doc/more.rs", "fn more() { Legacy::new(); }\n");
    site.sandbox.commit_all("More\n\nPlan-Task: demo/1");
    let expected = (
        "gone".to_owned(),
        json!("src/more.rs"),
        json!(2),
        Value::Null,
    );
    assert_eq!(told(&site), [expected]);
    let said = text(&site);
    assert!(
        said.contains("  high no-legacy/gone: Legacy must not be there in src/more.rs:2:13\n"),
        "{said}"
    );
}

#[test]
fn a_task_that_no_commit_names_has_no_say_until_it_was_completed() {
    let site = site();
    site.sandbox
        .write("src/more.rs", "fn more() { Legacy::new(); }\n");
    site.sandbox.commit_all("More\n\nPlan-Task: demo/2");
    assert_eq!(told(&site), []);
    // Completed: what is taken away or comes back is a regression.
    site.git(&["switch", "-q", "main"]);
    site.git(&["rm", "-q", "src/old.rs"]);
    site.sandbox.commit_all("Done\n\nPlan-Task: demo/1");
    site.plan(&["verify-task", "1", "--update"]);
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.git(&["switch", "-q", "-C", "side"]);
    site.git(&["rm", "-q", "src/new.rs"]);
    site.sandbox
        .write("src/more.rs", "fn more() { Legacy::new(); }\n");
    site.sandbox.commit_all("Less\n\nPlan-Task: demo/2");
    let gone = (
        "gone".to_owned(),
        json!("src/more.rs"),
        json!(1),
        json!("1"),
    );
    let new = ("new".to_owned(), Value::Null, Value::Null, json!("1"));
    assert_eq!(told(&site), [gone, new]);
    assert!(text(&site).contains("regression: task 1 was completed"));
}

#[test]
fn forges_show_a_violation_at_its_line() {
    let site = site();
    site.sandbox
        .write("src/more.rs", "\nfn more() { Legacy::new(); }\n");
    site.sandbox.commit_all("More\n\nPlan-Task: demo/1");
    let base = ["review", "--base", "origin/main", "--head", "HEAD"];
    let run = |format: &str| {
        let words = [&base[..], &["--branch", "main", "--format", format]].concat();
        site.sandbox.plan(&words)
    };
    let github = run("github").out;
    let line = "::error file=src/more.rs,line=2,title=Specification violated (high)::";
    assert!(github.contains(line), "{github}");
    let comment = run("markdown").out;
    assert!(
        comment.contains("Violations of specifications"),
        "{comment}"
    );
    assert!(comment.contains("`src/more.rs:2:13`"), "{comment}");
}
