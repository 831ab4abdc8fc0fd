//! The commits of a change: which tasks they are linked to, which name none, which name what is not
//! there.

use std::collections::{BTreeMap, BTreeSet};

use crate::remote::Site;
use crate::world::{ids, import, on_side, review, review_with, task};

/// The messages of a range, by commit, as Git tells them.
fn messages(site: &Site, range: &str) -> BTreeMap<String, String> {
    let log = site.git(&["log", "--format=%H%n%B%x00", range]);
    let commits = log
        .split('\0')
        .map(str::trim_start)
        .filter(|text| !text.is_empty());
    commits
        .map(|text| {
            let (id, message) = text.split_once('\n').unwrap_or((text, ""));
            (id.to_owned(), message.to_owned())
        })
        .collect()
}

fn naming(messages: &BTreeMap<String, String>, lines: &[&str]) -> BTreeSet<String> {
    let names = |message: &str| message.lines().any(|line| lines.contains(&line.trim()));
    let found = messages.iter().filter(|(_, message)| names(message));
    found.map(|(id, _)| id.clone()).collect()
}

/// A branch of 200 commits over two plans: linked, without a task, cherry-picked, squashed with
/// several lines, a merge of main, and links that lead nowhere.
fn long_branch() -> Site {
    let site = Site::new();
    site.plans(&[
        &["init", "Other", "--offline"],
        &["-p", "other", "add-phase", "Far"],
        &["-p", "other", "add-task", "Reach", "--phase", "far"],
        &["-p", "other", "update-plan", "--key", "OTH-7"],
    ]);
    site.share_plans();
    let message = |at: usize| match at % 10 {
        0 => format!("Step {at}\n"),
        1..=5 => format!("Step {at}\n\nWhy.\n\nPlan-Task: demo/1\n"),
        _ => format!("Step {at}\n\nWhy.\n\n  plan-task : demo/2\n"),
    };
    let main = "refs/heads/main^0";
    import(
        &site,
        "side",
        main,
        &(0..185).map(message).collect::<Vec<_>>(),
    );
    let picked = |at: usize| format!("Picked {at}\n\nPlan-Task: other/1\n");
    import(&site, "else", main, &(0..8).map(picked).collect::<Vec<_>>());
    let squashed = |at: usize| format!("Squashed {at}\n\nPlan-Task: demo/{}\n", at + 1);
    import(
        &site,
        "many",
        main,
        &(0..2).map(squashed).collect::<Vec<_>>(),
    );
    site.git(&["reset", "-q", "--hard"]);
    site.git(&["switch", "-q", "side"]);
    site.git(&["cherry-pick", "-x", "main..else"]);
    site.git(&["merge", "-q", "--squash", "many"]);
    // As forges put it: all the messages in one, and a trailer of another kind at the end.
    let bodies = site.git(&["log", "--reverse", "--format=* %s%n%n%b", "main..many"]);
    let message = format!(
        "Many (#12)\n\n{bodies}\nPlan-Task: OTH-7/1\nPlan-Task: other/1\n\nCo-authored-by: Ben <ben@example.org>\n"
    );
    site.git(&["commit", "-q", "--no-verify", "-m", &message]);
    for wrong in ["demo/99", "nowhere/1", "what"] {
        site.commit(&format!(
            "Wrong {}\n\nPlan-Task: {wrong}\n",
            wrong.replace('/', " ")
        ));
    }
    site.commit("Half wrong\n\nPlan-Task: demo/1\nPlan-Task: demo/98\n");
    site.git(&["switch", "-q", "main"]);
    site.commit("On main\n\nPlan-Task: demo/1\n");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.git(&["switch", "-q", "side"]);
    site.git(&["merge", "-q", "--no-verify", "--no-edit", "main"]);
    site.commit("Last\n");
    site
}

#[test]
fn a_branch_of_two_hundred_commits_is_told_apart() {
    let site = long_branch();
    let told = review(&site);
    let range = "origin/main..side";
    let listed = messages(&site, range);
    assert_eq!(listed.len(), 200);
    assert_eq!(told["commits"], 200);
    let of = |plan: &str, name: &str| ids(&task(&told, plan, name)["commits"]);
    let one = naming(&listed, &["Plan-Task: demo/1"]);
    let two = naming(&listed, &["plan-task : demo/2", "Plan-Task: demo/2"]);
    let other = naming(&listed, &["Plan-Task: other/1"]);
    assert_eq!(of("demo", "1"), one);
    assert_eq!(of("demo", "2"), two);
    assert_eq!(of("other", "1"), other);
    assert_eq!(told["tasks"].as_array().unwrap().len(), 3);
    // A commit that names a task in two ways is one commit.
    let commits = task(&told, "other", "1")["commits"].as_array().unwrap();
    assert_eq!(commits.len(), other.len());
    assert_eq!(other.len(), 9);
    let wrong = ids(&told["wrong_links"]);
    assert_eq!(told["wrong_links"].as_array().unwrap().len(), 4);
    let merges: BTreeSet<String> = site
        .git(&["rev-list", "--merges", range])
        .lines()
        .map(str::to_owned)
        .collect();
    assert_eq!(merges.len(), 1);
    // What is left names no task; the merge brings nothing of its own.
    let all: BTreeSet<String> = listed.keys().cloned().collect();
    let known: BTreeSet<String> = [one, two, other, wrong, merges]
        .into_iter()
        .flatten()
        .collect();
    let left: BTreeSet<String> = all.difference(&known).cloned().collect();
    assert_eq!(ids(&told["unlinked"]), left);
    assert_eq!(left.len(), 20);
}

#[test]
fn each_wrong_link_says_what_is_wrong() {
    let site = long_branch();
    let told = review(&site);
    let said = |subject: &str| {
        let mut wrong = told["wrong_links"].as_array().unwrap().iter();
        let found = wrong.find(|wrong| wrong["subject"] == subject).unwrap();
        found["why"].as_str().unwrap().to_owned()
    };
    assert!(
        said("Wrong demo 99").contains("99"),
        "{}",
        said("Wrong demo 99")
    );
    assert_eq!(said("Wrong nowhere 1"), "there is no plan 'nowhere'");
    assert!(said("Wrong what").contains("does not name a task"));
    assert!(said("Half wrong").contains("98"));
    // They are refused, and so the change would not land.
    assert_eq!(told["lands"], false);
}

/// The tasks as they stand in the plans that are judged by, in the order of plan, phase and number.
#[test]
fn a_task_is_shown_as_it_stands_in_the_plans_judged_by() {
    let site = on_side();
    for task in ["3", "2", "1"] {
        site.work_on(task);
    }
    site.plans(&[
        &["done", "1"],
        &["update-task", "2", "--title", "Build higher"],
    ]);
    let told = review(&site);
    let names: Vec<_> = told["tasks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["name"].clone())
        .collect();
    assert_eq!(names, ["1", "2", "3"]);
    assert_eq!(task(&told, "demo", "1")["status"], "completed");
    assert_eq!(task(&told, "demo", "2")["title"], "Build higher");
    assert_eq!(task(&told, "demo", "2")["phase"], "walls");
    let before = review_with(&site, &["--plans", "origin/git-plan"]);
    assert_eq!(task(&before, "demo", "1")["status"], "pending");
    assert_eq!(task(&before, "demo", "2")["title"], "Build");
    assert_eq!(
        before["plans"].as_str(),
        Some(&*site.git(&["rev-parse", "origin/git-plan"]))
    );
}

/// A merge that somebody has added something to is no neutral merge.
#[test]
fn a_merge_with_work_in_it_names_a_task_or_is_told() {
    let site = on_side();
    site.work_on("1");
    site.git(&["switch", "-q", "main"]);
    site.commit("On main\n\nPlan-Task: demo/1\n");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    site.git(&["switch", "-q", "side"]);
    site.git(&["merge", "-q", "--no-commit", "--no-ff", "main"]);
    site.sandbox.write("smuggled.txt", "work");
    site.git(&["add", "-A"]);
    site.git(&["commit", "-q", "--no-verify", "-m", "Merge main"]);
    let merge = site.git(&["rev-parse", "side"]);
    let told = review(&site);
    assert_eq!(ids(&told["unlinked"]), BTreeSet::from([merge]));
}

#[test]
fn a_change_that_brings_nothing_is_told_as_such() {
    let site = Site::new();
    site.git(&["branch", "side"]);
    let told = review(&site);
    assert_eq!(told["commits"], 0);
    assert_eq!(told["lands"], true);
    for key in ["tasks", "unlinked", "wrong_links", "scripts", "findings"] {
        assert_eq!(told[key].as_array().unwrap().len(), 0, "{key}");
    }
}

#[test]
fn a_renamed_plan_and_a_removed_task_are_links_to_nothing() {
    let site = on_side();
    site.work_on("1");
    site.work_on("3");
    site.plan(&["remove-task", "3", "--yes"]);
    let told = review(&site);
    let wrong = ids(&told["wrong_links"]);
    assert_eq!(wrong, BTreeSet::from([site.git(&["rev-parse", "side"])]));
    // The whole plan gets another name, by hand.
    let mut files: Vec<(String, Option<String>)> = Vec::new();
    for path in site
        .git(&["ls-tree", "-r", "--name-only", "git-plan"])
        .lines()
    {
        if let Some(rest) = path.strip_prefix(".plans/demo/") {
            let text = site.sandbox.stored(path);
            files.push((format!(".plans/novel/{rest}"), Some(text)));
            files.push((path.to_owned(), None));
        }
    }
    let files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), text.as_deref()))
        .collect();
    site.sandbox.store_by_hand(&files);
    let told = review(&site);
    assert_eq!(told["tasks"].as_array().unwrap().len(), 0);
    let whys: Vec<_> = told["wrong_links"]
        .as_array()
        .unwrap()
        .iter()
        .map(|wrong| wrong["why"].clone())
        .collect();
    assert_eq!(whys, ["there is no plan 'demo'", "there is no plan 'demo'"]);
}
