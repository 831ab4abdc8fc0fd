//! An entry of the register.

use schemars::JsonSchema;
use serde::Serialize;

use crate::model::{Entry, EntryId, EntryKind, Label, Slug, Time};

/// An entry of a plan's register.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub struct EntryView {
    /// Names the entry; never changes.
    pub id: EntryId,
    /// What people call it.
    pub label: Label,
    /// The plan.
    pub plan: Slug,
    /// What it is.
    pub kind: EntryKind,
    /// `open` or `resolved`.
    pub status: String,
    /// What is asked, assumed, feared, decided, found or supposed.
    pub text: String,
    /// What depends on it.
    pub impact: Option<String>,
    /// Who has to see to it.
    pub owner: Option<String>,
    /// Whether work stops at it until it is resolved.
    pub blocking: bool,
    /// What it is about: phases by name, tasks by id, labels of requirements; empty: the whole plan.
    pub concerns: Vec<String>,
    /// The answer, the confirmation, what was decided or done.
    pub resolution: Option<String>,
    /// Who resolved it, as `Name <e-mail>`.
    pub resolved_by: Option<String>,
    /// The agent that acted for them.
    pub resolved_as: Option<String>,
    /// When it was resolved.
    pub resolved_when: Option<Time>,
}

impl EntryView {
    /// The entry as scripts read it.
    pub fn of(plan: &Slug, entry: &Entry) -> Self {
        let status = entry.status().to_owned();
        let entry = entry.clone();
        Self {
            id: entry.id,
            label: entry.label,
            plan: plan.clone(),
            kind: entry.kind,
            status,
            text: entry.text,
            impact: entry.impact,
            owner: entry.owner,
            blocking: entry.blocking,
            concerns: entry.concerns,
            resolution: entry.resolution,
            resolved_by: entry.resolved_by,
            resolved_as: entry.resolved_as,
            resolved_when: entry.resolved_when,
        }
    }
}
