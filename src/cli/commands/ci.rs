//! `git plan ci`: the rules on a proposed change, where hooks can be skipped.

mod record;
mod run;

pub use run::RunGates;

use std::time::Duration;

use super::super::context::Context;
use super::super::enforcing;
use super::super::error::{Error, Kind, Result};
use super::super::verbs::Run;
use crate::enforce::{self, Request, Side, Update};
use crate::git::{Oid, Repo};
use crate::render::view::EnforcementView;
use crate::render::{enforcement, quote};
use crate::store::{Snapshot, Store};

/// Check a proposed change against the plans: the rules that the hooks enforce
///
/// Judges what the head brings to the base, on the result of merging both. Nothing is run, and nothing
/// is changed. The exit code is 0 where the change may land, 1 where a rule refuses it, 6 where there
/// are no plans to judge by: that is never a pass.
#[derive(Debug, clap::Args)]
#[command(after_long_help = "Examples:
  git plan ci check --base origin/main --head HEAD
  git plan ci check --base \"$BASE_SHA\" --head \"$HEAD_SHA\" --branch main --json
  git plan ci check --plan-ref --base origin/git-plan --head HEAD   # a change of the plans themselves")]
pub struct Check {
    /// What the change is to land on
    #[arg(long, value_name = "REV")]
    pub base: String,
    /// The change
    #[arg(long, value_name = "REV")]
    pub head: String,
    /// The branch that it is to land on; without it, the one that --base names
    #[arg(long, value_name = "BRANCH")]
    pub branch: Option<String>,
    /// Base and head are states of the plan ref
    #[arg(long, conflicts_with_all = ["branch", "plans"])]
    pub plan_ref: bool,
    /// The state of the plans to judge by; without it, the plan ref
    #[arg(long, value_name = "REV")]
    pub plans: Option<String>,
}

/// What is not judged within this time is refused.
const TIME: Duration = Duration::from_secs(120);

impl Run for Check {
    fn run(&self, cx: &Context) -> Result<()> {
        let repo = cx.repo()?;
        let store = cx.store(&repo)?;
        let (base, head) = (repo.resolve(&self.base)?, repo.resolve(&self.head)?);
        let mut request = enforcing::request(cx, &repo, &store, Side::Ci, TIME);
        if self.plan_ref {
            for (word, commit) in [(&self.base, base), (&self.head, head)] {
                Snapshot::to_enforce(&repo, &store.place, commit).map_err(|error| {
                    Error::data(format!("'{word}' is no state of the plans: {error}"))
                })?;
            }
            request.old_plans = Some(base);
            request.updates = vec![update(&store.place.reference, base, head)];
        } else {
            request.old_plans = Some(self.plans_at(&repo, &store)?);
            let branch = self.branch_name(&repo)?;
            let tip = tip(cx, &repo, base, head)?;
            request.updates = vec![update(&branch, base, tip)];
        }
        report(cx, &repo, &request)
    }
}

fn update(name: &str, base: Oid, head: Oid) -> Update {
    Update {
        local_ref: String::new(),
        local: Some(head),
        remote_ref: name.to_owned(),
        remote: Some(base),
    }
}

fn report(cx: &Context, repo: &Repo, request: &Request<'_>) -> Result<()> {
    let report = enforce::enforce(request)?;
    let view = EnforcementView::of(&report);
    let plans = request
        .new_plans()
        .map(|oid| oid.to_string())
        .unwrap_or_default();
    let paint = cx.canvas(Some(repo)).paint;
    cx.print("enforcement", &view, || {
        let mut text = format!("judged by the plans at {plans}\n");
        text.push_str(&enforcement::findings(&view, paint, cx.now));
        if view.satisfied {
            text.push_str("nothing stands in the way\n");
        }
        text
    })?;
    match view.satisfied {
        true => Ok(()),
        false => Err(Error::new(Kind::No, "the change may not land").answered()),
    }
}

impl Check {
    fn plans_at(&self, repo: &Repo, store: &Store<'_>) -> Result<Oid> {
        if let Some(revision) = &self.plans {
            return Ok(repo.resolve(revision)?);
        }
        let found = store.source()?.commit;
        found.ok_or_else(|| no_plans(repo, store))
    }

    /// The full name of the branch that the change is to land on.
    fn branch_name(&self, repo: &Repo) -> Result<String> {
        if let Some(name) = &self.branch {
            return Ok(match name.starts_with("refs/") {
                true => name.clone(),
                false => format!("refs/heads/{name}"),
            });
        }
        let is_ref = |name: &String| matches!(repo.reference(name), Ok(Some(_)));
        let local = format!("refs/heads/{}", self.base);
        if is_ref(&local) {
            return Ok(local);
        }
        let tracking = format!("refs/remotes/{}", self.base);
        let there = self.base.split_once('/').filter(|_| is_ref(&tracking));
        match there {
            Some((_, name)) => Ok(format!("refs/heads/{name}")),
            None => Err(Error::usage(format!(
                "'{}' names no branch, so that nobody can tell where the change is to land",
                self.base
            ))
            .hint("--branch NAME   names it")),
        }
    }
}

fn no_plans(repo: &Repo, store: &Store<'_>) -> Error {
    let place = &store.place;
    let error = Error::environment(format!(
        "there are no plans to judge by: {} is not here",
        place.reference
    ));
    let Some(remote) = &place.remote else {
        return error.hint("git plan init \"TITLE\"   makes the first plan");
    };
    let tracking = repo.tracking_ref(remote, &place.reference);
    let tracking = tracking.unwrap_or_else(|| format!("refs/remotes/{remote}/{}", place.short()));
    let refspec = format!("{}:{tracking}", place.reference);
    let words = ["fetch".to_owned(), remote.clone(), refspec];
    error.hint(format!("git {}   brings them", quote::command(&words)))
}

/// What would be on the branch: the head, where it contains the base; else a commit, on no ref, that
/// merges both.
fn tip(cx: &Context, repo: &Repo, base: Oid, head: Oid) -> Result<Oid> {
    if repo.is_ancestor(base, head)? {
        return Ok(head);
    }
    let Some(tree) = repo.write_merge(base, head)? else {
        return Err(
            Error::new(Kind::No, "base and head do not merge without conflict")
                .hint("git merge BASE   brings them together; then check again"),
        );
    };
    let author = repo.commit(head)?.author;
    let mut writer = repo.writer()?;
    let when = crate::git::Time {
        seconds: cx.now.0,
        offset: 0,
    };
    let who = crate::git::Signature {
        time: when,
        ..author
    };
    let tip = writer.write_commit(tree, &[base, head], &who, "Merge the proposed change\n")?;
    writer.finish()?;
    Ok(tip)
}
