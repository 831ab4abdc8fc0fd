//! `git plan verify-task`: whether the code satisfies a task's specifications.

use super::super::context::Context;
use super::super::error::{Error, Kind, Result};
use super::super::verbs::Run;
use super::super::verifying::{Outcome, Subject, Verifier};
use super::super::{complete, current};
use super::remove_spec;
use crate::gate::counted;
use crate::model::{Plan, Slug, TaskId};
use crate::render::view::{VerificationView, ViolationView};
use crate::render::{quote, sarif, verification};
use crate::store::Snapshot;

/// Verify a task: hold its specifications to the code, without running anything
///
/// The working tree is looked at, without what Git ignores, or any commit with --at. The exit code is
/// 1 where a rule is broken. Plain verify-task writes nothing. With --update the outcome is recorded
/// as evidence: a task without violations is completed; a completed one with violations, a
/// regression, is opened again. With --at that takes HEAD, what comes after it, or the tip of a branch;
/// a checkpoint is taken of the working tree alone. Rules whose scope matches no file are warned of.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan verify-task 4
  git plan verify-task 4 --update            # record the outcome; complete the task if it is clean
  git plan verify-task 4 --at v1.2 --all
  git plan verify-task 4 --checkpoint        # snapshot: task-4-verified or task-4-failed
  git plan verify-task --spec cognito        # one specification, whichever task carries it
  git plan verify-task 4 --format sarif >task-4.sarif")]
pub struct VerifyTask {
    /// The task
    #[arg(required_unless_present = "spec", add = complete::tasks())]
    pub task: Option<String>,
    /// A specification of the plan, instead of those that the task carries
    #[arg(long, value_name = "NAME", conflicts_with_all = ["update", "checkpoint"], add = complete::specs())]
    pub spec: Vec<String>,
    /// The commit to look at, instead of the working tree
    #[arg(long, value_name = "REV")]
    pub at: Option<String>,
    /// Record the outcome; complete the task where nothing is violated, open it again where
    /// something is
    #[arg(long)]
    pub update: bool,
    /// Take a checkpoint of what was looked at: task-N-verified or task-N-failed
    #[arg(long, conflicts_with = "at")]
    pub checkpoint: bool,
    /// Show every violation, instead of the first five of each rule
    #[arg(long)]
    pub all: bool,
    /// What to print
    #[arg(long, value_enum, default_value = "terminal")]
    pub format: Format,
}

/// How violations are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// A text
    Terminal,
    /// As with --json
    Json,
    /// SARIF 2.1.0, for code scanning and editors
    Sarif,
}

impl Run for VerifyTask {
    fn run(&self, cx: &Context) -> Result<()> {
        if cx.globals.json && self.format == Format::Sarif {
            return Err(Error::usage(
                "--json and --format sarif are two forms: choose one",
            ));
        }
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let (plan, task) = self.named(cx, &snapshot)?;
        let names = self.specs(&plan, task)?;
        let verifier = Verifier {
            cx,
            store: &store,
            plan: &plan,
        };
        let subject = Subject {
            at: self.at.as_deref(),
            update: self.update,
            checkpoint: self.checkpoint,
        };
        let outcome = verifier.verify(snapshot, task, &names, &subject)?;
        let view = outcome.view();
        // What a dry run would store is told already.
        if !(cx.globals.dry_run && (self.update || self.checkpoint)) {
            self.print(cx, &outcome, &view)?;
        }
        match view.count() {
            0 => Ok(()),
            count => Err(self.no(&view.violations, count)),
        }
    }
}

impl VerifyTask {
    fn named(&self, cx: &Context, snapshot: &Snapshot<'_>) -> Result<(Plan, Option<TaskId>)> {
        match &self.task {
            Some(word) => {
                let (plan, id) = current::task(cx, snapshot, word)?;
                Ok((plan, Some(id)))
            }
            None => {
                let id = current::plan(cx, snapshot.repo(), snapshot)?;
                Ok((snapshot.plan(&id)?, None))
            }
        }
    }

    fn specs(&self, plan: &Plan, task: Option<TaskId>) -> Result<Vec<Slug>> {
        if !self.spec.is_empty() {
            let named = self.spec.iter().map(|word| remove_spec::named(plan, word));
            return named.collect();
        }
        let row = task.and_then(|id| plan.tasks.get(&id));
        let specs = row.map(|row| row.more().specs.clone()).unwrap_or_default();
        if specs.is_empty() {
            let name = task.map(|id| plan.name_of(id)).unwrap_or_default();
            let error = Error::data(format!("task {name} carries no specification"));
            return Err(error.hint(format!(
                "git plan add-spec FILE --task {}   gives it one",
                quote::word(&name)
            )));
        }
        Ok(specs)
    }

    fn print(&self, cx: &Context, outcome: &Outcome, view: &VerificationView) -> Result<()> {
        let format = match (cx.globals.json, self.format) {
            (true, Format::Terminal | Format::Json) => Format::Json,
            (_, format) => format,
        };
        match format {
            Format::Sarif => super::super::output::write(&sarif::log(view, &outcome.specs)),
            Format::Json => cx.as_json().print("verification", view, String::new),
            Format::Terminal => cx.print("verification", view, || {
                let mut text = verification::report(view, self.all, cx.canvas(None));
                for note in &outcome.done {
                    text.push_str(&crate::render::escape::line(note));
                    text.push('\n');
                }
                text
            }),
        }
    }

    fn no(&self, violations: &[ViolationView], count: usize) -> Error {
        let mut rules: Vec<_> = violations
            .iter()
            .map(|one| (&one.spec, &one.rule))
            .collect();
        rules.dedup();
        let message = format!(
            "{} of {}",
            counted(count, "violation"),
            counted(rules.len(), "rule")
        );
        Error::new(Kind::No, message).answered()
    }
}
