//! The state of the search: commits that were come across, and on which side they are.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

use super::super::lineage::Lineage;
use super::super::{Commit, Error, Oid, Repo, Result};

pub(super) struct Search<'repo> {
    repo: &'repo Repo,
    pub(super) lineage: Lineage<'repo>,
    pub(super) nodes: Vec<Node>,
    places: HashMap<Oid, usize>,
    /// What is still to be looked at: the newest first, then what was found first.
    pub(super) queue: BinaryHeap<(i64, Reverse<usize>)>,
    /// How many in the queue are not hidden.
    pub(super) open: usize,
    /// In the order in which they were looked at.
    pub(super) walked: Vec<usize>,
    /// By how many seconds a commit was seen to be older than its parent, at most.
    pub(super) skew: i64,
}

/// A commit that was come across.
pub(super) struct Node {
    pub(super) oid: Oid,
    /// Whether it is reached from what is not wanted.
    pub(super) hidden: bool,
    pub(super) seconds: i64,
    parents: Vec<Oid>,
    pub(super) generation: Option<u32>,
    /// None if it is not here, or hidden.
    pub(super) commit: Option<Commit>,
    is_walked: bool,
}

impl<'repo> Search<'repo> {
    pub(super) fn new(repo: &'repo Repo, until: Option<Instant>) -> Result<Self> {
        Ok(Self {
            repo,
            lineage: repo.lineage(until)?,
            nodes: Vec::new(),
            places: HashMap::new(),
            queue: BinaryHeap::new(),
            open: 0,
            walked: Vec::new(),
            skew: 0,
        })
    }

    pub(super) fn start(&mut self, oid: Oid, hidden: bool) -> Result<()> {
        match self.repo.peeled(oid) {
            Ok(Some(commit)) => self.meet(commit, hidden, 0).map(|_| ()),
            Ok(None) => Ok(()),
            Err(Error::Missing(_)) if hidden => Ok(()),
            Err(Error::Missing(oid)) => Err(Error::Incomplete { oid }),
            Err(error) => Err(error),
        }
    }

    /// Takes a commit up, and tells its date; `child` is that of the commit that led to it.
    fn meet(&mut self, oid: Oid, hidden: bool, child: i64) -> Result<i64> {
        if let Some(place) = self.places.get(&oid).copied() {
            if hidden {
                self.hide(place)?;
            }
            return Ok(self.nodes[place].seconds);
        }
        let place = self.nodes.len();
        let node = self.read(oid, hidden, child)?;
        let seconds = node.seconds;
        self.queue.push((seconds, Reverse(place)));
        self.open += usize::from(!hidden);
        self.places.insert(oid, place);
        self.nodes.push(node);
        Ok(seconds)
    }

    fn read(&mut self, oid: Oid, hidden: bool, child: i64) -> Result<Node> {
        let mut node = Node {
            oid,
            hidden,
            seconds: child,
            parents: Vec::new(),
            generation: None,
            commit: None,
            is_walked: false,
        };
        if hidden {
            if let Some(origin) = self.lineage.origin(oid)? {
                node.seconds = origin.seconds;
                node.parents = origin.parents;
                node.generation = origin.generation;
            }
            return Ok(node);
        }
        self.lineage.in_time()?;
        match self.repo.commit(oid) {
            Err(Error::Missing(missing)) if missing == oid => {}
            commit => {
                let commit = commit?;
                node.seconds = commit.committer.time.seconds;
                node.parents.clone_from(&commit.parents);
                node.generation = self.lineage.generation(oid);
                node.commit = Some(commit);
            }
        }
        Ok(node)
    }

    /// Hides a commit that was come across, and all of those behind it that were.
    fn hide(&mut self, place: usize) -> Result<()> {
        let mut places = vec![place];
        while let Some(place) = places.pop() {
            let node = &mut self.nodes[place];
            if std::mem::replace(&mut node.hidden, true) {
                continue;
            }
            node.commit = None;
            if node.is_walked {
                let parents = node.parents.iter();
                places.extend(parents.filter_map(|parent| self.places.get(parent)));
            } else {
                self.open -= 1;
            }
        }
        Ok(())
    }

    /// Goes on to the parents of the commit that is next.
    pub(super) fn walk(&mut self, place: usize) -> Result<()> {
        let node = &mut self.nodes[place];
        node.is_walked = true;
        let (hidden, seconds, oid) = (node.hidden, node.seconds, node.oid);
        if !hidden {
            self.open -= 1;
            self.walked.push(place);
        }
        if self.lineage.is_cut(oid) {
            return Ok(());
        }
        for parent in self.nodes[place].parents.clone() {
            let parent = self.meet(parent, hidden, seconds)?;
            self.skew = self.skew.max(parent.saturating_sub(seconds));
        }
        Ok(())
    }
}
