//! The variables of Git's environment that the Git library leaves to us. They
//! are read once, when a repository is opened.

use std::env;
use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};

use super::{Error, Result, parameters};

/// What the process environment says about the repository.
#[derive(Default)]
pub(super) struct Environment {
    /// From `git -c`, as `key=value`.
    pub(super) overrides: Vec<String>,
    /// Where new objects go, if not into the repository: a push's quarantine.
    pub(super) object_directory: Option<PathBuf>,
    /// More places to read objects from.
    pub(super) alternates: Vec<PathBuf>,
    /// Where Git says that the shared part of the repository is.
    pub(super) common_dir: Option<PathBuf>,
    /// Whether the repository was named rather than searched for.
    pub(super) names_git_dir: bool,
    /// Whether the index was named: hooks of a partial commit do that.
    pub(super) names_index: bool,
}

impl Environment {
    /// Reads the process environment; relative folders are taken from `cwd`.
    pub(super) fn from_process(cwd: &Path) -> Result<Self> {
        let folder = |name| non_empty(name).map(|value| cwd.join(value));
        Ok(Self {
            overrides: overrides()?,
            object_directory: folder("GIT_OBJECT_DIRECTORY"),
            alternates: non_empty("GIT_ALTERNATE_OBJECT_DIRECTORIES")
                .map(|value| alternates(&value, cwd))
                .unwrap_or_default(),
            common_dir: folder("GIT_COMMON_DIR"),
            names_git_dir: env::var_os("GIT_DIR").is_some(),
            names_index: non_empty("GIT_INDEX_FILE").is_some(),
        })
    }
}

fn non_empty(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}

fn overrides() -> Result<Vec<String>> {
    let Some(value) = non_empty("GIT_CONFIG_PARAMETERS") else {
        return Ok(Vec::new());
    };
    value
        .to_str()
        .and_then(parameters::parse)
        .ok_or_else(|| Error::Config {
            key: "GIT_CONFIG_PARAMETERS".into(),
            source: "its quoting is broken".into(),
        })
}

/// Git's list of folders: separated like `PATH`, an entry that starts with `"`
/// is C-quoted.
fn alternates(value: &OsStr, cwd: &Path) -> Vec<PathBuf> {
    env::split_paths(value)
        .filter(|path| !path.as_os_str().is_empty())
        .map(|path| cwd.join(unquote(&path).unwrap_or(path)))
        .collect()
}

fn unquote(path: &Path) -> Option<PathBuf> {
    let quoted = path.to_str()?.strip_prefix('"').is_some();
    let (plain, _) = gix::quote::ansi_c::undo(path.to_str()?.into()).ok()?;
    quoted.then(|| {
        gix::path::from_bstr(plain)
            .ok()
            .map(std::borrow::Cow::into_owned)
    })?
}
