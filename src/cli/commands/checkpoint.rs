//! `git plan checkpoint`: an exact snapshot of the working tree, by name.

use super::super::complete;
use super::super::context::Context;
use super::super::error::Result;
use super::super::find_checkpoint::Checkpoints;
use super::super::taking::{self, About, Pinned, TakeOptions};
use super::super::verbs::Run;
use crate::model::{PlanStatus, Refusal, refer};
use crate::render::view::{CheckpointFileView, CheckpointView};
use crate::render::{checkpoint, escape};
use crate::store::Draft;

/// Take an exact snapshot of the working tree
///
/// Everything that `git add -A` would take is in it, staged or not: changes, deletions, modes,
/// links, new files. HEAD, index and working tree stay as they are. The record and the patch from
/// HEAD to the snapshot are on the plan ref, where others see them; a private checkpoint is kept
/// beside it and never shared.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan checkpoint before-refactoring
  git plan checkpoint \"routes work\" --task 4 --note \"all tests pass\"
  git plan checkpoint step-17 --private
  git plan checkpoint try --dry-run         # what would be in it")]
pub struct TakeCheckpoint {
    /// What to call it
    #[arg(allow_hyphen_values = true)]
    pub name: String,
    /// The task that is worked on
    #[arg(long, add = complete::tasks())]
    pub task: Option<String>,
    /// What there is to say about it
    #[arg(long, value_name = "TEXT")]
    pub note: Option<String>,
    /// Never share it (plan.checkpoints = private is the same for all)
    #[arg(long)]
    pub private: bool,
    /// What is taken in.
    #[command(flatten)]
    pub options: TakeOptions,
}

impl Run for TakeCheckpoint {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let writer = cx.writer(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let all = Checkpoints::load(cx, &store, &snapshot)?;
        let plan = &all.plan;
        if plan.header.status == PlanStatus::Archived {
            return Err(Refusal::Archived(plan.id.clone()).into());
        }
        taking::require_free(&all, &self.name)?;
        let task = match &self.task {
            Some(word) => Some(refer::task(plan, word)?),
            None => None,
        };
        let taken = taking::take(cx, &repo, &self.options)?;
        if cx.globals.dry_run {
            for path in &taken.skipped {
                cx.warn(format!("{path} is left out for its size"));
            }
            return self.report_dry_run(cx, &taken.files);
        }
        let about = About {
            name: self.name.clone(),
            note: self.note.clone(),
            task,
            is_final: false,
        };
        let private = self.private || taking::is_private_by_default(&repo)?;
        let pinned = Pinned::new(
            &store,
            &writer,
            &all,
            &taken,
            about,
            (&self.options, private),
        )?;
        let checkpoint = if private {
            taking::store_private(cx, &store, &writer, &all, pinned)?
        } else {
            let draft = (Draft::on(snapshot), &plan.id);
            let edits = ("checkpoint", Vec::new());
            taking::store_shared(cx, &store, &writer, draft, pinned, edits)?
        };
        report(cx, &CheckpointView::of(&plan.id, checkpoint, private, true))
    }
}

impl TakeCheckpoint {
    fn report_dry_run(&self, cx: &Context, files: &[crate::model::CheckpointFile]) -> Result<()> {
        let views: Vec<CheckpointFileView> = files.iter().cloned().map(Into::into).collect();
        cx.print_list("checkpoint-files", &views, || {
            checkpoint::files(&views, cx.canvas(None))
        })
    }
}

fn report(cx: &Context, view: &CheckpointView) -> Result<()> {
    cx.print("checkpoint", view, || {
        let private = if view.private { " (private)" } else { "" };
        let during = match &view.during {
            Some(what) => format!("Taken during a {what}.\n"),
            None => String::new(),
        };
        let skipped = match view.skipped.as_slice() {
            [] => String::new(),
            files => format!("Left out for their size: {}\n", files.join(", ")),
        };
        format!(
            "checkpoint {} \"{}\"{private}: {}\n{during}{}",
            view.sequence,
            escape::line(&view.name),
            checkpoint::summary(&view.files),
            escape::block(&skipped),
        )
    })
}
