//! `git plan trust`: what commands of gates may run on this machine.

mod allow;
mod list;
mod revoke;

pub use allow::Allow;
pub use list::List;
pub use revoke::Revoke;
