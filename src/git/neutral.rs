//! Commits that bring nothing of their own: no change, or the merge that Git itself makes of two
//! commits.

use std::process::Command;
use std::time::Instant;

use super::program::{run_until, usable_message};
use super::{Commit, Error, Oid, Repo, Result};

const MERGE: [&str; 4] = ["merge-tree", "--write-tree", "--no-messages", "-z"];

impl Repo {
    /// Whether the commit brings nothing that its parents do not have.
    ///
    /// - Without a parent: its tree is empty.
    /// - With one: its tree is that of the parent.
    /// - With two: its tree is what `git merge-tree --write-tree` makes of them, by Git's default
    ///   rules and by the attributes in the first parent's tree; without conflict.
    /// - With more: its tree is that of each of them. Whoever merges many at once links the commit.
    ///
    /// Nothing is written into the repository, no program is run that anybody has configured.
    ///
    /// # Errors
    /// [`Error::Incomplete`] where history that it takes is not here, [`Error::OutOfTime`] past
    /// `until`, [`Error::Git`] with Git's own message, for one where an object is missing;
    /// [`Error::GitTooOld`], [`Error::GitMissing`].
    pub fn is_neutral(&self, commit: &Commit, until: Option<Instant>) -> Result<bool> {
        let parents = commit
            .parents
            .iter()
            .map(|parent| self.parent_tree(*parent));
        let trees = parents.collect::<Result<Vec<_>>>()?;
        match (&commit.parents[..], &trees[..]) {
            ([], _) => Ok(commit.tree == self.empty_tree()),
            ([one, other], [first, second]) if first != second => {
                self.is_their_merge(commit.tree, (*one, *first), (*other, *second), until)
            }
            _ => Ok(trees.iter().all(|tree| *tree == commit.tree)),
        }
    }

    fn parent_tree(&self, oid: Oid) -> Result<Oid> {
        match self.commit(oid) {
            Err(Error::Missing(oid)) => Err(Error::Incomplete { oid }),
            commit => Ok(commit?.tree),
        }
    }

    fn is_their_merge(
        &self,
        merged: Oid,
        (one, first): (Oid, Oid),
        (other, second): (Oid, Oid),
        until: Option<Instant>,
    ) -> Result<bool> {
        let bases = self.merge_bases(one, other)?;
        if bases == [one] {
            return Ok(merged == second);
        }
        if bases == [other] {
            return Ok(merged == first);
        }
        if self.is_shallow()? {
            // Then a nearer base may be out of sight, unless both sides are all here.
            self.introduced(&[one], &[other], until)?;
            self.introduced(&[other], &[one], until)?;
        }
        Ok(self.merge_of(one, other, first, until)? == Some(merged))
    }

    /// The tree that Git makes of two commits, stored in the repository, or `None` if they have
    /// conflicts. No program is run that anybody has configured.
    ///
    /// # Errors
    /// As [`Repo::is_neutral`].
    pub fn write_merge(&self, one: Oid, other: Oid) -> Result<Option<Oid>> {
        let attributes = self.parent_tree(one)?;
        let apart = self.apart()?;
        let mut command = apart.command(MERGE);
        command.env("GIT_OBJECT_DIRECTORY", &self.object_dir).env(
            "GIT_ALTERNATE_OBJECT_DIRECTORIES",
            self.common_dir().join("objects"),
        );
        self.run_merge(command, (one, other), attributes, None)
    }

    /// Whether a commit has all that another one would bring: merging that one changes no file.
    /// So does one whose commits were squashed or picked into it.
    ///
    /// # Errors
    /// As [`Repo::is_neutral`].
    pub fn contains_changes_of(&self, commit: Oid, other: Oid) -> Result<bool> {
        let tree = self.parent_tree(commit)?;
        Ok(self.merge_of(commit, other, tree, None)? == Some(tree))
    }

    /// The tree of the merge, or `None` if it has conflicts.
    fn merge_of(
        &self,
        one: Oid,
        other: Oid,
        attributes: Oid,
        until: Option<Instant>,
    ) -> Result<Option<Oid>> {
        let apart = self.apart()?;
        self.run_merge(apart.command(MERGE), (one, other), attributes, until)
    }

    fn run_merge(
        &self,
        mut command: Command,
        (one, other): (Oid, Oid),
        attributes: Oid,
        until: Option<Instant>,
    ) -> Result<Option<Oid>> {
        self.require_git()?;
        command
            .arg("--allow-unrelated-histories")
            .args([one.to_string(), other.to_string()])
            .env("GIT_ATTR_SOURCE", attributes.to_string());
        let output = run_until(&mut command, until)?;
        match output.status.code() {
            Some(0) => tree_in(&output.stdout).map(Some),
            Some(1) => Ok(None),
            _ => Err(failed(usable_message(&output.stderr))),
        }
    }
}

fn tree_in(stdout: &[u8]) -> Result<Oid> {
    let hex = stdout.split(|byte| *byte == 0).next().unwrap_or_default();
    Oid::from_hex(hex.trim_ascii()).map_err(|_| {
        let text = String::from_utf8_lossy(stdout);
        failed(format!("cannot understand \"{}\"", text.trim()))
    })
}

fn failed(message: String) -> Error {
    Error::Git {
        command: "merge-tree".to_owned(),
        message,
    }
}
