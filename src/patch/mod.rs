//! Bytes before and after ↔ one unified diff that `git apply` takes.
//!
//! * [`lines`]: how two texts differ, line by line (`compare` bounds the search).
//! * [`FileChange`], [`FileDiff`]: a file before and after, and how the two differ; written with
//!   [`FileDiff::write`] (`change`, `write`).
//! * [`parse()`]: a patch as the changes that it holds, each of which can be applied to the bytes
//!   before ([`FilePatch::apply`]). A patch may come from others: what Git would not write, or
//!   what leads out of the working tree, is refused (`cursor`, `header`, `hunks`, `together`, `apply`).
//! * [`quote_path`]: paths as text, in headers and in records (`quote`).
//! * Content that is no text: literals and deltas, deflated, in base 85 (`binary`, `delta`,
//!   `base85`).
//!
//! Everything here is a function of its arguments. What stands in headers as the id of a blob is
//! not computed here: who applies a patch compares it with what the result turns out to be.

mod apply;
mod base85;
mod binary;
mod change;
mod compare;
mod cursor;
mod delta;
mod error;
mod header;
mod hunks;
pub mod lines;
mod parse;
mod quote;
mod together;
mod write;

pub use apply::FilePatch;
pub use change::{Body, FileChange, FileDiff, Piece, Side, Stats};
pub use error::{Cause, PatchError};
pub use header::Entry;
pub use parse::parse;
pub use quote::{quote_path, unquote_path};
