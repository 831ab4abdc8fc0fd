//! `git plan ci run`: commands of gates in CI, by the plans of the base repository.

use std::fs;

use super::super::super::context::{Context, variable};
use super::super::super::error::{Error, Kind, Result};
use super::super::super::running::{Done, Place, Runner, Target, require_command};
use super::super::super::verbs::Run;
use super::super::super::{complete, current, person};
use super::super::gate::named;
use super::record;
use crate::enforce::CodeAt;
use crate::gate::{self, Code, State, scripts};
use crate::git::Repo;
use crate::model::{Gate, Phase, Plan, phase};
use crate::render::quote;
use crate::render::view::OutcomeView;
use crate::run::Interrupts;
use crate::store::{Snapshot, Store};

/// Run commands of gates in CI, or record what came of them
///
/// One job runs, without any right to write: only commands whose gate is defined exactly as in the
/// plans at --policy-ref, which come from the base repository, and whose files of the repository are
/// those of --base, where that is given. What differs is named and not run. It hands on what came of
/// them as data. Another job, which runs nothing of the change, checks that data against the
/// repository, makes records of it, and pushes the plan ref. Outside of CI (CI=true) a person
/// confirms the first.
#[derive(Debug, clap::Args)]
#[command(group = clap::ArgGroup::new("job").required(true))]
#[command(after_long_help = "Examples:
  git plan ci run --policy-ref origin/git-plan --base origin/main --out outcomes.json
  git plan ci run --record outcomes.json && git push origin git-plan")]
pub struct RunGates {
    /// The state of the plans whose commands may run
    #[arg(long, group = "job", value_name = "REV")]
    pub policy_ref: Option<String>,
    /// Make records of what a file says
    #[arg(long, group = "job", value_name = "FILE")]
    pub record: Option<String>,
    /// The gates, as phase/gate; without one, all that run a command and do not hold at HEAD
    #[arg(value_name = "PHASE/GATE", conflicts_with = "record", add = complete::gates())]
    pub names: Vec<String>,
    /// The commit whose files the commands may name
    #[arg(long, value_name = "REV", conflicts_with = "record")]
    pub base: Option<String>,
    /// Write what came of them to a file
    #[arg(long, value_name = "FILE", conflicts_with = "record")]
    pub out: Option<String>,
}

impl Run for RunGates {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        match (&self.record, &self.policy_ref) {
            (Some(file), _) => record::record(cx, &repo, &store, file),
            (None, Some(policy)) => self.execute(cx, &repo, &store, policy),
            (None, None) => Err(Error::usage("--policy-ref or --record is missing")),
        }
    }
}

impl RunGates {
    fn execute(&self, cx: &Context, repo: &Repo, store: &Store<'_>, policy: &str) -> Result<()> {
        let commit = repo.resolve(policy)?;
        require_ci(cx, repo, policy)?;
        let snapshot = cx.snapshot(store)?;
        let plan = snapshot.plan(&current::plan(cx, repo, &snapshot)?)?;
        let allowed = Snapshot::of_commit(repo, &store.place, commit)?.plan(&plan.id)?;
        let interrupts = Interrupts::take()?;
        let place = Place::at_head(repo, false, true)?;
        let head = CodeAt::head(repo, cx.now)?;
        let base = match &self.base {
            Some(base) => Some(CodeAt::at(repo, repo.resolve(base)?, cx.now)?),
            None => None,
        };
        let mut targets = Vec::new();
        for target in self.targets(&plan, &head)? {
            match difference(&allowed, &target, &head, base.as_ref())? {
                None => targets.push(target),
                Some(why) => cx.warn(format!("{} was not run: {why}", target.address())),
            }
        }
        place.require_same(cx.now, &targets)?;
        let ready = |target: Target| Ok((place.prepare(&target)?, target));
        let ready: Vec<_> = targets.into_iter().map(ready).collect::<Result<_>>()?;
        let runner = Runner {
            cx,
            store,
            plan,
            place: &place,
            interrupts: &interrupts,
        };
        let ready = ready
            .into_iter()
            .map(|(prepared, target)| (target, prepared));
        let done = match cx.globals.dry_run {
            true => Vec::new(),
            false => runner.execute(ready.collect())?,
        };
        self.hand_on(cx, &runner, &done, &head)
    }

    fn targets(&self, plan: &Plan, head: &CodeAt<'_>) -> Result<Vec<Target>> {
        if self.names.is_empty() {
            return Ok(open_commands(plan, head));
        }
        let target = |name: &String| {
            let (phase, gate) = named(plan, name)?;
            let target = Target { phase, gate };
            require_command(&target)?;
            Ok(target)
        };
        self.names.iter().map(target).collect()
    }

    fn hand_on(
        &self,
        cx: &Context,
        runner: &Runner<'_, '_>,
        done: &[Done],
        head: &CodeAt<'_>,
    ) -> Result<()> {
        let lost = done.iter().find_map(|one| one.lost(runner.place));
        let kept = done.iter().filter(|one| one.lost(runner.place).is_none());
        let outcome = |one: &Done| one.outcome(&runner.plan.id, head);
        let outcomes: Vec<OutcomeView> = kept.map(outcome).collect::<Result<_>>()?;
        if let Some(file) = &self.out {
            let text = record::written(&outcomes)?;
            fs::write(file, text)
                .map_err(|error| Error::environment(format!("could not write {file}: {error}")))?;
        }
        cx.print_list("outcomes", &outcomes, || {
            outcomes.iter().map(line).collect()
        })?;
        let failed = done.iter().filter(|one| !one.has_passed()).count();
        let message = match (lost, failed) {
            (Some(why), _) => format!("the last one does not count: {why}"),
            (None, 0) => return Ok(()),
            (None, _) => format!(
                "{failed} of {} did not pass",
                gate::counted(done.len(), "gate")
            ),
        };
        Err(Error::new(Kind::No, message).answered())
    }
}

/// Outside of CI somebody has to say that these plans are to be run.
fn require_ci(cx: &Context, repo: &Repo, policy: &str) -> Result<()> {
    let is_ci = variable("CI").is_some_and(|value| !matches!(&*value, "" | "0" | "false"));
    if is_ci || cx.globals.dry_run {
        return Ok(());
    }
    let policy = quote::word(policy);
    let question = format!("Run the commands of the plans at {policy} on this machine?");
    let line = format!("git plan ci run --policy-ref {policy}");
    person::confirm_act(cx, repo, &question, &line)
}

fn open_commands(plan: &Plan, head: &CodeAt<'_>) -> Vec<Target> {
    let is_open = |phase: &Phase, gate: &Gate| {
        gate.kind == gate::COMMAND
            && gate::definition::problem(gate).is_none()
            && gate::judge_one(plan, phase, gate, head).state != State::Ok
    };
    let mut targets = Vec::new();
    for phase in &plan.header.phases {
        for gate in phase.gates.iter().filter(|gate| is_open(phase, gate)) {
            targets.push(Target {
                phase: phase.clone(),
                gate: gate.clone(),
            });
        }
    }
    targets
}

/// Why a command may not run in CI: its gate, or a file that it names, is another one.
fn difference(
    allowed: &Plan,
    target: &Target,
    head: &CodeAt<'_>,
    base: Option<&CodeAt<'_>>,
) -> Result<Option<String>> {
    let there = allowed.phase(&target.phase.id);
    let there = there.and_then(|phase| gate::find(phase, target.gate.id.as_str()));
    let Some(there) = there else {
        return Ok(Some("the plans of the base have no such gate".to_owned()));
    };
    if phase::definition_digest(&there) != phase::definition_digest(&target.gate) {
        return Ok(Some("the plans of the base define it otherwise".to_owned()));
    }
    let Some(base) = base else {
        return Ok(None);
    };
    let scripts = |code| scripts::scripts(&target.gate, code).map_err(Error::environment);
    for path in scripts(head)?.union(&scripts(base)?) {
        let entry = |code: &CodeAt<'_>| code.entry(path).map_err(Error::environment);
        if entry(head)? != entry(base)? {
            return Ok(Some(format!("{path} is not the file that the base has")));
        }
    }
    Ok(None)
}

fn line(outcome: &OutcomeView) -> String {
    let (phase, gate) = (&outcome.phase, &outcome.gate);
    let commit = &outcome.commit[..outcome.commit.len().min(12)];
    format!("{phase}/{gate}: {} for {commit}\n", outcome.result.as_str())
}
