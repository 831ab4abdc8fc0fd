//! `git plan review`: what is told of a code change, by real repositories and with Git as the referee.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod commits;
#[path = "../markdown/forge.rs"]
mod forge;
mod forges;
mod gates;
#[path = "../markdown/hostile.rs"]
#[expect(dead_code, reason = "the tests of comments need more of it")]
mod hostile;
mod plans;
#[path = "../push/remote.rs"]
#[expect(dead_code, reason = "the tests of pushes need more of it")]
mod remote;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "the tests of the program need more of it")]
mod sandbox;
mod scripts;
mod specs;
mod words;
mod world;
