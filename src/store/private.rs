//! Private checkpoints: records and patches on a ref of their own, which is never shared.
//!
//! The ref holds one commit without a parent, replaced at each write and remembered by no reflog.
//! So what is dropped from it is gone with the next garbage collection. Its tree has the form of
//! the plan ref's, with nothing but checkpoints in it.

use std::time::Instant;

use super::commit::{PATIENCE, write_content};
use super::draft::{Content, File};
use super::{Error, Result, Store, Writer, cache, checkpoints, index, paths};
use crate::git::{Oid, RefMove};
use crate::model::{self, Broken, Checkpoint, CheckpointId, CheckpointRow, Slug, Time};

/// How many private checkpoints a plan keeps, and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// The number of the youngest that are kept.
    pub count: usize,
    /// The moment before which one is too old.
    pub since: Time,
}

impl Bounds {
    /// Those that go, so that one more has room.
    fn beyond(self, rows: &[CheckpointRow]) -> Vec<CheckpointId> {
        let mut by_age: Vec<&Checkpoint> = rows.iter().map(|row| &row.checkpoint).collect();
        by_age.sort_by_key(|checkpoint| std::cmp::Reverse(checkpoint.sequence));
        let is_beyond = |(place, checkpoint): &(usize, &Checkpoint)| {
            *place + 1 >= self.count || checkpoint.when < self.since
        };
        let beyond = by_age.into_iter().enumerate().filter(is_beyond);
        beyond.map(|(_, checkpoint)| checkpoint.id).collect()
    }
}

/// The private checkpoints of a plan, at one moment.
pub struct PrivateLog {
    commit: Option<Oid>,
    root: Option<Oid>,
    /// Those that can be read, without their files, by id.
    pub checkpoints: Vec<CheckpointRow>,
    /// The files that cannot be read.
    pub broken: Vec<Broken>,
}

impl PrivateLog {
    /// The highest sequence among them; 0 for none.
    pub fn highest_sequence(&self) -> u32 {
        let sequences = self.checkpoints.iter().map(|row| row.checkpoint.sequence);
        sequences.max().unwrap_or(0)
    }
}

impl Store<'_> {
    /// The private checkpoints of a plan.
    ///
    /// # Errors
    /// Those of the repository.
    pub fn private_log(&self, plan: &Slug) -> Result<PrivateLog> {
        let commit = self.repo.reference(paths::PRIVATE_LOG)?;
        let root = match commit {
            Some(commit) => Some(self.repo.commit(commit)?.tree),
            None => None,
        };
        let path = format!("{}/checkpoints", paths::plan(plan));
        let folder = match root {
            Some(root) => self.repo.entry(root, &path)?,
            None => None,
        };
        let (checkpoints, broken) = match folder {
            Some(_) => index::private_checkpoints(self.repo, plan, folder.as_ref())?,
            None => (Vec::new(), Vec::new()),
        };
        Ok(PrivateLog {
            commit,
            root,
            checkpoints,
            broken,
        })
    }

    /// A private checkpoint with its files.
    ///
    /// # Errors
    /// [`Error::Broken`] where it is missing or cannot be read.
    pub fn private_checkpoint(&self, plan: &Slug, id: CheckpointId) -> Result<Checkpoint> {
        checkpoints::read_record(self.repo, self.private_log(plan)?.root, plan, id)
    }

    /// Adds a private checkpoint, with a sequence above `least` and all others of the plan, and
    /// drops what is beyond the bounds. Returns it as it was stored, and those that went.
    ///
    /// # Errors
    /// [`Error::Refused`] for a name that one of them has; [`Error::LostRace`], those of writing.
    /// Nothing is stored then.
    pub fn add_private(
        &self,
        plan: &Slug,
        mut checkpoint: Checkpoint,
        least: u32,
        bounds: Bounds,
        writer: &Writer,
    ) -> Result<(Checkpoint, Vec<CheckpointId>)> {
        let mut dropped = Vec::new();
        self.change_private(plan, writer, &mut |log| {
            model::checkpoints::require_free(&log.checkpoints, &checkpoint.name)?;
            checkpoint.sequence = log.highest_sequence().max(least) + 1;
            checkpoint.check()?;
            dropped = bounds.beyond(&log.checkpoints);
            let mut files = removals(plan, &dropped);
            files.extend(checkpoints::folder_files(
                plan,
                checkpoint.id,
                Some(&checkpoint),
            )?);
            Ok(files)
        })?;
        Ok((checkpoint, dropped))
    }

    /// Adds a checkpoint as it is: one that was on the plan ref.
    ///
    /// # Errors
    /// [`Error::LostRace`], those of writing. Nothing is stored then.
    pub fn adopt_private(
        &self,
        plan: &Slug,
        checkpoint: &Checkpoint,
        writer: &Writer,
    ) -> Result<()> {
        let id = checkpoint.id;
        self.change_private(plan, writer, &mut |_| {
            checkpoints::folder_files(plan, id, Some(checkpoint))
        })
    }

    /// Drops private checkpoints, record and patch.
    ///
    /// # Errors
    /// [`Error::LostRace`], those of writing. Nothing is dropped then.
    pub fn drop_private(&self, plan: &Slug, ids: &[CheckpointId], writer: &Writer) -> Result<()> {
        self.change_private(plan, writer, &mut |_| Ok(removals(plan, ids)))
    }

    /// Replaces the commit of the private log by one with the changes that `change` asks for.
    fn change_private(
        &self,
        plan: &Slug,
        writer: &Writer,
        change: &mut dyn FnMut(&PrivateLog) -> Result<Vec<File>>,
    ) -> Result<()> {
        let start = Instant::now();
        for tries in 1.. {
            let log = self.private_log(plan)?;
            let files = change(&log)?;
            let commit = self.write_private(&log, &files, writer)?;
            let reference = paths::PRIVATE_LOG;
            let update = self.repo.move_ref_unlogged(reference, commit, log.commit)?;
            if update.outcome == RefMove::Moved {
                if files
                    .iter()
                    .any(|(_, content)| matches!(content, Content::Gone))
                {
                    cache::forget_private(self.repo, plan);
                }
                self.repo.start_gc();
                return Ok(());
            }
            if start.elapsed() > PATIENCE {
                return Err(Error::LostRace {
                    reference: reference.to_owned(),
                    tries,
                });
            }
            std::thread::sleep(self.pause(tries));
        }
        Ok(())
    }

    fn write_private(&self, log: &PrivateLog, files: &[File], writer: &Writer) -> Result<Oid> {
        let mut objects = self.repo.writer()?;
        let mut changes = Vec::new();
        for (path, content) in files {
            changes.push((path.clone(), write_content(&mut objects, content)?));
        }
        let tree = objects.edit_tree(log.root, &changes)?;
        let who = writer.who.at(writer.time());
        let commit = objects.write_commit(tree, &[], &who, paths::PRIVATE_LOG_MESSAGE)?;
        objects.finish()?;
        Ok(commit)
    }
}

fn removals(plan: &Slug, ids: &[CheckpointId]) -> Vec<File> {
    let removal = |id: &CheckpointId| (paths::checkpoint(plan, *id), Content::Gone);
    ids.iter().map(removal).collect()
}
