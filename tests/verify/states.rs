//! The working tree in all its states: the same answer as for the tree that Git would record.

use std::fs;

use git_plan::model::spec::{PatternKind, Spec};
use git_plan::verify::What;

use crate::sandbox::{Sandbox, all, expects, forbids, spec, terms};

fn rules() -> Spec {
    let mut each = expects(PatternKind::Expressions, &["needle"]);
    each.each_file = true;
    spec(&[
        forbids(PatternKind::Identifiers, &["needle"]),
        forbids(
            PatternKind::Expressions,
            &["/needle$/", "/\\r/", "$Id$", "git-lfs"],
        ),
        forbids(PatternKind::Files, &["*.txt"]),
        each,
    ])
}

/// Both answers, which have to be the same, and nothing of it written.
fn same(sandbox: &Sandbox) -> Vec<String> {
    let before = sandbox.git(&["status", "--porcelain=v2"]);
    let report = sandbox.report(&rules());
    assert_eq!(sandbox.git(&["status", "--porcelain=v2"]), before);
    assert_eq!(report, sandbox.report_of_tree(&rules()));
    all(&report)
}

#[cfg(unix)]
#[test]
fn a_link_in_the_scope_of_a_rule_is_told() {
    let sandbox = Sandbox::of(&[("lib/a.rs", "needle")]);
    std::os::unix::fs::symlink("lib", sandbox.path().join("src")).unwrap();
    std::os::unix::fs::symlink("lib", sandbox.path().join("other")).unwrap();
    let notes = |include: &[&str], kind| {
        let mut rule = forbids(kind, &["needle"]);
        rule.scope.include = terms(include);
        let notes = sandbox.report(&spec(&[rule])).notes;
        notes
            .into_iter()
            .map(|note| (note.path, note.what))
            .collect::<Vec<_>>()
    };
    let told = [("src".to_owned(), What::Link)];
    let words = PatternKind::Expressions;
    assert_eq!(notes(&["src/**"], words), told);
    assert_eq!(notes(&["./src/*.rs"], words), told);
    assert_eq!(notes(&["src"], words), told);
    assert_eq!(notes(&["lib/"], words), []);
    assert_eq!(notes(&[], words), []);
    assert_eq!(notes(&["src"], PatternKind::Files), []);
}

#[test]
fn files_that_are_new_changed_staged_gone_and_ignored() {
    let sandbox = Sandbox::of(&[
        ("kept.txt", "needle\n"),
        ("changed.txt", "needle\n"),
        ("gone.txt", "needle\n"),
        ("staged-gone.txt", "needle\n"),
        ("folder/becomes.txt", "needle\n"),
        ("becomes", "needle\n"),
        ("only-in-index.txt", ""),
        ("tracked.log", "needle\n"),
    ]);
    same(&sandbox);
    sandbox.commit();
    same(&sandbox);
    sandbox.write(".gitignore", "*.log\nbuild/\n");
    sandbox.write("ignored.log", "needle");
    sandbox.write("build/a.txt", "needle");
    sandbox.write("changed.txt", "nothing\nneedle");
    sandbox.write("staged.txt", "needle");
    sandbox.git(&["add", "staged.txt"]);
    sandbox.write("staged.txt", "other needle");
    sandbox.write("staged-then-gone.txt", "needle");
    sandbox.git(&["add", "staged-then-gone.txt"]);
    fs::remove_file(sandbox.path().join("staged-then-gone.txt")).unwrap();
    sandbox.write("meant.txt", "needle");
    sandbox.git(&["add", "-N", "meant.txt"]);
    fs::remove_file(sandbox.path().join("gone.txt")).unwrap();
    sandbox.git(&["rm", "-q", "--cached", "staged-gone.txt"]);
    fs::remove_dir_all(sandbox.path().join("folder")).unwrap();
    sandbox.write("folder", "needle");
    fs::remove_file(sandbox.path().join("becomes")).unwrap();
    sandbox.write("becomes/a.txt", "needle");
    sandbox.write("new/deep/b.txt", "needle");
    sandbox.write("tracked.log", "another needle\n");
    let found = same(&sandbox);
    assert!(
        found.contains(&"tracked.log:1:9 needle".to_owned()),
        "{found:?}"
    );
    assert!(
        !found
            .iter()
            .any(|one| one.contains("ignored") || one.contains("build/"))
    );
    assert!(!found.iter().any(|one| one.contains("staged-then-gone")));
}

#[test]
fn line_endings_are_those_that_git_records() {
    for attributes in [
        "* text=auto\n",
        "*.txt text eol=crlf\n",
        "*.txt -text\n",
        "* text\n",
    ] {
        for autocrlf in ["true", "input", "false"] {
            let sandbox = Sandbox::of(&[(".gitattributes", attributes)]);
            sandbox.git(&["config", "core.autocrlf", autocrlf]);
            sandbox.git(&["config", "core.safecrlf", "false"]);
            sandbox.write("a.txt", "one needle\r\ntwo\r\n");
            sandbox.write("b.txt", "one needle\ntwo\r\n");
            sandbox.write("c.txt", "one needle\ntwo\n");
            same(&sandbox);
            sandbox.commit();
            fs::remove_file(sandbox.path().join("a.txt")).unwrap();
            fs::remove_file(sandbox.path().join("c.txt")).unwrap();
            sandbox.git(&["checkout", "-q", "."]);
            same(&sandbox);
            sandbox.write("a.txt", "needle\r\n");
            same(&sandbox);
        }
    }
}

#[test]
fn filters_encodings_and_idents_are_undone() {
    let sandbox = Sandbox::of(&[(
        ".gitattributes",
        "*.big filter=big\n*.u16 working-tree-encoding=UTF-16LE text\n*.id ident\n*.un filter=unknown\n",
    )]);
    sandbox.git(&["config", "filter.big.clean", "sed s/needle/git-lfs/"]);
    sandbox.git(&["config", "filter.big.smudge", "sed s/git-lfs/needle/"]);
    sandbox.write("a.big", "a needle\n");
    sandbox.write("a.un", "a needle\n");
    let wide: Vec<u8> = "a needle\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    sandbox.write("a.u16", wide);
    sandbox.write("a.id", "$Id$ needle\n");
    same(&sandbox);
    sandbox.commit();
    for name in ["a.big", "a.u16", "a.id"] {
        fs::remove_file(sandbox.path().join(name)).unwrap();
    }
    sandbox.git(&["checkout", "-q", "."]);
    assert!(
        fs::read_to_string(sandbox.path().join("a.id"))
            .unwrap()
            .contains("$Id: ")
    );
    let found = same(&sandbox);
    for wanted in [
        "a.big:1:3 git-lfs",
        "a.id:1:1 $Id$",
        "a.u16:1:3 needle",
        "a.un:1:3 needle",
    ] {
        assert!(found.contains(&wanted.to_owned()), "{wanted} {found:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_modes_and_submodules() {
    use std::os::unix::fs::{PermissionsExt as _, symlink};
    let sandbox = Sandbox::of(&[("a.txt", "needle"), ("run.sh", "needle")]);
    let top = sandbox.path();
    symlink("a.txt", top.join("needle.txt")).unwrap();
    symlink("nowhere/needle", top.join("link")).unwrap();
    let inner = Sandbox::of(&[("x.txt", "needle")]);
    inner.commit();
    let inner = inner.path();
    sandbox.git(&[
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "--quiet",
        "add",
        inner.to_str().unwrap(),
        "sub",
    ]);
    same(&sandbox);
    sandbox.commit();
    fs::set_permissions(top.join("run.sh"), fs::Permissions::from_mode(0o755)).unwrap();
    fs::remove_file(top.join("a.txt")).unwrap();
    symlink("run.sh", top.join("a.txt")).unwrap();
    sandbox.write("sub/y.txt", "needle");
    let found = same(&sandbox);
    assert!(!found.iter().any(|one| one.contains("sub/")), "{found:?}");
    assert!(found.contains(&"a.txt:0:0 ".to_owned()), "{found:?}");
}

#[test]
fn files_that_are_not_watched_or_not_checked_out() {
    let sandbox = Sandbox::of(&[
        ("a.txt", "needle"),
        ("b.txt", "needle"),
        ("in/c.txt", "needle"),
        ("out/d.txt", "needle"),
    ]);
    sandbox.commit();
    sandbox.git(&["update-index", "--assume-unchanged", "a.txt"]);
    sandbox.git(&["update-index", "--skip-worktree", "b.txt"]);
    sandbox.write("a.txt", "changed needle");
    sandbox.write("b.txt", "changed needle");
    sandbox.write("new.txt", "needle");
    same(&sandbox);
    sandbox.git(&["update-index", "--no-assume-unchanged", "a.txt"]);
    sandbox.git(&["update-index", "--no-skip-worktree", "b.txt"]);
    sandbox.git(&["checkout", "-q", "."]);
    for index in ["--no-sparse-index", "--sparse-index"] {
        sandbox.git(&["sparse-checkout", "set", "--cone", index, "in"]);
        assert!(!sandbox.path().join("out").exists());
        let found = same(&sandbox);
        assert!(
            found.contains(&"out/d.txt:1:1 needle".to_owned()),
            "{found:?}"
        );
    }
}

#[test]
fn paths_of_any_bytes() {
    let sandbox = Sandbox::of(&[
        ("a b/ä\".txt", "needle"),
        ("-x.txt", "needle"),
        ("a\nb.txt", "needle"),
    ]);
    #[cfg(target_os = "linux")]
    {
        use std::os::unix::ffi::OsStrExt as _;
        let name = std::ffi::OsStr::from_bytes(b"\xff.txt");
        fs::write(sandbox.path().join(name), "needle").unwrap();
    }
    same(&sandbox);
    sandbox.commit();
    same(&sandbox);
}
