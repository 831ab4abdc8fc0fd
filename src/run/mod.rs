//! The only place that executes what a plan says, and only what was trusted.
//!
//! * [`Prepared`]: a gate's command, ready: its program found outside the working tree, its folder
//!   inside, its environment without Git's variables.
//! * [`Prepared::run`]: runs it in a process group of its own, to its end or its time-out.
//! * [`Ended`], [`Ran`]: what came of it, and what it means for the gate.
//! * [`Interrupts`]: Ctrl-C ends the command, then us.
//! * `unlike`: where the working tree is not the code that the outcome would be recorded for.
//! * [`Export`]: that code, in a folder of its own. * [`kept`]: the end of the output, on this
//!   machine alone.

mod environment;
mod error;
mod export;
mod group;
mod interrupts;
pub mod kept;
mod output;
mod path;
mod prepared;
mod result;
mod unlike;

pub use error::{Error, Result};
pub use export::Export;
pub use interrupts::Interrupts;
pub use output::Captured;
pub use prepared::Prepared;
pub use result::{Ended, Ran, platform};
pub use unlike::unlike;
