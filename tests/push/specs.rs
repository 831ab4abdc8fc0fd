//! R5: a specification asks for less only with a record that says why.

use crate::remote::{Said, Site};

const PATH: &str = ".plans/demo/specs/cognito.toml";
const SPEC: &str = "[[rule]]\nid = \"sdk\"\nscope.include = [\"src\"]\nmatch.identifiers = [\"auth0\", \"Auth0Client\"]\n";

fn push_plans(site: &Site) -> Said {
    site.push(&["origin", "git-plan"])
}

/// A site whose first task carries a specification, known on both sides.
fn with_spec() -> Site {
    let site = Site::new();
    site.sandbox.store_by_hand(&[(PATH, Some(SPEC))]);
    let task = site.sandbox.task_path("demo", "1");
    site.sandbox.change_by_hand(&task, |text| {
        let (head, rest) = text.split_once("\n\n").unwrap_or((text.trim_end(), ""));
        format!("{head}\nspecs = [\"cognito\"]\n\n{rest}")
    });
    site.share_plans();
    site
}

fn refused_for(site: &Site, expected: &str) {
    let said = push_plans(site);
    let line = format!("refused (R5): git-plan: {expected}, and no record says why\n");
    assert_eq!(said.code, 1, "{said:?}");
    assert!(said.text.starts_with(&line), "{said:?}");
}

#[test]
fn one_that_asks_for_less_by_hand_is_refused() {
    for (from, to, expected) in [
        (
            "\"auth0\", ",
            "",
            "spec cognito is weaker than before (rule sdk: no longer looked for: identifiers auth0)",
        ),
        (
            "[\"src\"]",
            "[\"src/new\"]",
            "spec cognito is weaker than before (rule sdk: its scope is narrower: no longer in src)",
        ),
    ] {
        let site = with_spec();
        site.sandbox
            .change_by_hand(PATH, |text| text.replacen(from, to, 1));
        refused_for(&site, expected);
    }
}

#[test]
fn one_that_cannot_be_read_any_more_is_refused() {
    for (from, to) in [("\"sdk\"", "\"sdk"), (SPEC, "")] {
        let site = with_spec();
        site.sandbox
            .change_by_hand(PATH, |text| text.replacen(from, to, 1));
        let said = push_plans(&site);
        let line = format!("refused (R5): git-plan: {PATH} cannot be read: ");
        assert_eq!(said.code, 1, "{said:?}");
        assert!(said.text.starts_with(&line), "{said:?}");
    }
}

#[test]
fn one_that_goes_by_hand_is_refused() {
    let site = with_spec();
    site.sandbox.store_by_hand(&[(PATH, None)]);
    refused_for(&site, "spec cognito is weaker than before (removed)");
}

#[test]
fn a_task_that_no_longer_carries_one_by_hand_is_refused() {
    let site = with_spec();
    let task = site.sandbox.task_path("demo", "1");
    site.sandbox
        .change_by_hand(&task, |text| text.replace("specs = [\"cognito\"]\n", ""));
    let expected = "task 1 \"Dig\" is weaker than before (no longer verified by: cognito)";
    refused_for(&site, expected);
}

#[test]
fn asking_for_more_needs_no_reason() {
    let site = with_spec();
    site.sandbox.change_by_hand(PATH, |text| {
        let text = text.replace("[\"src\"]", "[\"src\", \"lib\"]");
        format!("# more\n{text}\n[[rule]]\nid = \"b\"\nexpect.calls = \"signIn\"\n")
    });
    push_plans(&site).passed("");
}

#[test]
fn one_that_asks_for_less_with_its_reason_is_let_through() {
    let site = with_spec();
    let weaker = SPEC.replace("\"auth0\", ", "");
    site.sandbox.write("cognito.toml", &weaker);
    site.plans(&[
        &[
            "add-spec",
            "cognito.toml",
            "--name",
            "cognito",
            "--replace",
            "--reason",
            "All moved",
        ],
        &[
            "update-task",
            "1",
            "--no-spec",
            "cognito",
            "--reason",
            "Done elsewhere",
        ],
    ]);
    push_plans(&site).passed("");
    site.plan(&["remove-spec", "cognito", "--reason", "Over"]);
    push_plans(&site).passed("");
}

/// What could not be read let nothing through; what takes its place needs a reason.
#[test]
fn one_that_could_not_be_read_is_mended_with_a_reason() {
    let site = with_spec();
    site.sandbox
        .change_by_hand(PATH, |text| text.replace("\"sdk\"", "\"sdk"));
    site.share_plans();
    site.sandbox.store_by_hand(&[(PATH, Some(SPEC))]);
    let expected = "spec cognito is weaker than before (before, it could not be read)";
    refused_for(&site, expected);
    site.git(&["update-ref", "refs/heads/git-plan", "git-plan~1"]);
    site.sandbox.write("cognito.toml", SPEC);
    let mend = ["add-spec", "cognito.toml", "--name", "cognito", "--replace"];
    site.plan(&[&mend[..], &["--reason", "A quote was missing"]].concat());
    push_plans(&site).passed("");
}
