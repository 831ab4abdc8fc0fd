//! What changed between two states of the plans: for `diff`, `--dry-run`, `log` and reviews.
//!
//! * [`told`]: changes as sentences, with what is ours and what came from a plan told apart.
//! * [`text`](mod@text): for a terminal.
//! * [`markdown`](mod@markdown): for a comment of a forge.
//! * [`line`](mod@line): an operation in one line.

pub mod line;
pub mod markdown;
pub mod text;
pub mod told;

pub use line::line;
pub use text::{counts, of_class, text};
