//! Ways in which something could slip past a diff, the log or a date: each was tried by somebody who
//! wanted to hide it.

use crate::sandbox::Sandbox;
use crate::world::{HEADER, STRICT, by_hand, changes, class, diff, json, strict, tip};

fn with_gates(gates: &str) -> String {
    STRICT.replacen(
        "[[phase]]\nid = \"b\"",
        &format!("{gates}[[phase]]\nid = \"b\""),
        1,
    )
}

#[test]
fn a_table_that_is_indented_is_seen() {
    let sandbox = strict();
    let base = tip(&sandbox);
    let text = STRICT.replacen("Demo plan", "Demo", 1);
    let text = format!("{text}\n [rules]\ntitle = \"smuggled\"\nobjective = \"x\"\n");
    sandbox.store_by_hand(&[(HEADER, Some(&text))]);
    let keys: Vec<_> = changes(&sandbox, &base)
        .iter()
        .map(|change| change["key"].clone())
        .collect();
    assert_eq!(keys, ["rules", "title"]);
}

#[test]
fn what_comes_new_has_nothing_up_its_sleeve() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    let path = sandbox.task_path("demo-plan", "1");
    let text = sandbox.stored(&path);
    sandbox.store_by_hand(&[(&path, None)]);
    let base = tip(&sandbox);
    let text = format!("{text}skip_gates = true # hidden\n");
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    let found = diff(&sandbox, &base);
    let weakened = class(&found, "Weakened");
    assert_eq!(
        weakened[0],
        "  ! task 1 \"One\": a key that is not known here"
    );
    assert!(
        weakened.contains(&"      skip_gates: (none) → true"),
        "{found}"
    );
    assert!(found.contains("# hidden"), "{found}");
    let base = tip(&sandbox);
    let record = "id = \"0123456789\"\nplan = \"demo-plan\"\nkind = \"approval\"\nwho = \"A <a@x>\"\n\
                  when = 2026-01-01T00:00:00Z\nextra = \"hidden\"\n";
    let path = ".plans/demo-plan/evidence/01/0123456789.toml";
    sandbox.store_by_hand(&[(path, Some(record))]);
    assert!(diff(&sandbox, &base).contains("extra: (none) → hidden"));
}

#[test]
fn the_gates_of_a_new_plan_and_of_a_new_phase_are_told() {
    let sandbox = Sandbox::with_plan();
    let base = tip(&sandbox);
    let gate = "[[phase.gate]]\nid = \"evil\"\nkind = \"command\"\nrun = [\"curl\", \"evil\"]\n\n";
    sandbox.store_by_hand(&[(HEADER, Some(&with_gates(gate)))]);
    let text = diff(&sandbox, &base);
    let added = class(&text, "Added");
    assert!(added.contains(&"  + gate a/evil"), "{text}");
    assert!(added.contains(&"      run: curl, evil"), "{text}");
    let other = ".plans/other/plan.toml";
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(other, Some(&with_gates(gate)))]);
    let text = diff(&sandbox, &base);
    let names: Vec<&str> = class(&text, "Added")
        .into_iter()
        .filter(|line| line.starts_with("  +"))
        .collect();
    let all = [
        "  + plan other",
        "  + phase a",
        "  + gate a/tests",
        "  + gate a/read",
        "  + gate a/evil",
        "  + phase b",
        "  + phase c",
    ];
    assert_eq!(names, all);
}

#[test]
fn a_phase_that_goes_from_under_its_tasks_is_a_weakening() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One", "--phase", "b"]).ok();
    let base = tip(&sandbox);
    by_hand(
        &sandbox,
        HEADER,
        "[[phase]]\nid = \"b\"\ntitle = \"Second\"\n",
        "",
    );
    let text = diff(&sandbox, &base);
    let said = "  ! phase b: it is gone, and task 1 \"One\" still in it";
    assert!(class(&text, "Weakened").contains(&said), "{text}");
    let sandbox = strict();
    sandbox.plan(&["add-task", "One", "--phase", "b"]).ok();
    let base = tip(&sandbox);
    let path = sandbox.task_path("demo-plan", "1");
    by_hand(&sandbox, &path, "phase = \"b\"", "phase = \"nope\"");
    let said = "  ! task 1 \"One\": phase nope is not there";
    assert_eq!(class(&diff(&sandbox, &base), "Weakened")[0], said);
}

/// A commit of a tree with some parents, on the plan ref.
fn commit(sandbox: &Sandbox, tree: &str, parents: &[&str], date: &str, message: &str) {
    let mut words = vec!["git", "commit-tree", tree, "-m", message];
    words.extend(parents.iter().flat_map(|parent| ["-p", parent]));
    let words: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let line = format!("GIT_COMMITTER_DATE='{date}' {}", words.join(" "));
    let run = sandbox.sh(&line);
    let commit = run.out.trim().to_owned();
    sandbox.git(&["update-ref", "refs/heads/git-plan", &commit]);
}

#[test]
fn a_merge_that_has_something_of_its_own_is_told() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    let honest = tip(&sandbox);
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    let before = sandbox.git(&["rev-parse", &format!("{honest}^")]);
    let now = "2026-02-01T00:00:00Z";
    commit(
        &sandbox,
        &tree,
        &[&honest, &before],
        now,
        "demo-plan: note on task 1",
    );
    let log = sandbox.plan(&["log", "-n", "1"]).ok();
    assert!(
        log.contains("demo-plan: weakened gate a/read: its count lowered"),
        "{log}"
    );
    assert_eq!(sandbox.plan(&["log", "a/read", "-n", "1"]).ok(), log);
    // One that has nothing of its own is told as what it says of itself.
    let tree = sandbox.git(&["rev-parse", &format!("{honest}^{{tree}}")]);
    commit(&sandbox, &tree, &[&honest, &before], now, "Merge both");
    assert!(
        sandbox
            .plan(&["log", "-n", "1"])
            .ok()
            .contains("  Merge both")
    );
}

#[test]
fn a_state_is_not_older_than_what_it_stands_on() {
    let sandbox = strict();
    let later = [("GIT_PLAN_NOW", "2026-02-10T12:00:00Z")];
    sandbox.plan_with(&later, &["add-task", "One"]).ok();
    let honest = tip(&sandbox);
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    commit(
        &sandbox,
        &tree,
        &[&honest],
        "2020-01-01T00:00:00Z",
        "demo-plan: long ago",
    );
    let text = sandbox.plan_with(&later, &["diff", "2026-02-05"]).ok();
    assert_eq!(
        class(&text, "Weakened")[0],
        "  ! gate a/read: its count lowered"
    );
    assert_eq!(class(&text, "Added")[0], "  + task 1 \"One\"");
}

#[test]
fn the_log_names_the_plan_that_changed() {
    let sandbox = strict();
    let base = tip(&sandbox);
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    commit(
        &sandbox,
        &tree,
        &[&base],
        "2026-02-01T00:00:00Z",
        "harmless: x",
    );
    let log = sandbox.plan(&["log", "-n", "1"]).ok();
    assert!(log.contains("  demo-plan: weakened"), "{log}");
    assert!(!log.contains("harmless"), "{log}");
}

#[test]
fn what_looks_alike_is_told_apart() {
    let sandbox = strict();
    let base = tip(&sandbox);
    by_hand(
        &sandbox,
        HEADER,
        "[\"cargo\", \"test\"]",
        "[\"cargo\", \"a b\", \"c d\"]",
    );
    by_hand(&sandbox, HEADER, "\"a b\", \"c d\"", "'a b\", \"c d'");
    let text = diff(&sandbox, &base);
    assert!(text.contains(r#"→ cargo, "a b\", \"c d""#), "{text}");
    let base = tip(&sandbox);
    by_hand(&sandbox, HEADER, "cargo", "car\u{ad}go");
    let text = diff(&sandbox, &base);
    assert!(text.contains("car\\xadgo"), "{text}");
}

#[test]
fn another_mode_and_other_bytes_are_told() {
    let sandbox = strict();
    let path = ".github/workflows/x.yml";
    sandbox.store_by_hand(&[(path, Some("a"))]);
    let base = tip(&sandbox);
    sandbox.store_entries_by_hand(&[(path, Some(("100755", b"a")))]);
    assert!(diff(&sandbox, &base).contains("+ (executable)"));
    let path = ".plans/demo-plan/docs/x.png";
    sandbox.store_entries_by_hand(&[(path, Some(("100644", b"\0a")))]);
    let base = tip(&sandbox);
    sandbox.store_entries_by_hand(&[(path, Some(("100644", b"\0b")))]);
    let found = &changes(&sandbox, &base)[0];
    assert_ne!(found["from"], found["to"]);
    let base = tip(&sandbox);
    sandbox.store_entries_by_hand(&[(HEADER, Some(("120000", b"../x")))]);
    let text = diff(&sandbox, &base);
    let said = "  ! plan demo-plan: it cannot be read: not a plain file";
    assert_eq!(class(&text, "Weakened")[0], said);
    assert!(text.contains("+ (not a plain file)"), "{text}");
}

#[test]
fn a_file_where_nobody_looks_for_it_is_no_task() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    let path = sandbox.task_path("demo-plan", "1");
    let text = sandbox.stored(&path);
    let base = tip(&sandbox);
    let name = path.rsplit('/').next().unwrap();
    let elsewhere = format!(".plans/demo-plan/tasks/zz/{name}");
    sandbox.store_by_hand(&[(&elsewhere, Some(&text))]);
    let found = diff(&sandbox, &base);
    let said = format!("  ! file {elsewhere}: a file that is not known here");
    assert_eq!(class(&found, "Weakened")[0], said);
}

#[test]
fn files_that_are_not_known_stand_behind_gates_of_other_plans() {
    let sandbox = strict();
    let base = tip(&sandbox);
    let unknown = ".plans/aaa/notes.txt";
    sandbox.store_by_hand(&[(unknown, Some("x\n"))]);
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let text = diff(&sandbox, &base);
    let weakened = class(&text, "Weakened");
    assert_eq!(weakened[0], "  ! demo-plan: gate a/read: its count lowered");
}

#[test]
fn any_file_that_comes_changes_or_goes_is_told() {
    let sandbox = strict();
    for words in [
        &["add-task", "One", "--phase", "a"][..],
        &["note", "1", "x"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox.write("new", "text\n");
    sandbox.checkpoint(&["one"]);
    sandbox
        .plan(&["register", "add", "question", "Which?"])
        .ok();
    sandbox
        .plan(&["gate", "approve", "a/read", "--note", "fine"])
        .ok();
    sandbox.store_by_hand(&[(".plans/demo-plan/docs/a.md", Some("a\n"))]);
    let files = sandbox.git(&["ls-tree", "-r", "--name-only", "git-plan"]);
    let base = tip(&sandbox);
    for path in files.lines() {
        let text = sandbox.stored(path);
        for changed in [
            None,
            Some(format!("{text}\n# x\n")),
            Some(format!("{text}x = 1\n")),
        ] {
            sandbox.store_by_hand(&[(path, changed.as_deref())]);
            if path == ".plans/format.toml" && changed.is_none() {
                sandbox.plan(&["diff", &format!("{base}..")]).fails(6);
            } else {
                let found = json(&sandbox, &base);
                assert_ne!(
                    found["changes"].as_array().unwrap().len(),
                    0,
                    "{path} {changed:?}"
                );
            }
            sandbox.git(&["update-ref", "refs/heads/git-plan", &base]);
        }
    }
}

#[test]
fn a_side_of_a_merge_is_not_the_state_of_then() {
    let sandbox = strict();
    let base = tip(&sandbox);
    by_hand(&sandbox, HEADER, "count = 2\n", "");
    let tree = sandbox.git(&["rev-parse", "git-plan^{tree}"]);
    commit(
        &sandbox,
        &tree,
        &[&base],
        "2026-02-03T00:00:00Z",
        "demo-plan: aside",
    );
    let aside = tip(&sandbox);
    let honest = sandbox.git(&["rev-parse", &format!("{base}^{{tree}}")]);
    commit(
        &sandbox,
        &honest,
        &[&base],
        "2026-02-02T00:00:00Z",
        "demo-plan: ahead",
    );
    let ahead = tip(&sandbox);
    commit(
        &sandbox,
        &tree,
        &[&aside, &ahead],
        "2026-02-10T00:00:00Z",
        "Merge",
    );
    let later = [("GIT_PLAN_NOW", "2026-02-10T12:00:00Z")];
    let text = sandbox.plan_with(&later, &["diff", "2026-02-05"]).ok();
    assert_eq!(
        class(&text, "Weakened")[0],
        "  ! gate a/read: its count lowered"
    );
}

#[test]
fn a_tree_that_is_deeper_than_any_stack_is_told() {
    let sandbox = strict();
    let base = tip(&sandbox);
    let path = format!(".plans/demo-plan/docs/{}x", "d/".repeat(12_000));
    sandbox.store_by_hand(&[(&path, Some("x"))]);
    let text = diff(&sandbox, &base);
    let first = class(&text, "Weakened")[0];
    assert!(first.ends_with("a folder that is not opened: too deep, or after too many others"));
    assert_eq!(sandbox.plan(&["log", "-n", "1"]).code, 0);
}

#[test]
fn folders_that_hold_each_other_over_and_over_come_to_an_end() {
    let sandbox = strict();
    let base = tip(&sandbox);
    let script = "blob=$(echo x | git hash-object -w --stdin)
        tree=$(printf '100644 blob %s\\tx\\n' $blob | git mktree)
        for level in 1 2 3 4 5 6 7 8 9; do
            tree=$(for name in a b c d e f g h i j; do
                printf '040000 tree %s\\t%s\\n' $tree $name; done | git mktree)
        done
        (git ls-tree git-plan; printf '040000 tree %s\\tmany\\n' $tree) | git mktree";
    let tree = sandbox.sh(script).ok();
    commit(
        &sandbox,
        tree.trim(),
        &[&base],
        "2026-02-01T00:00:00Z",
        "demo-plan: x",
    );
    let found = sandbox.plan(&["diff", &format!("{base}.."), "--format", "markdown"]);
    assert_eq!(found.code, 0, "{}", found.err);
    assert!(found.out.contains("**weakened**"));
}
