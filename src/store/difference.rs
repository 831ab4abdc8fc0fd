//! Two trees → the files in which they differ, read in both states.

use std::num::NonZeroUsize;
use std::thread;

use super::{Result, Snapshot, paths, weakened};
use crate::format::{FormatError, layout, read, spec, text, unknown};
use crate::git::{self, EntryKind, Oid, Repo, TreeChange};
use crate::model::{Slug, SpecForm, SpecText, limits};
use crate::review::{Content, File, Owner, Rest, Side, SpecContent, join_forms};

/// The files in which one state of the plan ref differs from another, by path. A file that cannot be
/// read is among them, with what is wrong.
///
/// # Errors
/// Those of the repository.
pub fn between(repo: &Repo, old: Option<Oid>, new: Option<Oid>) -> Result<Vec<File>> {
    let tree = |tree: Option<Oid>| tree.unwrap_or_else(|| repo.empty_tree());
    let changes = repo.bounded_tree_changes(tree(old), tree(new))?;
    bring(repo, &changes)?;
    let paths = changes.iter().map(|change| change.path.to_string());
    let named: Vec<(String, Owner)> = paths
        .map(|path| {
            let owner = paths::owner(&path);
            (path, owner)
        })
        .collect();
    let sides = sides(repo, &changes, &named)?;
    let mut files = files(named.into_iter().zip(sides).collect());
    join_forms(&mut files);
    Ok(files)
}

/// Fewer files than this are compared faster than a thread is started.
const MANY: usize = 256;

/// The files, each compared with itself; on all processors where there are many.
fn files(mut parts: Vec<((String, Owner), Sides)>) -> Vec<File> {
    let threads = match parts.len() {
        ..MANY => 1,
        _ => thread::available_parallelism().map_or(1, NonZeroUsize::get),
    };
    let size = parts.len().div_ceil(threads).max(1);
    let of_part = |part: Vec<_>| part.into_iter().map(of_sides).collect::<Vec<File>>();
    thread::scope(|scope| {
        let mut workers = Vec::new();
        while parts.len() > size {
            let rest = parts.split_off(size);
            let part = std::mem::replace(&mut parts, rest);
            workers.push(scope.spawn(move || of_part(part)));
        }
        let last = of_part(parts);
        let joined = workers.into_iter().flat_map(|worker| {
            worker
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        joined.chain(last).collect()
    })
}

/// A file in both states.
type Sides = (Option<Side>, Option<Side>);

/// What files hold, read on all processors where there are many.
fn sides(repo: &Repo, changes: &[TreeChange], named: &[(String, Owner)]) -> Result<Vec<Sides>> {
    let is_plain = |at: usize, item: (EntryKind, Oid)| {
        item.0 == EntryKind::Blob && !matches!(named[at].1, Owner::Checkpoint(..))
    };
    let all = changes.iter().enumerate();
    let items: Vec<(usize, Option<(EntryKind, Oid)>)> = all
        .flat_map(|(at, change)| [(at, change.old), (at, change.new)])
        .collect();
    let plain = items.iter().filter_map(|(at, item)| {
        let item = (*item)?;
        is_plain(*at, item).then_some((*at, item.1))
    });
    let (places, oids): (Vec<usize>, Vec<Oid>) = plain.unzip();
    let read = repo.read_blobs(&oids, MOST_TEXT, |at, bytes| {
        of_read(&named[places[at]].1, oids[at], bytes.map(<[u8]>::to_vec))
    });
    let mut read = read.into_iter();
    let mut sides = items.into_iter().map(|(at, item)| match item {
        None => Ok(None),
        Some(item) if is_plain(at, item) => read.next().transpose(),
        Some(item) => side(repo, &named[at].1, item).map(Some),
    });
    let mut files = Vec::with_capacity(changes.len());
    while let Some(old) = sides.next() {
        files.push((old?, sides.next().transpose()?.flatten()));
    }
    Ok(files)
}

/// What a partial clone lacks of them, in one go.
fn bring(repo: &Repo, changes: &[TreeChange]) -> Result<()> {
    if repo.promisor_remote().is_none() {
        return Ok(());
    }
    let sides = changes.iter().flat_map(|change| [change.old, change.new]);
    let missing: Vec<Oid> = sides
        .flatten()
        .filter(|(kind, oid)| *kind != EntryKind::Commit && !repo.has(*oid))
        .map(|(_, oid)| oid)
        .collect();
    if !missing.is_empty() {
        repo.fetch_missing(&missing)?;
    }
    Ok(())
}

/// What becomes of a path of a snapshot, which may be a folder that goes, with these bytes.
pub(super) fn to_bytes(
    snapshot: &Snapshot<'_>,
    path: &str,
    new: Option<&[u8]>,
) -> Result<Vec<File>> {
    let repo = snapshot.repo;
    let old = match snapshot.root {
        Some(root) => repo.entry(root, path)?,
        None => None,
    };
    let files = match old {
        Some(folder) if folder.kind == EntryKind::Tree => {
            repo.bounded_tree_changes(folder.oid, repo.empty_tree())?
        }
        old => vec![TreeChange {
            path: "".into(),
            old: old.map(|file| (file.kind, file.oid)),
            new: None,
        }],
    };
    let one = |change: &TreeChange| {
        let path = match change.path.is_empty() {
            true => path.to_owned(),
            false => format!("{path}/{}", change.path),
        };
        let owner = paths::owner(&path);
        let old = change.old.map(|old| side(repo, &owner, old)).transpose()?;
        let new = new.map(|bytes| of_bytes(&owner, "new", bytes.to_vec()));
        Ok(of_sides(((path, owner), (old, new))))
    };
    files.iter().map(one).collect()
}

/// A file of two states of it.
fn of_sides((name, sides): ((String, Owner), Sides)) -> File {
    let rest = match &sides {
        (Some(old), Some(new)) => rest(old, new),
        (None, Some(new)) => rest_of_new(new),
        _ => Rest::default(),
    };
    File::new(name, sides, rest)
}

/// More of a text is not shown.
const MOST_TEXT: u64 = limits::FILE;

fn side(repo: &Repo, owner: &Owner, (kind, oid): (EntryKind, Oid)) -> Result<Side> {
    let broken = |cause: String| Side {
        content: Content::Broken { line: None, cause },
        ..Side::default()
    };
    if !matches!(kind, EntryKind::Blob | EntryKind::Tree) && owner.plan().is_some() {
        return Ok(broken("not a plain file".to_owned()));
    }
    if kind == EntryKind::Tree {
        return Ok(broken(
            "a folder that is not opened: too deep, or after too many others".to_owned(),
        ));
    }
    if kind == EntryKind::Commit {
        return Ok(broken(format!("commit {oid} of another repository")));
    }
    let limit = match owner {
        Owner::Checkpoint(..) => limits::CHECKPOINT,
        _ => MOST_TEXT,
    };
    let mark = match kind {
        EntryKind::Executable => Some("executable"),
        EntryKind::Symlink => Some("symbolic link"),
        _ => None,
    };
    let side = of_read(owner, oid, repo.blob(oid, limit))?;
    Ok(Side { mark, ..side })
}

/// A file of some owner, as it could be read.
fn of_read(owner: &Owner, oid: Oid, bytes: git::Result<Vec<u8>>) -> Result<Side> {
    let content = match bytes {
        Ok(bytes) => return Ok(of_bytes(owner, &oid.to_string(), bytes)),
        Err(git::Error::TooLarge { size, limit, .. }) if is_entity(owner) => Content::Broken {
            line: None,
            cause: format!("it has {size} bytes; the limit is {limit}"),
        },
        Err(git::Error::TooLarge { size, .. }) => Content::Bytes {
            size,
            id: oid.to_string(),
        },
        Err(other) => return Err(other.into()),
    };
    Ok(Side {
        content,
        ..Side::default()
    })
}

fn is_entity(owner: &Owner) -> bool {
    !matches!(
        owner,
        Owner::Patch(..) | Owner::Document(_) | Owner::Unknown(_) | Owner::Format | Owner::Other
    )
}

/// A file of some owner with these bytes.
fn of_bytes(owner: &Owner, id: &str, bytes: Vec<u8>) -> Side {
    let content = content(owner, &bytes).unwrap_or_else(|error| Content::Broken {
        line: error.line,
        cause: error.cause,
    });
    let size = bytes.len() as u64;
    match String::from_utf8(bytes) {
        Ok(text) if !text.contains('\0') => Side {
            content,
            text,
            mark: None,
        },
        other => Side {
            content: match content {
                Content::Text => Content::Bytes {
                    size,
                    id: id.to_owned(),
                },
                content => content,
            },
            text: other.unwrap_or_default(),
            mark: None,
        },
    }
}

fn content(owner: &Owner, bytes: &[u8]) -> Result<Content, FormatError> {
    Ok(match owner {
        Owner::Header(_) => Content::Header(Box::new(read::header(bytes)?)),
        Owner::Task(_, id) => Content::Task(Box::new(read::task(bytes, id.as_str())?)),
        Owner::Record(plan, id) => {
            Content::Record(Box::new(read::record(bytes, id.as_str(), plan)?))
        }
        Owner::Checkpoint(_, id) => {
            Content::Checkpoint(Box::new(read::checkpoint(bytes, id.as_str())?))
        }
        Owner::Spec(_, name, form) => spec(name, *form, bytes)?,
        Owner::Register(_, id) => Content::Entry(Box::new(read::entry(bytes, id.as_str())?)),
        Owner::Patch(..)
        | Owner::Document(_)
        | Owner::Unknown(_)
        | Owner::Format
        | Owner::Other => Content::Text,
    })
}

/// A specification, also one that cannot be understood.
fn spec(name: &Slug, form: SpecForm, bytes: &[u8]) -> Result<Content, FormatError> {
    let text = spec::decode(bytes).map_err(|problem| FormatError {
        line: Some(problem.at.line),
        column: Some(problem.at.column),
        cause: problem.cause,
    })?;
    let text = SpecText {
        name: name.clone(),
        form,
        text: text.to_owned(),
    };
    let meaning = weakened::meaning(&text);
    Ok(Content::Spec(Box::new(SpecContent { text, meaning })))
}

/// What differs besides the values of known keys. Nothing, where one of them is no entity: then all
/// of the text is looked at.
fn rest(old: &Side, new: &Side) -> Rest {
    let layout = match (&old.content, &new.content) {
        (Content::Header(_), Content::Header(_)) => &layout::PLAN,
        (Content::Task(_), Content::Task(_)) => &layout::TASK,
        (Content::Entry(_), Content::Entry(_)) => &layout::ENTRY,
        _ => return Rest::default(),
    };
    let unknown = unknown::unknown_keys(layout, &old.text, &new.text);
    let is_plain = |side: &Side| !side.text.contains('#');
    let is_told = old.content != new.content || !unknown.is_empty();
    // Without comments there is nothing else to see in an entity whose keys differ.
    let texts = match is_told && is_plain(old) && is_plain(new) {
        true => None,
        false => texts(old, new),
    };
    Rest { unknown, texts }
}

/// What a new entity has besides the values of known keys.
fn rest_of_new(new: &Side) -> Rest {
    let layout = match &new.content {
        Content::Header(_) => &layout::PLAN,
        Content::Task(_) => &layout::TASK,
        Content::Entry(_) => &layout::ENTRY,
        Content::Record(_) => &layout::RECORD,
        _ => return Rest::default(),
    };
    Rest {
        unknown: unknown::unknown_keys(layout, "", &new.text),
        texts: match new.text.contains('#') {
            true => texts(&Side::default(), new),
            false => None,
        },
    }
}

/// The old text with the new values, and the new text, where they differ.
fn texts(old: &Side, new: &Side) -> Option<(String, String)> {
    let expected = written_over(&old.text, &new.content).ok()?;
    (expected != new.text).then(|| (expected, new.text.clone()))
}

/// The text that a write of an entity would have made of another one.
fn written_over(old: &str, content: &Content) -> std::result::Result<String, FormatError> {
    match content {
        Content::Header(header) => text::header(Some(old), header),
        Content::Task(task) => text::task(Some(old), task),
        Content::Entry(entry) => text::entry(Some(old), entry),
        Content::Record(record) => text::record(record),
        _ => Err(FormatError::new("it is not written over")),
    }
}
