//! Which checkpoint a word names: among those on the plan ref and the private ones.

use std::collections::BTreeSet;

use super::context::Context;
use super::error::Result;
use super::{broken_line, current};
use crate::model::{Checkpoint, CheckpointId, CheckpointRow, Plan, checkpoints, refer};
use crate::render::view::CheckpointView;
use crate::store::{Snapshot, Store, paths};

/// The checkpoints of a plan, on the plan ref and private, by sequence.
pub struct Checkpoints {
    /// The plan.
    pub plan: Plan,
    /// All of them, without their files.
    pub rows: Vec<CheckpointRow>,
    private: Vec<CheckpointId>,
}

impl Checkpoints {
    /// Those of the current plan, or of the one that is named.
    ///
    /// # Errors
    /// As [`current::plan`], and where they cannot be read.
    pub fn load(cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>) -> Result<Self> {
        let id = current::plan(cx, store.repo, snapshot)?;
        Self::of(cx, store, snapshot.plan(&id)?)
    }

    /// Those of a plan.
    ///
    /// # Errors
    /// Where the private ones cannot be read.
    pub fn of(cx: &Context, store: &Store<'_>, plan: Plan) -> Result<Self> {
        let log = store.private_log(&plan.id)?;
        log.broken
            .iter()
            .for_each(|file| cx.warn(format!("private: {}", broken_line(file))));
        let mut rows = plan.checkpoints.clone();
        let shared: BTreeSet<CheckpointId> = rows.iter().map(|row| row.checkpoint.id).collect();
        // One that is being made private is both, until it is off the plan ref.
        let mut only_private = log.checkpoints;
        only_private.retain(|row| !shared.contains(&row.checkpoint.id));
        let private = only_private.iter().map(|row| row.checkpoint.id).collect();
        rows.extend(only_private);
        rows.sort_by_key(|row| (row.checkpoint.sequence, row.checkpoint.id));
        Ok(Self {
            plan,
            rows,
            private,
        })
    }

    /// Those on the plan ref alone.
    pub fn shared(plan: Plan) -> Self {
        let mut rows = plan.checkpoints.clone();
        rows.sort_by_key(|row| (row.checkpoint.sequence, row.checkpoint.id));
        Self {
            plan,
            rows,
            private: Vec::new(),
        }
    }

    /// The checkpoint that a word names.
    ///
    /// # Errors
    /// Where it names none, or several.
    pub fn named(&self, word: &str) -> Result<&CheckpointRow> {
        Ok(checkpoints::named(&self.plan.id, &self.rows, word)?)
    }

    /// Whether a checkpoint is never shared.
    pub fn is_private(&self, id: CheckpointId) -> bool {
        self.private.contains(&id)
    }

    /// The highest sequence among them; 0 for none.
    pub fn highest_sequence(&self) -> u32 {
        let present = self.rows.iter().map(|row| row.checkpoint.sequence).max();
        present.unwrap_or(0).max(self.plan.highest_sequence())
    }

    /// A checkpoint with its files.
    ///
    /// # Errors
    /// Where its record cannot be read.
    pub fn full(
        &self,
        store: &Store<'_>,
        snapshot: &Snapshot<'_>,
        id: CheckpointId,
    ) -> Result<Checkpoint> {
        let plan = &self.plan.id;
        match self.is_private(id) {
            true => Ok(store.private_checkpoint(plan, id)?),
            false => Ok(snapshot.checkpoint(plan, id)?),
        }
    }
}

impl Checkpoints {
    /// Whether a checkpoint's snapshot is kept in this repository.
    ///
    /// # Errors
    /// Those of reading refs.
    pub fn is_here(&self, store: &Store<'_>, id: CheckpointId) -> Result<bool> {
        let name = paths::snapshot_ref(&self.plan.id, id, self.is_private(id));
        Ok(store.repo.reference(&name)?.is_some())
    }

    /// The checkpoints whose snapshots are kept in this repository.
    ///
    /// # Errors
    /// Those of reading refs.
    pub fn kept_here(&self, store: &Store<'_>) -> Result<BTreeSet<CheckpointId>> {
        let mut found = BTreeSet::new();
        for folder in [paths::SNAPSHOTS, paths::PRIVATE_SNAPSHOTS] {
            let prefix = format!("{folder}/{}/", self.plan.id);
            for (name, _) in store.repo.refs(&prefix)? {
                let id = name.rsplit('/').next();
                found.extend(id.and_then(|id| id.parse::<CheckpointId>().ok()));
            }
        }
        Ok(found)
    }

    /// A checkpoint as scripts read it.
    ///
    /// # Errors
    /// Where its record cannot be read.
    pub fn view(
        &self,
        store: &Store<'_>,
        snapshot: &Snapshot<'_>,
        id: CheckpointId,
    ) -> Result<CheckpointView> {
        let checkpoint = self.full(store, snapshot, id)?;
        let (private, here) = (self.is_private(id), self.is_here(store, id)?);
        Ok(CheckpointView::of(&self.plan.id, checkpoint, private, here))
    }
}

/// The checkpoints of the plan that a word begins with (`auth/before`), else of the current one;
/// and the one that the rest names.
///
/// # Errors
/// Where it names none, or several.
pub fn find(
    cx: &Context,
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    word: &str,
) -> Result<(Checkpoints, CheckpointRow)> {
    if let (Some(place), rest) = refer::split(word)
        && let Ok(id) = current::named(snapshot, place)
    {
        let all = Checkpoints::of(cx, store, snapshot.plan(&id)?)?;
        if let Ok(row) = all.named(rest) {
            let row = row.clone();
            return Ok((all, row));
        }
    }
    let all = Checkpoints::load(cx, store, snapshot)?;
    let row = all.named(word)?.clone();
    Ok((all, row))
}
