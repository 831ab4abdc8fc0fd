//! The specifications of a plan, for its index: few files, read anew when one of them changed.

use super::cache::OidKey;
use super::index::{Section, is_current, stray};
use super::snapshot::is_file;
use super::{Result, paths};
use crate::format;
use crate::git::{self, EntryKind, Oid, Repo, TreeEntry};
use crate::model::spec::Problem;
use crate::model::{Broken, Plan, Slug, SpecForm, SpecRow, SpecText, limits};

/// Brings the section up to date and tells how many files had to be read.
pub(super) fn refresh(
    repo: &Repo,
    plan: &Slug,
    section: &mut Section<SpecRow>,
    entry: Option<&TreeEntry>,
) -> Result<usize> {
    if is_current(section, entry) {
        return Ok(0);
    }
    *section = Section::default();
    let Some(entry) = entry else {
        return Ok(0);
    };
    section.tree = OidKey::from(entry.oid);
    let place = format!("{}/specs", paths::plan(plan));
    if entry.kind != EntryKind::Tree {
        section.stray.push(stray(&place, "not a folder"));
        return Ok(0);
    }
    let mut named = Vec::new();
    for file in repo.tree(entry.oid)? {
        let path = format!("{place}/{}", file.name);
        match name_of(&file) {
            Ok((name, form)) => named.push((name, form, file.oid, path)),
            Err(cause) => section.stray.push(stray(&path, cause)),
        }
    }
    let oids: Vec<Oid> = named.iter().map(|(_, _, oid, _)| *oid).collect();
    repo.bring(&oids)?;
    let read = repo.read_blobs(&oids, limits::SPEC, |_, bytes| bytes.map(<[u8]>::to_vec));
    for ((name, form, oid, path), bytes) in named.into_iter().zip(read) {
        let taken = section.rows.iter().any(|row| row.name == name);
        match row(name, form, bytes) {
            Ok(_) if taken => section.stray.push(stray(
                &path,
                "another file has the specification of that name",
            )),
            Ok(row) => section.rows.push(SpecRow {
                blob: Some(oid.to_string()),
                ..row
            }),
            Err(Unread::Bad(line, cause)) => section.stray.push(Broken { path, line, cause }),
            Err(Unread::Failed(error)) => return Err(error.into()),
        }
    }
    section.rows.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(oids.len())
}

/// Puts the rows into a plan.
pub(super) fn fill(rows: Vec<SpecRow>, plan: &mut Plan) {
    if rows.len() > limits::SPECS {
        let (count, limit) = (rows.len(), limits::SPECS);
        let cause = format!("it holds {count} specifications; the limit is {limit}");
        let place = format!("{}/specs", paths::plan(&plan.id));
        plan.broken.push(stray(&place, &cause));
    }
    plan.specs = rows;
}

fn name_of(file: &TreeEntry) -> Result<(Slug, SpecForm), &'static str> {
    if !is_file(file) {
        return Err("not a plain file (a link, a program or a folder)");
    }
    let name = file.name.to_string();
    let found = SpecForm::ALL.into_iter().find_map(|form| {
        let stem = name.strip_suffix(form.extension())?.strip_suffix('.')?;
        Some((stem.parse().ok()?, form))
    });
    found.ok_or("not <name>.toml or <name>.yaml")
}

/// Why there is no row.
enum Unread {
    /// The file is not a specification.
    Bad(Option<u32>, String),
    /// The repository cannot be read.
    Failed(git::Error),
}

fn bad(problems: &[Problem]) -> Unread {
    match problems {
        [] => Unread::Bad(None, "no specification".to_owned()),
        [one] => Unread::Bad(Some(one.at.line), one.cause.clone()),
        [one, rest @ ..] => {
            let (cause, more) = (&one.cause, rest.len());
            Unread::Bad(Some(one.at.line), format!("{cause} (and {more} more)"))
        }
    }
}

fn row(name: Slug, form: SpecForm, bytes: Result<Vec<u8>, git::Error>) -> Result<SpecRow, Unread> {
    let bytes = bytes.map_err(|error| match error {
        git::Error::TooLarge { size, limit, .. } => {
            Unread::Bad(None, format!("it has {size} bytes; the limit is {limit}"))
        }
        other => Unread::Failed(other),
    })?;
    let text =
        String::from_utf8(bytes).map_err(|_| Unread::Bad(None, "not text in UTF-8".to_owned()))?;
    match format::spec::read(form, &text) {
        Ok(_) => Ok(SpecText { name, form, text }.row()),
        Err(problems) => Err(bad(&problems)),
    }
}
