//! What needs another repository: asked of, and fetched by, the `git` program,
//! with the user's own credentials and transports.

use std::process::Output;

use super::program::{run, run_with_input, usable_message};
use super::{Error, Oid, Repo, Result};

impl Repo {
    /// What the ref with this full name points to in `remote`, now.
    ///
    /// # Errors
    /// [`Error::Network`], [`Error::GitMissing`], [`Error::GitTooOld`].
    pub fn remote_ref(&self, remote: &str, name: &str) -> Result<Option<Oid>> {
        self.require_git()?;
        let output = run(&mut self.program(["ls-remote", "--", remote, name]))?;
        require_success(&output, "ask", remote)?;
        let listing = String::from_utf8_lossy(&output.stdout);
        // The pattern also matches `refs/x/<name>`.
        let lines = listing.lines().filter_map(|line| line.split_once('\t'));
        let oid = lines
            .filter(|(_, found)| *found == name)
            .map(|(oid, _)| oid)
            .next();
        oid.map(|oid| {
            Oid::from_hex(oid.as_bytes())
                .map_err(|error| network_error("ask", remote, &error.to_string()))
        })
        .transpose()
    }

    /// Fetches `refspecs` from `remote`. Tags, `FETCH_HEAD`, submodules and
    /// refs that the remote no longer has are left alone.
    ///
    /// # Errors
    /// [`Error::Network`], [`Error::GitMissing`], [`Error::GitTooOld`].
    pub fn fetch(&self, remote: &str, refspecs: &[&str]) -> Result<()> {
        self.require_git()?;
        let mut command = self.program(["fetch", "--quiet", "--no-tags", "--no-prune"]);
        command.args(["--no-write-fetch-head", "--no-auto-maintenance"]);
        command.args(["--recurse-submodules=no", "--", remote]);
        let output = run(command.args(refspecs))?;
        require_success(&output, "fetch from", remote)
    }

    /// In a partial clone: fetches those of the objects that are not here, all at once.
    ///
    /// # Errors
    /// Those of [`Repo::fetch_missing`].
    pub fn bring(&self, oids: &[Oid]) -> Result<()> {
        if oids.is_empty() || self.promisor_remote().is_none() {
            return Ok(());
        }
        let is_missing = |oid: &Oid| matches!(self.object_size(*oid), Err(Error::Missing(_)));
        let missing: Vec<Oid> = oids.iter().copied().filter(is_missing).collect();
        self.fetch_missing(&missing)
    }

    /// Fetches the objects that a partial clone left out, all at once. They can
    /// be read right after.
    ///
    /// # Errors
    /// [`Error::Missing`] where no remote promised to keep them, and those of
    /// [`Repo::fetch`].
    pub fn fetch_missing(&self, oids: &[Oid]) -> Result<()> {
        let Some(first) = oids.first() else {
            return Ok(());
        };
        let remote = self.promisor_remote().ok_or(Error::Missing(*first))?;
        self.require_git()?;
        // What `git` itself runs when it misses an object.
        let mut command = self.program(["-c", "fetch.negotiationAlgorithm=noop", "fetch"]);
        command.args([
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
        ]);
        command.args([
            "--recurse-submodules=no",
            "--filter=blob:none",
            "--stdin",
            "--",
        ]);
        let mut wanted = String::new();
        for oid in oids {
            wanted.push_str(&oid.to_hex().to_string());
            wanted.push('\n');
        }
        let output = run_with_input(command.arg(&remote), wanted.as_bytes())?;
        require_success(&output, "fetch from", &remote)
    }

    /// Adds `refspec` to what `remote` fetches by default, unless it is there.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`].
    pub fn add_fetch_refspec(&self, remote: &str, refspec: &str) -> Result<()> {
        if self
            .fetch_refspecs(remote)
            .iter()
            .any(|known| known == refspec)
        {
            return Ok(());
        }
        let key = format!("remote.{remote}.fetch");
        let output = run(&mut self.program(["config", "--local", "--add", &key, refspec]))?;
        if output.status.success() {
            return Ok(());
        }
        Err(Error::Git {
            command: "config".to_owned(),
            message: usable_message(&output.stderr),
        })
    }
}

fn require_success(output: &Output, action: &'static str, remote: &str) -> Result<()> {
    if output.status.success() {
        return Ok(());
    }
    Err(network_error(
        action,
        remote,
        &usable_message(&output.stderr),
    ))
}

fn network_error(action: &'static str, remote: &str, message: &str) -> Error {
    Error::Network {
        action,
        remote: remote.to_owned(),
        message: message.to_owned(),
    }
}
