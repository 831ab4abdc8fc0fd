//! The digests that are trusted here: a file each, so that two processes at once lose nothing.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::{Command, Error, Look, Result, folder};
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

/// A digest that is trusted, with what was looked at. That is for people: the digest alone counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The digest; it names the file.
    #[serde(skip)]
    pub hash: String,
    /// The gate, as `phase/gate`.
    #[serde(default)]
    pub gate: String,
    /// When.
    #[serde(default)]
    pub when: Option<Time>,
    /// The digest of the gate's definition.
    #[serde(default)]
    pub definition: String,
    /// The command's words.
    #[serde(default)]
    pub run: Option<Vec<String>>,
    /// The command's text for a shell.
    #[serde(default)]
    pub shell: Option<String>,
    /// The folder that it runs in.
    #[serde(default)]
    pub cwd: String,
    /// The environment variables that it needs.
    #[serde(default)]
    pub env: Vec<String>,
    /// The files that it names, each with its object.
    #[serde(default)]
    pub scripts: Vec<(String, Option<String>)>,
}

impl Entry {
    fn of(look: &Look, now: Time) -> Self {
        let (run, shell) = match &look.command {
            Command::Argv(words) => (Some(words.clone()), None),
            Command::Shell(text) => (None, Some(text.clone())),
        };
        let scripts = look.scripts.iter();
        Self {
            hash: look.hash(),
            gate: look.gate.clone(),
            when: Some(now),
            definition: look.definition.clone(),
            run,
            shell,
            cwd: look.cwd.clone(),
            env: look.env.clone(),
            scripts: scripts
                .map(|script| (script.path.clone(), script.oid.map(|oid| oid.to_string())))
                .collect(),
        }
    }

    /// What a gate has now that it had not when this was trusted, in words.
    pub fn changes(&self, look: &Look) -> Vec<String> {
        let now = Self::of(look, Time(0));
        let mut changes = Vec::new();
        if (&self.run, &self.shell) != (&now.run, &now.shell) {
            changes.push("the command".to_owned());
        }
        if self.cwd != now.cwd {
            changes.push("the folder that it runs in".to_owned());
        }
        if self.env != now.env {
            changes.push("the environment variables".to_owned());
        }
        let all: BTreeSet<_> = self.scripts.iter().chain(&now.scripts).collect();
        let is_new = |script: &&&(String, Option<String>)| {
            !self.scripts.contains(script) || !now.scripts.contains(script)
        };
        let paths: BTreeSet<_> = all.iter().filter(is_new).map(|(path, _)| path).collect();
        changes.extend(paths.into_iter().map(|path| format!("the file {path}")));
        if changes.is_empty() && self.definition != now.definition {
            changes.push("the rest of the gate's definition".to_owned());
        }
        changes
    }
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
            None => From::Folder(own_folder(repo, root, &variable)?),
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
            From::Folder(path) => Ok(chain_is_there(path)? && folder::has_file(&path.join(hash))?),
        }
    }

    /// Trusts it from now on.
    ///
    /// # Errors
    /// [`Error::ReadOnly`], and where the file cannot be written.
    pub fn add(&self, look: &Look, now: Time) -> Result<()> {
        let path = self.folder()?;
        folder::make(path)?;
        chain_is_there(path)?;
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
            From::List(_, hashes) => return Ok(hashes.iter().map(|h| bare(h)).collect()),
            From::Folder(path) if !chain_is_there(path)? => return Ok(Vec::new()),
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
                let entry = serde_json::from_str(&text).unwrap_or_else(|_| bare(hash));
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

fn bare(hash: &str) -> Entry {
    Entry {
        hash: hash.to_owned(),
        gate: String::new(),
        when: None,
        definition: String::new(),
        run: None,
        shell: None,
        cwd: String::new(),
        env: Vec::new(),
        scripts: Vec::new(),
    }
}

/// Whether a word is a whole digest.
pub(super) fn is_hash(word: &str) -> bool {
    word.len() == 64 && word.bytes().all(|c| c.is_ascii_hexdigit())
}

/// `$XDG_STATE_HOME/git-plan/trust/<root>`.
fn own_folder(
    repo: &Repo,
    root: Oid,
    variable: &impl Fn(&str) -> Option<OsString>,
) -> Result<PathBuf> {
    let folder = |name| {
        variable(name)
            .map(PathBuf::from)
            .filter(|path| path.is_absolute())
    };
    let state = folder("XDG_STATE_HOME").or_else(|| Some(folder("HOME")?.join(".local/state")));
    let path = state.ok_or(Error::NoHome)?.join("git-plan/trust");
    refuse_inside(repo, &path)?;
    Ok(path.join(root.to_string()))
}

/// Whether the folder is there, and neither it nor those of ours above it can be written by others.
fn chain_is_there(path: &Path) -> Result<bool> {
    let ours: Vec<&Path> = path.ancestors().take(3).collect();
    for part in ours.into_iter().rev() {
        if !folder::is_there(part)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Refuses what the repository itself could bring along.
fn refuse_inside(repo: &Repo, path: &Path) -> Result<()> {
    let plain = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
    // What is not there yet lies where the nearest folder above it lies.
    let there = path.ancestors().find(|part| part.exists());
    let place = plain(there.unwrap_or(path));
    let tops = repo.work_tree().into_iter();
    let mut tops = tops.chain([repo.common_dir(), repo.git_dir()]);
    match tops.any(|top| place.starts_with(plain(top))) {
        true => Err(Error::Refused {
            path: path.to_owned(),
            why: "it lies within the repository",
        }),
        false => Ok(()),
    }
}

fn read_list(repo: &Repo, root: Oid, path: &Path) -> Result<From> {
    let refused = |why| Error::Refused {
        path: path.to_owned(),
        why,
    };
    refuse_inside(repo, path)?;
    if !folder::has_file(path)? {
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
