//! What a hand can do to a file without a key changing is not hidden.

use serde_json::json;

use crate::sandbox::Sandbox;
use crate::world::{HEADER, by_hand, changes, class, diff, json, strict, tip};

#[test]
fn comments_and_form_are_told() {
    let sandbox = strict();
    let base = tip(&sandbox);
    by_hand(
        &sandbox,
        HEADER,
        "[policy]",
        "# nobody reads this\n[policy]",
    );
    let text = diff(&sandbox, &base);
    assert!(text.contains("+ # nobody reads this"), "{text}");
    assert_eq!(json(&sandbox, &base)["summary"]["changed"], 1);
    let base = tip(&sandbox);
    by_hand(
        &sandbox,
        HEADER,
        "title = \"Demo plan\"",
        "title = 'Demo plan'",
    );
    assert_eq!(changes(&sandbox, &base).len(), 1);
    let base = tip(&sandbox);
    by_hand(
        &sandbox,
        HEADER,
        "# nobody reads this",
        "# nobody reads that",
    );
    by_hand(&sandbox, HEADER, "'Demo plan'", "'Demo'");
    let found = changes(&sandbox, &base);
    let keys: Vec<_> = found.iter().map(|change| change["key"].clone()).collect();
    assert_eq!(keys, [json!("title"), json!("text")]);
}

#[test]
fn documents_are_shown_by_their_lines() {
    let sandbox = strict();
    let path = ".plans/demo-plan/docs/prd.md";
    sandbox.store_by_hand(&[(path, Some("# One\n\ntwo\n"))]);
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(path, Some("# One\n\nthree\n"))]);
    let text = diff(&sandbox, &base);
    assert_eq!(class(&text, "Changed")[0], format!("  ~ file {path}"));
    assert!(text.contains("        - two\n        + three\n"), "{text}");
    assert_eq!(json(&sandbox, &base)["summary"]["weakened"], 0);
}

#[test]
fn what_is_no_plain_file_and_no_text_is_told() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    let task = sandbox.task_path("demo-plan", "1");
    let base = tip(&sandbox);
    sandbox.store_entries_by_hand(&[(&task, Some(("120000", b"/etc/passwd")))]);
    let text = diff(&sandbox, &base);
    assert!(
        class(&text, "Weakened")[0].ends_with("it cannot be read: not a plain file"),
        "{text}"
    );
    let base = tip(&sandbox);
    let path = ".plans/demo-plan/docs/logo.png";
    sandbox.store_entries_by_hand(&[(path, Some(("100644", b"\x89PNG\0\0")))]);
    let text = diff(&sandbox, &base);
    assert!(text.contains("6 bytes that are no text"), "{text}");
}

#[test]
fn hostile_words_do_nothing_to_a_terminal() {
    let sandbox = strict();
    let base = tip(&sandbox);
    sandbox.plan(&["add-task", "One"]).ok();
    let task = sandbox.task_path("demo-plan", "1");
    let title = "\\u001b]0;x\\u0007\\u202e";
    sandbox.change_by_hand(&task, |text| {
        let text = text.replace("\"One\"", &format!("\"{title}\""));
        format!("{text}description = \"{title}\\n{title}\"\n\"{title}\" = 1\n# \u{1b}[2J\n")
    });
    sandbox.store_by_hand(&[(
        ".plans/demo-plan/docs/\u{1b}[2J.md",
        Some("\u{1b}[2J\u{202e}\n"),
    )]);
    for words in [&["diff", &format!("{base}..")][..], &["log"]] {
        let out = sandbox.plan(words).ok();
        assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{out:?}");
    }
    let out = sandbox.plan(&["diff", &format!("{base}.."), "--json"]).out;
    assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{out:?}");
}

#[test]
fn a_file_that_was_broken_and_is_mended_is_told() {
    let sandbox = strict();
    sandbox.change_by_hand(HEADER, |text| format!("{text}= nothing\n"));
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(HEADER, Some(crate::world::STRICT))]);
    let text = diff(&sandbox, &base);
    assert!(
        class(&text, "Weakened")[0].contains("before, it could not be read"),
        "{text}"
    );
}

#[test]
fn a_dry_run_tells_what_will_be_asked() {
    let sandbox = strict();
    let words = ["gate", "remove", "a/read", "--dry-run"];
    let text = sandbox.plan(&words).ok();
    assert_eq!(
        class(&text, "Weakened"),
        [
            "  ! gate a/read: removed",
            "      it was: count = 2, kind = approval",
            "      --reason says why when it is stored",
        ]
    );
}

#[test]
fn an_empty_diff_says_so_in_numbers() {
    let sandbox = Sandbox::with_plan();
    let text = sandbox.plan(&["diff", "git-plan..git-plan"]).ok();
    let tip = &tip(&sandbox)[..10];
    let counts = "0 weakened, 0 removed, 0 added, 0 changed, 0 moved";
    assert_eq!(text, format!("{counts} (from {tip} to {tip})\n"));
}
