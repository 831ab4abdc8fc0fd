//! A push, or a range of commits, and the plans before and after it → what is refused.
//!
//! A tour:
//!
//! * [`Request`]: a push as hooks and CI know it. [`enforce`] judges it (`judge`), ref by ref.
//! * `brought`: the commits that it brings and the tasks that they are linked to. `what_counts`: the
//!   plans, definitions and policies that they are held to, before and after the push ([`Plans`]);
//!   [`protection`]: which refs a glob means; `floor`: what an administrator asks for besides.
//! * The rules: `order` (R2, with `closed`: whether a phase is closed for a tip), `push_gates` (R3),
//!   `links` (R4), `plan_ref` (R5), `private` (what never leaves a clone).
//! * [`Judge::see`]: the same judge, for whoever shows a change: what it brings and all that it is held
//!   to (`seen`).
//! * [`specs`]: specifications of a plan, held to code.
//! * [`CodeAt`]: the code at a commit for the judges of gates, with who signed what (`signing`).
//!   [`wrong_closings`]: closings on the plan ref that are not right, for `doctor`.
//! * [`Report`]: what was found. Nothing is run, fetched or written here.

mod brought;
mod closed;
mod closings;
mod code;
mod floor;
mod judge;
mod links;
mod order;
mod plan_ref;
mod plans;
mod private;
pub mod protection;
mod push_gates;
mod report;
mod request;
mod seen;
mod signing;
pub mod specs;
mod what_counts;

pub use brought::Brought;
pub use closings::{WrongClosing, wrong_closings};
pub use code::CodeAt;
pub use judge::{Judge, enforce};
pub use plans::{PlanAt, Plans};
pub use report::{Finding, Fix, PROVEN, Report, Rule, Severity};
pub use request::{Request, Side, Update};
pub use seen::{Evidence, GateSeen, Seal, Seen};
