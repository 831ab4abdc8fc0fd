//! `git plan register`: questions, assumptions, risks and the like, a command a file.

mod add;
mod list;
mod resolve;

pub use add::Add;
pub use list::List;
pub use resolve::Resolve;

use crate::model::EntryKind;

/// A kind of entry on the command line.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub enum KindWord {
    /// Something that somebody has to answer
    Question,
    /// Something that is taken for true and has to be confirmed
    Assumption,
    /// Something that may go wrong
    Risk,
    /// Something that has to be decided, or was
    Decision,
    /// Two things that ought to agree and do not
    Discrepancy,
    /// Something that may explain what was seen
    Hypothesis,
}

impl From<KindWord> for EntryKind {
    fn from(word: KindWord) -> Self {
        match word {
            KindWord::Question => Self::Question,
            KindWord::Assumption => Self::Assumption,
            KindWord::Risk => Self::Risk,
            KindWord::Decision => Self::Decision,
            KindWord::Discrepancy => Self::Discrepancy,
            KindWord::Hypothesis => Self::Hypothesis,
        }
    }
}
