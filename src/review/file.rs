//! A file on the plan ref, in two states.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{
    Checkpoint, CheckpointId, Edit, Entry, EntryId, Header, Record, RecordId, Slug, SpecForm,
    SpecText, Task, TaskId,
};
use crate::review::Meaning;

/// What a file on the plan ref belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// A plan's header.
    Header(Slug),
    /// A task.
    Task(Slug, TaskId),
    /// A record.
    Record(Slug, RecordId),
    /// A checkpoint's record.
    Checkpoint(Slug, CheckpointId),
    /// A checkpoint's patch.
    Patch(Slug, CheckpointId),
    /// An entry of the register.
    Register(Slug, EntryId),
    /// A specification: its name and form.
    Spec(Slug, Slug, SpecForm),
    /// A document of a plan.
    Document(Slug),
    /// Something else in a plan's folder.
    Unknown(Slug),
    /// The file that tells the version of the rest.
    Format,
    /// Something beside the plans.
    Other,
}

impl Owner {
    /// The plan that the file belongs to.
    pub fn plan(&self) -> Option<&Slug> {
        match self {
            Self::Header(plan)
            | Self::Task(plan, _)
            | Self::Record(plan, _)
            | Self::Checkpoint(plan, _)
            | Self::Patch(plan, _)
            | Self::Register(plan, _)
            | Self::Spec(plan, ..)
            | Self::Document(plan)
            | Self::Unknown(plan) => Some(plan),
            Self::Format | Self::Other => None,
        }
    }
}

/// What a file holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Content {
    /// A plan's header.
    Header(Box<Header>),
    /// A task.
    Task(Box<Task>),
    /// A record.
    Record(Box<Record>),
    /// A checkpoint's record.
    Checkpoint(Box<Checkpoint>),
    /// An entry of the register.
    Entry(Box<Entry>),
    /// A specification.
    Spec(Box<SpecContent>),
    /// A text that is no entity.
    #[default]
    Text,
    /// Bytes that are no text, or too many to be shown.
    Bytes {
        /// How many.
        size: u64,
        /// What tells them from others: the id of their object.
        id: String,
    },
    /// What is meant to be an entity, and cannot be read.
    Broken {
        /// Line, from 1, where it is known.
        line: Option<u32>,
        /// What is wrong.
        cause: String,
    },
}

/// A specification, whether it can be understood or not.
#[derive(Debug, Clone, PartialEq)]
pub struct SpecContent {
    /// Its text.
    pub text: SpecText,
    /// What it asks for; or the line of what is wrong with it, and what that is.
    pub meaning: Result<Meaning, (Option<u32>, String)>,
}

/// A file in one state.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Side {
    /// What it holds.
    pub content: Content,
    /// Its text; empty where it is none.
    pub text: String,
    /// What it is where it is no plain file: executable, a symbolic link.
    pub mark: Option<&'static str>,
}

/// A file that one of two states has otherwise than the other.
#[derive(Debug, Clone, PartialEq)]
pub struct File {
    /// Where it is, from the top.
    pub path: String,
    /// What it belongs to.
    pub owner: Owner,
    /// What it was; none where it was not there.
    pub old: Option<Side>,
    /// What it is; none where it is gone.
    pub new: Option<Side>,
    /// What differs besides the values of known keys.
    pub rest: Rest,
    /// The edits that lead from one state to the other, as far as it is an entity in both, or in
    /// the one where it is there.
    pub edits: Vec<Edit>,
}

/// What differs between two texts of an entity besides the values of known keys.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rest {
    /// Keys that are not known here, whose values differ: before and after.
    pub unknown: BTreeMap<String, (Option<Value>, Option<Value>)>,
    /// Where comments or the form of the text differ: the text as it would be without that, and as
    /// it is.
    pub texts: Option<(String, String)>,
}

impl File {
    /// A file in two states.
    pub fn new(
        (path, owner): (String, Owner),
        (old, new): (Option<Side>, Option<Side>),
        rest: Rest,
    ) -> Self {
        let edits = edits(old.as_ref(), new.as_ref());
        Self {
            path,
            owner,
            old,
            new,
            rest,
            edits,
        }
    }

    /// Where a state of it cannot be read: its line and why.
    pub fn broken(&self) -> Option<(Option<u32>, &str)> {
        let sides = self.new.iter().chain(&self.old);
        sides.filter_map(Side::broken).next()
    }
}

fn edits(old: Option<&Side>, new: Option<&Side>) -> Vec<Edit> {
    match (old.map(|side| &side.content), new.map(|side| &side.content)) {
        (Some(Content::Header(old)), Some(Content::Header(new))) => Edit::between_headers(old, new),
        (None | Some(Content::Broken { .. }), Some(Content::Header(new))) => {
            vec![Edit::add_plan(new)]
        }
        (Some(Content::Task(old)), Some(Content::Task(new))) => Edit::between_tasks(old, new),
        (Some(Content::Task(old)), None) => vec![Edit::remove_task(old)],
        (None, Some(Content::Task(new))) => vec![Edit::add_task(new)],
        (None, Some(Content::Record(new))) => vec![Edit::add_record(new)],
        (Some(Content::Checkpoint(old)), None) => vec![Edit::remove_checkpoint(old)],
        (None, Some(Content::Checkpoint(new))) => vec![Edit::add_checkpoint(new)],
        (Some(Content::Entry(old)), Some(Content::Entry(new))) => Edit::between_entries(old, new),
        (Some(Content::Entry(old)), None) => vec![Edit::add_entry(old).inverse()],
        (None, Some(Content::Entry(new))) => vec![Edit::add_entry(new)],
        (Some(Content::Spec(old)), Some(Content::Spec(new))) => {
            Edit::between_specs(&old.text, &new.text)
        }
        (Some(Content::Spec(old)), None) => vec![Edit::remove_spec(&old.text)],
        (None, Some(Content::Spec(new))) => vec![Edit::add_spec(&new.text)],
        _ => Vec::new(),
    }
}

/// Tells that a specification went in one form and came in the other as one edit.
pub fn join_forms(files: &mut [File]) {
    for at in 0..files.len() {
        let gone = &files[at];
        let came = |file: &File| file.old.is_none() && is_same_spec(&file.owner, &gone.owner);
        if gone.new.is_none()
            && matches!(gone.owner, Owner::Spec(..))
            && let Some(to) = files.iter().position(came)
        {
            files[to].edits = edits(files[at].old.as_ref(), files[to].new.as_ref());
            files[at].edits = Vec::new();
        }
    }
}

/// Whether two files are of the same specification, in whichever forms.
pub(super) fn is_same_spec(one: &Owner, other: &Owner) -> bool {
    match (one, other) {
        (Owner::Spec(plan, name, _), Owner::Spec(of, named, _)) => (plan, name) == (of, named),
        _ => false,
    }
}

impl Side {
    /// Where it cannot be read: its line and why.
    pub fn broken(&self) -> Option<(Option<u32>, &str)> {
        match &self.content {
            Content::Broken { line, cause } => Some((*line, cause)),
            _ => None,
        }
    }
}
