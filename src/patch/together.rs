//! What the changes of a patch may not do to each other, and where none of them may go.

use std::collections::HashMap;

use super::apply::FilePatch;
use super::change::is_same_type;
use super::error::{Cause, PatchError};
use super::header::Entry;
use super::quote::quote_path;
use crate::git::EntryKind;
use crate::git::check_path;

/// The longest path that the file systems of this world take, in bytes.
const LONGEST: usize = 4096;

/// Looks at the paths of all changes.
pub(super) fn check(files: &[FilePatch<'_>]) -> Result<(), PatchError> {
    files.iter().try_for_each(check_alone)?;
    check_twice(files)?;
    check_behind(files, |file| file.before)?;
    check_behind(files, |file| file.after)
}

fn check_alone(file: &FilePatch<'_>) -> Result<(), PatchError> {
    if file.path.len() > LONGEST {
        return Err(file.error(Cause::LongPath(file.path.len())));
    }
    let kind = file.after.or(file.before).map(|side| side.kind);
    let checked = check_path(&file.path, kind.unwrap_or(EntryKind::Blob));
    checked.map_err(|reason| {
        let path = quoted(&file.path);
        file.error(Cause::Path { path, reason })
    })
}

/// A path may come twice only as a file that is deleted and then added as another type.
fn check_twice(files: &[FilePatch<'_>]) -> Result<(), PatchError> {
    let mut last: HashMap<&[u8], usize> = HashMap::new();
    for (index, file) in files.iter().enumerate() {
        let earlier = last.insert(&file.path, index);
        let earlier = earlier.map(|earlier| (earlier + 1 == index, &files[earlier]));
        match earlier {
            None => {}
            Some((true, earlier)) if is_type_change(earlier, file) => {}
            Some(_) => return Err(file.error(Cause::Twice(quoted(&file.path)))),
        }
    }
    Ok(())
}

fn is_type_change(first: &FilePatch<'_>, second: &FilePatch<'_>) -> bool {
    match (first.before, first.after, second.before, second.after) {
        (Some(old), None, None, Some(new)) => !is_same_type(old.kind, new.kind),
        _ => false,
    }
}

/// Of the files on one side, none is where another one would need a folder.
fn check_behind(
    files: &[FilePatch<'_>],
    side: impl Fn(&FilePatch<'_>) -> Option<Entry>,
) -> Result<(), PatchError> {
    let mut present: Vec<_> = files.iter().filter(|file| side(file).is_some()).collect();
    // What lies behind a path comes next to it, part by part.
    present.sort_by(|a, b| parts(&a.path).cmp(parts(&b.path)));
    for pair in present.windows(2) {
        let rest = pair[1].path.strip_prefix(pair[0].path.as_slice());
        if rest.is_some_and(|rest| rest.starts_with(b"/")) {
            let (path, other) = (quoted(&pair[1].path), quoted(&pair[0].path));
            return Err(pair[1].error(Cause::Behind { path, other }));
        }
    }
    Ok(())
}

fn parts(path: &[u8]) -> impl Iterator<Item = &[u8]> {
    path.split(|byte| *byte == b'/')
}

fn quoted(path: &[u8]) -> String {
    quote_path(path).into_owned()
}
