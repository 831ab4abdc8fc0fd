//! What a plan says runs only once a person here has trusted exactly that, and what comes of it is
//! recorded only for the code that it ran on.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "not every test crate needs all of it")]
mod sandbox;

mod ci;
mod clean;
mod ends;
mod evidence;
mod hostile;
mod signed;
mod trust;
mod world;
