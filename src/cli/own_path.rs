//! Where this program is, for what will start it later: hooks, Git's configuration.

use std::path::PathBuf;

use super::context::variable;
use super::error::{Error, Result};
use crate::git::resolved;

/// The path of this program that will still lead to it after an upgrade: that in `PATH`, where that
/// leads here, since a package manager's own folder has a version in its name.
///
/// # Errors
/// Where it cannot be found out, or is no text.
pub fn own_path() -> Result<String> {
    let exe = std::env::current_exe().map_err(|error| {
        Error::environment(format!("could not find out where git-plan is: {error}"))
    })?;
    let here = resolved(&exe);
    let name = exe.file_name().unwrap_or_default().to_owned();
    let path = variable("PATH").unwrap_or_default();
    let found = std::env::split_paths(&path)
        .map(|folder| folder.join(&name))
        .find(|file| file.is_absolute() && resolved(file) == here);
    let path = found.unwrap_or(exe).into_os_string();
    path.into_string().map_err(|path| {
        let path = PathBuf::from(path);
        Error::environment(format!(
            "{} is no path that a hook can hold",
            path.display()
        ))
    })
}
