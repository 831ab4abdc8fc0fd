//! `git plan`: plans, phases, tasks and their records as files on a Git ref of their own.
//!
//! The layers, from the inside out; each uses only those named behind it:
//!
//! * [`model`]: what a plan is: entities, edits, rules. No files, clock, environment or printing.
//! * [`format`](mod@format): bytes to model and back; the only place that knows TOML.
//! * [`gate`]: a plan and its records and facts about the code → a report on each gate.
//! * [`review`]: two states of a plan → what has to hold less than before.
//! * [`git`]: the only place that knows the Git library and the `git` program.
//! * [`verify`]: specifications and a tree of code → where the code breaks them.
//! * [`patch`]: bytes before and after ↔ one unified diff that `git apply` takes.
//! * [`store`]: names on the plan ref; load, edit, validate, compare-and-swap; the cache.
//! * [`checkpoint`]: snapshots of the working tree, and the way back to one.
//! * [`enforce`]: a push, or a range of commits, and the plans before and after it → what is refused.
//! * [`proposal`]: a proposed change of the code, and the plans → what a reviewer has to know of them.
//! * [`trust`]: which commands of a plan may run on this machine.
//! * [`run`]: the only place that executes what a plan says.
//! * [`hook`]: Git's hooks: putting them in place, and what they read and write.
//! * [`render`]: reports → tables, text, JSON, with the boundary that makes foreign text harmless.
//! * [`cli`]: one file a command; context, errors, exit codes.
//!
//! `ARCHITECTURE.md` says why, and `tests/layers.rs` holds the order.

pub mod checkpoint;
pub mod cli;
pub mod enforce;
pub mod format;
pub mod gate;
pub mod git;
pub mod hook;
pub mod model;
pub mod patch;
pub mod proposal;
pub mod render;
pub mod review;
pub mod run;
pub mod store;
pub mod trust;
pub mod verify;
