//! Which commands of a plan may run on this machine: those that a person has looked at.
//!
//! * [`Look`]: exactly what a gate would run, and the digest that changes with every byte of it.
//! * [`Trust`]: the digests that are trusted here, for one plan ref's root commit.
//! * [`root()`]: that commit, by which worktrees and clones of one person share them.
//!
//! Nothing in a repository, in its configuration or in a plan can grant trust: the list lies in the
//! person's own state folder, where only they can write, or in a file that the environment names.

mod entry;
mod error;
mod folder;
mod list;
mod look;
mod place;
mod root;

pub use entry::Entry;
pub use error::{Error, Result};
pub use list::Trust;
pub use look::{Command, Look, Script, command_digest};
pub use root::root;
