//! What would be on a branch once a change has landed there.

use crate::git::{Oid, Repo, Result, Signature, Time as GitTime};
use crate::model::Time;

/// The head, where it contains the base; else a commit, on no ref, that merges both. None where they do
/// not merge without conflict.
///
/// # Errors
/// Those of Git's own merge, and of writing the commit.
pub fn merged(repo: &Repo, base: Oid, head: Oid, now: Time) -> Result<Option<Oid>> {
    if repo.is_ancestor(base, head)? {
        return Ok(Some(head));
    }
    let Some(tree) = repo.write_merge(base, head)? else {
        return Ok(None);
    };
    let author = repo.commit(head)?.author;
    let who = Signature {
        time: GitTime {
            seconds: now.0,
            offset: 0,
        },
        ..author
    };
    let mut writer = repo.writer()?;
    let merge = writer.write_commit(tree, &[base, head], &who, "Merge the proposed change\n")?;
    writer.finish()?;
    Ok(Some(merge))
}
