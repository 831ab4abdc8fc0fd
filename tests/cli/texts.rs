//! Plans and tasks as text: `edit`, `apply`, `show --toml`.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

fn data(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    sandbox.plan(&words).json()["data"].clone()
}

fn task(sandbox: &Sandbox, name: &str) -> Value {
    data(sandbox, &["show", name])
}

fn titles(sandbox: &Sandbox) -> Vec<String> {
    let tasks = data(sandbox, &["tasks"]);
    let title = |task: &Value| task["title"].as_str().unwrap().to_owned();
    tasks.as_array().unwrap().iter().map(title).collect()
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn text_of_plan(sandbox: &Sandbox) -> String {
    sandbox.plan(&["show", "--toml"]).ok()
}

fn apply(sandbox: &Sandbox, text: &str) -> Run {
    sandbox.plan_fed(text, &["apply", "-"])
}

/// A text that must be refused, and nothing of it stored; the complaint.
#[track_caller]
fn refused(sandbox: &Sandbox, text: &str, code: i32) -> String {
    let before = tip(sandbox);
    let complaint = apply(sandbox, text).fails(code);
    assert_eq!(tip(sandbox), before, "{complaint}");
    complaint
}

/// Edits with a script in place of the editor; temporary files go to a folder of their own.
fn edit(sandbox: &Sandbox, entity: &[&str], lines: &str) -> Run {
    use std::os::unix::fs::PermissionsExt as _;
    let path = sandbox.root().join("editor");
    fs::write(&path, format!("#!/bin/sh\nset -e\n{lines}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let temporary = temporary(sandbox);
    fs::create_dir_all(&temporary).unwrap();
    let words: Vec<&str> = ["edit"].iter().chain(entity).copied().collect();
    let variables = [
        ("EDITOR", path.to_str().unwrap()),
        ("TMPDIR", temporary.to_str().unwrap()),
    ];
    sandbox.plan_with(&variables, &words)
}

fn temporary(sandbox: &Sandbox) -> PathBuf {
    sandbox.root().join("tmp")
}

/// The texts that were kept because they could not be stored.
fn kept(sandbox: &Sandbox) -> Vec<String> {
    fs::read_dir(temporary(sandbox))
        .unwrap()
        .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect()
}

/// A plan with something of everything.
fn rich() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for words in [
        &["add-phase", "First", "--objective", "Two\nlines"][..],
        &["add-phase", "Second"],
        &[
            "gate", "add", "first", "looked", "--kind", "manual", "--input", "README",
        ],
        &[
            "update-plan",
            "--goal",
            "All \"of\" it\n\tand more\\",
            "--branch",
            "main",
            "--wip-limit",
            "3",
        ],
        &[
            "add-task", "One", "--phase", "first", "--label", "x", "--label", "y", "--item", "a",
            "--item", "b",
        ],
        &[
            "add-task",
            "Two 'quoted' \"twice\"",
            "--phase",
            "second",
            "--depends-on",
            "1",
            "--key",
            "KEY-2",
        ],
        &[
            "add-task",
            "Three",
            "--description",
            "'''\n\"\"\"\n\\ # [[task]]\n",
            "--ref",
            "src/lib.rs",
        ],
        &["note", "1", "a note\nof two lines"],
        &["start", "1"],
        &["check-item", "1", "1"],
        &["block", "3", "--reason", "because"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

#[test]
fn a_text_says_where_it_came_from() {
    let sandbox = rich();
    let text = text_of_plan(&sandbox);
    let first = text.lines().next().unwrap();
    assert_eq!(first, format!("# git-plan: demo-plan at {}", tip(&sandbox)));
}

#[test]
fn a_text_that_nobody_changed_changes_nothing() {
    let sandbox = rich();
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| {
        format!("# above\n{text}# below\n")
            .replace("number = 1\n", "number =  1 # beside\ncolour = 'red'\n")
    });
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        format!("# above\n{text}# below\n")
    });
    let text = text_of_plan(&sandbox);
    let before = tip(&sandbox);
    apply(&sandbox, &text).ok();
    assert_eq!(tip(&sandbox), before);
    let without: String = text
        .lines()
        .skip(1)
        .map(|line| format!("{line}\n"))
        .collect();
    apply(&sandbox, &without).ok();
    assert_eq!(tip(&sandbox), before);
    let out = edit(&sandbox, &[], "true").ok();
    assert_eq!(out, "nothing was changed\n");
    edit(&sandbox, &["1"], "touch \"$1\"").ok();
    assert_eq!(tip(&sandbox), before);
    assert!(kept(&sandbox).is_empty());
}

#[test]
fn a_text_with_its_header_is_the_whole_plan() {
    let sandbox = rich();
    let text = text_of_plan(&sandbox);
    let (start, rest) = text.split_once("[[task]]").unwrap();
    let second = rest.split_once("[[task]]").unwrap().1;
    let second = second.replace("KEY-2", "KEY-9");
    // The second task depends on the first, which is left out.
    let complaint = refused(&sandbox, &format!("{start}[[task]]{second}"), 3);
    assert!(
        complaint.contains("task 1 cannot be removed"),
        "{complaint}"
    );
    let free: String = second
        .lines()
        .filter(|line| !line.starts_with("depends_on"))
        .map(|line| format!("{line}\n"))
        .collect();
    apply(&sandbox, &format!("{start}[[task]]{free}")).ok();
    assert_eq!(titles(&sandbox), ["Two 'quoted' \"twice\"", "Three"]);
    assert_eq!(task(&sandbox, "2")["key"], "KEY-9");
    assert_eq!(task(&sandbox, "2")["depends_on"], json!([]));
    // What is left out of a task or of the plan goes as well.
    let text = text_of_plan(&sandbox);
    let bare: String = text
        .lines()
        .filter(|line| !line.starts_with("key = ") && !line.starts_with("branches"))
        .map(|line| format!("{line}\n"))
        .collect();
    apply(&sandbox, &bare).fails(2);
    sandbox
        .plan_fed(&bare, &["apply", "-", "--reason", "no branch of its own"])
        .ok();
    assert_eq!(task(&sandbox, "2")["key"], Value::Null);
    assert_eq!(data(&sandbox, &["show"])["branches"], json!([]));
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_text_without_its_header_only_adds_and_changes() {
    let sandbox = rich();
    let id = task(&sandbox, "3")["id"].as_str().unwrap().to_owned();
    let text = format!(
        "goal = \"New\"\n\n\
         [[phase]]\nid = \"first\"\ntitle = \"Foundation\"\n\n\
         [[phase]]\nid = \"third\"\ntitle = \"Third\"\n\n\
         [[task]]\nnumber = 1\npriority = \"high\"\n\n\
         [[task]]\nid = \"{id}\"\ntitle = \"III\"\n\n\
         [[task]]\ntitle = \"Four\"\nphase = \"third\"\ndepends_on = [\"KEY-2\", 1]\n"
    );
    apply(&sandbox, &text).ok();
    let plan = data(&sandbox, &["show"]);
    assert_eq!(
        (&plan["title"], &plan["goal"]),
        (&"Demo plan".into(), &"New".into())
    );
    assert_eq!(plan["branches"], json!(["main"]));
    let phases: Vec<&Value> = plan["phases"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| &p["title"])
        .collect();
    assert_eq!(phases, ["Foundation", "Second", "Third"]);
    assert_eq!(plan["phases"][0]["objective"], "Two\nlines");
    assert_eq!(plan["phases"][0]["gates"][1]["id"], "looked");
    assert_eq!(
        titles(&sandbox),
        ["One", "Two 'quoted' \"twice\"", "III", "Four"]
    );
    let first = task(&sandbox, "1");
    assert_eq!(
        (&first["priority"], &first["status"]),
        (&"high".into(), &"in_progress".into())
    );
    assert_eq!(task(&sandbox, "3")["reason"], "because");
    let fourth = task(&sandbox, "4");
    assert_eq!(
        fourth["depends_on"],
        json!([task(&sandbox, "2")["id"], first["id"]])
    );
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn new_tasks_may_depend_on_new_tasks() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "there"]).ok();
    let new = "\n[[task]]\ntitle = \"last\"\ndepends_on = [\"MID\", 12]\n\
               \n[[task]]\ntitle = \"middle\"\nkey = \"MID\"\ndepends_on = [\"a1b2c3d4e5\", 1]\n\
               \n[[task]]\ntitle = \"first\"\nid = \"a1b2c3d4e5\"\n\
               \n[[task]]\ntitle = \"numbered\"\nnumber = 12\n";
    for header in [text_of_plan(&sandbox), String::new()] {
        let sandbox = Sandbox::with_plan();
        sandbox.plan(&["add-task", "there"]).ok();
        let header = if header.is_empty() {
            header
        } else {
            text_of_plan(&sandbox)
        };
        apply(&sandbox, &format!("{header}{new}")).ok();
        let ids: Vec<(String, Value)> = data(&sandbox, &["tasks"])
            .as_array()
            .unwrap()
            .iter()
            .map(|task| {
                (
                    task["title"].as_str().unwrap().to_owned(),
                    task["id"].clone(),
                )
            })
            .collect();
        let id = |title: &str| {
            ids.iter()
                .find(|(other, _)| other == title)
                .unwrap()
                .1
                .clone()
        };
        let last = task(&sandbox, id("last").as_str().unwrap());
        assert_eq!(last["depends_on"], json!([id("middle"), id("numbered")]));
        let middle = task(&sandbox, id("middle").as_str().unwrap());
        let depends_on: Vec<&Value> = middle["depends_on"].as_array().unwrap().iter().collect();
        assert_eq!(depends_on.len(), 2);
        assert!(depends_on.contains(&&id("there")) && depends_on.contains(&&id("first")));
        let numbers: Vec<u64> = data(&sandbox, &["tasks"])
            .as_array()
            .unwrap()
            .iter()
            .map(|task| task["number"].as_u64().unwrap())
            .collect();
        assert_eq!(numbers.len(), 5);
        assert!(numbers.contains(&12), "{numbers:?}");
        sandbox.plan(&["doctor"]).ok();
        sandbox.git(&["fsck", "--strict"]);
    }
}

#[test]
fn new_items_and_notes_are_given_ids() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a", "--item", "old"]).ok();
    let append = |list: &str| {
        format!(
            "cat >>\"$1\" <<'END'\n[[{list}]]\ntext = \"new\"\n\
             [[{list}]]\ntext = \"audit\"\naudit = true\nEND"
        )
    };
    edit(&sandbox, &[], &append("task.item")).ok();
    edit(&sandbox, &["1"], &append("item")).ok();
    let items = task(&sandbox, "1")["items"].clone();
    assert_eq!(items[0]["text"], "old");
    assert_eq!(items[1]["text"], "new");
    assert_eq!(
        (&items[2]["text"], &items[2]["audit"]),
        (&"audit".into(), &true.into())
    );
    assert_eq!(
        (&items[3]["text"], &items[4]["audit"]),
        (&"new".into(), &true.into())
    );
    let ids: BTreeSet<&str> = (0..5).map(|at| items[at]["id"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), 5, "{items}");
}

#[test]
fn values_may_be_written_in_line() {
    let sandbox = Sandbox::with_plan();
    let text = "task = [{ title = \"a\", item = [{ text = \"one\" }] }, { title = \"b\" }]\n\
                phase = [{ id = \"p\", title = \"P\", gate = [{ id = \"g\", kind = \"manual\" }] }]\n";
    apply(&sandbox, text).ok();
    assert_eq!(titles(&sandbox), ["a", "b"]);
    assert_eq!(task(&sandbox, "1")["items"][0]["text"], "one");
    assert_eq!(
        data(&sandbox, &["show"])["phases"][0]["gates"][1]["id"],
        "g"
    );
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_phase_may_go_with_its_tasks_moved_in_the_same_text() {
    let sandbox = rich();
    let text = text_of_plan(&sandbox);
    let at = text.find("[[phase]]\nid = \"second\"").unwrap();
    let end = text[at..].find("[[task]]").unwrap() + at;
    let without = format!("{}{}", &text[..at], &text[end..]);
    let complaint = refused(&sandbox, &without, 3);
    assert!(complaint.contains("second"), "{complaint}");
    let moved = without.replace("phase = \"second\"", "phase = \"first\"");
    apply(&sandbox, &moved).ok();
    assert_eq!(task(&sandbox, "2")["phase"], "first");
    assert_eq!(
        data(&sandbox, &["show"])["phases"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
    // And a new one may come with the tasks that move there.
    let text = text_of_plan(&sandbox);
    let (head, tasks) = text.split_once("[[task]]").unwrap();
    let tasks = tasks.replace("phase = \"first\"", "phase = \"new\"");
    let more = "[[phase]]\nid = \"new\"\ntitle = \"New\"\nafter = []\n\n[[task]]";
    apply(&sandbox, &format!("{head}{more}{tasks}")).ok();
    assert_eq!(task(&sandbox, "2")["phase"], "new");
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn dependencies_may_turn_around_in_one_text() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-task", "a"]).ok();
    sandbox.plan(&["add-task", "b", "--depends-on", "1"]).ok();
    let ids: Vec<String> = ["1", "2"]
        .map(|name| task(&sandbox, name)["id"].as_str().unwrap().to_owned())
        .into();
    let text = text_of_plan(&sandbox)
        .replace(&format!("depends_on = [\"{}\"]\n", ids[0]), "")
        .replace(
            "title = \"a\"\n",
            &format!("title = \"a\"\ndepends_on = [\"{}\"]\n", ids[1]),
        );
    apply(&sandbox, &text).ok();
    assert_eq!(task(&sandbox, "1")["depends_on"], json!([ids[1]]));
    assert_eq!(task(&sandbox, "2")["depends_on"], json!([]));
    let circle = text_of_plan(&sandbox).replace(
        "title = \"b\"\n",
        &format!("title = \"b\"\ndepends_on = [\"{}\"]\n", ids[0]),
    );
    let complaint = refused(&sandbox, &circle, 3);
    assert!(
        complaint.contains("circle: ") && complaint.contains(" → "),
        "{complaint}"
    );
}

#[test]
fn a_text_that_is_no_plan_is_refused() {
    let sandbox = rich();
    let header = text_of_plan(&sandbox);
    let header = header.split("[[task]]").next().unwrap();
    let tasks = text_of_plan(&sandbox)[header.len()..].to_owned();
    let whole = |more: &str| format!("{header}{tasks}\n{more}");
    for (text, part) in [
        (whole("[[task]]\n"), "title"),
        (whole("[[task]]\ntitle = \"\"\n"), "the title is empty"),
        (whole("[[task]]\ntitle = 7\n"), "expected a string"),
        (
            whole("[[task]]\ntitle = \"x\"\nstatus = \"finished\"\n"),
            "finished",
        ),
        (
            whole("[[task]]\ntitle = \"x\"\nphase = \"nowhere\"\n"),
            "nowhere",
        ),
        (
            whole("[[task]]\ntitle = \"x\"\ndepends_on = [\"nobody\"]\n"),
            "nobody",
        ),
        (whole("[[task]]\ntitle = \"x\"\ndepends_on = [99]\n"), "99"),
        (whole("[[task]]\ntitle = \"x\"\nid = \"short\"\n"), "short"),
        (
            whole(&format!("[[task]]\ntitle = \"{}\"\n", "x".repeat(300))),
            "300 characters",
        ),
        (whole("[[task]]\ntitle = \"a\\nb\"\n"), "more than one line"),
        ("task = 5\n".to_owned(), "task"),
        ("[task]\ntitle = \"x\"\n".to_owned(), "task"),
        ("wip_limit = -1\n".to_owned(), "-1"),
        ("branches = [\"a{\"]\n".to_owned(), "a{"),
        ("[[phase]]\nid = \"A B\"\ntitle = \"x\"\n".to_owned(), "A B"),
        ("[[phase]]\nid = \"p\"\n".to_owned(), "title"),
        (
            "[[phase]]\nid = \"p\"\ntitle = \"x\"\nafter = [\"q\"]\n".to_owned(),
            "'q'",
        ),
        (format!("{tasks}\n{tasks}"), "twice"),
        (
            whole("[[task]]\nnumber = 1\ntitle = \"a second number 1\"\n"),
            "twice",
        ),
    ] {
        let complaint = refused(&sandbox, &text, 3);
        assert!(complaint.contains(part), "{part}: {complaint}");
    }
    // A status that the rules forbid is none of the text's own faults.
    let blocked =
        header.to_owned() + &tasks.replacen("status = \"in_progress\"", "status = \"blocked\"", 1);
    let complaint = refused(&sandbox, &blocked, 2);
    assert!(complaint.contains("takes a reason"), "{complaint}");
}

#[test]
fn a_syntax_error_names_line_and_column() {
    let sandbox = rich();
    let complaint = refused(&sandbox, "title = \"x\"\ngoal = = 3\n", 3);
    assert!(complaint.contains("-:2:8: "), "{complaint}");
    let text = text_of_plan(&sandbox);
    let line = text
        .lines()
        .position(|line| line.starts_with("number = 2"))
        .unwrap()
        + 1;
    let broken = text.replace("number = 2", "number 2");
    let complaint = refused(&sandbox, &broken, 3);
    assert!(complaint.contains(&format!("-:{line}:8: ")), "{complaint}");
    let complaint = edit(&sandbox, &[], "sed -i 's/^number = 2/number 2/' \"$1\"").fails(3);
    assert!(complaint.contains(&format!(":{line}:8: ")), "{complaint}");
    let complaint = edit(&sandbox, &["2"], "sed -i 's/^number = 2/number 2/' \"$1\"").fails(3);
    assert!(complaint.contains(":2:8: "), "{complaint}");
    let [first, second] = <[String; 2]>::try_from(kept(&sandbox)).unwrap();
    assert!(first.contains("number 2") && second.contains("number 2"));
}

#[test]
fn a_text_that_cannot_be_stored_is_kept() {
    let sandbox = rich();
    let before = tip(&sandbox);
    for (entity, script, code) in [
        (
            &["1"][..],
            "sed -i 's/^phase = .*/phase = \"nowhere\"/' \"$1\"",
            3,
        ),
        (
            &["1"],
            "sed -i 's/^status = .*/status = \"finished\"/' \"$1\"",
            3,
        ),
        (&["1"], "sed -i 's/^id = .*/id = \"0123456789\"/' \"$1\"", 3),
        (&["1"], "sed -i '/^title = /d' \"$1\"", 3),
        (
            &["2"],
            "sed -i 's/^status = .*/status = \"completed\"/' \"$1\"",
            1,
        ),
        (&["3"], "sed -i '/^reason = /d' \"$1\"", 2),
        (
            &["3"],
            "sed -i 's/^status = .*/status = \"pending\"/; /^reason = /d' \"$1\"; \
             sed -i 's/^title = .*/title = \"\"/' \"$1\"",
            3,
        ),
        (
            &[],
            "sed -i 's/KEY-2/mine/; s/wip_limit = 3/wip_limit = \"three\"/' \"$1\"",
            3,
        ),
    ] {
        let run = edit(&sandbox, entity, script);
        let path = run.err.split("your text is kept in ").nth(1);
        let path = path.unwrap_or_else(|| panic!("{run:?}")).trim().to_owned();
        let complaint = run.fails(code);
        assert!(fs::read_to_string(&path).unwrap().len() > 20, "{complaint}");
        fs::remove_file(path).unwrap();
        assert_eq!(tip(&sandbox), before, "{complaint}");
    }
    assert!(kept(&sandbox).is_empty());
    edit(&sandbox, &["1"], "sed -i 's/One/1/' \"$1\"").ok();
    assert!(kept(&sandbox).is_empty(), "a stored text is not kept");
}

#[test]
fn an_editor_that_fails_stores_nothing() {
    let sandbox = rich();
    let before = tip(&sandbox);
    let complaint = edit(&sandbox, &["1"], "echo 'x = 1' >>\"$1\"; exit 3").fails(6);
    assert!(complaint.contains("editor"), "{complaint}");
    let variables = [("EDITOR", "/no/such/editor")];
    let complaint = sandbox.plan_with(&variables, &["edit", "1"]).fails(6);
    assert!(complaint.contains("/no/such/editor"), "{complaint}");
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn comments_and_keys_typed_into_a_task_survive() {
    let sandbox = rich();
    let path = sandbox.task_path("demo-plan", "1");
    let lines = "sed -i 's/^title = .*/# why\\ntitle = \"One\" # beside/; s/^\\[\\[item\\]\\]/# above an item\\n&/' \"$1\"\n\
                 sed -i '1i # at the top' \"$1\"\n\
                 sed -i '/^number/a colour = \"red\"' \"$1\"\n\
                 echo '# at the end' >>\"$1\"";
    edit(&sandbox, &["1"], lines).ok();
    let parts = [
        "# at the top\n",
        "# why\n",
        "# beside",
        "# above an item\n",
        "colour = \"red\"\n",
        "# at the end\n",
    ];
    let is_whole = |step: &str| {
        let stored = sandbox.stored(&path);
        for part in parts {
            assert!(stored.contains(part), "{step}: {part}: {stored}");
        }
    };
    is_whole("edit");
    sandbox
        .plan(&["update-task", "1", "--title", "1", "--priority", "high"])
        .ok();
    sandbox.plan(&["add-item", "1", "c"]).ok();
    is_whole("update-task");
    edit(&sandbox, &[], "sed -i 's/KEY-2/KEY-3/' \"$1\"").ok();
    is_whole("edit of another task in the plan");
    edit(
        &sandbox,
        &[],
        "sed -i 's/^priority = \"high\"/priority = \"low\"/' \"$1\"",
    )
    .ok();
    assert_eq!(task(&sandbox, "1")["priority"], "low");
    is_whole("edit of the task in the plan");
    let text = text_of_plan(&sandbox);
    apply(
        &sandbox,
        &text.replace("priority = \"low\"", "priority = \"medium\""),
    )
    .ok();
    is_whole("apply");
}

#[test]
fn comments_and_keys_typed_into_a_plan_survive() {
    let sandbox = rich();
    let lines = "sed -i 's/^title = \"One\"/# about one\\ntitle = \"One\"/' \"$1\"\n\
                 sed -i 's/^key = \"KEY-2\"/key = \"KEY-2\" # about its key/' \"$1\"\n\
                 sed -i 's/^title = \"Three\"/title = \"Three\"\\ncolour = \"red\"/' \"$1\"\n\
                 sed -i 's/^title = \"Second\"/# about a phase\\ntitle = \"Second\"/' \"$1\"\n\
                 sed -i 's/^title = \"Demo plan\"/# about the plan\\ntitle = \"Demo plan\"/' \"$1\"";
    edit(&sandbox, &[], lines).ok();
    let stored = |name: &str| sandbox.stored(&sandbox.task_path("demo-plan", name));
    assert!(
        stored("1").contains("# about one\ntitle = "),
        "{}",
        stored("1")
    );
    assert!(
        stored("2").contains("\"KEY-2\" # about its key\n"),
        "{}",
        stored("2")
    );
    assert!(
        stored("3").contains("colour = \"red\"\n"),
        "{}",
        stored("3")
    );
    let header = sandbox.stored(".plans/demo-plan/plan.toml");
    assert!(header.contains("# about a phase\n"), "{header}");
    assert!(header.contains("# about the plan\n"), "{header}");
    let text = text_of_plan(&sandbox);
    for part in [
        "# about one",
        "# about its key",
        "colour = \"red\"",
        "# about a phase",
        "# about the plan",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    // What is taken out of the text is taken out of the file.
    apply(
        &sandbox,
        &text
            .replace(" # about its key", "")
            .replace("colour = \"red\"\n", ""),
    )
    .ok();
    assert!(!stored("2").contains('#'), "{}", stored("2"));
    assert!(!stored("3").contains("colour"), "{}", stored("3"));
    sandbox.plan(&["doctor"]).ok();
}

#[test]
fn comments_of_a_new_task_are_stored_with_it() {
    for with_header in [true, false] {
        let sandbox = Sandbox::with_plan();
        let header = if with_header {
            text_of_plan(&sandbox)
        } else {
            String::new()
        };
        let new = "\n# why\n[[task]]\n# what\ntitle = \"a\" # beside\nmood = \"good\"\n";
        apply(&sandbox, &format!("{header}{new}")).ok();
        let stored = sandbox.stored(&sandbox.task_path("demo-plan", "1"));
        for part in [
            "# why\n",
            "# what\n",
            "title = \"a\" # beside\n",
            "mood = \"good\"\n",
            "number = 1\n",
        ] {
            assert!(stored.contains(part), "{with_header}: {part}: {stored}");
        }
    }
}

#[test]
fn a_text_of_a_state_that_is_not_here_is_refused() {
    let sandbox = rich();
    let text = text_of_plan(&sandbox);
    let oid = tip(&sandbox);
    let body = text.split_once('\n').unwrap().1.replace("KEY-2", "KEY-9");
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    for (header, code) in [
        (format!("# git-plan: demo-plan at {}", "1".repeat(40)), 5),
        (format!("# git-plan: demo-plan at {}", "1".repeat(64)), 5),
        (format!("# git-plan: demo-plan at {head}"), 5),
        (format!("# git-plan: nobody at {oid}"), 3),
        // With a header that cannot be read, the text would mean something else.
        (format!("# git-plan: demo-plan at {}", &oid[..12]), 3),
        ("# git-plan: demo-plan at".to_owned(), 3),
        ("# git-plan: Demo Plan at somewhere".to_owned(), 3),
        (format!("# mine\n# git-plan: demo-plan at {oid}"), 3),
    ] {
        let complaint = refused(&sandbox, &format!("{header}\n{body}"), code);
        assert!(
            complaint.contains("git-plan") || complaint.contains("state") || code == 3,
            "{complaint}"
        );
    }
    let marked = format!("\u{feff}# git-plan: demo-plan at {oid}\r\n{body}");
    let (start, _) = marked.split_once("[[task]]").unwrap();
    apply(&sandbox, start).ok();
    assert_eq!(titles(&sandbox), [""; 0], "the header was understood");
}

#[test]
fn a_text_is_applied_to_the_plan_that_it_names() {
    let sandbox = rich();
    let text = text_of_plan(&sandbox);
    sandbox.plan(&["init", "Other"]).ok();
    apply(&sandbox, &text.replace("KEY-2", "KEY-9")).ok();
    assert_eq!(task(&sandbox, "demo-plan/2")["key"], "KEY-9");
    assert_eq!(titles(&sandbox), [""; 0]);
    apply(&sandbox, "[[task]]\ntitle = \"here\"\n").ok();
    assert_eq!(titles(&sandbox), ["here"]);
}

#[test]
fn a_dry_run_of_a_text_stores_nothing() {
    let sandbox = rich();
    let before = tip(&sandbox);
    let text = text_of_plan(&sandbox).replace("KEY-2", "KEY-9");
    let out = sandbox.plan_fed(&text, &["apply", "-", "--dry-run"]).ok();
    assert!(out.contains("key: KEY-2 → KEY-9"), "{out}");
    let run = edit(
        &sandbox,
        &["2", "--dry-run"],
        "sed -i 's/KEY-2/KEY-9/' \"$1\"",
    );
    assert!(run.ok().contains("key: KEY-2 → KEY-9"));
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn any_title_survives_the_way_through_a_text() {
    let sandbox = Sandbox::with_plan();
    let hard = [
        "\u{1b}[31mred\u{1b}[0m",
        "right\u{202e}to left\u{202c}",
        "mark \u{200f} and \"quotes\" and \\",
        "it's '''triple''' \"\"\"",
        "c1 \u{9b}31m and del \u{7f} and tab \t",
        "# no comment [[task]] = ",
        "登录 🙂 é",
        "\u{e0041}\u{feff}tags",
    ];
    for title in hard {
        sandbox
            .plan(&[
                "add-task",
                title,
                "--description",
                &format!("{title}\n{title}\n"),
            ])
            .ok();
    }
    let text = text_of_plan(&sandbox);
    let is_control = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    assert!(!text.contains(is_control), "{text:?}");
    assert!(
        !text.contains(['\u{202e}', '\u{200f}', '\u{feff}']),
        "{text:?}"
    );
    let before = tip(&sandbox);
    apply(&sandbox, &text).ok();
    assert_eq!(tip(&sandbox), before, "{text}");
    apply(
        &sandbox,
        &format!("{text}\n[[task]]\ntitle = \"one more\"\n"),
    )
    .ok();
    let mut expected: Vec<&str> = hard.to_vec();
    expected.push("one more");
    assert_eq!(titles(&sandbox), expected);
    for (place, title) in hard.iter().enumerate() {
        let task = task(&sandbox, &(place + 1).to_string());
        assert_eq!(task["description"], format!("{title}\n{title}\n"));
    }
}

#[test]
fn a_file_that_is_no_text_is_refused() {
    let sandbox = Sandbox::with_plan();
    let path = sandbox.root().join("plan.toml");
    fs::write(&path, b"title = \"\xff\"\n").unwrap();
    sandbox.plan(&["apply", path.to_str().unwrap()]).fails(3);
    let complaint = sandbox.plan(&["apply", "nowhere.toml"]).fails(3);
    assert!(complaint.contains("nowhere.toml"), "{complaint}");
    let folder = sandbox.root().to_str().unwrap().to_owned();
    sandbox.plan(&["apply", &folder]).fails(6);
    // An empty text without header says nothing.
    let before = tip(&sandbox);
    apply(&sandbox, "").ok();
    apply(&sandbox, "# only a comment\n").ok();
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn an_edit_of_nothing_that_exists_is_refused() {
    let sandbox = rich();
    let complaint = edit(&sandbox, &["99"], "echo edited").fails(3);
    assert!(complaint.contains("99"), "{complaint}");
    edit(&sandbox, &["demo-plan/nobody"], "echo edited").fails(3);
    // A phase is edited as part of its plan.
    edit(
        &sandbox,
        &["second"],
        "sed -i 's/^title = \"Second\"/title = \"II\"/' \"$1\"",
    )
    .ok();
    assert_eq!(data(&sandbox, &["show"])["phases"][1]["title"], "II");
}
