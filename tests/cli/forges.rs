//! `git plan setup --ci`: workflows for plan pull requests, beside the plans.

use crate::sandbox::Sandbox;

const PATH: &str = ".github/workflows/git-plan-plan-ref.yml";

fn at(sandbox: &Sandbox, path: &str) -> String {
    let line = format!("git cat-file blob 'git-plan:{path}'");
    sandbox.sh(&line).out
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn file(name: &str) -> String {
    let path = format!("{}/hooks/ci/{name}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(path).unwrap()
}

#[test]
fn the_workflows_are_stored_beside_the_plans_in_one_operation() {
    let sandbox = Sandbox::with_plan();
    let (before, status) = (
        tip(&sandbox),
        sandbox.git(&["status", "--porcelain", "--ignored"]),
    );
    let dry = sandbox.plan(&["setup", "--ci", "github", "--dry-run"]).ok();
    assert!(
        dry.starts_with(&format!("would store git-plan:{PATH}\n")),
        "{dry}"
    );
    assert_eq!(tip(&sandbox), before);
    let told = sandbox.plan(&["setup", "--ci", "github"]).ok();
    assert!(
        told.starts_with(&format!("stored git-plan:{PATH}\n")),
        "{told}"
    );
    // Every other file, and where it belongs, can be pasted.
    for name in [
        "plan-ref",
        "plan-review",
        "check",
        "review",
        "run",
        "record",
    ] {
        let line = format!(
            "  git plan setup --ci github --print {name} > .github/workflows/git-plan-{name}.yml   #"
        );
        assert!(told.contains(&line), "{line}: {told}");
        let printed = sandbox
            .plan(&["setup", "--ci", "github", "--print", name])
            .ok();
        assert_eq!(printed, file(&format!("github-{name}.yml")));
    }
    assert_eq!(at(&sandbox, PATH), file("github-plan-ref.yml"));
    let other = PATH.replace("plan-ref", "plan-review");
    assert_eq!(at(&sandbox, &other), file("github-plan-review.yml"));
    assert_eq!(
        sandbox.git(&["rev-list", "--count", &format!("{before}..git-plan")]),
        "1"
    );
    let message = sandbox.git(&["log", "-1", "--format=%B", "git-plan"]);
    let expected = "setup: store the workflows of github for the plans\n\nPlan-Op: setup";
    assert_eq!(message.trim(), expected);
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), status);
    let stored = tip(&sandbox);
    let again = sandbox.plan(&["setup", "--ci", "github"]).ok();
    assert!(again.starts_with("nothing to do"), "{again}");
    assert_eq!(tip(&sandbox), stored);
    // All else goes on, and leaves them alone.
    sandbox.plan(&["add-task", "One"]).ok();
    let doctor = sandbox.plan(&["doctor"]).ok();
    assert!(!doctor.contains(".github"), "{doctor}");
    assert_eq!(at(&sandbox, PATH), file("github-plan-ref.yml"));
    sandbox.git(&["fsck", "--strict"]);
}

#[test]
fn gitlab_has_its_one_file_and_its_limits_are_said() {
    let sandbox = Sandbox::with_plan();
    let told = sandbox.plan(&["setup", "--ci", "gitlab"]).ok();
    assert!(
        told.starts_with("stored git-plan:.gitlab-ci.yml\n"),
        "{told}"
    );
    assert!(
        told.contains("A merge request can change that file"),
        "{told}"
    );
    assert_eq!(at(&sandbox, ".gitlab-ci.yml"), file("gitlab.yml"));
    let printed = sandbox
        .plan(&["setup", "--ci", "gitlab", "--print", "review"])
        .ok();
    assert_eq!(printed, file("gitlab-review.yml"));
}

#[test]
fn another_file_of_that_name_is_not_written_over() {
    let sandbox = Sandbox::with_plan();
    sandbox.store_by_hand(&[(PATH, Some("own: true\n"))]);
    let before = tip(&sandbox);
    let complaint = sandbox.plan(&["setup", "--ci", "github"]).fails(5);
    for word in [
        &format!("git show git-plan:{PATH}"),
        "--print plan-ref",
        "--replace",
    ] {
        assert!(complaint.contains(word), "{word}: {complaint}");
    }
    assert_eq!(tip(&sandbox), before);
    sandbox.plan(&["setup", "--ci", "github", "--replace"]).ok();
    assert_eq!(at(&sandbox, PATH), file("github-plan-ref.yml"));
    sandbox.plan(&["undo"]).ok();
    assert_eq!(at(&sandbox, PATH), "own: true\n");
    // What is no plain file cannot be replaced at all.
    let sandbox = Sandbox::with_plan();
    sandbox.store_entries_by_hand(&[(PATH, Some(("120000", b"elsewhere")))]);
    let complaint = sandbox
        .plan(&["setup", "--ci", "github", "--replace"])
        .fails(5);
    assert!(!complaint.contains("--replace"), "{complaint}");
}

#[test]
fn undo_takes_the_workflows_away_where_they_are_as_they_were_stored() {
    let sandbox = Sandbox::with_plan();
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    sandbox.plan(&["setup", "--ci", "github"]).ok();
    let dry = sandbox.plan(&["undo", "--dry-run"]).ok();
    assert!(dry.contains(PATH), "{dry}");
    sandbox.plan(&["undo"]).ok();
    assert_eq!(sandbox.git(&["rev-parse", "git-plan^{tree}"]), tree);
    let undo = tip(&sandbox);
    sandbox.plan(&["undo", &undo]).ok();
    assert_eq!(at(&sandbox, PATH), file("github-plan-ref.yml"), "and again");
    let stored = tip(&sandbox);
    sandbox.change_by_hand(PATH, |text| text + "# ours\n");
    let other = PATH.replace("plan-ref", "plan-review");
    sandbox.store_by_hand(&[(&other, None)]);
    let complaint = sandbox.plan(&["undo", &stored]).fails(5);
    assert!(
        complaint.contains(&format!("{PATH}: it was changed since")),
        "{complaint}"
    );
    assert!(at(&sandbox, PATH).ends_with("# ours\n"));
    let complaint = sandbox.plan(&["undo", &stored, "--key", "title"]).fails(3);
    assert!(
        complaint.contains("it changed: no entity of a plan"),
        "{complaint}"
    );
}

#[test]
fn what_cannot_be_meant_is_refused() {
    let sandbox = Sandbox::new();
    sandbox.plan(&["setup", "--ci", "github"]).fails(3);
    let complaint = sandbox
        .plan(&["setup", "--ci", "github", "--print", "nonsense"])
        .fails(3);
    assert!(complaint.contains("there are: plan-ref, "), "{complaint}");
    for words in [
        &["--ci", "elsewhere"][..],
        &["--print", "check"],
        &["--replace"],
        &["--ci", "github", "--remove"],
    ] {
        sandbox.plan(&[&["setup"], words].concat()).fails(2);
    }
    sandbox.plan(&["init", "Demo plan"]).ok();
    sandbox.git(&["branch", "-m", "git-plan", "plans"]);
    sandbox.git(&["config", "plan.ref", "plans"]);
    let told = sandbox.plan(&["setup", "--ci", "github"]).ok();
    assert!(
        told.contains("the plan branch, which is plans here"),
        "{told}"
    );
    let printed = sandbox
        .plan(&["setup", "--ci", "github", "--print", "check", "--json"])
        .json();
    assert_eq!(printed["data"]["text"], file("github-check.yml").as_str());
}
