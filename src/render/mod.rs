//! Reports to text and JSON, and the boundary that makes foreign words harmless.
//!
//! * [`escape`]: every word that came from a repository passes here before it is printed.
//! * [`quote`]: every word of a printed command passes here.
//! * [`table`]: aligned columns, for a terminal and for a pipe.
//! * [`style`]: colours, where they are wanted.
//! * [`when`]: a moment as people say it.
//! * [`view`]: what `--json` prints: the types that scripts can count on.
//! * [`changes`]: edits as a diff of plans.
//! * [`diff`]: changed files as a diff, in the forms that people ask for.
//! * [`entity`]: a task, a plan, a phase on a page.
//! * [`register`]: questions, assumptions and the like.
//! * [`checkpoint`]: checkpoints, and the way back to one.
//! * [`trust`]: what a gate would run, before a person.
//! * [`markdown`]: comments for forges.
//! * [`annotation`], [`github`], [`gitlab`]: what a forge shows beside a file.
//! * [`enforcement`]: what a hook, a server or CI refuses, and what helps.
//! * [`review`]: a proposed change of the code beside the plans.
//! * [`schema`]: JSON Schemas of files and of `--json`.

pub mod annotation;
pub mod changes;
pub mod checkpoint;
pub mod diff;
pub mod enforcement;
pub mod entity;
pub mod escape;
pub mod github;
pub mod gitlab;
pub mod markdown;
pub mod quote;
pub mod register;
pub mod review;
pub mod sarif;
pub mod schema;
pub mod similar;
pub mod style;
pub mod table;
pub mod trust;
pub mod verification;
pub mod view;
pub mod when;
