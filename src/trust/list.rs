//! The digests that are trusted here: a file each, so that two processes at once lose nothing.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::{Entry, Error, Look, Result, folder, place};
use crate::git::{Oid, Repo};
use crate::model::Time;

/// The variable that names a list to use instead.
const VARIABLE: &str = "GIT_PLAN_TRUST";
/// How such a list begins; the root commit stands behind it.
const HEADING: &str = "git-plan trust 1 ";

/// What is trusted for the plans of one root commit.
pub struct Trust {
    root: Oid,
    from: From,
}

enum From {
    /// A folder of this person, with a file for each digest.
    Folder(PathBuf),
    /// A list that somebody handed in.
    List(PathBuf, BTreeSet<String>),
}

impl Trust {
    /// What is trusted for the plans with this root commit; `variable` reads the environment.
    ///
    /// # Errors
    /// [`Error::NoHome`]; [`Error::Refused`] for a list within the repository, or that others may
    /// write.
    pub fn open(
        repo: &Repo,
        root: Oid,
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self> {
        let from = match variable(VARIABLE).filter(|path| !path.is_empty()) {
            Some(file) => read_list(repo, root, Path::new(&file))?,
            None => From::Folder(place::own_folder(repo, root, &variable)?),
        };
        Ok(Self { root, from })
    }

    /// Whether this may run.
    ///
    /// # Errors
    /// [`Error::Refused`] where somebody else may have written the file that says so.
    pub fn holds(&self, look: &Look) -> Result<bool> {
        let hash = look.hash();
        match &self.from {
            From::List(_, hashes) => Ok(hashes.contains(&hash)),
            From::Folder(path) => Ok(place::is_there(path)? && folder::has_file(&path.join(hash))?),
        }
    }

    /// Trusts it from now on.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], and where the file cannot be written.
    pub fn add(&self, look: &Look, now: Time) -> Result<()> {
        let path = self.folder()?;
        folder::make(path)?;
        place::is_there(path)?;
        let entry = Entry::of(look, now);
        let text = serde_json::to_string(&entry).unwrap_or_default();
        let failed = |error| Error::io("write to", path)(error);
        let mut file = tempfile::Builder::new()
            .prefix(".new-")
            .tempfile_in(path)
            .map_err(failed)?;
        let written = writeln!(file, "{text}").and_then(|()| file.as_file().sync_all());
        written.map_err(Error::io("write", file.path()))?;
        let place = path.join(&entry.hash);
        let kept = file.persist(&place).map_err(|error| error.error);
        kept.map(drop).map_err(Error::io("write", &place))
    }

    /// Trusts a digest no longer; tells whether it was.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], and where the file cannot be removed.
    pub fn remove(&self, hash: &str) -> Result<bool> {
        let place = self.folder()?.join(hash);
        match fs::remove_file(&place) {
            Ok(()) => Ok(true),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Error::io("remove", &place)(error)),
        }
    }

    /// All that is trusted for these plans, the latest last.
    ///
    /// # Errors
    /// [`Error::Refused`], and where the folder cannot be read.
    pub fn entries(&self) -> Result<Vec<Entry>> {
        let path = match &self.from {
            From::List(_, hashes) => return Ok(hashes.iter().map(|h| Entry::bare(h)).collect()),
            From::Folder(path) if !place::is_there(path)? => return Ok(Vec::new()),
            From::Folder(path) => path,
        };
        let mut entries = Vec::new();
        for file in fs::read_dir(path).map_err(Error::io("read", path))? {
            let name = file.map_err(Error::io("read", path))?.file_name();
            let Some(hash) = name.to_str().filter(|name| is_hash(name)) else {
                continue;
            };
            if folder::has_file(&path.join(hash))? {
                let text = fs::read_to_string(path.join(hash)).unwrap_or_default();
                let entry = serde_json::from_str(&text).unwrap_or_else(|_| Entry::bare(hash));
                let hash = hash.to_owned();
                entries.push(Entry { hash, ..entry });
            }
        }
        entries.sort_by(|a, b| (a.when, &a.hash).cmp(&(b.when, &b.hash)));
        Ok(entries)
    }

    /// The last that was trusted for a gate, if any.
    ///
    /// # Errors
    /// As [`Trust::entries`].
    pub fn last_for(&self, gate: &str) -> Result<Option<Entry>> {
        let entries = self.entries()?.into_iter().rev();
        Ok(entries.into_iter().find(|entry| entry.gate == gate))
    }

    /// The list as `GIT_PLAN_TRUST` takes it.
    ///
    /// # Errors
    /// As [`Trust::entries`].
    pub fn export(&self) -> Result<String> {
        let mut text = format!("{HEADING}{}\n", self.root);
        for entry in self.entries()? {
            text.push_str(&entry.hash);
            text.push('\n');
        }
        Ok(text)
    }

    fn folder(&self) -> Result<&Path> {
        match &self.from {
            From::Folder(path) => Ok(path),
            From::List(path, _) => Err(Error::ReadOnly(path.clone())),
        }
    }
}

/// Whether a word is a whole digest.
pub(super) fn is_hash(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|c| c.is_ascii_hexdigit())
}

fn read_list(repo: &Repo, root: Oid, path: &Path) -> Result<From> {
    let refused = |why| Error::Refused {
        path: path.to_owned(),
        why,
    };
    place::refuse_inside(repo, path)?;
    if !folder::has_file_from_outside(path)? {
        return Err(refused("it is not there"));
    }
    let text = fs::read_to_string(path).map_err(Error::io("read", path))?;
    let mut lines = text.lines();
    let heading = lines.next().and_then(|line| line.strip_prefix(HEADING));
    let heading = heading.ok_or_else(|| refused("its first line says something else"))?;
    if Oid::from_hex(heading.as_bytes()).ok() != Some(root) {
        return Err(refused("it is for other plans"));
    }
    let hashes: BTreeSet<String> = lines.map(str::to_owned).collect();
    match hashes.iter().all(|hash| is_hash(hash)) {
        true => Ok(From::List(path.to_owned(), hashes)),
        false => Err(refused("a line of it is no digest")),
    }
}
