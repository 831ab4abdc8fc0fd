//! What is around the files that changed: asked for only where something needs it.

use std::rc::Rc;

use crate::model::{Header, Plan, Slug};

/// The plans as they are afterwards; a plan that is gone, as it was.
pub trait Around {
    /// Its header.
    fn header(&self, plan: &Slug) -> Option<Rc<Header>>;

    /// All of it.
    fn plan(&self, plan: &Slug) -> Option<Rc<Plan>>;

    /// Whether the second state is stored: else a weakening will be asked about when it is.
    fn is_stored(&self) -> bool {
        true
    }
}
