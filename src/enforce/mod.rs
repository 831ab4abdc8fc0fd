//! What enforcement asks of Git: the code that gates are judged at.

mod brought;
mod closed;
mod closings;
mod code;
mod floor;
mod judge;
mod plan_ref;
mod plans;
pub mod protection;
mod report;
mod request;
mod signing;

pub use closings::{WrongClosing, wrong_closings};
pub use code::CodeAt;
pub use judge::enforce;
pub use plans::{PlanAt, Plans};
pub use report::{Finding, Fix, PROVEN, Report, Rule, Severity};
pub use request::{Request, Side, Update};
