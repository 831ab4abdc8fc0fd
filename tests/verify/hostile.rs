//! Files and specifications that were made to stall or to crash, or look like it.

use std::time::{Duration, Instant};

use git_plan::model::spec::PatternKind;
use git_plan::verify::{Compiled, Kind, What};

use crate::sandbox::{Sandbox, all, expects, forbids, spec};

#[test]
fn generated_and_minified_files_do_not_stall() {
    let line = "function foo(a,b){return bar(a)+'needle'+b};".repeat(60_000);
    let sandbox = Sandbox::of(&[
        ("min.js", &line),
        ("min.txt", &line),
        ("deep.js", &"[".repeat(200_000)),
    ]);
    sandbox.write(
        "deep.rs",
        format!("fn f() {{ needle({}", "(".repeat(200_000)),
    );
    sandbox.write("deep.py", format!("needle{}", "(".repeat(100_000)));
    sandbox.write("open.js", format!("`needle{}", "${`".repeat(50_000)));
    sandbox.write(
        "open.cpp",
        format!("#define A {} needle", "\\\n\"".repeat(50_000)),
    );
    let start = Instant::now();
    let rules = [
        forbids(PatternKind::Identifiers, &["needle", "foo", "/^f.o$/"]),
        forbids(PatternKind::Expressions, &["/nee\\w+/"]),
        forbids(PatternKind::Calls, &["bar", "needle"]),
        forbids(PatternKind::Imports, &["needle"]),
    ];
    let report = sandbox.report(&spec(&rules));
    assert!(
        start.elapsed() < Duration::from_secs(60),
        "{:?}",
        start.elapsed()
    );
    assert!(
        report
            .notes
            .iter()
            .any(|note| matches!(note.what, What::TooMany(_)))
    );
    for violation in &report.violations {
        assert!(violation.place.as_ref().unwrap().text.len() <= 400);
    }
}

#[test]
fn files_in_other_encodings_are_searched() {
    let sandbox = Sandbox::new();
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_be_bytes).collect() };
    sandbox.write(
        "wide.txt",
        [b"\xfe\xff".to_vec(), wide("ä\nneedle")].concat(),
    );
    sandbox.write("latin.txt", b"\xe4 needle");
    sandbox.write("latin.py", b"# \xe4 needle\nx = needle\n");
    sandbox.write("marked.txt", "\u{feff}needle");
    sandbox.write("binary.txt", b"needle\0");
    let report = sandbox.report(&spec(&[forbids(PatternKind::Expressions, &["needle"])]));
    let expected = [
        "latin.py:1:5 needle",
        "latin.py:2:5 needle",
        "latin.txt:1:3 needle",
        "marked.txt:1:1 needle",
        "wide.txt:2:1 needle",
    ];
    assert_eq!(all(&report), expected);
}

#[test]
fn a_nul_hides_no_code() {
    let sandbox = Sandbox::new();
    sandbox.write("near.js", b"// \0 needle\nneedle()\n");
    let far = format!(
        "{}\n// a \0 needle\nneedle('\0 needle')\n",
        "a;".repeat(5_000)
    );
    sandbox.write("far.js", far);
    sandbox.write("picture.png", b"needle\0");
    let rules = [forbids(PatternKind::Expressions, &["needle"])];
    let places = ["far.js:2", "far.js:3", "far.js:3", "near.js:1", "near.js:2"];
    let lines = |report: git_plan::verify::Report| -> Vec<String> {
        let told = all(&report).into_iter();
        let line = |told: String| told.rsplit_once(':').unwrap().0.to_owned();
        told.map(line).collect()
    };
    assert_eq!(lines(sandbox.report(&spec(&rules))), places);
    assert_eq!(lines(sandbox.report_of_tree(&spec(&rules))), places);
    if cfg!(feature = "grammars") {
        let rules = [forbids(PatternKind::Identifiers, &["needle"])];
        let lines = lines(sandbox.report(&spec(&rules)));
        assert_eq!(lines, ["far.js:3", "near.js:2"]);
    }
}

#[test]
fn a_file_that_is_too_large_is_never_passed_over() {
    let sandbox = Sandbox::new();
    let limit = usize::try_from(git_plan::verify::LARGEST).unwrap();
    sandbox.write("large.txt", "a".repeat(limit + 1));
    sandbox.write("large.bin", vec![0; limit + 1]);
    let rules = [
        forbids(PatternKind::Expressions, &["needle"]),
        expects(PatternKind::Files, &["large.txt"]),
    ];
    let check = |report: git_plan::verify::Report| {
        let kinds: Vec<_> = report
            .violations
            .iter()
            .map(|one| (one.rule, one.kind))
            .collect();
        assert_eq!(kinds, [(0, Kind::Unchecked)]);
        assert_eq!(report.notes.len(), 1);
        assert!(matches!(report.notes[0].what, What::TooLarge(_)));
    };
    check(sandbox.report(&spec(&rules)));
    check(sandbox.report_of_tree(&spec(&rules)));
    sandbox.commit();
    check(sandbox.report(&spec(&rules)));
}

#[test]
fn expressions_that_stall_other_engines_do_not() {
    let sandbox = Sandbox::of(&[("a.txt", &format!("{}b", "a".repeat(100_000)))]);
    let start = Instant::now();
    sandbox.report(&spec(&[forbids(
        PatternKind::Expressions,
        &["/(a+)+$/", "/(a|a)*c/", "/(.*)*x/"],
    )]));
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_specification_that_is_too_much_is_refused() {
    let large: Vec<String> = (0..2_000).map(|n| format!("/\\w{n}/")).collect();
    let large: Vec<&str> = large.iter().map(String::as_str).collect();
    let start = Instant::now();
    assert!(Compiled::new(&spec(&[forbids(PatternKind::Expressions, &large)])).is_err());
    assert!(
        Compiled::new(&spec(&[forbids(
            PatternKind::Expressions,
            &["/(\\w{99}){99}/"]
        )]))
        .is_err()
    );
    let nested = format!("/{}a{}/", "(".repeat(5_000), ")".repeat(5_000));
    assert!(Compiled::new(&spec(&[forbids(PatternKind::Expressions, &[&nested])])).is_err());
    assert!(start.elapsed() < Duration::from_secs(20));
}
