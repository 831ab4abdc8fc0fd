//! Git's hooks from outside: put in place and taken away to the byte, beside those of others, and run
//! by real commits, merges, rebases and pushes.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod chaining;
mod enforcing;
mod finding;
mod folder;
mod foreign;
mod installing;
mod messages;
mod places;
mod pushing;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "the tests of the program need more of it")]
mod sandbox;
mod saying;
