//! What becomes of checkpoints that are there: pruned, restored, made private.

use super::context::Context;
use super::error::{Error, Result};
use super::find_checkpoint::Checkpoints;
use crate::checkpoint::restore;
use crate::git::Oid;
use crate::model::{CheckpointId, CheckpointRow, PlanStatus};
use crate::render::view::CheckpointActView;
use crate::store::{Snapshot, Store, paths};

/// Drops the snapshots of all but the youngest, and what is private and older with all it has.
///
/// # Errors
/// Where refs cannot be deleted.
pub fn prune(
    cx: &Context,
    store: &Store<'_>,
    all: &Checkpoints,
    keep: usize,
) -> Result<Vec<CheckpointActView>> {
    let archived = all.plan.header.status == PlanStatus::Archived;
    let beyond = |private: bool| -> Vec<&CheckpointRow> {
        let is_kind = |row: &&CheckpointRow| all.is_private(row.checkpoint.id) == private;
        let is_free = |row: &&CheckpointRow| !(archived && row.checkpoint.is_final);
        let youngest_first = all.rows.iter().rev().filter(is_kind);
        youngest_first.skip(keep).filter(is_free).collect()
    };
    let (shared, private) = (beyond(false), beyond(true));
    let kept = snapshot_refs(store, all, &shared)?;
    let pruned = kept
        .iter()
        .map(|(row, ..)| CheckpointActView::of(row, false, "pruned", None));
    let dropped = private
        .iter()
        .map(|row| CheckpointActView::of(row, true, "dropped", None));
    let mut acts: Vec<CheckpointActView> = pruned.chain(dropped).collect();
    acts.sort_by_key(|act| (act.sequence, act.id));
    if cx.globals.dry_run {
        return Ok(acts);
    }
    let without_row = |(_, name, oid)| (name, oid);
    let mut refs: Vec<(String, Oid)> = kept.into_iter().map(without_row).collect();
    if !private.is_empty() {
        let ids: Vec<CheckpointId> = private.iter().map(|row| row.checkpoint.id).collect();
        store.drop_private(&all.plan.id, &ids, &cx.writer(store.repo)?)?;
        cx.stored.set(true);
    }
    let dropped = snapshot_refs(store, all, &private)?;
    refs.extend(dropped.into_iter().map(without_row));
    refs.extend(orphans(cx, store, all)?);
    store.repo.delete_refs(&refs)?;
    Ok(acts)
}

/// Snapshots without a record, which a kill left, or a checkpoint that was taken back: only those
/// of yesterday or before, since a record is stored after its snapshot.
fn orphans(cx: &Context, store: &Store<'_>, all: &Checkpoints) -> Result<Vec<(String, Oid)>> {
    let mut found = Vec::new();
    for folder in [paths::SNAPSHOTS, paths::PRIVATE_SNAPSHOTS] {
        for (name, oid) in store.repo.refs(&format!("{folder}/{}/", all.plan.id))? {
            let id = name
                .rsplit('/')
                .next()
                .and_then(|id| id.parse::<CheckpointId>().ok());
            let has_record = all.rows.iter().any(|row| Some(row.checkpoint.id) == id);
            let is_old = || {
                let taken = store.repo.commit(oid).ok()?.committer.time.seconds;
                Some(taken < cx.now.0 - 86_400)
            };
            if !has_record && is_old() == Some(true) {
                found.push((name, oid));
            }
        }
    }
    Ok(found)
}

/// The snapshots of checkpoints, as far as they are kept here.
fn snapshot_refs<'a>(
    store: &Store<'_>,
    all: &Checkpoints,
    rows: &[&'a CheckpointRow],
) -> Result<Vec<(&'a CheckpointRow, String, Oid)>> {
    let mut found = Vec::new();
    for row in rows {
        let id = row.checkpoint.id;
        let name = paths::snapshot_ref(&all.plan.id, id, all.is_private(id));
        if let Some(oid) = store.repo.reference(&name)? {
            found.push((*row, name, oid));
        }
    }
    Ok(found)
}

/// Builds missing snapshots again from base and patch.
///
/// # Errors
/// Where records cannot be read; what cannot be built is in the result.
pub fn restore(
    cx: &Context,
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    all: &Checkpoints,
    wanted: &[CheckpointId],
) -> Result<Vec<CheckpointActView>> {
    let mut acts = Vec::new();
    let rows = all.rows.iter();
    for row in rows.filter(|row| wanted.contains(&row.checkpoint.id)) {
        let id = row.checkpoint.id;
        let private = all.is_private(id);
        let name = paths::snapshot_ref(&all.plan.id, id, private);
        let stored = Oid::from_hex(row.checkpoint.snapshot.as_bytes()).ok();
        let here = store.repo.reference(&name)?;
        if here.is_some() && here == stored && restore::is_whole(store.repo, &row.checkpoint) {
            continue;
        }
        let act = |outcome, reason| CheckpointActView::of(row, private, outcome, reason);
        if cx.globals.dry_run {
            acts.push(act("restored", None));
            continue;
        }
        let checkpoint = all.full(store, snapshot, id)?;
        let limit = super::taking::patch_limit(store.repo)?;
        acts.push(match restore::rebuild(store.repo, &checkpoint, limit) {
            Ok(commit) => {
                let update = store.repo.move_ref_unlogged(&name, commit, here)?;
                update
                    .warnings
                    .iter()
                    .for_each(|warning| cx.warn(warning.to_string()));
                act("restored", None)
            }
            Err(error) => act("failed", Some(error.to_string())),
        });
    }
    Ok(acts)
}

/// Makes checkpoints private that no remote has.
///
/// # Errors
/// Where the plan ref moves meanwhile, or cannot be written.
pub fn privatize(
    cx: &Context,
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    all: &Checkpoints,
    wanted: &[CheckpointId],
) -> Result<Vec<CheckpointActView>> {
    let published = store.published_checkpoints(&all.plan.id)?;
    let is_wanted = |row: &&CheckpointRow| {
        wanted.contains(&row.checkpoint.id) && !all.is_private(row.checkpoint.id)
    };
    let (late, free): (Vec<_>, Vec<_>) = all
        .rows
        .iter()
        .filter(is_wanted)
        .partition(|row| published.contains(row.checkpoint.id.as_str()));
    let why = || Some("a remote has it already".to_owned());
    let no_remote = || Some("no remote is known to have it".to_owned());
    let mut acts: Vec<CheckpointActView> = late
        .iter()
        .map(|row| CheckpointActView::of(row, false, "kept", why()))
        .collect();
    acts.extend(
        free.iter()
            .map(|row| CheckpointActView::of(row, true, "privatized", no_remote())),
    );
    // Where all are meant, those too that are in history only.
    let means_all = all
        .rows
        .iter()
        .all(|row| wanted.contains(&row.checkpoint.id));
    let taken_back = match means_all {
        true => store.taken_back(&all.plan.id, &published)?,
        false => Vec::new(),
    };
    if cx.globals.dry_run || (free.is_empty() && taken_back.is_empty()) {
        return Ok(acts);
    }
    if all.plan.header.status == PlanStatus::Archived {
        return Err(Error::from(crate::model::Refusal::Archived(
            all.plan.id.clone(),
        )));
    }
    let writer = cx.writer(store.repo)?;
    let refs = snapshot_refs(store, all, &free)?;
    for row in &free {
        let checkpoint = all.full(store, snapshot, row.checkpoint.id)?;
        store.adopt_private(&all.plan.id, &checkpoint, &writer)?;
    }
    for (row, _, oid) in &refs {
        let name = paths::snapshot_ref(&all.plan.id, row.checkpoint.id, true);
        let _ = store.repo.move_ref_unlogged(&name, *oid, None)?;
    }
    let mut ids: Vec<CheckpointId> = free.iter().map(|row| row.checkpoint.id).collect();
    ids.extend(&taken_back);
    store.forget_checkpoints(&all.plan.id, &ids, &writer)?;
    cx.stored.set(true);
    let mut shared: Vec<(String, Oid)> =
        refs.into_iter().map(|(_, name, oid)| (name, oid)).collect();
    for id in taken_back {
        cx.warn(format!(
            "checkpoint {id}, which was taken back, is dropped from history too"
        ));
        let name = paths::snapshot_ref(&all.plan.id, id, false);
        shared.extend(store.repo.reference(&name)?.map(|oid| (name, oid)));
    }
    store.repo.delete_refs(&shared)?;
    let reference = &store.place.reference;
    cx.warn(format!(
        "until its entries expire, the reflog of {} still remembers them: git reflog expire --expire=now {reference}",
        store.place.short()
    ));
    Ok(acts)
}
