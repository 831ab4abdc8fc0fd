//! Which commits are new, against `git rev-list`; random histories, clocks that lie, history that
//! is not all here.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use git_plan::git::{Error, Oid, Repo};

use crate::support::{Sandbox, isolate, oid};

/// Numbers that are the same at each run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).expect("fits") % limit.max(1)
    }
}

/// Makes a history of commits, each with the numbers of its parents and its time.
pub(crate) fn import(sandbox: &Sandbox, commits: &[(Vec<usize>, i64)]) -> Vec<Oid> {
    let mut script = String::new();
    for (number, (parents, time)) in commits.iter().enumerate() {
        let text = format!("commit {number}\n\nPlan-Task: p/{number}\n");
        script += &format!(
            "commit refs/heads/all\nmark :{}\ncommitter C <c@example.com> {time} +0000\ndata {}\n{text}\n",
            number + 1,
            text.len()
        );
        if let Some((first, others)) = parents.split_first() {
            script += &format!("from :{}\n", first + 1);
            for other in others {
                script += &format!("merge :{}\n", other + 1);
            }
        }
        if parents.is_empty() {
            script += "deleteall\n";
        }
        script += "\nreset refs/heads/all\n\n";
    }
    let marks = sandbox.root.join("marks");
    let mut command = Command::new("git");
    isolate(&mut command, &sandbox.root);
    let mut child = command
        .current_dir(sandbox.path())
        .args(["fast-import", "--quiet", "--force"])
        .arg(format!("--export-marks={}", marks.display()))
        .stdin(Stdio::piped())
        .spawn()
        .expect("git runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(script.as_bytes()).expect("written");
    drop(stdin);
    assert!(child.wait().expect("ends").success());
    let marks = fs::read_to_string(marks).expect("written");
    let mut found: Vec<(usize, Oid)> = marks
        .lines()
        .map(|line| line[1..].split_once(' ').expect("a mark"))
        .map(|(mark, hex)| (mark.parse().expect("a number"), oid(hex)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, oid)| oid).collect()
}

fn random_history(random: &mut Random, commits: usize, skew: usize) -> Vec<(Vec<usize>, i64)> {
    let mut history = Vec::new();
    for number in 0..commits {
        let nearby = |random: &mut Random| number - 1 - random.below(number.min(8));
        let parents = match random.below(10) {
            _ if number == 0 => vec![],
            0 => vec![],
            1..=5 => vec![nearby(random)],
            6..=8 => vec![nearby(random), nearby(random)],
            _ => vec![nearby(random), nearby(random), nearby(random)],
        };
        let mut parents: Vec<usize> = parents;
        parents.sort_unstable();
        parents.dedup();
        let time = 1_700_000_000 + number as i64 * 10 - random.below(skew) as i64;
        history.push((parents, time));
    }
    history
}

fn listed(sandbox: &Sandbox, new: &[Oid], not: &[Oid]) -> Vec<String> {
    let mut words = vec!["rev-list".to_owned()];
    words.extend(new.iter().map(ToString::to_string));
    words.push("--not".to_owned());
    words.extend(not.iter().map(ToString::to_string));
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    sandbox.git(&words).lines().map(str::to_owned).collect()
}

/// What one reaches and the others do not, by Git, without a short way.
fn difference(sandbox: &Sandbox, new: &[Oid], not: &[Oid]) -> BTreeSet<String> {
    let mut all: BTreeSet<_> = listed(sandbox, new, &[]).into_iter().collect();
    let hidden: BTreeSet<_> = match not {
        [] => BTreeSet::new(),
        not => listed(sandbox, not, &[]).into_iter().collect(),
    };
    all.retain(|commit| !hidden.contains(commit));
    all
}

fn introduced(repo: &Repo, new: &[Oid], not: &[Oid]) -> Vec<String> {
    let found = repo.introduced(new, not, None).expect("all is here");
    found.iter().map(|commit| commit.oid.to_string()).collect()
}

#[test]
fn what_is_new_is_what_git_lists() {
    let mut random = Random(7);
    for (commits, skew) in [(80, 1), (80, 40), (150, 400), (150, 100_000)] {
        let sandbox = Sandbox::new();
        let ids = import(&sandbox, &random_history(&mut random, commits, skew));
        for with_graph in [false, true] {
            if with_graph {
                for (number, id) in ids.iter().enumerate().step_by(3) {
                    sandbox.git(&["update-ref", &format!("refs/x/{number}"), &id.to_string()]);
                }
                sandbox.git(&["commit-graph", "write", "--reachable"]);
            }
            let repo = sandbox.repo();
            for _ in 0..30 {
                let mut some = |most: usize| -> Vec<Oid> {
                    let count = random.below(most + 1);
                    (0..count).map(|_| ids[random.below(ids.len())]).collect()
                };
                let (mut new, not) = (some(3), some(4));
                new.push(ids[ids.len() - 1]);
                let found = introduced(&repo, &new, &not);
                let exact = difference(&sandbox, &new, &not);
                assert_eq!(found.iter().cloned().collect::<BTreeSet<_>>(), exact);
                assert_eq!(found.len(), exact.len());
                if skew <= 40 {
                    assert_eq!(found, listed(&sandbox, &new, &not), "{new:?} {not:?}");
                }
            }
        }
    }
}

/// A long line; the one next to it left it near its end.
fn long_line(length: usize) -> Vec<(Vec<usize>, i64)> {
    let mut history: Vec<_> = (0..length)
        .map(|number| {
            let parents = number.checked_sub(1).into_iter().collect();
            (parents, 1_600_000_000 + number as i64)
        })
        .collect();
    history.push((vec![length - 5], 1_600_000_000 + length as i64));
    history
}

#[test]
fn a_deep_history_is_not_walked_to_its_end() {
    let sandbox = Sandbox::new();
    let ids = import(&sandbox, &long_line(3000));
    sandbox.git(&["update-ref", "refs/heads/a", &ids[2999].to_string()]);
    // Whoever went on to the end would miss this one.
    let root = ids[0].to_string();
    explode(&sandbox);
    let file = sandbox
        .path()
        .join(".git/objects")
        .join(&root[..2])
        .join(&root[2..]);
    fs::remove_file(file).expect("loose");
    let repo = sandbox.repo();
    let found = repo
        .introduced(&[ids[3000]], &[ids[2999]], None)
        .expect("all is here");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].parents, [ids[2995]]);
    assert!(String::from_utf8_lossy(&found[0].message).contains("Plan-Task: p/3000"));
    // Within the range it counts.
    let missing = repo.introduced(&[ids[3000]], &[], None);
    assert!(matches!(missing, Err(Error::Incomplete { oid }) if oid == ids[0]));
    let missing = repo.commit_with_tree(ids[3000], ids[3000], None);
    assert!(matches!(missing, Err(Error::Incomplete { oid }) if oid == ids[0]));
}

/// Makes all objects loose.
fn explode(sandbox: &Sandbox) {
    let folder = sandbox.path().join(".git/objects/pack");
    for entry in fs::read_dir(&folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path
            .extension()
            .is_some_and(|extension| extension == "pack")
        {
            let moved = sandbox.root.join("moved.pack");
            fs::rename(&path, &moved).expect("moved");
            fs::remove_file(path.with_extension("idx")).expect("removed");
            let mut command = Command::new("git");
            isolate(&mut command, &sandbox.root);
            let pack = fs::File::open(&moved).expect("there");
            let unpacked = command
                .current_dir(sandbox.path())
                .args(["unpack-objects", "-q"])
                .stdin(pack)
                .status();
            assert!(unpacked.expect("git runs").success());
        }
    }
}

#[test]
fn where_history_was_cut_off_nobody_knows() {
    let sandbox = Sandbox::new();
    let ids = import(&sandbox, &long_line(20));
    sandbox.git(&["update-ref", "refs/heads/main", &ids[19].to_string()]);
    let url = format!("file://{}", sandbox.path().display());
    sandbox.git(&[
        "clone",
        "-q",
        "--depth=4",
        "--branch=main",
        "--bare",
        &url,
        "../shallow",
    ]);
    let repo = Repo::discover(&sandbox.root.join("shallow")).expect("opens");
    let cut = ids[16];
    let found = repo.introduced(&[ids[19]], &[], None);
    assert!(matches!(found, Err(Error::Incomplete { oid }) if oid == cut));
    assert_eq!(introduced(&repo, &[ids[19]], &[cut]).len(), 3);
    assert_eq!(introduced(&repo, &[ids[19]], &[ids[17]]).len(), 2);
    let commit = repo.commit(ids[19]).expect("here");
    assert!(
        repo.commit_with_tree(ids[19], commit.tree, None)
            .expect("known")
            .is_some()
    );
    let found = repo.commit_with_tree(ids[19], ids[0], None);
    assert!(matches!(found, Err(Error::Incomplete { oid }) if oid == cut));
    assert!(!repo.has(ids[0]) && repo.has(ids[17]));
}

#[test]
fn replacements_and_grafts_do_not_count() {
    let sandbox = Sandbox::new();
    let ids = import(&sandbox, &long_line(10));
    sandbox.git(&["replace", &ids[9].to_string(), &ids[1].to_string()]);
    let grafts = sandbox.path().join(".git/info/grafts");
    fs::create_dir_all(grafts.parent().expect("a folder")).expect("created");
    fs::write(grafts, format!("{}\n", ids[8])).expect("written");
    let repo = sandbox.repo();
    assert_eq!(introduced(&repo, &[ids[9]], &[ids[3]]).len(), 6);
    assert_eq!(introduced(&repo, &[ids[9]], &[]).len(), 10);
}

#[test]
fn tags_stand_for_commits_and_time_is_limited() {
    let sandbox = Sandbox::new();
    let first = sandbox.commit("one");
    let second = sandbox.commit("two");
    sandbox.git(&["tag", "-a", "-m", "t", "inner"]);
    sandbox.git(&["tag", "-a", "-m", "t", "outer", "inner"]);
    sandbox.git(&["tag", "-a", "-m", "t", "tree", "HEAD^{tree}"]);
    let repo = sandbox.repo();
    let (outer, tree) = (sandbox.oid("outer"), sandbox.oid("tree"));
    assert_eq!(repo.peeled(outer).expect("here"), Some(second));
    assert_eq!(repo.peeled(tree).expect("here"), None);
    assert_eq!(
        introduced(&repo, &[outer], &[first, tree]),
        [second.to_string()]
    );
    assert_eq!(introduced(&repo, &[first], &[outer]), [""; 0]);
    assert_eq!(introduced(&repo, &[tree], &[]), [""; 0]);
    let nowhere = oid("1234567890123456789012345678901234567890");
    assert_eq!(introduced(&repo, &[second], &[first, nowhere]).len(), 1);
    let missing = repo.introduced(&[nowhere], &[first], None);
    assert!(matches!(missing, Err(Error::Incomplete { oid }) if oid == nowhere));
    let late = Instant::now().checked_sub(Duration::from_millis(1));
    let late = repo.introduced(&[second], &[], late);
    assert!(matches!(late, Err(Error::OutOfTime)));
    let tree = repo.commit(first).expect("here").tree;
    assert!(
        repo.commit_with_tree(second, tree, None)
            .expect("known")
            .is_some()
    );
    assert!(
        repo.commit_with_tree(second, second, None)
            .expect("known")
            .is_none()
    );
}

#[test]
fn a_symbolic_ref_leads_to_what_a_push_changes() {
    let sandbox = Sandbox::with(&["--bare"]);
    sandbox.git(&["symbolic-ref", "refs/heads/stable", "refs/heads/release"]);
    sandbox.git(&["symbolic-ref", "refs/heads/default", "refs/heads/stable"]);
    sandbox.git(&["symbolic-ref", "refs/heads/round", "refs/heads/about"]);
    sandbox.git(&["symbolic-ref", "refs/heads/about", "refs/heads/round"]);
    let repo = sandbox.repo();
    let target = |name: &str| repo.ref_target(name).expect("ends");
    assert_eq!(target("refs/heads/default"), "refs/heads/release");
    assert_eq!(target("refs/heads/other"), "refs/heads/other");
    assert_eq!(target("HEAD"), "refs/heads/main");
    let round = repo.ref_target("refs/heads/round");
    assert!(matches!(round, Err(Error::SymbolicRef { .. })));
    assert!(matches!(
        repo.ref_target("main"),
        Err(Error::RefName { .. })
    ));
}
