//! `git plan setup`: man pages and completions into the user's folders, and in a repository what lets
//! plain Git show plans; with `--ci`, workflows beside the plans.

mod ci;
mod forge;
mod machine;

use super::super::context::Context;
use super::super::diff_driver::{self, Outcome};
use super::super::error::{Error, Result};
use super::super::verbs::Run;
use crate::git::{self, Repo};
use crate::render::escape;
use crate::render::view::SetupView;
pub use forge::Forge;
use machine::Machine;

/// Install man pages and completions, and let plain git diff show plans
///
/// Afterwards `git plan --help` shows the manual, and `git plan <TAB>` completes. Only files of
/// git plan's own name are written, below your home folder. In a repository, git diff, git show and
/// git log -p show the files of plans entity by entity from then on: by two entries in the clone's own
/// configuration (diff.plan.*) and .git/info/attributes. What you have set otherwise there is left.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan setup
  git plan setup --remove           # what it did, here and in your home folder, taken back
  git plan setup --ci github        # store the workflows for plan pull requests beside the plans
  git plan setup --ci github --print check > .github/workflows/git-plan-check.yml")]
pub struct Setup {
    /// Take away what it put in place; files that were changed since are left, and named
    #[arg(long)]
    pub remove: bool,
    /// Instead, store on the plan branch what this forge takes to judge pull requests of the plans, and
    /// say what belongs on other branches
    #[arg(long, value_name = "FORGE", conflicts_with = "remove")]
    pub ci: Option<Forge>,
    /// Print one of the files for the forge, and store nothing
    #[arg(long, value_name = "NAME", requires = "ci")]
    pub print: Option<String>,
    /// Write over what is stored under that name
    #[arg(long, requires = "ci", conflicts_with = "print")]
    pub replace: bool,
}

impl Run for Setup {
    fn run(&self, cx: &Context) -> Result<()> {
        match (self.ci, &self.print) {
            (Some(forge), Some(name)) => ci::print(cx, forge, name),
            (Some(forge), None) => ci::store(cx, forge, self.replace),
            (None, _) if self.remove => remove(cx),
            (None, _) => install(cx),
        }
    }
}

fn install(cx: &Context) -> Result<()> {
    let machine = Machine::of_user()?;
    if !cx.globals.dry_run {
        machine.write()?;
    }
    let mut view = SetupView {
        written: machine
            .files
            .iter()
            .map(|(path, _)| path.display().to_string())
            .collect(),
        advice: machine.advice(),
        ..SetupView::default()
    };
    if let Some(repo) = repo_here(cx) {
        for thing in diff_driver::things()? {
            match thing.put(&repo, cx.globals.dry_run)? {
                Outcome::Done => view.configured.push(thing.name(&repo)),
                Outcome::Nothing => {}
                Outcome::Left(what) => {
                    view.advice.push(format!("Left as you have it: {what}."));
                }
            }
        }
    }
    cx.print("setup", &view, || {
        let verb = if cx.globals.dry_run {
            "would write"
        } else {
            "wrote"
        };
        let mut text = format!(
            "{verb} {} files below {}\n",
            view.written.len(),
            machine.data.display()
        );
        text.push_str(&lines(would(cx, "set", "would set"), &view.configured));
        text.push_str(&lines("", &view.advice));
        text
    })
}

fn remove(cx: &Context) -> Result<()> {
    let machine = Machine::of_user()?;
    let (same, other) = machine.present();
    let mut view = SetupView::default();
    for path in same {
        if !cx.globals.dry_run {
            machine::remove(path)?;
        }
        view.removed.push(path.display().to_string());
    }
    let left = |path: &&std::path::Path| {
        format!("Left: {} is not as this version writes it.", path.display())
    };
    view.advice.extend(other.iter().map(left));
    if let Some(repo) = repo_here(cx) {
        for thing in diff_driver::things()? {
            if let Outcome::Done = thing.take_away(&repo, cx.globals.dry_run)? {
                view.removed.push(thing.name(&repo));
            }
        }
    }
    cx.print("setup", &view, || {
        let mut text = lines(would(cx, "removed", "would remove"), &view.removed);
        if view.removed.is_empty() {
            text.push_str("there is nothing of git plan setup\n");
        }
        text + &lines("", &view.advice)
    })
}

/// The repository that one is in, if any: this is also for a machine without one.
fn repo_here(cx: &Context) -> Option<Repo> {
    match Repo::discover(&cx.cwd) {
        Err(git::Error::NotARepository { .. }) => None,
        Err(error) => {
            let error = Error::from(error).message;
            cx.warn(format!("nothing is set up in this repository: {error}"));
            None
        }
        Ok(repo) => Some(repo),
    }
}

fn would(cx: &Context, done: &'static str, would: &'static str) -> &'static str {
    if cx.globals.dry_run { would } else { done }
}

fn lines(verb: &str, things: &[String]) -> String {
    let line = |thing: &String| {
        format!("{verb} {}\n", escape::line(thing))
            .trim_start()
            .to_owned()
    };
    things.iter().map(line).collect()
}
