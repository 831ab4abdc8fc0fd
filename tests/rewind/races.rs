//! Somebody changes the repository between the printing and the running: the commands stop, and
//! nothing is lost.

use git_plan::checkpoint::rewind::{Rewind, Target};

use crate::world::{BACKUP, World};

/// What a repository is like at the judgement.
struct Scene {
    name: &'static str,
    set: fn() -> (World, Target),
}

const SCENES: [Scene; 6] = [
    Scene {
        name: "clean",
        set: clean,
    },
    Scene {
        name: "dirty",
        set: dirty,
    },
    Scene {
        name: "changes",
        set: changes,
    },
    Scene {
        name: "changes and dirty",
        set: changes_and_dirty,
    },
    Scene {
        name: "pushed",
        set: pushed,
    },
    Scene {
        name: "detached",
        set: detached,
    },
];

fn clean() -> (World, Target) {
    let world = World::new();
    world.write("gone", "only at the checkpoint\n");
    world.commit("with a file");
    let target = world.checkpoint();
    std::fs::remove_file(world.repo.join("gone")).unwrap();
    world.write("a", "two\n");
    world.commit("two");
    world.git(&["branch", "side", "HEAD~"]);
    world.write("precious.ign", "precious\n");
    (world, target)
}

fn get_dirty(world: &World) {
    world.write("a", "staged\n");
    world.git(&["add", "a"]);
    world.write("a", "staged and more\n");
    world.write("lying/about", "untracked\n");
}

fn dirty() -> (World, Target) {
    let (world, target) = clean();
    get_dirty(&world);
    (world, target)
}

fn changes() -> (World, Target) {
    let world = World::new();
    world.write("a", "uncommitted\n");
    world.write("gone", "only at the checkpoint\n");
    let target = world.checkpoint();
    std::fs::remove_file(world.repo.join("gone")).unwrap();
    world.write("a", "two\n");
    world.commit("two");
    world.git(&["branch", "side", "HEAD~"]);
    (world, target)
}

fn changes_and_dirty() -> (World, Target) {
    let (world, target) = changes();
    get_dirty(&world);
    (world, target)
}

fn pushed() -> (World, Target) {
    let (world, target) = changes();
    world.git(&["init", "-q", "--bare", "../remote.git"]);
    world.git(&["remote", "add", "origin", "../remote.git"]);
    world.git(&["push", "-qu", "origin", "main"]);
    (world, target)
}

fn detached() -> (World, Target) {
    let (world, target) = changes();
    world.git(&["switch", "-q", "--detach"]);
    (world, target)
}

fn is_dirty(world: &World) -> bool {
    !world.git(&["status", "--porcelain"]).is_empty()
}

/// The commands must stop; nothing may be lost; and what is there for this case brings back the
/// state that they met.
#[track_caller]
fn must_stop(world: &World, rewind: &Rewind, name: &str) {
    assert!(!rewind.steps.is_empty(), "{name}: {rewind:#?}");
    let (state, belongings) = (world.state(), world.belongings());
    let output = world.paste(&rewind.steps, &world.repo);
    assert!(!output.status.success(), "{name}: {output:?}");
    world.assert_kept(&belongings);
    let same = |when: &str| {
        let now = world.state();
        assert_eq!(now.head, state.head, "{name}, {when}");
        assert_eq!(now.status, state.status, "{name}, {when}");
        assert_eq!(now.index, state.index, "{name}, {when}");
        assert_eq!(now.files, state.files, "{name}, {when}");
        for (reference, oid) in state.refs.iter().filter(|(name, _)| *name != "refs/stash") {
            assert_eq!(
                now.refs.get(reference),
                Some(oid),
                "{name}, {when}: {reference}"
            );
        }
    };
    if world.state().status == state.status && world.state().head == state.head {
        return same("at once");
    }
    world.paste(&rewind.if_stopped, &world.repo);
    world.assert_kept(&belongings);
    same("after the way out");
}

fn for_all(meddle: impl Fn(&World, &str)) {
    for scene in SCENES {
        let (world, target) = (scene.set)();
        let rewind = world.judge(&target);
        meddle(&world, scene.name);
        must_stop(&world, &rewind, scene.name);
    }
}

#[test]
fn somebody_commits() {
    for_all(|world, _| {
        world.write("b", "three\n");
        world.commit("three");
    });
}

#[test]
fn somebody_commits_nothing() {
    for_all(|world, _| {
        world.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
    });
}

#[test]
fn somebody_amends() {
    for_all(|world, _| {
        world.git(&["commit", "-q", "--amend", "--allow-empty", "-m", "amended"]);
    });
}

#[test]
fn somebody_creates_a_branch_and_switches_to_it() {
    for_all(|world, _| {
        world.git(&["switch", "-qc", "new"]);
    });
}

#[test]
fn somebody_switches_to_another_branch() {
    for_all(|world, _| {
        if is_dirty(world) {
            world.git(&["stash", "push", "-q", "-u"]);
        }
        world.git(&["switch", "-q", "side"]);
    });
}

#[test]
fn somebody_detaches_head_elsewhere() {
    for_all(|world, _| {
        if is_dirty(world) {
            world.git(&["stash", "push", "-q", "-u"]);
        }
        world.git(&["switch", "-q", "--detach", "side"]);
    });
}

/// There is nothing left to stash then, and the last stash is another one.
#[test]
fn somebody_stashes() {
    for scene in SCENES.iter().filter(|scene| scene.name.contains("dirty")) {
        let (world, target) = (scene.set)();
        let rewind = world.judge(&target);
        world.git(&["stash", "push", "-q", "-u"]);
        must_stop(&world, &rewind, scene.name);
    }
}

#[test]
fn somebody_takes_the_name_of_the_backup() {
    for name in ["main", "detached"] {
        let backup = BACKUP.replace("main", name);
        for taken in [
            backup.clone(),
            format!("{backup}/below"),
            "backup".to_owned(),
        ] {
            for scene in SCENES
                .iter()
                .filter(|it| (it.name == "detached") == (name == "detached"))
            {
                let (world, target) = (scene.set)();
                let rewind = world.judge(&target);
                world.git(&["branch", &taken, "side"]);
                world.git(&["pack-refs", "--all"]);
                must_stop(&world, &rewind, &format!("{} and {taken}", scene.name));
            }
        }
    }
}

#[test]
fn somebody_takes_the_name_of_the_stash() {
    for scene in SCENES.iter().filter(|scene| scene.name.contains("dirty")) {
        let (world, target) = (scene.set)();
        let rewind = world.judge(&target);
        world.git(&["branch", &format!("{BACKUP}-stash"), "side"]);
        let belongings = world.belongings();
        let state = world.state();
        assert!(!world.paste(&rewind.steps, &world.repo).status.success());
        world.assert_kept(&belongings);
        // Everything is in the stash itself.
        world.git(&["stash", "pop", "-q", "--index"]);
        assert_eq!(world.state().files, state.files);
        assert_eq!(world.state().status, state.status);
    }
}

#[test]
fn a_file_appears_in_the_way() {
    for_all(|world, name| {
        // What is untracked is stashed where something is; what is ignored is not.
        if name.contains("dirty") {
            world.write(".git/info/exclude", "gone\n");
        }
        world.write("gone", "mine\n");
    });
}

#[test]
fn somebody_changes_a_file() {
    for_all(|world, name| {
        world.write("b", "changed\n");
        if name.contains("dirty") {
            world.git(&["commit", "-qam", "changed"]);
        }
    });
}

#[test]
fn somebody_begins_to_merge() {
    for_all(|world, _| {
        if is_dirty(world) {
            world.git(&["stash", "push", "-q", "-u"]);
        }
        let head = world
            .state()
            .head
            .trim()
            .trim_start_matches("ref: refs/heads/")
            .to_owned();
        world.git(&["switch", "-qc", "theirs", "side"]);
        world.write("a", "theirs\n");
        world.commit("theirs");
        match head.as_str() {
            "main" => world.git(&["switch", "-q", "main"]),
            commit => world.git(&["switch", "-q", "--detach", commit]),
        };
        let merge = world
            .command("git", &world.repo)
            .args(["merge", "-q", "theirs"])
            .output();
        assert!(!merge.unwrap().status.success());
    });
}

#[test]
fn the_commands_are_pasted_twice() {
    for scene in SCENES {
        let (world, target) = (scene.set)();
        let rewind = world.judge(&target);
        world.must(&rewind.steps);
        must_stop(&world, &rewind, scene.name);
    }
}

/// What changes where something is stashed anyway is stashed with it.
#[test]
fn more_is_changed_where_something_was_changed() {
    let (world, target) = dirty();
    let rewind = world.judge(&target);
    world.write("b", "changed\n");
    world.write("another", "untracked\n");
    let (state, belongings) = (world.state(), world.belongings());
    world.must(&rewind.steps);
    world.assert_kept(&belongings);
    world.must(&rewind.back);
    assert_eq!(
        (world.state().files, world.state().status),
        (state.files, state.status)
    );
}

/// The way back is as careful as the way forth: where somebody went on, nothing is done at all.
#[test]
fn the_way_back_stops_too() {
    let ways: [fn(&World); 4] = [
        |world| world.write("a", "after the rewind\n"),
        |world| world.write("b", "where nothing is in the way\n"),
        |world| {
            world.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
        },
        |world| {
            world.git(&["switch", "-qc", "new"]);
            world.git(&["commit", "-q", "--allow-empty", "-m", "on another branch"]);
        },
    ];
    for scene in SCENES {
        for go_on in ways {
            let (world, target) = (scene.set)();
            let rewind = world.judge(&target);
            world.must(&rewind.steps);
            go_on(&world);
            let (state, belongings) = (world.state(), world.belongings());
            let output = world.paste(&rewind.back, &world.repo);
            assert!(!output.status.success(), "{}", scene.name);
            assert_eq!(world.state(), state, "{}", scene.name);
            world.assert_kept(&belongings);
        }
    }
}

/// Pasted in another worktree, the commands act in the one that they were made for.
#[test]
fn the_commands_are_pasted_in_another_worktree() {
    let (world, target) = dirty();
    world.git(&["worktree", "add", "-q", "../other", "side"]);
    let other = world.root.join("other");
    let rewind = world.judge(&target);
    let status = || world.git_in(&other, &["status"]);
    let before = status();
    assert!(world.paste(&rewind.steps, &other).status.success());
    assert_eq!(status(), before);
    assert_eq!(
        world.git(&["rev-parse", "main"]),
        target.base.unwrap().to_string()
    );
}

/// The last command is refused; all else is as promised, and the way on is told.
#[test]
fn somebody_pushes() {
    let (world, target) = pushed();
    world.git(&["clone", "-q", "-b", "main", "../remote.git", "../theirs"]);
    let theirs = world.root.join("theirs");
    world.git_in(&theirs, &["commit", "-q", "--allow-empty", "-m", "theirs"]);
    let rewind = world.judge(&target);
    world.git_in(&theirs, &["push", "-q", "origin", "main"]);
    let belongings = world.belongings();
    assert!(!world.paste(&rewind.steps, &world.repo).status.success());
    world.assert_kept(&belongings);
    assert_eq!(world.state().head, "ref: refs/heads/main\n");
    let snapshot = format!("{}^{{tree}}", target.snapshot);
    assert_eq!(world.tree(), world.git(&["rev-parse", &snapshot]));
    let tip = world.git_in(&theirs, &["rev-parse", "HEAD"]);
    assert!(
        world
            .git(&["ls-remote", "origin", "refs/heads/main"])
            .starts_with(&tip)
    );
    assert!(
        rewind.advice.iter().any(|line| line.contains("git pull")),
        "{rewind:?}"
    );
}

/// Neither the collection of garbage nor an expired log takes anything of it.
#[test]
fn what_was_kept_survives_a_collection() {
    for scene in SCENES {
        let (world, target) = (scene.set)();
        let (start, belongings) = (world.state(), world.belongings());
        let rewind = world.judge(&target);
        world.must(&rewind.steps);
        world.git(&["stash", "clear"]);
        world.git(&["reflog", "expire", "--expire=now", "--all"]);
        if scene.name == "pushed" {
            // Nothing names the way back but the commands.
            world.assert_kept(&belongings);
            continue;
        }
        world.git(&["gc", "-q", "--prune=now"]);
        world.must(&rewind.back);
        let now = world.state();
        assert_eq!(
            (now.status, now.index, now.files),
            (start.status, start.index, start.files)
        );
    }
}

#[test]
fn the_way_out_does_nothing_on_another_branch() {
    for scene in SCENES {
        let (world, target) = (scene.set)();
        let rewind = world.judge(&target);
        world.git(&["switch", "-q", "-c", "other"]);
        let before = world.state();
        world.paste(&rewind.if_stopped, &world.repo);
        let now = world.state();
        assert_eq!(now.head, before.head, "{}", scene.name);
        assert_eq!(now.status, before.status, "{}", scene.name);
        assert_eq!(now.refs, before.refs, "{}", scene.name);
    }
}
