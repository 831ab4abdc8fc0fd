//! The register of a plan, and the gate that waits for its questions and assumptions.

use std::process::Stdio;

use serde_json::Value;

use crate::sandbox::Sandbox;

/// A plan with two phases that wait for questions, a task in each.
fn asked() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    for phase in ["Foundation", "Release"] {
        let name = phase.to_lowercase();
        sandbox.plan(&["add-phase", phase]).ok();
        sandbox.plan(&["add-task", phase, "--phase", &name]).ok();
        sandbox
            .plan(&["gate", "add", &name, "asked", "--kind", "questions"])
            .ok();
    }
    sandbox
}

/// The gate `asked` of a phase, as scripts read it.
fn gate(sandbox: &Sandbox, phase: &str) -> Value {
    let run = sandbox.plan(&["show", &format!("{phase}/asked"), "--json"]);
    run.json()["data"].clone()
}

fn states(sandbox: &Sandbox) -> [String; 2] {
    ["foundation", "release"].map(|phase| gate(sandbox, phase)["state"].as_str().unwrap().into())
}

/// The path of an entry's file on the plan ref.
fn path(sandbox: &Sandbox, label: &str) -> String {
    let id = sandbox.plan(&["show", label, "--json"]).json()["data"]["id"].clone();
    format!(".plans/demo-plan/registers/{}.toml", id.as_str().unwrap())
}

#[test]
fn an_entry_is_written_shown_listed_and_resolved() {
    let sandbox = asked();
    let said = sandbox.plan(&[
        "register",
        "add",
        "question",
        "Which database?",
        "--blocking",
        "--impact",
        "the schema",
        "--owner",
        "Ada",
        "--concerns",
        "foundation",
        "--concerns",
        "2",
        "--concerns",
        "FR-1",
    ]);
    assert_eq!(said.ok(), "added question Q-1 \"Which database?\"\n");
    sandbox
        .plan(&["register", "add", "risk", "It is late"])
        .ok();
    let file = path(&sandbox, "Q-1");
    let task = sandbox.plan(&["show", "2", "--json"]).json()["data"]["id"].clone();
    let id = file.rsplit('/').next().unwrap().trim_end_matches(".toml");
    assert_eq!(
        sandbox.stored(&file),
        format!(
            "id = \"{id}\"\nkind = \"question\"\nlabel = \"Q-1\"\ntext = \"Which database?\"\n\
             impact = \"the schema\"\nowner = \"Ada\"\nblocking = true\n\
             concerns = [\"foundation\", {task}, \"FR-1\"]\n"
        )
    );
    assert_eq!(
        sandbox.plan(&["register", "list"]).ok(),
        "Label  Status    Text             Concerns                  Owner\n\
         Q-1    blocking  Which database?  foundation, task 2, FR-1  Ada\n\
         R-1    open      It is late                                 \n"
            .replace("                                 \n", "\n")
    );
    let before = sandbox.plan(&["register", "resolve", "Q-1", "SQLite"]).ok();
    assert_eq!(before, "resolved question Q-1 \"Which database?\"\n");
    let stored = sandbox.stored(&file);
    let resolution = "resolution = \"SQLite\"\nresolved_by = \"Ada <ada@example.org>\"\n\
                      resolved_when = 2026-01-31T09:30:00Z\n";
    assert!(stored.ends_with(resolution), "{stored}");
    let page = sandbox.plan(&["show", "q-1"]).ok();
    assert!(
        page.starts_with("question Q-1  Which database?  resolved\n"),
        "{page}"
    );
    assert!(page.contains("just now by Ada <ada@example.org>"), "{page}");
    let open = sandbox
        .plan(&["register", "list", "--open", "--json"])
        .json();
    assert_eq!(open["data"][0]["label"], "R-1");
    assert_eq!(open["total"], 1);
    let kind = sandbox.plan(&["register", "list", "--kind", "question", "--json"]);
    assert_eq!(kind.json()["data"][0]["status"], "resolved");
    let resolve = ["register", "resolve", "R-1", "It was", "--as", "robot"];
    sandbox.plan(&resolve).ok();
    let robot = sandbox.plan(&["show", "R-1", "--json"]).json()["data"]["resolved_as"].clone();
    assert_eq!(robot, "robot");
    let edit = sandbox.plan(&["edit", "Q-1"]).fails(3);
    assert!(
        edit.contains("git plan register resolve Q-1 TEXT"),
        "{edit}"
    );
    let again = sandbox.plan(&["register", "resolve", "Q-1", "Postgres"]);
    assert!(again.fails(1).contains("was resolved by Ada"));
    assert_eq!(sandbox.plan(&["show", "Q-1", "--toml"]).ok(), stored);
}

#[test]
fn what_names_nothing_is_refused() {
    let sandbox = asked();
    let add = |words: &[&str]| sandbox.plan(&[&["register", "add"], words].concat());
    let concerns = |word| add(&["question", "Why?", "--concerns", word]).fails(3);
    assert!(concerns("foundatoin").contains("names no phase, no task and no requirement"));
    assert!(concerns("9").contains("there is no task '9'"));
    assert!(concerns("other/1").contains("in another plan"));
    assert!(
        add(&["question", " "])
            .fails(3)
            .contains("the text is empty")
    );
    assert!(
        add(&["risk", "Late", "--blocking"])
            .fails(2)
            .contains("blocks no gate")
    );
    add(&["idea", "Why?"]).fails(2);
    let resolve = sandbox.plan(&["register", "resolve", "Q-1", "So"]).fails(3);
    assert!(
        resolve.contains("there is no register entry 'Q-1'"),
        "{resolve}"
    );
    assert!(
        resolve.contains("git plan -p demo-plan register list"),
        "{resolve}"
    );
    assert_eq!(
        sandbox.plan(&["register", "list"]).ok(),
        "Nothing in the register yet: git plan register add question \"TEXT\"\n"
    );
}

#[test]
fn the_gate_waits_for_blocking_questions_and_unconfirmed_assumptions() {
    let sandbox = asked();
    let add = |words: &[&str]| {
        sandbox.plan(&[&["register", "add"], words].concat()).ok();
    };
    assert_eq!(states(&sandbox), ["ok", "ok"]);
    add(&["question", "Nice to know?"]);
    add(&["assumption", "The sun rises"]);
    assert_eq!(states(&sandbox), ["ok", "ok"]);
    add(&[
        "question",
        "Which?",
        "--blocking",
        "--concerns",
        "foundation",
    ]);
    add(&["assumption", "It fits", "--concerns", "2"]);
    assert_eq!(states(&sandbox), ["unmet", "unmet"]);
    assert_eq!(
        gate(&sandbox, "foundation")["reason"],
        "question Q-2 is open: Which?"
    );
    assert_eq!(
        gate(&sandbox, "release")["reason"],
        "assumption A-2 is not confirmed: It fits"
    );
    sandbox.plan(&["done", "1"]).ok();
    let refused = sandbox.plan(&["close-phase", "foundation"]).fails(1);
    let fix = "git plan register resolve Q-2 TEXT";
    assert!(refused.contains(fix), "{refused}");
    assert_eq!(gate(&sandbox, "foundation")["fix"], fix);
    sandbox.plan(&["gate", "check", "foundation"]).fails(1);
    sandbox
        .plan(&["register", "resolve", "Q-2", "That one"])
        .ok();
    assert_eq!(states(&sandbox), ["ok", "unmet"]);
    sandbox.plan(&["close-phase", "foundation"]).ok();
    add(&["question", "All over?", "--blocking"]);
    add(&["assumption", "Users agree", "--concerns", "NFR-2"]);
    sandbox
        .plan(&["register", "resolve", "A-2", "Measured"])
        .ok();
    assert_eq!(
        gate(&sandbox, "release")["reason"],
        "question Q-3 is open: All over?; and 1 more"
    );
    sandbox.plan(&["register", "resolve", "Q-3", "Yes"]).ok();
    sandbox
        .plan(&["register", "resolve", "A-3", "They said so"])
        .ok();
    assert_eq!(states(&sandbox), ["ok", "ok"]);
}

/// The outcome depends on nothing but the plan: new code changes nothing.
#[test]
fn the_gate_is_bound_to_no_code() {
    let sandbox = asked();
    sandbox
        .plan(&["register", "add", "question", "Which?", "--blocking"])
        .ok();
    sandbox.write("README", "changed\n");
    sandbox.commit_all("more");
    assert_eq!(states(&sandbox), ["unmet", "unmet"]);
    sandbox.plan(&["register", "resolve", "Q-1", "This"]).ok();
    sandbox.write("README", "changed again\n");
    sandbox.commit_all("and more");
    assert_eq!(states(&sandbox), ["ok", "ok"]);
    let signed = sandbox.plan(&[
        "gate",
        "add",
        "release",
        "g",
        "--kind",
        "questions",
        "--signed",
    ]);
    assert!(signed.fails(2).contains("takes no 'signed'"));
}

#[test]
fn a_broken_file_makes_the_gate_an_error_and_its_label_is_not_given_again() {
    let sandbox = asked();
    sandbox
        .plan(&["register", "add", "question", "Which?"])
        .ok();
    let file = path(&sandbox, "Q-1");
    for breakage in ["\nresolution = \"by nobody\"\n", "\nkind = \"question\"\n"] {
        let whole = sandbox.stored(&file);
        sandbox.change_by_hand(&file, |text| text + breakage);
        assert_eq!(states(&sandbox), ["error", "error"], "{breakage}");
        let reason = gate(&sandbox, "release")["reason"].to_string();
        assert!(reason.contains(&file), "{reason}");
        let found = sandbox.plan(&["doctor"]);
        assert_eq!(found.code, 1);
        assert!(found.out.contains(&file), "{found:?}");
        sandbox.store_by_hand(&[(&file, Some(&whole))]);
        assert_eq!(states(&sandbox), ["ok", "ok"]);
    }
    sandbox.change_by_hand(&file, |text| text + "owner = 1\n");
    sandbox
        .plan(&["register", "add", "question", "What then?"])
        .ok();
    let listed = sandbox.plan(&["register", "list", "--json"]).json();
    assert_eq!(listed["data"][0]["label"], "Q-2");
    let stray = ".plans/demo-plan/registers/notes.txt";
    sandbox.store_by_hand(&[(&file, None), (stray, Some("?"))]);
    assert_eq!(states(&sandbox), ["error", "error"]);
}

#[test]
fn an_entry_taken_back_stays_and_a_resolution_taken_back_opens_it() {
    let sandbox = asked();
    sandbox
        .plan(&["register", "add", "question", "Which?", "--blocking"])
        .ok();
    let file = path(&sandbox, "Q-1");
    sandbox.change_by_hand(&file, |text| format!("# asked at the review\n{text}"));
    sandbox.plan(&["register", "resolve", "Q-1", "This"]).ok();
    sandbox.plan(&["undo"]).ok();
    assert_eq!(states(&sandbox), ["unmet", "unmet"]);
    let stored = sandbox.stored(&file);
    assert!(stored.starts_with("# asked at the review\n"), "{stored}");
    assert!(!stored.contains("resol"), "{stored}");
    let undone = sandbox.plan(&["undo"]).ok();
    assert!(
        undone.contains("Q-1 \"Which?\" in the register: resolved as taken back"),
        "{undone}"
    );
    let entry = sandbox.plan(&["show", "Q-1", "--json"]).json()["data"].clone();
    assert_eq!(entry["resolution"], "Taken back.");
    assert_eq!(states(&sandbox), ["ok", "ok"]);
    sandbox
        .plan(&["register", "add", "question", "And now?"])
        .ok();
    assert!(sandbox.plan(&["show", "Q-2"]).ok().contains("And now?"));
    let log = sandbox.plan(&["log", "Q-1"]).ok();
    for what in [
        "added question Q-1 \"Which?\"",
        "question Q-1 \"Which?\": resolution: (none) → ",
        "(undo of ",
    ] {
        assert!(log.contains(what), "{log}");
    }
}

#[test]
fn two_clones_that_gave_one_label_are_told() {
    let sandbox = asked();
    sandbox
        .plan(&["register", "add", "question", "Which?"])
        .ok();
    let file = path(&sandbox, "Q-1");
    let twin = sandbox
        .stored(&file)
        .replace(
            file.rsplit('/').next().unwrap().trim_end_matches(".toml"),
            "tw1n000000",
        )
        .replace("Which?", "What?");
    let other = ".plans/demo-plan/registers/tw1n000000.toml";
    sandbox.store_by_hand(&[(other, Some(&twin))]);
    let found = sandbox.plan(&["doctor"]);
    assert_eq!(found.code, 1);
    assert!(found.out.contains("Q-1 is the label of"), "{found:?}");
    let refused = sandbox.plan(&["register", "resolve", "Q-1", "So"]).fails(3);
    assert!(
        refused.contains("'Q-1' names 2 register entries"),
        "{refused}"
    );
    sandbox.plan(&["show", "Q-1"]).fails(3);
    sandbox
        .plan(&["register", "resolve", "Q-1-tw1n", "So"])
        .ok();
    sandbox
        .plan(&["register", "resolve", "demo-plan/tw1n0", "So"])
        .fails(1);
    sandbox.plan(&["register", "add", "question", "Next?"]).ok();
    assert!(sandbox.plan(&["show", "Q-2"]).ok().contains("Next?"));
}

#[test]
fn doctor_tells_what_an_entry_concerns_that_is_gone_and_it_still_counts() {
    let sandbox = asked();
    let words = [
        "register",
        "add",
        "question",
        "Which?",
        "--blocking",
        "--concerns",
        "2",
    ];
    sandbox.plan(&words).ok();
    assert_eq!(states(&sandbox), ["ok", "unmet"]);
    sandbox.plan(&["remove-task", "2"]).ok();
    assert_eq!(states(&sandbox), ["unmet", "unmet"]);
    let found = sandbox.plan(&["doctor"]);
    assert!(
        found
            .out
            .contains("which is not there: it counts for every phase"),
        "{found:?}"
    );
}

#[test]
fn a_batch_adds_and_resolves_in_one_commit() {
    let sandbox = asked();
    let before = sandbox.git(&["rev-list", "--count", "git-plan"]);
    let lines = "{\"op\":\"register add\",\"kind\":\"question\",\"text\":\"Which?\",\"concerns\":[\"1\"]}\n\
                 {\"op\":\"register resolve\",\"label\":\"Q-1\",\"text\":\"This\"}\n";
    sandbox.plan_fed(lines, &["batch"]).ok();
    let after = sandbox.git(&["rev-list", "--count", "git-plan"]);
    assert_eq!(
        after.parse::<u32>(),
        before.parse::<u32>().map(|count| count + 1)
    );
    let entry = sandbox.plan(&["show", "Q-1", "--json"]).json()["data"].clone();
    assert_eq!(entry["status"], "resolved");
}

/// Labels are given anew on a lost race: none twice, none left out.
#[test]
fn many_at_once_get_labels_of_their_own() {
    let sandbox = asked();
    let start = |number: usize| {
        let text = format!("Question {number}?");
        let mut command = sandbox.plan_command(&["register", "add", "question", &text]);
        command.stdout(Stdio::null()).spawn().unwrap()
    };
    let children: Vec<_> = (0..6).map(start).collect();
    for mut child in children {
        assert!(child.wait().unwrap().success());
    }
    let listed = sandbox.plan(&["register", "list", "--json"]).json();
    let labels: Vec<&str> = listed["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|entry| entry["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["Q-1", "Q-2", "Q-3", "Q-4", "Q-5", "Q-6"]);
}

#[test]
fn no_control_character_of_an_entry_reaches_a_terminal() {
    let sandbox = asked();
    let text = "Which\u{1b}[31m?\nAt \u{1b}[2Jlength";
    sandbox
        .plan(&["register", "add", "question", text, "--blocking"])
        .ok();
    for words in [
        &["register", "list"][..],
        &["show", "Q-1"],
        &["gate", "list"],
    ] {
        let out = sandbox.plan(words).ok();
        assert!(!out.contains('\u{1b}'), "{out:?}");
    }
    let completed = sandbox
        .plan(&["__complete", "register", "resolve", ""])
        .ok();
    assert_eq!(completed, "Q-1\tWhich\\x1b[31m?\n");
}

/// Who removes or softens an entry by hand does not get it past the server.
#[test]
fn a_push_of_plans_that_lost_an_entry_is_refused() {
    let sandbox = asked();
    sandbox
        .plan(&["register", "add", "question", "Which?", "--blocking"])
        .ok();
    let file = path(&sandbox, "Q-1");
    let base = sandbox.git(&["rev-parse", "git-plan"]);
    let whole = sandbox.stored(&file);
    let check = || {
        sandbox.plan(&[
            "ci",
            "check",
            "--plan-ref",
            "--base",
            &base,
            "--head",
            "git-plan",
        ])
    };
    let refused = |text: Option<&str>, why: &str| {
        sandbox.store_by_hand(&[(&file, text)]);
        let run = check();
        assert_eq!(run.code, 1, "{run:?}");
        assert!(run.out.contains(why) || run.err.contains(why), "{run:?}");
    };
    refused(None, "an entry of the register is resolved, never removed");
    let softer = whole.replace("blocking = true\n", "");
    refused(Some(&softer), "Q-1 is blocking until it is resolved");
    let renamed = whole.replace("Q-1", "Q-7");
    refused(Some(&renamed), "id, kind and label of Q-1 never change");
    refused(Some("kind = 1\n"), "cannot be read");
    sandbox.store_by_hand(&[(&file, Some(&whole))]);
    check().ok();
    sandbox.plan(&["register", "resolve", "Q-1", "This"]).ok();
    check().ok();
}
