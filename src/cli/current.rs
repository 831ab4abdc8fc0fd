//! Which plan a command is about, when it does not say.
//!
//! In order: `-p`, `GIT_PLAN`, what `git plan use` noted for this worktree, the plan whose
//! `branches` glob matches the current branch with the longest pattern, the only active plan.

use std::fs;
use std::path::PathBuf;

use super::context::{Context, variable};
use super::error::{Error, Result};
use crate::git::Repo;
use crate::model::{Plan, PlanStatus, Slug, TaskId, refer};
use crate::store::{Snapshot, Summary};

fn note(repo: &Repo) -> PathBuf {
    repo.git_dir().join("git-plan").join("current")
}

/// The plan that `git plan use` noted for this worktree.
pub fn noted(repo: &Repo) -> Option<Slug> {
    fs::read_to_string(note(repo)).ok()?.trim().parse().ok()
}

/// Notes a plan for this worktree, or none.
///
/// # Errors
/// Where the note cannot be written.
pub fn remember(repo: &Repo, plan: Option<&Slug>) -> Result<()> {
    let path = note(repo);
    let failed = |error: std::io::Error| {
        Error::environment(format!("could not write {}: {error}", path.display()))
    };
    match plan {
        Some(plan) => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(failed)?;
            }
            fs::write(&path, format!("{plan}\n")).map_err(failed)
        }
        None => match fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(failed(error)),
            _ => Ok(()),
        },
    }
}

/// The plan that a command is about.
///
/// # Errors
/// Where the named plan is not there, none is active, or several could be meant.
pub fn plan(cx: &Context, repo: &Repo, snapshot: &Snapshot<'_>) -> Result<Slug> {
    if let Some(word) = cx
        .globals
        .plan
        .clone()
        .or_else(|| variable("GIT_PLAN").filter(|w| !w.is_empty()))
    {
        return Ok(named(snapshot, &word)?);
    }
    if let Some(noted) = noted(repo) {
        match snapshot.folder(noted.as_str()) {
            Ok(folder) => return Ok(folder.id.clone()),
            Err(_) => cx.warn(format!(
                "plan {noted}, chosen with 'git plan use', is not there any more"
            )),
        }
    }
    if let [only] = snapshot.folders.as_slice()
        && !matches!(snapshot.header(&only.id), Ok(header) if header.status == PlanStatus::Archived)
    {
        return Ok(only.id.clone());
    }
    choose(repo, &snapshot.summaries()?)
}

/// The task that a word names, `4` or `auth-migration/4`, and its plan.
///
/// # Errors
/// Where it names none, or several.
pub fn task(cx: &Context, snapshot: &Snapshot<'_>, word: &str) -> Result<(Plan, TaskId)> {
    let (place, rest) = refer::split(word);
    let (id, rest) = match place.and_then(|place| named(snapshot, place).ok()) {
        Some(id) => (id, rest),
        None => (plan(cx, snapshot.repo(), snapshot)?, word),
    };
    let plan = snapshot.plan(&id)?;
    let task = refer::task(&plan, rest)?;
    Ok((plan, task))
}

/// The plan of that id, or with that key.
///
/// # Errors
/// Where there is none.
pub fn named(snapshot: &Snapshot<'_>, word: &str) -> Result<Slug, crate::store::Error> {
    match snapshot.folder(word) {
        Ok(folder) => Ok(folder.id.clone()),
        Err(unknown) => {
            let summaries = snapshot.summaries()?;
            let mut with_key = summaries
                .into_iter()
                .filter(|plan| plan.key.as_deref() == Some(word));
            match (with_key.next(), with_key.next()) {
                (Some(plan), None) => Ok(plan.id),
                _ => Err(unknown),
            }
        }
    }
}

fn choose(repo: &Repo, summaries: &[Summary]) -> Result<Slug> {
    let active = active(summaries);
    if let Some(plan) = by_branch(repo, &active)? {
        return Ok(plan);
    }
    match active.as_slice() {
        [only] => Ok(only.id.clone()),
        [] => Err(Error::data("no plan is active")
            .hint("git plan list --all   shows the plans")
            .hint("git plan init \"TITLE\"   makes a new one")),
        several => {
            let names: Vec<&str> = several
                .iter()
                .take(10)
                .map(|plan| plan.id.as_str())
                .collect();
            let more = if several.len() > names.len() {
                ", …"
            } else {
                ""
            };
            let names = names.join(", ");
            Err(
                Error::data(format!("{} plans are active: {names}{more}", several.len()))
                    .hint("git plan use PLAN   chooses one for this worktree")
                    .hint("-p PLAN   names one for this command"),
            )
        }
    }
}

/// Whether a glob names a branch, by its full or its short name.
pub fn names_branch(glob: &str, branch: &str) -> bool {
    let short = branch.strip_prefix("refs/heads/").unwrap_or(branch);
    globset::Glob::new(glob).is_ok_and(|glob| {
        let glob = glob.compile_matcher();
        glob.is_match(short) || glob.is_match(branch)
    })
}

/// The plan that the current branch belongs to, where it belongs to one.
///
/// # Errors
/// Where it belongs to several.
pub fn of_branch(repo: &Repo, snapshot: &Snapshot<'_>) -> Result<Option<Slug>> {
    by_branch(repo, &active(&snapshot.summaries()?))
}

fn active(summaries: &[Summary]) -> Vec<&Summary> {
    let is_active = |plan: &&Summary| plan.status == PlanStatus::Active && plan.broken.is_none();
    summaries.iter().filter(is_active).collect()
}

fn by_branch(repo: &Repo, plans: &[&Summary]) -> Result<Option<Slug>> {
    let Some(branch) = repo.head()?.branch else {
        return Ok(None);
    };
    let short = branch.strip_prefix("refs/heads/").unwrap_or(&branch);
    let longest = |plan: &Summary| {
        plan.branches
            .iter()
            .filter(|glob| names_branch(glob, &branch))
            .map(|glob| glob.chars().count())
            .max()
    };
    let found: Vec<(usize, &&Summary)> = plans
        .iter()
        .filter_map(|plan| Some((longest(plan)?, plan)))
        .collect();
    let Some(best) = found.iter().map(|(length, _)| *length).max() else {
        return Ok(None);
    };
    let tied: Vec<&Summary> = found
        .iter()
        .filter(|(length, _)| *length == best)
        .map(|(_, plan)| **plan)
        .collect();
    match tied.as_slice() {
        [one] => Ok(Some(one.id.clone())),
        several => {
            let names: Vec<&str> = several.iter().map(|plan| plan.id.as_str()).collect();
            Err(Error::data(format!(
                "branch {short} belongs to {} plans: {}",
                names.len(),
                names.join(", ")
            ))
            .hint("git plan use PLAN   chooses one for this worktree"))
        }
    }
}
