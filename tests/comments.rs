//! `git plan diff --format markdown`, from outside: what stands in `tests/golden/`, and what a forge makes of it.
//!
//! `GIT_PLAN_UPDATE=1 cargo test --test comments` writes the files anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

#[path = "markdown/forge.rs"]
mod forge;
#[path = "markdown/hostile.rs"]
mod hostile;
#[path = "cli/sandbox.rs"]
#[expect(dead_code, reason = "the other tests of the program use the rest")]
mod sandbox;

use std::cell::Cell;
use std::fmt::Write as _;
use std::path::Path;

use regex::Regex;
use serde_json::{Value, json};

use sandbox::{Run, Sandbox};

/// A sandbox in which ids are the same each time.
struct World {
    sandbox: Sandbox,
    seed: Cell<u32>,
}

impl World {
    fn new() -> Self {
        let world = Self {
            sandbox: Sandbox::new(),
            seed: Cell::new(0),
        };
        world.plan(&["init", "Demo plan"]);
        world
    }

    fn seed(&self) -> String {
        self.seed.set(self.seed.get() + 1);
        self.seed.get().to_string()
    }

    #[track_caller]
    fn plan(&self, words: &[&str]) {
        let seed = self.seed();
        self.sandbox
            .plan_with(&[("GIT_PLAN_SEED", &seed)], words)
            .ok();
    }

    /// Stores operations, one a line, with a reason for what they weaken.
    #[track_caller]
    fn batch(&self, operations: &[Value]) {
        let mut lines = String::new();
        for operation in operations {
            writeln!(lines, "{operation}").unwrap();
        }
        self.sandbox.write("../operations", lines);
        self.plan(&["batch", "../operations", "--reason", "They wait too long"]);
    }

    fn tip(&self) -> String {
        self.sandbox.git(&["rev-parse", "git-plan"])
    }

    /// What changed since a state, as a comment.
    #[track_caller]
    fn comment(&self, since: &str) -> String {
        let range = format!("{since}..");
        let run: Run = self.sandbox.plan(&["diff", &range, "--format", "markdown"]);
        run.ok()
    }
}

/// Holds a comment against the one that is checked in. Ids of commits are left out: they tell nothing.
#[track_caller]
fn assert_golden(comment: &str, name: &str) {
    let commit = Regex::new("[0-9a-f]{40}").unwrap();
    let comment = commit.replace_all(comment, "COMMIT");
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name);
    if std::env::var_os("GIT_PLAN_UPDATE").is_some() {
        std::fs::write(&file, &*comment).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(
        comment == stored,
        "{name} is not what is printed:\n{comment}"
    );
}

/// No link, no picture, no script; only what comments are made of.
#[track_caller]
fn assert_inert(comment: &str) {
    const KNOWN: [&str; 15] = [
        "h3", "h4", "p", "ul", "li", "details", "summary", "code", "pre", "ins", "del", "b", "i",
        "em", "strong",
    ];
    for tag in forge::page(comment).tags {
        let name = tag
            .trim_start_matches("</")
            .trim_start_matches('<')
            .trim_end_matches('>');
        let is_marker = tag.starts_with("<!-- git-plan:diff v=1 ");
        let is_rule = tag == "<hr />";
        assert!(is_marker || is_rule || KNOWN.contains(&name), "{tag}");
    }
}

#[test]
fn a_small_change_is_told_whole() {
    let world = World::new();
    for words in [
        &["add-phase", "Foundation"][..],
        &["add-phase", "Routes"],
        &[
            "gate",
            "add",
            "foundation",
            "tests",
            "--kind",
            "command",
            "--on",
            "push",
            "--",
            "make",
            "test",
        ],
        &[
            "gate",
            "add",
            "foundation",
            "seen",
            "--kind",
            "approval",
            "--count",
            "2",
        ],
        &["add-task", "Design the tokens", "--phase", "foundation"],
        &[
            "add-task",
            "Add the login route",
            "--phase",
            "routes",
            "--depends-on",
            "1",
        ],
        &["add-task", "Add the logout route", "--phase", "routes"],
        &[
            "update-task",
            "2",
            "--description",
            "Answers in time.\n\nAt most two tries.\n",
        ],
    ] {
        world.plan(words);
    }
    let before = world.tip();
    world.plan(&[
        "gate",
        "remove",
        "foundation/tests",
        "--reason",
        "CI runs them",
    ]);
    let header = ".plans/demo-plan/plan.toml";
    world
        .sandbox
        .change_by_hand(header, |text| text.replace("count = 2\n", ""));
    for words in [
        &["update-task", "3", "--title", "Add the sign-out route"][..],
        &["update-task", "3", "--phase", "foundation"],
        &[
            "update-task",
            "2",
            "--description",
            "Answers in time.\n\nAt most three tries.\nThen it waits.\n",
        ],
        &["add-task", "Write the manual", "--phase", "routes"],
        &["update-task", "2", "--no-depends-on", "1"],
        &["remove-task", "1"],
    ] {
        world.plan(words);
    }
    let comment = world.comment(&before);
    assert_inert(&comment);
    assert_golden(&comment, "small.md");
    // The weakening that nobody accounts for is told so, and both come first, open.
    let page = forge::page(&comment);
    let (open, _) = page.text.split_once("Removed (").unwrap();
    assert!(
        open.contains("1 weakening has no record that says why."),
        "{open}"
    );
    assert!(open.contains("No record says why."), "{open}");
    assert!(open.contains("CI runs them"), "{open}");
    assert!(
        !comment
            .split("<details>")
            .next()
            .unwrap()
            .contains("Removed (")
    );
    // Words are marked.
    assert!(
        comment.contains("<del>two</del>") && comment.contains("<ins>three</ins>"),
        "{comment}"
    );
    assert_eq!(
        world.comment(&world.tip()).lines().last(),
        Some("Nothing changed.")
    );
}

/// A thousand changes in eight phases: 40 gates weakened, 200 tasks gone, 260 new, 400 otherwise, 100 moved.
fn large() -> (World, String) {
    let world = World::new();
    let mut operations = Vec::new();
    for phase in 0..8 {
        operations.push(json!({"op": "add-phase", "title": format!("Phase {phase}")}));
        for gate in 0..5 {
            let (phase, gate) = (format!("phase-{phase}"), format!("gate-{gate}"));
            operations.push(json!({"op": "gate add", "phase": phase, "gate": gate, "kind": "manual", "on": "push"}));
        }
    }
    for task in 0..700 {
        let phase = format!("phase-{}", task % 8);
        operations.push(json!({"op": "add-task", "title": format!("Task {task}"), "phase": phase, "key": format!("K{task}")}));
    }
    world.batch(&operations);
    let before = world.tip();
    let header = ".plans/demo-plan/plan.toml";
    world
        .sandbox
        .change_by_hand(header, |text| text.replace("on = \"push\"\n", ""));
    let mut operations = Vec::new();
    for task in 0..700 {
        let name = format!("K{task}");
        operations.push(match task {
            0..200 => json!({"op": "remove-task", "task": name}),
            200..600 => json!({"op": "update-task", "task": name, "title": format!("Another task {task}")}),
            _ => json!({"op": "update-task", "task": name, "phase": format!("phase-{}", (task + 1) % 8)}),
        });
    }
    for task in 700..960 {
        let phase = format!("phase-{}", task % 8);
        operations
            .push(json!({"op": "add-task", "title": format!("New task {task}"), "phase": phase}));
    }
    world.batch(&operations);
    (world, before)
}

#[test]
fn a_thousand_changes_fit_and_their_counts_add_up() {
    let (world, before) = large();
    let comment = world.comment(&before);
    assert!(
        comment.chars().count() <= 60_000,
        "{}",
        comment.chars().count()
    );
    assert!(
        comment.chars().count() > 40_000,
        "{}",
        comment.chars().count()
    );
    assert_inert(&comment);
    assert_golden(&comment, "large.md");
    let counts = "40 **weakened**, 200 removed, 260 added, 400 changed, 100 moved";
    assert!(comment.contains(counts), "{comment}");
    let shown = comment
        .lines()
        .filter(|line| line.starts_with("- `task"))
        .count();
    let gates = comment
        .lines()
        .filter(|line| line.starts_with("- `gate"))
        .count();
    assert_eq!(gates, 40);
    let left_out = Regex::new(r"limits: (\d+) of 1000 are not shown").unwrap();
    let left_out: usize = left_out.captures(&comment).unwrap()[1].parse().unwrap();
    assert_eq!(shown + gates + left_out, 1000);
    assert!(left_out > 0);
    // Whole sections are left out: each that is there has as many entries as its title says.
    let range = Regex::new(r"\((?:(\d+)–)?(\d+)").unwrap();
    for section in comment.split("<summary>").skip(1) {
        let section = section.split("</details>").next().unwrap();
        let (title, body) = section.split_once("</summary>").unwrap();
        let range = range.captures(title).unwrap();
        let number = |at| Some(range.get(at)?.as_str().parse::<usize>().unwrap());
        let count = number(2).unwrap() + 1 - number(1).unwrap_or(1);
        assert_eq!(body.matches("\n- `").count(), count, "{title}");
    }
}

/// A plan in which every word may be anything, and what happens to it.
fn with_words(words: &[String], text: &str) -> (World, String) {
    let world = World::new();
    world.batch(&[
        json!({"op": "add-phase", "title": words[0], "id": "first"}),
        json!({"op": "add-phase", "title": words[1], "id": "second"}),
        json!({"op": "gate add", "phase": "first", "gate": "tests", "kind": "command",
               "description": words[2], "argv": ["make", words[3]]}),
    ]);
    world.plan(&["add-task", "Old", "--phase", "first", "--key", "OLD"]);
    world.plan(&["add-task", "Other", "--phase", "first", "--key", "OTHER"]);
    let before = world.tip();
    let add = |title: &String| json!({"op": "add-task", "title": title, "phase": "second", "label": [title]});
    let mut operations: Vec<Value> = words.iter().map(add).collect();
    operations[0]["description"] = text.into();
    operations.push(json!({"op": "update-task", "task": "OLD", "title": words[4]}));
    operations.push(json!({"op": "note", "task": "OTHER", "text": words[5]}));
    operations.push(json!({"op": "add-item", "task": "OTHER", "text": [words[6]]}));
    operations.push(json!({"op": "update-task", "task": "OTHER", "phase": "second"}));
    world.batch(&operations);
    let reason = format!("--reason={}", words[7]);
    world.plan(&["gate", "remove", "first/tests", &reason]);
    (world, before)
}

#[test]
fn a_hostile_plan_is_nothing_but_text() {
    let is_title = |word: &&&str| !word.trim().is_empty() && !word.contains(['\n', '\r', '\0']);
    let words: Vec<String> = hostile::WORDS
        .iter()
        .filter(is_title)
        .map(|word| (*word).to_owned())
        .collect();
    let text = hostile::TEXTS.join("\n").replace(['\0', '\r'], "");
    let (world, before) = with_words(&words, &text);
    let comment = world.comment(&before);
    assert_inert(&comment);
    assert_golden(&comment, "hostile.md");
    // The same plan with words that mean nothing to anybody is the same page, but for what is in code.
    let harmless: Vec<String> = (0..words.len()).map(|at| format!("word{at:05}")).collect();
    let lines = text
        .lines()
        .map(|line| if line.is_empty() { "\n" } else { "line\n" });
    let (world, before) = with_words(&harmless, &lines.collect::<String>());
    let (page, other) = (forge::page(&comment), forge::page(&world.comment(&before)));
    // The first is the marker, which names other commits.
    assert_eq!(page.tags[1..], other.tags[1..]);
    assert_eq!(page.prose, other.prose);
    for word in &words {
        let shown = git_plan::render::escape::line(word);
        assert!(page.text.contains(&*shown), "{word}");
    }
}
