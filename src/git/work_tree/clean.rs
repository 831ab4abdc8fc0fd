//! From the bytes on disk to those that Git records: clean filters, encodings,
//! line endings.

use std::collections::BTreeSet;
use std::io::Read;

use gix::attrs::StateRef;
use gix::attrs::search::{MetadataCollection, Outcome};
use gix::bstr::{BStr, BString};
use gix::filter::Pipeline as Configured;
use gix::filter::plumbing::pipeline::convert::ToGitOutcome;
use gix::filter::plumbing::{Driver, Pipeline};
use gix::index::State;
use gix::index::entry::Stage;
use gix::objs::{Find, Kind};

use super::super::database::Databases;
use super::super::error::Cause;
use super::super::{Error, Repo, Result};
use super::aside::Aside;
use super::{attributes, walk_error};

/// What we look at ourselves.
const SELECTED: [&str; 6] = [
    "filter",
    "working-tree-encoding",
    "ident",
    "text",
    "crlf",
    "eol",
];

struct Selected {
    filter: Option<String>,
    encoding: Option<String>,
    ident: bool,
    /// Whether lines may end otherwise on disk.
    lines: bool,
}

/// What may stand between the bytes on disk and those that Git has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Converts {
    /// Nothing.
    Nothing,
    /// Line endings.
    Lines,
    /// A filter, an encoding, the id of the object.
    Anything,
}

/// Converts content, one file after the other. Filter programs that serve many
/// files are started once, and end with this.
pub(super) struct Cleaner {
    pipeline: Pipeline,
    attributes: gix::worktree::Stack,
    filter: Outcome,
    drivers: Vec<Driver>,
    /// Filters that failed here, by name. Git has the last word on each file.
    failed: BTreeSet<BString>,
    /// Whether the configuration asks for other line endings on disk.
    converts_lines: bool,
    aside: Aside,
    index: gix::worktree::Index,
    objects: Databases,
}

impl Repo {
    pub(super) fn cleaner(&self) -> Result<Cleaner> {
        let index = self.git.index_or_empty().map_err(walk_error)?;
        let source = gix::worktree::stack::state::attributes::Source::WorktreeThenIdMapping;
        let deleted = attributes::deleted(&index, &self.disk()?)?;
        let attributes = attributes::left(&index, &deleted);
        let attributes = self.git.attributes_only(&attributes, source);
        let attributes = attributes.map_err(walk_error)?.detach();
        let mut options = Configured::options(&self.git).map_err(walk_error)?;
        options.drivers = options.drivers.into_iter().map(usable).collect();
        let context = self.git.command_context().map_err(walk_error)?;
        let drivers = options.drivers.clone();
        let mut filter = Outcome::default();
        filter.initialize_with_selection(&MetadataCollection::default(), SELECTED);
        Ok(Cleaner {
            pipeline: Pipeline::new(context, self.object_format(), options),
            attributes,
            filter,
            drivers,
            failed: BTreeSet::new(),
            converts_lines: self
                .config("core.autocrlf")
                .is_some_and(|value| !is_false(&value)),
            aside: self.aside(),
            index,
            objects: self.objects.clone(),
        })
    }
}

impl Cleaner {
    /// The name of the filter that the attributes of `path` name.
    ///
    /// # Errors
    /// [`Error::Convert`].
    pub(super) fn filter(&mut self, path: &BStr) -> Result<Option<String>> {
        Ok(self.selected(path)?.filter)
    }

    /// What stands between the bytes on disk and those that Git has of `path`.
    ///
    /// # Errors
    /// [`Error::Convert`].
    pub(super) fn converts(&mut self, path: &BStr) -> Result<Converts> {
        let selected = self.selected(path)?;
        if selected.filter.is_some() || selected.encoding.is_some() || selected.ident {
            return Ok(Converts::Anything);
        }
        Ok(match selected.lines || self.converts_lines {
            true => Converts::Lines,
            false => Converts::Nothing,
        })
    }

    fn selected(&mut self, path: &BStr) -> Result<Selected> {
        let platform = self.attributes.at_entry(path, None, &self.objects);
        let platform = platform.map_err(|source| convert_error(path, source.into()))?;
        platform.matching_attributes(&mut self.filter);
        let mut states = self.filter.iter_selected();
        let mut next = || match states.next()?.assignment.state {
            StateRef::Value(name) => Some(name.as_bstr().to_string()),
            StateRef::Set => Some(String::new()),
            _ => None,
        };
        let named = |value: Option<String>| value.filter(|name| !name.is_empty());
        Ok(Selected {
            filter: named(next()),
            encoding: named(next()),
            ident: next().is_some(),
            lines: (0..3).any(|_| next().is_some()),
        })
    }

    /// `bytes` of the file at `path` in Git's form.
    ///
    /// # Errors
    /// [`Error::CleanFilter`], [`Error::Convert`].
    pub(super) fn clean(&mut self, path: &BStr, bytes: Vec<u8>) -> Result<Vec<u8>> {
        let selected = self.selected(path)?;
        if selected.encoding.is_some_and(|name| !is_utf8(&name)) {
            return self.clean_aside(path);
        }
        let Some(driver) = self.driver(selected.filter) else {
            let converted = self.convert(path, &bytes);
            let converted = converted.map_err(|source| convert_error(path, source.into()))?;
            return Ok(converted.unwrap_or(bytes));
        };
        let is_able = has_clean(&driver) && !self.failed.contains(&driver.name);
        if is_able && let Ok(Some(converted)) = self.convert(path, &bytes) {
            return Ok(converted);
        }
        self.failed.insert(driver.name.clone());
        match self.clean_aside(path) {
            Err(Error::Convert { source, .. }) if driver.required => {
                Err(filter_error(path, &driver, source))
            }
            cleaned => cleaned,
        }
    }

    fn driver(&self, name: Option<String>) -> Option<Driver> {
        let name = name?;
        let driver = self.drivers.iter().find(|driver| driver.name == name);
        driver.cloned()
    }

    /// What Git makes of the file. Encodings are its own affair: the library
    /// knows fewer, and byte order marks less well. Filters that fail are too:
    /// the library ends no line of the protocol, which not all of them forgive,
    /// and what follows from a failure is for Git to say.
    fn clean_aside(&self, path: &BStr) -> Result<Vec<u8>> {
        let cleaned = self.aside.open()?.content(path);
        cleaned.map_err(|source| convert_error(path, source.into()))
    }

    /// The converted bytes, or `None` where they are the same.
    fn convert(&mut self, path: &BStr, bytes: &[u8]) -> gix::Result<Option<Vec<u8>>> {
        let attributes = self.attributes.at_entry(path, None, &self.objects);
        let attributes = attributes.map_err(gix::Error::from_error)?;
        let (index, objects) = (&self.index, &self.objects);
        let mut outcome = self.pipeline.convert_to_git(
            bytes,
            &gix::path::from_bstr(path)?,
            &mut |_, found| {
                attributes.matching_attributes(found);
            },
            &mut |buffer| indexed(index, objects, path, buffer),
        )?;
        if let ToGitOutcome::Unchanged(_) = outcome {
            return Ok(None);
        }
        let mut converted = Vec::new();
        let read = outcome.read_to_end(&mut converted);
        read.map_err(gix::Error::from_error)?;
        Ok(Some(converted))
    }
}

/// What the index has at `path`, ours in a conflict: `core.autocrlf` leaves
/// files alone that have CRLF there.
fn indexed(
    index: &State,
    objects: &Databases,
    path: &BStr,
    buffer: &mut Vec<u8>,
) -> gix::Result<Option<()>> {
    let ours = || index.entry_by_path_and_stage(path, Stage::Ours);
    let Some(entry) = index.entry_by_path(path).or_else(ours) else {
        return Ok(None);
    };
    let found = objects.try_find(&entry.id, buffer)?;
    Ok(found.filter(|found| found.kind == Kind::Blob).map(|_| ()))
}

/// Like Git we take an empty command for none; where a process is named,
/// though it be empty, the command for single files does not count.
fn usable(mut driver: Driver) -> Driver {
    if driver.process.is_some() {
        driver.clean = None;
    }
    for command in [&mut driver.clean, &mut driver.process] {
        if command.as_ref().is_some_and(|command| command.is_empty()) {
            *command = None;
        }
    }
    driver
}

fn is_utf8(encoding: &str) -> bool {
    ["UTF-8", "UTF8"]
        .iter()
        .any(|name| encoding.eq_ignore_ascii_case(name))
}

/// In all of Git's spellings; what is none of them counts as something else.
fn is_false(value: &str) -> bool {
    let words = ["false", "no", "off", "0"];
    words.iter().any(|word| value.eq_ignore_ascii_case(word))
}

fn has_clean(driver: &Driver) -> bool {
    driver.clean.is_some() || driver.process.is_some()
}

fn filter_error(path: &BStr, driver: &Driver, source: Cause) -> Error {
    Error::CleanFilter {
        path: path.to_string(),
        filter: driver.name.to_string(),
        source,
    }
}

fn convert_error(path: &BStr, source: Cause) -> Error {
    Error::Convert {
        path: path.to_string(),
        source,
    }
}
