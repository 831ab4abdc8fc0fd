//! Comments for forges: Markdown in which nothing foreign is anything but text.
//!
//! A comment is made of [`Phrase`]s, in [`Entry`]s, in [`Section`]s, in a [`Comment`]; there is no other
//! way to write into it. What is said by the program itself is `&'static str`; all else is a word from
//! a repository, and stands in code. Forges look for mentions, references, links, emoji and
//! mathematics outside of code only, and Markdown ends at a code span's first backtick:
//!
//! * [`span`]: one line: a code span, or `<code>` where HTML stands.
//! * [`text`]: several lines: `<pre>` with every sign of HTML escaped.
//! * [`phrase`], [`section`], [`comment`]: what a comment consists of, and what is left out of one
//!   that is too long.
//! * [`marker`]: the hidden line by which a comment is found again.

pub mod comment;
pub mod marker;
pub mod phrase;
pub mod section;
pub mod span;
pub mod text;

pub use comment::Comment;
pub use marker::{Kind, Marker};
pub use phrase::Phrase;
pub use section::{Entry, Section};
pub use text::Text;
