//! Two jobs in CI: one runs and may not write, the other records and runs nothing.

use std::fs;

use serde_json::{Value, json};

use crate::sandbox::{Run, Sandbox};
use crate::world::{add, is_marked, mark, record_texts, records, state, world};

const CI: [(&str, &str); 1] = [("CI", "true")];

/// Runs the first job, by the plans as they were tagged `base-plans`.
fn job(sandbox: &Sandbox, options: &[&str]) -> Run {
    let words = ["ci", "run", "--policy-ref", "base-plans", "--json"];
    sandbox.plan_with(&CI, &[&words[..], options].concat())
}

/// A world whose plans with one gate are the base's.
fn based(options: &[&str], argv: &[&str]) -> Sandbox {
    let sandbox = world();
    add(&sandbox, "t", options, argv);
    sandbox.plan(&["trust", "revoke", "--all"]).ok();
    sandbox.git(&["tag", "base-plans", "git-plan"]);
    sandbox.git(&["tag", "base"]);
    sandbox
}

fn outcomes(sandbox: &Sandbox) -> String {
    sandbox.root().join("outcomes.json").display().to_string()
}

/// Changes the first outcome of the file, and hands it to the second job.
fn forged(sandbox: &Sandbox, change: impl FnOnce(&mut Value)) -> Run {
    let file = outcomes(sandbox);
    let mut document: Value = serde_json::from_str(&fs::read_to_string(&file).unwrap()).unwrap();
    change(&mut document["data"][0]);
    let other = format!("{file}.forged");
    fs::write(&other, document.to_string()).unwrap();
    sandbox.plan(&["ci", "run", "--record", &other])
}

#[test]
fn what_one_job_ran_the_other_records() {
    let sandbox = based(&["--runner", "ci"], &["echo", "hello"]);
    let file = outcomes(&sandbox);
    let run = job(&sandbox, &["--out", &file]);
    assert_eq!(
        (run.code, &run.json()["data"][0]["result"]),
        (0, &"pass".into()),
        "{run:?}"
    );
    assert_eq!(records(&sandbox), 0, "the first writes nothing");
    sandbox.plan(&["ci", "run", "--record", &file]).ok();
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    let text = record_texts(&sandbox).remove(0).1;
    assert!(text.contains("runner = \"ci\""), "{text}");
    let again = job(&sandbox, &[]);
    assert_eq!(again.json()["total"], 0, "what holds is not run again");
}

#[test]
fn a_failure_is_handed_on_too() {
    let sandbox = based(&[], &["false"]);
    let file = outcomes(&sandbox);
    assert_eq!(job(&sandbox, &["--out", &file]).code, 1);
    sandbox.plan(&["ci", "run", "--record", &file]).ok();
    assert!(state(&sandbox, "f/t").1.contains("failed with exit code 1"));
}

#[test]
fn only_what_the_base_defines_so_is_run() {
    let sandbox = based(&[], &["true"]);
    let touch = mark(&sandbox).display().to_string();
    add(&sandbox, "new", &[], &["touch", &touch]);
    let plan = ".plans/demo-plan/plan.toml";
    sandbox.change_by_hand(plan, |text| {
        text.replace(
            "run = [\"true\"]",
            &format!("run = [\"touch\", \"{touch}\"]"),
        )
    });
    let run = job(&sandbox, &[]);
    assert_eq!((run.code, &run.json()["total"]), (0, &0.into()), "{run:?}");
    assert!(run.err.contains("f/t was not run") && run.err.contains("f/new was not run"));
    assert!(!is_marked(&sandbox));
}

#[test]
fn only_files_of_the_base_are_run_where_it_is_given() {
    let sandbox = world();
    sandbox.write("ci/t.sh", "true\n");
    sandbox.commit_all("script");
    add(&sandbox, "t", &[], &["sh", "ci/t.sh"]);
    sandbox.git(&["tag", "base-plans", "git-plan"]);
    sandbox.git(&["tag", "base"]);
    let script = format!("touch {}\n", mark(&sandbox).display());
    sandbox.write("ci/t.sh", script);
    sandbox.commit_all("changed");
    let run = job(&sandbox, &["--base", "base"]);
    assert!(
        run.err
            .contains("ci/t.sh is not the file that the base has"),
        "{run:?}"
    );
    assert!(!is_marked(&sandbox));
}

#[test]
fn outside_of_ci_a_person_confirms() {
    let touch = |sandbox: &Sandbox| mark(sandbox).display().to_string();
    let sandbox = world();
    add(&sandbox, "t", &[], &["touch", &touch(&sandbox)]);
    sandbox
        .plan(&["ci", "run", "--policy-ref", "git-plan"])
        .fails(4);
    assert!(!is_marked(&sandbox));
}

#[test]
fn what_cannot_be_true_is_not_recorded() {
    let sandbox = based(&[], &["true"]);
    let file = outcomes(&sandbox);
    job(&sandbox, &["--out", &file]);
    let zeros = "0".repeat(40);
    let changes: [(&str, Value); 13] = [
        ("plan", json!("other")),
        ("plan", json!("../x")),
        ("phase", json!("other")),
        ("gate", json!("other")),
        ("gate", json!("tasks")),
        ("commit", json!(zeros)),
        ("subject", json!("sha256:0")),
        ("argv", json!("sha256:0")),
        ("exit_code", json!(1)),
        ("output", json!("x")),
        ("output_end", json!("not asked for")),
        ("platform", json!("a b\u{1b}[2J")),
        ("started", json!("2999-01-01T00:00:00Z")),
    ];
    for (key, value) in changes {
        let run = forged(&sandbox, |outcome| outcome[key] = value.clone());
        assert_eq!(run.code, 3, "{key} {value}: {run:?}");
        assert!(!run.err.contains('\u{1b}'));
    }
    assert_eq!(
        forged(&sandbox, |outcome| outcome["who"] = json!("Eve")).code,
        3
    );
    assert_eq!(records(&sandbox), 0);
    forged(&sandbox, |_| {}).ok();
    assert_eq!(records(&sandbox), 1);
}

#[test]
fn an_outcome_of_another_definition_is_not_recorded() {
    let sandbox = based(&[], &["true"]);
    let file = outcomes(&sandbox);
    job(&sandbox, &["--out", &file]);
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        text.replace("run = [\"true\"]", "run = [\"true\", \"x\"]")
    });
    sandbox.plan(&["ci", "run", "--record", &file]).fails(3);
}
