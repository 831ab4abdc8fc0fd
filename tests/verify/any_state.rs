//! Whatever was done to a working tree: the same answer as for the tree that Git would record.

use std::fs;

use git_plan::model::spec::PatternKind;
use proptest::prelude::*;

use crate::sandbox::{Sandbox, all, forbids, spec};

const PATHS: [&str; 7] = [
    "a.txt",
    "b.rs",
    "d",
    "d/a.txt",
    "d/e/b.py",
    "x.log",
    ".gitignore",
];

const TEXTS: [&str; 6] = [
    "needle\n",
    "\"needle\" needle # needle\r\n",
    "// needle\nneedle",
    "",
    "*.log\n",
    "\0needle",
];

const ATTRIBUTES: [&str; 4] = [
    "",
    "* text=auto\n",
    "*.txt text eol=crlf\n",
    "*.rs ident -text\n",
];

/// Something that a person does.
#[derive(Debug, Clone, Copy)]
enum Deed {
    Write(usize, usize),
    Remove(usize),
    Attributes(usize),
    Add(usize),
    AddAll,
    AddMeant(usize),
    Unstage(usize),
    Commit,
    Restore,
    Execute(usize),
    Link(usize),
}

fn deed() -> impl Strategy<Value = Deed> {
    let path = 0..PATHS.len();
    prop_oneof![
        4 => (path.clone(), 0..TEXTS.len()).prop_map(|(path, text)| Deed::Write(path, text)),
        2 => path.clone().prop_map(Deed::Remove),
        1 => (0..ATTRIBUTES.len()).prop_map(Deed::Attributes),
        2 => path.clone().prop_map(Deed::Add),
        1 => Just(Deed::AddAll),
        1 => path.clone().prop_map(Deed::AddMeant),
        1 => path.clone().prop_map(Deed::Unstage),
        2 => Just(Deed::Commit),
        1 => Just(Deed::Restore),
        1 => path.clone().prop_map(Deed::Execute),
        1 => path.prop_map(Deed::Link),
    ]
}

/// Does it where that is possible.
fn apply(sandbox: &Sandbox, deed: Deed) {
    let file = |path: usize| sandbox.path().join(PATHS[path]);
    let remove = |path: usize| {
        let _ = fs::remove_file(file(path));
        let _ = fs::remove_dir_all(file(path));
    };
    let make_room = |path: usize| {
        remove(path);
        let folder = sandbox.path().join("d");
        if PATHS[path].starts_with("d/") && !folder.is_dir() {
            let _ = fs::remove_file(folder);
        }
        let _ = fs::create_dir_all(file(path).parent().unwrap());
    };
    match deed {
        Deed::Write(path, text) => {
            make_room(path);
            fs::write(file(path), TEXTS[text]).unwrap();
        }
        Deed::Remove(path) => remove(path),
        Deed::Attributes(which) => sandbox.write(".gitattributes", ATTRIBUTES[which]),
        Deed::Add(path) => sandbox.try_git(&["add", "-f", "--", PATHS[path]]),
        Deed::AddAll => sandbox.try_git(&["add", "-A"]),
        Deed::AddMeant(path) => sandbox.try_git(&["add", "-N", "--", PATHS[path]]),
        Deed::Unstage(path) => sandbox.try_git(&["rm", "-rqf", "--cached", "--", PATHS[path]]),
        Deed::Commit => sandbox.try_git(&["commit", "-q", "--allow-empty", "-m", "text"]),
        Deed::Restore => sandbox.try_git(&["checkout", "-q", "--", "."]),
        #[cfg(unix)]
        Deed::Execute(path) => {
            use std::os::unix::fs::PermissionsExt as _;
            let _ = fs::set_permissions(file(path), fs::Permissions::from_mode(0o755));
        }
        #[cfg(unix)]
        Deed::Link(path) => {
            make_room(path);
            let _ = std::os::unix::fs::symlink("needle", file(path));
        }
        #[cfg(not(unix))]
        Deed::Execute(_) | Deed::Link(_) => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_working_tree_is_what_would_be_recorded(
        deeds in prop::collection::vec(deed(), 1..24),
        autocrlf in prop::sample::select(vec!["true", "input", "false"]),
    ) {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "core.autocrlf", autocrlf]);
        sandbox.git(&["config", "core.safecrlf", "false"]);
        for deed in &deeds {
            apply(&sandbox, *deed);
        }
        let spec = spec(&[
            forbids(PatternKind::Identifiers, &["needle"]),
            forbids(PatternKind::Expressions, &["/^.*needle.*$/"]),
            forbids(PatternKind::Files, &["*"]),
        ]);
        let report = sandbox.report(&spec);
        prop_assert_eq!(all(&report), all(&sandbox.report_of_tree(&spec)));
        prop_assert_eq!(report, sandbox.report_of_tree(&spec));
    }
}
