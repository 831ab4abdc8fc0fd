//! What a plan is: entities, the edits that change them, and the rules that every edit obeys.
//!
//! A tour, from the small to the large:
//!
//! * [`id`]: the names of things: random ids, slugs, and what makes a name unsafe.
//! * [`limits`]: how large anything may be.
//! * [`time`], [`span`]: a moment in UTC, to the second; a length of time.
//! * [`task`], [`plan`], [`record`], [`checkpoint`], [`register`]: the entities, as they stand in their files.
//! * [`spec`]: what the code must look like, as somebody wrote it and as it is understood;
//!   [`specs`]: how those of a plan change, and whether a task is proven by its own.
//! * [`rows`], [`state`]: a whole plan in memory: its header, its tasks in short, its records.
//! * [`person`]: who is who; [`policy`]: what enforcement does where it has a choice.
//! * [`edit`]: a change as data, key by key, with the value that it expects to find.
//! * [`phase`]: which phases come before which, which are closed, which can be worked in.
//! * [`apply`](mod@apply), [`rules`], [`validity`]: an edit carried out, what it may do, and what is
//!   well-formed by itself; [`refusal`] says why not. The one place where a status changes hands.
//! * [`graph`]: circles in what depends on what.
//! * [`called`]: what people call things.
//! * [`refer`]: from the words that people type to ids.
//! * [`checkpoints`]: how a plan's checkpoints come to be, and which one a word names.
//! * [`entries`]: how entries of the register come to be and change, and what they are about.
//! * [`linked`](mod@linked): which tasks a commit's message names.
//! * [`policy`]: what enforcement does where a plan leaves it a choice.
//! * [`ready`]: which tasks can be taken now, in which order.
//! * [`visible`]: which characters show what they are.
//!
//! Nothing here reads a file, a clock or the environment, and nothing prints.

pub mod apply;
pub mod called;
pub mod checkpoint;
pub mod checkpoints;
pub mod edit;
pub mod entries;
pub mod graph;
pub mod id;
pub mod limits;
pub mod linked;
pub mod person;
pub mod phase;
pub mod plan;
pub mod policy;
pub mod ready;
pub mod record;
pub mod refer;
pub mod refusal;
pub mod register;
pub mod rows;
pub mod rules;
pub mod span;
pub mod spec;
pub mod specs;
pub mod state;
pub mod task;
pub mod time;
pub mod validity;
pub mod visible;

pub use checkpoint::{Checkpoint, CheckpointFile, CheckpointRow, FileStatus, Totals};
pub use edit::{Change, Edit, Target};
pub use id::{CheckpointId, EntryId, FileId, ItemId, NoteId, RecordId, Slug, TaskId};
pub use person::Person;
pub use plan::{Gate, Header, On, Phase, PlanStatus};
pub use policy::Policy;
pub use record::{Outcome, Record, RecordKind};
pub use refusal::Refusal;
pub use register::{Entry, EntryKind, Label};
pub use rows::Rows;
pub use span::Span;
pub use spec::{Spec, SpecForm, SpecRow, SpecText};
pub use specs::Proof;
pub use state::{Broken, Plan};
pub use task::{Claim, Item, Note, Priority, Status, Task, TaskRow};
pub use time::Time;
