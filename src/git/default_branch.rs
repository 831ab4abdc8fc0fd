//! The branch that a project's work ends up on.

use gix::refs::TargetRef;

use super::{Error, Repo, Result};

impl Repo {
    /// The short name of the default branch: that of the remote, as it was when it was cloned; else
    /// that of `init.defaultBranch`, where there is such a branch; else the current one.
    ///
    /// # Errors
    /// [`Error::RefRead`].
    pub fn default_branch(&self, remote: Option<&str>) -> Result<Option<String>> {
        let of_remote = remote.map(|remote| self.head_of(remote)).transpose()?;
        if let Some(branch) = of_remote.flatten() {
            return Ok(Some(branch));
        }
        if let Some(name) = self.config("init.defaultBranch") {
            let full = format!("refs/heads/{name}");
            if self.reference(&full).is_ok_and(|found| found.is_some()) {
                return Ok(Some(name));
            }
        }
        let current = self.head()?.branch;
        Ok(current.and_then(|name| Some(name.strip_prefix("refs/heads/")?.to_owned())))
    }

    /// The branch that the `HEAD` of a remote names, where this clone knows.
    fn head_of(&self, remote: &str) -> Result<Option<String>> {
        let name = format!("refs/remotes/{remote}/HEAD");
        let found = self.git.try_find_reference(name.as_str());
        let found = found.map_err(|source| Error::RefRead {
            name,
            source: source.into(),
        })?;
        let Some(TargetRef::Symbolic(target)) = found.as_ref().map(gix::Reference::target) else {
            return Ok(None);
        };
        let prefix = format!("refs/remotes/{remote}/");
        let target = target.as_bstr().to_string();
        Ok(target.strip_prefix(&prefix).map(str::to_owned))
    }
}
