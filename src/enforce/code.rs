//! The code at a commit, for the judges of gates.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Instant;

use super::{signing, specs};
use crate::gate::{Answer, Code, Signer};
use crate::git::{self, Oid, Repo};
use crate::model::{Person, Plan, Record, Slug, Time};
use crate::verify::Report;

/// The code at one commit, or at a tree that no commit has yet.
#[derive(Clone)]
pub struct CodeAt<'r> {
    repo: &'r Repo,
    commit: Option<(Oid, String)>,
    tree: (Oid, String),
    authors: Answer<Vec<Person>>,
    now: Time,
    signers: Option<Vec<String>>,
    verified: RefCell<HashMap<Signed, Signer>>,
    deadline: Option<Instant>,
}

/// The digest of a record, its signature, and the lines that it was held to.
type Signed = (String, Option<String>, Vec<String>);

impl<'r> CodeAt<'r> {
    /// The code at HEAD; before the first commit, the empty tree.
    ///
    /// # Errors
    /// Those of reading HEAD and its commit.
    pub fn head(repo: &'r Repo, now: Time) -> git::Result<Self> {
        match repo.head()?.commit {
            Some(commit) => Self::at(repo, commit, now),
            None => Ok(Self::of_tree(repo, repo.empty_tree(), now)),
        }
    }

    /// The code at a commit.
    ///
    /// # Errors
    /// Those of reading the commit.
    pub fn at(repo: &'r Repo, commit: Oid, now: Time) -> git::Result<Self> {
        let read = repo.commit(commit)?;
        let author = Person::new(&read.author.name, &read.author.email);
        Ok(Self {
            commit: Some((commit, commit.to_string())),
            authors: Ok(vec![author]),
            ..Self::of_tree(repo, read.tree, now)
        })
    }

    /// The code of a tree.
    pub fn of_tree(repo: &'r Repo, tree: Oid, now: Time) -> Self {
        Self {
            repo,
            commit: None,
            tree: (tree, tree.to_string()),
            authors: Ok(Vec::new()),
            now,
            signers: None,
            verified: RefCell::default(),
            deadline: None,
        }
    }

    /// Lets searches of the code end at a time.
    #[must_use]
    pub fn until(self, deadline: Option<Instant>) -> Self {
        Self { deadline, ..self }
    }

    /// Lets these lines tell who may sign, whatever the plan that is judged says. The file that this
    /// machine's own configuration names (`plan.signers`) comes before them.
    #[must_use]
    pub fn signers(self, lines: Vec<String>) -> Self {
        Self {
            signers: Some(lines),
            ..self
        }
    }

    fn who_may_sign(&self, known: &[String]) -> Answer<Vec<String>> {
        let given = || self.signers.clone().unwrap_or_else(|| known.to_vec());
        Ok(signing::own_lines(self.repo)?.unwrap_or_else(given))
    }

    /// Counts more people as those who made the code.
    #[must_use]
    pub fn made_by(mut self, people: impl IntoIterator<Item = Person>) -> Self {
        if let Ok(authors) = &mut self.authors {
            authors.extend(people);
            authors.sort();
            authors.dedup();
        }
        self
    }

    /// Says that nobody can tell who made the code, so that nobody counts as another than they.
    #[must_use]
    pub fn by_nobody_known(self) -> Self {
        let why = "who made the code is not known: its commit is not here";
        Self {
            authors: Err(why.to_owned()),
            ..self
        }
    }

    /// The tree.
    pub fn tree_oid(&self) -> Oid {
        self.tree.0
    }

    /// The commit, where there is one.
    pub fn commit_oid(&self) -> Option<Oid> {
        self.commit.as_ref().map(|(oid, _)| *oid)
    }
}

impl Code for CodeAt<'_> {
    fn commit(&self) -> Option<&str> {
        self.commit.as_ref().map(|(_, text)| text.as_str())
    }

    fn tree(&self) -> &str {
        &self.tree.1
    }

    fn entry(&self, path: &str) -> Answer<Option<String>> {
        let entry = self
            .repo
            .entry(self.tree.0, path)
            .map_err(|error| in_words(&error))?;
        Ok(entry.map(|entry| format!("{} {}", entry.kind.mode(), entry.oid)))
    }

    fn changed_since(&self, tree: &str) -> Answer<Option<Vec<String>>> {
        let oid = Oid::from_hex(tree.as_bytes()).ok();
        let Some(old) = oid.filter(|oid| oid.kind() == self.repo.object_format()) else {
            return Ok(None);
        };
        match self.repo.tree_changes(old, self.tree.0) {
            Ok(changes) => Ok(Some(
                changes.into_iter().map(|c| c.path.to_string()).collect(),
            )),
            Err(git::Error::Missing(_)) => Ok(None),
            Err(error) => Err(in_words(&error)),
        }
    }

    fn authors(&self) -> Answer<Vec<Person>> {
        self.authors.clone()
    }

    fn signer(&self, record: &Record, known: &[String]) -> Answer<Signer> {
        if record.signature.is_none() {
            return Ok(Signer::Nobody);
        }
        let lines = self.who_may_sign(known)?;
        let key = (record.digest(), record.signature.clone(), lines);
        if let Some(signer) = self.verified.borrow().get(&key) {
            return Ok(signer.clone());
        }
        let signer = signing::signer(self.repo, record, &key.2)?;
        self.verified.borrow_mut().insert(key, signer.clone());
        Ok(signer)
    }

    fn verify(&self, plan: &Plan, specs: &[Slug]) -> Answer<Report> {
        specs::verify(self.repo, self.tree.0, (plan, specs), self.deadline)
    }

    fn now(&self) -> Time {
        self.now
    }
}

fn in_words(error: &git::Error) -> String {
    format!("the code cannot be read: {error}")
}
