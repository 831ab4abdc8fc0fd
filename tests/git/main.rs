//! The Git layer against the real `git`.

mod durability;
mod history;
mod kinds;
mod refs;
mod remotes;
mod support;
mod worktrees;
mod writing;
