//! Everything that knows how a Git repository is read and written: the only
//! module that touches `gix` or starts the `git` program. It knows no plans.
//!
//! A tour, from the outside in:
//!
//! - [`Repo::discover`] opens the repository around a folder as Git would:
//!   environment, `git -c`, `safe.directory`, ref storage (`discover`,
//!   `embedded`, `environment`, `parameters`).
//! - Configuration (`config`), identities (`identity`), remotes (`remotes`), where hooks are
//!   (`hooks_folder`).
//! - Objects are read through one `Databases`, which also sees a push's
//!   quarantine (`database`, `loose_read`, `objects`, `blobs`, `history`). Which commits
//!   are new ([`Repo::introduced`]) is told from the objects alone (`lineage`, `ancestors`).
//! - Objects are written by a [`Writer`]: loose, freshened when they exist,
//!   flushed as `core.fsync` asks (`loose_write`, `tree_edit`, `writer`, `durability`).
//! - The working tree is listed and read as `git add -A` would record it
//!   (`work_tree`), and made ready as objects before any is written (`prepare`). Whether it is
//!   exactly a commit, whatever hides changes from `git status`, is told by `exact`; the files of
//!   a commit go into a folder of their own by `export`.
//! - All files of a tree, or of what the working tree would be recorded as, are listed by
//!   [`Repo::tree_files`] and [`Repo::work_tree_files`], and read in Git's form by a [`FileReader`].
//! - What makes the next command faster is kept beside the repository's own files (`kept`).
//! - A ref is read by `refs` and moved by [`Repo::move_ref`]: compare and swap
//!   under the ref's own lock, with a reflog entry (`ref_lock`, `ref_update`,
//!   `reflog`). `checkouts` tells where a branch is in use, `default_branch` where work ends up.
//! - Bytes are signed, and signatures verified, in Git's own way by the user's own programs
//!   (`signing`).
//! - What the user is doing: `status`, `operation`, `index_marks`; two trees side by side
//!   (`tree_changes`); what others have seen (`published`); what is in the way on disk (`occupied`).
//! - What needs the network or Git's own machinery runs the `git` program
//!   (`program`, `network`, `gc`), in a repository of its own where nobody's configuration may
//!   have a say (`apart`, `neutral`).
//!
//! The order that keeps a repository sound at any kill: objects first, then
//! [`Writer::finish`], then the ref. Nothing here prints, and only the
//! dedicated functions change anything.

mod ancestors;
mod apart;
mod blobs;
mod checkouts;
mod config;
mod database;
mod default_branch;
mod discover;
mod durability;
mod embedded;
mod environment;
mod error;
mod exact;
mod export;
mod file_reader;
mod gc;
mod history;
mod hooks_folder;
mod identity;
mod index_marks;
mod info_attributes;
mod introduced;
mod kept;
mod lineage;
mod local_config;
mod loose_read;
mod loose_write;
mod network;
mod neutral;
mod objects;
mod occupied;
mod operation;
mod parameters;
mod prepare;
mod program;
mod published;
mod ref_delete;
mod ref_lock;
mod ref_update;
mod reflog;
mod refs;
mod remotes;
mod repo;
mod revision;
mod rewrite;
mod safe_path;
mod sharing;
mod signing;
mod status;
mod tree_changes;
mod tree_edit;
mod tree_files;
mod work_tree;
mod writer;

pub use gix::ObjectId as Oid;
pub use gix::bstr::BString;
pub use gix::date::Time;

pub use blobs::BlobReader;
pub use config::ConfigEntry;
pub use error::{Error, Result};
pub use exact::{Difference, NotAsIn};
pub use file_reader::{FileRead, FileReader};
pub use history::Walk;
pub use hooks_folder::{HooksPath, resolved};
pub use identity::{Ident, Signature};
pub use index_marks::IndexMarks;
pub use objects::{Commit, EntryKind, TreeEntry};
pub use operation::Operation;
pub use prepare::{Prepared, Preparer};
pub use published::{Dropped, PushTarget};
pub use ref_update::{RefMove, RefUpdate, Warning};
pub use reflog::ReflogEntry;
pub use refs::Head;
pub use repo::Repo;
pub use safe_path::{UnsafePath, check_path};
pub use signing::{SignatureFormat, SignedBy, Signers, Verdict};
pub use status::{PathState, PendingStatus, StatusEntry};
pub use tree_changes::TreeChange;
pub use tree_edit::TreeSide;
pub use tree_files::{FileSource, TreeFile};
pub use work_tree::{
    After, Content, WorkTreeChange, WorkTreeChanges, WorkTreeOptions, WorkTreeReader,
};
pub use writer::Writer;
