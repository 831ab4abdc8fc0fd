//! What a commit comes from, as its object says it: never as a replacement, a graft or the cut of
//! a shallow clone says it. Where Git keeps a commit-graph, that is read instead of the object.

use std::collections::HashSet;
use std::time::Instant;

use gix::commitgraph::{GENERATION_NUMBER_MAX, Graph};
use gix::objs::{CommitRefIter, Kind};

use super::objects::STRUCTURE_LIMIT;
use super::{Error, Oid, Repo, Result};

/// Reads the ancestry of commits, until its time is up.
pub(super) struct Lineage<'repo> {
    repo: &'repo Repo,
    graph: Option<Graph>,
    /// The commits whose parents were cut off.
    cut: HashSet<Oid>,
    until: Option<Instant>,
    buffer: Vec<u8>,
}

/// What a commit comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Origin {
    pub(super) tree: Oid,
    pub(super) parents: Vec<Oid>,
    /// When it was committed, in seconds; the epoch where it does not say.
    pub(super) seconds: i64,
    /// Greater than that of every ancestor; known for those in the commit-graph, whose ancestors
    /// are all in it.
    pub(super) generation: Option<u32>,
}

impl Repo {
    /// Like Git without the commit-graph where history was cut off: it knows nothing of that.
    pub(super) fn lineage(&self, until: Option<Instant>) -> Result<Lineage<'_>> {
        let cut = self.shallow_commits()?;
        // It is only a short way: where it cannot be read, the objects can.
        let graph = self.git.commit_graph_if_enabled().ok().flatten();
        Ok(Lineage {
            repo: self,
            graph: graph.filter(|_| cut.is_empty()),
            cut,
            until,
            buffer: Vec::new(),
        })
    }
}

impl Lineage<'_> {
    /// The origin of a commit, or `None` if the commit is not here.
    ///
    /// # Errors
    /// [`Error::OutOfTime`], [`Error::Kind`], [`Error::Object`].
    pub(super) fn origin(&mut self, oid: Oid) -> Result<Option<Origin>> {
        self.in_time()?;
        if let Some(origin) = self.graph_origin(oid) {
            return Ok(Some(origin));
        }
        let objects = &self.repo.objects;
        match objects.read_limited(oid, Kind::Commit, STRUCTURE_LIMIT, &mut self.buffer) {
            Err(Error::Missing(missing)) if missing == oid => return Ok(None),
            read => read?,
        }
        decode(oid, &self.buffer).map(Some)
    }

    /// The generation of a commit that the commit-graph has.
    pub(super) fn generation(&self, oid: Oid) -> Option<u32> {
        let commit = self.graph.as_ref()?.commit_by_id(oid)?;
        let known = 1..GENERATION_NUMBER_MAX;
        Some(commit.generation()).filter(|generation| known.contains(generation))
    }

    /// Whether the parents of a commit were cut off.
    pub(super) fn is_cut(&self, oid: Oid) -> bool {
        self.cut.contains(&oid)
    }

    /// # Errors
    /// [`Error::OutOfTime`].
    pub(super) fn in_time(&self) -> Result<()> {
        match self.until {
            Some(until) if Instant::now() >= until => Err(Error::OutOfTime),
            _ => Ok(()),
        }
    }

    fn graph_origin(&self, oid: Oid) -> Option<Origin> {
        let generation = self.generation(oid)?;
        let graph = self.graph.as_ref()?;
        let commit = graph.commit_by_id(oid)?;
        let parents = commit.iter_parents();
        let parents = parents.map(|parent| Some(graph.id_at(parent.ok()?).to_owned()));
        Some(Origin {
            tree: commit.root_tree_id().to_owned(),
            parents: parents.collect::<Option<_>>()?,
            seconds: i64::try_from(commit.committer_timestamp()).ok()?,
            generation: Some(generation),
        })
    }
}

/// Old history holds commits that no Git of today would write: who made them does not matter.
fn decode(oid: Oid, bytes: &[u8]) -> Result<Origin> {
    let commit = || CommitRefIter::from_bytes(bytes, oid.kind());
    let committer = commit().committer().ok();
    let time = committer.and_then(|committer| committer.time().ok());
    Ok(Origin {
        tree: commit().tree_id().map_err(Error::object(oid))?,
        parents: commit().parent_ids().collect(),
        seconds: time.map_or(0, |time| time.seconds),
        generation: None,
    })
}
