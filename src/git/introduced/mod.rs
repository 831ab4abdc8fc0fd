//! Which commits are new: reached from some commits and not from others, as `git rev-list NEW…
//! --not OLD…` lists them, and quickly where what is new is near.
//!
//! Commits are taken by date, the newest first, and each tells its parents on which side they are.
//! Once nothing new is left to look at, what remains can only take commits away, and dates lie. So
//! the walk goes on: past commits that the commit-graph does not clear, for as long as they are not
//! older than what was found by more than dates were seen to be wrong, and then for [`SLOP`] more.
//! Where clocks were wrong beyond that, and there is no commit-graph, too many commits are told,
//! as by Git itself; never too few.

mod search;

use std::cmp::Reverse;
use std::time::Instant;

use super::{Commit, Error, Oid, Repo, Result};
use search::{Node, Search};

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

impl Search<'_> {
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
