//! Repositories inside the working trees of others, and what only the user may configure.

use std::fs;
use std::path::Path;

use git_plan::git::{Error, Repo};

use crate::support::{Sandbox, child_must_pass, in_child, sandbox_root};

fn is_refused(folder: &Path) -> bool {
    match Repo::discover(folder) {
        Err(Error::Unsafe { hint }) => {
            assert!(hint.contains("GIT_DIR="), "{hint}");
            true
        }
        opened => {
            assert!(opened.is_ok(), "{:?}", opened.err());
            false
        }
    }
}

#[test]
fn a_bare_repository_that_a_clone_brought_is_refused() {
    let sandbox = Sandbox::new();
    let top = sandbox.path();
    sandbox.git(&["init", "-q", "--bare", "docs/embedded"]);
    let embedded = top.join("docs/embedded");
    assert!(is_refused(&embedded));
    assert!(is_refused(&embedded.join("refs")));
    // Its configuration does not help it.
    sandbox.git_in(&embedded, &["config", "core.bare", "false"]);
    assert!(is_refused(&embedded));
    sandbox.git_in(&embedded, &["config", "core.worktree", ".."]);
    assert!(is_refused(&embedded));
    sandbox.git_in(&embedded, &["config", "core.fsmonitor", "no-such-program"]);
    assert!(is_refused(&embedded));
    std::os::unix::fs::symlink(&embedded, sandbox.root.join("link")).expect("made");
    assert!(is_refused(&sandbox.root.join("link")));
    // Nor is it in the way of the repository that it lies in.
    assert!(!is_refused(&top));
    assert!(!is_refused(&top.join("docs")));
    // Named, it is the user's decision.
    let git_dir = embedded.display().to_string();
    child_must_pass("embedded::named_child", &sandbox, &[("GIT_DIR", &git_dir)]);
    let refused = in_child("embedded::named_child", &sandbox, &[]);
    assert!(!refused.status.success());
}

#[test]
#[ignore = "run by another test"]
fn named_child() {
    let embedded = sandbox_root().join("repo/docs/embedded");
    let repo = Repo::discover(&embedded).expect("opens");
    assert_eq!(repo.git_dir(), embedded);
}

#[test]
fn in_a_clone_with_a_git_file_too() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    sandbox.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    let linked = sandbox.root.join("linked");
    assert!(!is_refused(&linked));
    sandbox.git_in(&linked, &["init", "-q", "--bare", "embedded"]);
    assert!(is_refused(&linked.join("embedded")));
}

#[test]
fn what_a_git_entry_leads_to_is_fine() {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    let top = sandbox.path();
    for folder in [".git", ".git/refs"] {
        assert!(!is_refused(&top.join(folder)), "{folder}");
    }
    let url = top.display().to_string();
    let add = [
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        &url,
        "sub",
    ];
    sandbox.git(&add);
    sandbox.git(&["worktree", "add", "-q", "--detach", "inside"]);
    sandbox.git(&["init", "-q", "nested"]);
    for folder in [
        "sub",
        ".git/modules/sub",
        "inside",
        ".git/worktrees/inside",
        "nested",
    ] {
        assert!(!is_refused(&top.join(folder)), "{folder}");
    }
    // A bare repository by itself, and one with its worktrees around it.
    sandbox.git(&["clone", "-q", "--bare", ".", "../alone.git"]);
    assert!(!is_refused(&sandbox.root.join("alone.git")));
    sandbox.git(&["clone", "-q", "--bare", ".", "../project/.bare"]);
    let project = sandbox.root.join("project");
    fs::write(project.join(".git"), "gitdir: ./.bare\n").expect("written");
    sandbox.git_in(&project, &["worktree", "add", "-q", "--detach", "work"]);
    for folder in [".bare", ".bare/refs", "work", "."] {
        assert!(!is_refused(&project.join(folder)), "{folder}");
    }
}

#[test]
fn the_user_s_own_configuration_is_what_stands_outside() {
    let sandbox = Sandbox::new();
    sandbox.git(&["config", "--global", "plan.a", "one"]);
    sandbox.git(&["config", "--global", "--add", "plan.a", "two"]);
    sandbox.git(&["config", "plan.a", "repository"]);
    sandbox.git(&["config", "plan.b", "repository"]);
    fs::write(
        sandbox.path().join("included"),
        "[plan]\n\tc = repository\n",
    )
    .expect("written");
    sandbox.git(&["config", "include.path", "../included"]);
    let variables = [
        ("GIT_CONFIG_PARAMETERS", "'plan.d'='line'"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "plan.e"),
        ("GIT_CONFIG_VALUE_0", "variable"),
    ];
    child_must_pass("embedded::configuration_child", &sandbox, &variables);
}

#[test]
#[ignore = "run by another test"]
fn configuration_child() {
    let repo = Repo::discover(&sandbox_root().join("repo")).expect("opens");
    let own = |key| repo.user_config(key);
    assert_eq!(repo.config("plan.a").as_deref(), Some("repository"));
    assert_eq!(own("plan.a").as_deref(), Some("two"));
    assert_eq!(repo.user_config_all("plan.a"), ["one", "two"]);
    assert_eq!(repo.config("plan.c").as_deref(), Some("repository"));
    assert_eq!((own("plan.b"), own("plan.c")), (None, None));
    assert_eq!(own("plan.d").as_deref(), Some("line"));
    assert_eq!(own("plan.e").as_deref(), Some("variable"));
    assert_eq!(repo.user_config_all("plan.none"), [""; 0]);
}
