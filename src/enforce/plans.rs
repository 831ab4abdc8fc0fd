//! The plans at a commit of the plan ref, as enforcement sees them: a plan that cannot be read is
//! not absent.
//!
//! What cannot be read keeps the header of its last version that can, so that nobody lifts a
//! protection by breaking a file; all of its gates are in error.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use crate::git::{Oid, Repo};
use crate::model::{Broken, Header, Plan, Policy, Slug};
use crate::store::{self, Place, Snapshot};

/// One plan.
pub struct PlanAt<'r> {
    /// Its header; where that cannot be read, the last one that could.
    pub header: Header,
    /// Why it cannot be read, where that is so.
    pub unreadable: Option<String>,
    snapshot: Option<std::rc::Rc<Snapshot<'r>>>,
    id: Slug,
    plan: OnceCell<Plan>,
}

impl PlanAt<'_> {
    /// The whole plan. What cannot be read is among its broken files.
    pub fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| self.load())
    }

    fn load(&self) -> Plan {
        let bare = || Plan::new(self.id.clone(), self.header.clone());
        let broken = |cause: String| Broken {
            // A record that cannot be read: then nothing counts as closed or proven.
            path: format!(".plans/{}/evidence", self.id),
            line: None,
            cause,
        };
        let loaded = self
            .snapshot
            .as_ref()
            .map(|snapshot| snapshot.plan_or_headless(&self.id));
        let mut plan = match loaded {
            Some(Ok(plan)) => plan,
            Some(Err(error)) => {
                let mut plan = bare();
                plan.broken.push(broken(error.to_string()));
                plan
            }
            None => bare(),
        };
        if self.unreadable.is_some() {
            plan.header = self.header.clone();
        }
        plan
    }

    /// What its header lets enforcement do: nothing, where the plan cannot be read.
    pub fn policy(&self) -> Policy {
        let policy = Policy::of(&self.header);
        Policy {
            problem: self.unreadable.clone().or(policy.problem.clone()),
            ..policy
        }
    }
}

/// All plans at a commit.
#[derive(Default)]
pub struct Plans<'r> {
    /// The plans.
    pub all: BTreeMap<Slug, PlanAt<'r>>,
    /// Where they were read.
    pub snapshot: Option<std::rc::Rc<Snapshot<'r>>>,
}

/// So many commits back the last readable version of a plan is looked for.
const PATIENCE: usize = 1_000;

impl<'r> Plans<'r> {
    /// The plans at a commit; none at none.
    ///
    /// # Errors
    /// Those of the repository, where a commit or tree is missing.
    pub fn at(repo: &'r Repo, place: &Place, commit: Option<Oid>) -> store::Result<Self> {
        let Some(commit) = commit else {
            return Ok(Self::default());
        };
        match Snapshot::to_enforce(repo, place, commit) {
            Ok(snapshot) => Self::of(repo, place, commit, snapshot),
            Err(store::Error::Git(error)) => Err(error.into()),
            Err(error) => Self::before(repo, place, commit, &error.to_string()),
        }
    }

    fn of(
        repo: &'r Repo,
        place: &Place,
        commit: Oid,
        snapshot: Snapshot<'r>,
    ) -> store::Result<Self> {
        let snapshot = std::rc::Rc::new(snapshot);
        let mut all = BTreeMap::new();
        for folder in &snapshot.folders {
            let id = &folder.id;
            let (header, unreadable) = match snapshot.header(id) {
                Ok(header) => (header, None),
                Err(store::Error::Git(error)) => return Err(error.into()),
                Err(error) => {
                    let last = last_header(repo, place, commit, id)?;
                    (last.unwrap_or_else(protecting_all), Some(error.to_string()))
                }
            };
            let plan = PlanAt {
                header,
                unreadable,
                snapshot: Some(snapshot.clone()),
                id: id.clone(),
                plan: OnceCell::new(),
            };
            all.insert(id.clone(), plan);
        }
        let snapshot = Some(snapshot);
        Ok(Self { all, snapshot })
    }

    /// The plans of the last commit that can be read, none of which can be judged.
    fn before(repo: &'r Repo, place: &Place, commit: Oid, why: &str) -> store::Result<Self> {
        for earlier in repo.walk(commit).skip(1).take(PATIENCE) {
            let earlier = earlier?.oid;
            let Ok(snapshot) = Snapshot::to_enforce(repo, place, earlier) else {
                continue;
            };
            let mut plans = Self::of(repo, place, earlier, snapshot)?;
            for plan in plans.all.values_mut() {
                plan.unreadable = Some(why.to_owned());
            }
            return Ok(plans);
        }
        Err(store::Error::NotAPlanRef {
            reference: place.reference.clone(),
        })
    }
}

/// Where no version can be read, nobody knows what was protected: everything is.
fn protecting_all() -> Header {
    Header {
        protect: vec!["refs/**".to_owned()],
        ..Header::default()
    }
}

fn last_header(
    repo: &Repo,
    place: &Place,
    commit: Oid,
    id: &Slug,
) -> store::Result<Option<Header>> {
    for earlier in repo.walk(commit).skip(1).take(PATIENCE) {
        let snapshot = Snapshot::to_enforce(repo, place, earlier?.oid);
        if let Ok(header) = snapshot.and_then(|snapshot| snapshot.header(id)) {
            return Ok(Some(header));
        }
    }
    Ok(None)
}
