//! The program from outside: real repositories, the real binary, Git as the referee.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that cannot go on stops"
)]

mod archives;
mod batches;
mod broken;
mod checkpoints;
mod forges;
mod guards;
mod identity;
mod kills;
mod kinds;
mod plain_git;
mod private_checkpoints;
mod promises;
mod races;
mod registers;
mod restores;
mod rules;
mod sandbox;
mod shell;
mod show_diffs;
mod similar;
mod smoke;
mod texts;
mod undo;
mod undo_kinds;
mod verify;
mod views;
