//! `git plan trust PHASE/GATE`.

use super::super::super::context::Context;
use super::super::super::error::{Error, Kind, Result};
use super::super::super::output;
use super::super::super::trusting::{Trusting, trust_line, untrusted};
use super::super::super::verbs::Run;
use super::super::super::{complete, current, person};
use super::super::gate::named;
use crate::git::Repo;
use crate::model::Plan;
use crate::render::trust::{page, table};
use crate::render::view::TrustView;
use crate::trust::Look;

/// Let the command of a gate run on this machine
///
/// Shows exactly what would run, and asks. What a plan says is only data until a person has trusted
/// it here: no command of a fetched, edited or imported plan runs before. The hash changes with
/// every byte of the definition and of the files of the repository that the command names; with
/// --hash nothing else is trusted than what was looked at. It is for this person, in every worktree
/// and clone. Without a gate, the commands of the plan are listed.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
#[command(after_long_help = "Examples:
  git plan trust foundation/tests
  git plan trust list
  git plan trust --export > /srv/trusted; GIT_PLAN_TRUST=/srv/trusted git plan gate run foundation/tests")]
pub struct Allow {
    /// The gate, as phase/gate
    #[arg(value_name = "PHASE/GATE", add = complete::gates())]
    pub gate: Option<String>,
    /// Trust this and nothing else
    #[arg(long, value_name = "HASH", requires = "gate")]
    pub hash: Option<String>,
    /// Print what is trusted for these plans as a list for GIT_PLAN_TRUST
    #[arg(long, conflicts_with = "gate")]
    pub export: bool,
}

impl Run for Allow {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        let trusting = Trusting::of(&repo, &snapshot)?;
        if self.export {
            return output::write(&trusting.trust.export()?);
        }
        let plan = snapshot.plan(&current::plan(cx, &repo, &snapshot)?)?;
        let Some(gate) = &self.gate else {
            return overview(cx, &repo, &trusting, &plan);
        };
        let (phase, gate) = named(&plan, gate)?;
        let look = trusting.look_here(&phase.id, &gate)?.ok_or_else(|| {
            let kind = &gate.kind;
            Error::usage(format!("a gate of kind '{kind}' runs nothing"))
        })?;
        self.decide(cx, &repo, &trusting, &look)
    }
}

impl Allow {
    fn decide(
        &self,
        cx: &Context,
        repo: &Repo,
        trusting: &Trusting<'_>,
        look: &Look,
    ) -> Result<()> {
        let view = trusting.view(look)?;
        if view.trusted || cx.globals.dry_run {
            return cx.print("trust", &view, || page(&view));
        }
        if self.hash.as_ref().is_some_and(|hash| *hash != view.hash) {
            cx.print("trust", &view, || page(&view))?;
            let message = format!(
                "gate {} would run something else than what that hash stands for",
                view.gate
            );
            return Err(Error::new(Kind::Conflict, message)
                .hint(trust_line(&view.gate, &view.hash))
                .answered());
        }
        if self.hash.is_none() {
            show(cx, &view)?;
        }
        let question = format!("Let {} run on this machine?", view.gate);
        let line = trust_line(&view.gate, &view.hash);
        person::confirm_act(cx, repo, &question, &line)?;
        trusting.trust.add(look, cx.now)?;
        let view = trusting.view(look)?;
        cx.print("trust", &view, || {
            format!("trusted {} ({})\n", view.gate, view.hash)
        })
    }
}

/// Shows what there is to decide. Where nobody can be asked, that is the whole answer: the decision
/// takes the hash of what was seen, so that nothing can take its place.
fn show(cx: &Context, view: &TrustView) -> Result<()> {
    if cx.can_ask() && cx.agent().is_none() {
        output::complain(&page(view));
        return Ok(());
    }
    cx.print("trust", view, || page(view))?;
    Err(untrusted(view).answered())
}

fn overview(cx: &Context, repo: &Repo, trusting: &Trusting<'_>, plan: &Plan) -> Result<()> {
    let mut views = Vec::new();
    for phase in &plan.header.phases {
        for gate in &phase.gates {
            if let Some(look) = trusting.look_here(&phase.id, gate)? {
                views.push(trusting.view(&look)?);
            }
        }
    }
    let canvas = cx.canvas(Some(repo));
    cx.print_list("trusts", &views, || match views.is_empty() {
        true => "No gate runs a command\n".to_owned(),
        false => table(&views, canvas),
    })
}
