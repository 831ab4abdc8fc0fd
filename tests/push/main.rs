//! Rules R2 to R5 by real pushes between real repositories: what is let through, what is refused, and
//! what is said.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test that cannot go on stops"
)]

mod ci;
mod closed_wrongly;
mod floor;
mod links;
mod odd_refs;
mod order;
mod plan_ref;
mod push_gates;
mod remote;
mod reviewed;
#[path = "../cli/sandbox.rs"]
#[expect(dead_code, reason = "the tests of the program need more of it")]
mod sandbox;
mod server;
mod signed;
mod spec_gates;
mod specs;
mod weakenings;
