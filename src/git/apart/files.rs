//! Files of a working tree apart from the repository: compared or written by Git as it is set up
//! here, with the user's own filters and nobody else's.

use std::ffi::OsString;
use std::fs;
use std::path::Path;
use std::process::Command;

use super::super::{Error, Repo, Result};
use super::Apart;

/// What Git is told of the file system and of line endings, as the repository is configured.
const AS_HERE: [&str; 8] = [
    "core.fileMode",
    "core.symlinks",
    "core.ignoreCase",
    "core.precomposeUnicode",
    "core.autocrlf",
    "core.eol",
    "core.checkRoundtripEncoding",
    "core.bigFileThreshold",
];

/// What a user may have configured, and what would hide something here or start a program.
const PLAIN: [&str; 8] = [
    "core.fsmonitor=false",
    "core.untrackedCache=false",
    "core.sparseCheckout=false",
    "core.splitIndex=false",
    "core.bare=false",
    "core.trustctime=true",
    "core.checkStat=default",
    "diff.autoRefreshIndex=true",
];

/// A repository apart that treats files as this one does.
pub(in super::super) struct ApartForFiles {
    pub(in super::super) apart: Apart,
    settings: Vec<String>,
}

impl Repo {
    /// Makes one. The repository's own attributes count: they can change line endings, but name
    /// no program that the user has not configured.
    ///
    /// # Errors
    /// [`Error::Io`].
    pub(in super::super) fn apart_for_files(&self) -> Result<ApartForFiles> {
        let apart = self.apart()?;
        let attributes = self.common_dir().join("info/attributes");
        if attributes.is_file() {
            let info = apart.path("info");
            let copied = fs::create_dir_all(&info)
                .and_then(|()| fs::copy(&attributes, info.join("attributes")));
            copied.map_err(Error::io("copy", &attributes))?;
        }
        let as_here = AS_HERE.iter().filter_map(|key| {
            let value = self.config(key)?;
            Some(format!("{key}={value}"))
        });
        let plain = PLAIN.map(str::to_owned).into_iter();
        Ok(ApartForFiles {
            apart,
            settings: plain.chain(as_here).collect(),
        })
    }
}

impl ApartForFiles {
    /// `git` with the configuration of the user, ready for its arguments, which looks at the
    /// files in `work_tree` from there. It starts no hook and no monitor of files.
    pub(in super::super) fn command(&self, work_tree: &Path) -> Command {
        let mut command = self.apart.start();
        let mut hooks = OsString::from("core.hooksPath=");
        hooks.push(self.apart.path("hooks"));
        command.arg("--work-tree").arg(work_tree);
        command.arg("-c").arg(hooks);
        for setting in &self.settings {
            command.args(["-c", setting]);
        }
        command.current_dir(work_tree);
        command
    }
}
