//! `git plan show-diff`: what a checkpoint holds, or what came after it.

use super::super::context::Context;
use super::super::error::{Error, Result};
use super::super::find_checkpoint;
use super::super::output::Stream;
use super::super::typed_paths::TypedPaths;
use super::super::verbs::Run;
use super::super::{complete, taking};
use crate::checkpoint::compare::{self, Changed, Contents, State};
use crate::checkpoint::restore;
use crate::git::{Oid, Repo};
use crate::model::{Checkpoint, Slug};
use crate::patch::FileChange;
use crate::render::diff::view::FileDiffView;
use crate::render::diff::{Form, Show};
use crate::store::{Snapshot, Store};

/// Show what a checkpoint holds, or what changed since
///
/// With one checkpoint: from the commit that it was taken on to its snapshot. With another one,
/// HEAD or worktree: from the checkpoint to that.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan show-diff before-refactoring
  git plan show-diff before-refactoring worktree --stat
  git plan show-diff 3 4 -- src
  git plan show-diff 3 --patch | git apply --check")]
pub struct ShowDiff {
    /// The checkpoint
    #[arg(allow_hyphen_values = true, add = complete::checkpoints())]
    pub checkpoint: String,
    /// Another checkpoint, HEAD, or worktree: the files as they are now
    #[arg(add = complete::checkpoints())]
    pub other: Option<String>,
    /// Only how much changed, a line a file
    #[arg(long, group = "form")]
    pub stat: bool,
    /// A patch that git apply takes
    #[arg(long, group = "form")]
    pub patch: bool,
    /// Changed words within the lines
    #[arg(long, group = "form")]
    pub word: bool,
    /// Before and after next to each other
    #[arg(long, group = "form")]
    pub side_by_side: bool,
    /// Only these files, and those in these folders
    #[arg(last = true, value_name = "PATH")]
    pub paths: Vec<String>,
}

impl Run for ShowDiff {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let snapshot = cx.snapshot(&store)?;
        let wanted = Paths::of(cx, &repo, &self.paths);
        let (plan, checkpoint) = load(cx, &store, &snapshot, &self.checkpoint)?;
        let sink = Sink::new(cx, &repo, self.form());
        let Some(other) = &self.other else {
            return own_changes(&repo, (&plan, &checkpoint), &wanted, sink);
        };
        let old = tree_of(&repo, &plan, &checkpoint)?;
        let new = match other.as_str() {
            "worktree" => State::WorkTree,
            "HEAD" => State::Tree(match repo.head()?.commit {
                Some(commit) => repo.commit(commit)?.tree,
                None => repo.empty_tree(),
            }),
            word => {
                let (plan, other) = load(cx, &store, &snapshot, word)?;
                State::Tree(tree_of(&repo, &plan, &other)?)
            }
        };
        each(&repo, compare::changes(&repo, old, new)?, &wanted, sink)
    }
}

impl ShowDiff {
    fn form(&self) -> Form {
        match (self.stat, self.patch, self.word, self.side_by_side) {
            (true, ..) => Form::Stat,
            (_, true, ..) => Form::Patch,
            (_, _, true, _) => Form::Words,
            (.., true) => Form::SideBySide,
            _ => Form::Lines,
        }
    }
}

fn load(
    cx: &Context,
    store: &Store<'_>,
    snapshot: &Snapshot<'_>,
    word: &str,
) -> Result<(Slug, Checkpoint)> {
    let (all, row) = find_checkpoint::find(cx, store, snapshot, word)?;
    let checkpoint = all.full(store, snapshot, row.checkpoint.id)?;
    Ok((all.plan.id, checkpoint))
}

/// The tree of a snapshot that is here.
fn tree_of(repo: &Repo, plan: &Slug, checkpoint: &Checkpoint) -> Result<Oid> {
    if !restore::is_whole(repo, checkpoint) {
        return Err(Error::data(format!(
            "the snapshot of checkpoint {} \"{}\" is not in this repository",
            checkpoint.sequence, checkpoint.name
        ))
        .hint(format!(
            "git plan -p {plan} checkpoints --restore-objects {}   builds it from base and patch",
            checkpoint.sequence
        )));
    }
    Oid::from_hex(checkpoint.tree.as_bytes()).map_err(|error| Error::data(error.to_string()))
}

/// From the base to the snapshot; where that is not here, by the patch.
fn own_changes(
    repo: &Repo,
    (plan, checkpoint): (&Slug, &Checkpoint),
    wanted: &Paths,
    mut sink: Sink<'_>,
) -> Result<()> {
    if restore::is_whole(repo, checkpoint) {
        let base = match &checkpoint.base {
            Some(base) => repo.commit(repo.resolve(base)?)?.tree,
            None => repo.empty_tree(),
        };
        let new = State::Tree(tree_of(repo, plan, checkpoint)?);
        return each(repo, compare::changes(repo, base, new)?, wanted, sink);
    }
    let changes = compare::of_patch(repo, checkpoint, taking::patch_limit(repo)?)
        .map_err(|error| Error::data(format!("checkpoint {}: {error}", checkpoint.sequence)))?;
    for change in changes.iter().filter(|change| wanted.have(&change.path)) {
        sink.add(change)?;
    }
    sink.finish()
}

fn each(repo: &Repo, mut changes: Vec<Changed>, wanted: &Paths, mut sink: Sink<'_>) -> Result<()> {
    changes.retain(|change| wanted.have(&change.path));
    let mut contents = Contents::new(repo);
    contents.bring(&changes)?;
    for change in &changes {
        if let Some(change) = contents.read(change)? {
            sink.add(&change)?;
        }
    }
    sink.finish()
}

/// Which files are wanted: all, or those below some paths.
struct Paths(Vec<String>);

impl Paths {
    /// Paths as they were typed in the current folder.
    fn of(cx: &Context, repo: &Repo, words: &[String]) -> Self {
        let typed = TypedPaths::new(cx, repo);
        Self(words.iter().map(|word| typed.from_top(word)).collect())
    }

    fn have(&self, path: &[u8]) -> bool {
        let is_below = |wanted: &String| match path.strip_prefix(wanted.as_bytes()) {
            Some(rest) => wanted.is_empty() || rest.is_empty() || rest.starts_with(b"/"),
            None => false,
        };
        self.0.is_empty() || self.0.iter().any(is_below)
    }
}

/// Where the diffs go: to the reader, or into a list for programs.
struct Sink<'a> {
    cx: &'a Context,
    show: Show,
    text: Vec<u8>,
    stream: Stream,
    views: Vec<FileDiffView>,
}

impl<'a> Sink<'a> {
    fn new(cx: &'a Context, repo: &'a Repo, form: Form) -> Self {
        Self {
            cx,
            show: Show::new(form, cx.canvas(Some(repo))),
            text: Vec::new(),
            stream: Stream::new(cx, repo),
            views: Vec::new(),
        }
    }

    fn add(&mut self, change: &FileChange<'_>) -> Result<()> {
        let diff = change.diff();
        if self.cx.globals.json {
            self.views.push(FileDiffView::of(&diff));
            return Ok(());
        }
        self.show.file(&diff, &mut self.text);
        self.stream.take(&mut self.text)?;
        Ok(())
    }

    fn finish(mut self) -> Result<()> {
        if self.cx.globals.json {
            return self.cx.print_list("file-diffs", &self.views, String::new);
        }
        self.show.finish(&mut self.text);
        self.stream.finish(&self.text)
    }
}
