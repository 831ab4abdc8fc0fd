//! `git plan use`: choose the current plan of this worktree.

use super::super::context::Context;
use super::super::error::Result;
use super::super::verbs::Run;
use super::super::{complete, current};
use crate::render::view::{PlanLine, PlanView};

/// Choose the current plan of this worktree
///
/// Without a plan, shows which one is current. `-p` and GIT_PLAN come before this choice.
#[derive(Debug, clap::Args)]
pub struct Use {
    /// The plan
    #[arg(add = complete::plans())]
    pub name: Option<String>,
    /// Choose none: the branch, or the only active plan, decides
    #[arg(long, conflicts_with = "name")]
    pub none: bool,
}

impl Run for Use {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let snapshot = cx.snapshot(&cx.store(&repo)?)?;
        if self.none {
            current::remember(&repo, None)?;
            return cx.print_list::<PlanLine>("plans", &[], || {
                "no plan is chosen in this worktree\n".to_owned()
            });
        }
        let id = match &self.name {
            Some(word) => {
                let id = current::named(&snapshot, word)?;
                current::remember(&repo, Some(&id))?;
                id
            }
            None => current::plan(cx, &repo, &snapshot)?,
        };
        let plan = snapshot.plan(&id)?;
        cx.print("plan", &PlanView::of(&plan), || {
            format!("current plan: {id}\n")
        })
    }
}
