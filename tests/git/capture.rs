//! The working tree as a snapshot, against `git add -A` in a copy of the index:
//! how they are compared, and the kinds of repositories.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use git_plan::git::{After, EntryKind, Error, Oid, Repo, TreeSide, WorkTreeOptions};

use crate::support::{Sandbox, child_must_pass, isolate, oid, sandbox_root};

/// Stores the working tree as a snapshot; nothing is written before everything
/// has been read.
pub(crate) fn capture(repo: &Repo) -> Result<Oid, Error> {
    let objects = || {
        let files = files(&repo.common_dir().join("objects"));
        files.into_keys().collect::<Vec<_>>()
    };
    let before = objects();
    let found = repo.work_tree_changes(WorkTreeOptions::default())?;
    assert!(found.changes.is_sorted_by(|a, b| a.path < b.path));
    let mut reader = repo.work_tree_reader()?;
    let mut preparer = repo.preparer()?;
    let mut blobs = Vec::new();
    let mut edits = Vec::new();
    for change in &found.changes {
        let side = match change.after {
            None => None,
            Some(After::Stored(side)) => Some(side),
            Some(After::OnDisk { kind, .. }) => {
                let content = reader.read(change)?.expect("still there");
                assert_eq!(content.kind, kind, "{}", change.path);
                let blob = preparer.blob(&content.bytes)?;
                let oid = blob.oid();
                blobs.push(blob);
                Some(TreeSide { kind, oid })
            }
        };
        edits.push((change.path.clone(), side));
    }
    assert_eq!(objects(), before);
    let mut writer = repo.writer()?;
    for blob in &blobs {
        writer.store(blob)?;
    }
    let tree = writer.edit_snapshot_tree(Some(found.base_tree), &edits)?;
    writer.finish()?;
    Ok(tree)
}

/// What Git makes of the same working tree, without leaving an object behind.
fn git_tree(sandbox: &Sandbox, folder: &Path) -> Result<(Oid, String), String> {
    let git_dir = PathBuf::from(sandbox.git_in(folder, &["rev-parse", "--absolute-git-dir"]));
    let objects = sandbox.git_in(
        folder,
        &[
            "rev-parse",
            "--path-format=absolute",
            "--git-path",
            "objects",
        ],
    );
    let work = tempfile::tempdir().expect("a temporary folder");
    let index = work.path().join("index");
    if git_dir.join("index").exists() {
        let mut copy = Command::new("cp");
        let copied = copy
            .arg("-p")
            .arg(git_dir.join("index"))
            .arg(&index)
            .status();
        assert!(copied.expect("cp runs").success());
    }
    let quarantine = work.path().join("objects");
    fs::create_dir(&quarantine).expect("created");
    let run = |arguments: &[&str]| {
        // The environment of this process, as for our own side.
        let mut command = Command::new("git");
        command
            .current_dir(folder)
            .args(["-c", "core.fsmonitor=false", "-c", "core.splitIndex=false"])
            .args(arguments)
            .env("GIT_INDEX_FILE", &index)
            .env("GIT_OBJECT_DIRECTORY", &quarantine)
            .env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &objects)
            .output()
            .expect("git runs")
    };
    let added = run(&["add", "-A", ":/"]);
    if !added.status.success() && added.status.code() != Some(1) {
        return Err(String::from_utf8_lossy(&added.stderr).into_owned());
    }
    let written = run(&["write-tree"]);
    assert!(written.status.success());
    let tree = String::from_utf8_lossy(&written.stdout).trim().to_owned();
    let listed = run(&["ls-tree", "-r", &tree]);
    Ok((
        oid(&tree),
        String::from_utf8_lossy(&listed.stdout).into_owned(),
    ))
}

/// Every file below `folder` with its size and time.
fn files(folder: &Path) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let metadata = fs::symlink_metadata(&path).expect("metadata");
            if metadata.is_dir() {
                folders.push(path);
            } else {
                found.insert(path, (metadata.len(), metadata.modified().expect("a time")));
            }
        }
    }
    found
}

/// All files but the objects.
fn everything(sandbox: &Sandbox) -> BTreeMap<PathBuf, (u64, SystemTime)> {
    let mut files = files(&sandbox.root);
    files.retain(|path, _| !path.components().any(|part| part.as_os_str() == "objects"));
    files
}

pub(crate) fn made_by(script: &str) -> Sandbox {
    made_by_with(script, &[])
}

/// A repository made by a shell script that is run in it.
pub(crate) fn made_by_with(script: &str, init: &[&str]) -> Sandbox {
    let sandbox = Sandbox::with(init);
    let mut command = Command::new("sh");
    isolate(&mut command, &sandbox.root);
    let output = command
        .args(["-e", "-c", script])
        .env("R", &sandbox.root)
        .current_dir(sandbox.path())
        .output()
        .expect("sh runs");
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{script}\n{error}");
    sandbox
}

pub(crate) fn assert_like_git(name: &str, sandbox: &Sandbox, folder: &Path) {
    let before = everything(sandbox);
    let repo = Repo::discover(folder).expect("opens");
    let ours = capture(&repo);
    let after = everything(sandbox);
    assert_eq!(before, after, "{name}: something was touched");
    let theirs = git_tree(sandbox, folder);
    match (ours, theirs) {
        (Ok(id), Ok((tree, theirs))) => {
            let listed = sandbox.git_in(folder, &["ls-tree", "-r", &id.to_string()]);
            let lines = |text: &str| text.lines().map(str::to_owned).collect::<Vec<_>>();
            let (ours, theirs) = (lines(listed.trim()), lines(theirs.trim()));
            let missing: Vec<_> = theirs.iter().filter(|line| !ours.contains(line)).collect();
            let wrong: Vec<_> = ours.iter().filter(|line| !theirs.contains(line)).collect();
            assert!(
                missing.is_empty() && wrong.is_empty(),
                "{name}: missing {missing:#?}, wrong {wrong:#?}"
            );
            assert_eq!(id, tree, "{name}");
            sandbox.git_in(folder, &["rev-list", "--objects", &id.to_string()]);
        }
        (ours, theirs) => assert!(
            ours.is_err() && theirs.is_err(),
            "{name}: {ours:?}, Git: {theirs:?}"
        ),
    }
}

#[test]
fn every_kind_of_repository_is_captured() {
    let script = "mkdir -p d/e; echo x > d/x; ln -s x d/link; git add -A; git commit -qm x; echo y > d/x; echo n > d/e/n";
    let sandbox = made_by_with(script, &["--object-format=sha256"]);
    assert_like_git("SHA-256", &sandbox, &sandbox.path());

    let sandbox = made_by(script);
    assert_like_git("a folder inside", &sandbox, &sandbox.path().join("d/e"));

    let worktree = "git worktree add -q ../linked; cd ../linked; echo z > d/x; git add -A; echo y > d/x; echo m > m";
    let sandbox = made_by(&format!("{script}\n{worktree}"));
    assert_like_git("linked worktree", &sandbox, &sandbox.root.join("linked"));

    let moved =
        "git config core.worktree $R/elsewhere; mkdir $R/elsewhere; echo w > $R/elsewhere/w";
    let sandbox = made_by(&format!("{script}\n{moved}"));
    let repo = Repo::discover(&sandbox.path().join(".git")).expect("opens");
    assert_eq!(
        repo.work_tree(),
        Some(sandbox.root.join("elsewhere").as_path())
    );
    let tree = capture(&repo).expect("captured").to_string();
    assert_eq!(sandbox.git(&["ls-tree", "-r", "--name-only", &tree]), "w");

    let clones = "git config uploadpack.allowFilter true; echo z > z; git add z; git commit -qm z; \
        git clone -q --no-checkout --filter=blob:none file://$R/repo $R/partial; git clone -q --depth 1 file://$R/repo $R/shallow; \
        cd $R/partial; git read-tree HEAD; echo p > z; cd $R/shallow; echo s > z";
    let sandbox = made_by(&format!("{script}\n{clones}"));
    assert_like_git("shallow clone", &sandbox, &sandbox.root.join("shallow"));
    assert_like_git("partial clone", &sandbox, &sandbox.root.join("partial"));

    let bare = Sandbox::with(&["--bare"]);
    let refused = bare.repo().work_tree_changes(WorkTreeOptions::default());
    assert!(matches!(refused, Err(Error::NoWorkTree)));
}

#[test]
fn the_environment_may_name_index_and_work_tree() {
    let script = "echo x > x; git add x; git commit -qm x; cp .git/index $R/other; echo y > y; \
        GIT_INDEX_FILE=$R/other git rm -q --cached x; echo x > .gitignore; mkdir $R/tree; echo t > $R/tree/t";
    let sandbox = made_by(script);
    let index = sandbox.root.join("other").display().to_string();
    child_must_pass(
        "capture::under_another_index",
        &sandbox,
        &[("GIT_INDEX_FILE", &index)],
    );
    let git_dir = sandbox.path().join(".git").display().to_string();
    let tree = sandbox.root.join("tree").display().to_string();
    let named = [
        ("GIT_DIR", git_dir.as_str()),
        ("GIT_WORK_TREE", tree.as_str()),
    ];
    child_must_pass("capture::under_another_work_tree", &sandbox, &named);
}

#[test]
#[ignore = "run by the_environment_may_name_index_and_work_tree"]
fn under_another_index() {
    let root = sandbox_root();
    let repo = Repo::discover(&root.join("repo")).expect("opens");
    assert_eq!(listed(&repo), [".gitignore", "x", "y"]);
}

#[test]
#[ignore = "run by the_environment_may_name_index_and_work_tree"]
fn under_another_work_tree() {
    let repo = Repo::discover(&sandbox_root()).expect("opens");
    assert_eq!(listed(&repo), ["t", "x"]);
}

fn listed(repo: &Repo) -> Vec<String> {
    let found = repo.work_tree_changes(WorkTreeOptions::default());
    let changes = found.expect("listed").changes;
    changes
        .iter()
        .map(|change| change.path.to_string())
        .collect()
}

#[cfg(unix)]
#[test]
fn what_git_cannot_record_is_left_out_or_refused() {
    let sandbox = made_by("echo x > x; git add x; git commit -qm x");
    let new = std::os::unix::net::UnixListener::bind(sandbox.path().join("new"));
    new.expect("bound");
    assert_like_git("a new socket", &sandbox, &sandbox.path());
    fs::remove_file(sandbox.path().join("x")).expect("removed");
    let tracked = std::os::unix::net::UnixListener::bind(sandbox.path().join("x"));
    tracked.expect("bound");
    let refused = capture(&sandbox.repo());
    assert!(matches!(refused, Err(Error::NotAFile { path }) if path == "x"));
}

/// Answers Git's protocol for filters that serve many files; `fail.*` it refuses.
const PROCESS: &str = r#"
cat > $R/filter.pl <<'END'
binmode STDIN; binmode STDOUT; $| = 1;
open my $log, '>>', "$ARGV[0]"; print $log "start\n"; close $log;
sub take { read(STDIN, my $size, 4) == 4 or exit 0; $size = hex $size; return undef unless $size; read STDIN, my $data, $size - 4; return $data }
sub put { print STDOUT sprintf('%04x', length($_[0]) + 4) . $_[0] }
sub flush { print STDOUT '0000' }
while (defined take()) {} put("git-filter-server\n"); put("version=2\n"); flush();
while (defined take()) {} put("capability=clean\n"); flush();
while (1) {
  my $name = ''; while (defined(my $line = take())) { chomp $line; $name = $1 if $line =~ /^pathname=(.*)/ }
  my $content = ''; while (defined(my $part = take())) { $content .= $part }
  if ($name =~ /^fail/) { put("status=error\n"); flush(); next }
  put("status=success\n"); flush();
  $content = "$name:" . uc $content;
  for (my $at = 0; $at < length $content; $at += 65000) { put(substr $content, $at, 65000) }
  flush(); flush();
}
END
git config filter.big.process "perl $R/filter.pl $R/starts"
echo '*.p filter=big' > .gitattributes
for n in 1 2 3; do echo content $n > $n.p; done; : > empty.p; yes hello | head -c 300000 > large.p
"#;

#[test]
fn a_filter_that_serves_many_files_is_started_once() {
    let sandbox = made_by(PROCESS);
    let tree = capture(&sandbox.repo()).expect("captured");
    let starts = sandbox.root.join("starts");
    assert_eq!(fs::read_to_string(&starts).expect("a log"), "start\n");
    fs::remove_file(&starts).expect("removed");
    let (theirs, listed) = git_tree(&sandbox, &sandbox.path()).expect("added");
    assert_eq!(tree, theirs, "{listed}");
    assert_eq!(
        sandbox.git(&["cat-file", "blob", &format!("{tree}:1.p")]),
        "1.p:CONTENT 1"
    );
}

/// As filters do that use the module that Git ships for Perl.
#[test]
fn a_filter_process_that_wants_its_lines_ended_is_served() {
    let strict = PROCESS.replace("chomp $line;", "$line =~ s/\\n$// or die;");
    assert_ne!(strict, PROCESS);
    let sandbox = made_by(&strict);
    let tree = capture(&sandbox.repo()).expect("captured");
    let (theirs, listed) = git_tree(&sandbox, &sandbox.path()).expect("added");
    assert_eq!(tree, theirs, "{listed}");
}

#[test]
fn a_filter_process_that_fails_is_ignored_or_refused() {
    let sandbox = made_by(&format!("{PROCESS}\necho words > fail.p"));
    let tree = capture(&sandbox.repo()).expect("captured");
    let (theirs, listed) = git_tree(&sandbox, &sandbox.path()).expect("added");
    assert_eq!(tree, theirs, "{listed}");
    sandbox.git(&["config", "filter.big.required", "true"]);
    git_tree(&sandbox, &sandbox.path()).expect_err("Git refuses");
    let refused = capture(&sandbox.repo()).expect_err("refused");
    assert_eq!(
        refused.to_string(),
        "the clean filter \"big\" failed for \"fail.p\""
    );
}

#[test]
fn the_facts_that_a_caller_needs_are_there() {
    let script = "git init -q $R/sub; echo s > $R/sub/s; git -C $R/sub add s; git -C $R/sub commit -qm s; \
        for s in clean dirty new moved; do git -c protocol.file.allow=always submodule add -q $R/sub $s; done; \
        echo a > a; echo b > b; git add -A; git commit -qm a; git update-index --assume-unchanged a; \
        echo x > dirty/s; echo n > new/n; git -C moved commit -q --allow-empty -m m; \
        printf '*.big filter=lfs\\n' > .gitattributes; echo 12345 > x.big; touch -d 2020-01-01 b";
    let sandbox = made_by(script);
    let repo = sandbox.repo();
    let found = repo
        .work_tree_changes(WorkTreeOptions::default())
        .expect("listed");
    assert_eq!(found.unwatched, 1);
    assert_eq!(found.base, Some(sandbox.oid("HEAD")));
    assert_eq!(found.base_tree, sandbox.oid("HEAD^{tree}"));
    let changed = repo.changed_inside(&found).expect("looked at");
    assert_eq!(changed, ["dirty", "new"]);
    let paths: Vec<_> = found
        .changes
        .iter()
        .map(|change| change.path.to_string())
        .collect();
    assert_eq!(paths, [".gitattributes", "moved", "x.big"]);
    let big = &found.changes[2];
    let kind = EntryKind::Blob;
    assert_eq!(big.after, Some(After::OnDisk { kind, size: 6 }));
    assert!(!big.tracked && found.changes[1].tracked);
    let mut reader = repo.work_tree_reader().expect("a reader");
    assert_eq!(reader.filter(big).expect("known").as_deref(), Some("lfs"));
    assert_eq!(reader.filter(&found.changes[0]).expect("known"), None);
    let tracked = repo.work_tree_changes(WorkTreeOptions { untracked: false });
    let tracked = tracked.expect("listed").changes;
    assert_eq!(tracked.len(), 1);
    assert_eq!(tracked[0].path, "moved");
}

#[test]
fn what_is_read_is_what_is_there_now() {
    let sandbox = made_by("echo a > a; echo b > b; echo c > c");
    let repo = sandbox.repo();
    let found = repo
        .work_tree_changes(WorkTreeOptions::default())
        .expect("listed");
    fs::write(sandbox.path().join("a"), "later").expect("written");
    fs::remove_file(sandbox.path().join("b")).expect("removed");
    fs::rename(sandbox.path().join("c"), sandbox.path().join("d")).expect("moved");
    fs::create_dir(sandbox.path().join("c")).expect("created");
    let mut reader = repo.work_tree_reader().expect("a reader");
    let mut read = |nth: usize| reader.read(&found.changes[nth]).expect("read");
    assert_eq!(read(0).expect("there").bytes, b"later");
    assert_eq!((read(1), read(2)), (None, None));
}
