//! A patch as the changes that it holds. It may have been made or edited by others: whatever is
//! not as [`super::FileDiff::write`], or Git, would have it is refused.

use super::apply::{Content, FilePatch};
use super::binary;
use super::change::submodule_text;
use super::cursor::Cursor;
use super::error::{Cause, PatchError};
use super::header::{self, Entry, Header};
use super::hunks::{self, Hunk};
use super::together;
use crate::git::EntryKind;

/// Reads a patch. Without a change in it, it is empty.
///
/// # Errors
/// The line at which the patch is not one, or at which a change begins that is refused: of a path
/// that is unsafe, that is changed twice, or that lies behind one that is no folder.
pub fn parse(patch: &[u8]) -> Result<Vec<FilePatch<'_>>, PatchError> {
    let mut cursor = Cursor::new(patch);
    if !matches!(patch.last(), None | Some(b'\n')) {
        return Err(cursor.error(Cause::Truncated));
    }
    let mut files = Vec::new();
    while !cursor.is_at_end() {
        files.push(read_file(&mut cursor)?);
    }
    together::check(&files)?;
    Ok(files)
}

fn read_file<'p>(cursor: &mut Cursor<'p>) -> Result<FilePatch<'p>, PatchError> {
    let header = header::read(cursor)?;
    let content = read_content(cursor, &header)?;
    let (line, path) = (header.line, header.path);
    Ok(FilePatch {
        line,
        path,
        before: header.before,
        after: header.after,
        content,
    })
}

fn read_content<'p>(cursor: &mut Cursor<'p>, header: &Header) -> Result<Content<'p>, PatchError> {
    if let Some(hunks) = read_text(cursor, header)? {
        return as_submodule(header, hunks);
    }
    if cursor.after(b"GIT binary patch").is_some() {
        let expected = cursor.expected("\"literal SIZE\" or \"delta SIZE\"");
        let forward = binary::read(cursor)?.ok_or(expected)?;
        binary::read(cursor)?;
        return Ok(Content::Binary(forward));
    }
    let id = |side: Option<Entry>| side.map(|side| side.oid);
    let is_change = match (id(header.before), id(header.after)) {
        (Some(before), Some(after)) => before != after,
        _ => is_submodule(header),
    };
    if is_change {
        return Err(cursor.expected("the changed content"));
    }
    // A file that comes or goes without content is empty.
    Ok(Content::Same)
}

fn read_text<'p>(
    cursor: &mut Cursor<'p>,
    header: &Header,
) -> Result<Option<Vec<Hunk<'p>>>, PatchError> {
    let expected = cursor.expected("the name of the file, or /dev/null");
    let Some(old) = cursor.after(b"--- ") else {
        return Ok(None);
    };
    let new = cursor.after(b"+++ ").unwrap_or_default();
    let path = |side: Option<Entry>| side.map(|_| header.path.as_slice());
    let is_right = header::is_name(old, b"a/", path(header.before))
        && header::is_name(new, b"b/", path(header.after));
    if !is_right {
        return Err(expected);
    }
    let hunks = hunks::read(cursor)?;
    if hunks.is_empty() {
        return Err(cursor.expected("\"@@ -LINE,COUNT +LINE,COUNT @@\""));
    }
    Ok(Some(hunks))
}

fn is_submodule(header: &Header) -> bool {
    let mut sides = [header.before, header.after].into_iter().flatten();
    sides.any(|side| side.kind == EntryKind::Commit)
}

/// What is shown as the content of a submodule has to be what the ids say.
fn as_submodule<'p>(header: &Header, hunks: Vec<Hunk<'p>>) -> Result<Content<'p>, PatchError> {
    if !is_submodule(header) {
        return Ok(Content::Text(hunks));
    }
    let text = |side: Option<Entry>| side.and_then(|side| side.oid).map(submodule_text);
    let [old, new] = [header.before, header.after].map(|side| text(side).unwrap_or_default());
    if hunks::is_replacement(&hunks, &old, &new) {
        return Ok(Content::Submodule);
    }
    let cause = Cause::Header("the submodule's commits are not those of the ids");
    Err(PatchError {
        line: header.line,
        cause,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "1111111111111111111111111111111111111111";
    const NEW: &str = "2222222222222222222222222222222222222222";
    const NULL: &str = "0000000000000000000000000000000000000000";

    /// A change of one line of a file; parts of it can be replaced.
    fn modified() -> String {
        format!(
            "diff --git a/f b/f\nindex {OLD}..{NEW} 100644\n\
             --- a/f\n+++ b/f\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n"
        )
    }

    fn added(path: &str, mode: &str) -> String {
        format!("diff --git a/{path} b/{path}\nnew file mode {mode}\nindex {NULL}..{NEW}\n")
    }

    fn deleted(path: &str, mode: &str) -> String {
        format!("diff --git a/{path} b/{path}\ndeleted file mode {mode}\nindex {OLD}..{NULL}\n")
    }

    fn refusal(patch: &str) -> String {
        parse(patch.as_bytes()).unwrap_err().to_string()
    }

    fn applied(patch: &str, old: &str) -> Result<String, String> {
        let files = parse(patch.as_bytes()).unwrap();
        let new = files[0].apply(old.as_bytes(), 1000);
        let text = |bytes| String::from_utf8(bytes).unwrap();
        new.map(text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_patch_applies_exactly_where_it_says() {
        let patch = modified();
        assert_eq!(applied(&patch, "a\nb\nd\n").unwrap(), "a\nc\nd\n");
        let error = |old| applied(&patch, old).unwrap_err();
        assert_eq!(
            error("x\na\nb\n"),
            "line 5 of the patch: the file has another line 1"
        );
        assert_eq!(
            error("a\nB\n"),
            "line 5 of the patch: the file has another line 2"
        );
        assert_eq!(
            error("a\nb"),
            "line 5 of the patch: the file has another line 2"
        );
        assert_eq!(error("a\n"), "line 5 of the patch: the file has no line 2");
    }

    #[test]
    fn the_numbers_of_the_hunks_have_to_fit() {
        let moved = modified().replace("+1,2", "+2,2");
        let error = applied(&moved, "a\nb\n").unwrap_err();
        assert_eq!(
            error,
            "line 5 of the patch: the hunk is not where its numbers say"
        );
        let twice = modified() + "@@ -1 +1 @@\n-a\n+b\n";
        let error = applied(&twice, "a\nb\n").unwrap_err();
        assert_eq!(
            error,
            "line 9 of the patch: the hunk is not where its numbers say"
        );
        let counts = modified().replace("-1,2", "-1,3");
        let message = "line 9 of the patch: as many lines as the hunk says should stand there";
        assert_eq!(refusal(&counts), message);
        let huge = modified().replace("-1,2", "-18446744073709551615,2");
        assert!(refusal(&huge).starts_with("line 5 of the patch: \"@@ "));
    }

    #[test]
    fn only_the_last_line_may_lack_its_break() {
        let note = "\\ No newline at end of file\n";
        let early = modified().replace("+c\n", &format!("+c\n{note}"));
        assert_eq!(applied(&early, "a\nb\n").unwrap(), "a\nc");
        let error = applied(&early, "a\nb\nd\n").unwrap_err();
        let message = "line 5 of the patch: a line without a line break is not the last one";
        assert_eq!(error, message);
    }

    #[test]
    fn a_deleted_file_leaves_nothing() {
        let patch = deleted("f", "100644") + "--- a/f\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n";
        assert_eq!(applied(&patch, "a\n").unwrap(), "");
        let error = applied(&patch, "a\nb\n").unwrap_err();
        assert_eq!(
            error,
            "line 1 of the patch: the file is deleted, but lines of it are left"
        );
    }

    #[test]
    fn what_is_no_patch_is_refused_with_its_line() {
        for (patch, message) in [
            (
                "x\n",
                "line 1 of the patch: \"diff --git a/PATH b/PATH\" should stand there",
            ),
            (
                "diff --git a/f b/f",
                "line 1 of the patch: it ends within a line",
            ),
            (
                "diff --git a/f b/g\n",
                "line 1 of the patch: \"diff --git a/PATH b/PATH\" should stand there",
            ),
            (
                "diff --git a/f b/f\nsimilarity index 90%\n",
                "line 1 of the patch: modes and ids do not fit each other",
            ),
            (
                "diff --git a/f b/f\nold mode 100644\nnew mode 120000\n",
                "line 1 of the patch: modes and ids do not fit each other",
            ),
            (
                "diff --git a/f b/f\nnew file mode 100666\n",
                "line 2 of the patch: one of the modes 100644, 100755, 120000, 160000 should stand there",
            ),
        ] {
            assert_eq!(refusal(patch), message);
        }
        let short = modified().replace(OLD, "1111111");
        assert!(refusal(&short).starts_with("line 2 of the patch: \"index\""));
        let nothing: String = modified().split_inclusive('\n').take(2).collect();
        assert_eq!(
            refusal(&nothing),
            "line 3 of the patch: the changed content should stand there"
        );
        let other = modified().replace("+++ b/f", "+++ b/g");
        assert!(refusal(&other).starts_with("line 3 of the patch: the name of the file"));
    }

    #[test]
    fn a_path_that_leads_elsewhere_is_refused() {
        for (path, reason) in [
            ("/etc/passwd", "it is absolute"),
            ("a/../../f", "a part of it is \".\" or \"..\""),
            (
                ".git/hooks/pre-push",
                "some file system takes a part of it for \".git\"",
            ),
            ("a//f", "a part of it is empty"),
        ] {
            let message = format!("line 1 of the patch: the path {path} is refused: {reason}");
            assert_eq!(refusal(&added(path, "100644")), message);
        }
        let long = added(&"a/".repeat(3000), "100644");
        assert_eq!(
            refusal(&long),
            "line 1 of the patch: a path of 6000 bytes is refused"
        );
    }

    #[test]
    fn a_path_changes_once_or_changes_its_type() {
        let file = "100644";
        let changed = deleted("f", "120000") + &added("f", file);
        assert_eq!(parse(changed.as_bytes()).unwrap().len(), 2);
        for patch in [
            added("f", file) + &added("f", file),
            added("f", file) + &deleted("f", "120000"),
            deleted("f", "100755") + &added("f", file),
            deleted("f", "120000") + &added("g", file) + &added("f", file),
            changed.clone() + &deleted("f", "120000"),
        ] {
            assert!(refusal(&patch).ends_with("f is changed twice"), "{patch}");
        }
    }

    #[test]
    fn nothing_lies_behind_what_is_no_folder() {
        let link = added("d", "120000");
        let behind = "d/f lies behind d, which is no folder";
        assert!(
            refusal(&(link.clone() + &added("d.txt", "100644") + &added("d/f", "100644")))
                .ends_with(behind)
        );
        assert!(refusal(&(added("d/f", "100644") + &link)).ends_with(behind));
        let replaced = deleted("d/f", "100644") + &link;
        assert_eq!(parse(replaced.as_bytes()).unwrap().len(), 2);
    }

    #[test]
    fn a_submodule_has_the_commits_of_its_ids() {
        let patch = format!(
            "diff --git a/m b/m\nindex {OLD}..{NEW} 160000\n--- a/m\n+++ b/m\n\
             @@ -1 +1 @@\n-Subproject commit {OLD}\n+Subproject commit {NEW}\n"
        );
        let files = parse(patch.as_bytes()).unwrap();
        let commit = files[0].after.and_then(|side| side.oid).unwrap();
        assert_eq!(commit.to_string(), NEW);
        let other = patch.replace(&format!("commit {NEW}"), &format!("commit {OLD}"));
        assert!(refusal(&other).ends_with("the submodule's commits are not those of the ids"));
    }

    #[test]
    fn packed_bytes_are_not_believed() {
        let head = added("f", "100644") + "GIT binary patch\n";
        // Nothing, deflated.
        let empty = "HcmV?d00001\n\n";
        let good = format!("{head}literal 0\n{empty}literal 0\n{empty}");
        assert_eq!(applied(&good, "").unwrap(), "");
        let error = |body: &str| applied(&format!("{head}{body}"), "").unwrap_err();
        let damaged = "line 5 of the patch: the packed bytes are damaged";
        assert_eq!(error(&format!("literal 1\n{empty}")), damaged);
        assert_eq!(error(&format!("delta 0\n{empty}")), damaged);
        assert_eq!(error("literal 0\n\n"), damaged);
        let large = error(&format!("literal 18446744073709551615\n{empty}"));
        assert_eq!(
            large,
            "line 5 of the patch: the file would have more than 1000 bytes"
        );
        let wrong = refusal(&format!("{head}literal 1\nnonsense\n\n"));
        assert_eq!(
            wrong,
            "line 6 of the patch: a line in base 85 should stand there"
        );
    }
}
