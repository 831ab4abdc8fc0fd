//! What each form shows, to the letter.

use super::view::FileDiffView;
use super::*;
use crate::git::EntryKind;
use crate::git::Oid;
use crate::patch::{FileChange, Side};
use crate::render::style::Paint;

fn side(kind: EntryKind, digit: &str, content: &[u8]) -> Side<'static> {
    let oid = Oid::from_hex(digit.repeat(40).as_bytes()).unwrap();
    match kind {
        EntryKind::Commit => Side::submodule(oid),
        _ => Side::new(kind, oid, content.to_vec()),
    }
}

type File<'a> = Option<(EntryKind, &'a [u8])>;

fn change(path: &str, before: File<'_>, after: File<'_>) -> FileChange<'static> {
    FileChange {
        path: path.as_bytes().to_vec().into(),
        before: before.map(|(kind, content)| side(kind, "1", content)),
        after: after.map(|(kind, content)| side(kind, "2", content)),
    }
}

/// A file whose text changed.
fn text(before: &str, after: &str) -> FileChange<'static> {
    let blob = |text| Some((EntryKind::Blob, str::as_bytes(text)));
    change("f", blob(before), blob(after))
}

fn on(form: Form, canvas: Canvas, changes: &[FileChange<'_>]) -> String {
    let mut show = Show::new(form, canvas);
    let mut out = Vec::new();
    changes
        .iter()
        .for_each(|change| show.file(&change.diff(), &mut out));
    show.finish(&mut out);
    String::from_utf8(out).unwrap()
}

fn piped(form: Form, changes: &[FileChange<'_>]) -> String {
    on(form, Canvas::default(), changes)
}

fn coloured(form: Form, change: FileChange<'_>) -> String {
    let canvas = Canvas {
        width: None,
        paint: Paint(true),
    };
    let names = [
        ("\u{1b}[1m", "<b>"),
        ("\u{1b}[31m", "<r>"),
        ("\u{1b}[32m", "<g>"),
        ("\u{1b}[36m", "<c>"),
        ("\u{1b}[7m", "<inv>"),
        ("\u{1b}[0m", "</>"),
    ];
    let text = on(form, canvas, &[change]);
    names
        .iter()
        .fold(text, |text, (code, name)| text.replace(code, name))
}

/// The text below the heading of a changed file, which is four lines.
fn body(text: &str) -> String {
    text.split_inclusive('\n').skip(4).collect()
}

#[test]
fn lines_as_git_shows_them() {
    let text = piped(Form::Lines, &[text("a\nb\nc\n", "a\nB\nc")]);
    assert_eq!(
        text,
        "diff --git a/f b/f\nindex 1111111..2222222 100644\n--- a/f\n+++ b/f\n\
         @@ -1,3 +1,3 @@\n a\n-b\n-c\n+B\n+c\n\\ No newline at end of file\n"
    );
}

#[test]
fn changed_words_are_marked_where_there_are_colours() {
    let change = text("let a = load(path);\n", "let a = read(path)?;\n");
    assert_eq!(
        coloured(Form::Lines, change),
        "<b>diff --git a/f b/f</>\n<b>index 1111111..2222222 100644</>\n\
         <b>--- a/f</>\n<b>+++ b/f</>\n<c>@@ -1 +1 @@</>\n\
         <r>-</><r>let a = </><inv><r>load</><r>(path);</>\n\
         <g>+</><g>let a = </><inv><g>read</><g>(path)</><inv><g>?</><g>;</>\n"
    );
}

#[test]
fn lines_that_have_little_in_common_are_not_marked() {
    let unlike = coloured(Form::Lines, text("one two\n", "three four five\n"));
    assert_eq!(
        body(&unlike),
        "<c>@@ -1 +1 @@</>\n<r>-</><r>one two</>\n<g>+</><g>three four five</>\n"
    );
    let long = "word ".repeat(10_000);
    let large = coloured(
        Form::Lines,
        text(&format!("{long}a\n"), &format!("{long}b\n")),
    );
    assert!(!large.contains("<inv>"));
}

#[test]
fn what_would_deceive_is_shown() {
    let odd = text("a\r\n", "\u{202e}b\u{1b}[2J\t\u{e9}\r\n");
    let text = piped(Form::Lines, &[odd]);
    assert_eq!(
        body(&text),
        "@@ -1 +1 @@\n-a\\r\n+\\u{202e}b\\x1b[2J\t\u{e9}\\r\n"
    );
    let bytes = change_of_bytes();
    assert_eq!(
        body(&piped(Form::Lines, &[bytes])),
        "@@ -1 +1 @@\n-a\\xffb\n+\\xc3\n"
    );
    let path = change("\u{202e}\n", None, Some((EntryKind::Blob, b"")));
    let text = piped(Form::Lines, &[path]);
    assert!(text.starts_with("diff --git \"a/\\342\\200\\256\\n\" \"b/\\342\\200\\256\\n\"\n"));
}

fn change_of_bytes() -> FileChange<'static> {
    let blob = |bytes: &'static [u8]| Some((EntryKind::Blob, bytes));
    change("f", blob(b"a\xffb\n"), blob(b"\xc3\n"))
}

#[test]
fn files_that_come_go_or_change_their_nature() {
    let empty = change("empty", None, Some((EntryKind::Executable, b"")));
    let mode = FileChange {
        path: b"mode"[..].into(),
        before: Some(side(EntryKind::Blob, "1", b"a")),
        after: Some(side(EntryKind::Executable, "1", b"a")),
    };
    let link = change(
        "link",
        Some((EntryKind::Symlink, b"to")),
        Some((EntryKind::Blob, b"text\n")),
    );
    let module = change("m", None, Some((EntryKind::Commit, b"")));
    let binary = change("p", None, Some((EntryKind::Blob, b"\0\n")));
    let commit = "2".repeat(40);
    assert_eq!(
        piped(Form::Lines, &[empty, mode, link, module, binary]),
        format!(
            "diff --git a/empty b/empty\nnew file mode 100755\nindex 0000000..2222222\n\
             diff --git a/mode b/mode\nold mode 100644\nnew mode 100755\n\
             diff --git a/link b/link\ndeleted file mode 120000\nindex 1111111..0000000\n\
             --- a/link\n+++ /dev/null\n@@ -1 +0,0 @@\n-to\n\\ No newline at end of file\n\
             diff --git a/link b/link\nnew file mode 100644\nindex 0000000..2222222\n\
             --- /dev/null\n+++ b/link\n@@ -0,0 +1 @@\n+text\n\
             diff --git a/m b/m\nnew file mode 160000\nindex 0000000..2222222\n\
             --- /dev/null\n+++ b/m\n@@ -0,0 +1 @@\n+Subproject commit {commit}\n\
             diff --git a/p b/p\nnew file mode 100644\nindex 0000000..2222222\n\
             Binary file: 0 -> 2 bytes\n"
        )
    );
}

#[test]
fn words_as_git_shows_them() {
    let change = text("a b c\nsame\nd e\ngone\n", "a x c\nsame\nd e f\n");
    assert_eq!(
        body(&piped(Form::Words, &[change])),
        "@@ -1,4 +1,3 @@\na [-b-]{+x+} c\nsame\nd e{+ f+}\n[-gone-]\n"
    );
    assert_eq!(
        body(&coloured(Form::Words, text("a b c\n", "a x c"))),
        "<c>@@ -1 +1 @@</>\na <r>b</><g>x</> c\n"
    );
}

#[test]
fn words_of_whole_lines_and_beyond_the_limit() {
    let gone = text("a\nb \u{202e}\nc\n", "a\nc\n");
    assert_eq!(
        body(&piped(Form::Words, &[gone])),
        "@@ -1,3 +1,2 @@\na\n[-b \\u{202e}-]\nc\n"
    );
    let long = "word ".repeat(10_000);
    let change = text(&format!("{long}a\n"), &format!("{long}b"));
    let large = piped(Form::Words, &[change]);
    assert_eq!(
        body(&large),
        format!("@@ -1 +1 @@\n[-{long}a-]\n{{+{long}b+}}\n")
    );
}

#[test]
fn two_columns_fit_the_terminal() {
    let before = "same\nold \u{767b}\u{5f55} line\n\tgone\nend\n";
    let after = "same\nnew \u{767b}\u{5f55} line that is long\nend";
    let canvas = Canvas {
        width: Some(43),
        paint: Paint(false),
    };
    let page = on(Form::SideBySide, canvas, &[text(before, after)]);
    assert_eq!(
        body(&page),
        "@@ -1,4 +1,3 @@\n\
         1  same              | 1  same\n\
         2 -old \u{767b}\u{5f55} line     | 2 +new \u{767b}\u{5f55} line tha\n\
         \x20                    |    t is long\n\
         3 -        gone      | 3 +end\n\
         \x20                    |    \\ No newline at e\n\
         \x20                    |    nd of file\n\
         4 -end               |\n"
    );
    let widest = page
        .lines()
        .skip(4)
        .map(unicode_width::UnicodeWidthStr::width)
        .max();
    assert_eq!(widest, Some(43));
}

#[test]
fn a_narrow_terminal_still_shows_something() {
    let canvas = Canvas {
        width: Some(5),
        paint: Paint(false),
    };
    let page = on(Form::SideBySide, canvas, &[text("0123456789\n", "")]);
    assert_eq!(body(&page), "@@ -1 +0,0 @@\n1 -01234567 |\n   89       |\n");
}

#[test]
fn columns_in_colour() {
    let page = coloured(Form::SideBySide, text("a b c d\n", "a x c d\n"));
    let blanks = " ".repeat(53);
    assert_eq!(
        body(&page),
        format!(
            "<c>@@ -1 +1 @@</>\n1 -<r>a </><inv><r>b</><r> c d</>{blanks} | \
             1 +<g>a </><inv><g>x</><g> c d</>\n"
        )
    );
}

#[test]
fn counts_as_git_shows_them() {
    let binary = change(
        "p",
        Some((EntryKind::Blob, b"\0")),
        Some((EntryKind::Blob, b"\0\0\0")),
    );
    let link = change(
        "a folder/link",
        Some((EntryKind::Symlink, b"to")),
        Some((EntryKind::Blob, b"1\n2\n")),
    );
    let gone = change("gone", Some((EntryKind::Blob, b"1\n")), None);
    let new = change("new", None, Some((EntryKind::Executable, b"")));
    assert_eq!(
        piped(
            Form::Stat,
            &[link, text("a\n", "b\nc\n"), gone, new, binary]
        ),
        " a folder/link |   3 ++-\n f             |   3 ++-\n gone          |   1 -\n \
         new           |   0\n p             | Bin 1 -> 3 bytes\n \
         5 files changed, 4 insertions(+), 3 deletions(-)\n \
         mode change 120000 => 100644 a folder/link\n delete mode 100644 gone\n \
         create mode 100755 new\n"
    );
    assert_eq!(piped(Form::Stat, &[]), "");
}

#[test]
fn the_patch_is_exact_in_a_pipe_and_harmless_on_a_terminal() {
    let change = text("a\n", "\u{1b}\r\n");
    let mut patch = Vec::new();
    change.diff().write(&mut patch);
    let patch = String::from_utf8(patch).unwrap();
    let terminal = Canvas {
        width: Some(80),
        paint: Paint(true),
    };
    let changes = [change];
    assert_eq!(piped(Form::Patch, &changes), patch);
    let shown = patch.replace('\u{1b}', "\\x1b").replace('\r', "\\r");
    assert_eq!(on(Form::Patch, terminal, &changes), shown);
}

#[test]
fn scripts_read_every_line() {
    let view = FileDiffView::of(&text("a\nb\n", "a\n\u{1b}").diff());
    let expected = serde_json::json!({
        "path": "f", "status": "M", "old_mode": "100644", "new_mode": "100644",
        "added": 1, "removed": 1, "binary": false,
        "hunks": [{
            "old_start": 1, "old_lines": 2, "new_start": 1, "new_lines": 2,
            "lines": [
                {"kind": "context", "text": "a", "newline": true},
                {"kind": "removed", "text": "b", "newline": true},
                {"kind": "added", "text": "\u{1b}", "newline": false},
            ],
        }],
    });
    assert_eq!(serde_json::to_value(view).unwrap(), expected);
    let view = FileDiffView::of(&change("\"", None, Some((EntryKind::Blob, b"\0"))).diff());
    let expected = serde_json::json!({
        "path": "\"\\\"\"", "status": "A", "old_mode": null, "new_mode": "100644",
        "added": 0, "removed": 0, "binary": true, "hunks": [],
    });
    assert_eq!(serde_json::to_value(view).unwrap(), expected);
}
