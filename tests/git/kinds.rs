//! Kinds of repositories, and what the environment says of them.

use std::fs;
use std::path::{Path, PathBuf};

use git_plan::git::{Error, RefMove, Repo};

use crate::support::{
    PLAN, Sandbox, child_must_pass, in_child, move_plan, plan_commit, sandbox_root,
};

/// Reads and writes a plan from `folder`; Git must agree.
fn works(sandbox: &Sandbox, folder: &Path) -> Repo {
    let repo = Repo::discover(folder).expect("opens");
    let tip = repo.reference(PLAN).expect("readable");
    let parents: Vec<_> = tip.into_iter().collect();
    let commit = plan_commit(&repo, &parents, &format!("from {}", folder.display()));
    assert_eq!(move_plan(&repo, commit, tip), RefMove::Moved);
    assert_eq!(repo.reference(PLAN).expect("readable"), Some(commit));
    let seen = sandbox.git_in(folder, &["rev-parse", PLAN]);
    assert_eq!(seen, commit.to_string());
    sandbox.git_in(folder, &["fsck", "--strict", "--no-dangling"]);
    repo
}

#[test]
fn a_work_tree_its_folders_and_its_git_folder() {
    let sandbox = Sandbox::new();
    let path = sandbox.path();
    fs::create_dir_all(path.join("a/b")).expect("created");
    for folder in [path.clone(), path.join("a/b"), path.join(".git")] {
        let repo = works(&sandbox, &folder);
        assert_eq!(repo.work_tree(), Some(path.as_path()));
        assert_eq!(repo.git_dir(), path.join(".git"));
        assert_eq!(repo.worktree_name(), "main");
        assert!(!repo.is_bare());
    }
}

#[test]
fn a_bare_repository() {
    let sandbox = Sandbox::with(&["--bare"]);
    let repo = works(&sandbox, &sandbox.path());
    assert!(repo.is_bare());
    assert_eq!(
        (repo.git_dir(), repo.worktree_name()),
        (sandbox.path().as_path(), "main".to_owned())
    );
}

#[test]
fn a_linked_worktree() {
    for kind in [&[][..], &["--bare"]] {
        let sandbox = Sandbox::with(kind);
        let tree = sandbox.git(&["hash-object", "-wt", "tree", "/dev/null"]);
        let commit = sandbox.git(&["commit-tree", "-m", "one", &tree]);
        sandbox.git(&["update-ref", "refs/heads/main", &commit]);
        sandbox.git(&["worktree", "add", "-q", "../linked", "-b", "side"]);
        let linked = sandbox.root.join("linked");
        let repo = works(&sandbox, &linked);
        assert_eq!(repo.worktree_name(), "linked");
        assert_eq!(repo.work_tree(), Some(linked.as_path()));
        let common_dir = sandbox.git(&["rev-parse", "--absolute-git-dir"]);
        assert_eq!(repo.common_dir(), PathBuf::from(common_dir));
        assert_eq!(
            repo.head().expect("readable").branch.as_deref(),
            Some("refs/heads/side")
        );
        works(&sandbox, &sandbox.path());
    }
}

#[test]
fn packed_refs_and_packed_objects_alone() {
    let sandbox = Sandbox::new();
    works(&sandbox, &sandbox.path());
    sandbox.git(&["gc", "-q"]);
    let repo = works(&sandbox, &sandbox.path());
    let tip = repo.reference(PLAN).expect("readable").expect("there");
    let texts: Vec<_> = repo
        .walk(tip)
        .map(|commit| commit.expect("readable").message)
        .collect();
    assert_eq!(texts.len(), 2);
}

#[test]
fn a_clone_that_borrows_objects() {
    let sandbox = Sandbox::new();
    works(&sandbox, &sandbox.path());
    sandbox.commit("code");
    sandbox.git(&["clone", "-q", "--shared", ".", "../borrower"]);
    let borrower = sandbox.root.join("borrower");
    sandbox.git_in(&borrower, &["update-ref", PLAN, "origin/git-plan"]);
    works(&sandbox, &borrower);
}

#[test]
fn a_shallow_clone() {
    let sandbox = Sandbox::new();
    sandbox.commit("code");
    for _ in 0..3 {
        works(&sandbox, &sandbox.path());
    }
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git(&[
        "clone",
        "-q",
        "--depth=2",
        "--branch=git-plan",
        &url,
        "../shallow",
    ]);
    let shallow = sandbox.root.join("shallow");
    sandbox.git_in(&shallow, &["checkout", "-q", "--detach"]);
    assert!(!sandbox.repo().is_shallow().expect("known"));
    let repo = works(&sandbox, &shallow);
    assert!(repo.is_shallow().expect("known"));
    let tip = repo.reference(PLAN).expect("readable").expect("there");
    let commits: Vec<_> = repo
        .walk(tip)
        .map(|commit| commit.expect("readable"))
        .collect();
    assert_eq!(commits.len(), 3);
    let end = commits.last().expect("some").oid;
    assert!(repo.is_ancestor(end, tip).expect("known"));
    assert!(!repo.is_ancestor(tip, end).expect("known"));
}

#[test]
fn no_repository_at_all() {
    let sandbox = Sandbox::empty();
    let Err(error) = Repo::discover(&sandbox.root) else {
        panic!("opened");
    };
    assert!(matches!(error, Error::NotARepository { .. }), "{error:?}");
    let found = Repo::discover(&sandbox.root.join("nowhere"));
    assert!(matches!(found, Err(Error::Open { .. })));
}

#[test]
fn reftable_is_refused_with_the_way_out() {
    let sandbox = Sandbox::with(&["--ref-format=reftable"]);
    let Err(error) = Repo::discover(&sandbox.path()) else {
        panic!("opened");
    };
    assert!(matches!(&error, Error::RefStorage { format } if format == "reftable"));
    assert!(
        error
            .to_string()
            .contains("git refs migrate --ref-format=files")
    );
}

#[test]
fn the_environment_names_the_repository() {
    let sandbox = Sandbox::new();
    fs::create_dir_all(sandbox.root.join("tree/sub")).expect("created");
    let git_dir = sandbox.path().join(".git");
    let git_dir = git_dir.to_str().expect("text");
    let tree = sandbox.root.join("tree");
    let tree = tree.to_str().expect("text");
    child_must_pass(
        "kinds::child_uses_the_named_repository",
        &sandbox,
        &[("GIT_DIR", git_dir), ("GIT_WORK_TREE", tree)],
    );
    let wrong = [("GIT_DIR", "/nowhere")];
    child_must_pass("kinds::child_finds_no_repository", &sandbox, &wrong);
    let common = [("GIT_DIR", git_dir), ("GIT_COMMON_DIR", tree)];
    child_must_pass(
        "kinds::child_refuses_another_common_folder",
        &sandbox,
        &common,
    );
    let same = [
        ("GIT_DIR", git_dir),
        ("GIT_COMMON_DIR", git_dir),
        ("GIT_WORK_TREE", tree),
    ];
    child_must_pass("kinds::child_uses_the_named_repository", &sandbox, &same);
}

#[test]
#[ignore = "run by the_environment_names_the_repository"]
fn child_uses_the_named_repository() {
    let root = sandbox_root();
    let repo = Repo::discover(&root.join("tree/sub")).expect("opens");
    assert_eq!(repo.git_dir(), root.join("repo/.git"));
    assert_eq!(repo.work_tree(), Some(root.join("tree").as_path()));
    let output = repo
        .program(["rev-parse", "--show-toplevel", "--absolute-git-dir"])
        .output()
        .expect("runs");
    let expected = format!(
        "{}\n{}\n",
        root.join("tree").display(),
        root.join("repo/.git").display()
    );
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected);
}

#[test]
#[ignore = "run by the_environment_names_the_repository"]
fn child_finds_no_repository() {
    let found = Repo::discover(&sandbox_root().join("repo"));
    assert!(matches!(found, Err(Error::NotARepository { .. })));
}

#[test]
#[ignore = "run by the_environment_names_the_repository"]
fn child_refuses_another_common_folder() {
    let found = Repo::discover(&sandbox_root().join("repo"));
    assert!(matches!(found, Err(Error::CommonDir { .. })));
}

#[test]
fn git_c_reaches_us() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "plan.ref", "refs/heads/local"]);
    sandbox.git(&["config", "plan.hooks", "true"]);
    let program = std::env::current_exe().expect("this program");
    let alias = format!(
        "alias.run=!SANDBOX={} {} --ignored --exact kinds::child_reads_parameters",
        sandbox.root.display(),
        program.display()
    );
    let output = sandbox.git(&[
        "-c",
        "plan.ref=refs/heads/x",
        "-c",
        "plan.note=it's! = \"new\"",
        "-c",
        "plan.flag",
        "-c",
        "plan.empty=",
        "-c",
        &alias,
        "run",
    ]);
    assert!(output.contains("1 passed"), "{output}");
    let old_form = [(
        "GIT_CONFIG_PARAMETERS",
        "'plan.ref=refs/heads/x' 'plan.note=it'\\''s! = \"new\"' 'plan.flag' 'plan.empty='",
    )];
    child_must_pass("kinds::child_reads_parameters", &sandbox, &old_form);
    let broken = in_child(
        "kinds::child_reads_parameters",
        &sandbox,
        &[("GIT_CONFIG_PARAMETERS", "'a.b")],
    );
    assert!(String::from_utf8_lossy(&broken.stderr).contains("GIT_CONFIG_PARAMETERS"));
    let count = [
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "plan.ref"),
        ("GIT_CONFIG_VALUE_0", "refs/heads/count"),
        (
            "GIT_CONFIG_PARAMETERS",
            "'plan.ref=refs/heads/x' 'plan.note=it'\\''s! = \"new\"' 'plan.flag' 'plan.empty='",
        ),
    ];
    child_must_pass("kinds::child_reads_parameters", &sandbox, &count);
}

#[test]
#[ignore = "run by git_c_reaches_us"]
fn child_reads_parameters() {
    let repo = match Repo::discover(&sandbox_root().join("repo")) {
        Ok(repo) => repo,
        Err(error) => panic!("{error}"),
    };
    assert_eq!(repo.config("plan.ref").as_deref(), Some("refs/heads/x"));
    assert_eq!(repo.config("plan.note").as_deref(), Some("it's! = \"new\""));
    assert_eq!(
        repo.config_bool("plan.flag").expect("a truth value"),
        Some(true)
    );
    assert_eq!(repo.config("plan.empty").as_deref(), Some(""));
    // And they reach the git that we start.
    let output = repo
        .program(["config", "plan.note"])
        .output()
        .expect("runs");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "it's! = \"new\"\n");
}

#[test]
fn configuration_has_a_value_an_origin_and_a_rank() {
    let sandbox = Sandbox::new();
    fs::write(
        sandbox.root.join(".gitconfig"),
        "[plan]\n\ttrust = true\n\tRef = refs/heads/u\n",
    )
    .expect("written");
    let path = sandbox.path();
    let config = path.join(".git/config");
    let own = "[plan]\n\thooks = true\n\tref = refs/heads/l\n\tlimit = 2k\n\tbad = perhaps\n[plan \"Sub.x\"]\n\tkey = a\n\tkey = b\n";
    let before = fs::read_to_string(&config).expect("read");
    fs::write(&config, before + own).expect("written");
    child_must_pass("kinds::child_reads_configuration", &sandbox, &[]);
}

#[test]
#[ignore = "run by configuration_has_a_value_an_origin_and_a_rank"]
fn child_reads_configuration() {
    let root = sandbox_root();
    let repo = Repo::discover(&root.join("repo")).expect("opens");
    assert_eq!(repo.config("plan.ref").as_deref(), Some("refs/heads/l"));
    assert_eq!(repo.config("plan.Sub.x.key").as_deref(), Some("b"));
    assert_eq!(repo.config_all("plan.Sub.x.key"), ["a", "b"]);
    assert_eq!(repo.config_i64("plan.limit").expect("a number"), Some(2048));
    assert_eq!(
        repo.config_bool("plan.hooks").expect("a truth value"),
        Some(true)
    );
    assert_eq!(repo.user_config_bool("plan.hooks").expect("none"), None);
    assert_eq!(
        repo.user_config_bool("plan.trust").expect("a truth value"),
        Some(true)
    );
    assert!(matches!(
        repo.config_bool("plan.bad"),
        Err(Error::Config { .. })
    ));
    assert!(matches!(
        repo.config_i64("plan.bad"),
        Err(Error::Config { .. })
    ));
    assert_eq!((repo.config("nonsense"), repo.config("")), (None, None));
    let entries = repo.config_section("plan");
    let lines: Vec<_> = entries
        .iter()
        .map(|entry| format!("{}={}", entry.key, entry.value))
        .collect();
    assert_eq!(
        lines,
        [
            "plan.trust=true",
            "plan.ref=refs/heads/u",
            "plan.hooks=true",
            "plan.ref=refs/heads/l",
            "plan.limit=2k",
            "plan.bad=perhaps",
            "plan.Sub.x.key=a",
            "plan.Sub.x.key=b"
        ]
    );
    assert_eq!(
        entries[0].origin,
        format!("file:{}", root.join(".gitconfig").display())
    );
}

#[test]
fn somebody_else_s_repository_is_git_s_decision() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    let path = sandbox.path();
    let chowned = [path.clone(), path.join(".git")]
        .iter()
        .all(|path| std::os::unix::fs::chown(path, Some(12345), None).is_ok());
    if !chowned {
        eprintln!("skipped: not root");
        return;
    }
    child_must_pass("kinds::child_is_refused", &sandbox, &[]);
    // Spellings that the library does not know, but Git does.
    let trusted = path.to_str().expect("text");
    let config = format!("[safe]\n\tdirectory = {trusted}\n");
    fs::write(sandbox.root.join(".gitconfig"), config).expect("written");
    child_must_pass("kinds::child_is_accepted", &sandbox, &[]);
    fs::write(
        sandbox.root.join(".gitconfig"),
        "[safe]\n\tdirectory = ~/repo\n",
    )
    .expect("written");
    child_must_pass("kinds::child_is_accepted", &sandbox, &[]);
    fs::remove_file(sandbox.root.join(".gitconfig")).expect("removed");
    child_must_pass(
        "kinds::child_is_accepted",
        &sandbox,
        &[("SUDO_UID", "12345")],
    );
    let git_dir = path.join(".git");
    let named = [("GIT_DIR", git_dir.to_str().expect("text"))];
    child_must_pass("kinds::child_is_accepted", &sandbox, &named);
}

#[test]
#[ignore = "run by somebody_else_s_repository_is_git_s_decision"]
fn child_is_refused() {
    match Repo::discover(&sandbox_root().join("repo")) {
        Err(Error::Unsafe { hint }) => {
            assert!(hint.starts_with("detected dubious ownership"), "{hint}");
            assert!(
                hint.contains("git config --global --add safe.directory"),
                "{hint}"
            );
        }
        Err(error) => panic!("{error:?}"),
        Ok(_) => panic!("opened"),
    }
}

#[test]
#[ignore = "run by somebody_else_s_repository_is_git_s_decision"]
fn child_is_accepted() {
    let root = sandbox_root();
    let config = root.join("repo/.git/config");
    let before = fs::read_to_string(&config).expect("read");
    fs::write(&config, before + "[plan]\n\tref = refs/heads/own\n").expect("written");
    std::os::unix::fs::chown(&config, Some(12345), None).expect("root");
    let repo = Repo::discover(&root.join("repo")).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(repo.config("plan.ref").as_deref(), Some("refs/heads/own"));
    assert_eq!(
        repo.config_all("plan.ref").len(),
        repo.config_section("plan").len()
    );
    let tip = repo.reference(PLAN).expect("readable");
    let commit = plan_commit(&repo, &tip.into_iter().collect::<Vec<_>>(), "mine");
    assert_eq!(move_plan(&repo, commit, tip), RefMove::Moved);
}

#[test]
fn a_bare_repository_may_have_to_be_named() {
    let sandbox = Sandbox::with(&["--bare"]);
    fs::write(
        sandbox.root.join(".gitconfig"),
        "[safe]\n\tbareRepository = explicit\n",
    )
    .expect("written");
    child_must_pass("kinds::child_is_refused_a_bare_repository", &sandbox, &[]);
    let path = sandbox.path();
    let named = [("GIT_DIR", path.to_str().expect("text"))];
    child_must_pass("kinds::child_opens_a_bare_repository", &sandbox, &named);
}

#[test]
#[ignore = "run by a_bare_repository_may_have_to_be_named"]
fn child_is_refused_a_bare_repository() {
    let found = Repo::discover(&sandbox_root().join("repo"));
    assert!(matches!(found, Err(Error::Unsafe { hint }) if hint.contains("bareRepository")));
}

#[test]
#[ignore = "run by a_bare_repository_may_have_to_be_named"]
fn child_opens_a_bare_repository() {
    assert!(Repo::discover(&sandbox_root()).expect("opens").is_bare());
}

/// Git runs `pre-receive` with the pushed objects in a folder of their own.
#[test]
fn pushed_objects_are_seen_in_quarantine() {
    let sandbox = Sandbox::new();
    let commit = sandbox.commit("pushed");
    sandbox.git(&["init", "-q", "--bare", "../server"]);
    let server = sandbox.root.join("server");
    let hook = server.join("hooks/pre-receive");
    let program = std::env::current_exe().expect("this program");
    let script = format!(
        "#!/bin/sh\nread old new name\nSANDBOX={} PUSHED=$new exec {} --ignored --exact kinds::child_reads_quarantine\n",
        sandbox.root.display(),
        program.display()
    );
    fs::write(&hook, script).expect("written");
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(&hook, mode).expect("executable");
    let output = sandbox.try_git_in(&sandbox.path(), &["push", "../server", "main"]);
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.success() && text.contains("1 passed"),
        "{text}"
    );
    assert_eq!(
        sandbox.git_in(&server, &["rev-parse", "main"]),
        commit.to_string()
    );
    // What the hook wrote came along.
    let written = sandbox.git(&["hash-object", "--stdin-paths"]);
    assert_eq!(written, "");
    let server_repo = Repo::discover(&server).expect("opens");
    let blob = fs::read_to_string(sandbox.root.join("written")).expect("noted");
    let blob = crate::support::oid(&blob);
    assert_eq!(server_repo.blob(blob, 100).expect("kept"), b"in quarantine");
}

#[test]
#[ignore = "run by pushed_objects_are_seen_in_quarantine"]
fn child_reads_quarantine() {
    let here: PathBuf = std::env::current_dir().expect("somewhere");
    let repo = Repo::discover(&here).expect("opens");
    let pushed = std::env::var("PUSHED").expect("set");
    let commit = repo.commit(crate::support::oid(&pushed)).expect("seen");
    assert_eq!(commit.message, b"pushed\n");
    assert!(repo.walk(commit.oid).count() == 1);
    let blob = repo
        .writer()
        .expect("a writer")
        .write_blob(b"in quarantine")
        .expect("written");
    assert_eq!(repo.blob(blob, 100).expect("read"), b"in quarantine");
    fs::write(sandbox_root().join("written"), blob.to_string()).expect("noted");
    let seen = repo
        .program(["cat-file", "-t", &pushed])
        .output()
        .expect("runs");
    assert_eq!(String::from_utf8_lossy(&seen.stdout), "commit\n");
}
