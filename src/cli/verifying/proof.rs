//! Which code proves a task: what is worked on, as it is recorded.

use super::{Code, Verifier};
use crate::cli::error::{Error, Kind, Result};
use crate::git::Oid;
use crate::store::paths;

impl Verifier<'_, '_> {
    /// Refuses to record what proves nothing: of no file at all, of code that is not what is worked on,
    /// of a working tree that changed meanwhile.
    pub(super) fn require_proof(&self, code: &Code) -> Result<()> {
        if code.tree.files().is_empty() {
            let error = Error::new(Kind::No, "there is no file to look at: that proves nothing");
            return Err(
                error.hint("git plan verify-task TASK --at REV --update   looks at a commit")
            );
        }
        if let Some(commit) = code.commit
            && !self.is_worked_on(commit)?
        {
            let error = Error::new(
                Kind::No,
                format!(
                    "{commit} is neither HEAD, nor after it, nor where a branch is: nothing is recorded"
                ),
            );
            return Err(error.hint("without --update it is looked at all the same"));
        }
        if !code.tree.is_of_work_tree() || code.id == Some(self.store.repo.work_tree_id()?) {
            return Ok(());
        }
        let text = "the working tree changed while it was looked at; nothing is recorded";
        Err(Error::new(Kind::Conflict, text).hint("repeat the command"))
    }

    /// The commit that was looked at; of the working tree, HEAD where it is as in HEAD.
    pub(super) fn commit_with(&self, code: &Code) -> Result<Option<Oid>> {
        let repo = self.store.repo;
        let head = match code.commit {
            Some(commit) => return Ok(Some(commit)),
            None => repo.head()?.commit,
        };
        let Some(head) = head else {
            return Ok(None);
        };
        let is_as_there = Some(repo.commit(head)?.tree) == code.id;
        Ok(is_as_there.then_some(head))
    }

    /// Whether a commit is HEAD, has it in its history, or is the tip of a branch of code.
    fn is_worked_on(&self, commit: Oid) -> Result<bool> {
        let repo = self.store.repo;
        if repo
            .entry(repo.commit(commit)?.tree, paths::FORMAT)?
            .is_some()
        {
            return Ok(false);
        }
        if let Some(head) = repo.head()?.commit
            && (head == commit || repo.is_ancestor(head, commit)?)
        {
            return Ok(true);
        }
        let mut branches = repo.refs("refs/heads/")?;
        branches.extend(repo.refs("refs/remotes/")?);
        Ok(branches.iter().any(|(_, tip)| *tip == commit))
    }
}
