//! The working tree as a snapshot, against `git add -A` in a copy of the index.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use git_plan::git::{After, Error, Oid, Repo, TreeSide, WorkTreeOptions};

use crate::support::{Sandbox, isolate, oid};

/// Stores the working tree as a snapshot; nothing is written before everything
/// has been read.
fn capture(repo: &Repo) -> Result<Oid, Error> {
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
        let mut command = Command::new("git");
        isolate(&mut command, &sandbox.root);
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

/// A repository made by a shell script that is run in it.
fn made_by(script: &str, init: &[&str]) -> Sandbox {
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

fn assert_like_git(name: &str, sandbox: &Sandbox, folder: &Path) {
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
        (Err(_), Err(_)) => {}
        (Ok(_), Err(theirs)) => panic!("{name}: Git refuses: {theirs}"),
        (Err(ours), Ok(_)) => panic!("{name}: we refuse: {ours:?}"),
    }
}

const START: &str = r#"
printf 'a\n' > a; printf 'b\n' > b; mkdir -p d/e; printf 'c\n' > d/c; printf 'e\n' > d/e/e
printf '#!/bin/sh\n' > run; chmod +x run; ln -s a link
git add -A; git commit -qm start
"#;

/// Each is one state of a repository, made after `START`.
const STATES: &[(&str, &str)] = &[
    ("clean", ""),
    (
        "modified, deleted, new, mode",
        "echo x > a; rm b; echo n > n; mkdir -p new/deep; echo n > new/deep/n; chmod +x d/c; chmod -x run",
    ),
    (
        "staged and unstaged apart",
        "echo x > a; git add a; echo y > a; echo z > d/c; git add d/c; echo n > n; git add n; rm n",
    ),
    (
        "staged deletion, file still there",
        "git rm -q --cached a; git rm -q --cached b; echo b > .gitignore",
    ),
    ("staged deletion of a folder", "git rm -rq d"),
    ("staged, then put back", "echo x > a; git add a; echo a > a"),
    (
        "ignore files of all levels",
        "echo x > d/x.log; echo '*.log' > .gitignore; echo '!keep.log' > d/.gitignore; echo k > d/keep.log; \
         echo out > .git/info/exclude; echo o > out; git config core.excludesFile $R/ignored; echo tmp > $R/ignored; \
         mkdir tmp; echo t > tmp/t; echo d > d/e/tmp",
    ),
    (
        "a tracked file that is ignored",
        "echo a > .gitignore; echo x > a; echo '/d/' >> .gitignore; echo y > d/c; echo z > d/z",
    ),
    (
        "a folder that is ignored but one file",
        "mkdir i; echo 1 > i/1; echo 2 > i/2; printf 'i/*\\n!i/2\\n' > .gitignore",
    ),
    (
        "autocrlf true",
        "git config core.autocrlf true; printf 'x\\r\\ny\\r\\n' > a; printf 'n\\r\\n' > n; printf 'n\\r\\0\\r\\n' > bin",
    ),
    (
        "autocrlf input",
        "git config core.autocrlf input; printf 'x\\r\\ny\\n' > a; printf 'n\\r\\n' > n; printf 'a\\rb\\r\\n' > lone",
    ),
    (
        "autocrlf, with CRLF in the index",
        "printf 'x\\r\\n' > crlf; git add crlf; git commit -qm c; git config core.autocrlf true; printf 'x\\r\\ny\\r\\n' > crlf",
    ),
    (
        "autocrlf, with CRLF in a conflict",
        "git config core.autocrlf false; git checkout -qb o; printf '1\\r\\n' > f; git add f; git commit -qm o; git checkout -q main; \
         printf '2\\r\\n' > f; git add f; git commit -qm m; git merge o > $R/log || true; git config core.autocrlf true; printf '3\\r\\n' > f",
    ),
    (
        "eol and text attributes",
        "printf '* text=auto\\n*.crlf text eol=crlf\\n*.bin -text\\n' > .gitattributes; printf 'x\\r\\n' > x.crlf; printf 'x\\r\\n' > x.bin; printf 'x\\r\\n' > x; printf '*.bin text\\n' > d/.gitattributes; printf 'x\\r\\n' > d/x.bin",
    ),
    (
        "info attributes",
        "printf '* text\\n' > .git/info/attributes; printf 'x\\r\\n' > a",
    ),
    (
        "attributes file",
        "git config core.attributesFile $R/attributes; printf '* text\\n' > $R/attributes; printf 'x\\r\\n' > a; printf 'x\\r\\n' > n",
    ),
    (
        "attributes deleted in the working tree",
        "printf '* text\\n' > .gitattributes; git add .gitattributes; git commit -qm at; rm .gitattributes; printf 'x\\r\\n' > a",
    ),
    (
        "attributes changed in the working tree",
        "printf 'x\\r\\n' > w; git add w; git commit -qm w; printf '* text\\n' > .gitattributes; printf 'x\\r\\ny\\r\\n' > w; touch a",
    ),
    (
        "safecrlf true, reversible",
        "git config core.autocrlf true; git config core.safecrlf true; printf 'x\\r\\n' > a",
    ),
    (
        "safecrlf true, irreversible",
        "git config core.autocrlf true; git config core.safecrlf true; printf 'x\\r\\ny\\n' > a",
    ),
    (
        "ident",
        "echo '* ident' > .gitattributes; printf '$Id$\\n' > a; printf '$Id: abc$\\n' > n",
    ),
    (
        "clean filter",
        "git config filter.up.clean 'tr a-z A-Z'; echo '*.up filter=up' > .gitattributes; echo hello > x.up; echo hello > x",
    ),
    (
        "clean filter with a path",
        "git config filter.p.clean \"sed 's|^|%f: |'\"; echo '* filter=p' > .gitattributes; echo hello > 'x y'; echo i > a",
    ),
    (
        "clean filter that is a script of the repository",
        "printf '#!/bin/sh\\nsed s/a/b/\\n' > f.sh; chmod +x f.sh; git config filter.f.clean ./f.sh; echo '*.f filter=f' > .gitattributes; echo aa > d/x.f",
    ),
    (
        "clean filter and line endings",
        "git config filter.up.clean 'tr a-z A-Z'; echo '*.up filter=up text' > .gitattributes; printf 'hello\\r\\n' > x.up",
    ),
    (
        "clean filter of much content",
        "git config filter.up.clean cat; echo '* filter=up' > .gitattributes; yes hello | head -c 3000000 > x",
    ),
    (
        "clean filter that reads nothing",
        "git config filter.up.clean 'echo nothing'; echo '*.x filter=up' > .gitattributes; yes hello | head -c 3000000 > x.x",
    ),
    (
        "required clean filter that fails",
        "git config filter.bad.clean false; git config filter.bad.required true; echo 'n filter=bad' > .gitattributes; echo x > n",
    ),
    (
        "clean filter that fails",
        "git config filter.bad.clean 'cat; false'; echo 'n filter=bad' > .gitattributes; echo x > n",
    ),
    (
        "clean filter that is not there",
        "git config filter.bad.clean no-such-program; echo 'n filter=bad' > .gitattributes; echo x > n",
    ),
    (
        "required clean filter that is not there",
        "git config filter.bad.clean no-such-program; git config filter.bad.required true; echo 'n filter=bad' > .gitattributes; echo x > n",
    ),
    (
        "required filter without a program",
        "git config filter.bad.required true; echo 'n filter=bad' > .gitattributes; echo x > n",
    ),
    (
        "filter without a section",
        "echo 'n filter=lfs' > .gitattributes; echo x > n",
    ),
    (
        "empty filter commands",
        "git config filter.e.clean ''; git config filter.e.process ''; git config filter.e.required false; echo 'n filter=e' > .gitattributes; echo x > n",
    ),
    (
        "empty process, with a clean command",
        "git config filter.e.clean 'tr a-z A-Z'; git config filter.e.process ''; git config filter.e.required true; echo 'n filter=e' > .gitattributes; echo x > n",
    ),
    (
        "required filter, touched file",
        "git config filter.bad.clean cat; git config filter.bad.required true; echo 'n filter=bad' > .gitattributes; echo x > n; git add n; git commit -qm n; git config filter.bad.clean false; echo yy > n",
    ),
    (
        "required filter that fails on an unchanged file",
        "git config filter.bad.clean cat; git config filter.bad.required true; echo 'n filter=bad' > .gitattributes; echo x > n; touch -d 2020-01-01 n; git add -A; git commit -qm n; git config filter.bad.clean false; echo x > a",
    ),
    (
        "symlinks",
        "ln -s d ld; ln -s nothing ln; ln -s /abs/path la; rm link; ln -s b link; ln -s . here",
    ),
    ("file to folder", "rm a; mkdir a; echo x > a/x"),
    ("folder to file", "rm -r d; echo x > d"),
    ("file to symlink", "rm a; ln -s b a"),
    ("symlink to file", "rm link; echo b > link"),
    ("folder to symlink", "mv d real; ln -s real d"),
    ("folder to dangling symlink", "rm -r d; ln -s nowhere d"),
    ("symlink to folder", "rm link; mkdir link; echo x > link/x"),
    ("folder to empty folder", "rm -r d; mkdir d"),
    ("empty folders", "mkdir -p x/y/z; mkdir e"),
    ("intent to add", "echo n > n; git add -N n"),
    ("intent to add, gone", "echo n > n; git add -N n; rm n"),
    ("intent to add, empty", ": > n; git add -N n"),
    (
        "intent to add, now a folder",
        "echo n > n; git add -N n; rm n; mkdir n; echo m > n/m",
    ),
    (
        "assume unchanged",
        "git update-index --assume-unchanged a b; echo x > a; rm b",
    ),
    (
        "skip worktree, present",
        "git update-index --skip-worktree a; echo x > a",
    ),
    (
        "skip worktree, gone",
        "git update-index --skip-worktree a d/c d/e/e; rm a; rm -r d",
    ),
    (
        "skip worktree, a file in place of the folder",
        "git update-index --skip-worktree d/c d/e/e; rm -r d; echo x > d",
    ),
    (
        "skip worktree, a folder in place of the file",
        "git update-index --skip-worktree a; rm a; mkdir a; echo x > a/x",
    ),
    (
        "skip worktree with a staged change",
        "echo x > a; git add a; git update-index --skip-worktree a; echo y > a",
    ),
    (
        "odd paths",
        "echo 1 > 'a b'; echo 2 > 'q\"q'; printf 3 > \"$(printf 't\\tt')\"; printf 4 > \"$(printf 'n\\nn')\"; echo 5 > 'b\\s'; echo 6 > \"$(printf '\\377\\376')\"; mkdir con; echo 7 > con/aux; echo 8 > ' lead'; echo 9 > 'trail '; echo 10 > 'a*?[x]'; echo 11 > ':(top)'; echo 12 > -dash; echo 13 > 'ü'",
    ),
    (
        "names that are near .git",
        "echo 1 > .gitx; echo 2 > .git-; echo 3 > git; mkdir .github; echo 4 > .github/x; echo 5 > .gitmodules.bak",
    ),
    (
        "no file modes",
        "git config core.fileMode false; chmod +x a; chmod -x run; echo x > n; chmod +x n; echo y >> run",
    ),
    (
        "no symlinks",
        "git config core.symlinks false; rm link; printf b > link; printf x > n; ln -s a real",
    ),
    (
        "no symlinks, filtered",
        "git config core.symlinks false; git config core.autocrlf input; rm link; printf 'b\\r\\n' > link",
    ),
    (
        "group may execute",
        "chmod 0654 a; chmod 0744 b; chmod 0611 run",
    ),
    (
        "fifo and socket",
        "mkfifo pipe; mkfifo d/pipe; perl -MIO::Socket::UNIX -e 'IO::Socket::UNIX->new(Local=>\"sock\",Listen=>1)'",
    ),
    ("fifo in place of a file", "rm a; mkfifo a"),
    (
        "fifo in place of an empty file",
        ": > z; git add z; git commit -qm z; rm z; mkfifo z",
    ),
    (
        "UTF-16",
        "echo '*.u text working-tree-encoding=UTF-16' > .gitattributes; printf '\\377\\376h\\000i\\000\\n\\000' > x.u",
    ),
    (
        "UTF-16LE",
        "echo '*.u text working-tree-encoding=UTF-16LE' > .gitattributes; printf 'h\\000i\\000\\n\\000' > x.u",
    ),
    (
        "UTF-16BE",
        "echo '*.u text working-tree-encoding=UTF-16BE eol=crlf' > .gitattributes; printf '\\000h\\000i\\000\\r\\000\\n' > x.u",
    ),
    (
        "UTF-16 big",
        "echo '*.u text working-tree-encoding=UTF-16' > .gitattributes; printf '\\376\\377\\000h\\000i\\000\\n' > x.u",
    ),
    (
        "UTF-16LE with BOM",
        "echo '*.u text working-tree-encoding=UTF-16LE-BOM' > .gitattributes; printf '\\377\\376h\\000i\\000\\n\\000' > x.u",
    ),
    (
        "UTF-16 without BOM",
        "echo '*.u text working-tree-encoding=UTF-16' > .gitattributes; printf 'h\\000i\\000\\n\\000' > x.u",
    ),
    (
        "UTF-16LE with a BOM that is forbidden",
        "echo '*.u text working-tree-encoding=UTF-16LE' > .gitattributes; printf '\\377\\376h\\000i\\000\\n\\000' > x.u",
    ),
    (
        "UTF-32",
        "echo '*.u text working-tree-encoding=UTF-32' > .gitattributes; printf '\\377\\376\\000\\000h\\000\\000\\000' > x.u",
    ),
    (
        "UTF-8 as encoding",
        "echo '*.u text working-tree-encoding=UTF-8' > .gitattributes; printf 'h\\303\\274\\n' > x.u",
    ),
    (
        "Latin 1",
        "echo '*.u text working-tree-encoding=ISO-8859-1' > .gitattributes; printf 'h\\374\\n' > x.u",
    ),
    (
        "Shift JIS",
        "echo '*.u text working-tree-encoding=SHIFT-JIS' > .gitattributes; printf '\\202\\240\\n' > x.u",
    ),
    (
        "broken UTF-16",
        "echo '*.u text working-tree-encoding=UTF-16BE' > .gitattributes; printf '\\330\\000\\000h\\001' > x.u",
    ),
    (
        "unknown encoding",
        "echo '*.u text working-tree-encoding=nonsense' > .gitattributes; printf 'hi\\n' > x.u",
    ),
    (
        "encoding true",
        "echo '*.u text working-tree-encoding' > .gitattributes; printf 'hi\\n' > x.u",
    ),
    (
        "split index",
        "git config core.splitIndex true; git update-index --split-index; echo x > a; git add a; echo y > b; echo n > n",
    ),
    (
        "index version 4",
        "git update-index --index-version 4; echo x > a; git add a; echo y > b; echo n > n",
    ),
    (
        "untracked cache",
        "git config core.untrackedCache true; git update-index --untracked-cache; git status > $R/log; echo x > a; echo n > n; echo o > d/o",
    ),
    (
        "monitor of files",
        "printf '#!/bin/sh\\ntouch '$R'/ran\\n' > $R/monitor; chmod +x $R/monitor; git config core.fsmonitor $R/monitor; git update-index --fsmonitor; git status > $R/log; rm -f $R/ran; echo x > a; echo n > n",
    ),
    (
        "ignoring case",
        "git config core.ignoreCase true; echo x > A; echo y > New",
    ),
    (
        "racy",
        "echo 1 > r; git add r; git commit -qm r; echo 2 > r",
    ),
    (
        "racy and smudged",
        "echo 1 > r; git add r; echo 2 > r; echo 3 > s; git add s",
    ),
    (
        "same content, new time",
        "touch -d 2020-01-01 a; cp d/c x; mv x d/c",
    ),
    (
        "trustctime off",
        "git config core.trustctime false; git config core.checkStat minimal; echo x > a; chmod +x b",
    ),
    (
        "nothing staged since a commit",
        "git read-tree HEAD; echo x > a",
    ),
    ("index deleted", "rm .git/index"),
    (
        "index of another commit",
        "echo x > a; git commit -qam x; git symbolic-ref HEAD refs/heads/other; git update-ref HEAD HEAD~1 2> $R/log || git update-ref refs/heads/other main~1; echo y > b",
    ),
    (
        "unborn branch",
        "git symbolic-ref HEAD refs/heads/new; echo x > a",
    ),
    ("detached", "git checkout -q --detach; echo x > a"),
    ("large file", "head -c 20000000 /dev/zero > big; echo x > a"),
    (
        "bigFileThreshold with autocrlf",
        "git config core.bigFileThreshold 100; git config core.autocrlf input; yes 'x\r' | head -c 5000 > big",
    ),
    (
        "shared and replaced objects",
        "git replace HEAD:a HEAD:b; echo x > b",
    ),
    (
        "replaced tree",
        "git replace HEAD^{tree} $(git mktree < /dev/null) 2> $R/log || true; echo x > b",
    ),
    (
        "a file named like a folder with a suffix",
        "mkdir x; echo 1 > x/1; echo 2 > x.a; echo 3 > x-a; echo 4 > x0; git add x; rm -r d; echo d > d.x",
    ),
    (
        "sparse checkout, cone",
        "mkdir s t; echo s > s/s; echo t > t/t; git add .; git commit -qm st; git sparse-checkout set --cone s; echo x > s/s; echo n > s/n; echo m > m; mkdir -p t; echo o > t/o",
    ),
    (
        "sparse checkout, no cone",
        "git sparse-checkout set --no-cone '/*' '!/d/'; echo x > a; mkdir d; echo y > d/c; echo n > n",
    ),
    (
        "sparse index",
        "mkdir s t; echo s > s/s; echo t > t/t; git add .; git commit -qm st; git sparse-checkout set --cone --sparse-index s; echo x > s/s; echo n > s/n; git rm -q --cached a",
    ),
    (
        "sparse index, clean",
        "mkdir s t; echo s > s/s; echo t > t/t; git add .; git commit -qm st; git sparse-checkout set --cone --sparse-index s",
    ),
    (
        "sparse checkout off again",
        "git sparse-checkout set --cone d; git sparse-checkout disable; echo x > a",
    ),
    (
        "sparse configuration without patterns",
        "git config core.sparseCheckout true; echo x > a; git add a; echo y > a",
    ),
];

const CONFLICTS: &str = r#"
printf '1\n2\n3\n' > both; printf 'm\n' > ours; printf 't\n' > theirs; printf 'x\n' > mode
git add -A; git commit -qm base
git checkout -qb other; printf '1\nO\n3\n' > both; git rm -q ours; printf 'T\n' > theirs; printf 'O\n' > added; chmod +x mode; printf 'y\n' > mode
git add -A; git commit -qm other
git checkout -q main; printf '1\nM\n3\n' > both; printf 'M\n' > ours; git rm -q theirs; printf 'M\n' > added; printf 'z\n' > mode
git add -A; git commit -qm mine
git merge other > $R/log 2>&1 || true
"#;

/// After `START` and `CONFLICTS`.
const CONFLICTED: &[(&str, &str)] = &[
    ("as merged", ""),
    (
        "resolved on disk",
        "echo r > both; rm ours; echo k > theirs; echo a > added",
    ),
    ("all deleted", "rm -f both ours theirs added mode"),
    ("folder in place", "rm both; mkdir both; echo x > both/x"),
    ("symlink in place", "rm both; ln -s a both"),
    (
        "without file modes",
        "git config core.fileMode false; echo r > both; chmod +x both; chmod -x mode",
    ),
    (
        "part resolved",
        "git add both; git rm -q ours; echo later > both",
    ),
    (
        "another repository in place",
        "rm both; git init -q both; git -C both commit -q --allow-empty -m x",
    ),
];

/// Stages made by hand: every combination, with and without the file.
#[test]
fn every_combination_of_stages_is_captured_as_git_would() {
    let mut script = String::from(
        "A=$(git rev-parse HEAD:a); B=$(git rev-parse HEAD:b); git rm -q --cached a b; git update-index --index-info <<END\n",
    );
    for stages in 1..8 {
        for stage in 1..=3 {
            if stages >> (stage - 1) & 1 == 1 {
                let mode = ["100644", "100755", "120000"][(stage - 1) as usize];
                let blob = if stage == 2 { "$A" } else { "$B" };
                script.push_str(&format!("{mode} {blob} {stage}\tthere{stages}\n"));
                script.push_str(&format!("{mode} {blob} {stage}\tgone{stages}\n"));
                script.push_str(&format!("{mode} {blob} {stage}\tlink/behind{stages}\n"));
            }
        }
    }
    script.push_str("END\nfor n in 1 2 3 4 5 6 7; do echo $n > there$n; done; mkdir z; echo 3 > z/behind3; ln -sfn z link\n");
    for config in [
        "",
        "git config core.fileMode false",
        "git config core.symlinks false",
    ] {
        let sandbox = made_by(&format!("{START}\n{script}{config}"), &[]);
        assert_like_git(config, &sandbox, &sandbox.path());
    }
}

const SUBMODULES: &str = r#"
git init -q $R/sub; echo s > $R/sub/s; git -C $R/sub add s; git -C $R/sub commit -qm s1
git -c protocol.file.allow=always submodule add -q $R/sub sub
git -c protocol.file.allow=always submodule add -q $R/sub lib/sub
git commit -qm subs
"#;

const WITH_SUBMODULES: &[(&str, &str)] = &[
    ("clean", ""),
    ("dirty", "echo x > sub/s; echo n > lib/sub/n; echo y > a"),
    ("moved", "git -C sub commit -q --allow-empty -m s2"),
    (
        "moved and staged",
        "git -C sub commit -q --allow-empty -m s2; git add sub; git -C sub commit -q --allow-empty -m s3",
    ),
    ("removed", "rm -r sub"),
    ("emptied", "rm -rf sub; mkdir sub"),
    (
        "emptied, with files",
        "rm -rf sub; mkdir sub; echo x > sub/x",
    ),
    ("file in place", "rm -rf sub; echo x > sub"),
    ("symlink in place", "rm -rf sub; ln -s lib/sub sub"),
    ("not initialised", "git submodule deinit -q -f sub lib/sub"),
    (
        "without .gitmodules",
        "rm .gitmodules; git -C sub commit -q --allow-empty -m s2",
    ),
    (
        "ignore all",
        "git config submodule.sub.ignore all; git -C sub commit -q --allow-empty -m s2",
    ),
    (
        "ignore all in .gitmodules",
        "git config -f .gitmodules submodule.sub.ignore all; git -C sub commit -q --allow-empty -m s2",
    ),
    (
        "diff.ignoreSubmodules all",
        "git config diff.ignoreSubmodules all; git -C sub commit -q --allow-empty -m s2",
    ),
    (
        "inactive",
        "git config submodule.sub.active false; git -C sub commit -q --allow-empty -m s2",
    ),
    (
        "repository in place of a file",
        "rm a; git init -q a; git -C a commit -q --allow-empty -m x",
    ),
];

const NESTED: &[(&str, &str)] = &[
    (
        "with a commit",
        "git init -q n; echo x > n/x; git -C n add x; git -C n commit -qm x; echo y > n/y",
    ),
    (
        "deep",
        "mkdir -p p/q; git init -q p/q/n; git -C p/q/n commit -q --allow-empty -m x; echo y > p/y",
    ),
    ("without a commit", "git init -q n; echo x > n/x"),
    (
        "without a commit, ignored",
        "git init -q n; echo x > n/x; echo n > .gitignore",
    ),
    (
        "with a commit, ignored",
        "git init -q n; git -C n commit -q --allow-empty -m x; echo /n/ > .gitignore",
    ),
    ("bare", "git init -q --bare n.git"),
    (".git is an empty folder", "mkdir -p n/.git; echo x > n/x"),
    (
        ".git is a file of words",
        "mkdir n; echo words > n/.git; echo x > n/x",
    ),
    (
        ".git file to nowhere",
        "mkdir n; echo 'gitdir: nowhere' > n/.git; echo x > n/x",
    ),
    (
        "detached",
        "git init -q n; git -C n commit -q --allow-empty -m x; git -C n checkout -q --detach",
    ),
    (
        "packed refs",
        "git init -q n; git -C n commit -q --allow-empty -m x; git -C n pack-refs --all",
    ),
    (
        "reftable",
        "git init -q --ref-format=reftable n; git -C n commit -q --allow-empty -m x",
    ),
    (
        "worktree inside",
        "git worktree add -q inside; echo x > inside/x",
    ),
    (
        "around tracked files",
        "git init -q d; echo n > d/n; echo x > d/c",
    ),
    (
        "around tracked files, with a commit",
        "git init -q d; git -C d commit -q --allow-empty -m x; echo n > d/n; echo x > d/c",
    ),
    (
        "staged as a link",
        "git init -q n; git -C n commit -q --allow-empty -m x; git add n 2> $R/log; git -C n commit -q --allow-empty -m y",
    ),
];

fn check(states: &[(&str, &str)], start: &str) {
    for (name, script) in states {
        let sandbox = made_by(&format!("{start}\n{script}"), &[]);
        assert_like_git(name, &sandbox, &sandbox.path());
        assert!(!sandbox.root.join("ran").exists(), "{name}: a program ran");
    }
}

#[test]
fn every_state_is_captured_as_git_would() {
    check(STATES, START);
}

#[test]
fn conflicts_are_captured_as_git_would() {
    check(CONFLICTED, &format!("{START}\n{CONFLICTS}"));
}

#[test]
fn submodules_are_captured_as_git_would() {
    check(WITH_SUBMODULES, &format!("{START}\n{SUBMODULES}"));
}

/// `git add` refuses these; what the index has says all that can be said.
#[test]
fn a_submodule_without_a_commit_is_what_the_index_has() {
    for script in [
        "git -C sub checkout -q --orphan new",
        "echo 'gitdir: nowhere' > sub/.git",
    ] {
        let sandbox = made_by(&format!("{START}\n{SUBMODULES}\n{script}\necho x > a"), &[]);
        let tree = capture(&sandbox.repo()).expect("captured");
        assert_eq!(sandbox.oid(&format!("{tree}:sub")), sandbox.oid("HEAD:sub"));
    }
}

#[test]
fn repositories_inside_are_captured_as_git_would() {
    check(NESTED, START);
}
