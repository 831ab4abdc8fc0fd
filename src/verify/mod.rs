//! Specifications against a tree of code: without running anything of it.
//!
//! A tour:
//!
//! * [`Compiled`]: a specification, with everything that can be wrong with its patterns found
//!   (`words`, `calling`, `importing`, `glob`, `code::structure`).
//! * [`Tree`]: the files of the working tree or of a commit.
//! * [`Search`]: all files, by all processors. Most of them hold nothing of what any pattern needs
//!   and are done at once (`needle`, `sieve`); only where something is, is the file decoded
//!   (`text`), parsed ([`grammar`], `code`) and searched (`inspect`, `subject`, `plain`, `names`).
//!   What was found in a blob is not looked for in it again (`known`).
//! * [`Report`]: what comes of it (`fold`, `judge`, `notes`), with lines and columns (`lines`).
//! * [`grammar`]: the languages that can be parsed. `nodes`: reading what was parsed.
//! * `routes`: the routes that code declares. [`tables`]: the tables that SQL names.
//! * `similar`: code that resembles what a task needs.

mod calling;
#[cfg(feature = "grammars")]
mod code;
mod compiled;
mod fold;
mod glob;
pub mod grammar;
#[cfg_attr(
    not(feature = "grammars"),
    expect(dead_code, reason = "only code that is parsed is asked for all of it")
)]
mod importing;
mod inspect;
mod judge;
mod known;
mod lines;
#[cfg(feature = "grammars")]
mod names;
mod needle;
#[cfg(feature = "grammars")]
pub mod nodes;
mod notes;
mod pattern;
mod plain;
pub mod report;
#[cfg(feature = "grammars")]
pub mod routes;
mod search;
mod sieve;
#[cfg(feature = "grammars")]
pub mod similar;
mod subject;
pub mod tables;
mod text;
mod tree;
mod wanted;
mod warnings;
#[cfg_attr(
    not(feature = "grammars"),
    expect(dead_code, reason = "only code that is parsed is asked for all of it")
)]
mod words;

pub use compiled::Compiled;
pub use report::{Kind, More, Note, Place, Report, Violation, What};
pub use search::{LARGEST, Search};
pub use tree::Tree;
