//! What lists show of a plan, and what tells which plan is the current one.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::cache::{self, OidKey};
use super::snapshot::Snapshot;
use super::{Error, Result};
use crate::model::{Broken, Header, Plan, PlanStatus, Slug, Status, Time, phase};

/// A plan in a line.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Summary {
    /// Its id.
    pub id: Slug,
    /// Its title; empty where its header cannot be read.
    pub title: String,
    /// Whether it can be written.
    pub status: PlanStatus,
    /// Its name elsewhere.
    pub key: Option<String>,
    /// Globs of branch names on which it is the current plan.
    pub branches: Vec<String>,
    /// Tasks in each status, in the order of [`Status::ALL`].
    pub tasks: [u32; 5],
    /// When a task was completed last, of those that still are.
    pub completed_last: Option<Time>,
    /// Its phases.
    pub phases: u32,
    /// Those that are closed.
    pub phases_closed: u32,
    /// Why its header cannot be read, where it cannot.
    pub broken: Option<Broken>,
    /// Its other files that cannot be read: what they would add is not in the counts.
    pub left_out: Vec<Broken>,
}

impl Summary {
    /// The plan in a line.
    pub fn of(plan: &Plan) -> Self {
        let count = |status| {
            plan.tasks
                .values()
                .filter(|task| task.status == status)
                .count()
        };
        let closed = plan
            .header
            .phases
            .iter()
            .filter(|phase| phase::is_closed(plan, phase))
            .count();
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Self {
            id: plan.id.clone(),
            title: plan.header.title.clone(),
            status: plan.header.status,
            key: plan.header.key.clone(),
            branches: plan.header.branches.clone(),
            tasks: Status::ALL.map(|status| number(count(status))),
            completed_last: plan
                .tasks
                .values()
                .filter(|task| task.status == Status::Completed)
                .filter_map(|task| task.status_since)
                .max(),
            phases: number(plan.header.phases.len()),
            phases_closed: number(closed),
            broken: None,
            left_out: plan.broken.clone(),
        }
    }

    fn broken(id: &Slug, file: Broken) -> Self {
        let plan = Plan::new(id.clone(), Header::default());
        Self {
            broken: Some(file),
            ..Self::of(&plan)
        }
    }

    /// How many tasks have that status.
    pub fn count(&self, status: Status) -> u32 {
        let at = Status::ALL.iter().position(|other| *other == status);
        at.and_then(|at| self.tasks.get(at)).copied().unwrap_or(0)
    }

    /// How many tasks there are.
    pub fn total(&self) -> u32 {
        self.tasks.iter().sum()
    }
}

type Stored = Vec<(OidKey, Summary)>;

/// The summaries of all plans, from the cache as far as it fits.
pub(super) fn load(snapshot: &Snapshot<'_>) -> Result<Vec<Summary>> {
    let stored: Stored = cache::load_summaries(snapshot.repo).unwrap_or_default();
    let stored_count = stored.len();
    let mut known: HashMap<Slug, (OidKey, Summary)> = stored
        .into_iter()
        .map(|row| (row.1.id.clone(), row))
        .collect();
    let mut rows: Stored = Vec::with_capacity(snapshot.folders.len());
    let mut changed = stored_count != snapshot.folders.len();
    for folder in &snapshot.folders {
        match known
            .remove(&folder.id)
            .filter(|(tree, _)| tree.is(folder.tree))
        {
            Some(row) => rows.push(row),
            None => {
                changed = true;
                rows.push((OidKey::from(folder.tree), summarize(snapshot, &folder.id)?));
            }
        }
    }
    if changed && snapshot.keeps() {
        let plans: Vec<Slug> = rows.iter().map(|(_, summary)| summary.id.clone()).collect();
        cache::store_summaries(snapshot.repo, &rows, &plans);
    }
    Ok(rows.into_iter().map(|(_, summary)| summary).collect())
}

fn summarize(snapshot: &Snapshot<'_>, id: &Slug) -> Result<Summary> {
    match snapshot.plan(id) {
        Ok(plan) => Ok(Summary::of(&plan)),
        Err(Error::Broken { path, line, cause }) => {
            Ok(Summary::broken(id, Broken { path, line, cause }))
        }
        Err(other) => Err(other),
    }
}
