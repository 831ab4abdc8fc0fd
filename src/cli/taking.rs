//! Taking a checkpoint: what `checkpoint` and `archive` have in common.

use std::path::PathBuf;

use super::context::{Context, variable};
use super::error::{Error, Result};
use super::find_checkpoint::Checkpoints;
use super::mutation;
use super::progress::Progress;
use crate::checkpoint::restore::Author;
use crate::checkpoint::take::{self, Stored, Taken, Wish};
use crate::git::{Oid, Repo};
use crate::model::{
    Checkpoint, CheckpointId, Edit, Phase, Plan, Slug, TaskId, Time, checkpoint, checkpoints, phase,
};
use crate::patch::quote_path;
use crate::store::{Bounds, Draft, Message, Store, Writer, paths};

/// The most bytes of a file, where `plan.checkpointMaxFile` says nothing.
const MAX_FILE: i64 = 10 * 1024 * 1024;
/// The most bytes of a patch, where `plan.checkpointMaxPatch` says nothing.
const MAX_PATCH: i64 = 64 * 1024 * 1024;
/// Private checkpoints of a plan, where `plan.privateMaxCount` says nothing.
const PRIVATE_COUNT: i64 = 200;
/// Days that a private one is kept, where `plan.privateMaxDays` says nothing.
const PRIVATE_DAYS: i64 = 30;

/// What is taken in.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TakeOptions {
    /// Leave files out that Git does not track
    #[arg(long)]
    pub no_untracked: bool,
    /// Leave files out that are larger than plan.checkpointMaxFile, instead of stopping
    #[arg(long)]
    pub skip_large: bool,
    /// Take in what looks like a secret, instead of stopping; the record says so
    #[arg(long)]
    pub include_secrets: bool,
}

/// What a checkpoint is called, and what it is about.
pub struct About {
    /// Its name.
    pub name: String,
    /// What there is to say.
    pub note: Option<String>,
    /// The task that was worked on.
    pub task: Option<TaskId>,
    /// Whether the plan is archived with it.
    pub is_final: bool,
}

fn limit(repo: &Repo, key: &str, default: i64) -> Result<u64> {
    let value = repo.config_i64(key)?.unwrap_or(default);
    u64::try_from(value).map_err(|_| Error::data(format!("{key} is {value}: less than nothing")))
}

/// The most bytes that a patch may have.
///
/// # Errors
/// Where `plan.checkpointMaxPatch` is no size.
pub fn patch_limit(repo: &Repo) -> Result<u64> {
    limit(repo, "plan.checkpointMaxPatch", MAX_PATCH)
}

/// How many private checkpoints are kept, and for how long.
fn bounds(repo: &Repo, now: Time) -> Result<Bounds> {
    let count = limit(repo, "plan.privateMaxCount", PRIVATE_COUNT)?;
    let days = limit(repo, "plan.privateMaxDays", PRIVATE_DAYS)?;
    let seconds = i64::try_from(days)
        .unwrap_or(i64::MAX)
        .saturating_mul(86_400);
    Ok(Bounds {
        count: usize::try_from(count).unwrap_or(usize::MAX).max(1),
        since: Time(now.0.saturating_sub(seconds)),
    })
}

/// Takes a snapshot into memory; nothing is stored.
///
/// # Errors
/// Where a guard stops it, or something cannot be read.
pub fn take(cx: &Context, repo: &Repo, options: &TakeOptions) -> Result<Taken> {
    let wish = Wish {
        untracked: !options.no_untracked,
        max_file: limit(repo, "plan.checkpointMaxFile", MAX_FILE)?,
        skip_large: options.skip_large,
        max_patch: patch_limit(repo)?,
        include_secrets: options.include_secrets,
        home: variable("HOME")
            .filter(|home| !home.is_empty())
            .map(PathBuf::from),
    };
    let progress = Progress::start(cx, "Reading changed files");
    let taken = take::take(repo, &wish, &|done, all| progress.report(done, all));
    progress.finish();
    let taken = taken?;
    for path in &taken.not_held {
        cx.warn(format!(
            "{path} is a repository of its own: its changes are not in the checkpoint"
        ));
    }
    Ok(taken)
}

/// The phase that is worked on: the task's, else the first one that is open.
pub fn phase_of(plan: &Plan, task: Option<TaskId>) -> Option<Slug> {
    match task.and_then(|id| plan.tasks.get(&id)) {
        Some(task) => task.phase.clone(),
        None => {
            let is_open = |phase: &&Phase| !phase::is_closed(plan, phase);
            plan.header
                .phases
                .iter()
                .find(is_open)
                .map(|phase| phase.id.clone())
        }
    }
}

/// Whether checkpoints are private where nobody says so.
///
/// # Errors
/// Where `plan.checkpoints` is neither of its words.
pub fn is_private_by_default(repo: &Repo) -> Result<bool> {
    match repo.config("plan.checkpoints").as_deref() {
        None | Some("shared") => Ok(false),
        Some("private") => Ok(true),
        Some(other) => Err(Error::data(format!(
            "plan.checkpoints is '{other}': neither shared nor private"
        ))),
    }
}

/// The name of a plan's final checkpoint, one that is free.
pub fn final_name(all: &Checkpoints) -> String {
    free_name(all, "final")
}

/// A name for a checkpoint; where it is taken, with a number behind it.
pub fn free_name(all: &Checkpoints, name: &str) -> String {
    let is_free = |name: &String| {
        let mut others = all.rows.iter().map(|row| &row.checkpoint);
        !others.any(|other: &Checkpoint| other.name == *name)
    };
    let plain = name.to_owned();
    if is_free(&plain) {
        return plain;
    }
    (2u32..)
        .map(|count| format!("{name}-{count}"))
        .find(is_free)
        .unwrap_or(plain)
}

/// Refuses a name that the plan has already, private or not, or that cannot be one.
///
/// # Errors
/// Where it is taken, or would name something else.
pub fn require_free(all: &Checkpoints, name: &str) -> Result<()> {
    checkpoint::check_name(name)?;
    Ok(checkpoints::require_free(&all.rows, name)?)
}

/// A snapshot whose objects are stored and kept by a ref, before its record is. Where the record
/// does not come to be, the ref goes again.
pub struct Pinned<'r> {
    repo: &'r Repo,
    reference: String,
    commit: Oid,
    recorded: bool,
    /// The record, with the least sequence that it can have.
    pub checkpoint: Checkpoint,
}

impl<'r> Pinned<'r> {
    /// Stores the objects of a snapshot, and a ref that keeps them.
    ///
    /// # Errors
    /// Those of writing. Nothing is reachable then.
    pub fn new(
        store: &Store<'r>,
        writer: &Writer,
        all: &Checkpoints,
        taken: &Taken,
        about: About,
        (options, private): (&TakeOptions, bool),
    ) -> Result<Self> {
        let repo = store.repo;
        let id = store.new_checkpoint_id()?;
        let author = Author {
            who: writer.who.clone(),
            seconds: writer.now.0,
        };
        let stored = taken.store(repo, &author, id)?;
        let reference = paths::snapshot_ref(&all.plan.id, id, private);
        // Whatever can fail comes before the ref does.
        let checkpoint = record(repo, writer, all, taken, about, (options, id, stored))?;
        let _ = repo.move_ref_unlogged(&reference, stored.commit, None)?;
        Ok(Self {
            repo,
            reference,
            commit: stored.commit,
            recorded: false,
            checkpoint,
        })
    }
}

impl Drop for Pinned<'_> {
    fn drop(&mut self) {
        if !self.recorded {
            let reference = std::mem::take(&mut self.reference);
            let _ = self.repo.delete_refs(&[(reference, self.commit)]);
        }
    }
}

fn record(
    repo: &Repo,
    writer: &Writer,
    all: &Checkpoints,
    taken: &Taken,
    about: About,
    (options, id, stored): (&TakeOptions, CheckpointId, Stored),
) -> Result<Checkpoint> {
    let branch = repo.head()?.branch;
    Ok(Checkpoint {
        id,
        // The private ones count too.
        sequence: all.highest_sequence() + 1,
        name: about.name,
        phase: phase_of(&all.plan, about.task),
        task: about.task,
        note: about.note,
        is_final: about.is_final,
        base: taken.base.map(|oid| oid.to_string()),
        branch: branch.map(|name| quote_path(name.as_bytes()).into_owned()),
        tree: stored.tree.to_string(),
        snapshot: stored.commit.to_string(),
        patch: stored.patch.to_string(),
        during: repo.operation().map(|what| what.command().to_owned()),
        without_untracked: options.no_untracked,
        with_secrets: taken.with_secrets,
        skipped: taken.skipped.clone(),
        who: writer.signature(),
        agent: writer.agent.clone(),
        when: writer.now,
        files: taken.files.clone(),
    })
}

/// Stores a private checkpoint and drops what is beyond the bounds; returns it with its sequence.
///
/// # Errors
/// Those of writing. Nothing is stored then.
pub fn store_private(
    cx: &Context,
    store: &Store<'_>,
    writer: &Writer,
    all: &Checkpoints,
    mut pinned: Pinned<'_>,
) -> Result<Checkpoint> {
    let bounds = bounds(store.repo, writer.now)?;
    let plan = &all.plan.id;
    let least = all.plan.highest_sequence();
    let checkpoint = pinned.checkpoint.clone();
    let (checkpoint, dropped) = store.add_private(plan, checkpoint, least, bounds, writer)?;
    pinned.recorded = true;
    cx.stored.set(true);
    let mut refs = Vec::new();
    for id in dropped {
        let name = paths::snapshot_ref(plan, id, true);
        refs.extend(store.repo.reference(&name)?.map(|oid| (name, oid)));
    }
    store.repo.delete_refs(&refs)?;
    Ok(checkpoint)
}

/// Stores a checkpoint on the plan ref, with the edits that come with it; returns it with its
/// sequence.
///
/// # Errors
/// Those of storing. Nothing is stored then.
pub fn store_shared<'r>(
    cx: &Context,
    store: &Store<'r>,
    writer: &Writer,
    (mut draft, plan): (Draft<'r>, &Slug),
    mut pinned: Pinned<'r>,
    (operation, edits): (&str, Vec<Edit>),
) -> Result<Checkpoint> {
    let id = pinned.checkpoint.id;
    draft.apply(plan, Edit::add_checkpoint(&pinned.checkpoint))?;
    draft.apply_all(plan, edits)?;
    let message = |draft: &mut Draft<'r>| {
        let sequence = sequence_of(draft.plan(plan)?, id);
        let subject = match operation {
            "archive" => format!("{plan}: archive plan {plan}"),
            _ => format!(
                "{plan}: checkpoint {sequence} \"{}\"",
                pinned.checkpoint.name
            ),
        };
        Ok(Message {
            subject,
            operation: operation.to_owned(),
            ids: vec![id.to_string()],
            ..Message::default()
        })
    };
    let mut done = mutation::commit(cx, store, draft, writer, (&message, None))?;
    pinned.recorded = true;
    Ok(Checkpoint {
        sequence: sequence_of(done.draft.plan(plan)?, id),
        ..pinned.checkpoint.clone()
    })
}

fn sequence_of(plan: &Plan, id: CheckpointId) -> u32 {
    let mut all = plan.checkpoints.iter().map(|row| &row.checkpoint);
    all.find(|other| other.id == id)
        .map_or(0, |other| other.sequence)
}
