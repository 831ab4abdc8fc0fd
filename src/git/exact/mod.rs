//! Whether the working tree is exactly a commit, in the eyes of a program that runs there.
//!
//! It is looked at anew: with an index that is made of the commit's tree (`fresh`), by Git in a
//! repository apart, so that nothing hides a change: not `assume-unchanged` or `skip-worktree`, not
//! `.git/info/exclude`, `core.excludesFile` or the `ignore` of a submodule. What times and sizes
//! the real index knows is taken over: they only spare the reading of files that were not touched.
//!
//! Files that the tree does not have are excused by the `.gitignore` files of the tree alone
//! (`untracked`); what those ignore is not looked into. Submodules that are checked out must be
//! at their commit, and clean by the same rules (`submodules`).
//!
//! Line endings, encodings and `ident` are Git's, as this repository configures them. Of filters
//! only those run that the user's own configuration defines: one that only the repository's own
//! files define does not run, and what it would have cleaned counts as modified once it is touched.

mod fresh;
mod inputs;
mod names;
mod submodules;
mod tracked;
mod untracked;

use std::collections::BTreeMap;

use gix::bstr::BString;

use super::{Error, Oid, Repo, Result};
use inputs::Inputs;

/// A path at which the working tree is not as in a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotAsIn {
    /// From the top of the working tree, as bytes; a repository that is no submodule, and a
    /// folder that cannot be told further, ends in `/`.
    pub path: BString,
    /// What is different.
    pub how: Difference,
}

/// How a path differs from a commit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Difference {
    /// Other content, another mode, or something of another kind.
    Modified,
    /// The commit has it, the working tree has not.
    Missing,
    /// The working tree has it, the commit has not, and no ignore file of the commit excuses it.
    Untracked,
    /// The files are the same, but the index is not: it was staged, or taken out, or is in
    /// conflict.
    Staged,
    /// A submodule has another commit checked out.
    SubmoduleCommit,
    /// Something is changed, new or staged in a submodule.
    SubmoduleDirty,
}

impl Difference {
    /// As a word, or two.
    pub fn word(self) -> &'static str {
        match self {
            Self::Modified => "modified",
            Self::Missing => "missing",
            Self::Untracked => "untracked",
            Self::Staged => "staged",
            Self::SubmoduleCommit => "submodule commit",
            Self::SubmoduleDirty => "submodule dirty",
        }
    }
}

/// What was found so far. What was found first at a path counts.
type Found = BTreeMap<BString, Difference>;

impl Repo {
    /// Every path at which the working tree or the index is not as in `commit`, by the order of
    /// their bytes. With `inputs` (paths from the top, of files or folders, literally) only those
    /// are looked at, and `.gitmodules` and the `.gitattributes` that apply to them.
    ///
    /// The index of the user is only read.
    ///
    /// # Errors
    /// [`Error::NoWorkTree`], [`Error::Git`] with Git's own message, [`Error::GitMissing`],
    /// [`Error::GitTooOld`], [`Error::Io`], and those of reading the commit and its trees.
    pub fn not_as_in(&self, commit: Oid, inputs: Option<&[String]>) -> Result<Vec<NotAsIn>> {
        self.require_git()?;
        let root = self.work_tree().ok_or(Error::NoWorkTree)?.to_owned();
        let tree = self.commit(commit)?.tree;
        let inputs = Inputs::new(inputs);
        let fresh = self.fresh(tree)?;
        let tracked = self.begin_tracked(&fresh, &root, &inputs)?;
        let mut found = Found::new();
        self.untracked(&fresh, &root, &inputs, &mut found)?;
        self.submodules(&fresh, &root, &inputs, &mut found)?;
        tracked.finish(&mut found)?;
        let staged = fresh.staged.into_iter();
        for path in staged.filter(|path| inputs.have(path.as_ref())) {
            found.entry(path).or_insert(Difference::Staged);
        }
        let found = found.into_iter();
        Ok(found.map(|(path, how)| NotAsIn { path, how }).collect())
    }
}
