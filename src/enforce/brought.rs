//! The commits that a push brings to a ref, and the tasks that they are linked to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Instant;

use super::plans::{PlanAt, Plans};
use crate::git::{self, Commit, Oid, Repo};
use crate::model::linked::{self, Link};
use crate::model::{Person, Plan, Slug, TaskId, refer};

/// New commits, with what they name.
pub struct Brought {
    /// The commits, newest first.
    pub commits: Vec<Commit>,
    /// The tasks that they name, by plan, and the places of the commits that name each.
    pub tasks: BTreeMap<Slug, BTreeMap<TaskId, Vec<usize>>>,
    /// The places of those that name no task.
    pub unlinked: Vec<usize>,
    /// The places of those that name something that is not there, and what.
    pub wrong: Vec<(usize, String)>,
}

impl Brought {
    /// The commits that `new` reaches and `not` do not.
    ///
    /// # Errors
    /// Those of reading history.
    pub fn of(
        repo: &Repo,
        new: Oid,
        not: &[Oid],
        until: Option<Instant>,
        (old_plans, new_plans): (&Plans<'_>, &Plans<'_>),
    ) -> git::Result<Self> {
        let mut brought = Self {
            commits: repo.introduced(&[new], not, until)?,
            tasks: BTreeMap::new(),
            unlinked: Vec::new(),
            wrong: Vec::new(),
        };
        let mut known = HashMap::new();
        for at in 0..brought.commits.len() {
            match linked::linked(&brought.commits[at].message) {
                Err(error) => brought.wrong.push((at, error.to_string())),
                Ok(links) if links.is_empty() => brought.unlinked.push(at),
                Ok(links) => {
                    for link in links {
                        let found = known
                            .entry(link)
                            .or_insert_with_key(|link| find(link, old_plans, new_plans));
                        match found {
                            Ok(tasks) => {
                                for (plan, id) in tasks.iter() {
                                    let of_plan = brought.tasks.entry(plan.clone()).or_default();
                                    of_plan.entry(*id).or_default().push(at);
                                }
                            }
                            Err(why) => brought.wrong.push((at, why.clone())),
                        }
                    }
                }
            }
        }
        Ok(brought)
    }

    /// The commits that name tasks of a phase.
    pub fn of_phase(&self, plan: &Plan, phase: &Slug) -> Vec<Oid> {
        let tasks = self.tasks.get(&plan.id).into_iter().flatten();
        let is_of_phase = |id: &TaskId| {
            let task = plan.tasks.get(id);
            task.is_some_and(|task| task.phase.as_ref() == Some(phase))
        };
        let places = tasks
            .filter(|(id, _)| is_of_phase(id))
            .flat_map(|(_, places)| places);
        places.map(|at| self.commits[*at].oid).collect()
    }

    /// Who made the commits.
    pub fn authors(&self) -> BTreeSet<Person> {
        let authors = self.commits.iter().map(|commit| &commit.author);
        authors
            .map(|author| Person::new(&author.name, &author.email))
            .collect()
    }

    /// A commit as people call it: `1a2b3c4d5e6f "Add the route"`.
    pub fn name(&self, at: usize) -> String {
        let Some(commit) = self.commits.get(at) else {
            return String::new();
        };
        let message = String::from_utf8_lossy(&commit.message);
        let subject = message.lines().next().unwrap_or_default();
        let subject: String = subject.chars().take(60).collect();
        format!("{:.12} \"{subject}\"", commit.oid.to_string())
    }
}

/// The tasks that a line names: in the plans after the push, and in those before, which may give its
/// words to another one.
fn find(link: &Link, old: &Plans<'_>, new: &Plans<'_>) -> Result<BTreeSet<(Slug, TaskId)>, String> {
    let (mut found, mut why) = (BTreeSet::new(), None);
    for plans in [new, old] {
        let Some((id, plan)) = plan_of(plans, &link.plan) else {
            continue;
        };
        match refer::task(plan.plan(), &link.task) {
            Ok(task) => {
                found.insert((id.clone(), task));
            }
            Err(error) => {
                why.get_or_insert(error.to_string());
            }
        }
    }
    match found.is_empty() {
        true => Err(why.unwrap_or_else(|| format!("there is no plan '{}'", link.plan))),
        false => Ok(found),
    }
}

fn plan_of<'p, 'r>(plans: &'p Plans<'r>, word: &str) -> Option<(&'p Slug, &'p PlanAt<'r>)> {
    let by_id = plans.all.iter().find(|(id, _)| id.as_str() == word);
    by_id.or_else(|| {
        let mut with_key = plans
            .all
            .iter()
            .filter(|(_, plan)| plan.header.key.as_deref() == Some(word));
        let found = with_key.next();
        found.filter(|_| with_key.next().is_none())
    })
}
