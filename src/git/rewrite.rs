//! Writing commits again that nobody else has seen.

use gix::objs::{Commit, CommitRef, Kind};

use super::program::{run, usable_message};
use super::{Error, Oid, Repo, Result, Writer};

impl Repo {
    /// The commits that `tip` reaches and no remote is known to have, parents before their
    /// children.
    ///
    /// # Errors
    /// [`Error::Git`], [`Error::GitMissing`], [`Error::GitTooOld`].
    pub fn unpublished(&self, tip: Oid) -> Result<Vec<Oid>> {
        self.reached(tip, "--remotes")
    }

    /// The commits that `tip` reaches and `other` does not, parents before their children.
    ///
    /// # Errors
    /// As [`Repo::unpublished`]; also where one of the two is not here.
    pub fn beyond(&self, tip: Oid, other: Oid) -> Result<Vec<Oid>> {
        self.reached(tip, &other.to_string())
    }

    fn reached(&self, tip: Oid, not: &str) -> Result<Vec<Oid>> {
        self.require_git()?;
        let tip = tip.to_string();
        let words = ["rev-list", "--topo-order", "--reverse", &tip, "--not", not];
        let output = run(&mut self.program(words))?;
        let failed = |message: String| Error::Git {
            command: "rev-list".to_owned(),
            message,
        };
        if !output.status.success() {
            return Err(failed(usable_message(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let oid =
            |line: &str| Oid::from_hex(line.as_bytes()).map_err(|error| failed(error.to_string()));
        text.lines().map(oid).collect()
    }
}

impl Writer<'_> {
    /// Writes the commit `oid` with another tree, other parents and another message: who and when
    /// stay. A signature, which would no longer be true, goes.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Kind`], [`Error::Object`], [`Error::Io`].
    pub fn rewrite_commit(
        &mut self,
        oid: Oid,
        tree: Oid,
        parents: &[Oid],
        message: &[u8],
    ) -> Result<Oid> {
        let mut buffer = Vec::new();
        let objects = &self.repo.objects;
        objects.read_limited(
            oid,
            Kind::Commit,
            super::objects::STRUCTURE_LIMIT,
            &mut buffer,
        )?;
        let commit = CommitRef::from_bytes(&buffer, oid.kind())
            .and_then(Commit::try_from)
            .map_err(Error::object(oid))?;
        let is_signature = |name: &[u8]| name.starts_with(b"gpgsig");
        let mut extra_headers = commit.extra_headers;
        extra_headers.retain(|(name, _)| !is_signature(name));
        self.write_object(&Commit {
            tree,
            parents: parents.iter().copied().collect(),
            message: message.into(),
            extra_headers,
            ..commit
        })
    }
}
