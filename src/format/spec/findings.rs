//! What a reader finds wrong, gathered while it goes on.

use crate::model::spec::{At, Problem};

/// The problems of a text so far.
#[derive(Default)]
pub struct Findings {
    /// What the text cannot be taken with.
    pub problems: Vec<Problem>,
    /// What may not be meant.
    pub warnings: Vec<Problem>,
    /// Whether parts of the text could not be read: what seems to be missing may be there.
    pub is_torn: bool,
}

impl Findings {
    /// Something that is there is wrong.
    pub fn wrong(&mut self, at: At, cause: impl Into<String>) {
        self.problems.push(Problem::new(at, cause));
    }

    /// Something is not there that has to be.
    pub fn missing(&mut self, at: At, cause: impl Into<String>) {
        if !self.is_torn {
            self.wrong(at, cause);
        }
    }

    /// Something may not be meant.
    pub fn doubt(&mut self, at: At, cause: impl Into<String>) {
        self.warnings.push(Problem::new(at, cause));
    }
}
