//! Specifications against a tree of code: without running anything of it.
//!
//! A tour:
//!
//! * [`report`]: what comes of it.
//! * [`grammar`]: the languages that can be parsed.

pub mod grammar;
pub mod report;

pub use report::{Kind, Note, Place, Report, Violation};
