//! `git plan gate run`: the commands of gates, run and recorded.

use super::super::super::context::Context;
use super::super::super::error::{Error, Kind, Result};
use super::super::super::find_checkpoint::Checkpoints;
use super::super::super::last_good::last_good;
use super::super::super::mutation::Scope;
use super::super::super::recording::require_signing;
use super::super::super::running::{Done, Place, Runner, Target, require_command};
use super::super::super::trusting::Trusting;
use super::super::super::verbs::Run;
use super::super::super::{complete, current};
use super::named;
use crate::gate;
use crate::model::{Plan, PlanStatus, Refusal, refer};
use crate::render::view::GateRunView;
use crate::run::Interrupts;
use crate::store::{Draft, Snapshot, Store};

/// Run commands of gates, and record what comes of it
///
/// A command runs only once its person has trusted it on this machine (git plan trust), and only
/// where what it depends on is as in HEAD, so that the record tells the truth: no file may be
/// changed, new or left out before, nor change meanwhile. What it prints goes to standard error. The
/// exit code is 0 where all have passed, 1 where one has not; both are recorded. A command that
/// cannot be run, is ended by a signal or takes too long is neither.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan gate run foundation/tests
  git plan gate run foundation              # all commands of the phase
  git plan gate run foundation/tests --clean")]
pub struct RunGates {
    /// The gates, as phase/gate; or a phase, for all its commands
    #[arg(value_name = "PHASE[/GATE]", required = true, add = complete::gates())]
    pub names: Vec<String>,
    /// Run whatever lies there, and record nothing
    #[arg(long, conflicts_with = "clean")]
    pub no_record: bool,
    /// Run in a temporary copy of HEAD
    #[arg(long)]
    pub clean: bool,
}

impl Run for RunGates {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let plan = snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?;
        let targets = self.targets(&plan)?;
        let trusting = Trusting::of(&repo, &snapshot)?;
        if !self.no_record {
            require_recordable(cx, &store, snapshot, &plan)?;
        }
        let interrupts = Interrupts::take()?;
        let place = Place::at_head(&repo, self.clean, !self.no_record)?;
        place.require_trust(cx, &trusting, &targets)?;
        place.require_same(cx.now, &targets)?;
        let prepared = |target: Target| Ok((place.prepare(&target)?, target));
        let ready: Vec<_> = targets.into_iter().map(prepared).collect::<Result<_>>()?;
        let runner = Runner {
            cx,
            store: &store,
            plan,
            place: &place,
            interrupts: &interrupts,
        };
        if cx.globals.dry_run {
            return report(cx, &runner, &[]);
        }
        // Better now than after a run of minutes.
        let is_signed = ready.iter().any(|(_, target)| target.gate.signed);
        require_signing(&repo, is_signed)?;
        let done = runner.run(ready.into_iter().map(|(p, target)| (target, p)).collect())?;
        report(cx, &runner, &done)
    }
}

impl RunGates {
    fn targets(&self, plan: &Plan) -> Result<Vec<Target>> {
        let mut targets: Vec<Target> = Vec::new();
        for name in &self.names {
            for target in of_name(plan, name)? {
                if targets
                    .iter()
                    .all(|other| other.address() != target.address())
                {
                    require_command(&target)?;
                    targets.push(target);
                }
            }
        }
        Ok(targets)
    }
}

fn of_name(plan: &Plan, name: &str) -> Result<Vec<Target>> {
    if name.contains('/') {
        let (phase, gate) = named(plan, name)?;
        return Ok(vec![Target { phase, gate }]);
    }
    let id = refer::phase(plan, name)?;
    let phase = plan.phase(&id).cloned();
    let with = |phase: crate::model::Phase| {
        let gates = phase.gates.clone().into_iter();
        let commands = gates.filter(|gate| gate.kind == gate::COMMAND);
        let target = |gate| Target {
            phase: phase.clone(),
            gate,
        };
        commands.map(target).collect::<Vec<_>>()
    };
    match phase.map(with) {
        Some(targets) if !targets.is_empty() => Ok(targets),
        _ => Err(
            Error::data(format!("phase {id} has no gate that runs a command"))
                .hint(format!("git plan gate list {id}   lists its gates")),
        ),
    }
}

/// Refuses, before anything runs, what could not be recorded afterwards.
fn require_recordable<'r>(
    cx: &Context,
    store: &Store<'r>,
    snapshot: Snapshot<'r>,
    plan: &Plan,
) -> Result<()> {
    if plan.header.status == PlanStatus::Archived {
        return Err(Refusal::Archived(plan.id.clone()).into());
    }
    let writer = cx.writer(store.repo)?;
    let mut draft = Draft::on(snapshot);
    let scope = Scope {
        cx,
        store,
        draft: &mut draft,
        writer: &writer,
    };
    scope.require_records(plan)?;
    scope.require_clock()
}

fn report(cx: &Context, runner: &Runner<'_, '_>, done: &[Done]) -> Result<()> {
    let views: Vec<GateRunView> = done
        .iter()
        .filter_map(|one| one.view(runner.place))
        .collect();
    cx.print_list("gate-runs", &views, || views.iter().map(line).collect())?;
    let lost = done.iter().find_map(|one| one.lost(runner.place));
    let failed = done.iter().filter(|one| !one.has_passed()).count();
    let message = match (lost, failed) {
        (Some(why), _) => format!("nothing is recorded of the last one: {why}"),
        (None, 0) => return Ok(()),
        (None, _) => format!(
            "{failed} of {} did not pass",
            gate::counted(done.len(), "gate")
        ),
    };
    let error = Error::new(Kind::No, message).answered();
    Err(match failed > 0 && has_last_good(cx, runner) {
        true => error.hint("git plan rewind --last-good   prints the way back to the last checkpoint that was good"),
        false => error,
    })
}

/// Whether there is a checkpoint to go back to. What cannot be told is not hinted at.
fn has_last_good(cx: &Context, runner: &Runner<'_, '_>) -> bool {
    let store = runner.store;
    let found = || -> Result<bool> {
        let plan = cx.snapshot(store)?.plan(&runner.plan.id)?;
        let all = Checkpoints::of(cx, store, plan)?;
        Ok(last_good(store.repo, &all, cx.now)?.is_some())
    };
    found().unwrap_or(false)
}

fn line(view: &GateRunView) -> String {
    let seconds = std::time::Duration::from_millis(view.duration_ms).as_secs_f64();
    let kept = match (&view.record, &view.commit) {
        (Some(record), Some(commit)) => format!("recorded as {record} for {}", &commit[..12]),
        _ => "not recorded".to_owned(),
    };
    let (phase, gate) = (&view.phase, &view.gate);
    let words = crate::render::escape::line(&view.words);
    format!("{phase}/{gate} {words} ({seconds:.1} s); {kept}\n")
}
