//! `git plan hooks`: Git's hooks put in place, taken away, and how they stand.

use std::path::Path;

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::hook_words;
use super::super::own_path::own_path;
use super::super::verbs::Run;
use crate::git::Repo;
use crate::hook::install::{self, Decision, Wish};
use crate::hook::place::Place;
use crate::hook::status::{self, Row};
use crate::hook::step::Step;
use crate::hook::{Hook, uninstall};
use crate::render::table::{Cell, Table};
use crate::render::view::{HookView, HooksView};

/// Put Git's hooks in place, for all worktrees of this clone
///
/// They name the task in a commit's message, refuse messages that name an unknown one, and refuse
/// pushes that the plans do not allow. Where somebody else's hook is in the way, nothing is changed,
/// the line that would call git plan from there is printed, and the exit code is 4. Hooks in the
/// working tree (core.hooksPath, husky) are the project's code and those of your home folder are for
/// all repositories: git plan writes to neither.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan hooks install
  git plan hooks install --chain     # keep the hooks that are there, and run them first
  git plan hooks install --server    # in a bare repository that people push to")]
pub struct Install {
    /// Keep a hook that is there already: it runs first, with the same input, and where it fails its
    /// exit code is the answer. Only for hooks in the Git folder
    #[arg(long)]
    pub chain: bool,
    /// Put pre-receive in place, in a bare repository
    #[arg(long)]
    pub server: bool,
}

/// Take Git's hooks away
///
/// What was there before comes back as it was. A hook that somebody edited since is left, and named.
#[derive(Debug, clap::Args)]
pub struct Uninstall {}

/// Show whether Git's hooks are in place, and whose they are
#[derive(Debug, clap::Args)]
pub struct Status {}

impl Run for Install {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        if self.server && !repo.is_bare() {
            return Err(Error::data("this is no server: it has a working tree")
                .hint("git plan hooks install   puts the hooks of a clone in place"));
        }
        let hooks: &[Hook] = match self.server {
            true => &Hook::SERVER,
            false => &Hook::CLIENT,
        };
        let steps = put_in_place(cx, &repo, hooks, self.chain)?;
        report(cx, &repo, hooks, &steps)
    }
}

/// Puts hooks in place, all or none, and tells what was done or, with `--dry-run`, would be.
///
/// # Errors
/// [`Kind::Person`](super::super::error::Kind::Person) where something is in the way; those of reading and writing files.
pub fn put_in_place(cx: &Context, repo: &Repo, hooks: &[Hook], chain: bool) -> Result<Vec<Step>> {
    let plan = Planned::of(repo, hooks, chain)?;
    if !cx.globals.dry_run {
        plan.carry_out()?;
    }
    Ok(plan.decision.steps)
}

/// Hooks that nothing is in the way of, and that are not in place yet.
pub struct Planned {
    decision: Decision,
    binary: String,
}

impl Planned {
    /// Decides; writes nothing.
    ///
    /// # Errors
    /// [`Kind::Person`](super::super::error::Kind::Person) where something is in the way; those of reading files.
    pub fn of(repo: &Repo, hooks: &[Hook], chain: bool) -> Result<Self> {
        let place = Place::of(repo)?;
        let binary = own_path()?;
        let wish = Wish {
            hooks,
            binary: &binary,
            chain,
        };
        let decision = install::decide(&place, wish)?;
        match decision.obstacles.as_slice() {
            [] => Ok(Self { decision, binary }),
            obstacles => Err(hook_words::in_the_way(&place, obstacles)),
        }
    }

    /// Puts them in place.
    ///
    /// # Errors
    /// Those of writing files.
    pub fn carry_out(&self) -> Result<()> {
        Ok(self.decision.carry_out(&self.binary)?)
    }
}

/// Whether the hooks that judge pushes and commits have their say here.
///
/// # Errors
/// Those of reading files.
pub fn are_working(repo: &Repo) -> Result<bool> {
    let rows = status::look(&Place::of(repo)?, of_kind(repo))?;
    Ok(rows.iter().all(|row| row.state.works()))
}

/// The hooks that belong into a repository: a clone's, or a server's.
pub fn of_kind(repo: &Repo) -> &'static [Hook] {
    match repo.is_bare() {
        true => &Hook::SERVER,
        false => &Hook::CLIENT,
    }
}

impl Run for Uninstall {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let place = Place::of(&repo)?;
        let steps = uninstall::decide(&place)?;
        if !cx.globals.dry_run {
            uninstall::carry_out(&place, &steps)?;
        }
        report(cx, &repo, &shown(&repo), &steps)
    }
}

impl Run for Status {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let place = Place::of(&repo)?;
        let rows = status::look(&place, &shown(&repo))?;
        let view = view(&place, &rows, &[]);
        let canvas = cx.canvas(Some(&repo));
        cx.print("hooks", &view, || {
            let mut table = Table::new(&["Hook", "State"]);
            for row in &rows {
                table.row([
                    Cell::from(row.hook.as_str()),
                    Cell::from(&*hook_words::state(row)),
                ]);
            }
            format!(
                "{}\n{}",
                hook_words::folder_line(&place),
                table.render(canvas)
            )
        })
    }
}

/// The hooks that matter in a repository.
fn shown(repo: &Repo) -> Vec<Hook> {
    match repo.is_bare() {
        true => Hook::ALL.to_vec(),
        false => Hook::CLIENT.to_vec(),
    }
}

fn view(place: &Place, rows: &[Row], steps: &[Step]) -> HooksView {
    let shown = |path: &Path| path.display().to_string();
    let hook = |row: &Row| HookView {
        name: row.hook.to_string(),
        path: shown(&row.path),
        state: row.state.as_str().to_owned(),
        tool: row.tool.name().map(str::to_owned),
        binary: row.binary.clone(),
        before: row.before.as_deref().map(shown),
        caller: row.caller.as_deref().map(shown),
        act: steps
            .iter()
            .find(|step| step.path == row.path)
            .map(|step| step.act.as_str().to_owned()),
    };
    HooksView {
        folder: place.looked_into().map(shown),
        hooks_path: place.configured.as_ref().map(|set| set.value.clone()),
        hooks: rows.iter().map(hook).collect(),
    }
}

fn report(cx: &Context, repo: &Repo, hooks: &[Hook], steps: &[Step]) -> Result<()> {
    let place = Place::of(repo)?;
    let rows = status::look(&place, hooks)?;
    cx.print("hooks", &view(&place, &rows, steps), || {
        let would = if cx.globals.dry_run { "would be " } else { "" };
        let mut text: String = steps
            .iter()
            .map(|step| hook_words::done(step, would))
            .collect();
        if steps.is_empty() {
            text.push_str("there is no hook of git plan\n");
        }
        text
    })
}
