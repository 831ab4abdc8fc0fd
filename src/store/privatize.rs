//! Taking checkpoints off the plan ref, as if they had never been on it: for what no remote has.

use std::collections::{BTreeSet, HashMap};

use super::{Error, Result, Store, Writer, cache, history, paths};
use crate::git::{Oid, RefMove};
use crate::model::{CheckpointId, Slug};

/// What the reflog says of a move to commits that were written anew: they were all made here, not
/// only the last.
pub(super) const WRITTEN_ANEW: &str = "plan: privatize checkpoints";

impl Store<'_> {
    /// The checkpoints of a plan that some remote may have: those in the newest commit of the plan
    /// ref that a remote is known to have.
    ///
    /// # Errors
    /// Those of reading history.
    pub fn published_checkpoints(&self, plan: &Slug) -> Result<BTreeSet<String>> {
        let mut found = BTreeSet::new();
        let Some(tip) = self.repo.reference(&self.place.reference)? else {
            return Ok(found);
        };
        let unpublished: BTreeSet<Oid> = self.repo.unpublished(tip)?.into_iter().collect();
        let mut edges: BTreeSet<Oid> = BTreeSet::new();
        for commit in &unpublished {
            let parents = self.repo.commit(*commit)?.parents;
            edges.extend(
                parents
                    .iter()
                    .filter(|parent| !unpublished.contains(*parent)),
            );
        }
        if unpublished.is_empty() {
            edges.insert(tip);
        }
        for edge in edges {
            found.extend(self.folders_at(edge, plan)?);
        }
        Ok(found)
    }

    /// The checkpoints of a plan that were taken back, and stand in commits that no remote has;
    /// none of those that are `published`.
    ///
    /// # Errors
    /// Those of reading history.
    pub fn taken_back(
        &self,
        plan: &Slug,
        published: &BTreeSet<String>,
    ) -> Result<Vec<CheckpointId>> {
        let Some(tip) = self.repo.reference(&self.place.reference)? else {
            return Ok(Vec::new());
        };
        let mut found = BTreeSet::new();
        for commit in self.repo.unpublished(tip)? {
            found.extend(self.folders_at(commit, plan)?);
        }
        let mut kept = published.clone();
        kept.extend(self.folders_at(tip, plan)?);
        let gone = found.difference(&kept);
        Ok(gone.filter_map(|id| id.parse().ok()).collect())
    }

    /// The folders of a plan's checkpoints in a commit of the plan ref.
    fn folders_at(&self, commit: Oid, plan: &Slug) -> Result<Vec<String>> {
        let tree = self.repo.commit(commit)?.tree;
        let path = format!("{}/checkpoints", paths::plan(plan));
        let Some(folder) = self.repo.entry(tree, &path)? else {
            return Ok(Vec::new());
        };
        let entries = self.repo.tree(folder.oid)?;
        Ok(entries
            .into_iter()
            .map(|entry| entry.name.to_string())
            .collect())
    }

    /// Writes the unpublished commits of the plan ref again, without the folders of these
    /// checkpoints; a commit that did nothing else goes.
    ///
    /// # Errors
    /// [`Error::LostRace`] where the plan ref moved meanwhile; those of writing. Nothing has
    /// changed then.
    pub fn forget_checkpoints(
        &self,
        plan: &Slug,
        ids: &[CheckpointId],
        writer: &Writer,
    ) -> Result<()> {
        let reference = &self.place.reference;
        let Some(tip) = self.repo.reference(reference)? else {
            return Ok(());
        };
        let changes: Vec<(String, Option<Oid>)> = ids
            .iter()
            .map(|id| (paths::checkpoint(plan, *id), None))
            .collect();
        let new = self.rewrite(tip, &changes)?;
        let who = writer.who.at(writer.time());
        let update = self
            .repo
            .move_ref(reference, new, Some(tip), WRITTEN_ANEW, &who)?;
        match update.outcome {
            RefMove::Moved => {
                cache::forget_index(self.repo, plan);
                Ok(())
            }
            RefMove::Lost => Err(Error::LostRace {
                reference: reference.clone(),
                tries: 1,
            }),
        }
    }

    fn rewrite(&self, tip: Oid, changes: &[(String, Option<Oid>)]) -> Result<Oid> {
        let mut objects = self.repo.writer()?;
        let mut new_of: HashMap<Oid, Oid> = HashMap::new();
        let mut renamed: HashMap<Oid, Oid> = HashMap::new();
        for oid in self.repo.unpublished(tip)? {
            let commit = self.repo.commit(oid)?;
            let now = |oid: &Oid| new_of.get(oid).copied().unwrap_or(*oid);
            let parents: Vec<Oid> = commit.parents.iter().map(now).collect();
            let tree = objects.edit_tree(Some(commit.tree), changes)?;
            let new = match parents.as_slice() {
                [parent] if tree != commit.tree && self.repo.commit(*parent)?.tree == tree => {
                    *parent
                }
                _ if tree == commit.tree && parents == commit.parents => oid,
                _ => {
                    let message = history::with_renamed_undo(&commit, &renamed);
                    let new = objects.rewrite_commit(oid, tree, &parents, &message)?;
                    renamed.insert(oid, new);
                    new
                }
            };
            new_of.insert(oid, new);
        }
        objects.finish()?;
        Ok(new_of.get(&tip).copied().unwrap_or(tip))
    }
}
