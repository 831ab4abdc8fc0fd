//! `git plan rewind`: the commands that go back to a checkpoint. It executes none of them.

use super::super::complete;
use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::find_checkpoint::{self, Checkpoints};
use super::super::last_good::{last_good, require_true};
use super::super::verbs::Run;
use crate::checkpoint::rewind::{self, Situation, Step, Target};
use crate::git::{Oid, Time};
use crate::model::{Checkpoint, CheckpointRow, refer};
use crate::render::view::{RewindView, StepView};
use crate::render::{checkpoint, quote};
use crate::store::{Snapshot, Store};

/// Print the commands that go back to a checkpoint
///
/// Looks at the repository as it is now and prints what to type: first a backup, then the way
/// back, then the way forth again. Each command runs only if the one before succeeded; whatever
/// changes meanwhile stops them. Nothing is executed, and nothing that you have is lost.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("target").required(true))]
#[command(after_long_help = "Examples:
  git plan rewind before-refactoring
  git plan rewind --last-good
  git plan rewind --phase routes --json")]
pub struct Rewind {
    /// The checkpoint
    #[arg(group = "target", allow_hyphen_values = true, add = complete::checkpoints())]
    pub checkpoint: Option<String>,
    /// The last checkpoint of this phase
    #[arg(long, group = "target", add = complete::phases())]
    pub phase: Option<String>,
    /// The last checkpoint of this task
    #[arg(long, group = "target", add = complete::tasks())]
    pub task: Option<String>,
    /// The last checkpoint that is good: its base is in HEAD's history, and the gates of its phase
    /// that a program judges hold for its tree
    #[arg(long, group = "target")]
    pub last_good: bool,
}

impl Run for Rewind {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let (all, row) = self.find(cx, &store, &snapshot)?;
        let checkpoint = row.checkpoint;
        let private = all.is_private(checkpoint.id);
        let target = target(&checkpoint, private)?;
        let who = cx.writer(&repo)?.who.at(Time {
            seconds: cx.now.0,
            offset: cx.offset,
        });
        let rewind = rewind::judge(&repo, &target, &who)?;
        if rewind.situation != Situation::MissingObjects {
            require_true(&repo, &checkpoint)?;
        }
        let view = view(&checkpoint, rewind);
        if cx.globals.json {
            return cx.print("rewind", &view, String::new);
        }
        cx.page(&repo, &checkpoint::rewind(&view, cx.canvas(Some(&repo))))
    }
}

impl Rewind {
    fn find(
        &self,
        cx: &Context,
        store: &Store<'_>,
        snapshot: &Snapshot<'_>,
    ) -> Result<(Checkpoints, CheckpointRow)> {
        if let Some(word) = &self.checkpoint {
            return find_checkpoint::find(cx, store, snapshot, word);
        }
        let all = Checkpoints::load(cx, store, snapshot)?;
        let (found, what) = if let Some(word) = &self.phase {
            let phase = refer::phase(&all.plan, word)?;
            let of_phase = |row: &Checkpoint| row.phase.as_ref() == Some(&phase);
            (last(&all, of_phase), format!("of phase {phase}"))
        } else if let Some(word) = &self.task {
            let task = refer::task(&all.plan, word)?;
            let name = all.plan.name_of(task);
            let of_task = |row: &Checkpoint| row.task == Some(task);
            (last(&all, of_task), format!("of task {name}"))
        } else {
            (
                last_good(store.repo, &all, cx.now)?,
                "that is good".to_owned(),
            )
        };
        match found {
            Some(row) => Ok((all, row)),
            None => Err(
                Error::data(format!("plan {} has no checkpoint {what}", all.plan.id))
                    .hint("git plan checkpoints   lists them")
                    .hint("git plan checkpoint NAME   takes one"),
            ),
        }
    }
}

fn last(all: &Checkpoints, wanted: impl Fn(&Checkpoint) -> bool) -> Option<CheckpointRow> {
    let mut youngest_first = all.rows.iter().rev();
    youngest_first.find(|row| wanted(&row.checkpoint)).cloned()
}

/// What a checkpoint leads to.
///
/// # Errors
/// Where its record names no objects.
pub fn target(checkpoint: &Checkpoint, private: bool) -> Result<Target> {
    let oid = |text: &str| {
        Oid::from_hex(text.as_bytes()).map_err(|error| {
            Error::data(format!(
                "checkpoint {} names '{text}' as an object: {error}",
                checkpoint.sequence
            ))
        })
    };
    Ok(Target {
        name: checkpoint.name.clone(),
        id: checkpoint.id.to_string(),
        base: checkpoint.base.as_deref().map(oid).transpose()?,
        snapshot: oid(&checkpoint.snapshot)?,
        private,
    })
}

/// The way back, as it is printed.
pub fn view(checkpoint: &Checkpoint, rewind: rewind::Rewind) -> RewindView {
    RewindView {
        checkpoint: checkpoint.id,
        name: checkpoint.name.clone(),
        situation: rewind.situation.word().to_owned(),
        explanation: rewind.summary,
        steps: steps(rewind.steps),
        back: steps(rewind.back),
        if_stopped: steps(rewind.if_stopped),
        not_restored: rewind.not_restored,
        advice: rewind.advice,
    }
}

fn steps(steps: Vec<Step>) -> Vec<StepView> {
    let view = |step: Step| StepView {
        command: quote::command(&step.words),
        purpose: step.purpose,
    };
    steps.into_iter().map(view).collect()
}
