//! Revisions as people type them.

use super::{Error, Oid, Repo, Result};

impl Repo {
    /// The commit that a revision such as `HEAD~2` or `v1.0` names.
    ///
    /// # Errors
    /// [`Error::Revision`] if it names nothing, several objects, or no commit.
    pub fn resolve(&self, revision: &str) -> Result<Oid> {
        let failed = |source: gix::Error| Error::Revision {
            revision: revision.to_owned(),
            source: source.into(),
        };
        let id = self.git.rev_parse_single(revision).map_err(&failed)?;
        let object = id.object().map_err(&failed)?;
        let commit = object.peel_to_commit().map_err(failed)?;
        Ok(commit.id)
    }
}
