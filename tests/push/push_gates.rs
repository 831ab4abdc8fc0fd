//! R3: gates that have to hold for what is pushed, of each kind and in each state.

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::remote::{BEN, Site};

/// A site with a gate for pushes in the first phase, known on both sides.
fn with_gate(words: &[&str]) -> Site {
    let site = Site::new();
    let start = ["gate", "add", "ground", "g", "--on", "push", "--kind"];
    site.plan(&[&start[..], words].concat());
    site.share_plans();
    site
}

/// Stores a record of a run of the gate for the code at HEAD, as `gate run` would.
fn run(site: &Site, id: &str, more: &str) {
    let gate = json!({"id": "g", "kind": "command", "on": "push", "run": ["true"]});
    run_of(site, &gate, id, more);
}

fn run_of(site: &Site, gate: &Value, id: &str, more: &str) {
    let subject = subject(site, gate);
    let (commit, tree) = (
        site.git(&["rev-parse", "HEAD"]),
        site.git(&["rev-parse", "HEAD^{tree}"]),
    );
    let text = format!(
        "id = \"{id}\"\nplan = \"demo\"\nkind = \"outcome\"\nphase = \"ground\"\ngate = \"g\"\n\
         subject = \"{subject}\"\ncommit = \"{commit}\"\ntree = \"{tree}\"\n{more}\n\
         who = \"Ada <ada@example.org>\"\nwhen = 2026-01-31T08:30:00Z\n"
    );
    let path = format!(".plans/demo/evidence/{}/{id}.toml", &id[..2]);
    site.sandbox.store_by_hand(&[(&path, Some(&text))]);
    site.share_plans();
}

/// What FORMAT.md says that evidence is bound to, for a gate without inputs.
fn subject(site: &Site, gate: &Value) -> String {
    let hex = |bytes: &[u8]| {
        let digest = Sha256::digest(bytes)
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect::<String>();
        format!("sha256:{digest}")
    };
    let definition = hex(gate.to_string().as_bytes());
    let tree = site.git(&["rev-parse", "HEAD^{tree}"]);
    hex(
        format!("git-plan subject 1\ndemo\nground\ng\ncommand\n{definition}\ntree {tree}\n")
            .as_bytes(),
    )
}

#[test]
fn a_command_that_was_not_run_stops_the_push() {
    let site = with_gate(&["command", "--", "true"]);
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: has not been run
      → git plan -p demo gate run ground/g
error: the push is refused
",
    );
}

#[test]
fn a_command_that_passed_for_this_code_lets_it_through() {
    let site = with_gate(&["command", "--", "true"]);
    site.work_on("1");
    run(&site, "aaaaaaaaaa", "result = \"pass\"\nexit_code = 0");
    site.push(&["origin", "main"]).passed("");
    // One commit more: the verdict does not outlive the code that it was given on.
    site.commit("More\n\nPlan-Task: demo/1");
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    stale ground/g: passed for other code, run by Ada <ada@example.org> (unsigned); More.txt has changed since (1 hour ago)
      → git plan -p demo gate run ground/g
error: the push is refused
");
}

#[test]
fn a_command_that_failed_or_broke_is_neither() {
    let site = with_gate(&["command", "--", "true"]);
    site.work_on("1");
    run(&site, "aaaaaaaaaa", "result = \"fail\"\nexit_code = 3");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: failed with exit code 3, run by Ada <ada@example.org> (unsigned) (1 hour ago)
      → git plan -p demo gate run ground/g
error: the push is refused
",
    );
    run(
        &site,
        "bbbbbbbbbb",
        "result = \"error\"\nexit_code = 127\nsupersedes = [\"aaaaaaaaaa\"]",
    );
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: could not be run (exit code 127), run by Ada <ada@example.org> (unsigned) (1 hour ago)
      → git plan -p demo gate run ground/g
error: the push is refused
");
    // Of two that do not know of each other, the one that failed decides.
    run(
        &site,
        "cccccccccc",
        "result = \"pass\"\nexit_code = 0\nsupersedes = [\"aaaaaaaaaa\"]",
    );
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: could not be run (exit code 127), run by Ada <ada@example.org> (unsigned) (1 hour ago)
      → git plan -p demo gate run ground/g
error: the push is refused
");
    let both = "result = \"pass\"\nexit_code = 0\nsupersedes = [\"bbbbbbbbbb\", \"cccccccccc\"]";
    run(&site, "dddddddddd", both);
    site.push(&["origin", "main"]).passed("");
}

/// Going back to where it was good is offered, where there is such a point.
#[test]
fn a_failure_names_the_way_back() {
    let site = with_gate(&["command", "--", "true"]);
    run(&site, "aaaaaaaaaa", "result = \"pass\"\nexit_code = 0");
    site.plan(&["checkpoint", "sound"]);
    site.share_plans();
    site.work_on("1");
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    stale ground/g: passed for other code, run by Ada <ada@example.org> (unsigned); Work-on-1.txt has changed since (1 hour ago)
      → git plan -p demo gate run ground/g

The last good checkpoint is sound: git plan -p demo rewind sound

Nothing has been done. These commands go back:

  cd ~/repo &&
  grep -qxF 'ref: refs/heads/main' .git/HEAD &&
  git diff --quiet --no-ext-diff --no-textconv --no-relative --ignore-submodules <oid> &&
  git branch --no-track backup/main-20260131T093000Z <oid> &&
  git -c core.hooksPath=/dev/null switch --no-overwrite-ignore --detach <oid> &&
  git update-ref refs/heads/main <oid> <oid> &&
  git symbolic-ref HEAD refs/heads/main

  1. go to the top of the working tree
  2. stop if another branch is checked out by now
  3. stop if a file was changed meanwhile
  4. keep the commits of now under a name of their own
  5. check out the files of the checkpoint, if that overwrites nothing
  6. move the branch there, unless somebody moved it meanwhile
  7. be on main again
error: the push is refused
");
}

#[test]
fn a_person_has_to_have_looked() {
    let site = with_gate(&["manual"]);
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
    );
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn what_a_person_has_seen_is_not_what_came_since() {
    let site = with_gate(&["manual", "--input", "docs"]);
    site.sandbox.write("docs/a", "a\n");
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    site.share_plans();
    // Outside of the inputs nothing changes that.
    site.commit("Other\n\nPlan-Task: demo/1");
    site.push(&["origin", "main"]).passed("");
    site.sandbox.write("docs/a", "b\n");
    site.commit("Docs\n\nPlan-Task: demo/1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    stale ground/g: Ada <ada@example.org> approved other code: docs/a has changed since (just now)
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
    );
}

#[test]
fn approvals_are_by_others_than_the_author() {
    let site = with_gate(&["approval", "--count", "2"]);
    site.work_on("1");
    let approve = ["gate", "approve", "ground/g", "--note", "Good"];
    site.plan(&approve);
    site.share_plans();
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: 0 of 2 approvals by others than the author; the author's own does not count
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
    );
    site.plan_as(BEN, &approve);
    // Ben again, under another address, and another name.
    site.plan_as(("Ben", "ben@elsewhere.org"), &approve);
    site.plan_as(("B.", "ben@example.org"), &approve);
    // And the author under another address.
    site.plan_as(("Ada", "ada@elsewhere.org"), &approve);
    site.share_plans();
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: 1 of 2 approvals by others than the author; the author's own does not count
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
    );
    site.plan_as(("Cai", "cai@example.org"), &approve);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_checkpoint_has_to_have_been_taken() {
    let site = with_gate(&["checkpoint"]);
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: no checkpoint was taken in it
      → git plan -p demo checkpoint NAME
error: the push is refused
",
    );
    site.plan(&["checkpoint", "safe"]);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_waiver_lets_it_through_and_is_said() {
    let site = with_gate(&["manual"]);
    site.work_on("1");
    site.plan(&[
        "gate",
        "waive",
        "ground/g",
        "--reason",
        "Nobody is here",
        "--until",
        "3d",
    ]);
    site.share_plans();
    site.push(&["origin", "main"]).passed("
warning (R3): main: gate ground/g is waived: nobody has approved it: waived by Ada <ada@example.org> (unsigned), as anyone may, until 2026-02-03: Nobody is here
");
    site.commit("More\n\nPlan-Task: demo/1");
    let mut late = site.git_command(&["origin", "main"]);
    late.env("GIT_PLAN_NOW", "2026-02-04T09:30:00Z");
    site.said(late).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody has approved it; Ada <ada@example.org>'s waiver does not count: it ended on 2026-02-03
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
");
}

#[test]
fn who_made_the_code_may_not_waive_where_the_policy_says_so() {
    let site = with_gate(&["manual"]);
    site.plan(&["update-plan", "--policy", "waive=other"]);
    site.work_on("1");
    let waive = [
        "gate", "waive", "ground/g", "--reason", "Late", "--until", "3d",
    ];
    site.plan(&waive);
    site.share_plans();
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody has approved it; Ada <ada@example.org>'s waiver does not count: the author may not waive (policy.waive is 'other')
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
");
    site.plan_as(BEN, &waive);
    site.share_plans();
    site.push(&["origin", "main"]).passed("
warning (R3): main: gate ground/g is waived: nobody has approved it: waived by Ben <ben@example.org> (unsigned), until 2026-02-03: Late
");
}

#[test]
fn a_gate_that_cannot_be_judged_does_not_hold() {
    let site = with_gate(&["manual"]);
    let path = ".plans/demo/plan.toml";
    site.sandbox.change_by_hand(path, |text| {
        text.replace("kind = \"manual\"", "kind = \"oracle\"")
    });
    site.share_plans();
    site.work_on("1");
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    error ground/g: this version of git plan cannot judge the kind 'oracle'
error: the push is refused
",
    );
    let key =
        |text: String| text.replace("kind = \"oracle\"", "kind = \"manual\"\nmoon = \"full\"");
    site.sandbox.change_by_hand(path, key);
    site.share_plans();
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    error ground/g: this version of git plan does not know the key 'moon'
error: the push is refused
",
    );
}

#[test]
fn a_gate_is_not_concerned_by_what_is_none_of_its_business() {
    let site = Site::new();
    site.plans(&[
        &[
            "gate", "add", "walls", "g", "--on", "push", "--kind", "manual", "--input", "docs",
        ],
        &["gate", "add", "ground", "later", "--kind", "manual"],
    ]);
    site.share_plans();
    // A phase before it, and no file of its.
    site.work_on("1");
    site.push(&["origin", "main"]).passed("");
    // A file of its, by a commit without task.
    site.sandbox.write("docs/a", "a\n");
    site.commit("Docs");
    site.push(&["origin", "main"]).refused(
        r#"
refused (R3): main: gate walls/g has to hold for what is pushed
    unmet walls/g: nobody has approved it
      → git plan -p demo gate approve walls/g --note TEXT
warning (R4): main: commit <oid> "Docs" names no task
error: the push is refused
"#,
    );
}

#[test]
fn a_new_protected_branch_has_to_meet_every_gate() {
    let site = with_gate(&["manual"]);
    site.plan(&["update-plan", "--protect", "release/*"]);
    site.share_plans();
    site.git(&["fetch", "-q", "origin"]);
    site.push(&["origin", "main:refs/heads/release/1"])
        .passed("");
    site.commit("More");
    site.push(&["origin", "main:refs/heads/release/2"]).refused(
        r#"
refused (R3): release/2: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody has approved it
      → git plan -p demo gate approve ground/g --note TEXT
warning (R4): release/2: commit <oid> "More" names no task
error: the push is refused
"#,
    );
}

/// A run that is too old, on another system, or by a person where CI is asked for.
#[test]
fn a_run_has_to_be_of_the_right_time_and_place() {
    let site = with_gate(&["command", "--max-age", "2h", "--runner", "ci", "--", "true"]);
    let definition = json!({"id": "g", "kind": "command", "max_age": "2h", "on": "push", "run": ["true"], "runner": "ci"});
    site.work_on("1");
    let passed = "result = \"pass\"\nexit_code = 0\nplatform = \"linux-x86_64\"\n";
    run_of(
        &site,
        &definition,
        "aaaaaaaaaa",
        &format!("{passed}runner = \"local\""),
    );
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: was run on linux-x86_64, not in CI, and the gate asks for CI (1 hour ago)
      → git plan -p demo gate run ground/g
error: the push is refused
",
    );
    run_of(
        &site,
        &definition,
        "bbbbbbbbbb",
        &format!("{passed}runner = \"ci\""),
    );
    let mut late = site.git_command(&["origin", "main"]);
    late.env("GIT_PLAN_NOW", "2026-01-31T10:31:00Z");
    site.said(late).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    stale ground/g: passed, older than 2h: run by Ada <ada@example.org> (unsigned) (2 hours ago)
      → git plan -p demo gate run ground/g
error: the push is refused
",
    );
    site.push(&["origin", "main"]).passed("");
}

/// What `gate run` records is what counts.
#[test]
fn a_run_of_the_program_counts() {
    let site = with_gate(&["command", "--", "true"]);
    site.work_on("1");
    site.plan(&["gate", "run", "ground/g"]);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
}

#[test]
fn a_policy_that_is_not_known_lets_nothing_be_judged() {
    let site = with_gate(&["manual"]);
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            text.replacen("\n[[phase]]", "\n[policy]\nmoon = \"full\"\n\n[[phase]]", 1)
        });
    site.share_plans();
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    site.share_plans();
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    error ground/g: this version of git plan does not know the key 'policy.moon'; it knows land, unlinked, weakening, waive, reviewed, signers
      → git plan -p demo doctor
error: the push is refused
",
    );
}
