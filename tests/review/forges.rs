//! What forges are handed: a comment, annotations, a code-quality report. `GIT_PLAN_UPDATE=1 cargo test
//! --test review` writes the golden files anew.

use std::fs;
use std::path::Path;

use regex::Regex;
use serde_json::Value;

use crate::forge::page;
use crate::hostile::WORDS;
use crate::remote::{BEN, Site};
use crate::world::{import, on_side};

const REVIEW: [&str; 5] = ["review", "--base", "origin/main", "--head", "side"];

fn written(site: &Site, more: &[&str]) -> String {
    site.sandbox.plan(&[&REVIEW[..], more].concat()).ok()
}

/// Runs `git plan`; its ids are the same each time, since records stand in the order of theirs.
#[track_caller]
fn seeded(site: &Site, (name, email): (&str, &str), words: &[&str]) {
    let variables = [
        ("GIT_PLAN_SEED", "7"),
        ("GIT_COMMITTER_NAME", name),
        ("GIT_COMMITTER_EMAIL", email),
    ];
    site.sandbox.plan_with(&variables, words).ok();
}

/// A title that wants to be more than a title.
const TITLE: &str = "Dig <b>here</b> @octocat #12 | `x` \u{202e}rtl";

/// The plan of [`everything`].
fn plan() -> Site {
    let site = Site::bare();
    let commands: [&[&str]; 9] = [
        &["update-plan", "--protect", "main"],
        &["add-phase", "Ground"],
        &["add-phase", "Walls"],
        &["add-task", TITLE, "--phase", "ground"],
        &["add-task", "Build", "--phase", "walls"],
        &[
            "gate",
            "add",
            "ground",
            "run",
            "--kind",
            "command",
            "--",
            "sh",
            "ci/test.sh",
        ],
        &["gate", "add", "ground", "seen", "--kind", "approval"],
        &["gate", "add", "ground", "gone", "--kind", "manual"],
        &["gate", "add", "walls", "late", "--kind", "manual"],
    ];
    for words in commands {
        seeded(&site, ADA, words);
    }
    site.git(&["push", "-q", "origin", "main", "git-plan"]);
    site
}

const ADA: (&str, &str) = ("Ada", "ada@example.org");

/// A change that has something of everything to tell.
fn everything() -> Site {
    let site = plan();
    site.git(&["switch", "-q", "-c", "side"]);
    site.sandbox.write("ci/test.sh", "exit 0\n");
    let message = "Script for @octocat\n\nPlan-Task: demo/1";
    site.sandbox.commit_all(message);
    site.work_on("2");
    site.commit("Nothing named, fixes #1\n");
    site.commit("Wrong\n\nPlan-Task: demo/9\n");
    let looked = site.sandbox.plan(&["trust", "ground/run", "--json"]).json();
    let hash = looked["data"]["hash"].as_str().unwrap();
    site.plan(&["trust", "ground/run", "--hash", hash]);
    let approve = ["gate", "approve", "ground/seen", "--note"];
    let note = ["![x](https://example.org)"];
    seeded(&site, BEN, &[&approve[..], &note[..]].concat());
    let waive = ["gate", "waive", "walls/late", "--reason", "Late"];
    seeded(&site, ADA, &[&waive[..], &["--until", "3d"]].concat());
    let remove = ["gate", "remove", "ground/gone", "--reason"];
    let why = ["In a hurry, says @all"];
    seeded(&site, ADA, &[&remove[..], &why[..]].concat());
    // The last one, since how long it took goes into the ids of what would follow.
    let run = ["--as", "claude", "gate", "run", "ground/run"];
    seeded(&site, ADA, &run);
    site
}

/// The state of the plans before anything of [`everything`] was weakened.
fn began(site: &Site) -> String {
    site.git(&["rev-parse", "origin/git-plan"])
}

#[track_caller]
fn is_golden(name: &str, text: &str) {
    let oid = Regex::new(r"\b([0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{12})\b").unwrap();
    let text = oid.replace_all(text, "<oid>");
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("GIT_PLAN_UPDATE").is_some() {
        fs::write(&path, text.as_bytes()).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        text == expected,
        "{name} is not what is written: GIT_PLAN_UPDATE=1 cargo test --test review\n{text}"
    );
}

/// Nothing of a comment is more than text, but for what makes up a comment.
#[track_caller]
fn is_inert(comment: &str) {
    let page = page(comment);
    let ours = [
        "details",
        "summary",
        "ul",
        "li",
        "p",
        "h3",
        "h4",
        "strong",
        "code",
        "b",
        "hr /",
        "br /",
        "pre",
        "ins",
        "del",
        "!-- git-plan:review",
    ];
    for tag in &page.tags {
        let name = tag
            .trim_start_matches("</")
            .trim_start_matches('<')
            .trim_end_matches('>');
        let is_ours = ours
            .iter()
            .any(|known| name == *known || known.starts_with("!--") && name.starts_with(known));
        assert!(is_ours, "{tag}");
    }
    let marker = page.tags.iter().filter(|tag| tag.starts_with("<!--"));
    assert_eq!(marker.count(), 1);
    for sign in ['@', '#', '$', '<', '|', '`'] {
        assert!(!page.prose.contains(sign), "{sign} in {}", page.prose);
    }
    assert!(!page.prose.contains("http"), "{}", page.prose);
}

#[test]
fn a_comment_tells_everything() {
    let site = everything();
    let from = ["--plan-base", &began(&site), "--format"];
    let with = |format: &[&str]| written(&site, &[&from[..], format].concat());
    let comment = with(&["markdown"]);
    is_golden("review.md", &comment);
    is_inert(&comment);
    is_golden("review.github", &with(&["github"]));
    let report = site.sandbox.root().join("report.json");
    let path = report.to_str().unwrap();
    let note = with(&["gitlab", "--code-quality", path]);
    assert_eq!(note, with(&["markdown"]));
    is_golden("review.gitlab.json", &fs::read_to_string(&report).unwrap());
}

/// Scripts are told everything too, by its schema.
#[test]
fn all_of_it_is_as_the_schema_says() {
    let site = everything();
    let told = written(&site, &["--plan-base", &began(&site), "--json"]);
    let schema = site.plan(&["schema", "json/review"]);
    let schema = serde_json::from_str(&schema).unwrap();
    let document: Value = serde_json::from_str(&told).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|error| error.to_string())
        .collect();
    assert_eq!(errors, [""; 0], "{document}");
    for key in [
        "findings",
        "tasks",
        "unlinked",
        "wrong_links",
        "gates",
        "scripts",
    ] {
        let list = document["data"][key].as_array().unwrap();
        assert!(!list.is_empty(), "{key}: {document}");
    }
    assert_eq!(document["data"]["plan_changes"]["summary"]["weakened"], 2);
}

/// The marker says by what it was written, so that a later run knows what it would overwrite.
#[test]
fn a_comment_begins_with_its_marker() {
    let site = on_side();
    site.work_on("1");
    let oid = |rev: &str| site.git(&["rev-parse", rev]);
    let marker = format!(
        "<!-- git-plan:review v=1 plan={} base={} head={} -->",
        oid("git-plan"),
        oid("origin/main"),
        oid("side")
    );
    let comment = written(&site, &["--format", "markdown"]);
    assert_eq!(comment.lines().next(), Some(&*marker));
}

/// The command at its end, and what is in it, tell the same again.
#[test]
fn a_review_is_the_same_from_run_to_run() {
    let site = everything();
    for format in ["terminal", "markdown", "github", "gitlab"] {
        let words = ["--format", format];
        assert_eq!(written(&site, &words), written(&site, &words));
    }
}

#[test]
fn nothing_foreign_is_more_than_text() {
    let site = on_side();
    let words = WORDS
        .iter()
        .filter(|word| !word.contains(['\n', '\0', '\r']));
    let words: Vec<&str> = words.copied().collect();
    let messages: Vec<String> = words.iter().map(|word| format!("{word}\n")).collect();
    import(&site, "side", "refs/heads/main^0", &messages);
    let comment = written(&site, &["--format", "markdown"]);
    is_inert(&comment);
    let page = page(&comment);
    // And it says what was said.
    for word in ["@octocat", "<script>alert(1)</script>", "**bold**"] {
        assert!(page.text.contains(word), "{word}");
    }
}

#[test]
fn a_comment_stays_below_what_a_forge_takes() {
    let site = on_side();
    let subject = "x".repeat(300);
    let messages: Vec<String> = (0..1_000).map(|at| format!("{at} {subject}\n")).collect();
    import(&site, "side", "refs/heads/main^0", &messages);
    let comment = written(&site, &["--format", "markdown"]);
    assert!(comment.chars().count() <= 60_000);
    assert!(
        comment.contains("\n1000 commits; 0 tasks; 1000 commits without a task;"),
        "{comment:.300}"
    );
    assert!(comment.contains("are not shown here"));
    // What is shown and what is said to be left out is all of it.
    let shown = comment.matches("\n- `").count();
    let said =
        Regex::new(r"\*\*A comment has its limits: (\d+) of (\d+) are not shown here").unwrap();
    let found = said.captures(&comment).unwrap();
    let count = |at: usize| found[at].parse::<usize>().unwrap();
    let named = comment
        .split("Left out:")
        .nth(1)
        .unwrap()
        .matches("\n- ")
        .count();
    assert!(named > 0);
    let of_findings = comment.matches("\n- **").count();
    assert_eq!(shown + of_findings + count(1), count(2), "{comment:.600}");
}

/// What other steps have written stays.
#[test]
fn the_step_summary_is_added_to() {
    let site = on_side();
    site.work_on("1");
    let file = site.sandbox.root().join("summary");
    fs::write(&file, "before\n").unwrap();
    let review = |path: &str| {
        let words = [&REVIEW[..], &["--format", "github"]].concat();
        site.sandbox
            .plan_with(&[("GITHUB_STEP_SUMMARY", path)], &words)
    };
    let commands = review(file.to_str().unwrap()).ok();
    assert!(
        commands.starts_with("::notice title=Plans%3A may land on main::1 commit; 1 task;"),
        "{commands}"
    );
    let markdown = written(&site, &["--format", "markdown"]);
    assert_eq!(
        fs::read_to_string(&file).unwrap(),
        format!("before\n{markdown}")
    );
    let wrong = review("/nowhere/at/all").fails(6);
    assert!(wrong.contains("could not write /nowhere/at/all"), "{wrong}");
    assert_eq!(review("").ok(), commands);
}

#[test]
fn at_most_nine_annotations_and_a_summary() {
    let site = on_side();
    for at in 0..12 {
        site.commit(&format!("Wrong {at}\n\nPlan-Task: demo/9{at}\n"));
    }
    let commands = written(&site, &["--format", "github"]);
    let errors = commands.lines().filter(|line| line.starts_with("::error "));
    assert_eq!(errors.count(), 10);
    assert_eq!(commands.lines().count(), 10);
    assert!(commands.contains("1 more are not shown here"), "{commands}");
}

#[test]
fn a_code_quality_report_is_for_gitlab() {
    let site = on_side();
    site.work_on("2");
    let report = |more: &[&str]| site.sandbox.plan(&[&REVIEW[..], more].concat());
    let wrong = report(&["--code-quality", "x.json"]).fails(2);
    assert!(wrong.contains("--format gitlab"), "{wrong}");
    report(&["--format", "gitlab", "--code-quality", "/nowhere/x.json"]).fails(6);
    report(&["--format", "gitlab", "--code-quality", "x.json"]).ok();
    let text = fs::read_to_string(site.sandbox.repo().join("x.json")).unwrap();
    let issues: Vec<Value> = serde_json::from_str(&text).unwrap();
    assert_eq!(issues[0]["severity"], "critical");
    let said = |at: usize| issues[at]["description"].as_str().unwrap();
    assert!(said(0).starts_with("Plans: may not land on main"));
    assert!(said(1).contains("phase ground comes before walls"));
    report(&["--format", "nothing"]).fails(2);
}
