//! `git plan rewind`: the commands that go back to a checkpoint. It executes none of them.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::find_checkpoint::{self, Checkpoints};
use super::super::verbs::Run;
use super::super::{complete, facts, taking};
use crate::checkpoint::restore;
use crate::checkpoint::rewind::{self, Situation, Step, Target};
use crate::gate::{self, State};
use crate::git::{Oid, Repo, Time};
use crate::model::{Checkpoint, CheckpointRow, refer};
use crate::render::view::{RewindView, StepView};
use crate::render::{checkpoint, quote};
use crate::store::{Snapshot, Store};

/// Kinds of gates that have to hold for a checkpoint to be good: those that a program judges.
const PROVEN: [&str; 3] = ["command", "spec", "tdd"];

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
            (last_good(store.repo, &all)?, "that is good".to_owned())
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

fn last_good(repo: &Repo, all: &Checkpoints) -> Result<Option<CheckpointRow>> {
    for row in all.rows.iter().rev() {
        if is_good(repo, all, &row.checkpoint)? && require_true(repo, &row.checkpoint).is_ok() {
            return Ok(Some(row.clone()));
        }
    }
    Ok(None)
}

/// Whether the base is in `HEAD`'s history, and every gate of its phase that a program judges
/// holds for its tree. What cannot be judged here is not good.
fn is_good(repo: &Repo, all: &Checkpoints, checkpoint: &Checkpoint) -> Result<bool> {
    let oid = |text: &String| Oid::from_hex(text.as_bytes()).ok();
    let (Some(base), Some(head)) = (checkpoint.base.as_ref().and_then(oid), repo.head()?.commit)
    else {
        return Ok(false);
    };
    if !repo.is_ancestor(base, head).unwrap_or(false) {
        return Ok(false);
    }
    let phase = checkpoint.phase.as_ref().and_then(|id| all.plan.phase(id));
    let Some(phase) = phase else {
        return Ok(true);
    };
    let is_proven = |id: &str| {
        let gate = phase.gates.iter().find(|gate| gate.id.as_str() == id);
        gate.is_some_and(|gate| PROVEN.contains(&gate.kind.as_str()))
    };
    if !phase.gates.iter().any(|gate| is_proven(gate.id.as_str())) {
        return Ok(true);
    }
    let Some(snapshot) = oid(&checkpoint.snapshot).filter(|oid| repo.commit(*oid).is_ok()) else {
        return Ok(false);
    };
    let judged = gate::judge(&all.plan, phase, &facts::at(repo, &all.plan, snapshot)?);
    let mut proven = judged.iter().filter(|judgement| is_proven(&judgement.gate));
    Ok(proven.all(|judgement| judgement.state == State::Ok))
}

fn target(checkpoint: &Checkpoint, private: bool) -> Result<Target> {
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

/// Refuses a record whose base and patch do not make the snapshot that it names.
fn require_true(repo: &Repo, checkpoint: &Checkpoint) -> Result<()> {
    let limit = taking::patch_limit(repo)?;
    restore::check(repo, checkpoint, limit).map_err(|error| {
        Error::data(format!(
            "checkpoint {} \"{}\" cannot be trusted: {error}",
            checkpoint.sequence, checkpoint.name
        ))
        .hint("git plan checkpoints   lists the others")
    })
}

fn view(checkpoint: &Checkpoint, rewind: rewind::Rewind) -> RewindView {
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
