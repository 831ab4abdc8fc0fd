//! What is on disk and not in the commit: all of it but what the commit's ignore files ignore.

use std::collections::HashMap;
use std::fs::{self, DirEntry};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use gix::bstr::{BStr, BString, ByteSlice};
use gix::ignore::search::Ignore as Parse;
use gix::index::State;
use gix::index::entry::Mode;
use gix::worktree::Stack;
use gix::worktree::stack::State as Kind;
use gix::worktree::stack::state::Ignore;
use gix::worktree::stack::state::ignore::Source;

use super::super::database::Databases;
use super::super::{Error, Repo, Result};
use super::fresh::Fresh;
use super::inputs::Inputs;
use super::names::{Tracked, joined, tracked};
use super::{Difference, Found};

impl Repo {
    /// Looks for what is new, in everything or at the inputs.
    pub(super) fn untracked(
        &self,
        fresh: &Fresh,
        root: &Path,
        inputs: &Inputs,
        found: &mut Found,
    ) -> Result<()> {
        let ignore_case = self.config_bool("core.ignoreCase")?.unwrap_or(false);
        let mut walk = Walk {
            root,
            git_dir: self.common_dir(),
            index: &fresh.index,
            ignored: ignored(root, ignore_case, &fresh.index),
            objects: &self.objects,
            found,
        };
        let Some(paths) = inputs.paths() else {
            let all = 0..fresh.index.entries().len();
            return walk.folder(BStr::new(""), all);
        };
        for path in paths {
            walk.input(path.as_bstr())?;
        }
        for path in inputs.beside() {
            walk.beside(path.as_bstr())?;
        }
        Ok(())
    }
}

/// The rules of the `.gitignore` files in the index, and no others.
fn ignored(root: &Path, ignore_case: bool, index: &State) -> Stack {
    let parse = Parse {
        support_precious: false,
    };
    let rules = Ignore::new(
        Default::default(),
        Default::default(),
        None,
        Source::IdMapping,
        parse,
    );
    let rules = Kind::IgnoreStack(rules);
    Stack::from_state_and_ignore_case(root, ignore_case, rules, index, index.path_backing())
}

struct Walk<'walk> {
    root: &'walk Path,
    git_dir: &'walk Path,
    index: &'walk State,
    ignored: Stack,
    objects: &'walk Databases,
    found: &'walk mut Found,
}

impl Walk<'_> {
    /// Looks through the folder at `path`, of which the commit has these entries.
    fn folder(&mut self, path: &BStr, entries: Range<usize>) -> Result<()> {
        let tracked = tracked(self.index, path, entries);
        let folder = self.on_disk(path)?;
        let failed = || Error::io("read the folder", &folder);
        let listed = match fs::read_dir(&folder) {
            Err(error) if is_gone(&error) => return Ok(()),
            listed => listed.map_err(failed())?,
        };
        for entry in listed {
            self.entry(path, &entry.map_err(failed())?, &tracked)?;
        }
        Ok(())
    }

    fn entry(
        &mut self,
        folder: &BStr,
        entry: &DirEntry,
        tracked: &HashMap<&BStr, Tracked>,
    ) -> Result<()> {
        let name = entry.file_name();
        let name = gix::path::os_str_into_bstr(&name).map_err(super::fresh::failed)?;
        if self.is_git_dir(folder, name, entry) {
            return Ok(());
        }
        let path = joined(folder, name);
        let kind = match entry.file_type() {
            Err(error) if is_gone(&error) => return Ok(()),
            kind => kind.map_err(Error::io("look at", &entry.path()))?,
        };
        match tracked.get(name) {
            Some(Tracked::Leaf { is_submodule }) if *is_submodule || !kind.is_dir() => Ok(()),
            Some(Tracked::Folder(entries)) if kind.is_dir() => {
                self.folder(path.as_bstr(), entries.clone())
            }
            _ => self.stranger(path, kind.is_dir()),
        }
    }

    /// Something that the commit does not have.
    fn stranger(&mut self, path: BString, is_folder: bool) -> Result<()> {
        let mode = if is_folder { Mode::DIR } else { Mode::FILE };
        let looked = self
            .ignored
            .at_entry(path.as_bstr(), Some(mode), self.objects);
        let file = self
            .root
            .join(gix::path::from_bstr(path.as_bstr()).map_err(super::fresh::failed)?);
        let is_ignored = looked.map_err(Error::io("look at", &file))?.is_excluded();
        if is_ignored {
            return Ok(());
        }
        if !is_folder {
            self.found.insert(path, Difference::Untracked);
            return Ok(());
        }
        // A repository of its own is one thing, and so is a Git folder.
        let is_git_folder = file.file_name() == Some(".git".as_ref());
        if is_git_folder || file.join(".git").symlink_metadata().is_ok() {
            let path = joined(path.as_bstr(), BStr::new(""));
            self.found.insert(path, Difference::Untracked);
            return Ok(());
        }
        self.folder(path.as_bstr(), 0..0)
    }

    /// Whether this is the repository itself. Further down, a `.git` beside files of the commit
    /// is something that a program sees.
    fn is_git_dir(&self, folder: &BStr, name: &BStr, entry: &DirEntry) -> bool {
        let is_named = || self.git_dir.file_name() == Some(&entry.file_name());
        folder.is_empty() && name == ".git" || is_named() && self.git_dir == entry.path()
    }

    /// Looks at one input, which the commit may have as a file, as a folder, or not at all.
    fn input(&mut self, path: &BStr) -> Result<()> {
        let Some(is_folder) = self.look(path)? else {
            return Ok(());
        };
        let below = joined(path, BStr::new(""));
        let below = self.index.prefixed_entries_range(below.as_bstr());
        match (self.index.entry_by_path(path), below) {
            (Some(entry), _) if entry.mode == Mode::COMMIT || !is_folder => Ok(()),
            (None, Some(entries)) if is_folder && !entries.is_empty() => self.folder(path, entries),
            _ => self.stranger(path.to_owned(), is_folder),
        }
    }

    /// Looks at a file that says what others are: nothing excuses one that the commit lacks.
    fn beside(&mut self, path: &BStr) -> Result<()> {
        if self.look(path)?.is_some() && self.index.entry_by_path(path).is_none() {
            self.found.insert(path.to_owned(), Difference::Untracked);
        }
        Ok(())
    }

    /// Whether there is a folder at `path`; none if nothing is there, or only behind a link. What
    /// is inside a submodule is looked at with that.
    fn look(&self, path: &BStr) -> Result<Option<bool>> {
        for end in path.find_iter("/") {
            let above = path[..end].as_bstr();
            let entry = self.index.entry_by_path(above);
            let is_submodule = entry.is_some_and(|entry| entry.mode == Mode::COMMIT);
            if is_submodule || kind(&self.on_disk(above)?)? != Some(true) {
                return Ok(None);
            }
        }
        kind(&self.on_disk(path)?)
    }

    fn on_disk(&self, path: &BStr) -> Result<PathBuf> {
        let path = gix::path::from_bstr(path).map_err(super::fresh::failed)?;
        Ok(self.root.join(path))
    }
}

/// Whether there is a folder; none if nothing is there.
fn kind(path: &Path) -> Result<Option<bool>> {
    match path.symlink_metadata() {
        Err(error) if is_gone(&error) => Ok(None),
        looked => Ok(Some(looked.map_err(Error::io("look at", path))?.is_dir())),
    }
}

fn is_gone(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory
    )
}
