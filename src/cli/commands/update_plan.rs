//! `git plan update-plan`: change what a plan says of itself.

use super::super::complete;
use super::super::current;
use super::super::error::Result;
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::update_task::set_or_clear;
use crate::model::PlanStatus;

/// Change a plan's title, goal, branches or limits
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan update-plan --title \"Auth migration, part 2\"
  git plan update-plan --protect main
  git plan update-plan auth-migration --branch 'auth/*' --wip-limit 1")]
pub struct UpdatePlan {
    /// The plan; the current one if not given
    #[arg(add = complete::plans())]
    pub name: Option<String>,
    /// What it is called
    #[arg(long)]
    pub title: Option<String>,
    /// What is true when it is done; empty for none
    #[arg(long, value_name = "TEXT")]
    pub goal: Option<String>,
    /// Its name elsewhere; empty for none
    #[arg(long)]
    pub key: Option<String>,
    /// A branch on which it is the current plan, added
    #[arg(long, value_name = "GLOB")]
    pub branch: Vec<String>,
    /// A branch glob, removed
    #[arg(long, value_name = "GLOB")]
    pub no_branch: Vec<String>,
    /// A branch that is protected from now on: pushes to it are held to the plan
    #[arg(long, value_name = "GLOB")]
    pub protect: Vec<String>,
    /// Tasks that one holder may have in progress
    #[arg(long, value_name = "N")]
    pub wip_limit: Option<u32>,
    /// No limit on tasks in progress
    #[arg(long, conflicts_with = "wip_limit")]
    pub no_wip_limit: bool,
    /// Open an archived plan again
    #[arg(long, value_name = "STATUS", value_parser = ["active"], requires = "reason")]
    pub status: Option<String>,
    /// Why it is opened again
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

impl Mutation for UpdatePlan {
    fn apply(&self, scope: &mut Scope<'_, '_>) -> Result<Act> {
        let id = match &self.name {
            Some(word) => current::named(&scope.draft.snapshot, word)?,
            None => scope.plan_id()?,
        };
        let mut header = scope.draft.plan(&id)?.header.clone();
        if let Some(title) = &self.title {
            header.title.clone_from(title);
        }
        set_or_clear(self.goal.clone(), &mut header.goal);
        set_or_clear(self.key.clone(), &mut header.key);
        header
            .branches
            .retain(|glob| !self.no_branch.contains(glob));
        for glob in &self.branch {
            if !header.branches.contains(glob) {
                header.branches.push(glob.clone());
            }
        }
        for glob in &self.protect {
            if !header.protect.contains(glob) {
                header.protect.push(glob.clone());
            }
        }
        header.wip_limit = if self.no_wip_limit {
            None
        } else {
            self.wip_limit.or(header.wip_limit)
        };
        if self.status.is_some() && header.status != PlanStatus::Active {
            header.status = PlanStatus::Active;
            header.reason.clone_from(&self.reason);
            header.status_by = Some(scope.writer.signature());
            header.status_since = Some(scope.writer.now);
        }
        scope.change_header(&id, &header)?;
        Ok(Act::new(&id, Entity::Plan, ("update", "updated")))
    }
}
