//! Signatures with real keys, by `ssh-keygen` and, where there is one, `gpg`; programs that lie in
//! wait in the repository.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use git_plan::git::{Error, Repo, SignatureFormat, SignedBy, Signers, Verdict};

use crate::support::{Sandbox, child_must_pass, isolate, sandbox_root, set_mode, write_program};

const TEXT: &[u8] = b"what is signed\n";
/// 2024-01-01, in seconds.
const NEW_YEAR: i64 = 1_704_067_200;

fn run(home: &Path, program: &str, words: &[&str]) -> Output {
    let mut command = Command::new(program);
    isolate(&mut command, home);
    command
        .env("GNUPGHOME", home.join("keys"))
        .args(words)
        .stdin(Stdio::null())
        .output()
        .expect("it runs")
}

fn must(home: &Path, program: &str, words: &[&str]) -> String {
    let output = run(home, program, words);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program} {words:?}: {error}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// An SSH key; its file, and the public half as lists of signers have it.
fn ssh_key(home: &Path, name: &str) -> (PathBuf, String) {
    let file = home.join(name);
    let path = file.display().to_string();
    must(
        home,
        "ssh-keygen",
        &["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", &path],
    );
    let public = fs::read_to_string(format!("{path}.pub")).expect("written");
    (file, public.trim().to_owned())
}

fn here() -> Repo {
    Repo::discover(&sandbox_root().join("repo")).expect("opens")
}

fn good(verdict: &Verdict) -> SignedBy {
    let by = match verdict {
        Verdict::Good(by) => Some(by.clone()),
        Verdict::Bad(_) => None,
    };
    assert!(by.is_some(), "{verdict:?}");
    by.expect("good")
}

fn configure(sandbox: &Sandbox, key: &str, value: &str) {
    sandbox.git(&["config", "--global", key, value]);
}

#[test]
fn an_ssh_signature_is_by_whom_the_list_names() {
    let sandbox = Sandbox::new();
    child_must_pass("signing::ssh_child", &sandbox, &[]);
}

#[test]
#[ignore = "run by another test"]
fn ssh_child() {
    let home = sandbox_root();
    let (ada, ada_key) = ssh_key(&home, "ada");
    let (_, eve_key) = ssh_key(&home, "eve");
    let git = |words: &[&str]| must(&home, "git", words);
    git(&["config", "--global", "gpg.format", "ssh"]);
    assert!(matches!(here().sign(TEXT), Err(Error::NoSigningKey)));
    git(&[
        "config",
        "--global",
        "user.signingKey",
        &ada.display().to_string(),
    ]);
    let repo = here();
    let signature = repo.sign(TEXT).expect("signed");
    let judge = |text: &[u8], signers: &str, at| {
        let verdict = repo.verify(text, &signature, Signers::Text(signers), at);
        verdict.expect("it runs")
    };
    let is_bad = |verdict| matches!(verdict, Verdict::Bad(_));

    let signers =
        format!("# people\neve@example.com {eve_key}\nada@example.com,a@work {ada_key}\n");
    let by = good(&judge(TEXT, &signers, NEW_YEAR));
    assert_eq!(by.principal, "ada@example.com");
    assert_eq!(by.principals, ["ada@example.com", "a@work"]);
    assert!(by.is("A@work") && !by.is("eve@example.com"));
    assert_eq!(by.format, SignatureFormat::Ssh);
    let listed = must(
        &home,
        "ssh-keygen",
        &["-l", "-f", &ada.display().to_string()],
    );
    assert_eq!(listed.split(' ').nth(1), Some(by.key.as_str()));

    assert!(is_bad(judge(b"something else", &signers, NEW_YEAR)));
    assert!(is_bad(judge(
        TEXT,
        &format!("eve@example.com {eve_key}"),
        NEW_YEAR
    )));
    assert!(is_bad(judge(TEXT, "", NEW_YEAR)));
    assert!(is_bad(judge(TEXT, &format!("* {ada_key}"), NEW_YEAR)));
    let other = format!("ada@example.com namespaces=\"git\" {ada_key}");
    assert!(is_bad(judge(TEXT, &other, NEW_YEAR)));

    let limited =
        format!("ada@example.com valid-after=\"20240101\",valid-before=\"20240201\" {ada_key}");
    assert!(is_bad(judge(TEXT, &limited, NEW_YEAR - 1)));
    assert_eq!(good(&judge(TEXT, &limited, NEW_YEAR + 1)).key, by.key);
    assert!(is_bad(judge(TEXT, &limited, NEW_YEAR + 32 * 86400)));
    assert!(is_bad(judge(TEXT, &signers, i64::MAX)));

    // Git's own signature is not one of ours, nor is a text.
    let file = home.join("text");
    fs::write(&file, TEXT).expect("written");
    let (ada, file) = (ada.display().to_string(), file.display().to_string());
    must(
        &home,
        "ssh-keygen",
        &["-Y", "sign", "-n", "git", "-f", &ada, &file],
    );
    let foreign = fs::read_to_string(format!("{file}.sig")).expect("written");
    for signature in [
        foreign.as_str(),
        "",
        "-----BEGIN SIGNED MESSAGE-----\n",
        "-----BEGIN PGP SIGNATURE",
    ] {
        let verdict = repo.verify(TEXT, signature, Signers::Text(&signers), NEW_YEAR);
        assert!(is_bad(verdict.expect("it runs")), "{signature}");
    }

    // The user's own list, which the repository cannot name.
    let list = home.join("signers");
    fs::write(&list, &signers).expect("written");
    let list = list.display().to_string();
    let here_only = ["-C", "repo", "config", "gpg.ssh.allowedSignersFile", &list];
    let mut command = Command::new("git");
    isolate(&mut command, &home);
    assert!(
        command
            .current_dir(&home)
            .args(here_only)
            .status()
            .expect("runs")
            .success()
    );
    let verdict = here().verify(TEXT, &signature, Signers::User, NEW_YEAR);
    assert!(is_bad(verdict.expect("it runs")));
    git(&["config", "--global", "gpg.ssh.allowedSignersFile", &list]);
    let verdict = here().verify(TEXT, &signature, Signers::User, NEW_YEAR);
    assert_eq!(good(&verdict.expect("it runs")), by);
    let revoked = home.join("ada.pub").display().to_string();
    git(&["config", "--global", "gpg.ssh.revocationFile", &revoked]);
    let verdict = here().verify(TEXT, &signature, Signers::User, NEW_YEAR);
    assert!(is_bad(verdict.expect("it runs")));
}

#[test]
fn what_cannot_sign_says_why() {
    let sandbox = Sandbox::new();
    configure(&sandbox, "gpg.format", "x509");
    child_must_pass("signing::x509_child", &sandbox, &[]);
    configure(&sandbox, "gpg.format", "ssh");
    configure(&sandbox, "user.signingKey", "/nowhere/key");
    child_must_pass("signing::no_key_child", &sandbox, &[]);
    configure(&sandbox, "gpg.ssh.program", "/nowhere/ssh-keygen");
    configure(&sandbox, "gpg.program", "no-such-program");
    child_must_pass("signing::no_program_child", &sandbox, &[]);
}

#[test]
#[ignore = "run by another test"]
fn x509_child() {
    let refused = here().sign(TEXT);
    assert!(matches!(refused, Err(Error::SignatureFormat { format }) if format == "x509"));
}

#[test]
#[ignore = "run by another test"]
fn no_key_child() {
    match here().sign(TEXT) {
        Err(Error::NotSigned { message, .. }) => {
            assert!(message.contains("/nowhere/key"), "{message}");
        }
        other => panic!("{other:?}"),
    }
}

#[test]
#[ignore = "run by another test"]
fn no_program_child() {
    let repo = here();
    assert!(matches!(
        repo.sign(TEXT),
        Err(Error::SigningProgram {
            key: "gpg.ssh.program",
            ..
        })
    ));
    for kind in ["SSH", "PGP"] {
        let signature = format!("-----BEGIN {kind} SIGNATURE-----\n");
        let verdict = repo.verify(TEXT, &signature, Signers::Text("a b"), NEW_YEAR);
        assert!(matches!(verdict, Err(Error::SigningProgram { .. })));
    }
}

/// A program in the working tree, first in `PATH`, and named by the repository's configuration.
#[test]
fn no_program_of_the_repository_runs() {
    let sandbox = Sandbox::new();
    let mark = sandbox.root.join("mark");
    for name in ["ssh-keygen", "gpg"] {
        let program = sandbox.path().join(name);
        write_program(
            &program,
            &format!(
                "#!/bin/sh
touch '{}'
",
                mark.display()
            ),
        );
        let program = program.display().to_string();
        for key in ["gpg.ssh.program", "gpg.program", "gpg.openpgp.program"] {
            sandbox.git(&["config", key, &program]);
        }
    }
    std::os::unix::fs::symlink(sandbox.path(), sandbox.root.join("link")).expect("made");
    let (_, key) = ssh_key(&sandbox.root, "ada");
    fs::write(sandbox.root.join("list"), format!("ada@example.com {key}")).expect("written");
    let path = format!(
        "{}:.::{}:{}",
        sandbox.path().display(),
        sandbox.root.join("link").display(),
        std::env::var("PATH").expect("set")
    );
    child_must_pass("signing::planted_child", &sandbox, &[("PATH", &path)]);
    assert!(!mark.exists());
}

#[test]
#[ignore = "run by another test"]
fn planted_child() {
    let home = sandbox_root();
    std::env::set_current_dir(home.join("repo")).expect("there");
    let key = home.join("ada").display().to_string();
    for (name, value) in [("gpg.format", "ssh"), ("user.signingKey", &key)] {
        must(&home, "git", &["config", "--global", name, value]);
    }
    let repo = here();
    let signature = repo.sign(TEXT).expect("signed");
    let signers = fs::read_to_string(home.join("list")).expect("there");
    let verdict = repo.verify(TEXT, &signature, Signers::Text(&signers), NEW_YEAR);
    assert_eq!(
        good(&verdict.expect("it runs")).principal,
        "ada@example.com"
    );
    let signature = "-----BEGIN PGP SIGNATURE-----\n";
    match repo.verify(TEXT, signature, Signers::User, NEW_YEAR) {
        Ok(Verdict::Bad(_)) | Err(Error::SigningProgram { .. }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn an_openpgp_signature_is_by_a_key_that_is_trusted() {
    if Command::new("gpg").arg("--version").output().is_err() {
        eprintln!("there is no gpg here: not tried");
        return;
    }
    let sandbox = Sandbox::new();
    let keys = sandbox.root.join("keys");
    fs::create_dir(&keys).expect("created");
    set_mode(&keys, 0o700);
    let home = keys.display().to_string();
    child_must_pass("signing::openpgp_child", &sandbox, &[("GNUPGHOME", &home)]);
    must(&sandbox.root, "gpgconf", &["--kill", "all"]);
}

#[test]
#[ignore = "run by another test"]
fn openpgp_child() {
    let home = sandbox_root();
    let gpg = |words: &[&str]| {
        must(
            &home,
            "gpg",
            &[&["--batch", "--quiet", "--passphrase", ""], words].concat(),
        )
    };
    // Another name first: what counts is which of them is trusted.
    gpg(&[
        "--quick-gen-key",
        "C <c@example.com>",
        "ed25519",
        "sign",
        "never",
    ]);
    // Who commits here is C.
    let signature = here().sign(TEXT).expect("signed");
    let judge = |text: &[u8]| {
        here()
            .verify(text, &signature, Signers::User, 0)
            .expect("it runs")
    };
    let by = good(&judge(TEXT));
    assert_eq!(
        (by.principal.as_str(), by.format),
        ("c@example.com", SignatureFormat::OpenPgp)
    );
    let listed = gpg(&["--with-colons", "--list-keys"]);
    assert!(
        listed
            .lines()
            .any(|line| line == format!("fpr:::::::::{}:", by.key))
    );
    assert_eq!(
        judge(b"something else"),
        Verdict::Bad("it is not of these bytes".to_owned())
    );

    let bad = |why: &str| Verdict::Bad(why.to_owned());
    let untrusted = bad("the key is not trusted enough on this machine");
    let owner_trust = |level: &str| {
        let file = home.join("trust");
        fs::write(&file, format!("{}:{level}:\n", by.key)).expect("written");
        gpg(&["--import-ownertrust", &file.display().to_string()]);
    };
    // 2: undefined, 3: never, 6: ultimate.
    for level in ["2:", "3:"] {
        owner_trust(level.trim_end_matches(':'));
        assert_eq!(judge(TEXT), untrusted);
        must(
            &home,
            "git",
            &["config", "--global", "gpg.minTrustLevel", "undefined"],
        );
        assert_eq!(judge(TEXT), untrusted);
    }
    owner_trust("6");
    must(
        &home,
        "git",
        &["config", "--global", "gpg.minTrustLevel", "ultimate"],
    );
    assert_eq!(good(&judge(TEXT)).key, by.key);

    // Somebody whom C vouches for, and who has put another name first.
    let victim = "Victim <victim@example.com>";
    let eve = "Eve <eve@example.com>";
    gpg(&["--quick-gen-key", eve, "ed25519", "sign", "never"]);
    gpg(&["--quick-add-uid", eve, victim]);
    gpg(&["--quick-set-primary-uid", eve, victim]);
    let listed = gpg(&["--with-colons", "--list-keys", eve]);
    let eve_key = listed
        .lines()
        .find_map(|line| line.strip_prefix("fpr:::::::::"))
        .expect("listed");
    let eve_key = eve_key.trim_end_matches(':');
    let file = home.join("trust");
    fs::write(&file, format!("{eve_key}:2:\n")).expect("written");
    gpg(&["--import-ownertrust", &file.display().to_string()]);
    gpg(&["--yes", "-u", &by.key, "--quick-sign-key", eve_key, eve]);
    must(
        &home,
        "git",
        &["config", "--global", "user.signingKey", eve_key],
    );
    must(
        &home,
        "git",
        &["config", "--global", "--unset", "gpg.minTrustLevel"],
    );
    let repo = here();
    let eves = repo.sign(TEXT).expect("signed");
    let verdict = repo.verify(TEXT, &eves, Signers::User, 0).expect("it runs");
    assert_eq!(good(&verdict).principals, ["eve@example.com"]);

    // A key that this machine does not have.
    gpg(&["--yes", "--delete-secret-and-public-key", &by.key]);
    assert_eq!(judge(TEXT), bad("the key is not known on this machine"));
}
