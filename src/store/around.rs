//! What is around the files that differ between two states: see [`Around`].

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use super::Snapshot;
use crate::model::{Header, Plan, Slug};
use crate::review::Around;

/// The plans at one commit, and those at an earlier one that are gone since; each is read when it is
/// asked for, once. What cannot be read is not there: the files say so.
pub struct Afterwards<'s, 'r> {
    snapshots: Vec<&'s Snapshot<'r>>,
    headers: RefCell<BTreeMap<Slug, Option<Rc<Header>>>>,
    plans: RefCell<BTreeMap<Slug, Option<Rc<Plan>>>>,
}

impl<'s, 'r> Afterwards<'s, 'r> {
    /// The state after, and the one before.
    pub fn new(new: &'s Snapshot<'r>, old: Option<&'s Snapshot<'r>>) -> Self {
        Self {
            snapshots: [Some(new), old].into_iter().flatten().collect(),
            headers: RefCell::default(),
            plans: RefCell::default(),
        }
    }

    fn read<T>(&self, read: impl Fn(&Snapshot<'r>) -> super::Result<T>) -> Option<Rc<T>> {
        let mut found = self.snapshots.iter().filter_map(|at| read(at).ok());
        found.next().map(Rc::new)
    }
}

impl Around for Afterwards<'_, '_> {
    fn header(&self, plan: &Slug) -> Option<Rc<Header>> {
        let mut known = self.headers.borrow_mut();
        let found = known.entry(plan.clone());
        found
            .or_insert_with(|| self.read(|at| at.header(plan)))
            .clone()
    }

    fn plan(&self, plan: &Slug) -> Option<Rc<Plan>> {
        let mut known = self.plans.borrow_mut();
        let found = known.entry(plan.clone());
        found
            .or_insert_with(|| self.read(|at| at.plan(plan)))
            .clone()
    }
}

/// Plans as a draft leaves them.
pub struct Drafted(pub(super) BTreeMap<Slug, Rc<Plan>>);

impl Around for Drafted {
    fn header(&self, plan: &Slug) -> Option<Rc<Header>> {
        Some(Rc::new(self.0.get(plan)?.header.clone()))
    }

    fn plan(&self, plan: &Slug) -> Option<Rc<Plan>> {
        self.0.get(plan).cloned()
    }

    fn is_stored(&self) -> bool {
        false
    }
}
