//! Patches, with Git as the referee: random changes of random trees, and patches that are damaged.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use git_plan::git::{EntryKind, Repo};
use git_plan::model::FileStatus;
use git_plan::model::visible::is_deceptive;
use git_plan::patch::{self, FileChange, Side};
use git_plan::render::diff::{Form, Show};
use git_plan::render::style::Paint;
use git_plan::render::table::Canvas;
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tempfile::TempDir;

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Larger than any file here.
const LIMIT: u64 = 10_000_000;

/// A file in a tree: what it is, and its bytes.
type File = (EntryKind, Vec<u8>);

/// Files by path; none lies behind another.
type Tree = BTreeMap<Vec<u8>, File>;

/// Paths that are hard to quote, to split, to order.
const PATHS: [&[u8]; 22] = [
    b"plain",
    b"two words",
    b" blanks ",
    b"tab\there",
    b"new\nline",
    b"quote\"d",
    b"back\\slash",
    "\u{e9}\u{202e}".as_bytes(),
    b"\xff\xfe",
    b"\x7f \x01",
    b"d",
    b"d/x",
    b"d/y z/y z",
    b"d.txt",
    b"d b/d",
    b"b/d",
    b"-x",
    b"--- a",
    b"dev/null",
    b"a/a b/a",
    b"\"",
    b"@@ -1 +1 @@",
];

fn line() -> impl Strategy<Value = Vec<u8>> {
    let lines: Vec<&[u8]> = vec![
        b"a\n",
        b"b\n",
        b"c\n",
        b"\n",
        b"\r\n",
        b"a\r\n",
        b"lone\rreturn\n",
        b"-- a\n",
        b"++ b\n",
        b"\\ No newline at end of file\n",
        b"\xff\xfe\n",
        b"trailing \t\n",
        b"@@ -1 +1 @@\n",
        b"diff --git a/x b/x\n",
    ];
    select(lines).prop_map(<[u8]>::to_vec)
}

/// A text of many lines or few, or bytes; any may lack the last line break.
fn content() -> impl Strategy<Value = Vec<u8>> {
    let text = vec(line(), 0..40).prop_map(|lines| lines.concat());
    let no_break = text.prop_flat_map(|text| {
        let end = prop_oneof![2 => Just(&b""[..]), 1 => Just(&b"end"[..]), 1 => Just(&b"\r"[..])];
        end.prop_map(move |end| [text.as_slice(), end].concat())
    });
    let bytes = vec(any::<u8>(), 0..300);
    let nul = vec(select(vec![0_u8, b'a', b'\n']), 1..80);
    prop_oneof![6 => no_break, 1 => bytes, 1 => nul]
}

fn kind() -> impl Strategy<Value = EntryKind> {
    prop_oneof![
        6 => Just(EntryKind::Blob),
        2 => Just(EntryKind::Executable),
        1 => Just(EntryKind::Symlink),
        1 => Just(EntryKind::Commit),
    ]
}

fn file() -> impl Strategy<Value = File> {
    (kind(), content())
}

fn path() -> impl Strategy<Value = Vec<u8>> {
    select(PATHS.to_vec()).prop_map(<[u8]>::to_vec)
}

/// What becomes of a file: it goes, it stays, its lines change, its kind does, all of it does.
#[derive(Debug, Clone)]
enum Fate {
    Gone,
    Stays,
    Edited(Vec<(Index, Index, Vec<u8>)>),
    Another(EntryKind),
    New(File),
}

fn fate() -> impl Strategy<Value = Fate> {
    let edit = (any::<Index>(), any::<Index>(), content());
    prop_oneof![
        1 => Just(Fate::Gone),
        1 => Just(Fate::Stays),
        4 => vec(edit, 1..4).prop_map(Fate::Edited),
        1 => kind().prop_map(Fate::Another),
        1 => file().prop_map(Fate::New),
    ]
}

fn edited(content: &[u8], edits: &[(Index, Index, Vec<u8>)]) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = content
        .split_inclusive(|byte| *byte == b'\n')
        .map(<[u8]>::to_vec)
        .collect();
    for (from, count, new) in edits {
        let from = from.index(lines.len() + 1);
        let to = (from + count.index(3)).min(lines.len());
        lines.splice(from..to, [new.iter().take(6).copied().collect()]);
    }
    lines.concat()
}

/// Two trees, the second made of the first.
fn trees() -> impl Strategy<Value = (Tree, Tree)> {
    let before = btree_map(path(), file(), 0..8);
    let new = btree_map(path(), file(), 0..4);
    (before, vec(fate(), 8), new).prop_map(|(before, fates, new)| {
        let before = tree(before);
        let mut after = new;
        for ((path, file), fate) in before.iter().zip(fates) {
            let (kind, content) = file;
            let file = match fate {
                Fate::Gone => continue,
                Fate::Stays => file.clone(),
                Fate::Edited(edits) => (*kind, edited(content, &edits)),
                Fate::Another(kind) => (kind, content.clone()),
                Fate::New(file) => file,
            };
            after.entry(path.clone()).or_insert(file);
        }
        (before, tree(after))
    })
}

/// The files that can be in one tree: none behind another. Links have a target.
fn tree(files: Tree) -> Tree {
    let mut tree = Tree::new();
    for (path, (kind, content)) in files {
        let is_behind = |other: &Vec<u8>| {
            let rest = path.strip_prefix(other.as_slice());
            rest.is_some_and(|rest| rest.starts_with(b"/"))
        };
        let is_empty_link = kind == EntryKind::Symlink && content.is_empty();
        if !is_empty_link && !tree.keys().any(is_behind) {
            tree.insert(path, (kind, content));
        }
    }
    tree
}

/// A repository of which only the index and the objects matter.
struct Sandbox {
    folder: TempDir,
    repo: Repo,
}

impl Sandbox {
    fn new(format: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let format = format!("--object-format={format}");
        let output = git(&root).args(["init", "-q", &format]).output().unwrap();
        assert!(output.status.success());
        let repo = Repo::discover(&root).unwrap();
        Self { folder, repo }
    }

    fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// Runs git with an input; it must succeed.
    fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        let output = fed(git(&self.root()).args(arguments), input);
        let error = String::from_utf8_lossy(&output.stderr);
        let shown = String::from_utf8_lossy(input);
        assert!(output.status.success(), "{arguments:?}: {error}\n{shown}");
        output.stdout
    }

    /// The file with its object, which is stored; a submodule's commit is made up of its content.
    fn side(&self, file: &File) -> Side<'static> {
        let (kind, content) = file;
        let mut writer = self.repo.writer().unwrap();
        let oid = writer.write_blob(content).unwrap();
        match kind {
            EntryKind::Commit => Side::submodule(oid),
            _ => Side::new(*kind, oid, content.clone()),
        }
    }

    fn changes(&self, before: &Tree, after: &Tree) -> Vec<FileChange<'static>> {
        let side = |file: Option<&File>| file.map(|file| self.side(file));
        let mut paths: Vec<&Vec<u8>> = before.keys().chain(after.keys()).collect();
        paths.sort();
        paths.dedup();
        let change = |path: &Vec<u8>| FileChange {
            path: path.clone().into(),
            before: side(before.get(path)),
            after: side(after.get(path)),
        };
        let same = |side: &Option<Side<'_>>| side.as_ref().map(|side| (side.kind, side.oid));
        let changes = paths.into_iter().map(change);
        changes
            .filter(|change| same(&change.before) != same(&change.after))
            .collect()
    }

    /// The entries of the index that holds the tree, as git lists them.
    fn entries(&self, tree: &Tree) -> String {
        self.listed(tree).escape_ascii().to_string()
    }

    fn listed(&self, tree: &Tree) -> Vec<u8> {
        let mut entries = Vec::new();
        for (path, file) in tree {
            let side = self.side(file);
            write!(entries, "{} {} 0\t", side.kind.mode(), side.oid).unwrap();
            entries.extend(path);
            entries.push(0);
        }
        entries
    }

    fn fill_index(&self, tree: &Tree) {
        self.git(&["read-tree", "--empty"], b"");
        self.git(&["update-index", "-z", "--index-info"], &self.listed(tree));
    }

    fn index(&self) -> String {
        let listed = self.git(&["ls-files", "-s", "-z"], b"");
        listed.escape_ascii().to_string()
    }
}

fn git(folder: &Path) -> Command {
    let mut command = Command::new("git");
    command
        .env_clear()
        .env("PATH", std::env::var_os("PATH").unwrap_or_default())
        .env("HOME", folder)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .current_dir(folder);
    command
}

fn fed(command: &mut Command, input: &[u8]) -> Output {
    let command = command.stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    // A program that refuses its input need not read it.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn written(changes: &[FileChange<'_>]) -> Vec<u8> {
    let mut patch = Vec::new();
    changes
        .iter()
        .for_each(|change| change.diff().write(&mut patch));
    patch
}

/// What our own reader makes of the patch is what the changes are.
fn read_back(changes: &[FileChange<'_>], patch: &[u8]) {
    let files = patch::parse(patch).unwrap();
    let mut files = files.iter();
    for change in changes {
        let mut sides = vec![(change.before.as_ref(), change.after.as_ref())];
        if change.status() == FileStatus::TypeChanged {
            sides = vec![
                (change.before.as_ref(), None),
                (None, change.after.as_ref()),
            ];
        }
        for (before, after) in sides {
            let file = files.next().unwrap();
            assert_eq!(file.path, *change.path);
            assert_eq!(
                file.before.map(|side| side.kind),
                before.map(|side| side.kind)
            );
            assert_eq!(
                file.after.map(|side| side.kind),
                after.map(|side| side.kind)
            );
            let is_commit = before.or(after).unwrap().kind == EntryKind::Commit;
            if !is_commit {
                let old = before.map_or(&[][..], |side| &side.content);
                let new = after.map_or(&[][..], |side| &side.content);
                assert_eq!(file.apply(old, LIMIT).unwrap(), new);
            }
            if let Some(oid) = file.after.and_then(|side| side.oid) {
                assert_eq!(oid, after.unwrap().oid);
            }
        }
    }
    assert!(files.next().is_none());
}

/// What `git apply --numstat` says of the changes: a line for each piece.
fn numstat(changes: &[FileChange<'_>]) -> (u64, u64, usize) {
    let stats = changes.iter().map(|change| change.diff().stats());
    stats.fold((0, 0, 0), |sum, stats| {
        let binary = usize::from(stats.binary);
        (sum.0 + stats.added, sum.1 + stats.removed, sum.2 + binary)
    })
}

fn numstat_of_git(sandbox: &Sandbox, patch: &[u8]) -> (u64, u64, usize) {
    let text = sandbox.git(&["apply", "--numstat", "-z"], patch);
    let mut sum = (0, 0, 0);
    let lines = text
        .split(|byte| *byte == 0)
        .filter(|line| !line.is_empty());
    for line in lines {
        let mut fields = line.split(|byte| *byte == b'\t');
        let mut number = || String::from_utf8(fields.next().unwrap().to_vec()).unwrap();
        match (number().parse::<u64>(), number().parse::<u64>()) {
            (Ok(added), Ok(removed)) => sum = (sum.0 + added, sum.1 + removed, sum.2),
            _ => sum.2 += 1,
        }
    }
    sum
}

fn judge(sandbox: &Sandbox, before: &Tree, after: &Tree) {
    let changes = sandbox.changes(before, after);
    let patch = written(&changes);
    read_back(&changes, &patch);
    if changes.is_empty() {
        assert!(patch.is_empty());
        return;
    }
    sandbox.fill_index(before);
    assert_eq!(sandbox.index(), sandbox.entries(before));
    sandbox.git(&["apply", "--cached"], &patch);
    assert_eq!(sandbox.index(), sandbox.entries(after));
    let types = changes
        .iter()
        .filter(|change| change.status() == FileStatus::TypeChanged);
    if types.count() == 0 {
        assert_eq!(numstat_of_git(sandbox, &patch), numstat(&changes));
    }
    // Git 2.47 itself brings a deleted file back as an ordinary one, whatever its mode was.
    let is_lost = |change: &FileChange<'_>| {
        let kind = change.before.as_ref().map(|side| side.kind);
        change.status() != FileStatus::Modified && !matches!(kind, None | Some(EntryKind::Blob))
    };
    if !changes.iter().any(is_lost) {
        sandbox.git(&["apply", "-R", "--cached"], &patch);
        assert_eq!(sandbox.index(), sandbox.entries(before));
    }
}

#[test]
fn git_takes_every_patch_and_our_own_reader_does() {
    let sandbox = Sandbox::new("sha1");
    proptest!(config(100), |((before, after) in trees())| {
        judge(&sandbox, &before, &after);
    });
}

#[test]
fn git_takes_patches_with_longer_ids() {
    let sandbox = Sandbox::new("sha256");
    proptest!(config(10), |((before, after) in trees())| {
        judge(&sandbox, &before, &after);
    });
}

/// What an editor, or somebody with bad intent, may do to a patch.
#[derive(Debug, Clone)]
enum Damage {
    Byte(Index, u8),
    Cut(Index, Index),
    Twice(Index),
    Number(Index, u64),
    Insert(Index, &'static [u8]),
}

fn damage() -> impl Strategy<Value = Damage> {
    let pieces: Vec<&'static [u8]> = vec![
        b"\n",
        b"diff --git a/x b/x\n",
        b"new file mode 100644\n",
        b"index ",
        b"--- /dev/null\n",
        b"@@ -1 +1 @@\n",
        b"@@ -0,0 +18446744073709551615,1 @@\n",
        b"\\ No newline at end of file\n",
        b"GIT binary patch\n",
        b"literal 18446744073709551615\n",
        b"delta 9\n",
        b"zzzzzz\n",
        b"\"",
        b"\\3",
        b"../",
        b"/",
    ];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Damage::Byte(at, byte)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Damage::Cut(from, to)),
        any::<Index>().prop_map(Damage::Twice),
        (any::<Index>(), any::<u64>()).prop_map(|(at, number)| Damage::Number(at, number)),
        (any::<Index>(), select(pieces)).prop_map(|(at, piece)| Damage::Insert(at, piece)),
    ]
}

fn damaged(patch: &mut Vec<u8>, damage: &Damage) {
    let place = |at: &Index| at.index(patch.len() + 1);
    match damage {
        Damage::Byte(at, byte) => {
            let at = place(at);
            patch.splice(at..(at + 1).min(patch.len()), [*byte]);
        }
        Damage::Cut(from, to) => {
            let (from, to) = (place(from), place(to));
            patch.drain(from.min(to)..from.max(to));
        }
        Damage::Twice(at) => {
            let piece = patch[place(at)..].to_vec();
            patch.extend(piece);
        }
        Damage::Number(at, number) => {
            let at = place(at);
            let digits: Vec<u8> = patch[at..]
                .iter()
                .copied()
                .take_while(u8::is_ascii_digit)
                .collect();
            patch.splice(at..at + digits.len(), number.to_string().into_bytes());
        }
        Damage::Insert(at, piece) => {
            let at = place(at);
            patch.splice(at..at, piece.iter().copied());
        }
    }
}

/// A damaged patch is refused, or is read as the changes that Git would read.
#[test]
fn a_damaged_patch_never_panics() {
    let sandbox = Sandbox::new("sha1");
    let damages = vec(damage(), 1..4);
    proptest!(config(600), |((before, after) in trees(), damages in damages)| {
        let mut patch = written(&sandbox.changes(&before, &after));
        damages.iter().for_each(|damage| damaged(&mut patch, damage));
        for file in patch::parse(&patch).unwrap_or_default() {
            let old = before.get(&file.path).map_or(&[][..], |file| &file.1);
            let _ = file.apply(old, LIMIT);
            let _ = file.apply(b"a\nb\n", 10);
            let _ = file.stats();
        }
    });
}

/// The deltas that Git makes of large binary files that differ little.
#[test]
fn a_delta_of_git_is_read() {
    let sandbox = Sandbox::new("sha1");
    let before: Vec<u8> = (0..200_000_u32)
        .flat_map(|n| (n.wrapping_mul(2_654_435_761)).to_be_bytes())
        .collect();
    let mut after = before.clone();
    after.splice(70_000..70_003, *b"other");
    let blob =
        |content: &Vec<u8>| Tree::from([(b"file".to_vec(), (EntryKind::Blob, content.clone()))]);
    sandbox.fill_index(&blob(&before));
    let tree = sandbox.git(&["write-tree"], b"");
    sandbox.fill_index(&blob(&after));
    let tree = String::from_utf8(tree).unwrap();
    let diff = ["diff", "--cached", "--binary", "--full-index", tree.trim()];
    let patch = sandbox.git(&diff, b"");
    assert!(patch.windows(7).any(|window| window == b"\ndelta "));
    let files = patch::parse(&patch).unwrap();
    assert_eq!(files[0].apply(&before, LIMIT).unwrap(), after);
    assert!(files[0].apply(&after, LIMIT).is_err());
    assert!(files[0].apply(&before, 1000).is_err());
}

/// A path and its text stand for each other, whatever bytes it is made of.
#[test]
fn a_path_as_text_is_one_path() {
    let odd = select(vec![
        b'"', b'\\', b'\n', b'n', b'0', b'7', 0xc3, 0xa9, 0x7f, 0x1b,
    ]);
    let bytes = vec(prop_oneof![any::<u8>(), odd], 0..12);
    proptest!(config(2000), |(path in bytes, text in any::<String>())| {
        let quoted = patch::quote_path(&path);
        prop_assert!(!quoted.contains(char::is_control));
        let unquoted = patch::unquote_path(&quoted);
        prop_assert_eq!(unquoted.as_deref(), Some(path.as_slice()));
        if let Some(path) = patch::unquote_path(&text) {
            prop_assert_eq!(patch::quote_path(&path), text);
        }
    });
}

/// Trees of which files only come, go, or change altogether: the counts are beyond doubt.
fn counted_trees() -> impl Strategy<Value = (Tree, Tree)> {
    let paths: Vec<&str> = vec![
        "f",
        "folder/file",
        "two words",
        "a long name of a file with many words in it so that it has to be cut.txt",
        "many/folders/one/in/the/other/and/then/some/more/of/them/until/it/is/too/long/f",
    ];
    let file = |word: &'static str| {
        let lines = prop_oneof![3 => 0..30_usize, 1 => 0..3000_usize];
        let content = (lines, any::<bool>()).prop_map(move |(count, is_binary)| {
            let end: &[u8] = if is_binary { b"\0" } else { b"" };
            let lines: String = (0..count).map(|n| format!("{word} {n}\n")).collect();
            [lines.as_bytes(), end].concat()
        });
        (
            select(vec![EntryKind::Blob, EntryKind::Executable]),
            content,
        )
    };
    let path = select(paths).prop_map(|path| path.as_bytes().to_vec());
    (
        btree_map(path.clone(), file("old"), 0..5),
        btree_map(path, file("new"), 0..5),
    )
}

#[test]
fn counts_and_graphs_are_those_of_git() {
    let sandbox = Sandbox::new("sha1");
    let width = select(vec![20_u16, 40, 60, 80, 200]);
    proptest!(config(60), |((before, after) in counted_trees(), width in width)| {
        let changes = sandbox.changes(&before, &after);
        sandbox.fill_index(&before);
        let tree = String::from_utf8(sandbox.git(&["write-tree"], b"")).unwrap();
        sandbox.fill_index(&after);
        let stat = format!("--stat={width}");
        let stat = ["diff", "--cached", "--no-renames", &stat, "--summary", tree.trim()];
        let expected = String::from_utf8(sandbox.git(&stat, b"")).unwrap();
        let canvas = Canvas { width: Some(width), paint: Paint(false) };
        let mut show = Show::new(Form::Stat, canvas);
        let mut out = Vec::new();
        changes.iter().for_each(|change| show.file(&change.diff(), &mut out));
        show.finish(&mut out);
        prop_assert_eq!(String::from_utf8(out).unwrap(), expected);
    });
}

/// Everything that a terminal could take for more than text, but for colours.
fn without_colours(text: &str) -> String {
    let colour = regex::Regex::new("\u{1b}\\[[0-9;]*m").unwrap();
    colour.replace_all(text, "").into_owned()
}

/// Colours and marks add nothing to what is shown and leave nothing out, and nothing that stands
/// in a file reaches a terminal as it came.
#[test]
fn colours_are_all_that_a_terminal_is_sent() {
    let sandbox = Sandbox::new("sha1");
    let forms = [
        Form::Lines,
        Form::Stat,
        Form::Patch,
        Form::Words,
        Form::SideBySide,
    ];
    proptest!(config(80), |((before, after) in trees(), width in 1_u16..200)| {
        let changes = sandbox.changes(&before, &after);
        for form in forms {
            let shown = |paint: bool| {
                let canvas = Canvas { width: Some(width), paint: Paint(paint) };
                let mut show = Show::new(form, canvas);
                let mut out = Vec::new();
                changes.iter().for_each(|change| show.file(&change.diff(), &mut out));
                show.finish(&mut out);
                String::from_utf8(out).unwrap()
            };
            let (plain, coloured) = (shown(false), shown(true));
            let is_odd = |c: char| is_deceptive(c) && !matches!(c, '\n' | '\t');
            prop_assert!(!plain.contains(is_odd), "{}", plain);
            let stripped = without_colours(&coloured);
            prop_assert!(!stripped.contains(is_odd), "{}", coloured);
            if form != Form::Words {
                prop_assert_eq!(stripped, plain);
            }
        }
    });
}
