//! Each way in which less can be asked for, made alone, by a command and by hand: the first line of the
//! diff.

use serde_json::Value;

use crate::sandbox::Sandbox;
use crate::world::{HEADER, by_hand, changes, class, diff, edit, json, strict, tip};

/// An exchange of words in the header, what it weakens, and what it comes to.
const ROWS: [(&str, &str, &str, &str); 22] = [
    (
        "on = \"push\"\n",
        "",
        "gate a/tests",
        "'on' lowered from push to close",
    ),
    (
        "\"cargo\", \"test\"",
        "\"true\"",
        "gate a/tests",
        "its command changed",
    ),
    (
        "[\"src\"]",
        "[\"docs\"]",
        "gate a/tests",
        "its inputs changed",
    ),
    ("\"10m\"", "\"1h\"", "gate a/tests", "its timeout extended"),
    ("\"7d\"", "\"30d\"", "gate a/tests", "its max_age extended"),
    (
        "max_age = \"7d\"\n",
        "",
        "gate a/tests",
        "its max_age extended",
    ),
    (
        "\"linux\"",
        "\"macos\"",
        "gate a/tests",
        "its platform changed",
    ),
    (
        "runner = \"ci\"\n",
        "",
        "gate a/tests",
        "its runner changed",
    ),
    (
        "signed = true\n",
        "",
        "gate a/tests",
        "signatures are no longer asked for",
    ),
    ("count = 2", "count = 1", "gate a/read", "its count lowered"),
    (
        "kind = \"approval\"\ncount = 2",
        "kind = \"manual\"",
        "gate a/read",
        "its kind changed; its count lowered",
    ),
    (
        "[\"main\", \"refs/tags/v*\"]",
        "[\"main\"]",
        "plan demo-plan",
        "no longer protected: refs/tags/v*",
    ),
    (
        "[\"feat/*\", \"fix/*\"]",
        "[\"fix/*\"]",
        "plan demo-plan",
        "no longer the plan's: feat/*",
    ),
    (
        "land = \"closed\"",
        "land = \"ordered\"",
        "plan demo-plan",
        "land is 'ordered'",
    ),
    (
        "unlinked = \"block\"",
        "unlinked = \"warn\"",
        "plan demo-plan",
        "unlinked is 'warn'",
    ),
    (
        "weakening = \"approve\"",
        "weakening = \"record\"",
        "plan demo-plan",
        "weakening is 'record'",
    ),
    (
        "waive = \"other\"",
        "waive = \"anyone\"",
        "plan demo-plan",
        "waive is 'anyone'",
    ),
    (
        "waive = \"other\"",
        "waive = \"other\"\nsigners = [\"eve@x ssh-ed25519 AAAA\"]",
        "plan demo-plan",
        "1 more may sign",
    ),
    (
        "after = [\"a\", \"b\"]",
        "after = [\"a\"]",
        "phase c",
        "no longer after b",
    ),
    (
        "after = [\"a\", \"b\"]",
        "after = []",
        "phase c",
        "no longer after a, b",
    ),
    (
        "id = \"b\"\ntitle = \"Second\"",
        "id = \"b\"\ntitle = \"Second\"\nafter = []",
        "phase b",
        "no longer after a",
    ),
    (
        "[[phase.gate]]\nid = \"read\"\nkind = \"approval\"\ncount = 2\n",
        "",
        "gate a/read",
        "removed",
    ),
];

/// That the first line of the diff, and its first change for programs, is this weakening.
#[track_caller]
fn leads(sandbox: &Sandbox, base: &str, what: &str, why: &str) -> Value {
    let text = diff(sandbox, base);
    let first = class(&text, "Weakened")[0];
    assert_eq!(first, format!("  ! {what}: {why}"), "{text}");
    assert_eq!(text.lines().nth(2), Some("Weakened"), "{text}");
    let first = changes(sandbox, base).swap_remove(0);
    assert_eq!(first["severity"], "weakening");
    assert_eq!(first["why"], why);
    first
}

#[test]
fn each_row_leads_where_it_was_made_by_a_command_with_its_reason() {
    for (from, to, what, why) in ROWS {
        let sandbox = strict();
        let base = tip(&sandbox);
        edit(&sandbox, "demo-plan", from, to).ok();
        let change = leads(&sandbox, &base, what, why);
        let recorded = change["recorded"].as_array().unwrap();
        assert_eq!(recorded.len(), 1, "{change}");
        assert_eq!(recorded[0]["reason"], "we agreed");
        let text = diff(&sandbox, &base);
        let said = "      recorded by Ada <ada@example.org>: we agreed";
        assert!(class(&text, "Weakened").contains(&said), "{text}");
    }
}

#[test]
fn each_row_leads_where_it_was_made_by_hand_and_says_that_nobody_said_why() {
    for (from, to, what, why) in ROWS {
        let sandbox = strict();
        let base = tip(&sandbox);
        by_hand(&sandbox, HEADER, from, to);
        let change = leads(&sandbox, &base, what, why);
        assert_eq!(change["recorded"], serde_json::json!([]));
        let text = diff(&sandbox, &base);
        assert!(
            class(&text, "Weakened").contains(&"      no record says why"),
            "{text}"
        );
        assert_eq!(
            json(&sandbox, &base)["summary"]["weakened"],
            1,
            "{from} → {to}"
        );
    }
}

#[test]
fn the_way_back_asks_for_more_and_is_none() {
    for (from, to, ..) in ROWS {
        let sandbox = strict();
        if ["\"10m\"", "\"linux\""].contains(&from) || to.contains("true") || to.contains("docs") {
            continue;
        }
        by_hand(&sandbox, HEADER, from, to);
        let base = tip(&sandbox);
        sandbox.store_by_hand(&[(HEADER, Some(crate::world::STRICT))]);
        let found = json(&sandbox, &base);
        if to.contains("manual") {
            assert_eq!(found["summary"]["weakened"], 1);
            continue;
        }
        assert_eq!(found["summary"]["weakened"], 0, "{to} → {from}: {found}");
        assert_ne!(found["changes"], serde_json::json!([]), "{to} → {from}");
    }
}

#[test]
fn an_order_in_which_a_predecessor_falls_away_is_one() {
    let sandbox = strict();
    let base = tip(&sandbox);
    let (b, c) = (
        "[[phase]]\nid = \"b\"\ntitle = \"Second\"\n",
        "[[phase]]\nid = \"c\"\ntitle = \"Third\"\nafter = [\"a\", \"b\"]\n",
    );
    by_hand(&sandbox, HEADER, b, "");
    let text = diff(&sandbox, &base);
    assert_eq!(
        class(&text, "Weakened")[0],
        "  ! phase c: no longer after b"
    );
    assert_eq!(class(&text, "Removed")[0], "  - phase b");
    let sandbox = strict();
    by_hand(
        &sandbox,
        HEADER,
        c,
        "[[phase]]\nid = \"c\"\ntitle = \"Third\"\n",
    );
    let base = tip(&sandbox);
    by_hand(&sandbox, HEADER, b, "");
    by_hand(
        &sandbox,
        HEADER,
        "title = \"Third\"\n",
        &format!("title = \"Third\"\n{b}"),
    );
    let text = diff(&sandbox, &base);
    assert_eq!(
        class(&text, "Weakened")[0],
        "  ! phase c: no longer after b"
    );
    assert_eq!(class(&text, "Moved")[0], "  > plan demo-plan");
}

#[test]
fn a_waiver_says_who_and_why_by_itself() {
    let sandbox = strict();
    let base = tip(&sandbox);
    let until = ["--until", "2026-03-01"];
    let words = [
        "gate",
        "waive",
        "a/read",
        "--reason",
        "the release cannot wait",
    ];
    sandbox.plan(&[&words[..], &until].concat()).ok();
    let change = leads(
        &sandbox,
        &base,
        "waiver of gate a/read",
        "it need not hold until then",
    );
    assert_eq!(change["to"]["note"], "the release cannot wait");
    let text = diff(&sandbox, &base);
    assert!(text.contains("the release cannot wait"), "{text}");
    assert!(text.contains("Ada <ada@example.org>"), "{text}");
    assert!(text.contains("2026-03-01"), "{text}");
}

/// A record of one kind about gate a/tests, as its file.
fn record(id: &str, rest: &str) -> (String, String) {
    let path = format!(".plans/demo-plan/evidence/{}/{id}.toml", &id[..2]);
    let text = format!(
        "id = \"{id}\"\nplan = \"demo-plan\"\n{rest}\nwho = \"Ada <ada@example.org>\"\n\
         when = 2026-01-01T00:00:00Z\n"
    );
    (path, text)
}

#[test]
fn records_are_only_ever_added() {
    let sandbox = strict();
    let (path, text) = record(
        "0123456789",
        "kind = \"approval\"\nphase = \"a\"\ngate = \"read\"",
    );
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    let base = tip(&sandbox);
    by_hand(&sandbox, &path, "Ada", "Eve");
    leads(
        &sandbox,
        &base,
        "approval of gate a/read",
        "a record is never changed",
    );
    assert!(diff(&sandbox, &base).contains("+ who = \"Eve <ada@example.org>\""));
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(&path, None)]);
    leads(
        &sandbox,
        &base,
        "approval of gate a/read",
        "a record is never removed",
    );
}

#[test]
fn taking_back_a_failure_is_one() {
    let sandbox = strict();
    let outcome = "kind = \"outcome\"\nphase = \"a\"\ngate = \"tests\"\nresult = \"fail\"";
    let (path, text) = record("0123456789", outcome);
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    let base = tip(&sandbox);
    let (path, text) = record(
        "1123456789",
        "kind = \"revocation\"\nrevokes = \"0123456789\"",
    );
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    let what = "revocation of outcome 'fail' of gate a/tests";
    leads(&sandbox, &base, what, "a failure no longer counts");
    let base = tip(&sandbox);
    let (path, text) = record(
        "2123456789",
        "kind = \"revocation\"\nrevokes = \"1123456789\"",
    );
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    let what = "revocation of revocation of record 0123456789";
    leads(&sandbox, &base, what, "what was taken back counts again");
    let base = tip(&sandbox);
    let (path, text) = record("3123456789", "kind = \"pardon\"");
    sandbox.store_by_hand(&[(&path, Some(&text))]);
    leads(
        &sandbox,
        &base,
        "pardon",
        "it is of a kind that is not known here",
    );
}

#[test]
fn a_record_of_another_change_does_not_account_for_one() {
    let sandbox = strict();
    let base = tip(&sandbox);
    edit(&sandbox, "demo-plan", "count = 2", "count = 1").ok();
    by_hand(&sandbox, HEADER, "count = 1\n", "");
    by_hand(&sandbox, HEADER, "\"1w\"", "\"30d\"");
    let text = diff(&sandbox, &base);
    let weakened = class(&text, "Weakened");
    assert_eq!(weakened[0], "  ! gate a/tests: its max_age extended");
    assert_eq!(weakened[2], "      no record says why");
}

#[test]
fn a_plan_that_is_gone_is_one() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    let base = tip(&sandbox);
    let task = sandbox.task_path("demo-plan", "1");
    sandbox.store_by_hand(&[(HEADER, None), (&task, None)]);
    let why = "plan demo-plan is gone with all of its gates; plans are archived, never removed";
    leads(&sandbox, &base, "plan demo-plan", why);
    assert_eq!(
        class(&diff(&sandbox, &base), "Removed"),
        ["  - task 1 \"One\""]
    );
}

#[test]
fn what_cannot_be_read_any_more_is_one() {
    let sandbox = strict();
    sandbox.plan(&["add-task", "One"]).ok();
    for path in [HEADER.to_owned(), sandbox.task_path("demo-plan", "1")] {
        let base = tip(&sandbox);
        sandbox.change_by_hand(&path, |text| format!("{text}= nothing\n"));
        let text = diff(&sandbox, &base);
        let first = class(&text, "Weakened")[0];
        assert!(first.contains("it cannot be read: "), "{text}");
        assert!(text.contains("+ = nothing"), "{text}");
    }
}

#[test]
fn an_entry_of_the_register_that_asks_for_less_is_one() {
    let sandbox = strict();
    let words = ["register", "add", "question", "Which one?", "--blocking"];
    sandbox.plan(&words).ok();
    let folder = sandbox.git(&[
        "ls-tree",
        "--name-only",
        "git-plan",
        ".plans/demo-plan/registers/",
    ]);
    let base = tip(&sandbox);
    by_hand(&sandbox, &folder, "blocking = true\n", "");
    let what = "question Q-1 \"Which one?\"";
    let text = diff(&sandbox, &base);
    assert_eq!(
        class(&text, "Weakened")[0],
        format!("  ! {what}: work no longer stops at it")
    );
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(&folder, None)]);
    leads(
        &sandbox,
        &base,
        what,
        "an entry of the register is resolved, never removed",
    );
}

#[test]
fn what_the_table_does_not_know_counts() {
    let sandbox = strict();
    for (from, to, key) in [
        (
            "status = \"active\"\n",
            "status = \"active\"\ncolour = \"red\"\n",
            "colour",
        ),
        (
            "title = \"First\"\n",
            "title = \"First\"\nmust = true\n",
            "phase.a.must",
        ),
        ("[policy]\n", "[policy]\nlenient = true\n", "policy"),
        ("id = \"read\"\n", "id = \"read\"\nskip = true\n", "gate"),
    ] {
        let base = tip(&sandbox);
        by_hand(&sandbox, HEADER, from, to);
        let first = changes(&sandbox, &base).swap_remove(0);
        assert_eq!(first["severity"], "weakening", "{key}: {first}");
    }
    sandbox.plan(&["add-task", "One"]).ok();
    let base = tip(&sandbox);
    let task = sandbox.task_path("demo-plan", "1");
    sandbox.change_by_hand(&task, |text| format!("{text}spec = \"none\"\n"));
    leads(
        &sandbox,
        &base,
        "task 1 \"One\"",
        "a key that is not known here",
    );
    for (path, name) in [
        (
            ".plans/demo-plan/specs/login.txt",
            "a file that is not known here",
        ),
        (
            ".github/workflows/ci.yml",
            "a file beside the plans, where forges look for what they run",
        ),
    ] {
        let base = tip(&sandbox);
        sandbox.store_by_hand(&[(path, Some("a = 1\n"))]);
        leads(&sandbox, &base, &format!("file {path}"), name);
        let base = tip(&sandbox);
        sandbox.store_by_hand(&[(path, None)]);
        leads(&sandbox, &base, &format!("file {path}"), name);
    }
    let base = tip(&sandbox);
    by_hand(&sandbox, ".plans/format.toml", "\n", "\nnew = 1\n");
    leads(
        &sandbox,
        &base,
        "file .plans/format.toml",
        "the version of the format",
    );
}

const PATCH: &str = "the patch of a checkpoint is never changed";

#[test]
fn the_record_and_the_patch_of_a_checkpoint_are_never_changed() {
    let sandbox = strict();
    sandbox.write("new", "text\n");
    sandbox.checkpoint(&["one"]);
    let folder = sandbox.git(&[
        "ls-tree",
        "--name-only",
        "git-plan",
        ".plans/demo-plan/checkpoints/",
    ]);
    let base = tip(&sandbox);
    by_hand(
        &sandbox,
        &format!("{folder}/checkpoint.toml"),
        "\"one\"",
        "\"two\"",
    );
    let why = "the record of a checkpoint is never changed";
    leads(&sandbox, &base, "checkpoint 1 \"two\"", why);
    let base = tip(&sandbox);
    sandbox.store_by_hand(&[(&format!("{folder}/changes.patch"), None)]);
    let text = diff(&sandbox, &base);
    let name = format!("  ! file {folder}/changes.patch: {PATCH}");
    assert_eq!(class(&text, "Weakened")[0], name, "a patch that goes alone");
    sandbox.git(&["update-ref", "refs/heads/git-plan", &base]);
    by_hand(
        &sandbox,
        &format!("{folder}/changes.patch"),
        "+text",
        "+test",
    );
    let why = PATCH;
    leads(
        &sandbox,
        &base,
        &format!("file {folder}/changes.patch"),
        why,
    );
}
