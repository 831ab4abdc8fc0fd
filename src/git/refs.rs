//! Reading refs.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use gix::path::RelativePath;
use gix::refs::{FullName, Target};

use super::error::Cause;
use super::{Error, Oid, Repo, Result};

/// How many symbolic refs Git follows to the end.
const DEEPEST: usize = 5;

/// Where `HEAD` points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The full name of the branch; `None` if `HEAD` is detached.
    pub branch: Option<String>,
    /// The commit; `None` on a branch without commits.
    pub commit: Option<Oid>,
}

impl Repo {
    /// The object that the ref with this full name points to, as it is on disk
    /// now, or `None` if there is no such ref.
    ///
    /// # Errors
    /// [`Error::SymbolicRef`] if it points to another ref, [`Error::RefName`],
    /// [`Error::RefRead`].
    pub fn reference(&self, name: &str) -> Result<Option<Oid>> {
        self.direct(&full_name(name)?)
    }

    /// The full name of the ref that a change to `name` would change: what `name` points to, if
    /// it is a symbolic ref, else `name`. The ref need not exist.
    ///
    /// # Errors
    /// [`Error::SymbolicRef`] if there is no end to it, [`Error::RefName`], [`Error::RefRead`].
    pub fn ref_target(&self, name: &str) -> Result<String> {
        let mut at = match name {
            "HEAD" => FullName::try_from(name).map_err(bad_name(name))?,
            _ => full_name(name)?,
        };
        for _ in 0..=DEEPEST {
            match self.target(&at)? {
                Some(Target::Symbolic(target)) => at = target,
                _ => return Ok(at.to_string()),
            }
        }
        Err(Error::SymbolicRef {
            name: name.to_owned(),
            target: at.to_string(),
        })
    }

    /// Where this worktree's `HEAD` points.
    ///
    /// # Errors
    /// [`Error::RefRead`]; [`Error::SymbolicRef`] if the branch is one.
    pub fn head(&self) -> Result<Head> {
        let name = FullName::try_from("HEAD").map_err(bad_name("HEAD"))?;
        match self.target(&name)? {
            None => Ok(Head {
                branch: None,
                commit: None,
            }),
            Some(Target::Object(oid)) => Ok(Head {
                branch: None,
                commit: Some(oid),
            }),
            Some(Target::Symbolic(branch)) => Ok(Head {
                commit: self.direct(&branch)?,
                branch: Some(branch.to_string()),
            }),
        }
    }

    /// Full names and objects of the refs below `prefix`, such as
    /// `refs/heads/`, sorted by name. Symbolic refs and broken ones are left
    /// out.
    ///
    /// # Errors
    /// [`Error::RefRead`].
    pub fn refs(&self, prefix: &str) -> Result<Vec<(String, Oid)>> {
        loop {
            let before = self.packed_refs_state();
            let refs = self.list(prefix)?;
            // A ref that was packed meanwhile may be in neither place.
            if self.packed_refs_state() == before {
                return Ok(refs);
            }
        }
    }

    fn list(&self, prefix: &str) -> Result<Vec<(String, Oid)>> {
        let relative: &RelativePath = prefix.try_into().map_err(unreadable(prefix))?;
        let snapshot = self.git.refs.iter().map_err(unreadable(prefix))?;
        let found = snapshot.prefixed(relative).map_err(unreadable(prefix))?;
        let mut refs = Vec::new();
        for reference in found.flatten() {
            if let Target::Object(oid) = reference.target {
                refs.push((reference.name.to_string(), oid));
            }
        }
        refs.sort();
        Ok(refs)
    }

    /// Differs whenever `packed-refs` was written anew.
    fn packed_refs_state(&self) -> Option<(SystemTime, u64)> {
        let metadata = fs::metadata(self.git.refs.packed_refs_path()).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    }

    /// The folder that a ref's file is kept under: the worktree's own for the
    /// few kinds of refs that each worktree has for itself.
    pub(super) fn ref_base(&self, name: &FullName) -> &Path {
        let private = ["refs/bisect/", "refs/worktree/", "refs/rewritten/"];
        let name = name.to_string();
        if private.iter().any(|prefix| name.starts_with(prefix)) {
            self.git_dir()
        } else {
            self.common_dir()
        }
    }

    /// The file of a ref that is not packed.
    pub(super) fn ref_path(&self, name: &FullName) -> PathBuf {
        self.ref_base(name).join(self.within_namespace(name))
    }

    /// The file of a ref's log.
    pub(super) fn reflog_path(&self, name: &FullName) -> PathBuf {
        let logs = self.ref_base(name).join("logs");
        logs.join(self.within_namespace(name))
    }

    fn within_namespace(&self, name: &FullName) -> String {
        let namespace = self.git.refs.namespace.as_ref();
        let prefix = namespace.map(|namespace| namespace.as_bstr().to_string());
        prefix.unwrap_or_default() + &name.to_string()
    }

    /// Like [`Repo::reference`], for a name that was checked.
    pub(super) fn direct(&self, name: &FullName) -> Result<Option<Oid>> {
        match self.target(name)? {
            None => Ok(None),
            Some(Target::Object(oid)) => Ok(Some(oid)),
            Some(Target::Symbolic(target)) => Err(Error::SymbolicRef {
                name: name.to_string(),
                target: target.to_string(),
            }),
        }
    }

    /// Looks at the loose file first, then at the packed refs, both as they are
    /// on disk now: `git pack-refs` writes there before it removes here, so that
    /// the other order, or an older copy, could miss a ref that exists.
    fn target(&self, name: &FullName) -> Result<Option<Target>> {
        let text = name.to_string();
        let loose = self.git.refs.try_find_loose(name);
        // The library also looks for `refs/heads/<name>` and the like.
        let loose = loose.map_err(unreadable(&text))?;
        if let Some(found) = loose.filter(|found| &found.name == name) {
            return Ok(Some(found.target));
        }
        let packed = self.git.refs.open_packed_buffer();
        let Some(packed) = packed.map_err(unreadable(&text))? else {
            return Ok(None);
        };
        let found = packed.try_find(self.within_namespace(name).as_str());
        let found = found.map_err(unreadable(&text))?;
        Ok(found.map(|found| Target::Object(found.target())))
    }
}

/// A ref's full name, checked as Git checks it.
pub(super) fn full_name(name: &str) -> Result<FullName> {
    if !name.starts_with("refs/") {
        return Err(Error::RefName {
            name: name.to_owned(),
            source: "a full name begins with refs/".into(),
        });
    }
    FullName::try_from(name).map_err(bad_name(name))
}

fn bad_name<E: Into<Cause>>(name: &str) -> impl FnOnce(E) -> Error {
    let name = name.to_owned();
    move |source| Error::RefName {
        name,
        source: source.into(),
    }
}

fn unreadable<E: Into<Cause>>(name: &str) -> impl FnOnce(E) -> Error {
    let name = name.to_owned();
    move |source| Error::RefRead {
        name,
        source: source.into(),
    }
}
