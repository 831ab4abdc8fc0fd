//! Safe points to go back to.
//!
//! - [`take`](mod@take): the working tree → a snapshot with its patch, in memory until all guards
//!   have passed ([`secrets`] is one), then as objects; `look` is what it does with each file.
//! - [`restore`]: base and patch → the very same snapshot; so a record can be checked, and a
//!   snapshot that is missing built again.
//! - [`compare`]: two states of the code → the files that differ, read one by one.
//! - [`rewind`]: a checkpoint and the state of the repository → the commands that go back to it.

pub mod compare;
mod look;
pub mod restore;
pub mod rewind;
pub mod secrets;
pub mod take;
