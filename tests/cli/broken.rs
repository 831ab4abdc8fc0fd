//! Files on the plan ref that are not as this program writes them: each by hand, and where it
//! applies by command.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};

fn data(sandbox: &Sandbox, words: &[&str]) -> Value {
    let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
    sandbox.plan(&words).json()["data"].clone()
}

fn titles(sandbox: &Sandbox) -> Vec<String> {
    let tasks = data(sandbox, &["tasks"]);
    let title = |task: &Value| task["title"].as_str().unwrap().to_owned();
    tasks.as_array().unwrap().iter().map(title).collect()
}

fn tip(sandbox: &Sandbox) -> String {
    sandbox.git(&["rev-parse", "git-plan"])
}

fn id_of(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap();
    name.strip_suffix(".toml").unwrap()
}

/// A command that must say nothing on standard error.
#[track_caller]
fn quiet(run: Run) -> String {
    assert_eq!(run.err, "", "{run:?}");
    run.ok()
}

fn edit(sandbox: &Sandbox, entity: &str, script: &str) -> Run {
    use std::os::unix::fs::PermissionsExt as _;
    let path = sandbox.root().join("editor");
    fs::write(&path, format!("#!/bin/sh\nset -e\n{script}\n")).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    let variables = [
        ("EDITOR", path.to_str().unwrap()),
        ("TMPDIR", sandbox.root().to_str().unwrap()),
    ];
    sandbox.plan_with(&variables, &["edit", entity])
}

/// Three tasks in one phase; the third depends on the second.
fn world() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for words in [
        &["add-phase", "Work"][..],
        &["add-task", "one", "--phase", "work"],
        &["add-task", "two", "--phase", "work"],
        &["add-task", "three", "--phase", "work", "--depends-on", "2"],
    ] {
        sandbox.plan(words).ok();
    }
    sandbox
}

/// Reads warn with path, line and cause, and go on; what depends on the file fails; `doctor` lists
/// it; another task takes no harm.
#[track_caller]
fn is_left_out(sandbox: &Sandbox, path: &str, line: Option<u32>, cause: &str) {
    let place = line.map_or(format!("{path}:"), |line| format!("{path}:{line}: "));
    for words in [
        &["tasks"][..],
        &["status"],
        &["show", "demo-plan"],
        &["ready"],
        &["show", "1"],
        &["list"],
    ] {
        let run = sandbox.plan(words);
        assert_eq!(run.code, 0, "{run:?}");
        if words != ["list"] || !run.err.is_empty() {
            assert!(run.err.starts_with("warning: "), "{run:?}");
            assert!(run.err.contains(&place), "{place}: {run:?}");
            assert!(run.err.contains(cause), "{cause}: {run:?}");
        }
    }
    assert_eq!(titles(sandbox), ["one", "three"]);
    let warnings = sandbox.plan(&["tasks", "--json"]).json()["warnings"].clone();
    assert!(warnings[0].as_str().unwrap().contains(&place), "{warnings}");
    let run = sandbox.plan(&["doctor"]);
    assert!(run.out.contains(&format!("problem: {place}")), "{run:?}");
    run.fails(1);
    // The number is not free, the dependency is open, the phase cannot be closed.
    sandbox.plan(&["show", "2"]).fails(3);
    sandbox.plan(&["update-task", "2", "--title", "x"]).fails(3);
    sandbox.plan(&["done", "3"]).fails(1);
    sandbox
        .plan(&["update-task", "3", "--status", "cancelled"])
        .ok();
    sandbox
        .plan(&["update-task", "1", "--status", "cancelled"])
        .ok();
    let complaint = sandbox.plan(&["close-phase", "work"]).fails(1);
    assert!(complaint.contains("error  work/tasks"), "{complaint}");
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["undo"]).ok();
    sandbox.plan(&["note", "1", "goes on"]).ok();
    sandbox.plan(&["undo"]).ok();
}

#[test]
fn a_task_file_that_cannot_be_read_hides_no_other() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "2");
    let good = sandbox.stored(&path);
    let id = id_of(&path);
    let with = |key: &str, line: &str| -> String {
        let lines = good.lines().map(|old| {
            if old.starts_with(&format!("{key} = ")) {
                line
            } else {
                old
            }
        });
        lines.map(|line| format!("{line}\n")).collect()
    };
    let deep_array = format!("{good}x = {}{}\n", "[".repeat(50_000), "]".repeat(50_000));
    let deep_key = format!("{good}x{} = 1\n", ".a".repeat(50_000));
    let deep_table = format!("{good}[x{}]\n", ".a".repeat(50_000));
    let long = "x".repeat(300);
    let wordy = "x".repeat(64 * 1024 + 1);
    let large = format!("{good}# {}\n", "x".repeat(1024 * 1024));
    let items = "[[item]]\nid = \"aaaaaaaaaa\"\ntext = \"a\"\n".repeat(2);
    for (text, line, cause) in [
        (with("title", "title = = 3"), Some(3), "extra `=`"),
        (with("title", "title = \"two"), Some(3), ""),
        (with("title", "title \"two\""), Some(3), ""),
        (
            good.clone() + "title = \"again\"\n",
            Some(6),
            "duplicate key",
        ),
        (with("title", ""), Some(1), "missing field `title`"),
        (with("title", "title = 7"), Some(3), "expected a string"),
        (with("title", "title = \"\""), None, "the title is empty"),
        (
            with("title", "title = \"a\\nb\""),
            None,
            "the title is more than one line",
        ),
        (
            with("title", &format!("title = \"{long}\"")),
            None,
            "300 characters; the limit is 200",
        ),
        (with("status", "status = \"finished\""), Some(4), "finished"),
        (with("phase", "phase = \"No Slug\""), Some(5), "No Slug"),
        (with("phase", "phase = \"nul\""), Some(5), "nul"),
        (
            with("id", "id = \"0123456789\""),
            None,
            "its id is 0123456789",
        ),
        (with("id", "id = \"../../../a\""), Some(1), "is not an id"),
        (good.clone() + "priority = \"urgent\"\n", Some(6), "urgent"),
        (
            good.clone() + "depends_on = [\"2\"]\n",
            Some(6),
            "is not an id",
        ),
        (
            good.clone() + "status_since = 2026-01-31\n",
            Some(6),
            "date-time",
        ),
        (
            good.clone() + &format!("description = \"{wordy}\"\n"),
            None,
            "the limit is 65536",
        ),
        (
            good.clone() + &items,
            None,
            "two items have the id aaaaaaaaaa",
        ),
        (large, None, "the limit is 1048576"),
        (deep_array, None, ""),
        (deep_key, None, ""),
        (deep_table, None, ""),
    ] {
        sandbox.store_by_hand(&[(&path, Some(&text))]);
        is_left_out(&sandbox, &path, line, cause);
        sandbox.store_by_hand(&[(&path, Some(&good))]);
    }
    let latin = good.replace("two", "tw\u{f6}").into_bytes();
    let latin: Vec<u8> = latin
        .iter()
        .filter(|byte| **byte != 0xc3)
        .copied()
        .collect();
    sandbox.store_entries_by_hand(&[(&path, Some(("100644", &latin)))]);
    is_left_out(&sandbox, &path, Some(3), "not UTF-8");
    sandbox.store_by_hand(&[(&path, Some(&good))]);
    assert_eq!(titles(&sandbox), ["one", "two", "three"]);
    assert_eq!(id_of(&path), id);
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn the_number_of_a_broken_file_is_not_given_again() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "3");
    sandbox.change_by_hand(&path, |text| text + "broken\n");
    sandbox.plan(&["add-task", "four"]).ok();
    assert_eq!(data(&sandbox, &["tasks"])[2]["number"], 4);
    // A number that cannot be made out reserves nothing; one beyond all is no number.
    sandbox.store_by_hand(&[(
        &path,
        Some("number = 99999999999999999999\nnumber = what\n"),
    )]);
    sandbox.plan(&["add-task", "five"]).ok();
    assert_eq!(titles(&sandbox), ["one", "two", "four", "five"]);
}

#[test]
fn numbers_end_where_they_end() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "3");
    for (last, file) in [
        ("last_number = 4294967295\n", None),
        ("", Some("number = 4294967295\n")),
        ("", Some("number = 4294967295\nbroken\n")),
    ] {
        let (header, task) = (
            sandbox.stored(".plans/demo-plan/plan.toml"),
            sandbox.stored(&path),
        );
        sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
            text.replace("\n\n[[phase]]", &format!("\n{last}\n[[phase]]"))
        });
        if let Some(number) = file {
            sandbox.change_by_hand(&path, |text| text.replace("number = 3\n", number));
        }
        let complaint = sandbox.plan(&["add-task", "one more"]).fails(3);
        assert!(complaint.contains("number"), "{complaint}");
        sandbox.store_by_hand(&[
            (".plans/demo-plan/plan.toml", Some(&header)),
            (&path, Some(&task)),
        ]);
    }
    sandbox.plan(&["add-task", "one more"]).ok();
}

#[test]
fn what_is_no_plain_file_is_not_read() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "2");
    let good = sandbox.stored(&path);
    let outside = sandbox.root().join("outside.toml");
    fs::write(&outside, &good).unwrap();
    let head = sandbox.git(&["rev-parse", "HEAD"]);
    let not_plain = "not a plain file";
    for (mode, content) in [
        ("120000", outside.to_str().unwrap()),
        ("120000", "../../plan.toml"),
        ("100755", good.as_str()),
        ("160000", head.as_str()),
    ] {
        sandbox.store_entries_by_hand(&[(&path, None)]);
        sandbox.store_entries_by_hand(&[(&path, Some((mode, content.as_bytes())))]);
        is_left_out(&sandbox, &path, None, not_plain);
    }
    // A folder of that name.
    sandbox.store_entries_by_hand(&[(&path, None)]);
    let inside = format!("{path}/inside.toml");
    sandbox.store_by_hand(&[(&inside, Some(&good))]);
    is_left_out(&sandbox, &path, None, not_plain);
    sandbox.store_by_hand(&[(&inside, None), (&path, Some(&good))]);
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn a_file_in_the_wrong_place_is_not_read() {
    let sandbox = world();
    let good = sandbox.stored(&sandbox.task_path("demo-plan", "2"));
    let tasks = ".plans/demo-plan/tasks";
    for (path, cause) in [
        ("zz/README.md", "not <id>.toml"),
        ("zz/zz.toml", "not <id>.toml"),
        ("zz/ZZZZZZZZZZ.toml", "not <id>.toml"),
        ("zz/0123456789.toml", "not <id>.toml"),
        ("zz/zz23456789.yaml", "not <id>.toml"),
        ("0123456789.toml", "not a folder"),
        ("README.md", "not a folder"),
    ] {
        let path = format!("{tasks}/{path}");
        sandbox.store_by_hand(&[(&path, Some(&good))]);
        let run = sandbox.plan(&["tasks"]);
        assert_eq!(
            run.err,
            format!(
                "warning: {path}: {}\n",
                run.err.trim().rsplit_once(": ").unwrap().1
            )
        );
        assert!(run.err.contains(cause), "{run:?}");
        let run = sandbox.plan(&["doctor"]);
        assert!(run.out.contains(&path), "{run:?}");
        run.fails(1);
        sandbox.plan(&["note", "1", "goes on"]).ok();
        assert_eq!(sandbox.stored(&path), good, "a write leaves it alone");
        sandbox.store_by_hand(&[(&path, None)]);
        quiet(sandbox.plan(&["doctor"]));
    }
    // A name that looks like an id and is none.
    let path = format!("{tasks}/uu/uuuuuuuuuu.toml");
    sandbox.store_by_hand(&[(&path, Some(&good))]);
    let run = sandbox.plan(&["tasks"]);
    assert!(run.err.contains(&path), "{run:?}");
    assert_eq!(titles(&sandbox), ["one", "two", "three"]);
}

#[test]
fn a_folder_that_is_none_is_reported() {
    let sandbox = world();
    for name in ["tasks", "evidence"] {
        let sandbox_path = format!(".plans/demo-plan/{name}");
        let other = Sandbox::with_plan();
        for mode in ["100644", "120000"] {
            other.store_entries_by_hand(&[(&sandbox_path, Some((mode, b"x")))]);
            let run = other.plan(&["tasks"]);
            assert!(
                run.err.contains(&format!("{sandbox_path}: not a folder")),
                "{run:?}"
            );
            run.ok();
            other.plan(&["doctor"]).fails(1);
            other.store_entries_by_hand(&[(&sandbox_path, None)]);
        }
        quiet(other.plan(&["doctor"]));
    }
    // The id of the tree that was there, under another kind.
    sandbox.plan(&["tasks"]).ok();
    let tree = sandbox.git(&["rev-parse", "git-plan:.plans/demo-plan/tasks"]);
    sandbox.store_entries_by_hand(&[(".plans/demo-plan/tasks", None)]);
    sandbox.store_entries_by_hand(&[(".plans/demo-plan/tasks", Some(("160000", tree.as_bytes())))]);
    assert_eq!(titles(&sandbox), [""; 0]);
}

#[test]
fn a_plan_with_a_name_that_is_none_is_reported() {
    let sandbox = world();
    for path in [
        ".plans/Bad Name/plan.toml",
        ".plans/con/plan.toml",
        ".plans/-x/plan.toml",
        ".plans/a.b/plan.toml",
        ".plans/plan.toml",
        ".plans/file",
        ".plans/\u{202e}evil/plan.toml",
    ] {
        sandbox.store_by_hand(&[(path, Some("title = \"x\"\n"))]);
        for words in [&["list"][..], &["tasks"]] {
            let run = sandbox.plan(words);
            assert!(run.err.starts_with("warning: .plans/"), "{run:?}");
            assert!(!run.err.contains('\u{202e}'), "{run:?}");
            run.ok();
        }
        let run = sandbox.plan(&["doctor"]);
        assert!(run.out.starts_with("problem: .plans/"), "{run:?}");
        run.fails(1);
        sandbox.store_by_hand(&[(path, None)]);
    }
    // A link in place of a plan.
    sandbox.store_entries_by_hand(&[(".plans/linked", Some(("120000", b"demo-plan")))]);
    let run = sandbox.plan(&["list"]);
    assert!(run.err.contains(".plans/linked: not a folder"), "{run:?}");
    sandbox.plan(&["-p", "linked", "tasks"]).fails(3);
    sandbox.store_entries_by_hand(&[(".plans/linked", None)]);
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn unknown_keys_and_comments_survive_every_write() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| {
        format!(
            "# top\n{}[extra]\ndeep = {{ a = [1, 2] }} # kept\n# end\n",
            text.replace("title", "colour = \"red\" # why\ntitle")
        )
    });
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        format!("# plan\nmood = \"good\"\n{text}weight = 3 # of the phase\n")
    });
    let notes = quiet(sandbox.plan(&["doctor"]));
    for key in ["'colour'", "'extra'", "'mood'", "'phase.weight'"] {
        assert!(
            notes.contains(&format!("the key {key} is not known")),
            "{key}: {notes}"
        );
    }
    for words in [
        &[
            "update-task",
            "1",
            "--title",
            "New",
            "--priority",
            "high",
            "--label",
            "l",
        ][..],
        &["add-item", "1", "x"],
        &["note", "1", "n"],
        &["start", "1"],
        &["done", "1"],
        &["update-plan", "--goal", "g"],
        &["update-phase", "work", "--title", "W"],
        &["gate", "add", "work", "g", "--kind", "manual"],
        &["add-phase", "Next"],
    ] {
        quiet(sandbox.plan(words));
        let task = sandbox.stored(&path);
        for part in [
            "# top\n",
            "colour = \"red\" # why\n",
            "[extra]\ndeep = { a = [1, 2] } # kept\n",
            "# end\n",
        ] {
            assert!(task.contains(part), "{words:?}: {part}: {task}");
        }
        let header = sandbox.stored(".plans/demo-plan/plan.toml");
        for part in [
            "# plan\n",
            "mood = \"good\"\n",
            "weight = 3 # of the phase\n",
        ] {
            assert!(header.contains(part), "{words:?}: {part}: {header}");
        }
    }
}

#[test]
fn a_later_minor_version_is_read_and_kept() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "1");
    let format = "version = \"1.7\" # later\nnew = true\n";
    sandbox.store_by_hand(&[(".plans/format.toml", Some(format))]);
    sandbox.change_by_hand(&path, |text| text + "later = [\"a\"]\n");
    sandbox.store_by_hand(&[(".plans/demo-plan/later/x.toml", Some("x = 1\n"))]);
    quiet(sandbox.plan(&["status"]));
    quiet(sandbox.plan(&["update-task", "1", "--title", "New"]));
    quiet(sandbox.plan(&["init", "Other"]));
    assert_eq!(sandbox.stored(".plans/format.toml"), format);
    assert!(sandbox.stored(&path).contains("later = [\"a\"]\n"));
    assert_eq!(sandbox.stored(".plans/demo-plan/later/x.toml"), "x = 1\n");
    let notes = quiet(sandbox.plan(&["doctor"]));
    assert!(notes.contains("'later'"), "{notes}");
}

#[test]
fn a_later_major_version_is_refused_with_the_release_that_reads_it() {
    let sandbox = world();
    sandbox.store_by_hand(&[(".plans/format.toml", Some("version = \"2.3\"\n"))]);
    let before = tip(&sandbox);
    for words in [
        &["status"][..],
        &["tasks"],
        &["list"],
        &["show", "1"],
        &["add-task", "x"],
        &["init", "Other"],
        &["undo"],
        &["log"],
        &["doctor"],
        &["doctor", "--fix", "--yes"],
    ] {
        let complaint = sandbox.plan(words).fails(3);
        assert!(
            complaint.contains("the plans have format 2.3"),
            "{complaint}"
        );
        assert!(
            complaint.contains("hint: git plan 2.0 or later reads them"),
            "{complaint}"
        );
    }
    assert_eq!(tip(&sandbox), before);
}

#[test]
fn a_format_file_that_cannot_be_read_is_refused() {
    let sandbox = world();
    for (text, cause) in [
        ("version = 1\n", "format.toml"),
        ("version = \"one\"\n", "'one' is not a version"),
        ("", "version"),
        ("version = = \n", "format.toml"),
    ] {
        sandbox.store_by_hand(&[(".plans/format.toml", Some(text))]);
        for words in [&["status"][..], &["add-task", "x"], &["doctor"]] {
            let complaint = sandbox.plan(words).fails(3);
            assert!(complaint.contains(cause), "{complaint}");
        }
    }
    sandbox.store_by_hand(&[(".plans/format.toml", None)]);
    for words in [&["status"][..], &["add-task", "x"], &["init", "Other"]] {
        let complaint = sandbox.plan(words).fails(6);
        assert!(
            complaint.contains("format.toml is not in it"),
            "{complaint}"
        );
    }
    sandbox.store_entries_by_hand(&[(".plans/format.toml", Some(("120000", b"/etc/passwd")))]);
    sandbox.plan(&["status"]).fails(6);
}

/// Every command that prints a word of the plan.
const READERS: [&[&str]; 11] = [
    &["status"],
    &["tasks"],
    &["show", "demo-plan"],
    &["show", "1"],
    &["show", "work"],
    &["ready"],
    &["list"],
    &["log"],
    &["gate", "list"],
    &["show", "--toml"],
    &["show", "1", "--toml"],
];

fn is_harmless(c: char) -> bool {
    let is_layout = matches!(c, '\n' | '\t');
    let deceives = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{61c}');
    is_layout || !(c.is_control() || deceives)
}

#[test]
fn no_text_writes_to_the_terminal_what_it_is_not() {
    let evil = "\u{1b}]0;title\u{7}\u{1b}[31mred\u{9b}2J\u{202e}txt.exe\u{200f}\u{7f}\u{85}\r";
    let literal: String = evil
        .chars()
        .map(|c| format!("\\U{:08X}", u32::from(c)))
        .collect();
    let sandbox = Sandbox::new();
    // By command; the title would end at the carriage return.
    let title = evil.trim_end();
    sandbox
        .plan(&[
            "init",
            title,
            "--id",
            "demo-plan",
            "--goal",
            evil,
            "--key",
            title,
        ])
        .ok();
    sandbox
        .plan(&["add-phase", title, "--id", "work", "--objective", evil])
        .ok();
    sandbox
        .plan(&[
            "gate",
            "add",
            "work",
            "g",
            "--kind",
            "manual",
            "--description",
            evil,
        ])
        .ok();
    sandbox
        .plan(&[
            "add-task",
            title,
            "--phase",
            "work",
            "--label",
            title,
            "--description",
            evil,
            "--item",
            title,
            "--assignee",
            title,
        ])
        .ok();
    sandbox.plan(&["note", "1", evil]).ok();
    sandbox
        .plan(&["block", "1", "--reason", evil, "--as", title])
        .ok();
    let all_are_harmless = |sandbox: &Sandbox| {
        for words in READERS {
            let run = sandbox.plan(words);
            assert!(run.out.chars().all(is_harmless), "{words:?}: {:?}", run.out);
            assert!(run.err.chars().all(is_harmless), "{words:?}: {:?}", run.err);
            assert_eq!(run.code, 0, "{run:?}");
            let words: Vec<&str> = words.iter().copied().chain(["--json"]).collect();
            let run = sandbox.plan(&words);
            assert!(run.out.chars().all(is_harmless), "{words:?}: {:?}", run.out);
            run.json();
        }
    };
    all_are_harmless(&sandbox);
    assert_eq!(data(&sandbox, &["show", "1"])["title"], title);
    assert_eq!(data(&sandbox, &["show", "1"])["description"], evil);
    // By hand, as it is and as escapes; in keys, comments and names as well.
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| {
        format!(
            "# {title}\n\"{literal}\" = \"{literal}\"\n{text}",
            title = title.replace(|c: char| c.is_control(), "")
        )
    });
    sandbox.store_by_hand(&[(".plans/demo-plan/tasks/\u{202e}\u{9b}/x", Some("x"))]);
    sandbox.store_by_hand(&[(".plans/\u{202e}\u{9b}/plan.toml", Some("x"))]);
    all_are_harmless(&sandbox);
    for words in [
        &["doctor"][..],
        &["show", title],
        &["start", "1"],
        &["done", title],
        &["-p", title, "tasks"],
        &["update-task", "1", "--phase", title],
        &["tasks", "--grep", "["],
        &["undo", title],
        &["gate", "approve", "work/g", "--note", title],
    ] {
        let run = sandbox.plan(words);
        assert!(run.out.chars().all(is_harmless), "{words:?}: {:?}", run.out);
        assert!(run.err.chars().all(is_harmless), "{words:?}: {:?}", run.err);
    }
}

#[test]
fn texts_that_are_too_long_or_of_two_lines_are_refused() {
    let sandbox = world();
    let before = tip(&sandbox);
    let (long, wordy) = ("x".repeat(300), "x".repeat(64 * 1024 + 1));
    let two = "a\nb";
    for (words, cause) in [
        (&["add-task", &long][..], "300 characters; the limit is 200"),
        (&["add-task", two], "more than one line"),
        (&["add-task", "a\rb"], "more than one line"),
        (&["add-task", "  "], "the title is empty"),
        (&["add-task", "x", "--label", two], "more than one line"),
        (&["add-task", "x", "--item", &long], "300 characters"),
        (
            &["add-task", "x", "--description", &wordy],
            "65537 bytes; the limit is 65536",
        ),
        (&["update-task", "1", "--title", &long], "300 characters"),
        (&["update-task", "1", "--key", two], "more than one line"),
        (&["note", "1", &wordy], "65537 bytes"),
        (&["add-item", "1", two], "more than one line"),
        (&["block", "1", "--reason", &wordy], "65537 bytes"),
        (&["add-phase", &long], "300 characters"),
        (&["update-plan", "--title", two], "more than one line"),
        (&["update-plan", "--goal", &wordy], "65537 bytes"),
        (&["update-plan", "--branch", "a["], "is not a glob"),
        (&["init", &long], "300 characters"),
    ] {
        let complaint = sandbox.plan(words).fails(3);
        assert!(complaint.contains(cause), "{words:?}: {complaint}");
    }
    assert_eq!(tip(&sandbox), before);
    // 200 characters are 200, however many bytes.
    sandbox.plan(&["add-task", &"é".repeat(200)]).ok();
}

#[test]
fn a_file_does_not_grow_over_its_limit() {
    let sandbox = world();
    let wordy = "x".repeat(60 * 1024);
    for _ in 0..17 {
        sandbox.plan(&["note", "1", &wordy]).ok();
    }
    let before = tip(&sandbox);
    let complaint = sandbox.plan(&["note", "1", &wordy]).fails(3);
    assert!(complaint.contains("the limit is 1048576"), "{complaint}");
    assert_eq!(tip(&sandbox), before);
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn a_circle_is_refused_by_command_and_found_by_the_doctor() {
    let sandbox = world();
    let complaint = sandbox
        .plan(&["update-task", "2", "--depends-on", "3"])
        .fails(3);
    assert!(
        complaint.contains("dependencies would form a circle: 2 → 3 → 2"),
        "{complaint}"
    );
    let complaint = sandbox
        .plan(&["update-task", "2", "--depends-on", "2"])
        .fails(3);
    assert!(complaint.contains("circle"), "{complaint}");
    let path = sandbox.task_path("demo-plan", "2");
    let third = data(&sandbox, &["show", "3"])["id"]
        .as_str()
        .unwrap()
        .to_owned();
    sandbox.change_by_hand(&path, |text| format!("{text}depends_on = [\"{third}\"]\n"));
    for words in READERS {
        quiet(sandbox.plan(words));
    }
    assert_eq!(data(&sandbox, &["ready"]).as_array().unwrap().len(), 1);
    sandbox.plan(&["done", "2"]).fails(1);
    let run = sandbox.plan(&["doctor"]);
    assert!(run.out.contains("dependencies form a circle: "), "{run:?}");
    // The line that it names mends it.
    let repair = run
        .out
        .lines()
        .find_map(|line| line.trim().strip_prefix("git plan "))
        .unwrap();
    let words: Vec<&str> = repair.split(' ').collect();
    quiet(sandbox.plan(&words));
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn an_unknown_phase_is_refused_by_command_and_found_by_the_doctor() {
    let sandbox = world();
    for words in [
        &["add-task", "x", "--phase", "nowhere"][..],
        &["update-task", "1", "--phase", "nowhere"],
        &["tasks", "--phase", "nowhere"],
        &["close-phase", "nowhere"],
        &["gate", "add", "nowhere", "g", "--kind", "manual"],
        &["add-phase", "x", "--after", "nowhere"],
    ] {
        let complaint = sandbox.plan(words).fails(3);
        assert!(
            complaint.contains("there is no phase 'nowhere'"),
            "{complaint}"
        );
    }
    let complaint = sandbox.plan(&["add-task", "x", "--phase", "wrok"]).fails(3);
    assert!(complaint.contains("did you mean 'work'?"), "{complaint}");
    let path = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&path, |text| text.replace("\"work\"", "\"nowhere\""));
    for words in READERS {
        quiet(sandbox.plan(words));
    }
    let run = sandbox.plan(&["doctor"]);
    assert!(
        run.out
            .contains("task 1 is in phase nowhere, which is not there"),
        "{run:?}"
    );
    run.fails(1);
    // What was wrong before can be mended, and other keys can be changed.
    quiet(sandbox.plan(&["update-task", "1", "--title", "New"]));
    quiet(sandbox.plan(&["update-task", "1", "--phase", "work"]));
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn phases_in_a_circle_or_after_nothing_are_found() {
    let sandbox = world();
    sandbox.plan(&["add-phase", "Next"]).ok();
    let header = ".plans/demo-plan/plan.toml";
    let good = sandbox.stored(header);
    for (from, to, cause) in [
        (
            "id = \"work\"\n",
            "id = \"work\"\nafter = [\"next\"]\n",
            "phases form a circle",
        ),
        (
            "id = \"work\"\n",
            "id = \"work\"\nafter = [\"work\"]\n",
            "circle",
        ),
        (
            "id = \"next\"\n",
            "id = \"next\"\nafter = [\"nowhere\"]\n",
            "nowhere",
        ),
    ] {
        sandbox.store_by_hand(&[(header, Some(&good.replace(from, to)))]);
        for words in READERS {
            quiet(sandbox.plan(words));
        }
        let run = sandbox.plan(&["doctor"]);
        assert!(run.out.contains(cause), "{cause}: {run:?}");
        run.fails(1);
        sandbox
            .plan(&["update-task", "1", "--title", "can be changed"])
            .ok();
        let ended = sandbox.plan(&["start", "1"]);
        assert!(matches!(ended.code, 0 | 1), "{ended:?}");
        let why = ["--reason", "it was broken"];
        for words in [["work", "--no-after"], ["next", "--in-order"]] {
            sandbox
                .plan(&[&["update-phase"], &words[..], &why].concat())
                .ok();
        }
        quiet(sandbox.plan(&["doctor"]));
    }
}

#[test]
fn two_tasks_with_one_number_answer_to_longer_names() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "1");
    let twin = |id: &str, title: &str| {
        let text = sandbox
            .stored(&path)
            .replace(id_of(&path), id)
            .replace("\"one\"", &format!("\"{title}\""));
        (
            format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2]),
            text,
        )
    };
    let (second, third) = (twin("k3v9x0a2b1", "twin"), twin("k3v9x0a2c2", "triplet"));
    sandbox.store_by_hand(&[(&second.0, Some(&second.1))]);
    for words in READERS.iter().filter(|words| !words.contains(&"1")) {
        quiet(sandbox.plan(words));
    }
    let first = format!("1-{}", &id_of(&path)[..3]);
    for words in [
        &["show", "1"][..],
        &["start", "1"],
        &["log", "1"],
        &["edit", "1"],
        &["add-task", "x", "--depends-on", "1"],
    ] {
        let complaint = sandbox.plan(words).fails(3);
        assert!(complaint.contains("'1' names 2 tasks: "), "{complaint}");
        assert!(
            complaint.contains(&format!("{first} \"one\"")),
            "{complaint}"
        );
        assert!(complaint.contains("1-k3v \"twin\""), "{complaint}");
        assert!(
            complaint.contains("git plan doctor --fix --yes"),
            "{complaint}"
        );
    }
    assert_eq!(data(&sandbox, &["show", "1-k3v"])["title"], "twin");
    assert_eq!(data(&sandbox, &["show", &first])["title"], "one");
    assert_eq!(data(&sandbox, &["show", "k3v9"])["title"], "twin");
    let out = quiet(sandbox.plan(&["update-task", "1-k3v", "--label", "x"]));
    assert_eq!(out, "updated task 1-k3v \"twin\": labels\n");
    // Three, two of which have the beginning of their ids in common.
    sandbox.store_by_hand(&[(&third.0, Some(&third.1))]);
    let complaint = sandbox.plan(&["show", "1-k3v"]).fails(3);
    assert!(complaint.contains("1-k3v9x0a2b \"twin\""), "{complaint}");
    assert!(complaint.contains("1-k3v9x0a2c \"triplet\""), "{complaint}");
    // The doctor asks first.
    let run = sandbox.plan(&["doctor"]);
    assert!(run.out.contains("3 tasks have number 1"), "{run:?}");
    run.fails(1);
    sandbox.plan(&["doctor", "--fix"]).fails(1);
    let before = tip(&sandbox);
    sandbox
        .plan(&["doctor", "--fix", "--yes", "--dry-run"])
        .fails(1);
    assert_eq!(tip(&sandbox), before);
    quiet(sandbox.plan(&["doctor", "--fix", "--yes"]));
    let numbers: Vec<Value> = data(&sandbox, &["tasks"])
        .as_array()
        .unwrap()
        .iter()
        .map(|task| task["number"].clone())
        .collect();
    assert_eq!(numbers, [1, 2, 3, 4, 5]);
    quiet(sandbox.plan(&["doctor"]));
}

/// Of two tasks that share a number, the one that is longer there keeps it.
#[test]
fn the_younger_of_two_tasks_with_one_number_is_given_another() {
    for id in ["0000000001", "zzzzzzzzzz"] {
        let sandbox = world();
        let path = sandbox.task_path("demo-plan", "1");
        let text = sandbox
            .stored(&path)
            .replace(id_of(&path), id)
            .replace("\"one\"", "\"younger\"");
        let twin = format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2]);
        sandbox.store_by_hand(&[(&twin, Some(&text))]);
        quiet(sandbox.plan(&["doctor", "--fix", "--yes"]));
        assert_eq!(data(&sandbox, &["show", "1"])["title"], "one");
        assert_eq!(data(&sandbox, &["show", "4"])["title"], "younger");
    }
}

#[test]
fn a_dependency_on_nothing_is_open_until_it_is_dropped() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "2");
    let gone = id_of(&path).to_owned();
    sandbox.store_by_hand(&[(&path, None)]);
    for words in READERS {
        quiet(sandbox.plan(words));
    }
    let complaint = sandbox.plan(&["done", "3"]).fails(1);
    assert!(complaint.contains(&gone), "{complaint}");
    let run = sandbox.plan(&["doctor"]);
    assert!(
        run.out
            .contains(&format!("task 3 depends on {gone}, which is not there")),
        "{run:?}"
    );
    run.fails(1);
    sandbox.plan(&["update-task", "3", "--title", "New"]).ok();
    let out = quiet(sandbox.plan(&["doctor", "--fix"]));
    assert!(out.starts_with("fixed: "), "{out}");
    assert_eq!(data(&sandbox, &["show", "3"])["depends_on"], json!([]));
    quiet(sandbox.plan(&["doctor"]));
    // It does not come back: what is not there cannot be depended on.
    let complaint = sandbox.plan(&["undo"]).fails(5);
    assert!(complaint.contains(&gone), "{complaint}");
    // One on a broken file is not dropped: the file has to be mended.
    let path = sandbox.task_path("demo-plan", "1");
    sandbox
        .plan(&["update-task", "3", "--depends-on", "1"])
        .ok();
    sandbox.change_by_hand(&path, |text| text + "broken\n");
    sandbox.plan(&["doctor", "--fix", "--yes"]).fails(1);
    assert_eq!(
        data(&sandbox, &["show", "3"])["depends_on"],
        json!([id_of(&path)])
    );
}

#[test]
fn a_broken_plan_does_not_hide_another() {
    let sandbox = world();
    sandbox.plan(&["init", "Other"]).ok();
    sandbox.plan(&["add-task", "theirs"]).ok();
    let header = ".plans/other/plan.toml";
    let good = sandbox.stored(header);
    for (text, line, cause) in [
        (Some("title = = 3\n"), ":1", "extra `=`"),
        (Some("goal = \"no title\"\n"), ":1", "missing field `title`"),
        (Some("title = \"x\"\nstatus = \"asleep\"\n"), ":2", "asleep"),
        (
            Some("title = \"x\"\nbranches = [\"a[\"]\n"),
            "",
            "is not a glob",
        ),
        (
            Some(
                "title = \"x\"\n[[phase]]\nid = \"p\"\ntitle = \"P\"\n[[phase]]\nid = \"p\"\ntitle = \"P\"\n",
            ),
            "",
            "two phases have the id p",
        ),
        (
            Some(
                "title = \"x\"\n[[phase]]\nid = \"p\"\ntitle = \"P\"\n[[phase.gate]]\nid = \"tasks\"\nkind = \"manual\"\n",
            ),
            "",
            "'tasks'",
        ),
        (None, "", "missing"),
    ] {
        sandbox.store_by_hand(&[(header, text)]);
        let place = format!("{header}{line}: ");
        let run = sandbox.plan(&["list"]);
        assert!(
            run.err.contains(&place) && run.err.contains(cause),
            "{cause}: {run:?}"
        );
        assert!(
            run.out.contains("broken") && run.out.contains("Demo plan"),
            "{run:?}"
        );
        run.ok();
        for words in [
            &["-p", "other", "tasks"][..],
            &["-p", "other", "add-task", "x"],
            &["show", "other"],
            &["-p", "other", "status"],
            &["done", "other/1"],
        ] {
            let complaint = sandbox.plan(words).fails(3);
            assert!(complaint.contains(&place), "{words:?}: {complaint}");
        }
        quiet(sandbox.plan(&["-p", "demo-plan", "tasks"]));
        quiet(sandbox.plan(&["-p", "demo-plan", "note", "1", "goes on"]));
        sandbox.plan(&["tasks", "--all-plans"]).ok();
        let run = sandbox.plan(&["doctor"]);
        assert!(run.out.contains(&format!("problem: {place}")), "{run:?}");
        run.fails(1);
        quiet(sandbox.plan(&["-p", "demo-plan", "doctor"]));
        let complaint = sandbox.plan(&["init", "Other"]).fails(3);
        assert!(
            complaint.contains("there is a plan 'other' already"),
            "{complaint}"
        );
    }
    // A broken plan is not the current one where nobody chose it.
    sandbox.plan(&["use", "--none"]).ok();
    assert_eq!(titles(&sandbox), ["one", "two", "three"]);
    sandbox.store_by_hand(&[(header, Some(&good))]);
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn a_broken_file_is_mended_in_the_editor() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "2");
    sandbox.change_by_hand(&path, |text| {
        format!("# mine\n{}", text.replace("number = 2", "number 2"))
    });
    let before = tip(&sandbox);
    let complaint = edit(
        &sandbox,
        id_of(&path),
        "sed -i 's/number 2/number = = 2/' \"$1\"",
    )
    .fails(3);
    assert!(
        complaint.contains(":3:") && complaint.contains("your text is kept in"),
        "{complaint}"
    );
    edit(
        &sandbox,
        id_of(&path),
        "sed -i 's/number 2/number = 3/' \"$1\"",
    )
    .fails(3);
    edit(&sandbox, id_of(&path), "true").ok();
    assert_eq!(tip(&sandbox), before);
    edit(
        &sandbox,
        id_of(&path),
        "sed -i 's/number 2/number = 2/' \"$1\"",
    )
    .ok();
    assert_eq!(titles(&sandbox), ["one", "two", "three"]);
    assert!(sandbox.stored(&path).starts_with("# mine\n"));
    let header = ".plans/demo-plan/plan.toml";
    sandbox.change_by_hand(header, |text| {
        text.replace("title = \"Demo plan\"", "title = \"Demo plan")
    });
    sandbox.plan(&["tasks"]).fails(3);
    let complaint = edit(&sandbox, "demo-plan", "echo 'x = ' >>\"$1\"").fails(3);
    assert!(complaint.contains("your text is kept in"), "{complaint}");
    edit(
        &sandbox,
        "demo-plan",
        "sed -i 's/Demo plan/Demo plan\"/' \"$1\"",
    )
    .ok();
    quiet(sandbox.plan(&["doctor"]));
    assert_eq!(titles(&sandbox), ["one", "two", "three"]);
}

/// What somebody else mended meanwhile is not mended over.
#[test]
fn a_file_that_others_mended_meanwhile_is_a_conflict() {
    let sandbox = world();
    let path = sandbox.task_path("demo-plan", "2");
    for (path, entity, key) in [
        (path.as_str(), id_of(&path), "title"),
        (".plans/demo-plan/plan.toml", "demo-plan", "title"),
    ] {
        let good = tip(&sandbox);
        sandbox.change_by_hand(path, |text| {
            text.replacen(&format!("{key} = "), &format!("{key} "), 1)
        });
        let script = format!(
            "git update-ref refs/heads/git-plan {good}\n\
             sed -i 's/^{key} .*/{key} = \"mine\"/' \"$1\""
        );
        edit(&sandbox, entity, &script).fails(5);
        assert_eq!(tip(&sandbox), good);
    }
}

#[test]
fn a_record_that_cannot_be_read_is_reported_and_nothing_rests_on_it() {
    let sandbox = world();
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    sandbox.plan(&["add-phase", "Next"]).ok();
    sandbox.plan(&["add-task", "later", "--phase", "next"]).ok();
    sandbox
        .plan(&["gate", "add", "work", "looked", "--kind", "manual"])
        .ok();
    for number in ["1", "2", "3"] {
        sandbox
            .plan(&["update-task", number, "--status", "cancelled"])
            .ok();
    }
    sandbox
        .plan(&["gate", "approve", "work/looked", "--note", "fine"])
        .ok();
    let approval = sandbox.git(&["diff", "--name-only", "git-plan^", "git-plan"]);
    sandbox.plan(&["close-phase", "work"]).ok();
    let closing = sandbox.git(&["diff", "--name-only", "git-plan^", "git-plan"]);
    sandbox
        .plan(&["reopen-phase", "work", "--reason", "r", "--yes"])
        .ok();
    let revocation = sandbox.git(&["diff", "--name-only", "git-plan^", "git-plan"]);
    for (path, text) in [
        (&approval, "broken".to_owned()),
        (&closing, "broken".to_owned()),
        (&revocation, "broken".to_owned()),
        (
            &revocation,
            sandbox
                .stored(&revocation)
                .replace("\"demo-plan\"", "\"other\""),
        ),
        (
            &revocation,
            sandbox
                .stored(&revocation)
                .replace(id_of(&revocation), "0123456789"),
        ),
        (
            &revocation,
            sandbox.stored(&revocation) + &format!("# {}\n", "x".repeat(64 * 1024)),
        ),
    ] {
        let good = sandbox.stored(path);
        sandbox.store_by_hand(&[(path, Some(&text))]);
        let run = sandbox.plan(&["status"]);
        assert!(run.err.contains(path.as_str()), "{run:?}");
        run.ok();
        let run = sandbox.plan(&["doctor"]);
        assert!(run.out.contains(&format!("problem: {path}")), "{run:?}");
        run.fails(1);
        // The phase was open, and no broken record closes it, nor lets a later one begin.
        assert_eq!(data(&sandbox, &["show", "work"])["closed"], false, "{text}");
        let complaint = sandbox.plan(&["start", "4"]).fails(3);
        assert!(complaint.contains(path.as_str()), "{complaint}");
        let complaint = sandbox.plan(&["close-phase", "work"]).fails(3);
        assert!(complaint.contains(path.as_str()), "{complaint}");
        let gates = data(&sandbox, &["gate", "list", "work"]);
        assert_eq!(gates[1]["state"], "error", "{gates}");
        sandbox.plan(&["note", "1", "goes on"]).ok();
        sandbox.store_by_hand(&[(path, Some(&good))]);
    }
    quiet(sandbox.plan(&["doctor"]));
    sandbox.plan(&["close-phase", "work"]).ok();
    sandbox.plan(&["start", "4"]).ok();
}

/// A plan may be called as its folders are.
#[test]
fn a_plan_named_as_a_folder_is_a_plan_as_any_other() {
    for name in ["evidence", "tasks"] {
        let sandbox = Sandbox::new();
        sandbox.plan(&["init", name]).ok();
        sandbox.plan(&["add-phase", "Work"]).ok();
        sandbox.plan(&["add-phase", "Next"]).ok();
        sandbox.plan(&["add-task", "later", "--phase", "next"]).ok();
        sandbox.plan(&["close-phase", "work"]).ok();
        let stray = format!(".plans/{name}/tasks/zz/README");
        sandbox.store_by_hand(&[(&stray, Some("x"))]);
        assert_eq!(data(&sandbox, &["show", "work"])["closed"], true);
        sandbox.plan(&["start", "1"]).ok();
        let record = format!(".plans/{name}/evidence/zz/README");
        sandbox.store_by_hand(&[(&stray, None), (&record, Some("x"))]);
        assert_eq!(data(&sandbox, &["show", "work"])["closed"], false);
        let gates = data(&sandbox, &["gate", "list", "work"]);
        assert_eq!(gates[0]["state"], "n/a", "{gates}");
    }
}

#[test]
fn ten_thousand_and_one_tasks_are_read_and_take_no_more() {
    let sandbox = Sandbox::with_plan();
    let files: Vec<(String, String)> = (1..=10_001)
        .map(|number| {
            let id = format!("{number:0>10}");
            let path = format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2]);
            (
                path,
                format!("id = \"{id}\"\nnumber = {number}\ntitle = \"t\"\n"),
            )
        })
        .collect();
    let files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), Some(text.as_str())))
        .collect();
    sandbox.store_by_hand(&files);
    let run = sandbox.plan(&["tasks"]);
    assert!(
        run.err.contains("10001 tasks; the limit is 10000"),
        "{}",
        run.err
    );
    assert_eq!(run.ok().lines().count(), 10_002);
    let complaint = sandbox.plan(&["add-task", "x"]).fails(3);
    assert!(
        complaint.contains("tasks, the most a plan may have"),
        "{complaint}"
    );
    sandbox
        .plan(&["update-task", "10001", "--title", "can be changed"])
        .ok();
    sandbox.plan(&["doctor"]).fails(1);
    sandbox.plan(&["remove-task", "10001"]).ok();
    quiet(sandbox.plan(&["doctor"]));
}

#[test]
fn long_chains_do_not_exhaust_the_stack() {
    let sandbox = Sandbox::with_plan();
    let length = 5_000;
    let files: Vec<(String, String)> = (1..=length)
        .map(|number| {
            let id = |number: usize| format!("{number:0>10}");
            let path = format!(".plans/demo-plan/tasks/00/{}.toml", id(number));
            let depends = match number {
                1 => String::new(),
                number => format!("depends_on = [\"{}\"]\n", id(number - 1)),
            };
            (
                path,
                format!(
                    "id = \"{}\"\nnumber = {number}\ntitle = \"t\"\n{depends}",
                    id(number)
                ),
            )
        })
        .collect();
    let mut header = String::from("title = \"Demo plan\"\n");
    for phase in 0..1_000 {
        header.push_str(&format!("[[phase]]\nid = \"p{phase}\"\ntitle = \"P\"\n"));
    }
    let mut files: Vec<(&str, Option<&str>)> = files
        .iter()
        .map(|(path, text)| (path.as_str(), Some(text.as_str())))
        .collect();
    files.push((".plans/demo-plan/plan.toml", Some(&header)));
    sandbox.store_by_hand(&files);
    let small = |run: Run| {
        assert!(!run.err.contains("overflow"), "{}", run.err);
        run
    };
    small(sandbox.plan(&["doctor"])).ok();
    assert_eq!(small(sandbox.plan(&["ready", "--json"])).json()["total"], 1);
    let complaint = small(sandbox.plan(&["update-task", "1", "--depends-on", "5000"])).fails(3);
    assert!(complaint.contains("circle"), "{complaint}");
    small(sandbox.plan(&["done", "5000"])).fails(1);
    small(sandbox.plan(&["start", "5000"])).ok();
    small(sandbox.plan(&["add-task", "x", "--phase", "p999"])).ok();
    small(sandbox.plan(&["start", "5001"])).fails(1);
    small(sandbox.plan(&["update-phase", "p0", "--after", "p999"])).fails(3);
    // The circle itself.
    sandbox.change_by_hand(".plans/demo-plan/tasks/00/0000000001.toml", |text| {
        text + "depends_on = [\"0000005000\"]\n"
    });
    small(sandbox.plan(&["doctor"])).fails(1);
    assert_eq!(small(sandbox.plan(&["ready", "--json"])).json()["total"], 0);
    small(sandbox.plan(&["status"])).ok();
}

/// What the program shows of the plans, all of it.
fn listing(sandbox: &Sandbox) -> Vec<Run> {
    let words: [&[&str]; 5] = [
        &["tasks", "--json"],
        &["list", "--json", "--all"],
        &["show", "demo-plan", "--json"],
        &["doctor", "--json"],
        &["gate", "list", "--json"],
    ];
    words.iter().map(|words| sandbox.plan(words)).collect()
}

fn cache(sandbox: &Sandbox) -> std::path::PathBuf {
    sandbox.repo().join(".git/git-plan/cache")
}

#[track_caller]
fn is_as_without_cache(sandbox: &Sandbox, what: &str) {
    let with = listing(sandbox);
    let again = listing(sandbox);
    let _ = fs::remove_dir_all(cache(sandbox));
    let without = listing(sandbox);
    for (one, other) in with.iter().zip(&without).chain(again.iter().zip(&without)) {
        let end = |run: &Run| {
            run.out
                .rfind("\"warnings\"")
                .map_or(String::new(), |at| run.out[at..].to_owned())
        };
        assert_eq!(
            (one.code, end(one), &one.err),
            (other.code, end(other), &other.err),
            "{what}"
        );
        assert_eq!(one.out, other.out, "{what}");
    }
}

fn many_tasks(sandbox: &Sandbox, count: usize) -> Vec<String> {
    let lines: String = (1..=count)
        .map(|n| format!("{{\"op\":\"add-task\",\"title\":\"task {n}\"}}\n"))
        .collect();
    sandbox.plan_fed(&lines, &["batch"]).ok();
    let tasks = data(sandbox, &["tasks"]);
    let path = |task: &Value| {
        let id = task["id"].as_str().unwrap();
        format!(".plans/demo-plan/tasks/{}/{id}.toml", &id[..2])
    };
    tasks.as_array().unwrap().iter().map(path).collect()
}

#[test]
fn a_cache_that_was_tampered_with_is_a_miss() {
    let sandbox = Sandbox::with_plan();
    many_tasks(&sandbox, 40);
    let expected = listing(&sandbox);
    let names: Vec<_> = fs::read_dir(cache(&sandbox))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    assert!(names.len() >= 2, "{names:?}");
    for path in &names {
        let good = fs::read(path).unwrap();
        let mut variants: Vec<Vec<u8>> = vec![
            Vec::new(),
            b"x".to_vec(),
            good[..good.len() / 2].to_vec(),
            [good.as_slice(), b"x"].concat(),
        ];
        for place in (0..good.len()).step_by((good.len() / 12).max(1)) {
            let mut bad = good.clone();
            bad[place] ^= 0x40;
            variants.push(bad);
            variants.push(good[..place].to_vec());
        }
        for bad in variants {
            fs::write(path, &bad).unwrap();
            assert_eq!(listing(&sandbox), expected, "{}", path.display());
        }
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
        assert_eq!(
            listing(&sandbox),
            expected,
            "a folder in place of {}",
            path.display()
        );
        fs::remove_dir(path).unwrap();
    }
}

#[test]
fn a_cache_of_other_plans_is_a_miss() {
    let (here, there) = (Sandbox::with_plan(), Sandbox::with_plan());
    many_tasks(&here, 20);
    many_tasks(&there, 30);
    there.plan(&["update-task", "1", "--title", "theirs"]).ok();
    let expected = listing(&here);
    listing(&there);
    for entry in fs::read_dir(cache(&there)).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, cache(&here).join(path.file_name().unwrap())).unwrap();
        assert_eq!(listing(&here), expected, "{}", path.display());
    }
    // Rows of one state with origins of another.
    let rows = cache(&here).join("demo-plan.rows");
    if rows.exists() {
        let old = fs::read(&rows).unwrap();
        here.plan(&["update-task", "2", "--title", "new"]).ok();
        listing(&here);
        fs::write(&rows, old).unwrap();
        is_as_without_cache(&here, "old rows");
    }
}

#[test]
fn a_cache_that_cannot_be_written_is_no_hindrance() {
    let sandbox = Sandbox::with_plan();
    many_tasks(&sandbox, 20);
    let expected = listing(&sandbox);
    fs::remove_dir_all(cache(&sandbox)).unwrap();
    fs::write(cache(&sandbox), "a file").unwrap();
    assert_eq!(listing(&sandbox), expected);
    sandbox.plan(&["add-task", "x"]).ok();
}

/// After any change by hand the listing is the one that a reader without a cache gets.
#[test]
fn no_change_by_hand_gets_past_the_cache() {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "Work"]).ok();
    let paths = many_tasks(&sandbox, 24);
    let closing = |id: &str, plan: &str| {
        format!(
            "id = \"{id}\"\nplan = \"{plan}\"\nkind = \"closing\"\nphase = \"work\"\nwho = \"A <a@b>\"\nwhen = 2026-01-31T09:30:00Z\n"
        )
    };
    is_as_without_cache(&sandbox, "at first");
    let mut state: u64 = 0x0bad_5eed;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % limit as u64).unwrap()
    };
    for step in 0..70 {
        let path = paths[below(paths.len())].as_str();
        let id = id_of(path).to_owned();
        let folder = path.rsplit_once('/').unwrap().0.to_owned();
        let good = format!(
            "id = \"{id}\"\nnumber = {}\ntitle = \"step {step}\"\n",
            1 + below(30)
        );
        let kind = below(13);
        match kind {
            0 | 1 => sandbox.store_by_hand(&[(path, Some(&good))]),
            2 => sandbox.store_by_hand(&[(path, Some("broken"))]),
            3 => sandbox.store_by_hand(&[(path, None)]),
            4 => sandbox.store_entries_by_hand(&[(path, Some(("120000", b"x")))]),
            5 => sandbox.store_entries_by_hand(&[(path, Some(("100755", good.as_bytes())))]),
            6 => sandbox.store_by_hand(&[(&format!("{folder}/README"), Some("x"))]),
            7 => sandbox.store_by_hand(&[(&format!("{folder}/README"), None)]),
            8 => sandbox
                .store_by_hand(&[(&format!(".plans/demo-plan/tasks/0z/{id}.toml"), Some(&good))]),
            9 => sandbox.store_by_hand(&[(
                &format!(".plans/demo-plan/evidence/{}/{id}.toml", &id[..2]),
                Some(&closing(&id, "demo-plan")),
            )]),
            10 => sandbox.store_by_hand(&[(
                &format!(".plans/demo-plan/evidence/{}/{id}.toml", &id[..2]),
                Some(&closing(&id, "other")),
            )]),
            11 => {
                let _ =
                    sandbox.plan(&["update-task", &id, "--title", &format!("by command {step}")]);
            }
            _ => sandbox.store_by_hand(&[(
                ".plans/other/plan.toml",
                Some(&format!("title = \"{step}\"\n")),
            )]),
        }
        is_as_without_cache(&sandbox, &format!("step {step}: {kind} {path}"));
    }
}
