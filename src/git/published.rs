//! Whether others have seen commits, as the remote-tracking branches tell, and where a branch is
//! published.

use super::program::{run, usable_message};
use super::{Error, Oid, Repo, Result};

/// The commits that a branch would no longer have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Dropped {
    /// How many there are.
    pub commits: u64,
    /// How many of them a remote-tracking branch has.
    pub published: u64,
}

/// Where a branch goes when it is pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushTarget {
    /// The name of the remote.
    pub remote: String,
    /// The full name of the branch there.
    pub reference: String,
}

impl Repo {
    /// The commits that `from` reaches and `keep` does not.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`], [`Error::RefRead`].
    pub fn dropped(&self, from: Oid, keep: Option<Oid>) -> Result<Dropped> {
        if Some(from) == keep {
            return Ok(Dropped::default());
        }
        let mut words = vec![from.to_string()];
        words.extend(keep.map(|keep| format!("^{keep}")));
        let commits = self.count(&words)?;
        if commits == 0 || self.refs("refs/remotes/")?.is_empty() {
            let published = 0;
            return Ok(Dropped { commits, published });
        }
        words.extend(["--not".to_owned(), "--remotes".to_owned()]);
        let published = commits.saturating_sub(self.count(&words)?);
        Ok(Dropped { commits, published })
    }

    fn count(&self, revisions: &[String]) -> Result<u64> {
        let failed = |message| Error::Git {
            command: "rev-list".to_owned(),
            message,
        };
        let mut command = self.program(["rev-list", "--count"]);
        let output = run(command.args(revisions))?;
        if !output.status.success() {
            return Err(failed(usable_message(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let count = text.trim().parse();
        count.map_err(|_| failed(format!("cannot understand \"{}\"", text.trim())))
    }

    /// Where `git push` would bring the branch with the short name `branch`: to the remote that it
    /// is pushed to by configuration, if that has it. A branch that follows another one of this
    /// repository goes nowhere.
    ///
    /// # Errors
    /// [`Error::RefRead`].
    pub fn push_target(&self, branch: &str) -> Result<Option<PushTarget>> {
        let own = |key: &str| self.config(&format!("branch.{branch}.{key}"));
        let upstream = own("remote");
        let remote = own("pushRemote")
            .or_else(|| self.config("remote.pushDefault"))
            .or_else(|| upstream.clone());
        let Some(remote) = remote.filter(|remote| self.remotes().contains(remote)) else {
            return Ok(None);
        };
        let followed = own("merge").filter(|_| upstream.as_ref() == Some(&remote));
        let reference = followed.unwrap_or_else(|| format!("refs/heads/{branch}"));
        let Some(tracking) = self.tracking_ref(&remote, &reference) else {
            return Ok(None);
        };
        let known = self.reference(&tracking)?;
        Ok(known.map(|_| PushTarget { remote, reference }))
    }
}
