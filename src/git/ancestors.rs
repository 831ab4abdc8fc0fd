//! Objects that may not be here, tags that stand for commits, and trees that history has seen.

use std::collections::{HashSet, VecDeque};
use std::time::Instant;

use gix::objs::{Kind, TagRefIter};

use super::objects::STRUCTURE_LIMIT;
use super::{Error, Oid, Repo, Result};

impl Repo {
    /// Whether the object is here: in the repository, or in a push's quarantine.
    pub fn has(&self, oid: Oid) -> bool {
        self.objects.header(oid).is_ok()
    }

    /// The commit that `oid` is, or that it tags, by however many tags. `None` if it comes to a
    /// tree or a blob.
    ///
    /// # Errors
    /// [`Error::Missing`], [`Error::Object`].
    pub fn peeled(&self, oid: Oid) -> Result<Option<Oid>> {
        let mut oid = oid;
        let mut buffer = Vec::new();
        loop {
            match self.objects.header(oid)?.0 {
                Kind::Commit => return Ok(Some(oid)),
                Kind::Tree | Kind::Blob => return Ok(None),
                Kind::Tag => {}
            }
            let objects = &self.objects;
            objects.read_limited(oid, Kind::Tag, STRUCTURE_LIMIT, &mut buffer)?;
            let tag = TagRefIter::from_bytes(&buffer, oid.kind());
            oid = tag.target_id().map_err(Error::object(oid))?;
        }
    }

    /// The first commit with this tree that is met from `tip`, itself included, to its ancestors.
    ///
    /// # Errors
    /// [`Error::Incomplete`] where it was not found and history is missing or was cut off;
    /// [`Error::OutOfTime`] past `until`; [`Error::Object`].
    pub fn commit_with_tree(
        &self,
        tip: Oid,
        tree: Oid,
        until: Option<Instant>,
    ) -> Result<Option<Oid>> {
        let mut lineage = self.lineage(until)?;
        let mut next = VecDeque::from([tip]);
        let mut seen = HashSet::from([tip]);
        let mut end = None;
        while let Some(oid) = next.pop_front() {
            let Some(origin) = lineage.origin(oid)? else {
                end = Some(oid);
                continue;
            };
            if origin.tree == tree {
                return Ok(Some(oid));
            }
            if lineage.is_cut(oid) {
                end = Some(oid);
                continue;
            }
            let parents = origin.parents.into_iter();
            next.extend(parents.filter(|parent| seen.insert(*parent)));
        }
        end.map_or(Ok(None), |oid| Err(Error::Incomplete { oid }))
    }
}
