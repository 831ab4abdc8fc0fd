//! Names that a shell, or Git, could take for something else.

use git_plan::checkpoint::rewind::Situation;

use crate::world::World;

const NAMES: [&str; 20] = [
    "-x",
    "-",
    "@",
    "HEAD",
    "--force",
    "$(touch${IFS}sentinel)",
    "`touch${IFS}sentinel`",
    "a;touch${IFS}sentinel",
    "a&touch${IFS}sentinel",
    "a|touch${IFS}sentinel",
    "a'b",
    "a\"b",
    "a#b",
    "a!b",
    "a%b",
    "(a)",
    "{a,b}",
    "größe/登录",
    "a=b.remote",
    "0123456789012345678901234567890123456789",
];

fn on_branch(name: &str) -> World {
    let world = World::new();
    world.git(&["update-ref", &format!("refs/heads/{name}"), "HEAD"]);
    world.git(&["symbolic-ref", "HEAD", &format!("refs/heads/{name}")]);
    world
}

#[test]
fn the_name_of_a_branch_is_inert() {
    for name in NAMES {
        let world = on_branch(name);
        world.write("a", "uncommitted\n");
        let target = world.checkpoint();
        world.write("b", "two\n");
        world.commit("two");
        world.write("a", "dirty\n");
        world.write("untracked", "too\n");
        world.prove(&target, Situation::Dirty);
        assert!(!world.repo.join("sentinel").exists(), "{name}");
        assert!(!world.repo.join("d/sentinel").exists(), "{name}");
    }
}

#[test]
fn after_a_stop_too() {
    for name in NAMES {
        let world = on_branch(name);
        let target = world.checkpoint();
        world.write("b", "two\n");
        world.commit("two");
        world.write("a", "dirty\n");
        let (rewind, start) = (world.judge(&target), world.state());
        // All but the last two, which move the branch and go on it.
        world.must(&rewind.steps[..rewind.steps.len() - 2]);
        world.must(&rewind.if_stopped);
        let now = world.state();
        assert_eq!(
            (now.head, now.status, now.files),
            (start.head, start.status, start.files)
        );
    }
}

#[test]
fn the_name_of_a_checkpoint_is_inert() {
    for name in [
        "$(touch sentinel)",
        "a;id",
        "-x",
        "'; touch sentinel; '",
        "\u{202e}x\n",
    ] {
        let world = World::new();
        let mut target = world.checkpoint();
        target.name = name.to_owned();
        world.write("b", "two\n");
        world.commit("two");
        world.git(&["init", "-q", "--bare", "../remote.git"]);
        world.git(&["remote", "add", "origin", "../remote.git"]);
        world.git(&["push", "-qu", "origin", "main"]);
        world.prove(&target, Situation::Pushed);
        assert!(!world.repo.join("sentinel").exists(), "{name}");
    }
}

#[test]
fn the_name_of_the_folder_is_inert() {
    let mut world = World::new();
    let target = world.checkpoint();
    for name in [
        "-x",
        "$(touch sentinel)",
        "it's",
        "a b",
        "\"",
        "ü;touch sentinel",
    ] {
        world.git(&[
            "worktree",
            "add",
            "-qf",
            "-b",
            "there",
            &format!("../w/{name}"),
            "main",
        ]);
        let main = std::mem::replace(&mut world.repo, world.root.join("w").join(name));
        world.write("b", "two\n");
        world.commit("two");
        world.prove(&target, Situation::Clean);
        assert!(!world.repo.join("sentinel").exists() && !world.root.join("sentinel").exists());
        world.repo = main;
        world.git(&["worktree", "remove", "--force", &format!("../w/{name}")]);
        let branches = world.git(&["for-each-ref", "--format=%(refname)", "refs/heads/backup"]);
        for branch in branches.lines().chain(["refs/heads/there"]) {
            world.git(&["update-ref", "-d", branch]);
        }
    }
}

#[test]
fn a_name_that_cannot_be_shown_as_it_is_has_no_sequence() {
    for name in ["evil\u{202e}niam", "zero\u{200b}width", "c1\u{9b}31m"] {
        let world = on_branch(name);
        let target = world.checkpoint();
        world.write("b", "two\n");
        world.commit("two");
        let rewind = world.judge(&target);
        assert_eq!(rewind.situation, Situation::UnprintableName, "{name:?}");
        assert!(rewind.steps.is_empty());
        let shown = rewind.advice.join("\n");
        assert!(
            !shown.chars().any(|c| name.contains(c) && !c.is_ascii()),
            "{shown}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf_8_has_no_sequence() {
    use std::os::unix::ffi::OsStrExt;
    let world = World::new();
    let target = world.checkpoint();
    world.write("b", "two\n");
    world.commit("two");
    let name = std::ffi::OsStr::from_bytes(b"refs/heads/not\xffutf8");
    for words in [["update-ref"], ["symbolic-ref"]] {
        let mut command = world.command("git", &world.repo);
        command.args(words);
        match words {
            ["update-ref"] => command.arg(name).arg("HEAD"),
            _ => command.arg("HEAD").arg(name),
        };
        assert!(command.status().unwrap().success());
    }
    let repo = git_plan::git::Repo::discover(&world.repo).unwrap();
    let who = crate::world::somebody();
    let rewind = git_plan::checkpoint::rewind::judge(&repo, &target, &who).unwrap();
    assert_eq!(rewind.situation, Situation::UnprintableName);
    assert!(rewind.steps.is_empty());
}
