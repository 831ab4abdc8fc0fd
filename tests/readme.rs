//! Everything that the README shows is run, in the order in which it is shown.
//!
//! `GIT_PLAN_UPDATE=1 cargo test --test readme` writes the outputs anew.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

#[path = "cli/sandbox.rs"]
#[expect(dead_code, reason = "the other tests of the program use the rest")]
mod sandbox;

use std::path::Path;

use sandbox::Sandbox;

#[test]
fn every_console_block_prints_what_it_shows() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let shown = std::fs::read_to_string(&file).unwrap();
    let sandbox = Sandbox::new();
    let mut printed = String::new();
    let mut in_console = false;
    let mut commands = 0;
    for line in shown.lines() {
        match line.strip_prefix("$ ") {
            Some(command) if in_console => {
                let run = sandbox.sh(&format!("exec 2>&1; export GIT_PLAN_SEED=1\n{command}"));
                printed.push_str(&format!("{line}\n{}", run.out));
                commands += 1;
            }
            _ if line == "```console" => {
                in_console = true;
                printed.push_str("```console\n");
            }
            _ if line == "```" => {
                in_console = false;
                printed.push_str("```\n");
            }
            _ if in_console => {}
            _ => printed.push_str(&format!("{line}\n")),
        }
    }
    assert!(commands > 15, "the README shows something");
    if std::env::var_os("GIT_PLAN_UPDATE").is_some() {
        std::fs::write(&file, &printed).unwrap();
    }
    let stored = std::fs::read_to_string(&file).unwrap();
    assert!(
        printed == stored,
        "README.md is not what the program prints:\n{printed}"
    );
}

/// The commands in `sh` blocks are run by `.ci/run`, word for word.
#[test]
fn ci_runs_the_commands_of_the_readme() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let readme = std::fs::read_to_string(root.join("README.md")).unwrap();
    let ci = std::fs::read_to_string(root.join(".ci/run")).unwrap();
    for command in [
        "cargo run --release -- demo",
        "cargo test --locked",
        "cargo install --locked --path .",
    ] {
        assert!(readme.contains(&format!("{command}\n")), "{command}");
        assert!(ci.contains(command), "{command}");
    }
}
