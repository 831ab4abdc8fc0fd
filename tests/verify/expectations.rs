//! What must be there.

use std::time::Instant;

use git_plan::model::spec::{PatternKind, Rule};
use git_plan::verify::{Compiled, Kind, Search, Tree};

use crate::sandbox::{Sandbox, all, expects, forbids, spec, terms};

fn sandbox() -> Sandbox {
    Sandbox::of(&[
        ("a.txt", "one\n"),
        ("b.txt", "one two\n"),
        ("c.txt", "three\n"),
        ("d.bin", "\0one"),
    ])
}

fn report(change: impl FnOnce(&mut Rule)) -> Vec<String> {
    let mut rule = expects(PatternKind::Expressions, &["one", "two"]);
    change(&mut rule);
    all(&sandbox().report(&spec(&[rule])))
}

#[test]
fn one_of_what_is_expected_is_enough() {
    assert_eq!(report(|_| {}), [""; 0]);
    assert_eq!(
        report(|rule| rule.scope.include = terms(&["c.txt"])),
        ["missing one, two"]
    );
    assert_eq!(
        report(|rule| rule.scope.include = terms(&["none"])),
        ["missing one, two"]
    );
}

#[test]
fn all_of_it_may_be_asked_for() {
    assert_eq!(report(|rule| rule.all = true), [""; 0]);
    let only_a = |rule: &mut Rule| {
        rule.all = true;
        rule.scope.include = terms(&["a.txt"]);
    };
    assert_eq!(report(only_a), ["missing two"]);
}

#[test]
fn each_file_may_be_asked() {
    assert_eq!(report(|rule| rule.each_file = true), ["c.txt:0:0 "]);
    let all_of_it = |rule: &mut Rule| {
        rule.each_file = true;
        rule.all = true;
    };
    assert_eq!(report(all_of_it), ["a.txt:0:0 ", "c.txt:0:0 "]);
    let nothing = |rule: &mut Rule| {
        rule.each_file = true;
        rule.scope.include = terms(&["*.bin"]);
    };
    assert_eq!(report(nothing), ["missing one, two"]);
}

#[test]
fn what_ran_out_of_time_is_no_clean_report() {
    let sandbox = sandbox();
    let repo = sandbox.repo();
    let tree = Tree::of_work_tree(&repo).unwrap();
    let rules = [
        forbids(PatternKind::Expressions, &["nowhere"]),
        forbids(PatternKind::Files, &["nowhere"]),
        expects(PatternKind::Expressions, &["one"]),
    ];
    let compiled = [Compiled::new(&spec(&rules)).unwrap()];
    let search = Search {
        repo: &repo,
        tree: &tree,
        deadline: Some(Instant::now()),
        progress: None,
        cache: false,
    };
    let report = search.run(&compiled).unwrap();
    let kinds: Vec<_> = report
        .violations
        .iter()
        .map(|one| (one.rule, one.kind))
        .collect();
    assert_eq!(
        kinds,
        [
            (0, Kind::Unchecked),
            (2, Kind::Unchecked),
            (2, Kind::Missing)
        ]
    );
}
