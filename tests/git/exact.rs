//! Whether the working tree is exactly a commit: what hides changes from `git status` hides
//! nothing here, and what Git makes of a clean checkout is clean.

use std::fs;
use std::path::{Path, PathBuf};

use git_plan::git::{Oid, Repo};

use crate::support::{Sandbox, child_must_pass, sandbox_root, set_mode, write_program};

fn write(folder: &Path, path: &str, text: &str) {
    let path = folder.join(path);
    fs::create_dir_all(path.parent().expect("a folder")).expect("created");
    fs::write(path, text).expect("written");
}

/// A commit with files, folders, a link, an executable and ignore rules.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::new();
    let top = sandbox.path();
    for path in ["a", "src/b", "src/deep/c", "tests/d"] {
        write(&top, path, "1\n");
    }
    write(&top, ".gitignore", "target/\n*.o\n!keep.o\n");
    write(&top, "src/.gitignore", "/generated\n");
    write_program(&top.join("run"), "#!/bin/sh\n");
    std::os::unix::fs::symlink("a", top.join("link")).expect("made");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "all"]);
    sandbox
}

fn seen_at(repo: &Repo, commit: Oid, inputs: Option<&[&str]>) -> String {
    let inputs = inputs.map(|inputs| inputs.iter().map(ToString::to_string).collect::<Vec<_>>());
    let found = repo.not_as_in(commit, inputs.as_deref()).expect("looked");
    assert!(found.is_sorted_by(|a, b| a.path < b.path));
    let lines = found
        .iter()
        .map(|found| format!("{} {}", found.how.word(), found.path));
    lines.collect::<Vec<_>>().join(", ")
}

fn seen_in(folder: &Path) -> String {
    let repo = Repo::discover(folder).expect("opens");
    let head = repo.head().expect("readable").commit.expect("a commit");
    let index = repo.git_dir().join("index");
    let state = || {
        (
            fs::read(&index).ok(),
            index.metadata().and_then(|m| m.modified()).ok(),
        )
    };
    let before = state();
    let seen = seen_at(&repo, head, None);
    assert_eq!(state(), before, "the index was written");
    seen
}

fn seen(sandbox: &Sandbox) -> String {
    seen_in(&sandbox.path())
}

#[test]
fn a_clean_checkout_is_clean_and_stays_so_when_it_is_touched() {
    let sandbox = sandbox();
    assert_eq!(seen(&sandbox), "");
    write(&sandbox.path(), "a", "1\n");
    assert_eq!(seen(&sandbox), "");
    write(&sandbox.path(), "target/x", "built\n");
    write(&sandbox.path(), "src/generated/x", "built\n");
    write(&sandbox.path(), "src/deep/x.o", "built\n");
    fs::create_dir(sandbox.path().join("empty")).expect("created");
    assert_eq!(seen(&sandbox), "");
    fs::remove_file(sandbox.path().join(".git/index")).expect("there");
    let missing = seen(&sandbox);
    assert!(missing.contains("staged a,"), "{missing}");
}

#[test]
fn every_kind_of_change_is_seen() {
    let sandbox = sandbox();
    let top = sandbox.path();
    write(&top, "a", "2\n");
    fs::remove_file(top.join("src/b")).expect("there");
    set_mode(&top.join("run"), 0o644);
    fs::remove_file(top.join("link")).expect("there");
    write(&top, "link", "a");
    fs::remove_dir_all(top.join("tests")).expect("there");
    write(&top, "tests", "a file now\n");
    write(&top, "new/x", "x");
    write(&top, "keep.o", "x");
    fs::remove_file(top.join("src/deep/c")).expect("there");
    write(&top, "src/deep/c/inside", "x");
    assert_eq!(
        seen(&sandbox),
        "modified a, untracked keep.o, modified link, untracked new/x, modified run, \
         missing src/b, missing src/deep/c, untracked src/deep/c/inside, untracked tests, \
         missing tests/d"
    );
}

#[test]
fn what_is_behind_a_link_is_not_there() {
    let sandbox = sandbox();
    let top = sandbox.path();
    fs::rename(top.join("src"), sandbox.root.join("elsewhere")).expect("moved");
    std::os::unix::fs::symlink("../elsewhere", top.join("src")).expect("made");
    let expected = "untracked src, missing src/.gitignore, missing src/b, missing src/deep/c";
    assert_eq!(seen(&sandbox), expected);
    let repo = sandbox.repo();
    let head = sandbox.oid("HEAD");
    assert_eq!(
        seen_at(&repo, head, Some(&["src/deep"])),
        "missing src/deep/c"
    );
}

#[test]
fn nothing_hides_a_change() {
    let sandbox = sandbox();
    let top = sandbox.path();
    sandbox.git(&["update-index", "--assume-unchanged", "a"]);
    sandbox.git(&["update-index", "--skip-worktree", "src/b", "tests/d"]);
    write(&top, "a", "2\n");
    write(&top, "src/b", "2\n");
    fs::remove_file(top.join("tests/d")).expect("there");
    write(&top, ".git/info/exclude", "excluded\n");
    write(&top, "excluded", "x");
    sandbox.git(&["config", "core.excludesFile", "../excludes"]);
    write(&top, "../excludes", "by-configuration\n");
    write(&top, "by-configuration", "x");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(
        seen(&sandbox),
        "modified a, untracked by-configuration, untracked excluded, modified src/b, missing tests/d"
    );
}

#[test]
fn only_ignore_files_of_the_commit_excuse() {
    let sandbox = sandbox();
    let top = sandbox.path();
    write(&top, "src/deep/.gitignore", "*\n");
    write(&top, "src/deep/new", "x");
    write(&top, "here.log", "x");
    write(&top, ".gitignore", "target/\n*.o\n*.log\n");
    assert_eq!(
        seen(&sandbox),
        "modified .gitignore, untracked here.log, untracked src/deep/.gitignore, untracked src/deep/new"
    );
    // Nor does one that is staged, or that was taken away.
    sandbox.git(&["add", "-A"]);
    let staged = seen(&sandbox);
    assert!(staged.contains("untracked here.log"), "{staged}");
    sandbox.git(&["reset", "-q", "--hard"]);
    sandbox.git(&["clean", "-qfdx"]);
    fs::remove_file(top.join(".gitignore")).expect("there");
    write(&top, "x.o", "x");
    assert_eq!(seen(&sandbox), "missing .gitignore");
}

#[test]
fn what_is_staged_counts() {
    let sandbox = sandbox();
    let top = sandbox.path();
    write(&top, "a", "2\n");
    sandbox.git(&["add", "a"]);
    write(&top, "a", "1\n");
    sandbox.git(&["rm", "-q", "--cached", "src/b"]);
    write(&top, "forced.o", "x");
    sandbox.git(&["add", "-f", "forced.o"]);
    write(&top, "meant", "x");
    sandbox.git(&["add", "-N", "meant"]);
    assert_eq!(
        seen(&sandbox),
        "staged a, staged forced.o, untracked meant, staged src/b"
    );
}

#[test]
fn a_conflict_is_seen() {
    let sandbox = sandbox();
    sandbox.git(&["checkout", "-q", "-b", "side"]);
    write(&sandbox.path(), "a", "2\n");
    sandbox.git(&["commit", "-q", "-a", "-m", "2"]);
    sandbox.git(&["checkout", "-q", "main"]);
    write(&sandbox.path(), "a", "3\n");
    sandbox.git(&["commit", "-q", "-a", "-m", "3"]);
    sandbox.try_git_in(&sandbox.path(), &["merge", "-q", "side"]);
    assert_eq!(seen(&sandbox), "modified a");
    write(&sandbox.path(), "a", "3\n");
    assert_eq!(seen(&sandbox), "staged a");
}

#[test]
fn another_commit_is_compared_as_well() {
    let sandbox = sandbox();
    let first = sandbox.oid("HEAD");
    write(&sandbox.path(), "a", "22\n");
    write(&sandbox.path(), "z", "z\n");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "2"]);
    assert_eq!(seen(&sandbox), "");
    assert_eq!(
        seen_at(&sandbox.repo(), first, None),
        "modified a, untracked z"
    );
}

/// A change within the same second, of the same length.
#[test]
fn a_quick_change_is_seen() {
    let sandbox = sandbox();
    for number in 0..20 {
        write(&sandbox.path(), "a", &format!("{number:03}\n"));
        sandbox.git(&["commit", "-q", "-a", "-m", "next"]);
        write(&sandbox.path(), "a", &format!("{:03}\n", number + 500));
        assert_eq!(seen(&sandbox), "modified a", "{number}");
    }
}

#[test]
fn inputs_are_all_that_is_looked_at() {
    let sandbox = sandbox();
    let top = sandbox.path();
    let head = sandbox.oid("HEAD");
    write(&top, "a", "2\n");
    write(&top, "src/b", "2\n");
    write(&top, "src/new", "x");
    write(&top, "src/new.o", "x");
    write(&top, "tests/new", "x");
    let repo = sandbox.repo();
    let at = |inputs: &[&str]| seen_at(&repo, head, Some(inputs));
    assert_eq!(at(&["src/deep", "run", "nowhere"]), "");
    assert_eq!(at(&["a"]), "modified a");
    assert_eq!(at(&["src/", "src/b"]), "modified src/b, untracked src/new");
    assert_eq!(at(&["src/new", "src/new.o"]), "untracked src/new");
    assert_eq!(at(&[]), "");
    assert_eq!(at(&["."]), seen(&sandbox));
    // What says what the others are.
    write(&top, ".gitattributes", "* -text\n");
    write(&top, "src/.gitattributes", "* -text\n");
    write(&top, "tests/.gitattributes", "* -text\n");
    write(&top, ".gitmodules", "");
    let beside = "untracked .gitattributes, untracked .gitmodules";
    assert_eq!(at(&["run"]), beside);
    assert_eq!(
        at(&["src/deep"]),
        format!("{beside}, untracked src/.gitattributes")
    );
    // A glob is a name.
    assert_eq!(
        at(&["*", "tests/[d]"]),
        format!("{beside}, untracked tests/.gitattributes")
    );
}

#[test]
fn line_endings_and_encodings_are_git_s() {
    let sandbox = Sandbox::new();
    write(&sandbox.path(), "a", "1\n2\n");
    write(&sandbox.path(), "wide", "1\n2\n");
    write(&sandbox.path(), "ident", "$Id$\n");
    let attributes = "windows eol=crlf\nwide working-tree-encoding=UTF-16\nident ident\n";
    write(&sandbox.path(), ".gitattributes", attributes);
    write(&sandbox.path(), "windows", "1\r\n2\r\n");
    let wide: Vec<u8> = "\u{feff}1\n2\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    fs::write(sandbox.path().join("wide"), wide).expect("written");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "all"]);
    let url = sandbox.path().display().to_string();
    sandbox.git(&["clone", "-q", "-c", "core.autocrlf=true", &url, "../clone"]);
    let clone = sandbox.root.join("clone");
    assert_eq!(fs::read(clone.join("a")).expect("there"), b"1\r\n2\r\n");
    assert!(fs::read(clone.join("ident")).expect("there").len() > 20);
    assert_eq!(seen_in(&clone), "");
    for path in ["a", "windows", "wide", "ident"] {
        let bytes = fs::read(clone.join(path)).expect("there");
        fs::write(clone.join(path), bytes).expect("written");
    }
    assert_eq!(seen_in(&clone), "");
    fs::write(clone.join("windows"), "1\r\n3\r\n").expect("written");
    assert_eq!(seen_in(&clone), "modified windows");
}

#[test]
fn a_sparse_checkout_lacks_files() {
    for with_sparse_index in [false, true] {
        let sandbox = sandbox();
        let flag = if with_sparse_index {
            "--sparse-index"
        } else {
            "--no-sparse-index"
        };
        sandbox.git(&["sparse-checkout", "set", "--cone", flag, "tests"]);
        let expected = "missing src/.gitignore, missing src/b, missing src/deep/c";
        assert_eq!(seen(&sandbox), expected);
        write(&sandbox.path(), "tests/d", "2\n");
        assert_eq!(seen(&sandbox), format!("{expected}, modified tests/d"));
    }
}

#[test]
fn other_forms_of_the_index_and_of_worktrees() {
    let sandbox = sandbox();
    sandbox.git(&["worktree", "add", "-q", "--detach", "../linked"]);
    let linked = sandbox.root.join("linked");
    write(&linked, "a", "2\n");
    assert_eq!(seen_in(&linked), "modified a");
    assert_eq!(seen(&sandbox), "");
    for words in [
        &["update-index", "--split-index"][..],
        &["update-index", "--untracked-cache"],
        &["update-index", "--index-version=4"],
    ] {
        sandbox.git(words);
        sandbox.git(&["status"]);
        write(&sandbox.path(), "new", "x");
        assert_eq!(seen(&sandbox), "untracked new", "{words:?}");
        fs::remove_file(sandbox.path().join("new")).expect("there");
        assert_eq!(seen(&sandbox), "", "{words:?}");
    }
}

#[test]
fn an_empty_commit_has_nothing() {
    let sandbox = Sandbox::new();
    sandbox.commit("nothing");
    assert_eq!(seen(&sandbox), "");
    write(&sandbox.path(), "a", "x");
    assert_eq!(seen(&sandbox), "untracked a");
    sandbox.git(&["init", "-q", "inner"]);
    write(&sandbox.path(), "inner/x", "x");
    assert_eq!(seen(&sandbox), "untracked a, untracked inner/");
}

/// A repository with a submodule, in which there is another one.
fn with_submodules() -> Sandbox {
    let sandbox = Sandbox::empty();
    let local = ["-c", "protocol.file.allow=always"];
    for (name, inner) in [
        ("innermost", None),
        ("inner", Some("innermost")),
        ("repo", Some("inner")),
    ] {
        sandbox.git_in(&sandbox.root, &["init", "-q", "-b", "main", name]);
        let folder = sandbox.root.join(name);
        write(&folder, "a", "1\n");
        write(&folder, ".gitignore", "*.o\n");
        if let Some(inner) = inner {
            let url = sandbox.root.join(inner).display().to_string();
            sandbox.git_in(
                &folder,
                &[&local[..], &["submodule", "add", "-q", &url, "sub"]].concat(),
            );
        }
        sandbox.git_in(&folder, &["add", "-A"]);
        sandbox.git_in(&folder, &["commit", "-q", "-m", "all"]);
    }
    sandbox.git(
        &[
            &local[..],
            &["submodule", "update", "-q", "--init", "--recursive"],
        ]
        .concat(),
    );
    sandbox
}

#[test]
fn submodules_are_looked_into() {
    let sandbox = with_submodules();
    let top = sandbox.path();
    assert_eq!(seen(&sandbox), "");
    sandbox.git(&["config", "submodule.sub.ignore", "all"]);
    sandbox.git(&["config", "diff.ignoreSubmodules", "all"]);
    write(&top, "sub/sub/a", "2\n");
    assert_eq!(sandbox.git(&["status", "--porcelain"]), "");
    assert_eq!(seen(&sandbox), "submodule dirty sub");
    write(&top, "sub/sub/a", "1\n");
    assert_eq!(seen(&sandbox), "");
    write(&top, "sub/x.o", "x");
    assert_eq!(seen(&sandbox), "");
    write(&top, "sub/x", "x");
    assert_eq!(seen(&sandbox), "submodule dirty sub");
    fs::remove_file(top.join("sub/x")).expect("there");
    sandbox.git_in(
        &top.join("sub"),
        &["commit", "-q", "--allow-empty", "-m", "x"],
    );
    assert_eq!(seen(&sandbox), "submodule commit sub");
    let head = sandbox.oid("HEAD");
    let repo = sandbox.repo();
    assert_eq!(seen_at(&repo, head, Some(&["a"])), "");
    assert_eq!(
        seen_at(&repo, head, Some(&["sub/a"])),
        "submodule commit sub"
    );
    sandbox.git(&["add", "sub"]);
    assert_eq!(seen(&sandbox), "submodule commit sub");
    sandbox.git(&["reset", "-q", "--hard"]);
    sandbox.git(&["submodule", "deinit", "-q", "-f", "sub"]);
    assert_eq!(seen(&sandbox), "");
    write(&top, "sub/planted", "x");
    assert_eq!(seen(&sandbox), "submodule dirty sub");
    fs::remove_dir_all(top.join("sub")).expect("there");
    assert_eq!(seen(&sandbox), "missing sub");
    write(&top, "sub", "x");
    assert_eq!(seen(&sandbox), "modified sub");
}

/// Hooks tell where they are by variables, which are not about submodules.
#[test]
fn variables_of_a_hook_do_not_lead_astray() {
    let sandbox = with_submodules();
    write(&sandbox.path(), "sub/a", "2\n");
    let git_dir = sandbox.path().join(".git").display().to_string();
    let top = sandbox.path().display().to_string();
    let variables = [
        ("GIT_DIR", git_dir.as_str()),
        ("GIT_WORK_TREE", &top),
        ("GIT_PREFIX", ""),
    ];
    child_must_pass("exact::hook_child", &sandbox, &variables);
}

#[test]
#[ignore = "run by another test"]
fn hook_child() {
    assert_eq!(seen_in(&sandbox_root().join("repo")), "submodule dirty sub");
}

/// A program that leaves a mark, and passes on what it gets, in capitals.
fn planted(sandbox: &Sandbox) -> (String, PathBuf) {
    let (program, mark) = (sandbox.root.join("planted"), sandbox.root.join("mark"));
    let text = format!("#!/bin/sh\ntouch '{}'\ntr a-z A-Z\n", mark.display());
    write_program(&program, &text);
    (program.display().to_string(), mark)
}

#[test]
fn no_program_of_the_repository_runs() {
    let sandbox = sandbox();
    let top = sandbox.path();
    let (program, mark) = planted(&sandbox);
    for key in [
        "core.fsmonitor",
        "filter.x.clean",
        "filter.x.smudge",
        "diff.x.textconv",
        "diff.x.command",
        "diff.external",
        "core.sshCommand",
    ] {
        sandbox.git(&["config", key, &program]);
    }
    sandbox.git(&["config", "filter.x.required", "true"]);
    write_program(
        &top.join(".git/hooks/post-index-change"),
        &format!("#!/bin/sh\n{program}\n"),
    );
    write(&top, ".git/info/attributes", "* filter=x diff=x\n");
    write(&top, "a", "1\n");
    write(&top, "src/b", "one\n");
    assert_eq!(seen(&sandbox), "modified src/b");
    assert!(!mark.exists());
    // The trap works.
    sandbox.git(&["status"]);
    assert!(mark.exists());
}

#[test]
fn a_filter_of_the_user_s_own_runs() {
    let sandbox = sandbox();
    let (program, _) = planted(&sandbox);
    sandbox.git(&["config", "--global", "filter.x.clean", &program]);
    child_must_pass("exact::filter_child", &sandbox, &[]);
}

#[test]
#[ignore = "run by another test"]
fn filter_child() {
    let top = sandbox_root().join("repo");
    let git = |words: &[&str]| {
        let mut command = std::process::Command::new("git");
        assert!(
            command
                .current_dir(&top)
                .args(words)
                .status()
                .expect("runs")
                .success()
        );
    };
    write(&top, ".gitattributes", "loud filter=x\n");
    write(&top, "loud", "QUIET\n");
    git(&["add", "-A"]);
    git(&["commit", "-q", "-m", "loud"]);
    write(&top, "loud", "quiet\n");
    assert_eq!(seen_in(&top), "");
    assert!(sandbox_root().join("mark").exists());
    write(&top, "loud", "other\n");
    assert_eq!(seen_in(&top), "modified loud");
}

/// Within a second, and made to look old.
#[test]
fn a_change_whose_time_was_set_back_is_seen() {
    let sandbox = sandbox();
    let file = fs::File::options()
        .write(true)
        .open(sandbox.path().join("a"))
        .expect("there");
    let long_ago =
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    for _ in 0..5 {
        write(&sandbox.path(), "a", "1\n");
        file.set_modified(long_ago).expect("set");
        sandbox.git(&["update-index", "--refresh"]);
        write(&sandbox.path(), "a", "2\n");
        file.set_modified(long_ago).expect("set");
        assert_eq!(seen(&sandbox), "modified a");
    }
}

/// Git writes the index anew without a look at what it was told not to look at. Times are whole
/// seconds to it: then what it has written of a file fits the changed one.
#[test]
fn what_nobody_looked_at_when_the_index_was_written_is_read() {
    let sandbox = sandbox();
    let file = fs::File::options()
        .write(true)
        .open(sandbox.path().join("a"))
        .expect("there");
    let long_ago =
        std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    file.set_modified(long_ago).expect("set");
    sandbox.git(&["config", "core.trustctime", "false"]);
    sandbox.git(&["update-index", "--refresh"]);
    for (mark, lift) in [
        ("--assume-unchanged", "--no-assume-unchanged"),
        ("--skip-worktree", "--no-skip-worktree"),
    ] {
        sandbox.git(&["update-index", mark, "a"]);
        write(&sandbox.path(), "a", "2\n");
        file.set_modified(long_ago).expect("set");
        assert_eq!(seen(&sandbox), "modified a", "{mark}");
        write(&sandbox.path(), "a", "1\n");
        sandbox.git(&["update-index", lift, "a"]);
    }
}

#[test]
fn a_repository_around_files_of_the_commit_is_seen() {
    let sandbox = sandbox();
    sandbox.git(&["init", "-q", "src"]);
    write(&sandbox.path(), "src/b", "2\n");
    write(&sandbox.path(), "src/new", "x");
    assert_eq!(
        seen(&sandbox),
        "untracked src/.git/, modified src/b, untracked src/new"
    );
}

#[test]
fn other_hashes_work() {
    let sandbox = Sandbox::with(&["--object-format=sha256"]);
    write(&sandbox.path(), "a", "1\n");
    sandbox.git(&["add", "-A"]);
    sandbox.git(&["commit", "-q", "-m", "one"]);
    assert_eq!(seen(&sandbox), "");
    write(&sandbox.path(), "a", "2\n");
    assert_eq!(seen(&sandbox), "modified a");
    sandbox.git(&["commit", "-q", "-a", "-m", "two"]);
    write(&sandbox.path(), "a", "3\n");
    assert_eq!(seen(&sandbox), "modified a");
}

/// Rules at random, in a forest of names to which they may apply; Git knows which are ignored.
#[test]
fn what_is_ignored_is_what_git_ignores() {
    let names = ["a", "b", "c", "a.o", "target"];
    let rules = [
        "a", "/a", "b/", "/b/", "*.o", "!a.o", "c/a", "**/c", "!b", "target/", "a/**", "!/c/",
        "*/b", "# a", "/*", "!/a",
    ];
    let mut seed = 11_u64;
    let mut below = |limit: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::try_from(seed >> 33).expect("fits") % limit
    };
    for round in 0..25 {
        let sandbox = Sandbox::new();
        let top = sandbox.path();
        let mut path = |most: usize| {
            let depth = 1 + below(most);
            (0..depth)
                .map(|_| names[below(names.len())])
                .collect::<Vec<_>>()
                .join("/")
        };
        let try_write = |path: &str, text: &str| {
            let path = top.join(path);
            let folder = path.parent().expect("a folder");
            if fs::create_dir_all(folder).is_ok() && !path.is_dir() {
                fs::write(&path, text).expect("written");
            }
        };
        for _ in 0..40 {
            try_write(&path(4), "x");
        }
        let folders = ["", "a/", "c/", "b/a/"];
        let mut committed = vec![path(2)];
        for folder in folders.iter().take(1 + round % 4) {
            let text: String = (0..4)
                .map(|_| format!("{}\n", rules[path(4).len() * 7 % rules.len()]))
                .collect();
            if top.join(folder).is_dir() || !top.join(folder.trim_end_matches('/')).exists() {
                try_write(&format!("{folder}.gitignore"), &text);
                committed.push(format!("{folder}.gitignore"));
            }
        }
        for path in committed {
            if top.join(&path).exists() {
                sandbox.git(&["add", "-f", &path]);
            }
        }
        sandbox.git(&["commit", "-q", "--allow-empty", "-m", "x"]);
        let listed = sandbox.git(&["ls-files", "--others", "--exclude-per-directory=.gitignore"]);
        let mut listed: Vec<String> = listed
            .lines()
            .map(|path| format!("untracked {path}"))
            .collect();
        listed.sort();
        assert_eq!(seen(&sandbox), listed.join(", "), "{round}");
    }
}
