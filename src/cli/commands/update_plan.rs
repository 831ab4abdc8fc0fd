//! `git plan update-plan`: change what a plan says of itself.

use super::super::complete;
use super::super::current;
use super::super::error::{Error, Result};
use super::super::mutation::{Act, Entity, Mutation, Scope};
use super::update_task::set_or_clear;
use crate::model::{Header, PlanStatus, Policy, policy, validity};

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
    /// A protected ref, added: a branch such as main, or a full name such as refs/tags/v*
    #[arg(long, value_name = "GLOB")]
    pub protect: Vec<String>,
    /// A protected ref, removed
    #[arg(long, value_name = "GLOB")]
    pub no_protect: Vec<String>,
    /// What enforcement does where it has a choice: land, unlinked, weakening, waive or
    /// reviewed
    #[arg(long, value_name = "KEY=VALUE")]
    pub policy: Vec<String>,
    /// Somebody whose signatures count, added: a line of an allowed-signers file
    #[arg(long, value_name = "LINE")]
    pub signer: Vec<String>,
    /// Somebody whose signatures count no more
    #[arg(long, value_name = "LINE")]
    pub no_signer: Vec<String>,
    /// Tasks that one holder may have in progress
    #[arg(long, value_name = "N")]
    pub wip_limit: Option<u32>,
    /// No limit on tasks in progress
    #[arg(long, conflicts_with = "wip_limit")]
    pub no_wip_limit: bool,
    /// Open an archived plan again
    #[arg(long, value_name = "STATUS", value_parser = ["active"], requires = "reason")]
    pub status: Option<String>,
    /// Why it is opened again, or why less has to hold afterwards than before
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
        for glob in self.branch.iter().chain(&self.protect) {
            validity::check_ref_glob(glob)?;
        }
        exchange(&mut header.branches, &self.no_branch, &self.branch);
        exchange(&mut header.protect, &self.no_protect, &self.protect);
        self.change_policy(&mut header)?;
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
        let act = Act::new(&id, Entity::Plan, ("update", "updated"));
        Ok(act.because(self.reason.as_deref()))
    }
}

impl UpdatePlan {
    fn change_policy(&self, header: &mut Header) -> Result<()> {
        let mut table = header.policy.clone().unwrap_or_default();
        for word in &self.policy {
            let (key, value) = word.split_once('=').ok_or_else(|| {
                Error::usage(format!("'{word}' is not KEY=VALUE, such as land=closed"))
            })?;
            table.insert(key.to_owned(), policy::value_of(key, value));
        }
        if let Some(line) = self.signer.iter().find(|line| !policy::is_signer(line)) {
            return Err(Error::usage(format!("'{line}' names no signer"))
                .hint("ada@example.org ssh-ed25519 AAAA…   is a line of an allowed-signers file")
                .hint("ada@example.org openpgp FINGERPRINT   names a key of OpenPGP"));
        }
        let mut signers = Policy::of(header).signers;
        exchange(&mut signers, &self.no_signer, &self.signer);
        match signers.is_empty() {
            true => table.remove(policy::SIGNERS),
            false => table.insert(policy::SIGNERS.to_owned(), signers.into()),
        };
        let changed = (!table.is_empty()).then_some(table);
        if changed == header.policy {
            return Ok(());
        }
        header.policy = changed;
        match Policy::of(header).problem {
            None => Ok(()),
            Some(problem) => Err(Error::usage(problem)),
        }
    }
}

/// Takes members out of a list, and adds others that are not in it.
fn exchange(list: &mut Vec<String>, gone: &[String], new: &[String]) {
    list.retain(|word| !gone.contains(word));
    for word in new {
        if !list.contains(word) {
            list.push(word.clone());
        }
    }
}
