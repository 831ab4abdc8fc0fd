//! Changing the repository's own configuration, which all its worktrees share. Git writes the file.

use gix::config::{KeyRef, Source};

use super::program::{run, usable_message};
use super::{Error, Repo, Result};

impl Repo {
    /// The value of `key` in the repository's own configuration.
    pub fn local_config(&self, key: &str) -> Option<String> {
        let key = KeyRef::parse_unvalidated(key.into())?;
        let snapshot = self.git.config_snapshot();
        let value = snapshot.string_filter(key, |section| section.source == Source::Local)?;
        Some(value.to_string())
    }

    /// Sets `key` in the repository's own configuration. What was read before does not see it.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`].
    pub fn set_local_config(&self, key: &str, value: &str) -> Result<()> {
        self.change_config(&["--replace-all", key, value])
    }

    /// Takes `key` out of the repository's own configuration, and its section where that is empty then.
    ///
    /// # Errors
    /// As [`Repo::set_local_config`].
    pub fn unset_local_config(&self, key: &str) -> Result<()> {
        self.change_config(&["--unset-all", key])
    }

    fn change_config(&self, words: &[&str]) -> Result<()> {
        let words = [&["config", "--local"], words].concat();
        let output = run(&mut self.program(words))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Git {
            command: "config".to_owned(),
            message: usable_message(&output.stderr),
        })
    }
}
