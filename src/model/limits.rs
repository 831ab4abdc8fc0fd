//! How large anything may be, on read as on write.

/// Characters in a title, an item, or any other one-line text.
pub const TITLE: usize = 200;
/// Bytes of a description, a note, a goal, a reason or a report.
pub const TEXT: usize = 64 * 1024;
/// Tasks in a plan.
pub const TASKS: usize = 10_000;
/// Plans in a repository.
pub const PLANS: usize = 1_000;
/// Entries in the register of a plan.
pub const ENTRIES: usize = 1_000;
/// Bytes of a TOML file.
pub const FILE: u64 = 1024 * 1024;
/// Bytes of a checkpoint's record, which has a line a file.
pub const CHECKPOINT: u64 = 64 * 1024 * 1024;
/// Bytes of an evidence file.
pub const EVIDENCE: u64 = 64 * 1024;
/// Members of a list or set: labels, dependencies, references, items, notes, phases, gates.
pub const MEMBERS: usize = 1_000;
/// The highest sequence of a checkpoint: nobody takes that many, and one more can be counted.
pub const SEQUENCE: u32 = 1_000_000_000;
/// Bytes of a specification.
pub const SPEC: u64 = 256 * 1024;
/// Rules in a specification.
pub const RULES: usize = 500;
/// Specifications in a plan.
pub const SPECS: usize = 2_000;
