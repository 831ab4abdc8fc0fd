//! Specifications against real repositories.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod any_state;
mod expectations;
mod hostile;
#[cfg(feature = "grammars")]
mod kinds;
mod known;
#[cfg(feature = "grammars")]
mod languages;
mod sandbox;
mod states;
mod terms;
