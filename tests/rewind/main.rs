//! What `git plan rewind` prints, run by a shell: every row of the table, forth and back, with
//! Git as the referee.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod names;
mod obstacles;
mod races;
mod rows;
mod settings;
mod world;
