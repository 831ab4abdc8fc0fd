//! Every way to a phase that is closed, or a task that is done, though its gate is unmet: refused where
//! it is tried, or told by `doctor` and stopped wherever pushes are judged.

use crate::remote::{BEN, Site};

/// A site with a gate of a kind in the first phase, whose task is done and pushed.
fn with_gate(kind: &str) -> Site {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "g", "--kind", kind]);
    site.work_on("1");
    site.plan(&["done", "1"]);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
    site
}

/// A closing of the first phase by hand, with the digest and the evidence that are given.
fn close_by_hand(site: &Site, gates: &str, more: &str) {
    let (commit, tree) = (
        site.git(&["rev-parse", "HEAD"]),
        site.git(&["rev-parse", "HEAD^{tree}"]),
    );
    close_at(site, (&commit, &tree), gates, more);
}

fn close_at(site: &Site, (commit, tree): (&str, &str), gates: &str, more: &str) {
    let text = format!(
        "id = \"aaaaaaaaaa\"\nplan = \"demo\"\nkind = \"closing\"\nphase = \"ground\"\n\
         commit = \"{commit}\"\ntree = \"{tree}\"\ngates = \"{gates}\"\n{more}\
         who = \"Ada <ada@example.org>\"\nwhen = 2026-01-31T09:00:00Z\n"
    );
    site.sandbox
        .store_by_hand(&[(".plans/demo/evidence/aa/aaaaaaaaaa.toml", Some(&text))]);
}

/// The digest of the gates as they are, taken from a closing of the same gates.
fn digest(site: &Site) -> String {
    let before = site.git(&["rev-parse", "git-plan"]);
    site.plans(&[
        &[
            "gate", "waive", "ground/g", "--reason", "x", "--until", "1d",
        ],
        &["close-phase", "ground"],
    ]);
    let path = site.file_with("evidence", &["\"closing\"", "\"ground\""]);
    let text = site.sandbox.stored(&path);
    site.git(&["update-ref", "refs/heads/git-plan", &before]);
    let line = text.lines().find_map(|line| line.strip_prefix("gates = "));
    line.unwrap().trim_matches('"').to_owned()
}

/// Refused by all three, and told by doctor.
#[track_caller]
fn is_caught(site: &Site, plans: &str, code: &str, doctor: &str) {
    site.push(&["origin", "git-plan"]).refused(plans);
    let words = [
        "ci",
        "check",
        "--plan-ref",
        "--base",
        "origin/git-plan",
        "--head",
        "git-plan",
    ];
    assert_eq!(site.answer(&words).code, 1);
    site.answer(&["doctor"]).refused(doctor);
    site.work_on("2");
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(code);
    site.git(&["push", "-q", "--no-verify", "origin", "git-plan"]);
    // Past the hook, it is as closed as before.
    let check = ["ci", "check", "--base", "origin/main", "--head", "HEAD"];
    assert_eq!(site.answer(&check).code, 1);
}

#[test]
fn a_closing_by_hand_without_evidence_is_caught() {
    let site = with_gate("manual");
    let digest = digest(&site);
    close_by_hand(&site, &digest, "");
    is_caught(&site, "
refused (R5): git-plan: phase ground is not closed rightly: its gates do not hold for the code that it was closed at
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
error: the push is refused
", "
refused (R5): git-plan: phase ground is not closed rightly: its gates do not hold for the code that it was closed at
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
refused (R2): main: phase ground comes before walls, which this push brings work of: its gates do not hold for the code that it was closed at
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
error: the push is refused
", "
problem: .plans/demo/evidence/<id>.toml: phase ground is closed, and should not be: its gates do not hold for the code that it was closed at
    git plan -p demo reopen-phase ground --reason TEXT && git plan -p demo close-phase ground
error: 1 problem in the stored plans
");
}

#[test]
fn a_closing_that_names_evidence_of_another_phase_is_caught() {
    let site = with_gate("manual");
    site.plans(&[
        &["gate", "add", "walls", "g", "--kind", "manual"],
        &["gate", "approve", "walls/g", "--note", "Seen"],
    ]);
    let path = site.file_with("evidence", &["\"approval\""]);
    let id = path
        .rsplit('/')
        .next()
        .unwrap()
        .trim_end_matches(".toml")
        .to_owned();
    let digest = digest(&site);
    close_by_hand(&site, &digest, &format!("evidence = [\"{id}\"]\n"));
    let pushed = site.push(&["origin", "git-plan"]);
    assert_eq!(pushed.code, 1);
    let text = pushed.text.replace(&id, "RECORD");
    assert!(
        text.contains("its closing stands on RECORD, which is not about it"),
        "{text}"
    );
}

/// It does not fit the gates: it closes nothing, wherever it is.
#[test]
fn a_closing_with_a_forged_digest_closes_nothing() {
    let site = with_gate("manual");
    close_by_hand(&site, "sha256:0000", "");
    site.push(&["origin", "git-plan"]).passed("");
    site.work_on("2");
    site.push(&["origin", "main"]).refused("
refused (R2): main: phase ground comes before walls, which this push brings work of: it was closed with other gates, or on evidence that was taken back
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
    assert_eq!(site.sandbox.plan(&["start", "2"]).code, 1);
}

#[test]
fn a_closing_at_a_commit_with_another_one_s_tree_is_caught() {
    let site = with_gate("manual");
    let digest = digest(&site);
    let commit = site.git(&["rev-parse", "HEAD"]);
    let tree = site.git(&["rev-parse", "HEAD~1^{tree}"]);
    close_at(&site, (&commit, &tree), &digest, "");
    site.push(&["origin", "git-plan"]).refused("
refused (R5): git-plan: phase ground is not closed rightly: its closing names a commit and another one's tree
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
}

/// The author's own approval, at a commit that nobody can look at.
#[test]
fn an_author_does_not_hide_behind_a_commit_that_is_not_there() {
    let site = with_gate("approval");
    site.plan(&["gate", "approve", "ground/g", "--note", "Mine"]);
    let digest = digest(&site);
    let tree = site.git(&["rev-parse", "HEAD^{tree}"]);
    close_at(
        &site,
        ("1111111111111111111111111111111111111111", &tree),
        &digest,
        "",
    );
    site.push(&["origin", "git-plan"]).refused("
refused (R5): git-plan: phase ground is not closed rightly: it was closed at <oid>, which is not here
    error ground/g: who made the code is not known: its commit is not here
error: the push is refused
");
}

#[test]
fn a_task_of_a_closed_phase_does_not_come_back_by_undo() {
    let site = with_gate("manual");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    site.plan(&["close-phase", "ground"]);
    // What was done before the closing is taken back after it.
    let done = site.git(&[
        "log",
        "--format=%H",
        "--grep=Plan-Op: done",
        "-1",
        "git-plan",
    ]);
    let before = site.git(&["rev-parse", "git-plan"]);
    let undone = site.sandbox.plan(&["undo", &done]);
    assert!(undone.err.contains("is closed"), "{undone:?}");
    assert_eq!(site.git(&["rev-parse", "git-plan"]), before);
}

#[test]
fn an_approval_that_is_taken_back_opens_the_phase() {
    let site = with_gate("manual");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    let approval = site.git(&["rev-parse", "git-plan"]);
    site.plan(&["close-phase", "ground"]);
    site.plan(&["undo", &approval]);
    site.share_plans();
    site.work_on("2");
    site.push(&["origin", "main"]).refused("
refused (R2): main: phase ground comes before walls, which this push brings work of: it was closed with other gates, or on evidence that was taken back
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
}

/// Texts, batches and applied files go the same way as commands: an unmet gate cannot be edited away.
#[test]
fn no_text_closes_a_phase() {
    let site = with_gate("manual");
    let json = r#"[["close-phase", "ground"]]"#;
    let batch = site.sandbox.plan_fed(json, &["batch", "-"]);
    assert_ne!(batch.code, 0, "{batch:?}");
    for line in ["close-phase ground\n", "start 2\n", "done 2\n"] {
        let batch = site.sandbox.plan_fed(line, &["batch", "-"]);
        assert_ne!(batch.code, 0, "{line}: {batch:?}");
    }
    assert_eq!(site.sandbox.plan(&["start", "2"]).code, 1);
    assert_eq!(site.sandbox.plan(&["done", "2"]).code, 1);
    let status = ["update-task", "2", "--status", "completed"];
    assert_eq!(site.sandbox.plan(&status).code, 1);
}

/// A text of a whole plan cannot say that a phase is closed, or that a task of a later one is done.
#[test]
fn no_applied_text_does_either() {
    let site = with_gate("manual");
    let text = site.plan(&["show", "--toml"]);
    let before = site.git(&["rev-parse", "git-plan"]);
    let at = text.find("title = \"Build\"").unwrap();
    for status in ["completed", "in_progress"] {
        let task = text[at..].replacen("\"pending\"", &format!("\"{status}\""), 1);
        let new = format!("{}{task}", &text[..at]);
        assert_ne!(new, text);
        let applied = site.sandbox.plan_fed(&new, &["apply", "-"]);
        assert!(
            applied.code == 1 && applied.err.contains("still open"),
            "{applied:?}"
        );
    }
    let ground = "title = \"Ground\"";
    let closed = text.replace(ground, &format!("{ground}\nstatus = \"closed\""));
    assert_ne!(closed, text);
    site.sandbox.plan_fed(&closed, &["apply", "-", "--dry-run"]);
    assert_eq!(site.git(&["rev-parse", "git-plan"]), before);
    site.sandbox.plan_fed(&closed, &["apply", "-"]);
    assert_eq!(site.sandbox.plan(&["start", "2"]).code, 1);
}

/// Closed while a waiver counted, it stays closed; closed with one that ended, it never was.
#[test]
fn a_waiver_that_has_ended_closes_nothing() {
    let site = with_gate("manual");
    site.plan(&[
        "gate", "waive", "ground/g", "--reason", "Late", "--until", "1d",
    ]);
    let late = [("GIT_PLAN_NOW", "2026-02-02T09:30:00Z")];
    let closed = site.sandbox.plan_with(&late, &["close-phase", "ground"]);
    assert_eq!(closed.code, 1, "{closed:?}");
    // By hand, with the clock of the day before.
    let digest = digest(&site);
    close_by_hand(&site, &digest, "");
    let mut push = site.git_command(&["origin", "git-plan"]);
    push.envs(late);
    site.said(push).refused("
refused (R5): git-plan: phase ground is not closed rightly: its gates do not hold for the code that it was closed at
    unmet ground/g: nobody has approved it; Ada <ada@example.org>'s waiver does not count: it ended on 2026-02-01
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
    // In time it is let through, and counts from then on.
    site.push(&["origin", "git-plan"]).passed("");
    site.work_on("2");
    let mut push = site.git_command(&["origin", "main"]);
    push.envs(late);
    site.said(push).passed("");
}

#[test]
fn a_clock_set_back_does_not_close_a_phase() {
    let site = with_gate("manual");
    let late = [("GIT_PLAN_NOW", "2026-02-02T09:30:00Z")];
    site.plan(&[
        "gate", "waive", "ground/g", "--reason", "Late", "--until", "1d",
    ]);
    site.sandbox.plan_with(&late, &["note", "1", "Today"]).ok();
    let closed = site.sandbox.plan(&["close-phase", "ground"]);
    assert_eq!(closed.code, 6, "{closed:?}");
}

#[test]
fn an_author_under_another_name_or_address_is_the_author() {
    let site = with_gate("approval");
    let approve = ["gate", "approve", "ground/g", "--note", "Good"];
    for who in [
        ("Ada", "ada@elsewhere.org"),
        ("A. L.", "ada@example.org"),
        (" ada ", "x@x.org"),
    ] {
        site.plan_as(who, &approve);
        assert_eq!(
            site.sandbox.plan(&["close-phase", "ground"]).code,
            1,
            "{who:?}"
        );
    }
    site.plan_as(BEN, &approve);
    site.plan(&["close-phase", "ground"]);
    site.push(&["origin", "git-plan"]).passed("");
}

/// Two histories of the plans, merged by hand: each was right, and together they are not.
#[test]
fn a_merge_of_two_histories_closes_nothing_that_is_open() {
    let site = with_gate("manual");
    let base = site.git(&["rev-parse", "git-plan"]);
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    let approval = site.git(&["rev-parse", "git-plan"]);
    site.plan(&["close-phase", "ground"]);
    let ours = site.git(&["rev-parse", "git-plan"]);
    // Elsewhere the approval is taken back.
    site.git(&["update-ref", "refs/heads/git-plan", &approval]);
    site.plan(&["undo"]);
    let theirs = site.git(&["rev-parse", "git-plan"]);
    let tree = site.git(&[
        "merge-tree",
        "--write-tree",
        "--merge-base",
        &base,
        &ours,
        &theirs,
    ]);
    let merge = site.git(&[
        "commit-tree",
        "-p",
        &ours,
        "-p",
        &theirs,
        "-m",
        "merge",
        &tree,
    ]);
    site.git(&["update-ref", "refs/heads/git-plan", &merge]);
    site.push(&["origin", "git-plan"]).passed("");
    site.work_on("2");
    site.push(&["origin", "main"]).refused("
refused (R2): main: phase ground comes before walls, which this push brings work of: it was closed with other gates, or on evidence that was taken back
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo close-phase ground
error: the push is refused
");
}

#[test]
fn a_closing_that_begins_to_stand_later_is_judged_then() {
    // A closing over an open gate is harmless while a revocation takes it back …
    let site = with_gate("manual");
    let digest = digest(&site);
    close_by_hand(&site, &digest, "");
    let reopen = ["reopen-phase", "ground", "--reason", "not yet", "--yes"];
    site.plan(&reopen);
    site.push(&["origin", "git-plan"]).passed("");
    // … and is judged when somebody takes that back.
    let revocation = site.file_with("evidence", &["\"revocation\""]);
    let id = revocation.rsplit('/').next().unwrap().replace(".toml", "");
    let text = site.sandbox.stored(&revocation);
    let again = text
        .replace(&id, "zzzzzzzzzz")
        .lines()
        .map(|line| match line.starts_with("revokes") {
            true => format!("revokes = \"{id}\"\n"),
            false => format!("{line}\n"),
        })
        .collect::<String>();
    let path = ".plans/demo/evidence/zz/zzzzzzzzzz.toml";
    site.sandbox.store_by_hand(&[(path, Some(&again))]);
    site.push(&["origin", "git-plan"]).refused(
        "
refused (R5): git-plan: phase ground is not closed rightly: its gates do not hold for the code that it was closed at
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
    → git plan -p demo reopen-phase ground --reason TEXT
    → git plan -p demo close-phase ground
error: the push is refused
",
    );
}

#[test]
fn a_task_is_not_begun_by_blocking_it_with_a_holder() {
    let site = with_gate("manual");
    let path = site.file_with("tasks", &["number = 2"]);
    let with_claim = |text: String| {
        text.replace("\"pending\"", "\"blocked\"\nreason = \"r\"")
            + "\n[claim]\nholder = \"ada@example.org/main\"\nsince = 2026-01-01T00:00:00Z\n"
    };
    let text = with_claim(site.sandbox.stored(&path));
    let script = format!("cat >\"$1\" <<'EOF'\n{text}EOF\n");
    let editor = site.sandbox.root().join("editor");
    std::fs::write(&editor, format!("#!/bin/sh\n{script}")).unwrap();
    let run = site.sandbox.plan_with(
        &[("GIT_EDITOR", &format!("sh {}", editor.display()))],
        &["edit", "2"],
    );
    assert_eq!(run.code, 1, "{run:?}");
}

#[test]
fn evidence_that_changed_in_history_is_told() {
    let site = with_gate("manual");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    let path = site.file_with("evidence", &["\"approval\""]);
    let text = site.sandbox.stored(&path);
    site.sandbox
        .change_by_hand(&path, |text| text.replace("Seen", "Well seen"));
    let told = |what: &str| {
        format!(
            "
problem: .plans/demo/evidence/<id>.toml: it was {what} in <oid>: records are only ever added
    git log -p git-plan -- .plans/demo/evidence/<id>.toml   shows what it was
error: 1 problem in the stored plans
"
        )
    };
    site.answer(&["doctor"]).refused(&told("changed"));
    site.sandbox.store_by_hand(&[(&path, None)]);
    site.answer(&["doctor"]).refused(&told("removed"));
    // Mended to the byte.
    site.sandbox.store_by_hand(&[(&path, Some(&text))]);
    site.sandbox.plan(&["doctor"]).ok();
}

#[test]
fn a_phase_is_not_closed_without_the_work_on_another_branch() {
    let site = Site::new();
    site.git(&["switch", "-q", "-c", "feature"]);
    site.work_on("1");
    site.git(&["switch", "-q", "main"]);
    site.plan(&["done", "1"]);
    let run = site.sandbox.plan(&["close-phase", "ground"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.err.contains("  feature: 1 commit, "), "{run:?}");
    assert!(
        run.err.contains("git merge feature   brings them in"),
        "{run:?}"
    );
    // Squashed into here, it has nothing more to bring.
    site.git(&["merge", "-q", "--squash", "feature"]);
    site.git(&["commit", "-q", "-m", "Squashed"]);
    site.plan(&["close-phase", "ground"]);
}
