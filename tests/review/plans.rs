//! The plans that a change is judged by, the state of them that it started from, and plans that cannot
//! be read.

use crate::remote::Site;
use crate::world::{gate, on_side, review, review_with, text};

/// The plan ref's commit, one made at a moment of its own.
fn plan_at(site: &Site, when: &str, words: &[&str]) -> String {
    site.sandbox
        .plan_with(&[("GIT_PLAN_NOW", when)], words)
        .ok();
    site.git(&["rev-parse", "git-plan"])
}

/// A site whose main has a commit of 12:00, from which `side` goes on, and plans of 11:00, 12:00 and 13:00.
fn with_times() -> (Site, [String; 3]) {
    let site = Site::new();
    let eleven = plan_at(&site, "2026-02-01T11:00:00Z", &["start", "1"]);
    let twelve = plan_at(&site, "2026-02-01T12:00:00Z", &["note", "1", "One"]);
    let thirteen = plan_at(&site, "2026-02-01T13:00:00Z", &["note", "1", "Two"]);
    (site, [eleven, twelve, thirteen])
}

fn fork_at(site: &Site, when: &str) {
    let line = format!(
        "GIT_COMMITTER_DATE={when} git commit -q --no-verify --allow-empty -m 'Fork

Plan-Task: demo/1'"
    );
    site.sandbox.sh(&line).ok();
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
}

#[test]
fn a_change_started_from_the_last_plans_not_younger_than_where_it_left() {
    for (when, at) in [
        ("2026-02-01T11:59:59Z", 0),
        ("2026-02-01T12:00:00Z", 1),
        ("2026-02-01T12:30:00Z", 1),
        ("2027-01-01T00:00:00Z", 2),
    ] {
        let (site, plans) = with_times();
        fork_at(&site, when);
        let told = review(&site);
        assert_eq!(told["plan_base"].as_str(), Some(&*plans[at]), "{when}");
        assert_eq!(told["plans"].as_str(), Some(&*plans[2]));
    }
}

#[test]
fn before_the_first_plan_there_was_nothing() {
    let (site, _) = with_times();
    fork_at(&site, "2020-01-01T00:00:00Z");
    let told = review(&site);
    assert!(told["plan_base"].is_null());
    assert!(told["plan_base_unknown"].is_null());
}

/// Merges on the plan ref: only what all that came later stands on counts.
#[test]
fn a_side_of_a_merge_is_not_what_it_started_from() {
    let (site, [_, twelve, _]) = with_times();
    let tree = site.git(&["rev-parse", "git-plan^{tree}"]);
    let commit = |when: &str, parents: &[&str]| {
        let parents: String = parents.iter().map(|oid| format!(" -p {oid}")).collect();
        let line = format!("GIT_COMMITTER_DATE={when} git commit-tree {tree}{parents} -m x");
        site.sandbox.sh(&line).ok().trim().to_owned()
    };
    // A side of the plans that is younger than the fork by less than what it was merged into.
    let aside = commit("2026-02-01T12:20:00Z", &[&twelve]);
    let merge = commit("2026-02-01T14:00:00Z", &["git-plan", &aside]);
    site.git(&["update-ref", "refs/heads/git-plan", &merge]);
    fork_at(&site, "2026-02-01T12:30:00Z");
    assert_eq!(review(&site)["plan_base"].as_str(), Some(&*twelve));
}

#[test]
fn the_state_it_started_from_can_be_named() {
    let (site, [eleven, ..]) = with_times();
    fork_at(&site, "2026-02-01T12:30:00Z");
    let told = review_with(&site, &["--plan-base", &eleven]);
    assert_eq!(told["plan_base"].as_str(), Some(&*eleven));
    let words = [
        "review",
        "--base",
        "origin/main",
        "--head",
        "side",
        "--plan-base",
    ];
    let wrong = site
        .sandbox
        .plan(&[&words[..], &["main"]].concat())
        .fails(3);
    assert!(wrong.contains("'main' is no state of the plans"), "{wrong}");
    site.sandbox
        .plan(&[&words[..], &["nowhere"]].concat())
        .fails(3);
}

#[test]
fn a_shallow_history_of_the_plans_is_said() {
    let (site, _) = with_times();
    fork_at(&site, "2026-02-01T11:30:00Z");
    site.share_plans();
    site.git(&["push", "-q", "--no-verify", "origin", "side"]);
    let folder = site.sandbox.root().to_owned();
    let url = format!("file://{}", site.origin().display());
    let clone = [
        "clone",
        "-q",
        "--single-branch",
        "-b",
        "side",
        &url,
        "other",
    ];
    site.sandbox.git_in(&folder, &clone);
    let other = folder.join("other");
    let main = "main:refs/remotes/origin/main";
    site.sandbox
        .git_in(&other, &["fetch", "-q", "origin", main]);
    let git = [
        "fetch",
        "-q",
        "--depth=1",
        "origin",
        "git-plan:refs/heads/git-plan",
    ];
    site.sandbox.git_in(&other, &git);
    let words = [
        "review",
        "--base",
        "origin/main",
        "--head",
        "origin/side",
        "--json",
    ];
    let run = site.sandbox.plan_in(&other, &words);
    let told = &run.json()["data"];
    assert!(told["plan_base"].is_null(), "{told}");
    assert!(told["plan_changes"].is_null());
    let why = told["plan_base_unknown"].as_str().unwrap();
    assert!(
        why.starts_with("the history of the plans is here only"),
        "{why}"
    );
    assert_eq!(told["commits"], 1);
}

/// Code history that is cut off before the base: nothing is told that might be wrong.
#[test]
fn a_shallow_history_of_the_code_is_an_error() {
    let site = on_side();
    for _ in 0..3 {
        let at = site.git(&["rev-list", "--count", "HEAD"]);
        site.commit(&format!("Work {at}\n\nPlan-Task: demo/1\n"));
    }
    site.git(&["push", "-q", "--no-verify", "origin", "side"]);
    let folder = site.sandbox.root().to_owned();
    let url = format!("file://{}", site.origin().display());
    let clone = [
        "clone",
        "-q",
        "--depth=1",
        "--no-single-branch",
        &url,
        "other",
    ];
    site.sandbox.git_in(&folder, &clone);
    let other = folder.join("other");
    let words = ["review", "--base", "origin/main", "--head", "origin/side"];
    let run = site.sandbox.plan_in(&other, &words);
    assert_eq!(run.code, 6, "{run:?}");
    assert!(
        run.err.contains("shallow") || run.err.contains("not here"),
        "{run:?}"
    );
}

#[test]
fn without_plans_there_is_nothing_to_review_by() {
    let site = on_side();
    site.work_on("1");
    site.git(&["update-ref", "-d", "refs/heads/git-plan"]);
    site.git(&["update-ref", "-d", "refs/remotes/origin/git-plan"]);
    let words = ["review", "--base", "origin/main", "--head", "side"];
    site.answer(&words).is(
        6,
        "
error: there are no plans to judge by: refs/heads/git-plan is not here
hint: git fetch origin refs/heads/git-plan:refs/remotes/origin/git-plan   brings them
",
    );
}

#[test]
fn words_that_name_nothing_are_refused() {
    let site = on_side();
    site.work_on("1");
    let review = |words: &[&str]| site.sandbox.plan(&[&["review"], words].concat());
    review(&["--base", "nowhere", "--head", "side"]).fails(3);
    review(&["--base", "main", "--head", "nowhere"]).fails(3);
    review(&["--base", "main"]).fails(2);
    let oid = site.git(&["rev-parse", "main"]);
    let wrong = review(&["--base", &oid, "--head", "side"]).fails(2);
    assert!(wrong.contains("--branch NAME   names it"), "{wrong}");
    review(&["--base", &oid, "--head", "side", "--branch", "main"]).ok();
    let wrong = review(&["--base", "main", "--head", "side", "--plans", "main"]).fails(3);
    assert!(wrong.contains("'main' is no state of the plans"), "{wrong}");
}

/// A plan that cannot be read is not absent: its gates are in error, and that is said.
#[test]
fn a_plan_that_cannot_be_read_is_said() {
    let site = on_side();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.work_on("2");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| text + "nonsense\n");
    let told = review(&site);
    assert_eq!(told["lands"], false);
    assert_eq!(told["unreadable"][0]["plan"], "demo");
    assert_eq!(gate(&told, "demo", "ground/seen")["state"], "error");
    assert!(
        text(&site).contains("\nunreadable demo: "),
        "{}",
        text(&site)
    );
}

#[test]
fn a_task_file_that_cannot_be_read_is_said() {
    let site = on_side();
    site.work_on("1");
    let path = site.sandbox.task_path("demo", "3");
    site.sandbox
        .change_by_hand(&path, |text| text + "nonsense\n");
    let told = review(&site);
    let why = told["unreadable"][0]["why"].as_str().unwrap();
    assert!(why.starts_with(&path), "{why}");
    assert_eq!(told["unreadable"].as_array().unwrap().len(), 1);
}

/// Two states of the plans, each whole: what `git plan diff` says of them.
#[test]
fn what_has_changed_in_the_plans_is_what_diff_says() {
    let (site, [eleven, _, thirteen]) = with_times();
    fork_at(&site, "2026-02-01T11:30:00Z");
    let told = review(&site);
    let range = format!("{eleven}..{thirteen}");
    let diff = site.sandbox.plan(&["diff", &range, "--json"]).json();
    assert_eq!(told["plan_changes"], diff["data"]);
    assert_eq!(told["plan_changes"]["changes"].as_array().unwrap().len(), 2);
    // From nothing: all of it came.
    let (site, _) = with_times();
    fork_at(&site, "2020-01-01T00:00:00Z");
    let told = review(&site);
    assert!(told["plan_changes"]["base"].is_null());
    assert_eq!(told["plan_changes"]["summary"]["removed"], 0);
    assert!(told["plan_changes"]["summary"]["added"].as_u64().unwrap() > 5);
}

/// A weakening is told with its record, or its absence, however it was made.
#[test]
fn a_weakening_since_is_told() {
    let site = on_side();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    let began = site.git(&["rev-parse", "git-plan"]);
    site.work_on("1");
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            text.replace("protect = [\"main\"]\n", "")
        });
    site.plan(&["gate", "remove", "ground/seen", "--reason", "In a hurry"]);
    let told = review_with(&site, &["--plan-base", &began]);
    let changes = told["plan_changes"]["changes"].as_array().unwrap();
    let weak: Vec<_> = changes
        .iter()
        .filter(|change| change["severity"] == "weakening")
        .collect();
    assert_eq!(weak.len(), 2, "{told}");
    assert_eq!(weak[0]["recorded"].as_array().unwrap().len(), 0);
    assert_eq!(weak[1]["recorded"][0]["reason"], "In a hurry");
    assert_eq!(changes[..2].iter().collect::<Vec<_>>(), weak);
}
