//! Which ref holds the plans, and from where they are read.
//!
//! The local ref is read, unless the remote's copy of it is ahead: then that one is read, and the
//! next write starts from it. Where both went their own ways, the local one is read, and a
//! warning says so.

use std::cell::Cell;

use super::{Error, Result, Snapshot, cache};
use crate::git::{Ident, Oid, Repo, Time as GitTime};
use crate::model::id::ID_LENGTH;
use crate::model::{CheckpointId, EntryId, ItemId, NoteId, RecordId, TaskId, Time};

/// The plan ref where `plan.ref` names no other.
pub const DEFAULT_REF: &str = "refs/heads/git-plan";

/// Refs that are somebody else's, with all that is below them, and whose.
const TAKEN: [(&str, &str); 8] = [
    ("refs/plans", "refs/plans/ is for checkpoints"),
    ("refs/heads/HEAD", "HEAD is what is checked out"),
    ("refs/stash", "git stash keeps work there"),
    ("refs/remotes", "git fetch writes there"),
    ("refs/replace", "Git reads other objects by what is there"),
    ("refs/bisect", "every worktree has its own"),
    ("refs/worktree", "every worktree has its own"),
    ("refs/rewritten", "every worktree has its own"),
];

/// Where the plans are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The plan ref.
    pub reference: String,
    /// The remote that shares it, where there is one.
    pub remote: Option<String>,
    /// The ref that holds the remote's copy, where the remote is fetched into one.
    pub tracking: Option<String>,
}

impl Place {
    fn of(repo: &Repo) -> Result<Self> {
        let name = repo
            .config("plan.ref")
            .unwrap_or_else(|| DEFAULT_REF.to_owned());
        let reference = full_name(&name)?;
        let remote = remote(repo);
        let tracking = remote
            .as_ref()
            .and_then(|remote| repo.tracking_ref(remote, &reference));
        Ok(Self {
            reference,
            remote,
            tracking,
        })
    }

    /// The ref as people call it: a branch by its short name.
    pub fn short(&self) -> &str {
        self.reference
            .strip_prefix("refs/heads/")
            .unwrap_or(&self.reference)
    }
}

fn full_name(name: &str) -> Result<String> {
    let full = if name.starts_with("refs/") {
        name.to_owned()
    } else {
        format!("refs/heads/{name}")
    };
    let is_below = |taken: &str| {
        let rest = full.strip_prefix(taken);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    match TAKEN.iter().find(|(taken, _)| is_below(taken)) {
        Some((_, why)) => Err(Error::BadRef {
            name: full,
            why: (*why).to_owned(),
        }),
        None => Ok(full),
    }
}

fn remote(repo: &Repo) -> Option<String> {
    let mut remotes = repo.remotes();
    repo.config("plan.remote").or_else(|| match remotes.len() {
        1 => remotes.pop(),
        _ => remotes.into_iter().find(|name| name == "origin"),
    })
}

/// How the local ref and the remote's copy of it stand to each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Relation {
    /// The same commit.
    Same,
    /// The local ref has commits that the remote's copy lacks.
    Ahead,
    /// The remote's copy has commits that the local ref lacks.
    Behind,
    /// Each has commits that the other lacks.
    Diverged,
}

/// From where the plans are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Source {
    /// The commit that is read.
    pub commit: Option<Oid>,
    /// The value of the local ref, which a write expects to find.
    pub local: Option<Oid>,
    /// How the two stand to each other, where both are there.
    pub relation: Option<Relation>,
}

/// Who writes, when, and with which random numbers.
#[derive(Debug, Clone)]
pub struct Writer {
    /// Author and committer.
    pub who: Ident,
    /// The agent that acts for them.
    pub agent: Option<String>,
    /// Seconds since the epoch.
    pub now: Time,
    /// The offset of local time from UTC, in seconds.
    pub offset: i32,
}

impl Writer {
    /// `Name <e-mail>`.
    pub fn signature(&self) -> String {
        format!("{} <{}>", self.who.name(), self.who.email())
    }

    pub(super) fn time(&self) -> GitTime {
        GitTime {
            seconds: self.now.0,
            offset: self.offset,
        }
    }
}

/// A source of random ids: the system's, or a seed's, so that a script prints the same twice.
#[derive(Debug)]
enum Random {
    System,
    Seed(Cell<u64>),
}

/// The plans of a repository.
pub struct Store<'r> {
    /// The repository.
    pub repo: &'r Repo,
    /// Where its plans are.
    pub place: Place,
    random: Random,
    /// Whether what was found out is kept in the cache.
    keeps: bool,
}

impl<'r> Store<'r> {
    /// Finds the plan ref's name; reads no plan yet. With a seed, ids are made from it and are the
    /// same for the same state.
    ///
    /// # Errors
    /// [`Error::BadRef`] where `plan.ref` names a ref that cannot be the plan ref.
    pub fn open(repo: &'r Repo, seed: Option<u64>) -> Result<Self> {
        let random = seed.map_or(Random::System, |seed| Random::Seed(Cell::new(seed)));
        Ok(Self {
            repo,
            place: Place::of(repo)?,
            random,
            keeps: true,
        })
    }

    /// The same, for somebody who may write nothing at all, not even into the cache: a hook.
    #[must_use]
    pub fn without_trace(self) -> Self {
        Self {
            keeps: false,
            ..self
        }
    }

    /// From where the plans would be read now.
    ///
    /// # Errors
    /// Those of reading refs and history.
    pub fn source(&self) -> Result<Source> {
        let local = self.repo.reference(&self.place.reference)?;
        let tracking = match &self.place.tracking {
            Some(name) => self.repo.reference(name)?,
            None => None,
        };
        let (commit, relation) = match (local, tracking) {
            (Some(local), Some(tracking)) => {
                let relation = self.relation(local, tracking)?;
                let commit = if relation == Relation::Behind {
                    tracking
                } else {
                    local
                };
                (Some(commit), Some(relation))
            }
            (one, other) => (one.or(other), None),
        };
        Ok(Source {
            commit,
            local,
            relation,
        })
    }

    fn relation(&self, local: Oid, tracking: Oid) -> Result<Relation> {
        if local == tracking {
            return Ok(Relation::Same);
        }
        if let Some(known) = cache::relation(self.repo, local, tracking) {
            return Ok(known);
        }
        let relation = if self.repo.is_ancestor(tracking, local)? {
            Relation::Ahead
        } else if self.repo.is_ancestor(local, tracking)? {
            Relation::Behind
        } else {
            Relation::Diverged
        };
        if self.keeps {
            cache::remember_relation(self.repo, local, tracking, relation);
        }
        Ok(relation)
    }

    /// The plans as they are now.
    ///
    /// # Errors
    /// [`Error::NoPlans`], [`Error::NotAPlanRef`], [`Error::Version`], those of the repository.
    pub fn snapshot(&self) -> Result<Snapshot<'r>> {
        let source = self.source()?;
        match source.commit {
            Some(commit) => {
                let snapshot = Snapshot::at(self.repo, &self.place, commit, source)?;
                Ok(match self.keeps {
                    true => snapshot,
                    false => snapshot.without_trace(),
                })
            }
            None => Err(Error::NoPlans {
                reference: self.place.reference.clone(),
                remote: self.place.remote.clone(),
            }),
        }
    }

    /// The plans as they are now; none yet where there is no plan ref.
    ///
    /// # Errors
    /// As [`Store::snapshot`], but for [`Error::NoPlans`].
    pub fn snapshot_or_empty(&self) -> Result<Snapshot<'r>> {
        match self.snapshot() {
            Err(Error::NoPlans { .. }) => Ok(Snapshot::empty(self.repo, &self.place)),
            other => other,
        }
    }

    fn random_bytes(&self) -> Result<[u8; ID_LENGTH]> {
        let mut bytes = [0; ID_LENGTH];
        match &self.random {
            Random::System => {
                getrandom::fill(&mut bytes).map_err(|error| Error::Random(error.to_string()))?;
            }
            Random::Seed(state) => {
                use sha2::{Digest as _, Sha256};
                let next = state.get().wrapping_add(1);
                state.set(next);
                let tip = self.repo.reference(&self.place.reference)?;
                let mut state = tip.map(|oid| oid.to_string()).unwrap_or_default();
                if let Some(private) = self.repo.reference(super::paths::PRIVATE_LOG)? {
                    state.push_str(&format!(" {private}"));
                }
                let digest = Sha256::digest(format!("{next} {state}"));
                bytes.copy_from_slice(&digest[..ID_LENGTH]);
            }
        }
        Ok(bytes)
    }

    /// A new task id.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new_task_id(&self) -> Result<TaskId> {
        self.random_bytes().map(TaskId::from_random)
    }

    /// A new item id.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new_item_id(&self) -> Result<ItemId> {
        self.random_bytes().map(ItemId::from_random)
    }

    /// A new note id.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new_note_id(&self) -> Result<NoteId> {
        self.random_bytes().map(NoteId::from_random)
    }

    /// A new checkpoint id.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new_checkpoint_id(&self) -> Result<CheckpointId> {
        self.random_bytes().map(CheckpointId::from_random)
    }

    /// A new id of an entry of the register.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new_entry_id(&self) -> Result<EntryId> {
        self.random_bytes().map(EntryId::from_random)
    }

    /// A new record id.
    ///
    /// # Errors
    /// [`Error::Random`].
    pub fn new_record_id(&self) -> Result<RecordId> {
        self.random_bytes().map(RecordId::from_random)
    }
}
