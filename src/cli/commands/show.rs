//! `git plan show`: a task, a plan, a phase, a gate, a register entry, a checkpoint or a specification
//! on a page.

use std::fmt::Write as _;

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::find_checkpoint::Checkpoints;
use super::super::verbs::Run;
use super::super::{broken_line, complete, current, until_exit};
use super::remove_spec;
use crate::enforce::CodeAt;
use crate::format::text::{self, Origin};
use crate::gate;
use crate::git::Repo;
use crate::model::refer::{self, ReferError};
use crate::model::{
    CheckpointId, EntryId, Phase, Plan, Record, RecordKind, Slug, SpecText, TaskId, checkpoints,
    entries,
};
use crate::render::table::Canvas;
use crate::render::view::{EntryView, GateView, PhaseView, PlanView, SpecView, TaskView, TextView};
use crate::render::{checkpoint, entity, escape, register};
use crate::run::kept;
use crate::store::{Snapshot, Store, paths};

/// Show a task, a plan, a phase, a gate, a register entry, a checkpoint or a specification
///
/// A word is looked for as a task, then as a plan, a phase, a gate (`phase/gate`), an entry of the
/// register (`Q-1`), a checkpoint, and a specification. Without one, the current plan is shown.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan show 4
  git plan show auth-migration/4 --json
  git plan show foundation          # a phase
  git plan show --toml > plan.toml  # the whole plan as a text, for git plan apply")]
pub struct Show {
    /// The task, plan, phase, gate, register entry, checkpoint or specification
    #[arg(add = complete::entities())]
    pub entity: Option<String>,
    /// Print the stored text; of a plan, with its tasks
    #[arg(long)]
    pub toml: bool,
}

/// What a word was found to mean.
pub enum Found {
    /// A task.
    Task(Plan, TaskId),
    /// A plan.
    Plan(Plan),
    /// A phase.
    Phase(Plan, Phase),
    /// A gate, by name.
    Gate(Plan, Phase, String),
    /// An entry of the register.
    Entry(Plan, EntryId),
    /// A checkpoint, and whether it is private.
    Checkpoint(Plan, CheckpointId),
    /// A specification.
    Spec(Plan, Slug),
}

/// Looks for a word as a task, a plan, a phase, a gate, a register entry, a checkpoint, a
/// specification.
///
/// # Errors
/// Where it is none of them, or names several of a kind.
pub fn find(cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>, word: &str) -> Result<Found> {
    let repo = store.repo;
    let current = current::plan(cx, repo, snapshot);
    let (place, rest) = refer::split(word);
    let plan_of_word = place.and_then(|place| current::named(snapshot, place).ok());
    let home: Option<Slug> = plan_of_word
        .clone()
        .or_else(|| current.as_ref().ok().cloned());
    let home = home.map(|id| snapshot.plan(&id)).transpose();
    let wanted = if plan_of_word.is_some() { rest } else { word };
    let task = match &home {
        Ok(Some(plan)) => Some(refer::task(plan, wanted)),
        _ => None,
    };
    if let Some(Err(ambiguous @ ReferError::Ambiguous { .. })) = task {
        return Err(ambiguous.into());
    }
    let home = match (home, task) {
        (Ok(Some(plan)), Some(Ok(id))) => return Ok(Found::Task(plan, id)),
        (home, _) => home,
    };
    if let Ok(id) = current::named(snapshot, word) {
        return Ok(Found::Plan(snapshot.plan(&id)?));
    }
    let Some(plan) = home? else {
        current?;
        return Err(Error::data(format!(
            "there is no task, plan or phase '{word}'"
        )));
    };
    let (phase_word, gate) = match wanted.split_once('/') {
        Some((phase, gate)) => (phase, Some(gate)),
        None => (wanted, None),
    };
    let Ok(phase) = refer::phase(&plan, phase_word) else {
        match entries::named(&plan, wanted).map(|entry| entry.id) {
            Ok(id) => return Ok(Found::Entry(plan, id)),
            Err(ReferError::Unknown { .. }) => {}
            Err(several) => return Err(several.into()),
        }
        let all = Checkpoints::of(cx, store, plan)?;
        return match checkpoints::named(&all.plan.id, &all.rows, wanted) {
            Ok(row) => {
                let id = row.checkpoint.id;
                Ok(Found::Checkpoint(all.plan, id))
            }
            Err(ReferError::Unknown { .. }) => match remove_spec::named(&all.plan, wanted) {
                Ok(name) => Ok(Found::Spec(all.plan, name)),
                Err(_) => Err(nothing_of_that_name(snapshot, &all.plan, word)),
            },
            Err(several) => Err(several.into()),
        };
    };
    let phase = plan
        .phase(&phase)
        .cloned()
        .unwrap_or_else(|| Phase::new(phase.clone(), ""));
    Ok(match gate {
        Some(gate) => Found::Gate(plan, phase, gate.to_owned()),
        None => Found::Phase(plan, phase),
    })
}

fn nothing_of_that_name(snapshot: &Snapshot<'_>, plan: &Plan, word: &str) -> Error {
    let phases = plan.header.phases.iter().map(|phase| phase.id.as_str());
    let plans = snapshot.folders.iter().map(|folder| folder.id.as_str());
    let checkpoints = plan
        .checkpoints
        .iter()
        .map(|row| row.checkpoint.name.as_str());
    let mut similar = refer::similar(word, phases.chain(plans).chain(checkpoints));
    if let Err(ReferError::Unknown { similar: tasks, .. }) = refer::task(plan, word) {
        similar.extend(tasks);
    }
    let error = Error::data(format!(
        "there is no task, plan, phase, gate, register entry, checkpoint or specification '{word}' (in plan {})",
        plan.id
    ));
    let error = match similar.first() {
        Some(name) => error.hint(format!("did you mean {name}?")),
        None => error,
    };
    error.hint(format!("git plan -p {} tasks   lists its tasks", plan.id))
}

impl Run for Show {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let found = until_exit(match &self.entity {
            Some(word) => find(cx, &store, &snapshot, word)?,
            None => Found::Plan(snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?),
        });
        snapshot
            .warnings()
            .iter()
            .for_each(|file| cx.warn(broken_line(file)));
        if self.toml {
            return print_toml(cx, &repo, &snapshot, &found);
        }
        print(cx, &store, &snapshot, &found)
    }
}

fn print(cx: &Context, store: &Store<'_>, snapshot: &Snapshot<'_>, found: &Found) -> Result<()> {
    let repo = store.repo;
    let canvas = cx.canvas(Some(repo));
    let paged = |text: String| -> Result<()> { cx.page(repo, &text) };
    match found {
        Found::Task(plan, id) => {
            let task = snapshot.task(&plan.id, *id)?;
            if cx.globals.json {
                return cx.print("task", &TaskView::of(plan, &task), String::new);
            }
            paged(entity::task(plan, &task, canvas, cx.now))
        }
        Found::Plan(plan) => {
            let view = PlanView::of(plan);
            if cx.globals.json {
                return cx.print("plan", &view, String::new);
            }
            paged(plan_text(&view, canvas))
        }
        Found::Phase(plan, phase) => {
            let view = PhaseView::of(plan, phase);
            if cx.globals.json {
                return cx.print("phase", &view, String::new);
            }
            let judged = gate::judge(plan, phase, &CodeAt::head(repo, cx.now)?);
            let gates: Vec<GateView> = judged.iter().map(GateView::of).collect();
            let lines: Vec<_> = PlanView::of(plan)
                .tasks
                .into_iter()
                .filter(|task| task.phase.as_ref() == Some(&phase.id))
                .collect();
            let mut text = entity::phase(&view, canvas);
            let _ = write!(text, "\n{}", super::gate::table(&gates, canvas));
            if !lines.is_empty() {
                let _ = write!(text, "\n{}", super::tasks::table(&lines, false, canvas));
            }
            paged(text)
        }
        Found::Entry(plan, id) => {
            let entry = plan.entry(*id).ok_or_else(|| gone(*id))?;
            if cx.globals.json {
                let view = EntryView::of(&plan.id, entry);
                return cx.print("register-entry", &view, String::new);
            }
            paged(register::page(plan, entry, canvas, cx.now))
        }
        Found::Checkpoint(plan, id) => {
            let all = Checkpoints::of(cx, store, plan.clone())?;
            let view = all.view(store, snapshot, *id)?;
            if cx.globals.json {
                return cx.print("checkpoint", &view, String::new);
            }
            paged(checkpoint::page(&view, plan, canvas, cx.now))
        }
        Found::Spec(plan, name) => {
            let view = SpecView::of(plan, &spec_text(snapshot, plan, name)?);
            if cx.globals.json {
                return cx.print("spec", &view, String::new);
            }
            paged(entity::spec(&view, canvas))
        }
        Found::Gate(plan, phase, name) => {
            let judged = gate::judge(plan, phase, &CodeAt::head(repo, cx.now)?);
            let judgement = judged
                .iter()
                .find(|judgement| judgement.gate == *name)
                .ok_or_else(|| {
                    Error::data(format!("there is no gate '{name}' in phase {}", phase.id))
                        .hint(format!("git plan gate list {}   lists its gates", phase.id))
                })?;
            let view = GateView::of(judgement);
            cx.print("gate", &view, || {
                let table = super::gate::table(std::slice::from_ref(&view), canvas);
                table + &last_output(repo, plan, phase, name).unwrap_or_default()
            })
        }
    }
}

/// How the output of the last run of a gate ended, where this machine has it.
fn last_output(repo: &Repo, plan: &Plan, phase: &Phase, gate: &str) -> Option<String> {
    let is_run = |record: &&Record| {
        record.kind == RecordKind::Outcome
            && record.phase.as_ref() == Some(&phase.id)
            && record.gate.as_ref().is_some_and(|id| id.as_str() == gate)
    };
    let runs = plan.records.iter().filter(is_run);
    let last = runs.max_by_key(|record| (record.when, record.id))?;
    let end = String::from_utf8_lossy(&kept::end_of(repo, last.id)?).into_owned();
    let end = escape::block(end.trim_end());
    (!end.is_empty()).then(|| format!("\nIts last run printed, in the end:\n{end}\n"))
}

fn spec_text(snapshot: &Snapshot<'_>, plan: &Plan, name: &Slug) -> Result<SpecText> {
    let row = plan.spec(name);
    let row = row.ok_or_else(|| Error::data(format!("there is no specification {name}")))?;
    Ok(snapshot.spec(&plan.id, row)?)
}

fn gone(id: EntryId) -> Error {
    Error::data(format!("there is no register entry {id}"))
}

fn plan_text(view: &PlanView, canvas: Canvas) -> String {
    let strong = |text: &str| canvas.paint.apply(crate::render::style::Tone::Strong, text);
    let mut out = format!(
        "{}  {}\n",
        strong(view.id.as_str()),
        strong(&escape::line(&view.title))
    );
    let mut fact = |key: &str, value: &str| {
        if !value.is_empty() {
            let _ = writeln!(out, "  {key:<11} {}", escape::line(value));
        }
    };
    fact("status", &view.status);
    let specs: Vec<&str> = view.specs.iter().map(Slug::as_str).collect();
    fact("specs", &specs.join(", "));
    fact("key", view.key.as_deref().unwrap_or_default());
    fact("branches", &view.branches.join(", "));
    fact(
        "wip limit",
        &view
            .wip_limit
            .map(|limit| limit.to_string())
            .unwrap_or_default(),
    );
    if let Some(goal) = &view.goal {
        let _ = writeln!(out, "\n{}", strong("Goal"));
        for line in goal.trim_end().lines() {
            let _ = writeln!(out, "  {}", escape::line(line).trim_end());
        }
    }
    if !view.phases.is_empty() {
        let _ = write!(out, "\n{}", entity::phases(&view.phases, canvas));
    }
    if !view.tasks.is_empty() {
        let _ = write!(out, "\n{}", super::tasks::table(&view.tasks, false, canvas));
    }
    out
}

fn print_toml(cx: &Context, repo: &Repo, snapshot: &Snapshot<'_>, found: &Found) -> Result<()> {
    let (name, text) = match found {
        Found::Task(plan, id) => {
            let path = paths::task(&plan.id, *id);
            (id.to_string(), snapshot.text(&path)?.unwrap_or_default())
        }
        Found::Plan(plan) => (plan.id.to_string(), whole_plan(snapshot, plan)?),
        Found::Entry(plan, id) => {
            let path = paths::entry(&plan.id, *id);
            (id.to_string(), snapshot.text(&path)?.unwrap_or_default())
        }
        Found::Checkpoint(plan, id) => {
            let path = format!(
                "{}/{}",
                paths::checkpoint(&plan.id, *id),
                paths::CHECKPOINT_RECORD
            );
            (id.to_string(), snapshot.text(&path)?.unwrap_or_default())
        }
        Found::Spec(plan, name) => {
            let spec = spec_text(snapshot, plan, name)?;
            (name.to_string(), spec.text)
        }
        Found::Phase(..) | Found::Gate(..) => {
            return Err(Error::usage(
                "--toml takes a task or a plan; phases and gates stand in the plan's text",
            ));
        }
    };
    if cx.globals.json {
        return cx.print("text", &TextView { name, text }, String::new);
    }
    cx.page(repo, &escape::toml(&text))
}

/// A whole plan as a text, with the line that tells where it came from.
///
/// # Errors
/// Those of reading, and where a stored text is not TOML.
pub fn whole_plan(snapshot: &Snapshot<'_>, plan: &Plan) -> Result<String> {
    let commit = snapshot
        .source
        .commit
        .map(|oid| oid.to_string())
        .unwrap_or_default();
    let origin = Origin {
        plan: plan.id.clone(),
        commit,
    };
    let header = snapshot.text(&paths::header(&plan.id))?.unwrap_or_default();
    let mut tasks = snapshot.tasks(&plan.id)?;
    tasks.sort_by_key(|(task, _)| (task.number, task.id));
    let texts: Vec<String> = tasks.into_iter().map(|(_, text)| text).collect();
    text::write(&origin, &header, &texts).map_err(|error| Error::data(error.to_string()))
}
