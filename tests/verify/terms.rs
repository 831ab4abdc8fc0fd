//! What terms, scopes and globs mean.

use git_plan::model::spec::{At, PatternKind, Problem, Rule, Scope, Term};
use git_plan::verify::{Compiled, Tree, What};

use crate::sandbox::{Sandbox, all, expects, forbids, spec, terms};

#[test]
fn a_violation_outside_of_the_scope_is_none() {
    let sandbox = Sandbox::of(&[
        ("src/a.txt", "Auth0Client\n"),
        ("src/legacy/b.txt", "Auth0Client\n"),
        ("docs/c.txt", "Auth0Client\n"),
        ("deep/src/d.txt", "auth0client x auth0clients\n"),
    ]);
    let mut rule = forbids(PatternKind::Identifiers, &["Auth0Client"]);
    rule.scope = Scope {
        include: terms(&["src/"]),
        exclude: terms(&["src/legacy/**"]),
    };
    let report = sandbox.report(&spec(&[rule]));
    assert_eq!(
        all(&report),
        [
            "deep/src/d.txt:1:1 auth0client",
            "src/a.txt:1:1 Auth0Client"
        ]
    );
}

#[test]
fn plain_words_are_said_to_be_that() {
    let sandbox = Sandbox::of(&[
        ("a.vue", "// foo\n"),
        ("b.vue", "foo\n"),
        ("c.vue", "\n"),
        ("d.rb", ""),
    ]);
    let report = sandbox.report(&spec(&[forbids(PatternKind::Identifiers, &["foo"])]));
    assert_eq!(report.violations.len(), 2);
    let what = What::PlainWords {
        ending: ".vue".to_owned(),
        files: 2,
    };
    let notes: Vec<_> = report
        .notes
        .into_iter()
        .map(|note| (note.path, note.what))
        .collect();
    assert_eq!(notes, [("a.vue".to_owned(), what)]);
    let report = sandbox.report(&spec(&[forbids(PatternKind::Expressions, &["foo"])]));
    assert_eq!(report.notes, []);
}

#[test]
fn files_that_must_not_be_there_are_violations() {
    let sandbox = Sandbox::of(&[("a/old.js", ""), ("b/old.js", ""), ("old.jsx", "")]);
    let mut rule = forbids(PatternKind::Files, &["old.js"]);
    rule.scope.exclude = terms(&["b"]);
    let report = sandbox.report(&spec(&[rule]));
    assert_eq!(all(&report), ["a/old.js:0:0 "]);
    let report = sandbox.report(&spec(&[expects(PatternKind::Files, &["new/**"])]));
    assert_eq!(all(&report), ["missing new/**"]);
}

#[test]
fn every_problem_has_its_place() {
    let term = |text: &str, line| Term {
        text: text.to_owned(),
        at: At { line, column: 7 },
    };
    let mut rule = Rule::default();
    rule.scope.include = vec![term("a[", 1), term("!b", 2), term("ok/**", 3)];
    rule.matches.expressions = vec![term("/(/", 4), term("/fine/", 5)];
    rule.matches.calls = vec![term("a b", 6)];
    rule.expects.identifiers = vec![term("/a{2,1}/", 7)];
    rule.expects.files = vec![term("{", 8)];
    let problems = Compiled::new(&spec(&[rule])).unwrap_err();
    let lines: Vec<u32> = problems
        .iter()
        .map(|problem: &Problem| problem.at.line)
        .collect();
    assert_eq!(lines, [1, 2, 4, 6, 7, 8]);
    assert!(
        problems[2].cause.contains("character 1"),
        "{}",
        problems[2].cause
    );
}

#[test]
fn what_may_not_be_meant_is_said() {
    let mut rule = forbids(PatternKind::Identifiers, &["Foo"]);
    rule.expects.identifiers = terms(&["foo", "bar"]);
    let compiled = Compiled::new(&spec(&[rule])).unwrap();
    assert_eq!(compiled.warnings().len(), 1);
    let sandbox = Sandbox::of(&[("src/a.rs", "")]);
    let mut rule = forbids(PatternKind::Identifiers, &["Foo"]);
    rule.scope.include = terms(&["src/**", "lib/**"]);
    let compiled = Compiled::new(&spec(&[rule.clone()])).unwrap();
    let repo = sandbox.repo();
    let tree = Tree::of_work_tree(&repo).unwrap();
    let warnings = tree.scope_warnings(&compiled);
    assert_eq!(warnings.len(), 1);
    assert!(warnings[0].cause.contains("lib/**"));
    rule.scope.include = terms(&["src/**"]);
    rule.scope.exclude = terms(&["*.rs"]);
    let compiled = Compiled::new(&spec(&[rule])).unwrap();
    assert_eq!(tree.scope_warnings(&compiled).len(), 1);
}
