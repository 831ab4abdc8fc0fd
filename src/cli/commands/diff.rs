//! `git plan diff`: what changed between two states of the plans.

use super::super::context::Context;
use super::super::current;
use super::super::error::Result;
use super::super::states::States;
use super::super::until_exit;
use super::super::verbs::Run;
use crate::git::Oid;
use crate::model::Slug;
use crate::render::style::Tone;
use crate::render::view::DiffView;
use crate::render::{changes, escape};
use crate::review::{self, Changes, File};
use crate::store::{Afterwards, Snapshot, Store, difference};

/// Show what changed in the plans between two states
///
/// What lets less hold than before comes first, then what was removed, added, changed, moved. A
/// state is a commit of the plan ref (git plan log), a branch that has plans, or a date. Without
/// one: what the remote lacks; where there is no remote, the last operation. The exit code is 0
/// whatever changed.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan diff                             # what is not pushed yet
  git plan diff origin/git-plan..git-plan
  git plan diff '3 days ago'
  git plan diff main-plan...plan/topic      # what a pull request of the plans brings
  git plan diff 2026-01-31..2026-02-28 --format markdown")]
pub struct Diff {
    /// Two states: A..B, A...B (from where both began to differ), A (up to now), or A B
    #[arg(value_name = "A..B", num_args = 0..=2)]
    pub states: Vec<String>,
    /// For people at a terminal, for a comment on a pull request, or for programs
    #[arg(long, value_name = "FORMAT", default_value = "terminal")]
    pub format: Format,
}

/// How it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people at a terminal
    Terminal,
    /// For a comment on a pull request
    Markdown,
    /// For programs, as --json
    Json,
}

impl Run for Diff {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        // Where there are no plans, that is what is said.
        if store.source()?.commit.is_none() {
            cx.snapshot(&store)?;
        }
        let states = States::of(cx, &store, &self.states)?;
        let snapshots = states.snapshots(&store)?;
        let changes = until_exit(between(cx, &store, &snapshots)?);
        let name = |commit: Option<Oid>| commit.map(|commit| commit.to_string());
        let (base, head) = (name(states.base), name(states.head));
        if cx.globals.json || self.format == Format::Json {
            let view = until_exit(DiffView::of(&changes, base, head));
            return cx.as_json().print("diff", &*view, String::new);
        }
        match self.format {
            Format::Markdown => {
                let phase_at = |plan: &Slug, place: usize| phase_at(&snapshots, plan, place);
                let (base, head) = (states.base, states.head);
                let comment = changes::markdown::comment(&changes, base, head, &phase_at);
                let comment = until_exit(comment);
                cx.page(&repo, &comment.markdown())
            }
            Format::Terminal | Format::Json => {
                let paint = cx.canvas(Some(&repo)).paint;
                let text = changes::text(&changes, paint);
                let (counts, rest) = text.split_once('\n').unwrap_or((&text, ""));
                let named = format!("({})", escape::line(&states.named()));
                let named = paint.apply(Tone::Faint, &named);
                cx.page(&repo, &format!("{counts} {named}\n{rest}"))
            }
        }
    }
}

/// The plans before and after.
type Snapshots<'r> = (Option<Snapshot<'r>>, Option<Snapshot<'r>>);

/// The phase at a place in a plan as it is, or was where it is gone.
fn phase_at((old, new): &Snapshots<'_>, plan: &Slug, place: usize) -> Option<Slug> {
    let header = |at: &Option<Snapshot<'_>>| at.as_ref()?.header(plan).ok();
    let header = header(new).or_else(|| header(old))?;
    Some(header.phases.get(place.checked_sub(1)?)?.id.clone())
}

/// What changed between two states, in all plans or in the one that was named.
fn between(cx: &Context, store: &Store<'_>, (old, new): &Snapshots<'_>) -> Result<Changes> {
    let root = |snapshot: &Option<Snapshot<'_>>| snapshot.as_ref().and_then(|at| at.root);
    let mut files = difference::between(store.repo, root(old), root(new))?;
    let Some(latest) = new.as_ref().or(old.as_ref()) else {
        return Ok(Changes::default());
    };
    only_of_plan(cx, latest, old.as_ref(), &mut files)?;
    let around = Afterwards::new(latest, old.as_ref());
    let files = until_exit(files);
    Ok(review::compare(&files, &around))
}

fn only_of_plan(
    cx: &Context,
    new: &Snapshot<'_>,
    old: Option<&Snapshot<'_>>,
    files: &mut Vec<File>,
) -> Result<()> {
    let Some(word) = &cx.globals.plan else {
        return Ok(());
    };
    let plan = current::named(new, word).or_else(|unknown| {
        let before = old.and_then(|old| current::named(old, word).ok());
        before.ok_or(unknown)
    })?;
    files.retain(|file| file.owner.plan() == Some(&plan));
    Ok(())
}
