//! Which commits are new: reached from some commits and not from others, as `git rev-list NEW…
//! --not OLD…` lists them, and quickly where what is new is near.
//!
//! Commits are taken by date, the newest first, and each tells its parents on which side they are.
//! Once nothing new is left to look at, what remains can only take commits away, and dates lie. So
//! the walk goes on: past commits that the commit-graph does not clear, for as long as they are not
//! older than what was found by more than dates were seen to be wrong, and then for [`SLOP`] more.
//! Where clocks were wrong beyond that, and there is no commit-graph, too many commits are told,
//! as by Git itself; never too few.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};
use std::time::Instant;

use super::lineage::Lineage;
use super::{Commit, Error, Oid, Repo, Result};

/// How many older commits are looked at before the rest is believed to be older too. Git looks
/// at 5.
const SLOP: usize = 64;

impl Repo {
    /// The commits that `new` reach and `not` do not, in the order of `git rev-list`: by commit
    /// time, newest first. All parents are followed. Tags stand for what they tag. What is not
    /// here, or is no commit, hides nothing. Replacements and grafts do not count.
    ///
    /// # Errors
    /// [`Error::Incomplete`] where one of them is missing, or its parents were cut off by a
    /// shallow clone; [`Error::OutOfTime`] past `until`; [`Error::Object`].
    pub fn introduced(
        &self,
        new: &[Oid],
        not: &[Oid],
        until: Option<Instant>,
    ) -> Result<Vec<Commit>> {
        let mut search = Search::new(self, until)?;
        for oid in not {
            search.start(*oid, true)?;
        }
        for oid in new {
            search.start(*oid, false)?;
        }
        search.look_at_new()?;
        search.look_for_hidden()?;
        search.found()
    }
}

struct Search<'repo> {
    repo: &'repo Repo,
    lineage: Lineage<'repo>,
    nodes: Vec<Node>,
    places: HashMap<Oid, usize>,
    /// What is still to be looked at: the newest first, then what was found first.
    queue: BinaryHeap<(i64, Reverse<usize>)>,
    /// How many in the queue are not hidden.
    open: usize,
    /// In the order in which they were looked at.
    walked: Vec<usize>,
    /// By how many seconds a commit was seen to be older than its parent, at most.
    skew: i64,
}

/// A commit that was come across.
struct Node {
    oid: Oid,
    /// Whether it is reached from what is not wanted.
    hidden: bool,
    seconds: i64,
    parents: Vec<Oid>,
    generation: Option<u32>,
    /// None if it is not here, or hidden.
    commit: Option<Commit>,
    is_walked: bool,
}

impl<'repo> Search<'repo> {
    fn new(repo: &'repo Repo, until: Option<Instant>) -> Result<Self> {
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

    fn start(&mut self, oid: Oid, hidden: bool) -> Result<()> {
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
    fn walk(&mut self, place: usize) -> Result<()> {
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

    fn look_at_new(&mut self) -> Result<()> {
        while self.open > 0
            && let Some((_, Reverse(place))) = self.queue.pop()
        {
            self.walk(place)?;
        }
        Ok(())
    }

    /// From here on all that is next is hidden, and only hides.
    fn look_for_hidden(&mut self) -> Result<()> {
        let Some(oldest) = self.left().map(|node| node.seconds).min() else {
            return Ok(());
        };
        let first = self.left().filter_map(|node| node.generation).min();
        let mut slop = SLOP;
        while slop > 0
            && let Some((seconds, Reverse(place))) = self.queue.pop()
        {
            if self.is_cleared(place, first) {
                continue;
            }
            let is_older = seconds < oldest.saturating_sub(self.skew);
            slop = if is_older { slop - 1 } else { SLOP };
            self.walk(place)?;
        }
        Ok(())
    }

    /// Whether the commit-graph says that a commit reaches none of those that are new: all its
    /// ancestors are in it, and the first of the new ones in it comes no earlier.
    fn is_cleared(&self, place: usize, first: Option<u32>) -> bool {
        let generation = self.nodes[place].generation;
        generation.is_some_and(|generation| first.is_none_or(|first| generation <= first))
    }

    fn left(&self) -> impl Iterator<Item = &Node> {
        let walked = self.walked.iter().map(|place| &self.nodes[*place]);
        walked.filter(|node| !node.hidden)
    }

    fn found(mut self) -> Result<Vec<Commit>> {
        let mut found = Vec::new();
        for place in std::mem::take(&mut self.walked) {
            let node = &mut self.nodes[place];
            if node.hidden {
                continue;
            }
            let oid = node.oid;
            let commit = node.commit.take().ok_or(Error::Incomplete { oid })?;
            if self.lineage.is_cut(oid) {
                return Err(Error::Incomplete { oid });
            }
            found.push(commit);
        }
        Ok(found)
    }
}
