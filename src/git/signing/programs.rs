//! Finding and running the programs that sign and verify.

use std::env;
use std::ffi::OsString;
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use super::super::program::run_with_input;
use super::super::{Error, Repo, Result};

/// A program by which signatures are made and verified.
pub(super) struct Program {
    path: PathBuf,
    key: &'static str,
}

impl Repo {
    /// The program that the first of `keys` that is set names, else `default`. Only the user's
    /// own configuration counts. A name without a folder is looked up in `PATH`, outside of the
    /// working tree.
    ///
    /// # Errors
    /// [`Error::SigningProgram`].
    pub(super) fn signing_program(&self, keys: &[&'static str], default: &str) -> Result<Program> {
        let key = keys.first().copied().unwrap_or_default();
        let set = keys.iter().find_map(|key| self.user_config_path(key));
        let program = set.unwrap_or_else(|| PathBuf::from(default));
        let found = match program.components().count() {
            1 if !program.is_absolute() => self.on_path(&program),
            _ => Some(program.clone()).filter(|program| program.is_absolute()),
        };
        let path = found.ok_or_else(|| missing(&program, key))?;
        Ok(Program { path, key })
    }

    /// A value of the user's own configuration that names a file; `~/` is the home folder.
    pub(super) fn user_config_path(&self, key: &str) -> Option<PathBuf> {
        self.user_config(key).map(|value| expand(&value))
    }

    fn on_path(&self, name: &Path) -> Option<PathBuf> {
        let name = with_suffix(name);
        let folders = env::var_os("PATH")?;
        let folders: Vec<PathBuf> = env::split_paths(&folders).collect();
        let mut found = folders
            .iter()
            .filter(|folder| folder.is_absolute() && !self.is_in_work_tree(folder))
            .map(|folder| folder.join(&name));
        found.find(|file| {
            let metadata = file.metadata();
            metadata.is_ok_and(|metadata| is_executable(&metadata)) && !self.is_in_work_tree(file)
        })
    }

    fn is_in_work_tree(&self, path: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let top = self.work_tree().map(real);
        top.is_some_and(|top| real(path).starts_with(top))
    }
}

/// `~/` at the beginning is the home folder.
pub(super) fn expand(value: &str) -> PathBuf {
    let below_home = value.strip_prefix("~/");
    let in_home = below_home.and_then(|rest| Some(gix::path::env::home_dir()?.join(rest)));
    in_home.unwrap_or_else(|| PathBuf::from(value))
}

impl Program {
    /// Runs the program with `input`, away from anything that it could find by accident.
    ///
    /// # Errors
    /// [`Error::SigningProgram`].
    pub(super) fn run(&self, words: &[OsString], cwd: &Path, input: &[u8]) -> Result<Output> {
        let mut command = Command::new(&self.path);
        // Times without a zone in lists of signers are the same everywhere.
        command.args(words).env("TZ", "UTC").env("LC_ALL", "C");
        let output = run_with_input(command.current_dir(cwd), input);
        output.map_err(|_| missing(&self.path, self.key))
    }

    /// The error for when it ran and did not sign.
    pub(super) fn not_signed(&self, output: &Output) -> Error {
        let text = String::from_utf8_lossy(&output.stderr);
        let lines = text.lines().filter(|line| !line.starts_with("[GNUPG:]"));
        Error::NotSigned {
            program: self.path.display().to_string(),
            message: lines.collect::<Vec<_>>().join("\n").trim().to_owned(),
        }
    }
}

fn missing(program: &Path, key: &'static str) -> Error {
    Error::SigningProgram {
        program: program.display().to_string(),
        key,
    }
}

#[cfg(unix)]
fn is_executable(metadata: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    metadata.is_file() && metadata.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(metadata: &Metadata) -> bool {
    metadata.is_file()
}

fn with_suffix(name: &Path) -> PathBuf {
    match cfg!(windows) && name.extension().is_none() {
        true => name.with_extension("exe"),
        false => name.to_owned(),
    }
}
