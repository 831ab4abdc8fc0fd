//! `git plan checkpoints`: the list, and what keeps it short, whole or private.

use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::find_checkpoint::Checkpoints;
use super::super::verbs::Run;
use super::super::{broken_line, keeping};
use crate::model::CheckpointId;
use crate::render::checkpoint::{self, Line};
use crate::render::view::{CheckpointActView, CheckpointView};
use crate::store::{Snapshot, Store};

/// List a plan's checkpoints, or prune, restore or privatize them
///
/// A snapshot takes room; its record and its patch do not. --prune drops snapshots and keeps the
/// records, from which --restore-objects builds the very same snapshots again. Of a private
/// checkpoint everything goes.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan checkpoints
  git plan checkpoints --prune --keep 20
  git plan checkpoints --restore-objects      # after a clone or a fetch
  git plan checkpoints --privatize            # what is not published yet")]
pub struct ListCheckpoints {
    /// Drop the snapshots of all but the youngest; the final one of an archived plan stays
    #[arg(long, requires = "keep", group = "act")]
    pub prune: bool,
    /// How many of them to keep; of the private ones as many
    #[arg(long, value_name = "N", requires = "prune")]
    pub keep: Option<usize>,
    /// Build missing snapshots again, from base and patch
    #[arg(long, group = "act")]
    pub restore_objects: bool,
    /// Make checkpoints private that no remote has yet; all of them, or those that are named
    #[arg(long, group = "act")]
    pub privatize: bool,
    /// The checkpoints to restore or privatize; all of them if none is named
    #[arg(value_name = "CHECKPOINT", requires = "act", conflicts_with = "prune",
          add = super::super::complete::checkpoints())]
    pub names: Vec<String>,
}

impl Run for ListCheckpoints {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let all = Checkpoints::load(cx, &store, &snapshot)?;
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        let wanted = self.wanted(&all)?;
        let acts = if let Some(keep) = self.keep {
            keeping::prune(cx, &store, &all, keep)?
        } else if self.restore_objects {
            keeping::restore(cx, &store, &snapshot, &all, &wanted)?
        } else if self.privatize {
            keeping::privatize(cx, &store, &snapshot, &all, &wanted)?
        } else {
            return list(cx, &store, &snapshot, &all);
        };
        report(cx, &acts, !self.names.is_empty())
    }
}

impl ListCheckpoints {
    /// The checkpoints that are named; all of them where none is.
    fn wanted(&self, all: &Checkpoints) -> Result<Vec<CheckpointId>> {
        if self.names.is_empty() {
            return Ok(all.rows.iter().map(|row| row.checkpoint.id).collect());
        }
        let named = |word: &String| Ok(all.named(word)?.checkpoint.id);
        self.names.iter().map(named).collect()
    }
}

fn list(cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>, all: &Checkpoints) -> Result<()> {
    if cx.globals.json {
        let views = all.rows.iter();
        let views = views.map(|row| all.view(store, snapshot, row.checkpoint.id));
        let views: Vec<CheckpointView> = views.collect::<Result<_>>()?;
        return cx.print_list("checkpoints", &views, String::new);
    }
    if all.rows.is_empty() {
        let text = format!(
            "Plan {} has no checkpoint yet. git plan checkpoint NAME takes one.\n",
            all.plan.id
        );
        return cx.page(store.repo, &text);
    }
    let here = all.kept_here(store)?;
    let lines: Vec<Line<'_>> = all
        .rows
        .iter()
        .map(|row| Line {
            row,
            private: all.is_private(row.checkpoint.id),
            here: here.contains(&row.checkpoint.id),
        })
        .collect();
    cx.page_table(store.repo, &checkpoint::list(&lines, cx.now))
}

fn report(cx: &Context, acts: &[CheckpointActView], named: bool) -> Result<()> {
    cx.print_list("checkpoint-acts", acts, || {
        checkpoint::acts(acts, cx.globals.dry_run)
    })?;
    if named && acts.iter().any(|act| act.outcome == "kept") {
        return Err(Error::new(Kind::No, "not every one could be made private").answered());
    }
    match acts.iter().any(|act| act.outcome == "failed") {
        true => Err(Error::data("not every snapshot could be built again").answered()),
        false => Ok(()),
    }
}
