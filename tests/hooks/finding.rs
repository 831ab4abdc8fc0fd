//! The script finds the program: recorded path, `PATH`, the folders where it usually is; and says
//! where it looked if it does not.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::folder::{copied_program, hooks, run, script};
use crate::sandbox::{Run, Sandbox};

/// A sandbox whose hooks name a program that is gone; where it was.
fn orphaned(folder: &str) -> (Sandbox, PathBuf) {
    let sandbox = Sandbox::with_plan();
    let folder = sandbox.root().join(folder);
    let program = folder.join("git-plan");
    copied_program(&sandbox, &program);
    let mut command = sandbox.command(&program, &sandbox.repo());
    let path = format!("{}:/usr/bin:/bin", folder.display());
    let installed = command
        .env("PATH", path)
        .args(["hooks", "install"])
        .output()
        .unwrap();
    assert_eq!(run(&installed).code, 0, "{installed:?}");
    (sandbox, program)
}

/// Runs a hook as a program with windows would: with this `PATH`, or none.
fn hook(sandbox: &Sandbox, name: &str, path: Option<&str>, words: &[&str]) -> Run {
    let mut command = sandbox.command(hooks(sandbox).join(name), &sandbox.repo());
    match path {
        Some(path) => command.env("PATH", path),
        None => command.env_remove("PATH"),
    };
    run(&command.args(words).stdin(Stdio::null()).output().unwrap())
}

const MINIMAL: Option<&str> = Some("/usr/bin:/bin");

/// A hook that tells whether the program ran: it refuses a malformed line.
fn works(sandbox: &Sandbox, path: Option<&str>) -> bool {
    let message = sandbox.root().join("message");
    fs::write(&message, "Add\n\nPlan-Task: nothing\n").unwrap();
    let run = hook(sandbox, "commit-msg", path, &[message.to_str().unwrap()]);
    match run.code {
        1 => assert!(run.err.contains("\"Plan-Task: nothing\""), "{run:?}"),
        code => assert!(code == 0 && run.err.starts_with("warning: "), "{run:?}"),
    }
    run.code == 1
}

#[test]
fn the_recorded_path_is_found_whatever_it_holds() {
    for folder in [
        "plain",
        "with a blank",
        "it's \"quoted\"",
        "$HOME `id` *",
        "é\\n",
    ] {
        let (sandbox, _) = orphaned(folder);
        for path in [MINIMAL, None, Some("/nowhere"), Some("")] {
            assert!(works(&sandbox, path), "{folder} {path:?}");
        }
    }
}

#[test]
fn the_usual_places_are_looked_into() {
    let (sandbox, program) = orphaned("first");
    fs::remove_file(&program).unwrap();
    assert!(!works(&sandbox, MINIMAL));
    assert!(works(
        &sandbox,
        Some(
            &std::env::join_paths([bin(), Path::new("/bin")])
                .unwrap()
                .into_string()
                .unwrap()
        )
    ));
    let cargo = sandbox.root().join("home/.cargo/bin");
    fs::create_dir_all(&cargo).unwrap();
    symlink(env!("CARGO_BIN_EXE_git-plan"), cargo.join("git-plan")).unwrap();
    for path in [MINIMAL, None] {
        assert!(works(&sandbox, path));
    }
}

fn bin() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_git-plan")).parent().unwrap()
}

/// A program of that name among the files of the project is not the program.
#[test]
fn a_file_of_the_working_tree_is_not_run() {
    let (sandbox, program) = orphaned("first");
    fs::remove_file(&program).unwrap();
    let planted = "#!/bin/sh\ntouch planted\nexit 1\n";
    script(&sandbox.repo().join("bin/git-plan"), planted);
    script(&sandbox.repo().join("git-plan"), planted);
    let inside = sandbox.repo().join("bin");
    for path in [".:/usr/bin:/bin", "bin:/usr/bin:/bin", ":/usr/bin:/bin"] {
        assert!(!works(&sandbox, Some(path)), "{path}");
    }
    let path = format!("{}:/usr/bin:/bin", inside.display());
    assert!(!works(&sandbox, Some(&path)));
    assert!(!sandbox.repo().join("planted").exists());
}

#[test]
fn a_push_is_stopped_where_the_program_is_missing() {
    let (sandbox, program) = orphaned("first");
    fs::remove_file(&program).unwrap();
    let stopped = hook(&sandbox, "pre-push", MINIMAL, &["origin", "url"]);
    assert_eq!(stopped.code, 1, "{stopped:?}");
    let home = sandbox.root().join("home/.cargo/bin/git-plan");
    for place in [
        program.to_str().unwrap(),
        "PATH: /usr/bin:/bin",
        home.to_str().unwrap(),
    ] {
        assert!(stopped.err.contains(place), "{place}: {stopped:?}");
    }
    assert!(
        stopped.err.contains("hint: git plan hooks install"),
        "{stopped:?}"
    );
    for (name, words) in [
        ("prepare-commit-msg", &["message"][..]),
        ("commit-msg", &["message"]),
        ("post-checkout", &["a", "b", "1"]),
        ("post-merge", &["0"]),
    ] {
        let warned = hook(&sandbox, name, MINIMAL, words);
        assert_eq!(
            (warned.code, warned.err.lines().count()),
            (0, 1),
            "{warned:?}"
        );
        assert!(warned.err.starts_with("warning: "), "{warned:?}");
    }
}

/// The script is plain enough for every shell that may be `sh` somewhere.
#[test]
fn every_shell_reads_it() {
    let (sandbox, _) = orphaned("first");
    let message = sandbox.root().join("message");
    fs::write(&message, "Add\n\nPlan-Task: nothing\n").unwrap();
    for shell in [
        &["dash"][..],
        &["bash", "--posix"],
        &["busybox", "sh"],
        &["ksh"],
        &["zsh"],
        &["sh", "-u"],
    ] {
        let mut command = sandbox.command(shell[0], &sandbox.repo());
        command
            .args(&shell[1..])
            .arg(hooks(&sandbox).join("commit-msg"))
            .arg(&message);
        if let Ok(output) = command.output() {
            assert_eq!(run(&output).code, 1, "{shell:?}: {output:?}");
        }
    }
}
