//! The gates that a change is held to, at the result of merging it, and by whose word they hold.

use crate::remote::{BEN, Site};
use crate::world::{gate, gate_names, on_side, review, text};

#[track_caller]
fn state(site: &Site, address: &str) -> String {
    let told = review(site);
    gate(&told, "demo", address)["state"]
        .as_str()
        .unwrap()
        .to_owned()
}

fn add(site: &Site, words: &[&str]) {
    site.plan(&[&["gate", "add", "ground"], words].concat());
}

#[test]
fn each_state_is_told() {
    let site = Site::new();
    add(&site, &["ok", "--kind", "command", "--", "true"]);
    add(&site, &["ran", "--kind", "command", "--", "false"]);
    add(&site, &["old", "--kind", "manual"]);
    add(&site, &["given", "--kind", "manual"]);
    add(&site, &["odd", "--kind", "manual"]);
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            text.replace(
                "id = \"odd\"\nkind = \"manual\"",
                "id = \"odd\"\nkind = \"oracle\"",
            )
        });
    site.plan(&["add-phase", "Empty", "--after", "ground"]);
    site.plan(&["update-phase", "walls", "--after", "empty"]);
    site.share_plans();
    site.git(&["switch", "-q", "-c", "side"]);
    site.plan(&["gate", "approve", "ground/old", "--note", "Seen"]);
    site.work_on("2");
    site.plan(&["gate", "run", "ground/ok"]);
    site.sandbox.plan(&["gate", "run", "ground/ran"]);
    site.plan(&[
        "gate",
        "waive",
        "ground/given",
        "--reason",
        "Late",
        "--until",
        "3d",
    ]);
    for (address, expected) in [
        ("ground/tasks", "unmet"),
        ("ground/ok", "ok"),
        ("ground/ran", "unmet"),
        ("ground/old", "stale"),
        ("ground/given", "waived"),
        ("ground/odd", "error"),
        ("empty/tasks", "n/a"),
    ] {
        assert_eq!(state(&site, address), expected, "{address}");
    }
    let told = review(&site);
    assert_eq!(
        gate(&told, "demo", "ground/ran")["fix"],
        "git plan gate run ground/ran"
    );
    // One commit more, and what was ok is stale.
    site.work_on("2b\n\nPlan-Task: demo/2\nx");
    assert_eq!(state(&site, "ground/ok"), "stale");
}

/// The gates of the phases that it brings work of, and of those before them; of others, only those for
/// pushes that it concerns.
#[test]
fn the_gates_that_a_change_is_held_to_are_those_that_concern_it() {
    let site = Site::new();
    let manual = |phase: &str, name: &str, more: &[&str]| {
        let words = ["gate", "add", phase, name, "--kind", "manual"];
        site.plan(&[&words[..], more].concat());
    };
    manual("ground", "g", &[]);
    manual("walls", "w", &[]);
    manual("roof", "r", &[]);
    manual("roof", "always", &["--on", "push"]);
    manual("roof", "touched", &["--on", "push", "--input", "src"]);
    manual("roof", "apart", &["--on", "push", "--input", "docs"]);
    site.plan(&["init", "Stranger", "--offline"]);
    site.plan(&["-p", "stranger", "add-phase", "One"]);
    site.plan(&[
        "-p", "stranger", "gate", "add", "one", "s", "--kind", "manual", "--on", "push",
    ]);
    site.share_plans();
    site.git(&["switch", "-q", "-c", "side"]);
    site.sandbox.write("src/code", "x");
    site.sandbox.commit_all("Code\n\nPlan-Task: demo/2");
    let expected = [
        "demo ground/tasks",
        "demo ground/g",
        "demo walls/tasks",
        "demo walls/w",
        "demo roof/always",
        "demo roof/touched",
    ];
    assert_eq!(gate_names(&review(&site)), expected);
}

/// By whose word, through which agent, where, and whether anybody signed it.
#[test]
fn evidence_says_by_whom() {
    let site = Site::new();
    add(&site, &["run", "--kind", "command", "--", "true"]);
    add(&site, &["seen", "--kind", "approval", "--count", "2"]);
    site.share_plans();
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["--as", "claude", "gate", "run", "ground/run"]);
    let approve = ["gate", "approve", "ground/seen", "--note", "Looks right"];
    site.plan_as(BEN, &approve);
    site.plan_as(("Cy", "cy@example.org"), &approve);
    let told = review(&site);
    let run = &gate(&told, "demo", "ground/run")["evidence"];
    assert_eq!(run.as_array().unwrap().len(), 1);
    assert_eq!(run[0]["kind"], "outcome");
    assert_eq!(run[0]["who"], "Ada <ada@example.org>");
    assert_eq!(run[0]["as"], "claude");
    assert_eq!(run[0]["runner"], "local");
    assert_eq!(run[0]["seal"], "unsigned");
    assert_eq!(run[0]["when"], "2026-01-31T09:30:00Z");
    let seen = gate(&told, "demo", "ground/seen")["evidence"]
        .as_array()
        .unwrap();
    let mut who: Vec<&str> = seen
        .iter()
        .map(|one| one["who"].as_str().unwrap())
        .collect();
    who.sort_unstable();
    assert_eq!(who, ["Ben <ben@example.org>", "Cy <cy@example.org>"]);
    assert_eq!(seen[0]["note"], "Looks right");
    let said = text(&site);
    assert!(
        said.contains(
            "\nEvidence\n  demo ground/run: outcome by Ada <ada@example.org> as claude on 2026-01-31, locally, unsigned"
        ),
        "{said}"
    );
}

/// What a signature is worth is said, whether or not the gate asks for one.
#[test]
fn a_signature_is_looked_at() {
    let site = Site::new();
    let file = site
        .sandbox
        .root()
        .join("home/ada.key")
        .display()
        .to_string();
    let mut command = site.sandbox.command("ssh-keygen", site.sandbox.root());
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &file]);
    assert!(command.output().unwrap().status.success());
    let public = std::fs::read_to_string(format!("{file}.pub")).unwrap();
    let signer = format!("ada@example.org {}", public.trim());
    site.git(&["config", "--global", "gpg.format", "ssh"]);
    site.git(&["config", "--global", "user.signingKey", &file]);
    add(&site, &["g", "--kind", "manual", "--signed"]);
    site.plan(&[
        "update-plan",
        "--signer",
        &signer,
        "--reason",
        "She builds it",
    ]);
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    let told = review(&site);
    assert_eq!(
        gate(&told, "demo", "ground/g")["evidence"][0]["seal"],
        "signed"
    );
    // The gate asks for no signature any more: it holds by a record whose signature does not.
    site.sandbox
        .change_by_hand(".plans/demo/plan.toml", |text| {
            text.replace("signed = true\n", "")
        });
    let plan = site.sandbox.stored(".plans/demo/plan.toml");
    assert!(!plan.contains("signed = true"), "{plan}");
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    let told = review(&site);
    let id = &gate(&told, "demo", "ground/g")["evidence"][0]["id"];
    let id = id.as_str().unwrap();
    let path = format!(".plans/demo/evidence/{}/{id}.toml", &id[..2]);
    let signed = site.sandbox.stored(&path);
    let doubtful = format!("{signed}signature = \"garbage\"\n");
    site.sandbox.store_by_hand(&[(&path, Some(&doubtful))]);
    let told = review(&site);
    let evidence = &gate(&told, "demo", "ground/g")["evidence"][0];
    assert_eq!(evidence["seal"], "doubtful", "{told}");
    assert!(evidence["doubt"].is_string());
}

/// Base has moved on: gates are judged at what would be there, not at the branch.
#[test]
fn gates_are_judged_at_the_result_of_merging() {
    let site = Site::new();
    add(&site, &["seen", "--kind", "manual"]);
    site.share_plans();
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    let told = review(&site);
    assert_eq!(told["merged"], told["head"]);
    assert_eq!(gate(&told, "demo", "ground/seen")["state"], "ok");
    site.git(&["switch", "-q", "main"]);
    site.commit("Main\n\nPlan-Task: demo/1");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let told = review(&site);
    assert_eq!(gate(&told, "demo", "ground/seen")["state"], "stale");
    let merged = told["merged"].as_str().unwrap();
    assert_ne!(told["merged"], told["head"]);
    let tree = site.git(&["rev-parse", &format!("{merged}^{{tree}}")]);
    assert_eq!(
        tree,
        site.git(&["merge-tree", "--write-tree", "origin/main", "side"])
    );
    // The merge itself is none of the commits that are proposed.
    assert_eq!(told["commits"], 1);
    assert_eq!(told["unlinked"].as_array().unwrap().len(), 0);
}

#[test]
fn a_conflict_is_said_and_what_can_be_told_is_told() {
    let site = Site::new();
    add(&site, &["seen", "--kind", "manual"]);
    site.share_plans();
    site.git(&["switch", "-q", "-c", "side"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.git(&["switch", "-q", "main"]);
    site.commit("Work on 1\n");
    site.git(&["push", "-q", "--no-verify", "origin", "main"]);
    let told = review(&site);
    assert!(told["merged"].is_null());
    assert_eq!(told["lands"], false);
    assert_eq!(told["commits"], 1);
    assert_eq!(gate(&told, "demo", "ground/seen")["state"], "ok");
    assert_eq!(told["tasks"][0]["title"], "Dig");
    let said = text(&site);
    let first = said.lines().next().unwrap();
    assert!(
        first.ends_with("does not merge without conflict into main"),
        "{said}"
    );
}

/// A phase that is closed held once; what came later need not meet its gates again.
#[test]
fn a_gate_of_a_closed_phase_is_told_as_such() {
    let site = on_side();
    add(&site, &["seen", "--kind", "manual"]);
    site.work_on("1");
    site.plan(&["gate", "approve", "ground/seen", "--note", "Seen"]);
    site.close("ground", "1");
    site.work_on("2");
    let told = review(&site);
    let seen = gate(&told, "demo", "ground/seen");
    assert_eq!(
        (&seen["state"], &seen["phase_closed"]),
        (&"stale".into(), &true.into())
    );
    assert_eq!(told["lands"], true);
    assert_eq!(gate(&told, "demo", "walls/tasks")["phase_closed"], false);
    assert!(!text(&site).contains("gate approve ground/seen"));
}

/// What a review says of landing is what `ci check` says.
#[test]
fn the_answer_is_that_of_ci_check() {
    let site = on_side();
    let check = |site: &Site| {
        let words = [
            "ci",
            "check",
            "--base",
            "origin/main",
            "--head",
            "side",
            "--json",
        ];
        site.sandbox.plan(&words).json()["data"].clone()
    };
    site.work_on("1");
    assert_eq!(review(&site)["lands"], true);
    assert_eq!(check(&site)["satisfied"], true);
    site.work_on("2");
    site.commit("Nothing named\n");
    let (told, checked) = (review(&site), check(&site));
    assert_eq!(told["lands"], false);
    assert_eq!(checked["satisfied"], false);
    assert_eq!(told["findings"], checked["findings"]);
    assert_eq!(told["findings"].as_array().unwrap().len(), 2);
}
