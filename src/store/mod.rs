//! Plans on the plan ref: load, edit, validate, compare-and-swap; and a cache.
//!
//! A tour:
//!
//! * [`Store`]: a repository, the name of its plan ref, and what a writer needs (`place`).
//! * [`Snapshot`]: the plans at one commit of that ref, read as they are asked for (`snapshot`),
//!   through an index of tasks (`index`) that is kept in a file (`cache`).
//! * [`Draft`]: a snapshot with edits on top of it (`draft`), which [`Store::commit`] makes a
//!   commit of: objects first, then one compare-and-swap of the ref (`commit`).
//! * [`Exchange`]: files that are no entity, changed along (`beside`).
//! * [`PrivateLog`]: checkpoints that are never shared, on a ref of their own (`private`).
//! * [`difference`]: the files in which two states differ, read in both; [`Afterwards`]: what is
//!   around them.
//! * [`history`]: what was done, and what would take it back.
//! * [`check`]: everything that is wrong in the stored plans.
//! * [`paths`]: where things are on the ref.
//!
//! A lost race is not the caller's concern: the same edits are applied to the newer state, and
//! only where they no longer fit is there an error. Nothing is written but objects, the plan ref
//! and its reflog, and the cache.

mod around;
mod beside;
mod cache;
pub mod check;
mod check_register;
mod checkpoints;
mod commit;
pub mod difference;
mod draft;
mod error;
pub mod history;
mod index;
pub mod kept_records;
pub mod paths;
mod place;
mod private;
mod privatize;
mod snapshot;
mod specs;
mod summary;
pub mod weakened;

pub use around::{Afterwards, Drafted};
pub use beside::{Exchange, Found, plain};
pub use commit::{Committed, Message};
pub use draft::{Draft, Written};
pub use error::Error;
pub use place::{DEFAULT_REF, Place, Relation, Source, Store, Writer};
pub use private::{Bounds, PrivateLog};
pub use snapshot::Snapshot;
pub use summary::Summary;

/// The result of everything in this layer.
pub type Result<T, E = Error> = std::result::Result<T, E>;
