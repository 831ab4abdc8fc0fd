//! A checkpoint's folder, on the plan ref or in the private log: its record and its patch.

use super::draft::{Content, File, checked};
use super::snapshot::is_file;
use super::{Error, Result, paths};
use crate::format::{read, text};
use crate::git::{Oid, Repo};
use crate::model::{Checkpoint, CheckpointId, Slug, limits};

/// The files of a checkpoint's folder; of none, that folder as one that goes. The patch must have
/// been written.
pub(super) fn folder_files(
    plan: &Slug,
    id: CheckpointId,
    checkpoint: Option<&Checkpoint>,
) -> Result<Vec<File>> {
    let folder = paths::checkpoint(plan, id);
    let Some(checkpoint) = checkpoint else {
        return Ok(vec![(folder, Content::Gone)]);
    };
    let path = format!("{folder}/{}", paths::CHECKPOINT_RECORD);
    let patch = Oid::from_hex(checkpoint.patch.as_bytes()).map_err(|error| Error::Broken {
        path: path.clone(),
        line: None,
        cause: error.to_string(),
    })?;
    Ok(vec![
        checked(path, limits::CHECKPOINT, text::checkpoint(checkpoint))?,
        (
            format!("{folder}/{}", paths::CHECKPOINT_PATCH),
            Content::Blob(patch),
        ),
    ])
}

/// A checkpoint with its files, from the tree of the plan ref or of the private log.
pub(super) fn read_record(
    repo: &Repo,
    root: Option<Oid>,
    plan: &Slug,
    id: CheckpointId,
) -> Result<Checkpoint> {
    let path = format!(
        "{}/{}",
        paths::checkpoint(plan, id),
        paths::CHECKPOINT_RECORD
    );
    let broken = |line, cause| Error::Broken {
        path: path.clone(),
        line,
        cause,
    };
    let entry = match root {
        Some(root) => repo.entry(root, &path)?,
        None => None,
    };
    let entry = entry
        .filter(is_file)
        .ok_or_else(|| broken(None, "missing".to_owned()))?;
    let bytes = repo.blob(entry.oid, limits::CHECKPOINT)?;
    read::checkpoint(&bytes, id.as_str()).map_err(|error| broken(error.line, error.cause))
}
