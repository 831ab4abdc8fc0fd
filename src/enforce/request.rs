//! A push, as hooks and CI know it.

use std::time::Instant;

use crate::git::{Oid, Repo};
use crate::model::Time;
use crate::store::Place;

/// What a push does to one ref.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    /// What is pushed, in the pusher's words: a ref, `HEAD`, an id, `(delete)`. In `pre-receive`,
    /// where nobody says it, the same as `remote_ref`.
    pub local_ref: String,
    /// What the ref is to be; none where it is to be deleted.
    pub local: Option<Oid>,
    /// The full name of the ref on the receiving side.
    pub remote_ref: String,
    /// What the ref is; none where it is to be made. It need not be known here.
    pub remote: Option<Oid>,
}

/// Where enforcement takes place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Side {
    /// In the clone that pushes, to a remote: its name, or its address.
    Client(String),
    /// Where the push arrives.
    Server,
    /// Between the two, on a proposed change.
    Ci,
}

/// What is to be judged.
pub struct Request<'r> {
    /// The repository that has the objects.
    pub repo: &'r Repo,
    /// Where the plans are.
    pub place: &'r Place,
    /// Where this is.
    pub side: Side,
    /// What the push does.
    pub updates: Vec<Update>,
    /// The value of the plan ref on the receiving side, as far as it is known here.
    pub old_plans: Option<Oid>,
    /// Branches and tags on the receiving side, as far as they are known here.
    pub known: Vec<(String, Oid)>,
    /// Whether what comes to the plan ref has been looked at, or is being looked at: a proposed change, or
    /// the merge of one by a forge that says so.
    pub is_reviewed: bool,
    /// The clock.
    pub now: Time,
    /// When time is up: what has not been judged by then is refused.
    pub until: Option<Instant>,
}

impl Request<'_> {
    /// The update of the plan ref, where it is pushed.
    pub fn plan_update(&self) -> Option<&Update> {
        let is_plan_ref = |update: &&Update| update.remote_ref == self.place.reference;
        self.updates.iter().find(is_plan_ref)
    }

    /// The value of the plan ref once the push is through.
    pub fn new_plans(&self) -> Option<Oid> {
        match self.plan_update() {
            Some(update) => update.local,
            None => self.old_plans,
        }
    }
}
