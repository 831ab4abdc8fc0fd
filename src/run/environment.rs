//! The environment of a command: the person's own, without what names a Git repository.

use std::ffi::OsString;
use std::process::Command;

use super::{Error, Result};

/// What `git rev-parse --local-env-vars` lists, in the newest Git, and what a hook gets besides.
const OF_GIT: [&str; 16] = [
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
];

/// For the `git` that a command may start: it reads what is stored, fetches nothing, and leaves the
/// index of the repository as it is.
const FOR_GIT: [(&str, &str); 3] = [
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_NO_LAZY_FETCH", "1"),
    ("GIT_OPTIONAL_LOCKS", "0"),
];

/// Names the gate to its command.
const GATE: &str = "GIT_PLAN_GATE";

/// Refuses a command that lacks a variable.
///
/// # Errors
/// [`Error::Unset`].
pub(super) fn require(names: &[String]) -> Result<()> {
    match names.iter().find(|name| std::env::var_os(name).is_none()) {
        Some(name) => Err(Error::Unset(name.clone())),
        None => Ok(()),
    }
}

/// Gives a command its environment.
pub(super) fn set(command: &mut Command, gate: &str, path: OsString) {
    for name in OF_GIT {
        command.env_remove(name);
    }
    command.envs(FOR_GIT).env(GATE, gate).env("PATH", path);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_variable_of_git_that_names_a_repository_is_left() {
        let output = Command::new("git")
            .args(["rev-parse", "--local-env-vars"])
            .output()
            .unwrap();
        let set: Vec<&str> = FOR_GIT.iter().map(|(name, _)| *name).collect();
        for name in String::from_utf8(output.stdout).unwrap().lines() {
            assert!(OF_GIT.contains(&name) || set.contains(&name), "{name}");
        }
    }
}
