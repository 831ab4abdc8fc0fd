//! Signatures: whose count is what it was before the push.

use std::fs;

use crate::remote::{BEN, Site};

const ADA: &str = "ada@example.org";

/// Makes a key of SSH; the line by which its owner may sign.
fn key(site: &Site, owner: &str) -> String {
    let file = site.sandbox.root().join(format!("home/{owner}.key"));
    let path = file.display().to_string();
    let words = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &path];
    let mut command = site.sandbox.command("ssh-keygen", site.sandbox.root());
    assert!(command.args(words).output().unwrap().status.success());
    let public = fs::read_to_string(format!("{path}.pub")).unwrap();
    format!("{owner} {}", public.trim())
}

fn sign_with(site: &Site, owner: &str) {
    let path = site.sandbox.root().join(format!("home/{owner}.key"));
    let path = path.display().to_string();
    site.git(&["config", "--global", "gpg.format", "ssh"]);
    site.git(&["config", "--global", "user.signingKey", &path]);
}

/// A site whose first phase has a gate for pushes that asks for a signature, and where Ada may sign.
fn with_signer() -> Site {
    let site = Site::new();
    let ada = key(&site, ADA);
    let add = ["gate", "add", "ground", "g", "--on", "push"];
    site.plans(&[
        &[&add[..], &["--kind", "manual", "--signed"]].concat(),
        &["update-plan", "--signer", &ada, "--reason", "She builds it"],
    ]);
    site.share_plans();
    site
}

#[test]
fn a_signature_of_one_who_may_sign_counts() {
    let site = with_signer();
    site.work_on("1");
    let approve = ["gate", "approve", "ground/g", "--note", "Seen"];
    key(&site, "eve@example.org");
    sign_with(&site, "eve@example.org");
    site.plan_as(("Eve", "eve@example.org"), &approve);
    site.share_plans();
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody who may sign has approved it
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
    );
    sign_with(&site, ADA);
    site.plan(&approve);
    site.share_plans();
    site.push(&["origin", "main"]).passed("");
}

/// Nobody lets themselves in.
#[test]
fn who_may_sign_is_what_it_was_before_the_push() {
    let site = with_signer();
    site.work_on("1");
    let eve = key(&site, "eve@example.org");
    sign_with(&site, "eve@example.org");
    let approve = ["gate", "approve", "ground/g", "--note", "Seen"];
    site.plan(&["update-plan", "--signer", &eve, "--reason", "She is new"]);
    site.plan_as(("Eve", "eve@example.org"), &approve);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .refused(
            "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody who may sign has approved it
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
        );
    // The machine that judges may name them itself.
    let file = site.sandbox.root().join("signers");
    fs::write(&file, eve + "\n").unwrap();
    site.git(&["config", "--global", "plan.signers", file.to_str().unwrap()]);
    site.push(&["--atomic", "origin", "main", "git-plan"])
        .passed("");
}

#[test]
fn a_signature_is_over_every_byte_of_its_record() {
    let site = with_signer();
    site.work_on("1");
    sign_with(&site, ADA);
    site.plan(&["gate", "approve", "ground/g", "--note", "Seen"]);
    let path = site.file_with("evidence", &["\"approval\""]);
    site.sandbox
        .change_by_hand(&path, |text| text.replace("Seen", "Half seen"));
    site.share_plans();
    site.push(&["origin", "main"]).refused(
        "
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody who may sign has approved it
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
",
    );
}

#[test]
fn a_weakening_is_approved_by_somebody_else_who_signs() {
    let site = with_signer();
    let ben = key(&site, BEN.1);
    site.plans(&[
        &["update-plan", "--signer", &ben, "--reason", "He builds it"],
        &["update-plan", "--policy", "weakening=approve"],
    ]);
    site.share_plans();
    sign_with(&site, ADA);
    site.plan(&["gate", "remove", "ground/g", "--reason", "Nobody looks"]);
    site.push(&["origin", "git-plan"]).refused("
refused (R5): git-plan: gate ground/g is weaker than before (removed): nobody else has approved it (policy.weakening is 'approve')
    → git plan -p demo gate approve <id> --note TEXT
error: the push is refused
");
    let path = site.file_with("evidence", &["gate ground/g"]);
    let change = path
        .rsplit('/')
        .next()
        .unwrap()
        .trim_end_matches(".toml")
        .to_owned();
    let approve = ["gate", "approve", &change, "--note", "Right"];
    assert_eq!(site.answer(&approve).code, 1, "who made it");
    // Ben's name, and Ada's key.
    site.plan_as(BEN, &approve);
    site.push(&["origin", "git-plan"]).refused("
refused (R5): git-plan: gate ground/g is weaker than before (removed): ada@example.org has signed for somebody else
    → git plan -p demo gate approve <id> --note TEXT
error: the push is refused
");
    sign_with(&site, BEN.1);
    site.plan_as(BEN, &approve);
    site.push(&["origin", "git-plan"]).passed("");
}

#[test]
fn a_waiver_is_signed_where_the_policy_says_so() {
    let site = with_signer();
    site.plan(&["update-plan", "--policy", "waive=signers"]);
    site.share_plans();
    site.work_on("1");
    let waive = [
        "gate", "waive", "ground/g", "--reason", "Late", "--until", "3d",
    ];
    key(&site, "eve@example.org");
    sign_with(&site, "eve@example.org");
    site.plan_as(("Eve", "eve@example.org"), &waive);
    site.share_plans();
    site.push(&["origin", "main"]).refused("
refused (R3): main: gate ground/g has to hold for what is pushed
    unmet ground/g: nobody who may sign has approved it; Eve <eve@example.org>'s waiver does not count: its signature does not count: it is not of these bytes, or not by a signer who was allowed then
      → git plan -p demo gate approve ground/g --note TEXT
error: the push is refused
");
    sign_with(&site, ADA);
    site.plan(&waive);
    site.share_plans();
    site.push(&["origin", "main"]).passed("
warning (R3): main: gate ground/g is waived: nobody who may sign has approved it: waived by Ada <ada@example.org> (signed), until 2026-02-03: Late
");
}
