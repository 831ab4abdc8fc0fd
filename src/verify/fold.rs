//! What is found in files, put together in the order of the files, with no more of it held than
//! can be told.

use std::collections::BTreeMap;

use super::inspect::Found;
use super::wanted::Wanted;

/// So many places are listed in all, and of a rule at least.
const LISTED: (usize, usize) = (100_000, 1_000);

/// What was found in all files.
pub struct Folded {
    /// For each file.
    pub found: Vec<Found>,
    /// For each rule, how many places are not listed.
    pub more: Vec<usize>,
}

/// Takes what is found in any order.
pub struct Fold {
    folded: Folded,
    /// What came before its turn, by its first file.
    waiting: BTreeMap<usize, Vec<Found>>,
    /// The rule of each pattern.
    rules: Vec<usize>,
    /// How many places of each rule are listed, and how many may be.
    listed: Vec<usize>,
    most: usize,
}

impl Fold {
    /// Begins with nothing.
    pub fn new(wanted: &Wanted<'_>, files: usize) -> Self {
        let rules = wanted.rules.len();
        Self {
            folded: Folded {
                found: Vec::with_capacity(files),
                more: vec![0; rules],
            },
            waiting: BTreeMap::new(),
            rules: wanted.patterns.iter().map(|sought| sought.rule).collect(),
            listed: vec![0; rules],
            most: (LISTED.0 / rules.max(1)).max(LISTED.1),
        }
    }

    /// Takes what was found in the files from `start` on.
    pub fn add(&mut self, start: usize, found: Vec<Found>) {
        self.waiting.insert(start, found);
        while let Some(found) = self.waiting.remove(&self.folded.found.len()) {
            for mut found in found {
                found.hits.retain(|hit| {
                    let rule = usize::try_from(hit.pattern)
                        .ok()
                        .and_then(|at| self.rules.get(at));
                    let Some(rule) = rule.copied() else {
                        return false;
                    };
                    let is_listed = self.listed[rule] < self.most;
                    match is_listed {
                        true => self.listed[rule] += 1,
                        false => self.folded.more[rule] += 1,
                    }
                    is_listed
                });
                self.folded.found.push(found);
            }
        }
    }

    /// All of it.
    pub fn end(self) -> Folded {
        self.folded
    }
}
