//! All that a reviewer has to know, gathered.

use std::collections::BTreeSet;

use super::report::{Proposal, Unreadable, WrongLink};
use super::since::{self, Since, parted};
use super::{scripts, tasks, violations};
use crate::enforce::{Brought, GateSeen, Judge, Plans, Request};
use crate::git::{self, Oid, Repo};
use crate::model::Slug;
use crate::store;

/// A proposed change.
#[derive(Debug, Clone)]
pub struct Change {
    /// What it is to land on.
    pub base: Oid,
    /// The change.
    pub head: Oid,
    /// The full name of the branch that it is to land on.
    pub branch: String,
    /// What [`merged`](super::merged()) makes of both.
    pub merged: Option<Oid>,
    /// The state of the plans that it started from, where somebody says so.
    pub plan_base: Option<Oid>,
}

/// Looks at a change. The request is the one by which it would be refused: it holds the landing of
/// `change.merged` or, where there is none, of the head.
///
/// # Errors
/// Those of reading the repository: history that is not here, objects that are missing.
pub fn look(request: &Request<'_>, plans: Oid, change: Change) -> store::Result<Proposal> {
    let repo = request.repo;
    let judge = Judge::new(request)?;
    let at = change.merged.unwrap_or(change.head);
    let seen = judge.see(&change.branch, (change.base, change.head, at))?;
    let since = match change.plan_base {
        Some(commit) => Since::Commit(commit),
        None => parted(repo, (change.base, change.head), plans)?,
    };
    let brought = &seen.brought;
    let trees = trees(repo, &change)?;
    let linked = tasks::linked(brought, judge.plans());
    let concerned: BTreeSet<Slug> = seen.gates.iter().map(|gate| gate.plan.clone()).collect();
    let concerned = &concerned | &linked.iter().map(|task| task.plan.clone()).collect();
    let plans_named = (judge.plans(), &concerned);
    let (violations, no_specs) = violations::found(repo, plans_named, &linked, trees)?;
    let mut unreadable = unreadable(judge.plans(), &seen.gates);
    unreadable.extend(no_specs);
    Ok(Proposal {
        report: judge.report()?,
        commits: brought.commits.len(),
        tasks: linked,
        violations,
        wrong: wrong(brought),
        unlinked: seen
            .unlinked
            .iter()
            .map(|at| tasks::named(&brought.commits[*at]))
            .collect(),
        scripts: scripts::changed(repo, judge.plans(), trees)?,
        unreadable,
        gates: seen.gates,
        changed: since::changes(request, &since, plans)?,
        base: change.base,
        head: change.head,
        branch: change.branch,
        merged: change.merged,
        plans,
        since,
    })
}

/// The trees between which the change is what differs: the base and what landing leaves there. Where
/// that cannot be made, the commit where both parted and the head.
fn trees(repo: &Repo, change: &Change) -> git::Result<(Oid, Oid)> {
    let (before, after) = match change.merged {
        Some(merged) => (change.base, merged),
        None => {
            let fork = repo.merge_base(change.base, change.head)?;
            (fork.unwrap_or(change.base), change.head)
        }
    };
    Ok((repo.commit(before)?.tree, repo.commit(after)?.tree))
}

fn wrong(brought: &Brought) -> Vec<WrongLink> {
    let of_commit = |(at, why): &(usize, String)| WrongLink {
        commit: tasks::named(&brought.commits[*at]),
        why: why.clone(),
    };
    brought.wrong.iter().map(of_commit).collect()
}

/// What of the plans cannot be read: of those that have a say, every file; of the others, the header.
fn unreadable(plans: &Plans<'_>, gates: &[GateSeen]) -> Vec<Unreadable> {
    let mut found = Vec::new();
    for (id, plan) in &plans.all {
        let has_a_say = gates.iter().any(|gate| gate.plan == *id);
        let whole = has_a_say.then(|| plan.plan());
        let broken = whole.into_iter().flat_map(|plan| &plan.broken);
        let files = broken.map(|file| format!("{}: {}", file.path, file.cause));
        let header = plan.unreadable.clone().filter(|_| !has_a_say);
        found.extend(header.into_iter().chain(files).map(|why| Unreadable {
            plan: id.clone(),
            why,
        }));
    }
    found
}
