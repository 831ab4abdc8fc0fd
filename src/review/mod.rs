//! Two states of the plans → what changed, and what has to hold less than before.
//!
//! * [`matter`]: what can be weakened, and its value in a plan.
//! * [`weakening`]: when a value is weaker than another; the one table, with its other half in
//!   [`rows`]: what all other edits come to.
//! * [`meaning`], [`loosened`](mod@loosened): what a specification asks for, and when its rules ask for less.
//! * [`recorded`]: whether the change records of a plan account for a weakening.
//! * [`file`](mod@file): a file in two states; [`compare()`] makes [`Changes`] of such files
//!   ([`change`]), with their `names` and `consequences`, asking [`Around`] for what is not in them.

pub mod around;
pub mod change;
pub mod compare;
mod consequences;
pub mod file;
pub mod loosened;
pub mod matter;
pub mod meaning;
mod names;
pub mod recorded;
pub mod rows;
pub mod weakening;

pub use around::Around;
pub use change::{Account, Change, Changes, Class, Counts, Entity, Kind, Sort};
pub use compare::compare;
pub use file::{Content, File, Owner, Rest, Side, SpecContent, join_forms};
pub use loosened::{Loosened, loosened};
pub use matter::Matter;
pub use meaning::Meaning;
pub use weakening::{Weakening, of_spec, of_task, weakenings};
