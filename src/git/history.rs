//! Following commits to their parents.

use std::cmp::{Ordering, Reverse};
use std::collections::{BinaryHeap, HashSet, VecDeque};

use gix::revision::plumbing::{Graph, merge_base};

use super::{Commit, Error, Oid, Repo, Result};

impl Repo {
    /// The commits that `tip` reaches, itself first, then by commit time, newest
    /// first. Read as it is consumed. Where a shallow clone ends, so does the
    /// walk, quietly.
    pub fn walk(&self, tip: Oid) -> Walk<'_> {
        Walk {
            repo: self,
            boundary: None,
            seen: HashSet::new(),
            pending: VecDeque::from([tip]),
            queue: BinaryHeap::new(),
        }
    }

    /// Whether `ancestor` is `descendant` or one of the commits it reaches.
    ///
    /// # Errors
    /// [`Error::History`], also where one of the two is not here.
    pub fn is_ancestor(&self, ancestor: Oid, descendant: Oid) -> Result<bool> {
        Ok(self.merge_bases(ancestor, descendant)?.contains(&ancestor))
    }

    /// The best common ancestor of both commits, or `None` if their histories
    /// are unrelated. In a shallow clone a base may be out of sight.
    ///
    /// # Errors
    /// [`Error::History`], also where one of the two is not here.
    pub fn merge_base(&self, one: Oid, other: Oid) -> Result<Option<Oid>> {
        Ok(self.merge_bases(one, other)?.first().copied())
    }

    /// All best common ancestors: several after criss-cross merges.
    ///
    /// # Errors
    /// [`Error::History`], also where one of the two is not here.
    pub fn merge_bases(&self, one: Oid, other: Oid) -> Result<Vec<Oid>> {
        if one == other {
            return Ok(vec![one]);
        }
        let failed = |source: gix::Error| Error::History {
            from: one,
            source: source.into(),
        };
        // Git does not use the commit-graph in a shallow clone either.
        let cache = if self.is_shallow()? {
            None
        } else {
            self.git.commit_graph_if_enabled().map_err(failed)?
        };
        let mut graph = Graph::new(&self.objects, cache.as_ref());
        let bases = merge_base(one, &[other], &mut graph).map_err(failed)?;
        Ok(bases
            .map(|bases| bases.into_iter().collect())
            .unwrap_or_default())
    }

    /// The commits whose parents were cut off.
    pub(super) fn shallow_commits(&self) -> Result<HashSet<Oid>> {
        let commits = self.git.shallow_commits().map_err(|source| Error::Open {
            path: self.common_dir().join("shallow"),
            source: source.into(),
        })?;
        let commits = commits.iter().flat_map(|commits| commits.iter());
        Ok(commits.copied().collect())
    }
}

/// The iterator of [`Repo::walk`]. After an error it goes on with what it has.
pub struct Walk<'repo> {
    repo: &'repo Repo,
    boundary: Option<HashSet<Oid>>,
    seen: HashSet<Oid>,
    /// Commits still to be read: the parents of the one returned last.
    pending: VecDeque<Oid>,
    queue: BinaryHeap<Queued>,
}

impl Walk<'_> {
    fn read_pending(&mut self) -> Result<()> {
        while let Some(oid) = self.pending.pop_front() {
            if self.seen.insert(oid) {
                let commit = self.repo.commit(oid)?;
                let place = self.seen.len();
                self.queue.push(Queued { commit, place });
            }
        }
        Ok(())
    }

    fn is_boundary(&mut self, oid: Oid) -> Result<bool> {
        if self.boundary.is_none() {
            self.boundary = Some(self.repo.shallow_commits()?);
        }
        Ok(self
            .boundary
            .as_ref()
            .is_some_and(|boundary| boundary.contains(&oid)))
    }
}

impl Iterator for Walk<'_> {
    type Item = Result<Commit>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Err(error) = self.read_pending() {
            return Some(Err(error));
        }
        let commit = self.queue.pop()?.commit;
        match self.is_boundary(commit.oid) {
            Ok(true) => {}
            Ok(false) => self.pending.extend(&commit.parents),
            Err(error) => return Some(Err(error)),
        }
        Some(Ok(commit))
    }
}

/// A commit in the queue. The greatest comes next: the newest or, among
/// commits of the same second, the one that was found first.
struct Queued {
    commit: Commit,
    place: usize,
}

impl Queued {
    fn key(&self) -> (i64, Reverse<usize>) {
        (self.commit.committer.time.seconds, Reverse(self.place))
    }
}

impl Ord for Queued {
    fn cmp(&self, other: &Self) -> Ordering {
        self.key().cmp(&other.key())
    }
}

impl PartialOrd for Queued {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Queued {
    fn eq(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl Eq for Queued {}
