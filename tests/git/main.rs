//! The Git layer against the real `git`.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops")]

mod capture;
mod capture_states;
mod durability;
mod embedded;
mod exact;
mod export;
mod history;
mod introduced;
mod kinds;
mod neutral;
mod refs;
mod remotes;
mod signing;
mod support;
mod working_tree;
mod worktrees;
mod writing;
