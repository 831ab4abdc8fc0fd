//! The files that specifications are held to.

use globset::Candidate;

use super::compiled::Compiled;
use crate::git::{Oid, Repo, Result, TreeFile};
use crate::model::spec::Problem;

/// The files of a tree, or of the working tree.
#[derive(Debug, Clone)]
pub struct Tree {
    files: Vec<TreeFile>,
    of_work_tree: bool,
}

impl Tree {
    /// The files of the working tree, as they would be committed: without those that are ignored.
    ///
    /// # Errors
    /// Those of [`Repo::work_tree_files`].
    pub fn of_work_tree(repo: &Repo) -> Result<Self> {
        Ok(Self {
            files: repo.work_tree_files()?,
            of_work_tree: true,
        })
    }

    /// The files of a tree, as objects: nothing is checked out.
    ///
    /// # Errors
    /// Those of [`Repo::tree_files`].
    pub fn at(repo: &Repo, tree: Oid) -> Result<Self> {
        Ok(Self {
            files: repo.tree_files(tree)?,
            of_work_tree: false,
        })
    }

    /// The files, in the order of their paths.
    pub fn files(&self) -> &[TreeFile] {
        &self.files
    }

    /// Whether content may be on disk only.
    pub fn is_of_work_tree(&self) -> bool {
        self.of_work_tree
    }

    /// What of a specification's scopes names no file here: a rule that is about nothing, and each
    /// glob that adds nothing.
    pub fn scope_warnings(&self, compiled: &Compiled) -> Vec<Problem> {
        let candidates = self
            .files
            .iter()
            .map(|file| Candidate::from_bytes(&file.path));
        let candidates: Vec<_> = candidates.collect();
        let mut warnings = Vec::new();
        for rule in &compiled.rules {
            let Some(include) = rule.scope.include() else {
                continue;
            };
            let mut used = vec![false; rule.globs.include.len()];
            for candidate in &candidates {
                include.which(candidate).for_each(|term| used[term] = true);
            }
            let unused = rule
                .globs
                .include
                .iter()
                .zip(&used)
                .filter(|(_, used)| !**used);
            let found = unused
                .map(|(term, _)| Problem::new(term.at, format!("no file is at \"{}\"", term.text)));
            let before = warnings.len();
            warnings.extend(found);
            let is_empty = !candidates
                .iter()
                .any(|candidate| rule.scope.holds(candidate));
            if is_empty
                && warnings.len() == before
                && let Some(first) = rule.globs.include.first()
            {
                let cause = format!(
                    "the rule \"{}\" is about no file: all are excluded",
                    rule.id
                );
                warnings.push(Problem::new(first.at, cause));
            }
        }
        warnings
    }
}
