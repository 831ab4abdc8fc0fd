//! Signed evidence, with real keys of SSH.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use crate::sandbox::Sandbox;
use crate::world::{add, record_texts, state, world};

/// Makes a key and tells Git to sign with it; the line by which its owner may sign.
fn key(sandbox: &Sandbox, owner: &str) -> String {
    let file = sandbox.root().join(format!("home/{owner}.key"));
    let path = file.display().to_string();
    let words = ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &path];
    let made = sandbox
        .command("ssh-keygen", sandbox.root())
        .args(words)
        .output();
    assert!(made.unwrap().status.success());
    let public = fs::read_to_string(format!("{path}.pub")).unwrap();
    format!("{owner} {}", public.trim())
}

fn sign_with(sandbox: &Sandbox, owner: &str) {
    let path = sandbox.root().join(format!("home/{owner}.key"));
    let path = path.display().to_string();
    sandbox.git(&["config", "--global", "gpg.format", "ssh"]);
    sandbox.git(&["config", "--global", "user.signingKey", &path]);
}

/// A plan in which these may sign, with a gate that asks for signatures.
fn signing_world(lines: &[&str]) -> Sandbox {
    let sandbox = world();
    allow(&sandbox, lines);
    add(&sandbox, "t", &["--signed"], &["true"]);
    sandbox
}

fn allow(sandbox: &Sandbox, lines: &[&str]) {
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        let list: Vec<String> = lines.iter().map(|line| format!("\"{line}\"")).collect();
        let policy = format!("[policy]\nsigners = [{}]\n", list.join(", "));
        text.replacen("\n[[phase]]", &format!("\n{policy}\n[[phase]]"), 1)
    });
}

#[test]
fn a_signed_run_counts_where_its_signer_may_sign() {
    let sandbox = world();
    let ada = key(&sandbox, "ada@example.org");
    allow(&sandbox, &[&ada]);
    add(&sandbox, "t", &["--signed"], &["true"]);
    let unsigned = sandbox.plan(&["gate", "run", "f/t"]);
    assert_eq!(unsigned.code, 6, "nothing to sign with: {unsigned:?}");
    sign_with(&sandbox, "ada@example.org");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    let (is, reason) = state(&sandbox, "f/t");
    assert_eq!(is, "ok", "{reason}");
    assert!(reason.contains("(signed)"), "{reason}");
    // Edited afterwards, it counts no more.
    let (path, text) = record_texts(&sandbox).remove(0);
    let edited = text.replace("duration_ms = ", "duration_ms = 1");
    assert_ne!(edited, text);
    sandbox.store_by_hand(&[(&path, Some(&edited))]);
    assert_ne!(state(&sandbox, "f/t").0, "ok");
}

#[test]
fn who_may_not_sign_and_who_signs_for_another_does_not_count() {
    let sandbox = world();
    let ada = key(&sandbox, "ada@example.org");
    let eve = key(&sandbox, "eve@example.org");
    allow(&sandbox, &[&ada]);
    add(&sandbox, "t", &["--signed"], &["true"]);
    sign_with(&sandbox, "eve@example.org");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert_eq!(state(&sandbox, "f/t").0, "unmet", "nobody knows her");
    let file = sandbox.root().join("signers");
    fs::write(&file, format!("{ada}\n{eve}\n")).unwrap();
    let path = file.display().to_string();
    sandbox.git(&["config", "plan.signers", &path]);
    assert_eq!(
        state(&sandbox, "f/t").0,
        "unmet",
        "the repository has no say"
    );
    sandbox.git(&["config", "--global", "plan.signers", &path]);
    assert_eq!(
        state(&sandbox, "f/t").0,
        "unmet",
        "she signs for somebody else"
    );
    sign_with(&sandbox, "ada@example.org");
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert_eq!(state(&sandbox, "f/t").0, "ok");
}

#[test]
fn an_unsigned_record_does_not_count_where_signatures_are_asked_for() {
    let sandbox = signing_world(&[]);
    let ada = key(&sandbox, "ada@example.org");
    sign_with(&sandbox, "ada@example.org");
    let file = sandbox.root().join("signers");
    fs::write(&file, format!("{ada}\n")).unwrap();
    let path = file.display().to_string();
    sandbox.git(&["config", "--global", "plan.signers", &path]);
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert_eq!(state(&sandbox, "f/t").0, "ok");
    let (path, text) = record_texts(&sandbox).remove(0);
    let begin = text.find("signature = ").unwrap();
    sandbox.store_by_hand(&[(&path, Some(&text[..begin]))]);
    let (is, reason) = state(&sandbox, "f/t");
    assert_eq!(is, "unmet");
    assert!(reason.contains("not signed"), "{reason}");
}

#[test]
fn plan_sign_signs_all() {
    let sandbox = world();
    let ada = key(&sandbox, "ada@example.org");
    sign_with(&sandbox, "ada@example.org");
    allow(&sandbox, &[&ada]);
    add(&sandbox, "t", &[], &["true"]);
    sandbox.git(&["config", "plan.sign", "true"]);
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    let signed = |sandbox: &Sandbox| {
        let texts = record_texts(sandbox);
        texts
            .iter()
            .filter(|(_, text)| text.contains("SSH SIGNATURE"))
            .count()
    };
    assert_eq!(signed(&sandbox), 0, "the repository has no say");
    sandbox.git(&["config", "--global", "plan.sign", "true"]);
    sandbox.plan(&["gate", "run", "f/t"]).ok();
    assert_eq!(signed(&sandbox), 1);
}

#[test]
fn approvals_and_waivers_are_signed_where_that_is_asked_for() {
    let sandbox = world();
    let ada = key(&sandbox, "ada@example.org");
    sign_with(&sandbox, "ada@example.org");
    sandbox.git(&["config", "--global", "plan.unattended", "true"]);
    sandbox.change_by_hand(".plans/demo-plan/plan.toml", |text| {
        let policy = format!("[policy]\nwaive = \"signers\"\nsigners = [\"{ada}\"]\n");
        text.replacen("\n[[phase]]", &format!("\n{policy}\n[[phase]]"), 1)
    });
    for name in ["seen", "other"] {
        let add = ["gate", "add", "f", name, "--kind", "manual", "--signed"];
        sandbox.plan(&add).ok();
    }
    let approve = ["gate", "approve", "f/seen", "--note", "looked"];
    sandbox.plan(&approve).ok();
    let (is, reason) = state(&sandbox, "f/seen");
    assert_eq!(is, "ok", "{reason}");
    let waive = ["gate", "waive", "f/other", "--reason", "r", "--until", "3d"];
    sandbox.plan(&waive).ok();
    let (is, reason) = state(&sandbox, "f/other");
    assert_eq!(is, "waived", "{reason}");
    let texts = record_texts(&sandbox);
    let signed = texts
        .iter()
        .filter(|(_, text)| text.contains("SSH SIGNATURE"));
    assert_eq!(signed.count(), 2);
}

/// A key of OpenPGP counts for the e-mail address that a line gives it.
#[test]
fn a_key_of_openpgp_counts_where_a_line_names_its_fingerprint() {
    let sandbox = world();
    let home = sandbox.root().join("home/.gnupg");
    fs::create_dir(&home).unwrap();
    fs::set_permissions(&home, fs::Permissions::from_mode(0o700)).unwrap();
    let made = sandbox.sh(
        "gpg --batch --quiet --pinentry-mode loopback --passphrase '' \
         --quick-gen-key 'Ada <ada@example.org>' ed25519 sign never",
    );
    if made.code != 0 {
        eprintln!("skipped: no gpg that makes a key: {}", made.err);
        return;
    }
    let listed = sandbox.sh("gpg --batch --with-colons --list-keys").ok();
    let line = listed
        .lines()
        .find(|line| line.starts_with("fpr:"))
        .unwrap();
    let fingerprint = line.split(':').nth(9).unwrap().to_owned();
    add(&sandbox, "t", &["--signed"], &["true"]);
    let run = sandbox.plan(&["gate", "run", "f/t"]);
    let allowed = |email: &str| {
        let file = sandbox.root().join("signers");
        fs::write(&file, format!("{email} openpgp {fingerprint}\n")).unwrap();
        let path = file.display().to_string();
        sandbox.git(&["config", "--global", "plan.signers", &path]);
        state(&sandbox, "f/t").0
    };
    let states = [allowed("ada@example.org"), allowed("eve@example.org")];
    sandbox.sh("gpgconf --kill all");
    run.ok();
    assert_eq!(states, ["ok", "unmet"]);
}
