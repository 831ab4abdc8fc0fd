//! What the hooks of a commit do with its message: name the task, and look at the tasks it names.

use std::fs;
use std::path::Path;

use super::context::{Context, variable};
use super::error::{Error, Kind, Result};
use super::links::{self, Unresolved};
use super::{current, output};
use crate::git::{Operation, Repo};
use crate::hook::message::{Comments, Parts};
use crate::hook::task_here::{self, TaskHere, Who};
use crate::hook::trailer;
use crate::model::linked::{self, KEY, Link};
use crate::model::policy::{Policy, Unlinked};
use crate::model::{PlanStatus, Slug};
use crate::render::{escape, quote};
use crate::store::{Error as StoreError, Snapshot, Store};

/// Sources of a message, as Git tells them, in which a commit's task is not this worktree's:
/// `commit` is left out, since only a message without a line gets one.
const FOREIGN_SOURCES: [&str; 2] = ["merge", "squash"];

/// Subjects of commits that will be part of another one.
const TO_BE_SQUASHED: [&[u8]; 3] = [b"fixup! ", b"squash! ", b"amend! "];

/// `prepare-commit-msg`: adds the task that this worktree works on, once.
///
/// # Errors
/// Those of reading the plans, and of writing the file.
pub fn prepare(cx: &Context, file: &Path, source: Option<&str>) -> Result<()> {
    let repo = cx.repo()?;
    if source.is_some_and(|source| FOREIGN_SOURCES.contains(&source)) || is_sequenced(&repo) {
        return Ok(());
    }
    let bytes = read(file)?;
    let comments = comments(&repo);
    let parts = Parts::of(&bytes, &comments);
    if parts.has_link() || is_derived(&parts) {
        return Ok(());
    }
    let Some(snapshot) = plans(&cx.store(&repo)?.without_trace())? else {
        return Ok(());
    };
    match task_here(cx, &repo, &snapshot)? {
        TaskHere::None => Ok(()),
        TaskHere::One(link) => write(file, &trailer::add(&parts, &link.line())),
        TaskHere::Several(links) => {
            let names: Vec<String> = links.iter().map(ToString::to_string).collect();
            say(&format!(
                "several tasks could be meant ({}): a line {KEY}: PLAN/TASK names one",
                names.join(", ")
            ));
            Ok(())
        }
    }
}

/// `commit-msg`: refuses what cannot be understood, empties a message that says nothing of its own.
///
/// # Errors
/// [`Kind::No`] where the message is refused; those of reading the plans, and of the file.
pub fn check(cx: &Context, file: &Path) -> Result<()> {
    let repo = cx.repo()?;
    let Some(snapshot) = plans(&cx.store(&repo)?.without_trace())? else {
        return Ok(());
    };
    let bytes = read(file)?;
    let comments = comments(&repo);
    let parts = Parts::of(&bytes, &comments);
    if parts.has_link() && is_untouched(&repo, &parts, &comments) {
        return write(file, b"");
    }
    let links = linked::linked(&parts.text())
        .map_err(|error| refused(file, Error::new(Kind::No, error.to_string())))?;
    for link in &links {
        if let Err(error) = links::resolve(&snapshot, link) {
            return Err(refused(file, unresolved(cx, &repo, &snapshot, error)?));
        }
    }
    if links.is_empty() && !is_sequenced(&repo) && !is_derived(&parts) {
        warn_unlinked(&repo, &snapshot)?;
    }
    Ok(())
}

/// The plans, where there are some.
fn plans<'r>(store: &Store<'r>) -> Result<Option<Snapshot<'r>>> {
    match store.snapshot() {
        Err(StoreError::NoPlans { .. }) => Ok(None),
        other => Ok(Some(other?)),
    }
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file)
        .map_err(|error| Error::environment(format!("could not read {}: {error}", file.display())))
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    fs::write(file, bytes)
        .map_err(|error| Error::environment(format!("could not write {}: {error}", file.display())))
}

fn say(text: &str) {
    output::complain(&format!("git plan: {}\n", escape::line(text)));
}

/// Git tells a hook that no editor will be started by naming one that does nothing.
fn comments(repo: &Repo) -> Comments {
    Comments::of(repo, variable("GIT_EDITOR").as_deref() != Some(":"))
}

/// Whether Git makes the commit in the course of something else: a rebase, a cherry-pick, a revert, a
/// merge, also a squashed one.
fn is_sequenced(repo: &Repo) -> bool {
    let is_squashed = repo.git_dir().join("SQUASH_MSG").exists();
    is_squashed
        || repo
            .operation()
            .is_some_and(|operation| operation != Operation::Bisect)
}

/// Whether the message is that of a commit about another commit: one that will be part of it, or one
/// that takes it back. Of a revert without conflicts nothing but the message tells.
fn is_derived(parts: &Parts<'_>) -> bool {
    let subject = parts.subject();
    let is_revert = || {
        let says = |line: &[u8]| line.starts_with(b"This reverts commit ");
        parts.lines().any(says)
    };
    TO_BE_SQUASHED
        .iter()
        .any(|start| subject.starts_with(start))
        || is_revert()
}

fn task_here(cx: &Context, repo: &Repo, snapshot: &Snapshot<'_>) -> Result<TaskHere> {
    let writer = cx.writer(repo)?;
    let holder = cx.holder(repo, &writer);
    let current = current_of_several(cx, repo, snapshot);
    let who = Who {
        holder: &holder,
        email: writer.who.email(),
        agent: writer.agent.as_deref(),
    };
    let head = repo.head()?.commit;
    Ok(task_here::find(snapshot, current.as_ref(), who, head)?)
}

/// The current plan, where there are several; what else there is to say about it nobody asked.
fn current_of_several(cx: &Context, repo: &Repo, snapshot: &Snapshot<'_>) -> Option<Slug> {
    if snapshot.folders.len() < 2 {
        return None;
    }
    let current = current::plan(cx, repo, snapshot).ok();
    cx.warnings.borrow_mut().clear();
    current
}

/// Whether the person left the message as it was given to them: empty, or with the template alone.
fn is_untouched(repo: &Repo, parts: &Parts<'_>, comments: &Comments) -> bool {
    let own = parts.own_text();
    let template = || {
        let path = repo.config_path("commit.template").ok()??;
        let base = repo.work_tree().unwrap_or(repo.git_dir());
        let template = fs::read(base.join(path)).ok()?;
        Some(Parts::of(&template, comments).own_text())
    };
    own.is_empty() || template().is_some_and(|template| template == own)
}

/// A message that is refused is not lost: Git keeps the file until the next commit.
fn refused(file: &Path, error: Error) -> Error {
    let file = file.display().to_string();
    error.hint(format!(
        "git commit -e -F {}   opens the message again",
        quote::word(&file)
    ))
}

/// What to say of a link that leads to no task. Where the plans cannot be read, that is no answer.
fn unresolved(
    cx: &Context,
    repo: &Repo,
    snapshot: &Snapshot<'_>,
    error: Unresolved,
) -> Result<Error> {
    let error: Error = match error {
        Unresolved::Plan(error @ StoreError::UnknownPlan { .. }) => error.into(),
        Unresolved::Plan(error) => return Err(error.into()),
        Unresolved::Task(error) => error.into(),
    };
    let said = error
        .hints
        .iter()
        .any(|hint| hint.starts_with("did you mean"));
    let here = task_here(cx, repo, snapshot).ok().filter(|_| !said);
    let error = match here {
        Some(TaskHere::One(link)) => error.similar(&[link.to_string()]),
        _ => error,
    };
    let kind = Kind::No;
    Ok(Error { kind, ..error }.context("the message names no task of the plans"))
}

/// Says that a commit names no task, where somebody will ask for one: on a branch of a plan, or a
/// protected one.
fn warn_unlinked(repo: &Repo, snapshot: &Snapshot<'_>) -> Result<()> {
    let Some(branch) = repo.head()?.branch else {
        return Ok(());
    };
    for folder in &snapshot.folders {
        let Ok(header) = snapshot.header(&folder.id) else {
            continue;
        };
        let mut globs = header.branches.iter().chain(&header.protect);
        let concerns = globs.any(|glob| current::names_branch(glob, &branch));
        let policy = Policy::of(&header).unlinked;
        if header.status == PlanStatus::Active && concerns && policy != Unlinked::Off {
            let link = Link {
                plan: folder.id.to_string(),
                task: "TASK".to_owned(),
            };
            say(&format!(
                "this commit names no task; a line {} does",
                link.line()
            ));
            break;
        }
    }
    Ok(())
}
