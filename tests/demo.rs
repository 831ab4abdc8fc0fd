//! The demonstration prints what is checked in: the plan of this project, worked through.
//!
//! `GIT_PLAN_UPDATE=1 cargo test --test demo` writes it anew.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::path::Path;
use std::process::{Command, Output};

fn demo(words: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_git-plan"))
        .arg("demo")
        .args(words)
        .output()
        .unwrap()
}

#[test]
fn the_demo_prints_what_is_checked_in() {
    let output = demo(&[]);
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(
        output.status.success(),
        "{printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/demo.txt");
    if std::env::var_os("GIT_PLAN_UPDATE").is_some() {
        std::fs::write(&file, &printed).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert!(
        printed == stored,
        "tests/demo.txt is not what the demo prints:\n{printed}"
    );
}

#[test]
fn a_kept_demo_is_a_sound_repository() {
    let folder = tempfile::tempdir().unwrap();
    let kept = folder.path().join("kept");
    let output = demo(&["--keep", kept.to_str().unwrap()]);
    assert!(output.status.success());
    let git = |words: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(&kept)
            .args(words)
            .output()
            .unwrap();
        assert!(output.status.success(), "{words:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["fsck", "--strict"]);
    assert_eq!(git(&["status", "--short"]), "");
    let again = demo(&["--keep", kept.to_str().unwrap()]);
    assert_eq!(
        again.status.code(),
        Some(2),
        "a folder that is not empty is left alone"
    );
}
