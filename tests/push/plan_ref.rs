//! R5: what a push may do to the plan ref.

use crate::remote::Site;

fn push_plans(site: &Site) -> crate::remote::Said {
    site.push(&["origin", "git-plan"])
}

#[test]
fn what_the_program_writes_is_let_through() {
    let site = Site::new();
    site.plans(&[
        &["add-phase", "Garden"],
        &["add-task", "Plant", "--phase", "garden"],
        &["start", "1"],
        &["done", "1"],
        &["gate", "add", "walls", "seen", "--kind", "manual"],
        &["close-phase", "ground"],
        &["gate", "approve", "walls/seen", "--note", "Seen"],
        &["start", "2"],
        &["checkpoint", "one"],
        &["undo"],
        &["reopen-phase", "ground", "--reason", "Mud", "--yes"],
        &["done", "2"],
        &["remove-task", "4"],
        &["remove-phase", "garden"],
        &["update-plan", "--wip-limit", "2", "--branch", "x/*"],
        &["close-phase", "ground"],
        &["setup", "--ci", "github"],
        &["archive", "demo", "--yes"],
    ]);
    push_plans(&site).passed("");
}

#[test]
fn plans_are_not_rewritten_or_deleted() {
    let site = Site::new();
    let tip = site.there("git-plan");
    let parent = site.git(&["rev-parse", "git-plan~1"]);
    site.push(&["--force", "origin", &format!("{parent}:git-plan")])
        .refused(
            "
refused (R5): git-plan: the plan ref is never rewritten: <oid> would be lost
error: the push is refused
",
        );
    site.push(&["origin", ":git-plan"]).refused(
        "
refused (R5): git-plan: the plan ref is not deleted
error: the push is refused
",
    );
    assert_eq!(site.there("git-plan"), tip);
}

#[test]
fn plans_that_somebody_else_has_pushed_are_fetched_first() {
    let site = Site::new();
    let ben = site.sandbox.root().join("ben");
    site.sandbox
        .git_in(site.sandbox.root(), &["clone", "-q", "origin.git", "ben"]);
    site.sandbox.plan_in(&ben, &["note", "1", "Deep"]).ok();
    site.sandbox
        .git_in(&ben, &["push", "-q", "origin", "git-plan"]);
    site.plan(&["note", "1", "Wet"]);
    site.push(&["--force", "origin", "git-plan"]).refused(
        "
refused (R5): git-plan: somebody else has pushed plans that are not here yet
    → git fetch origin git-plan
error: the push is refused
",
    );
}

#[test]
fn a_plan_is_neither_removed_nor_renamed() {
    let site = Site::new();
    let folder = ".plans/demo";
    let line = format!(
        "export GIT_INDEX_FILE=../index && git read-tree git-plan && \
         git ls-files -s {folder} | sed 's,{folder},.plans/other,' | git update-index --index-info && \
         git rm -rq --cached {folder} && \
         git update-ref refs/heads/git-plan $(git commit-tree -p git-plan -m x $(git write-tree))"
    );
    site.sandbox.sh(&line).ok();
    push_plans(&site).refused(
        "
refused (R5): git-plan: plan demo is gone: plans are archived, never removed
refused (R5): git-plan: .plans/demo/evidence/<id>.toml was removed: records are only ever added
    → git log -p git-plan -- .plans/demo/evidence/<id>.toml
refused (R5): git-plan: .plans/other/evidence/<id>.toml cannot be read: it belongs to plan demo
    → git log -p git-plan -- .plans/other/evidence/<id>.toml
error: the push is refused
",
    );
}

#[test]
fn records_are_only_ever_added() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.share_plans();
    let sound = site.git(&["rev-parse", "git-plan"]);
    let path = site.file_with("evidence", &["approval"]);
    site.sandbox
        .change_by_hand(&path, |text| text.replace("Seen", "Well seen"));
    push_plans(&site).refused(
        "
refused (R5): git-plan: .plans/demo/evidence/<id>.toml was changed: records are only ever added
    → git log -p git-plan -- .plans/demo/evidence/<id>.toml
error: the push is refused
",
    );
    site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    site.sandbox.store_by_hand(&[(&path, None)]);
    push_plans(&site).refused(
        "
refused (R5): git-plan: .plans/demo/evidence/<id>.toml was removed: records are only ever added
    → git log -p git-plan -- .plans/demo/evidence/<id>.toml
error: the push is refused
",
    );
}

#[test]
fn a_record_of_another_plan_or_name_is_none() {
    let site = Site::new();
    site.plan(&["init", "Other"]);
    site.plan(&[
        "-p", "demo", "gate", "add", "ground", "seen", "--kind", "manual",
    ]);
    site.plan(&[
        "-p",
        "demo",
        "gate",
        "approve",
        "ground/seen",
        "--note",
        "Seen",
    ]);
    site.share_plans();
    let sound = site.git(&["rev-parse", "git-plan"]);
    let path = site.file_with("evidence", &["approval"]);
    let text = site.sandbox.stored(&path);
    site.sandbox
        .store_by_hand(&[(&path.replace("demo", "other"), Some(&text))]);
    push_plans(&site).refused(
        "
refused (R5): git-plan: .plans/other/evidence/<id>.toml cannot be read: it belongs to plan demo
    → git log -p git-plan -- .plans/other/evidence/<id>.toml
error: the push is refused
",
    );
    site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    let copy = ".plans/demo/evidence/aa/aaaaaaaaaa.toml";
    site.sandbox.store_by_hand(&[(copy, Some(&text))]);
    push_plans(&site).refused("
refused (R5): git-plan: .plans/demo/evidence/<id>.toml cannot be read: its id is <id>, its name aaaaaaaaaa.toml
    → git log -p git-plan -- .plans/demo/evidence/<id>.toml
error: the push is refused
");
}

#[test]
fn what_could_be_read_stays_readable() {
    let site = Site::new();
    let sound = site.git(&["rev-parse", "git-plan"]);
    let task = site.sandbox.task_path("demo", "1");
    for (path, text) in [
        (&*task, "title = \n"),
        (".plans/demo/plan.toml", "title"),
        (".plans/format.toml", "x"),
    ] {
        site.sandbox.store_by_hand(&[(path, Some(text))]);
        let said = push_plans(&site);
        match path {
            ".plans/demo/plan.toml" => said.refused("
refused (R5): git-plan: .plans/demo/plan.toml cannot be read: key with no value, expected `=`
    → git log -p git-plan -- .plans/demo/plan.toml
error: the push is refused
"),
            ".plans/format.toml" => said.refused("
refused (R5): git-plan: the plans at refs/heads/git-plan cannot be read: format.toml: key with no value, expected `=`
    → git log -p git-plan -- .plans/format.toml
error: the push is refused
"),
            _ => said.refused("
refused (R5): git-plan: .plans/demo/tasks/<id>.toml cannot be read: string values must be quoted, expected literal string
    → git log -p git-plan -- .plans/demo/tasks/<id>.toml
error: the push is refused
"),
        }
        site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    }
    site.sandbox.store_by_hand(&[(".plans/format.toml", None)]);
    push_plans(&site).refused("
refused (R5): git-plan: refs/heads/git-plan exists and holds no plans (.plans/format.toml is not in it)
    → git log -p git-plan -- .plans/format.toml
error: the push is refused
");
}

#[test]
fn plans_of_a_later_format_are_refused() {
    let site = Site::new();
    site.sandbox
        .store_by_hand(&[(".plans/format.toml", Some("version = \"9.0\"\n"))]);
    push_plans(&site).refused("
refused (R5): git-plan: the plans at refs/heads/git-plan cannot be read: the plans have format 9.0; this program reads up to 1.x
    → git log -p git-plan -- .plans/format.toml
error: the push is refused
");
}

#[test]
fn a_task_is_not_completed_by_hand_before_its_turn() {
    let site = Site::new();
    let sound = site.git(&["rev-parse", "git-plan"]);
    let done = |text: String| text.replace("status = \"pending\"", "status = \"completed\"");
    let started = |text: String| text.replace("status = \"pending\"", "status = \"in_progress\"");
    let roof = site.sandbox.task_path("demo", "3");
    site.sandbox.change_by_hand(&roof, done);
    push_plans(&site).refused(r#"
refused (R5): git-plan: task 3 "Cover" is in phase roof, which comes after ground, walls: still open; yet it is completed
    → git plan -p demo update-task 3 --status pending --reason TEXT
error: the push is refused
"#);
    site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    site.sandbox.change_by_hand(&roof, started);
    push_plans(&site).refused(r#"
refused (R5): git-plan: task 3 "Cover" is in phase roof, which comes after ground, walls: still open; yet it is in_progress
    → git plan -p demo update-task 3 --status pending --reason TEXT
error: the push is refused
"#);
    site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    // In its phase's turn, but not in its own.
    site.plan(&["add-task", "Measure", "--phase", "ground"]);
    site.plan(&["update-task", "1", "--depends-on", "4"]);
    site.sandbox
        .change_by_hand(&site.sandbox.task_path("demo", "1"), done);
    push_plans(&site).refused(
        r#"
refused (R5): git-plan: task 1 "Dig" depends on 4: not completed; yet it is completed
    → git plan -p demo update-task 1 --status pending --reason TEXT
error: the push is refused
"#,
    );
}

#[test]
fn a_new_task_is_not_made_completed_before_its_turn() {
    let site = Site::new();
    let text = "id = \"aaaaaaaaaa\"\nnumber = 9\ntitle = \"Fly\"\nstatus = \"completed\"\nphase = \"roof\"\n";
    site.sandbox
        .store_by_hand(&[(".plans/demo/tasks/aa/aaaaaaaaaa.toml", Some(text))]);
    push_plans(&site).refused(r#"
refused (R5): git-plan: task 9 "Fly" is in phase roof, which comes after ground, walls: still open; yet it is completed
    → git plan -p demo update-task 9 --status pending --reason TEXT
error: the push is refused
"#);
}

/// A phase that goes would free the work on its tasks.
#[test]
fn a_phase_does_not_go_from_under_its_tasks() {
    let site = Site::new();
    let sound = site.git(&["rev-parse", "git-plan"]);
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            let at = text.find("[[phase]]\nid = \"roof\"").unwrap();
            text[..at].to_owned()
        });
    push_plans(&site).refused(
        "
refused (R5): git-plan: task 3 is in phase roof, which is not there
    → git plan -p demo update-task 3 --phase PHASE
error: the push is refused
",
    );
    site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    site.sandbox
        .change_by_hand(&site.sandbox.task_path("demo", "3"), |text| {
            text.replace("phase = \"roof\"", "phase = \"attic\"")
        });
    push_plans(&site).refused(
        "
refused (R5): git-plan: task 3 is in phase attic, which is not there
    → git plan -p demo update-task 3 --phase PHASE
error: the push is refused
",
    );
}

#[test]
fn the_first_plans_of_a_remote_are_looked_at_too() {
    let site = Site::bare();
    site.plans(&[&["hooks", "install"], &["add-phase", "Ground"]]);
    push_plans(&site).passed("");
    assert_eq!(
        site.there("git-plan"),
        Some(site.git(&["rev-parse", "git-plan"]))
    );
}

/// What the plans of the remote protect, an unreadable plan goes on protecting.
#[test]
fn an_unreadable_plan_keeps_its_protection() {
    let site = Site::new();
    site.plan(&[
        "gate", "add", "ground", "g", "--on", "push", "--kind", "manual",
    ]);
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    site.sandbox
        .store_by_hand(&[(".plans/demo/plan.toml", Some("title = "))]);
    site.share_plans();
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    error ground/g: .plans/demo/plan.toml:1: string values must be quoted, expected literal string
      → git plan -p demo doctor
error: the push is refused
",
    );
    site.push(&["origin", ":main"]).refused(
        "
refused (refs): main: a protected ref is not deleted
error: the push is refused
",
    );
    site.sandbox
        .store_by_hand(&[(".plans/format.toml", Some("version = \"9.0\"\n"))]);
    site.share_plans();
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    error ground/g: the plans at refs/heads/git-plan cannot be read: the plans have format 9.0; this program reads up to 1.x
      → git plan -p demo doctor
error: the push is refused
");
    site.push(&["origin", ":main"]).refused(
        "
refused (refs): main: a protected ref is not deleted
error: the push is refused
",
    );
}

/// To purge a leak, an administrator lets one commit through, whatever it drops.
#[test]
fn an_administrator_may_allow_one_rewrite() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    let clean = site.git(&["rev-parse", "git-plan"]);
    site.plan(&[
        "gate",
        "approve",
        "ground/seen",
        "--note",
        "The password is x",
    ]);
    site.share_plans();
    let rewrite = ["--force", "origin", &format!("{clean}:git-plan")];
    site.push(&rewrite).refused(
        "
refused (R5): git-plan: the plan ref is never rewritten: <oid> would be lost
error: the push is refused
",
    );
    site.git(&["config", "plan.allowRewrite", &clean]);
    site.push(&rewrite).passed("");
    assert_eq!(site.there("git-plan"), Some(clean));
}

/// What is once among the records never goes away: so nothing comes there that is none.
#[test]
fn what_is_no_record_does_not_come_among_them() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    let text = site
        .sandbox
        .stored(&site.file_with("evidence", &["\"approval\""]));
    let id = text
        .lines()
        .next()
        .unwrap()
        .split('"')
        .nth(1)
        .unwrap()
        .to_owned();
    site.git(&["update-ref", "refs/heads/git-plan", "git-plan~1"]);
    let sound = site.git(&["rev-parse", "git-plan"]);
    let folder = if id.starts_with("zz") { "aa" } else { "zz" };
    for (path, text) in [
        (
            format!(".plans/demo/evidence/{folder}/{id}.toml"),
            text.as_str(),
        ),
        (".plans/demo/evidence/aa/notes.txt".to_owned(), "x\n"),
    ] {
        site.sandbox.store_by_hand(&[(&path, Some(text))]);
        let said = push_plans(&site);
        let start = "refused (R5): git-plan: .plans/demo/evidence/";
        assert!(
            said.code == 1 && said.text.starts_with(start),
            "{path}: {said:?}"
        );
        site.git(&["update-ref", "refs/heads/git-plan", &sound]);
    }
}

/// It would begin to count once its end is near enough.
#[test]
fn a_waiver_by_hand_does_not_last_longer_than_one_may() {
    let site = Site::new();
    site.plan(&["gate", "add", "ground", "seen", "--kind", "manual"]);
    site.share_plans();
    let before = site.git(&["rev-parse", "git-plan"]);
    site.plan(&[
        "gate",
        "waive",
        "ground/seen",
        "--reason",
        "Late",
        "--until",
        "80d",
    ]);
    let path = site.file_with("evidence", &["\"waiver\""]);
    let text = site.sandbox.stored(&path);
    push_plans(&site).passed("");
    site.git(&["update-ref", "refs/heads/git-plan", &before]);
    site.sandbox
        .sh("git -C ../origin.git update-ref refs/heads/git-plan $(git rev-parse git-plan)")
        .ok();
    let later = text
        .replace("when = 2026", "when = 2030")
        .replace("until = 2026", "until = 2030");
    site.sandbox.store_by_hand(&[(&path, Some(&later))]);
    push_plans(&site).refused("
refused (R5): git-plan: Ada <ada@example.org>'s waiver lasts until 2030-04-21: more than 90 days from now
    → git log -p git-plan -- .plans/demo/evidence/<id>.toml
error: the push is refused
");
}
