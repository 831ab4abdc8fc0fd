//! `git plan gate check`: whether gates hold, as an exit code.

use super::super::super::context::Context;
use super::super::super::error::{Error, Kind, Result};
use super::super::super::verbs::Run;
use super::super::super::{complete, current};
use super::{named, table};
use crate::enforce::CodeAt;
use crate::gate::{self, Judgement};
use crate::git::Repo;
use crate::model::{Phase, Plan, phase, refer};
use crate::render::view::{GateCheckView, GateView};

/// Check whether gates hold, without running anything
///
/// Without a name: the gates of each phase that can be worked in now. The exit code is 0 where all of
/// them are satisfied or waived, else 1.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan gate check
  git plan gate check foundation
  git plan gate check foundation/tests --at v1.0 --json")]
pub struct Check {
    /// The phase, or the gate as phase/gate
    #[arg(value_name = "PHASE[/GATE]", add = complete::gates())]
    pub name: Option<String>,
    /// The commit to judge at, instead of HEAD
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
}

impl Run for Check {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let plan = snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?;
        let code = code_at(&repo, self.at.as_deref(), cx)?;
        let judged = self.judge(&plan, &code)?;
        let satisfied = judged
            .iter()
            .all(|judgement| judgement.state.is_satisfied());
        let view = GateCheckView {
            satisfied,
            gates: judged.iter().map(GateView::of).collect(),
        };
        let canvas = cx.canvas(Some(&repo));
        cx.print("gate-check", &view, || match view.gates.is_empty() {
            true => "No gate to check: no phase can be worked in\n".to_owned(),
            false => table(&view.gates, canvas),
        })?;
        let open = judged
            .iter()
            .filter(|judgement| !judgement.state.is_satisfied());
        match open.count() {
            0 => Ok(()),
            count => {
                let all = gate::counted(judged.len(), "gate");
                let hold = if count == 1 { "does" } else { "do" };
                let message = format!("{count} of {all} {hold} not hold");
                Err(Error::new(Kind::No, message).answered())
            }
        }
    }
}

impl Check {
    fn judge(&self, plan: &Plan, code: &CodeAt<'_>) -> Result<Vec<Judgement>> {
        let Some(name) = &self.name else {
            let phases = phase::current(plan);
            return Ok(of_phases(plan, phases, code));
        };
        if name.contains('/') {
            let (phase, gate) = named(plan, name)?;
            return Ok(vec![gate::judge_one(plan, &phase, &gate, code)]);
        }
        let id = refer::phase(plan, name)?;
        Ok(of_phases(plan, plan.phase(&id), code))
    }
}

fn of_phases<'a>(
    plan: &Plan,
    phases: impl IntoIterator<Item = &'a Phase>,
    code: &CodeAt<'_>,
) -> Vec<Judgement> {
    let phases = phases.into_iter();
    phases
        .flat_map(|phase| gate::judge(plan, phase, code))
        .collect()
}

/// The code at a revision, or at HEAD.
///
/// # Errors
/// Where the revision names no commit.
pub fn code_at<'r>(repo: &'r Repo, revision: Option<&str>, cx: &Context) -> Result<CodeAt<'r>> {
    Ok(match revision {
        Some(revision) => CodeAt::at(repo, repo.resolve(revision)?, cx.now)?,
        None => CodeAt::head(repo, cx.now)?,
    })
}
