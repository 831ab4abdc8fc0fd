//! `git plan review`: what a reviewer of a code change has to know of the plans.

use std::fs::{self, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use super::super::context::{Context, variable};
use super::super::error::{Error, Result};
use super::super::proposed::{self, Words};
use super::super::verbs::Run;
use super::super::{current, enforcing, output};
use crate::enforce::Side;
use crate::git::Oid;
use crate::proposal::{self, Proposal};
use crate::render::annotation::Annotation;
use crate::render::view::ReviewView;
use crate::render::{github, gitlab, review};
use crate::store::Store;

/// Show what a reviewer of a code change has to know of the plans
///
/// The tasks that its commits are linked to, the gates at the result of merging it, by whose word they
/// hold, commits without a task, scripts of gates that it changes, and what has changed in the plans
/// since it left the base. Nothing is run, and nothing is refused: the exit code is 0 whatever is found,
/// and git plan ci check is the judge.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan review --base origin/main --head HEAD
  git plan review --base \"$BASE_SHA\" --head \"$HEAD_SHA\" --branch main --json
  git plan review --base origin/main --head HEAD --format markdown > comment.md")]
pub struct Review {
    /// What is proposed
    #[command(flatten)]
    pub words: Words,
    /// The state of the plans that the change started from; without it, the last one that is not
    /// younger than the commit where it left the base
    #[arg(long, value_name = "REV")]
    pub plan_base: Option<String>,
    /// For people at a terminal, or for what a forge shows
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: Format,
    /// With --format gitlab: the file to write the code-quality report to
    #[arg(long, value_name = "FILE")]
    pub code_quality: Option<PathBuf>,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal
    Terminal,
    /// For programs, as --json
    Json,
    /// A comment on a pull request
    Markdown,
    /// Annotations of a workflow, and the comment in the file that $GITHUB_STEP_SUMMARY names
    Github,
    /// A note on a merge request, and a code-quality report
    Gitlab,
}

impl Run for Review {
    fn run(&self, cx: &Context) -> Result<()> {
        if self.code_quality.is_some() && self.format != Format::Gitlab {
            let error = Error::usage("--code-quality is for --format gitlab");
            return Err(error.hint("--format gitlab   prints a note and writes the report"));
        }
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        if let Some(plan) = &cx.globals.plan {
            current::named(&cx.snapshot(&store)?, plan)?;
        }
        let proposal = self.look(cx, &store)?;
        let (view, changed) = (ReviewView::of(&proposal), proposal.changed.as_ref());
        if cx.globals.json || self.format == Format::Json {
            return cx.as_json().print("review", &view, String::new);
        }
        let markdown = || review::comment(&view, changed).markdown();
        match self.format {
            Format::Terminal | Format::Json => {
                let canvas = cx.canvas(Some(&repo));
                cx.page(&repo, &review::text(&view, changed, canvas))
            }
            Format::Markdown => output::write(&markdown()),
            Format::Github => {
                add_to_step_summary(&markdown())?;
                let found = review::annotations(&view, changed);
                output::write(&github::commands(&review::summary(&view), &found))
            }
            Format::Gitlab => {
                let mut found = review::annotations(&view, changed);
                if !view.lands {
                    found.insert(0, review::summary(&view));
                }
                self.write_code_quality(cx, &found)?;
                output::write(&markdown())
            }
        }
    }
}

impl Review {
    fn look(&self, cx: &Context, store: &Store<'_>) -> Result<Proposal> {
        let proposed = self.words.proposed(cx, store)?;
        let mut request = enforcing::request(cx, store.repo, store, Side::Ci, proposed::TIME);
        let tip = proposed.merged.unwrap_or(proposed.head);
        request.old_plans = Some(proposed.plans);
        request.updates = vec![proposed::update(&proposed.branch, proposed.base, tip)];
        let change = proposal::Change {
            plan_base: self.plan_base(store)?,
            base: proposed.base,
            head: proposed.head,
            branch: proposed.branch,
            merged: proposed.merged,
        };
        Ok(proposal::look(&request, proposed.plans, change)?)
    }

    fn plan_base(&self, store: &Store<'_>) -> Result<Option<Oid>> {
        let Some(word) = &self.plan_base else {
            return Ok(None);
        };
        let commit = store.repo.resolve(word)?;
        proposed::require_plans(store, word, commit)?;
        Ok(Some(commit))
    }

    fn write_code_quality(&self, cx: &Context, found: &[Annotation]) -> Result<()> {
        let Some(path) = &self.code_quality else {
            return Ok(());
        };
        let report = gitlab::code_quality(found);
        let report =
            report.map_err(|error| Error::environment(format!("could not make JSON: {error}")))?;
        fs::write(cx.cwd.join(path), report).map_err(|error| unwritten(path, &error))
    }
}

fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    Error::environment(format!("could not write {}: {error}", path.display()))
}

/// Adds to what GitHub shows of a step, where there is such a place: other steps may have said
/// something there.
fn add_to_step_summary(markdown: &str) -> Result<()> {
    let Some(path) = variable("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return Ok(());
    };
    let opened = OpenOptions::new().append(true).create(true).open(&path);
    let written = opened.and_then(|mut file| file.write_all(markdown.as_bytes()));
    written.map_err(|error| unwritten(Path::new(&path), &error))
}
