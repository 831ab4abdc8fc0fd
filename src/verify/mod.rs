//! Specifications against a tree of code: without running anything of it.
//!
//! A tour:
//!
//! * [`report`]: what comes of it.
//! * [`grammar`]: the languages that can be parsed. [`nodes`]: reading what was parsed.
//! * [`routes`]: the routes that code declares. [`tables`]: the tables that SQL names.
//! * [`similar`]: code that resembles what a task needs.

pub mod grammar;
#[cfg(feature = "grammars")]
pub mod nodes;
pub mod report;
#[cfg(feature = "grammars")]
pub mod routes;
#[cfg(feature = "grammars")]
pub mod similar;
pub mod tables;

pub use report::{Kind, Note, Place, Report, Violation};
