//! A proposed change of the code, and the plans → what a reviewer has to know of them.
//!
//! A tour:
//!
//! * [`merged()`]: the commit that landing the change would make. It is what gates are judged at.
//! * [`look()`]: all of it, by the judge that would refuse the change (`enforce`), so that what is shown and
//!   what is refused cannot differ. [`Proposal`]: what comes of it.
//! * `tasks`: the tasks that its commits are linked to. `scripts`: the files that gates run, as far as it
//!   changes them. `violations`: where it breaks specifications. [`since`]: which state of the plans it started from, and what changed in them since.
//!
//! Nothing is run, fetched or refused here; all that is written is the commit of [`merged()`], on no ref.

mod look;
mod merged;
mod report;
mod scripts;
pub mod since;
mod tasks;
mod violations;

pub use look::{Change, look};
pub use merged::merged;
pub use report::{
    BrokenRule, ChangedScript, LinkedTask, NamedCommit, Proposal, Unreadable, WrongLink,
};
pub use since::{Changed, Since};
