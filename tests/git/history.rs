//! Walks and ancestors, and who commits.

use git_plan::git::Error;

use crate::support::{Sandbox, oid};

/// Branches, merges, and commits of the same second.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.commit("one");
    for n in 0..4 {
        sandbox.git(&["checkout", "-q", "-b", &format!("side{n}"), "main~0"]);
        sandbox.commit("side");
        sandbox.git(&["checkout", "-q", "main"]);
        sandbox.commit("main");
        sandbox.git(&["merge", "-q", "--no-edit", &format!("side{n}")]);
    }
    sandbox
}

#[test]
fn a_walk_is_git_s_rev_list() {
    let sandbox = sandbox();
    let repo = sandbox.repo();
    for name in ["main", "side3", "main~2"] {
        let walked: Vec<_> = repo
            .walk(sandbox.oid(name))
            .map(|commit| commit.expect("readable").oid.to_string())
            .collect();
        let listed = sandbox.git(&["rev-list", name]);
        assert_eq!(walked.join("\n"), listed, "{name}");
    }
    let nowhere = oid("1234567890123456789012345678901234567890");
    let mut walk = repo.walk(nowhere);
    assert!(matches!(walk.next(), Some(Err(Error::Missing(missing))) if missing == nowhere));
    assert!(walk.next().is_none());
}

#[test]
fn ancestors_are_git_s() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "-q", "--orphan", "alone"]);
    sandbox.commit("alone");
    for graph in [false, true] {
        if graph {
            sandbox.git(&["commit-graph", "write", "--reachable"]);
        }
        let repo = sandbox.repo();
        let names = ["main", "main~1", "side0", "side3", "main~3", "alone"];
        for one in names {
            for other in names {
                let (a, b) = (sandbox.oid(one), sandbox.oid(other));
                let git = sandbox.try_git_in(
                    &sandbox.path(),
                    &["merge-base", "--is-ancestor", one, other],
                );
                assert_eq!(
                    repo.is_ancestor(a, b).expect("known"),
                    git.status.success(),
                    "{one} {other}"
                );
                let git = sandbox.try_git_in(&sandbox.path(), &["merge-base", one, other]);
                let git = String::from_utf8_lossy(&git.stdout).trim().to_owned();
                let base = repo
                    .merge_base(a, b)
                    .expect("known")
                    .map(|base| base.to_string());
                assert_eq!(base.unwrap_or_default(), git, "{one} {other}");
            }
        }
    }
}

#[test]
fn the_committer_comes_from_variables_or_configuration() {
    let sandbox = Sandbox::new();
    let none = |_: &str| None;
    std::fs::write(
        sandbox.path().join(".git/config"),
        "[core]\n\trepositoryformatversion = 0\n",
    )
    .expect("written");
    let identity = |variable: &dyn Fn(&str) -> Option<String>| sandbox.repo().identity(variable);
    if identity(&none).is_ok() {
        eprintln!("this machine has an identity of its own");
    }
    sandbox.git(&["config", "user.name", "  U. <ser>\n"]);
    sandbox.git(&["config", "user.email", "user@example.com"]);
    let ident = identity(&none).expect("configured");
    assert_eq!(
        (ident.name(), ident.email()),
        ("U. ser", "user@example.com")
    );
    sandbox.git(&["config", "committer.email", "committer@example.com"]);
    let variables = |name: &str| (name == "GIT_COMMITTER_NAME").then(|| "Variable".to_owned());
    let ident = identity(&variables).expect("configured");
    assert_eq!(
        (ident.name(), ident.email()),
        ("Variable", "committer@example.com")
    );
    sandbox.git(&["config", "user.name", ""]);
    let refused = identity(&none);
    assert!(matches!(
        refused,
        Err(Error::NoIdentity {
            missing: "user.name"
        })
    ));
}
