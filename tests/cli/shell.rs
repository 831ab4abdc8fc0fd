//! Completion and the manual, as a shell and as Git meet them.

use crate::sandbox::Sandbox;

fn planned() -> Sandbox {
    let sandbox = Sandbox::with_plan();
    sandbox.plan(&["add-phase", "Foundation"]).ok();
    sandbox.plan(&["add-task", "Add login route"]).ok();
    sandbox
        .plan(&["add-task", "Remove \u{1b}[31mthe old one"])
        .ok();
    sandbox.plan(&["done", "1"]).ok();
    sandbox
}

#[test]
fn words_under_the_cursor_become_candidates() {
    let sandbox = planned();
    let complete = |words: &[&str]| {
        let mut all = vec!["__complete"];
        all.extend(words);
        sandbox.plan(&all).ok()
    };
    assert_eq!(
        complete(&["sho"]),
        "show\tShow a task, a plan, a phase, a gate, a register entry, a checkpoint or a specification\n\
         show-diff\tShow what a checkpoint holds, or what changed since\n"
    );
    let tasks = "2\tRemove \\x1b[31mthe old one\n1\tAdd login route (completed)\n";
    assert_eq!(complete(&["start", ""]), tasks);
    assert_eq!(
        complete(&["add-task", "--phase", ""]),
        "foundation\tFoundation\n"
    );
    assert_eq!(complete(&["use", ""]), "demo-plan\tDemo plan\n");
    assert_eq!(
        complete(&["tasks", "--status", "pe"]),
        "pending\tNot started\n"
    );
    assert!(complete(&["add-task", "--depends"]).starts_with("--depends-on\t"));
    assert!(complete(&["gate", ""]).starts_with("add\t"));
}

#[test]
fn a_completion_without_plans_or_repository_says_nothing() {
    let sandbox = Sandbox::new();
    assert_eq!(
        sandbox
            .plan(&["__complete", "start", ""])
            .ok()
            .lines()
            .count(),
        6
    );
    let nowhere = sandbox.plan_in(sandbox.root(), &["__complete", "use", ""]);
    assert!(nowhere.err.is_empty(), "{nowhere:?}");
}

/// Git's completion for Bash calls `_git_plan` with `cur`, `words` and `cword` set.
#[test]
fn bash_completes_through_git() {
    let sandbox = planned();
    if sandbox.sh("command -v bash").code != 0 {
        return;
    }
    let try_words = |words: &str| {
        let script = format!(
            "eval \"$(git-plan completions bash)\"\n\
             words=({words}); cword=$((${{#words[@]}} - 1)); cur=${{words[cword]}}\n\
             _git_plan; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        );
        let folder = sandbox.repo();
        let output = sandbox
            .command("bash", &folder)
            .arg("-c")
            .arg(script)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    assert_eq!(try_words("git plan rewi"), "rewind \n");
    assert_eq!(
        try_words("git plan start ''"),
        "2  Remove \\x1b[31mthe old one\n1  Add login route (completed)\n"
    );
    assert_eq!(
        try_words("git -C . plan add-task --phase f"),
        "foundation \n"
    );
    assert_eq!(
        try_words("git plan update-"),
        "update-plan  Change a plan's title, goal, branches or limits\nupdate-phase  Change a phase's title, objective, order\nupdate-task  Change a task\n"
    );
}

#[test]
fn setup_puts_everything_where_it_is_found() {
    let sandbox = planned();
    let before = sandbox.git(&["status", "--porcelain", "--ignored"]);
    sandbox.plan(&["setup", "--dry-run"]).ok();
    let data = sandbox.root().join("home/.local/share");
    assert!(!data.exists(), "a dry run writes nothing");
    sandbox.plan(&["setup"]).ok();
    for file in [
        "man/man1/git-plan.1",
        "man/man1/git-plan-add-task.1",
        "bash-completion/completions/git-plan",
        "zsh/site-functions/_git-plan",
    ] {
        assert!(data.join(file).is_file(), "{file}");
    }
    assert!(
        sandbox
            .root()
            .join("home/.config/fish/conf.d/git-plan.fish")
            .is_file()
    );
    assert_eq!(sandbox.git(&["status", "--porcelain", "--ignored"]), before);
    if sandbox.sh("command -v man").code != 0 {
        return;
    }
    let line = "MANPATH=$HOME/.local/share/man: MANPAGER=cat GIT_PAGER=cat git plan --help";
    let shown = sandbox.sh(line);
    // A machine whose man pages are cut off (a minimal image) has a `man` that shows nothing.
    if shown.out.contains("minimized") {
        return;
    }
    assert!(shown.ok().contains("EXIT STATUS"));
}
