//! `git plan diff` and `git plan log`: what changed in the plans, told so that nothing is hidden.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod consequences;
mod kinds;
mod log;
mod random;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "the tests of the program need more of it")]
mod sandbox;
mod slipping;
mod specs;
mod states;
mod table;
mod unseen;
mod weakenings;
mod world;
