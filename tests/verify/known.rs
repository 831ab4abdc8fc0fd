//! What was found before.

use std::fs;

use git_plan::model::spec::{PatternKind, Spec};
use git_plan::verify::{Report, Tree};

use crate::sandbox::{Sandbox, all, expects, forbids, search, spec};

fn cached(sandbox: &Sandbox, spec: &Spec) -> Report {
    let repo = sandbox.repo();
    let tree = Tree::of_work_tree(&repo).unwrap();
    search(&repo, &tree, spec, true)
}

fn files(sandbox: &Sandbox) -> Vec<std::path::PathBuf> {
    let folder = fs::read_dir(sandbox.path().join(".git/git-plan/cache"));
    folder
        .into_iter()
        .flatten()
        .map(|entry| entry.unwrap().path())
        .collect()
}

#[test]
fn a_second_search_says_the_same_and_knows_what_changed() {
    let sandbox = Sandbox::of(&[
        ("a.txt", "foo\n"),
        ("b.txt", "bar\n"),
        ("c.rs", "fn ( { foo"),
        ("d.vue", "foo"),
    ]);
    sandbox.commit();
    let rules = [
        forbids(PatternKind::Identifiers, &["foo"]),
        expects(PatternKind::Expressions, &["bar"]),
    ];
    let spec = spec(&rules);
    let first = cached(&sandbox, &spec);
    assert_eq!(files(&sandbox).len(), 1);
    assert_eq!(cached(&sandbox, &spec), first);
    assert_eq!(sandbox.report(&spec), first);
    sandbox.write("b.txt", "foo\n");
    sandbox.git(&["mv", "a.txt", "e.txt"]);
    let second = cached(&sandbox, &spec);
    assert_eq!(second, sandbox.report(&spec));
    assert!(all(&second).contains(&"b.txt:1:1 foo".to_owned()));
    assert!(all(&second).contains(&"missing bar".to_owned()));
    sandbox.commit();
    assert_eq!(cached(&sandbox, &spec), second);
}

#[test]
fn what_is_kept_may_be_broken_or_gone() {
    let sandbox = Sandbox::of(&[("a.txt", "foo\n")]);
    sandbox.commit();
    let spec = spec(&[forbids(PatternKind::Identifiers, &["foo"])]);
    let first = cached(&sandbox, &spec);
    let file = files(&sandbox).remove(0);
    let bytes = fs::read(&file).unwrap();
    for length in [0, 5, bytes.len() / 2, bytes.len() - 1] {
        fs::write(&file, &bytes[..length]).unwrap();
        assert_eq!(cached(&sandbox, &spec), first);
    }
    fs::remove_file(&file).unwrap();
    assert_eq!(sandbox.report(&spec), first);
    assert_eq!(files(&sandbox).len(), 0);
}
