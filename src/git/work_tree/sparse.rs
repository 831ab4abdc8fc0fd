//! A sparse checkout, as Git itself sees it. Patterns decide there what Git
//! would add, and the index may hold whole folders in one entry: `git add` runs
//! on a copy of the index and leaves its objects in a folder that is removed
//! again. Nothing of it reaches the repository; what it found is read anew by
//! whoever decides to store it.

use std::collections::BTreeSet;

use gix::bstr::{BStr, BString, ByteSlice};
use gix::index::State;

use super::super::{EntryKind, Oid, Repo, Result, TreeSide};
use super::on_disk::{Disk, Seen, folders};
use super::staged::side;
use super::{After, WorkTreeChange, WorkTreeOptions, is_unwatched, walk_error};

impl Repo {
    /// Whether only part of the files is checked out, or a file is in the way of
    /// what the index has in a folder and does not watch.
    pub(super) fn is_sparse(&self, index: &State) -> Result<bool> {
        let wanted = self.config_bool("core.sparseCheckout")?;
        Ok(index.is_sparse() || wanted.unwrap_or(false) || is_hidden(index, &self.disk()?)?)
    }

    /// What `git add` would record, against `tree`.
    pub(super) fn sparse_changes(
        &self,
        tree: Oid,
        index: &State,
        options: WorkTreeOptions,
    ) -> Result<Vec<WorkTreeChange>> {
        self.require_git()?;
        let aside = self.aside();
        let aside = aside.open()?;
        let all = if options.untracked { "-A" } else { "-u" };
        // 1: some paths lie outside of what is checked out, and were left alone.
        aside.git(&["add", all], |code| code == 0 || code == 1)?;
        let tree = tree.to_string();
        let differ = [
            "diff-index",
            "--cached",
            "--raw",
            "-z",
            "--no-abbrev",
            "--no-renames",
            "--ignore-submodules=none",
            &tree,
        ];
        let raw = aside.git(&differ, |code| code == 0)?;
        let disk = self.disk()?;
        let mut changes = parse(&raw)
            .map(|line| self.change(&line?, index, &disk))
            .collect::<Result<Vec<_>>>()?;
        changes.sort_by(|a, b| a.path.cmp(&b.path));
        Ok(changes)
    }

    fn change(&self, line: &Line<'_>, index: &State, disk: &Disk) -> Result<WorkTreeChange> {
        let entry = index.entry_by_path(line.path);
        let is_stored = |after: TreeSide| {
            after.kind == EntryKind::Commit
                || entry.and_then(side) == Some(after)
                || self.objects.header(after.oid).is_ok()
        };
        let after = match line.after {
            Some(after) if is_stored(after) => Some(After::Stored(after)),
            Some(_) => match disk.look(line.path, entry.map(|entry| entry.mode))? {
                Seen::File { kind, size } => Some(After::OnDisk { kind, size }),
                Seen::Nothing | Seen::Folder => None,
            },
            None => None,
        };
        Ok(WorkTreeChange {
            path: line.path.to_owned(),
            before: line.before,
            after,
            tracked: index.entry_index_by_path(line.path).is_ok(),
        })
    }
}

/// Whether some entry that is not watched lies behind something that is not a
/// folder: the library takes the entry's word for the folder.
fn is_hidden(index: &State, disk: &Disk) -> Result<bool> {
    let mut checked = BTreeSet::new();
    for entry in index.entries().iter().filter(|entry| is_unwatched(entry)) {
        for folder in folders(entry.path(index)) {
            let is_new = checked.insert(folder);
            if is_new && matches!(disk.look(folder, None), Ok(Seen::File { .. })) {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// One change as `git diff-index --raw` prints it.
pub(in super::super) struct Line<'raw> {
    pub(in super::super) path: &'raw BStr,
    before: Option<TreeSide>,
    pub(in super::super) after: Option<TreeSide>,
}

/// `:100644 100755 <id> <id> M`, the path: each ends with a NUL.
pub(in super::super) fn parse(raw: &[u8]) -> impl Iterator<Item = Result<Line<'_>>> {
    let mut parts = raw.split_str(b"\0");
    std::iter::from_fn(move || {
        let head = parts.next().filter(|head| !head.is_empty())?;
        let path = parts.next()?.as_bstr();
        Some(parse_line(head, path).ok_or_else(|| {
            let line: BString = [head, b" ", path].concat().into();
            walk_error(gix::Error::from_error(gix::error::message!(
                "Git's line \"{line}\" cannot be understood"
            )))
        }))
    })
}

fn parse_line<'raw>(head: &[u8], path: &'raw BStr) -> Option<Line<'raw>> {
    let mut words = head.strip_prefix(b":")?.fields();
    let (before, after) = (words.next()?, words.next()?);
    let (old, new) = (words.next()?, words.next()?);
    Some(Line {
        path,
        before: parse_side(before, old)?,
        after: parse_side(after, new)?,
    })
}

fn parse_side(mode: &[u8], oid: &[u8]) -> Option<Option<TreeSide>> {
    let kind = match mode {
        b"000000" => return Some(None),
        b"100644" => EntryKind::Blob,
        b"100755" => EntryKind::Executable,
        b"120000" => EntryKind::Symlink,
        b"160000" => EntryKind::Commit,
        _ => return None,
    };
    let oid = Oid::from_hex(oid).ok()?;
    Some(Some(TreeSide { kind, oid }))
}
