//! What a judgement asks of the code, and of the world around the plan.

use crate::model::{Person, Plan, Record, Slug, Time};
use crate::verify::Report;

/// An answer, or why there is none: the gate is then in state `error`.
pub type Answer<T> = Result<T, String>;

/// Who signed a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signer {
    /// Nobody.
    Nobody,
    /// The person with this principal, an e-mail address, who may.
    Good(String),
    /// The signature does not hold, and why.
    Bad(String),
}

/// The code that gates are judged at: one commit, or the empty tree before the first.
pub trait Code {
    /// The commit, where there is one.
    fn commit(&self) -> Option<&str>;

    /// Its tree.
    fn tree(&self) -> &str;

    /// Mode and object id of the file or folder at a path, where there is one.
    ///
    /// # Errors
    /// Where the tree cannot be read.
    fn entry(&self, path: &str) -> Answer<Option<String>>;

    /// The paths that differ from another tree; none where that tree is not here any more.
    ///
    /// # Errors
    /// Where a tree cannot be read.
    fn changed_since(&self, tree: &str) -> Answer<Option<Vec<String>>>;

    /// Who made the code: they do not count as others who approve it.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    fn authors(&self) -> Answer<Vec<Person>>;

    /// Whose signature a record has. `known` are the lines of the plan's own policy that tell who may
    /// sign, where the code knows nobody who decides that instead.
    ///
    /// # Errors
    /// Where the program that verifies signatures cannot be used.
    fn signer(&self, record: &Record, known: &[String]) -> Answer<Signer>;

    /// Where the code breaks these specifications of a plan, without anything written.
    ///
    /// # Errors
    /// Where one of them is missing or cannot be read, or the tree cannot be.
    fn verify(&self, plan: &Plan, specs: &[Slug]) -> Answer<Report>;

    /// The clock.
    fn now(&self) -> Time;
}
