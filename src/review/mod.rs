//! Two states of a plan → what changed, and what has to hold less than before.
//!
//! * [`matter`]: what can be weakened, and its value in a plan.
//! * [`weakening`]: when a value is weaker than another; the one table.
//! * [`recorded`]: whether the change records of a plan account for a weakening.

pub mod matter;
pub mod recorded;
pub mod weakening;

pub use matter::Matter;
pub use weakening::{Weakening, weakenings};
