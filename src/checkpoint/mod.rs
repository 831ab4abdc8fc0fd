//! Safe points to go back to.
//!
//! - [`rewind`]: a checkpoint and the state of the repository → the commands that go back to it.

pub mod rewind;
