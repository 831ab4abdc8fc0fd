//! Many processes at once: nothing is lost, nothing comes twice, and who loses is told so.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Barrier;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::sandbox::{Run, Sandbox};

/// Does a job in as many threads, all begun at the same moment.
fn together<T: Send>(count: usize, job: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let start = Barrier::new(count);
    thread::scope(|scope| {
        let begin = |place| {
            let (start, job) = (&start, &job);
            scope.spawn(move || {
                start.wait();
                job(place)
            })
        };
        let threads: Vec<_> = (0..count).map(begin).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    })
}

fn tasks(sandbox: &Sandbox) -> Vec<Value> {
    let json = sandbox.plan(&["tasks", "--json"]).json();
    json["data"].as_array().unwrap().clone()
}

fn numbers(sandbox: &Sandbox) -> Vec<u64> {
    tasks(sandbox)
        .iter()
        .map(|task| task["number"].as_u64().unwrap())
        .collect()
}

fn titles(sandbox: &Sandbox) -> BTreeSet<String> {
    tasks(sandbox)
        .iter()
        .map(|task| task["title"].as_str().unwrap().to_owned())
        .collect()
}

fn task(sandbox: &Sandbox, name: &str) -> Value {
    sandbox.plan(&["show", name, "--json"]).json()["data"].clone()
}

#[track_caller]
fn is_sound(sandbox: &Sandbox) {
    sandbox.git(&["fsck", "--strict"]);
    sandbox.plan(&["doctor"]).ok();
}

/// Lets a command read the state before `theirs` and store after it: with the ref's lock held,
/// the ref moves on to what `theirs` made of it.
fn overtaken(sandbox: &Sandbox, theirs: impl FnOnce(), ours: impl FnOnce() -> Run + Send) -> Run {
    let tip = || sandbox.git(&["rev-parse", "git-plan"]);
    let old = tip();
    theirs();
    let new = tip();
    assert_ne!(old, new);
    sandbox.git(&["update-ref", "refs/heads/git-plan", &old]);
    let reference = sandbox.repo().join(".git/refs/heads/git-plan");
    let lock = reference.with_extension("lock");
    fs::write(&lock, "").unwrap();
    thread::scope(|scope| {
        let ours = scope.spawn(ours);
        // Time enough to read and to wait for the lock; with less, the command reads the new state,
        // and what follows holds all the same.
        thread::sleep(Duration::from_millis(700));
        // As Git does it: the lock becomes the ref.
        fs::write(&lock, format!("{new}\n")).unwrap();
        fs::rename(&lock, &reference).unwrap();
        ours.join().unwrap()
    })
}

/// A script that stands in for the person's editor.
fn editor(sandbox: &Sandbox, lines: &str) -> String {
    use std::os::unix::fs::PermissionsExt as _;
    let path = sandbox.root().join("editor");
    fs::write(&path, format!("#!/bin/sh\nset -e\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    path.to_str().unwrap().to_owned()
}

fn edit(sandbox: &Sandbox, entity: &[&str], lines: &str) -> Run {
    let editor = editor(sandbox, lines);
    let words: Vec<&str> = ["edit"].iter().chain(entity).copied().collect();
    sandbox.plan_with(&[("EDITOR", &editor)], &words)
}

fn save(sandbox: &Sandbox, text: &str) -> String {
    let path = sandbox.root().join("plan.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn text_of_plan(sandbox: &Sandbox) -> String {
    sandbox.plan(&["show", "--toml"]).ok()
}

#[test]
fn sixteen_writers_store_four_hundred_tasks() {
    let sandbox = Sandbox::with_plan();
    let runs = together(16, |writer| {
        let add = |n| sandbox.plan(&["add-task", &format!("task {n} of {writer}")]);
        (0..25).map(add).collect::<Vec<_>>()
    });
    for run in runs.into_iter().flatten() {
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    }
    assert_eq!(numbers(&sandbox), (1..=400).collect::<Vec<_>>());
    assert_eq!(titles(&sandbox).len(), 400);
    let commits = sandbox.git(&["rev-list", "--count", "git-plan"]);
    assert_eq!(commits, "401");
    is_sound(&sandbox);
}

#[test]
fn a_task_is_started_by_one_of_many() {
    let sandbox = Sandbox::with_plan();
    for number in 1..=4 {
        sandbox.plan(&["add-task", "wanted"]).ok();
        let runs = together(4, |agent| {
            let name = format!("agent-{agent}");
            sandbox.plan(&["start", &number.to_string(), "--as", &name])
        });
        let winners: Vec<usize> = (0..4).filter(|place| runs[*place].code == 0).collect();
        let [winner] = winners.as_slice() else {
            panic!("{runs:?}");
        };
        let holder = format!("ada@example.org/agent-{winner}");
        assert_eq!(task(&sandbox, &number.to_string())["holder"], holder);
        for run in runs.iter().filter(|run| run.code != 0) {
            assert!(matches!(run.code, 1 | 5), "{run:?}");
            assert!(run.err.starts_with("error: "), "{run:?}");
        }
    }
    is_sound(&sandbox);
}

#[test]
fn a_start_that_was_overtaken_is_a_conflict() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "wanted"]).ok();
    let run = overtaken(
        &sandbox,
        || {
            sandbox.plan(&["start", "1", "--as", "a"]).ok();
        },
        || sandbox.plan(&["start", "1", "--as", "b"]),
    );
    assert!(matches!(run.code, 1 | 5), "{run:?}");
    assert_eq!(task(&sandbox, "1")["holder"], "ada@example.org/a");
}

#[test]
fn one_holder_never_has_more_tasks_than_the_limit() {
    let sandbox = Sandbox::new();
    sandbox
        .plan(&["init", "Demo plan", "--wip-limit", "2"])
        .ok();
    for number in 1..=6 {
        sandbox.plan(&["add-task", &format!("task {number}")]).ok();
    }
    let runs = together(6, |place| {
        sandbox.plan(&["start", &(place + 1).to_string(), "--as", "busy"])
    });
    let started = runs.iter().filter(|run| run.code == 0).count();
    assert_eq!(started, 2, "{runs:?}");
    for run in runs.into_iter().filter(|run| run.code != 0) {
        let complaint = run.fails(1);
        assert!(
            complaint.contains("2 of 2 tasks in progress"),
            "{complaint}"
        );
    }
    let held = tasks(&sandbox)
        .iter()
        .filter(|task| task["status"] == "in_progress")
        .count();
    assert_eq!(held, 2);
}

#[test]
fn packing_and_collecting_go_on_beside_writers() {
    let sandbox = Sandbox::with_plan();
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        for words in [&["pack-refs", "--all", "--prune"][..], &["gc", "--quiet"]] {
            let (sandbox, is_done) = (&sandbox, &is_done);
            scope.spawn(move || {
                while !is_done.load(Ordering::Relaxed) {
                    // One of two that run at once may find the other's lock.
                    let _ = sandbox.command("git", &sandbox.repo()).args(words).output();
                }
            });
        }
        let runs = together(4, |writer| {
            let add = |n| sandbox.plan(&["add-task", &format!("task {n} of {writer}")]);
            (0..10).map(add).collect::<Vec<_>>()
        });
        is_done.store(true, Ordering::Relaxed);
        for run in runs.into_iter().flatten() {
            run.ok();
        }
    });
    assert_eq!(numbers(&sandbox), (1..=40).collect::<Vec<_>>());
    is_sound(&sandbox);
}

#[test]
fn first_plans_made_at_once_are_all_there() {
    for repository in [Sandbox::new(), Sandbox::with(&[])] {
        let runs = together(6, |place| {
            repository.plan(&["init", &format!("Plan {place}")])
        });
        for run in runs {
            run.ok();
        }
        let list = repository.plan(&["list", "--json"]).json();
        let ids: Vec<&Value> = list["data"].as_array().unwrap().iter().collect();
        assert_eq!(ids.len(), 6, "{list}");
        let roots = repository.git(&["rev-list", "--max-parents=0", "git-plan"]);
        assert_eq!(roots.lines().count(), 1, "one history");
        is_sound(&repository);
    }
}

#[test]
fn one_plan_made_at_once_is_made_once() {
    let sandbox = Sandbox::new();
    let runs = together(6, |_| sandbox.plan(&["init", "Same"]));
    assert_eq!(runs.iter().filter(|run| run.code == 0).count(), 1);
    for run in runs.into_iter().filter(|run| run.code != 0) {
        let complaint = run.fails(3);
        assert!(
            complaint.contains("there is a plan 'same' already"),
            "{complaint}"
        );
    }
    assert_eq!(sandbox.git(&["rev-list", "--count", "git-plan"]), "1");
}

#[test]
fn worktrees_write_the_same_plan() {
    let sandbox = Sandbox::with_plan();
    let folders: Vec<_> = ["one", "two", "three"]
        .iter()
        .map(|name| sandbox.root().join(name))
        .collect();
    for folder in &folders {
        let name = folder.file_name().unwrap().to_str().unwrap();
        sandbox.git(&[
            "worktree",
            "add",
            "-q",
            "-b",
            name,
            folder.to_str().unwrap(),
        ]);
    }
    let runs = together(3, |place| {
        let add = |n| sandbox.plan_in(&folders[place], &["add-task", &format!("{place} {n}")]);
        (0..8).map(add).collect::<Vec<_>>()
    });
    for run in runs.into_iter().flatten() {
        run.ok();
    }
    assert_eq!(numbers(&sandbox), (1..=24).collect::<Vec<_>>());
    let starts = together(3, |place| sandbox.plan_in(&folders[place], &["start", "1"]));
    assert_eq!(starts.iter().filter(|run| run.code == 0).count(), 1);
    is_sound(&sandbox);
}

#[test]
fn a_removed_task_is_not_updated_and_an_updated_one_not_removed() {
    for number in 1..=6_u32 {
        let sandbox = Sandbox::with_plan();
        sandbox.plan(&["add-task", "fought over"]).ok();
        let runs = together(2, |place| match (place, number % 2) {
            (0, 0) | (1, 1) => sandbox.plan(&["remove-task", "1"]),
            _ => sandbox.plan(&["update-task", "1", "--title", "kept"]),
        });
        let remove = usize::from(number % 2 == 1);
        let (removed, updated) = (&runs[remove], &runs[1 - remove]);
        match tasks(&sandbox).as_slice() {
            [task] => {
                assert_eq!(task["title"], "kept");
                assert_eq!((removed.code, updated.code), (5, 0), "{runs:?}");
            }
            [] => {
                // The update may have been stored before the removal read it.
                assert_eq!(removed.code, 0, "{runs:?}");
                assert!(matches!(updated.code, 0 | 3 | 5), "{runs:?}");
            }
            more => panic!("{more:?}"),
        }
    }
}

#[test]
fn an_update_of_a_task_that_somebody_removed_is_a_conflict() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "gone"]).ok();
    let run = overtaken(
        &sandbox,
        || {
            sandbox.plan(&["remove-task", "1"]).ok();
        },
        || sandbox.plan(&["update-task", "1", "--title", "New"]),
    );
    assert!(matches!(run.code, 3 | 5), "{run:?}");
    assert!(tasks(&sandbox).is_empty());
}

#[test]
fn a_batch_that_was_overtaken_takes_the_next_numbers() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "first"]).ok();
    let lines = "{\"op\":\"add-task\",\"title\":\"a\",\"key\":\"A\"}\n\
                 {\"op\":\"add-task\",\"title\":\"b\",\"depends-on\":\"A\"}\n\
                 {\"op\":\"note\",\"task\":1,\"text\":\"from the batch\"}\n";
    let run = overtaken(
        &sandbox,
        || {
            sandbox.plan(&["add-task", "theirs"]).ok();
            sandbox.plan(&["note", "1", "theirs"]).ok();
        },
        || sandbox.plan_fed(lines, &["batch", "--json"]),
    );
    assert_eq!(run.code, 0, "{run:?}");
    let added: Vec<(u64, String)> = run.json()["data"]["added"]
        .as_array()
        .unwrap()
        .iter()
        .map(|task| {
            let title = task["title"].as_str().unwrap().to_owned();
            (task["number"].as_u64().unwrap(), title)
        })
        .collect();
    assert_eq!(added, [(3, "a".to_owned()), (4, "b".to_owned())]);
    assert_eq!(numbers(&sandbox), [1, 2, 3, 4]);
    assert_eq!(
        task(&sandbox, "4")["depends_on"][0],
        task(&sandbox, "3")["id"]
    );
    assert_eq!(task(&sandbox, "1")["notes"].as_array().unwrap().len(), 2);
    is_sound(&sandbox);
}

#[test]
fn a_new_task_that_was_overtaken_reports_the_number_it_got() {
    let sandbox = Sandbox::with_plan();
    let run = overtaken(
        &sandbox,
        || {
            sandbox.plan(&["add-task", "theirs"]).ok();
        },
        || sandbox.plan(&["add-task", "ours"]),
    );
    assert_eq!(run.ok(), "added task 2 \"ours\"\n");
    let subject = sandbox.git(&["log", "-1", "--format=%s", "git-plan"]);
    assert_eq!(subject, "demo-plan: add task 2 \"ours\"");
}

#[test]
fn a_dependency_circle_does_not_come_about_by_a_race() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    sandbox.plan(&["add-task", "b"]).ok();
    let run = overtaken(
        &sandbox,
        || {
            sandbox
                .plan(&["update-task", "1", "--depends-on", "2"])
                .ok();
        },
        || sandbox.plan(&["update-task", "2", "--depends-on", "1"]),
    );
    let complaint = run.fails(3);
    assert!(complaint.contains("2 → 1 → 2"), "{complaint}");
    is_sound(&sandbox);
}

#[test]
fn a_task_is_not_completed_when_a_dependency_came_meanwhile() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    sandbox.plan(&["add-task", "b"]).ok();
    let run = overtaken(
        &sandbox,
        || {
            sandbox
                .plan(&["update-task", "1", "--depends-on", "2"])
                .ok();
        },
        || sandbox.plan(&["done", "1"]),
    );
    assert!(matches!(run.code, 1 | 5), "{run:?}");
    assert_eq!(task(&sandbox, "1")["status"], "pending");
}

#[test]
fn an_edit_keeps_what_others_changed_meanwhile() {
    let sandbox = Sandbox::with_plan();
    sandbox
        .plan(&["add-task", "Old", "--label", "x", "--item", "one"])
        .ok();
    let lines = "git plan update-task 1 --priority high --label theirs >/dev/null\n\
                 git plan note 1 'from them' >/dev/null\n\
                 git plan add-item 1 two >/dev/null\n\
                 git plan add-task 'Their task' >/dev/null\n\
                 sed -i 's/^title = .*/title = \"Mine\"/; s/\\[\"x\"\\]/[\"x\", \"mine\"]/' \"$1\"";
    edit(&sandbox, &["1"], lines).ok();
    let task = task(&sandbox, "1");
    assert_eq!(task["title"], "Mine");
    assert_eq!(task["priority"], "high");
    assert_eq!(task["labels"], serde_json::json!(["x", "theirs", "mine"]));
    assert_eq!(task["notes"][0]["text"], "from them");
    assert_eq!(task["items"][1]["text"], "two");
    assert_eq!(numbers(&sandbox), [1, 2]);
    is_sound(&sandbox);
}

#[test]
fn an_edit_of_a_key_that_others_changed_is_a_conflict() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "Old"]).ok();
    let lines = "git plan update-task 1 --title Theirs >/dev/null\n\
                 sed -i 's/^title = .*/title = \"Mine\"/' \"$1\"\n\
                 echo 'priority = \"high\"' >>\"$1\"";
    let complaint = edit(&sandbox, &["1"], lines).fails(5);
    assert!(complaint.contains("title is \"Theirs\""), "{complaint}");
    let task = task(&sandbox, "1");
    assert_eq!(task["title"], "Theirs");
    assert_eq!(task["priority"], Value::Null, "all or nothing");
    let kept = complaint
        .split("your text is kept in ")
        .nth(1)
        .unwrap_or_else(|| panic!("{complaint}"));
    let text = fs::read_to_string(kept.trim()).unwrap();
    assert!(text.contains("title = \"Mine\""), "{text}");
    fs::remove_file(kept.trim()).unwrap();
}

#[test]
fn an_edit_and_others_may_make_the_same_change() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "Old"]).ok();
    let lines = "git plan update-task 1 --title New >/dev/null\n\
                 sed -i 's/^title = .*/title = \"New\"/' \"$1\"";
    edit(&sandbox, &["1"], lines).ok();
    assert_eq!(task(&sandbox, "1")["title"], "New");
}

#[test]
fn an_edit_of_the_plan_keeps_what_others_changed_meanwhile() {
    let sandbox = Sandbox::with_plan();
    for title in ["a", "b", "c"] {
        sandbox.plan(&["add-task", title]).ok();
    }
    let lines = "git plan add-task new >/dev/null\n\
                 git plan remove-task 2 >/dev/null\n\
                 git plan update-task 3 --priority low >/dev/null\n\
                 git plan update-plan --goal theirs >/dev/null\n\
                 git plan add-phase Theirs >/dev/null\n\
                 sed -i 's/^title = \"c\"/title = \"C\"/; s/^title = \"Demo plan\"/title = \"Mine\"/' \"$1\"";
    edit(&sandbox, &[], lines).ok();
    let plan = sandbox.plan(&["show", "--json"]).json()["data"].clone();
    assert_eq!(plan["title"], "Mine");
    assert_eq!(plan["goal"], "theirs");
    assert_eq!(plan["phases"][0]["id"], "theirs");
    assert_eq!(numbers(&sandbox), [1, 3, 4]);
    let third = task(&sandbox, "3");
    assert_eq!(
        (&third["title"], &third["priority"]),
        (&"C".into(), &"low".into())
    );
    is_sound(&sandbox);
}

#[test]
fn an_apply_keeps_what_others_changed_since_its_text_was_made() {
    let sandbox = Sandbox::with_plan();
    for title in ["a", "b", "c"] {
        sandbox.plan(&["add-task", title]).ok();
    }
    let text = text_of_plan(&sandbox);
    sandbox.plan(&["add-task", "theirs"]).ok();
    sandbox.plan(&["update-task", "1", "--title", "A"]).ok();
    sandbox.plan(&["note", "2", "from them"]).ok();
    let file = save(&sandbox, &text.replace("\"b\"", "\"B\""));
    sandbox.plan(&["apply", &file]).ok();
    let expected = ["A", "B", "c", "theirs"].map(str::to_owned);
    assert_eq!(titles(&sandbox), BTreeSet::from(expected));
    assert_eq!(task(&sandbox, "2")["notes"][0]["text"], "from them");
    is_sound(&sandbox);
}

#[test]
fn an_apply_to_a_key_that_others_changed_stores_nothing() {
    let sandbox = Sandbox::with_plan();
    for title in ["a", "b"] {
        sandbox.plan(&["add-task", title]).ok();
    }
    let text = text_of_plan(&sandbox);
    sandbox
        .plan(&["update-task", "1", "--title", "theirs"])
        .ok();
    let before = sandbox.git(&["rev-parse", "git-plan"]);
    let ours = text.replace("\"a\"", "\"ours\"").replace("\"b\"", "\"B\"");
    let file = save(&sandbox, &ours);
    let complaint = sandbox.plan(&["apply", &file]).fails(5);
    assert!(
        complaint.contains("task 1: title is \"theirs\""),
        "{complaint}"
    );
    assert_eq!(sandbox.git(&["rev-parse", "git-plan"]), before);
}

#[test]
fn an_apply_does_not_remove_what_others_changed() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    let text = text_of_plan(&sandbox);
    let without = text.split("[[task]]").next().unwrap().to_owned();
    sandbox.plan(&["note", "1", "still needed"]).ok();
    let file = save(&sandbox, &without);
    sandbox.plan(&["apply", &file]).fails(5);
    assert_eq!(numbers(&sandbox), [1]);
}

#[test]
fn an_apply_does_not_bring_back_what_others_removed() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    sandbox.plan(&["add-task", "b"]).ok();
    let text = text_of_plan(&sandbox);
    sandbox.plan(&["remove-task", "1"]).ok();
    let file = save(&sandbox, &text.replace("\"b\"", "\"B\""));
    sandbox.plan(&["apply", &file]).ok();
    assert_eq!(titles(&sandbox), BTreeSet::from(["B".to_owned()]));
    let file = save(&sandbox, &text.replace("\"a\"", "\"A\""));
    sandbox.plan(&["apply", &file]).fails(5);
    assert_eq!(titles(&sandbox), BTreeSet::from(["B".to_owned()]));
}

#[test]
fn an_apply_that_is_overtaken_while_it_stores_keeps_both() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    let text = text_of_plan(&sandbox);
    let file = save(
        &sandbox,
        &(text.replace("\"a\"", "\"A\"") + "\n[[task]]\ntitle = \"ours\"\n"),
    );
    let run = overtaken(
        &sandbox,
        || {
            sandbox.plan(&["add-task", "theirs"]).ok();
            sandbox
                .plan(&["update-task", "1", "--priority", "low"])
                .ok();
        },
        || sandbox.plan(&["apply", &file]),
    );
    run.ok();
    assert_eq!(numbers(&sandbox), [1, 2, 3]);
    let expected = ["A", "ours", "theirs"].map(str::to_owned);
    assert_eq!(titles(&sandbox), BTreeSet::from(expected));
    assert_eq!(task(&sandbox, "1")["priority"], "low");
    is_sound(&sandbox);
}
/// What a later version of the program, or a person, put into a file meanwhile is theirs too.
#[test]
fn an_apply_keeps_keys_and_comments_that_others_added() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    let path = sandbox.task_path("demo-plan", "1");
    let text = text_of_plan(&sandbox);
    sandbox.change_by_hand(&path, |text| format!("# theirs\n{text}colour = \"red\"\n"));
    let file = save(&sandbox, &text.replace("\"a\"", "\"A\""));
    sandbox.plan(&["apply", &file]).ok();
    let stored = sandbox.stored(&path);
    assert!(stored.contains("title = \"A\""), "{stored}");
    assert!(stored.contains("colour = \"red\""), "{stored}");
    assert!(stored.contains("# theirs"), "{stored}");
}

#[test]
fn an_edit_keeps_keys_and_comments_that_others_added() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    let path = sandbox.task_path("demo-plan", "1");
    let old = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.change_by_hand(&path, |text| format!("# theirs\n{text}colour = \"red\"\n"));
    let new = sandbox.git(&["rev-parse", "git-plan"]);
    sandbox.git(&["update-ref", "refs/heads/git-plan", &old]);
    let lines = format!(
        "git update-ref refs/heads/git-plan {new}\n\
         sed -i 's/^title = .*/title = \"Mine\"/' \"$1\""
    );
    edit(&sandbox, &["1"], &lines).ok();
    let stored = sandbox.stored(&path);
    assert!(stored.contains("title = \"Mine\""), "{stored}");
    assert!(stored.contains("colour = \"red\""), "{stored}");
    assert!(stored.contains("# theirs"), "{stored}");
}
